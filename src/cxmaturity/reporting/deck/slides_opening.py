"""The opening of the deck: the case in one sentence, three numbers, and where the company stands."""

from __future__ import annotations

from cxmaturity import i18n
from cxmaturity.assessment.values import AssessmentResult, DimensionResult, Evidence
from cxmaturity.business_case.values import CaseResult, SimulationResult
from cxmaturity.charts.findings import in_order, level_findings
from cxmaturity.reporting.blocks import plain
from cxmaturity.reporting.deck.desk import Desk, cell_name
from cxmaturity.reporting.deck.values import (
    BarsChart,
    Bullets,
    Callout,
    Card,
    Cards,
    Item,
    Numbers,
    Picture,
    Series,
    Slide,
    Statement,
)
from cxmaturity.reporting.sections import measuring, words

_STRONG = 2.0


def case(desk: Desk) -> Slide:
    """Return the case in one sentence, with what is asked."""
    argument, diagnostic = desk.argument, desk.context.diagnostic
    client = diagnostic.engagement.client
    parts = (desk.context.date(diagnostic.as_of), plain(client.sector), plain(client.note))
    return Slide(
        id="case",
        kicker=desk.client,
        title=plain(argument.headline),
        side=(Statement(text=plain(argument.lead), note=" – ".join(part for part in parts if part)),),
        below=(Callout(title=desk.t("ask.title"), text=plain(argument.closing)),),
        notes=(
            desk.t("notes.case"),
            *(() if argument.situation is None else (_situation(desk),)),
            *_conventions(desk),
        ),
    )


def _situation(desk: Desk) -> str:
    name = desk.context.t(f"situations.name.{desk.argument.situation}")
    return desk.t("notes.situation", name=name)


def _conventions(desk: Desk) -> tuple[str, ...]:
    result = desk.context.diagnostic.case
    if result is None:
        return ()
    return (
        desk.t("notes.conventions", rate=desk.discount(), horizon=desk.horizon()),
        desk.t("notes.timing", timing=desk.context.t(f"report.case.timing.{result.timing}")),
    )


# --- three numbers ------------------------------------------------------------------------------------------------


def numbers(desk: Desk) -> Slide | None:
    """Return the three numbers that a finance director asks for first."""
    result = desk.context.diagnostic.case
    if result is None or not result.benefits:
        return None
    if result.simulation is None:
        return _point_numbers(desk, result)
    return _simulated_numbers(desk, result, result.simulation)


def _simulated_numbers(desk: Desk, result: CaseResult, simulation: SimulationResult) -> Slide:
    loss = desk.chance("simulation_probability_of_loss", simulation.probability_of_loss)
    median = desk.money("simulation_p50", simulation.p50)
    kind = "gain" if simulation.p50 > 0 else "loss"
    cards = (
        Card(
            label=desk.t("numbers.loss"),
            value=loss,
            note=desk.t("numbers.loss.note", cvar=desk.money("simulation_cvar5", simulation.cvar5)),
            tone="bad",
        ),
        Card(
            label=desk.t("numbers.npv"),
            value=median,
            note=desk.t(
                "numbers.npv.note",
                low=desk.money("simulation_p10", simulation.p10),
                high=desk.money("simulation_p90", simulation.p90),
            ),
            tone="bad" if simulation.p50 < 0 else "primary",
        ),
        _to_measure(desk),
    )
    return Slide(
        id="numbers",
        kicker=desk.t("kicker.numbers"),
        title=desk.t(f"numbers.title.{kind}", loss=loss, median=median),
        side=(Cards(items=cards),),
        below=(Statement(text=_how_simulated(desk, simulation)),),
        notes=(
            desk.t(
                "notes.simulation",
                draws=desk.number("simulation_draws", simulation.draws),
                seed=str(simulation.seed),
                error=words.short(desk.context, simulation.standard_error),
            ),
            desk.t("notes.npv_mode", npv=desk.money("case_npv", result.npv)),
            *(i18n.describe(note, desk.context.language) for note in simulation.notes),
            *desk.sources(simulation.inputs),
        ),
    )


def _how_simulated(desk: Desk, simulation: SimulationResult) -> str:
    return desk.t(
        "numbers.how",
        draws=desk.number("simulation_draws", simulation.draws),
        correlation=desk.number("simulation_correlation", simulation.correlation, 1),
        inputs=desk.number("simulation_inputs", len(simulation.inputs)),
        npv=desk.money("case_npv", desk.case.npv),
    )


def _to_measure(desk: Desk) -> Card:
    """Return the same choice as the report's, in its words."""
    choice = measuring.choose(desk.case)
    label, nothing = desk.t("numbers.measure"), desk.t("numbers.measure.nothing")
    if choice.found is None:
        return Card(label=label, value=nothing, note=desk.t("numbers.measure.nothing.note"), tone="accent")
    name = desk.input_name(choice.found.label)
    worth = desk.money(f"evppi_{cell_name(choice.found.label)}", choice.found.evppi)
    if choice.kind in {"survey", "first"}:
        return Card(label=label, value=worth, note=desk.t("numbers.measure.note", name=name), tone="accent")
    note = desk.t(f"numbers.measure.{choice.kind}", name=name, worth=worth)
    return Card(label=label, value=nothing, note=note, tone="accent")


def _point_numbers(desk: Desk, result: CaseResult) -> Slide:
    horizon, never = desk.horizon(), desk.t("numbers.never")
    npv = desk.money("case_npv", result.npv)
    paid = result.payback_years
    payback = never if paid is None else desk.years("case_payback_years", paid)
    note = desk.t("numbers.payback.never", horizon=horizon)
    if paid is not None and result.discounted_payback_years is not None:
        years = desk.years("case_discounted_payback_years", result.discounted_payback_years)
        note = desk.t("numbers.payback.discounted", years=years)
    elif paid is not None:
        note = desk.t("numbers.payback.undiscounted", horizon=horizon)
    cards = [
        Card(
            label=desk.t("numbers.point_npv"),
            value=npv,
            note=desk.t("numbers.point_npv.note", horizon=horizon, rate=desk.discount()),
            tone="primary" if result.npv >= 0 else "bad",
        ),
        Card(label=desk.t("numbers.payback"), value=payback, note=note),
    ]
    if result.break_even is not None:
        side = "below" if result.break_even <= 1 else "above"
        cards.append(
            Card(
                label=desk.t("numbers.break_even"),
                value=desk.percent("case_break_even", result.break_even),
                note=desk.t(f"numbers.break_even.{side}"),
                tone="accent",
            )
        )
    kind = "loss" if result.npv < 0 else "paid" if paid is not None else "unpaid"
    return Slide(
        id="numbers",
        kicker=desk.t("kicker.numbers"),
        title=desk.t(
            f"numbers.point_title.{kind}",
            npv=desk.size("case_npv", result.npv),
            payback=payback,
            horizon=horizon,
        ),
        side=(Cards(items=tuple(cards)),),
        below=(Statement(text=desk.t("numbers.no_range")),),
        notes=(desk.t("notes.no_range"), *_conventions(desk), *desk.sources()),
    )


# --- where the company stands -----------------------------------------------------------------------------------------


def profile(desk: Desk) -> Slide | None:
    """Return the maturity profile: proven, declared, and what is missing to the targets."""
    assessment = desk.context.diagnostic.assessment
    if assessment is None or not any(found.scored is not None for found in assessment.dimensions):
        return None
    dimensions = list(in_order(assessment, desk.context.catalog))
    return Slide(
        id="profile",
        kicker=desk.t("kicker.profile"),
        title=_profile_title(desk, assessment, dimensions),
        picture=Picture(
            chart=_profile_chart(desk, assessment, dimensions),
            alt=level_findings(assessment, desk.context.catalog, desk.context.language),
            caption=desk.t(f"profile.caption.{assessment.mode}", source=_answered(desk, assessment)),
        ),
        side=_profile_side(desk, assessment),
        notes=_profile_notes(desk, assessment),
    )


def _answered(desk: Desk, assessment: AssessmentResult) -> str:
    """Return who answered and when: the source of the levels."""
    date = desk.context.date(assessment.date)
    desk.record({"maturity_date": date})
    desk.number("maturity_respondents", assessment.respondents)
    return desk.t("profile.source", n=assessment.respondents, date=date)


def _weakest(desk: Desk, dimensions: list[DimensionResult]) -> DimensionResult:
    wanted = desk.context.diagnostic.priorities
    scored = [found for found in dimensions if found.scored is not None]
    named = [found for found in scored if wanted and found.id == wanted[0]]
    return named[0] if named else min(scored, key=lambda found: found.scored or 0.0)


def _unscored(desk: Desk, found: DimensionResult) -> str:
    """Return why a question has no level."""
    kind = "withheld" if found.withheld else "not_applicable" if found.not_applicable else "unknown"
    return desk.t(f"profile.unscored.{kind}")


def _level(desk: Desk, found: DimensionResult) -> str:
    return desk.level(f"maturity_{found.id}", found.scored)


def _profile_title(desk: Desk, assessment: AssessmentResult, dimensions: list[DimensionResult]) -> str:
    weak = _weakest(desk, dimensions)
    stage = assessment.stage.level
    return desk.t(
        f"profile.title.{'stage' if stage is not None else 'no_stage'}",
        client=desk.client,
        stage=str(stage),
        name=""
        if stage is None
        else plain(desk.context.catalog.level_name(stage).name.in_(desk.context.language)),
        weak=desk.context.name(weak.id),
        level=_level(desk, weak),
    )


def _profile_chart(desk: Desk, assessment: AssessmentResult, dimensions: list[DimensionResult]) -> BarsChart:
    def short(found: DimensionResult) -> str:
        name = desk.context.catalog.question(found.id).short.in_(desk.context.language)
        if found.scored is not None:
            return name
        return desk.t("profile.unscored", name=name, why=_unscored(desk, found))

    levels: list[float | None] = [found.scored for found in dimensions]
    for found in dimensions:
        if found.scored is None:
            continue
        _level(desk, found)
        if found.declared is not None:
            desk.level(f"maturity_{found.id}_declared", found.declared)
    known = [found if found.scored is not None else None for found in dimensions]
    unproven = [max(0.0, (it.declared or 0.0) - (it.scored or 0.0)) if it else 0.0 for it in known]
    missing = [
        max(0.0, (it.target or 0.0) - max(it.scored or 0.0, it.declared or 0.0)) if it else 0.0
        for it in known
    ]
    quick = assessment.mode == "quick"
    series = [
        Series(
            name=desk.t(f"profile.{'declared' if quick else 'proven'}"), values=tuple(levels), labels=True
        ),
    ]
    if not quick and any(round(share, 1) for share in unproven):
        series.append(Series(name=desk.t("profile.unproven"), values=tuple(unproven), tone="soft"))
    if any(round(share, 1) for share in missing):
        series.append(Series(name=desk.t("profile.missing"), values=tuple(missing), tone="faint"))
    return BarsChart(
        categories=tuple(short(found) for found in dimensions),
        series=tuple(series),
        numbers=Numbers(digits=1, money=False),
        stacked=True,
        scale=(0.0, 5.0),
        scale_shown=True,
    )


def _profile_side(desk: Desk, assessment: AssessmentResult) -> tuple[Item, ...]:
    diagnostic = desk.context.diagnostic
    first = tuple(_priority(desk, assessment.dimension(name)) for name in diagnostic.priorities[:3])
    build = tuple(
        desk.t(
            "profile.strength",
            name=desk.context.name(name),
            level=_level(desk, assessment.dimension(name)),
        )
        for name in diagnostic.strengths[:3]
        if (assessment.dimension(name).scored or 0.0) >= _STRONG
    )
    items: list[Item] = []
    if first:
        items.append(Bullets(title=desk.t("profile.first"), items=first))
    if build:
        items.append(Bullets(title=desk.t("profile.build"), items=build))
    cautions = (*_left_out(desk, assessment), *_caution(desk, assessment))
    if cautions:
        items.append(Bullets(title=desk.t("profile.caution"), items=cautions))
    return tuple(items)


def _left_out(desk: Desk, assessment: AssessmentResult) -> tuple[str, ...]:
    """Say which questions have no level, and why: a profile that leaves one out without a word would mislead."""
    return tuple(
        desk.t("profile.left_out", name=desk.context.name(found.id), why=_unscored(desk, found))
        for found in in_order(assessment, desk.context.catalog)
        if found.scored is None
    )


def _priority(desk: Desk, found: DimensionResult) -> str:
    name = desk.context.name(found.id)
    if found.scored is None:
        return desk.t("profile.priority.unknown", name=name)
    if found.target is None:
        return desk.t("profile.strength", name=name, level=_level(desk, found))
    return desk.t(
        "profile.priority",
        name=name,
        level=_level(desk, found),
        target=desk.level(f"maturity_{found.id}_target", found.target),
    )


def _caution(desk: Desk, assessment: AssessmentResult) -> tuple[str, ...]:
    if words.single_view(assessment):
        return (desk.t("profile.caution.single"),)
    if assessment.mode == "quick":
        return (desk.t("profile.caution.quick"),)
    if words.no_evidence(assessment):
        return (desk.t("profile.caution.no_evidence"),)
    return ()


def _profile_notes(desk: Desk, assessment: AssessmentResult) -> tuple[str, ...]:
    context = desk.context
    said = [
        desk.t(
            "notes.profile",
            n=assessment.respondents,
            date=context.date(assessment.date),
        )
    ]
    if assessment.stage.level is not None:
        chance = assessment.stage.probabilities[assessment.stage.level - 1 : assessment.stage.level]
        if chance and any(assessment.stage.probabilities):
            said.append(desk.t("notes.stage", chance=words.chance(context, chance[0])))
    wave = words.last_wave(context)
    proofs = wave.evidence if wave else ()
    return (*said, *(_proof(desk, found) for found in proofs))


def _proof(desk: Desk, found: Evidence) -> str:
    return desk.t(
        "notes.evidence",
        name=desk.context.name(found.question),
        description=plain(found.description),
        source=plain(found.source) or desk.context.t("report.words.dash"),
        date=desk.context.date(found.date),
        grade=found.grade,
    )
