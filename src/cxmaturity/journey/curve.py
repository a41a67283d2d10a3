"""The emotion curve: through every known point, never off the scale, each piece as sure as the weaker of its ends.

Fritsch and Carlson's monotone cubic (PCHIP) has no extremum between points, so the picture shows no emotion that nobody measured;
a cubic spline would.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from cxmaturity.journey.parameters import DEFAULTS, JourneyParameters
from cxmaturity.journey.results import CurvePiece, EventResult
from cxmaturity.journey.values import GRADES, Grade

STEPS: Final = 8
"""Points of the curve in the width of one event."""


def draw_curve(
    events: Sequence[EventResult], parameters: JourneyParameters = DEFAULTS
) -> tuple[CurvePiece, ...]:
    """Return the pieces between neighbouring known events; none when fewer than two are known.

    A piece over events of which nothing is known is at best `parameters.bridge`: what lies there is supposed.
    """
    known = [(event.index, event.valence, event.grade) for event in events if event.valence is not None]
    if len(known) < 2:
        return ()
    x = [float(index) for index, _, _ in known]
    y = [valence for _, valence, _ in known]
    slopes = pchip_slopes(x, y)
    pieces = []
    for at, ((left, _, first), (right, _, second)) in enumerate(pairwise(known)):
        grades: list[Grade] = [first or "H", second or "H"]
        if right - left > 1:
            grades.append(parameters.bridge)
        grade = min(grades, key=GRADES.index)
        steps = STEPS * (right - left)
        along = [left + (right - left) * step / steps for step in range(steps + 1)]
        heights = [hermite(it, x[at : at + 2], y[at : at + 2], slopes[at : at + 2]) for it in along[1:-1]]
        pieces.append(CurvePiece(grade=grade, x=tuple(along), y=(y[at], *heights, y[at + 1])))
    return tuple(pieces)


def pchip_slopes(x: Sequence[float], y: Sequence[float]) -> list[float]:
    """Return the slope at each point (Fritsch and Butland, 1984; ends by the three-point formula), `x` rising, two or more."""
    widths = [b - a for a, b in pairwise(x)]
    rises = [(d - c) / width for (c, d), width in zip(pairwise(y), widths, strict=True)]
    if len(x) == 2:
        return [rises[0], rises[0]]
    inner = []
    for (h0, h1), (d0, d1) in zip(pairwise(widths), pairwise(rises), strict=True):
        if d0 * d1 <= 0:
            inner.append(0.0)
            continue
        w1, w2 = 2 * h1 + h0, h1 + 2 * h0
        inner.append((w1 + w2) / (w1 / d0 + w2 / d1))
    first = _end_slope(widths[0], widths[1], rises[0], rises[1])
    last = _end_slope(widths[-1], widths[-2], rises[-1], rises[-2])
    return [first, *inner, last]


def _end_slope(h0: float, h1: float, d0: float, d1: float) -> float:
    slope = ((2 * h0 + h1) * d0 - h0 * d1) / (h0 + h1)
    if slope * d0 <= 0:
        return 0.0
    if d0 * d1 < 0 and abs(slope) > 3 * abs(d0):
        return 3 * d0
    return slope


def hermite(at: float, x: Sequence[float], y: Sequence[float], slopes: Sequence[float]) -> float:
    """Return the cubic with given heights and slopes at its two ends, held between them against rounding."""
    width = x[1] - x[0]
    t = (at - x[0]) / width
    height = (
        (1 + 2 * t) * (1 - t) ** 2 * y[0]
        + t * (1 - t) ** 2 * width * slopes[0]
        + t**2 * (3 - 2 * t) * y[1]
        + t**2 * (t - 1) * width * slopes[1]
    )
    return min(max(height, min(y)), max(y))
