"""What may be said about agreement: exact probabilities, simulations, and a second writing of the rule."""

from __future__ import annotations

import itertools
import statistics
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxmaturity.assessment.agreement import ad_median, r_wg_raw
from cxmaturity.assessment.wording import ad_distribution, critical_ad, verdict

PUBLISHED_CRITICAL = {3: 0, 4: 0, 5: 0.20, 6: 0.33, 7: 0.43, 8: 0.50, 9: 0.56, 10: 0.60, 11: 0.64, 12: 0.67}
FALSE_AGREEMENT = {2: 0.52, 3: 0.52, 4: 0.41, 5: 0.41, 6: 0.17, 7: 0.17, 8: 0.16, 10: 0.14}
FALSE_R_WG = {2: 0.52, 3: 0.23, 4: 0.10, 5: 0.06, 6: 0.05, 7: 0.03, 8: 0.02, 10: 0.005}


def all_answers(n: int) -> itertools.product:
    """List every possible set of answers of n people."""
    return itertools.product(range(1, 6), repeat=n)


@pytest.mark.parametrize(("n", "value"), PUBLISHED_CRITICAL.items())
def test_published_critical_values(n, value):
    """The critical AD_Md of the reference notes, for 3 to 12 people, is found again by enumeration."""
    assert value == pytest.approx(critical_ad(n), abs=0.005)


@pytest.mark.parametrize("n", [0, 1, 2])
def test_no_critical_value_for_two_people(n):
    """Two random people coincide one time in five: nothing rejects randomness."""
    assert critical_ad(n) is None


@pytest.mark.parametrize("n", [2, 3, 4, 5, 6])
def test_distribution_equals_brute_force(n):
    """The distribution of AD_Md equals counting all 5^n answers one by one."""
    counted = Counter(round(sum(abs(x - statistics.median(xs)) for x in xs) / n, 9) for xs in all_answers(n))
    values, probabilities = ad_distribution(n)
    found = {round(float(v), 9): float(p) for v, p in zip(values, probabilities, strict=True)}

    assert set(counted) == set(found)
    assert {v: c / 5**n for v, c in counted.items()} == pytest.approx(found, abs=1e-12)


@pytest.mark.parametrize("n", range(2, 31))
def test_distribution_adds_up(n):
    """Whatever the number of people, probabilities are positive and add up to 1."""
    values, probabilities = ad_distribution(n)

    assert 1 == pytest.approx(probabilities.sum())
    assert (probabilities > 0).all()
    assert (np.diff(values) > 0).all()


@pytest.mark.parametrize("n", range(3, 31))
def test_critical_value_is_the_largest_that_holds(n):
    """At the critical value random answers pass at most 5 % of the time; at the next one, more often."""
    values, probabilities = ad_distribution(n)
    below = probabilities[values <= critical_ad(n) + 1e-9].sum()
    position = int(np.searchsorted(values, critical_ad(n) + 1e-9))

    assert below <= 0.05
    assert probabilities[: position + 1].sum() > 0.05


def test_above_thirty_people_the_rule_stays_on_the_safe_side():
    """The value for 30 people serves above, and 60 random people pass it less than 5 % of the time."""
    rng = np.random.default_rng(4)
    answers = np.sort(rng.integers(1, 6, (4000, 60)), axis=1)
    medians = np.median(answers, axis=1)[:, np.newaxis]
    deviations = np.abs(answers - medians).mean(axis=1)

    assert critical_ad(30) == critical_ad(60)
    assert (deviations <= critical_ad(60)).mean() <= 0.05


@pytest.mark.parametrize(("n", "published"), FALSE_AGREEMENT.items())
def test_why_the_usual_cut_off_is_not_used(n, published):
    """P(AD_Md <= .8) for random answers is what the reference notes print (.52 with three people)."""
    values, probabilities = ad_distribution(n)

    assert published == pytest.approx(probabilities[values <= 0.8 + 1e-9].sum(), abs=0.011)


@pytest.mark.parametrize(("n", "published"), [(n, p) for n, p in FALSE_R_WG.items() if n <= 6])
def test_why_r_wg_is_not_used(n, published):
    """P(r_wg >= .7) for random answers, counted over all 5^n answers, is what the reference notes print."""
    passing = sum(r_wg_raw(xs) >= 0.7 - 1e-9 for xs in all_answers(n)) / 5**n

    assert published == pytest.approx(passing, abs=0.011)


@pytest.mark.parametrize("n", [1, 2, 3, 4, 5, 6])
def test_false_consensus_exactly(n):
    """Over all 5^n answers of six people or fewer, "consensus" is said for at most 5 %, never for 1 or 2."""
    said = sum(verdict(xs) == "consensus" for xs in all_answers(n)) / 5**n

    assert said <= (0 if n <= 2 else 0.05)


@pytest.mark.parametrize("n", range(7, 13))
def test_false_consensus_simulated(n):
    """From 7 to 12 random people "consensus" is said at most 5 % of the time (4000 panels, fixed seed)."""
    rng = np.random.default_rng(n)
    said = np.mean([verdict(xs) == "consensus" for xs in rng.integers(1, 6, (4000, n))])

    assert said <= 0.05


@pytest.mark.parametrize(
    ("people", "sd", "found"),
    [
        *[(5, 0.4, 0.54), (5, 0.6, 0.30), (5, 0.8, 0.16), (8, 0.4, 0.98), (8, 0.6, 0.79), (8, 0.8, 0.50)],
        *[(12, 0.4, 1.00), (12, 0.6, 0.89), (12, 0.8, 0.61)],
    ],
)
def test_power(people, sd, found):
    """Real consensus, wherever on the scale, is found as often as the reference notes say (within .06)."""
    rng = np.random.default_rng(11)
    centre = rng.uniform(1.5, 4.5, (1500, 1))
    answers = np.clip(np.rint(centre + rng.normal(0, sd, (1500, people))), 1, 5)

    assert found == pytest.approx(np.mean([verdict(xs) == "consensus" for xs in answers]), abs=0.06)


@pytest.mark.parametrize(
    ("levels", "expected"),
    [
        ([], "no_answer"),
        ([4], "single_view"),
        ([4, 4], "too_few"),
        ([1, 5], "too_few"),
        ([4, 4, 4], "consensus"),
        ([4, 4, 3], "too_few"),
        ([2, 2, 2, 2], "consensus"),
        ([1, 1, 5, 5], "too_few"),
        ([3, 3, 3, 3, 3], "consensus"),
        ([3, 3, 3, 4, 3], "consensus"),
        ([3, 3, 4, 4, 3], "spread"),
        ([2, 2, 4, 4, 5], "split"),
        ([1, 1, 1, 5, 5, 5], "split"),
        ([1, 2, 3, 4, 5], "spread"),
        ([1, 3, 3, 3, 3], "spread"),
        ([1, 4, 4, 4, 4, 4, 4, 4, 4, 4], "spread"),
        ([1, 1, 2, 4, 5, 5], "split"),
        ([2] * 6 + [4] * 6, "split"),
        ([3] * 9 + [4, 4, 2], "consensus"),
    ],
    ids=str,
)
def test_wording(levels, expected):
    """Each wording appears where the rule of the reference notes puts it."""
    assert expected == verdict(levels)


def told_again(levels: list[int]) -> str:
    """Say the same with a rule written from the counts of the five levels."""
    n, counts = len(levels), [levels.count(level) for level in range(1, 6)]
    if n < 2:
        return ("no_answer", "single_view")[n]
    allowed = PUBLISHED_CRITICAL.get(n)
    if allowed is not None and ad_median(levels) <= allowed + 0.005 and max(levels) - min(levels) <= 2:
        return "consensus"
    if n <= 4:
        return "too_few"
    for empty in (1, 2, 3):  # the level that nobody chose between the two camps
        if counts[empty] == 0 and sum(counts[:empty]) >= 2 and sum(counts[empty + 1 :]) >= 2:
            return "split"
    return "spread"


@given(st.lists(st.integers(1, 5), max_size=12))
def test_rule_written_twice(levels):
    """The verdict equals a second writing of the rule, from counts and the published table."""
    assert told_again(levels) == verdict(levels)


@given(
    st.lists(st.integers(1, 5), max_size=20).flatmap(lambda xs: st.tuples(st.just(xs), st.permutations(xs)))
)
def test_order_and_direction_do_not_matter(pair):
    """Shuffling the people or turning the scale round gives the same word."""
    levels, shuffled = pair

    assert verdict(levels) == verdict(shuffled) == verdict([6 - level for level in levels])


@given(st.integers(3, 10), st.integers(3, 10))
def test_two_opposed_camps_are_always_split(low, high):
    """People at 1 against people at 5 are never said to be at level 3, whatever the sizes."""
    assert verdict([1] * low + [5] * high) == "split"
