"""What could happen: which inputs weigh, how the result spreads, and what is worth measuring before deciding."""

from __future__ import annotations

from bisect import bisect_right

from cxmaturity import i18n
from cxmaturity.business_case.values import (
    CaseResult,
    InformationValue,
    Measurement,
    SimulationResult,
    TornadoBar,
)
from cxmaturity.reporting.deck.desk import Desk, cell_name
from cxmaturity.reporting.deck.values import (
    BarsChart,
    Bullets,
    Card,
    Cards,
    HistogramChart,
    Item,
    Picture,
    Series,
    Slide,
)
from cxmaturity.reporting.sections import measuring, words

_BARS = 8
_VALUES = 6
_VISIBLE = 0.01
"""Bars shorter than this share of the longest are left out."""


# --- tornado -------------------------------------------------------------------------------------------------------


def tornado(desk: Desk) -> Slide | None:
    """Return the NPV when one input at a time goes from its P10 to its P90."""
    result = desk.context.diagnostic.case
    bars = sorted(result.tornado, key=lambda bar: -abs(bar.npv_high - bar.npv_low))[:_BARS] if result else []
    if result is None or not bars:
        return None
    numbers = desk.scale([result.npv, *(value for bar in bars for value in (bar.npv_low, bar.npv_high))])
    npv = desk.money("case_npv", result.npv)
    for bar in bars:
        desk.money(f"tornado_{cell_name(bar.input)}_low", bar.npv_low)
        desk.money(f"tornado_{cell_name(bar.input)}_high", bar.npv_high)
    return Slide(
        id="tornado",
        kicker=desk.t("kicker.tornado"),
        title=_tornado_title(desk, result, bars),
        picture=Picture(
            chart=BarsChart(
                categories=tuple(desk.input_name(bar.input) for bar in bars),
                series=(
                    Series(
                        name=desk.t("tornado.high"),
                        values=tuple(bar.npv_high for bar in bars),
                        labels=True,
                    ),
                    Series(
                        name=desk.t("tornado.low"),
                        values=tuple(bar.npv_low for bar in bars),
                        tone="soft",
                        labels=True,
                    ),
                ),
                numbers=numbers,
                base=result.npv,
                overlap=100,
            ),
            alt=_tornado_alt(desk, bars),
            caption=desk.t("tornado.caption", unit=numbers.unit, npv=npv),
        ),
        notes=(desk.t("notes.tornado"), *desk.sources(tuple(bar.input for bar in bars))),
    )


def _tornado_title(desk: Desk, result: CaseResult, bars: list[TornadoBar]) -> str:
    first = bars[0]
    ends = sorted((first.npv_low, first.npv_high))
    gain = result.npv >= 0
    turning = [bar for bar in bars if _crosses(bar)]
    kind = ("none" if not turning else "one" if len(turning) == 1 else "several") + (
        ".gain" if gain else ".loss"
    )
    names = i18n.listing(
        [desk.t("quoted", name=desk.input_name(bar.input)) for bar in turning[:2]], desk.context.language
    )
    side = {end: name for name, end in (("low", first.npv_low), ("high", first.npv_high))}
    return desk.t(
        f"tornado.title.{kind}",
        n=len(turning),
        names=names,
        name=desk.input_name(first.input),
        low=desk.money(f"tornado_{cell_name(first.input)}_{side[ends[0]]}", ends[0]),
        high=desk.money(f"tornado_{cell_name(first.input)}_{side[ends[1]]}", ends[1]),
    )


def _crosses(bar: TornadoBar) -> bool:
    return min(bar.npv_low, bar.npv_high) < 0 < max(bar.npv_low, bar.npv_high)


def _tornado_alt(desk: Desk, bars: list[TornadoBar]) -> str:
    parts = [
        desk.t(
            "tornado.alt.bar",
            name=desk.input_name(bar.input),
            low=words.short(desk.context, bar.npv_low),
            high=words.short(desk.context, bar.npv_high),
        )
        for bar in bars
    ]
    return desk.t(
        "tornado.alt", parts=" ; ".join(parts) if desk.context.language == "fr" else "; ".join(parts)
    )


# --- distribution --------------------------------------------------------------------------------------------------


def distribution(desk: Desk) -> Slide | None:
    """Return how the simulated results spread, the loss side marked."""
    result = desk.context.diagnostic.case
    simulation = result.simulation if result else None
    if (
        simulation is None
        or len(simulation.edges) != len(simulation.counts) + 1
        or not any(simulation.counts)
    ):
        return None
    loss = desk.chance("simulation_probability_of_loss", simulation.probability_of_loss)
    marks = [
        ("simulation_p10", "P10", simulation.p10),
        ("simulation_p50", "P50", simulation.p50),
        ("simulation_p90", "P90", simulation.p90),
    ]
    named = tuple(
        (value, desk.t("distribution.mark", name=name, value=desk.money(cell, value)))
        for cell, name, value in marks
    )
    numbers = desk.scale([value for _, _, value in marks])
    return Slide(
        id="distribution",
        kicker=desk.t("kicker.distribution"),
        title=_distribution_title(desk, simulation),
        picture=Picture(
            chart=HistogramChart(
                edges=simulation.edges,
                counts=simulation.counts,
                marks=named,
                numbers=numbers,
                loss=desk.t("distribution.loss"),
                gain=desk.t("distribution.gain"),
                axis=desk.t("distribution.axis", unit=numbers.unit),
            ),
            alt=_distribution_alt(desk, simulation),
            caption=desk.t(
                "distribution.caption",
                draws=desk.number("simulation_draws", simulation.draws),
                unit=numbers.unit,
            ),
        ),
        side=(Cards(items=_distribution_cards(desk, simulation, loss)),),
        notes=(
            desk.t("notes.distribution"),
            desk.t(
                "notes.simulation",
                draws=desk.number("simulation_draws", simulation.draws),
                seed=str(simulation.seed),
                error=words.short(desk.context, simulation.standard_error),
            ),
            *desk.sources(simulation.inputs),
        ),
    )


def _distribution_title(desk: Desk, simulation: SimulationResult) -> str:
    kind = "loss" if simulation.cvar5 < 0 else "gain"
    return desk.t(
        f"distribution.title.{kind}",
        cvar=desk.size("simulation_cvar5", simulation.cvar5),
        high=desk.money("simulation_p90", simulation.p90),
    )


def _distribution_cards(desk: Desk, simulation: SimulationResult, loss: str) -> tuple[Card, ...]:
    return (
        Card(label=desk.t("numbers.loss"), value=loss, note=desk.t("distribution.loss.note"), tone="bad"),
        Card(
            label=desk.t("distribution.cvar"),
            value=desk.money("simulation_cvar5", simulation.cvar5),
            note=desk.t("distribution.cvar.note"),
            tone="bad" if simulation.cvar5 < 0 else "primary",
        ),
        Card(
            label=desk.t("distribution.mean"),
            value=desk.money("simulation_mean", simulation.mean),
            note=desk.t("distribution.mean.note", npv=desk.money("case_npv", desk.case.npv)),
            tone="bad" if simulation.mean < 0 else "primary",
        ),
    )


def _distribution_alt(desk: Desk, simulation: SimulationResult) -> str:
    return desk.t(
        "distribution.alt",
        loss=desk.chance("simulation_probability_of_loss", simulation.probability_of_loss),
        low=desk.money("simulation_p10", simulation.p10),
        median=desk.money("simulation_p50", simulation.p50),
        high=desk.money("simulation_p90", simulation.p90),
    )


def bin_of(edges: tuple[float, ...], value: float) -> int:
    """Return the place of the column that holds a value, the nearest when none does."""
    return min(max(bisect_right(edges, value) - 1, 0), len(edges) - 2)


# --- what to measure ------------------------------------------------------------------------------------------------


def measure(desk: Desk) -> Slide | None:
    """Return what knowing each input is worth, against what measuring it costs."""
    result = desk.context.diagnostic.case
    if result is None or result.simulation is None or not result.information:
        return None
    ranked = sorted(result.information, key=lambda found: -found.evppi)
    shown = [found for found in ranked if found.evppi >= max(1.0, _VISIBLE * ranked[0].evppi)][:_VALUES]
    if not shown:
        shown = ranked[:1]
    surveys = {survey.input: survey for survey in result.measurements}
    samples = [_sample(surveys.get(found.inputs[0])) if len(found.inputs) == 1 else None for found in shown]
    worth, costs = ([None if sample is None else sample[i] for sample in samples] for i in (0, 1))
    numbers = desk.scale(
        [value for value in (*(f.evppi for f in shown), *worth, *costs) if value is not None]
    )
    series = [Series(name=desk.t("measure.worth"), values=tuple(found.evppi for found in shown), labels=True)]
    if any(samples):
        series += [
            Series(name=desk.t("measure.sample"), values=tuple(worth), tone="soft", labels=True),
            Series(name=desk.t("measure.cost"), values=tuple(costs), tone="accent", labels=True),
        ]
    for found, sample in zip(shown, samples, strict=True):
        desk.money(f"evppi_{cell_name(found.label)}", found.evppi)
        if sample is not None:
            desk.money(f"survey_worth_{cell_name(found.inputs[0])}", sample[0])
            desk.money(f"survey_cost_{cell_name(found.inputs[0])}", sample[1])
    return Slide(
        id="measure",
        kicker=desk.t("kicker.measure"),
        title=_measure_title(desk, result),
        picture=Picture(
            chart=BarsChart(
                categories=tuple(_label(desk, found) for found in shown),
                series=tuple(series),
                numbers=numbers,
                overlap=-10,
            ),
            alt=_measure_alt(desk, shown),
            caption=desk.t(f"measure.caption.{'both' if len(series) > 1 else 'alone'}", unit=numbers.unit),
        ),
        side=_measure_side(desk, result, surveys),
        notes=(
            desk.t("notes.measure"),
            *(_survey_note(desk, survey) for survey in result.measurements),
            *desk.sources(tuple(path for found in shown for path in found.inputs)),
        ),
    )


def _label(desk: Desk, found: InformationValue) -> str:
    return desk.input_name(found.label)


def _sample(survey: Measurement | None) -> tuple[float, float] | None:
    """Return what the best sample brings and costs; the one that loses least when none pays for itself."""
    if survey is None or not survey.costs:
        return None
    nets = [worth - cost for worth, cost in zip(survey.evsi, survey.costs, strict=True)]
    at = nets.index(max(nets)) if survey.best_n is None else survey.sizes.index(survey.best_n)
    return survey.evsi[at], survey.costs[at]


def _measure_title(desk: Desk, result: CaseResult) -> str:
    choice = measuring.choose(result)
    if choice.found is None:
        return desk.t("measure.title.nothing")
    said = {
        "name": _label(desk, choice.found),
        "worth": desk.money(f"evppi_{cell_name(choice.found.label)}", choice.found.evppi),
    }
    survey = choice.survey
    if choice.kind != "survey" or survey is None or survey.best_n is None:
        return desk.t(f"measure.title.{choice.kind}", **said)
    path = cell_name(survey.input)
    return desk.t(
        "measure.title.survey",
        **said,
        cost=desk.money(f"survey_cost_{path}", survey.costs[survey.sizes.index(survey.best_n)]),
        n=desk.number(f"best_n_{path}", survey.best_n),
    )


def _measure_side(desk: Desk, result: CaseResult, surveys: dict[str, Measurement]) -> tuple[Item, ...]:
    items: list[Item] = []
    plans = tuple(
        _plan(desk, surveys[found.inputs[0]], _label(desk, found))
        for found in measuring.inputs_worth_knowing(result)
        if found.inputs[0] in surveys
    )[:3]
    if plans:
        items.append(Bullets(title=desk.t("measure.plan"), items=plans))
    reading = [desk.t("measure.reading")]
    if result.evpi is not None:
        reading.append(desk.t("measure.evpi", evpi=desk.money("simulation_evpi", result.evpi)))
    items.append(Bullets(title=desk.t("measure.how"), items=tuple(reading)))
    return tuple(items)


def _plan(desk: Desk, survey: Measurement, name: str) -> str:
    if survey.best_n is None:
        return desk.t("measure.plan.too_dear", name=name)
    path, at = cell_name(survey.input), survey.sizes.index(survey.best_n)
    return desk.t(
        "measure.plan.survey",
        name=name,
        n=desk.number(f"best_n_{path}", survey.best_n),
        cost=desk.money(f"survey_cost_{path}", survey.costs[at]),
        worth=desk.money(f"survey_worth_{path}", survey.evsi[at]),
    )


def _measure_alt(desk: Desk, shown: list[InformationValue]) -> str:
    parts = [
        desk.t("pair", name=_label(desk, found), value=words.short(desk.context, found.evppi))
        for found in shown
    ]
    return desk.t("measure.alt", parts=i18n.listing(parts, desk.context.language))


def _survey_note(desk: Desk, survey: Measurement) -> str:
    tried = i18n.listing([desk.context.number(size) for size in survey.sizes], desk.context.language)
    kind = "pays" if survey.best_n is not None else "none"
    return desk.t(
        f"notes.survey.{kind}",
        name=desk.input_name(survey.input),
        sizes=tried,
        best="" if survey.best_n is None else desk.context.number(survey.best_n),
    )
