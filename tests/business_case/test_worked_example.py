"""The worked example of the reference, to its printed digits (10A-14): the ledger, the split, the finance."""

from __future__ import annotations

import attrs
import pytest

from cxmaturity.business_case import break_even_share, discount_factors, evaluate_case, read_parameters


def test_gross_benefits(result):
    """The programme earns 198,687, 568,270 and 874,717."""
    assert (198_687, 568_270, 874_717) == pytest.approx(result.gross_benefits, abs=0.5)


def test_finance(result):
    """NPV 386,796.47, IRR 0.427459, MIRR 37.76 %, PI 1.967, ROI 42.0 %, payback 2.07 and 2.21 years."""
    assert (-400_000, -1_313, 358_270, 654_717) == pytest.approx(result.cash_flows, abs=0.5)
    assert (1_307_458, 920_661) == pytest.approx((result.pv_benefits, result.pv_costs), abs=0.5)
    assert 386_796.47 == pytest.approx(result.npv, abs=0.005)
    assert (0.427459,) == pytest.approx(result.irr, abs=5e-7)
    assert 0.3776 == pytest.approx(result.mirr, abs=5e-5)
    assert 1.967 == pytest.approx(result.profitability_index, abs=5e-4)
    assert 0.420 == pytest.approx(result.roi, abs=5e-4)
    assert (2.07, 2.21) == pytest.approx((result.payback_years, result.discounted_payback_years), abs=0.005)


def test_shapley_shares(result, worked):
    """The seven present values of section 4, and their sum the joint total to 1e-9, each year too."""
    found = {benefit.id: benefit.pv for benefit in result.benefits}
    by_year = [sum(shares) for shares in zip(*(benefit.annual for benefit in result.benefits), strict=True)]

    assert worked.SHAPLEY == pytest.approx(found, abs=0.5)
    assert result.pv_benefits == pytest.approx(sum(found.values()), rel=1e-9)
    assert result.gross_benefits == pytest.approx(by_year, rel=1e-9)


def test_mid_year_and_tax(worked, catalog):
    """At mid-year the NPV is 425,199; after 25 % tax, everything expensed, 290,097."""
    mid = evaluate_case(worked.case(finance=worked.finance(timing="mid")), catalog)
    taxed = evaluate_case(worked.case(finance=worked.finance(tax_rate=0.25)), catalog)

    assert 425_199 == pytest.approx(mid.npv, abs=0.5)
    assert 290_097 == pytest.approx(taxed.npv_after_tax, abs=0.5)


def test_break_even(result, worked):
    """All levers at 70.5 % of their targets, or share of wallet alone at 38 %, bring the NPV to nil."""
    parameters = read_parameters(worked.case())
    factors = discount_factors(0.10, 3)
    alone = {
        benefit: break_even_share(parameters, factors, result.pv_costs, benefits=[benefit])
        for benefit in worked.MOVES
    }

    assert 0.705 == pytest.approx(result.break_even, abs=5e-4)
    assert 0.38 == pytest.approx(alone.pop("preference"), abs=0.005)
    assert {None} == set(alone.values())  # no other single lever can sink it


def test_joint_is_far_below_the_sum_of_textbook_formulas(worked, catalog):
    """Six textbook formulas added up exceed the ledger, even with ramp and attribution switched off."""
    lifetime = 126 * (1 + 0.85 / (1.10 - 0.85))
    textbook = {
        "preference": 200_000 * 900 * 0.01 * 0.35,
        "acquisition": 500_000 * 0.0015 * lifetime,
        "retention": 200_000 * 0.01 * lifetime,
        "engagement": 400 / 3 * 0.06 * 0.5 * 30_000 * 0.45 * 3,
        "service_cost": 600_000 * 0.05 * 1.5 * 6 + 600_000 * 0.03 * 5.5,
        "advantage": 200_000 * 0.5 * 0.015 * 45,
    }
    naive = sum(textbook.values()) * discount_factors(0.10, 3)[1:].sum()
    at_once = evaluate_case(
        worked.case(levers=[worked.lever(benefit, attribution=1, ramp=(1,)) for benefit in textbook]), catalog
    )
    real = evaluate_case(worked.case(levers=[worked.lever(benefit) for benefit in textbook]), catalog)

    assert at_once.pv_benefits < 0.5 * naive
    assert real.pv_benefits < 0.2 * naive


def test_rates_of_the_published_ratio(worked, catalog):
    """With attribution and ramp off the ledger is 3.2 times below the published naive sum of 10.19 M."""
    at_once = evaluate_case(
        worked.case(levers=[worked.lever(benefit, attribution=1, ramp=(1,)) for benefit in worked.MOVES]),
        catalog,
    )

    assert 3.2 == pytest.approx(10.19e6 / at_once.pv_benefits, abs=0.05)


def test_optimism_bias_raises_every_cost(worked, catalog, result):
    """A bias of 20 % takes 20 % of the costs off the NPV."""
    biased = evaluate_case(worked.case(finance=worked.finance(optimism_bias=0.2)), catalog)

    assert result.npv - 0.2 * result.pv_costs == pytest.approx(biased.npv, rel=1e-12)


def test_the_last_annual_cost_holds(worked, catalog):
    """Over five years the cost of year 3 goes on, and so does the last value of each ramp."""
    longer = evaluate_case(worked.case(finance=worked.finance(horizon_years=5)), catalog)

    assert (400_000, 200_000, 210_000, 220_000, 220_000, 220_000) == longer.costs_by_year
    assert longer.gross_benefits[3] > longer.gross_benefits[2]


def test_result_is_a_plain_value(result):
    """Everything in the result is plain Python, so that a report can print it and JSON can hold it."""
    flat = attrs.asdict(result)

    def kinds(value):
        if isinstance(value, dict):
            return set().union(*(kinds(item) for item in value.values()))
        if isinstance(value, (tuple, list)):
            return set().union(*(kinds(item) for item in value), set())
        return {type(value)}

    assert kinds(flat) <= {str, float, int, type(None)}
