"""What stands under the curve of the overview: events of which nothing is known, how strong emotions are, branches and loops."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import attrs

from cxmaturity.reporting.deck import metrics, paint
from cxmaturity.reporting.deck.base import Box
from cxmaturity.reporting.deck.paint import Canvas
from cxmaturity.reporting.journey import slide_shapes as shapes
from cxmaturity.reporting.journey.facts import EventFacts
from cxmaturity.reporting.journey.names import Names

_ROW: Final = 17.0
_TRACK: Final = 9.5
_MOST: Final = 5
_LETTERS: Final = 8.0
_TRACKS: Final = 4
"""More rows of arrows than this leave no room for the curve; the slides of the stages say every branch in words."""


@attrs.frozen(kw_only=True)
class Jump:
    """A branch or a loop: from an event to another that is not the next one, both by number, and the row it is drawn on."""

    start: int
    end: int
    track: int


@attrs.frozen(kw_only=True)
class Under:
    """What there is to draw under the curve."""

    unknown: tuple[EventFacts, ...]
    strong: tuple[EventFacts, ...]
    jumps: tuple[Jump, ...]

    @property
    def height(self) -> float:
        """The height that it takes, in points."""
        tracks = max((jump.track for jump in self.jumps), default=-1) + 1
        return (_ROW if self.unknown or self.strong else 0.0) + (tracks * _TRACK + 4 if tracks else 0.0)


def under(events: Sequence[EventFacts], steps: Sequence[float]) -> Under:
    """Return what stands under the curve; `steps` are where the events stand, from left to right.

    Where nothing is known of satisfaction the circle that says so stands where blocks would; its slide says the intensity.
    """
    return Under(
        unknown=tuple(event for event in events if event.valence is None),
        strong=tuple(event for event in events if event.intensity is not None and event.valence is not None),
        jumps=tuple(_jumps(events, steps)),
    )


def kept_under(given: Under) -> tuple[Under, ...]:
    """Return it whole, then without what the slides of the stages say in words too, the least needed first."""
    plain = attrs.evolve(given, jumps=())
    return given, plain, attrs.evolve(plain, strong=())


def _jumps(events: Sequence[EventFacts], steps: Sequence[float]) -> Iterator[Jump]:
    """Yield branches and loops, the shortest nearest to the curve, each on a row where it meets no other."""
    places = {event.number: x for event, x in zip(events, steps, strict=True)}
    found = [
        (event.number, end)
        for event in events
        for end in event.next
        if end != event.number + 1 and end in places
    ]
    tracks: list[list[tuple[float, float]]] = []
    for start, end in sorted(found, key=lambda pair: abs(places[pair[0]] - places[pair[1]])):
        low, high = sorted((places[start], places[end]))
        high = max(high, low + metrics.width(_said(start, end), _LETTERS, bold=True) + 12)
        track = next(
            (i for i, taken in enumerate(tracks) if all(high + 6 < a or b + 6 < low for a, b in taken)),
            len(tracks),
        )
        if track == _TRACKS:
            continue
        if track == len(tracks):
            tracks.append([])
        tracks[track].append((low, high))
        yield Jump(start=start, end=end, track=track)


def _said(start: int, end: int) -> str:
    return f"{start}\u2009→\u2009{end}"


def draw_under(canvas: Canvas, box: Box, given: Under, places: dict[int, float], names: Names) -> None:
    """Paint it in a box as high as `Under.height`; `places` are where events stand, by number."""
    top = box.top
    if given.unknown:
        _unknown(canvas, top, given.unknown, places, names)
    if given.strong:
        _strong(canvas, top, given.strong, places, names)
    top += _ROW if given.unknown or given.strong else 0.0
    if given.jumps:
        said = ", ".join(_said(jump.start, jump.end) for jump in given.jumps)
        painted, _ = shapes.group(canvas, "Branches and loops", f"{names.word('layer.flows')}: {said}")
        for jump in given.jumps:
            _jump(painted, top + 2 + jump.track * _TRACK, jump, places)


def _unknown(
    canvas: Canvas, top: float, events: Sequence[EventFacts], places: dict[int, float], names: Names
) -> None:
    """Draw the events of which nothing is known in grey under the scale: a place on it would be a claim."""
    painted, _ = shapes.group(canvas, "Not known", names.word("slide.unknown"))
    for event in events:
        x = places[event.number]
        place = Box(left=x - 7, top=top + 1, width=14, height=14)
        shapes.cell(painted, place, "paper", name="Not known", round_=True, line="muted", weight=0.75)
        paint.text_box(
            painted,
            Box(left=x - 10, top=top + 3.2, width=20, height=10),
            (str(event.number),),
            (_LETTERS, 7),
            name="Number",
            tone="muted",
            side="center",
        )


def _strong(
    canvas: Canvas, top: float, events: Sequence[EventFacts], places: dict[int, float], names: Names
) -> None:
    """Draw how strong each emotion is: as many small blocks as its intensity, from 1 to 5."""
    said = "; ".join(f"{event.number}: {event.emotion}" for event in events)
    painted, _ = shapes.group(canvas, "Intensity", f"{names.word('layer.intensity')}: {said}")
    for event in events:
        x = places[event.number]
        for step in range(_MOST):
            tone = "muted" if step < (event.intensity or 0) else "faint"
            place = Box(left=x - 6, top=top + _ROW - 4 - 2.8 * step, width=12, height=2)
            shapes.cell(painted, place, tone, name="Intensity")


def _jump(canvas: Canvas, top: float, jump: Jump, places: dict[int, float]) -> None:
    """Draw an arrow from an event to another, its numbers on it."""
    start, end = places[jump.start], places[jump.end]
    y = top + _TRACK / 2
    low = min(start, end)
    wide = metrics.width(_said(jump.start, jump.end), _LETTERS, bold=True) + 2
    label = Box(left=low + 4, top=top, width=wide, height=_TRACK)
    if end > start:
        shapes.segment(canvas, (label.right, y), (max(end, label.right + 4), y), "muted", 1, arrow=True)
        shapes.segment(canvas, (start, y - 3), (start, y + 3), "muted", 1)
    else:
        shapes.segment(canvas, (max(start, label.right + 4), y), (label.right, y), "muted", 1, arrow=True)
        shapes.segment(
            canvas,
            (max(start, label.right + 4), y - 3),
            (max(start, label.right + 4), y + 3),
            "muted",
            1,
        )
    paint.text_box(
        canvas,
        label,
        (_said(jump.start, jump.end),),
        (_LETTERS, 7),
        name="Branch",
        bold=True,
        tone="muted",
    )
