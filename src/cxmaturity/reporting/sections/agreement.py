"""Do the functions see the same company? Verdicts that depend on n, knowledge gaps, functions, alignment.

One respondent cannot agree with anybody: the section then says "a single view" and nothing about agreement.
"""

from __future__ import annotations

from cxmaturity.assessment.values import AssessmentResult, DimensionResult, GapTest
from cxmaturity.reporting.blocks import (
    Block,
    Bullets,
    Callout,
    Column,
    Heading,
    Panel,
    Paragraph,
    Table,
    plain,
)
from cxmaturity.reporting.context import ReportContext
from cxmaturity.reporting.sections import panel_statistics, words


def build(context: ReportContext) -> list[Block]:
    """Return the section on agreement; a single view gets its own, shorter one."""
    assessment = context.diagnostic.assessment
    if assessment is None:
        return [
            Heading(text=context.t("report.agreement.title"), level=1, anchor="agreement"),
            Paragraph(text=context.t("report.profile.none")),
        ]
    if assessment.withheld:
        said = context.t("report.profile.withheld", minimum=assessment.minimum_group)
        return [
            Heading(text=context.t("report.agreement.title"), level=1, anchor="agreement"),
            Paragraph(text=said),
        ]
    if words.single_view(assessment):
        return single_view(context, assessment)
    return [
        Heading(text=context.t("report.agreement.title"), level=1, anchor="agreement"),
        Paragraph(text=context.t("report.agreement.lead"), tone="lead"),
        *alignment(context, assessment),
        *verdicts(context, assessment),
        *knowledge_gaps(context, assessment),
        *functions(context, assessment),
        *sentences(context, assessment),
        *priorities(context, assessment),
        *panel_statistics.build(context, assessment),
    ]


def single_view(context: ReportContext, assessment: AssessmentResult) -> list[Block]:
    """Return what one person's answers allow, and what they do not."""
    kind = "single" if assessment.respondents else "empty"
    return [
        Heading(text=context.t(f"report.agreement.{kind}.title"), level=1, anchor="agreement"),
        Callout(
            title=context.t(f"report.agreement.{kind}.callout"),
            text=context.t(f"report.agreement.{kind}"),
            tone="warning",
        ),
        *knowledge_gaps(context, assessment),
        *sentences(context, assessment),
        *priorities(context, assessment),
    ]


def alignment(context: ReportContext, assessment: AssessmentResult) -> list[Block]:
    """Return declared alignment against the answers seen: the page that persuades."""
    check = assessment.alignment
    declared = words.text_in(
        context,
        "report.agreement.alignment.declared",
        check.declared is not None,
        level=words.level_or_dash(context, check.declared),
    )
    seen = [
        context.t(f"report.agreement.alignment.{kind}", names=words.strong_names(context, questions))
        for kind, questions in (
            ("split", check.split),
            ("spread", check.spread),
            ("consensus", check.consensus),
        )
        if questions
    ]
    return [
        Heading(text=context.t("report.agreement.alignment.title"), level=2, anchor="agreement-alignment"),
        Callout(
            title=context.t(f"report.agreement.alignment.{check.verdict}.title"),
            text=words.join(declared, *seen, context.t(f"report.agreement.alignment.{check.verdict}")),
            tone="bad" if check.verdict == "contradicted" else "info",
        ),
    ]


def verdicts(context: ReportContext, assessment: AssessmentResult) -> list[Block]:
    """Return how far the answers to each question are apart, in words that depend on how many there are."""
    rows = tuple(
        (
            context.name(dimension.id),
            context.number(dimension.n),
            context.t("report.words.dash")
            if dimension.n < 2
            else words.level_or_dash(context, dimension.ad_md),
            context.t(f"report.verdict.{words.verdict(dimension)}"),
            context.t(f"report.agreement.verdict.{words.verdict(dimension)}"),
        )
        for dimension in assessment.dimensions
    )
    return [
        Heading(text=context.t("report.agreement.verdict.title"), level=2, anchor="agreement-verdicts"),
        Paragraph(text=context.t("report.agreement.verdict.intro")),
        Table(
            caption=context.t("report.agreement.verdict.table"),
            columns=(
                Column(title=context.t("report.profile.column.question"), width=2.2),
                Column(title=context.t("report.agreement.column.n"), align="right", width=0.9),
                Column(title=context.t("report.agreement.column.distance"), align="right", width=1.1),
                Column(title=context.t("report.agreement.column.verdict"), width=1.5),
                Column(title=context.t("report.agreement.column.meaning"), width=3.0),
            ),
            rows=rows,
            note=context.t("report.agreement.verdict.note"),
            anchor="table-verdicts",
        ),
    ]


def knowledge_gaps(context: ReportContext, assessment: AssessmentResult) -> list[Block]:
    """Return what people said they do not know: a finding, not a missing value."""
    blocks: list[Block] = [
        Heading(text=context.t("report.agreement.knowledge.title"), level=2, anchor="agreement-knowledge")
    ]
    unknown = [dimension for dimension in assessment.dimensions if dimension.dont_know]
    if not unknown:
        return [*blocks, Paragraph(text=context.t("report.agreement.knowledge.none"))]
    shown = [function for function in assessment.functions.functions if function.shown and function.dont_know]
    shares = {function.id: dict(function.dont_know) for function in shown}
    columns = [
        Column(title=context.t("report.profile.column.question"), width=2.4),
        Column(title=context.t("report.agreement.knowledge.column.people"), align="right"),
        *(Column(title=context.function_name(function.id), align="right") for function in shown),
    ]
    rows = tuple(
        (
            context.name(dimension.id),
            context.number(dimension.dont_know),
            *(context.percent(shares[function.id].get(dimension.id, 0.0)) for function in shown),
        )
        for dimension in unknown
    )
    return [
        *blocks,
        Paragraph(text=context.t("report.agreement.knowledge")),
        Table(
            caption=context.t("report.agreement.knowledge.table"),
            columns=tuple(columns),
            rows=rows,
            note=_withheld(context, assessment),
            anchor="table-knowledge",
        ),
    ]


def _withheld(context: ReportContext, assessment: AssessmentResult) -> str:
    count = assessment.functions.withheld
    if not count:
        return ""
    return context.t("report.agreement.withheld", n=count, minimum=assessment.minimum_group)


def functions(context: ReportContext, assessment: AssessmentResult) -> list[Block]:
    """Return the functions compared: the whole profile first, questions only if the profile differs."""
    found = assessment.functions
    blocks: list[Block] = [
        Heading(text=context.t("report.agreement.functions.title"), level=2, anchor="agreement-functions"),
        Paragraph(text=context.t(f"report.agreement.functions.{found.wording}")),
    ]
    if found.wording in ("no_difference", "difference") and found.profile is not None:
        blocks.append(Paragraph(text=_profile_test(context, found.profile)))
    if found.wording == "difference":
        blocks += _question_tests(context, found.questions)
    shown = [function for function in found.functions if function.shown and function.means]
    if len(shown) > 1:
        means = {function.id: dict(function.means) for function in shown}
        blocks.append(
            Table(
                caption=context.t("report.agreement.functions.table"),
                columns=(
                    Column(title=context.t("report.profile.column.question"), width=2.4),
                    *(
                        Column(
                            title=context.t(
                                "report.profile.function_n",
                                name=context.function_name(function.id),
                                count=context.t("report.agreement.functions.n", n=function.n or 0),
                            ),
                            align="right",
                        )
                        for function in shown
                    ),
                ),
                rows=tuple(
                    (
                        context.name(dimension.id),
                        *(
                            words.level_or_dash(context, means[function.id].get(dimension.id))
                            for function in shown
                        ),
                    )
                    for dimension in assessment.dimensions
                ),
                note=_functions_note(context, assessment),
                anchor="table-functions",
            )
        )
    elif note := _withheld(context, assessment):
        blocks.append(Paragraph(text=note, tone="note"))
    return blocks


def _functions_note(context: ReportContext, assessment: AssessmentResult) -> str:
    found = assessment.functions
    dashes = any(mean is None for function in found.functions for _, mean in function.means)
    return words.join(
        words.text_in(context, "report.agreement.functions.heads_note", found.wording == "heads_only"),
        words.text_in(
            context,
            "report.agreement.functions.dash_note",
            dashes and assessment.privacy == "anonymous",
            minimum=assessment.minimum_group,
        ),
        _withheld(context, assessment),
    )


def _p_value(context: ReportContext, value: float) -> str:
    if value < 0.001:
        return context.t("report.words.under", value=context.number(0.001, digits=3))
    return context.number(value, digits=3)


def _profile_test(context: ReportContext, test: GapTest) -> str:
    return context.t(
        f"report.agreement.functions.profile.{'yes' if test.significant else 'no'}",
        range=context.level(test.range),
        p=_p_value(context, test.p_value),
        highest=context.function_name(test.highest),
        lowest=context.function_name(test.lowest),
    )


def _question_tests(context: ReportContext, tests: tuple[GapTest, ...]) -> list[Block]:
    items = tuple(
        context.t(
            "report.agreement.functions.question",
            name=context.name(test.question),
            highest=context.function_name(test.highest),
            lowest=context.function_name(test.lowest),
            range=context.level(test.range),
            p=_p_value(context, test.p_adjusted),
        )
        for test in tests
        if test.significant and test.question is not None
    )
    if not items:
        return [Paragraph(text=context.t("report.agreement.functions.questions.none"))]
    return [Paragraph(text=context.t("report.agreement.functions.questions")), Bullets(items=items)]


def sentences(context: ReportContext, assessment: AssessmentResult) -> list[Block]:
    """Return the one-sentence answers side by side, where they may be shown."""
    given = [dimension for dimension in assessment.dimensions if dimension.sentences]
    if not given:
        return []
    return [
        Heading(text=context.t("report.agreement.sentences.title"), level=2, anchor="agreement-sentences"),
        Paragraph(
            text=context.t(f"report.agreement.sentences{'.single' if words.single_view(assessment) else ''}")
        ),
        *(_panel(context, dimension) for dimension in given),
    ]


def _panel(context: ReportContext, dimension: DimensionResult) -> Panel:
    quoted = tuple(
        context.t("report.agreement.sentence", sentence=plain(said)) for said in dimension.sentences
    )
    blocks: list[Block] = [Bullets(items=quoted)]
    if dimension.clarity is not None:
        clarity = context.t("report.agreement.clarity", clarity=context.number(dimension.clarity, digits=1))
        blocks.append(Paragraph(text=clarity, tone="note"))
    return Panel(title=context.name(dimension.id), blocks=tuple(blocks))


def priorities(context: ReportContext, assessment: AssessmentResult) -> list[Block]:
    """Return how sure the three priorities are when the weights move."""
    if not assessment.priorities:
        return []
    ordered = sorted(assessment.priorities, key=lambda priority: priority.rank)
    rows = tuple(
        (
            context.number(priority.rank),
            context.name(priority.question),
            words.level_or_dash(context, assessment.dimension(priority.question).gap),
            words.probability(context, priority.top3_probability),
        )
        for priority in ordered
    )
    return [
        Heading(text=context.t("report.agreement.priorities.title"), level=2, anchor="agreement-priorities"),
        Paragraph(
            text=words.join(
                context.t("report.agreement.priorities"),
                words.text_in(
                    context, "report.agreement.priorities.value", context.diagnostic.bridge is not None
                ),
            )
        ),
        Table(
            caption=context.t("report.agreement.priorities.table"),
            columns=(
                Column(title=context.t("report.agreement.priorities.rank"), align="right", width=0.6),
                Column(title=context.t("report.profile.column.question"), width=3.0),
                Column(title=context.t("report.profile.column.gap"), align="right"),
                Column(title=context.t("report.agreement.priorities.top3"), align="right", width=1.6),
            ),
            rows=rows,
            anchor="table-priorities",
        ),
    ]
