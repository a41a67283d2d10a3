"""The drop-down lists of the workbook: words of choices, names of things, each under a name of its own."""

from __future__ import annotations

from typing import Any, Final

import attrs

from cxmaturity.core.text import LANGUAGES
from cxmaturity.files.journey.book_layout import Column, in_view_order, sheet, sheets
from cxmaturity.files.journey.book_style import dress, put
from cxmaturity.files.journey.book_values import Values
from cxmaturity.files.journey.book_xml import MAX_ROWS, column_letters
from cxmaturity.files.journey.words import say, vocabulary, word
from cxmaturity.journey.values import Atlas

_YES_NO: Final = ("true", "false")
_ON_SHEETS: Final = {
    # what is named on a sheet of its own: the list follows what is typed there
    "persona": ("personas", "name"),
    "promise": ("promises", "text"),
    "journey": ("journeys", "title"),
    "stage": ("stages", "name"),
    "event": ("touchpoints", "action"),
}
_IN_LISTS: Final = ("channel", "family", "kpi", "actor", "system", "product")


@attrs.define
class Lists:
    """The lists of one workbook: name of the list to what it offers."""

    values: Values
    offered: dict[str, list[str]] = attrs.field(factory=dict)
    made: dict[tuple[str, str], Any] = attrs.field(factory=dict)

    def plan(self, atlas: Atlas) -> None:  # noqa: ARG002  # what it names is in `values`
        """Gather what every list offers."""
        language = self.values.language
        fields = {column.field for layout in sheets() for column in layout.columns}
        choices = {field.names or _YES_NO for field in fields if field.kind in ("choice", "flag")}
        for names in sorted({*choices, LANGUAGES}):
            self.offered[vocabulary(names)] = [word(names, name, language) for name in names]
        for kind in _IN_LISTS:
            labels = [self.values.label(kind, name) for name in self.values.names.ids[kind]]
            self.offered[kind] = labels or [""]

    def name_of(self, column: Column) -> str:
        """Return the name of the list of a column, or "" when anything may be typed."""
        field = column.field
        if field.kind in ("choice", "flag"):
            return f"list_{vocabulary(field.names or _YES_NO)}"
        known = field.kind in ("ref", "refs") and (field.to in _IN_LISTS or field.to in _ON_SHEETS)
        return f"list_{field.to}" if known else ""

    def add_validation(self, page: Any, column: Column, letters: str, first: int, last: int) -> None:
        """Put the drop-down list of a column on its cells; only a choice refuses what is not in it."""
        from openpyxl.worksheet.datavalidation import DataValidation

        name = self.name_of(column)
        if not name:
            return
        rule = DataValidation(type="list", formula1=name, allow_blank=True)
        rule.showErrorMessage = column.field.kind in ("choice", "flag")
        rule.errorTitle = column.title(self.values.language, self.values.texts_in)[:32]
        rule.error = say("list.pick", self.values.language)
        rule.add(f"{letters}{first}:{letters}{last}")
        page.add_data_validation(rule)

    def write(self, page: Any, book: Any) -> None:
        """Write the sheet of lists, and give each of them its name."""
        from openpyxl.workbook.defined_name import DefinedName

        for number, (name, labels) in enumerate(self.offered.items(), 1):
            letters = column_letters(number)
            put(page.cell(1, number), f"list_{name}")
            dress(page.cell(1, number), "head", fill="id")
            for line, label in enumerate(labels, 2):
                put(page.cell(line, number), label)
                dress(page.cell(line, number), "body")
            page.column_dimensions[letters].width = min(max(map(len, labels), default=8) + 3, 40)
            text = f"{_quoted(page.title)}!${letters}$2:${letters}${len(labels) + 1}"
            book.defined_names[f"list_{name}"] = DefinedName(f"list_{name}", attr_text=text)
        for kind, (name, key) in _ON_SHEETS.items():
            layout = sheet(name)
            columns = [column.key for column in in_view_order(layout, self.values.texts_in)]
            wanted = key if key in columns else f"{key}.{self.values.texts_in}"
            letters = column_letters(columns.index(wanted) + 1)
            title = _quoted(layout.title(self.values.language))
            start, whole = f"{title}!${letters}$3", f"{title}!${letters}$3:${letters}${MAX_ROWS + 2}"
            text = f"OFFSET({start},0,0,MAX(1,COUNTA({whole})),1)"
            book.defined_names[f"list_{kind}"] = DefinedName(f"list_{kind}", attr_text=text)
        page.freeze_panes = "A2"
        page.page_setup.orientation, page.page_setup.paperSize = "landscape", 9
        page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
        page.sheet_properties.pageSetUpPr.fitToPage = True
        page.sheet_properties.tabColor = "9AA5B1"


def _quoted(title: str) -> str:
    return "'" + title.replace("'", "''") + "'"
