"""Answers of the same people in a CSV file beside the journeys: read with every problem at its cell, and used."""

from __future__ import annotations

import datetime as dt
import random

import attrs
import pytest

from cxmaturity.files.journey import (
    atlas_to_workbook,
    atlas_to_yaml,
    check_atlas_file,
    find_document,
    read_atlas,
    starter_atlas,
)
from cxmaturity.files.journey.editing import open_document, save_document
from cxmaturity.journey.analyse import analyse

TODAY = dt.date(2026, 11, 22)
EVENTS = ("compare", "pay", "collect", "redo")


def rows(n=60):
    """Return answers in which the wait at the counter alone makes the whole."""
    draw = random.Random(7)  # noqa: S311  # no secret
    for _ in range(n):
        levels = {name: draw.randint(1, 5) for name in EVENTS}
        yield [2 * levels["collect"], *levels.values(), draw.choice(["lea", "Marc", ""])]


def csv_of(lines, mark=","):
    """Return a CSV file with the usual titles."""
    return "\n".join(mark.join(map(str, line)) for line in [["overall", *EVENTS, "persona"], *lines])


@pytest.fixture
def folder(tmp_path):
    """Return a folder whose journeys name a file of answers."""
    (tmp_path / "answers.csv").write_text(csv_of(rows()), encoding="utf-8")
    atlas = attrs.evolve(starter_atlas("en"), answers="answers.csv")
    (tmp_path / "journeys.yaml").write_text(atlas_to_yaml(atlas), encoding="utf-8")
    return tmp_path


def codes(folder, content):
    """Return the codes and the lines of what is wrong with the answers."""
    (folder / "answers.csv").write_text(content, encoding="utf-8")
    found = find_document(folder).problems
    return [
        (it.code, it.place.line, it.place.column) for it in found if it.place.file.endswith("answers.csv")
    ]


def test_importance_is_derived_from_the_file(folder, catalog):
    """What drives the overall score has the largest share, and importance is one of its reasons; others have theirs."""
    atlas = read_atlas(folder)
    result = analyse(atlas, catalog, as_of=TODAY, seed=1).of("redo-a-room", "lea")
    shares = {event.event: event.share for event in result.events}

    assert {"", "lea", "marc"} == {given.persona for given in atlas.answered}
    assert 60 == len(next(given for given in atlas.answered if not given.persona).rows)
    assert shares["collect"] > 0.7
    assert None is shares["hear"]
    (collect,) = (event for event in result.events if event.event == "collect")
    assert "share" in {name for reason in collect.reasons for name, _ in reason.numbers}


def test_the_name_of_the_file_travels(folder):
    """The workbook names the same file, and reads the same answers."""
    atlas = read_atlas(folder)
    (folder / "gabarit.xlsx").write_bytes(atlas_to_workbook(atlas, "fr"))
    (folder / "journeys.yaml").unlink()
    again = read_atlas(folder)

    assert ("answers.csv", atlas.answered) == (again.answers, again.answered)
    assert atlas == again


def test_french_titles_commas_and_names_are_understood(folder):
    """Semicolons, decimal commas, events by their name: as a French spreadsheet saves them."""
    head = "Répondant;Note globale;Je compare les produits et les prix;pay"
    body = [f"R{number};7,5;{number % 5 + 1};3" for number in range(12)]

    assert [] == codes(folder, "\n".join([head, *body]))
    (given, *_) = read_atlas(folder).answered
    assert (("compare", "pay"), 7.5, (1.0, 3.0)) == (given.events, given.overall[0], given.rows[0])


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        (["8", "6", "3", "3", "3", ""], ("files.answers_scale", 2, 2)),
        (["8", "3", "three", "3", "3", ""], ("files.answers_number", 2, 3)),
        (["nan", "3", "3", "3", "3", ""], ("files.answers_number", 2, 1)),
        (["8", "3", "3", "3", "3", "julie"], ("files.answers_persona", 2, 6)),
    ],
)
def test_a_wrong_cell_is_named(folder, line, wrong):
    """One problem, at its line and column; the good rows are kept."""
    assert [wrong] == codes(folder, csv_of([line, *rows()]))
    assert 61 == len(find_document(folder).atlas.answered[0].rows)


def test_wrong_files_are_said(folder):
    """No columns, a column that is no event, too few answers, a file that is not there or not here."""
    assert ("files.answers_columns", 1, 1) in codes(folder, "a,b\n1,2")
    assert ("files.answers_column", 1, 3) in codes(folder, csv_of(rows()).replace("pay", "payy", 1))
    assert [("files.answers_few", 1, 1)] == codes(folder, csv_of(rows(5)))
    assert [("files.answers_columns", 1, None)] == codes(folder, "")
    (folder / "answers.csv").unlink()
    assert ["files.missing"] == [
        it.code for it in check_atlas_file(folder, as_of=TODAY) if it.severity == "error"
    ]


def test_a_map_that_names_answers_can_be_saved(folder):
    """An edit is written though the file of answers is read from elsewhere; the answers stay."""
    document = open_document(folder)
    saved = save_document(document, attrs.evolve(document.atlas, client="Other"))

    assert ("Other", document.atlas.answered) == (read_atlas(folder).client, saved.atlas.answered)
