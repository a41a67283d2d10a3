"""Rows of text out of a CSV file, whoever saved it: separator, encoding and line ends are found out."""

from __future__ import annotations

import csv
import io
import re
from typing import Final

import attrs

from cxmaturity.core.problems import Place
from cxmaturity.files.findings import Findings, Path, Spot
from cxmaturity.files.folder import decode_table

MAX_ROWS: Final = 10_000
MAX_COLUMNS: Final = 200
SEPARATORS: Final = ";,\t|"


@attrs.frozen
class Row:
    """One row: the line where it starts, and its cells as typed, without the spaces around them."""

    line: int
    cells: tuple[str, ...]

    @property
    def column(self) -> int:
        """A row stands at the first column."""
        return 1

    @property
    def is_blank(self) -> bool:
        """Whether every cell is empty."""
        return not any(self.cells)


@attrs.frozen
class Sheet:
    """The rows of one table, blank ones left out; not `complete` when what follows could not be read."""

    file: str
    rows: tuple[Row, ...]
    excel: bool = False
    complete: bool = True

    def place(self, row: Row, index: int | None = None) -> Place:
        """Return where a row, or one of its cells, stands; in Excel with the name of the cell."""
        if index is None:
            return Place(file=self.file, line=row.line)
        cell = f"{column_letters(index)}{row.line}" if self.excel else ""
        return Place(file=self.file, line=row.line, column=index + 1, cell=cell)


def column_letters(index: int) -> str:
    """Return the letters of a spreadsheet column counted from 0.

    Examples
    --------
    >>> column_letters(0), column_letters(27)
    ('A', 'AB')
    """
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def read_csv(content: bytes, path: Path, found: Findings) -> Sheet | None:
    """Return the rows of a CSV file, or None when it is no text.

    Noted: ``files.not_text``, ``files.is_excel``, ``files.csv_broken`` (the rows before it are kept),
    ``files.too_many_rows``.
    """
    if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        found.of(
            "files.is_excel",
            "this is an Excel workbook under another name.",
            hint="Save it from Excel as .xlsx or as CSV UTF-8.",
            path=path,
        )
        return None
    text = decode_table(content, found, path)
    if text is None:
        return None
    separator, skipped, body = _separator(text)
    rows: list[Row] = []
    reader = csv.reader(io.StringIO(body, newline=""), delimiter=separator, strict=True)
    line, complete = skipped + 1, True
    try:
        for cells in reader:
            row = Row(line, tuple(_clean(cell) for cell in cells[:MAX_COLUMNS]))
            line = skipped + reader.line_num + 1
            if not row.is_blank:
                rows.append(row)
            if len(rows) > MAX_ROWS:
                note_too_many(found, row.line, path)
                break
    except csv.Error:
        complete = False
        found.of(
            "files.csv_broken",
            "a quote is opened or closed in the wrong place.",
            hint="A quote inside a quoted text is written twice; the rows after this one were not read.",
            at=Spot(line, 1),
            path=path,
        )
    return Sheet(found.file, tuple(rows), complete=complete)


def note_too_many(found: Findings, line: int, path: Path) -> None:
    """Note that a table is longer than any panel."""
    found.of(
        "files.too_many_rows",
        "there are more than {limit} rows.",
        at=Spot(line, 1),
        path=path,
        limit=MAX_ROWS,
    )


def _separator(text: str) -> tuple[str, int, str]:
    """Return the separator, how many lines announce it (Excel's ``sep=;``) and the rest of the text."""
    announced = re.match(r"sep=(.)(\r\n|\r|\n)", text, re.IGNORECASE)
    if announced and announced[1] in SEPARATORS:
        return announced[1], 1, text[announced.end() :]
    start = [re.sub(r'"[^"]*"', "", line) for line in text[:5000].splitlines()[:10]]
    return max(SEPARATORS, key=lambda mark: max((line.count(mark) for line in start), default=0)), 0, text


def _clean(cell: str) -> str:
    return cell.replace("\u00a0", " ").replace("\u202f", " ").strip()
