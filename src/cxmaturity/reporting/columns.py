"""How wide the columns of a printed table are: the author's proportions, but no word or number ever cut.

A number with its no-break spaces cannot wrap, so each column has a least width, estimated from the widths of the
letters of the bundled font.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from cxmaturity.reporting.blocks import Table
from cxmaturity.reporting.inline import text_of

SIZES: Final = (8.75, 8.0, 7.25, 6.5)
"""Sizes of table text tried in turn, in points."""

_MM_PER_POINT: Final = 25.4 / 72
_INSET_MM: Final = 4.5
_NARROW: Final = frozenset("ijltfrI.,:;'’|!()[] \u00a0\u202f-·")
_WIDE: Final = frozenset("mwMW%@€—…")
_CHUNK: Final = re.compile(r"[^ \u200b-]+-?")
_LONGEST: Final = 27


def _ems(word: str) -> float:
    widths = (
        0.34 if letter in _NARROW else 0.92 if letter in _WIDE else 0.7 if letter.isupper() else 0.63
        for letter in word
    )
    return sum(widths)


def _least(texts: Sequence[str], size: float) -> float:
    """Return the width in mm that the longest unbreakable piece needs."""
    pieces = (piece for text in texts for piece in _CHUNK.findall(text_of(text)))
    longest = max((_ems(piece[:_LONGEST]) for piece in pieces), default=1.0)
    return longest * size * _MM_PER_POINT + _INSET_MM


def column_widths(table: Table, total_mm: float) -> tuple[tuple[float, ...], float]:
    """Return the width of each column in mm, adding up to `total_mm`, and the size of the text in points.

    Columns get their share by `Column.width`; one that would cut its longest word gets what that word needs, the
    others share the rest. The text shrinks only when no distribution can hold every word.
    """
    for size in SIZES:
        least = [
            _least([column.title, *(row[index] for row in table.rows)], size)
            for index, column in enumerate(table.columns)
        ]
        if sum(least) <= total_mm:
            return _shared([column.width for column in table.columns], least, total_mm), size
    factor = total_mm / sum(least)
    return tuple(width * factor for width in least), SIZES[-1]


def _shared(weights: Sequence[float], least: Sequence[float], total: float) -> tuple[float, ...]:
    fixed: dict[int, float] = {}
    while True:
        rest = total - sum(fixed.values())
        weight = sum(w for index, w in enumerate(weights) if index not in fixed) or 1.0
        widths = [fixed.get(index, rest * w / weight) for index, w in enumerate(weights)]
        short = [
            index for index, width in enumerate(widths) if width < least[index] - 1e-9 and index not in fixed
        ]
        if not short:
            return tuple(widths)
        fixed |= {index: least[index] for index in short}
