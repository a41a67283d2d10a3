"""Who a batch is about: folders as typed, and tables in CSV and Excel whose wrong cells are all named."""

from __future__ import annotations

import io

import openpyxl
import pytest

from cxmaturity.core.problems import CxMaturityError, InputError
from cxmaturity.reporting.batch.clients import from_folders, from_table
from cxmaturity.reporting.batch.manifest import NAME
from cxmaturity.reporting.batch.plan import Wanted

GOOD = [
    ["Dossier", "Langues", "Date", "Rubriques"],
    ["acme", "fr;en", "2026-10-31", "summary, case"],
    ["sous dossier/été", "", "", ""],
]
BAD = [
    ["client", "langage", "as_of", "sections", "languages"],
    ["acme", "", "31/10/2026", "summary", "fr"],
    ["", "", "", "", "en"],
    ["acme", "", "", "", ""],
    ["zeta", "", "", "sumary", "de"],
]


@pytest.fixture(params=["csv", "semicolon", "xlsx"])
def write(request, tmp_path):
    """Return a function that writes a table in each way that people have them."""

    def table(rows):
        if request.param == "xlsx":
            book, file = openpyxl.Workbook(), tmp_path / "clients.xlsx"
            for row in rows:
                book.active.append(row)
            stream = io.BytesIO()
            book.save(stream)
            file.write_bytes(stream.getvalue())
            return file
        mark = ";" if request.param == "semicolon" else ","
        lines = [mark.join(f'"{cell}"' for cell in row) for row in rows]
        file = tmp_path / "clients.csv"
        encoding = "cp1252" if request.param == "semicolon" else "utf-8-sig"
        file.write_bytes("\r\n".join(lines).encode(encoding))
        return file

    return table


def test_a_table_in_either_language(write, tmp_path):
    """A row is a client: its folder beside the table, its languages, day and sections, the others' languages by default."""
    got = from_table(write(GOOD), ("en",))

    assert (
        Wanted(
            source=str(tmp_path / "acme"),
            languages=("fr", "en"),
            as_of="2026-10-31",
            sections=("summary", "case"),
        ),
        Wanted(source=str(tmp_path / "sous dossier/été"), languages=("en",)),
    ) == got


def test_every_wrong_cell_by_row_and_column(write):
    """An unknown column, a day, a section and a language out of range, a missing and a repeated client: all told, with places."""
    with pytest.raises(InputError) as caught:
        from_table(write(BAD), None)

    told = [
        (problem.code, problem.place.line, problem.place.column, problem.dotted)
        for problem in caught.value.problems
    ]
    assert [
        ("batch.unknown_column", 1, 2, ""),
        ("reporting.as_of", 2, 3, "as_of"),
        ("batch.no_client", 3, 1, "client"),
        ("batch.client_twice", 4, 1, "client"),
        ("core.unknown_id", 5, 4, "sections"),
        ("core.unknown_id", 5, 5, "languages"),
    ] == told
    assert "'langage'" in str(caught.value.problems[0])


def test_two_titles_of_one_column(write):
    """A column that is there twice, under whatever titles, is told with both; a title is likened to words that are offered."""
    with pytest.raises(InputError) as caught:
        from_table(
            write([["dossier", "langues", "languages", "couleur", "rubrique"], ["a", "fr", "en", "x", ""]]),
            None,
        )

    twice, colour, section = caught.value.problems
    assert ("batch.column_twice", 3) == (twice.code, twice.place.column)
    assert "'languages' says the same as 'langues'" in twice.message
    assert "Did you mean" not in colour.message
    assert "Did you mean 'rubriques'?" in section.message


def test_a_day_as_excel_holds_it(tmp_path):
    """A cell that Excel holds as a date is that date."""
    import datetime as dt

    book = openpyxl.Workbook()
    book.active.append(["client", "date"])
    book.active.append(["acme", dt.datetime(2026, 10, 31)])  # noqa: DTZ001  # Excel knows no zones
    book.save(tmp_path / "clients.xlsx")

    assert "2026-10-31" == from_table(tmp_path / "clients.xlsx", None)[0].as_of


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([["client"]], "batch.table_empty"),
        ([["folder name"], ["acme"]], "batch.no_client_column"),
    ],
)
def test_tables_that_name_nobody(write, rows, code):
    """A table without clients, or without the column that names them, is told as such."""
    with pytest.raises(InputError) as caught:
        from_table(write(rows), None)

    assert code in {problem.code for problem in caught.value.problems}


def test_no_such_table(tmp_path):
    """A table that is not there is told, not raised as a fault of ours."""
    with pytest.raises(CxMaturityError):
        from_table(tmp_path / "none.csv", None)


def test_folders_as_a_shell_gives_them(tmp_path, write_client):
    """``clients/*`` names the notes and the reports that lie there too: they are left out; one alone is taken at its word."""
    write_client(tmp_path / "acme", "Acme")
    (tmp_path / "notes.txt").write_text("call them")
    file = tmp_path / "acme" / "engagement.yaml"
    (tmp_path / "reports").mkdir()
    (tmp_path / "reports" / NAME).touch()
    given = [tmp_path / name for name in ("acme", "notes.txt", "acme", "gone", "reports")]

    assert [str(tmp_path / "acme"), str(tmp_path / "gone")] == [
        each.source for each in from_folders(given, None)
    ]
    assert [str(file)] == [each.source for each in from_folders([file], None)]
    assert [str(tmp_path / "notes.txt")] == [
        each.source for each in from_folders([tmp_path / "notes.txt"], None)
    ]
    assert tmp_path / "acme" == from_folders([file], None)[0].folder
