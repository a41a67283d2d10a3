"""The wallet allocation rule."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxmaturity.business_case.wallet import RankMove, delta_share_of_wallet, ranks_from_ratings, wallet_share
from cxmaturity.core.problems import InputError


@pytest.mark.parametrize(
    ("brands", "expected"), [(2, (0.667, 0.333)), (3, (0.5, 0.333, 0.167)), (4, (0.4, 0.3, 0.2, 0.1))]
)
def test_published_shares(brands, expected):
    """Shares for two, three and four brands (10A-8)."""
    assert expected == pytest.approx([wallet_share(rank, brands) for rank in range(1, brands + 1)], abs=5e-4)


def test_a_tie_for_first_of_three():
    """Two firsts among three brands get 41.67 % each (10A-8)."""
    ranks = ranks_from_ratings([9, 9, 4])

    assert (1.5, 1.5, 3.0) == ranks
    assert 0.4167 == pytest.approx(wallet_share(ranks[0], 3), abs=5e-5)


@given(st.lists(st.integers(0, 10), min_size=1, max_size=9))
def test_shares_add_up_to_the_wallet(ratings):
    """Whatever the ratings and their ties, the brands share the whole wallet."""
    ranks = ranks_from_ratings(ratings)

    assert 1.0 == pytest.approx(sum(wallet_share(rank, len(ratings)) for rank in ranks))


@pytest.mark.parametrize("rank", [0.5, 4])
def test_a_rank_out_of_reach_is_refused(rank):
    """A rank lies between 1 and the number of brands."""
    with pytest.raises(InputError) as caught:
        wallet_share(rank, 3)

    assert "business_case.rank" == caught.value.code


def test_gain_of_customers_who_move_up():
    """12 % of customers from second to first of three, halved by the calibration: one point."""
    move = RankMove(customer_share=0.12, before=2, after=1, brands=3)

    assert 0.5 * 0.12 * (1 / 2 - 1 / 3) == pytest.approx(delta_share_of_wallet([move], slope=0.5))
