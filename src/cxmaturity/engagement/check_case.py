"""The checks of the business case: goals, levers and their inputs, limits that a move cannot cross, finance.

A missing input is only a warning: the benefit is then listed as not evaluated, and the message says who at
the client knows the number.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator
from typing import Final

from cxmaturity.business_case.inputs import estimates, missing_inputs, wanted_benefits
from cxmaturity.business_case.overlap import overlap_problems
from cxmaturity.business_case.ranges import UNBOUNDED, range_problems
from cxmaturity.business_case.uncertainty_checks import uncertainty_problems
from cxmaturity.business_case.values import BusinessCase, Finance, Lever
from cxmaturity.catalog import Catalog
from cxmaturity.core.estimate import Estimate
from cxmaturity.core.problems import Problem
from cxmaturity.engagement.check_answers import months_between
from cxmaturity.engagement.check_names import Path, unknown_benefit
from cxmaturity.engagement.values import Engagement

OLD: Final = 24
"""Months after which a figure is asked about."""


def check_case(engagement: Engagement, catalog: Catalog) -> Iterator[Problem]:
    """Yield what is wrong with the goals and the business case."""
    yield from _check_goals(engagement, catalog)
    case = engagement.wanted_case
    if case is None:
        return
    if case.currency != engagement.currency:
        yield Problem(
            code="engagement.two_currencies",
            template="the business case is in {case} and the engagement in {got}; expected one currency.",
            params={"case": case.currency, "got": engagement.currency},
            path=("currency",),
        )
    for lever in case.levers:
        yield from _check_lever(lever, catalog, case.finance.horizon_years)
    yield from _check_missing(case, catalog)
    yield from _check_ranges(case)
    yield from _check_dates(case, engagement.as_of)
    yield from _check_costs(case)
    yield from _check_finance(case.finance)
    yield from overlap_problems(case, catalog)
    yield from uncertainty_problems(case)
    known = [benefit.id for benefit in catalog.benefits]
    for benefit, _ in case.uncertainty.haircuts:
        if benefit not in known:
            yield unknown_benefit(benefit, known, ("uncertainty", "haircuts", benefit))


def _check_goals(engagement: Engagement, catalog: Catalog) -> Iterator[Problem]:
    known = [benefit.id for benefit in catalog.benefits]
    levers = [lever.benefit for lever in engagement.case.levers] if engagement.case else []
    seen: set[str] = set()
    for position, goal in enumerate(engagement.goals):
        path: Path = ("goals", position)
        if goal not in known:
            yield unknown_benefit(goal, known, path)
        elif goal not in levers:
            yield Problem(
                code="engagement.goal_without_lever",
                template="the goal '{goal}' has no lever: it will be listed as not evaluated.",
                hint="Say under 'levers' what the programme would move for it.",
                params={"goal": goal},
                path=path,
                severity="warning",
            )
        if goal in seen:
            yield Problem(
                code="engagement.duplicate_goal",
                template="the goal '{goal}' is named twice.",
                params={"goal": goal},
                path=path,
            )
        seen.add(goal)
    for benefit in dict.fromkeys(levers):
        if engagement.goals and benefit in known and benefit not in engagement.goals:
            yield Problem(
                code="engagement.lever_without_goal",
                template="the lever '{benefit}' is not among the goals: it will not be counted.",
                hint="Add it to 'goals', or remove the lever.",
                params={"benefit": benefit},
                path=("levers", benefit),
                severity="warning",
            )


def _check_lever(lever: Lever, catalog: Catalog, horizon: int) -> Iterator[Problem]:
    path: Path = ("levers", lever.benefit)
    benefits = [benefit.id for benefit in catalog.benefits]
    if lever.benefit not in benefits:
        yield unknown_benefit(lever.benefit, benefits, path)
        return
    if len(lever.ramp) > horizon:
        yield Problem(
            code="engagement.ramp_long",
            template="the ramp has {got} years and the horizon {horizon}: the later years do not count.",
            params={"got": len(lever.ramp), "horizon": horizon},
            path=(*path, "ramp"),
            severity="warning",
        )
    if any(later < sooner for sooner, later in itertools.pairwise(lever.ramp)):
        yield Problem(
            code="engagement.ramp_falls",
            template="the ramp falls from one year to the next.",
            hint="Right only if the effect is expected to fade.",
            path=(*path, "ramp"),
            severity="warning",
        )
    if lever.lag_years >= horizon:
        yield Problem(
            code="engagement.lag_long",
            template="the lag is {got} years and the horizon {horizon}: the lever never acts.",
            params={"got": lever.lag_years, "horizon": horizon},
            path=(*path, "lag_years"),
        )


def _check_ranges(case: BusinessCase) -> Iterator[Problem]:
    """Yield the moves that cannot be; one that was typed as a percentage is said to be one."""
    percents: set[Path] = set()
    for lever in case.levers:
        for name, move in lever.moves:
            typed = next((number for number in move.numbers if 1 < number <= 100), None)
            if typed is None or name in UNBOUNDED:
                continue
            path: Path = ("levers", lever.benefit, name)
            percents.add(path)
            yield Problem(
                code="engagement.move_looks_like_percent",
                template="{name} is {got}; a rate is a fraction between 0 and 1.",
                hint="For {got} %, write {fraction}.",
                params={"name": name, "got": f"{typed:g}", "fraction": f"{typed / 100:g}"},
                path=path,
            )
    yield from (problem for problem in range_problems(case) if problem.path not in percents)


def _check_missing(case: BusinessCase, catalog: Catalog) -> Iterator[Problem]:
    benefits = {benefit.id: benefit for benefit in catalog.benefits}
    specs = {spec.path: spec for benefit in catalog.benefits for spec in benefit.inputs}
    levers = {lever.benefit for lever in case.levers}
    told: set[str] = set()
    for goal in dict.fromkeys(wanted_benefits(case)):
        if goal not in benefits:
            continue  # already said: no such benefit
        for path in missing_inputs(case, goal):
            spec = specs.get(path)
            if spec is None or path in told or (path.startswith("levers.") and goal not in levers):
                continue  # said once; a goal without any lever was said too
            told.add(path)
            yield Problem(
                code="engagement.input_missing",
                template="'{benefit}' cannot be evaluated without this input: {input} ({unit}).",
                hint="Who knows it: {who}",
                params={
                    "benefit": benefits[goal].name,
                    "input": spec.name,
                    "unit": spec.unit,
                    "who": spec.who_knows,
                },
                path=tuple(path.split(".")),
                severity="warning",
            )


def dated_inputs(case: BusinessCase) -> Iterator[tuple[Path, Estimate]]:
    """Yield every estimate of a case, its costs included, with its path."""
    for path, found in estimates(case):
        yield tuple(path.split(".")), found
    for number, cost in enumerate(case.costs):
        if cost.initial is not None:
            yield ("costs", number, "initial"), cost.initial
        for year, annual in enumerate(cost.annual):
            yield ("costs", number, "annual", year), annual


def _check_dates(case: BusinessCase, as_of: dt.date) -> Iterator[Problem]:
    for path, found in dated_inputs(case):
        if found.date is None:
            continue
        if found.date > as_of:
            yield Problem(
                code="engagement.estimate_future",
                template="the figure is of {date}, after the date of the report ({as_of}).",
                params={"date": found.date, "as_of": as_of},
                path=(*path, "date"),
            )
        elif months_between(found.date, as_of) >= OLD:
            yield Problem(
                code="engagement.estimate_old",
                template="the figure is of {date}, {months} months before the report.",
                hint="Ask whether it still holds.",
                params={"date": found.date, "months": months_between(found.date, as_of)},
                path=(*path, "date"),
                severity="warning",
            )


def _check_costs(case: BusinessCase) -> Iterator[Problem]:
    if not case.costs:
        yield Problem(
            code="engagement.no_cost",
            template="the programme costs nothing: nobody will believe it.",
            hint="List at least the people and the tools, with who says so.",
            path=("costs",),
            severity="warning",
        )
    for number, cost in enumerate(case.costs):
        if len(cost.annual) > case.finance.horizon_years:
            yield Problem(
                code="engagement.cost_long",
                template="'{cost}' has {got} years of cost, the horizon {horizon}: the rest does not count.",
                params={"cost": cost.name, "got": len(cost.annual), "horizon": case.finance.horizon_years},
                path=("costs", number, "annual"),
                severity="warning",
            )


def _check_finance(finance: Finance) -> Iterator[Problem]:
    if not 0 < finance.discount_rate <= 0.3:
        yield Problem(
            code="engagement.discount_rate",
            template="the discount rate is {got}; companies mostly use 0.03 to 0.2.",
            hint="Ask the finance director which rate the company uses, and write where it comes from.",
            params={"got": f"{finance.discount_rate:g}"},
            path=("finance", "discount_rate"),
            severity="warning",
        )
    if finance.optimism_bias > 2:
        yield Problem(
            code="engagement.optimism_bias",
            template="optimism_bias is {got}: costs would be raised by {percent} %.",
            hint="For {got} %, write {fraction}.",
            params={
                "got": f"{finance.optimism_bias:g}",
                "percent": f"{finance.optimism_bias * 100:g}",
                "fraction": f"{finance.optimism_bias / 100:g}",
            },
            path=("finance", "optimism_bias"),
        )
    if finance.horizon_years > 10:
        yield Problem(
            code="engagement.horizon_long",
            template="the horizon is {got} years; a finance director rarely looks further than 5.",
            params={"got": finance.horizon_years},
            path=("finance", "horizon_years"),
            severity="warning",
        )
    if finance.timing != "dated" and finance.dates is not None:
        yield Problem(
            code="engagement.dates_unused",
            template="dates are given but the timing is '{timing}': they do not count.",
            hint="For flows on these dates, write 'timing: dated'.",
            params={"timing": finance.timing},
            path=("finance", "dates"),
            severity="warning",
        )
