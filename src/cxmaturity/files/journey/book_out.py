"""A document as the workbook that people fill in: sheets of rows, colour groups, drop-down lists, no macro."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence
from typing import Any, Final

import attrs

from cxmaturity.core.problems import InputError, Problem
from cxmaturity.core.text import Language
from cxmaturity.files.findings import Path
from cxmaturity.files.journey.book_layout import Column, Sheet, in_view_order, sheets
from cxmaturity.files.journey.book_lists import Lists
from cxmaturity.files.journey.book_pages import write_check, write_mission, write_readme
from cxmaturity.files.journey.book_style import FILLS, NUMBER_FORMATS, dress, height, put
from cxmaturity.files.journey.book_values import OutRow, Values, cell_path, out_rows
from cxmaturity.files.journey.book_xml import MAX_ROWS, column_letters
from cxmaturity.files.journey.names import atlas_names
from cxmaturity.files.journey.words import say
from cxmaturity.journey.values import Atlas

_CELL_LIMIT: Final = 32_767
_FIRST_ROW: Final = 3
_WIDE: Final = ("touchpoints", "personas", "evidence", "voices")
_CENTRED: Final = ("number", "whole", "rate", "date", "flag", "counts")
_TABS: Final = {
    "promises": "act",
    "personas": "story",
    "claims": "story",
    "journeys": "what",
    "stages": "what",
    "touchpoints": "what",
    "evidence": "proof",
    "voices": "act",
    "scores": "lived",
    "catalogues": "behind",
    "waivers": "flow",
}


def atlas_to_workbook(
    atlas: Atlas, language: Language, *, findings: Sequence[tuple[Problem, str]] = ()
) -> bytes:
    """Return a document as a workbook that `read_atlas` turns back into the same value.

    Parameters
    ----------
    atlas : Atlas
        What the workbook holds; its own language is that of the texts shown first.
    language : {"en", "fr"}
        Language of titles, of the words to choose from and of the sheet that explains.
    findings : sequence of (Problem, str), optional
        What the check found, with its sentence in `language`: the sheet Check lists it with links to the cells.

    Returns
    -------
    bytes
        An ``.xlsx`` file; the same bytes for the same document.

    Raises
    ------
    InputError
        ``files.cell_too_long`` for what does not fit in a cell of a spreadsheet (32,767 characters),
        ``files.too_many_rows_out`` for more rows than are read back (2,000 on a sheet).
    """
    from openpyxl import Workbook

    values = Values(atlas_names(atlas), language, atlas.language)
    book = Workbook()
    writer = _Writer(book, values, Lists(values))
    writer.write(atlas, findings)
    return _saved(book)


def _saved(book: Any) -> bytes:
    """Return the file; its dates are fixed, so that the same document gives the same bytes."""
    import zipfile

    from openpyxl.writer.excel import ExcelWriter

    book.properties.created = book.properties.modified = dt.datetime(2026, 1, 1)  # noqa: DTZ001  # none in the format
    book.properties.creator = "cxmaturity"
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as plain:  # packed once, below
        ExcelWriter(book, plain).save()
    fixed = io.BytesIO()
    with zipfile.ZipFile(stream) as source, zipfile.ZipFile(fixed, "w", zipfile.ZIP_DEFLATED) as target:
        for item in source.infolist():
            content = source.read(item)
            if item.filename == "docProps/core.xml":
                content = _without_now(content)
            elif item.filename.startswith("xl/worksheets/sheet"):
                content = content.replace(b' customHeight="1"', b"")  # rows grow with what is typed later
            target.writestr(
                zipfile.ZipInfo(item.filename, (2026, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED
            )
    return fixed.getvalue()


def _without_now(core: bytes) -> bytes:
    import re

    return re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>2026-01-01T00:00:00Z", core)


@attrs.define
class _Writer:
    book: Any
    values: Values
    lists: Lists
    cells: dict[Path, tuple[Sheet, OutRow, int]] = attrs.field(factory=dict)
    columns: dict[str, dict[str, int]] = attrs.field(factory=dict)

    def write(self, atlas: Atlas, findings: Sequence[tuple[Problem, str]]) -> None:
        """Write every sheet."""
        language = self.values.language
        readme = self.book.active
        readme.title = say("sheet.readme", language)
        mission = self.book.create_sheet(say("sheet.mission", language))
        rows = out_rows(atlas, self.values)
        self.lists.plan(atlas)
        for layout in sheets():
            self._sheet(layout, rows[layout.name])
        self.lists.write(self.book.create_sheet(say("sheet.lists", language)), self.book)
        check = self.book.create_sheet(say("sheet.check", language), len(self.book.sheetnames) - 1)
        write_mission(mission, self.values, atlas, self.lists)
        write_readme(readme, self.values)
        placed = [(problem, self.place(problem.path), said) for problem, said in findings]
        write_check(check, placed, self.columns["touchpoints"], language)
        self.book.active = self.book.sheetnames.index(say("sheet.readme", language))

    def place(self, path: Path) -> tuple[str, str]:
        """Return the sheet and the cell of what stands at `path` of the document, or two empty texts."""
        for end in range(len(path), 0, -1):
            if path[:end] in self.cells:
                layout, row, line = self.cells[path[:end]]
                key = cell_path(layout, row, path, self.values.texts_in)
                numbers = self.columns[layout.name]
                number = numbers.get(key) or numbers.get(f"{key}.{self.values.texts_in}", 1)
                return layout.title(self.values.language), f"{column_letters(number)}{line}"
        return "", ""

    def _sheet(self, layout: Sheet, rows: list[OutRow]) -> None:
        if len(rows) > MAX_ROWS:
            raise InputError.of(
                "files.too_many_rows_out",
                "the sheet '{sheet}' would have {got} rows; at most {limit} are read back.",
                hint="Keep a document of this size in YAML, or part it.",
                sheet=layout.title(self.values.language),
                got=len(rows),
                limit=MAX_ROWS,
            )
        page = self.book.create_sheet(layout.title(self.values.language))
        columns = in_view_order(layout, self.values.texts_in)
        self.columns[layout.name] = {column.key: number for number, column in enumerate(columns, 1)}
        self._head(page, layout, columns)
        for line, row in enumerate(rows, _FIRST_ROW):
            self.cells[row.path] = (layout, row, line)
            self._row(page, columns, row, line)
        for number, column in enumerate(columns, 1):
            self.lists.add_validation(page, column, column_letters(number), _FIRST_ROW, MAX_ROWS + 2)
        self._arrange(page, layout, columns, len(rows))

    def _head(self, page: Any, layout: Sheet, columns: tuple[Column, ...]) -> None:
        from openpyxl.comments import Comment

        language = self.values.language
        for number, column in enumerate(columns, 1):
            title = page.cell(1, number)
            put(title, column.title(language, self.values.texts_in))
            centred = column.field.kind in _CENTRED
            dress(title, "head", "head_number" if centred else "head_align", "box", fill=column.group)
            note = Comment(column.help(language), "cxmaturity")
            note.width, note.height = 320, 110
            title.comment = note
            put(page.cell(2, number), f"{layout.name}.{column.key}")
            width = page.column_dimensions[column_letters(number)]
            width.width = column.field.width
            known = NUMBER_FORMATS.get(column.field.kind, "General")
            dress(width, "body", "number" if centred else "wrap", number_format=known)
        page.row_dimensions[1].height = 34
        page.row_dimensions[2].hidden = True

    def _row(self, page: Any, columns: tuple[Column, ...], row: OutRow, line: int) -> None:
        for number, column in enumerate(columns, 1):
            value = row.cells.get(column.key)
            cell = page.cell(line, number)
            known = "General"
            if value is not None:
                self._check_length(value, page.title, f"{column_letters(number)}{line}")
                put(cell, value)
                if not isinstance(value, str):
                    known = NUMBER_FORMATS.get(column.field.kind, known)
            alignment = "number" if column.field.kind in _CENTRED else "wrap"
            dress(cell, "body", alignment, "under", number_format=known)
        texts = [
            (str(row.cells[column.key]), column.field.width)
            for column in columns
            if column.key in row.cells and self._is_shown(column)
        ]
        page.row_dimensions[line].height = height(texts)

    @staticmethod
    def _check_length(value: object, title: str, cell: str) -> None:
        if isinstance(value, str) and len(value) > _CELL_LIMIT:
            raise InputError.of(
                "files.cell_too_long",
                "{cell} would hold {got} characters; a cell of a spreadsheet holds {limit}.",
                hint="Keep this document in YAML, or shorten the text.",
                cell=f"{title}!{cell}",
                got=len(value),
                limit=_CELL_LIMIT,
            )

    def _is_shown(self, column: Column) -> bool:
        """Tell whether a column is shown at first; that of the journey as soon as there are several."""
        several = column.key == "journey" and len(self.values.names.ids["journey"]) > 1
        return several or column.is_shown(self.values.texts_in)

    def _arrange(self, page: Any, layout: Sheet, columns: tuple[Column, ...], count: int) -> None:
        """Fold the columns of the second line, freeze the titles, set up the printing."""
        shown = [self._is_shown(column) for column in columns]
        for number, is_shown in enumerate(shown, 1):
            if not is_shown:
                fold = page.column_dimensions[column_letters(number)]
                fold.outlineLevel, fold.hidden = 1, True
                if all(shown[number : number + 1]):
                    page.column_dimensions[column_letters(number + 1)].collapsed = True  # the plus sign
        last = column_letters(len(columns))
        frozen = 4 if layout.name == "touchpoints" else 2  # journey, stage and what happens
        page.freeze_panes = f"{column_letters(frozen)}{_FIRST_ROW}"
        page.auto_filter.ref = f"A1:{last}{max(count, 1) + 2}"
        page.sheet_properties.tabColor = FILLS[_TABS[layout.name]]
        page.sheet_properties.outlinePr.summaryRight = True
        page.sheet_view.zoomScale = 100
        page.page_setup.orientation = "landscape"
        page.page_setup.paperSize = 8 if layout.name in _WIDE else 9  # A3, A4
        page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
        page.sheet_properties.pageSetUpPr.fitToPage = True
        page.print_title_rows = "1:1"
        page.print_area = f"A1:{last}{max(count, 1) + 2}"
        page.page_margins.left = page.page_margins.right = 0.4
        page.oddFooter.left.text = page.title.replace("&", "&&")
        page.oddFooter.right.text = f"{say('print.page', self.values.language)} &P / &N"
