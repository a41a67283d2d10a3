"""The part of `cxmaturity case` that speaks of risk: chance of a loss, range, what to measure, what moves the result."""

from __future__ import annotations

from typing import Final

import click

from cxmaturity import i18n
from cxmaturity.business_case.values import BusinessCase, CaseResult
from cxmaturity.catalog import Catalog
from cxmaturity.cli import _output

WIDEST: Final = 8
"""Bars of the tornado, and values of information, that a screen shows."""

_Columns = list[tuple[str, str]]


def input_name(path: str, case: BusinessCase, catalog: Catalog) -> str:
    """Return how people call an input: its name in the catalogue, or the cost line and its year."""
    section, _, rest = path.partition(".")
    if section != "costs":
        return catalog.input(path).name.in_(_output.language())
    line, when, *year = rest.split(".")
    name = case.costs[int(line)].name
    if when == "initial":
        return _output.t("case.cost_initial", name=name)
    return _output.t("case.cost_year", name=name, year=int(year[0]) + 1)


def _label(label: str, case: BusinessCase, catalog: Catalog) -> str:
    """Return the name of an input or of a group."""
    if label == "levers":
        return _output.t("case.all_levers")
    return input_name(label, case, catalog) if "." in label else label


def _columns(*names: str) -> _Columns:
    return [
        (_output.t(f"case.column.{name}"), "right" if place else "left") for place, name in enumerate(names)
    ]


def print_risk(case: BusinessCase, result: CaseResult, catalog: Catalog) -> None:
    """Print the three numbers of a decision, in that order: the risk, the range, what to measure next."""
    simulation, t, language = result.simulation, _output.t, _output.language()
    if simulation is None:
        return

    def money(amount: float) -> str:
        return i18n.money(amount, result.currency, language)

    loss = i18n.percent(simulation.probability_of_loss, language, digits=1)
    error = i18n.points(simulation.probability_of_loss_error, language)
    facts = [
        (t("case.risk"), t("case.risk_value", loss=loss, error=error.lstrip("+"))),
        (t("case.worst"), money(simulation.cvar5)),
        (
            t("case.range"),
            " / ".join(money(amount) for amount in (simulation.p10, simulation.p50, simulation.p90)),
        ),
        (t("case.mean"), money(simulation.mean)),
        (t("case.evpi"), money(result.evpi or 0.0)),
    ]
    title = t(
        "case.risk_title",
        n=simulation.draws,
        draws=i18n.number(simulation.draws, language),
        seed=simulation.seed,
    )
    _output.table(title, _columns("measure", "value"), facts)
    _print_information(case, result, catalog)
    _output.show_problems(simulation.notes)


def _print_information(case: BusinessCase, result: CaseResult, catalog: Catalog) -> None:
    t, language = _output.t, _output.language()
    plans = {plan.input: plan for plan in result.measurements}
    rows = []
    for known in [value for value in result.information if value.evppi >= 1][:WIDEST]:
        plan = plans.get(known.label)
        said = ""
        if plan is not None and plan.best_n is None:
            said = t("case.survey_never")
        elif plan is not None and plan.best_n is not None:
            place = plan.sizes.index(plan.best_n)
            said = t(
                "case.survey_pays",
                n=plan.best_n,
                size=i18n.number(plan.best_n, language),
                worth=i18n.money(plan.evsi[place], result.currency, language),
                cost=i18n.money(plan.costs[place], result.currency, language),
            )
        worth = i18n.money(known.evppi, result.currency, language)
        rows.append((_label(known.label, case, catalog), worth, said))
    if rows:
        _output.table(t("case.measure_next"), _columns("input", "worth", "survey"), rows)
    else:
        click.echo(t("case.measure_nothing"))


def print_sensitivity(case: BusinessCase, result: CaseResult, catalog: Catalog) -> None:
    """Print the widest bars of the tornado, and the break-even of each lever."""
    t, language = _output.t, _output.language()
    if not result.tornado:
        return

    def money(amount: float) -> str:
        return i18n.money(amount, result.currency, language)

    bars = [
        (input_name(bar.input, case, catalog), money(bar.npv_low), money(bar.npv_high))
        for bar in result.tornado[:WIDEST]
    ]
    _output.table(t("case.tornado"), _columns("input", "at_p10", "at_p90"), bars)
    rows = []
    for lever in result.lever_break_even:
        name = catalog.benefit(lever.benefit).name.in_(language)
        if lever.share is not None:
            rows.append((name, i18n.percent(lever.share, language)))
        else:
            rows.append((name, t("case.cannot_sink" if lever.reachable else "case.cannot_save")))
    _output.table(t("case.lever_break_even"), _columns("benefit", "needed"), rows)


def print_overlaps(result: CaseResult, catalog: Catalog) -> None:
    """Print the pairs of benefits that touch, and where each euro is counted."""
    t, language = _output.t, _output.language()
    rows = [
        (
            t(
                "case.pair",
                first=catalog.benefit(overlap.first).name.in_(language),
                second=catalog.benefit(overlap.second).name.in_(language),
            ),
            t(f"case.overlap.{overlap.kind}"),
            i18n.describe(overlap.problem, language),
        )
        for overlap in result.overlaps
    ]
    if rows:
        _output.table(
            t("case.overlaps"), [(title, "left") for title, _ in _columns("pair", "kind", "rule")], rows
        )
