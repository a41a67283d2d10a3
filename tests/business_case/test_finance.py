"""Discounting, NPV, MIRR, payback, ROI, PI, tax, rates, against published figures and closed forms."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxmaturity.business_case.finance import (
    after_tax,
    discount_factors,
    mirr,
    npv,
    payback_years,
    profitability_index,
    roi,
    to_nominal,
    to_real,
)
from cxmaturity.core.problems import InputError

MICROSOFT_DATES = tuple(
    dt.date.fromisoformat(day)
    for day in ("2008-01-01", "2008-03-01", "2008-10-30", "2009-02-15", "2009-04-01")
)
MICROSOFT_FLOWS = (-10_000, 2_750, 4_250, 3_250, 2_750)
FLOWS = st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=12)
RATES = st.floats(-0.5, 2)


def test_npv_of_the_numpy_financial_case():
    """The published NPV at 5 % is 122.89 (10A-9)."""
    assert 122.89 == pytest.approx(npv(0.05, [-15000, 1500, 2500, 3500, 4500, 6000]), abs=0.005)


def test_npv_of_dated_flows_is_xnpv():
    """Microsoft's XNPV example gives 2,086.65 at 9 % (10A-10)."""
    assert 2086.65 == pytest.approx(
        npv(0.09, MICROSOFT_FLOWS, timing="dated", dates=MICROSOFT_DATES), abs=0.005
    )


@given(FLOWS, RATES)
def test_npv_at_year_ends_is_the_direct_sum(flows, rate):
    """At year ends the NPV equals the textbook sum to 1e-9."""
    direct = sum(flow / (1 + rate) ** year for year, flow in enumerate(flows))
    scale = sum(abs(flow) / (1 + rate) ** year for year, flow in enumerate(flows))

    assert direct == pytest.approx(npv(rate, flows), abs=1e-9 * max(scale, 1e-300))


@given(FLOWS, RATES)
def test_mid_year_is_half_a_year_sooner(flows, rate):
    """At mid-year all flows but the start are worth sqrt(1 + r) times their value at year ends."""
    later = npv(rate, [0, *flows[1:]])

    assert flows[0] + later * (1 + rate) ** 0.5 == pytest.approx(
        npv(rate, flows, timing="mid"), rel=1e-9, abs=1e-6
    )


def test_monthly_is_a_monthly_annuity():
    """Twelve equal parts at month ends are an annuity at the equivalent monthly rate."""
    monthly = 1.10 ** (1 / 12) - 1
    annuity = (1 - (1 + monthly) ** -36) / monthly

    assert 100 * annuity == pytest.approx(npv(0.10, [0, 1200, 1200, 1200], timing="monthly"), rel=1e-12)


@given(RATES.filter(lambda rate: rate > 0.001))
def test_sooner_is_worth_more(rate):
    """Paid monthly lies between paid at mid-year and paid at year ends, nearer the middle."""
    end, mid, monthly = (discount_factors(rate, 3, timing=timing)[1:] for timing in ("end", "mid", "monthly"))

    assert np.all(end < monthly)
    assert np.all(monthly < mid * (1 + rate * rate))


def test_dated_without_dates_is_refused():
    """Dated timing needs one date per flow."""
    with pytest.raises(InputError) as caught:
        discount_factors(0.1, 2, timing="dated", dates=[dt.date(2026, 1, 1)])

    assert "business_case.dates" == caught.value.code


def test_npv_broadcasts_over_draws():
    """A rate per draw and flows per draw give what a loop over draws gives."""
    rng = np.random.default_rng(1)
    flows, rates = rng.normal(size=(4, 5)), rng.uniform(0, 0.3, size=5)
    looped = [npv(float(rates[i]), flows[:, i], timing="mid") for i in range(5)]

    assert looped == pytest.approx(npv(rates, flows, timing="mid"), rel=1e-12)


def test_mirr_of_the_numpy_financial_case():
    """The published MIRR at 10 % and 12 % is 0.126094 (10A-9)."""
    found = mirr([-120000, 39000, 30000, 21000, 37000, 46000], finance_rate=0.10, reinvestment_rate=0.12)

    assert 0.126094 == pytest.approx(found, abs=5e-7)


@given(st.floats(0.01, 0.5), st.floats(0.0, 0.4), st.sampled_from(["end", "mid", "monthly"]))
def test_mirr_of_one_payment_is_its_growth(growth, rate, timing):
    """With one outlay and one payment at the end, reinvestment does not matter."""
    flows = [-100, 0, 0, 100 * (1 + growth)]
    last = {"end": 3, "mid": 2.5, "monthly": 3}[timing]
    found = mirr(flows, finance_rate=rate, reinvestment_rate=rate, timing=timing)
    if timing == "monthly":
        flows_at = [(2 + k / 12, flows[3] / 12) for k in range(1, 13)]
        expected = (sum(flow * (1 + rate) ** (last - when) for when, flow in flows_at) / 100) ** (
            1 / last
        ) - 1
    else:
        expected = (1 + growth) ** (1 / last) - 1

    assert expected == pytest.approx(found, rel=1e-9)


@pytest.mark.parametrize("flows", [[-1, -2], [1, 2], [0, 0]])
def test_no_mirr_without_both_signs(flows):
    """MIRR does not exist without an inflow and an outflow."""
    assert mirr(flows, finance_rate=0.1, reinvestment_rate=0.1) is None


@pytest.mark.parametrize(
    ("flows", "expected"),
    [
        ([-100, 50, 50, 10], 2.0),
        ([-100, 40, 40, 40], 2.5),
        ([-100, 150, -80, 60], 2.5),  # back above at year 1, below at year 2: only year 3 lasts
        ([-100, 20, 20], None),
        ([0, 10], 0.0),
        ([50, -80, 40], 1.75),
        ([-118_800, 250_000], 118_800 / 250_000),
    ],
)
def test_payback_is_the_last_crossing(flows, expected):
    """Payback is the last time the cumulated flow turns positive, linear inside the year."""
    assert expected == payback_years(flows)


def test_payback_by_dates_counts_days():
    """With dates the years are days / 365."""
    dates = [dt.date(2026, 1, 1), dt.date(2026, 7, 2), dt.date(2027, 1, 1)]

    assert (182 + 91.5) / 365 == pytest.approx(payback_years([-100, 50, 100], dates=dates))


def test_vercel_calculator():
    """The published CX calculator: ROI 110 % and 321 %, payback 5.7 and 2.9 months (10A-3)."""
    found = [
        (100 * roi(retained, 118_800), 12 * payback_years([-118_800, retained]))
        for retained in (250_000, 500_000)
    ]

    assert [110.44, 5.702, 320.88, 2.851] == pytest.approx([x for pair in found for x in pair], abs=0.006)


def test_ratios_need_a_denominator():
    """No cost, no ROI; no initial cost, no profitability index."""
    assert roi(10, 0) is None
    assert profitability_index(10, 0) is None


@given(st.floats(-0.5, 1), st.floats(-0.1, 0.5))
def test_real_and_nominal_are_inverse(rate, inflation):
    """Fisher's two formulas undo each other, and nominal with nominal equals real with real."""
    nominal = to_nominal(rate, inflation)
    real_flows = [-100, 60, 70]
    nominal_flows = [flow * (1 + inflation) ** year for year, flow in enumerate(real_flows)]

    assert rate == pytest.approx(to_real(nominal, inflation), abs=1e-12)
    assert npv(rate, real_flows) == pytest.approx(npv(nominal, nominal_flows), rel=1e-9, abs=1e-9)


def test_tax_spares_depreciation():
    """(B - C - D)(1 - tau) + D, by hand: 100 with 40 of depreciation at 25 % leaves 85."""
    assert [85.0, 75.0] == after_tax([100, 100], 0.25, depreciation=[40, 0]).tolist()
    assert [-75.0] == after_tax([-100], 0.25).tolist()
