"""A journey document in YAML, in a folder or in an engagement is read whole, with the line of everything wrong."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import attrs
import pytest

from cxmaturity.core.problems import InputError
from cxmaturity.files import check_path, read_engagement, write_starter
from cxmaturity.files.journey import (
    atlas_to_workbook,
    atlas_to_yaml,
    check_atlas_file,
    find_document,
    read_atlas,
    starter_atlas,
)
from cxmaturity.journey.values import Atlas, Campaign, Event, Measure, PersonalData, Words

TODAY = dt.date(2026, 11, 22)
SMALL = """\
client: Acme
language: fr
personas:
- {id: julie, name: Julie, claims: [Elle compare]}
journeys:
- id: buy
  title: Acheter
  personas: [julie]
  stages:
  - id: pay
    name: {fr: Payer, en: Pay}
    lifecycle: purchase
    events:
    - id: card
      by: customer
      action: Je paie
      channel: website
      satisfaction:
      - {metric: csat5, value: 3.4, n: 212}
      - {id: card-m1, metric: nps, value: 12}
      pains: [Trop long, {en: Too dear}]
      data: [e-mail, {name: photo, basis: consent, retention_months: 36}]
      campaign: rentrée
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return an empty folder."""
    return tmp_path


def write(folder: Path, text: str, name: str = "journeys.yaml") -> Path:
    """Write a file and return its path."""
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


def event(folder: Path) -> Event:
    """Return the one event of the small document."""
    return read_atlas(folder).journeys[0].events[0]


def test_short_forms_and_derived_ids(folder):
    """A text stands for a claim, a pain, a datum or a campaign; ids left out avoid those that are there."""
    write(folder, SMALL)
    read = event(folder)

    assert ["card-m2", "card-m1"] == [measure.id for measure in read.satisfaction]
    assert [("card-p1", Words("", "Trop long")), ("card-p2", Words("Too dear", ""))] == [
        (pain.id, pain.text) for pain in read.pains
    ]
    assert (PersonalData(name=Words(fr="e-mail")), Campaign(name=Words(fr="rentrée"))) == (
        read.data[0],
        read.campaign,
    )
    assert Words("", "Elle compare") == read_atlas(folder).personas[0].claims[0].text


def test_everything_wrong_comes_at_once_with_its_line(folder):
    """Six mistakes give six problems, each with its line, and what is good is still there."""
    text = SMALL
    for good, bad in (
        ("lifecycle: purchase", "lifecycle: birth"),
        ("by: customer", "by: custommer"),
        ("action: Je paie", "acton: Je paie"),
        ("value: 3.4", "value: '3,4'"),
        ("n: 212", "n: many"),
        ("retention_months: 36", "retention_months: -1"),
    ):
        assert good in text
        text = text.replace(good, bad)
    file = write(folder, text)

    errors = [problem for problem in find_document(file).problems if problem.severity == "error"]

    assert [12, 15, 16, 19, 19, 22] == [problem.place.line for problem in errors]
    assert "files.misspelt_key" == errors[2].code
    assert (
        Measure(id="card-m1", metric="nps", value=12)
        == find_document(file).atlas.journeys[0].events[0].satisfaction[1]
    )
    with pytest.raises(InputError):
        read_atlas(file)


def test_a_rule_points_at_the_line(folder):
    """What a rule finds stands at the line of the value, though an item before it could not be read."""
    file = write(
        folder,
        SMALL.replace("- {metric: csat5, value: 3.4, n: 212}", "- 5").replace("value: 12", "value: 120"),
    )

    found = {problem.code: problem.place.line for problem in check_atlas_file(file, as_of=TODAY)}

    assert {"files.wrong_value": 19, "journey.e103": 20}.items() <= found.items()


def test_nothing_is_said_that_rests_on_what_could_not_be_read(folder):
    """A measure whose value could not be read is not said to be outside its scale as well."""
    file = write(folder, SMALL.replace("value: 3.4", "value: a lot"))

    at_line = [problem.code for problem in check_atlas_file(file, as_of=TODAY) if problem.place.line == 19]

    assert ["files.wrong_value"] == [
        code for code in at_line if code in ("files.wrong_value", "journey.e103")
    ]


def test_a_folder_reads_the_workbook_first_and_says_when_they_differ(folder):
    """Of a workbook and a YAML file the workbook is read; that they differ is a warning, that they agree is none."""
    atlas = starter_atlas("en")
    (folder / "gabarit.xlsx").write_bytes(atlas_to_workbook(atlas, "en"))
    write(folder, atlas_to_yaml(atlas))
    assert [] == [p.code for p in check_atlas_file(folder, as_of=TODAY) if p.code == "files.journeys_differ"]

    write(folder, atlas_to_yaml(attrs.evolve(atlas, client="Other")))
    warned = [p for p in check_atlas_file(folder, as_of=TODAY) if p.code == "files.journeys_differ"]

    assert ["warning"] == [problem.severity for problem in warned]
    assert atlas == read_atlas(folder)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_untouched_example_beside_a_filled_template_is_not_told(folder, language):
    """`new` writes both files; whoever fills the workbook only is not told that the example says something else."""
    (folder / "gabarit.xlsx").write_bytes(
        atlas_to_workbook(attrs.evolve(starter_atlas(language), client="Other"), language)
    )
    write(folder, atlas_to_yaml(starter_atlas(language)))

    assert "files.journeys_differ" not in {problem.code for problem in check_atlas_file(folder, as_of=TODAY)}


@pytest.mark.parametrize(
    ("name", "code"), [(".", "files.no_journeys"), ("none.yaml", "files.no_such_document")]
)
def test_nothing_to_read(folder, name, code):
    """An empty folder and a missing file are told how to get a first document."""
    with pytest.raises(InputError) as raised:
        read_atlas(folder / name)

    assert code == raised.value.code


def test_an_engagement_names_its_document(folder):
    """The key ``journeys`` names a file of the folder, whose problems carry that file's place."""
    write_starter(folder / "acme", "en")
    file = folder / "acme" / "engagement.yaml"
    file.write_text(file.read_text(encoding="utf-8") + "\njourneys: maps.xlsx\n", encoding="utf-8")
    book = folder / "acme" / "maps.xlsx"
    assert ["files.missing"] == [p.code for p in check_path(folder / "acme") if p.severity == "error"]

    book.write_bytes(atlas_to_workbook(starter_atlas("en"), "en"))

    assert starter_atlas("en") == read_engagement(folder / "acme").atlas
    assert starter_atlas("en") == read_atlas(folder / "acme")


def test_an_engagement_holds_its_document(folder):
    """A document in the engagement takes client, language and currency from what stands around it."""
    write_starter(folder / "acme", "fr")
    file = folder / "acme" / "engagement.yaml"
    inside = "".join(f"  {line}\n" for line in SMALL.splitlines()[2:])
    text = file.read_text(encoding="utf-8")
    file.write_text(f"{text}\njourneys:\n{inside}", encoding="utf-8")

    engagement = read_engagement(folder / "acme")

    assert ("fr", engagement.client.name) == (engagement.atlas.language, engagement.atlas.client)
    assert Words("", "Acheter") == engagement.atlas.journeys[0].title
    assert engagement.atlas == read_atlas(folder / "acme")

    file.write_text(f"{text}\njourneys:\n{inside.replace('by: customer', 'by: nobody')}", encoding="utf-8")
    wrong = [problem for problem in check_path(folder / "acme") if problem.severity == "error"]
    assert [("files.unknown_choice", "engagement.yaml")] == [(p.code, Path(p.place.file).name) for p in wrong]
    assert wrong[0].place.line > text.count("\n")


def test_a_broken_document_does_not_hide_the_engagement(folder):
    """A journey document that cannot be read at all is one problem of the engagement, not its end."""
    write_starter(folder / "acme", "en")
    file = folder / "acme" / "engagement.yaml"
    file.write_text(file.read_text(encoding="utf-8") + "\njourneys: journeys.yaml\n", encoding="utf-8")
    write(folder / "acme", "client: [Acme\n")

    errors = [problem for problem in check_path(folder / "acme") if problem.severity == "error"]

    assert ["files.yaml_broken"] == [problem.code for problem in errors]


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_starter_is_sound(language, folder):
    """The starter passes every rule, says that it is invented, and speaks its language."""
    atlas = starter_atlas(language)
    file = write(folder, atlas_to_yaml(atlas))

    assert () == check_atlas_file(file, as_of=TODAY)
    assert language == atlas.language
    assert {"en": "invented", "fr": "inventé"}[language] in atlas.note.of(language)


def test_two_hundred_events_are_read_and_checked(folder, calls):
    """A workbook of 200 events is read whole and checked with work that grows as its events do."""
    sizes = []
    for events in (100, 200):
        big = _many(events)
        (folder / f"{events}.xlsx").write_bytes(atlas_to_workbook(big, "en"))
        sizes.append(len(big.journeys[0].events))
        assert big == read_atlas(folder / f"{events}.xlsx")

    spent = [calls(lambda n=n: check_atlas_file(folder / f"{n}.xlsx", as_of=TODAY)) for n in (100, 200)]
    assert spent[1] / spent[0] < 1.1 * sizes[1] / sizes[0]


def _many(least: int) -> Atlas:
    atlas = starter_atlas("en")
    journey = atlas.journeys[0]
    stages = [
        attrs.evolve(stage, id=f"{stage.id}-{number}", events=[_copy(one, number) for one in stage.events])
        for number in range(least // len(journey.events) + 1)
        for stage in journey.stages
    ]
    return attrs.evolve(atlas, journeys=[attrs.evolve(journey, stages=stages)])


def _copy(one: Event, number: int) -> Event:
    name = f"{one.id}-{number}"

    def renamed(items, letter):
        return [attrs.evolve(item, id=f"{name}-{letter}{place}") for place, item in enumerate(items, 1)]

    ideas = [attrs.evolve(item, feedback=()) for item in renamed(one.opportunities, "o")]
    return attrs.evolve(
        one,
        id=name,
        satisfaction=renamed(one.satisfaction, "m"),
        pains=renamed(one.pains, "p"),
        opportunities=ideas,
        next=(),
    )


def test_weights_in_one_cell_may_have_decimal_commas(folder):
    """Several numbers in a cell are typed as text, so a French reader's comma is read as the decimal mark that it is."""
    import openpyxl

    file = folder / "gabarit.xlsx"
    file.write_bytes(atlas_to_workbook(starter_atlas("fr"), "fr"))
    book = openpyxl.load_workbook(file)
    (cell,) = [
        row[2] for row in book.worksheets[1].iter_rows() if str(row[0].value).endswith("strategy.weights")
    ]
    cell.value = "Léa = 0,75; Marc = 0,25"
    book.save(file)

    assert [0.75, 0.25] == [weight for _, weight in read_atlas(file).strategy.weights]
