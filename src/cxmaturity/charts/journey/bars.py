"""Expectation against satisfaction, what each team said, and what each stage costs: small bars under the curve."""

from __future__ import annotations

from functools import partial

from cxmaturity.charts.journey.data import part_of
from cxmaturity.charts.journey.grid import Cell
from cxmaturity.charts.journey.lanes import Context, Lane, row, write
from cxmaturity.charts.journey.measure import block_width, text_width, wrap
from cxmaturity.charts.journey.scene import Box, Group, Rect, line
from cxmaturity.charts.journey.sheet import Step, Tag
from cxmaturity.charts.journey.spans import chip_lane
from cxmaturity.i18n import number


def expectation_lane(ctx: Context) -> Lane:
    """Return the lane of bars: an outline for what is expected, a solid bar for what is lived, their difference below."""
    look = ctx.look
    known = any(
        cell.step.event.expectation.level is not None or cell.step.result.valence is not None
        for cell in ctx.grid.cells
    )
    height = look.mm(6 if look.dense else 8) + row(look.small) if known else 0.0

    def draw(box: Box, group: Group) -> None:
        label = row(look.small)
        base = box.bottom - label - look.mm(0.5)
        group.add(line(look.left, base, look.right, base, "#8A949E", look.mm(0.2)))
        for rank, cell in enumerate(ctx.grid.cells):
            _pair(ctx, cell, Box(x=cell.x, y=box.y, width=cell.width, height=base - box.y), group, rank)

    told = "lane.hoped" if ctx.content.journey.state == "to_be" else "lane.expectation"
    return Lane(
        key="expectation",
        name=ctx.content.say(told),
        more=ctx.content.say(f"{told}.more"),
        height=height,
        draw=draw,
        stretch=0.08,
    )


def _pair(ctx: Context, cell: Cell, box: Box, group: Group, rank: int) -> None:
    look, step = ctx.look, cell.step
    wanted = step.event.expectation.level
    lived = None if step.result.valence is None else step.result.valence + 3
    if wanted is None and lived is None:
        return
    part = group.group("event pair", data=part_of(step))
    unit = box.height / 5
    middle = cell.centre
    wide = min(look.mm(4.4), cell.width * 0.62)
    if lived is not None:
        bar = Box(x=middle - wide * 0.26, y=box.bottom - unit * lived, width=wide * 0.52, height=unit * lived)
        part.add(Rect(box=bar, fill=look.feeling(step.result.gap if wanted is not None else None)))
    if wanted is not None:
        frame = Box(x=middle - wide / 2, y=box.bottom - unit * wanted, width=wide, height=unit * wanted)
        part.add(Rect(box=frame, stroke=look.theme.ink, stroke_width=look.mm(0.28)))
    gap = step.result.gap
    if gap is None:
        return
    text = number(gap, ctx.content.language, 1, signed=True)
    own = text_width(text, look.small, "semibold")
    if own > cell.width - 0.2 and rank % 2:
        return
    room = Box(
        x=middle - own / 2 - 0.05, y=box.bottom + look.mm(0.5), width=own + 0.1, height=row(look.small)
    )
    write(
        part,
        text,
        room,
        size=look.small,
        fill=look.feeling(gap),
        ground=look.theme.paper,
        weight="semibold",
        anchor="middle",
    )


def function_lane(ctx: Context) -> Lane:
    """Return the lane of what the teams said: a range from the lowest to the highest mean, its two ends named."""
    if not ctx.caps.spans:
        return chip_lane(ctx, "functions", partial(_said_by, ctx))
    look = ctx.look
    cells = [
        cell
        for cell in ctx.grid.cells
        if len([f for f in ctx.content.views(cell.step) if f.satisfaction is not None]) > 1
    ]

    def draw(box: Box, group: Group) -> None:
        for cell in cells:
            _range(ctx, cell, box, group)

    return Lane(
        key="functions",
        name=ctx.content.say("lane.functions"),
        more=ctx.content.say("lane.functions.more"),
        height=look.mm(11.5) if cells else 0.0,
        draw=draw,
        stretch=0.05,
    )


def _said_by(ctx: Context, step: Step) -> tuple[Tag, ...]:
    """Return the lowest and the highest mean with their teams, as words."""
    views = [view for view in ctx.content.views(step) if view.satisfaction is not None]
    if len(views) < 2:
        return ()
    ends = (
        min(views, key=lambda view: view.satisfaction or 0),
        max(views, key=lambda view: view.satisfaction or 0),
    )
    language = ctx.content.language
    said = [
        f"{ctx.content.functions.get(v.function, v.function)}\u00a0{number(v.satisfaction, language, 1)}"
        for v in ends
    ]
    return (Tag(id=step.event.id, text=f"{step.number}\u00a0{said[0]} / {said[1]}"),)


def _range(ctx: Context, cell: Cell, box: Box, group: Group) -> None:
    look = ctx.look
    part = group.group("event functions", data=part_of(cell.step))
    views = [
        (view.satisfaction, view) for view in ctx.content.views(cell.step) if view.satisfaction is not None
    ]
    label = row(look.small)
    unit = (box.height - 2 * label) / 4
    ys = [box.bottom - label - unit * (value - 1) for value, _ in views]
    x = cell.centre
    part.add(line(x, min(ys), x, max(ys), look.theme.ink, look.mm(0.35)))
    for y in ys:
        part.add(line(x - look.mm(1.3), y, x + look.mm(1.3), y, look.theme.ink, look.mm(0.7)))
    high, low = max(views, key=lambda it: it[0])[1], min(views, key=lambda it: it[0])[1]
    for view, y in ((high, min(ys) - label - 0.2), (low, max(ys) + 0.2)):
        text = _code(ctx, view.function, cell.width - look.mm(0.8))
        room = Box(x=cell.x + look.mm(0.2), y=y, width=cell.width - look.mm(0.4), height=label)
        write(
            part, text, room, size=look.small, fill=look.theme.ink, ground=look.theme.paper, anchor="middle"
        )


def _code(ctx: Context, function: str, width: float) -> str:
    """Return the name of a function, or a note number when the column is too narrow for it."""
    name = ctx.content.functions.get(function, function)
    if text_width(name, ctx.look.small) <= width:
        return name
    return f"[{ctx.notes.add(name)}]"


def investment_lane(ctx: Context) -> Lane:
    """Return the lane of what each stage costs: the amount as it was given, and a bar on one scale for all stages."""
    look = ctx.look
    known = [span for span in ctx.grid.spans if span.column.investment]
    words = {span.column.id: wrap(span.column.spent, span.width - look.mm(3.6), look.small) for span in known}
    ends = {name: block_width(lines, look.small) + look.mm(1.6) for name, lines in words.items()}
    # Millimetres per unit of money: the longest that lets every bar end inside its stage.
    unit = min(
        (
            max(look.mm(0.6), span.width - look.mm(1.4) - ends[span.column.id])
            / (span.column.investment or 1)
            for span in known
        ),
        default=0.0,
    )

    def draw(box: Box, group: Group) -> None:
        for span in known:
            column = span.column
            amount = column.investment or 0.0
            part = group.group("stage", data=(("data-stage", column.id), ("data-investment", f"{amount:g}")))
            room = Box(x=span.x, y=box.y, width=span.width - look.mm(1), height=box.height)
            write(part, words[column.id], room, size=look.small, fill=look.theme.ink, ground=look.theme.paper)
            x, y = span.x + ends[column.id], box.y + look.mm(0.7)
            part.add(Rect(box=Box(x=x, y=y, width=unit * amount, height=look.mm(1.8)), fill="#66707C"))

    height = max((len(lines) for lines in words.values()), default=0) * row(look.small)
    return Lane(key="investment", name=ctx.content.say("lane.investment"), height=height, draw=draw)
