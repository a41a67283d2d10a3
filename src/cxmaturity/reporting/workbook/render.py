"""From the book to the bytes of an .xlsx file: XlsxWriter, every formula with its value beside it.

Same book, same bytes: the creation date is the client's own date, and nothing else depends on the clock.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable, Mapping
from typing import Any, Final

import attrs
import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from cxmaturity.reporting.workbook.book import Area, Book, Formula, Sheet, Target
from cxmaturity.reporting.workbook.evaluate import Values
from cxmaturity.reporting.workbook.grammar import reference, tokens

_PREFIXED: Final = ("BETA.INV", "NORM.S.DIST", "NORM.S.INV")
_LONGEST: Final = 32_000
_TABS: Final = {"input": "#1F3FBF", "calculation": "#8A94A0", "result": None, "control": "#C75300"}


@attrs.frozen(kw_only=True)
class Printing:
    """What the pages carry: header and footer codes, the file's properties, its date, the colour of results' tabs."""

    header: str
    footer: str
    properties: Mapping[str, str]
    created: dt.date
    tab: str


class FormulaText:
    """Formulas as Excel reads them: references found, sheets by their localised titles, English function names."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._pieces: dict[str, list[str | Target | Area]] = {}

    def __call__(self, text: str, sheet: str, row: int, column: int) -> str:
        """Return the formula `text` for one cell, with its ``=``."""
        if text not in self._pieces:
            self._pieces[text] = [self._piece(token.kind, token.text) for token in tokens(text)]
        written = ["="]
        for piece in self._pieces[text]:
            if isinstance(piece, str):
                written.append(piece)
            elif isinstance(piece, Target):
                written.append(self._sheet(piece.sheet, sheet) + _address(piece, row, column))
            else:
                first, last = (_address(end, row, column) for end in (piece.first, piece.last))
                written.append(f"{self._sheet(piece.first.sheet, sheet)}{first}:{last}")
        return _without_repeated_sheet("".join(written))

    def _piece(self, kind: str, text: str) -> str | Target | Area:
        if kind in ("fixed", "moving"):
            return self._book.resolve(reference(text))
        return f"_xlfn.{text}" if text in _PREFIXED else text

    def _sheet(self, target: str, current: str) -> str:
        return "" if target == current else f"{quoted(self._book.sheets[target].title)}!"


def quoted(title: str) -> str:
    """Return the title of a sheet as formulas write it."""
    return "'" + title.replace("'", "''") + "'"


def _without_repeated_sheet(formula: str) -> str:
    """Write ``'A'!B1:C1`` for ``'A'!B1:'A'!C1``."""
    head, *rest = formula.split(":'")
    for part in rest:
        _, _, address = part.partition("'!")
        head += f":{address}"
    return head


def _address(target: Target, row: int, column: int) -> str:
    if target.row is None:
        return f"{xl_col_to_name(target.column)}{row + target.shift + 1}"
    if target.column is None:
        return f"{xl_col_to_name(column + target.shift)}{target.row + 1}"
    return f"${xl_col_to_name(target.column)}${target.row + 1}"


def render(book: Book, values: Values, styles: Mapping[str, Mapping[str, Any]], printing: Printing) -> bytes:
    """Return the workbook as the bytes of an .xlsx file."""
    buffer = io.BytesIO()
    target = xlsxwriter.Workbook(
        buffer, {"in_memory": True, "strings_to_urls": False, "strings_to_formulas": False}
    )
    created = dt.datetime.combine(printing.created, dt.time(), tzinfo=dt.UTC).replace(tzinfo=None)
    target.set_properties({**printing.properties, "created": created})
    target.set_calc_mode("auto")
    formats = _Formats(target, styles)
    text = FormulaText(book)
    for sheet in book.sheets.values():
        worksheet = target.add_worksheet(sheet.title)
        _write_cells(sheet, worksheet, formats, values, text)
        _dress(sheet, worksheet, formats, printing)
    for name, key in book.names.items():
        place = book.place(key)
        ends = [
            f"${xl_col_to_name(column)}${row + 1}"
            for row, column in (place.at(0), place.at(place.length - 1))
        ]
        area = ":".join(dict.fromkeys(ends))
        target.define_name(name, f"={quoted(book.sheets[place.sheet].title)}!{area}")
    for sheet in book.sheets.values():
        for chart in sheet.charts:
            chart(target, target.get_worksheet_by_name(sheet.title))
    target.close()
    return buffer.getvalue()


class _Formats:
    """XlsxWriter formats, made when first asked for."""

    def __init__(self, target: Any, styles: Mapping[str, Mapping[str, Any]]) -> None:
        self._target, self._styles, self._made = target, styles, dict[str, Any]()

    def __getitem__(self, name: str) -> Any:
        if name not in self._made:
            self._made[name] = self._target.add_format(dict(self._styles[name]))
        return self._made[name]

    def make(self, properties: Mapping[str, Any]) -> Any:
        return self._target.add_format(dict(properties))


def _write_cells(sheet: Sheet, worksheet: Any, formats: _Formats, values: Values, text: FormulaText) -> None:
    for (row, column), cell in sheet.cells.items():
        style, content = formats[cell.style], cell.content
        if isinstance(content, Formula):
            formula = text(content.text, sheet.key, row, column)
            worksheet.write_formula(row, column, formula, style, values[sheet.key, row, column])
        elif (row, column) in sheet.links:
            worksheet.write_url(row, column, sheet.links[row, column], style, str(content))
        else:
            _writer(worksheet, content)(row, column, style)


def _writer(worksheet: Any, content: Any) -> Callable[[int, int, Any], Any]:
    if content is None or content == "":
        return lambda row, column, style: worksheet.write_blank(row, column, None, style)
    if isinstance(content, str):
        # Always a string: a client's text that begins with = + - @ is never read as a formula.
        return lambda row, column, style: worksheet.write_string(row, column, content[:_LONGEST], style)
    if isinstance(content, bool):
        return lambda row, column, style: worksheet.write_boolean(row, column, content, style)
    if isinstance(content, dt.date):
        return lambda row, column, style: worksheet.write_datetime(
            row, column, dt.datetime.combine(content, dt.time()), style
        )
    return lambda row, column, style: worksheet.write_number(row, column, content, style)


def _dress(sheet: Sheet, worksheet: Any, formats: _Formats, printing: Printing) -> None:
    rows, columns = (max(address[axis] for address in sheet.cells) for axis in (0, 1))
    for column, width in sheet.widths.items():
        worksheet.set_column(column, column, width)
    for row, height in sheet.heights.items():
        worksheet.set_row(row, height)
    for merged in sheet.merges:
        _merge(sheet, worksheet, formats, merged)
    for validation in sheet.validations:
        worksheet.data_validation(
            validation.row, validation.column, validation.row, validation.column, validation.rule
        )
    for area, rule in sheet.conditionals:
        worksheet.conditional_format(*area, {**rule, "format": formats.make(rule["format"])})
    if sheet.freeze != (0, 0):
        worksheet.freeze_panes(*sheet.freeze)
    worksheet.hide_gridlines(2)
    worksheet.set_tab_color(_TABS[sheet.tab] or printing.tab)
    worksheet.print_area(0, 0, *(sheet.print_to or (rows, columns)))
    worksheet.set_paper(9)
    if sheet.landscape:
        worksheet.set_landscape()
    worksheet.fit_to_pages(1, sheet.tall)
    worksheet.set_margins(0.5, 0.5, 0.75, 0.75)
    if sheet.repeat_rows is not None:
        worksheet.repeat_rows(*sheet.repeat_rows)
    worksheet.set_header(printing.header)
    worksheet.set_footer(printing.footer)


def _merge(sheet: Sheet, worksheet: Any, formats: _Formats, merged: tuple[int, int, int, int]) -> None:
    cell = sheet.cells[merged[0], merged[1]]
    content = cell.content if isinstance(cell.content, str) else ""
    worksheet.merge_range(*merged, "", formats[cell.style])
    worksheet.write_string(merged[0], merged[1], content[:_LONGEST], formats[cell.style])
