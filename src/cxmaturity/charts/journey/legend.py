"""How to read the poster: evidence, who starts, markers, and the pictograms of the channels that it uses."""

from __future__ import annotations

from collections.abc import Callable

import attrs

from cxmaturity.charts.journey import symbols
from cxmaturity.charts.journey.cards import initiator
from cxmaturity.charts.journey.lanes import Context, row, write
from cxmaturity.charts.journey.measure import text_width, wrap
from cxmaturity.charts.journey.scene import Box, Group, Path, Rect, fmt
from cxmaturity.journey.values import INITIATORS, Grade, Initiator

DASHES: dict[Grade, tuple[float, ...]] = {"V": (), "I": (2.6, 1.3), "H": (0.01, 1.5)}
"""Solid, dashed, dotted (round caps): lengths in millimetres at scale 1."""


@attrs.frozen(kw_only=True)
class _Entry:
    """One line of the legend: a drawing in a box `indent` wide, and its words."""

    draw: Callable[[Group, Box], None]
    lines: tuple[str, ...]
    indent: float


@attrs.frozen(kw_only=True)
class Legend:
    """The legend, laid out for a width: two columns of entries."""

    columns: tuple[tuple[_Entry, ...], ...]
    width: float
    height: float


def dash_of(ctx: Context, grade: Grade) -> str:
    """Return the dashes of a grade as SVG writes them."""
    return " ".join(fmt(ctx.look.mm(length)) for length in DASHES[grade])


def make_legend(ctx: Context, width: float) -> Legend:
    """Lay out the legend for a width."""
    look = ctx.look
    half = width / 2 - look.mm(3)
    columns = (_grades(ctx, half), _marks(ctx, half))
    high = max(sum(_height(ctx, entry) for entry in column) for column in columns)
    return Legend(columns=columns, width=width, height=row(look.strong) + look.mm(0.8) + high)


def _height(ctx: Context, entry: _Entry) -> float:
    return max(len(entry.lines) * row(ctx.look.small), ctx.look.mm(3.6)) + ctx.look.mm(0.9)


def _grades(ctx: Context, width: float) -> tuple[_Entry, ...]:
    look = ctx.look
    indent = look.mm(11)
    grades: tuple[Grade, ...] = ("V", "I", "H")

    def sample(grade: Grade) -> Callable[[Group, Box], None]:
        def draw(group: Group, box: Box) -> None:
            middle, ink = box.y + row(look.small) / 2, look.theme.ink
            group.add(
                Path(
                    d=f"M{fmt(box.x)} {fmt(middle)}h{fmt(look.mm(9))}",
                    stroke=ink,
                    stroke_width=look.mm(0.75),
                    dash=dash_of(ctx, grade),
                    cap="round" if grade == "H" else "butt",
                ),
                Path(
                    d=symbols.INITIATORS["customer"],
                    x=box.x + look.mm(3.2),
                    y=middle - look.mm(1.3),
                    scale=look.mm(2.6) / symbols.GRID,
                    fill=look.theme.paper if grade == "H" else ink,
                    stroke=ink,
                    stroke_width=3.5,
                ),
            )

        return draw

    return tuple(
        _Entry(
            draw=sample(grade),
            lines=wrap(ctx.content.say(f"grade.{grade}"), width - indent, look.small),
            indent=indent,
        )
        for grade in grades
    )


def _people(ctx: Context, width: float) -> tuple[_Entry, ...]:
    """Return who may start, side by side as far as the width goes."""
    look, say = ctx.look, ctx.content.say
    side = look.mm(3.6)
    rows: list[list[tuple[Initiator, str, float]]] = [[]]
    x = 0.0
    for by in INITIATORS:
        name = say(f"by.{by}")
        wide = side + look.mm(0.9) + text_width(name, look.small) + 0.1
        if rows[-1] and x + wide > width:
            rows.append([])
            x = 0.0
        rows[-1].append((by, name, x))
        x += wide + look.mm(2.1)

    def shown(people: list[tuple[Initiator, str, float]]) -> Callable[[Group, Box], None]:
        def draw(group: Group, box: Box) -> None:
            for by, name, at in people:
                sign = Box(x=box.x + at, y=box.y, width=side, height=side)
                initiator(look, group, by, say(f"letter.{by}"), sign)
                wide = text_width(name, look.small) + 0.1
                room = Box(x=sign.right + look.mm(0.9), y=box.y, width=wide, height=side)
                ink, ground = look.theme.ink, look.theme.paper
                write(group, name, room, size=look.small, fill=ink, ground=ground, middle=True)

        return draw

    return tuple(_Entry(draw=shown(people), lines=(), indent=0.0) for people in rows)


def _marks(ctx: Context, width: float) -> tuple[_Entry, ...]:
    look, say = ctx.look, ctx.content.say
    side = look.mm(3.6)

    def flag(group: Group, box: Box) -> None:
        ink, pole = look.theme.ink, look.mm(2.5)
        frame = Box(x=box.x + look.mm(0.25), y=box.y, width=side, height=side - look.mm(0.3))
        group.add(
            Rect(box=frame, fill=look.panel, stroke=ink, stroke_width=look.mm(0.5), radius=look.mm(0.5)),
            Path(
                d=symbols.FLAG,
                x=frame.x + look.mm(0.55),
                y=frame.y + look.mm(0.4),
                scale=pole / symbols.GRID,
                fill=ink,
                stroke=ink,
                stroke_width=2,
            ),
        )

    def arrow(group: Group, box: Box) -> None:
        x, middle = box.x + look.mm(0.3), box.y + row(look.small) / 2
        d = f"M{fmt(x)} {fmt(middle)}h{fmt(look.mm(4.5))}"
        head = f"M{fmt(x + look.mm(6))} {fmt(middle)}l{fmt(-look.mm(1.5))} {fmt(-look.mm(0.75))}v{fmt(look.mm(1.5))}z"
        group.add(
            Path(d=d, stroke=look.muted, stroke_width=look.mm(0.3)),
            Path(d=head, fill=look.muted),
        )

    def sizes(group: Group, box: Box) -> None:
        middle = box.y + row(look.small) / 2
        for x, wide in ((box.x + look.mm(0.9), look.mm(1.8)), (box.x + look.mm(3.2), look.mm(3.2))):
            disc = symbols.INITIATORS["customer"]
            y = middle - wide / 2
            group.add(Path(d=disc, x=x - wide / 2, y=y, scale=wide / symbols.GRID, fill="#66707C"))
        wide = look.mm(3)
        group.add(
            Path(
                d=symbols.INITIATORS["partner"],
                x=box.x + look.mm(5.4),
                y=middle - wide / 2,
                scale=wide / symbols.GRID,
                fill="#66707C",
            )
        )

    branches = any(step.onward for step in ctx.content.steps)
    words = wrap(say("legend.flow"), width - look.mm(9.6), look.small) if branches else ()
    flows = (_Entry(draw=arrow, lines=words, indent=look.mm(9.6)),) if branches else ()
    return (
        *_people(ctx, width),
        _Entry(
            draw=flag, lines=wrap(say("legend.moment"), width - look.mm(5), look.small), indent=look.mm(5)
        ),
        _Entry(
            draw=sizes, lines=wrap(say("legend.reach"), width - look.mm(9.6), look.small), indent=look.mm(9.6)
        ),
        *flows,
    )


ChannelRows = tuple[tuple[tuple[str, str, float], ...], ...]


def channel_rows(ctx: Context, width: float) -> ChannelRows:
    """Return rows of (outline, name, x) of every channel used; none where the cards say the names themselves."""
    look = ctx.look
    if ctx.caps.channels or look.summary:
        return ()
    used = {
        step.event.channel: (symbols.channel_symbol(step.event.channel, step.family), step.channel)
        for step in ctx.content.steps
    }
    rows: list[list[tuple[str, str, float]]] = [[]]
    x = 0.0
    for outline, name in used.values():
        wide = look.mm(4.4) + text_width(name, look.small)
        if rows[-1] and x + wide > width:
            rows.append([])
            x = 0.0
        rows[-1].append((outline, name, x))
        x += wide + look.mm(3)
    return tuple(tuple(line) for line in rows)


def draw_legend(ctx: Context, legend: Legend, box: Box, group: Group) -> None:
    """Draw the legend in a box as wide as it was laid out for."""
    look = ctx.look
    head = Box(x=box.x, y=box.y, width=box.width, height=row(look.strong))
    write(
        group,
        ctx.content.say("legend"),
        head,
        size=look.strong,
        fill=look.theme.ink,
        ground=look.theme.paper,
        weight="semibold",
    )
    top = head.bottom + look.mm(0.8)
    for rank, column in enumerate(legend.columns):
        x, y = box.x + rank * (legend.width / 2 + look.mm(1)), top
        for entry in column:
            room = Box(
                x=x + entry.indent,
                y=y,
                width=legend.width / 2 - look.mm(3) - entry.indent,
                height=_height(ctx, entry),
            )
            entry.draw(group, Box(x=x, y=y, width=entry.indent, height=room.height))
            write(group, entry.lines, room, size=look.small, fill=look.theme.ink, ground=look.theme.paper)
            y += room.height


def channel_height(ctx: Context, rows: ChannelRows) -> float:
    """Return how high the rows of channels are, with the white above them."""
    return len(rows) * (row(ctx.look.small) + ctx.look.mm(1.2))


def draw_channels(ctx: Context, rows: ChannelRows, box: Box, group: Group) -> None:
    """Draw the pictogram and the name of every channel."""
    look = ctx.look
    for rank, line in enumerate(rows):
        y = box.y + look.mm(1.2) + rank * (row(look.small) + look.mm(1.2))
        for outline, name, x in line:
            scale = look.mm(3.3) / symbols.GRID
            group.add(
                Path(
                    d=outline,
                    x=box.x + x,
                    y=y - look.mm(0.1),
                    scale=scale,
                    stroke=look.theme.ink,
                    stroke_width=1.8,
                    cap="round",
                )
            )
            left = box.x + x + look.mm(4.2)
            room = Box(x=left, y=y, width=text_width(name, look.small) + 0.1, height=row(look.small))
            write(group, name, room, size=look.small, fill=look.theme.ink, ground=look.theme.paper)
