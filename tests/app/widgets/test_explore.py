"""What if, without a browser: the moves that may be made, what follows from them, and what is refused."""

from __future__ import annotations

import datetime as dt
import json

import pytest

import cxmaturity as cx
from cxmaturity.app.widgets.explore import Explore
from cxmaturity.core.problems import InputError, UnknownIdError

ON = dt.date(2026, 11, 22)
LEVELS = {
    "advocacy": 4,
    "distinct": 4,
    "access": 1,
    "response": 4,
    "trust": 4,
    "alignment": 4,
    "community": 4,
}


def send(widget, **state):
    """Send what a browser sends."""
    widget._handle_msg(
        {"content": {"data": {"method": "update", "state": state, "buffer_paths": []}}, "buffers": []}
    )


def given(levels):
    """Return what the page's script hands over."""
    return {"answers": {name: {"state": "level", "level": level} for name, level in levels.items()}}


def test_a_move_changes_the_result_and_never_the_answers():
    """With 4, 4, 1, 4, 4, 4, 4 the weak link is named; at 4 it is gone and all is level, stage 4."""
    explore = Explore(LEVELS, language="en", on=ON)
    assert ("access", 2) == (explore.now.weak_link, explore.now.stage.level)

    send(explore, moves={"access": 4})

    assert (None, 4) == (explore.then.weak_link, explore.then.stage.level)
    assert pytest.approx(4.0) == explore.then.index.geometric
    assert pytest.approx(4 ** (6 / 7)) == explore.now.index.geometric
    view = explore.view["en"]
    assert "With Accessibility at level 4" in view["sentence"]
    assert "Accessibility is no longer the weak link." in view["sentence"]
    assert [{"id": "access", "now": 1, "then": 4}] == [
        row for row in view["rows"] if row["now"] != row["then"]
    ]
    catalog = cx.load_catalog()
    assert [step.en for step in catalog.question("access").advice[:3]] == view["advice"][0]["steps"]


def test_a_self_test_is_followed():
    """What is answered on the self-test beside it is the start of what if, and moves already made stay."""
    test = cx.SelfTest(on=ON)
    explore = Explore(test, language="en", on=ON)
    assert (None, False, True) == (explore.now, explore.asks, explore.view["en"]["empty"])

    test.answer("trust", 4)
    explore.move("access", 3)
    test.answer("alignment", 2)

    assert {"trust": 4, "alignment": 2} == {
        row["id"]: row["now"] for row in explore.view["en"]["rows"] if row["now"]
    }
    assert {"access": 3} == explore.levels


def test_a_move_down_gives_no_advice():
    """Lowering a level says what is lost, not what to do."""
    explore = Explore(LEVELS, on=ON).move("trust", 2)

    assert [] == explore.view["fr"]["advice"]
    assert explore.then.index.geometric < explore.now.index.geometric


def test_moving_back_is_no_move():
    """The level answered is where one started: no move is left, and the results are the same value."""
    explore = Explore(LEVELS, on=ON).move("access", 3)

    send(explore, moves={"access": 1})

    assert {} == explore.levels
    assert explore.now is explore.then
    assert {} == Explore(LEVELS, on=ON).move("access", 3).move("access", None).levels


def test_answers_arrive_from_the_page_as_levels_only():
    """Without answers of its own the widget takes those of the page's script, once or again."""
    explore = Explore(on=ON)
    assert (True, None, True) == (explore.asks, explore.now, explore.view["fr"]["empty"])

    send(explore, given=given({"trust": 3}) | {})
    send(explore, given=given(LEVELS))

    assert (7, 0) == (explore.now.coverage.levels, explore.refused)
    assert "given" not in json.dumps(explore.view)


def test_states_without_a_level_widen_the_bounds():
    """A don't-know counts as missing, a not-applicable does not: the bounds tell them apart."""
    explore = Explore(on=ON)
    states = {"trust": {"state": "level", "level": 3}, "access": {"state": "dont_know", "level": None}}
    send(
        explore,
        given={
            "answers": states
            | {name: {"state": "not_applicable", "level": None} for name in LEVELS if name not in states}
        },
    )

    low, high = explore.now.index.bounds
    assert (pytest.approx(3**0.5), pytest.approx(15**0.5)) == (low, high)


@pytest.mark.parametrize(
    "moves",
    [
        {"trust": 6},
        {"trust": 0},
        {"trust": True},
        {"trust": "4"},
        {"trust": 3.5},
        {"nothing": 3},
        [],
        "x",
        4,
        {"trust": None},
    ],
    ids=str,
)
def test_a_wrong_move_is_refused(moves):
    """A level that does not exist, or a question that does not, moves nothing and raises nothing."""
    explore = Explore(LEVELS, on=ON)

    send(explore, moves=moves)

    assert (1, {}) == (explore.refused, explore.levels)


@pytest.mark.parametrize(
    "value",
    [
        {"answers": {"trust": {"state": "level", "level": 9}}},
        {"answers": {"trust": {"state": "level", "level": 3, "reason": "x"}}},
        {"answers": {"nothing": {"state": "level", "level": 3}}},
        {"answers": {"trust": 3}},
        {"answers": []},
        {"answers": {}, "respondent": "somebody"},
        [],
        "x",
    ],
    ids=str,
)
def test_wrong_answers_from_a_page_are_refused(value):
    """Whatever is not levels of known questions is refused whole."""
    explore = Explore(on=ON)

    send(explore, given=value)

    assert (1, None) == (explore.refused, explore.now)


def test_a_browser_cannot_replace_answers_that_python_gave():
    """In a notebook the answers are Python's."""
    explore = Explore(LEVELS, on=ON)

    send(explore, given=given({"trust": 1}))

    assert (1, 4) == (explore.refused, explore.now.dimension("trust").levels[0])


def test_python_moves_are_checked():
    """A wrong move from Python raises with its code."""
    with pytest.raises(InputError) as error:
        Explore(LEVELS, on=ON).move("trust", 6)
    assert "widgets.moves_shape" == error.value.code
    with pytest.raises(UnknownIdError):
        Explore(LEVELS, on=ON).move("trusty", 3)


def test_a_question_at_the_top_is_no_priority():
    """When all stands at 5 there is nothing to raise."""
    explore = Explore(dict.fromkeys(LEVELS, 5), on=ON)

    assert [] == explore.view["en"]["then"]["priorities"]
