"""How a journey is remembered, twice: peak and end, and the weighted mean. Neither wins, so both are printed.

A meta-analysis of 174 effect sizes (Alaybek et al., 2022) finds that peak-end predicts (r = 0.58) about as well as the mean.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence

from cxmaturity.journey.scales import given
from cxmaturity.journey.values import Event, Journey


def importance_of(event: Event) -> float | None:
    """Return how important the event is, 1 to 5: as typed, else the mean of its counts."""
    expectation = event.expectation
    stated = given(expectation.importance, 1, 5)
    n = sum(expectation.counts)
    if stated is not None or n <= 0 or len(expectation.counts) != 5:
        return stated
    return given(sum(level * count for level, count in enumerate(expectation.counts, 1)) / n, 1, 5)


def weights_of(events: Sequence[Event]) -> tuple[float, ...]:
    """Return reach x importance, normalised to sum to 1.

    An unknown reach or importance takes the median of those known in the journey, so that it neither weighs nor lightens; when
    none is known, it does not count.
    """
    reach = _filled([given(event.reach, 0, math.inf) for event in events])
    importance = _filled([importance_of(event) for event in events])
    raw = [a * b for a, b in zip(reach, importance, strict=True)]
    total = math.fsum(raw)
    if total <= 0:
        return tuple(1 / len(events) for _ in events)
    return tuple(value / total for value in raw)


def _filled(values: Sequence[float | None]) -> list[float]:
    known = [value for value in values if value is not None]
    usual = statistics.median(known) if known else 1.0
    return [usual if value is None else value for value in values]


def weighted_mean(valences: Sequence[float | None], weights: Sequence[float]) -> float | None:
    """Return the mean valence of the known events by weight; None when nothing is known."""
    known = [(v, w) for v, w in zip(valences, weights, strict=True) if v is not None]
    total = math.fsum(w for _, w in known)
    if not known or total <= 0:
        return None
    return math.fsum(v * w for v, w in known) / total


def peak_end(valences: Sequence[float | None], last: int) -> float | None:
    """Return (valence at the strongest event + valence at `last`) / 2; None when the end is not known.

    Of two events as strong, the worse one is the peak: losses loom larger.
    """
    known = [v for v in valences if v is not None]
    end = valences[last] if known else None
    if end is None:
        return None
    peak = max(known, key=lambda v: (abs(v), -v))
    return (peak + end) / 2


def end_of(journey: Journey, valences: Sequence[float | None]) -> int:
    """Return the index of the last event that the customer lives: visible, or known to be felt; -1 in an empty journey."""
    lived = [
        index
        for index, (event, valence) in enumerate(zip(journey.events, valences, strict=True))
        if event.visible or valence is not None
    ]
    return lived[-1] if lived else len(journey.events) - 1
