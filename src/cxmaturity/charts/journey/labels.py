"""Labels beside markers: each takes the free place that is nearest to its marker and crosses least of the curve."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

import attrs

from cxmaturity.charts.journey.lanes import Run
from cxmaturity.charts.journey.scene import Box


@attrs.frozen(kw_only=True)
class Label:
    """A text of a size that belongs to a marker at (x, y) of some radius; `lifts` places are tried away from it.

    A label that bears the number of its marker may stand further away than one that only its place links to it.
    """

    key: str
    x: float
    y: float
    radius: float
    width: float
    height: float
    runs: tuple[Run, ...]
    lifts: int = 14


def place_labels(
    labels: Sequence[Label], *, room: Box, taken: Sequence[Box], curve: Sequence[tuple[float, float]]
) -> list[Box | None]:
    """Return a place in `room` for each label, None where there is none.

    A place meets no other label, no marker and nothing that is `taken`; among those left, crossing the curve costs most, then
    distance. Labels are served from left to right, so that the same data always give the same picture.
    """
    line = sorted(curve)
    xs = [x for x, _ in line]
    markers = [
        Box(x=it.x - it.radius, y=it.y - it.radius, width=2 * it.radius, height=2 * it.radius)
        for it in labels
    ]
    done: list[Box | None] = []
    for label in labels:
        best: tuple[float, Box] | None = None
        for cost, box in _candidates(label, room):
            if best is not None and cost >= best[0]:
                continue
            if any(box.meets(other) for other in (*taken, *markers)):
                continue
            if any(other is not None and box.meets(other, slack=-0.3) for other in done):
                continue
            crossed = _crossed(box, line, xs)
            if best is None or cost + crossed < best[0]:
                best = (cost + crossed, box)
        done.append(None if best is None else best[1])
    return done


def _candidates(label: Label, room: Box) -> list[tuple[float, Box]]:
    """Return places around a marker with their costs: above or below first, further away or aside next."""
    found = []
    gap = label.radius + 0.35
    for lift in range(label.lifts):
        away = gap + lift * label.height * 0.3
        for aside in (0.0, -0.3, 0.3, -0.55, 0.55, -0.8, 0.8):
            for side in (-1, 1):
                y = label.y - away - label.height if side < 0 else label.y + away
                x = label.x - label.width / 2 + aside * label.width
                x = min(max(x, room.x), room.right - label.width)
                box = Box(x=x, y=y, width=label.width, height=label.height)
                if room.holds(box):
                    found.append((lift * 1.4 + abs(aside) * 2.2 + (0.2 if side > 0 else 0.0), box))
    return found


def _crossed(box: Box, line: Sequence[tuple[float, float]], xs: Sequence[float]) -> float:
    """Return what it costs to lie on the curve: 9, and more for each point of it inside."""
    start, end = bisect_left(xs, box.x - 0.5), bisect_right(xs, box.right + 0.5)
    inside = sum(box.y - 0.3 <= y <= box.bottom + 0.3 for _, y in line[start:end])
    return 9 + 0.8 * inside if inside else 0.0
