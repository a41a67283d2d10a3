"""The profile as SVG, drawn by hand in a few milliseconds: matplotlib would cost the server a second and 68 MB.

One drawing serves the page and the PDF: every shape bears its colour for print and a class that the page's
style sheet overrides (dark, forced colours). Text stays text; the wide and the narrow drawing say the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal
from xml.etree import ElementTree as ET  # writes only, never reads what somebody sent

import attrs

from cxmaturity.charts.theme import ChartTheme
from cxmaturity.core.text import Language
from cxmaturity.reporting.inline import clean

Shape = Literal["wide", "narrow", "print"]
Key = tuple[Literal["own", "group", "interval", "unknown"], str]
"""One entry of the legend: its sign and its words."""

_SVG: Final = "http://www.w3.org/2000/svg"
_FONT: Final = 13.0
_SMALL: Final = 12.0
_ADVANCE: Final = 0.54
"""Mean width of a letter in ems: a little above Inter's, so that a name wraps too early rather than too late."""


@attrs.frozen(kw_only=True)
class Mark:
    """One question of the profile: what is drawn on its row.

    `own` and `group` are levels from 1 to 5, None when there is none; `unknown` draws the whole scale as
    possible; `said` stands on the row in words when nothing can be placed.
    """

    name: str
    own: float | None = None
    group: float | None = None
    interval: tuple[float, float] | None = None
    unknown: bool = False
    said: str = ""


@attrs.frozen(kw_only=True)
class Frame:
    """Where things are, in pixels: whole width, left and right ends of the scale, height of a row."""

    width: float
    left: float
    right: float
    row: float
    head: float
    name_width: float
    above: bool

    def x(self, level: float) -> float:
        """Return where a level stands."""
        return self.left + (level - 1) / 4 * (self.right - self.left)


FRAMES: Final[dict[Shape, Frame]] = {
    "wide": Frame(width=760, left=316, right=708, row=46, head=40, name_width=256, above=False),
    "print": Frame(width=680, left=300, right=636, row=27, head=32, name_width=256, above=False),
    "narrow": Frame(width=340, left=32, right=308, row=76, head=40, name_width=330, above=True),
}


@attrs.frozen(kw_only=True)
class Drawing:
    """What to draw: `kind` makes the ids unique on the page, `key` holds the words of the legend."""

    kind: str
    title: str
    alt: str
    marks: tuple[Mark, ...]
    levels: tuple[str, ...]
    key: tuple[Key, ...]
    language: Language


def profile_svg(drawing: Drawing, theme: ChartTheme, shape: Shape = "wide") -> str:
    """Return one ``<svg>`` element: no style sheet, no script, no address, the same bytes every time."""
    frame = FRAMES[shape]
    prefix = f"{drawing.kind}-{shape}"
    bottom = frame.head + frame.row * len(drawing.marks)
    lines = _key_lines(drawing, frame)
    height = bottom + 16 + 24 * len(lines)
    root = ET.Element(
        "svg",
        {
            "xmlns": _SVG,
            "viewBox": f"0 0 {frame.width:g} {height:g}",
            "width": "100%",
            "role": "img",
            "aria-labelledby": f"{prefix}-title {prefix}-desc",
            "lang": drawing.language,
            "class": f"profile profile-{shape}",
            "font-family": theme.font_stack,
            "font-size": f"{_FONT:g}",
        },
    )
    ET.SubElement(root, "title", {"id": f"{prefix}-title"}).text = clean(drawing.title)
    ET.SubElement(root, "desc", {"id": f"{prefix}-desc"}).text = clean(drawing.alt)
    pen = _Pen(root=root, theme=theme, frame=frame)
    _scale(pen, drawing, bottom)
    for index, mark in enumerate(drawing.marks):
        _row(pen, mark, frame.head + frame.row * index)
    for index, line in enumerate(lines):
        _key(pen, line, bottom + 22 + 24 * index)
    return ET.tostring(root, encoding="unicode")


@attrs.frozen(kw_only=True)
class _Pen:
    """Draws on one root with the colours of a theme; a class names each colour for the page's style sheet."""

    root: ET.Element
    theme: ChartTheme
    frame: Frame

    def line(self, ends: tuple[float, float, float, float], ink: str, width: float, dash: str = "") -> None:
        x1, y1, x2, y2 = ends
        given = {"x1": x1, "y1": y1, "x2": x2, "y2": y2, "stroke-width": width}
        shape = ET.SubElement(self.root, "line", {name: f"{value:g}" for name, value in given.items()})
        shape.set("stroke", getattr(self.theme, ink))
        shape.set("class", f"s-{ink}")
        if dash:
            shape.set("stroke-dasharray", dash)

    def dot(self, x: float, y: float) -> None:
        given = {"cx": f"{x:g}", "cy": f"{y:g}", "r": "8", "fill": self.theme.primary, "class": "f-primary"}
        ET.SubElement(self.root, "circle", given)

    def diamond(self, x: float, y: float) -> None:
        points = f"{x:g},{y - 9:g} {x + 9:g},{y:g} {x:g},{y + 9:g} {x - 9:g},{y:g}"
        given = {
            "points": points,
            "fill": self.theme.paper,
            "stroke": self.theme.accent,
            "stroke-width": "2.5",
        }
        ET.SubElement(self.root, "polygon", {**given, "class": "f-paper s-accent"})

    def text(
        self, x: float, y: float, said: str, *, ink: str = "ink", anchor: str = "start", **more: str
    ) -> None:
        given = {"x": f"{x:g}", "y": f"{y:g}", "fill": getattr(self.theme, ink), "class": f"f-{ink}"}
        if anchor != "start":
            given["text-anchor"] = anchor
        given |= {name.replace("_", "-"): value for name, value in more.items()}
        ET.SubElement(self.root, "text", given).text = clean(said)


def _scale(pen: _Pen, drawing: Drawing, bottom: float) -> None:
    """Draw the five levels: their names above, a hairline down through the rows."""
    frame = pen.frame
    size = f"{_SMALL if not frame.above else 10.5:g}"
    for number, name in enumerate(drawing.levels, 1):
        x = frame.x(number)
        pen.text(x, 20, name, ink="muted", anchor="middle", font_size=size)
        pen.line((x, 30, x, bottom), "rule", 1)


def _row(pen: _Pen, mark: Mark, top: float) -> None:
    frame = pen.frame
    lines = wrap(mark.name, frame.name_width)
    if frame.above:
        y = top + frame.row - 20
        start = y - 22 - 16 * (len(lines) - 1)
        pen.text(4, start, lines[0], font_weight="600")
        for index, line in enumerate(lines[1:], 1):
            pen.text(4, start + 16 * index, line, font_weight="600")
    else:
        y = top + frame.row / 2
        start = y + 4.5 - 8 * (len(lines) - 1)
        for index, line in enumerate(lines):
            pen.text(0, start + 16 * index, line)
    _marks(pen, mark, y)


def _marks(pen: _Pen, mark: Mark, y: float) -> None:
    frame = pen.frame
    if mark.unknown:
        pen.line((frame.x(1), y, frame.x(5), y), "muted", 2, "2 6")
    if mark.interval is not None:
        low, high = mark.interval
        pen.line((frame.x(low), y, frame.x(high), y), "accent", 2)
    if mark.group is not None:
        pen.diamond(frame.x(mark.group), y)
    if mark.own is not None:
        pen.dot(frame.x(mark.own), y)
    if mark.said:
        _said(pen, mark, y)


def _said(pen: _Pen, mark: Mark, y: float) -> None:
    """Write the words of a row that has no place on the scale, on a patch of paper so that lines stay off them."""
    x, width = pen.frame.x(3), len(mark.said) * _SMALL * _ADVANCE + 14
    beside = mark.group is not None
    if beside:  # the words make way for the diamond
        x = pen.frame.x(4.25 if (mark.group or 0) < 3 else 1.75)
    given = {"x": x - width / 2, "y": y - 10, "width": width, "height": 20}
    patch = ET.SubElement(pen.root, "rect", {name: f"{value:g}" for name, value in given.items()})
    patch.set("fill", pen.theme.paper)
    patch.set("class", "f-paper")
    pen.text(x, y + 4, mark.said, ink="muted", anchor="middle", font_size=f"{_SMALL:g}", font_style="italic")


def _key_lines(drawing: Drawing, frame: Frame) -> list[list[tuple[str, str, float]]]:
    """Lay the legend out in lines that fit: (sign, words, x)."""
    lines: list[list[tuple[str, str, float]]] = []
    x = frame.width
    for sign, words in drawing.key:
        room = 34 + len(words) * _SMALL * _ADVANCE + 18
        if x + room > frame.width:
            lines.append([])
            x = 4.0
        lines[-1].append((sign, words, x))
        x += room
    return lines


def _key(pen: _Pen, line: Sequence[tuple[str, str, float]], y: float) -> None:
    for sign, words, x in line:
        middle = x + 12
        if sign == "own":
            pen.dot(middle, y)
        elif sign == "group":
            pen.diamond(middle, y)
        elif sign == "interval":
            pen.line((x, y, x + 24, y), "accent", 2)
        else:
            pen.line((x, y, x + 24, y), "muted", 2, "2 6")
        pen.text(x + 32, y + 4, words, ink="muted", font_size=f"{_SMALL:g}")


def wrap(name: str, width: float, *, lines: int = 2) -> list[str]:
    """Break a name into at most `lines` lines that fit; what is longer ends with an ellipsis.

    Examples
    --------
    >>> wrap("Responsiveness and channel fit", 140)
    ['Responsiveness and', 'channel fit']
    """
    most = max(4, int(width / (_FONT * _ADVANCE)))
    found = [""]
    for word in clean(name).split(" "):
        longer = f"{found[-1]} {word}".strip()
        if len(longer) <= most or not found[-1]:
            found[-1] = longer
        else:
            found.append(word)
    kept = found[:lines]
    if len(found) > lines:
        kept[-1] += "…"
    return [line if len(line) <= most else line[: most - 1].rstrip() + "…" for line in kept]
