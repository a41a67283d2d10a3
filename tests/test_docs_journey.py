"""The tutorial of the journey map is true: its tables, typed into the template, give the map and the findings that it says."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import openpyxl
import pytest

from cxmaturity.core.text import french_typography
from cxmaturity.files.journey import check_atlas_file, read_atlas
from cxmaturity.files.starter import write_starter
from cxmaturity.journey.analyse import analyse

DOCS = Path(__file__).resolve().parents[1] / "docs"
AS_OF = dt.date(2026, 11, 22)
PAGES = {"en": "journey-map.md", "fr": "journey-map.fr.md"}
SPOILT = {"en": ("I sleep", "Web site"), "fr": ("Je dors", "Site ouaib")}


def tables(language: str) -> dict[str, list[dict[str, str]]]:
    """Return the rows of each table that follows the name of a sheet in italics."""
    text = (DOCS / "tutorials" / PAGES[language]).read_text(encoding="utf-8")
    found = {}
    for sheet, body in re.findall(r"^\*([^*\n]+)\*[^\n]*\n\n((?:\|.*\n)+)", text, flags=re.MULTILINE):
        titles, _, *rows = [
            [cell.strip() for cell in line.strip("|\n").split("|")] for line in body.splitlines()
        ]
        found[sheet] = [dict(zip(titles, row, strict=True)) for row in rows]
    return found


def typed(text: str) -> object:
    """Return what a spreadsheet makes of what is typed."""
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        return dt.datetime.fromisoformat(text)
    return float(text) if re.fullmatch(r"-?\d+(\.\d+)?", text) else text


def fill_mission(sheet) -> int:
    """Type over client and note, empty the strategy; return how many cells were typed."""
    for row in sheet.iter_rows(min_row=3):
        if row[0].value in {"mission.client", "mission.note"}:
            row[2].value = "Hotel Tilleul"
        elif "strategy" in str(row[0].value):
            row[2].value = None
    return 2


def fill(sheet, rows: list[dict[str, str]], language: str) -> int:
    """Type the rows of a table under the titles of a sheet; return how many cells were typed."""
    columns = {" ".join(str(cell.value).split()): cell.column for cell in sheet[1] if cell.value}
    for at, row in enumerate(rows, 3):
        for title, text in row.items():
            if text:
                key = french_typography(title) if language == "fr" else title
                sheet.cell(at, columns[" ".join(key.split())]).value = typed(text)
    return sum(bool(text) for row in rows for text in row.values())


@pytest.fixture(scope="module", params=["en", "fr"])
def hotel(request, tmp_path_factory):
    """Do steps 1 to 4 of the tutorial; return the language, the workbook's path and how many cells were typed."""
    language = request.param
    folder = tmp_path_factory.mktemp("tutorial") / "hotel"
    write_starter(folder, language, journey=True)
    (folder / "journeys.yaml").unlink()
    book = openpyxl.load_workbook(folder / "gabarit.xlsx")
    for sheet in book.worksheets[2:12]:
        for row in sheet.iter_rows(min_row=3):
            for cell in row:
                cell.value = None
    count = fill_mission(book.worksheets[1]) + sum(
        fill(book[name], rows, language) for name, rows in tables(language).items()
    )
    book.save(folder / "gabarit.xlsx")
    return language, folder / "gabarit.xlsx", count


def test_the_tables_pass_the_check_with_the_findings_that_are_announced(hotel):
    """No error; the warnings are those that step 5 explains."""
    _, file, count = hotel
    problems = check_atlas_file(file, as_of=AS_OF)

    assert {"journey.b602", "journey.b608"} == {problem.code for problem in problems}
    assert 2 == sum(problem.code == "journey.b602" for problem in problems)
    assert 125 <= count <= 150, count


def test_what_is_broken_is_found_by_cell(hotel, tmp_path):
    """The two mistakes of step 5 are both found, each at its cell."""
    language, file, _ = hotel
    event, channel = SPOILT[language]
    book = openpyxl.load_workbook(file)
    sheet = book.worksheets[7]
    columns = {cell.value: cell.column for cell in sheet[2]}
    action = columns[f"touchpoints.action.{language}"]
    row = next(row for row in range(3, sheet.max_row + 1) if sheet.cell(row, action).value == event)
    sheet.cell(row, columns["touchpoints.first.value"]).value = 24
    sheet.cell(3, columns["touchpoints.channel"]).value = channel
    book.save(tmp_path / "broken.xlsx")
    errors = [it for it in check_atlas_file(tmp_path / "broken.xlsx", as_of=AS_OF) if it.severity == "error"]

    places = {(it.place.cell, it.code) for it in errors}
    letters = openpyxl.utils.get_column_letter
    assert places == {
        (f"{sheet.title}!{letters(columns['touchpoints.first.value'])}{row}", "journey.e103"),
        (f"{sheet.title}!{letters(columns['touchpoints.channel'])}3", "journey.e101"),
    }


def test_the_map_says_what_step_7_reads(hotel, catalog):
    """Two moments of truth, the worst 2.6 below what is expected; grades from surveys and from the workshop; no interval."""
    _, file, _ = hotel
    result = analyse(read_atlas(file), catalog, as_of=AS_OF, seed=1).journeys[0]

    assert [5, 6] == sorted(event.index for event in result.moments)
    assert -2.6 == pytest.approx(result.events[5].gap)
    assert list("HVVHVVVVH") == [event.grade for event in result.events]
    assert [None] * 9 == [event.low for event in result.events]


@pytest.mark.slow
def test_step_6_draws(hotel, tmp_path):
    """The command of step 6 writes the poster, the page and the slides."""
    from cxmaturity.cli import main

    language, file, _ = hotel
    told = ["--lang", language, "map", "draw", str(file), "--to", "svg,html,pptx", "--out", str(tmp_path)]

    assert 0 == main([*told, "--as-of", AS_OF.isoformat()])
    assert {".svg", ".html", ".pptx"} == {path.suffix for path in tmp_path.iterdir()}
