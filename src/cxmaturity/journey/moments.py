"""Moments of truth: eight criteria, each with the numbers that it fired on; two or more make a moment.

============== ================================================== =====================================
criterion      fires when                                         numbers of the `Reason`
============== ================================================== =====================================
``expert``     an expert says so                                  ``flag`` (why)
``extremum``   a peak or trough of prominence 1 or more (*)       ``prominence``, ``side`` (peak, trough)
``last``       ends a stage or the journey, 1 away from before    ``of``, ``valence``, ``before``
``importance`` in the upper quarter, derived or else as stated    ``share`` or ``importance``, ``threshold``
``polarised``  sd >= 1.2 on 1 to 5, or both ends >= 20 %          ``sd``, ``low_share``, ``high_share``
``drop_off``   leaving or complaints at least twice the median    ``drop_off`` or ``complaints``, ``median``
``gap``        lived at least 1 below what is expected            ``gap``, ``low``, ``high``
``asymmetric`` it punishes or rewards much more than the reverse  ``asymmetry``, ``penalty``, ``reward``
============== ================================================== =====================================

(*) and beyond the median of the journey by 0.5: an ordinary moment between two bad ones is a local peak, and no news. Likewise
every stage has an end: it counts only when it is felt, or a fifth of a map would start with one reason already. Derived
importance and the penalty-reward contrast (Brandt) need the answers of the same people to several touchpoints
(`analyse(..., answers=)`); means alone cannot give them.
"""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from typing import Literal

from cxmaturity.journey.derived import Driver
from cxmaturity.journey.parameters import DEFAULTS, JourneyParameters
from cxmaturity.journey.results import EventResult, Reason
from cxmaturity.journey.scales import reaches
from cxmaturity.journey.scores import importance_of
from cxmaturity.journey.values import Event, Journey

Side = Literal["peak", "trough"]
Number = tuple[str, float | str]


def prominences(heights: Sequence[float]) -> dict[int, float]:
    """Return the prominence of every local maximum by index: how far one must go down before going higher.

    A flat top counts once, at its middle; the first and the last point are no maxima. The same as
    `scipy.signal.find_peaks(heights, prominence=0)`, without loading scipy for thirty points.
    """
    found = {}
    at = 1
    while at < len(heights) - 1:
        end = at
        while end + 1 < len(heights) and heights[end + 1] == heights[at]:
            end += 1
        if heights[at - 1] < heights[at] and end + 1 < len(heights) and heights[end + 1] < heights[at]:
            middle = (at + end) // 2
            found[middle] = heights[middle] - max(_saddle(heights[middle::-1]), _saddle(heights[middle:]))
        at = end + 1
    return found


def _saddle(heights: Sequence[float]) -> float:
    """Return the lowest point before anything higher than the first."""
    lowest = heights[0]
    for height in heights[1:]:
        if height > heights[0]:
            break
        lowest = min(lowest, height)
    return lowest


def reasons_of(
    journey: Journey,
    events: Sequence[EventResult],
    *,
    end: int,
    drivers: dict[str, Driver] | None = None,
    parameters: JourneyParameters = DEFAULTS,
) -> tuple[tuple[Reason, ...], ...]:
    """Return the criteria that fired for each event, in the order of `CRITERIA`.

    Parameters
    ----------
    journey, events : Journey, sequence of EventResult
        The journey and what is known at each of its events (valence, gap, spread), in order.
    end : int
        Index of the last event of the journey that the customer lives.
    drivers : dict of str to Driver, optional
        What answers say of each event (`derived.drivers`).
    """
    lasting = _ends(journey, events, end, parameters)
    peaks = _extrema(events, parameters)
    important = _important(journey.events, drivers or {}, parameters)
    rates = _rates(journey.events, parameters)
    found = []
    for index, (event, result) in enumerate(zip(journey.events, events, strict=True)):
        fired = [
            Reason(criterion="expert", numbers=(("flag", event.expert_flag),)) if event.expert_flag else None,
            peaks.get(index),
            lasting.get(index),
            important.get(index),
            _polarised(result),
            rates.get(index),
            _gap(result, parameters),
            _asymmetric((drivers or {}).get(event.id), parameters),
        ]
        found.append(tuple(reason for reason in fired if reason))
    return tuple(found)


def _extrema(events: Sequence[EventResult], parameters: JourneyParameters) -> dict[int, Reason]:
    known = [(event.index, event.valence) for event in events if event.valence is not None]
    heights = [valence for _, valence in known]
    if not heights:
        return {}
    usual = statistics.median(heights)
    found = {}
    sides: tuple[tuple[Side, list[float]], ...] = (("peak", heights), ("trough", [-it for it in heights]))
    for side, line in sides:
        for at, prominence in prominences(line).items():
            away = abs(heights[at] - usual) if (heights[at] > usual) == (side == "peak") else 0.0
            if reaches(prominence, parameters.prominence) and reaches(away, parameters.notable_extremum):
                numbers: tuple[Number, ...] = (("prominence", prominence), ("side", side))
                found[known[at][0]] = Reason(criterion="extremum", numbers=numbers)
    return found


def _ends(
    journey: Journey, events: Sequence[EventResult], end: int, parameters: JourneyParameters
) -> dict[int, Reason]:
    """Return the ends worth saying: far from the median of what was lived before it in the journey."""
    found = {}
    index = -1
    closing = {}
    for stage in journey.stages:
        index += len(stage.events)
        if stage.events:
            closing[index] = "stage"
    closing[end] = "journey"
    for at, of in closing.items():
        valence = events[at].valence if 0 <= at < len(events) else None
        before = [it.valence for it in events[:at] if it.valence is not None]
        if valence is None or not before:
            continue
        usual = statistics.median(before)
        if reaches(abs(valence - usual), parameters.notable_end):
            numbers: tuple[Number, ...] = (("of", of), ("valence", valence), ("before", usual))
            found[at] = Reason(criterion="last", numbers=numbers)
    return found


def _important(
    events: Sequence[Event], drivers: dict[str, Driver], parameters: JourneyParameters
) -> dict[int, Reason]:
    if len(drivers) >= 4:
        name, values = "share", [drivers[it.id].share if it.id in drivers else None for it in events]
    else:
        name, values = "importance", [importance_of(event) for event in events]
    known = sorted(value for value in values if value is not None)
    if len(known) < 4:
        return {}
    threshold = _quantile(known, 1 - parameters.top_share)
    crowded = (
        sum(reaches(value, threshold) for value in known) > len(known) / 3
    )  # ties: only what is above stands out
    return {
        index: Reason(criterion="importance", numbers=((name, value), ("threshold", threshold)))
        for index, value in enumerate(values)
        if value is not None and reaches(value, threshold) and not (crowded and reaches(threshold, value))
    }


def _quantile(ordered: Sequence[float], share: float) -> float:
    at = share * (len(ordered) - 1)
    low = int(at)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (at - low) * (ordered[high] - ordered[low])


def _polarised(result: EventResult) -> Reason | None:
    spread = result.spread
    if spread is None or not spread.polarised:
        return None
    named = (("sd", spread.sd), ("low_share", spread.low_share), ("high_share", spread.high_share))
    return Reason(
        criterion="polarised", numbers=tuple((name, value) for name, value in named if value is not None)
    )


def _rates(events: Sequence[Event], parameters: JourneyParameters) -> dict[int, Reason]:
    """Return who loses or angers customers; both rates on one event make one reason, each beside its own median."""
    left = _high_rates([event.drop_off for event in events], parameters)
    angry = _high_rates([event.complaints for event in events], parameters)
    found = {}
    for index in left.keys() | angry.keys():
        numbers: list[Number] = []
        if index in left:
            numbers += [("drop_off", left[index][0]), ("median", left[index][1])]
        if index in angry:
            median = "complaints_median" if index in left else "median"
            numbers += [("complaints", angry[index][0]), (median, angry[index][1])]
        found[index] = Reason(criterion="drop_off", numbers=tuple(numbers))
    return found


def _high_rates(
    values: Sequence[float | None], parameters: JourneyParameters
) -> dict[int, tuple[float, float]]:
    known = [value for value in values if value is not None]
    if len(known) < 3:
        return {}
    median = statistics.median(known)
    bound = max(parameters.rate_ratio * median, parameters.rate_floor)
    return {
        index: (value, median)
        for index, value in enumerate(values)
        if value is not None and reaches(value, bound)
    }


def _gap(result: EventResult, parameters: JourneyParameters) -> Reason | None:
    if result.gap is None or not reaches(-result.gap, -parameters.gap):
        return None
    numbers: list[Number] = [("gap", result.gap)]
    if result.gap_low is not None and result.gap_high is not None:
        numbers += [("low", result.gap_low), ("high", result.gap_high)]
    return Reason(criterion="gap", numbers=tuple(numbers))


def _asymmetric(driver: Driver | None, parameters: JourneyParameters) -> Reason | None:
    if driver is None or driver.asymmetry is None or not driver.clear:
        return None
    if not reaches(abs(driver.asymmetry), parameters.asymmetry):
        return None
    return Reason(
        criterion="asymmetric",
        numbers=(
            ("asymmetry", driver.asymmetry),
            ("penalty", driver.penalty or 0.0),
            ("reward", driver.reward or 0.0),
        ),
    )
