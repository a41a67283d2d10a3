"""How wide the columns of a printed table are (no word cut, few lines, then the author's proportions), and how high it becomes.

A number with its no-break spaces cannot wrap, so each column has a least width, estimated from the widths of
the letters of the bundled font.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from cxmaturity.reporting.blocks import Table
from cxmaturity.reporting.inline import text_of

SIZES: Final = (8.75, 8.0, 7.25, 6.5)
"""Sizes of table text tried in turn, in points."""

_MM_PER_POINT: Final = 25.4 / 72
_INSET_MM: Final = 4.5
_EMS: Final[dict[str, float]] = {
    **dict.fromkeys("ijl'’|", 0.26),
    **dict.fromkeys("frtI", 0.38),
    **dict.fromkeys(".,:;!()[]-·/ \u00a0\u202f", 0.32),
    **dict.fromkeys("mw@", 0.89),
    **dict.fromkeys("MW…—%", 1.0),
    **dict.fromkeys("0123456789+−€–", 0.65),
}
"""Widths of letters of Inter in ems, by class; every other small letter is 0.6, every other capital 0.72."""

_CHUNK: Final = re.compile(r"[^ \u200b-]+-?")
_LONGEST: Final = 27
_BOLD: Final = 1.05
HEAD_SIZE: Final = 8.0
CROWDED: Final = 6
CROWDED_SIZE: Final = 8.0
LINE_EMS: Final = 1.28
LINE_GAP_EMS: Final = 0.55
ROW_INSET_MM: Final = 3.5
"""Distance of lines and room around a row, as ``templates/typst/report.typ`` sets them (a capital is 0.73 em)."""
UNBROKEN_MM: Final = 115.0
"""A table up to this height stays on one page."""
_STEP_MM: Final = 2.5
_WRAPPED: Final = 0.5
_MOVES: Final = 12
_RAGGED: Final = 1.06  # lines are never quite full


def _ems(word: str) -> float:
    return sum(_EMS.get(letter, 0.72 if letter.isupper() else 0.6) for letter in word)


def _measured(table: Table, size: float) -> list[list[tuple[float, float]]]:
    """Return, row by row, the head first, each cell's length on one line and its longest piece, in mm."""
    head = (HEAD_SIZE * _BOLD, [column.title for column in table.columns])
    body = [
        (size * (_BOLD if index in table.emphasis_rows else 1.0), row) for index, row in enumerate(table.rows)
    ]
    return [[_lengths(text_of(cell), points) for cell in row] for points, row in (head, *body)]


def _lengths(text: str, points: float) -> tuple[float, float]:
    longest = max((_ems(piece[:_LONGEST]) for piece in _CHUNK.findall(text)), default=1.0)
    return _ems(text) * points * _MM_PER_POINT, longest * points * _MM_PER_POINT


@lru_cache(maxsize=256)
def column_widths(table: Table, total_mm: float) -> tuple[tuple[float, ...], float]:
    """Return the width of each column in mm, adding up to `total_mm`, and the size of the text in points.

    Every column first gets what its longest word needs. The rest goes, step by step, where it saves most
    lines; what is left once no line can be saved goes by the author's `Column.width`. The text shrinks only
    when no distribution can hold every word.
    """
    sizes = [size for size in SIZES if size <= CROWDED_SIZE or len(table.columns) < CROWDED]
    for size in sizes:
        measured = _measured(table, size)
        least = [max(row[index][1] for row in measured) + _INSET_MM for index in range(len(table.columns))]
        if sum(least) <= total_mm:
            return _shared(table, measured, least, total_mm), size
    factor = total_mm / sum(least)
    return tuple(width * factor for width in least), SIZES[-1]


def table_height(table: Table, widths: Sequence[float], size: float) -> float:
    """Return about how high the table becomes on paper, in mm, its note left out.

    Typst can measure it to the hair, but then sets each table twice: a third of the time of a PDF for an answer that only decides
    whether the table may be broken.
    """
    pitch, gap = LINE_EMS * size * _MM_PER_POINT, LINE_GAP_EMS * size * _MM_PER_POINT
    height = 0.0
    for index, row in enumerate(_measured(table, size)):
        lines = max(
            (
                math.ceil(length * _RAGGED / (width - _INSET_MM))
                for (length, _), width in zip(row, widths, strict=True)
            ),
            default=1,
        )
        height += max(1, lines) * pitch - gap + (ROW_INSET_MM if index else ROW_INSET_MM / 2)
    return height


def _shared(
    table: Table, measured: Sequence[Sequence[tuple[float, float]]], least: Sequence[float], total: float
) -> tuple[float, ...]:
    """Share the width that is left beyond what the longest words need."""
    widths = list(least)
    lines = [[length * _RAGGED for length, _ in row] for row in measured]
    left = total - sum(widths)
    while left > _STEP_MM:
        now = _height(lines, widths)
        savings = [now - _height(lines, _wider(widths, index)) for index in range(len(widths))]
        best = max(range(len(widths)), key=savings.__getitem__)
        if savings[best] <= 1e-9:
            break
        widths[best] += _STEP_MM
        left -= _STEP_MM
    weights = [column.width for column in table.columns]
    widths = [width + left * weight / sum(weights) for width, weight in zip(widths, weights, strict=True)]
    return tuple(_settled(lines, widths, least))


def _wider(widths: Sequence[float], index: int) -> list[float]:
    return [width + (_STEP_MM if place == index else 0.0) for place, width in enumerate(widths)]


def _height(lines: Sequence[Sequence[float]], widths: Sequence[float]) -> float:
    """Return the lines that rows take, unrounded so that every millimetre counts, and half of what wraps."""
    total = 0.0
    for row in lines:
        ratios = [length / (width - _INSET_MM) for length, width in zip(row, widths, strict=True)]
        total += max(1.0, *ratios) + _WRAPPED * sum(ratio - 1.0 for ratio in ratios if ratio > 1.0)
    return total


def _settled(lines: Sequence[Sequence[float]], widths: list[float], least: Sequence[float]) -> list[float]:
    """Move width between columns while that saves a whole line, or a wrapped cell, somewhere."""
    now = _lines(lines, widths)
    for _ in range(_MOVES):
        moves = [
            _moved(widths, giver, taker, step * _STEP_MM)
            for giver in range(len(widths))
            for taker in range(len(widths))
            for step in (1, 2, 4)
            if giver != taker and widths[giver] - step * _STEP_MM >= least[giver]
        ]
        scores = [_lines(lines, move) for move in moves]
        if not moves or min(scores) >= now:
            break
        now = min(scores)
        widths = moves[scores.index(now)]
    return widths


def _moved(widths: Sequence[float], giver: int, taker: int, amount: float) -> list[float]:
    signs = {giver: -amount, taker: amount}
    return [width + signs.get(index, 0.0) for index, width in enumerate(widths)]


def _lines(lines: Sequence[Sequence[float]], widths: Sequence[float]) -> float:
    """Return the lines of all rows, and a tenth of those of all cells."""
    total = 0.0
    for row in lines:
        counts = [math.ceil(length / (width - _INSET_MM)) for length, width in zip(row, widths, strict=True)]
        total += max(1, *counts) + 0.1 * sum(counts)
    return total
