"""What a picture is made of: shapes and measured texts in millimetres, in named layers; no drawing language yet.

The layout fills a scene, `write` turns it into SVG, the tests measure it. So what is measured is what is drawn.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final, Literal

import attrs

from cxmaturity.charts.fonts import Weight
from cxmaturity.charts.journey.measure import ASCENT, DESCENT, LINE, PT, block_width

Anchor = Literal["start", "middle", "end"]
Data = tuple[tuple[str, str], ...]
_SHIFT: Final = {"start": 0.0, "middle": 0.5, "end": 1.0}


@attrs.frozen(kw_only=True)
class Box:
    """A rectangle in millimetres from the top left corner of the sheet."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Right edge."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """Bottom edge."""
        return self.y + self.height

    def meets(self, other: Box, *, slack: float = 0.0) -> bool:
        """Whether both share more than `slack` millimetres each way."""
        return (
            self.x < other.right - slack
            and other.x < self.right - slack
            and self.y < other.bottom - slack
            and other.y < self.bottom - slack
        )

    def holds(self, other: Box, *, slack: float = 0.0) -> bool:
        """Whether `other` is inside, give or take `slack`."""
        return (
            other.x >= self.x - slack
            and other.y >= self.y - slack
            and other.right <= self.right + slack
            and other.bottom <= self.bottom + slack
        )


@attrs.frozen(kw_only=True)
class TextBox:
    """One paragraph that was written and the room that it had: `box` must be inside `within`."""

    text: str
    box: Box
    within: Box
    size_pt: float
    fill: str
    ground: str


@attrs.frozen(kw_only=True)
class Rect:
    """A rectangle; `radius` rounds its corners."""

    box: Box
    fill: str = "none"
    stroke: str = ""
    stroke_width: float = 0.0
    radius: float = 0.0
    opacity: float = 1.0


@attrs.frozen(kw_only=True)
class Path:
    """An outline in SVG path words, drawn from (x, y), `scale` times as large; `fill` may be "none"."""

    d: str
    x: float = 0.0
    y: float = 0.0
    scale: float = 1.0
    fill: str = "none"
    stroke: str = ""
    stroke_width: float = 0.0
    dash: str = ""
    opacity: float = 1.0
    cap: Literal["butt", "round"] = "butt"


@attrs.frozen(kw_only=True)
class Text:
    """A paragraph whose first base line is at `y`; `within` is the room that it must not leave.

    `ground` is the colour behind it, for the contrast that the tests measure; `halo` draws a rim of it around the letters.
    """

    x: float
    y: float
    lines: tuple[str, ...]
    size: float
    within: Box
    fill: str
    ground: str
    weight: Weight = "normal"
    anchor: Anchor = "start"
    halo: bool = False

    @property
    def box(self) -> Box:
        """The room that it takes."""
        width = block_width(self.lines, self.size, self.weight)
        em = self.size * PT
        return Box(
            x=self.x - width * _SHIFT[self.anchor],
            y=self.y - ASCENT * em,
            width=width,
            height=(ASCENT + DESCENT + LINE * (len(self.lines) - 1)) * em,
        )


@attrs.define(kw_only=True)
class Group:
    """Things that belong together: a layer, or one event's part of it, with the data that filters read."""

    classes: str = ""
    data: Data = ()
    label: str = ""
    items: list[Group | Rect | Path | Text] = attrs.field(factory=list)

    def group(self, classes: str = "", *, data: Data = (), label: str = "") -> Group:
        """Open a group inside this one and return it."""
        made = Group(classes=classes, data=data, label=label)
        self.items.append(made)
        return made

    def add(self, *items: Rect | Path | Text) -> None:
        """Put shapes or texts on top of what is there."""
        self.items.extend(items)

    def texts(self) -> Iterator[Text]:
        """Yield every text, in the order of reading."""
        for item in self.items:
            if isinstance(item, Group):
                yield from item.texts()
            elif isinstance(item, Text):
                yield item


def line(  # noqa: PLR0917  # two ends, then how
    x1: float, y1: float, x2: float, y2: float, stroke: str, width: float, dash: str = ""
) -> Path:
    """Return a straight line."""
    if x1 == x2:
        return Path(d=f"M{fmt(x1)} {fmt(y1)}V{fmt(y2)}", stroke=stroke, stroke_width=width, dash=dash)
    if y1 == y2:
        return Path(d=f"M{fmt(x1)} {fmt(y1)}H{fmt(x2)}", stroke=stroke, stroke_width=width, dash=dash)
    return Path(d=f"M{fmt(x1)} {fmt(y1)}L{fmt(x2)} {fmt(y2)}", stroke=stroke, stroke_width=width, dash=dash)


def fmt(value: float) -> str:
    """Write a length to the hundredth of a millimetre, without a tail of zeros."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


Points = Sequence[tuple[float, float]]


def smooth(pieces: Sequence[Points]) -> list[str]:
    """Return path words for each piece of a curve, without a corner where one goes on from the one before.

    Slopes at the points are harmonic means of those beside them, 0 at an extremum, as in PCHIP (Fritsch and Butland, 1984):
    samples of a monotone curve stay monotone, so that the drawing cannot leave the scale either.
    """
    done: list[str] = []
    chain: list[Points] = []
    for piece in pieces:
        if chain and piece[0] != chain[-1][-1]:
            done += _chained(chain)
            chain = []
        chain.append(piece)
    return done + _chained(chain)


def _chained(pieces: Sequence[Points]) -> list[str]:
    """Return path words of pieces that go on from each other."""
    points = [point for rank, piece in enumerate(pieces) for point in piece[bool(rank) :]]
    if len(points) < 2:
        return [""] * len(pieces)
    secants = [(y2 - y1) / (x2 - x1) if x2 > x1 else 0.0 for (x1, y1), (x2, y2) in pairwise(points)]
    slopes = [
        secants[0],
        *(2 * a * b / (a + b) if a * b > 0 else 0.0 for a, b in pairwise(secants)),
        secants[-1],
    ]
    done, start = [], 0
    for piece in pieces:
        words = [f"M{fmt(points[start][0])} {fmt(points[start][1])}"]
        for rank in range(start, start + len(piece) - 1):
            (x1, y1), (x2, y2) = points[rank : rank + 2]
            third = (x2 - x1) / 3
            one, two = y1 + slopes[rank] * third, y2 - slopes[rank + 1] * third
            numbers = (x1 + third, one, x2 - third, two, x2, y2)
            words.append("C" + " ".join(fmt(number) for number in numbers))
        done.append("".join(words))
        start += len(piece) - 1
    return done
