"""Rows of text out of an Excel workbook, as a person sees them: results of formulas, merged cells filled.

openpyxl is imported only here and only when there is a workbook to read.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import struct
import warnings
import zipfile
import zlib
from typing import Any, Final
from xml.etree import ElementTree as ET

from cxmaturity.core.problems import Place
from cxmaturity.files.findings import Findings, Path
from cxmaturity.files.tables import MAX_COLUMNS, MAX_ROWS, Row, Sheet, note_too_many

UNPACKED_LIMIT: Final = 60_000_000
_SHEETS: Final = ("answers", "reponses", "réponses", "answer", "reponse")
# What a damaged or hostile workbook makes zipfile, ElementTree and openpyxl raise.
BROKEN: Final = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    ET.ParseError,
    OSError,
    EOFError,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    ArithmeticError,
    AssertionError,
    NotImplementedError,
    RuntimeError,
    MemoryError,
)


def read_excel(content: bytes, path: Path, found: Findings) -> Sheet | None:
    """Return the rows of the sheet ``answers`` (``reponses``), or of the first sheet, or None.

    Noted: ``files.excel_old`` (.xls or a password), ``files.excel_broken``, ``files.too_large``,
    ``files.formula_without_value``, ``files.too_many_rows``.
    """
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        found.of(
            "files.excel_old",
            "this workbook is of the old format (.xls), or protected by a password.",
            hint="Open it in Excel, remove the password and save it as .xlsx.",
            path=path,
        )
        return None
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(item.file_size for item in archive.infolist()) > UNPACKED_LIMIT:
                found.of(
                    "files.too_large",
                    "'{name}' is larger than {limit} kB.",
                    path=path,
                    name=found.file,
                    limit=UNPACKED_LIMIT // 1000,
                )
                return None
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles and validations, which do not matter here
            return _rows(content, path, found)
    except BROKEN:
        found.of(
            "files.excel_broken",
            "this is not a workbook that can be read.",
            hint="Open it in Excel and save it again as .xlsx.",
            path=path,
        )
        return None


def _rows(content: bytes, path: Path, found: Findings) -> Sheet:
    from openpyxl import load_workbook  # only when there is a workbook

    book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    sheets = [sheet for sheet in book.worksheets if sheet.title.strip().casefold() in _SHEETS]
    sheet = (sheets or book.worksheets)[0]
    ranges, lost = _hidden(content, sheet)
    merged = _merged_cells(ranges)
    rows: list[Row] = []
    last: dict[str, str] = {}
    for line, values in enumerate(
        sheet.iter_rows(max_col=MAX_COLUMNS, max_row=MAX_ROWS, values_only=True), 1
    ):
        texts = [_text(value) for value in values]
        _fill(texts, line, merged, last)
        row = Row(line, tuple(texts))
        if not row.is_blank:
            rows.append(row)
    if len(rows) >= MAX_ROWS - 1:
        note_too_many(found, MAX_ROWS, path)
    _note_formulas(lost, path, found)
    book.close()
    return Sheet(found.file, tuple(rows), excel=True)


def _hidden(content: bytes, sheet: Any) -> tuple[list[str], list[str]]:
    """Return what openpyxl's quick reading hides: merged ranges, and cells whose formula has no result."""
    inside = str(getattr(sheet, "_worksheet_path", "")).lstrip("/")
    merged: list[str] = []
    lost: list[str] = []
    with zipfile.ZipFile(io.BytesIO(content)) as archive, archive.open(inside) as part:
        for _, element in ET.iterparse(part):  # noqa: S314  # expat caps entities, the size is capped above
            kind = element.tag.rpartition("}")[2]
            if kind == "mergeCell":
                merged.append(element.get("ref", ""))
            elif kind == "c":
                parts = {part.tag.rpartition("}")[2]: part.text for part in element}
                if "f" in parts and not parts.get("v"):
                    lost.append(element.get("r", ""))
            elif kind == "row":
                element.clear()
    return merged, lost


def _merged_cells(ranges: list[str]) -> dict[tuple[int, int], str]:
    """Return, for each cell of a vertical merge, the name of the cell that holds its text."""
    owners: dict[tuple[int, int], str] = {}
    for name in ranges[:2000]:
        corners = re.fullmatch(r"([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})", name)
        if corners and corners[1] == corners[3]:  # a title over several columns is one title
            for line in range(int(corners[2]), min(int(corners[4]), MAX_ROWS) + 1):
                owners[line, _index(corners[1])] = f"{corners[1]}{corners[2]}"
    return owners


def _index(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def _fill(texts: list[str], line: int, merged: dict[tuple[int, int], str], last: dict[str, str]) -> None:
    """Give the cells of a vertical merge the text of its first cell."""
    if not merged:
        return
    for index, text in enumerate(texts):
        owner = merged.get((line, index + 1))
        if owner is not None:
            texts[index] = last.setdefault(owner, text)


def _text(value: Any) -> str:
    """Return a cell as a person reads it; a whole number loses its useless decimals."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return f"{value:.15g}"
    if isinstance(value, dt.datetime) and value.time() == dt.time.min:
        return value.date().isoformat()
    return str(value).replace("\u00a0", " ").strip()


def _note_formulas(lost: list[str], path: Path, found: Findings) -> None:
    """Note the formulas that were never calculated: they would be taken for empty cells."""
    for cell in lost[:20]:
        line = int(re.sub(r"\D", "", cell)[:7] or 1)
        found.of(
            "files.formula_without_value",
            "the formula in {cell} has no result.",
            hint="Open the workbook in Excel and save it, or paste the values.",
            at=Place(file=found.file, line=line, cell=cell),
            path=path,
            cell=cell,
        )
