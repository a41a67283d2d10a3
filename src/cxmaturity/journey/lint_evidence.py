"""Rules V, how do we know: stages and moments of truth without evidence, numbers that cannot be defended or do not agree."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from itertools import combinations
from typing import Final

from cxmaturity.core.problems import Problem
from cxmaturity.core.text import Text
from cxmaturity.journey.lint_rules import RULES
from cxmaturity.journey.lint_walk import Ground, Step, decimal
from cxmaturity.journey.results import JourneyResult
from cxmaturity.journey.scales import answers, interval, is_same_source
from cxmaturity.journey.values import Measure

FRESH_MONTHS: Final = 12
FEW: Final = 30
"""Below so many answers a mean is not shown without its interval."""


def check_stages(ground: Ground) -> Iterator[Problem]:
    """V401: stages of which only the team's own opinion is known; what is designed has nothing to measure yet."""
    proved = {
        (step.path[1], step.path[3])
        for step in ground.steps
        if any(measure.kind != "workshop" for measure in step.event.satisfaction)
        or any(pain.kind != "workshop" and pain.source for pain in step.event.pains)
    }
    for path, journey, stages in ground.stages:
        if journey.state == "as_is" and journey.kind == "actual":
            for place, stage in stages:
                if (path[1], place[3]) not in proved:
                    yield RULES["V401"].found(stage.id, place)


def check_measures(ground: Ground) -> Iterator[Problem]:
    """V402 and V404: what is needed to judge a number, and to draw how sure it is."""
    for step in ground.steps:
        for path, measure in step.measures:
            missing = _missing(measure)
            if missing:
                yield RULES["V402"].found(measure.id, path, missing=", ".join(missing))
            n = answers(measure)
            if n is not None and 0 < n < FEW and _without_spread(measure):
                yield RULES["V404"].found(measure.id, path, n=n)


def _missing(measure: Measure) -> list[str]:
    counted = answers(measure) is not None
    # A survey without n is an error of its own (E108), and nobody counts the answers of an expert.
    asked = measure.kind != "survey" and measure.metric != "expert"
    told = (("n", counted or not asked), ("date", measure.date), ("source", measure.source))
    return [name for name, known in told if not known]


def _without_spread(measure: Measure) -> bool:
    if measure.metric == "top2":
        return False
    if measure.metric == "nps":
        return measure.sd is None and (measure.promoters is None or measure.detractors is None)
    return measure.sd is None and not measure.counts


def check_age(ground: Ground) -> Iterator[Problem]:
    """V403: the latest measure of an event, for each persona, is old; older ones beside it are its history."""
    for step in ground.steps:
        latest: dict[str, tuple[dt.date, Measure, int]] = {}
        for index, measure in enumerate(step.event.satisfaction):
            if measure.date is None:
                continue
            if measure.persona not in latest or measure.date > latest[measure.persona][0]:
                latest[measure.persona] = (measure.date, measure, index)
        for date, measure, index in latest.values():
            if ground.older(date, FRESH_MONTHS):
                yield RULES["V403"].found(
                    measure.id,
                    (*step.path, "satisfaction", index, "date"),
                    event=step.event.id,
                    date=date,
                    months=ground.months(date),
                )


def check_agreement(ground: Ground) -> Iterator[Problem]:
    """V407: two sources, one metric, one kind of people, both recent, and intervals that do not meet."""
    for step in ground.steps:
        yield from _contradictions(ground, step)


def _contradictions(ground: Ground, step: Step) -> Iterator[Problem]:
    recent = [
        (index, measure, bounds)
        for index, measure in enumerate(step.event.satisfaction)
        if measure.date is not None
        and not ground.older(measure.date, FRESH_MONTHS)
        and (bounds := _bounds(measure)) is not None
    ]
    for (_, one, (low, high)), (index, other, (least, most)) in combinations(recent, 2):
        alike = one.metric == other.metric and one.persona == other.persona
        if alike and not is_same_source(one, other) and (high < least or most < low):
            yield RULES["V407"].found(
                other.id,
                (*step.path, "satisfaction", index),
                event=step.event.id,
                first=_said(one),
                second=_said(other),
            )


def _said(measure: Measure) -> Text:
    """Return a measure with where it comes from."""
    number = f"{measure.value:g}"
    english, french = (measure.source.of(name) or measure.id for name in ("en", "fr"))
    return Text(en=f"{number} ({english})", fr=f"{number.replace('.', ',')} ({french})")


def _bounds(measure: Measure) -> tuple[float, float] | None:
    try:
        return interval(measure)
    except (ArithmeticError, ValueError):  # numbers outside their scale, which E103 says
        return None


def check_moments(ground: Ground, results: tuple[tuple[int, JourneyResult], ...]) -> Iterator[Problem]:
    """V405: moments of truth that nobody measured; said once per event, with the personas concerned."""
    for index, steps in ground.by_journey.items():
        doubtful: dict[int, list[str]] = {}
        for at, result in results:
            if at == index:
                for event in result.events:
                    if event.moment and event.grade in (None, "H"):
                        doubtful.setdefault(event.index, []).append(result.persona)
        for rank, personas in sorted(doubtful.items()):
            step = steps[rank]
            named = ", ".join(name for name in personas if name) or "–"
            yield RULES["V405"].found(step.event.id, step.path, persona=named)


def check_stories(ground: Ground, results: tuple[tuple[int, JourneyResult], ...]) -> Iterator[Problem]:
    """V406: the two ways to remember a journey do not agree."""
    for index, result in results:
        if result.disagree and result.peak_end is not None and result.mean is not None:
            yield RULES["V406"].found(
                ground.atlas.journeys[index].id,
                ("journeys", index),
                peak_end=decimal(result.peak_end, "+.1f"),
                mean=decimal(result.mean, "+.1f"),
                persona=result.persona or "–",
            )


CHECKS: Final[tuple[Callable[[Ground], Iterator[Problem]], ...]] = (
    check_stages,
    check_measures,
    check_age,
    check_agreement,
)
