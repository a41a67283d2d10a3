"""One person's row in an answers CSV: the others stay, the file stays readable, a refusal writes nothing."""

from __future__ import annotations

import csv
import io
import shutil
from pathlib import Path

import pytest

from cxmaturity.assessment.values import Answer, Response
from cxmaturity.core.problems import FileError, InputError, UnknownIdError
from cxmaturity.files.answer_csv import answers_file, read_response, write_response

ROOT = Path(__file__).resolve().parents[2]
FRENCH = ROOT / "templates" / "engagement" / "fr" / "reponses.csv"


def person(**answers):
    """Return the response of R03."""
    return Response(respondent="R03", function="sales", answers=answers)


def rows(path, separator):
    """Return the rows of a file, read by the csv module alone."""
    return list(
        csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline=""), delimiter=separator)
    )


def test_a_row_is_replaced_in_its_place(tmp_path, catalog):
    """In a French file with semicolons, only the cells of that respondent change."""
    path = Path(shutil.copy(FRENCH, tmp_path))
    before = rows(path, ";")

    write_response(path, person(trust=Answer(state="level", level=5)), catalog)

    after = rows(path, ";")
    assert [row for row in before if row[0] != "R03"] == [row for row in after if row[0] != "R03"]
    assert ["R03", "sales", "", "", "", "", "5", "", ""] == after[3][:9]
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")


def test_columns_that_are_missing_are_added(tmp_path, catalog):
    """A file that had no column for reasons gets one, with a title that is understood."""
    path = tmp_path / "a.csv"
    path.write_text("id,team,trust\nA,sales,3\n", encoding="utf-8")
    given = person(access=Answer(state="not_applicable", reason="no shop, at all"))

    write_response(path, given, catalog)

    assert ["id", "team", "trust", "access", "access_reason"] == rows(path, ",")[0]
    assert ["A", "sales", "3"] == rows(path, ",")[1]
    assert given == read_response(path, "R03", catalog)


def test_a_caption_above_the_titles_stays(tmp_path, catalog):
    """What stands above the titles is kept above them."""
    path = tmp_path / "a.csv"
    path.write_text("Workshop of May\nrespondent;function;trust\nA;sales;3\n", encoding="utf-8")

    write_response(path, person(trust=Answer(state="dont_know")), catalog)

    assert ["Workshop of May"] == rows(path, ";")[0]
    assert ["R03", "sales", "dont_know"] == rows(path, ";")[-1]


@pytest.mark.parametrize("text", ["=1+1", "+33 1", "-1 in 5", "@home", '=HYPERLINK("x")'])
def test_no_cell_is_a_formula(tmp_path, catalog, text):
    """A text that begins like a formula is stored so that no spreadsheet runs it, and read back as typed."""
    given = person(trust=Answer(state="level", level=3, sentence=text))

    write_response(tmp_path / "a.csv", given, catalog)

    assert not any(cell[:1] in set("=+-@") for row in rows(tmp_path / "a.csv", ",") for cell in row if cell)
    assert given == read_response(tmp_path / "a.csv", "R03", catalog)


@pytest.mark.parametrize(
    "content",
    [
        b"PK\x03\x04rubbish",
        b'respondent,function,trust\nA,sales,"3\n',
        b"respondent,function,trust\nA,sales,9\n",
    ],
)
def test_a_file_that_cannot_be_read_is_left_alone(tmp_path, catalog, content):
    """Nothing is written over a file that is not understood."""
    path = tmp_path / "a.csv"
    path.write_bytes(content)

    with pytest.raises(InputError):
        write_response(path, person(trust=Answer(state="level", level=3)), catalog)

    assert content == path.read_bytes()
    assert [path] == list(tmp_path.iterdir())


def test_a_folder_that_cannot_be_written_is_said(tmp_path, catalog):
    """A missing folder gives our error, with its code."""
    with pytest.raises(FileError) as error:
        write_response(tmp_path / "none" / "a.csv", person(), catalog)

    assert "files.cannot_write" == error.value.code


def test_somebody_who_is_not_there(catalog):
    """An id that no row bears is an unknown id, with the nearest one."""
    with pytest.raises(UnknownIdError, match="R01"):
        read_response(FRENCH, "R0l", catalog)


def test_which_file_an_engagement_means(tmp_path):
    """A CSV is itself, an engagement the file of its last wave; answers typed in place are elsewhere."""
    assert tmp_path / "x.csv" == answers_file(tmp_path / "x.csv")
    lavande = ROOT / "examples" / "maison-lavande"
    assert lavande / "reponses-2026.csv" == answers_file(lavande) == answers_file(lavande / "engagement.yaml")

    with pytest.raises(InputError) as error:
        answers_file(ROOT / "examples" / "northgate-advisory")
    assert "files.answers_elsewhere" == error.value.code


@pytest.mark.parametrize("name", ["../a.csv", "/etc/a.csv", "missing.csv"])
def test_an_engagement_cannot_lead_elsewhere(tmp_path, name):
    """A name that leads out of the folder, or to nothing, is refused as in every reading."""
    (tmp_path / "engagement.yaml").write_text(
        f"assessment:\n  waves:\n    - answers: {name}\n", encoding="utf-8"
    )

    with pytest.raises(InputError):
        answers_file(tmp_path)
