"""A workbook recognised: which sheet is which, which column is what, whatever was renamed or moved around them."""

from __future__ import annotations

import io
import zipfile
from functools import cache
from typing import Final

import attrs

from cxmaturity.core.ids import nearest
from cxmaturity.core.problems import Place
from cxmaturity.core.text import LANGUAGES, Language
from cxmaturity.files.excel import BROKEN
from cxmaturity.files.findings import Findings, Path
from cxmaturity.files.journey.book_layout import Column, Sheet, mission_columns, once_named, sheets
from cxmaturity.files.journey.book_xml import (
    MAX_ROWS,
    RawCell,
    RawSheet,
    column_letters,
    has_macros,
    raw_sheets,
)
from cxmaturity.files.journey.words import meanings, plain, say
from cxmaturity.files.shapes import short

UNPACKED_LIMIT: Final = 25_000_000  # 2,000 events take five
_SILENT: Final = ("readme", "lists", "check")
_NEEDED: Final = ("mission", "journeys", "stages", "touchpoints")
_OTHER_BOOKS: Final = (b"application/vnd.oasis.opendocument",)


@attrs.frozen
class Row:
    """One row that holds something: its number, and its cells by the key of their column."""

    line: int
    cells: dict[str, RawCell]


@attrs.frozen(kw_only=True)
class Grid:
    """One sheet recognised: its rows, and where the columns of its layout stand.

    `index` is the position of the sheet in the workbook; `positions` the number of each column that is there.
    """

    layout: Sheet
    index: int
    title: str
    positions: dict[str, int]
    rows: tuple[Row, ...]


@attrs.frozen(kw_only=True)
class Opened:
    """A workbook recognised; `mission` holds the lines of the sheet Mission: key to row and cell."""

    titles: tuple[str, ...]
    grids: dict[str, Grid]
    mission: dict[str, tuple[int, int, RawCell]]
    mission_index: int
    language: Language


def open_book(content: bytes, name: str, path: Path, found: Findings) -> Opened | None:
    """Recognise the sheets of a workbook, or None after noting why it cannot be read at all.

    Noted: ``files.excel_old``, ``files.excel_broken``, ``files.book_other``, ``files.too_large``,
    ``files.book_macros``, and what is odd about sheets and columns (``files.book_*``, ``files.column_*``).
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
        if not _is_readable(content, name, path, found):
            return None
        raws = tuple(raw_sheets(content))
    except BROKEN:
        raws = ()
    if not raws:
        found.of(
            "files.excel_broken",
            "this is not a workbook that can be read.",
            hint="Open it in Excel and save it again as .xlsx.",
            path=path,
        )
        return None
    return _Recogniser(raws, path, found).all()


def _is_readable(content: bytes, name: str, path: Path, found: Findings) -> bool:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if sum(item.file_size for item in archive.infolist()) > UNPACKED_LIMIT:
            found.of(
                "files.too_large",
                "'{name}' is larger than {limit} kB.",
                path=path,
                name=name,
                limit=UNPACKED_LIMIT // 1000,
            )
            return False
        if "mimetype" in archive.namelist() and archive.read("mimetype").startswith(_OTHER_BOOKS):
            found.of(
                "files.book_other",
                "this is a workbook of LibreOffice (.ods).",
                hint="In LibreOffice: File, Save as, Excel 2007-365 (.xlsx).",
                path=path,
            )
            return False
        if has_macros(archive):
            found.of(
                "files.book_macros",
                "the workbook holds macros; they were not run, and will not be kept.",
                hint="Save it as .xlsx.",
                path=path,
                severity="warning",
            )
    return True


@attrs.define
class _Recogniser:
    raws: tuple[RawSheet, ...]
    path: Path
    found: Findings
    texts_in: Language = attrs.field(default="en", init=False)

    def all(self) -> Opened:
        """Recognise every sheet."""
        grids: dict[str, Grid] = {}
        mission: dict[str, tuple[int, int, RawCell]] = {}
        mission_index, language = 0, _language([raw.title for raw in self.raws])
        self.texts_in = self._texts_in(language)
        seen: dict[str, str] = {}
        unknown: list[RawSheet] = []
        for index, raw in enumerate(self.raws):
            name, key_row = _which(raw)
            if not name:
                unknown.append(raw)
            elif name in _SILENT:
                continue
            elif name in seen:
                self._note_twice(raw, seen[name])
            elif name == "mission":
                seen[name], mission_index = raw.title, index
                mission = self._mission(raw)
            else:
                seen[name] = raw.title
                layout = next(one for one in sheets() if one.name == name)
                grids[name] = self._grid(layout, index, raw, key_row)
        self._note_unknown(unknown, seen, language)
        self._note_missing(seen, language)
        return Opened(
            titles=tuple(raw.title for raw in self.raws),
            grids=grids,
            mission=mission,
            mission_index=mission_index,
            language=language,
        )

    # --- sheets ---

    def _note_twice(self, raw: RawSheet, first: str) -> None:
        self.found.of(
            "files.book_twice",
            "the sheet '{title}' is a second '{first}'; it was not read.",
            hint="Keep one of the two.",
            at=self._at(raw.title),
            path=self.path,
            title=raw.title,
            first=first,
        )

    def _note_unknown(self, unknown: list[RawSheet], seen: dict[str, str], language: Language) -> None:
        expected = {_title(name, language): name for name in _NAMES if name not in seen}
        for raw in unknown:
            close = nearest(raw.title, expected)
            self.found.of(
                "files.book_unknown_sheet",
                "the sheet '{title}' is not one of the template; it was not read.",
                hint="Is it the sheet '{close}'? Give it that name." if close else "",
                at=self._at(raw.title),
                path=self.path,
                severity="warning" if close else "advice",
                title=raw.title,
                close=close or "",
            )

    def _note_missing(self, seen: dict[str, str], language: Language) -> None:
        for name in _NEEDED:
            if name not in seen:
                self.found.of(
                    "files.book_missing_sheet",
                    "the sheet '{title}' is missing.",
                    hint="Copy it back from an empty template.",
                    path=self.path,
                    title=_title(name, language),
                )

    def _at(self, title: str, row: int = 1, column: int = 1) -> Place:
        return Place(file=self.found.file, cell=f"{title}!{column_letters(column)}{row}")

    # --- the sheet Mission, one key a line ---

    def _mission(self, raw: RawSheet) -> dict[str, tuple[int, int, RawCell]]:
        known: dict[str, tuple[int, int, RawCell]] = {}
        names = _mission_names()
        for line, cells in raw.rows.items():
            place = next((column for column, cell in cells.items() if plain(cell.text) in names), None)
            if place is None:
                continue
            key = names[plain(cells[place].text)]
            hidden = cells[place].text.strip().startswith("mission.")
            number = (
                place + 2 if hidden else place + 1
            )  # the title stands between the hidden key and the value
            known.setdefault(key, (line, number, cells.get(number, RawCell("", "text"))))
        return known

    # --- sheets of rows ---

    def _texts_in(self, language: Language) -> Language:
        """Return the language that the sheet Mission says the texts are in: the one that titles leave out."""
        for raw in self.raws:
            if _which(raw)[0] == "mission":
                line = self._mission(raw).get("language")
                said = meanings(LANGUAGES).get(plain(line[2].text), "") if line else ""
                return "fr" if said == "fr" else "en" if said == "en" else language
        return language

    def _grid(self, layout: Sheet, index: int, raw: RawSheet, key_row: int) -> Grid:
        if raw.cut:
            self.found.of(
                "files.too_many_rows",
                "there are more than {limit} rows.",
                at=self._at(raw.title, MAX_ROWS + 3),
                path=self.path,
                limit=MAX_ROWS,
            )
        titles = raw.rows.get(1, {}) if key_row != 1 else {}
        called = {
            plain(column.title(language, self.texts_in)): column.key
            for language in LANGUAGES
            for column in layout.columns
        }
        positions = self._positions(layout, raw, titles, raw.rows.get(key_row, {}), called)
        where = {number: key for key, number in positions.items()}
        body = {line: dict(cells) for line, cells in raw.rows.items() if line not in (1, key_row)}
        self._unmerge(raw, body)
        stray: set[int] = set()
        rows = []
        for line in sorted(body):
            cells = {where[number]: cell for number, cell in body[line].items() if number in where}
            if cells:
                rows.append(Row(line, cells))
            for number in body[line].keys() - where.keys() - titles.keys() - stray:
                stray.add(number)
                self._note_stray(raw, line, number, body[line][number])
        return Grid(layout=layout, index=index, title=raw.title, positions=positions, rows=tuple(rows))

    def _note_stray(self, raw: RawSheet, line: int, number: int, cell: RawCell) -> None:
        self.found.of(
            "files.cell_without_title",
            "'{got}' stands in a column without a title.",
            hint="Is there a separator too many in this row?",
            at=self._at(raw.title, line, number),
            path=self.path,
            severity="warning",
            got=short(cell.text),
        )

    def _positions(
        self,
        layout: Sheet,
        raw: RawSheet,
        titles: dict[int, RawCell],
        keys: dict[int, RawCell],
        called: dict[str, str],
    ) -> dict[str, int]:
        """Return the number of each column that the sheet has, by its hidden key, else by its title."""
        named = {
            f"{layout.name}.{old}": new
            for old, new in (
                *once_named(layout.columns, self.texts_in).items(),
                *((column.key, column.key) for column in layout.columns),
            )
        }
        positions: dict[str, int] = {}
        for number in sorted(titles.keys() | keys.keys()):
            key = keys[number].text.strip() if number in keys else ""
            title = titles[number].text if number in titles else ""
            meant = named.get(key) or called.get(plain(title))
            if meant is None:
                self._note_unknown_column(raw, number, title or key, called)
            elif meant in positions:
                self.found.of(
                    "files.column_twice",
                    "the column '{column}' stands twice; the second one was not read.",
                    at=self._at(raw.title, 1, number),
                    path=self.path,
                    column=short(title or key),
                )
            else:
                positions[meant] = number
        self._note_missing_columns(layout, raw, positions)
        return positions

    def _note_unknown_column(self, raw: RawSheet, number: int, title: str, called: dict[str, str]) -> None:
        close = nearest(plain(title), called)
        self.found.of(
            "files.column_unknown",
            "the column '{column}' is not one of the template; it was not read.",
            hint="Is it '{close}'? Give it that title." if close else "",
            at=self._at(raw.title, 1, number),
            path=self.path,
            severity="warning" if close else "advice",
            column=short(title),
            close=close or "",
        )

    def _note_missing_columns(self, layout: Sheet, raw: RawSheet, positions: dict[str, int]) -> None:
        language = _language([raw.title])
        needed = (
            column for column in layout.columns if column.field.required and "." not in column.field.key
        )
        missing: dict[str, Column] = {}
        for column in needed:
            if column.field.kind != "id":
                missing.setdefault(column.field.key, column)
        there = {layout.column(key).field.key for key in positions}
        for column in [column for key, column in missing.items() if key not in there]:
            self.found.of(
                "files.column_missing",
                "the column '{column}' is missing.",
                hint="Copy it back from an empty template, with its hidden second row.",
                at=self._at(raw.title),
                path=self.path,
                column=column.title(language, column.language or language),
            )

    def _unmerge(self, raw: RawSheet, body: dict[int, dict[int, RawCell]]) -> None:
        """Give every cell of a merged block the text of its first cell down the column, and say so."""
        for top, left, bottom, right in raw.merged:
            cell = body.get(top, {}).get(left)
            if cell is None:
                continue
            for line in range(top + 1, min(bottom, MAX_ROWS + 2) + 1):
                body.setdefault(line, {}).setdefault(left, cell)
            self.found.of(
                "files.cells_merged",
                "cells are merged down to {last}: each row was read with the text of the first.",
                hint="Unmerge them and repeat the text.",
                at=self._at(raw.title, top, left),
                path=self.path,
                severity="warning",
                last=f"{column_letters(right)}{bottom}",
            )


_NAMES: Final = ("mission", *(one.name for one in sheets()))


def _title(name: str, language: Language) -> str:
    return say(f"sheet.{name}", language)


@cache
def _by_title() -> dict[str, str]:
    return {plain(_title(name, language)): name for name in (*_NAMES, *_SILENT) for language in LANGUAGES}


@cache
def _by_key() -> dict[str, str]:
    """Return the sheet that each hidden key belongs to."""
    keys = {f"{one.name}.{column.key}": one.name for one in sheets() for column in one.columns}
    for one in sheets():
        for language in LANGUAGES:
            keys |= {f"{one.name}.{old}": one.name for old in once_named(one.columns, language)}
    return keys | {f"mission.{column.key}": "mission" for column in mission_columns()}


def _which(raw: RawSheet) -> tuple[str, int]:
    """Return which sheet this is and the number of its row of keys (0 without one): by its keys, else its title."""
    keys = _by_key()
    best, name, line = 1, "", 0
    for number, cells in raw.rows.items():
        known = [keys[cell.text.strip()] for cell in cells.values() if cell.text.strip() in keys]
        if known and known[0] == "mission":
            return "mission", 0
        if len(known) > best or (known and len(known) == len(cells)):
            best, name, line = len(known), max(set(known), key=known.count), number
            break
    return name or _by_title().get(plain(raw.title), ""), line


@cache
def _mission_names() -> dict[str, str]:
    """Return the keys of the sheet Mission by what may stand before the value: the hidden key, or its label."""
    names = {f"mission.{column.key}": column.key for column in mission_columns()}
    for column in mission_columns():
        for language in LANGUAGES:
            for texts_in in LANGUAGES:
                names.setdefault(plain(column.title(language, texts_in)), column.key)
    return names


def _language(titles: list[str]) -> Language:
    """Return the language that most of the titles of sheets are in."""
    french = {plain(_title(name, "fr")) for name in (*_NAMES, *_SILENT)}
    english = {plain(_title(name, "en")) for name in (*_NAMES, *_SILENT)}
    told = [plain(title) for title in titles]
    more_french = sum(title in french for title in told) > sum(title in english for title in told)
    return "fr" if more_french else "en"
