"""TEI-style prudence, against a published study and the worked example."""

from __future__ import annotations

import pytest

from cxmaturity.business_case.finance import npv
from cxmaturity.business_case.haircut import haircut_case, risk_adjust, tei_retention_benefit, tei_risk_factor

OFFERED, USED, RETAINED = (0.384, 0.767, 0.767), 0.511, 0.222
GAINS = [offered * USED * RETAINED for offered in OFFERED]


def test_intellum_study_as_displayed():
    """The Intellum study's table A: 4.22 M and 8.72 M after risk, present value 10,041,989 (10A-1)."""
    benefit = tei_retention_benefit(1e9, GAINS, margin_rate=0.12, displayed_decimals=3)
    adjusted = risk_adjust(benefit, -0.20)

    assert [0, 5_280_000, 10_899_360] == pytest.approx(benefit.tolist(), abs=0.5)
    assert [0, 4_224_000, 8_719_488] == pytest.approx(adjusted.tolist(), abs=0.5)
    assert 12_943_488 == pytest.approx(adjusted.sum(), abs=0.5)
    assert 10_041_989.48 == pytest.approx(npv(0.10, [0, *adjusted]), abs=0.005)


def test_intellum_study_without_display_rounding():
    """Unrounded gains give 43.56 M of revenue in year 2 instead of 44 M (10A-1)."""
    benefit = tei_retention_benefit(1e9, GAINS, margin_rate=1.0)

    assert 43.56e6 == pytest.approx(benefit[1], abs=5e3)


def test_risk_factor_of_the_study():
    """66 % moderately confident x 30 % is 19.8 % (10A-2)."""
    assert 0.198 == pytest.approx(tei_risk_factor(0.66, 0.30))


def test_worked_example_with_haircuts(result, worked):
    """20 % off, 10 % off service, 30 % off recommendation, costs +10 %: NPV 53,360, ROI 5.3 %, IRR 14.6 %."""
    cuts = dict.fromkeys(worked.MOVES, 0.20) | {"service_cost": 0.10, "recommendation": 0.30}
    found = haircut_case(result, worked.finance(), cuts=cuts, cost_uplift=0.10)

    assert (1_066_088, 1_012_727, 53_360) == pytest.approx(
        (found.pv_benefits, found.pv_costs, found.npv), abs=1
    )
    assert 0.053 == pytest.approx(found.roi, abs=5e-4)
    assert (0.146,) == pytest.approx(found.irr, abs=5e-4)
