"""What the ledger settles between two benefits by itself: where each euro is counted, pair by pair.

Read on the overlap matrix of the project's reference: a definition (counted in one only), a cause (counted downstream only), a
cost (more customers cost more), a positive interaction (real, and kept).
"""

from __future__ import annotations

from typing import Final, Literal

from cxmaturity.business_case.values import Overlap
from cxmaturity.core.problems import Problem

Kind = Literal["definition", "cause", "cost", "positive"]


def _rule(first: str, second: str, kind: Kind, problem: Problem) -> Overlap:
    return Overlap(first=first, second=second, kind=kind, problem=problem)


RULES: Final = (
    _rule(
        "preference",
        "retention",
        "definition",
        Problem(
            code="business_case.overlap_rule_preference_retention",
            template="a customer who stays is counted in retention; preference counts only what those present spend more.",
            severity="warning",
        ),
    ),
    _rule(
        "preference",
        "engagement",
        "definition",
        Problem(
            code="business_case.overlap_rule_consumers_contracts",
            template="consumers and customers under contract are two populations: nobody is in both.",
            severity="warning",
        ),
    ),
    _rule(
        "preference",
        "service_cost",
        "positive",
        Problem(
            code="business_case.overlap_rule_preference_service",
            template="better service may raise spending; only what each lever itself moves is counted.",
            severity="warning",
        ),
    ),
    _rule(
        "preference",
        "recommendation",
        "definition",
        Problem(
            code="business_case.overlap_rule_preference_recommendation",
            template="what promoters spend more is counted in preference; recommendation counts only customers they bring.",
            severity="warning",
        ),
    ),
    _rule(
        "preference",
        "advantage",
        "definition",
        Problem(
            code="business_case.overlap_rule_preference_advantage",
            template="preference counts spending in the category; advantage counts only the margin of the paid option.",
            severity="warning",
        ),
    ),
    _rule(
        "acquisition",
        "retention",
        "positive",
        Problem(
            code="business_case.overlap_rule_acquisition_retention",
            template="customers won also stay longer: the extra is real, and shared between the two.",
            severity="warning",
        ),
    ),
    _rule(
        "acquisition",
        "engagement",
        "definition",
        Problem(
            code="business_case.overlap_rule_consumers_contracts",
            template="consumers and customers under contract are two populations: nobody is in both.",
            severity="warning",
        ),
    ),
    _rule(
        "acquisition",
        "service_cost",
        "cost",
        Problem(
            code="business_case.overlap_rule_more_customers_call",
            template="more customers make more contacts: their cost is taken off.",
            severity="warning",
        ),
    ),
    _rule(
        "acquisition",
        "recommendation",
        "definition",
        Problem(
            code="business_case.overlap_rule_acquisition_recommendation",
            template="acquisition counts visits turned into customers; those brought by promoters count in recommendation only.",
            severity="warning",
        ),
    ),
    _rule(
        "acquisition",
        "advantage",
        "definition",
        Problem(
            code="business_case.overlap_rule_acquisition_advantage",
            template="acquisition stops at the first purchase; the option taken afterwards is counted in advantage.",
            severity="warning",
        ),
    ),
    _rule(
        "retention",
        "engagement",
        "definition",
        Problem(
            code="business_case.overlap_rule_consumers_contracts",
            template="consumers and customers under contract are two populations: nobody is in both.",
            severity="warning",
        ),
    ),
    _rule(
        "retention",
        "service_cost",
        "cause",
        Problem(
            code="business_case.overlap_rule_service_retention",
            template="better answers keep customers: that is counted in retention only; customers kept also call.",
            severity="warning",
        ),
    ),
    _rule(
        "retention",
        "recommendation",
        "definition",
        Problem(
            code="business_case.overlap_rule_retention_recommendation",
            template="promoters stay longer: that is counted in retention; recommendation counts only customers they bring.",
            severity="warning",
        ),
    ),
    _rule(
        "retention",
        "advantage",
        "positive",
        Problem(
            code="business_case.overlap_rule_retention_advantage",
            template="customers kept may take the option: the extra is real, and shared between the two.",
            severity="warning",
        ),
    ),
    _rule(
        "engagement",
        "recommendation",
        "definition",
        Problem(
            code="business_case.overlap_rule_engagement_recommendation",
            template="renewals are counted in commitment; recommendation counts only new consumers.",
            severity="warning",
        ),
    ),
    _rule(
        "engagement",
        "advantage",
        "definition",
        Problem(
            code="business_case.overlap_rule_engagement_advantage",
            template="the option is counted for consumers; a contract's extra sales at renewal are not counted.",
            severity="warning",
        ),
    ),
    _rule(
        "service_cost",
        "recommendation",
        "cause",
        Problem(
            code="business_case.overlap_rule_service_recommendation",
            template="better answers make promoters: that is counted in recommendation only; customers won also call.",
            severity="warning",
        ),
    ),
)
"""The pairs that touch, in the catalogue's order; the other pairs have nothing in common."""
