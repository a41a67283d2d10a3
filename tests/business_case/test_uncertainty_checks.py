"""What is wrong with the uncertainty of a case: each mistake has its message, and a right case has none."""

from __future__ import annotations

import attrs
import pytest

from cxmaturity.business_case import evaluate_case
from cxmaturity.business_case.haircut import haircut_case
from cxmaturity.business_case.uncertainty_checks import uncertainty_problems
from cxmaturity.business_case.values import Group
from cxmaturity.core.estimate import estimate
from cxmaturity.core.problems import InputError

WALLET = "levers.preference.share_of_wallet_gain"


def codes(case):
    """Return the codes of the problems found."""
    return {problem.code for problem in uncertainty_problems(case)}


def test_a_right_case_has_no_problem(worked):
    """Neither the worked example nor its version with ranges has any."""
    assert set() == codes(worked.case()) | codes(worked.ranged_case())


WRONG = {
    "business_case.correlation_range": {"correlation": -0.2},
    "business_case.draws": {"draws": 2_000_000},
    "business_case.seed": {"seed": -1},
    "business_case.prudent_twice": {"haircuts": {"retention": 0.2}},
    "business_case.unknown_input": {
        "measurement_costs": {"levers.preference.share_of_walet_gain": (1.0, 1.0)}
    },
    "business_case.measurement_cost": {"measurement_costs": {WALLET: (0.0, 0.0)}},
    "business_case.haircut_missing": {"prudence": "haircut", "haircuts": {}},
    "business_case.input_in_two_groups": {
        "groups": (
            Group(name="a", inputs=("levers.*.attribution",), correlation=1),
            Group(name="b", inputs=("levers.retention.attribution",), correlation=0.5),
        )
    },
}


@pytest.mark.parametrize("code", WRONG)
def test_mistakes_stop_the_evaluation(worked, catalog, code):
    """The evaluation refuses, and names the mistake."""
    with pytest.raises(InputError) as refused:
        evaluate_case(worked.ranged_case(uncertainty=WRONG[code]), catalog)
    assert code in {problem.code for problem in refused.value.problems}


DOUBTFUL = {
    "business_case.group_of_nothing": {"groups": (Group(name="typo", inputs=("lever.*",), correlation=1),)},
    "business_case.nothing_to_measure": {"measurement_costs": {"baseline.consumers.count": (1.0, 1.0)}},
}


@pytest.mark.parametrize("code", DOUBTFUL)
def test_doubts_are_warnings(worked, catalog, code):
    """The case is evaluated all the same."""
    case = worked.ranged_case(uncertainty={**DOUBTFUL[code], "draws": 100})

    assert {(code, "warning")} == {(found.code, found.severity) for found in uncertainty_problems(case)}
    assert evaluate_case(case, catalog).simulation is not None


def test_costs_of_zero_are_said(worked):
    """Costs that add up to zero are no costs."""
    costs = [attrs.evolve(worked.COSTS[0], initial=estimate(0), annual=[estimate(0)])]

    assert {"business_case.zero_costs"} == codes(worked.case(costs=costs))


def test_haircuts_instead_of_the_simulation(worked, catalog):
    """With prudence by haircuts nothing is simulated, the ranges are said to be unused, and the case after haircuts is there."""
    cuts = dict.fromkeys(worked.MOVES, 0.2) | {"service_cost": 0.1, "recommendation": 0.3}
    given = {"prudence": "haircut", "haircuts": cuts, "cost_uplift": 0.1}
    case = worked.ranged_case(uncertainty=given)
    result = evaluate_case(case, catalog)

    assert result.simulation is None
    assert {"business_case.ranges_unused"} == codes(case)
    assert haircut_case(result, case.finance, cuts=cuts, cost_uplift=0.1) == result.haircut


def test_the_reference_haircuts(worked, catalog):
    """On the worked example: PVB 1,066,088, PVC 1,012,727, NPV 53,360, ROI 5.3 %, IRR 14.6 %."""
    cuts = dict.fromkeys(worked.MOVES, 0.2) | {"service_cost": 0.1, "recommendation": 0.3}
    case = worked.case()
    case = attrs.evolve(
        case, uncertainty=attrs.evolve(case.uncertainty, prudence="haircut", haircuts=cuts, cost_uplift=0.1)
    )
    found = evaluate_case(case, catalog).haircut

    assert (1_066_088, 1_012_727, 53_360) == pytest.approx(
        (found.pv_benefits, found.pv_costs, found.npv), abs=1
    )
    assert 0.053 == pytest.approx(found.roi, abs=5e-4)
    assert (0.146,) == pytest.approx(found.irr, abs=5e-4)
