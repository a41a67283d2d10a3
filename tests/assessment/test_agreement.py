"""Agreement on one question: published values, a plain Python twin, and what must hold for any answers."""

from __future__ import annotations

import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxmaturity.assessment.agreement import a_wg, ad_mean, ad_median, r_wg, r_wg_j, r_wg_raw

# ratings, mean, median, variance, r_wg raw, r_wg, AD_M, AD_Md, a_wg (reference notes, maturity, section 6)
VECTORS = [
    ((4, 4, 3, 5), 4, 4, 0.6667, 0.6667, 0.6667, 0.5, 0.5, 0.6667),
    ((1, 5), 3, 3, 8, -3, 0, 2, 2, -1),
    ((3, 3, 3, 3, 3), 3, 3, 0, 1, 1, 0, 0, 1),
    ((2, 2, 4, 4, 5), 3.4, 4, 1.8, 0.1, 0.1, 1.12, 1.0, 0.25),
    ((1, 1, 1, 5, 5, 5), 3, 3, 4.8, -1.4, 0, 2, 2, -1),
    ((2, 3, 3, 4, 3), 3, 3, 0.5, 0.75, 0.75, 0.4, 0.4, 0.8),
]
several = st.lists(st.integers(1, 5), min_size=2, max_size=40)


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: str(vector[0]))
def test_published_vectors(vector):
    """The table of ratings of the reference notes is reproduced to 1e-4."""
    ratings, mean, median, variance, raw, clipped, by_mean, by_median, awg = vector

    assert (mean, median) == (statistics.mean(ratings), statistics.median(ratings))
    assert variance == pytest.approx(statistics.variance(ratings), abs=1e-4)
    assert raw == pytest.approx(r_wg_raw(ratings), abs=1e-4)
    assert clipped == pytest.approx(r_wg(ratings), abs=1e-4)
    assert by_mean == pytest.approx(ad_mean(ratings), abs=1e-4)
    assert by_median == pytest.approx(ad_median(ratings), abs=1e-4)
    assert awg == pytest.approx(a_wg(ratings), abs=1e-4)


@given(several)
def test_average_deviations_match_plain_python(levels):
    """AD around median and mean equal sums written with the standard library."""
    around_median = sum(abs(x - statistics.median(levels)) for x in levels) / len(levels)
    around_mean = sum(abs(x - statistics.fmean(levels)) for x in levels) / len(levels)

    assert around_median == pytest.approx(ad_median(levels))
    assert around_mean == pytest.approx(ad_mean(levels))


@given(several)
def test_median_gives_the_smallest_deviation(levels):
    """No level, and not the mean, is closer to the answers on average than their median."""
    smallest = min(sum(abs(x - centre) for x in levels) / len(levels) for centre in (1, 2, 3, 4, 5))

    assert ad_median(levels) == pytest.approx(smallest)
    assert ad_median(levels) <= ad_mean(levels) + 1e-12


@given(several)
def test_ranges(levels):
    """AD_Md lies in [0, 2], r_wg in [0, 1], a_wg in [-1, 1], and raw r_wg never exceeds 1."""
    assert 0 <= ad_median(levels) <= 2
    assert 0 <= r_wg(levels) <= 1
    assert r_wg_raw(levels) <= 1
    assert -1 - 1e-9 <= a_wg(levels) <= 1


@given(several)
def test_direction_of_the_scale_does_not_matter(levels):
    """Turning the scale round (1 for 5) or shuffling the people changes no coefficient."""
    turned = [6 - level for level in reversed(levels)]

    for statistic in (ad_mean, ad_median, r_wg_raw, r_wg, a_wg):
        assert statistic(levels) == pytest.approx(statistic(turned), abs=1e-9)


@given(st.integers(1, 5), st.integers(2, 30))
def test_unanimity_is_full_agreement(level, people):
    """When everybody says the same, deviations are 0 and coefficients 1, at the ends of the scale too."""
    levels = [level] * people

    assert (0, 0) == (ad_mean(levels), ad_median(levels))
    assert (1, 1, 1) == (r_wg(levels), r_wg_raw(levels), a_wg(levels))


@pytest.mark.parametrize("statistic", [ad_mean, ad_median, r_wg, r_wg_raw, a_wg])
@pytest.mark.parametrize("levels", [[], [3]])
def test_fewer_than_two_answers_have_no_agreement(statistic, levels):
    """With nobody or one person, agreement is not known: None, never 0 or 1."""
    assert statistic(levels) is None


@pytest.mark.parametrize(("item", "panel"), [(0.40, 0.82), (0.50, 0.875)])
def test_r_wg_j_flatters(item, panel):
    """Seven questions of r_wg .40 (.50) give r_wg(J) .82 (.875): the reason not to headline it."""
    # two answers d apart have variance d^2 / 2, and r_wg = 1 - variance / 2
    spread = (4 * (1 - item)) ** 0.5
    pairs = [(3 - spread / 2, 3 + spread / 2)] * 7

    assert item == pytest.approx(r_wg_raw(pairs[0]))
    assert panel == pytest.approx(r_wg_j(pairs), abs=0.005)


def test_r_wg_j_edges():
    """No pair of answers gives None, disagreement beyond random 0, one question r_wg itself."""
    assert r_wg_j([[3], []]) is None
    assert r_wg_j([[1, 5]] * 7) == 0
    assert r_wg_j([[4, 4, 3, 5]]) == pytest.approx(r_wg([4, 4, 3, 5]))
