"""The two ways to evaluate 128 coalitions of the reference's worked example over five years."""

from __future__ import annotations

from itertools import product

import cxmaturity as cx
from cxmaturity.business_case.ledger import run_ledger
from cxmaturity.business_case.parameters import read_parameters
from cxmaturity.business_case.shapley import coalition_gains, shapley_shares

BENEFITS = (
    "preference",
    "acquisition",
    "retention",
    "engagement",
    "service_cost",
    "recommendation",
    "advantage",
)


def _case() -> cx.BusinessCase:
    def known(value: float) -> object:
        return cx.estimate(value, unit="-", source="worked example", evidence="E2")

    def lever(benefit: str, ramp: list[float], attribution: float = 0.7, **moves: float) -> cx.Lever:
        return cx.Lever(
            benefit=benefit,
            moves={name: known(value) for name, value in moves.items()},
            attribution=known(attribution),
            ramp=ramp,
        )

    consumers = cx.Consumers(
        count=known(200_000), annual_churn_rate=known(0.15), annual_category_spend=known(900), share_of_wallet=known(0.4),
        margin_rate=known(0.35), annual_qualified_visits=known(500_000), conversion_rate=known(0.03), onboarding_cost=known(40),
        promoter_share=known(0.3), detractor_share=known(0.25), annual_customers_won_per_promoter=known(0.03),
        annual_prospects_lost_per_detractor=known(0.02),
    )  # fmt: skip
    contracts = cx.Contracts(
        count=known(400), term_years=known(3), renewal_rate=known(0.85), annual_value=known(30_000), margin_rate=known(0.45),
        annual_new=known(20),
    )  # fmt: skip
    service = cx.Service(
        annual_contacts=known(600_000), cost_per_contact=known(6), self_service_cost_per_contact=known(0.5),
        first_contact_resolution_rate=known(0.68), extra_contacts_per_unresolved_issue=known(1.5), cash_share=known(0.6),
    )  # fmt: skip
    option = cx.Option(eligible_share=known(0.5), subscription_rate=known(0.08), annual_margin=known(45))
    return cx.BusinessCase(
        currency="EUR",
        baseline=cx.Baseline(consumers=consumers, contracts=contracts, service=service, option=option),
        levers=[
            lever("preference", [0.25, 0.75, 1], share_of_wallet_gain=0.01),
            lever("acquisition", [0.25, 0.75, 1], conversion_rate_gain=0.0015),
            lever("retention", [0.25, 0.75, 1], churn_rate_reduction=0.01),
            lever("engagement", [0, 0.5, 1], renewal_intention_gain=0.06, intention_to_renewal=0.5),
            lever(
                "service_cost",
                [0.4, 0.8, 1],
                0.9,
                first_contact_resolution_gain=0.05,
                deflected_contact_share=0.03,
            ),
            lever("recommendation", [0.5, 1], promoter_share_gain=0.04, detractor_share_reduction=0.03),
            lever("advantage", [0.2, 0.6, 1], subscription_rate_gain=0.015),
        ],
        costs=[
            cx.Cost(
                name="programme",
                initial=known(400_000),
                annual=[known(200_000), known(210_000), known(220_000)],
            )
        ],
        finance=cx.Finance(discount_rate=0.1, basis="nominal", timing="end", horizon_years=5),
    )


CASE = _case()
PARAMETERS = read_parameters(CASE)


def all_at_once() -> object:
    """Evaluate every coalition in one array call, then split."""
    return shapley_shares(coalition_gains(PARAMETERS, BENEFITS))


def one_by_one() -> object:
    """Evaluate every coalition with a ledger run of its own, as a loop would."""
    return [
        run_ledger(PARAMETERS, dict(zip(BENEFITS, map(float, switches), strict=True)))
        for switches in product((False, True), repeat=len(BENEFITS))
    ]


def whole_case() -> object:
    """Evaluate the whole case, finance and warnings included."""
    return cx.evaluate_case(CASE, cx.load_catalog())
