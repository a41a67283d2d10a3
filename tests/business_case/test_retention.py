"""Tenure-dependent retention and lifetime value, against published figures and brute-force sums."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxmaturity.business_case.retention import (
    SBG,
    annual_rate,
    clv_first_margin_after_renewal,
    clv_first_margin_now,
    fit_sbg,
    margin_multiple,
)
from cxmaturity.core.problems import InputError

REGULAR = (0.631, 0.468, 0.382, 0.326, 0.289, 0.262, 0.241)
MODELS = st.builds(SBG, alpha=st.floats(0.2, 5), beta=st.floats(0.2, 10))


def test_fader_and_hardie_regular_cohort():
    """The "Regular" cohort of 1,000 has alpha 0.704, beta 1.182 and log-likelihood -1680.27 (10A-7)."""
    fit = fit_sbg(REGULAR, cohort=1000)

    assert (0.704, 1.182) == pytest.approx((fit.alpha, fit.beta), abs=5e-4)
    assert -1680.27 == pytest.approx(fit.log_likelihood, abs=0.005)


def test_no_neighbour_is_likelier():
    """The fit is a maximum: moving either parameter lowers a log-likelihood written out by hand."""
    fit = fit_sbg(REGULAR)
    shares = np.array([1.0, *REGULAR])

    def log_likelihood(alpha, beta):
        survival = SBG(alpha=alpha, beta=beta).survival(7)
        return (-np.diff(shares)) @ np.log(-np.diff(survival)) + shares[-1] * np.log(survival[-1])

    best = log_likelihood(fit.alpha, fit.beta)

    assert best * 1000 == pytest.approx(fit.log_likelihood, rel=1e-9)
    for up, right in ((1.002, 1), (0.998, 1), (1, 1.002), (1, 0.998)):
        assert log_likelihood(fit.alpha * up, fit.beta * right) < best


@given(MODELS)
def test_survival_is_the_product_of_retentions(model):
    """S(t) = r_1 r_2 ... r_t, and retention rises with tenure."""
    rates = [model.retention(year) for year in range(1, 9)]

    assert [1.0, *np.cumprod(rates)] == pytest.approx(model.survival(8).tolist(), rel=1e-9)
    assert rates == sorted(rates)


@given(MODELS, st.integers(0, 6), st.floats(0.05, 0.4))
def test_remaining_life_is_the_sum(model, renewals, rate):
    """The closed form equals the brute-force discounted sum of survival to 1e-9."""
    years = 2000
    survival = model.survival(renewals + years)
    discount = (1 + rate) ** -np.arange(years)
    brute = float(survival[renewals + 1 :] @ discount) / survival[renewals]

    assert brute == pytest.approx(model.remaining_life(rate, renewals=renewals), rel=1e-9)


@given(MODELS)
def test_the_fit_gives_back_the_model(model):
    """Exact survival of a model, fitted, predicts that survival."""
    survival = model.survival(8)
    fit = fit_sbg(survival[1:].tolist())

    assert survival.tolist() == pytest.approx(fit.survival(8).tolist(), abs=1e-5)


def test_constant_churn_is_fitted_as_constant():
    """A cohort that loses 20 % every year is fitted with a retention of 80 % at every tenure."""
    fit = fit_sbg([0.8**year for year in range(1, 8)])

    assert [0.8] * 10 == pytest.approx([fit.retention(year) for year in range(1, 11)], abs=1e-3)


def test_nobody_leaving_cannot_be_fitted():
    """Without any loss there is nothing to fit."""
    with pytest.raises(InputError) as caught:
        fit_sbg([1.0, 1.0, 1.0])

    assert "business_case.no_fit" == caught.value.code


def test_internet_provider_lifetime_value():
    """The textbook provider: 17.95 a month, 99.5 % retention, 1 % discount: 1,209, or 1,190.68 (10A-5)."""
    margin = 19.95 - 1.50 - 0.50

    assert 1208.63 == pytest.approx(clv_first_margin_now(margin, 0.995, 0.01), abs=0.005)
    assert 1190.68 == pytest.approx(clv_first_margin_after_renewal(margin, 0.995, 0.01), abs=0.005)
    assert 67.33 == pytest.approx(clv_first_margin_now(1, 0.995, 0.01), abs=0.005)


@given(st.floats(1, 1e4), st.floats(0, 0.99), st.floats(0.01, 0.5))
def test_the_two_conventions_differ_by_one_margin(margin, retention, rate):
    """First margin now or after a renewal: the difference is exactly one margin."""
    now = clv_first_margin_now(margin, retention, rate)

    assert now - clv_first_margin_after_renewal(margin, retention, rate) == pytest.approx(margin, rel=1e-9)


@pytest.mark.parametrize(
    ("retention", "expected"),
    [
        (0.6, (1.200, 1.154, 1.111, 1.071)),
        (0.7, (1.750, 1.667, 1.591, 1.522)),
        (0.8, (2.667, 2.500, 2.353, 2.222)),
        (0.9, (4.500, 4.091, 3.750, 3.462)),
    ],
)
def test_gupta_and_lehmann_multiples(retention, expected):
    """The published margin multiples at 10, 12, 14 and 16 % (10A-6)."""
    found = [margin_multiple(retention, rate) for rate in (0.10, 0.12, 0.14, 0.16)]

    assert expected == pytest.approx(found, abs=5e-4)


def test_one_percent_a_month():
    """One percent a month is 11.4 % a year."""
    assert 0.114 == pytest.approx(annual_rate(0.01), abs=5e-4)
