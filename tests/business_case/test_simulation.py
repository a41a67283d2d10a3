"""The simulation: the figures of section 6, the same trials whatever the number, the ledger trial by trial."""

from __future__ import annotations

import math
from itertools import pairwise

import attrs
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import ndtri

from cxmaturity.business_case import evaluate_case
from cxmaturity.business_case.hdr import uniforms
from cxmaturity.business_case.simulation import (
    draw_inputs,
    draw_scores,
    gate_passed,
    histogram,
    npv_of,
    simulate_case,
    simulate_npv,
    tail_mean,
)
from cxmaturity.business_case.uncertain import normal_correlation, uncertain_inputs
from cxmaturity.business_case.values import BusinessCase, Cost, Group, Lever
from cxmaturity.core.estimate import estimate

LEVERS = "levers.preference.share_of_wallet_gain"
DRAWS = 100_000
# The reference used Iman-Conover at a Pearson-like 0.3, that is a rank correlation of 0.288, and its own numbers.
REFERENCE_CORRELATION = 6 / math.pi * math.asin(0.3 / 2)


@pytest.fixture(scope="module")
def reference(worked):
    """Return section 6 simulated on 100,000 trials."""
    return simulate_case(
        worked.ranged_case(uncertainty={"draws": DRAWS, "correlation": REFERENCE_CORRELATION})
    )


def test_the_most_likely_case_of_section_6(worked):
    """Every input at its mode, the cost multiplier 1.1 and the attribution 0.7 included: 241 k."""
    assert 241_000 == pytest.approx(float(npv_of(worked.ranged_case(), {})), abs=1_000)


def test_section_6_within_four_standard_errors(reference):
    """Mean 198 k, sd 417 k, P10/50/90 -320/170/755 k, 65.9 % above zero, CVaR5 -553 k.

    Both simulations have 100,000 trials, so that a difference has sqrt(2) standard errors: mean sd/sqrt(n); sd and
    quantiles from the spread of ten parts of the trials.
    """
    result = reference.result
    parts = np.split(reference.npv, 10)

    def close(expected, found, statistic):
        error = np.std([statistic(part) for part in parts], ddof=1) / math.sqrt(10)
        return expected == pytest.approx(found, abs=4 * math.sqrt(2) * error + 500)

    assert close(198_000, result.mean, np.mean)
    assert close(417_000, result.sd, np.std)
    assert close(-320_000, result.p10, lambda part: np.percentile(part, 10))
    assert close(170_000, result.p50, np.median)
    assert close(755_000, result.p90, lambda part: np.percentile(part, 90))
    assert close(-553_000, result.cvar5, tail_mean)
    assert 0.659 == pytest.approx(1 - result.probability_of_loss, abs=4 * math.sqrt(2) * 0.0015)


@pytest.mark.parametrize(("correlation", "sd", "p10"), [(0.0, 351_000, -239_000), (0.6, 474_000, -394_000)])
def test_independence_flatters_risk(worked, correlation, sd, p10):
    """At correlations 0 and 0.6 the reference has sd 351 and 474 k, P10 -239 and -394 k (2 % of the sd)."""
    rank = 6 / math.pi * math.asin(correlation / 2)
    result = simulate_case(worked.ranged_case(uncertainty={"draws": 50_000, "correlation": rank})).result

    assert sd == pytest.approx(result.sd, rel=0.02)
    assert p10 == pytest.approx(result.p10, abs=0.02 * sd)


def test_errors_are_those_of_the_sample(reference):
    """The standard error of the mean is sd / sqrt(n); that of the probability, sqrt(p (1 - p) / n)."""
    result = reference.result

    assert np.std(reference.npv, ddof=1) / math.sqrt(DRAWS) == pytest.approx(result.standard_error)
    assert 0.0015 == pytest.approx(result.probability_of_loss_error, abs=2e-5)


def test_vectorised_is_the_loop(worked, catalog):
    """Each of 25 trials has the NPV of a case whose estimates are that trial's numbers, evaluated alone."""
    case = worked.ranged_case()
    drawn = draw_inputs(case, draws=25)
    npv = simulate_npv(case, drawn)
    alone = [evaluate_case(pinned(case, drawn, trial), catalog).npv for trial in range(25)]

    assert alone == pytest.approx(npv.tolist(), rel=1e-9)


def pinned(case: BusinessCase, drawn, trial: int) -> BusinessCase:
    """Return the case with the numbers of one trial as certain values."""

    def at(path, given):
        return estimate(float(drawn[path][trial])) if path in drawn else estimate(given.value)

    sections = {}
    for name in ("consumers", "option", "contracts", "service"):
        section = getattr(case.baseline, name)
        fields = {field.name: getattr(section, field.name) for field in attrs.fields(type(section))}
        sections[name] = attrs.evolve(
            section,
            **{
                key: at(f"baseline.{name}.{key}", value)
                for key, value in fields.items()
                if hasattr(value, "value")
            },
        )
    levers = [
        Lever(
            benefit=lever.benefit,
            moves={key: at(f"levers.{lever.benefit}.{key}", move) for key, move in lever.moves},
            attribution=at(f"levers.{lever.benefit}.attribution", lever.attribution),
            ramp=lever.ramp,
        )
        for lever in case.levers
    ]
    costs = [
        Cost(
            name=cost.name,
            initial=at(f"costs.{line}.initial", cost.initial),
            annual=[at(f"costs.{line}.annual.{year}", amount) for year, amount in enumerate(cost.annual)],
        )
        for line, cost in enumerate(case.costs)
    ]
    return attrs.evolve(case, baseline=attrs.evolve(case.baseline, **sections), levers=levers, costs=costs)


def test_a_trial_is_the_same_whatever_the_number_of_trials(worked):
    """The first 300 of 20,000 trials, computed in several parts, are the 300 trials computed alone."""
    case = worked.ranged_case()
    short, long = simulate_case(case, draws=300), simulate_case(case, draws=20_000)

    assert short.npv.tolist() == pytest.approx(long.npv[:300].tolist(), rel=1e-12)
    assert long.result.npv == pytest.approx(long.npv[:1000].tolist(), rel=0)


def test_an_input_has_its_own_address(worked):
    """Without correlation, an input's score is the normal of its own uniforms: entity 1, its rank plus one, the seed."""
    case = worked.ranged_case(uncertainty={"correlation": 0.0, "groups": (), "seed": 9})
    scores = draw_scores(case, draws=50)
    paths = sorted(scores)

    assert [found.path for found in uncertain_inputs(case)] == paths
    for place, path in enumerate(paths, start=1):
        expected = ndtri(uniforms(np.arange(1, 51), variable=place, entity=1, seed3=9, seed4=0))
        assert expected.tolist() == scores[path].tolist()


def test_the_levers_share_one_factor(worked):
    """A move's score is sqrt(r) times the factor 0 plus sqrt(1 - r) times its own, with r = 2 sin(pi rho / 6)."""
    case = worked.ranged_case()
    scores = draw_scores(case, draws=40)
    place = sorted(scores).index(LEVERS) + 1
    r = 2 * math.sin(math.pi * 0.3 / 6)
    trials = np.arange(1, 41)
    factor, own = (ndtri(uniforms(trials, variable=variable, seed3=1)) for variable in (0, place))

    assert (math.sqrt(r) * factor + math.sqrt(1 - r) * own).tolist() == pytest.approx(
        scores[LEVERS].tolist(), rel=1e-12
    )


def test_rank_correlations_are_those_asked_for(worked):
    """Moves correlate at 0.3 in rank within 0.02, one estimate of a group of correlation 1 is drawn once, others not at all."""
    case = worked.ranged_case()
    drawn = draw_inputs(case, draws=30_000)

    def ranks(path):
        return np.argsort(np.argsort(drawn[path]))

    def rho(first, second):
        return np.corrcoef(ranks(first), ranks(second))[0, 1]

    moves = [found.path for found in uncertain_inputs(case) if found.group == "levers"]
    assert 9 == len(moves)
    assert all(abs(rho(a, b) - 0.3) < 0.02 for a in moves for b in moves if a < b)
    assert 1.0 == pytest.approx(rho("levers.retention.attribution", "levers.preference.attribution"))
    assert drawn["levers.retention.attribution"].tolist() == drawn["levers.preference.attribution"].tolist()
    assert drawn["costs.0.initial"] / 400_000 == pytest.approx(drawn["costs.0.annual.2"] / 220_000)
    assert abs(rho(worked.INTENTION, LEVERS)) < 0.02


def test_what_the_npv_does_not_depend_on_is_not_drawn(worked):
    """Revenue, avoidable churn and the moves of a benefit that lacks inputs stay out of the simulation."""
    case = worked.ranged_case()
    consumers = attrs.evolve(case.baseline.consumers, avoidable_churn_share=worked.ranged(0.3, 0.4, 0.5))
    baseline = attrs.evolve(
        case.baseline, consumers=consumers, option=None, annual_revenue=worked.ranged(6e7, 7e7, 8e7)
    )
    paths = {found.path for found in uncertain_inputs(attrs.evolve(case, baseline=baseline))}

    assert "baseline.consumers.margin_rate" in paths
    assert not {"baseline.annual_revenue", "baseline.consumers.avoidable_churn_share"} & paths
    assert not any(path.startswith("levers.advantage") for path in paths)


def test_stage_gate(worked):
    """A programme stopped at its gate has spent its initial costs; the gate stops the share that it should."""
    case = worked.ranged_case(uncertainty={"success_probability": 0.7, "draws": 20_000})
    simulation = simulate_case(case)
    through = gate_passed(case, 20_000).astype(bool)
    free = simulate_case(worked.ranged_case(uncertainty={"draws": 20_000}))

    assert 0.7 == pytest.approx(through.mean(), abs=4 * math.sqrt(0.7 * 0.3 / 20_000))
    assert (uniforms(np.arange(1, 20_001), variable=2000, seed3=1) <= 0.7).tolist() == through.tolist()
    assert (-simulation.inputs["costs.0.initial"][~through]).tolist() == pytest.approx(
        simulation.npv[~through].tolist()
    )
    assert free.npv[through].tolist() == pytest.approx(simulation.npv[through].tolist(), rel=1e-12)


@pytest.mark.parametrize("success", [0.0, 1.0])
def test_a_gate_that_is_certain(worked, success):
    """At probability 0 every trial loses its initial costs, at 1 the gate changes nothing."""
    gated = simulate_case(worked.ranged_case(uncertainty={"success_probability": success, "draws": 500}))
    free = simulate_case(worked.ranged_case(uncertainty={"draws": 500}))
    expected = free.npv if success else -gated.inputs["costs.0.initial"]

    assert expected.tolist() == pytest.approx(gated.npv.tolist())


def test_a_tail_beyond_the_bounds_is_cut_and_said(worked):
    """A rate whose percentiles leave [0, 1] is cut there, and the share of trials concerned is told."""
    case = worked.ranged_case()
    service = attrs.evolve(
        case.baseline.service,
        cash_share=estimate(0.8, low=0.55, high=0.99, shape="percentiles", evidence="E0"),
    )
    simulation = simulate_case(attrs.evolve(case, baseline=attrs.evolve(case.baseline, service=service)))
    values = simulation.inputs["baseline.service.cash_share"]
    (note,) = simulation.result.notes

    assert 1.0 == values.max()
    assert "business_case.tail_cut" == note.code
    assert f"{100 * np.mean((values == 0) | (values == 1)):.2g}" == dict(note.params)["percent"]


def test_only_costs_vary(worked, catalog):
    """When nothing but a cost has a range, the NPV is the certain benefits less that cost."""
    cost = Cost(name="Programme", initial=worked.ranged(300_000, 400_000, 600_000))
    case = worked.case(costs=(cost,))
    simulation = simulate_case(case, draws=400)
    benefits = evaluate_case(case, catalog).pv_benefits

    assert (benefits - simulation.inputs["costs.0.initial"]).tolist() == pytest.approx(
        simulation.npv.tolist()
    )


def test_cvar_of_a_standard_normal():
    """The mean of the worst 5 % of normal scores is -2.06271 (10A-13)."""
    scores = ndtri((np.arange(1_000_000) + 0.5) / 1_000_000)

    assert -2.06271 == pytest.approx(tail_mean(scores), abs=1e-4)


@settings(max_examples=60)
@given(st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=60))
def test_histogram_counts_every_trial_and_splits_at_zero(values):
    """Counts add up to the trials, edges rise, and when trials stand on both sides of zero, zero is an edge."""
    npv = np.array(values)
    edges, counts = histogram(npv)

    assert len(values) == sum(counts)
    assert len(edges) == len(counts) + 1
    assert all(after > before for before, after in pairwise(edges))
    if min(values) < 0 < max(values):
        assert 0.0 in edges
        assert sum(npv < 0) == sum(count for count, edge in zip(counts, edges, strict=False) if edge < 0)


@given(st.floats(0, 1))
def test_normal_correlation_undoes_spearman(rho):
    """The rank correlation of normals correlated at r is 6 / pi asin(r / 2) (Pearson, 1907)."""
    assert rho == pytest.approx(6 / math.pi * math.asin(normal_correlation(rho) / 2), abs=1e-9)


def test_a_case_without_ranges_is_not_simulated(result):
    """The worked example has no range: no simulation, no bar, no value of information."""
    assert result.simulation is None
    assert result.evpi is None
    assert ((), (), (), ()) == (
        result.tornado,
        result.information,
        result.measurements,
        result.lever_break_even,
    )


def test_the_ranges_change_nothing_of_the_most_likely_case(worked, catalog):
    """With ranges all around, every figure of the deterministic case stays as it was, to the last bit."""
    plain = evaluate_case(pinned(worked.ranged_case(), {}, 0), catalog)
    found = evaluate_case(worked.ranged_case(uncertainty={"draws": 200}), catalog)

    for name in (
        "npv",
        "cash_flows",
        "irr",
        "mirr",
        "payback_years",
        "beyond_horizon",
        "break_even",
        "ledger",
    ):
        assert getattr(plain, name) == getattr(found, name)
    assert [b.pv for b in plain.benefits] == [b.pv for b in found.benefits]


def test_groups_may_name_one_input(worked):
    """A pattern may be a plain path, and the first group that names an input has it."""
    case = worked.ranged_case(uncertainty={"groups": (Group(name="one", inputs=(LEVERS,), correlation=0.5),)})
    found = {planned.path: planned for planned in uncertain_inputs(case)}

    assert ("one", 1000) == (found[LEVERS].group, found[LEVERS].factor)
    assert ("levers", 0) == (found[worked.INTENTION].group, found[worked.INTENTION].factor)
