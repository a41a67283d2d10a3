"""Pains and opportunities, by stage, in columns that can be read; each names its event by number."""

from __future__ import annotations

import math
from collections.abc import Sequence

import attrs

from cxmaturity.charts.journey import symbols
from cxmaturity.charts.journey.data import part_of
from cxmaturity.charts.journey.grid import Span
from cxmaturity.charts.journey.lanes import Context, Lane, Run, capped, flow, height_of, row, write
from cxmaturity.charts.journey.measure import wrap
from cxmaturity.charts.journey.scene import Box, Data, Group, Path
from cxmaturity.charts.journey.sheet import Item, Step


@attrs.frozen(kw_only=True)
class _Entry:
    item: Item | None
    kind: str
    data: Data
    runs: tuple[Run, ...]
    height: float


@attrs.frozen(kw_only=True)
class _Cell:
    """One stage's entries, shared between columns of text."""

    span: Span
    columns: tuple[tuple[_Entry, ...], ...]
    width: float

    def height(self, gap: float) -> float:
        return max((sum(e.height for e in c) + gap * (len(c) - 1) for c in self.columns if c), default=0.0)


def item_lane(ctx: Context, kind: str) -> Lane:
    """Return the lane of ``pains`` or of ``opportunities``; of height 0 when there are none.

    Where the sheet is full, the opportunities stand among the pains, each after those of its event.
    """
    gap = ctx.look.mm(_entry_gap(ctx))
    kinds = (kind,) if not ctx.caps.fold else ("pains", "opportunities") if kind == "pains" else ()
    cells = [_cell(ctx, span, kinds) for span in ctx.grid.spans]

    def draw(box: Box, group: Group) -> None:
        for cell in cells:
            part = group.group(data=(("data-stage", cell.span.column.id),))
            for rank, entries in enumerate(cell.columns):
                y = box.y
                for entry in entries:
                    place = Box(x=cell.span.x + rank * cell.width, y=y, width=cell.width, height=entry.height)
                    _draw_entry(ctx, entry, place, part)
                    y += entry.height + gap

    return Lane(
        key=kind,
        name=ctx.content.say(
            f"lane.{kind}.main" if ctx.look.summary else "lane.items" if ctx.caps.fold else f"lane.{kind}"
        ),
        height=max((cell.height(gap) for cell in cells), default=0.0),
        draw=draw,
        stretch=0.06,
    )


def _cell(ctx: Context, span: Span, kinds: Sequence[str]) -> _Cell:
    look = ctx.look
    pairs = [
        (item, kind, cell.step) for cell in span.cells for kind in kinds for item in getattr(cell.step, kind)
    ]
    across = max(1, min(len(pairs), math.floor(span.width / look.mm(27 if look.dense else 29))))
    width = span.width / across
    inner = width - look.mm(_before(ctx) + _after(ctx))
    kept, rest = pairs[: ctx.caps.items], pairs[ctx.caps.items :]
    entries = [_entry(ctx, (item, kind), step, inner) for item, kind, step in kept]
    if rest:
        notes = [ctx.notes.add(_whole(item)) for item, _, _ in rest]
        text = ctx.content.say("more_in", notes=_ranges(notes))
        entries.append(
            _closed(
                None,
                "",
                part_of(*(step for _, _, step in rest)),
                [Run(lines=wrap(text, inner, look.small), size=look.small, fill=look.muted)],
                0.0,
            )
        )
    return _Cell(span=span, columns=_columns(entries, across, look.mm(_entry_gap(ctx))), width=width)


def _before(ctx: Context) -> float:
    """Return the room left of the words of an entry: its sign and its number."""
    return 3.0 if ctx.look.summary else 5.9


def _after(ctx: Context) -> float:
    """Return the white right of the words of an entry."""
    return 1.5 if ctx.look.dense else 2.2


def _entry_gap(ctx: Context) -> float:
    """Return the white between two entries of a column."""
    return 0.9 if ctx.look.dense else 1.3


def _ranges(notes: Sequence[int]) -> str:
    """Write note numbers, those that follow each other as ``2–5``."""
    found: list[list[int]] = []
    for note in notes:
        if found and note == found[-1][-1] + 1:
            found[-1].append(note)
        else:
            found.append([note])
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in found)


def _whole(item: Item) -> str:
    return f"{item.number}\u2002" + " ".join(
        part for part in (item.text, item.quote, item.extra and f"({item.extra})") if part
    )


def _entry(ctx: Context, given: tuple[Item, str], step: Step, width: float) -> _Entry:
    look, lines = ctx.look, ctx.caps.item
    item, kind = given
    text = capped(ctx, item.text, width, look.body, lines, note=_whole(item))
    runs = [Run(lines=text, size=look.body, fill=look.theme.ink)]
    if item.quote and ctx.caps.quotes:
        runs.append(
            Run(
                lines=wrap(item.quote, width, look.small, "italic"),
                size=look.small,
                fill=look.muted,
                weight="italic",
                before=look.mm(0.3),
            )
        )
    if item.extra and ctx.caps.extras and not look.summary:
        runs.append(
            Run(
                lines=wrap(item.extra, width, look.small),
                size=look.small,
                fill=look.muted,
                before=look.mm(0.3),
            )
        )
    return _closed(item, kind, part_of(step), runs, row(look.body))


def _closed(  # what it is, whose it is, how it looks
    item: Item | None, kind: str, data: Data, runs: Sequence[Run], least: float
) -> _Entry:
    return _Entry(item=item, kind=kind, data=data, runs=tuple(runs), height=max(least, height_of(runs)))


def _columns(entries: Sequence[_Entry], across: int, gap: float) -> tuple[tuple[_Entry, ...], ...]:
    """Fill columns in the order of reading, as even as they can be: the lowest height that needs no more columns."""
    total = sum(entry.height + gap for entry in entries)
    limit = max([total / across, *(entry.height + gap for entry in entries)], default=0.0)
    while True:
        columns: list[list[_Entry]] = [[]]
        used = 0.0
        for entry in entries:
            if columns[-1] and used + entry.height + gap > limit + 1e-6:
                columns.append([])
                used = 0.0
            columns[-1].append(entry)
            used += entry.height + gap
        if len(columns) <= across:
            return tuple(tuple(column) for column in columns)
        limit *= 1.04


def _draw_entry(ctx: Context, entry: _Entry, box: Box, group: Group) -> None:
    look = ctx.look
    part = group.group("event item", data=entry.data)
    left = box.x + look.mm(_before(ctx))
    room = Box(x=left, y=box.y, width=box.right - look.mm(_after(ctx) - 0.2) - left, height=box.height)
    flow(part, entry.runs, room, ground=look.theme.paper)
    if entry.item is None:
        return
    colour = look.negative if entry.kind == "pains" else look.positive
    middle = box.y + row(look.body) / 2
    part.add(
        Path(
            d=symbols.MINUS if entry.kind == "pains" else symbols.PLUS,
            x=box.x - look.mm(0.2),
            y=middle - look.mm(1.0),
            scale=look.mm(2.0) / symbols.GRID,
            stroke=colour,
            stroke_width=5,
        )
    )
    if look.summary:
        return
    number = Box(x=box.x + look.mm(1.4), y=box.y, width=look.mm(3.4), height=row(look.body))
    write(
        part,
        str(entry.item.number),
        number,
        size=look.small,
        fill=colour,
        ground=look.theme.paper,
        weight="semibold",
        anchor="end",
        middle=True,
    )
