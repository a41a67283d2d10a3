"""Weights: refused when wrong, and a sensitivity that matches the published spans."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxmaturity.assessment.index import arithmetic
from cxmaturity.assessment.values import Settings, Target
from cxmaturity.assessment.weights import draw_weights, rank_priorities, read_weights
from cxmaturity.core.problems import InputError, UnknownIdError

EQUAL = np.full(7, 1 / 7)
NO_TARGET = np.full(7, np.nan)


def settings(weights: dict[str, float]) -> Settings:
    """Return settings with weights."""
    return Settings(mode="quick", privacy="named", weights=weights)


def test_equal_by_default(questions):
    """Without weights all seven count the same and add up to 1."""
    assert EQUAL == pytest.approx(read_weights(Settings(), questions))


def test_kept_by_name(questions):
    """Weights are read by question id, whatever the order they were typed in."""
    typed = dict(zip(reversed(questions), [0.4, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1], strict=True))

    assert [0.1] * 6 + [0.4] == pytest.approx(read_weights(settings(typed), questions).tolist())


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"trust": None}, "assessment.weight_missing"),
        ({"trust": -0.1, "access": 0.3857142857}, "assessment.weight_range"),
        ({"trust": 1.5}, "assessment.weight_range"),
        ({"trust": float("nan")}, "assessment.weight_range"),
        ({"trust": 0.5}, "assessment.weight_sum"),
        ({"trust": 0.0}, "assessment.weight_sum"),
    ],
)
def test_wrong_weights_are_refused(questions, change, code):
    """A missing, negative or too large weight, or a sum other than 1, is refused, not set right."""
    typed = {**dict.fromkeys(questions, 1 / 7), **change}
    with pytest.raises(InputError) as caught:
        read_weights(settings({key: value for key, value in typed.items() if value is not None}), questions)

    assert code == caught.value.code


def test_unknown_question_is_refused(questions):
    """A weight for a question that does not exist is refused with the nearest name."""
    with pytest.raises(UnknownIdError, match="'trust'"):
        read_weights(settings({**dict.fromkeys(questions, 1 / 7), "trsut": 0.0}), questions)


def test_weights_reach_the_index(score, questions):
    """All the weight on one question makes the index that question's level."""
    weights = {question: 1.0 if question == "trust" else 0.0 for question in questions}
    result = score([[1, 2, 3, 4, 5, 1, 2]], settings=settings(weights))

    assert (5, 5, 5) == (result.index.geometric, result.index.arithmetic, result.index.minimum)
    assert weights == dict(result.weights)


@pytest.mark.parametrize(
    ("concentration", "sd", "low", "high"), [(5.05, 0.058, 2.43, 2.99), (1.01, 0.123, 2.10, 3.30)]
)
def test_published_sensitivity(concentration, sd, low, high):
    """On (4,2,3,2,4,1,3) the index spans 2.43-2.99 for weight sd .058 and 2.10-3.30 for .123 (90 %)."""
    levels = np.array([4, 2, 3, 2, 4, 1, 3], dtype=float)
    drawn = draw_weights(EQUAL, rng=np.random.default_rng(50), concentration=concentration, draws=20_000)
    spans = np.quantile([arithmetic(levels, weights) for weights in drawn[:6000]], [0.05, 0.95])

    assert sd == pytest.approx(drawn.std(axis=0).mean(), abs=0.002)
    assert (low, high) == pytest.approx(tuple(spans), abs=0.03)


def test_draws_keep_zero_and_centre():
    """A zero weight stays zero; the others vary around what was given and add up to 1."""
    weights = np.array([0, 0.3, 0.2, 0.2, 0.1, 0.1, 0.1])
    drawn = draw_weights(weights, rng=np.random.default_rng(51))

    assert (drawn[:, 0] == 0).all()
    assert np.ones(len(drawn)) == pytest.approx(drawn.sum(axis=1))
    assert weights == pytest.approx(drawn.mean(axis=0), abs=0.01)


def ranks(scored: list[float], gaps: np.ndarray, weights: np.ndarray = EQUAL) -> dict[str, tuple[int, float]]:
    """Return rank and top-three probability by question."""
    found = rank_priorities(
        tuple("abcdefg"), np.array(scored, dtype=float), gaps, weights, rng=np.random.default_rng(52)
    )
    return {priority.question: (priority.rank, priority.top3_probability) for priority in found}


def test_without_target_the_lowest_comes_first():
    """Without targets the ranking is by low level; ties go to the first question of the catalogue."""
    found = ranks([4, 2, 3, 2, 4, 1, 3], NO_TARGET)

    assert ["f", "b", "d", "c", "g", "a", "e"] == sorted(found, key=lambda question: found[question][0])


def test_with_targets_the_widest_gap_comes_first():
    """With targets the gap decides, and a question without one comes after those with a gap."""
    gaps = np.array([0, 2, np.nan, 1, np.nan, 0, 3.0])
    found = ranks([4, 2, 1, 2, 4, 1, 2], gaps)

    assert ["g", "b", "d"] == sorted(found, key=lambda question: found[question][0])[:3]
    assert (0, 0, 0, 0) == tuple(found[question][1] for question in "acef")


def test_firm_and_shaky_places():
    """Three far gaps stay in the top three whatever the weights; seven equal ones share three places."""
    firm = ranks([1, 1, 1, 4.9, 4.9, 4.9, 4.9], NO_TARGET)
    equal = ranks([3] * 7, NO_TARGET)

    assert min(firm[question][1] for question in "abc") > 0.9
    assert [3 / 7] * 7 == pytest.approx([probability for _, probability in equal.values()], abs=0.03)
    assert 3 == pytest.approx(sum(probability for _, probability in equal.values()))


def test_weights_move_priorities():
    """Twice the weight on a question with the same gap puts it first."""
    found = ranks([2] * 7, NO_TARGET, np.array([1, 1, 1, 2, 1, 1, 1]) / 8)

    assert (1, True) == (found["d"][0], found["d"][1] > found["a"][1])


def test_unassessed_questions_have_no_rank():
    """A question nobody could answer is no priority: nothing is known of it."""
    found = ranks([1, float("nan"), 3, 3, 3, 3, 3], NO_TARGET)

    assert "b" not in found
    assert {1, 2, 3, 4, 5, 6} == {rank for rank, _ in found.values()}
    assert () == rank_priorities(
        tuple("ab"), NO_TARGET[:2], NO_TARGET[:2], EQUAL[:2], rng=np.random.default_rng(0)
    )


@given(st.lists(st.floats(1, 5), min_size=7, max_size=7))
def test_top_three_probabilities_add_up(scored):
    """At most three places are shared out, and ranks are 1 to 7 without a hole."""
    found = ranks(scored, NO_TARGET)

    assert sum(probability for _, probability in found.values()) <= 3 + 1e-9
    assert list(range(1, 8)) == sorted(rank for rank, _ in found.values())


def test_priorities_of_a_result(score):
    """Through the front door the target decides, and the same seed gives the same probabilities."""
    targets = [Target(question="trust", level=5), Target(question="access", level=3)]
    one, again = (score([[2, 2, 2, 2, 2, 2, 2]], targets=targets, seed=7).priorities for _ in range(2))

    assert one == again
    assert ["trust", "access"] == [priority.question for priority in one[:2]]
