"""How sure the result is: the chance of a loss, the range, what moves it, what to measure, what is counted once."""

from __future__ import annotations

from fnmatch import fnmatchcase

from cxmaturity import i18n
from cxmaturity.business_case.values import CaseResult, LeverBreakEven, Overlap, SimulationResult, Uncertainty
from cxmaturity.reporting.blocks import (
    Block,
    Bullets,
    Column,
    Figure,
    Heading,
    KeyFigure,
    KeyFigures,
    Paragraph,
    Table,
    plain,
)
from cxmaturity.reporting.context import ReportContext
from cxmaturity.reporting.sections import case as case_section
from cxmaturity.reporting.sections import figures, measuring, reviewer, words


def build(context: ReportContext) -> list[Block]:
    """Return the risk of the case; without any simulation, why there is none."""
    heading = Heading(text=context.t("report.risk.title"), level=1, anchor="risk")
    case = context.diagnostic.case
    if case is None or case.simulation is None:
        return [heading, Paragraph(text=context.t(f"report.risk.none.{_why(context)}"), tone="lead")]
    return [
        heading,
        Paragraph(text=headline(context, case, case.simulation), tone="lead"),
        KeyFigures(items=three_numbers(context, case, case.simulation)),
        *spread(context, case, case.simulation),
        *swings(context, case),
        *learning(context, case),
        *prudence(context, case, case.simulation),
        *overlaps(context, case),
        *reviewer.build(context, case),
    ]


def _why(context: ReportContext) -> str:
    """Return why nothing is simulated: no_case, haircut, or no_range."""
    case = context.diagnostic.case
    if case is None:
        return "no_case"
    return "no_range" if case.haircut is None else "haircut"


def headline(context: ReportContext, case: CaseResult, found: SimulationResult) -> str:
    """Return the answer in two sentences: how often money is lost, what is expected."""
    side = "gain" if found.mean >= 0 else "loss"
    return words.join(
        context.t(
            "report.risk.headline",
            draws=context.number(found.draws),
            loss=words.probability(context, found.probability_of_loss),
        ),
        context.t(
            f"report.risk.headline.{side}",
            mean=words.short(context, abs(found.mean)),
            horizon=words.horizon(context, case.horizon_years),
        ),
    )


# --- the three numbers ---------------------------------------------------------------------------------------------


def loss_figure(context: ReportContext, found: SimulationResult) -> KeyFigure:
    """Return the probability of losing money, with the average of the worst 5 %."""
    return KeyFigure(
        label=context.t("report.risk.figure.loss"),
        value=words.probability(context, found.probability_of_loss),
        note=context.t("report.risk.figure.loss.note", worst=words.short(context, found.cvar5)),
    )


def range_figure(context: ReportContext, found: SimulationResult, *, average: bool = False) -> KeyFigure:
    """Return the NPV from P10 to P90 with its median, or with its average, which is the figure to decide on."""
    kind, middle = ("average", found.mean) if average else ("note", found.p50)
    low, high = words.short(context, found.p10), words.short(context, found.p90)
    return KeyFigure(
        label=context.t("report.risk.figure.range"),
        value=words.span(context, low, high),
        note=context.t(f"report.risk.figure.range.{kind}", middle=words.short(context, middle)),
    )


def measure_figure(context: ReportContext, case: CaseResult) -> KeyFigure:
    """Return what to measure before deciding, and what it is worth."""
    choice = measuring.choose(case)
    named = choice.found is not None and choice.kind in ("survey", "first")
    note = {"evpi": words.short(context, case.evpi or 0.0)}
    if choice.found is not None:
        note["worth"] = words.short(context, choice.found.evppi)
    sample = None if choice.survey is None else measuring.best(choice.survey)
    if sample is not None:
        note |= {"sample": words.short(context, sample[1]), "cost": words.short(context, sample[2])}
    elif choice.survey is not None:
        note["cost"] = words.short(context, min(choice.survey.costs))
    return KeyFigure(
        label=context.t("report.risk.figure.measure"),
        value=measuring.label_name(context, choice.found.label)
        if named and choice.found is not None
        else context.t("report.risk.figure.measure.none"),
        note=context.t(f"report.risk.figure.measure.note.{choice.kind}", **note),
    )


def three_numbers(context: ReportContext, case: CaseResult, found: SimulationResult) -> tuple[KeyFigure, ...]:
    """Return the three numbers of a decision: the risk, the range, what to measure."""
    return loss_figure(context, found), range_figure(context, found), measure_figure(context, case)


# --- the distribution ----------------------------------------------------------------------------------------------


def spread(context: ReportContext, case: CaseResult, found: SimulationResult) -> list[Block]:
    """Return the distribution of the NPV, and how it sits beside the result at the most likely values."""
    blocks: list[Block] = []
    if any(found.counts):
        blocks.append(
            Figure(
                chart=figures.npv_distribution(context, case),
                caption=context.t("report.risk.spread"),
                note=context.t(
                    "report.risk.spread.note",
                    draws=context.number(found.draws),
                    seed=found.seed,
                    error=words.short(context, found.standard_error),
                    points=context.number(100 * found.probability_of_loss_error, digits=1),
                ),
                anchor="figure-spread",
            )
        )
    said = words.short(context, case.npv), words.short(context, found.mean)
    kind = "same" if said[0] == said[1] else "below" if found.mean < case.npv else "above"
    blocks.append(Paragraph(text=context.t(f"report.risk.mean.{kind}", npv=said[0], mean=said[1])))
    return blocks


# --- what moves it -------------------------------------------------------------------------------------------------


def swings(context: ReportContext, case: CaseResult) -> list[Block]:
    """Return what moves the result: the tornado, and how little of each lever is enough."""
    if not case.tornado:
        return []
    return [
        Heading(text=context.t("report.risk.swings.title"), level=2, anchor="risk-swings"),
        Paragraph(text=swings_said(context, case)),
        Figure(
            chart=figures.tornado(context, case),
            caption=context.t("report.risk.tornado"),
            note=context.t("report.risk.tornado.note"),
            anchor="figure-tornado",
        ),
        *break_even(context, case),
    ]


def swings_said(context: ReportContext, case: CaseResult) -> str:
    """Return the tornado in two sentences: what weighs most, which figures alone can turn the result."""
    widest = case.tornado[0]
    turning = [
        bar for bar in case.tornado if min(bar.npv_low, bar.npv_high) < 0 < max(bar.npv_low, bar.npv_high)
    ]
    side = "gain" if case.npv >= 0 else "loss"
    names = [_strong(measuring.label_name(context, bar.input)) for bar in turning]
    return words.join(
        context.t(
            "report.risk.swings",
            name=_strong(measuring.label_name(context, widest.input)),
            low=words.short(context, widest.npv_low),
            high=words.short(context, widest.npv_high),
        ),
        context.t(
            f"report.risk.swings.turning.{side}",
            n=len(turning),
            names=i18n.listing(names, context.language),
        )
        if turning
        else context.t(f"report.risk.swings.steady.{side}"),
    )


def _strong(name: str) -> str:
    return f"**{name}**"


def break_even(context: ReportContext, case: CaseResult) -> list[Block]:
    """Return, lever by lever, the share of its target that is enough when the others are on target."""
    if not case.lever_break_even:
        return []
    rows = tuple(
        (
            context.benefit_name(lever.benefit),
            _share(context, lever),
            context.t(f"report.risk.lever.{_lever(lever)}"),
        )
        for lever in case.lever_break_even
    )
    return [
        Table(
            caption=context.t("report.risk.lever.table"),
            columns=(
                Column(title=context.t("report.case.benefits.benefit"), width=1.8),
                Column(title=context.t("report.risk.lever.share"), align="right", width=1.4),
                Column(title=context.t("report.case.indicators.reading"), width=3.4),
            ),
            rows=rows,
            note=context.t("report.risk.lever.note"),
            anchor="table-lever-break-even",
        )
    ]


def _share(context: ReportContext, lever: LeverBreakEven) -> str:
    return context.t("report.words.dash") if lever.share is None else context.percent(lever.share)


def _lever(lever: LeverBreakEven) -> str:
    """Return how to read a lever's break-even: safe, hopeless, more, most (of the target) or part."""
    if lever.share is None:
        return "safe" if lever.reachable else "hopeless"
    if lever.share > 1:
        return "more"
    return "most" if lever.share >= 0.5 else "part"


# --- what to learn -------------------------------------------------------------------------------------------------


def learning(context: ReportContext, case: CaseResult) -> list[Block]:
    """Return what to measure before deciding: the value of knowing, and the sample that pays for itself."""
    heading = Heading(text=context.t("report.risk.learning.title"), level=2, anchor="risk-learning")
    if not case.evpi or case.evpi < 1:
        return [heading, Paragraph(text=context.t("report.risk.learning.nothing"))]
    return [
        heading,
        Paragraph(text=context.t("report.risk.learning", evpi=words.short(context, case.evpi))),
        Paragraph(text=measuring.said(context, case, "answer")),
        Figure(
            chart=figures.information(context, case),
            caption=context.t("report.risk.information"),
            note=context.t("report.risk.information.note"),
            anchor="figure-information",
        ),
        *surveys(context, case),
    ]


def surveys(context: ReportContext, case: CaseResult) -> list[Block]:
    """Return the surveys whose price is known: the size that pays best, what it is worth, what it costs."""
    if not case.measurements:
        return [Paragraph(text=context.t("report.risk.surveys.none"), tone="note")]
    dash = context.t("report.words.dash")
    worth = {found.label: found.evppi for found in case.information}
    rows = []
    for survey in sorted(case.measurements, key=lambda found: (-measuring.gain(found), found.input)):
        sample = measuring.best(survey)
        known = worth.get(survey.input)
        rows.append(
            (
                measuring.label_name(context, survey.input),
                dash if known is None else words.full(context, known),
                context.t("report.risk.surveys.no_size") if sample is None else context.number(sample[0]),
                dash if sample is None else words.full(context, sample[1]),
                context.t("report.risk.surveys.from", cost=words.full(context, min(survey.costs)))
                if sample is None
                else words.full(context, sample[2]),
            )
        )
    titles = ("known", "size", "worth", "cost")
    return [
        Table(
            caption=context.t("report.risk.surveys.table"),
            columns=(
                Column(title=context.t("report.assumptions.column.input"), width=2.2),
                *(Column(title=context.t(f"report.risk.surveys.{title}"), align="right") for title in titles),
            ),
            rows=tuple(rows),
            note=context.t("report.risk.surveys.note"),
            anchor="table-surveys",
        )
    ]


# --- how caution enters --------------------------------------------------------------------------------------------


def prudence(context: ReportContext, case: CaseResult, found: SimulationResult) -> list[Block]:
    """Return how caution enters, once; what varies together; the stage gate; what was adjusted."""
    given = context.diagnostic.engagement.case
    said = [context.t("report.risk.prudence.distribution")]
    if given is not None:
        said += [
            correlated(context, given.uncertainty, found),
            words.text_in(
                context,
                "report.risk.prudence.bias",
                given.finance.optimism_bias > 0,
                share=words.rate(context, given.finance.optimism_bias),
            ),
            gate(context, case, given.uncertainty),
        ]
    notes = tuple(plain(words.sentence(i18n.describe(note, context.language))) for note in found.notes)
    return [
        Heading(text=context.t("report.risk.prudence.title"), level=2, anchor="risk-prudence"),
        *(Paragraph(text=text) for text in said if text),
        *([Bullets(items=notes)] if notes else []),
    ]


def correlated(context: ReportContext, given: Uncertainty, found: SimulationResult) -> str:
    """Return what varies together, and how strongly."""
    moves = [
        path for path in found.inputs if path.startswith("levers.") and not path.endswith(".attribution")
    ]
    groups = []
    for group in given.groups:
        members = [
            path for path in found.inputs if any(fnmatchcase(path, pattern) for pattern in group.inputs)
        ]
        moves = [path for path in moves if path not in members]
        if len(members) > 1 and group.correlation:
            groups.append(
                context.t(
                    "report.risk.correlated.group",
                    name=plain(group.name),
                    correlation=context.number(group.correlation, digits=1),
                )
            )
    parts = []
    if len(moves) > 1:
        kind = "levers" if given.correlation else "free"
        correlation = context.number(given.correlation, digits=1)
        parts.append(context.t(f"report.risk.correlated.{kind}", correlation=correlation))
    if groups:
        parts.append(
            context.t("report.risk.correlated.groups", groups=i18n.listing(groups, context.language))
        )
    return words.join(*parts) or context.t("report.risk.correlated.none")


def gate(context: ReportContext, case: CaseResult, given: Uncertainty) -> str:
    """Return the stage gate that the simulation counts, empty when there is none."""
    return words.text_in(
        context,
        "report.risk.prudence.gate",
        given.success_probability is not None,
        chance=context.percent(1 - (given.success_probability or 0.0)),
        initial=words.short(context, case.costs_by_year[0]),
    )


# --- what is counted once ------------------------------------------------------------------------------------------


def overlaps(context: ReportContext, case: CaseResult) -> list[Block]:
    """Return the sum of the parts against the joint total, and where each shared euro is counted."""
    if len(case.benefits) < 2:
        return []
    blocks: list[Block] = [
        Heading(text=context.t("report.risk.overlaps.title"), level=2, anchor="risk-overlaps"),
        Paragraph(text=case_section.interaction(context, case)),
    ]
    if not case.overlaps:
        return [*blocks, Paragraph(text=context.t("report.risk.overlaps.none"))]
    return [
        *blocks,
        Paragraph(text=context.t("report.risk.overlaps")),
        Table(
            caption=context.t("report.risk.overlaps.table"),
            columns=(
                Column(title=context.t("report.risk.overlaps.pair"), width=1.8),
                Column(title=context.t("report.risk.overlaps.kind"), width=1.1),
                Column(title=context.t("report.risk.overlaps.rule"), width=3.8),
            ),
            rows=tuple(_overlap(context, found) for found in case.overlaps),
            anchor="table-overlaps",
        ),
    ]


def _overlap(context: ReportContext, found: Overlap) -> tuple[str, ...]:
    return (
        context.t(
            "report.risk.overlaps.names",
            first=context.benefit_name(found.first),
            second=context.benefit_name(found.second),
        ),
        context.t(f"report.risk.overlaps.kind.{found.kind}"),
        plain(words.sentence(i18n.describe(found.problem, context.language))),
    )
