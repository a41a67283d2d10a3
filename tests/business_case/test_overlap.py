"""Twenty-five constructed double counts, all caught; ten clean cases, none disturbed."""

from __future__ import annotations

import attrs
import pytest

from cxmaturity.business_case import evaluate_case
from cxmaturity.business_case.overlap import find_overlaps, overlap_problems
from cxmaturity.business_case.overlap_rules import RULES
from cxmaturity.business_case.ranges import range_problems
from cxmaturity.core.estimate import estimate
from cxmaturity.core.problems import InputError

POOL, STEP, CUSTOMERS = (
    f"business_case.overlap_{name}" for name in ("same_pool", "same_step", "same_customers")
)


def declared(worked, **levers):
    """Return the worked example with only these levers, each with what it declares to count."""
    given = [attrs.evolve(worked.lever(benefit), **counts) for benefit, counts in levers.items()]
    return worked.case(levers=given)


def with_consumers(worked, **numbers):
    """Return the worked example with other consumers."""
    consumers = attrs.evolve(
        worked.baseline().consumers, **{name: estimate(number) for name, number in numbers.items()}
    )
    case = declared(worked, acquisition={}, recommendation={})
    return attrs.evolve(case, baseline=attrs.evolve(case.baseline, consumers=consumers))


def with_contracts(worked, revenue=None, **numbers):
    """Return a case of consumers and contracts with other contracts and, perhaps, the company's revenue."""
    contracts = attrs.evolve(
        worked.baseline().contracts, **{name: estimate(number) for name, number in numbers.items()}
    )
    case = declared(worked, retention={}, engagement={})
    return attrs.evolve(
        case,
        baseline=attrs.evolve(
            case.baseline, contracts=contracts, annual_revenue=None if revenue is None else estimate(revenue)
        ),
    )


def with_premium(worked, **details):
    """Return preference beside recommended customers that are worth more."""
    moves = worked.graded(worked.MOVES["recommendation"]) | {
        "referred_value_premium": estimate(**details, evidence="E1")
    }
    return worked.case(
        levers=[worked.lever("preference"), attrs.evolve(worked.lever("recommendation"), moves=moves)]
    )


DOUBLE_COUNTS = {
    "the option is a product of the category": (
        POOL,
        lambda w: declared(w, preference={}, advantage={"pool": "category_spend"}),
    ),
    "share of wallet counts the option": (
        POOL,
        lambda w: declared(w, preference={"pool": "option_margin"}, advantage={}),
    ),
    "referred customers are those that visits convert": (
        POOL,
        lambda w: declared(w, acquisition={}, recommendation={"pool": "new_customers"}),
    ),
    "conversion counts referred customers": (
        POOL,
        lambda w: declared(w, acquisition={"pool": "referred_customers"}, recommendation={}),
    ),
    "promoters' loyalty is counted as recommendation": (
        POOL,
        lambda w: declared(w, retention={}, recommendation={"pool": "existing_customers"}),
    ),
    "promoters' spending is counted as recommendation": (
        POOL,
        lambda w: declared(w, preference={}, recommendation={"pool": "category_spend"}),
    ),
    "a customer saved is credited with all that he spends": (
        POOL,
        lambda w: declared(w, preference={}, retention={"pool": "category_spend"}),
    ),
    "preference counts the margin of those who stay": (
        POOL,
        lambda w: declared(w, preference={"pool": "existing_customers"}, retention={}),
    ),
    "the option makes customers stay": (
        POOL,
        lambda w: declared(w, retention={}, advantage={"pool": "existing_customers"}),
    ),
    "new customers are counted by the option that draws them": (
        POOL,
        lambda w: declared(w, acquisition={}, advantage={"pool": "new_customers"}),
    ),
    "referred customers bring the margin of their option": (
        POOL,
        lambda w: declared(w, recommendation={"pool": "option_margin"}, advantage={}),
    ),
    "service keeps customers": (
        POOL,
        lambda w: declared(
            w, retention={}, service_cost={"population": "consumers", "pool": "existing_customers"}
        ),
    ),
    "service sells": (
        POOL,
        lambda w: declared(
            w, preference={}, service_cost={"population": "consumers", "pool": "category_spend"}
        ),
    ),
    "quotes turned into options are first purchases": (
        STEP,
        lambda w: declared(w, acquisition={}, advantage={"step": "prospect_to_first_purchase"}),
    ),
    "recommendation acts on the visit": (
        STEP,
        lambda w: declared(w, acquisition={}, recommendation={"step": "prospect_to_first_purchase"}),
    ),
    "the option is what makes customers stay or leave": (
        STEP,
        lambda w: declared(w, retention={}, advantage={"step": "stay_or_leave"}),
    ),
    "preference is measured by those who stay": (
        STEP,
        lambda w: declared(w, preference={"step": "stay_or_leave"}, retention={}),
    ),
    "retention is measured by repeat purchases": (
        STEP,
        lambda w: declared(w, preference={}, retention={"step": "repeat_purchase"}),
    ),
    "renewals are the churn of consumers": (
        CUSTOMERS,
        lambda w: declared(w, retention={}, engagement={"population": "consumers"}),
    ),
    "churn is that of contracts": (
        CUSTOMERS,
        lambda w: declared(w, retention={"population": "contracts"}, engagement={}),
    ),
    "business customers spend as consumers": (
        CUSTOMERS,
        lambda w: declared(w, preference={}, engagement={"population": "consumers"}),
    ),
    "contracts signed are first purchases": (
        CUSTOMERS,
        lambda w: declared(w, acquisition={}, engagement={"population": "consumers"}),
    ),
    "the option may be in the category, nobody said": (
        "business_case.overlap_same_euro",
        lambda w: declared(w, preference={}, advantage={}),
    ),
    "promoters bring more customers than come": (
        "business_case.overlap_referred_leads",
        lambda w: with_consumers(w, annual_customers_won_per_promoter=0.3),
    ),
    "referred customers are worth more and all spend more": (
        "business_case.overlap_premium",
        lambda w: with_premium(w, value=0.1),
    ),
    "referred customers may be worth more and all spend more": (
        "business_case.overlap_premium",
        lambda w: with_premium(w, value=0, low=0, high=0.16),
    ),
    "consumers and contracts bring the same revenue": (
        "business_case.overlap_revenue",
        lambda w: with_contracts(w, count=400, annual_value=180_000),
    ),
    "consumers and contracts bring more than the company earns": (
        "business_case.overlap_revenue",
        lambda w: with_contracts(w, revenue=75e6, count=400, annual_value=100_000),
    ),
}


@pytest.mark.parametrize("name", DOUBLE_COUNTS)
def test_every_double_count_is_caught_with_its_remedy(worked, catalog, name):
    """The pair is found, once, as a conflict with the expected reason and a remedy; an error stops the evaluation."""
    code, build = DOUBLE_COUNTS[name]
    case = build(worked)
    (problem,) = overlap_problems(case, catalog)
    conflict = find_overlaps(case, catalog)[0]

    assert code == problem.code
    assert problem.hint
    assert {conflict.first, conflict.second} == {lever.benefit for lever in case.levers}
    if problem.severity == "warning":
        assert code in {warning.code for warning in evaluate_case(case, catalog).warnings}
    else:
        with pytest.raises(InputError) as refused:
            evaluate_case(case, catalog)
        assert code == refused.value.code


def test_there_are_at_least_twenty_constructed_cases():
    """The issue asks for twenty."""
    assert len(DOUBLE_COUNTS) >= 20


def test_the_same_lever_twice_is_refused(worked):
    """Two levers for one benefit are the plainest double count."""
    case = worked.case(levers=[worked.lever("retention"), worked.lever("retention")])

    assert {"business_case.lever_twice"} == {problem.code for problem in range_problems(case)}


CLEAN = {
    "preference alone": lambda w: declared(w, preference={}),
    "acquisition and retention": lambda w: declared(w, acquisition={}, retention={}),
    "retention and service": lambda w: declared(w, retention={}, service_cost={}),
    "retention and contracts": lambda w: declared(w, retention={}, engagement={}),
    "acquisition and recommendation": lambda w: declared(w, acquisition={}, recommendation={}),
    "option outside the category": lambda w: declared(w, preference={}, advantage={"pool": "option_margin"}),
    "all seven, the option outside": lambda w: declared(
        w, **({name: {} for name in w.MOVES} | {"advantage": {"pool": "option_margin"}})
    ),
    "no premium": lambda w: with_premium(w, value=0),
    "revenue that holds both": lambda w: with_contracts(w, revenue=90e6),
    "a step of one's own": lambda w: declared(
        w, acquisition={}, advantage={"step": "option_subscription", "pool": "option_margin"}
    ),
    "contracts only": lambda w: declared(w, engagement={}, service_cost={}),
}


@pytest.mark.parametrize("name", CLEAN)
def test_clean_cases_raise_nothing(worked, catalog, name):
    """No conflict, and no warning of overlap."""
    case = CLEAN[name](worked)

    assert () == overlap_problems(case, catalog)
    assert not [warning for warning in evaluate_case(case, catalog).warnings if "overlap" in warning.code]


def textbook():
    """Return what each benefit earns per year in its textbook formula: a lifetime credited in the year, no ramp."""
    lifetime = 126 * (1 + 0.85 / (1.10 - 0.85))
    return {
        "preference": 200_000 * 900 * 0.01 * 0.35,
        "acquisition": 500_000 * 0.0015 * lifetime,
        "retention": 200_000 * 0.01 * lifetime,
        "engagement": 400 / 3 * 0.06 * 0.5 * 30_000 * 0.45 * 3,
        "service_cost": 600_000 * 0.05 * 1.5 * 6 + 600_000 * 0.03 * 5.5,
        "recommendation": 200_000 * (0.03 * 0.04 + 0.02 * 0.03) * lifetime,
        "advantage": 200_000 * 0.5 * 0.015 * 45,
    }


@pytest.mark.parametrize(
    ("first", "second"), sorted({tuple(sorted((rule.first, rule.second))) for rule in RULES})
)
def test_the_ledger_stays_below_the_textbook_sum(worked, catalog, first, second):
    """For every pair that touches, at full effect from the first year, the joint value is below the sum of the formulas."""
    case = worked.case(levers=[worked.lever(name, attribution=1, ramp=(1,)) for name in (first, second)])
    naive = (textbook()[first] + textbook()[second]) * sum(1.1**-year for year in (1, 2, 3))

    assert evaluate_case(case, catalog).pv_benefits <= naive * 1.0001


def test_rules_are_listed_for_the_benefits_present(worked, catalog):
    """With all seven levers every pair of the matrix is listed once, in the catalogue's order, conflicts first."""
    numbers = {benefit.id: benefit.number for benefit in catalog.benefits}
    found = find_overlaps(worked.case(), catalog)
    pairs = [(overlap.first, overlap.second) for overlap in found]

    assert len(set(pairs)) == len(pairs) == len(RULES)
    assert all(numbers[first] < numbers[second] for first, second in pairs)
    assert ["conflict"] == [overlap.kind for overlap in found if overlap.kind == "conflict"]
    assert "conflict" == found[0].kind


def test_a_benefit_that_cannot_be_evaluated_overlaps_with_nothing(worked, catalog):
    """Without the option's numbers, advantage counts nothing and conflicts with nothing."""
    case = declared(worked, preference={}, advantage={"pool": "category_spend"})
    case = attrs.evolve(case, baseline=attrs.evolve(case.baseline, option=None))

    assert () == find_overlaps(case, catalog)
