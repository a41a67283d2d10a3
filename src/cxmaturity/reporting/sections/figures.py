"""The charts that sections show, drawn only when asked: the charts room brings matplotlib with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cxmaturity.reporting.context import ReportContext

if TYPE_CHECKING:
    from cxmaturity.business_case.values import CaseResult
    from cxmaturity.charts import Chart


def profile(context: ReportContext) -> Chart:
    """Return the profile: one line per question, dot, interval, target and functions."""
    from cxmaturity import charts  # matplotlib is loaded only for a chart

    return charts.profile(context.diagnostic, context.catalog, context.language, context.theme)


def distribution(context: ReportContext) -> Chart:
    """Return how many people chose each level of each question."""
    from cxmaturity import charts  # matplotlib is loaded only for a chart

    return charts.distribution(context.diagnostic, context.catalog, context.language, context.theme)


def changes(context: ReportContext) -> Chart:
    """Return the change since the wave before, with the band that chance alone explains."""
    from cxmaturity import charts  # matplotlib is loaded only for a chart

    return charts.changes(context.diagnostic, context.catalog, context.language, context.theme)


def link_matrix(context: ReportContext) -> Chart:
    """Return the matrix from questions to benefits, with the gaps when there are any."""
    from cxmaturity import charts  # matplotlib is loaded only for a chart

    return charts.link_matrix(
        context.catalog, context.language, context.theme, assessment=context.diagnostic.assessment
    )


def waterfall(context: ReportContext, case: CaseResult) -> Chart:
    """Return the way from costs and benefits to the NPV."""
    from cxmaturity import charts  # matplotlib is loaded only for a chart

    return charts.waterfall(case, context.catalog, context.language, context.theme)


def cash_curve(context: ReportContext, case: CaseResult) -> Chart:
    """Return the cumulated cash position, with the payback."""
    from cxmaturity import charts  # matplotlib is loaded only for a chart

    return charts.cash_curve(case, context.language, context.theme)
