"""The sheets of the workbook that are no list of rows: Read me, Mission, Check."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from cxmaturity.core.problems import Problem
from cxmaturity.core.text import Language
from cxmaturity.files.journey.book_layout import GROUPS, in_view_order, mission_columns, sheet, sheets
from cxmaturity.files.journey.book_lists import Lists
from cxmaturity.files.journey.book_style import dress, height, put
from cxmaturity.files.journey.book_values import Values
from cxmaturity.files.journey.book_xml import MAX_ROWS, column_letters
from cxmaturity.files.journey.words import say
from cxmaturity.journey.values import Atlas

_STEPS: Final = tuple(f"step{number}" for number in range(1, 6))
_RULES: Final = tuple(f"rule{number}" for number in range(1, 6))
_WIDTHS: Final = (30, 92)
_HIGH: Final = ("note", "strategy.text.en", "strategy.text.fr")


def _print(page: Any, *, landscape: bool = False) -> None:
    page.sheet_view.showGridLines = False
    page.page_setup.orientation = "landscape" if landscape else "portrait"
    page.page_setup.paperSize = 9  # A4
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr.fitToPage = True


def write_readme(page: Any, values: Values) -> None:
    """Write what a newcomer reads first: five steps, how to type, the sheets, the colours."""
    language = values.language
    page.column_dimensions["A"].width, page.column_dimensions["B"].width = _WIDTHS
    line = 1
    put(page.cell(line, 1), say("readme.title", language))
    dress(page.cell(line, 1), "title")
    page.row_dimensions[1].height = 32
    line += 1
    page.merge_cells(start_row=line, start_column=1, end_row=line, end_column=2)
    put(page.cell(line, 1), say("readme.lead", language))
    dress(page.cell(line, 1), "lead", "wrap")
    page.row_dimensions[line].height = 20
    for heading, keys in (("steps", _STEPS), ("rules", _RULES)):
        line = _heading(page, line, say(f"readme.{heading}", language))
        for number, key in enumerate(keys, 1):
            mark = f"{number}." if heading == "steps" else "•"
            line = _across(page, line, f"{mark}  {say(f'readme.{key}', language)}")
    line = _heading(page, line, say("readme.sheets", language))
    for name in ("mission", *(one.name for one in sheets()), "check", "lists"):
        title = say(f"sheet.{name}", language)
        line = _pair(page, line, title, say(f"about.{name}", language))
        _link(page.cell(line, 1), title, "A1")
    line = _heading(page, line, say("readme.twelve", language))
    shown = [
        column
        for column in in_view_order(sheet("touchpoints"), values.texts_in)
        if column.is_shown(values.texts_in)
    ]
    for column in shown:
        line = _pair(page, line, column.title(language, values.texts_in), column.help(language))
        dress(page.cell(line, 1), "strong", "wrap", "under", fill=column.group)
    line = _heading(page, line, say("readme.colours", language))
    for group in GROUPS[1:-1]:
        line = _pair(page, line, say(f"group.{group}", language), _titles_of(group, values))
        dress(page.cell(line, 1), "strong", "wrap", "under", fill=group)
    _print(page)


def _titles_of(group: str, values: Values) -> str:
    columns = in_view_order(sheet("touchpoints"), values.texts_in)
    titles = (
        column.title(values.language, values.texts_in)
        for column in columns
        if column.group == group and column.language in (None, values.texts_in)
    )
    return ", ".join(titles)


def _heading(page: Any, line: int, text: str) -> int:
    line += 2
    put(page.cell(line, 1), text)
    dress(page.cell(line, 1), "heading")
    page.row_dimensions[line].height = 20
    return line


def _across(page: Any, line: int, text: str) -> int:
    line += 1
    page.merge_cells(start_row=line, start_column=1, end_row=line, end_column=2)
    put(page.cell(line, 1), text)
    dress(page.cell(line, 1), "body", "wrap")
    page.row_dimensions[line].height = height([(text, sum(_WIDTHS))])
    return line


def _pair(page: Any, line: int, first: str, second: str) -> int:
    line += 1
    for number, text, font in ((1, first, "strong"), (2, second, "body")):
        cell = page.cell(line, number)
        put(cell, text)
        dress(cell, font, "wrap", "under")
    page.row_dimensions[line].height = height([(first, _WIDTHS[0]), (second, _WIDTHS[1])])
    return line


def _link(cell: Any, title: str, where: str) -> None:
    from openpyxl.worksheet.hyperlink import Hyperlink

    quoted = title.replace("'", "''")
    cell.hyperlink = Hyperlink(ref=cell.coordinate, location=f"'{quoted}'!{where}")
    dress(cell, "link", "wrap", "under")


def write_mission(page: Any, values: Values, atlas: Atlas, lists: Lists) -> None:
    """Write the keys of the document itself, one a line: hidden key, title, value, what it is for."""
    language = values.language
    cells = values.mission(atlas)
    page.column_dimensions["A"].hidden = True
    for letters, width in (("B", 32), ("C", 60), ("D", 70)):
        page.column_dimensions[letters].width = width
    columns = sorted(mission_columns(), key=lambda column: column.language not in (None, values.texts_in))
    put(page.cell(1, 2), say("sheet.mission", language))
    dress(page.cell(1, 2), "title")
    page.row_dimensions[1].height = 32
    for line, column in enumerate(columns, 3):
        put(page.cell(line, 1), f"mission.{column.key}")
        put(page.cell(line, 2), column.title(language, values.texts_in))
        put(page.cell(line, 4), column.help(language))
        value = page.cell(line, 3)
        if column.key in cells:
            put(value, cells[column.key])
        for number, font, fill in ((2, "strong", ""), (3, "body", "pale"), (4, "quiet", "")):
            dress(page.cell(line, number), font, "wrap", "under", fill=fill)
        texts = [(str(cells.get(column.key, "")), 60.0), (column.help(language), 70.0)]
        page.row_dimensions[line].height = max(height(texts), 60 if column.key in _HIGH else 20)
        if column.key == "language":
            lists.add_validation(page, column, "C", line, line)
    page.sheet_properties.tabColor = "1F4E5F"
    _print(page, landscape=True)


def write_check(
    page: Any,
    findings: Sequence[tuple[Problem, tuple[str, str], str]],
    touchpoints: dict[str, int],
    language: Language,
) -> None:
    """Write counts that follow what is typed, then what the last check found, with links to the cells."""
    for letters, width in (("A", 34), ("B", 12), ("C", 16), ("D", 100)):
        page.column_dimensions[letters].width = width
    put(page.cell(1, 1), say("sheet.check", language))
    dress(page.cell(1, 1), "title")
    page.row_dimensions[1].height = 32
    line = _heading(page, 1, say("check.counts", language))
    for key, formula in _counts(touchpoints, language):
        line = _pair(page, line, say(f"check.{key}", language), "")
        page.cell(line, 2).value = formula
        dress(page.cell(line, 2), "body", "number", "under")
    line += 2
    for number, key in enumerate(("where", "rule", "weight", "what"), 1):
        cell = page.cell(line, number)
        put(cell, say(f"check.{key}", language))
        dress(cell, "head", border="box", fill="id")
    if not findings:
        put(page.cell(line + 1, 1), say("check.none", language))
        dress(page.cell(line + 1, 1), "quiet")
    for problem, (title, where), said in findings:
        line += 1
        rule = str(dict(problem.params).get("rule", problem.code.rpartition(".")[2]))
        texts = (
            f"{title}!{where}" if title else "",
            rule,
            say(f"severity.{problem.severity}", language),
            said,
        )
        for number, text in enumerate(texts, 1):
            cell = page.cell(line, number)
            put(cell, text)
            dress(cell, "body", "wrap", "under")
        page.row_dimensions[line].height = height([(texts[0], 34), (said, 100)])
        if title:
            _link(page.cell(line, 1), title, where)
    page.sheet_properties.tabColor = "9AA5B1"
    _print(page, landscape=True)


def _counts(touchpoints: dict[str, int], language: Language) -> list[tuple[str, str]]:
    """Return the counts with their formulas; the values are worked out by the spreadsheet when it opens."""

    def whole(key: str) -> str:
        letters = column_letters(touchpoints[key])
        title = say("sheet.touchpoints", language).replace("'", "''")
        return f"'{title}'!${letters}$3:${letters}${MAX_ROWS + 2}"

    texts = f'SUMPRODUCT(--(({whole("action.en")}<>"")+({whole("action.fr")}<>"")>0))'
    value = whole("first.value")

    def without(present: str, *keys: str) -> str:
        empty = ",".join(f'--({whole(key)}="")' for key in keys)
        return f"SUMPRODUCT(--({present}),{empty})"

    some = f'({whole("action.en")}<>"")+({whole("action.fr")}<>"")>0'
    measured = f'{value}<>""'
    return [
        ("events", f"={texts}"),
        ("without_stage", f"={without(some, 'stage')}"),
        ("without_channel", f"={without(some, 'channel')}"),
        ("measured", f"=COUNTA({value})"),
        ("without_n", f"={without(measured, 'first.n')}"),
        ("without_source", f"={without(measured, 'first.source.en', 'first.source.fr')}"),
    ]
