"""The customer mirror: Wilson's interval against its definition, and the sign of the gap."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxmaturity.assessment.mirror import compare_with_customers, wilson_interval
from cxmaturity.assessment.values import MirrorResult
from cxmaturity.core.problems import InputError

counts = st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(counts)
def test_wilson_ends_solve_its_equation(pair):
    """Each end p of Wilson's interval is where the observed share is exactly z standard errors away."""
    agreeing, n = pair
    share = agreeing / n
    for end in wilson_interval(agreeing, n):
        if 1e-9 < end < 1 - 1e-9:
            assert (share - end) ** 2 == pytest.approx(
                1.6448536269514722**2 * end * (1 - end) / n, rel=1e-6, abs=1e-12
            )


@given(counts)
def test_wilson_holds_the_share(pair):
    """The interval lies in [0, 1] and holds the observed share, at 0 and n too."""
    low, high = wilson_interval(*pair)

    assert 0 <= low <= pair[0] / pair[1] + 1e-12
    assert pair[0] / pair[1] - 1e-12 <= high <= 1


def test_published_wilson():
    """81 of 263 at 95 % gives (.2553, .3662), as Newcombe (1998) prints."""
    assert (0.2553, 0.3662) == pytest.approx(wilson_interval(81, 263, z=1.959964), abs=5e-5)


def test_both_positions_and_the_gap():
    """Declared 4.2 against 8 % of customers: the 80/8 gap is .72, both numbers shown."""
    gap = compare_with_customers(MirrorResult(question="trust", agreeing=8, n=100), 4.2)

    assert (0.8, 0.08, 0.72, 100) == pytest.approx((gap.self_position, gap.customer_share, gap.gap, gap.n))
    assert gap.interval[0] < 0.08 < gap.interval[1]


@pytest.mark.parametrize(("declared", "position"), [(1, 0), (3, 0.5), (5, 1)])
def test_position_of_the_ends(declared, position):
    """Level 1 is position 0 and level 5 position 1."""
    gap = compare_with_customers(MirrorResult(question="trust", agreeing=5, n=10), declared)

    assert (position, position - 0.5) == (gap.self_position, gap.gap)


def test_unknown_self_level():
    """Without a declared level the customers' share still shows, the gap does not."""
    gap = compare_with_customers(MirrorResult(question="trust", agreeing=5, n=10), None)

    assert (None, None, 0.5) == (gap.self_position, gap.gap, gap.customer_share)


@pytest.mark.parametrize(("agreeing", "n"), [(1, 0), (0, 0), (-1, 10), (11, 10)])
def test_impossible_counts(agreeing, n):
    """More customers agreeing than asked, or nobody asked, is refused."""
    with pytest.raises(InputError) as caught:
        compare_with_customers(MirrorResult(question="trust", agreeing=agreeing, n=n), 3)

    assert "assessment.mirror_counts" == caught.value.code


def test_mirror_uses_the_declared_level(score):
    """The belief is held against customers: evidence caps do not change the self position."""
    from cxmaturity.assessment.values import Settings

    mirror = (MirrorResult(question="trust", agreeing=10, n=100),)
    found = score([[5] * 7], mirror=mirror, settings=Settings(privacy="named")).mirror

    assert (1,) == tuple(gap.self_position for gap in found)
