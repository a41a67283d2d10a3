"""The cells of a workbook as they are stored: texts, numbers, days, errors, formulas without a result, merged ranges.

Read from the XML itself and not through openpyxl, which loses what matters here (texts that hold ``x005F_``, merged
cells and uncalculated formulas in its quick mode) and takes as long to import as the whole reading takes.
"""

from __future__ import annotations

import datetime as dt
import io
import posixpath
import re
import zipfile
from collections.abc import Callable, Iterator
from typing import Final, Literal
from xml.etree import ElementTree as ET

import attrs

from cxmaturity.files.journey.cells import from_cell

MAX_ROWS: Final = 2_000
MAX_COLUMNS: Final = 200
CellKind = Literal["text", "number", "date", "flag", "error", "uncalculated"]
_DAY_ZERO: Final = dt.datetime(1899, 12, 30)  # noqa: DTZ001  # a serial number has no time zone
_DATES: Final = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
_DECORATION: Final = re.compile(r'"[^"]*"|\\.|_.|\[[^\]]*\]')
_NAME: Final = re.compile(r"([A-Z]{1,3})(\d{1,7})")


@attrs.frozen
class RawCell:
    """One cell that holds something; `text` as typed, a number with a point, a day as 2026-11-30."""

    text: str
    kind: CellKind


@attrs.frozen(kw_only=True)
class RawSheet:
    """The cells of one sheet by row and column, counted from 1; `cut` says that more rows follow than are read."""

    title: str
    rows: dict[int, dict[int, RawCell]]
    merged: tuple[tuple[int, int, int, int], ...]
    cut: bool


@attrs.frozen
class _Shared:
    strings: list[str]
    dates: frozenset[str]
    start: dt.datetime


def has_macros(archive: zipfile.ZipFile) -> bool:
    """Tell whether a workbook carries macros; nothing here ever runs one."""
    return any(name.lower().endswith("vbaproject.bin") for name in archive.namelist())


def raw_sheets(content: bytes) -> Iterator[RawSheet]:
    """Yield the sheets of a workbook in their order; what a broken one raises is left to the caller."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        book = _tree(archive, _main_part(archive))
        base = posixpath.dirname(_main_part(archive))
        targets = _targets(archive, base)
        names = set(archive.namelist())
        shared = _Shared(
            _strings(archive, targets, names), _date_styles(archive, targets, names), _day_zero(book)
        )
        for element in book.iter():
            if _local(element) == "sheet":
                place = next((value for key, value in element.items() if key.endswith("}id")), "")
                kind, part = targets.get(place, ("", ""))
                if kind == "worksheet" and part in names:
                    with archive.open(part) as stream:
                        yield _sheet(element.get("name", ""), stream, shared)


def _main_part(archive: zipfile.ZipFile) -> str:
    for kind, part in _relations(archive, "_rels/.rels", "").values():
        if kind == "officeDocument":
            return part
    return "xl/workbook.xml"


def _targets(archive: zipfile.ZipFile, base: str) -> dict[str, tuple[str, str]]:
    return _relations(archive, f"{base}/_rels/workbook.xml.rels", base)


def _relations(archive: zipfile.ZipFile, part: str, base: str) -> dict[str, tuple[str, str]]:
    found = {}
    for element in _tree(archive, part):
        target = element.get("Target", "")
        whole = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"{base}/{target}")
        found[element.get("Id", "")] = (element.get("Type", "").rpartition("/")[2], whole.lstrip("/"))
    return found


def _tree(archive: zipfile.ZipFile, part: str) -> ET.Element:
    return ET.fromstring(archive.read(part))  # noqa: S314  # expat caps entities, the size is capped before


def _local(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]


def _part_of(targets: dict[str, tuple[str, str]], wanted: str) -> str:
    return next((part for kind, part in targets.values() if kind == wanted), "")


def _strings(archive: zipfile.ZipFile, targets: dict[str, tuple[str, str]], names: set[str]) -> list[str]:
    part = _part_of(targets, "sharedStrings")
    return [_content(item) for item in _tree(archive, part)] if part in names else []


def _content(item: ET.Element) -> str:
    """Return the text of an item, its runs joined; the reading aids of Japanese are no part of it."""
    parts = []
    for child in item:
        if _local(child) == "t":
            parts.append(child.text or "")
        elif _local(child) == "r":
            parts += [run.text or "" for run in child if _local(run) == "t"]
    return from_cell("".join(parts))


def _date_styles(
    archive: zipfile.ZipFile, targets: dict[str, tuple[str, str]], names: set[str]
) -> frozenset[str]:
    """Return the numbers of the cell styles that show a number as a day."""
    part = _part_of(targets, "styles")
    if part not in names:
        return frozenset()
    tree = _tree(archive, part)
    dates = {str(number) for number in _DATES}
    formats: list[str] = []
    for element in tree:
        if _local(element) == "numFmts":
            for made in element:
                code = _DECORATION.sub("", made.get("formatCode", "")).partition(";")[0]
                if re.search(r"[dy]", code, re.IGNORECASE) or re.search(r"mmm", code, re.IGNORECASE):
                    dates.add(made.get("numFmtId", ""))
        elif _local(element) == "cellXfs":
            formats = [style.get("numFmtId", "0") for style in element]
    return frozenset(str(index) for index, number in enumerate(formats) if number in dates)


def _day_zero(book: ET.Element) -> dt.datetime:
    since_1904 = any(
        _local(element) == "workbookPr" and element.get("date1904") in ("1", "true") for element in book
    )
    return _DAY_ZERO + dt.timedelta(days=1462 if since_1904 else 0)


def _sheet(title: str, stream: object, shared: _Shared) -> RawSheet:
    rows: dict[int, dict[int, RawCell]] = {}
    merged: list[tuple[int, int, int, int]] = []
    line, cut = 0, False
    for _, element in ET.iterparse(stream):  # type: ignore[call-overload]  # noqa: S314  # as above
        name = _local(element)
        if name == "row":
            line = int(element.get("r") or line + 1)
            cells = _row(element, shared)
            element.clear()
            if line > MAX_ROWS + 2:
                if cells:
                    cut = True
                    break
            elif cells:
                rows[line] = cells
        elif name == "mergeCell":
            corners = _NAME.findall(element.get("ref", ""))
            if len(corners) == 2 and len(merged) < MAX_ROWS:
                (left, top), (right, bottom) = corners
                merged.append((int(top), column_number(left), int(bottom), column_number(right)))
    return RawSheet(title=title, rows=rows, merged=tuple(merged), cut=cut)


def _row(row: ET.Element, shared: _Shared) -> dict[int, RawCell]:
    cells: dict[int, RawCell] = {}
    column = 0
    for element in row:
        place = _NAME.match(element.get("r", ""))
        column = column_number(place[1]) if place else column + 1
        if column <= MAX_COLUMNS and len(element):
            cell = _cell(element, shared)
            if cell is not None and (cell.text.strip() or cell.kind != "text"):
                cells[column] = cell
    return cells


def column_number(letters: str) -> int:
    """Return the number of a column: 1 for A.

    Examples
    --------
    >>> column_number("AB")
    28
    """
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def column_letters(number: int) -> str:
    """Return the letters of a column: A for 1.

    Examples
    --------
    >>> column_letters(28)
    'AB'
    """
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _cell(element: ET.Element, shared: _Shared) -> RawCell | None:
    kind, parts = element.get("t", "n"), {_local(child): child for child in element}
    if "is" in parts:
        return RawCell(_content(parts["is"]), "text")
    stored = (parts["v"].text or "") if "v" in parts else None
    if stored is None or (stored == "" and kind != "str"):
        return RawCell("", "uncalculated") if "f" in parts else None
    made: dict[str, Callable[[str], RawCell]] = {
        "s": lambda stored: RawCell(shared.strings[int(stored)], "text"),
        "e": lambda stored: RawCell(stored, "error"),
        "b": lambda stored: RawCell("true" if stored in ("1", "true") else "false", "flag"),
        "d": lambda stored: RawCell(stored.removesuffix("T00:00:00"), "date"),
        "str": lambda stored: RawCell(from_cell(stored), "text"),
    }
    if kind in made:
        return made[kind](stored)
    return _number(stored, element.get("s", "0"), shared)


def _number(stored: str, style: str, shared: _Shared) -> RawCell:
    number = float(stored)
    if style in shared.dates and 0 < number < 3e6:
        moment = shared.start + dt.timedelta(days=number)
        if moment.time() == dt.time.min:
            return RawCell(moment.date().isoformat(), "date")
        return RawCell(moment.isoformat(" ", "minutes"), "date")
    text = str(int(number)) if number.is_integer() and abs(number) < 1e15 else repr(number)
    return RawCell(text, "number")
