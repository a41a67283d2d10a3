"""Labels beside markers: each takes the free place nearest to its marker, and never one on the curve or on the neutral line.

Where a label has no place it is tried in shorter forms, the number of its marker alone being the last.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

import attrs

from cxmaturity.charts.journey.lanes import Run
from cxmaturity.charts.journey.scene import Box

CLEAR: Final = 0.55
"""Millimetres kept between a label and the middle of a line that it must not touch: half the line, and white."""
_ASIDE: Final = (0.0, -0.3, 0.3, -0.55, 0.55, -0.8, 0.8)
Line = Sequence[tuple[float, float]]


@attrs.frozen(kw_only=True)
class Form:
    """One way to say a label: its size and its words."""

    width: float
    height: float
    runs: tuple[Run, ...]


@attrs.frozen(kw_only=True)
class Label:
    """A text that belongs to a marker at (x, y) of some radius; `lifts` places are tried away from it.

    A label that bears the number of its marker may stand further away than one that only its place links to it. `shorter` are
    its other forms, said in turn when it has no place.
    """

    key: str
    x: float
    y: float
    radius: float
    width: float
    height: float
    runs: tuple[Run, ...]
    lifts: int = 14
    shorter: tuple[Form, ...] = ()

    @property
    def forms(self) -> tuple[Form, ...]:
        """Every form, the fullest first."""
        return (Form(width=self.width, height=self.height, runs=self.runs), *self.shorter)


@attrs.frozen(kw_only=True)
class Spot:
    """Where a label stands and in which of its forms (0 is the fullest)."""

    box: Box
    form: int


def place_labels(
    labels: Sequence[Label],
    *,
    room: Box,
    taken: Sequence[Box],
    curve: Sequence[Line],
    beside: Sequence[Line] = (),
) -> list[Spot | None]:
    """Return a place in `room` for each label, None where there is none.

    A place meets no other label, no marker, nothing that is `taken`, and no line of `curve`; among those left, crossing a line of
    `beside` costs most, then distance. Labels are served from left to right, so that the same data always give the same picture.
    """
    lines, soft = ([_Traced(line) for line in _chained(given)] for given in (curve, beside))
    markers = [
        Box(x=it.x - it.radius, y=it.y - it.radius, width=2 * it.radius, height=2 * it.radius)
        for it in labels
    ]
    done: list[Spot | None] = []
    placed: list[Box] = []
    for label in labels:
        spot = None
        for rank, form in enumerate(label.forms):
            reach = _reach(label, form)
            near = [box for box in (*taken, *markers) if box.meets(reach)]
            said = [box for box in placed if box.meets(reach)]
            box = _best(_Tried(label=label, form=form, room=room), (near, said), (lines, soft))
            if box is not None:
                spot = Spot(box=box, form=rank)
                placed.append(box)
                break
        done.append(spot)
    return done


@attrs.frozen(kw_only=True)
class _Tried:
    """A form of a label that looks for a place."""

    label: Label
    form: Form
    room: Box


def _best(
    tried: _Tried,
    others: tuple[Sequence[Box], Sequence[Box]],
    lines: tuple[Sequence[_Traced], Sequence[_Traced]],
) -> Box | None:
    """Return the cheapest place: those of a label come in the order of their costs, so the first free one usually is."""
    (near, said), (curve, beside) = others, lines
    best: tuple[float, Box] | None = None
    for cost, box in _candidates(tried):
        if best is not None and cost >= best[0]:
            break
        if any(line.meets(box) for line in curve):
            continue
        if any(box.meets(other) for other in near) or any(box.meets(other, slack=-0.3) for other in said):
            continue
        total = cost + sum(9.0 for line in beside if line.meets(box))
        if best is None or total < best[0]:
            best = (total, box)
    return None if best is None else best[1]


def _reach(label: Label, form: Form) -> Box:
    """Return the room that the places of a label can take."""
    wide = 1.3 * form.width + 0.5
    high = label.radius + 0.5 + form.height * (1 + 0.3 * label.lifts)
    return Box(x=label.x - wide - 40, y=label.y - high, width=2 * wide + 80, height=2 * high)


def _candidates(tried: _Tried) -> Iterator[tuple[float, Box]]:
    """Yield places around a marker with their costs: above or below first, further away or aside next."""
    label, form, room = tried.label, tried.form, tried.room
    gap = label.radius + 0.35
    for cost, lift, aside, side in _order(label.lifts):
        away = gap + lift * max(form.height * 0.3, 0.9)
        y = label.y - away - form.height if side < 0 else label.y + away
        x = label.x - form.width / 2 + aside * form.width
        x = min(max(x, room.x), room.right - form.width)
        box = Box(x=x, y=y, width=form.width, height=form.height)
        if room.holds(box):
            yield cost, box


@lru_cache(maxsize=8)
def _order(lifts: int) -> tuple[tuple[float, int, float, int], ...]:
    """Return (cost, lift, shift, side) of every place, cheapest first."""
    return tuple(
        sorted(
            (lift * 1.4 + abs(aside) * 2.2 + (0.2 if side > 0 else 0.0), lift, aside, side)
            for lift in range(lifts)
            for aside in _ASIDE
            for side in (-1, 1)
        )
    )


def _chained(lines: Sequence[Line]) -> list[list[tuple[float, float]]]:
    """Join lines that go on from each other."""
    done: list[list[tuple[float, float]]] = []
    for line in lines:
        if done and line and done[-1][-1] == line[0]:
            done[-1] += line[1:]
        elif line:
            done.append(list(line))
    return done


class _Traced:
    """A line from left to right, asked where it runs."""

    def __init__(self, line: Line) -> None:
        points = sorted(line)
        self.xs = [x for x, _ in points]
        self.ys = [y for _, y in points]
        self.top, self.bottom = min(self.ys), max(self.ys)

    def at(self, x: float) -> float:
        """Return its height at a place between its ends."""
        rank = min(max(bisect_left(self.xs, x), 1), len(self.xs) - 1)
        left, right = self.xs[rank - 1], self.xs[rank]
        share = (x - left) / (right - left) if right > left else 0.0
        return self.ys[rank - 1] + share * (self.ys[rank] - self.ys[rank - 1])

    def meets(self, box: Box) -> bool:
        """Whether it comes nearer to a box than `CLEAR`: it is one stroke, so it takes all heights between its extremes."""
        if len(self.xs) < 2 or self.top > box.bottom + CLEAR or self.bottom < box.y - CLEAR:
            return False
        left, right = max(box.x - CLEAR, self.xs[0]), min(box.right + CLEAR, self.xs[-1])
        if left > right:
            return False
        ys = [
            self.at(left),
            self.at(right),
            *self.ys[bisect_left(self.xs, left) : bisect_right(self.xs, right)],
        ]
        return min(ys) <= box.bottom + CLEAR and max(ys) >= box.y - CLEAR
