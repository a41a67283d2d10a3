"""What `evaluate_case` says when inputs are missing, dates are given, or a case is too good to be true."""

from __future__ import annotations

import datetime as dt

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cxmaturity.business_case import (
    discount_factors,
    evaluate_case,
    fit_sbg,
    irr,
    missing_inputs,
    npv,
    read_parameters,
)
from cxmaturity.business_case.ledger import run_ledger
from cxmaturity.business_case.values import Baseline, Cost
from cxmaturity.core.estimate import estimate
from cxmaturity.core.problems import InputError, UnknownIdError


def codes(result):
    """Return the codes of the warnings."""
    return {problem.code for problem in result.warnings}


def test_nothing_known_costs_stand_alone(worked, catalog):
    """Without any baseline the NPV is minus the costs, and every goal names what it lacks."""
    result = evaluate_case(worked.case(baseline=Baseline()), catalog)

    assert -920_661 == pytest.approx(result.npv, abs=0.5)
    assert () == result.benefits
    assert () == result.ledger
    assert () == result.irr
    assert (0.0, 0.0, 0.0) == result.gross_benefits
    assert result.break_even is None
    assert result.beyond_horizon is None
    assert tuple(worked.MOVES) == tuple(gap.benefit for gap in result.not_evaluated)


def test_a_goal_without_a_lever_lacks_its_lever_paths(worked, catalog):
    """A goal that nothing moves is listed with the paths of its moves and attribution."""
    case = worked.case(goals=("service_cost", "retention"), levers=[worked.lever("retention")])
    result = evaluate_case(case, catalog)

    assert [
        (
            "service_cost",
            (
                "levers.service_cost.first_contact_resolution_gain",
                "levers.service_cost.deflected_contact_share",
                "levers.service_cost.attribution",
            ),
        )
    ] == [(gap.benefit, gap.missing) for gap in result.not_evaluated]
    assert ["retention"] == [benefit.id for benefit in result.benefits]


def test_each_missing_input_is_named_and_stops_only_its_benefits(worked, catalog):
    """Take any one input away: it is named for every benefit that needs it, and only those fall out."""
    case = worked.case()
    for section in ("consumers", "option", "contracts", "service"):
        full = getattr(case.baseline, section)
        for field in attrs.fields(type(full)):
            path = f"baseline.{section}.{field.name}"
            needing = {name for name in worked.MOVES if path in missing_of_nothing(name)}
            if not needing:
                continue
            poorer = attrs.evolve(case.baseline, **{section: attrs.evolve(full, **{field.name: None})})
            result = evaluate_case(worked.case(baseline=poorer), catalog)
            missing = {gap.benefit: gap.missing for gap in result.not_evaluated}
            assert dict.fromkeys(needing, (path,)) == missing
            assert {benefit.id for benefit in result.benefits} == set(worked.MOVES) - needing


def missing_of_nothing(benefit):
    """Return all inputs of a benefit."""
    from cxmaturity.business_case import required_inputs

    return required_inputs(benefit)


def test_b2b_alone(worked, catalog):
    """A client with contracts only gets its engagement benefit; closed form for the first lost contracts."""
    case = worked.case(
        baseline=Baseline(contracts=worked.baseline().contracts),
        levers=[worked.lever("engagement", ramp=(1,))],
    )
    result = evaluate_case(case, catalog)
    saved = 400 / 3 * 0.7 * 0.06 * 0.5

    assert saved / 2 * 30_000 * 0.45 == pytest.approx(result.gross_benefits[0], rel=1e-9)
    assert {"contracts", "closing_contracts", "b2b_margin", "total"} == {line.id for line in result.ledger}
    assert result.benefits[0].pv == result.pv_benefits


def test_goals_order_the_benefits(worked, catalog):
    """Benefits come in the client's order, and a lever that is no goal is left out, with a warning."""
    result = evaluate_case(worked.case(goals=("retention", "preference")), catalog)

    assert ("retention", "preference") == tuple(benefit.id for benefit in result.benefits)
    assert "business_case.lever_not_a_goal" in codes(result)


def test_unknown_goal_is_named(worked, catalog):
    """A misspelt goal is refused with the nearest name."""
    with pytest.raises(UnknownIdError) as caught:
        evaluate_case(worked.case(goals=("retension",)), catalog)

    assert "retention" in str(caught.value)


def test_impossible_moves_stop_the_evaluation(worked, catalog):
    """Two impossible moves are both reported, and nothing is computed."""
    levers = [
        worked.lever("retention", moves={"churn_rate_reduction": 0.16}),
        worked.lever("preference", moves={"share_of_wallet_gain": 0.7}),
    ]
    with pytest.raises(InputError) as caught:
        evaluate_case(worked.case(levers=levers), catalog)

    assert {"business_case.below_zero", "business_case.above_one"} == {
        problem.code for problem in caught.value.problems
    }


def test_evidence_is_the_weakest(worked, catalog):
    """A benefit bears the weakest grade among its moves and its attribution."""
    lever = attrs.evolve(
        worked.lever("engagement"),
        moves={
            "renewal_intention_gain": estimate(0.06, evidence="E3"),
            "intention_to_renewal": estimate(0.5, evidence="E2"),
        },
        attribution=estimate(0.7, evidence="E4"),
    )

    assert "E2" == evaluate_case(worked.case(levers=[lever]), catalog).benefit("engagement").evidence


def test_kpi_comes_from_the_catalogue(result, catalog):
    """Each benefit names the KPI of the catalogue."""
    assert [catalog.benefit(benefit.id).kpi.id for benefit in result.benefits] == [
        benefit.kpi for benefit in result.benefits
    ]


@pytest.mark.parametrize("timing", ["end", "mid", "monthly", "dated"])
def test_every_timing_is_consistent(worked, catalog, timing):
    """NPV, IRR, factors and cumulated flows agree under each timing."""
    dates = tuple(dt.date(2026 + year, 3, 1) for year in range(4))
    result = evaluate_case(worked.case(finance=worked.finance(timing=timing, dates=dates)), catalog)
    factors = discount_factors(0.10, 3, timing=timing, dates=dates)

    assert result.npv == pytest.approx(npv(0.10, result.cash_flows, timing=timing, dates=dates), rel=1e-9)
    assert result.npv == pytest.approx(result.cumulative_discounted[-1], rel=1e-9)
    assert sum(result.cash_flows) == pytest.approx(result.cumulative[-1], rel=1e-9)
    assert result.irr == irr(result.cash_flows, timing=timing, dates=dates)
    assert result.pv_benefits == pytest.approx(factors[1:] @ result.gross_benefits, rel=1e-9)


def test_interaction_is_the_joint_minus_the_parts(result):
    """Sum of the alone values plus the interaction is the joint total; alone values sum as stated."""
    assert result.sum_of_alone_pv == pytest.approx(sum(benefit.alone_pv for benefit in result.benefits))
    assert result.pv_benefits == pytest.approx(result.sum_of_alone_pv + result.interaction_pv, rel=1e-12)


def test_alone_is_the_case_with_one_lever(worked, catalog, result):
    """The alone value of a benefit is the present value of a case with that lever only."""
    for benefit in result.benefits:
        alone = evaluate_case(worked.case(levers=[worked.lever(benefit.id)]), catalog)
        assert alone.pv_benefits == pytest.approx(benefit.alone_pv, rel=1e-9)


def test_break_even_brings_npv_to_nil(worked, catalog):
    """Scaling every attribution by the break-even share leaves an NPV of zero, above 1 as below."""
    for initial in (400_000, 900_000):
        costs = [attrs.evolve(worked.COSTS[0], initial=estimate(initial))]
        share = evaluate_case(worked.case(costs=costs), catalog).break_even
        levers = [
            attrs.evolve(
                worked.lever(name),
                moves={
                    key: estimate(value * (share if key != "intention_to_renewal" else 1))
                    for key, value in moves.items()
                },
            )
            for name, moves in worked.MOVES.items()
        ]
        assert 0 == pytest.approx(
            evaluate_case(worked.case(levers=levers, costs=costs), catalog).npv, abs=1e-3
        )


def test_no_break_even_out_of_reach(worked, catalog):
    """Costs that ten times the targets would not pay have no break-even."""
    costs = [Cost(name="Cathedral", initial=estimate(1e12))]

    assert evaluate_case(worked.case(costs=costs), catalog).break_even is None


@pytest.mark.parametrize("survival", [None, (0.75, 0.62, 0.55, 0.50)])
def test_beyond_the_horizon_is_the_run_off(worked, catalog, survival):
    """The value beyond is the brute-force run-off of the extra customers and contracts at year H."""
    consumers = attrs.evolve(worked.baseline().consumers, survival=survival)
    case = worked.case(baseline=worked.baseline(consumers=consumers))
    parameters = read_parameters(case)
    after, before = run_ledger(parameters, dict.fromkeys(worked.MOVES, 1.0)), run_ledger(parameters, {})
    served = before.lines["customers"][0]
    unit = 900 * 0.4 * 0.35 + 0.5 * 0.08 * 45 - 600_000 * 6 / served
    model = None if survival is None else fit_sbg(survival)
    value = 0.0
    for tenure, (with_, without) in enumerate(zip(after.stocks, before.stocks, strict=True)):
        stock = with_ - without
        for year in range(1, 400):
            kept = stock * (0.85 if model is None else model.retention(tenure + year))
            value += (stock + kept) / 2 * unit * 1.1 ** -(3 + year)
            stock = kept
    contracts = after.lines["closing_contracts"][-1] - before.lines["closing_contracts"][-1]
    for year in range(1, 400):
        kept = contracts * 0.95
        value += (contracts + kept) / 2 * 13_500 * 1.1 ** -(3 + year)
        contracts = kept

    assert value == pytest.approx(evaluate_case(case, catalog).beyond_horizon, rel=1e-6)


def test_beyond_the_horizon_is_never_in_the_npv(worked, catalog, result):
    """The NPV is that of the years 1 to H alone."""
    assert result.npv == pytest.approx(npv(0.10, result.cash_flows), rel=1e-12)
    assert result.beyond_horizon > 0


def test_a_client_whose_visits_are_unknown_gets_a_closed_base(worked, catalog):
    """Without visits only today's customers count, which is said."""
    consumers = attrs.evolve(worked.baseline().consumers, annual_qualified_visits=None)
    case = worked.case(
        baseline=worked.baseline(consumers=consumers),
        levers=[worked.lever("preference", ramp=(1,), attribution=1)],
    )
    result = evaluate_case(case, catalog)
    averages = [200_000 * 0.85**year * 1.85 / 2 for year in range(3)]

    assert [average * 900 * 0.01 * 0.35 for average in averages] == pytest.approx(
        result.gross_benefits, rel=1e-9
    )
    assert "business_case.closed_base" in codes(result)


def test_the_example_raises_no_false_alarm(result):
    """The worked example gets one reminder, about the option and the wallet, and no light."""
    assert {"business_case.overlap_same_euro"} == codes(result)


@pytest.mark.parametrize(
    ("code", "change"),
    [
        ("business_case.benefits_over_revenue", {"revenue": 17_000_000}),
        ("business_case.roi_too_high", {"cost": 100_000}),
        ("business_case.payback_too_short", {"cost": 20_000}),
        ("business_case.recommendation_too_large", {"benefits": ("recommendation", "advantage")}),
        ("business_case.no_costs", {"cost": None}),
        ("business_case.attribution_by_opinion", {"evidence": "E0"}),
        ("business_case.cost_to_serve_unknown", {"service": None}),
        ("business_case.avoidable_churn", {"avoidable": 0.1, "high": 0.02}),
    ],
)
def test_lights(worked, catalog, code, change):
    """Each light comes on for a case made too good to be true."""
    levers = [worked.lever(name) for name in change.get("benefits", worked.MOVES)]
    costs = worked.COSTS
    if "cost" in change:
        costs = [] if change["cost"] is None else [Cost(name="Programme", initial=estimate(change["cost"]))]
    if "evidence" in change:
        levers = [attrs.evolve(lever, attribution=estimate(0.7)) for lever in levers]
    baseline = worked.baseline(**({"service": None} if "service" in change else {}))
    if "revenue" in change:
        baseline = attrs.evolve(baseline, annual_revenue=estimate(change["revenue"]))
    if "avoidable" in change:
        consumers = attrs.evolve(baseline.consumers, avoidable_churn_share=estimate(change["avoidable"]))
        baseline = attrs.evolve(baseline, consumers=consumers)
        move = estimate(0.01, evidence="E2")
        levers = [
            attrs.evolve(
                worked.lever("retention"),
                moves={"churn_rate_reduction": attrs.evolve(move, low=0, high=0.02)},
            )
        ]
    result = evaluate_case(worked.case(levers=levers, costs=costs, baseline=baseline), catalog)

    assert code in codes(result)
    assert all(problem.message for problem in result.warnings)
    assert {"warning"} == {problem.severity for problem in result.warnings}


def test_several_rates_are_said(worked, catalog):
    """Flows with two internal rates of return get both and a warning to read the modified rate."""
    costs = [
        Cost(name="Start", initial=estimate(100_000)),
        Cost(name="Dismantling", annual=(estimate(0), estimate(0), estimate(2_000_000))),
    ]
    result = evaluate_case(worked.case(costs=costs), catalog)

    assert 2 == len(result.irr)
    assert "business_case.several_irr" in codes(result)


def test_missing_inputs_accept_survival_for_churn(worked):
    """Survival stands in for the annual churn rate."""
    consumers = attrs.evolve(worked.baseline().consumers, annual_churn_rate=None, survival=(0.8, 0.7, 0.65))

    assert () == missing_inputs(worked.case(baseline=worked.baseline(consumers=consumers)), "retention")


ODD = {
    "consumers": {
        "count": [0, 1],
        "annual_churn_rate": [0, 1],
        "share_of_wallet": [0],
        "conversion_rate": [0],
    },
    "option": {"eligible_share": [0, 1]},
    "contracts": {"count": [0], "term_years": [0.5, 40], "renewal_rate": [0.9]},
    "service": {"annual_contacts": [0], "extra_contacts_per_unresolved_issue": [0], "cash_share": [0, 1]},
}


@settings(max_examples=60, deadline=None)
@given(data=st.data(), years=st.sampled_from([1, 3, 30]), rate=st.sampled_from([0.0, 0.1, 1.0]))
def test_any_hole_and_any_odd_value_is_survived(worked, catalog, data, years, rate):
    """Whatever is missing, nil or extreme, every benefit is either evaluated or named, and the sums hold."""
    baseline = worked.baseline()
    for section, odd in ODD.items():
        full = getattr(baseline, section)
        for field in attrs.fields(type(full)):
            choices = ["keep"] * 6 + ["none"] + odd.get(field.name, [])
            choice = data.draw(st.sampled_from(choices), label=f"{section}.{field.name}")
            if choice != "keep":
                full = attrs.evolve(full, **{field.name: None if choice == "none" else estimate(choice)})
        baseline = attrs.evolve(baseline, **{section: full})
    levers = [worked.lever(name) for name in worked.MOVES]
    if baseline.consumers.annual_churn_rate == estimate(0):
        levers = [lever for lever in levers if lever.benefit != "retention"]
    case = worked.case(
        baseline=baseline, levers=levers, finance=worked.finance(horizon_years=years, discount_rate=rate)
    )
    result = evaluate_case(case, catalog)
    evaluated = {benefit.id for benefit in result.benefits}

    assert {lever.benefit for lever in levers} == evaluated | {gap.benefit for gap in result.not_evaluated}
    assert result.pv_benefits == pytest.approx(
        sum(benefit.pv for benefit in result.benefits), rel=1e-9, abs=1e-6
    )
    assert result.npv == pytest.approx(result.pv_benefits - result.pv_costs, rel=1e-12, abs=1e-6)
    assert all(line.without for line in result.ledger)
