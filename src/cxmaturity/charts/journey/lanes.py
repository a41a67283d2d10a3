"""Lanes, texts that flow in a width, and notes: the small parts that every lane is made of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final

import attrs

from cxmaturity.charts.fonts import Weight
from cxmaturity.charts.journey.grid import Grid
from cxmaturity.charts.journey.look import Look
from cxmaturity.charts.journey.measure import ASCENT, DESCENT, LINE, PT, line_height, text_width, wrap
from cxmaturity.charts.journey.scene import Box, Group, Text
from cxmaturity.charts.journey.sheet import Content

NO_LIMIT: Final = 999


@attrs.frozen(kw_only=True)
class Caps:
    """How much a cell may say before the rest goes to the notes; what an easy sheet shows besides."""

    card: int = NO_LIMIT
    item: int = NO_LIMIT
    items: int = NO_LIMIT
    quotes: bool = True
    expects: bool = True
    spans: bool = True
    channels: bool = True
    basis: bool = True
    extras: bool = True
    dense: bool = False
    fold: bool = False
    callouts: int = 3
    ways: bool = True
    promises: bool = True
    intensity: bool = True
    air: float = 1.0
    curve: float = 0.27
    notes: float = 0.12


@attrs.define
class Notes:
    """Numbered footnotes: what did not fit where it belongs, each text once; `cut` when a text was, to end in its number."""

    texts: list[str] = attrs.field(factory=list)
    cut: bool = False

    def add(self, text: str) -> int:
        """Keep a text and return its number."""
        if text not in self.texts:
            self.texts.append(text)
        return self.texts.index(text) + 1


@attrs.frozen(kw_only=True)
class Context:
    """What every lane knows while it is laid out."""

    content: Content
    look: Look
    grid: Grid
    caps: Caps
    notes: Notes


@attrs.frozen(kw_only=True)
class Lane:
    """One row of the picture.

    `height` is what it needs; `draw` is given its box and the group that it draws in. `name` and `more` stand in the gutter;
    `stretch` is its share of the height that is left over.
    """

    key: str
    name: str
    height: float
    draw: Callable[[Box, Group], None]
    more: str = ""
    stretch: float = 0.0
    gap: float = 0.0


@attrs.frozen(kw_only=True)
class Run:
    """Lines of one kind in a flow, `before` millimetres under what precedes."""

    lines: tuple[str, ...]
    size: float
    fill: str
    weight: Weight = "normal"
    before: float = 0.0

    @property
    def height(self) -> float:
        """Height of its boxes."""
        if not self.lines:
            return 0.0
        return (ASCENT + DESCENT + LINE * (len(self.lines) - 1)) * self.size * PT


def height_of(runs: Iterable[Run]) -> float:
    """Return the height of runs under each other."""
    return sum(run.before + run.height for run in runs if run.lines)


def flow(group: Group, runs: Iterable[Run], box: Box, *, ground: str) -> float:
    """Write runs under each other from the top left corner of a box; return where they end."""
    y = box.y
    for run in runs:
        if not run.lines:
            continue
        y += run.before
        group.add(
            Text(
                x=box.x,
                y=y + ASCENT * run.size * PT,
                lines=run.lines,
                size=run.size,
                within=box,
                fill=run.fill,
                ground=ground,
                weight=run.weight,
            )
        )
        y += run.height
    return y


def write(
    group: Group,
    text: str | Sequence[str],
    box: Box,
    *,
    size: float,
    fill: str,
    ground: str,
    weight: Weight = "normal",
    anchor: str = "start",
    middle: bool = False,
    halo: bool = False,
) -> None:
    """Write lines in a box: at its left, middle or right, from its top or around its middle."""
    lines = (text,) if isinstance(text, str) else tuple(text)
    if not any(lines):
        return
    run = Run(lines=lines, size=size, fill=fill)
    top = box.y + (box.height - run.height) / 2 if middle else box.y
    x = {"start": box.x, "middle": box.x + box.width / 2, "end": box.right}[anchor]
    group.add(
        Text(
            x=x,
            y=top + ASCENT * size * PT,
            lines=lines,
            size=size,
            within=box,
            fill=fill,
            ground=ground,
            weight=weight,
            anchor=anchor,  # type: ignore[arg-type]  # one of the three keys above
            halo=halo,
        )
    )


def capped(
    ctx: Context,
    text: str,
    width: float,
    size: float,
    lines: int,
    *,
    note: str = "",
    weight: Weight = "normal",
) -> tuple[str, ...]:
    """Break a text into at most `lines` lines; when it has more, it ends in ``[3]`` and note 3 says it whole."""
    whole = wrap(text, width, size, weight)
    if len(whole) <= lines:
        return whole
    ctx.notes.cut = True
    number = f"[{ctx.notes.add(note or text)}]"
    mark = f"\u00a0{number}"
    kept = list(whole[:lines])
    words = kept[-1].split(" ")
    while len(words) > 1 and text_width(" ".join(words) + mark, size, weight) > width:
        words.pop()
    kept[-1] = " ".join(words)
    while len(kept[-1]) > 1 and text_width(kept[-1] + mark, size, weight) > width:
        kept[-1] = kept[-1][:-1]
    kept[-1] = kept[-1] + mark if text_width(kept[-1] + mark, size, weight) <= width else number
    return tuple(kept)


def gutter(ctx: Context, lane: Lane, box: Box, group: Group) -> None:
    """Write the name of a lane, and what it shows, in the column of names."""
    look = ctx.look
    names = _names(ctx, lane)
    if height_of(names) > box.height + look.mm(0.8):
        names = names[:1]
    room = Box(x=look.sheet.margin, y=box.y, width=look.gutter - look.mm(2), height=box.height + look.mm(0.9))
    flow(group, names, room, ground=look.theme.paper)


def _names(ctx: Context, lane: Lane) -> tuple[Run, ...]:
    look = ctx.look
    width = look.gutter - look.mm(2)
    return (
        Run(
            lines=wrap(lane.name, width, look.strong, "semibold"),
            size=look.strong,
            fill=look.theme.ink,
            weight="semibold",
        ),
        Run(
            lines=wrap(lane.more, width, look.small) if lane.more else (),
            size=look.small,
            fill=look.muted,
            before=look.mm(0.4),
        ),
    )


def gutter_height(ctx: Context, lane: Lane) -> float:
    """Return how high the name of a lane is, without what it shows."""
    return height_of(_names(ctx, lane)[:1])


def row(size: float) -> float:
    """Return the height of one line of text."""
    return line_height(size)
