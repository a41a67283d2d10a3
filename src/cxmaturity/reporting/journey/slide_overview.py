"""The overview: scores, stages, the curve as native shapes, the first moments of truth."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import attrs
from pptx.enum.text import MSO_ANCHOR

from cxmaturity import i18n
from cxmaturity.journey.results import CurvePiece, JourneyResult
from cxmaturity.reporting.deck import metrics, paint
from cxmaturity.reporting.deck.base import Box
from cxmaturity.reporting.deck.paint import Canvas
from cxmaturity.reporting.inline import plain
from cxmaturity.reporting.journey import slide_shapes as shapes
from cxmaturity.reporting.journey.facts import EventFacts, JourneyFacts
from cxmaturity.reporting.journey.names import Names
from cxmaturity.reporting.journey.slide_under import Under, draw_under, kept_under, under

_GAP: Final = 10.0
_AXIS: Final = 26.0
_NAME: Final = 1.5
"""Room that the name of a stage needs besides its events, in events."""
_LEAST: Final = 96.0
"""A curve lower than this is a flat line: what stands under it then gives way."""
_LEGEND: Final = (10.0, 9.0, 8.0)
_LIST_SIZES: Final = (14.0, 13.0, 12.0, 11.0, 10.0, 9.0, 8.0)
_CALLOUTS: Final = 3
_SLACK: Final = 8.0
"""What a line keeps free: programs do not break at the same point."""
_CALLOUT_SIZES: Final = (12.0, 11.0, 10.0, 9.0, 8.0)
_NUMBERED: Final = 40
"""Up to so many events, each marker bears its number; beyond, only moments of truth do."""


@attrs.frozen(kw_only=True)
class Plot:
    """Where events and valences stand on the slide."""

    box: Box
    places: tuple[float, ...]
    step: float

    def x(self, at: float) -> float:
        """Return where an event stands; `at` may lie between two events."""
        low = min(int(at), len(self.places) - 1)
        high = min(low + 1, len(self.places) - 1)
        return self.places[low] + (at - low) * (self.places[high] - self.places[low])

    def y(self, valence: float) -> float:
        """Return the height of a valence."""
        return self.box.top + self.box.height * (2 - valence) / 4


def overview(canvas: Canvas, body: Box, facts: JourneyFacts, found: JourneyResult, names: Names) -> None:
    """Paint the overview in the body of a slide: the curve, or what happens where nothing is known of satisfaction."""
    if all(event.valence is None for event in facts.events):
        _happens(canvas, body, facts, names)
        return
    said = {event.id: event for event in facts.events}
    chosen = tuple(said[event.event] for event in found.moments if event.event in said)
    top = _scores(canvas, body, _known_scores(facts, found, names))
    low = 0.0
    if chosen:
        low = _callouts(canvas, body, chosen, names) + _GAP
    band = Box(left=body.left + _AXIS, top=top + _GAP, width=body.width - _AXIS, height=34)
    spans = _spans(facts, band)
    _band(canvas, band, facts, spans)
    places = tuple(_places(spans))
    for below in kept_under(under(facts.events, places)):
        legend = plain(_legend(facts, below, names))
        size, _ = metrics.fit((legend,), (band.width, 26.0), _LEGEND)
        high = metrics.height((legend,), band.width, size) + 2
        room = Box(
            left=band.left,
            top=band.bottom + 12,
            width=band.width,
            height=body.bottom - low - high - below.height - band.bottom - 25,
        )
        if room.height >= _LEAST:
            break
    step = min((width / max(1, count) for _, width, count in spans), default=room.width)
    _curve(canvas, Plot(box=room, places=places, step=step), facts, found, names)
    at = {event.number: x for event, x in zip(facts.events, places, strict=True)}
    draw_under(canvas, attrs.evolve(room, top=room.bottom + 9), below, at, names)
    paint.text_box(
        canvas,
        Box(left=room.left, top=body.bottom - low - high, width=room.width, height=high),
        (legend,),
        (size,),
        name="Legend",
        tone="muted",
    )


def _legend(facts: JourneyFacts, below: Under, names: Names) -> str:
    """Say how to read what is drawn, and nothing else."""
    parts = ["hoped"] if facts.events[0].felt == "hoped" else ["planned"] if not facts.judged else []
    parts.append("curve")
    parts += ["moments"] if any(event.moment for event in facts.events) else []
    parts += ["interval"] if any(event.low is not None for event in facts.events) else []
    parts += ["unknown"] if below.unknown else []
    parts += ["intensity"] if below.strong else []
    parts += ["jumps"] if below.jumps else []
    return " ".join(names.word(f"slide.legend.{part}") for part in parts)


def _known_scores(facts: JourneyFacts, found: JourneyResult, names: Names) -> list[tuple[str, str]]:
    """Return value and name of each score; where nobody lived it, no moment of truth can be counted."""
    absent, counted = i18n.absent(names.language), names.word("score.moments")
    said = []
    for label, value, _ in facts.scores:
        if label == counted:
            if facts.judged:
                said.append((value, names.word("slide.count.moments", n=len(found.moments))))
        elif value == absent:
            said.append(("", f"{label}: {value}" if names.language == "en" else f"{label} : {value}"))
        else:
            said.append((value, label))
    return said


def _happens(canvas: Canvas, body: Box, facts: JourneyFacts, names: Names) -> None:
    """List the events stage by stage where no curve can be drawn, and say why there is none."""
    counts = {"stages": len(facts.stages), "events": len(facts.events)}
    top = _scores(
        canvas,
        body,
        [
            (i18n.number(count, names.language), names.word(f"slide.count.{what}", n=count))
            for what, count in counts.items()
        ],
    )
    why = plain(names.word("slide.unknown" if facts.judged else "slide.unlived"))
    high = metrics.height((why,), body.width, 12) + 2
    band = Box(left=body.left, top=top + _GAP, width=body.width, height=34)
    wide = band.width / max(1, len(facts.stages))
    spans = tuple((band.left + wide * at, wide, 1) for at in range(len(facts.stages)))
    _band(canvas, band, facts, spans)
    room = (wide - 14, body.bottom - band.bottom - high - 2 * _GAP)
    told = [
        tuple(f"**{event.number}.** {plain(event.action)}" for event in facts.of_stage(stage))
        for stage, _ in facts.stages
    ]
    size = min(metrics.fit(texts, room, _LIST_SIZES, gap=0.5)[0] for texts in told if texts)
    for texts, (stage, name), (left, _, _) in zip(told, facts.stages, spans, strict=True):
        if not texts:
            continue
        painted, _ = shapes.group(canvas, f"Events {stage}", name)
        place = Box(left=left + 6, top=band.bottom + _GAP, width=room[0], height=room[1])
        paint.text_box(painted, place, texts, (size,), name="Events", gap=0.5)
    paint.text_box(
        canvas,
        Box(left=body.left, top=body.bottom - high, width=body.width, height=high),
        (why,),
        (12,),
        name="Statement",
        tone="muted",
    )


def _scores(canvas: Canvas, body: Box, scores: list[tuple[str, str]]) -> float:
    """Set the scores in one row, number then name; return where it ends."""
    painted, _ = shapes.group(
        canvas, "Scores", "; ".join(f"{value} {label}".strip() for value, label in scores)
    )
    wide = [metrics.width(plain(value), 20, bold=True) + 8 if value else 0.0 for value, _ in scores]
    named = [metrics.width(plain(label), 11) + 2 for _, label in scores]
    gap = min(60.0, (body.width - sum(wide) - sum(named)) / max(1, len(wide) - 1))
    if gap < 8:  # the names then wrap
        gap = 8.0
        room = (body.width - sum(wide) - gap * (len(wide) - 1)) / len(wide)
        named = [room] * len(wide)
    left = body.left
    for (value, label), values, names in zip(scores, wide, named, strict=True):
        if value:
            paint.text_box(
                painted,
                Box(left=left, top=body.top, width=values, height=25),
                (plain(value),),
                (20, 16),
                name="Value",
                bold=True,
            )
        paint.text_box(
            painted,
            Box(left=left + values, top=body.top + 1, width=names, height=26),
            (plain(label),),
            (11, 10, 9, 8),
            name="Label",
            tone="muted",
            anchor=MSO_ANCHOR.MIDDLE,
        )
        left += values + names + gap
    return body.top + 27


def _spans(facts: JourneyFacts, band: Box) -> tuple[tuple[float, float, int], ...]:
    """Return (left, width, events) of each stage; a stage of few events keeps room for its name."""
    counts = [len(facts.of_stage(stage)) for stage, _ in facts.stages]
    total = sum(count + _NAME for count in counts) or 1
    done, left = [], band.left
    for count in counts:
        width = band.width * (count + _NAME) / total
        done.append((left, width, count))
        left += width
    return tuple(done)


def _places(spans: tuple[tuple[float, float, int], ...]) -> Iterator[float]:
    for left, width, count in spans:
        yield from (left + width * (index + 0.5) / count for index in range(count))


def _band(
    canvas: Canvas, band: Box, facts: JourneyFacts, spans: tuple[tuple[float, float, int], ...]
) -> None:
    named = ", ".join(name for _, name in facts.stages)
    painted, _ = shapes.group(canvas, "Stages", named)
    sizes = (12.0, 11.0, 10.0, 9.0, 8.0, 7.0)
    size = min(
        (
            metrics.fit((plain(name),), (width - 10, band.height), sizes, bold=True)[0]
            for (_, name), (_, width, _) in zip(facts.stages, spans, strict=True)
        ),
        default=12.0,
    )
    for (_, name), (left, width, _) in zip(facts.stages, spans, strict=True):
        place = Box(left=left + 1, top=band.top, width=width - 2, height=band.height)
        shapes.cell(painted, place, "surface", name="Stage")
        paint.text_box(
            painted,
            Box(left=left + 5, top=band.top, width=width - 10, height=band.height),
            (plain(name),),
            (size,),
            name="Stage name",
            bold=True,
            anchor=MSO_ANCHOR.MIDDLE,
        )


def _curve(canvas: Canvas, plot: Plot, facts: JourneyFacts, found: JourneyResult, names: Names) -> None:
    known = [event for event in facts.events if event.valence is not None]
    painted, _ = shapes.group(canvas, "Curve", names.word("slide.curve.alt", n=len(known)))
    _grid(painted, plot, names)
    for event in known:
        if event.low is not None and event.high is not None:
            x = plot.x(event.number - 1)
            low, high = (max(-2.0, min(2.0, value)) for value in (event.low, event.high))
            shapes.segment(painted, (x, plot.y(high)), (x, plot.y(low)), "soft", 3, name="Interval")
    for run in _runs(found.curve):
        points: list[shapes.Point] = []
        for piece in run:
            corners = [(plot.x(x), plot.y(y)) for x, y in shapes.controls(piece)]
            points += corners if not points else corners[1:]
        shapes.curve(painted, points, run[0].grade, name="Emotion curve")
    for event in known:
        _marker(painted, plot, event, numbered=event.moment or len(facts.events) <= _NUMBERED)


def _runs(pieces: tuple[CurvePiece, ...]) -> Iterator[list[CurvePiece]]:
    """Yield the pieces that follow one another with the same grade: one curve to drag for each."""
    run: list[CurvePiece] = []
    for piece in pieces:
        if run and (run[-1].grade != piece.grade or run[-1].x[-1] != piece.x[0]):
            yield run
            run = []
        run.append(piece)
    if run:
        yield run


def _grid(canvas: Canvas, plot: Plot, names: Names) -> None:
    for level in (2, 1, 0, -1, -2):
        y = plot.y(level)
        shapes.segment(
            canvas,
            (plot.box.left, y),
            (plot.box.right, y),
            "muted" if level == 0 else "faint",
            0.75,
            name="Level",
        )
        paint.text_box(
            canvas,
            Box(left=plot.box.left - _AXIS, top=y - 6.5, width=_AXIS - 6, height=13),
            (i18n.number(level, names.language, signed=True),),
            (10,),
            name="Level name",
            tone="muted",
            side="right",
        )


def _marker(canvas: Canvas, plot: Plot, event: EventFacts, *, numbered: bool) -> None:
    """Draw an event on the curve: filled when validated, hollow when not; a moment of truth stands out by size and colour."""
    x, y = plot.x(event.number - 1), plot.y(event.valence or 0.0)
    size = min(18.0, max(7.0, plot.step - 2)) if numbered else 7.0
    place = Box(left=x - size / 2, top=y - size / 2, width=size, height=size)
    strong = "accent" if event.moment else "ink"
    filled = event.grade == "V"
    shapes.cell(
        canvas,
        place,
        strong if filled else "paper",
        name=f"Event {event.number}",
        round_=True,
        line=strong,
        weight=1.5,
    )
    if not numbered or size < 11:
        return
    letters, wide = 9.0 if size >= 14 else 7.0, min(20.0, plot.step)
    paint.text_box(
        canvas,
        Box(left=x - wide / 2, top=y - letters * 0.62, width=wide, height=letters * metrics.LINE + 1),
        (str(event.number),),
        (letters,),
        name="Number",
        bold=True,
        tone="paper" if filled else strong,
        side="center",
    )


def _callouts(canvas: Canvas, body: Box, chosen: tuple[EventFacts, ...], names: Names) -> float:
    """Set the first moments of truth side by side at the bottom: what, how it is lived, the first reason; return their height."""
    kept = chosen[:_CALLOUTS]
    width = (body.width - 14 * (len(kept) - 1)) / len(kept)
    most = (width - 22, min(80.0, 0.24 * body.height) - 10)
    said = [_callout_texts(event, names, reasons=_CALLOUTS + 1 - len(kept)) for event in kept]
    surely = (most[0] - _SLACK, most[1])
    size = min(metrics.fit(texts, surely, _CALLOUT_SIZES, gap=0.15)[0] for texts in said)
    needed = max(metrics.height(texts, surely[0], size, gap=0.15 * size) for texts in said)
    room = (most[0], min(most[1], needed + 2))
    box = Box(left=body.left, top=body.bottom - room[1] - 10, width=body.width, height=room[1] + 10)
    for index, (event, texts) in enumerate(zip(kept, said, strict=True)):
        left = box.left + (width + 14) * index
        painted, _ = shapes.group(
            canvas,
            f"Moment of truth {event.number}",
            names.word("slide.alt.event", number=event.number, action=event.action, level=event.level),
        )
        place = Box(left=left, top=box.top, width=width, height=box.height)
        shapes.cell(painted, place, "surface", name="Card")
        shapes.cell(painted, Box(left=left, top=box.top, width=4, height=box.height), "accent", name="Edge")
        inner = Box(left=left + 14, top=box.top + 6, width=room[0], height=room[1])
        paint.text_box(painted, inner, texts, (size,), name="Text", gap=0.15)
    return box.height


def _callout_texts(event: EventFacts, names: Names, *, reasons: int) -> tuple[str, ...]:
    said = ". ".join((event.measured, *event.reasons[:reasons]))
    return (
        f"**{plain(names.word('slide.flag'))} · {event.number}**",
        f"**{plain(event.action)}**",
        plain(said),
    )
