"""A stage on one slide or more: a column per event, a group of native cells per lane, no text cut while it can be helped."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Final

import attrs
from pptx.enum.text import MSO_ANCHOR

from cxmaturity.reporting.deck import metrics, paint
from cxmaturity.reporting.deck.base import Box
from cxmaturity.reporting.deck.paint import Canvas
from cxmaturity.reporting.inline import plain
from cxmaturity.reporting.journey import slide_shapes as shapes
from cxmaturity.reporting.journey.facts import EventFacts
from cxmaturity.reporting.journey.names import Names

_GUTTER: Final = 84.0
_GAP: Final = 6.0
_PAD: Final = 8.0
_MOST: Final = 4
_SIZES: Final = (16.0, 15.0, 14.0, 13.0, 12.0, 11.0, 10.0, 9.0)
_SLACK: Final = 4.0
"""What a line keeps free when its height is foreseen: programs do not agree to the last point."""
_SCALE: Final = 14.0
"""Height of the small scale above what was lived, in points."""


@attrs.frozen(kw_only=True)
class Lane:
    """One row of a stage: its key, the tone of its left edge, what it says of an event."""

    key: str
    edge: str
    said: Callable[[EventFacts, Names], tuple[str, ...]]

    def name(self, events: Sequence[EventFacts], names: Names) -> str:
        """Return what the lane is called: what nobody lived is hoped for, or planned."""
        return names.word(f"slide.lane.{events[0].felt if self.key == 'lived' else self.key}")

    def above(self, events: Sequence[EventFacts]) -> float:
        """Return the height that its cells need beside their text."""
        return _SCALE if self.key == "lived" and any(it.valence is not None for it in events) else 0.0


@attrs.frozen(kw_only=True)
class Plan:
    """How a stage is set: the events of each slide, the size of letters."""

    slides: tuple[tuple[EventFacts, ...], ...]
    size: float


def _happens(event: EventFacts, names: Names) -> tuple[str, ...]:
    flag = (f"**{plain(names.word('slide.flag'))}**",) if event.moment else ()
    return (*flag, f"**{event.number}. {plain(event.action)}**", plain(f"{event.channel}, {event.who}"))


def _expected(event: EventFacts, _: Names) -> tuple[str, ...]:
    return (plain(event.expected),) if event.expected else ()


def _lived(event: EventFacts, names: Names) -> tuple[str, ...]:
    """Say what was measured and felt; of a design that nobody lived there is nothing to say, not even that it is not known."""
    felt = (plain(event.emotion),) if event.emotion else ()
    if event.valence is None:
        return felt or ((plain(names.word("slide.nothing")),) if event.felt == "lived" else ())
    grade = f"{plain(event.measured)}, {plain(event.grade_name.lower())}" if event.grade_name else ""
    return grade or plain(event.measured), *felt


def _promised(event: EventFacts, _: Names) -> tuple[str, ...]:
    return tuple(plain(said) for said in event.promises)


def _then(event: EventFacts, _: Names) -> tuple[str, ...]:
    """Say where a branch or a loop goes; the next event alone needs no words."""
    return (plain(event.then),) if event.then and event.next != (event.number + 1,) else ()


def _pains(event: EventFacts, _: Names) -> tuple[str, ...]:
    return tuple(plain(pain.text) + (f" *{plain(pain.quote)}*" if pain.quote else "") for pain in event.pains)


def _ideas(event: EventFacts, _: Names) -> tuple[str, ...]:
    return tuple(plain(item.text) for item in event.opportunities)


def _behind(event: EventFacts, _: Names) -> tuple[str, ...]:
    return (plain(event.behind),) if event.behind else ()


LANES: Final = (
    Lane(key="event", edge="primary", said=_happens),
    Lane(key="expected", edge="faint", said=_expected),
    Lane(key="lived", edge="ink", said=_lived),
    Lane(key="promised", edge="accent", said=_promised),
    Lane(key="pains", edge="bad", said=_pains),
    Lane(key="ideas", edge="good", said=_ideas),
    Lane(key="then", edge="muted", said=_then),
    Lane(key="behind", edge="faint", said=_behind),
)


def plan_stage(events: Sequence[EventFacts], room: tuple[float, float], names: Names) -> Plan:
    """Return how a stage is set in `room` (width, height): few slides first, then large letters, no text cut if possible."""
    best = None
    for columns in range(min(_MOST, max(1, len(events))), 0, -1):
        slides = _shared(events, columns)
        for size in _SIZES:
            plan = Plan(slides=slides, size=size)
            if all(_height(part, room[0], size, names) <= room[1] for part in slides):
                return plan
        best = plan
    return best or Plan(slides=(tuple(events),), size=_SIZES[-1])


def _shared(events: Sequence[EventFacts], columns: int) -> tuple[tuple[EventFacts, ...], ...]:
    """Share events over slides, as evenly as can be."""
    count = max(1, math.ceil(len(events) / columns))
    sizes = [len(events) // count + (index < len(events) % count) for index in range(count)]
    done, at = [], 0
    for size in sizes:
        done.append(tuple(events[at : at + size]))
        at += size
    return tuple(done)


def _column(width: float, count: int) -> float:
    """Return the width of a column; one event alone does not fill a slide with empty lines."""
    wide = (width - _GUTTER - _GAP * (max(2, count) - 1)) / max(2, count)
    return width - _GUTTER if count == 1 else wide


def _lane_height(lane: Lane, events: Sequence[EventFacts], width: float, size: float, names: Names) -> float:
    room = _column(width, len(events)) - 2 * _PAD - 4 - _SLACK
    texts = [lane.said(event, names) for event in events]
    if not any(texts):
        return 0.0
    tallest = max(metrics.height(said, room, size, gap=0.25 * size) for said in texts)
    label = metrics.height((lane.name(events, names),), _GUTTER - 8, 11, bold=True)
    return max(tallest + lane.above(events) + 2 * _PAD - 4, label + 6)


def _height(events: Sequence[EventFacts], width: float, size: float, names: Names) -> float:
    heights = [_lane_height(lane, events, width, size, names) for lane in LANES]
    shown = [height for height in heights if height]
    return sum(shown) + _GAP * max(0, len(shown) - 1)


def draw_stage(canvas: Canvas, body: Box, events: Sequence[EventFacts], size: float, names: Names) -> None:
    """Paint one slide of a stage: lanes from top to bottom, a cell per event in each."""
    wanted = [(lane, _lane_height(lane, events, body.width, size, names)) for lane in LANES]
    shown = [(lane, height) for lane, height in wanted if height]
    total = sum(height for _, height in shown) + _GAP * max(0, len(shown) - 1)
    spare = body.height - total
    scale = min(1.0, body.height / total) if total else 1.0
    grown = min(10.0, max(0.0, spare) / max(1, len(shown)))
    top = body.top
    for lane, height in shown:
        high = height * scale + grown
        _draw_lane(
            canvas, Box(left=body.left, top=top, width=body.width, height=high), lane, (events, size), names
        )
        top += high + _GAP * scale


def _draw_lane(
    canvas: Canvas, box: Box, lane: Lane, given: tuple[Sequence[EventFacts], float], names: Names
) -> None:
    events, size = given
    name = lane.name(events, names)
    painted, _ = shapes.group(canvas, f"Lane {lane.key}", name)
    paint.text_box(
        painted,
        Box(left=box.left, top=box.top + 2, width=_GUTTER - 8, height=box.height - 2),
        (plain(name),),
        (11, 10, 9),
        name="Lane name",
        bold=True,
        tone="muted",
    )
    width = _column(box.width, len(events))
    for index, event in enumerate(events):
        left = box.left + _GUTTER + (width + _GAP) * index
        place = Box(left=left, top=box.top, width=width, height=box.height)
        _draw_cell(painted, place, lane, (event, size, lane.above(events)), names)


def _draw_cell(
    canvas: Canvas, place: Box, lane: Lane, given: tuple[EventFacts, float, float], names: Names
) -> None:
    event, size, extra = given
    said = lane.said(event, names)
    if not said:
        return
    shapes.cell(canvas, place, "surface", name="Cell")
    edge = "accent" if lane.key == "event" and event.moment else lane.edge
    extra = extra if event.valence is not None else 0.0
    shapes.cell(canvas, Box(left=place.left, top=place.top, width=4, height=place.height), edge, name="Edge")
    inner = Box(
        left=place.left + 4 + _PAD,
        top=place.top + _PAD - 2 + extra,
        width=place.width - 2 * _PAD - 4,
        height=place.height - 2 * _PAD + 4 - extra,
    )
    if lane.key == "lived":
        _draw_scale(canvas, inner, event)
    paint.text_box(
        canvas,
        inner,
        said,
        [one for one in _SIZES if one <= size],
        name=f"{lane.key} {event.number}",
        gap=0.25,
        anchor=MSO_ANCHOR.TOP,
    )


def _draw_scale(canvas: Canvas, inner: Box, event: EventFacts) -> None:
    """Draw the scale from -2 to +2, the interval on it and the value: hollow when it is not validated."""
    if event.valence is None:
        return
    wide = min(inner.width, 150.0) - 8
    left, y = inner.left + 4, inner.top - _SCALE + 6

    def x(value: float) -> float:
        return left + wide * (max(-2.0, min(2.0, value)) + 2) / 4

    shapes.segment(canvas, (left, y), (left + wide, y), "faint", 1.5, name="Scale")
    shapes.segment(canvas, (x(0), y - 4), (x(0), y + 4), "muted", 0.75, name="Neutral")
    if event.low is not None and event.high is not None:
        shapes.segment(canvas, (x(event.low), y), (x(event.high), y), "soft", 4, name="Interval")
    tone = "bad" if event.valence < -0.25 else "good" if event.valence > 0.25 else "ink"
    dot = Box(left=x(event.valence) - 4, top=y - 4, width=8, height=8)
    shapes.cell(
        canvas, dot, tone if event.grade == "V" else "paper", name="Value", round_=True, line=tone, weight=1.5
    )
