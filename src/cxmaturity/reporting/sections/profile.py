"""The maturity profile: what was asked and of whom, each question, the index with its limits, the change."""

from __future__ import annotations

from cxmaturity.assessment.values import AssessmentResult, Change, DimensionResult
from cxmaturity.reporting.blocks import (
    Block,
    Bullets,
    Callout,
    Column,
    Figure,
    Heading,
    Paragraph,
    Table,
    plain,
)
from cxmaturity.reporting.context import ReportContext
from cxmaturity.reporting.sections import figures, words


def build(context: ReportContext) -> list[Block]:
    """Return the profile section; without an assessment, one paragraph says so."""
    assessment = context.diagnostic.assessment
    heading = Heading(text=context.t("report.profile.title"), level=1, anchor="profile")
    if assessment is None:
        return [heading, Paragraph(text=context.t("report.profile.none"))]
    if assessment.withheld:
        said = context.t("report.profile.withheld", minimum=assessment.minimum_group)
        return [heading, Paragraph(text=said)]
    blocks: list[Block] = [heading, *asked(context, assessment)]
    if not words.answered(assessment):
        return [*blocks, Paragraph(text=context.t("report.profile.no_level"))]
    return [
        *blocks,
        *by_question(context, assessment),
        *index(context, assessment),
        *distribution(context, assessment),
        *changes(context, assessment),
    ]


def asked(context: ReportContext, assessment: AssessmentResult) -> list[Block]:
    """Return what was asked, of whom, and how much of it was answered."""
    coverage = assessment.coverage
    shown = [
        context.t("report.profile.function_n", name=context.function_name(function.id), count=function.n)
        for function in assessment.functions.functions
        if function.shown and function.n
    ]
    people = context.t("report.profile.people", n=assessment.respondents, date=context.date(assessment.date))
    by_function = words.text_in(
        context, "report.profile.functions", len(shown) > 1, functions=", ".join(shown)
    )
    return [
        Paragraph(text=people, tone="lead"),
        Paragraph(
            text=words.join(
                context.t("report.profile.asked"),
                context.t(f"report.profile.mode.{assessment.mode}"),
                by_function,
            )
        ),
        Paragraph(
            text=context.t(
                "report.profile.coverage",
                asked=coverage.asked,
                levels=coverage.levels,
                dont_know=coverage.dont_know,
                not_applicable=coverage.not_applicable,
                skipped=coverage.skipped,
            ),
            tone="note",
        ),
    ]


def by_question(context: ReportContext, assessment: AssessmentResult) -> list[Block]:
    """Return the profile as a figure and as a table, with the reasons given for "not applicable"."""
    blocks: list[Block] = [
        Heading(text=context.t("report.profile.questions.title"), level=2, anchor="profile-questions"),
        Figure(
            chart=figures.profile(context),
            caption=context.t("report.profile.figure"),
            note=words.text_in(
                context,
                "report.profile.figure.note",
                any(dimension.interval is not None for dimension in assessment.dimensions),
            ),
            anchor="figure-profile",
        ),
        question_table(context, assessment),
    ]
    dated = [
        context.t(
            "report.profile.target_by",
            name=context.name(dimension.id),
            level=words.level_or_dash(context, dimension.target),
            date=context.date(dimension.target_by),
        )
        for dimension in assessment.dimensions
        if dimension.target is not None and dimension.target_by is not None
    ]
    if dated:
        said = context.t("report.profile.targets_by", targets=context.t("report.words.semicolon").join(dated))
        blocks.append(Paragraph(text=said, tone="note"))
    reasons = tuple(
        context.t("report.profile.reason", name=context.name(dimension.id), reason=plain(reason))
        for dimension in assessment.dimensions
        for reason in dimension.reasons
    )
    if reasons:
        blocks += [Paragraph(text=context.t("report.profile.reasons")), Bullets(items=reasons)]
    return blocks


def question_table(context: ReportContext, assessment: AssessmentResult) -> Table:
    """Return one row per question: levels, target, gap, how the answers sit, confidence."""
    proven = assessment.mode == "diagnostic"
    titles = ["question", "declared", *(["evidenced"] if proven else []), "target", "gap"]
    columns = [
        Column(
            title=context.t(f"report.profile.column.{title}"),
            align="left" if title == "question" else "right",
            width=2.8 if title == "question" else 1.0,
        )
        for title in titles
    ]
    columns += [
        Column(title=context.t("report.profile.column.verdict"), width=1.8),
        Column(title=context.t("report.profile.column.confidence"), align="center", width=1.1),
    ]
    return Table(
        caption=context.t("report.profile.table"),
        columns=tuple(columns),
        rows=tuple(_question_row(context, dimension, proven=proven) for dimension in assessment.dimensions),
        note=context.t("report.profile.table.note"),
        anchor="table-profile",
    )


def _question_row(context: ReportContext, dimension: DimensionResult, *, proven: bool) -> tuple[str, ...]:
    evidenced = (words.level_or_dash(context, dimension.evidenced),) if proven else ()
    return (
        context.name(dimension.id),
        words.level_or_dash(context, dimension.declared),
        *evidenced,
        words.level_or_dash(context, dimension.target),
        words.level_or_dash(context, dimension.gap),
        context.t(f"report.verdict.{words.verdict(dimension)}"),
        dimension.confidence_letter,
    )


def index(context: ReportContext, assessment: AssessmentResult) -> list[Block]:
    """Return the index, never alone: interval, plain average, minimum, bounds, stages, weak link."""
    found = assessment.index
    if found.geometric is None:
        return []
    said = [context.t("report.profile.index.value", level=context.level(found.geometric))]
    if found.low is not None and found.high is not None:
        said.append(
            context.t(
                "report.profile.index.interval",
                low=context.level(found.low),
                high=context.level(found.high),
            )
        )
    else:
        said.append(context.t("report.profile.index.no_interval"))
    if found.arithmetic is not None and found.minimum is not None:
        said.append(
            context.t(
                "report.profile.index.beside",
                arithmetic=context.level(found.arithmetic),
                minimum=context.level(found.minimum),
            )
        )
    blocks: list[Block] = [
        Heading(text=context.t("report.profile.index.title"), level=2, anchor="profile-index"),
        Paragraph(text=words.join(*said)),
    ]
    if said_bounds := bounds(context, assessment):
        blocks.append(Paragraph(text=said_bounds))
    if found.percent_to_target is not None:
        share = context.percent(found.percent_to_target)
        blocks.append(Paragraph(text=context.t("report.profile.index.target", share=share)))
    return [*blocks, stages(context, assessment), *weak_link(context, assessment)]


def bounds(context: ReportContext, assessment: AssessmentResult) -> str:
    """Return what missing answers could make of the index, empty when none is missing."""
    found, coverage = assessment.index, assessment.coverage
    if found.bounds is None or not (coverage.dont_know or coverage.skipped):
        return ""
    low, high = found.bounds
    return context.t("report.profile.index.bounds", low=context.level(low), high=context.level(high))


def stages(context: ReportContext, assessment: AssessmentResult) -> Table:
    """Return the five stages with the probability of each."""
    probabilities = assessment.stage.probabilities
    rows = []
    for number in range(1, 6):
        named = context.catalog.level_name(number)
        known = len(probabilities) == 5 and any(probabilities)
        rows.append(
            (
                f"{number}. {named.name.in_(context.language)}",
                named.description.in_(context.language),
                words.probability(context, probabilities[number - 1])
                if known
                else context.t("report.words.dash"),
            )
        )
    level = assessment.stage.level
    return Table(
        caption=context.t("report.profile.stages.table"),
        columns=(
            Column(title=context.t("report.profile.stages.stage"), width=1.2),
            Column(title=context.t("report.profile.stages.meaning"), width=3.4),
            Column(title=context.t("report.profile.stages.probability"), align="right"),
        ),
        rows=tuple(rows),
        note=context.t("report.profile.stages.note"),
        anchor="table-stages",
        emphasis_rows=() if level is None else (level - 1,),
    )


def weak_link(context: ReportContext, assessment: AssessmentResult) -> list[Block]:
    """Return what the weak link is and why it matters, when the profile has one."""
    if assessment.weak_link is None:
        return []
    dimension = assessment.dimension(assessment.weak_link)
    return [
        Callout(
            title=context.t("report.profile.weak_link.title", name=context.name(dimension.id)),
            text=context.t("report.profile.weak_link", level=words.level_or_dash(context, dimension.scored)),
            tone="warning",
        )
    ]


def distribution(context: ReportContext, assessment: AssessmentResult) -> list[Block]:
    """Return who answered what, as counts; nothing to show with a single respondent."""
    if words.single_view(assessment):
        return []
    return [
        Heading(text=context.t("report.profile.distribution.title"), level=2, anchor="profile-distribution"),
        Paragraph(text=context.t("report.profile.distribution")),
        Figure(
            chart=figures.distribution(context),
            caption=context.t("report.profile.distribution.figure"),
            anchor="figure-distribution",
        ),
    ]


def changes(context: ReportContext, assessment: AssessmentResult) -> list[Block]:
    """Return the change since the wave before, told apart from noise."""
    previous = context.diagnostic.previous
    if previous is None:
        return []
    blocks: list[Block] = [
        Heading(text=context.t("report.profile.change.title"), level=2, anchor="profile-change")
    ]
    if not context.diagnostic.changes:
        said = context.t("report.profile.change.none", before=context.date(previous.date))
        return [*blocks, Paragraph(text=said)]
    headline = [
        _index_change(context, previous, change)
        for change in context.diagnostic.changes
        if change.question is None
    ]
    blocks += [Paragraph(text=said) for said in headline]
    if said := _versions(context):
        blocks.append(Paragraph(text=said, tone="note"))
    chart = Figure(
        chart=figures.changes(context),
        caption=context.t("report.profile.change.figure"),
        note=context.t("report.profile.change.figure.note"),
        anchor="figure-change",
    )
    return [*blocks, chart, change_table(context, assessment, previous)]


def _index_change(context: ReportContext, previous: AssessmentResult, change: Change) -> str:
    return words.join(
        context.t(
            "report.profile.change.index",
            before=context.number(change.before, digits=2),
            after=context.number(change.after, digits=2),
            change=words.signed(context, change.change),
            date=context.date(previous.date),
        ),
        context.t(
            f"report.profile.change.index.{reading(change)}",
            minimum=context.number(change.minimum_detectable, digits=2),
        ),
    )


def reading(change: Change) -> str:
    """Return how a change reads: ``noise``, ``rise`` or ``fall``."""
    if change.within_noise:
        return "noise"
    return "rise" if change.change > 0 else "fall"


def _versions(context: ReportContext) -> str:
    waves = context.diagnostic.engagement.waves
    changed = len(waves) > 1 and waves[-1].version != waves[-2].version
    return words.text_in(context, "report.profile.change.version", changed)


def change_table(context: ReportContext, assessment: AssessmentResult, previous: AssessmentResult) -> Table:
    """Return one row per question compared, the index last."""
    ordered = sorted(context.diagnostic.changes, key=lambda change: change.question is None)
    rows = tuple(
        (
            context.t("report.profile.change.row.index")
            if change.question is None
            else context.name(change.question),
            context.number(change.before, digits=2),
            context.number(change.after, digits=2),
            words.signed(context, change.change),
            context.number(change.minimum_detectable, digits=2),
            context.t(f"report.profile.change.{reading(change)}"),
        )
        for change in ordered
    )
    titles = ("before", "after", "change", "minimum")
    paired = max((change.paired for change in ordered), default=0)
    return Table(
        caption=context.t(
            "report.profile.change.table",
            before=context.date(previous.date),
            after=context.date(assessment.date),
        ),
        columns=(
            Column(title=context.t("report.profile.column.question"), width=2.8),
            *(
                Column(title=context.t(f"report.profile.change.column.{title}"), align="right")
                for title in titles
            ),
            Column(title=context.t("report.profile.change.column.reading"), width=1.6),
        ),
        rows=rows,
        note=context.t("report.profile.change.note", n=paired)
        if paired
        else context.t("report.profile.change.note.none"),
        anchor="table-change",
        emphasis_rows=tuple(row for row, change in enumerate(ordered) if change.question is None),
    )
