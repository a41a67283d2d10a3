"""Sheets under construction: cells, the names by which formulas find them, and the places those names have.

Three kinds of names. A *cell* is one number (an input, a result). A *line* is one row of a time line: the same
formula in every year. A *column* is one column of a table: the same formula in every row. A formula says
``{key}`` for a cell, ``[key]`` for the cell of a line in the same year or of a column in the same row, and
``|where`` to point elsewhere along it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any, Final, Literal, TypeAlias

import attrs

from cxmaturity.reporting.workbook.grammar import Reference

Value: TypeAlias = str | float | int | bool | dt.date | None
Kind: TypeAlias = Literal["cell", "line", "column"]


@attrs.frozen
class Formula:
    """A calculated cell: the formula in the language of `grammar`, without its ``=``."""

    text: str


@attrs.frozen
class Cell:
    """What a cell holds and the name of its style."""

    content: Formula | Value
    style: str


@attrs.frozen
class Place:
    """Where a name points: the sheet, the first cell and, for a line or a column, how many cells it has."""

    sheet: str
    row: int
    column: int
    kind: Kind
    length: int = 1

    def at(self, position: int) -> tuple[int, int]:
        """Return the row and column of the cell at `position`, from 0, along a line or down a column."""
        if self.kind == "line":
            return self.row, self.column + position
        if self.kind == "column":
            return self.row + position, self.column
        return self.row, self.column


@attrs.frozen
class Target:
    """A reference resolved: a cell or a range; None where the row or column is that of the cell that asks.

    `shift` moves along the line or the column.
    """

    sheet: str
    row: int | None
    column: int | None
    shift: int = 0


@attrs.frozen
class Area:
    """From one target to another, on one sheet."""

    first: Target
    last: Target


@attrs.frozen(kw_only=True)
class Validation:
    """A rule on what may be typed in a cell, with the message shown there. `rule` is XlsxWriter's dictionary."""

    row: int
    column: int
    rule: dict[str, Any]


@attrs.define
class Sheet:
    """One sheet: its cells and how it is shown.

    `title` is what its tab says; `print_to` the last row and column that are printed (all when None): the machinery of
    a table is for the screen.
    """

    key: str
    title: str
    cells: dict[tuple[int, int], Cell] = attrs.field(factory=dict)
    widths: dict[int, float] = attrs.field(factory=dict)
    heights: dict[int, float] = attrs.field(factory=dict)
    merges: list[tuple[int, int, int, int]] = attrs.field(factory=list)
    validations: list[Validation] = attrs.field(factory=list)
    conditionals: list[tuple[tuple[int, int, int, int], dict[str, Any]]] = attrs.field(factory=list)
    charts: list[Callable[[Any, Any], None]] = attrs.field(factory=list)
    links: dict[tuple[int, int], str] = attrs.field(factory=dict)
    freeze: tuple[int, int] = (0, 0)
    repeat_rows: tuple[int, int] | None = None
    landscape: bool = True
    tall: int = 0
    print_to: tuple[int, int] | None = None
    tab: str = "calculation"

    def put(self, row: int, column: int, content: Formula | Value, style: str) -> None:
        """Fill one cell, which must be empty."""
        if (row, column) in self.cells:
            msg = f"{self.key}: row {row}, column {column} is filled twice"
            raise ValueError(msg)
        self.cells[row, column] = Cell(content, style)


_SHIFTS: Final = {"": 0, "prev": -1, "prev2": -2, "prev3": -3}
START_COLUMN: Final = 4
"""Column of the start (t = 0) on every time line; year t stands t columns further, on every sheet."""


@attrs.define
class Book:
    """The workbook under construction.

    `names` are the defined names that Excel shows, each with the key of its cell; `years` is the horizon.
    """

    years: int
    sheets: dict[str, Sheet] = attrs.field(factory=dict)
    places: dict[str, Place] = attrs.field(factory=dict)
    names: dict[str, str] = attrs.field(factory=dict)

    def sheet(self, key: str, title: str) -> Sheet:
        """Add a sheet."""
        self.sheets[key] = Sheet(key, title)
        return self.sheets[key]

    def name(  # noqa: PLR0917  # a place is read in this order
        self, key: str, sheet: str, row: int, column: int, kind: Kind = "cell", length: int = 1
    ) -> None:
        """Name a cell, a line or a column, once."""
        if key in self.places:
            msg = f"{key} is named twice"
            raise ValueError(msg)
        self.places[key] = Place(sheet, row, column, kind, length)

    def place(self, key: str) -> Place:
        """Return where a name points."""
        if key not in self.places:
            msg = f"nothing is named {key}"
            raise KeyError(msg)
        return self.places[key]

    def resolve(self, reference: Reference) -> Target | Area:
        """Return the cell or the range that a reference means.

        `where` is empty, ``prev`` (one before; ``prev2``, ``prev3``), ``all``, ``years`` (all but the start),
        ``to`` (from the first to the current one), ``first``, ``last`` or ``@n`` (the n-th, from 0).
        """
        place = self.place(reference.key)
        where = reference.where
        if place.kind == "cell":
            return Target(place.sheet, place.row, place.column)
        if where in _SHIFTS:
            return self._moving(place, _SHIFTS[where])
        if where in ("all", "years"):
            return Area(
                self._fixed(place, 1 if where == "years" else 0), self._fixed(place, place.length - 1)
            )
        if where == "to":
            return Area(self._fixed(place, 0), self._moving(place, 0))
        if where in ("first", "last"):
            return self._fixed(place, 0 if where == "first" else place.length - 1)
        if where.startswith("@"):
            return self._fixed(place, int(where[1:]))
        msg = f"{reference.key}|{where} says no place"
        raise ValueError(msg)

    @staticmethod
    def _moving(place: Place, shift: int) -> Target:
        if place.kind == "line":
            return Target(place.sheet, place.row, None, shift)
        return Target(place.sheet, None, place.column, shift)

    @staticmethod
    def _fixed(place: Place, position: int) -> Target:
        if not 0 <= position < place.length:
            msg = f"position {position} is outside of {place}"
            raise ValueError(msg)
        return Target(place.sheet, *place.at(position))


@attrs.frozen(kw_only=True)
class Column:
    """One column of a table: a formula for every row, or a value per row."""

    key: str
    title: str
    style: str
    formula: str | None = None
    values: Sequence[Formula | Value] = ()
    width: float | None = None


def write_table(
    book: Book,
    sheet: Sheet,
    *,
    row: int,
    column: int,
    columns: Sequence[Column],
    rows: int,
    head: str = "head",
) -> int:
    """Write a table: a row of titles at `row`, then `rows` rows; return the first free row below.

    Every column is named by its key, so that the other columns find it in their own row.
    """
    sheet.heights.setdefault(row, 30)
    for offset, item in enumerate(columns):
        here = column + offset
        sheet.put(row, here, item.title, head)
        book.name(item.key, sheet.key, row + 1, here, "column", rows)
        if item.width is not None:
            sheet.widths[here] = item.width
        shared = None if item.formula is None else Formula(item.formula)
        for position in range(rows):
            content = shared if shared is not None else item.values[position]
            sheet.put(row + 1 + position, here, content, item.style)
    return row + 1 + rows
