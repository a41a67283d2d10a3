"""A native metric becomes a valence, with the interval that its answers allow."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from cxmaturity.journey.scales import (
    counts_deviation,
    interval,
    nps_variance,
    student,
    to_valence,
    valence_interval,
    wilson,
)
from cxmaturity.journey.values import METRICS, SCALES


@pytest.mark.parametrize("metric", METRICS)
def test_a_scale_is_mapped_end_to_end(metric):
    """The worst of a native scale is -2, the best 2, the middle 0."""
    low, high = SCALES[metric]

    assert (-2, 2, 0) == pytest.approx(
        (to_valence(metric, low), to_valence(metric, high), to_valence(metric, (low + high) / 2))
    )


@pytest.mark.parametrize("freedom", [1, 2, 3, 4, 5, 7, 10, 29, 99, 999])
def test_student_agrees_with_scipy(freedom):
    """Our quantile of Student's law is scipy's within 0.2 %."""
    assert student(freedom) == pytest.approx(stats.t.ppf(0.975, freedom), rel=2e-3)


def test_student_of_two_is_exact():
    """With 1 and 2 degrees of freedom the quantile has a closed form."""
    assert [stats.t.ppf(0.975, 1), stats.t.ppf(0.975, 2)] == pytest.approx([student(1), student(2)])


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_gives_the_published_intervals(hits, n, low, high):
    """The four examples of Newcombe (1998), table I, method 3."""
    assert (low, high) == pytest.approx(wilson(hits / n, n), abs=5e-5)


def test_nps_gives_the_published_sample_size():
    """40 % promoters and 20 % detractors: 216 answers measure the score within 10 points, 861 within 5."""
    assert nps_variance(0.2, 0.4, 0.2) == pytest.approx(0.56)


@pytest.mark.parametrize(("n", "half"), [(216, 10), (861, 5)])
def test_nps_interval_has_the_published_width(make, n, half):
    """The half-width of those two samples is the one that they were computed for."""
    low, high = interval(make.measure(value=20, metric="nps", n=n, promoters=0.4, detractors=0.2))

    assert (high - low) / 2 == pytest.approx(half, abs=0.03)


def test_nps_without_shares_takes_the_widest_variance(make):
    """A score of 0 on 385 answers is known within 10 points at worst (variance 1)."""
    low, high = interval(make.measure(value=0, metric="nps", n=385))

    assert (high - low) / 2 == pytest.approx(10, abs=0.02)


def test_a_mean_has_the_interval_of_students_law(make):
    """The interval of a mean is scipy's, mean +- t sd / sqrt(n)."""
    expected = stats.t.interval(0.95, 24, loc=3.4, scale=1.1 / 5)

    assert interval(make.measure(value=3.4, sd=1.1, n=25)) == pytest.approx(expected, rel=1e-3)


def test_counts_give_the_deviation():
    """The deviation of counts per level is numpy's on the answers written out."""
    answers = np.repeat([1, 2, 3, 4, 5], [4, 1, 7, 12, 6])

    assert counts_deviation((4, 1, 7, 12, 6)) == pytest.approx(answers.std(ddof=1))


def test_an_interval_never_leaves_the_scale(make):
    """Three answers near the top cannot promise more than the top."""
    low, high = valence_interval(make.measure(value=4.8, sd=1.2, n=3))

    assert -2 <= low < high == 2


@pytest.mark.parametrize(
    "more",
    [
        {"sd": None},
        {"sd": 1.0, "n": None},
        {"sd": 1.0, "n": 1},
        {"sd": 0.0},
        {"metric": "top2", "value": 0.5, "n": None},
    ],
    ids=["no deviation", "no n", "one answer", "unanimous", "share without n"],
)
def test_without_spread_there_is_no_interval(make, more):
    """What carries no spread has no interval, rather than one of no width."""
    assert interval(make.measure(**more)) is None


@pytest.mark.slow
def test_nineteen_intervals_in_twenty_hold_the_truth(make):
    """On 4,000 simulated surveys the intervals of CSAT, shares and NPS cover the true value 93 to 97 % of the time."""
    rng = np.random.default_rng(7)
    shares = np.array([0.1, 0.15, 0.2, 0.35, 0.2])
    levels = np.arange(1, 6)
    truth = shares @ levels
    held = {"csat5": 0, "top2": 0, "nps": 0}
    for _ in range(4000):
        counts = rng.multinomial(60, shares)
        mean, top = counts @ levels / 60, counts[3:].sum() / 60
        promoters, detractors = counts[4] / 60, counts[:3].sum() / 60
        drawn = {
            "csat5": (make.measure(value=mean, n=60, counts=counts.tolist()), truth),
            "top2": (make.measure(value=top, metric="top2", n=60), 0.55),
            "nps": (
                make.measure(
                    value=100 * (promoters - detractors),
                    metric="nps",
                    n=60,
                    promoters=promoters,
                    detractors=detractors,
                ),
                -25,
            ),
        }
        for name, (one, true) in drawn.items():
            low, high = interval(one)
            held[name] += low <= true <= high

    assert all(0.93 <= count / 4000 <= 0.97 for count in held.values()), held
    assert math.isclose(truth, 3.4)
