"""The charts that sections show, drawn only when asked: the charts room brings matplotlib with it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from cxmaturity.reporting.context import ReportContext
from cxmaturity.reporting.inline import text_of
from cxmaturity.reporting.sections import measuring

if TYPE_CHECKING:
    from cxmaturity.business_case.values import CaseResult
    from cxmaturity.charts import Chart
    from cxmaturity.journey.results import JourneyResult


_GROUP: Final = re.compile(r"<g\b[^>]*>")
_NAME: Final = re.compile(r""" aria-label=(?:"[^"]*"|'[^']*')""")
"""Names of the parts of a map: for the page in which they can be chosen, and forbidden where they cannot."""


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


def npv_distribution(context: ReportContext, case: CaseResult) -> Chart:
    """Return how the NPV spreads over the trials, the loss side marked."""
    from cxmaturity import charts  # matplotlib is loaded only for a chart

    return charts.npv_distribution(case, context.language, context.theme)


def tornado(context: ReportContext, case: CaseResult) -> Chart:
    """Return what each input alone does to the NPV, from its P10 to its P90."""
    from cxmaturity import charts  # matplotlib is loaded only for a chart

    names = {}
    for bar in case.tornado:
        low, high = (text_of(end) for end in measuring.ends(context, bar.input, bar.low, bar.high))
        name = text_of(measuring.label_name(context, bar.input))
        names[bar.input] = charts.InputName(name=name, low=low, high=high)
    return charts.tornado(case, names, context.language, context.theme)


def information(context: ReportContext, case: CaseResult) -> Chart:
    """Return what knowing each input is worth before deciding, against the cost of a survey."""
    from cxmaturity import charts  # matplotlib is loaded only for a chart

    names = {found.label: text_of(measuring.label_name(context, found.label)) for found in case.information}
    return charts.information(case, names, context.language, context.theme)


def journey_map(context: ReportContext, result: JourneyResult) -> Chart:
    """Return the map of a journey for a persona, beside the journey that it is compared with."""
    from cxmaturity.charts.chart import Chart
    from cxmaturity.charts.journey import draw_map  # only for a report with journeys

    found = context.diagnostic.maps
    if found is None:
        raise ValueError("maps")
    journey = found.atlas.journey(result.journey)
    drawn = draw_map(
        found,
        result.journey,
        persona=result.persona,
        catalog=context.catalog,
        language=context.language,
        theme=context.theme,
        size="report",
        beside=journey.compared_with or None,
    )
    return Chart(
        title=journey.title.of(context.language) or journey.id,
        svg=_GROUP.sub(lambda found: _NAME.sub("", found[0]), drawn.svg),
        alt=drawn.alt,
        table=drawn.table,
        width_mm=drawn.width_mm,
        height_mm=drawn.height_mm,
    )
