"""Every shape of range against its closed form, its published moments, or an exact inversion."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.special import betaincinv, ndtr, ndtri

from cxmaturity.business_case.distributions import (
    beta_quantile,
    fit_metalog,
    measured_parameters,
    pert_parameters,
    quantile,
)
from cxmaturity.core.estimate import Estimate

SCORES = np.linspace(-6.33, 6.33, 4001)
PARTS = (np.arange(200_000) + 0.5) / 200_000


def exact(alpha, beta):
    """Return the Beta quantile at `SCORES`, from the tail where it is exact."""
    below = betaincinv(alpha, beta, ndtr(SCORES))
    above = 1 - betaincinv(beta, alpha, ndtr(-SCORES))
    return np.where(SCORES <= 0, below, above)


@pytest.mark.parametrize(
    ("alpha", "beta"),
    [(1, 5), (5, 1), (3, 3), (1.8, 4.2), (1.01, 4.99), (0.5, 10.5), (300.5, 700.5), (20_000, 30_000)],
)
def test_beta_quantile_is_the_exact_inversion(alpha, beta):
    """The table agrees with scipy's inversion to 1e-10 relative, in both tails."""
    assert np.abs(beta_quantile(SCORES, alpha, beta) / exact(alpha, beta) - 1).max() < 1e-10


@settings(max_examples=40)
@given(st.floats(0, 1), st.floats(-1e3, 1e3), st.floats(1e-3, 1e3))
def test_pert_quantile_of_any_range(where, low, width):
    """For any mode between low and high the quantile rises, stays inside, and agrees with the exact inversion."""
    mode = min(low + where * width, low + width)
    alpha, beta = pert_parameters(low, mode, low + width)
    values = quantile(Estimate(value=mode, low=low, high=low + width), SCORES)

    assert np.all(np.diff(values) >= 0)
    assert low <= values[0]
    assert values[-1] <= low + width + 1e-12 * abs(low + width)
    assert np.abs(values - low - width * exact(alpha, beta)).max() < 1e-10 * max(abs(low), width)


def test_pert_moments_in_closed_form():
    """Low 0, mode 1 %, high 2.2 %: mean (a + 4m + b) / 6 and sd 0.00415, not the 0.00367 of textbooks."""
    values = quantile(Estimate(value=0.01, low=0, high=0.022), ndtri(PARTS))
    mean = (0 + 4 * 0.01 + 0.022) / 6

    assert mean == pytest.approx(values.mean(), rel=1e-7)
    assert (mean * (0.022 - mean) / 7) ** 0.5 == pytest.approx(values.std(), rel=1e-5)
    assert 0.00415 == pytest.approx(values.std(), abs=5e-6)


@settings(max_examples=40)
@given(st.floats(-100, 100), st.floats(0.01, 100), st.floats(0, 1))
def test_triangular_moments_in_closed_form(low, width, where):
    """Mean (a + m + b) / 3 and variance (a2 + m2 + b2 - am - ab - mb) / 18."""
    mode, high = min(low + where * width, low + width), low + width
    values = quantile(Estimate(value=mode, low=low, high=high, shape="triangular"), ndtri(PARTS))
    variance = (low**2 + mode**2 + high**2 - low * mode - low * high - mode * high) / 18

    assert (low + mode + high) / 3 == pytest.approx(values.mean(), abs=1e-6 * width)
    assert variance == pytest.approx(values.var(), rel=1e-4, abs=1e-9)


@given(st.floats(0.001, 1e6), st.floats(1.01, 50))
def test_lognormal_goes_through_its_percentiles(p10, ratio):
    """P10 and P90 are those given, and the median their geometric mean."""
    p90 = p10 * ratio
    given_ = Estimate(value=(p10 * p90) ** 0.5, low=p10, high=p90, shape="lognormal")

    assert [p10, (p10 * p90) ** 0.5, p90] == pytest.approx(quantile(given_, ndtri([0.1, 0.5, 0.9])), rel=1e-9)


@given(st.floats(-1e3, 1e3), st.floats(0.01, 1e3), st.floats(0.18, 0.82))
def test_percentiles_go_through_the_three_points_and_rise(p10, width, where):
    """The metalog meets P10, P50 and P90 and never falls."""
    p50, p90 = p10 + where * width, p10 + width
    assume(p10 < p50 < p90)
    given_ = Estimate(value=p50, low=p10, high=p90, shape="percentiles")

    assert [p10, p50, p90] == pytest.approx(
        quantile(given_, ndtri([0.1, 0.5, 0.9])), rel=1e-9, abs=1e-9 * width
    )
    assert np.all(np.diff(quantile(given_, SCORES)) > 0)


def test_symmetric_percentiles_are_a_logistic():
    """Symmetric percentiles give a logistic distribution, whose quantile is mu + s ln(u / (1 - u))."""
    curve = fit_metalog(-1.0, 0.0, 1.0)

    assert (0, 1 / np.log(9), 0) == pytest.approx((curve.a1, curve.a2, curve.a3), abs=1e-12)


def test_measured_share_is_its_posterior():
    """A share of 30 % on 100 cases has the mean and variance of Beta(30.5, 70.5)."""
    values = quantile(Estimate(value=0.3, n=100, shape="measured"), ndtri(PARTS))
    alpha, beta = 30.5, 70.5

    assert (alpha, beta) == measured_parameters(0.3, 100)
    assert alpha / (alpha + beta) == pytest.approx(values.mean(), rel=1e-6)
    assert alpha * beta / ((alpha + beta) ** 2 * (alpha + beta + 1)) == pytest.approx(values.var(), rel=1e-4)


def test_a_point_is_a_point():
    """Without a range, or with one of no width, every draw is the value."""
    for given_ in (Estimate(value=3), Estimate(value=3, low=3, high=3)):
        assert [3.0, 3.0] == quantile(given_, np.array([-1.0, 2.0])).tolist()
        assert not given_.is_uncertain
