"""Sources, owners, names of data and the like are in both languages, and what was written before still reads."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import attrs
import pytest
from openpyxl import load_workbook

from cxmaturity.files.journey import (
    atlas_to_workbook,
    atlas_to_yaml,
    check_atlas_file,
    find_document,
    read_atlas,
    starter_atlas,
)
from cxmaturity.journey.lint_walk import texts_of
from cxmaturity.journey.values import Campaign, PersonalData, Words

EXAMPLES = sorted(Path(__file__).resolve().parents[3].joinpath("examples").rglob("journeys.yaml"))
TODAY = dt.date(2026, 11, 22)
EVENT = """
schema: cxmaturity.journeys/1
client: Acme
language: fr
personas: [{id: julie, name: Julie}]
journeys:
  - id: buy
    title: {fr: Acheter, en: Buy}
    stages:
      - id: choose
        name: {fr: Choisir, en: Choose}
        lifecycle: purchase
        investment: {amount: 10, source: Budget}
        events:
          - {id: read, by: customer, action: {fr: Lire, en: Read}, channel: website, note: À voir, owner: Web, KEYS}
"""


def event_of(tmp_path, keys):
    """Return the event with more keys."""
    file = tmp_path / "journeys.yaml"
    file.write_text(EVENT.replace("KEYS", keys), encoding="utf-8")
    return read_atlas(file).journeys[0].stages[0].events[0]


def test_a_plain_text_is_in_the_language_of_the_document(tmp_path):
    """A file written before labels had two languages reads as French labels."""
    event = event_of(tmp_path, "campaign: Rentrée, data: [Courriel, {name: Photo, basis: consent}]")

    assert (Words(fr="À voir"), Words(fr="Web")) == (event.note, event.owner)
    assert Campaign(name=Words(fr="Rentrée")) == event.campaign
    assert (
        PersonalData(name=Words(fr="Courriel")),
        PersonalData(name=Words(fr="Photo"), basis="consent"),
    ) == event.data


def test_short_forms_take_both_languages(tmp_path):
    """A campaign or a datum that is its name alone may be named in both."""
    event = event_of(
        tmp_path, "campaign: {fr: Rentrée, en: Back to school}, data: [{fr: Courriel, en: E-mail}]"
    )

    assert Campaign(name=Words("Back to school", "Rentrée")) == event.campaign
    assert (PersonalData(name=Words("E-mail", "Courriel")),) == event.data


def one_column_each(file):
    """Make a workbook of before: one column for both languages, named without one."""
    book = load_workbook(file)
    for page in book:
        for cell in list(page[2]):
            stem, _, language = str(cell.value).rpartition(".")
            if not stem.endswith(
                ("source", "owner", "data", "note", "campaign.name", "campaign.target", "reason", "made_in")
            ):
                continue
            if language == "fr":
                cell.value = stem
            elif language == "en":
                for row in (1, *range(2, page.max_row + 1)):
                    page.cell(row, cell.column).value = None
    book.save(file)


def test_a_workbook_with_one_column_for_both_languages_reads(tmp_path):
    """What its single column says is in the language of the document; nothing else is lost or noted."""
    file = tmp_path / "gabarit.xlsx"
    file.write_bytes(atlas_to_workbook(starter_atlas("fr"), "fr"))
    one_column_each(file)

    reading = find_document(file)
    before = starter_atlas("fr").journeys[0].events[2]
    event = reading.atlas.journeys[0].events[2]

    assert () == reading.problems
    assert (PersonalData(name=Words(fr="Courriel"), basis="contract", retention_months=12),) == event.data
    assert Words(fr=before.owner.fr) == event.owner
    assert Words(fr=before.satisfaction[0].source.fr) == event.satisfaction[0].source


def test_two_columns_that_contradict_each_other_are_named(tmp_path):
    """A legal basis in each column, not the same: the second cell is named, in both languages."""
    file = tmp_path / "gabarit.xlsx"
    file.write_bytes(atlas_to_workbook(starter_atlas("en"), "en"))
    book = load_workbook(file)
    page = book["Touchpoints"]
    column = next(cell.column for cell in page[2] if cell.value == "touchpoints.data.fr")
    page.cell(5, column).value = "Courriel | consentement"
    book.save(file)

    (problem,) = check_atlas_file(file, as_of=TODAY)

    assert ("files.cell_differs", f"Touchpoints!{page.cell(5, column).coordinate}") == (
        problem.code,
        problem.place.cell,
    )


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.parent.name)
def test_the_examples_say_everything_in_both_languages(path):
    """No text of an example is in one language only, ids of actors and personas aside."""
    atlas = read_atlas(path)
    ids = {item.id for item in (*atlas.actors, *atlas.personas)} | {"marketing", "service", "sales"}

    alone = [text.key for _, _, text in texts_of(atlas, (), "") if not (text.en and text.fr)]

    assert set() == set(alone) - ids


def test_labels_are_asked_for_once_the_team_has_begun(tmp_path):
    """A source in one language is nobody's fault until another source is in both."""
    file = tmp_path / "journeys.yaml"

    def rules(atlas):
        file.write_text(atlas_to_yaml(atlas), encoding="utf-8")
        return [
            dict(it.params).get("text")
            for it in check_atlas_file(file, as_of=TODAY)
            if it.code == "journey.b608"
        ]

    atlas = starter_atlas("en")
    assert ["One"] == rules(attrs.evolve(atlas, sources=["One", Words("Two", "Deux")]))
    assert [] == rules(attrs.evolve(atlas, sources=["One", "Two"]))
