"""From a campaign to the engagement that `report` reads."""

from __future__ import annotations

import shutil
from pathlib import Path

import attrs
import pytest
from store_samples import QUESTIONS, come_in, event, plan

from cxmaturity.assessment.values import Answer
from cxmaturity.core.problems import InputError
from cxmaturity.files import read_engagement
from cxmaturity.store import export_campaign

TEMPLATE = Path(__file__).parents[2] / "templates" / "engagement" / "en"


@pytest.fixture
def folder(tmp_path):
    """Return a starter engagement."""
    return Path(shutil.copytree(TEMPLATE, tmp_path / "client"))


def fill(store, campaign, people=4):
    """Let some people answer everything, with all that an answer can hold."""
    for number in range(people):
        person = come_in(store, campaign, label=f"Person {number}", function="marketing")
        events = [event(question, 1 + number, sequence=i) for i, question in enumerate(QUESTIONS)]
        events[0] = attrs.evolve(
            events[0],
            lead="=HYPERLINK(1)" if number == 0 else "the CRM",
            answer=Answer(
                state="level",
                level=2,
                sentence='=1+1; "quoted", comma\nsecond line',
                criteria=("advocacy.a", "advocacy.c"),
            ),
        )
        events[1] = attrs.evolve(events[1], answer=Answer(state="not_applicable", reason="-none, really"))
        events[2] = attrs.evolve(events[2], answer=Answer(state="dont_know"))
        events[3] = attrs.evolve(events[3], answer=Answer(state="skipped"))
        store.record(person.visitor, events)
        store.finish(person.visitor)


@pytest.fixture
def campaign(store):
    """Return a campaign that asks for functions and has a threshold above the starter's."""
    told = plan(functions=("marketing",), minimum_group=4)
    return store.create_campaign(told, questionnaire="1", actor="test")


def test_what_comes_out_is_what_went_in(store, campaign, folder):
    """The engagement read back has the wave with every answer, under the campaign's own threshold."""
    fill(store, campaign)
    written = export_campaign(store, campaign.id, folder, "test")
    wave = read_engagement(folder).waves[-1]
    expected = {
        response.respondent: {
            question: attrs.evolve(answer, sentence=answer.sentence.replace("\n", " "))
            for question, answer in response.answers
            if answer.state != "skipped"
        }
        for response in store.responses(campaign.id, "test")
    }
    read = {
        response.respondent: {
            question: attrs.evolve(answer, sentence=answer.sentence.replace("\n", " "))
            for question, answer in response.answers
        }
        for response in wave.responses
    }

    assert [file.name for file in written] == [
        f"answers-{campaign.id}.csv",
        f"leads-{campaign.id}.csv",
        "engagement.yaml",
    ]
    assert read == expected
    assert (wave.id, wave.version, wave.date) == (campaign.id, "1", store.now().date())
    assert read_engagement(folder).settings.minimum_group == 4


def test_no_cell_is_a_formula_and_no_name_is_in_it(store, campaign, folder):
    """What a spreadsheet would run is text; labels stay in the store; files are for this account only."""
    fill(store, campaign)
    for file in export_campaign(store, campaign.id, folder, "test")[:2]:
        text = file.read_text(encoding="utf-8-sig")
        cells = [cell.strip('"') for line in text.splitlines() for cell in line.split(",")]
        assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]
        assert "Person" not in text
        assert file.stat().st_mode & 0o777 == 0o600


def test_exporting_again_brings_up_to_date(store, campaign, folder):
    """The second export adds the people who came since, and no second wave."""
    fill(store, campaign)
    export_campaign(store, campaign.id, folder, "test")
    before = (folder / "engagement.yaml").read_bytes()
    fill(store, campaign, people=2)
    written = export_campaign(store, campaign.id, folder, "test")

    assert "engagement.yaml" not in {file.name for file in written}
    assert (folder / "engagement.yaml").read_bytes() == before
    assert len(read_engagement(folder).waves[-1].responses) == 6


def test_nothing_to_export(store, campaign, folder):
    """A campaign that nobody finished leaves the folder as it was."""
    before = sorted(file.name for file in folder.iterdir())
    with pytest.raises(InputError) as caught:
        export_campaign(store, campaign.id, folder, "test")

    assert caught.value.code == "store.nothing_to_export"
    assert before == sorted(file.name for file in folder.iterdir())


def test_a_broken_engagement_is_left_alone(store, campaign, folder):
    """An engagement that does not pass `check` is not written to."""
    fill(store, campaign)
    file = folder / "engagement.yaml"
    file.write_text(
        file.read_text(encoding="utf-8").replace("currency: EUR", "currency: EURO"), encoding="utf-8"
    )
    before = {one.name: one.read_bytes() for one in folder.iterdir()}
    with pytest.raises(InputError):
        export_campaign(store, campaign.id, folder, "test")

    assert before == {one.name: one.read_bytes() for one in folder.iterdir()}


def test_reading_for_the_export_is_in_the_trail(store, campaign, folder):
    """Who took the answers out is in the trail."""
    fill(store, campaign)
    export_campaign(store, campaign.id, folder, "consultant-3")

    actions = [(entry.actor, entry.action) for entry in store.audit_entries(campaign.id)][-2:]
    assert actions == [("consultant-3", "responses.read"), ("consultant-3", "leads.read")]
