"""Which inputs of a case vary, and how each is drawn: its address in the random numbers, its group. Plain Python.

The simulation, the workbook and the checks all read this one plan, so that a trial is the same trial everywhere.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Final

import attrs

from cxmaturity.business_case.inputs import (
    BLOCKS,
    OPTIONAL_MOVES,
    estimates,
    evaluated_benefits,
    known_paths,
    required_inputs,
)
from cxmaturity.business_case.values import BusinessCase
from cxmaturity.core.estimate import Estimate

LEVERS: Final = "levers"
"""Name of the group of the levers' moves: "if the programme works, all levers work"."""

LEVERS_FACTOR: Final = 0
FIRST_GROUP_FACTOR: Final = 1000
GATE_VARIABLE: Final = 2000
"""Variable ids of the random numbers: the levers' common factor, group g's (1000 + g), the stage gate."""

_RATES: Final = ("_rate", "_share", "share_of_wallet", "attribution")
_MONTH: Final = 1 / 12


@attrs.frozen(kw_only=True)
class UncertainInput:
    """One input that varies from trial to trial.

    Parameters
    ----------
    path : str
        Catalogue path, or ``costs.<line>.initial`` and ``costs.<line>.annual.<year>``, counted from 0.
    estimate : Estimate
        What was typed.
    variable : int
        Variable id of its own random numbers: 1 + its place in the sorted list of paths.
    factor : int, optional
        Variable id of the common factor of its group; None when it is drawn on its own.
    loading : float
        r: ``z = sqrt(r) z_factor + sqrt(1 - r) z_own``, with ``r = 2 sin(pi rho / 6)`` for the rank correlation rho of two
        members of the group.
    group : str
        Name of its group, empty on its own.
    bounds : (float, float)
        Where its values are cut: [0, 1] for a rate, [0, inf) for an amount, [-1, 1] for a move.
    """

    path: str
    estimate: Estimate
    variable: int
    factor: int | None
    loading: float
    group: str
    bounds: tuple[float, float]


def normal_correlation(rank_correlation: float) -> float:
    """Return the correlation of two normals whose ranks correlate so: ``2 sin(pi rho / 6)`` (Pearson, 1907).

    Examples
    --------
    >>> round(normal_correlation(0.3), 4), normal_correlation(0.0), normal_correlation(1.0)
    (0.3129, 0.0, 1.0)
    """
    return 1.0 if rank_correlation == 1 else 2 * math.sin(math.pi * rank_correlation / 6)


def cost_estimates(case: BusinessCase) -> Iterator[tuple[str, Estimate]]:
    """Yield (path, estimate) of every cost: ``costs.0.initial``, ``costs.0.annual.2``."""
    for line, cost in enumerate(case.costs):
        if cost.initial is not None:
            yield f"costs.{line}.initial", cost.initial
        for year, annual in enumerate(cost.annual):
            yield f"costs.{line}.annual.{year}", annual


def is_move(path: str) -> bool:
    """Tell whether a path is what a lever moves (its attribution is not)."""
    return path.startswith("levers.") and not path.endswith(".attribution")


def bounds_of(path: str) -> tuple[float, float]:
    """Return where the values of an input are cut.

    Examples
    --------
    >>> bounds_of("baseline.consumers.share_of_wallet"), bounds_of("costs.0.initial")
    ((0.0, 1.0), (0.0, inf))
    """
    if path.endswith(".referred_value_premium"):
        return -1.0, math.inf
    if is_move(path):
        return -1.0, 1.0
    if path.endswith(_RATES):
        return 0.0, 1.0
    return (_MONTH if path.endswith(".term_years") else 0.0), math.inf


def simulated(case: BusinessCase) -> bool:
    """Tell whether a case is simulated: something varies, and prudence is not already in haircuts."""
    return case.uncertainty.prudence == "distribution" and bool(uncertain_inputs(case))


def read_by_ledger(case: BusinessCase) -> frozenset[str]:
    """Return the paths that the NPV may depend on; without a benefit to evaluate, only the costs are left."""
    evaluated = set(evaluated_benefits(case))
    paths: set[str] = set()
    for benefit in evaluated:
        paths.update(required_inputs(benefit))
        paths.update(f"levers.{benefit}.{name}" for name in OPTIONAL_MOVES.get(benefit, ()))
    if evaluated - {"engagement"}:  # customers more or fewer: everything that they earn and cost
        known = known_paths(case)
        for block, needed in BLOCKS.items():
            if block != "contracts" and known.issuperset(needed):
                paths.update(needed)
        paths.add("baseline.consumers.onboarding_cost")
    return frozenset(paths)


def uncertain_inputs(case: BusinessCase) -> tuple[UncertainInput, ...]:
    """Return the inputs that vary, sorted by path; those that the NPV does not depend on are left out.

    A group of the case takes its inputs before the levers' own group does; the first group that names an input has it.
    """
    given = {path: found for path, found in (*estimates(case), *cost_estimates(case)) if found.is_uncertain}
    if not given:
        return ()
    read = read_by_ledger(case)
    paths = sorted(path for path in given if path in read or path.startswith("costs."))
    return tuple(_planned(case, path, given[path], place) for place, path in enumerate(paths, start=1))


def _planned(case: BusinessCase, path: str, given: Estimate, variable: int) -> UncertainInput:
    group, factor, correlation = _group_of(case, path)
    loading = normal_correlation(correlation)
    return UncertainInput(
        path=path,
        estimate=given,
        variable=variable,
        factor=factor if loading else None,
        loading=loading,
        group=group if loading else "",
        bounds=bounds_of(path),
    )


def _group_of(case: BusinessCase, path: str) -> tuple[str, int | None, float]:
    for position, group in enumerate(case.uncertainty.groups):
        if any(fnmatchcase(path, pattern) for pattern in group.inputs):
            return group.name, FIRST_GROUP_FACTOR + position, group.correlation
    if is_move(path):
        return LEVERS, LEVERS_FACTOR, case.uncertainty.correlation
    return "", None, 0.0
