"""What is wrong with how a case is to be simulated: groups, prudence, prices of surveys. Plain Python, for `check`."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Final

from cxmaturity.business_case.inputs import estimates, evaluated_benefits
from cxmaturity.business_case.uncertain import cost_estimates, uncertain_inputs
from cxmaturity.business_case.values import BusinessCase
from cxmaturity.core.ids import nearest
from cxmaturity.core.problems import Problem

MOST_DRAWS: Final = 1_000_000


def uncertainty_problems(case: BusinessCase) -> tuple[Problem, ...]:
    """Return what is wrong with the uncertainty of a case, errors and warnings, each with its path.

    Returns
    -------
    tuple of Problem
        ``business_case.correlation_range``, ``business_case.input_in_two_groups``, ``business_case.group_of_nothing``,
        ``business_case.prudent_twice``, ``business_case.haircut_missing``, ``business_case.haircut_range``,
        ``business_case.ranges_unused``, ``business_case.unknown_input``, ``business_case.nothing_to_measure``,
        ``business_case.measurement_cost``, ``business_case.draws``, ``business_case.seed``, ``business_case.zero_costs``.
    """
    uncertain = frozenset(found.path for found in uncertain_inputs(case))
    return (
        *_numbers(case),
        *_groups(case, uncertain),
        *_prudence(case, uncertain),
        *_measurements(case, uncertain),
        *_costs(case),
    )


def _numbers(case: BusinessCase) -> Iterator[Problem]:
    if case.uncertainty.draws > MOST_DRAWS:
        yield Problem(
            code="business_case.draws",
            template="{got} draws; at most {most}.",
            params={"got": case.uncertainty.draws, "most": MOST_DRAWS},
            path=("uncertainty", "draws"),
        )
    if not 0 <= case.uncertainty.seed < 2**31:
        yield Problem(
            code="business_case.seed",
            template="the seed is {got}; expected a whole number from 0 to {most}.",
            params={"got": case.uncertainty.seed, "most": 2**31 - 1},
            path=("uncertainty", "seed"),
        )


def _groups(case: BusinessCase, uncertain: frozenset[str]) -> Iterator[Problem]:
    asked: list[tuple[tuple[str | int, ...], float]] = [
        (("uncertainty", "correlation"), case.uncertainty.correlation)
    ]
    asked += [
        (("uncertainty", "groups", number, "correlation"), group.correlation)
        for number, group in enumerate(case.uncertainty.groups)
    ]
    for where, correlation in asked:
        if not 0 <= correlation <= 1:
            yield Problem(
                code="business_case.correlation_range",
                template="the correlation is {got}; the inputs of a group move together, from 0 (not at all) to 1 (as one).",
                hint="For inputs that move against each other, leave them apart: independent draws are the prudent choice here.",
                params={"got": f"{correlation:g}"},
                path=where,
            )
    seen: dict[str, str] = {}
    for number, group in enumerate(case.uncertainty.groups):
        members = [path for path in sorted(uncertain) if _matches(path, group.inputs)]
        if not members:
            yield Problem(
                code="business_case.group_of_nothing",
                template="no input that varies is in the group '{group}': it changes nothing.",
                hint="Give ranges to its inputs, or correct their paths.",
                params={"group": group.name},
                path=("uncertainty", "groups", number, "inputs"),
                severity="warning",
            )
        for path in members:
            if path in seen:
                yield Problem(
                    code="business_case.input_in_two_groups",
                    template="{input} is in the groups '{first}' and '{second}'; an input is in one group at most.",
                    params={"input": path, "first": seen[path], "second": group.name},
                    path=("uncertainty", "groups", number, "inputs"),
                )
            seen.setdefault(path, group.name)


def _matches(path: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatchcase(path, pattern) for pattern in patterns)


def _prudence(case: BusinessCase, uncertain: frozenset[str]) -> Iterator[Problem]:
    given = case.uncertainty
    if given.prudence == "distribution" and (given.haircuts or given.cost_uplift):
        yield Problem(
            code="business_case.prudent_twice",
            template="haircuts are given while ranges are simulated: that is being prudent twice.",
            hint="Keep the ranges and remove the haircuts, or write 'prudence: haircut'.",
            path=("uncertainty", "haircuts" if given.haircuts else "cost_uplift"),
        )
    if given.prudence != "haircut":
        return
    if uncertain:
        yield Problem(
            code="business_case.ranges_unused",
            template="prudence is taken by haircuts: the ranges are not simulated.",
            hint="For the probability of a loss, write 'prudence: distribution' and remove the haircuts.",
            path=("uncertainty", "prudence"),
            severity="warning",
        )
    cuts = dict(given.haircuts)
    for benefit in evaluated_benefits(case):
        if benefit not in cuts:
            yield Problem(
                code="business_case.haircut_missing",
                template="no haircut is given for '{benefit}'.",
                hint="Write 0 if nothing is to be taken off.",
                params={"benefit": benefit},
                path=("uncertainty", "haircuts"),
            )
    for name, cut in cuts.items():
        if not 0 <= cut <= 1:
            yield Problem(
                code="business_case.haircut_range",
                template="the haircut of '{benefit}' is {got}; expected the share taken off, between 0 and 1.",
                params={"benefit": name, "got": f"{cut:g}"},
                path=("uncertainty", "haircuts", name),
            )
    if not 0 <= given.cost_uplift <= 10:
        yield Problem(
            code="business_case.cost_uplift_range",
            template="the cost uplift is {got}; expected the share added to costs, 0.1 for 10 %.",
            params={"got": f"{given.cost_uplift:g}"},
            path=("uncertainty", "cost_uplift"),
        )


def _measurements(case: BusinessCase, uncertain: frozenset[str]) -> Iterator[Problem]:
    known = [path for path, _ in estimates(case)]
    for name, (fixed, each) in case.uncertainty.measurement_costs:
        path = ("uncertainty", "measurement_costs", name)
        if name not in known:
            close = nearest(name, known)
            yield Problem(
                code="business_case.unknown_input",
                template="'{input}' is not an input of this case.",
                hint="Did you mean '{close}'?" if close else "",
                params={"input": name, **({"close": close} if close else {})},
                path=path,
            )
        elif name not in uncertain:
            yield Problem(
                code="business_case.nothing_to_measure",
                template="{input} has no range, or the case does not depend on it: measuring it would tell nothing.",
                hint="Give it a range, or remove it.",
                params={"input": name},
                path=path,
                severity="warning",
            )
        if fixed < 0 or each < 0 or fixed + each <= 0:
            yield Problem(
                code="business_case.measurement_cost",
                template="measuring {input} costs {fixed} and {each} per observation; expected amounts, not both zero.",
                params={"input": name, "fixed": f"{fixed:g}", "each": f"{each:g}"},
                path=path,
            )


def _costs(case: BusinessCase) -> Iterator[Problem]:
    amounts = [number for _, found in cost_estimates(case) for number in found.numbers]
    if case.costs and not any(amounts):
        yield Problem(
            code="business_case.zero_costs",
            template="the costs add up to zero; nothing is free.",
            hint="List at least the people and the tools, with who says so.",
            path=("costs",),
            severity="warning",
        )
