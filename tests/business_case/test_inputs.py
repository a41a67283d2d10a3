"""The inputs each benefit needs, held against the catalogue; what cannot be between two inputs; values."""

from __future__ import annotations

import doctest
import importlib
import pkgutil
import subprocess
import sys

import attrs
import pytest

import cxmaturity.business_case
from cxmaturity.business_case.inputs import MOVES, OPTIONAL_BASELINE, OPTIONAL_MOVES, required_inputs
from cxmaturity.business_case.ranges import range_problems
from cxmaturity.business_case.values import Consumers, Finance
from cxmaturity.core.estimate import estimate
from cxmaturity.core.problems import InputError

MODULES = sorted(module.name for module in pkgutil.iter_modules(cxmaturity.business_case.__path__))


@pytest.mark.parametrize("benefit", sorted(MOVES))
def test_the_catalogue_asks_for_what_the_ledger_needs(catalog, benefit):
    """Required and optional inputs of a benefit are those of the catalogue."""
    specs = catalog.benefit(benefit).inputs
    optional = {f"levers.{benefit}.{name}" for name in OPTIONAL_MOVES.get(benefit, ())}

    assert set(required_inputs(benefit)) == {spec.path for spec in specs if not spec.optional}
    assert optional | set(OPTIONAL_BASELINE.get(benefit, ())) == {
        spec.path for spec in specs if spec.optional
    }


def test_inputs_and_ranges_need_no_numpy():
    """`check` can ask for missing inputs and impossible moves without loading numpy."""
    script = (
        "import sys, cxmaturity.business_case as room; "
        "room.missing_inputs, room.range_problems, room.BusinessCase; "
        "assert not {'numpy', 'scipy'} & set(sys.modules)"
    )

    assert 0 == subprocess.run([sys.executable, "-c", script], check=False).returncode


def test_every_public_name_loads():
    """What the room announces exists."""
    assert all(
        getattr(cxmaturity.business_case, name) is not None for name in cxmaturity.business_case.__all__
    )
    assert set(cxmaturity.business_case._MODULES) == set(cxmaturity.business_case.__all__)


@pytest.mark.parametrize("name", MODULES)
def test_examples_run(name):
    """The examples in the docstrings say what happens."""
    assert 0 == doctest.testmod(importlib.import_module(f"cxmaturity.business_case.{name}")).failed


def problem_codes(case):
    """Return (code, severity) of the range problems."""
    return {(problem.code, problem.severity) for problem in range_problems(case)}


def test_the_worked_example_has_no_problem(worked):
    """A case that can be has none."""
    assert set() == problem_codes(worked.case())


@pytest.mark.parametrize(
    ("benefit", "moves", "code"),
    [
        ("preference", {"share_of_wallet_gain": 0.61}, "business_case.above_one"),
        ("acquisition", {"conversion_rate_gain": 0.98}, "business_case.above_one"),
        (
            "service_cost",
            {"first_contact_resolution_gain": 0.33, "deflected_contact_share": 0},
            "business_case.above_one",
        ),
        (
            "engagement",
            {"renewal_intention_gain": 0.4, "intention_to_renewal": 0.5},
            "business_case.above_one",
        ),
        ("advantage", {"subscription_rate_gain": 0.93}, "business_case.above_one"),
        ("retention", {"churn_rate_reduction": 0.151}, "business_case.below_zero"),
        (
            "recommendation",
            {"promoter_share_gain": 0, "detractor_share_reduction": 0.26},
            "business_case.below_zero",
        ),
        ("preference", {"share_of_wallet_gain": 5}, "business_case.move_range"),
        ("preference", {"share_of_wallet_gain": -0.01}, "business_case.move_range"),
        ("preference", {"share_of_walet_gain": 0.01}, "business_case.unknown_move"),
    ],
)
def test_moves_that_cannot_be(worked, benefit, moves, code):
    """Each impossible move is an error with the path of the move."""
    found = range_problems(worked.case(levers=[worked.lever(benefit, moves=moves)]))

    assert (code, "error") in {(problem.code, problem.severity) for problem in found}
    assert all(("levers", benefit) == problem.path[:2] for problem in found)


def test_renewal_counts_what_intention_becomes(worked):
    """A gain in intention beyond the room left is possible when only half of it becomes renewals."""
    lever = worked.lever("engagement", moves={"renewal_intention_gain": 0.2, "intention_to_renewal": 0.5})

    assert set() == problem_codes(worked.case(levers=[lever]))


def test_avoidable_churn_bounds_the_cut(worked):
    """With 40 % of a 15 % churn avoidable, six points are possible and seven are not."""
    consumers = attrs.evolve(worked.baseline().consumers, avoidable_churn_share=estimate(0.4))
    baseline = worked.baseline(consumers=consumers)
    found = [
        problem_codes(
            worked.case(
                baseline=baseline,
                levers=[worked.lever("retention", moves={"churn_rate_reduction": reduction})],
            )
        )
        for reduction in (0.06, 0.07)
    ]

    assert [set(), {("business_case.avoidable_churn", "error")}] == found


def test_only_the_end_of_a_range_too_far_is_a_warning(worked):
    """A likely value that can be with a high end that cannot be warns and does not stop."""
    move = estimate(0.10, low=0.0, high=0.9, evidence="E2")
    lever = attrs.evolve(worked.lever("preference"), moves={"share_of_wallet_gain": move})

    assert {("business_case.above_one", "warning")} == problem_codes(worked.case(levers=[lever]))


def test_a_range_may_start_below_zero(worked):
    """A programme may do harm: the low end of a move may be negative."""
    move = estimate(0.01, low=-0.01, high=0.02)
    lever = attrs.evolve(worked.lever("preference"), moves={"share_of_wallet_gain": move})

    assert set() == problem_codes(worked.case(levers=[lever]))


def test_structure_that_cannot_be(worked):
    """A lever given twice, too many promoters and detractors, a contract of no length: all at once."""
    consumers = attrs.evolve(worked.baseline().consumers, promoter_share=estimate(0.8))
    contracts = attrs.evolve(worked.baseline().contracts, term_years=estimate(0))
    case = worked.case(
        baseline=worked.baseline(consumers=consumers, contracts=contracts),
        levers=[worked.lever("retention"), worked.lever("retention")],
    )

    assert {
        ("business_case.lever_twice", "error"),
        ("business_case.promoters_and_detractors", "error"),
        ("business_case.zero_term", "error"),
    } == problem_codes(case)


@pytest.mark.parametrize("survival", [(0.8, 0.7), (0.8, 0.9, 0.7), (1.0, 1.0, 1.0), (0.8, 0.5, 0.0), ()])
def test_survival_that_cannot_be_fitted_is_refused(survival):
    """Survival needs three shares in (0, 1] that never rise, with somebody lost."""
    with pytest.raises(InputError) as caught:
        Consumers(survival=survival)

    assert "business_case.survival" == caught.value.code


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"discount_rate": 10}, "core.rate_looks_like_percent"),
        ({"tax_rate": 25}, "core.rate_looks_like_percent"),
        ({"optimism_bias": -0.1}, "core.out_of_range"),
        ({"timing": "dated"}, "business_case.dates"),
    ],
)
def test_finance_refuses_what_cannot_be(change, code):
    """A rate in percent, a negative bias, dated flows without dates."""
    given = {"discount_rate": 0.1, "basis": "real", "timing": "end", "horizon_years": 3} | change
    with pytest.raises(InputError) as caught:
        Finance(**given)

    assert code == caught.value.code
