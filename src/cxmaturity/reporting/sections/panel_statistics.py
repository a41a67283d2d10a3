"""The statistics of the panel, for whoever checks them: over the whole panel, then question by question.

They come last and never alone: the verdicts of the section say what may be concluded.
"""

from __future__ import annotations

from cxmaturity import i18n
from cxmaturity.assessment.values import AssessmentResult, DimensionResult
from cxmaturity.reporting.blocks import Block, Column, Heading, Paragraph, Table
from cxmaturity.reporting.context import ReportContext
from cxmaturity.reporting.sections import words


def build(context: ReportContext, assessment: AssessmentResult) -> list[Block]:
    """Return the part of the section on agreement that a statistician reads."""
    return [
        Heading(text=context.t("report.agreement.statistics.title"), level=2, anchor="agreement-statistics"),
        Paragraph(text=context.t("report.agreement.statistics.intro")),
        _whole_panel(context, assessment),
        _by_question(context, assessment),
    ]


def _whole_panel(context: ReportContext, assessment: AssessmentResult) -> Table:
    """Return the four statistics of the panel, each with what it asks and what it cannot see."""
    found = assessment.agreement
    icc = (
        words.level_or_dash(context, None) if found.icc_a1 is None else context.number(found.icc_a1, digits=2)
    )
    if found.icc_a1 is not None and found.icc_a1_interval is not None:
        low, high = (context.number(end, digits=2) for end in found.icc_a1_interval)
        icc = context.t("report.agreement.statistics.with_interval", value=icc, low=low, high=high)
    values = (
        ("alpha", _statistic(context, found.krippendorff_alpha)),
        ("w", _statistic(context, found.kendall_w)),
        ("icc_a1", icc),
        ("icc_ak", _statistic(context, found.icc_ak)),
    )
    rows = tuple(
        (
            context.t(f"report.agreement.statistics.{name}"),
            value,
            context.t(f"report.agreement.statistics.{name}.asks"),
            context.t(f"report.agreement.statistics.{name}.limit"),
        )
        for name, value in values
    )
    between = assessment.functions.between_share
    return Table(
        caption=context.t("report.agreement.statistics.table"),
        columns=(
            Column(title=context.t("report.agreement.statistics.column.name"), width=1.5),
            Column(title=context.t("report.agreement.statistics.column.value"), align="right", width=1.2),
            Column(title=context.t("report.agreement.statistics.column.asks"), width=2.6),
            Column(title=context.t("report.agreement.statistics.column.limit"), width=2.6),
        ),
        rows=rows,
        note=words.join(
            words.text_in(
                context,
                "report.agreement.statistics.undefined",
                any(value == context.t("report.words.dash") for _, value in values),
            ),
            words.text_in(
                context,
                "report.agreement.statistics.between",
                between is not None,
                share=i18n.percent(between, context.language),
            ),
        ),
        anchor="table-statistics",
    )


def _statistic(context: ReportContext, value: float | None) -> str:
    return context.t("report.words.dash") if value is None else context.number(value, digits=2)


def _by_question(context: ReportContext, assessment: AssessmentResult) -> Table:
    """Return one row per question: centre, spread and interval of the declared levels."""
    titles = ("median", "mean", "interval", "ad", "rwg", "awg")
    return Table(
        caption=context.t("report.agreement.statistics.questions.table"),
        columns=(
            Column(title=context.t("report.profile.column.question"), width=2.4),
            Column(title=context.t("report.agreement.column.n"), align="right"),
            *(
                Column(title=context.t(f"report.agreement.statistics.column.{title}"), align="right")
                for title in titles
            ),
        ),
        rows=tuple(_question_row(context, dimension) for dimension in assessment.dimensions),
        note=context.t("report.agreement.statistics.questions.note"),
        anchor="table-question-statistics",
    )


def _question_row(context: ReportContext, dimension: DimensionResult) -> tuple[str, ...]:
    interval = dimension.interval
    return (
        context.name(dimension.id),
        context.number(dimension.n),
        words.level_or_dash(context, dimension.median),
        _statistic(context, dimension.mean),
        context.t("report.words.dash") if interval is None else words.levels(context, interval),
        *(_statistic(context, value) for value in (dimension.ad_md, dimension.r_wg, dimension.a_wg)),
    )
