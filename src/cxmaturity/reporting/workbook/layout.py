"""What every sheet shares: its heading, its time line, and lines of a time line."""

from __future__ import annotations

from typing import Final

import attrs

from cxmaturity.reporting.workbook.book import START_COLUMN, Book, Formula, Sheet, Value
from cxmaturity.reporting.workbook.plan import Plan

ORDER: Final = (
    "cover", "summary", "charts", "inputs", "timing", "tenure", "benefits", "ledger", "costs", "cash", "scenarios",
    "tornado", "break_even", "monte_carlo", "information", "haircut", "overlap", "checks", "ranges", "shapley", "rates",
    "cut_rates", "beyond", "log",
)  # fmt: skip
"""Sheets in the order of their tabs."""

LABEL, UNIT, CONSTANT, TOTAL = range(4)


def open_sheet(book: Book, plan: Plan, key: str, *, tab: str = "calculation") -> Sheet:
    """Add a sheet with its title and, under it, one sentence on what it is for."""
    sheet = book.sheet(key, plan.t(f"tab.{key}"))
    sheet.tab = tab
    sheet.put(0, 0, plan.t(f"title.{key}"), "title")
    sheet.put(1, 0, plan.t(f"purpose.{key}"), "subtitle")
    sheet.heights[0] = 24
    return sheet


def put_section(sheet: Sheet, row: int, title: str, width: int) -> int:
    """Write a band with a title, `width` columns wide; return the row below."""
    sheet.put(row, 0, title, "section")
    for column in range(1, width):
        sheet.put(row, column, None, "section")
    return row + 1


@attrs.define
class TimeLine:
    """Writes lines of a time line, one per row: label, unit, constant, total, start, year 1..H."""

    book: Book
    plan: Plan
    sheet: Sheet
    row: int

    @classmethod
    def open(cls, book: Book, plan: Plan, sheet: Sheet, row: int) -> TimeLine:
        """Write the heading of the time line and freeze it."""
        titles = [plan.t("head.line"), plan.t("head.unit"), plan.t("head.constant"), plan.t("head.total")]
        titles += [
            plan.t("head.start"),
            *(plan.t("head.year", year=year) for year in range(1, plan.years + 1)),
        ]
        for column, title in enumerate(titles):
            sheet.put(row, column, title, "head_left" if column < UNIT else "head")
        for column, width in enumerate((58, 21, 13, 15)):
            sheet.widths[column] = width
        for column in range(START_COLUMN, START_COLUMN + plan.years + 1):
            sheet.widths[column] = 14
        sheet.freeze = (row + 1, START_COLUMN)
        sheet.repeat_rows = (row, row)
        return cls(book, plan, sheet, row + 1)

    @property
    def width(self) -> int:
        """Number of columns in use."""
        return START_COLUMN + self.plan.years + 1

    def section(self, title: str) -> None:
        """Write a band after an empty row."""
        self.row = put_section(
            self.sheet, self.row + (1 if self.row > self.sheet.freeze[0] else 0), title, self.width
        )

    def add(
        self,
        key: str,
        label: str,
        unit: str,
        kind: str,
        formula: str,
        *,
        start: bool = False,
        total: str | None = None,
        role: str = "calc",
    ) -> None:
        """Add a line: the same formula in every year, and at the start when `start` is true.

        `total` is a formula for the column of totals, named ``<key>.total``.
        """
        self._head(key, label, unit, role)
        content = Formula(formula)
        for year in range(0 if start else 1, self.plan.years + 1):
            self.sheet.put(self.row, START_COLUMN + year, content, f"{role}.{kind}")
        if role == "total" and not start:
            self.sheet.put(self.row, START_COLUMN, None, "total")
        if total is not None:
            self.sheet.put(self.row, TOTAL, Formula(total), f"{role}.{kind}")
            self.book.name(f"{key}.total", self.sheet.key, self.row, TOTAL)
        self.row += 1

    def typed(
        self, key: str, label: str, unit: str, kind: str, values: list[Value], *, role: str = "input"
    ) -> None:
        """Add a line of typed values: start first, None where a cell stays empty."""
        self._head(key, label, unit, "calc")
        for year, value in enumerate(values):
            if value is not None or (role == "input" and year):
                self.sheet.put(self.row, START_COLUMN + year, value, f"{role}.{kind}")
        self.row += 1

    def constant(
        self, key: str, label: str, unit: str, kind: str, content: Formula | Value, *, role: str
    ) -> None:
        """Add a row with one number in the column of constants."""
        self.sheet.put(self.row, LABEL, label, "label")
        self.sheet.put(self.row, UNIT, unit, "unit")
        self.sheet.put(self.row, CONSTANT, content, f"{role}.{kind}")
        self.book.name(key, self.sheet.key, self.row, CONSTANT)
        self.row += 1

    def recall(self, label: str, unit: str, kind: str, formula: str) -> None:
        """Repeat an ingredient of a block, so that the block reads by itself."""
        self.sheet.put(self.row, LABEL, label, "indent")
        self.sheet.put(self.row, UNIT, unit, "unit")
        self.sheet.put(self.row, CONSTANT, Formula(formula), f"calc.{kind}")
        self.row += 1

    def _head(self, key: str, label: str, unit: str, role: str) -> None:
        self.sheet.put(self.row, LABEL, label, "total" if role == "total" else "label")
        self.sheet.put(self.row, UNIT, unit, "total" if role == "total" else "unit")
        if role == "total":
            self.sheet.put(self.row, CONSTANT, None, "total")
        self.book.name(key, self.sheet.key, self.row, START_COLUMN, "line", self.plan.years + 1)
