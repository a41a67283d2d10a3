"""Changes of one touchpoint of an atlas, one field at a time: the atlas before stays, a new one comes out, or a reason why not.

Scales and words are those of `journey.values`; a number is read as people type it in their language. Nothing is guessed: what is
not understood, or cannot be, comes back as a `Wrong` and changes nothing.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable
from typing import Any, Final

import attrs

from cxmaturity.app.widgets.builder_messages import BENEFITS
from cxmaturity.app.widgets.builder_numbers import read_figure
from cxmaturity.app.widgets.journey_map_messages import FIELDS
from cxmaturity.core.text import Language
from cxmaturity.journey.values import (
    METRICS,
    SCALES,
    SOURCE_KINDS,
    Atlas,
    Event,
    Journey,
    Measure,
    Opportunity,
    Pain,
    Stage,
    Words,
)

_BOUNDS: Final[dict[tuple[str, str], tuple[float, float]]] = {
    ("expectation", "level"): (1, 5),
    ("expectation", "importance"): (1, 5),
    ("emotion", "valence"): (-2, 2),
    ("emotion", "intensity"): (1, 5),
    ("opportunities", "effort"): (1, 5),
}
_WHOLE: Final = {("emotion", "intensity"), ("opportunities", "effort"), ("satisfaction", "n")}
_CHOICES: Final = {
    ("satisfaction", "metric"): METRICS,
    ("satisfaction", "kind"): SOURCE_KINDS,
    ("opportunities", "kpi"): BENEFITS,
}
_WORDS: Final = {
    ("expectation", "text"),
    ("emotion", "word"),
    ("pains", "text"),
    ("pains", "quote"),
    ("opportunities", "text"),
    ("satisfaction", "source"),
    ("pains", "source"),
    ("opportunities", "owner"),
}
_LETTERS: Final = {"satisfaction": "m", "pains": "p", "opportunities": "o"}
ITEMS_AT_MOST: Final = 60


@attrs.frozen
class Wrong:
    """Why a change was not made: a key of the messages ``journey_widget.wrong``, and the bounds of a scale."""

    reason: str
    low: float | None = None
    high: float | None = None


@attrs.frozen
class Box:
    """One field of one touchpoint: a part of `FIELDS`, the id of an item (empty for what an event has once), a field of it."""

    event: str
    part: str
    item: str
    field: str


@attrs.frozen
class Where:
    """An event with the journey and the stage that hold it."""

    journey: Journey
    stage: Stage
    event: Event


def find(atlas: Atlas, event: str) -> Where | None:
    """Return where an event stands, None when the atlas has no such event."""
    for journey in atlas.journeys:
        for stage in journey.stages:
            for one in stage.events:
                if one.id == event:
                    return Where(journey, stage, one)
    return None


def with_event(atlas: Atlas, event: str, change: Callable[[Event], Event]) -> Atlas:
    """Return the atlas with one event changed; all that did not change is the same object."""

    def staged(stage: Stage) -> Stage:
        if not any(one.id == event for one in stage.events):
            return stage
        return attrs.evolve(
            stage, events=tuple(change(one) if one.id == event else one for one in stage.events)
        )

    def through(journey: Journey) -> Journey:
        stages = tuple(staged(stage) for stage in journey.stages)
        changed = any(new is not old for new, old in zip(stages, journey.stages, strict=True))
        return attrs.evolve(journey, stages=stages) if changed else journey

    return attrs.evolve(atlas, journeys=tuple(through(journey) for journey in atlas.journeys))


def edited(atlas: Atlas, box: Box, text: str, *, language: Language, today: dt.date) -> Atlas | Wrong:
    """Return the atlas with one field of one touchpoint as typed.

    Parameters
    ----------
    box : Box
        Which one.
    text : str
        As typed; empty takes out what may be unknown.
    language : {"en", "fr"}
        How numbers are read, and which of two texts is meant.
    today : datetime.date
        No measure is younger.
    """
    held = _holder(atlas, box.event, box.part, box.item)
    if held is None or box.field not in FIELDS[box.part]:
        return Wrong("gone")
    value = _read(held, (box.part, box.field), text.strip(), language, today)
    if isinstance(value, Wrong):
        return value
    new = attrs.evolve(held, **{box.field: value})
    if isinstance(new, Measure) and (wrong := _measure_is_wrong(held, new, box.field)):
        return wrong
    if new == held:
        return atlas
    return with_event(atlas, box.event, lambda one: _put(one, box.part, box.item, new))


def _holder(atlas: Atlas, event: str, part: str, item: str) -> Any:
    where = find(atlas, event)
    if where is None or part not in FIELDS:
        return None
    held = getattr(where.event, part)
    if not isinstance(held, tuple):
        return None if item else held
    return next((one for one in held if one.id == item), None)


def _put(event: Event, part: str, item: str, new: Any) -> Event:
    held = getattr(event, part)
    whole = tuple(new if one.id == item else one for one in held) if isinstance(held, tuple) else new
    return _with_part(event, part, whole)


def _with_part(event: Event, part: str, value: Any) -> Event:
    change: dict[str, Any] = {part: value}
    return attrs.evolve(event, **change)


def _read(held: Any, key: tuple[str, str], text: str, language: Language, today: dt.date) -> Any:
    part, field = key
    if key in _WORDS:
        needed = field == "text" and part in _LETTERS
        return (
            Wrong("empty") if needed and not text else attrs.evolve(getattr(held, field), **{language: text})
        )
    if key in _CHOICES:
        may_be_empty = field == "kpi"
        known = text in _CHOICES[key] or (may_be_empty and (not text or text == held.kpi))
        return text if known else Wrong("choice")
    if not text and field != "value":
        return None
    if field == "date":
        return _day(text, today)
    low, high = SCALES[held.metric] if field == "value" else _BOUNDS.get(key, (1, 10**9))
    return number(text, low, high, language=language, whole=key in _WHOLE)


def number(text: str, low: float, high: float, *, language: Language, whole: bool = False) -> float | Wrong:
    """Return a number typed by a person, when it is on its scale; ``80 %`` is 0.8."""
    if not text:
        return Wrong("empty")
    figure = read_figure(text, "number", language)
    if figure is None or not math.isfinite(figure.value) or (whole and figure.value % 1):
        return Wrong("number")
    if not low <= figure.value <= high:
        return Wrong("scale", low, high)
    return int(figure.value) if whole else figure.value


def _day(text: str, today: dt.date) -> dt.date | Wrong:
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        return Wrong("date")
    return day if day <= today else Wrong("date")


def _measure_is_wrong(old: Measure, new: Measure, field: str) -> Wrong | None:
    """Refuse what would leave a measure that contradicts itself: a value beside the answers it was counted from."""
    if field in ("value", "metric", "n") and (
        old.counts or old.promoters is not None or old.detractors is not None
    ):
        same = getattr(old, field) == getattr(new, field)
        return None if same else Wrong("counted")
    low, high = SCALES[new.metric]
    return None if low <= new.value <= high else Wrong("scale", low, high)


def added(
    atlas: Atlas, event: str, part: str, text: str, *, choice: str, language: Language, today: dt.date
) -> Atlas | Wrong:
    """Return the atlas with one more measure (`choice` is its metric), pain or opportunity.

    What is added on screen was said by a person now: a workshop, until somebody proves it.
    """
    where = find(atlas, event)
    said = text.strip()
    if where is None or part not in _LETTERS:
        return Wrong("gone")
    held: tuple[Any, ...] = getattr(where.event, part)
    if len(held) >= ITEMS_AT_MOST or not said:
        return Wrong("many" if said else "empty")
    id_ = _free_id(atlas, f"{event}-{_LETTERS[part]}")
    if part == "satisfaction":
        new = _new_measure(id_, choice, said, language, today)
    elif part == "pains":
        new = Pain(id=id_, text=Words(**{language: said}), date=today)
    else:
        new = Opportunity(id=id_, text=Words(**{language: said}))
    if isinstance(new, Wrong):
        return new
    return with_event(atlas, event, lambda one: _with_part(one, part, (*held, new)))


def _new_measure(id_: str, metric: str, text: str, language: Language, today: dt.date) -> Any:
    if metric not in METRICS:
        return Wrong("choice")
    low, high = SCALES[metric]
    value = number(text, low, high, language=language)
    return value if isinstance(value, Wrong) else Measure(id=id_, metric=metric, value=value, date=today)


def removed(atlas: Atlas, event: str, part: str, item: str) -> Atlas | Wrong:
    """Return the atlas without one item; what pointed at it as feedback no longer does."""
    if part not in _LETTERS or _holder(atlas, event, part, item) is None:
        return Wrong("gone")

    def without(one: Event) -> Event:
        kept = tuple(each for each in getattr(one, part) if each.id != item)
        return _with_part(one, part, kept)

    changed = with_event(atlas, event, without)
    for journey in changed.journeys:
        for other in journey.events:
            if any(item in each.feedback for each in other.opportunities):
                changed = with_event(changed, other.id, lambda one: _unlinked(one, item))
    return changed


def _unlinked(event: Event, item: str) -> Event:
    return attrs.evolve(
        event,
        opportunities=tuple(
            attrs.evolve(each, feedback=tuple(id_ for id_ in each.feedback if id_ != item))
            for each in event.opportunities
        ),
    )


def _free_id(atlas: Atlas, stem: str) -> str:
    """Return an id that nothing in the atlas has."""
    events = [event for journey in atlas.journeys for event in journey.events]
    held: list[Any] = [
        each for event in events for each in (*event.satisfaction, *event.pains, *event.opportunities)
    ]
    taken = {each.id for each in held}
    count = 1
    while f"{stem}{count}" in taken:
        count += 1
    return f"{stem}{count}"
