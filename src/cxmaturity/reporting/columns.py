"""How wide the columns of a printed table are (no word cut, few lines, then the author's proportions), and how high it becomes.

A number with its no-break spaces cannot wrap, so each column has a least width, estimated from the widths of
the letters of the bundled font.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final

from cxmaturity.reporting.blocks import Table
from cxmaturity.reporting.inline import text_of

SIZES: Final = (8.75, 8.0, 7.25, 6.5)
"""Sizes of table text tried in turn, in points."""

_MM_PER_POINT: Final = 25.4 / 72
_INSET_MM: Final = 4.5


class _Letters(dict[str, float]):
    """Widths of letters, a letter not seen before by its class."""

    def __missing__(self, letter: str) -> float:
        width = self[letter] = 0.72 if letter.isupper() else 0.6
        return width


_EMS: Final = _Letters(
    {
        **dict.fromkeys("ijl'’|", 0.26),
        **dict.fromkeys("frtI", 0.38),
        **dict.fromkeys(".,:;!()[]-·/ \u00a0\u202f", 0.32),
        **dict.fromkeys("mw@", 0.89),
        **dict.fromkeys("MW…—%", 1.0),
        **dict.fromkeys("0123456789+−€–", 0.65),
    }
)
"""Widths of letters of Inter in ems, by class; every other small letter is 0.6, every other capital 0.72."""

_CHUNK: Final = re.compile(r"[^ \u200b-]+-?")
_LONGEST: Final = 27
_BOLD: Final = 1.05
HEAD_SIZE: Final = 8.0
CROWDED: Final = 6
CROWDED_SIZE: Final = 8.0
TALL: Final = 5
"""A row of more lines than this is read as a paragraph: its table takes the smaller size, as a crowded one does."""
LINE_EMS: Final = 1.28
LINE_GAP_EMS: Final = 0.55
ROW_INSET_MM: Final = 3.5
"""Distance of lines and room around a row, as ``templates/typst/report.typ`` sets them (a capital is 0.73 em)."""
UNBROKEN_MM: Final = 75.0
"""A table up to this height stays on one page."""
_STEP_MM: Final = 2.5
_WRAPPED: Final = 0.5
_MOVES: Final = 12
_RAGGED: Final = 1.06  # lines are never quite full


def _ems(word: str) -> float:
    return sum(map(_EMS.__getitem__, word))


def _measured(table: Table, size: float) -> list[list[tuple[float, float]]]:
    """Return, row by row, the head first, each cell's length on one line and its longest piece, in mm."""
    head = (HEAD_SIZE * _BOLD, [column.title for column in table.columns])
    body = [
        (size * (_BOLD if index in table.emphasis_rows else 1.0), row) for index, row in enumerate(table.rows)
    ]
    return [[_lengths(text_of(cell), points) for cell in row] for points, row in (head, *body)]


def _lengths(text: str, points: float) -> tuple[float, float]:
    length, longest = _in_ems(text)
    return length * points * _MM_PER_POINT, longest * points * _MM_PER_POINT


@lru_cache(maxsize=4096)
def _in_ems(text: str) -> tuple[float, float]:
    return _ems(text), max((_ems(piece[:_LONGEST]) for piece in _CHUNK.findall(text)), default=1.0)


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
            widths = _shared(table, measured, least, total_mm)
            if size <= CROWDED_SIZE or _tallest(measured, widths) <= TALL:
                return widths, size
    factor = total_mm / sum(least)
    return tuple(width * factor for width in least), SIZES[-1]


def _tallest(measured: Sequence[Sequence[tuple[float, float]]], widths: Sequence[float]) -> int:
    """Return the lines of the highest row of the body."""
    return max((_lines(row, widths) for row in measured[1:]), default=1)


def _lines(row: Sequence[tuple[float, float]], widths: Sequence[float]) -> int:
    return max(
        (
            math.ceil(length * _RAGGED / (width - _INSET_MM))
            for (length, _), width in zip(row, widths, strict=True)
        ),
        default=1,
    )


def table_height(table: Table, widths: Sequence[float], size: float) -> float:
    """Return about how high the table becomes on paper, in mm, its note left out.

    Typst can measure it to the hair, but then sets each table twice: a third of the time of a PDF for an answer that only decides
    whether the table may be broken.
    """
    pitch, gap = LINE_EMS * size * _MM_PER_POINT, LINE_GAP_EMS * size * _MM_PER_POINT
    height = 0.0
    for index, row in enumerate(_measured(table, size)):
        height += max(1, _lines(row, widths)) * pitch - gap + (ROW_INSET_MM if index else ROW_INSET_MM / 2)
    return height


def _shared(
    table: Table, measured: Sequence[Sequence[tuple[float, float]]], least: Sequence[float], total: float
) -> tuple[float, ...]:
    """Share the width that is left beyond what the longest words need."""
    lengths = list(zip(*([length * _RAGGED for length, _ in row] for row in measured), strict=True))
    wrapping = [
        index for index, column in enumerate(lengths) if max(column) > least[index] - _INSET_MM
    ]  # only these ever gain from more room
    widths = list(least)
    left = total - sum(widths)
    while wrapping and left > _STEP_MM:
        best, saved = _best(lengths, widths, wrapping)
        if saved <= 1e-9:
            break
        widths[best] += _STEP_MM
        left -= _STEP_MM
    weights = [column.width for column in table.columns]
    widths = [width + left * weight / sum(weights) for width, weight in zip(widths, weights, strict=True)]
    return tuple(_settled(lengths, widths, least, wrapping))


def _best(
    lengths: Sequence[Sequence[float]], widths: Sequence[float], wrapping: Sequence[int]
) -> tuple[int, float]:
    """Return which column saves most with one step more, and how much.

    What counts are the lines that rows take, unrounded so that every millimetre counts, and half of what wraps in each cell.
    """
    ratios = {
        index: [length / (widths[index] - _INSET_MM) for length in lengths[index]] for index in wrapping
    }
    first, second = _two_longest(ratios.values())
    found, most = wrapping[0], 0.0
    for index in wrapping:
        room = widths[index] + _STEP_MM - _INSET_MM
        saved = 0.0
        for ratio, length, longest, next_longest in zip(
            ratios[index], lengths[index], first, second, strict=True
        ):
            if ratio > 1.0:
                wider = max(1.0, length / room)
                others = next_longest if ratio == longest else longest
                saved += longest - max(others, wider) + _WRAPPED * (ratio - wider)
        if saved > most:
            found, most = index, saved
    return found, most


def _two_longest(columns: Iterable[Sequence[float]]) -> tuple[list[float], list[float]]:
    """Return, row by row, the two largest values, 1 at least: a row takes one line whatever it holds."""
    ranked = [sorted((1.0, 1.0, *row))[-2:] for row in zip(*columns, strict=True)]
    return [row[1] for row in ranked], [row[0] for row in ranked]


def _settled(
    lengths: Sequence[Sequence[float]], widths: list[float], least: Sequence[float], wrapping: Sequence[int]
) -> list[float]:
    """Move width between columns while that saves a whole line, or a wrapped cell, somewhere."""
    counts = [_counted(column, width) for column, width in zip(lengths, widths, strict=True)]
    now = _weighed(counts)
    for _ in range(_MOVES):
        best: tuple[int, list[float], list[list[int]]] | None = None
        for giver in range(len(widths)):
            for taker in wrapping:
                for amount in (_STEP_MM, 2 * _STEP_MM, 4 * _STEP_MM):
                    if giver == taker or widths[giver] - amount < least[giver]:
                        continue
                    moved = list(widths)
                    moved[giver], moved[taker] = widths[giver] - amount, widths[taker] + amount
                    after = list(counts)
                    for index in {giver, taker} & set(wrapping):
                        after[index] = _counted(lengths[index], moved[index])
                    score = _weighed(after)
                    if score < (best[0] if best else now):
                        best = score, moved, after
        if best is None:
            break
        now, widths, counts = best
    return widths


def _counted(lengths: Sequence[float], width: float) -> list[int]:
    return [math.ceil(length / (width - _INSET_MM)) for length in lengths]


def _weighed(counts: Sequence[Sequence[int]]) -> int:
    """Return the lines of all rows, tenfold, and those of all cells."""
    return sum(10 * max(1, *row) + sum(row) for row in zip(*counts, strict=True))
