"""The self-test widget without a browser: what a front end may write, what is refused, what Python code sees."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from pathlib import Path

import attrs
import pytest

import cxmaturity as cx
from cxmaturity.app.server.results import own_result
from cxmaturity.app.widgets.self_test import SelfTest
from cxmaturity.core.problems import FileError, InputError, UnknownIdError
from cxmaturity.store.values import Campaign, CampaignPlan, Progress, Saved

ROOT = Path(__file__).resolve().parents[3]
ON = dt.date(2026, 11, 22)
IDS = [question.id for question in cx.load_catalog().questions]


@pytest.fixture
def test():
    """Return an empty self-test."""
    return SelfTest(on=ON)


def send(widget, **state):
    """Send what a browser sends."""
    widget._handle_msg(
        {"content": {"data": {"method": "update", "state": state, "buffer_paths": []}}, "buffers": []}
    )


def draft(number, **answers):
    """Return a draft as the script of the widget makes it."""
    return {"number": number, "answers": answers}


LEVEL = {"state": "level", "level": 3, "reason": "", "sentence": "", "criteria": [], "lead": ""}


def test_a_browser_s_answer_becomes_a_frozen_value(test):
    """A level chosen on screen is in the response, the wave and the result, and the browser hears of it."""
    send(test, draft=draft(1, trust=LEVEL))

    assert cx.Answer(state="level", level=3) == test.response.answer("trust")
    assert (test.response,) == test.wave.responses
    assert 3.0 == test.result.dimension("trust").declared
    assert (1, {"trust": LEVEL}, {}) == (test.heard, test.answers, test.problems)
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        test.response.function = "sales"


@pytest.mark.parametrize(
    "bad",
    [
        {"level": 6},
        {"level": 0},
        {"level": True},
        {"level": "3"},
        {"level": 3.0},
        {"level": None},
        {"state": "great"},
        {"state": ["level"]},
        {"state": "dont_know"},
        {"state": "not_applicable", "level": None, "reason": "  "},
        {"sentence": "x" * 201},
        {"reason": "x" * 201, "state": "not_applicable", "level": None},
        {"lead": "x" * 201},
        {"sentence": "a\x00b"},
        {"sentence": "a\nb"},
        {"sentence": "\ud800"},
        {"sentence": 4},
        {"criteria": ["advocacy.a"]},
        {"criteria": "trust.a"},
        {"criteria": [["trust.a"]]},
        {"criteria": ["trust.a"] * 10},
        {"secret": 1},
    ],
    ids=str,
)
def test_a_wrong_answer_is_refused_and_said(test, bad):
    """What is no answer to the question changes nothing; both languages say why beside the card."""
    send(test, draft=draft(1, trust=LEVEL, access=LEVEL))
    before = test.response

    send(test, draft=draft(2, trust=LEVEL | bad))

    assert before == test.response
    assert {"trust"} == test.problems.keys()
    assert {"en", "fr"} == {language for language, said in test.problems["trust"].items() if said}
    assert 2 == test.heard


def test_a_right_answer_takes_the_problem_away(test):
    """The message goes once the answer can be kept, and a good answer beside a bad one is kept."""
    send(test, draft=draft(1, trust=LEVEL | {"level": 9}, access=LEVEL))
    assert (["trust"], ["access"]) == (list(test.problems), list(test.answers))

    send(test, draft=draft(2, trust=LEVEL))

    assert ({}, {"trust", "access"}) == (test.problems, test.answers.keys())


@pytest.mark.parametrize(
    "value",
    [
        None,
        [],
        "x",
        4,
        {},
        {"number": 1},
        {"answers": {}},
        {"number": "1", "answers": {}},
        {"number": -1, "answers": {}},
        {"number": True, "answers": {}},
        {"number": 1 << 60, "answers": {}},
        {"number": 1, "answers": []},
        {"number": 1, "answers": {"nothing": LEVEL}},
        {"number": 1, "answers": {"trust" * 9000: LEVEL}},
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_draft_of_another_shape_is_refused_without_an_error(test, value):
    """Nothing raises, nothing is kept, and the browser is told."""
    send(test, draft=draft(1, access=LEVEL))
    refused = test.refused

    send(test, draft=value)

    assert refused < test.refused or value is None
    assert ["access"] == list(test.answers)


@pytest.mark.parametrize(
    "field",
    [
        "answers",
        "response",
        "result",
        "facts",
        "content",
        "heard",
        "problems",
        "refused",
        "_esm",
        "_css",
        "_view_name",
        "layout",
        "comm",
        "keys",
    ],
)
def test_a_browser_writes_nothing_else(test, field):
    """Every other field, the widget's own script included, stays what Python made it."""
    before = test.get_state()

    send(test, **{field: "alert(1)"})

    assert 1 == test.refused
    assert before | {"refused": 1} == test.get_state()


@pytest.mark.parametrize(
    "message",
    [
        {},
        {"content": None},
        {"content": {"data": None}},
        {"content": {"data": {"method": "custom", "content": {"event": "click"}}}},
        {"content": {"data": {"method": "nothing"}}},
        {"content": {"data": {"method": "update", "state": None}}},
        {"content": {"data": {"method": "update", "state": [1]}}},
        {"content": {"data": {"method": "update", "state": {}, "buffer_paths": [["a"]]}}},
    ],
    ids=str,
)
def test_other_messages_are_counted_not_obeyed(test, message, capsys):
    """A message that our front end never sends does nothing and shows no trace of an error."""
    test._handle_msg(message)

    assert 1 == test.refused
    assert ("", "") == capsys.readouterr()


def test_language_is_one_of_two(test):
    """The browser changes the language to French or English and to nothing else."""
    send(test, language="en")
    send(test, language="<script>")

    assert ("en", 1) == (test.language, test.refused)


def test_observers_hear_each_change_once(test):
    """`observe` and `on_change` follow the answers; the same answer again is no change."""
    seen, heard = [], []
    test.observe(lambda change: seen.append(change["new"]), "response")
    test.on_change(lambda result: heard.append(result.coverage.levels))

    send(test, draft=draft(1, trust=LEVEL))
    send(test, draft=draft(2, trust=LEVEL))
    test.answer("access", 2)

    assert [1, 2] == heard
    assert test.response == seen[-1]
    assert 2 == len(seen)


def test_python_code_is_checked_too(test):
    """A wrong answer given in Python raises with its code, and changes nothing."""
    with pytest.raises(InputError) as error:
        test.answer("trust", 6)
    assert "assessment.level_range" == error.value.code
    with pytest.raises(UnknownIdError, match="Did you mean 'trust'"):
        test.answer("trusty", 3)
    with pytest.raises(UnknownIdError):
        SelfTest(function="kitchen")
    with pytest.raises(UnknownIdError, match="language"):
        SelfTest(language="de")
    with pytest.raises(UnknownIdError, match="mode"):
        SelfTest(mode="long")

    assert {} == test.answers


def test_same_result_as_the_page_of_a_campaign():
    """The widget and the page of a respondent score the same answers alike."""
    catalog = cx.load_catalog()
    levels = dict(zip(IDS, (3, 2, 4, 1, 5, 2, 3), strict=True))
    now = dt.datetime(2026, 11, 22, tzinfo=dt.UTC)
    plan = CampaignPlan(client="A", controller="B", contact="c", deadline=ON, retention=ON)
    campaign = Campaign(id="own", plan=plan, questionnaire=catalog.version, created_at=now)
    saved = tuple(
        Saved(question=name, revision=1, answer=cx.Answer(state="level", level=level), lead="", saved_at=now)
        for name, level in levels.items()
    )

    page = own_result(Progress(respondent="r", function=None, answers=saved), campaign, catalog, as_of=ON)
    widget = SelfTest(answers=levels, on=ON).result

    assert (page.index, page.stage, page.weak_link, page.dimensions) == (
        widget.index,
        widget.stage,
        widget.weak_link,
        widget.dimensions,
    )


def test_leads_are_kept_beside_the_answers():
    """Where a proof may be found is kept, and does not enter the frozen answer."""
    test = SelfTest(mode="diagnostic", on=ON)

    send(test, draft=draft(1, trust=LEVEL | {"lead": "the CRM", "criteria": ["trust.b", "trust.a"]}))

    assert {"trust": "the CRM"} == test.leads
    assert ("trust.a", "trust.b") == test.response.answer("trust").criteria


def test_state_is_json_and_says_everything_twice(test):
    """All that goes to the browser is plain JSON, with both languages."""
    state = json.loads(json.dumps(test.get_state()))

    assert {"en", "fr"} == state["content"]["languages"].keys()
    for said in state["content"]["languages"].values():
        assert IDS == [question["id"] for question in said["questions"]]


@pytest.mark.parametrize("name", ["reponses.csv", "answers.csv"])
def test_saved_answers_come_back(tmp_path, name):
    """What was saved in a CSV is what is loaded, texts that look like formulas included."""
    given = {
        "trust": 4,
        "access": {"state": "not_applicable", "reason": "=no shop"},
        "response": {"state": "dont_know"},
        "advocacy": {
            "state": "level",
            "level": 3,
            "sentence": '-1 in 5; "yes", really',
            "criteria": ["advocacy.c"],
        },
    }
    test = SelfTest(answers=given, respondent="R1", function="sales", on=ON)

    path = test.save(tmp_path / name)

    loaded = SelfTest(respondent="R1", on=ON).load(path)
    assert test.response == loaded.response
    assert not any(
        cell.startswith(("=", "-", "+", "@")) for cell in path.read_text("utf-8").replace('"', "").split(",")
    )


def test_saving_in_an_engagement_touches_one_row(tmp_path):
    """In an engagement folder the respondent's row changes in the file of the last wave; the others do not."""
    shutil.copytree(ROOT / "examples" / "maison-lavande", tmp_path / "client")
    before = cx.read_engagement(tmp_path / "client")

    path = SelfTest(answers=dict.fromkeys(IDS, 5), respondent="new", function="sales").save(
        tmp_path / "client"
    )

    after = cx.read_engagement(tmp_path / "client")
    assert "reponses-2026.csv" == path.name
    assert before.waves[-1].responses == after.waves[-1].responses[:-1]
    assert ("new", 5) == (
        after.waves[-1].responses[-1].respondent,
        after.waves[-1].responses[-1].answer("trust").level,
    )


def test_loading_nobody_or_nothing_changes_nothing(tmp_path, test):
    """An id that is not in the file, or no file, is said; the answers stay."""
    test.answer("trust", 2)
    path = SelfTest(answers={"trust": 4}, respondent="R1").save(tmp_path / "a.csv")

    with pytest.raises(UnknownIdError, match="R1"):
        test.load(path)
    with pytest.raises((FileError, InputError)):
        test.load(tmp_path / "none.csv")

    assert 2 == test.response.answer("trust").level
