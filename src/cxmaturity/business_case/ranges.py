"""Moves that cannot be: a share above 1, churn below 0, an unknown move. Plain Python, for `check`.

Estimates check themselves one by one; what is here needs two of them at once. A move that cannot be is an
error and stops the evaluation; the end of a range that cannot be is a warning.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from cxmaturity.business_case.inputs import CHURN, MOVES, OPTIONAL_MOVES, estimates
from cxmaturity.business_case.values import BusinessCase
from cxmaturity.core.estimate import Estimate
from cxmaturity.core.ids import nearest
from cxmaturity.core.problems import Problem

RISING: Final = (
    ("baseline.consumers.share_of_wallet", "levers.preference.share_of_wallet_gain"),
    ("baseline.consumers.conversion_rate", "levers.acquisition.conversion_rate_gain"),
    ("baseline.service.first_contact_resolution_rate", "levers.service_cost.first_contact_resolution_gain"),
    ("baseline.consumers.promoter_share", "levers.recommendation.promoter_share_gain"),
    ("baseline.option.subscription_rate", "levers.advantage.subscription_rate_gain"),
)
"""Rates that a move raises, at most to 1."""

UNBOUNDED: Final = ("referred_value_premium",)
"""Moves that may exceed 1."""

ROUNDING: Final = 1e-9


def range_problems(case: BusinessCase) -> tuple[Problem, ...]:
    """Return what is wrong between the numbers of a case: errors, and warnings for the ends of ranges.

    Parameters
    ----------
    case : BusinessCase
        Values that are right one by one.

    Returns
    -------
    tuple of Problem
        ``business_case.unknown_move``, ``business_case.move_range``, ``business_case.above_one``,
        ``business_case.below_zero``, ``business_case.avoidable_churn``, ``business_case.zero_term``,
        ``business_case.promoters_and_detractors``, ``business_case.lever_twice``; each with its path.
    """
    given = dict(estimates(case))
    return (
        *_twice(case),
        *_unknown_moves(case),
        *_impossible_moves(case),
        *_above_one(given),
        *_below_zero(case, given),
        *_shares(given),
    )


def _path(dotted: str) -> tuple[str, ...]:
    return tuple(dotted.split("."))


def _twice(case: BusinessCase) -> Iterator[Problem]:
    benefits = [lever.benefit for lever in case.levers]
    for benefit in sorted({name for name in benefits if benefits.count(name) > 1}):
        yield Problem(
            code="business_case.lever_twice",
            template="the lever '{benefit}' is given {times} times; one is expected.",
            params={"benefit": benefit, "times": benefits.count(benefit)},
            path=("levers", benefit),
        )


def _unknown_moves(case: BusinessCase) -> Iterator[Problem]:
    for lever in case.levers:
        known = (*MOVES.get(lever.benefit, ()), *OPTIONAL_MOVES.get(lever.benefit, ()))
        for name, _ in lever.moves:
            if name in known or not known:
                continue
            close = nearest(name, known)
            yield Problem(
                code="business_case.unknown_move",
                template="the lever '{benefit}' has no input '{name}'; it takes {known}.",
                hint="Did you mean '{close}'?" if close else "",
                params={
                    "benefit": lever.benefit,
                    "name": name,
                    "known": ", ".join(known),
                    "close": close or "",
                },
                path=("levers", lever.benefit, name),
            )


def _impossible_moves(case: BusinessCase) -> Iterator[Problem]:
    for lever in case.levers:
        for name, move in lever.moves:
            top = math.inf if name in UNBOUNDED else 1.0
            wrong = [number for number in move.numbers if not -1 <= number <= top]
            if move.value < 0:
                wrong.insert(0, move.value)
            if wrong:
                yield Problem(
                    code="business_case.move_range",
                    template="{name} is {got}; a move is a fraction, not negative: 0.02 is two points.",
                    params={"name": name, "got": f"{wrong[0]:g}"},
                    path=("levers", lever.benefit, name),
                )


def _ends(base: Estimate, move: Estimate) -> Iterator[tuple[float, float, bool]]:
    """Yield (base, move, is the most likely) for the values, then for the high end of the move."""
    yield base.value, move.value, True
    if move.high is not None:
        yield base.value, move.high, False


def _above_one(given: dict[str, Estimate]) -> Iterator[Problem]:
    for base_path, move_path in RISING:
        if base_path not in given or move_path not in given:
            continue
        for base, move, likely in _ends(given[base_path], given[move_path]):
            if base + move > 1 + ROUNDING:
                yield _rises_too_high(base_path, move_path, (base, base + move), likely)
                break
    renewal, intention, converted = (
        given.get(path)
        for path in (
            "baseline.contracts.renewal_rate",
            "levers.engagement.renewal_intention_gain",
            "levers.engagement.intention_to_renewal",
        )
    )
    if renewal is None or intention is None or converted is None:
        return
    for base, move, likely in _ends(renewal, intention):
        reached = base + move * converted.value
        if reached > 1 + ROUNDING:
            paths = ("baseline.contracts.renewal_rate", "levers.engagement.renewal_intention_gain")
            yield _rises_too_high(*paths, (base, reached), likely)
            break


def _rises_too_high(base_path: str, move_path: str, rates: tuple[float, float], likely: bool) -> Problem:
    return Problem(
        code="business_case.above_one",
        template="{name} would go from {base} to {got}; a share stops at 1.",
        params={"name": _path(base_path)[-1], "base": f"{rates[0]:g}", "got": f"{rates[1]:g}"},
        path=_path(move_path),
        severity="error" if likely else "warning",
    )


def churn_ceiling(case: BusinessCase) -> float | None:
    """Return the churn that a reduction may not exceed: the annual rate or, with survival, the worst year.

    The average churn of a base of all tenures lies below the churn of the first years.
    """
    consumers = case.baseline.consumers
    if consumers is None:
        return None
    if consumers.survival is not None:
        return max(1 - after / before for before, after in pairwise((1.0, *consumers.survival)))
    return None if consumers.annual_churn_rate is None else consumers.annual_churn_rate.value


def _below_zero(case: BusinessCase, given: dict[str, Estimate]) -> Iterator[Problem]:
    term = given.get("baseline.contracts.term_years")
    if term is not None and min(term.numbers) <= 0:
        yield Problem(
            code="business_case.zero_term",
            template="term_years is {got}; a contract lasts some time.",
            params={"got": f"{min(term.numbers):g}"},
            path=("baseline", "contracts", "term_years"),
        )
    yield from _churn(case, given)
    base, move = (
        given.get("baseline.consumers.detractor_share"),
        given.get("levers.recommendation.detractor_share_reduction"),
    )
    if base is None or move is None:
        return
    for share, reduction, likely in _ends(base, move):
        if reduction > share + ROUNDING:
            yield _falls_too_low(
                "detractor_share", share, reduction, "recommendation.detractor_share_reduction", likely
            )
            break


def _falls_too_low(name: str, base: float, reduction: float, lever: str, likely: bool) -> Problem:
    return Problem(
        code="business_case.below_zero",
        template="{name} is {base} and would be cut by {reduction}; it stops at 0.",
        params={"name": name, "base": f"{base:g}", "reduction": f"{reduction:g}"},
        path=("levers", *lever.split(".")),
        severity="error" if likely else "warning",
    )


def _churn(case: BusinessCase, given: dict[str, Estimate]) -> Iterator[Problem]:
    move, churn = given.get("levers.retention.churn_rate_reduction"), churn_ceiling(case)
    if move is None or churn is None:
        return
    avoidable = given.get("baseline.consumers.avoidable_churn_share")
    for _, reduction, likely in _ends(move, move):
        if reduction > churn + ROUNDING:
            yield _falls_too_low(_path(CHURN)[-1], churn, reduction, "retention.churn_rate_reduction", likely)
            return
        if avoidable is not None and reduction > avoidable.value * churn + ROUNDING:
            yield Problem(
                code="business_case.avoidable_churn",
                template="churn would be cut by {reduction}, but only {avoidable} of it can be avoided.",
                hint="Avoidable churn is avoidable_churn_share times the churn rate, {churn}.",
                params={
                    "reduction": f"{reduction:g}",
                    "avoidable": f"{avoidable.value * churn:g}",
                    "churn": f"{churn:g}",
                },
                path=("levers", "retention", "churn_rate_reduction"),
                severity="error" if likely else "warning",
            )
            return


def _shares(given: dict[str, Estimate]) -> Iterator[Problem]:
    promoters, detractors = (
        given.get(f"baseline.consumers.{name}_share") for name in ("promoter", "detractor")
    )
    if promoters is None or detractors is None or promoters.value + detractors.value <= 1 + ROUNDING:
        return
    yield Problem(
        code="business_case.promoters_and_detractors",
        template="promoters are {promoters} and detractors {detractors} of customers: more than all of them.",
        params={"promoters": f"{promoters.value:g}", "detractors": f"{detractors.value:g}"},
        path=("baseline", "consumers", "promoter_share"),
    )
