"""How an actual journey departs from the planned one, in the four kinds of Halvorsrud et al. (2016).

Ids are unique in an atlas, so the two journeys share none. An actual event answers a planned one when both have the same
`touchpoint` (typed in both), else the same channel and the same action in either language; each planned event is answered once,
in order.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from cxmaturity.journey.parameters import DEFAULTS, JourneyParameters
from cxmaturity.journey.results import Deviation, EventResult
from cxmaturity.journey.values import Event, Journey


def deviations_of(
    planned: Journey,
    actual: Journey,
    results: Sequence[EventResult],
    parameters: JourneyParameters = DEFAULTS,
) -> tuple[Deviation, ...]:
    """Return what departs, in the order of the actual journey, then what is missing in the order of the planned one.

    ``ad_hoc``: nobody planned it. ``wrong_sequence``: planned, but not in this order (the fewest events that must move).
    ``failed``: planned, and most customers leave there, or they feel bad (valence -1 or less) and say why (a pain). ``missing``:
    planned, and nobody lives it; `Deviation.event` is then the planned one.
    """
    answers = match_events(planned.events, actual.events)
    steady = _in_order([answers[index] for index in sorted(answers)])
    found = []
    for index, (event, result) in enumerate(zip(actual.events, results, strict=True)):
        if index not in answers:
            found.append(Deviation(kind="ad_hoc", event=event.id))
            continue
        if answers[index] not in steady:
            found.append(Deviation(kind="wrong_sequence", event=event.id))
        if _failed(event, result, parameters):
            found.append(Deviation(kind="failed", event=event.id))
    answered = set(answers.values())
    found += [
        Deviation(kind="missing", event=event.id)
        for index, event in enumerate(planned.events)
        if index not in answered
    ]
    return tuple(found)


def match_events(planned: Sequence[Event], actual: Sequence[Event]) -> dict[int, int]:
    """Return the index of the planned event that each actual event answers, by index; the most explicit link first."""
    answers: dict[int, int] = {}
    for same in (_same_touchpoint, _same_action):
        for at, event in enumerate(actual):
            if at in answers:
                continue
            free = (
                index for index, it in enumerate(planned) if index not in answers.values() and same(it, event)
            )
            found = next(free, None)
            if found is not None:
                answers[at] = found
    return answers


def _same_touchpoint(planned: Event, actual: Event) -> bool:
    return bool(planned.touchpoint) and planned.touchpoint == actual.touchpoint


def _same_action(planned: Event, actual: Event) -> bool:
    if planned.channel != actual.channel:
        return False
    if planned.touchpoint and actual.touchpoint:
        return False
    return any(
        one and _plain(one) == _plain(other)
        for one, other in ((planned.action.en, actual.action.en), (planned.action.fr, actual.action.fr))
    )


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def _in_order(indices: Sequence[int]) -> set[int]:
    """Return the members of a longest rising subsequence (Schensted, 1961)."""
    tails: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    for at, value in enumerate(indices):
        place = bisect_left(tails, value)
        before.append(ends[place - 1] if place else -1)
        tails[place : place + 1] = [value]
        ends[place : place + 1] = [at]
    kept = set()
    at = ends[-1] if ends else -1
    while at >= 0:
        kept.add(indices[at])
        at = before[at]
    return kept


def _failed(event: Event, result: EventResult, parameters: JourneyParameters) -> bool:
    if event.drop_off is not None and event.drop_off >= parameters.failed_drop_off:
        return True
    return result.valence is not None and result.valence <= parameters.failed_valence and bool(event.pains)
