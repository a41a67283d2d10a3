"""Every internal rate of return is found, none is made up."""

from __future__ import annotations

import datetime as dt
import itertools

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from cxmaturity.business_case.finance import npv
from cxmaturity.business_case.roots import irr


@pytest.mark.parametrize(
    ("flows", "expected", "digits"),
    [
        ([-150000, 15000, 25000, 35000, 45000, 60000], 0.0524, 5e-5),
        ([-100, 39, 59, 55, 20], 0.28095, 5e-6),
        ([-100, 0, 0, 74], -0.0955, 5e-5),
        ([-100, 100, 0, -7, 0, 7], None, None),
    ],
)
def test_irr_of_the_numpy_financial_cases(flows, expected, digits):
    """Published internal rates of return come out to their digits (10A-9)."""
    found = irr(flows)
    if expected is None:
        assert all(0 == pytest.approx(npv(rate, flows), abs=1e-9) for rate in found)
        assert found
    else:
        assert (expected,) == pytest.approx(found, abs=digits)


def test_two_roots_are_both_reported():
    """[-100, 230, -132] has 10 % and 20 %, where most tools report one (10A-9)."""
    assert (0.10, 0.20) == pytest.approx(irr([-100, 230, -132]), rel=1e-9)


def test_a_double_root_is_one():
    """A flow that only touches zero, -100 (1 - 1.1 x)^2, has one rate."""
    assert (0.10,) == pytest.approx(irr([-100, 220, -121]), rel=1e-6)


def test_a_triple_root_is_one():
    """-(1 - 1.1 x)^3 has one rate, and the search does not lose it."""
    assert (0.10,) == pytest.approx(irr([-1, 3.3, -3.63, 1.331]), abs=1e-4)


def test_xirr_of_the_microsoft_example():
    """Microsoft's XIRR example gives 37.336 % (10A-10)."""
    days = ("2008-01-01", "2008-03-01", "2008-10-30", "2009-02-15", "2009-04-01")
    found = irr(
        [-10000, 2750, 4250, 3250, 2750], timing="dated", dates=[dt.date.fromisoformat(day) for day in days]
    )

    assert (0.37336,) == pytest.approx(found, abs=5e-6)


@pytest.mark.parametrize("flows", [[-1, -2, -3], [1, 2], [0, 0, 0], [5], [0, -3]])
def test_no_change_of_sign_no_rate(flows):
    """Flows of one sign have no internal rate of return."""
    assert () == irr(flows)


ROOTS = st.lists(st.floats(-0.8, 3.0), min_size=1, max_size=6)


@settings(max_examples=300)
@given(ROOTS, st.floats(0.1, 1e4))
def test_all_known_roots_are_found(rates, scale):
    """A polynomial built from known rates gives back all of them, and nothing else."""
    growth = sorted(1 + rate for rate in rates)
    assume(all(high / low > 1.05 for low, high in itertools.pairwise(growth)))
    flows = np.array([1.0])
    for factor in growth:
        flows = np.convolve(flows, [1.0, -factor])
    found = irr(-scale * flows)

    assert [factor - 1 for factor in growth] == pytest.approx(list(found), rel=1e-6, abs=1e-6)


@settings(max_examples=200)
@given(
    st.lists(st.integers(-(10**8), 10**8), min_size=2, max_size=10),
    st.sampled_from(["end", "mid", "monthly"]),
)
def test_npv_at_irr_is_zero(flows, timing):
    """At every rate found above -99.99 % the NPV is nil to 1e-6 of the flows, for any timing."""
    for rate in irr(flows, timing=timing):
        if rate < -0.9999:
            continue  # 1 + rate has lost its digits
        scale = npv(rate, np.abs(flows), timing=timing)
        assert 0 == pytest.approx(npv(rate, flows, timing=timing), abs=1e-6 * scale)


@settings(max_examples=200)
@given(st.lists(st.integers(-50, 50), min_size=2, max_size=8))
def test_as_many_as_the_polynomial_has(flows):
    """The rates are the positive roots of the polynomial in 1 + r that numpy finds, well-separated ones."""
    assume(flows[0] and flows[-1])
    found = np.roots(flows)
    real = np.sort(found[np.abs(found.imag) < 1e-9].real)
    growth = real[(real > 1e-3) & (real < 1e3)]
    near = found[(np.abs(found.imag) >= 1e-9) & (np.abs(found.imag) < 1e-3)]
    assume(near.size == 0)
    assume(all(high / low > 1.001 for low, high in itertools.pairwise(growth)))

    assert (growth - 1).tolist() == pytest.approx(list(irr(flows)), rel=1e-5, abs=1e-5)


def test_usual_flows_have_one_rate_whatever_the_timing():
    """One change of sign, one rate; sooner inflows make it higher."""
    flows = [-100, 30, 40, 50, 60]
    end, monthly, mid = (irr(flows, timing=timing) for timing in ("end", "monthly", "mid"))

    assert (1, 1, 1) == (len(end), len(monthly), len(mid))
    assert end < monthly < mid
