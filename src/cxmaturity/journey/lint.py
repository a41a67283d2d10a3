"""What is wrong or weak in an atlas: every rule of `lint_rules.RULES` applied, findings that the team accepts told apart.

A finding is known by its rule and by the id of what it is about, so a waiver survives a new order of rows. Plain Python: the
command line checks a map before numpy would have been loaded.
"""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Iterator, Sequence
from typing import Final
from weakref import ref

import attrs

from cxmaturity.catalog import Catalog
from cxmaturity.core.problems import Problem, Severity
from cxmaturity.journey import lint_basics, lint_business, lint_customer, lint_evidence
from cxmaturity.journey.lint_rules import RULES, Rule
from cxmaturity.journey.lint_walk import Ground, numbered
from cxmaturity.journey.parameters import DEFAULTS
from cxmaturity.journey.results import JourneyResult
from cxmaturity.journey.values import Atlas

__all__ = ["RULES", "Rule", "about", "check_atlas"]

_CHECKS: Final = (
    *lint_basics.CHECKS,
    *lint_customer.CHECKS,
    *lint_evidence.CHECKS,
    *lint_business.CHECKS,
)
_ORDER: Final[dict[Severity, int]] = {"error": 0, "warning": 1, "advice": 2}
ANALYSED: Final = 1_000
"""A journey of more events is not analysed here: G701 has said what is wrong with it."""
_FROM_RESULTS: Final = frozenset({"V405", "V406", "B604"})
_UNRANKED: Final = attrs.evolve(DEFAULTS, first=sys.maxsize)
"""The stability of the ranking is what needs numpy, and no rule asks for it."""


def check_atlas(
    atlas: Atlas, catalog: Catalog, *, as_of: dt.date
) -> tuple[tuple[Problem, ...], tuple[Problem, ...]]:
    """Return the findings about an atlas and, apart, those that a waiver with a reason accepts.

    Parameters
    ----------
    atlas : Atlas
        What people typed.
    catalog : Catalog
        The channels, their families and the benefits that exist.
    as_of : datetime.date
        The day that ages are counted to.

    Returns
    -------
    tuple of two tuples of Problem
        Findings and waived findings, errors first, each group in the order of the atlas. `Problem.path` leads to the value;
        the parameters hold `rule` and `at`, the id of the thing.
    """
    known = _LAST.get("said")
    if known is not None and known[0]() is atlas and known[1]() is catalog and known[2] == as_of:
        return known[3]
    said = _check(atlas, catalog, as_of)
    _LAST["said"] = (ref(atlas), ref(catalog), as_of, said)
    return said


_Said = tuple[tuple[Problem, ...], tuple[Problem, ...]]
_LAST: Final[dict[str, tuple[ref[Atlas], ref[Catalog], dt.date, _Said]]] = {}
"""What was said last, of which very atlas: a file is checked when it is read, and asked about again when it is analysed.

Values never change, so the same one on the same day has the same findings; nothing is kept alive.
"""


def _check(atlas: Atlas, catalog: Catalog, as_of: dt.date) -> _Said:
    ground = Ground(atlas, catalog, as_of)
    found = [problem for check in _CHECKS for problem in check(ground)]
    broken = _broken(found)
    found += _from_results(ground, broken)
    waived, about_waivers = _waive(atlas, found, unsure=_FROM_RESULTS if broken else frozenset())
    kept = [problem for problem in found if about(problem) not in waived]
    accepted = [problem for problem in found if about(problem) in waived]
    return _sorted([*kept, *about_waivers]), _sorted(accepted)


def about(problem: Problem) -> tuple[str, str]:
    """Return the rule and the id of the thing of a finding: what a waiver names."""
    params = dict(problem.params)
    return str(params.get("rule", "")), str(params.get("at", ""))


def _broken(found: Sequence[Problem]) -> set[str | int]:
    """Return the journeys, by their place, that contradict themselves too much to be analysed."""
    return {
        problem.path[1]
        for problem in found
        if not RULES[about(problem)[0]].waivable and problem.path[:1] == ("journeys",)
    }


def _from_results(ground: Ground, broken: set[str | int]) -> Iterator[Problem]:
    """Yield what only the analysis shows, for the journeys that can be analysed."""
    results = tuple(_results(ground, broken))
    yield from lint_evidence.check_moments(ground, results)
    yield from lint_evidence.check_stories(ground, results)
    yield from lint_business.check_investment(ground, results)


def _results(ground: Ground, broken: set[str | int]) -> Iterator[tuple[int, JourneyResult]]:
    from cxmaturity.journey.analyse import analyse_journey  # which asks for the findings in turn

    for index, journey in enumerate(ground.atlas.journeys):
        if index in broken or not 0 < len(journey.events) <= ANALYSED:
            continue
        for persona in dict.fromkeys(journey.personas or ("",)):
            yield (
                index,
                analyse_journey(
                    ground.atlas, journey, persona, as_of=ground.as_of, seed=0, parameters=_UNRANKED
                ),
            )


def _waive(
    atlas: Atlas, found: Sequence[Problem], *, unsure: frozenset[str]
) -> tuple[set[tuple[str, str]], list[Problem]]:
    """Return what is waived, as (rule, id), and what is wrong with the waivers themselves.

    A waiver of an `unsure` rule, which could not be applied everywhere, is not called useless.
    """
    there = {about(problem) for problem in found}
    waived: set[tuple[str, str]] = set()
    wrong: list[Problem] = []
    for path, waiver in numbered(("waivers",), atlas.waivers):
        name = waiver.rule.strip().upper()
        if name not in RULES or not RULES[name].waivable:
            known = ", ".join(rule.id for rule in RULES.values() if rule.waivable)
            wrong.append(RULES["D802"].found(waiver.at, (*path, "rule"), got=waiver.rule, known=known))
        elif not waiver.reason.key:
            wrong.append(RULES["D801"].found(waiver.at, (*path, "reason"), got=name))
        elif (name, waiver.at) not in there and name in unsure:
            continue
        elif (name, waiver.at) not in there:
            wrong.append(RULES["D803"].found(waiver.at, (*path, "at"), got=name))
        else:
            waived.add((name, waiver.at))
    return waived, wrong


def _sorted(problems: Sequence[Problem]) -> tuple[Problem, ...]:
    """Return errors, then warnings, then advice; within each in the order of the atlas."""
    return tuple(sorted(problems, key=lambda it: (_ORDER[it.severity], _place(it))))


_PARTS: Final = tuple(field.name for field in attrs.fields(Atlas))


def _place(problem: Problem) -> tuple[int, tuple[tuple[int, int, str], ...]]:
    head, *rest = problem.path or ("",)
    part = _PARTS.index(head) if isinstance(head, str) and head in _PARTS else -1
    steps = tuple((0, step, "") if isinstance(step, int) else (1, 0, step) for step in rest)
    return part, steps
