"""The small sheets: where else a journey may go, under the curve, and what only the poster has room for, in words.

A slide has no cards for arrows to run between, but every event has its place from left to right: an arrow under the curve goes
from the point that it leaves to the point that it reaches.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import attrs

from cxmaturity.charts.journey import symbols
from cxmaturity.charts.journey.data import part_of
from cxmaturity.charts.journey.flows import arrow_head
from cxmaturity.charts.journey.grid import Cell
from cxmaturity.charts.journey.lanes import Context, Lane, Run
from cxmaturity.charts.journey.measure import wrap
from cxmaturity.charts.journey.scene import Box, Group, Path, fmt

MOST: Final = 3
"""Rows of arrows: a journey with more at one place keeps them for the poster."""
_ROW: Final = 2.1


@attrs.frozen(kw_only=True)
class _Way:
    source: Cell
    target: Cell

    @property
    def span(self) -> tuple[float, float]:
        """What it takes of its row."""
        one, two = self.source.centre, self.target.centre
        return min(one, two), max(one, two)


def way_lane(ctx: Context) -> Lane:
    """Return the lane of arrows of a small sheet; of height 0 where the journey only goes on."""
    rows = _rows(ctx) if ctx.caps.ways else ()
    step = ctx.look.mm(_ROW)

    def draw(box: Box, group: Group) -> None:
        top = box.y + (box.height - step * len(rows)) / 2
        for rank, ways in enumerate(rows):
            for way in ways:
                _draw(ctx, way, top + (rank + 0.5) * step, group)

    height = step * len(rows) + ctx.look.mm(0.8) if rows else 0.0
    return Lane(key="ways", name=ctx.content.say("lane.ways"), height=height, draw=draw)


def _all(ctx: Context) -> list[_Way]:
    cells = {cell.step.event.id: cell for cell in ctx.grid.cells}
    return [
        _Way(source=cell, target=cells[name])
        for cell in ctx.grid.cells
        for name in cell.step.onward
        if name in cells and name != cell.step.event.id
    ]


def _rows(ctx: Context) -> tuple[tuple[_Way, ...], ...]:
    """Put each arrow in the first row where it meets no other, short ones first."""
    rows: list[list[_Way]] = []
    gap = ctx.look.mm(3)
    for way in sorted(_all(ctx), key=lambda it: (it.span[1] - it.span[0], it.span[0])):
        left, right = way.span
        free = (r for r in rows if all(right + gap < o.span[0] or o.span[1] + gap < left for o in r))
        own = next(free, None)
        if own is not None:
            own.append(way)
        elif len(rows) < MOST:
            rows.append([way])
    return tuple(tuple(row) for row in rows)


def _draw(ctx: Context, way: _Way, y: float, group: Group) -> None:
    look = ctx.look
    source, target = way.source.step, way.target.step
    key = "flow.on" if target.number > source.number else "flow.back"
    said = ctx.content.say(key, **{"from": source.number, "to": target.number, "what": target.action})
    data = (*part_of(source, target), ("data-from", source.event.id), ("data-to", target.event.id))
    part = group.group("event flow", data=data, label=said)
    start, end = way.source.centre, way.target.centre
    dot, size = look.mm(0.9), look.mm(1.7)
    tail = end - size * 0.8 if end > start else end + size * 0.8
    part.add(
        Path(d=f"M{fmt(start)} {fmt(y)}L{fmt(tail)} {fmt(y)}", stroke=look.muted, stroke_width=look.mm(0.32)),
        Path(
            d=symbols.INITIATORS["customer"],
            x=start - dot,
            y=y - dot,
            scale=2 * dot / symbols.GRID,
            fill=look.muted,
        ),
        Path(d=arrow_head((start, y), (end, y), size), fill=look.muted),
    )


def left_out(ctx: Context) -> str:
    """Return what the band is, and what the poster of the journey shows and this small sheet does not."""
    say = ctx.content.say
    known = any(step.result.low is not None for step in ctx.content.steps)
    missing = say("brief.left_out", what=" · ".join(_missing(ctx)))
    return f"{say('brief.band')} {missing}" if known else missing


def _missing(ctx: Context) -> Iterator[str]:
    content, say, steps = ctx.content, ctx.content.say, ctx.content.steps
    yield say("brief.events", n=len(steps))
    for kind in ("pains", "opportunities"):
        rest = sum(len(getattr(step.event, kind)) - len(getattr(step, kind)) for step in steps)
        if rest:
            yield say(f"brief.{kind}", n=rest)
    shown = sum(len(row) for row in _rows(ctx)) if ctx.caps.ways else 0
    if len(_all(ctx)) > shown:
        yield say("brief.ways", n=len(_all(ctx)) - shown)
    blueprint = content.blueprint
    for key, there in (
        ("evidence", any(step.evidence for step in steps)),
        ("expected", any(step.event.expectation.level is not None for step in steps)),
        ("promises", not ctx.caps.promises and any(step.promises for step in steps)),
        (
            "intensity",
            not ctx.caps.intensity and any(step.event.emotion.intensity is not None for step in steps),
        ),
        ("teams", any(content.views(step) for step in steps)),
        ("behind", blueprint and any(step.front or step.back or step.systems or step.data for step in steps)),
        ("front", not blueprint and any(step.front for step in steps)),
        ("steering", any(step.kpis or step.owner or step.campaigns for step in steps)),
    ):
        if there:
            yield say(f"brief.{key}")


def left_out_run(ctx: Context, width: float) -> Run:
    """Return that sentence as lines of the foot."""
    look = ctx.look
    return Run(lines=wrap(left_out(ctx), width, look.small), size=look.small, fill=look.muted)
