"""Where to act: Ulwick's opportunity score within one persona, and the four quadrants of importance and performance.

The score is computed within a persona and never across: a need that one group has unmet and another served cancels in a mean.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence

import attrs

from cxmaturity.journey.evidence import Evidence
from cxmaturity.journey.parameters import DEFAULTS, JourneyParameters
from cxmaturity.journey.results import OpportunityClass, OpportunityScore, Quadrant
from cxmaturity.journey.scales import wilson
from cxmaturity.journey.scores import importance_of
from cxmaturity.journey.values import Event, Expectation, Measure

Bounds = tuple[float, float] | None


@attrs.frozen(kw_only=True)
class Input:
    """One side of the score, 0 to 10, with its 95 % bounds; `approximate` when a mean stands in for a share."""

    value: float
    bounds: Bounds = None
    approximate: bool


def opportunity_of(
    event: Event, known: Evidence | None, parameters: JourneyParameters = DEFAULTS
) -> OpportunityScore | None:
    """Return importance + max(importance - satisfaction, 0), each 0 to 10; None when either is unknown.

    Each is ten times the share of the two best answers where counts (or a share) are known, else the mean brought to 0 to 10
    (`approximate`). The bounds combine those of both (square and add); an importance typed without counts is taken as certain.
    """
    inputs = inputs_of(event, known)
    if inputs is None:
        return None
    importance, satisfaction = inputs
    value = ulwick(importance.value, satisfaction.value)
    bounds = _bounds(importance, satisfaction)
    low, high = bounds or (None, None)
    reading = reading_of(value, parameters)
    straddles = bounds is not None and len({reading_of(bound, parameters) for bound in bounds}) > 1
    return OpportunityScore(
        value=value,
        low=low,
        high=high,
        reading=reading,
        approximate=importance.approximate or satisfaction.approximate,
        straddles=straddles,
    )


def ulwick(importance: float, satisfaction: float) -> float:
    """Return Ulwick's score of two numbers from 0 to 10.

    Examples
    --------
    >>> ulwick(9, 3), ulwick(6, 8)
    (15, 6)
    """
    return importance + max(importance - satisfaction, 0)


def reading_of(value: float, parameters: JourneyParameters = DEFAULTS) -> OpportunityClass:
    """Return the class of a score as it is printed (one decimal): above 15 extreme, above 12 high, from 10 worth a look."""
    shown = round(value, 1)
    if shown > parameters.extreme:
        return "extreme"
    if shown > parameters.high:
        return "high"
    return "worth_a_look" if shown >= parameters.worth else "served"


def inputs_of(event: Event, known: Evidence | None) -> tuple[Input, Input] | None:
    """Return (importance, satisfaction) from 0 to 10, or None when either is unknown."""
    importance = _importance(event.expectation, importance_of(event))
    return None if known is None or importance is None else (importance, _satisfaction(known))


def _importance(expectation: Expectation, mean: float | None) -> Input | None:
    n = sum(expectation.counts)
    if n > 0 and min(expectation.counts) >= 0 and len(expectation.counts) == 5:
        return _top(expectation.counts[3:], n)
    return None if mean is None else Input(value=(mean - 1) / 4 * 10, approximate=True)


def _satisfaction(known: Evidence) -> Input:
    measure = None if known.pooled else known.shown
    if measure is not None and _counted(measure):
        return _top(measure.counts[-2:], sum(measure.counts))
    bounds = None
    if known.low is not None and known.high is not None:
        bounds = ((known.low + 2) / 4 * 10, (known.high + 2) / 4 * 10)
    return Input(value=(known.valence + 2) / 4 * 10, bounds=bounds, approximate=known.metric != "top2")


def _counted(measure: Measure) -> bool:
    levels = {"csat5": 5, "ces7": 7}.get(measure.metric)
    counts: tuple[int, ...] = measure.counts
    return levels is not None and len(counts) == levels and sum(counts) > 0 and min(counts) >= 0


def _top(best: Sequence[int], n: int) -> Input:
    share = sum(best) / n
    low, high = wilson(share, n)
    return Input(value=share * 10, bounds=(low * 10, high * 10), approximate=False)


def _bounds(importance: Input, satisfaction: Input) -> Bounds:
    """Return the bounds of max(imp, 2 imp - sat): the larger of the bounds of its two branches."""
    imp, sat = importance.value, satisfaction.value
    if satisfaction.bounds is None:
        return None
    imp_low, imp_high = importance.bounds or (imp, imp)
    sat_low, sat_high = satisfaction.bounds
    low = max(imp_low, 2 * imp - sat - math.hypot(2 * (imp - imp_low), sat_high - sat))
    high = max(imp_high, 2 * imp - sat + math.hypot(2 * (imp_high - imp), sat - sat_low))
    value = ulwick(imp, sat)
    return max(0.0, min(low, value)), min(20.0, max(high, value))


def axes_of(
    events: Sequence[Event], valences: Sequence[float | None], parameters: JourneyParameters = DEFAULTS
) -> tuple[float, float] | None:
    """Return the thresholds (importance 1 to 5, valence): fixed ones, else the means; None below three events with both."""
    if parameters.axes is not None:
        return parameters.axes
    both = [
        (importance, valence)
        for event, valence in zip(events, valences, strict=True)
        if valence is not None and (importance := importance_of(event)) is not None
    ]
    if len(both) < 3:
        return None
    return statistics.fmean(it[0] for it in both), statistics.fmean(it[1] for it in both)


def quadrant_of(
    importance: float | None, valence: float | None, axes: tuple[float, float] | None
) -> Quadrant | None:
    """Return the quadrant of importance x performance (Martilla and James, 1977); on an axis counts as above it."""
    if importance is None or valence is None or axes is None:
        return None
    if importance >= axes[0]:
        return "keep" if valence >= axes[1] else "act"
    return "overkill" if valence >= axes[1] else "low_priority"
