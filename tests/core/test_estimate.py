"""Estimates refuse what cannot be a number, a range or a rate."""

from __future__ import annotations

import math

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxmaturity.core.estimate import Estimate, estimate, is_amount, is_rate
from cxmaturity.core.problems import InputError

FINITE = st.floats(-1e9, 1e9)


@attrs.frozen
class Holder:
    """Something with a rate and an amount, as the business case has."""

    share: Estimate | None = attrs.field(default=None, validator=attrs.validators.optional(is_rate))
    amount: Estimate | None = attrs.field(default=None, validator=attrs.validators.optional(is_amount))


@given(st.lists(FINITE, min_size=3, max_size=3).map(sorted))
def test_a_rising_range_is_kept(numbers):
    """Three numbers in order make an estimate that gives them back."""
    low, mode, high = numbers

    assert tuple(numbers) == estimate(mode, low=low, high=high).numbers


@given(FINITE, FINITE, FINITE)
def test_a_range_is_accepted_exactly_when_it_rises(low, mode, high):
    """A range is refused if, and only if, its three numbers do not rise."""
    if low <= mode <= high:
        assert (low, mode, high) == estimate(mode, low=low, high=high).numbers
    else:
        with pytest.raises(InputError) as caught:
            estimate(mode, low=low, high=high)
        assert "core.range_order" == caught.value.code


@pytest.mark.parametrize(("mode", "asked"), [(5.0, True), (0.5, False), (5000.0, False)])
def test_a_percentage_among_fractions_is_asked_about(mode, asked):
    """0.02, 5, 0.09 is most likely 5 % typed as a percentage, and the message asks."""
    with pytest.raises(InputError) as caught:
        estimate(mode, low=0.02, high=0.09)
    assert asked == bool(caught.value.problems[0].hint)


@pytest.mark.parametrize("ends", [{"low": 1.0}, {"high": 3.0}])
def test_half_a_range_is_refused(ends):
    """A range with a single end is refused."""
    with pytest.raises(InputError) as caught:
        estimate(2, **ends)

    assert "core.range_half" == caught.value.code


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_only_finite_numbers(number):
    """NaN and infinity are no estimates."""
    with pytest.raises(InputError) as caught:
        estimate(number)

    assert "core.not_finite" == caught.value.code


def test_whole_numbers_become_floats():
    """A count typed without decimals is the same estimate as with them."""
    assert estimate(3.0, low=2.0, high=4.0) == estimate(3, low=2, high=4)
    assert isinstance(estimate(3).value, float)


@given(st.floats(0, 1))
def test_every_fraction_is_a_rate(rate):
    """Any number between 0 and 1 passes as a rate."""
    assert rate == Holder(share=estimate(rate)).share.value


@pytest.mark.parametrize(("number", "fraction"), [(5, "0.05"), (100, "1"), (1.5, "0.015")])
def test_a_percentage_typed_as_a_rate_is_explained(number, fraction):
    """Five instead of 0.05 is refused with the number to write."""
    with pytest.raises(InputError) as caught:
        Holder(share=estimate(number))

    assert "core.rate_looks_like_percent" == caught.value.code
    assert str(caught.value).endswith(f"write {fraction}.")


@pytest.mark.parametrize("number", [-0.1, 101])
def test_other_numbers_are_no_rates(number):
    """Below zero or over a hundred nothing can be guessed: the bounds are given."""
    with pytest.raises(InputError) as caught:
        Holder(share=estimate(number))

    assert "core.out_of_range" == caught.value.code


def test_the_ends_of_a_range_are_checked_too():
    """A rate whose high end passes 1 is refused even when its mode does not."""
    with pytest.raises(InputError) as caught:
        Holder(share=estimate(0.9, low=0.8, high=1.2))

    assert "core.rate_looks_like_percent" == caught.value.code


def test_amounts_are_not_negative():
    """A negative amount is refused."""
    with pytest.raises(InputError) as caught:
        Holder(amount=estimate(-1))

    assert "core.out_of_range" == caught.value.code


@pytest.mark.parametrize("wrong", [{"evidence": "E9"}, {"n": 0}])
def test_grade_and_number_of_observations_are_checked(wrong):
    """An unknown grade or an empty sample is refused."""
    with pytest.raises(ValueError, match=r"E9|n"):
        estimate(1, **wrong)


@pytest.mark.parametrize(
    ("details", "code"),
    [
        ({"value": 0.2, "shape": "pert"}, "core.shape_without_range"),
        ({"value": 2, "shape": "lognormal"}, "core.shape_without_range"),
        ({"value": 2, "low": 0, "high": 3, "shape": "lognormal"}, "core.lognormal_range"),
        ({"value": 1.1, "low": 1, "high": 2, "shape": "percentiles"}, "core.percentiles_skewed"),
        ({"value": 0.2, "shape": "measured"}, "core.measured_share"),
        ({"value": 1.2, "n": 10, "shape": "measured"}, "core.measured_share"),
        ({"value": 0.2, "low": 0.1, "high": 0.3, "n": 10, "shape": "measured"}, "core.measured_share"),
    ],
)
def test_a_shape_that_the_numbers_cannot_have(details, code):
    """A shape without its numbers, or with numbers that no curve goes through, is refused."""
    with pytest.raises(InputError) as refused:
        Estimate(**details)
    assert code == refused.value.code


def test_what_is_uncertain():
    """A range with a width and a measured share vary; a value, or a range of no width, does not."""
    assert Estimate(value=2, low=1, high=3).is_uncertain
    assert Estimate(value=0.3, n=100, shape="measured").is_uncertain
    assert not Estimate(value=2, n=100).is_uncertain
    assert not Estimate(value=2, low=2, high=2, shape="triangular").is_uncertain
