"""The widget between the browser and the state: what it takes, what it shows, what it refuses."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import traitlets

import cxmaturity as cx
from cxmaturity.app.widgets import journey_map as module
from cxmaturity.app.widgets.journey_map import SETTING, JourneyMap, open_map
from cxmaturity.app.widgets.journey_map_filters import NO_FILTERS, read_filters
from cxmaturity.app.widgets.journey_map_seat import WorkshopSeat, open_seat
from cxmaturity.core.problems import InputError, UnknownIdError
from cxmaturity.i18n.messages import load_messages
from cxmaturity.journey.values import Atlas, Journey, Stage, Words
from cxmaturity.resources import resource

EVENT = "parcourir-collection"
KEY = "a" * 32
OTHER = "b" * 32


@pytest.fixture
def folder(tmp_path):
    """Copy the retailer."""
    return Path(shutil.copytree(resource("examples") / "maison-lavande", tmp_path / "shop"))


@pytest.fixture
def shown(folder):
    """Show its first map, in English."""
    made = JourneyMap(folder, language="en")
    yield made
    made.close()


def said(**content):
    """Return a custom message as it arrives from a browser."""
    return {"content": {"data": {"method": "custom", "content": {"seq": 1, **content}}}}


def written(**state):
    """Return an update of fields as it arrives from a browser."""
    return {"content": {"data": {"method": "update", "state": state, "buffer_paths": []}}}


def typed(text, field="valence", part="emotion", item=""):
    """Return the message of a box."""
    return said(kind="edit", at=EVENT, part=part, item=item, field=field, text=text)


def test_select_an_event_and_have_it_in_python(shown):
    """Chosen in the browser: the event, its touchpoint, what follows for it; a Python observer is told."""
    told = []
    shown.observe(lambda change: told.append(change["new"]), "selected")
    assert (shown.event, shown.touchpoint, shown.panel) == (None, None, {})

    shown._handle_msg(written(selected=EVENT))

    assert told == [EVENT]
    assert shown.event.id == EVENT
    assert shown.touchpoint == "decouvrir.website"
    assert shown.event_result.event == EVENT
    assert shown.panel["title"] == shown.event.action.en
    shown._handle_msg(written(selected=""))
    assert (shown.event, shown.panel) == (None, {})


def test_filters_are_in_python(shown):
    """What the picture is filtered on is a plain value, with every facet."""
    shown._handle_msg(written(filters={"family": ["digital"], "threshold": -0.5}))

    assert shown.filters == {**NO_FILTERS, "family": ["digital"], "threshold": -0.5}
    shown.filters = {"grade": ["H"]}
    assert shown.filters == {**NO_FILTERS, "grade": ["H"]}


@pytest.mark.parametrize(
    "state",
    [
        {"selected": "nowhere"}, {"selected": 5}, {"journey": "none"}, {"persona": "nobody"}, {"filters": {"colour": []}},
        {"filters": {"family": "digital"}}, {"filters": {"threshold": 3}}, {"filters": {"threshold": True}}, {"filters": []},
        {"picture": {"svg": "<svg onload=alert(1)>"}}, {"panel": {}}, {"_esm": "alert(1)"}, {"status": {}}, {"words": {}},
        {"language": "de"}, {"handled": 3}, {"workshop": {}}, {"seat": {}},
    ],
    ids=str,
)  # fmt: skip
def test_what_a_browser_may_not_write(shown, state):
    """An unknown event, map or filter, and every field that is not for the browser: refused, counted, nothing moves."""
    before = shown.get_state()
    for name in ("refused", "layout"):
        before.pop(name)

    shown._handle_msg(written(**state))

    after = shown.get_state()
    assert {name: after[name] for name in before} == before
    assert shown.refused >= 1


@pytest.mark.parametrize(
    "data",
    [None, {}, {"method": "custom"}, {"method": "eval"}, {"method": "custom", "content": {"kind": "save"}}],
)
def test_any_other_message_is_refused(shown, data):
    """Not a message of the table: counted, never an exception."""
    shown._handle_msg({"content": {"data": data}})

    assert shown.refused == 1


def test_filters_of_any_shape():
    """A list too long, a name too long, a number that is none: no filters."""
    assert read_filters({"family": ["x"] * 201}) is None
    assert read_filters({"family": ["x" * 201]}) is None
    assert read_filters({"threshold": float("nan")}) is None
    assert read_filters(5) is None
    assert read_filters({}) == dict(NO_FILTERS)


def test_an_edit_redraws_and_can_be_undone(shown):
    """A valence typed: another picture, another atlas, unsaved; undone, all is as it was."""
    shown.selected = EVENT
    svg, atlas = shown.picture["svg"], shown.atlas

    shown._handle_msg(typed("-1.5"))

    assert shown.event.emotion.valence == -1.5
    assert shown.status["unsaved"]
    assert shown.status["can_undo"]
    shown._handle_msg(said(kind="undo"))
    assert (shown.atlas, shown.picture["svg"], shown.status["unsaved"]) == (atlas, svg, False)


def test_a_measure_moves_the_curve(shown):
    """Five out of five added where customers gave less: the level of the event, in words, is another."""
    shown.selected = EVENT
    svg, lines = shown.picture["svg"], shown.panel["lines"]

    shown._handle_msg(said(kind="add", at=EVENT, part="satisfaction", choice="csat5", text="1"))
    item = shown.event.satisfaction[-1].id
    shown._handle_msg(typed("200", "n", "satisfaction", item))
    shown._handle_msg(typed("survey", "kind", "satisfaction", item))

    assert shown.panel["lines"] != lines
    assert shown.picture["svg"] != svg


def test_what_is_not_understood_stays_in_its_box(shown):
    """A word for a number: kept as typed beside its reason, in the language shown; the atlas is as it was; saving is refused."""
    shown.selected = EVENT
    atlas = shown.atlas

    shown._handle_msg(typed("plutôt mal"))

    box = next(
        box
        for part in shown.panel["parts"]
        if part["id"] == "emotion"
        for box in part["items"][0]["boxes"]
        if box["field"] == "valence"
    )
    assert (box["text"], "not a number" in box["wrong"]) == ("plutôt mal", True)
    assert shown.atlas == atlas
    shown._handle_msg(said(kind="save"))
    assert "not understood" in shown.status["refused"][0]
    with pytest.raises(InputError):
        shown.save()
    shown._handle_msg(written(language="fr"))
    assert "compris" in shown.status["refused"][0]
    shown._handle_msg(said(kind="undo"))
    assert shown.status["refused"] == []


def test_saving_and_opening_again(shown, folder):
    """Saved from the page, the file has it; opened again, what was not saved is forgotten."""
    shown.selected = EVENT
    shown._handle_msg(typed("-1"))
    shown._handle_msg(said(kind="save"))
    assert cx.read_atlas(folder) == shown.atlas
    assert not shown.status["unsaved"]

    shown._handle_msg(typed("2"))
    shown._handle_msg(said(kind="reload"))
    assert shown.event.emotion.valence == -1

    (folder / "journeys.yaml").write_text("nonsense: [", encoding="utf-8")
    shown._handle_msg(typed("2"))
    shown._handle_msg(said(kind="reload"))
    assert shown.event.emotion.valence == 2
    assert shown.status["refused"]


def test_another_map(shown):
    """Another journey or persona: its own picture; what is not of it is no longer selected."""
    shown.selected = EVENT
    svg = shown.picture["svg"]
    shown._handle_msg(written(persona="francoise"))
    assert (shown.persona, shown.selected) == ("francoise", EVENT)
    assert shown.picture["svg"] != svg

    shown._handle_msg(written(journey="acheter-parure-cible"))
    assert (shown.journey, shown.selected, shown.event) == ("acheter-parure-cible", "", None)


def test_both_languages_say_everything(shown):
    """The page has every word in both languages, and the language shown is never mixed."""
    english = shown.words
    shown.language = "fr"

    assert english.keys() == shown.words.keys()
    assert len(english) > 50
    texts = {
        key
        for key, forms in load_messages("journey_widget").items()
        if forms["en"]["other"] == forms["fr"]["other"]
    }
    assert all(
        "persona" in key or "seat.who" in key or key.endswith((".satisfaction", ".date")) for key in texts
    ), texts
    assert "Enregistr" in shown.status["saved"]


def test_a_workshop_from_the_first_score_to_the_map(shown, folder):
    """Two seats score blind; the map shows how many and no score; revealed, functions and their distance are on the map."""
    one, two = WorkshopSeat(folder, language="en"), WorkshopSeat(folder, language="fr")
    assert not one.seat["open"]
    before = shown.atlas
    shown._handle_msg(said(kind="open"))
    for seat in (one, two):
        seat.refresh()
    one._handle_msg(said(kind="join", function="sales", key=KEY))
    two._handle_msg(said(kind="join", function="service", key=OTHER))
    one._handle_msg(said(kind="score", at=EVENT, aspect="satisfaction", level=1))
    two._handle_msg(said(kind="score", at=EVENT, aspect="satisfaction", level=5))
    two._handle_msg(said(kind="score", at=EVENT, aspect="expectation", level=4))
    shown.refresh()

    assert shown.workshop["people"] == "2 people in the room"
    assert shown.workshop["progress"].startswith("3 of ")
    assert shown.atlas == before
    told = json.dumps([one.seat, one.get_state(["seat"])])
    assert '"given": {"satisfaction": 1}' in told
    assert '"satisfaction": 5' not in told
    assert '"expectation": 4' not in told

    shown._handle_msg(said(kind="reveal"))
    one.refresh()
    scores = [
        score
        for journey in shown.atlas.journeys
        for event in journey.events
        if event.id == EVENT
        for score in event.scores
    ]
    assert {(score.function, score.expectation, score.satisfaction) for score in scores[-2:]} == {
        ("sales", None, 1),
        ("service", 4, 5),
    }
    assert one.seat["results"][0]["id"] == EVENT
    assert one.seat["results"][0]["range"] == 4
    assert shown.workshop["results"][0]["id"] == EVENT
    found = next(result for result in shown.result.of(shown.journey).events if result.event == EVENT)
    assert found.disagreement == 4
    one._handle_msg(said(kind="score", at=EVENT, aspect="satisfaction", level=5))
    assert shown.refresh() is False
    shown.save()
    assert cx.read_atlas(folder) == shown.atlas
    assert shown.undo()
    assert shown.atlas == before


def test_a_seat_that_comes_back_finds_its_scores(folder):
    """Another kernel for the same browser, after a reload: the same participant with the same scores."""
    shown, seat = JourneyMap(folder), WorkshopSeat(folder)
    shown._handle_msg(said(kind="open"))
    seat.refresh()
    seat._handle_msg(said(kind="join", function="sales", key=KEY))
    seat._handle_msg(said(kind="score", at=EVENT, aspect="satisfaction", level=2))

    again = WorkshopSeat(folder)
    again._handle_msg(said(kind="join", function="sales", key=KEY))

    assert again.seat["person"] == seat.seat["person"]
    assert again.seat["stages"] == seat.seat["stages"]
    again._handle_msg(said(kind="leave"))
    assert again.seat["person"] is None


def test_the_room_scores_the_journey_that_the_facilitator_shows(shown, folder):
    """A session opened on the second journey: the seats score that one, whatever map is shown meanwhile."""
    seat = WorkshopSeat(folder, language="en")
    shown.journey = "acheter-parure-cible"
    shown._handle_msg(said(kind="open"))
    shown.journey = "acheter-parure"
    seat.refresh()
    seat._handle_msg(said(kind="join", function="sales", key=KEY))

    wanted = [event.id for event in shown.atlas.journey("acheter-parure-cible").events]
    assert [event["id"] for stage in seat.seat["stages"] for event in stage["events"]] == wanted
    shown.refresh()
    assert shown.workshop["progress"] == f"0 of {2 * len(wanted)} scores given"


def test_scores_that_were_shown_and_not_saved_come_back(shown, folder):
    """The page was closed without saving, or opened again: scores are taken in once more; saved, they are there once."""
    shown._handle_msg(said(kind="open"))
    shown._handle_msg(said(kind="join", function="sales", key=KEY))
    shown._handle_msg(said(kind="score", at=EVENT, aspect="satisfaction", level=2))
    shown._handle_msg(said(kind="reveal"))
    after = shown.atlas

    again = JourneyMap(folder)
    assert (again.atlas, again.status["unsaved"]) == (after, True)
    again._handle_msg(said(kind="reload"))
    assert (again.atlas, again.status["unsaved"]) == (after, True)
    again.save()
    last = JourneyMap(folder)
    assert (last.atlas, last.status["unsaved"], last.status["can_undo"]) == (after, False, False)


def test_one_laptop_passed_around(shown):
    """The map has a seat of its own: two people one after the other, and neither sees the other."""
    shown._handle_msg(said(kind="open"))
    shown._handle_msg(said(kind="join", function="sales", key=KEY))
    shown._handle_msg(said(kind="score", at=EVENT, aspect="satisfaction", level=2))
    shown._handle_msg(said(kind="leave"))
    shown._handle_msg(said(kind="join", function="customer", key=OTHER))

    assert shown.seat["who"].startswith("Customer")
    assert not any(event["given"] for stage in shown.seat["stages"] for event in stage["events"])


def test_scores_from_paper(shown, tmp_path):
    """A table with everything right is taken in one step of undo; with anything wrong, nothing is, and the page says what."""
    table = f"event;function;participant;expectation;satisfaction\n{EVENT};sales;101;4;2\n{EVENT};service;102;4;5\n"
    file = tmp_path / "scores.csv"
    file.write_text(table, encoding="utf-8")
    before = shown.atlas

    assert shown.import_scores(file) == 2
    after = shown.atlas
    assert shown.import_scores(file) == 2
    assert shown.atlas == after != before
    assert shown.undo()
    assert shown.atlas == before
    shown._handle_msg(said(kind="import", text=table.replace("102;4;5", "102;4;9")))
    assert shown.atlas == before
    assert shown.workshop["import_wrong"] == ["scores.csv:3: '9' is not a number from 1 to 5."]
    shown._handle_msg(said(kind="import", text=table))
    assert shown.atlas == after
    assert shown.workshop["import_wrong"] == []


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "=HYPERLINK(1)", "]]>&amp;"]
)
def test_a_text_is_only_a_text(shown, folder, text):
    """What somebody types is well-formed text in the picture, and in the file what was typed."""
    from xml.etree import ElementTree as ET

    shown.selected = EVENT
    shown._handle_msg(said(kind="add", at=EVENT, part="pains", choice="", text=text))
    shown._handle_msg(typed(text, "word"))
    shown.save()

    root = ET.fromstring(shown.picture["svg"])  # noqa: S314  # our own picture
    assert not [node.tag for node in root.iter() if node.tag.rpartition("}")[2] in ("script", "img")]
    assert cx.read_atlas(folder) == shown.atlas
    assert shown.event.pains[-1].text.en == text


def test_what_cannot_be_shown(tmp_path, folder):
    """No file, a map without a journey, a name that nothing bears: an error that says so."""
    with pytest.raises(InputError):
        JourneyMap(tmp_path)
    with pytest.raises(InputError, match="no journey"):
        JourneyMap(type(cx.read_atlas(folder))(client="A", language="en"))
    with pytest.raises(UnknownIdError):
        JourneyMap(folder, journey="none")
    with pytest.raises(UnknownIdError):
        JourneyMap(folder, persona="nobody")


@pytest.mark.parametrize(
    "stages", [[], [Stage(id="s", name=Words(en="S"), lifecycle="use")]], ids=["no stage", "no event"]
)
def test_a_journey_without_an_event_is_a_page(stages):
    """Nothing to draw yet: no picture, and everything else works."""
    journey = Journey(id="j", title=Words(en="J"), stages=stages)
    shown = JourneyMap(Atlas(client="A", language="en", journeys=[journey]))
    shown._handle_msg(said(kind="open"))
    shown._handle_msg(said(kind="reveal"))

    assert (shown.picture["svg"], shown.workshop["state"], shown.workshop["results"]) == ("", "revealed", [])


def test_the_page_s_folder_comes_from_the_server(folder, monkeypatch):
    """The setting of the process comes before what the notebook names, for the map and for the seat."""
    monkeypatch.setenv(SETTING, str(folder))

    assert open_map("elsewhere").state.file.parent == folder
    assert open_seat("elsewhere").state.file.parent == folder
    monkeypatch.delenv(SETTING)
    shown = open_map(folder, "en", persona="francoise")
    assert shown.persona == "francoise"
    assert shown.theme["light"]["--primary"] == cx.read_engagement(folder).theme.primary.upper()
    assert shown.theme["light"]["--primary"] in shown.picture["svg"]
    assert open_map(folder / "journeys.yaml").theme == {}


def test_python_cannot_select_what_is_not_there(shown):
    """A trait that holds an id holds one of the map."""
    with pytest.raises(traitlets.TraitError):
        shown.selected = "nowhere"
    assert module.POLL_SECONDS <= 2


def test_an_atlas_without_a_file(folder):
    """An atlas built in Python: shown, edited, scored on this device, saved under a name."""
    shown = JourneyMap(cx.read_atlas(folder), language="en")
    shown._handle_msg(said(kind="open"))
    shown._handle_msg(said(kind="join", function="sales", key=KEY))

    assert shown.workshop["shared"] is False
    assert shown.seat["person"]
    assert not shown.status["can_save"]
    shown.save(folder / "mine.yaml")
    assert cx.read_atlas(folder / "mine.yaml") == shown.atlas
