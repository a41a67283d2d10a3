"""What the brand promises, at the events that should keep it: kept or not where it is lived, and how far on the whole.

A promise is one line from the first of its events to the last, so that the eye meets the mark under the point of the curve.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import Final

import attrs

from cxmaturity.charts.journey import symbols
from cxmaturity.charts.journey.data import part_of
from cxmaturity.charts.journey.grid import Cell
from cxmaturity.charts.journey.lanes import Context, Lane, capped, row, write
from cxmaturity.charts.journey.measure import block_width, text_width
from cxmaturity.charts.journey.scene import Box, Group, Path, Rect
from cxmaturity.charts.journey.sheet import Content
from cxmaturity.core.text import Language
from cxmaturity.i18n import message, number
from cxmaturity.journey.results import EventResult, PromiseResult, Verdict
from cxmaturity.journey.values import Journey

_MARKS: Final = {
    "kept": symbols.CHECK,
    "below": symbols.CROSS,
    "broken": symbols.CROSS,
    "open": symbols.RING,
    "unknown": symbols.RING,
}
_TRIED: Final = 6
"""Promises up to which every combination of places is tried."""


@attrs.frozen(kw_only=True)
class _Line:
    """One promise: its events, where its words stand, and the room that both take from left to right."""

    promise: PromiseResult
    cells: tuple[Cell, ...]
    words: tuple[str, ...]
    verdict: str
    text: float
    under: bool
    room: tuple[float, float]

    def height(self, ctx: Context) -> float:
        """Return how high it is."""
        lines = (1 if self.under else 0) + max(1, len(self.words))
        return lines * row(ctx.look.small) + ctx.look.mm(0.3)


def promise_lane(ctx: Context) -> Lane:
    """Return the lane of the promises that events of the journey should keep; of height 0 when there are none."""
    touched = {name for cell in ctx.grid.cells for name in cell.step.promises if ctx.caps.promises}
    rows = _packed([_lines(ctx, it) for it in ctx.content.promises if it.promise in touched], ctx.look.mm(3))
    heights = [max(line.height(ctx) for line in lines) for lines in rows]

    def draw(box: Box, group: Group) -> None:
        y = box.y
        for lines, height in zip(rows, heights, strict=True):
            for line in lines:
                _draw(ctx, line, y, group)
            y += height

    return Lane(
        key="promises",
        name=ctx.content.say("lane.promises"),
        more=ctx.content.say("lane.promises.more") if _at_length(ctx) else "",
        height=sum(heights),
        draw=draw,
    )


def _at_length(ctx: Context) -> bool:
    return ctx.caps.spans and not ctx.look.summary


def at_event(known: EventResult, promised: float) -> Verdict:
    """Return whether a promise of a height is kept at one event; open when the interval holds that height."""
    if known.valence is None:
        return "unknown"
    if known.low is not None and known.high is not None and known.low < promised < known.high:
        return "open"
    return "kept" if known.valence >= promised else "below"


def promise_said(content: Content, name: str) -> str:
    """Return a promise with its verdict and its distance, for a table; its words alone where nothing is checked."""
    found = next((it for it in content.promises if it.promise == name), None)
    text = _words_of(content, name)
    if found is None or not is_judged(content.journey):
        return text
    return content.say("promise.said", text=text, verdict=verdict_said(found, content.language, whole=True))


def is_judged(journey: Journey) -> bool:
    """Return whether promises can be kept in a journey: it is lived, neither planned nor hoped for."""
    return journey.state == "as_is" and journey.kind == "actual"


def verdict_said(found: PromiseResult, language: Language, *, whole: bool) -> str:
    """Return the verdict on a promise and its distance, with its interval when `whole`."""
    verdict = message(f"journey_map.verdict.{found.verdict}", language)
    if found.distance is None:
        return verdict
    distance, low, high = (
        "" if value is None else number(value, language, 1, signed=True)
        for value in (found.distance, found.low, found.high)
    )
    if whole and low and high:
        return message(
            "journey_map.promise.between", language, verdict=verdict, distance=distance, low=low, high=high
        )
    return message("journey_map.promise.far", language, verdict=verdict, distance=distance)


def _words_of(content: Content, name: str) -> str:
    found = next((it for it in content.atlas.promises if it.id == name), None)
    return content.words(found.text) if found and found.text else name


def _lines(ctx: Context, found: PromiseResult) -> tuple[_Line, ...]:
    """Return where the words of a promise may stand: right of its events, left of them, under them where neither has room."""
    look, content = ctx.look, ctx.content
    cells = tuple(cell for cell in ctx.grid.cells if found.promise in cell.step.promises)
    left, right = cells[0].centre - look.mm(1.6), cells[-1].centre + look.mm(1.6)
    text = _words_of(content, found.promise)
    verdict = (
        verdict_said(found, content.language, whole=_at_length(ctx)) if is_judged(content.journey) else ""
    )
    gap = look.mm(1.4)
    after = text_width(verdict, look.small, "semibold") + (gap if verdict else 0.0)
    wanted = text_width(text, look.small) + after + gap + 0.1
    starts = [(right + gap, False)] if right + wanted <= look.right else []
    starts += [(left - wanted, False)] if left - wanted >= look.left else []
    starts = starts or [(max(look.left, min(left, look.right - wanted)), True)]
    made = []
    for start, under in starts:
        note = f"{content.say('lane.promises')}\u2002{text}"
        words = capped(ctx, text, look.right - start - after, look.small, 1, note=note)
        end = start + block_width(words, look.small) + after + 0.1
        room = (min(left, start), max(right, end))
        made.append(
            _Line(
                promise=found, cells=cells, words=words, verdict=verdict, text=start, under=under, room=room
            )
        )
    return tuple(made)


def _packed(lines: Sequence[tuple[_Line, ...]], gap: float) -> list[list[_Line]]:
    """Put promises in as few rows as the places of their words allow, in the order of the journey."""
    ordered = sorted(lines, key=lambda it: it[0].cells[0].x)
    ways = product(*ordered) if len(ordered) <= _TRIED else [[it[0] for it in ordered]]
    return min((_rows(way, gap) for way in ways), key=len)


def _rows(lines: Sequence[_Line], gap: float) -> list[list[_Line]]:
    """Put each promise in the first row where it meets no other."""
    rows: list[list[_Line]] = []
    for line in lines:
        for others in rows:
            if all(line.room[0] >= it.room[1] + gap or it.room[0] >= line.room[1] + gap for it in others):
                others.append(line)
                break
        else:
            rows.append([line])
    return rows


def _draw(ctx: Context, line: _Line, y: float, group: Group) -> None:
    look = ctx.look
    steps = tuple(cell.step for cell in line.cells)
    part = group.group("event promise", data=(*part_of(*steps), ("data-is-promise", line.promise.promise)))
    middle = y + row(look.small) / 2
    first, last = line.cells[0].centre, line.cells[-1].centre
    if first < last:
        rail = Box(x=first, y=middle - look.mm(0.12), width=last - first, height=look.mm(0.24))
        part.add(Rect(box=rail, fill="#8A949E"))
    for cell in line.cells:
        _mark(ctx, line.promise, cell, middle, part)
    top = y + row(look.small) if line.under else y
    wide = block_width(line.words, look.small) + 0.1
    room = Box(x=line.text, y=top, width=wide, height=row(look.small))
    ground = look.theme.paper
    write(part, line.words, room, size=look.small, fill=look.theme.ink, ground=ground, halo=True)
    if line.verdict:
        x = room.right + look.mm(1.4) - 0.1
        beside = Box(x=x, y=top, width=line.room[1] - x + 0.1, height=row(look.small))
        colour = {"broken": look.negative, "below": look.negative, "kept": look.positive}.get(
            line.promise.verdict, look.muted
        )
        write(
            part,
            line.verdict,
            beside,
            size=look.small,
            fill=colour,
            ground=ground,
            weight="semibold",
            halo=True,
        )


def _mark(ctx: Context, found: PromiseResult, cell: Cell, middle: float, group: Group) -> None:
    """Draw whether the promise is kept at one event: a check, a cross, or a ring where nobody can tell."""
    look = ctx.look
    verdict = at_event(cell.step.result, found.promised) if is_judged(ctx.content.journey) else "unknown"
    side = look.mm(2.4)
    x, y = cell.centre - side / 2, middle - side / 2
    back = Box(x=x - look.mm(0.2), y=y - look.mm(0.2), width=side + look.mm(0.4), height=side + look.mm(0.4))
    group.add(
        Rect(box=back, fill=look.theme.paper),
        Path(
            d=_MARKS[verdict],
            x=x,
            y=y,
            scale=side / symbols.GRID,
            stroke={"kept": look.positive, "below": look.negative}.get(verdict, look.muted),
            stroke_width=4.5 if verdict in {"kept", "below"} else 3,
            cap="round",
        ),
    )
