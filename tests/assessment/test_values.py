"""The values of the room: what an answer may be, and that reading them costs nothing."""

from __future__ import annotations

import subprocess
import sys

import pytest

from cxmaturity import assessment
from cxmaturity.assessment.values import Answer, Response
from cxmaturity.core.problems import InputError


@pytest.mark.parametrize(
    ("given_", "code"),
    [
        ({"state": "level"}, "assessment.level_and_state"),
        ({"state": "dont_know", "level": 3}, "assessment.level_and_state"),
        ({"state": "skipped", "level": 1}, "assessment.level_and_state"),
        ({"state": "level", "level": 0}, "assessment.level_range"),
        ({"state": "level", "level": 6}, "assessment.level_range"),
        ({"state": "level", "level": 2.5}, "assessment.level_range"),
        ({"state": "not_applicable"}, "assessment.reason_missing"),
        ({"state": "not_applicable", "reason": "  "}, "assessment.reason_missing"),
        ({"state": "level", "level": 3, "clarity": 3}, "assessment.clarity_range"),
        ({"state": "level", "level": 3, "sentence": "x" * 201}, "assessment.sentence_long"),
    ],
)
def test_answers_that_cannot_be(given_, code):
    """A level without its state or off the scale, a missing reason and a long sentence are refused."""
    with pytest.raises(InputError) as caught:
        Answer(**given_)

    assert code == caught.value.code


def test_unknown_state():
    """There are four states and no fifth."""
    with pytest.raises(ValueError, match="state"):
        Answer(state="perhaps")


def test_absent_answer_is_skipped():
    """A question that is not there was skipped, which is not the same as "don't know"."""
    response = Response(respondent="a", function="sales", answers={"trust": Answer(state="dont_know")})

    assert ("dont_know", "skipped") == (response.answer("trust").state, response.answer("access").state)


@pytest.mark.parametrize("name", assessment.__all__)
def test_public_names_load(name):
    """Every public name of the room can be had from it and documents itself."""
    assert getattr(assessment, name).__doc__


def test_unknown_name():
    """A name that does not exist says so."""
    with pytest.raises(AttributeError, match="nothing_like_this"):
        assessment.nothing_like_this  # noqa: B018  # the access is the test


def test_names_are_listed():
    """`dir` shows the public names."""
    assert set(assessment.__all__) == set(dir(assessment))


@pytest.mark.parametrize(
    ("line", "forbidden"),
    [
        ("import cxmaturity.assessment.values", {"numpy", "scipy"}),
        ("from cxmaturity.assessment import Answer, Settings", {"numpy", "scipy"}),
        ("from cxmaturity.assessment import score_assessment", {"scipy", "scipy.stats", "pandas"}),
    ],
)
def test_lazy(line, forbidden):
    """The values load no numpy, and scoring loads scipy only when a quantile is asked for."""
    program = f"import sys\n{line}\nprint(sorted({forbidden!r} & sys.modules.keys()))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert "[]" == done.stdout.strip()
