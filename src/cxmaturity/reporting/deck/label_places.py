"""Where the label of a point of a curve can be read: above it, below it or beside it, wherever no line and no mark is.

A chart of PowerPoint puts a label at one of four sides of its point and looks at nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import hypot
from typing import Final, Literal

Point = tuple[float, float]
Segment = tuple[Point, Point]
Rectangle = tuple[float, float, float, float]
Place = Literal["above", "below", "left", "right"]
_PLACES: Final[tuple[Place, ...]] = ("above", "below", "left", "right")
_AWAY: Final = 7.0
"""From the middle of a point to the nearest edge of its label."""


def label_places(
    points: Sequence[Point],
    sizes: Sequence[Point],
    *,
    lines: Sequence[Segment],
    marks: Sequence[Point],
    axis: Segment,
    room: Rectangle,
) -> tuple[Place, ...]:
    """Return the side of each point where its label crosses least; above when several are as good.

    Parameters
    ----------
    points : sequence of (x, y)
        The points that bear labels, y downwards.
    sizes : sequence of (width, height)
        Of the labels.
    lines, marks, axis
        What a label must not cover: curves (worst), marks, the line of zero (least bad).
    room : (left, top, right, bottom)
        Where labels may stand.
    """
    chosen: list[Place] = []
    taken: list[Rectangle] = []
    for point, size in zip(points, sizes, strict=True):
        best = min(
            _PLACES,
            key=lambda place: _cost(
                _rectangle(point, size, place),
                lines=lines,
                marks=marks,
                axis=axis,
                room=room,
                taken=taken,
            ),
        )
        chosen.append(best)
        taken.append(_rectangle(point, size, best))
    return tuple(chosen)


def _rectangle(point: Point, size: Point, place: Place) -> Rectangle:
    (x, y), (wide, high) = point, size
    left, top = {
        "above": (x - wide / 2, y - _AWAY - high),
        "below": (x - wide / 2, y + _AWAY),
        "left": (x - _AWAY - wide, y - high / 2),
        "right": (x + _AWAY, y - high / 2),
    }[place]
    return left, top, left + wide, top + high


def _cost(
    box: Rectangle,
    *,
    lines: Iterable[Segment],
    marks: Iterable[Point],
    axis: Segment,
    room: Rectangle,
    taken: Iterable[Rectangle],
) -> float:
    left, top, right, bottom = box
    outside = left < room[0] or top < room[1] or right > room[2] or bottom > room[3]
    covered = sum(length_inside(line, box) for line in lines) + 0.1 * length_inside(axis, box)
    covered += 50 * sum(left - 4 < x < right + 4 and top - 4 < y < bottom + 4 for x, y in marks)
    covered += 50 * sum(left < it[2] and it[0] < right and top < it[3] and it[1] < bottom for it in taken)
    return 1000 * outside + covered


def length_inside(line: Segment, box: Rectangle) -> float:
    """Return how much of a segment is in a rectangle (Liang and Barsky).

    Examples
    --------
    >>> length_inside(((0, 2), (8, 2)), (2, 1, 4, 3)), length_inside(((0, 0), (8, 0)), (2, 1, 4, 3))
    (2.0, 0.0)
    """
    (x0, y0), (x1, y1) = line
    enter, leave = 0.0, 1.0
    for delta, low, high in ((x1 - x0, box[0] - x0, box[2] - x0), (y1 - y0, box[1] - y0, box[3] - y0)):
        if delta == 0:
            if low > 0 or high < 0:
                return 0.0
            continue
        ends = sorted((low / delta, high / delta))
        enter, leave = max(enter, ends[0]), min(leave, ends[1])
    return max(0.0, leave - enter) * hypot(x1 - x0, y1 - y0)
