"""The Shapley split: efficiency, symmetry, null player, and the definition by orders of arrival."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from cxmaturity.business_case.parameters import read_parameters
from cxmaturity.business_case.shapley import coalition_gains, coalitions, shapley_shares

PLAYERS = st.integers(1, 5)


def by_permutations(values):
    """Return the mean over every order of arrival of what each player adds: the definition."""
    players = len(values).bit_length() - 1
    shares = np.zeros((players, *values.shape[1:]))
    orders = list(itertools.permutations(range(players)))
    for order in orders:
        there = 0
        for player in order:
            shares[player] += values[there | 1 << player] - values[there]
            there |= 1 << player
    return shares / len(orders)


@st.composite
def games(draw, players=PLAYERS):
    """Draw the value of every coalition over three years."""
    n = draw(players)
    return draw(arrays(float, (2**n, 3), elements=st.floats(-1e6, 1e6)))


@given(games())
def test_equals_the_mean_over_orders(values):
    """The weighted sum is the mean of contributions over all permutations."""
    assert np.allclose(by_permutations(values), shapley_shares(values), rtol=1e-9, atol=1e-6)


@given(games(players=st.integers(1, 7)))
def test_shares_add_up(values):
    """Shares add up to what the full coalition has over the empty one, to 1e-9 of the sizes at play."""
    total = values[-1] - values[0]

    assert np.allclose(
        total, shapley_shares(values).sum(axis=0), rtol=0, atol=1e-9 * np.abs(values).max() + 1e-300
    )


@given(games(players=st.integers(1, 4)))
def test_a_player_who_adds_nothing_gets_nothing(values):
    """Add a player who changes no value: the share is exactly 0 and the others keep theirs."""
    padded = np.concatenate([values, values])

    assert np.all(shapley_shares(padded)[-1] == 0)
    assert np.allclose(shapley_shares(values), shapley_shares(padded)[:-1], rtol=1e-9, atol=1e-6)


@given(st.lists(st.floats(-1e5, 1e5), min_size=5, max_size=5))
def test_equal_players_get_equal_shares(by_size):
    """When only the number of players matters, all get the same."""
    sizes = coalitions(4).sum(axis=1).astype(int)
    shares = shapley_shares(np.array(by_size)[sizes])

    assert np.allclose(shares[0], shares, rtol=1e-9, atol=1e-6)


@pytest.mark.parametrize("chosen", [3, 4])
def test_ledger_split_equals_permutations(worked, chosen):
    """On the ledger, with three and four levers, the split equals brute force over orders."""
    picked = list(worked.MOVES)[:chosen]
    parameters = read_parameters(worked.case(levers=[worked.lever(benefit) for benefit in picked]))
    gains = coalition_gains(parameters, picked)

    assert np.allclose(by_permutations(gains), shapley_shares(gains), rtol=1e-9, atol=1e-6)


def test_identical_levers_get_identical_shares(worked):
    """Two levers that win customers at the same pace and cost get the same share of the ledger."""
    consumers = worked.CONSUMERS | {
        "annual_churn_rate": 0.0,
        "annual_qualified_visits": 200_000,
        "conversion_rate": 0.0,
        "annual_customers_won_per_promoter": 0.1,
    }
    won = {"promoter_share_gain": 0.1, "detractor_share_reduction": 0}
    levers = [
        worked.lever("acquisition", moves={"conversion_rate_gain": 0.01}, ramp=(1, 0), attribution=1),
        worked.lever("recommendation", moves=won, ramp=(1, 0), attribution=1),
    ]
    baseline = worked.baseline(consumers=worked.Consumers(**worked.graded(consumers)))
    parameters = read_parameters(worked.case(baseline=baseline, levers=levers))
    first, second = shapley_shares(coalition_gains(parameters, ["acquisition", "recommendation"]))

    assert first.tolist() == pytest.approx(second.tolist(), rel=1e-9)
    assert first[0] > 0
