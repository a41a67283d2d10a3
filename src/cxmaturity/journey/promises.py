"""What the brand promises against what is lived where the promise should be kept, the worst contradiction first."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import attrs

from cxmaturity.journey.parameters import DEFAULTS, JourneyParameters
from cxmaturity.journey.results import EventResult, JourneyResult, PromiseResult
from cxmaturity.journey.values import GRADES, Atlas, BrandPromise, Journey

Bounds = tuple[float, float] | None


@attrs.frozen(kw_only=True)
class _Lived:
    """One event as one persona lives it, with the weight that it has in a promise."""

    result: EventResult
    weight: float


def check_promises(
    atlas: Atlas, lived: Sequence[tuple[Journey, JourneyResult]], parameters: JourneyParameters = DEFAULTS
) -> tuple[PromiseResult, ...]:
    """Return every promise with its distance = lived - promised (valence), broken ones first, then the farthest, unknown last.

    Lived is the mean of the known events that touch the promise, by weight in their journey (reach x importance) x weight of the
    persona (strategy, else size, else equal). Only journeys as they are lived count: not a to-be, not a planned one. A promise is
    broken when it is missed by `parameters.broken` or more and its whole interval lies below zero; without an interval, when it
    is missed by a full step (`parameters.gap`).
    """
    touching = _touching(atlas, lived)
    found = [_check(promise, touching.get(promise.id, []), parameters) for promise in atlas.promises]
    return tuple(
        sorted(
            found,
            key=lambda it: (
                it.distance is None,
                not it.broken,
                it.distance if it.distance is not None else 0.0,
            ),
        )
    )


def persona_weights(atlas: Atlas) -> dict[str, float]:
    """Return the weight of each persona: of the strategy, else its size, else the same for all."""
    given = dict(atlas.strategy.weights)
    if given:
        return {persona.id: given.get(persona.id, 0.0) for persona in atlas.personas}
    sizes = [persona.size for persona in atlas.personas]
    if sizes and all(size is not None for size in sizes):
        return {persona.id: persona.size or 0.0 for persona in atlas.personas}
    return {persona.id: 1.0 for persona in atlas.personas}


def _touching(atlas: Atlas, lived: Iterable[tuple[Journey, JourneyResult]]) -> dict[str, list[_Lived]]:
    weights = persona_weights(atlas)
    found: dict[str, list[_Lived]] = {}
    for journey, result in lived:
        if journey.state != "as_is" or journey.kind != "actual":
            continue
        whose = weights.get(result.persona, 1.0)
        for event, known in zip(journey.events, result.events, strict=True):
            for promise in dict.fromkeys(event.promises):
                found.setdefault(promise, []).append(_Lived(result=known, weight=known.weight * whose))
    return found


def _check(promise: BrandPromise, touching: Sequence[_Lived], parameters: JourneyParameters) -> PromiseResult:
    events = tuple(dict.fromkeys(it.result.event for it in touching))
    known = [it for it in touching if it.result.valence is not None]
    lived = _mean(known)
    if lived is None:
        return PromiseResult(
            promise=promise.id,
            events=events,
            promised=promise.level,
            lived=None,
            distance=None,
            low=None,
            high=None,
        )
    distance = lived - promise.level
    bounds = _interval(known)
    low, high = (bounds[0] - promise.level, bounds[1] - promise.level) if bounds else (None, None)
    broken = distance <= parameters.gap if high is None else distance <= -parameters.broken and high < 0
    return PromiseResult(
        promise=promise.id,
        events=events,
        promised=promise.level,
        lived=lived,
        distance=distance,
        low=low,
        high=high,
        worst=min(known, key=lambda it: it.result.valence or 0.0).result.event,
        broken=broken,
        grade=min((it.result.grade or "H" for it in known), key=GRADES.index),
    )


def _shares(known: Sequence[_Lived]) -> list[float]:
    total = math.fsum(it.weight for it in known)
    return [it.weight / total if total > 0 else 1 / len(known) for it in known]


def _mean(known: Sequence[_Lived]) -> float | None:
    if not known:
        return None
    return math.fsum(s * (it.result.valence or 0.0) for s, it in zip(_shares(known), known, strict=True))


def _interval(known: Sequence[_Lived]) -> Bounds:
    """Return the 95 % bounds of the mean; None when none of its parts has any.

    Parts that rest on the same measure move together (they add), the others apart (square and add), side by side. A part without
    bounds may be anywhere on the scale, and widens the whole by as much.
    """
    below: dict[str, float] = {}
    above: dict[str, float] = {}
    least, most, mean = 0.0, 0.0, 0.0
    for share, it in zip(_shares(known), known, strict=True):
        valence, low, high = it.result.valence or 0.0, it.result.low, it.result.high
        mean += share * valence
        if low is None or high is None:
            least += share * (valence + 2)
            most += share * (2 - valence)
            continue
        name = it.result.measure or it.result.event
        below[name] = below.get(name, 0.0) + share * (valence - low)
        above[name] = above.get(name, 0.0) + share * (high - valence)
    if not below:
        return None
    return mean - math.hypot(*below.values()) - least, mean + math.hypot(*above.values()) + most
