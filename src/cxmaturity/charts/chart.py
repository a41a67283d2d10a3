"""A finished chart: the picture, and the same content for those who do not see it. Imports nothing heavy."""

from __future__ import annotations

from collections.abc import Iterable

import attrs

PAGE_WIDTH_MM = 165.0
"""Width of the text on the A4 page of the report, which is the width of every chart."""


def _cells(rows: Iterable[Iterable[str]]) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(row) for row in rows)


def _titles(columns: Iterable[str]) -> tuple[str, ...]:
    return tuple(columns)


@attrs.frozen(kw_only=True)
class ChartTable:
    """The data of a chart as text in the reader's language: column titles and rows of as many cells."""

    columns: tuple[str, ...] = attrs.field(converter=_titles)
    rows: tuple[tuple[str, ...], ...] = attrs.field(converter=_cells)


@attrs.frozen(kw_only=True)
class Chart:
    """A chart ready for a page.

    Parameters
    ----------
    title : str
        What it is, a few words.
    svg : str
        One ``<svg>`` element without prolog, for inlining in HTML or as an image in Typst: text kept as
        text, presentation attributes only, no style sheet, no script, no address, ids unique to this chart.
    alt : str
        What it shows, in full sentences: the finding, with its numbers.
    table : ChartTable
        The same data in numbers.
    width_mm, height_mm : float
        Its size when printed at scale 1, where letters have the size they were drawn for (8 points and more).
    """

    title: str
    svg: str = attrs.field(repr=False)
    alt: str
    table: ChartTable
    width_mm: float = PAGE_WIDTH_MM
    height_mm: float = 0.0
