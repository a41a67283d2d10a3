"""Confidence: the formula recomputed by hand, its letters, its directions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxmaturity.assessment.confidence import WEIGHTS, confidence, letter

grades = st.sampled_from([None, "E0", "E1", "E2", "E3", "E4"])


@pytest.mark.parametrize(
    ("grade", "deviation", "people", "missing", "by_hand"),
    [
        ("E4", 0.0, 8, 0.0, 100),
        (None, None, 1, 0.0, 12.5 + 25 / 8 + 15),
        ("E3", 0.6, 10, 0.2, 26.25 + 12.5 + 25 + 12),
        ("E2", 0.3, 4, 0.5, 17.5 + 12.5 + 12.5 + 7.5),
        ("E0", 2.0, 12, 1.0, 25),
    ],
)
def test_by_hand(grade, deviation, people, missing, by_hand):
    """100 (.35 e + .25 a + .25 n + .15 c), worked out by hand."""
    value = confidence(grade=grade, ad_md=deviation, respondents=people, missing_share=missing)

    assert by_hand == pytest.approx(value)


def test_weights_add_up():
    """The four weights add up to 1, so that 100 is reachable and not exceeded."""
    assert 1 == pytest.approx(sum(WEIGHTS.values()))


@pytest.mark.parametrize(
    ("value", "expected"),
    [(100, "A"), (75, "A"), (74.9, "B"), (55, "B"), (54.9, "C"), (35, "C"), (34.9, "D"), (0, "D")],
)
def test_letters(value, expected):
    """A from 75, B from 55, C from 35, D below."""
    assert expected == letter(value)


@given(grades, st.floats(0, 2), st.integers(0, 50), st.floats(0, 1))
def test_range(grade, deviation, people, missing):
    """Confidence always lies in [0, 100]."""
    value = confidence(grade=grade, ad_md=deviation, respondents=people, missing_share=missing)

    assert 0 <= value <= 100 + 1e-9


@given(st.floats(0, 2), st.integers(5, 50), st.floats(0, 0.9))
def test_directions(deviation, people, missing):
    """Better proof and more people raise it; more disagreement and more missing answers lower it."""

    def of(grade: str = "E2", ad: float = deviation, n: int = people, share: float = missing) -> float:
        return confidence(grade=grade, ad_md=ad, respondents=n, missing_share=share)

    assert of(grade="E1") < of() < of(grade="E3")
    assert of(ad=deviation + 0.1) <= of()
    assert of() <= of(n=people + 1)
    assert of(share=missing + 0.1) < of()


@given(st.floats(0, 2), st.integers(1, 4))
def test_agreement_unknown_under_five(deviation, people):
    """Under five answers the observed agreement counts for nothing, good or bad."""
    one = confidence(grade=None, ad_md=deviation, respondents=people, missing_share=0)

    assert one == confidence(grade=None, ad_md=None, respondents=people, missing_share=0)


def test_in_a_result(score):
    """Eight people who agree, no evidence: 25 + 25 + 15 = 65, letter B; no level at all: 0, D."""
    result = score([[3, 3, 3, 3, 3, 3, "dk"]] * 8)

    assert (65, "B") == (result.dimension("trust").confidence, result.dimension("trust").confidence_letter)
    assert (0, "D") == (
        result.dimension("community").confidence,
        result.dimension("community").confidence_letter,
    )


def test_not_applicable_does_not_lower_it(score):
    """People whom the question does not concern leave the share of missing answers."""
    rows = [[3] * 7] * 4
    with_na = score([*rows, [3, 3, 3, 3, "na", 3, 3]]).dimension("trust")
    without = score(rows).dimension("trust")

    assert without.confidence == with_na.confidence
