"""A wall of sticky notes as rows and columns: what belongs together is told by the gaps between notes, as the eye does."""

from __future__ import annotations

import bisect
import itertools
import statistics
from collections.abc import Sequence
from typing import Final

import attrs

LANE_GAP: Final = 0.5
"""Notes of one row are less apart in height than this share of the usual distance between notes."""
STAGE_GAP: Final = 1.6
"""Columns further apart than this many times the usual distance between columns are in two stages."""


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
    """Return the usual distance between neighbours: the median over notes of the distance to the nearest other note."""
    places = sorted({(note.x, note.y) for note in notes})
    if len(places) < 2:
        return 1.0
    return statistics.median(
        min(_ahead(places, at, 1), _ahead(places, at, -1)) ** 0.5 for at in range(len(places))
    )


def _ahead(places: Sequence[tuple[float, float]], at: int, step: int) -> float:
    """Return the square of the distance to the nearest place on one side, looking no further than can matter."""
    x, y = places[at]
    best, other = float("inf"), at + step
    while 0 <= other < len(places) and (places[other][0] - x) ** 2 < best:
        best = min(best, (places[other][0] - x) ** 2 + (places[other][1] - y) ** 2)
        other += step
    return best


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
    """Return the (left, right) of each stage: groups of columns apart by clearly more than columns usually are."""
    columns = split([note.x for note in notes], LANE_GAP * pitch(notes))
    gaps = [right[0] - left[0] for left, right in itertools.pairwise(columns)]
    if not gaps:
        return columns
    usual = statistics.median_low(gaps)
    groups = [columns[0]]
    for gap, column in zip(gaps, columns[1:], strict=True):
        if gap > STAGE_GAP * usual:
            groups.append(column)
        else:
            groups[-1] = groups[-1][0], column[1]
    return groups
