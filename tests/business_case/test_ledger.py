"""The ledger against a plain scalar loop written apart, and what must hold for any case."""

from __future__ import annotations

import attrs
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cxmaturity.business_case.ledger import run_ledger
from cxmaturity.business_case.parameters import read_parameters
from cxmaturity.business_case.retention import fit_sbg
from cxmaturity.business_case.shapley import coalition_gains
from cxmaturity.core.estimate import estimate

SURVIVAL = (0.75, 0.62, 0.55, 0.50)


def effects(worked, on, year, share):
    """Return attribution x ramp of each lever, nil when off."""
    return {
        benefit: share * (benefit in on) * worked.ATTRIBUTION[benefit] * worked.RAMPS[benefit][min(year, 2)]
        for benefit in worked.MOVES
    }


def scalar_ledger(worked, on, years, share=1.0):
    """Return the margin of each year, by a loop over years that knows nothing of the engine."""
    c, k = worked.CONSUMERS, worked.CONTRACTS
    base_average = c["count"] * (2 - c["annual_churn_rate"]) / 2 + c["annual_qualified_visits"] * 0.03 / 2
    customers, contracts, margins = float(c["count"]), float(k["count"]), []
    for year in range(years):
        e = effects(worked, on, year, share)
        stay = 1 - 0.15 + 0.01 * e["retention"]
        new = 500_000 * (0.03 + 0.0015 * e["acquisition"])
        new += customers * (0.03 * 0.04 + 0.02 * 0.03) * e["recommendation"]
        average = customers * (1 + stay) / 2 + new / 2
        contacts = 600_000 * average / base_average
        deflected = 0.03 * e["service_cost"]
        by_fcr = contacts / (1 + 0.32 * 1.5) * 0.05 * e["service_cost"] * 1.5 * 6 * (1 - deflected)
        service = contacts * 6 - 0.6 * (by_fcr + contacts * deflected * 5.5)
        margin = average * 900 * (0.40 + 0.01 * e["preference"]) * 0.35
        margin += average * 0.5 * (0.08 + 0.015 * e["advantage"]) * 45
        lost = contracts / 3 * (0.15 - 0.5 * 0.06 * e["engagement"])
        b2b = (contracts + contracts - lost + 20) / 2 * 30_000 * 0.45
        margins.append(margin - service - new * 40 + b2b)
        customers, contracts = customers * stay + new, contracts - lost + 20
    return margins


@settings(max_examples=60)
@given(data=st.data(), years=st.integers(1, 8), share=st.floats(0, 2))
def test_equals_a_plain_loop(worked, data, years, share):
    """For any subset of levers, horizon and strength, the ledger equals a scalar loop."""
    on = data.draw(st.sets(st.sampled_from(sorted(worked.MOVES))))
    parameters = read_parameters(worked.case(finance=worked.finance(horizon_years=years)))
    found = run_ledger(parameters, dict.fromkeys(on, share)).total

    assert scalar_ledger(worked, on, years, share) == pytest.approx(found.tolist(), rel=1e-12)


def test_no_lever_changes_nothing(worked):
    """Without a lever, or with all of them at zero, the programme earns exactly nothing."""
    parameters = read_parameters(worked.case())
    off = run_ledger(parameters, {}).total

    assert np.array_equal(off, run_ledger(parameters, dict.fromkeys(worked.MOVES, 0.0)).total)
    assert np.all(coalition_gains(read_parameters(worked.case(levers=())), ()) == 0)


@settings(max_examples=40)
@given(
    benefit=st.sampled_from(
        [
            "preference",
            "acquisition",
            "retention",
            "engagement",
            "service_cost",
            "recommendation",
            "advantage",
        ]
    ),
    low=st.floats(0, 1),
    high=st.floats(0, 1),
)
def test_more_attribution_never_earns_less(worked, benefit, low, high):
    """Over the horizon, the joint gain rises with each lever's attribution."""
    low, high = sorted((low, high))

    def gain(attribution):
        levers = [
            worked.lever(name, attribution=attribution if name == benefit else None) for name in worked.MOVES
        ]
        return coalition_gains(read_parameters(worked.case(levers=levers)), tuple(worked.MOVES))[-1].sum()

    assert gain(low) <= gain(high) + 1e-6


def test_draws_equal_a_loop_over_draws(worked):
    """Arrays of draws for every kind of input give what one call per draw gives, coalition by coalition."""
    rng = np.random.default_rng(7)
    parameters = read_parameters(worked.case())
    varied = {path: number * rng.uniform(0.8, 1.05, size=6) for path, number in parameters.numbers.items()}
    together = coalition_gains(parameters.replace(varied), tuple(worked.MOVES))
    apart = [
        coalition_gains(
            parameters.replace({path: float(draws[i]) for path, draws in varied.items()}), tuple(worked.MOVES)
        )
        for i in range(6)
    ]

    assert (128, 3, 6) == together.shape
    assert np.allclose(np.stack(apart, axis=-1), together, rtol=1e-9, atol=1e-6)


def test_a_few_uncertain_inputs_broadcast(worked):
    """Draws for one input only, here the margin, broadcast against plain numbers."""
    parameters = read_parameters(worked.case())
    margins = np.array([0.30, 0.35, 0.40])
    gains = coalition_gains(
        parameters.replace({"baseline.consumers.margin_rate": margins}), tuple(worked.MOVES)
    )
    plain = coalition_gains(parameters, tuple(worked.MOVES))

    assert np.allclose(plain, gains[:, :, 1], rtol=1e-12, atol=1e-6)


def test_rates_stay_rates_whatever_the_draws(worked):
    """Levers far too strong stop at churn 0, renewal 1 and resolution 1 and create no customer."""
    parameters = read_parameters(worked.case())
    on = dict.fromkeys(("retention", "engagement", "service_cost", "preference"), 1000.0)
    lines = run_ledger(parameters, on).lines
    kept = lines["closing_customers"] - lines["new_customers"]

    assert np.all(kept <= np.concatenate(([200_000], lines["closing_customers"][:-1])) + 1e-6)
    assert np.all(np.diff(lines["closing_contracts"]) <= 20 + 1e-9)
    assert np.all(lines["service_cost"] >= 0)
    assert np.all(lines["margin"] <= lines["customers"] * 900 * 0.35 + 1e-6)


def tenure_ledger(survival, years, cut):
    """Return closing customers by a loop over tenures, churn cut by points of the base's average."""
    model = fit_sbg(survival)
    weights = [1.0, *survival[:-1]]
    stocks = {tenure: 200_000 * weight / sum(weights) for tenure, weight in enumerate(weights)}
    base, closings = dict(stocks), []
    for year in range(years):
        churn = {tenure: 1 - model.retention(tenure + 1) for tenure in range(20)}
        average = sum(base[t] * churn[t] for t in base) / sum(base.values())
        keep = {tenure: 1 - churn[tenure] * (1 - cut[year] / average) for tenure in churn}
        stocks = {0: 15_000.0} | {t + 1: stocks[t] * keep[t] for t in stocks}
        base = {0: 15_000.0} | {t + 1: base[t] * (1 - churn[t]) for t in base}
        closings.append(sum(stocks.values()))
    return closings


@pytest.mark.parametrize("years", [3, 6])
def test_tenure_cohorts_equal_a_plain_loop(worked, years):
    """With survival, customers follow sBG by cohort; the lever takes its points off the average churn."""
    consumers = attrs.evolve(
        worked.baseline().consumers,
        survival=SURVIVAL,
        annual_churn_rate=None,
        annual_customers_won_per_promoter=None,
    )
    case = worked.case(
        baseline=worked.baseline(consumers=consumers),
        levers=[worked.lever("retention")],
        finance=worked.finance(horizon_years=years),
    )
    found = run_ledger(read_parameters(case), {"retention": 1.0}).lines["closing_customers"]
    cut = [0.01 * 0.7 * worked.RAMPS["retention"][min(year, 2)] for year in range(years)]

    assert tenure_ledger(SURVIVAL, years, cut) == pytest.approx(found.tolist(), rel=1e-9)


def test_constant_survival_is_constant_churn(worked):
    """Survival that falls by the same rate each year gives what that churn rate gives."""
    steady = tuple(0.85**year for year in range(1, 7))
    consumers = attrs.evolve(worked.baseline().consumers, survival=steady, annual_churn_rate=None)
    by_survival = read_parameters(worked.case(baseline=worked.baseline(consumers=consumers)))
    by_rate = read_parameters(worked.case())
    gains = [coalition_gains(parameters, tuple(worked.MOVES))[-1] for parameters in (by_rate, by_survival)]

    assert gains[0].tolist() == pytest.approx(gains[1].tolist(), rel=1e-3)


def test_referred_customers_may_be_worth_more(worked):
    """A premium of 16 % adds 16 % of the margin of those won by recommendation, on their average number."""
    moves = worked.MOVES["recommendation"] | {"referred_value_premium": 0.16}
    levers = [worked.lever("recommendation", moves=moves)]
    plain = run_ledger(
        read_parameters(worked.case(levers=[worked.lever("recommendation")])), {"recommendation": 1.0}
    )
    premium = run_ledger(read_parameters(worked.case(levers=levers)), {"recommendation": 1.0})
    won_in_year_1 = 200_000 * (0.03 * 0.04 + 0.02 * 0.03) * 0.7 * 0.5

    assert 0.16 * 126 * won_in_year_1 / 2 == pytest.approx(premium.total[0] - plain.total[0], rel=1e-6)


def test_lag_moves_everything_a_year_later(worked):
    """With a lag of one year a lever earns nothing in year 1 and its first ramp step in year 2."""
    parameters = read_parameters(worked.case(levers=[worked.lever("preference", lag_years=1)]))

    assert (0.0, 0.25, 0.75) == parameters.effects["preference"]


def test_contacts_are_constant_without_consumers(worked):
    """A client without B2C customers has constant contacts: the same saving, by hand, year after year."""
    case = worked.case(
        baseline=worked.baseline(consumers=None, option=None),
        levers=[worked.lever("service_cost", ramp=(1,))],
    )
    parameters = read_parameters(case)
    gains = coalition_gains(parameters, ("service_cost",))[-1]
    deflected = 0.9 * 0.03
    expected = 0.6 * (600_000 / 1.48 * 0.9 * 0.05 * 9 * (1 - deflected) + 600_000 * deflected * 5.5)

    assert [expected] * 3 == pytest.approx(gains.tolist(), rel=1e-9)


def test_no_customer_at_all_is_no_error(worked):
    """A launch that starts from no customer and no visit earns nothing, without a division by zero."""
    consumers = attrs.evolve(
        worked.baseline().consumers, count=estimate(0), annual_qualified_visits=estimate(0)
    )
    case = worked.case(baseline=worked.baseline(consumers=consumers, contracts=None))
    gains = coalition_gains(read_parameters(case), ("preference", "retention"))

    assert np.all(gains == 0)
