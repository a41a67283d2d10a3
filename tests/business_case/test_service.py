"""Issues, the three formulas for first-contact resolution, and what becomes cash."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxmaturity.business_case.service import (
    fcr_saving_by_contacts,
    fcr_saving_by_issues,
    fcr_saving_geometric,
    issues_from_contacts,
    service_saving,
)

RATE = st.floats(0.3, 0.9)


def test_benchmarkportal_three_ways():
    """1,000,000 calls, 65 % to 75 %, 1.5 extra calls, $8: 1,200,000, 786,885 and 1,066,667 (10A-4)."""
    issues = fcr_saving_by_issues(1_000_000, 0.65, 0.10, extra_contacts=1.5, cost_per_contact=8)

    assert 1_200_000 == pytest.approx(
        fcr_saving_by_contacts(1_000_000, 0.10, extra_contacts=1.5, cost_per_contact=8), abs=0.5
    )
    assert 786_885 == pytest.approx(issues, abs=0.5)
    assert 1_066_667 == pytest.approx(
        fcr_saving_geometric(1_000_000, 0.65, 0.10, cost_per_contact=8), abs=0.5
    )


def test_worked_example_three_ways():
    """600,000 contacts and five points: 270,000, 246,575, 182,432, of which 109,459 in cash (section 4)."""
    issues = fcr_saving_by_issues(600_000, 0.68, 0.05, extra_contacts=1.5, cost_per_contact=6)

    assert 270_000 == pytest.approx(
        fcr_saving_by_contacts(600_000, 0.05, extra_contacts=1.5, cost_per_contact=6), abs=0.5
    )
    assert 246_575 == pytest.approx(fcr_saving_geometric(600_000, 0.68, 0.05, cost_per_contact=6), abs=0.5)
    assert 182_432 == pytest.approx(issues, abs=0.5)
    assert 109_459 == pytest.approx(0.6 * issues, abs=0.5)


@given(st.floats(1e3, 1e6), RATE, st.floats(0, 0.09), st.floats(0.2, 3))
def test_by_issues_is_the_fall_in_contacts(contacts, fcr, gain, extra):
    """Counting the contacts before and after at a constant number of issues gives the same saving."""
    issues = issues_from_contacts(contacts, fcr, extra)
    after = issues * (1 + (1 - fcr - gain) * extra)
    saved = fcr_saving_by_issues(contacts, fcr, gain, extra_contacts=extra, cost_per_contact=5)

    assert 5 * (contacts - after) == pytest.approx(saved, rel=1e-6, abs=1e-6 * contacts)


@given(RATE, st.floats(0, 0.1), st.floats(0, 0.5), st.floats(0, 1))
def test_saving_never_exceeds_the_bill(fcr, gain, deflected, cash):
    """No gain in resolution and self-service saves more than the contacts cost."""
    saved = service_saving(
        1000.0,
        fcr=fcr,
        fcr_gain=gain,
        extra_contacts=1.5,
        cost_per_contact=6.0,
        self_service_cost=0.5,
        deflected_share=deflected,
        cash_share=cash,
    )

    assert 0 <= saved <= 6000 * cash + 1e-9
