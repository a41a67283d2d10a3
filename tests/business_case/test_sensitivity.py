"""Tornado, break-evens and grid against the ledger run by hand, and the figures of the reference."""

from __future__ import annotations

import attrs
import numpy as np
import pytest

from cxmaturity.business_case import evaluate_case
from cxmaturity.business_case.sensitivity import input_break_even, lever_break_even, tornado, two_way_grid
from cxmaturity.business_case.simulation import npv_of
from cxmaturity.core.estimate import estimate

WALLET = "levers.preference.share_of_wallet_gain"
CHURN = "levers.retention.churn_rate_reduction"


def test_bars_are_the_ledger_at_p10_and_p90(worked):
    """Each bar is the NPV with that input alone at its P10 and P90, widest first."""
    case = worked.ranged_case()
    bars = tornado(case)
    widths = [abs(bar.npv_high - bar.npv_low) for bar in bars]

    assert sorted(widths, reverse=True) == widths
    assert WALLET == bars[0].input
    for bar in bars:
        assert float(npv_of(case, {bar.input: bar.low})) == pytest.approx(bar.npv_low, rel=1e-12)
        assert float(npv_of(case, {bar.input: bar.high})) == pytest.approx(bar.npv_high, rel=1e-12)


def test_the_cost_bars_add_up_to_the_published_one(worked):
    """The cost multiplier of the reference has a bar of 242 k: the NPV being linear in costs, its four lines add up to it."""
    bars = [bar for bar in tornado(worked.ranged_case()) if bar.input.startswith("costs.")]

    assert 242_000 == pytest.approx(sum(bar.npv_low - bar.npv_high for bar in bars), abs=500)


def test_lever_break_even_is_where_the_npv_is_zero(worked, catalog):
    """Scaling one lever's moves to its break-even share brings the NPV to nil; the others cannot sink the case."""
    case = worked.case()
    found = {lever.benefit: lever for lever in lever_break_even(case)}
    share = found.pop("preference").share
    scaled = worked.lever("preference", moves={"share_of_wallet_gain": 0.01 * share})
    levers = [scaled if lever.benefit == "preference" else lever for lever in case.levers]

    assert 0.38 == pytest.approx(share, abs=0.005)  # the reference's figure
    assert 0 == pytest.approx(evaluate_case(attrs.evolve(case, levers=levers), catalog).npv, abs=1e-3)
    assert all(lever.share is None and lever.reachable for lever in found.values())


def test_a_lever_that_cannot_save_the_case_is_said_so(worked):
    """With costs far above the benefits, a small lever does not pay even at ten times its target."""
    costs = [attrs.evolve(worked.COSTS[0], initial=estimate(40e6))]
    found = {lever.benefit: lever for lever in lever_break_even(worked.case(costs=costs))}

    assert found["engagement"].share is None
    assert not found["engagement"].reachable


def test_input_break_even_is_where_the_npv_is_zero(worked):
    """At its switching value the NPV is nil; an input that cannot sink the case has none."""
    case = worked.ranged_case()
    margin = input_break_even(case, "baseline.consumers.margin_rate")

    assert 0 == pytest.approx(float(npv_of(case, {"baseline.consumers.margin_rate": margin})), abs=1e-3)
    assert 0.2 < margin < 0.35
    assert input_break_even(case, "levers.engagement.renewal_intention_gain") is None


def test_two_way_grid_is_the_ledger(worked):
    """Every cell is the NPV with the two inputs at those values."""
    case = worked.ranged_case()
    grid = two_way_grid(case, WALLET, CHURN, quantiles=(0.1, 0.5, 0.9))
    cells = np.array(
        [
            [float(npv_of(case, {WALLET: first, CHURN: second})) for second in grid.second_values]
            for first in grid.first_values
        ]
    )

    assert cells == pytest.approx(np.array(grid.npv), rel=1e-12)
    assert (3, 3) == (len(grid.first_values), len(grid.second_values))
