"""How a journey is remembered: weights, peak and end, and the mean."""

from __future__ import annotations

import pytest

from cxmaturity.journey.scores import end_of, importance_of, peak_end, weighted_mean, weights_of


@pytest.mark.parametrize(
    ("valences", "expected"),
    [
        ([0.5, -1.5, 0.2, 1.0], -0.25),
        ([0.5, 2.0, None, -1.0], 0.5),
        ([1.5, -1.5, 1.0], -0.25),
        ([1.0], 1.0),
        ([1.0, None], None),
        ([None, None], None),
        ([], None),
    ],
    ids=[
        "trough",
        "peak",
        "a tie goes to the worse",
        "one event",
        "end unknown",
        "nothing known",
        "no event",
    ],
)
def test_peak_end_by_hand(valences, expected):
    """(Valence at the strongest + valence at the end) / 2; unknown when the end is."""
    assert peak_end(valences, len(valences) - 1) == expected


def test_weights_are_reach_times_importance(make):
    """Weights sum to 1 and follow reach x importance; what is unknown takes the median of the journey."""
    events = [
        make.event("a", reach=100, importance=2),
        make.event("b", reach=300, importance=4),
        make.event("c", importance=3),
    ]

    assert weights_of(events) == pytest.approx([200 / 2000, 1200 / 2000, 600 / 2000])


def test_without_reach_or_importance_all_weigh_the_same(make):
    """Nothing known about weights means no weights."""
    assert weights_of([make.event("a"), make.event("b")]) == (0.5, 0.5)
    assert weights_of([make.event("a", reach=0), make.event("b", reach=0)]) == (0.5, 0.5)
    assert weights_of([]) == ()


def test_importance_comes_from_its_counts(make):
    """Counts of importance give its mean when no mean is typed."""
    assert importance_of(make.event(counts=(0, 0, 10, 0, 10))) == 4
    assert importance_of(make.event(counts=(0, 0, 10, 0, 10), importance=4.5)) == 4.5
    assert importance_of(make.event()) is None


def test_the_mean_forgets_what_is_unknown():
    """Events without evidence do not pull the mean to zero."""
    assert weighted_mean([1.0, None, -0.5], [0.5, 0.3, 0.2]) == pytest.approx((0.5 - 0.1) / 0.7)
    assert weighted_mean([None], [1.0]) is None


def test_the_journey_ends_where_the_customer_is(make):
    """An invisible event behind the scene is not the end that customers remember."""
    events = [make.event("a", valence=1), make.event("b"), make.event("c", visible=False)]

    assert end_of(make.journey(events), [1.0, None, None]) == 1
    assert end_of(make.journey(), []) == -1


def test_a_journey_says_when_the_two_disagree(make, analysed):
    """Peak-end at -0.5 beside a mean of 0.75 is worth a word; within 0.5 it is not."""
    far = make.journey([make.event(str(i), valence=v) for i, v in enumerate((1.5, 1.5, 1.5, -1.5))])
    near = make.journey([make.event(str(i), valence=v) for i, v in enumerate((0.5, 0.6, 0.5))])

    one, other = analysed(far).journeys[0], analysed(near).journeys[0]

    assert (-1.5, 0.75, True) == (one.peak_end, pytest.approx(one.mean), one.disagree)
    assert other.disagree is False
