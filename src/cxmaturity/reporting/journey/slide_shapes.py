"""Native shapes of the journey slides: filled cells, rules, a curve of real curve segments, groups with alternative texts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import attrs
from pptx.enum.dml import MSO_LINE
from pptx.enum.shapes import MSO_CONNECTOR, MSO_SHAPE, MSO_SHAPE_TYPE
from pptx.oxml.ns import qn
from pptx.util import Pt

from cxmaturity.journey.results import CurvePiece
from cxmaturity.journey.values import Grade
from cxmaturity.reporting.deck import paint
from cxmaturity.reporting.deck.base import Box
from cxmaturity.reporting.deck.paint import Canvas
from cxmaturity.reporting.inline import clean

Point = tuple[float, float]
_UNITS: Final = 100
"""Curves are written in hundredths of a point."""
_DASHES: Final[dict[Grade, Any]] = {"V": None, "I": MSO_LINE.DASH, "H": MSO_LINE.ROUND_DOT}


def group(canvas: Canvas, name: str, alt: str) -> tuple[Canvas, Any]:
    """Open a group on a slide; return a canvas that paints into it, and the group."""
    made = canvas.slide.shapes.add_group_shape()
    made.name = name
    describe(made, alt)
    # python-pptx measures a group again after each shape put into it; `close_groups` does it once for all.
    vars(made.shapes)["_recalculate_extents"] = lambda: None
    return attrs.evolve(canvas, slide=made), made


def close_groups(slide: Any) -> None:
    """Give every group of a finished slide the room that its shapes take."""
    for shape in slide.shapes:
        if shape.shape_type == MSO_SHAPE_TYPE.GROUP:
            shape._element.recalculate_extents()  # noqa: SLF001  # python-pptx has no public way


def describe(shape: Any, alt: str) -> None:
    """Give a shape its alternative text; an empty one says that it is decoration."""
    for properties in shape._element.iter(qn("p:cNvPr")):  # noqa: SLF001  # python-pptx has no public setter
        properties.set("descr", clean(alt))
        return


def cell(
    canvas: Canvas, box: Box, tone: str, *, name: str, round_: bool = False, line: str = "", weight: float = 1
) -> Any:
    """Draw a filled rectangle or disc without shadow; `line` is the tone of its outline, `tone` "" leaves it empty."""
    kind = MSO_SHAPE.OVAL if round_ else MSO_SHAPE.RECTANGLE
    shape = canvas.slide.shapes.add_shape(kind, *box.emu)
    shape.name = name
    _plain(shape)
    if tone:
        shape.fill.solid()
        paint.tint(shape.fill.fore_color, tone, canvas.theme, ours=canvas.base.ours)
    else:
        shape.fill.background()
    _line(canvas, shape, line, weight)
    describe(shape, "")
    return shape


def segment(
    canvas: Canvas,
    start: Point,
    end: Point,
    tone: str,
    weight: float,
    *,
    name: str = "Line",
    arrow: bool = False,
) -> Any:
    """Draw a straight line, with a head at its end when it is an arrow."""
    shape = canvas.slide.shapes.add_connector(
        MSO_CONNECTOR.STRAIGHT, Pt(start[0]), Pt(start[1]), Pt(end[0]), Pt(end[1])
    )
    shape.name = name
    _plain(shape)
    _line(canvas, shape, tone, weight)
    if arrow:
        line = shape.line._get_or_add_ln()  # noqa: SLF001  # python-pptx has no heads of arrows
        line.append(line.makeelement(qn("a:tailEnd"), {"type": "triangle", "w": "med", "len": "med"}))
    describe(shape, "")
    return shape


def curve(canvas: Canvas, points: Sequence[Point], grade: Grade, *, name: str) -> Any:
    """Draw a curve through `points` = start, then (control, control, end) for each cubic segment; dashed after its grade."""
    builder = canvas.slide.shapes.build_freeform(
        round(points[0][0] * _UNITS), round(points[0][1] * _UNITS), scale=Pt(1) / _UNITS
    )
    builder.add_line_segments([(round(x * _UNITS), round(y * _UNITS)) for x, y in points[1:]], close=False)
    shape = builder.convert_to_shape()
    shape.name = name
    _plain(shape)
    shape.fill.background()
    _line(canvas, shape, "ink", 2.25)
    if _DASHES[grade] is not None:
        shape.line.dash_style = _DASHES[grade]
    _bend(shape)
    describe(shape, "")
    return shape


def controls(piece: CurvePiece) -> tuple[Point, ...]:
    """Return a piece of the curve as (start, control, control, end), in events and valence.

    Between two events a PCHIP curve is one cubic, and four of its points give its Bézier controls exactly:
    with y at thirds, b1 = (-5 y0 + 18 y1 - 9 y2 + 2 y3) / 6 and b2 = (2 y0 - 9 y1 + 18 y2 - 5 y3) / 6.
    """
    x0, x3 = piece.x[0], piece.x[-1]
    third = (x3 - x0) / 3
    y0, y3 = piece.y[0], piece.y[-1]
    if len(piece.x) < 4:
        y1, y2 = y0 + (y3 - y0) / 3, y0 + 2 * (y3 - y0) / 3
    else:
        known = _spread(piece)
        y1, y2 = _lagrange(known, x0 + third), _lagrange(known, x0 + 2 * third)
    first = (-5 * y0 + 18 * y1 - 9 * y2 + 2 * y3) / 6
    second = (2 * y0 - 9 * y1 + 18 * y2 - 5 * y3) / 6
    return (x0, y0), (x0 + third, first), (x0 + 2 * third, second), (x3, y3)


def _spread(piece: CurvePiece) -> list[Point]:
    """Return four points of a piece, its ends among them, as far from each other as there are."""
    last = len(piece.x) - 1
    return [(piece.x[i], piece.y[i]) for i in (0, round(last / 3), round(2 * last / 3), last)]


def _lagrange(points: Sequence[Point], at: float) -> float:
    """Return the value at `at` of the cubic through four points."""
    total = 0.0
    for i, (x, y) in enumerate(points):
        share = y
        for j, (other, _) in enumerate(points):
            if i != j:
                share *= (at - other) / (x - other)
        total += share
    return total


def _plain(shape: Any) -> None:
    """Take away the theme's style: it brings shadows and colours that nobody chose."""
    style = shape._element.find(qn("p:style"))  # noqa: SLF001
    if style is not None:
        shape._element.remove(style)  # noqa: SLF001


def _line(canvas: Canvas, shape: Any, tone: str, weight: float) -> None:
    if not tone:
        shape.line.fill.background()
        return
    shape.line.width = Pt(weight)
    shape.line.fill.solid()
    paint.tint(shape.line.fill.fore_color, tone, canvas.theme, ours=canvas.base.ours)


def _bend(shape: Any) -> None:
    """Turn each three straight segments of a freeform into one curve segment: python-pptx writes none."""
    path = shape._element.find(f".//{qn('a:path')}")  # noqa: SLF001
    path.set("fill", "none")
    steps = path.findall(qn("a:lnTo"))
    for index in range(0, len(steps) - len(steps) % 3, 3):
        bent = path.makeelement(qn("a:cubicBezTo"), {})
        path.replace(steps[index], bent)
        bent.append(steps[index][0])
        for straight in steps[index + 1 : index + 3]:
            bent.append(straight[0])
            path.remove(straight)
