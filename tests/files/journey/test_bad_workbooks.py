"""A spoilt workbook says everything that is wrong by sheet and cell, in one go, and its good part is still read."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from cxmaturity.core.problems import InputError, Problem
from cxmaturity.files import load_catalog
from cxmaturity.files.journey import (
    atlas_to_workbook,
    check_atlas_file,
    find_document,
    read_atlas,
    starter_atlas,
)
from cxmaturity.i18n.messages import describe
from cxmaturity.journey.lint import check_atlas
from cxmaturity.journey.values import Waiver

TODAY = dt.date(2026, 11, 22)
Spoil = Callable[..., tuple[Problem, ...]]


@pytest.fixture(scope="module")
def good() -> bytes:
    """Return the English starter as a workbook."""
    return atlas_to_workbook(starter_atlas("en"), "en")


@pytest.fixture
def file(tmp_path: Path, good: bytes) -> Path:
    """Return a good workbook in a folder of its own."""
    path = tmp_path / "gabarit.xlsx"
    path.write_bytes(good)
    return path


@pytest.fixture
def spoil(file: Path) -> Spoil:
    """Return a function that changes the workbook, checks it, and returns the problems."""

    def change(how: Callable[..., object]) -> tuple[Problem, ...]:
        book = load_workbook(file)
        how(book)
        book.save(file)
        return check_atlas_file(file, as_of=TODAY)

    return change


def said(problems: tuple[Problem, ...]) -> set[tuple[str, str]]:
    """Return the codes with their cells."""
    return {(problem.code, problem.place.cell) for problem in problems}


def cell_of(book: object, sheet: str, key: str, row: int) -> object:
    """Return the cell of a column, found by its hidden key."""
    page = book[sheet]
    column = next(cell.column for cell in page[2] if str(cell.value).endswith(f".{key}"))
    return page.cell(row, column)


def test_the_good_one_is_good(file):
    """Nothing is found in the starter: what the tests below find, they made."""
    assert () == check_atlas_file(file, as_of=TODAY)


def test_sheets_and_columns_may_be_renamed_and_moved(file, spoil):
    """The hidden second row tells what a sheet and a column are: other names and another order change nothing."""

    def how(book):
        book["Touchpoints"].title = "My points"
        book["Evidence"].title = "Other"
        book["My points"]["C1"].value = "Action (renamed)"
        book["My points"].move_range("A1:A12", cols=60)
        book.move_sheet("Stages", offset=5)

    spoil(how)

    assert starter_atlas("en") == read_atlas(file)


def test_without_the_hidden_rows_titles_are_understood(file, spoil):
    """A workbook whose second row was deleted is read by its titles."""

    def how(book):
        for name in ("Touchpoints", "Stages", "Journeys", "Personas", "Evidence", "Pains & opportunities"):
            book[name].delete_rows(2)

    spoil(how)

    assert starter_atlas("en") == read_atlas(file)


def test_a_sheet_renamed_without_its_keys_is_named(spoil):
    """A sheet that nothing tells apart any more is missing, and the nearest name is proposed."""

    def how(book):
        book["Touchpoints"].delete_rows(2)
        book["Touchpoints"].title = "Touch points"

    problems = spoil(how)

    assert ("files.book_missing_sheet", "") in said(problems)
    unknown = next(problem for problem in problems if problem.code == "files.book_unknown_sheet")
    assert ("Touch points!A1", "Touchpoints") == (unknown.place.cell, dict(unknown.params)["close"])


def test_a_missing_sheet_is_named(spoil):
    """A sheet that the document cannot do without is named when it is gone."""
    problems = spoil(lambda book: book.remove(book["Stages"]))

    missing = [dict(problem.params) for problem in problems if problem.code == "files.book_missing_sheet"]
    assert [{"title": "Stages"}] == missing


def test_a_missing_or_renamed_column_is_named(spoil):
    """A needed column that is gone is named; one that nobody knows is not read, and the nearest title proposed."""

    def how(book):
        cell = cell_of(book, "Touchpoints", "by", 2)
        cell.value = None
        cell.parent.cell(1, cell.column).value = "Who actss"

    problems = spoil(how)

    assert {"files.column_missing", "files.column_unknown"} <= {problem.code for problem in problems}
    unknown = next(problem for problem in problems if problem.code == "files.column_unknown")
    assert "Who acts" in unknown.message


@pytest.mark.parametrize(
    ("key", "row", "value", "code"),
    [
        ("first.value", 4, "3,4", "files.cell_number"),
        ("first.value", 4, "12,5 %", "files.number_format"),
        ("first.value", 4, dt.date(2026, 4, 3), "files.cell_became_date"),
        ("first.value", 4, "#DIV/0!", "files.cell_error"),
        ("first.value", 4, "=1+1", "files.cell_uncalculated"),
        ("first.value", 4, "good", "files.wrong_value"),
        ("first.date", 4, "31/08/2026", "files.date"),
        ("first.date", 4, "soon", "files.date"),
        ("first.metric", 4, "stars", "files.unknown_choice"),
        ("by", 4, "custommer", "files.unknown_choice"),
        ("by", 4, None, "files.wrong_type"),
        ("channel", 4, None, "journey.e104"),
        ("drop_off", 4, 38, "files.rate_looks_like_percent"),
        ("stage", 4, "I chooze", "files.row_alone"),
        ("stage", 4, None, "files.cell_empty"),
        ("id", 4, "Not An Id", "files.journey_id"),
        ("id", 4, "hear", "journey.e102"),
        ("action.en", 4, "#REF!", "files.cell_error"),
    ],
)
def test_a_wrong_cell_is_named(spoil, key, row, value, code):
    """What is wrong with one cell is said once, with its sheet and its cell."""
    places = []

    def how(book):
        cell = cell_of(book, "Touchpoints", key, row)
        cell.value = value
        places.append(f"Touchpoints!{cell.coordinate}")

    problems = [problem for problem in spoil(how) if problem.place.cell == places[0]]

    assert [code] == [problem.code for problem in problems]


def test_everything_wrong_is_said_in_one_go(file, spoil):
    """Ten wrong cells on five sheets give ten problems, in the order of the sheets and rows."""
    places = []

    def how(book):
        for sheet, key, value in (
            ("Personas", "digital", "a lot"),
            ("Journeys", "view", "inside"),
            ("Stages", "lifecycle", "birth"),
            ("Touchpoints", "first.value", "3,4"),
            ("Touchpoints", "first.date", "yesterday"),
            ("Evidence", "n", 2.5),
            ("Pains & opportunities", "effort", "#N/A"),
        ):
            cell = cell_of(book, sheet, key, 3)
            cell.value = value
            places.append(f"{sheet}!{cell.coordinate}")

    problems = spoil(how)
    errors = [problem.place.cell for problem in problems if problem.severity == "error"]

    assert sorted(places) == sorted(errors)
    assert [name.partition("!")[0] for name in places] == [name.partition("!")[0] for name in errors]
    with pytest.raises(InputError) as raised:
        read_atlas(file)
    assert len(places) <= len(raised.value.problems)


def test_the_good_part_is_never_lost(file, spoil):
    """A wrong row does not hide the others: eight of nine events are there, checked and shown."""

    def how(book):
        cell_of(book, "Touchpoints", "stage", 4).value = "Nowhere"
        cell_of(book, "Touchpoints", "first.value", 5).value = "?"

    spoil(how)
    atlas = find_document(file).atlas

    assert 8 == len(atlas.journeys[0].events)
    assert starter_atlas("en").personas == atlas.personas


def test_merged_cells_are_read_and_said(file, spoil):
    """A stage merged down three rows counts for each of them, with a warning at its first cell."""

    def how(book):
        book["Touchpoints"].merge_cells("B7:B9")

    problems = spoil(how)

    assert {("files.cells_merged", "Touchpoints!B7")} == said(problems)
    assert starter_atlas("en") == read_atlas(file)


def test_ten_thousand_rows_are_refused_in_time(spoil):
    """Rows beyond two thousand are not read, and the sheet is named."""

    def how(book):
        page = book["Touchpoints"]
        for number in range(10_000):
            page.cell(13 + number, 2).value = f"What happens {number}"

    problems = spoil(how)

    assert ("files.too_many_rows", "Touchpoints!A2003") in said(problems)


def test_a_row_of_another_kind_says_which_cell_is_lost(spoil):
    """An effort given to a pain is not read, and that is said: nothing disappears in silence."""
    cells = []

    def how(book):
        cell = cell_of(book, "Pains & opportunities", "effort", 4)
        cell.value = 3
        cells.append(("files.cell_not_for", f"Pains & opportunities!{cell.coordinate}"))

    found = said(spoil(how))

    assert set(cells) == found


def test_two_journeys_with_a_stage_of_one_name(spoil):
    """A stage name that two journeys have is refused until the journey is said."""

    def how(book):
        book["Journeys"].append([])
        for key, value in (("title.en", "Second"), ("id", "second")):
            cell_of(book, "Journeys", key, 4).value = value
        for key, value in (("journey", "Second"), ("name.en", "I choose"), ("lifecycle", "use")):
            cell_of(book, "Stages", key, 7).value = value
        cell_of(book, "Touchpoints", "journey", 4).value = None

    codes = {problem.code for problem in spoil(how) if problem.severity == "error"}

    assert {"files.row_of_several"} == codes


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "files.excel_old"),
        (b"PK\x03\x04 not a zip at all", "files.excel_broken"),
        (b"just,a,csv\n1,2,3\n", "files.excel_broken"),
        (b"", "files.excel_broken"),
    ],
    ids=["password or xls", "broken zip", "csv", "empty"],
)
def test_another_file_is_refused(tmp_path, content, code):
    """A file that is no workbook, or is locked by a password, gives one plain sentence."""
    path = tmp_path / "gabarit.xlsx"
    path.write_bytes(content)

    assert [code] == [problem.code for problem in check_atlas_file(path, as_of=TODAY)]
    assert content == path.read_bytes()


def test_a_zip_bomb_is_refused_without_unpacking(tmp_path):
    """A small file that unpacks to 30 MB is refused by its table of contents."""
    path = tmp_path / "gabarit.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(3):
            archive.writestr(f"xl/worksheets/sheet{number}.xml", b"\0" * 10_000_000)

    assert ["files.too_large"] == [problem.code for problem in check_atlas_file(path, as_of=TODAY)]


def test_a_libreoffice_file_is_told_what_to_do(tmp_path):
    """An .ods file is told how to become a workbook."""
    path = tmp_path / "gabarit.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")

    assert ["files.book_other"] == [problem.code for problem in check_atlas_file(path, as_of=TODAY)]


def test_a_macro_file_is_read_and_its_macros_are_not(tmp_path, good):
    """A macro workbook is read like any other, with a warning."""
    path = tmp_path / "gabarit.xlsm"
    stream = io.BytesIO(good)
    with zipfile.ZipFile(stream, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"macro")
    path.write_bytes(stream.getvalue())

    problems = check_atlas_file(path, as_of=TODAY)

    assert [("files.book_macros", "warning")] == [(problem.code, problem.severity) for problem in problems]
    assert starter_atlas("en") == read_atlas(path)


def test_texts_are_never_formulas(tmp_path):
    """Nothing that a user typed is a formula, an error or a link in the workbook."""
    atlas = starter_atlas("en")
    content = atlas_to_workbook(
        type(atlas)(client='=HYPERLINK("http://x.org")', language="en", note="#REF!", sources=("+1", "@x")),
        "en",
    )
    book = load_workbook(io.BytesIO(content))
    typed = [cell for page in book if page.title != "Check" for row in page.iter_rows() for cell in row]

    assert not [cell.coordinate for cell in typed if cell.data_type in ("f", "e")]
    assert '=HYPERLINK("http://x.org")' in [cell.value for cell in typed]


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_check_sheet_links_to_the_cells(language, tmp_path):
    """What the check found is listed with links that lead to the very cells that a reader would be sent to."""
    broken = attrs.evolve(starter_atlas(language), waivers=[Waiver(rule="V402", at="nothing", reason="x")])
    stage = broken.journeys[0].stages[0]
    odd = attrs.evolve(stage.events[1], satisfaction=[attrs.evolve(stage.events[1].satisfaction[0], value=9)])
    stages = (attrs.evolve(stage, events=(stage.events[0], odd)), *broken.journeys[0].stages[1:])
    broken = attrs.evolve(broken, journeys=[attrs.evolve(broken.journeys[0], stages=stages)])
    found, _ = check_atlas(broken, load_catalog(), as_of=TODAY)
    path = tmp_path / "gabarit.xlsx"
    path.write_bytes(
        atlas_to_workbook(broken, language, findings=[(p, describe(p, language)) for p in found])
    )

    page = load_workbook(path)["Check" if language == "en" else "Contrôle"]
    links = [cell for cell in page["A"] if cell.hyperlink]

    assert found
    assert [cell.value.replace("'", "") for cell in links] == [
        cell.hyperlink.location.replace("'", "") for cell in links
    ]
    told = {problem.place.cell for problem in check_atlas_file(path, as_of=TODAY)}
    assert told == {cell.value for cell in links}


def test_words_of_a_problem_are_those_of_the_workbook(tmp_path):
    """In a French workbook the words proposed are those of its lists, and the cell is named by its French sheet."""
    path = tmp_path / "gabarit.xlsx"
    path.write_bytes(atlas_to_workbook(starter_atlas("fr"), "fr"))
    book = load_workbook(path)
    cell_of(book, "Points de contact", "by", 4).value = "cliente"
    book.save(path)

    problem = next(p for p in check_atlas_file(path, as_of=TODAY) if p.severity == "error")

    assert problem.place.cell.startswith("Points de contact!")
    assert "client, marque, partenaire" in describe(problem, "fr")


def test_either_language_of_words_and_names_is_understood(file, spoil):
    """Words of the other language, ids instead of names and capitals mean the same."""

    def how(book):
        cell_of(book, "Touchpoints", "by", 4).value = "CLIENT"
        cell_of(book, "Touchpoints", "channel", 4).value = "site web"
        cell_of(book, "Touchpoints", "stage", 4).value = "choose"
        cell_of(book, "Touchpoints", "first.kind", 4).value = "enquête"
        cell_of(book, "Touchpoints", "price_shown", 4).value = 1

    assert () == spoil(how)
    assert starter_atlas("en") == read_atlas(file)


def test_ids_are_made_from_names(file, spoil):
    """Rows without an id get one from their name, and what belongs to them finds them."""

    def how(book):
        for sheet, keys in (("Stages", ("id",)), ("Touchpoints", ("id", "next")), ("Journeys", ("id",))):
            for row in range(3, 12):
                for key in keys:
                    cell_of(book, sheet, key, row).value = None

    spoil(how)
    journey = find_document(file).atlas.journeys[0]

    assert "redo-a-child-s-room" == journey.id
    assert ["i-choose", "i-order", "i-collect-and-redo", "i-come-back"] == [
        stage.id for stage in journey.stages
    ]
    assert "i-wait-for-my-order-at-the-counter" == journey.stages[2].events[0].id
    assert 2 == len(journey.stages[2].events[0].satisfaction)


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "fr"])
def test_libreoffice_saves_what_was_there(tmp_path, office, language):
    """A workbook opened and saved by LibreOffice is still the same document, and its counts are right."""
    path, saved = tmp_path / "gabarit.xlsx", tmp_path / "saved"
    path.write_bytes(atlas_to_workbook(starter_atlas(language), language))
    office("xlsx:Calc MS Excel 2007 XML", saved, [path])

    assert starter_atlas(language) == read_atlas(saved / "gabarit.xlsx")
    book = load_workbook(saved / "gabarit.xlsx", data_only=True)
    check = book["Check" if language == "en" else "Contrôle"]
    assert [9, 0, 0, 9, 3, 0] == [check.cell(row, 2).value for row in range(4, 10)]


@given(damage=st.lists(st.tuples(st.integers(0, 2**20), st.integers(0, 255)), min_size=1, max_size=40))
@settings(max_examples=60, suppress_health_check=list(HealthCheck))
def test_a_damaged_workbook_never_stops_the_program(good, damage, tmp_path_factory):
    """Whatever bytes of a workbook are changed, problems come out, never a traceback."""
    content = bytearray(good)
    for position, byte in damage:
        content[position % len(content)] = byte
    path = tmp_path_factory.mktemp("damaged") / "gabarit.xlsx"
    path.write_bytes(bytes(content))

    check_atlas_file(path, as_of=TODAY)


@given(data=st.data())
@settings(max_examples=12, suppress_health_check=list(HealthCheck))
def test_any_cell_may_hold_anything(good, data, tmp_path_factory):
    """Whatever is typed into whatever cells, problems come out, each with a cell of the workbook or the file."""
    book = load_workbook(io.BytesIO(good))
    values = st.sampled_from(
        [
            "",
            " ",
            "=1/0",
            "#N/A",
            "x; y",
            "a = b",
            "end",
            3.5,
            -1,
            True,
            dt.date(2026, 1, 1),
            "'",
            "customer",
            "\n",
        ]
    )
    for _ in range(data.draw(st.integers(1, 12))):
        page = book[data.draw(st.sampled_from(book.sheetnames))]
        row, column = data.draw(st.integers(1, 14)), data.draw(st.integers(1, 50))
        cell = page.cell(row, column)
        if hasattr(cell, "hyperlink"):
            try:
                cell.value = data.draw(values)
            except AttributeError:  # a cell inside a merged block
                continue
    path = tmp_path_factory.mktemp("odd") / "gabarit.xlsx"
    book.save(path)

    problems = check_atlas_file(path, as_of=TODAY)

    assert all(problem.place is not None for problem in problems)
