"""The worked example of reference/business_case.md, section 3, as values."""

from __future__ import annotations

from cxmaturity.business_case.values import (
    Baseline,
    BusinessCase,
    Consumers,
    Contracts,
    Cost,
    Finance,
    Group,
    Lever,
    Option,
    Service,
    Uncertainty,
)
from cxmaturity.core.estimate import estimate

CONSUMERS = {
    "count": 200_000,
    "annual_churn_rate": 0.15,
    "annual_category_spend": 900,
    "share_of_wallet": 0.40,
    "margin_rate": 0.35,
    "annual_qualified_visits": 500_000,
    "conversion_rate": 0.03,
    "onboarding_cost": 40,
    "promoter_share": 0.30,
    "detractor_share": 0.25,
    "annual_customers_won_per_promoter": 0.03,
    "annual_prospects_lost_per_detractor": 0.02,
}
OPTION = {"eligible_share": 0.5, "subscription_rate": 0.08, "annual_margin": 45}
CONTRACTS = {
    "count": 400,
    "term_years": 3,
    "renewal_rate": 0.85,
    "annual_value": 30_000,
    "margin_rate": 0.45,
    "annual_new": 20,
}
SERVICE = {
    "annual_contacts": 600_000,
    "cost_per_contact": 6,
    "self_service_cost_per_contact": 0.5,
    "first_contact_resolution_rate": 0.68,
    "extra_contacts_per_unresolved_issue": 1.5,
    "cash_share": 0.6,
}
MOVES = {
    "preference": {"share_of_wallet_gain": 0.01},
    "acquisition": {"conversion_rate_gain": 0.0015},
    "retention": {"churn_rate_reduction": 0.01},
    "engagement": {"renewal_intention_gain": 0.06, "intention_to_renewal": 0.5},
    "service_cost": {"first_contact_resolution_gain": 0.05, "deflected_contact_share": 0.03},
    "recommendation": {"promoter_share_gain": 0.04, "detractor_share_reduction": 0.03},
    "advantage": {"subscription_rate_gain": 0.015},
}
RAMPS = {
    "preference": (0.25, 0.75, 1.0),
    "acquisition": (0.25, 0.75, 1.0),
    "retention": (0.25, 0.75, 1.0),
    "engagement": (0.0, 0.5, 1.0),
    "service_cost": (0.4, 0.8, 1.0),
    "recommendation": (0.5, 1.0, 1.0),
    "advantage": (0.2, 0.6, 1.0),
}
ATTRIBUTION = dict.fromkeys(MOVES, 0.7) | {"service_cost": 0.9}
SHAPLEY = {
    "preference": 620_425,
    "acquisition": 62_824,
    "retention": 239_805,
    "engagement": 35_904,
    "service_cost": 245_280,
    "recommendation": 44_065,
    "advantage": 59_154,
}


def graded(numbers):
    """Return the numbers as estimates with a grade."""
    return {name: estimate(number, evidence="E2") for name, number in numbers.items()}


def lever(benefit, *, moves=None, attribution=None, ramp=None, lag_years=0):
    """Return the worked example's lever for a benefit, some of it changed."""
    return Lever(
        benefit=benefit,
        moves=graded(moves or MOVES[benefit]),
        attribution=estimate(ATTRIBUTION[benefit] if attribution is None else attribution, evidence="E1"),
        ramp=RAMPS[benefit] if ramp is None else ramp,
        lag_years=lag_years,
    )


def baseline(**sections):
    """Return the worked example's baseline; a section may be replaced, or None."""
    given = {
        "consumers": Consumers(**graded(CONSUMERS)),
        "option": Option(**graded(OPTION)),
        "contracts": Contracts(**graded(CONTRACTS)),
        "service": Service(**graded(SERVICE)),
    }
    return Baseline(**{**given, **sections})


def finance(**changes):
    """Return the worked example's finance."""
    given = {"discount_rate": 0.10, "basis": "nominal", "timing": "end", "horizon_years": 3}
    return Finance(**{**given, **changes})


COSTS = (
    Cost(
        name="Programme",
        initial=estimate(400_000),
        annual=(estimate(200_000), estimate(210_000), estimate(220_000)),
    ),
)


def case(**changes):
    """Return the worked example, some of it changed."""
    given = {
        "currency": "EUR",
        "baseline": baseline(),
        "levers": tuple(lever(benefit) for benefit in MOVES),
        "costs": COSTS,
        "finance": finance(),
    }
    return BusinessCase(**{**given, **changes})


# --- section 6 of the reference: the same example with ranges ---------------------------------------------------------


def ranged(low, mode, high, **details):
    """Return a range as an estimate with a grade."""
    return estimate(mode, low=low, high=high, evidence="E1", **details)


RANGED_MOVES = {
    "preference": {"share_of_wallet_gain": (0, 0.010, 0.022)},
    "acquisition": {"conversion_rate_gain": (0, 0.0015, 0.004)},
    "retention": {"churn_rate_reduction": (0, 0.010, 0.020)},
    "engagement": {"renewal_intention_gain": (0, 0.06, 0.12), "intention_to_renewal": (0.2, 0.5, 0.8)},
    "service_cost": {
        "first_contact_resolution_gain": (0.01, 0.05, 0.09),
        "deflected_contact_share": (0, 0.03, 0.06),
    },
    "recommendation": {"promoter_share_gain": (0, 0.04, 0.08), "detractor_share_reduction": (0, 0.03, 0.06)},
    "advantage": {"subscription_rate_gain": (0, 0.015, 0.04)},
}
RANGED_CONSUMERS = {
    "margin_rate": (0.28, 0.35, 0.40),
    "annual_category_spend": (800, 900, 1000),
    "annual_customers_won_per_promoter": (0.01, 0.03, 0.06),
}
RANGED_SERVICE = {"extra_contacts_per_unresolved_issue": (1.1, 1.5, 2.0), "cash_share": (0.3, 0.6, 0.9)}
ATTRIBUTION_RANGE = (0.4, 0.7, 0.9)
COST_MULTIPLIER = (0.95, 1.1, 1.5)
INTENTION = "levers.engagement.intention_to_renewal"


def ranges(triples):
    """Return triples as estimates."""
    return {name: ranged(*triple) for name, triple in triples.items()}


def groups():
    """Return what section 6 draws once (attribution, cost multiplier) and what it leaves out of the levers' group."""
    return (
        Group(name="attribution", inputs=("levers.*.attribution",), correlation=1.0),
        Group(name="costs", inputs=("costs.*",), correlation=1.0),
        Group(name="intention", inputs=(INTENTION,), correlation=0.0),
    )


def ranged_case(*, uncertainty=None, **changes):
    """Return the example of section 6: 17 uncertain numbers, nine moves correlated at 0.3."""
    given = {"draws": 10_000, "seed": 1, "correlation": 0.3, "groups": groups()}
    consumers = Consumers(**{**graded(CONSUMERS), **ranges(RANGED_CONSUMERS)})
    service = Service(**{**graded(SERVICE), **ranges(RANGED_SERVICE)})
    levers = tuple(
        Lever(
            benefit=benefit,
            moves=ranges(moves),
            attribution=ranged(*ATTRIBUTION_RANGE),
            ramp=RAMPS[benefit],
        )
        for benefit, moves in RANGED_MOVES.items()
    )
    cost = Cost(
        name="Programme",
        initial=_multiplied(400_000),
        annual=[_multiplied(x) for x in (200_000, 210_000, 220_000)],
    )
    return case(
        baseline=baseline(consumers=consumers, service=service),
        levers=levers,
        costs=(cost,),
        uncertainty=Uncertainty(**{**given, **(uncertainty or {})}),
        **changes,
    )


def _multiplied(amount):
    return ranged(*(factor * amount for factor in COST_MULTIPLIER))
