"""Scores on their way into the atlas, from a room or from paper."""

from __future__ import annotations

import pytest

from cxmaturity.app.widgets.journey_map_scores import (
    Given,
    highest_participant,
    of_talk,
    read_scores,
    with_scores,
)
from cxmaturity.app.widgets.journey_map_session import Session
from cxmaturity.app.widgets.journey_map_workshop import disagreements, written_functions
from cxmaturity.core.problems import InputError
from cxmaturity.i18n.messages import describe
from cxmaturity.journey.values import Atlas, Event, Journey, Score, Stage, Words


@pytest.fixture
def atlas():
    """Return one journey of two events."""
    events = [
        Event(id=name, by="customer", action=Words(en=name), channel="store") for name in ("pay", "wait")
    ]
    stage = Stage(id="order", name=Words(en="Order"), lifecycle="purchase", events=events)
    return Atlas(
        client="A", language="en", journeys=[Journey(id="buy", title=Words(en="Buy"), stages=[stage])]
    )


def read(text, atlas, language="fr"):
    """Read a table."""
    return read_scores(text.encode(), "scores.csv", atlas, written_functions(), language=language)


def test_a_session_lands_once(atlas):
    """Scores of a room, taken in twice: once in the atlas, under function and number."""
    room = Session(None)
    room.open()
    me = room.join("sales", "a" * 32).number
    room.score(me, "pay", "satisfaction", 2)
    room.score(me, "pay", "expectation", 5)
    room.score(me, "gone", "satisfaction", 2)

    once = with_scores(atlas, of_talk(room.talk))

    assert once.journeys[0].events[0].scores == (
        Score(function="sales", participant=1, expectation=5, satisfaction=2),
    )
    assert with_scores(once, of_talk(room.talk)) == once
    assert highest_participant(once) == 1
    assert highest_participant(atlas) == 0


@pytest.mark.parametrize(
    "text",
    [
        "event;function;participant;expectation;satisfaction\npay;sales;1;4;2,5\nwait;Service client;2;;1\n",
        "\ufeffParticipant,Fonction,Événement,Satisfaction,Attente\n1,Commercial,pay,2.5,4\n2,SERVICE CLIENT,wait,1,\n",
        'sep=;\r\n"Évènement";"équipe";"numéro";"attendu";"vécu"\r\npay;sales;1;4;2,5\r\nwait;service;2;;1\r\n;;;;\r\n',
    ],
    ids=["semicolons", "french names, other order", "as Excel writes it"],
)
def test_a_table_typed_after_paper(text, atlas):
    """Columns in any order, named in either language, decimal comma or point, functions by name or id: the same scores."""
    assert read(text, atlas) == (
        Given(event="pay", function="sales", participant=1, expectation=4, satisfaction=2.5),
        Given(event="wait", function="service", participant=2, expectation=None, satisfaction=1),
    )


def test_everything_wrong_is_said_by_line(atlas):
    """An unknown event, a score off the scale, nobody: each with its line, in both languages, nothing taken."""
    text = "event;function;participant;satisfaction\npay;sales;1;6\nnowhere;sales;2;3\npay;;x;3\npay;sales;;3\npay;sales;9;4\n"

    with pytest.raises(InputError) as caught:
        read(text, atlas)

    problems = caught.value.problems
    assert [(problem.code, problem.place.line) for problem in problems] == [
        ("widgets.scores_number", 2), ("widgets.scores_event", 3), ("widgets.scores_function", 4),
        ("widgets.scores_number", 4), ("widgets.scores_participant", 5),
    ]  # fmt: skip
    assert "n'est pas un nombre de 1 à 5" in describe(problems[0], "fr").replace("\u2019", "'")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "widgets.scores_empty"),
        ("event;function;participant;satisfaction\n", "widgets.scores_empty"),
        ("event;function\npay;sales\n", "widgets.scores_column"),
        ("a;b\n", "widgets.scores_column"),
        ('event;function;participant;satisfaction\n"pay;sales;1;2\n', "files.csv_broken"),
        ("PK\x03\x04", "files.is_excel"),
    ],
)
def test_what_is_no_table_of_scores(text, code, atlas):
    """Empty, without its columns, broken, a workbook under another name: an error with its own code."""
    with pytest.raises(InputError) as caught:
        read(text, atlas)

    assert code in {problem.code for problem in caught.value.problems}


def test_where_functions_disagree_comes_first(atlas):
    """Means by hand: sales 2 and 3, service 5 on one event (2.5 apart), agreement on the other."""
    given = [
        Given(event="pay", function="sales", participant=1, expectation=4, satisfaction=3),
        Given(event="wait", function="sales", participant=1, expectation=4, satisfaction=2),
        Given(event="wait", function="sales", participant=2, expectation=4, satisfaction=3),
        Given(event="wait", function="service", participant=3, expectation=4, satisfaction=5),
    ]

    rows = disagreements(with_scores(atlas, given), "buy", "en")

    assert [(row["id"], row["range"]) for row in rows] == [("wait", 2.5), ("pay", None)]
    assert rows[0]["apart"] == "2.5 points apart"
    assert [(one["name"], one["satisfaction_said"]) for one in rows[0]["functions"]] == [
        ("Sales", "2.5"),
        ("Customer service", "5.0"),
    ]
