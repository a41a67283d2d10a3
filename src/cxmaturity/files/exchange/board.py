"""A wall of sticky notes as rows and columns: what belongs together is told by the gaps between notes, as the eye does."""

from __future__ import annotations

import bisect
import itertools
import math
import statistics
from collections.abc import Sequence
from typing import Final

import attrs

LANE_GAP: Final = 0.5
"""Notes of one row are less apart in height than this share of the usual distance between notes."""
STAGE_GAP: Final = 1.6
"""Columns further apart than this many times the usual distance between columns are in two stages."""


MAX_STAGES: Final = 9
NEAR: Final = 20


@attrs.frozen(kw_only=True)
class Note:
    """One note: its text, colour, the function of its author, its place (x rightwards, y downwards) and its line."""

    text: str
    x: float
    y: float
    line: int
    colour: str = ""
    function: str = ""


def pitch(notes: Sequence[Note]) -> float:
    """Return the usual distance between neighbours: the median over notes of the distance to the nearest other note.

    It is looked for among the `NEAR` notes on each side, from left to right and from top to bottom.
    """
    places = {(note.x, note.y) for note in notes}
    best = dict.fromkeys(places, math.inf)
    for order in (sorted(places), sorted(places, key=lambda place: place[::-1])):
        for at, one in enumerate(order):
            for other in order[at + 1 : at + 1 + NEAR]:
                distance = math.dist(one, other)
                best[one] = min(best[one], distance)
                best[other] = min(best[other], distance)
    return statistics.median(best.values()) if len(best) > 1 else 1.0


def split(values: Sequence[float], gap: float) -> list[tuple[float, float]]:
    """Return the (least, most) of each group of values; groups are more than `gap` apart.

    Examples
    --------
    >>> split([1, 2, 9, 10, 30], 5)
    [(1, 2), (9, 10), (30, 30)]
    """
    groups: list[tuple[float, float]] = []
    for value in sorted(values):
        if groups and value - groups[-1][1] <= gap:
            groups[-1] = groups[-1][0], value
        else:
            groups.append((value, value))
    return groups


def lanes(notes: Sequence[Note]) -> list[list[Note]]:
    """Return the notes of each row, from the top, each row from the left.

    Neighbouring rows of one and the same colour are one row (notes stacked under each other), unless every note has it.
    """
    found: list[list[Note]] = []
    for low, high in split([note.y for note in notes], LANE_GAP * pitch(notes)):
        found.append([note for note in notes if low <= note.y <= high])
    several = len({note.colour for note in notes}) > 1
    merged: list[list[Note]] = []
    for row in found:
        colours = {note.colour for note in row}
        alike = several and merged and len(colours) == 1 and {note.colour for note in merged[-1]} == colours
        if alike and colours != {""}:
            merged[-1] += row
        else:
            merged.append(list(row))
    return [sorted(row, key=lambda note: (note.x, note.y)) for row in merged]


def in_columns(notes: Sequence[Note]) -> list[Note]:
    """Return the notes column by column from the left, each column from the top: the order in which a wall is read."""
    if not notes:
        return []
    columns = split([note.x for note in notes], LANE_GAP * pitch(notes))
    starts = [left for left, _ in columns]
    return sorted(notes, key=lambda note: (bisect.bisect_right(starts, note.x), note.y, note.x))


def stages(notes: Sequence[Note]) -> list[tuple[float, float]]:
    """Return the (left, right) of each stage: groups of columns apart by clearly more than columns usually are.

    On a wall without order only the widest gaps count, for at most `MAX_STAGES` stages: more would be no map.
    """
    columns = split([note.x for note in notes], LANE_GAP * pitch(notes))
    gaps = [right[0] - left[0] for left, right in itertools.pairwise(columns)]
    if not gaps:
        return columns
    usual = statistics.median_low(gaps)
    wide = [at for at, gap in enumerate(gaps) if gap > STAGE_GAP * usual]
    cuts = sorted(sorted(wide, key=lambda at: -gaps[at])[: MAX_STAGES - 1])
    edges = [0, *(at + 1 for at in cuts), len(columns)]
    return [(columns[first][0], columns[after - 1][1]) for first, after in itertools.pairwise(edges)]
