"""Which inputs each benefit needs, and which of them a case lacks. Plain Python, for `check`.

A missing input is never replaced by a default: the benefit is then not evaluated, and the inputs are named
by their catalogue path, ``baseline.<section>.<field>`` or ``levers.<benefit>.<name>``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import attrs

from cxmaturity.business_case.values import BusinessCase, Lever
from cxmaturity.core.estimate import Estimate

SECTIONS: Final = ("consumers", "option", "contracts", "service")

CHURN: Final = "baseline.consumers.annual_churn_rate"
SURVIVAL: Final = "baseline.consumers.survival"

_POPULATION = ("baseline.consumers.count", CHURN)
_SPEND = (
    "baseline.consumers.annual_category_spend",
    "baseline.consumers.share_of_wallet",
    "baseline.consumers.margin_rate",
)
_FUNNEL = ("baseline.consumers.annual_qualified_visits", "baseline.consumers.conversion_rate")
_ACQUIRING = (*_POPULATION, *_SPEND, *_FUNNEL, "baseline.consumers.onboarding_cost")
_WORD_OF_MOUTH = tuple(
    f"baseline.consumers.{name}"
    for name in (
        "promoter_share",
        "detractor_share",
        "annual_customers_won_per_promoter",
        "annual_prospects_lost_per_detractor",
    )
)
_OPTION = tuple(
    f"baseline.option.{name}" for name in ("eligible_share", "subscription_rate", "annual_margin")
)
_CONTRACTS = tuple(
    f"baseline.contracts.{name}"
    for name in ("count", "term_years", "renewal_rate", "annual_value", "margin_rate", "annual_new")
)
_CONTACTS = ("baseline.service.annual_contacts", "baseline.service.cost_per_contact")
_SERVICE = (
    *_CONTACTS,
    *(
        f"baseline.service.{name}"
        for name in (
            "self_service_cost_per_contact",
            "first_contact_resolution_rate",
            "extra_contacts_per_unresolved_issue",
            "cash_share",
        )
    ),
)

BASELINE_INPUTS: Final[dict[str, tuple[str, ...]]] = {
    "preference": (*_POPULATION, *_SPEND),
    "acquisition": _ACQUIRING,
    "retention": (*_POPULATION, *_SPEND),
    "engagement": _CONTRACTS,
    "service_cost": _SERVICE,
    "recommendation": (*_ACQUIRING, *_WORD_OF_MOUTH),
    "advantage": (*_POPULATION, *_OPTION),
}
"""Baseline paths that each benefit needs; `CHURN` may be replaced by `SURVIVAL`."""

MOVES: Final[dict[str, tuple[str, ...]]] = {
    "preference": ("share_of_wallet_gain",),
    "acquisition": ("conversion_rate_gain",),
    "retention": ("churn_rate_reduction",),
    "engagement": ("renewal_intention_gain", "intention_to_renewal"),
    "service_cost": ("first_contact_resolution_gain", "deflected_contact_share"),
    "recommendation": ("promoter_share_gain", "detractor_share_reduction"),
    "advantage": ("subscription_rate_gain",),
}
"""Lever inputs that each benefit needs, beside its attribution."""

OPTIONAL_MOVES: Final[dict[str, tuple[str, ...]]] = {"recommendation": ("referred_value_premium",)}
"""Lever inputs that refine a benefit and may stay absent."""

OPTIONAL_BASELINE: Final[dict[str, tuple[str, ...]]] = {
    "preference": (SURVIVAL,),
    "acquisition": (SURVIVAL,),
    "retention": (SURVIVAL, "baseline.consumers.avoidable_churn_share"),
    "recommendation": (SURVIVAL,),
    "advantage": (SURVIVAL,),
}
"""Baseline paths that refine a benefit and may stay absent."""

BLOCKS: Final[dict[str, tuple[str, ...]]] = {
    "population": _POPULATION,
    "spend": (*_POPULATION, *_SPEND),
    "funnel": _FUNNEL,
    "option": (*_POPULATION, *_OPTION),
    "contracts": _CONTRACTS,
    "contacts": _CONTACTS,
}
"""Parts of the ledger that exist when all their inputs are known."""


def wanted_benefits(case: BusinessCase) -> tuple[str, ...]:
    """Return the benefits to evaluate: the goals in the client's order, or the levers' without goals."""
    return case.goals or tuple(lever.benefit for lever in case.levers)


def lever_of(case: BusinessCase, benefit: str) -> Lever | None:
    """Return the lever of a benefit, or None."""
    return next((lever for lever in case.levers if lever.benefit == benefit), None)


def estimates(case: BusinessCase) -> Iterator[tuple[str, Estimate]]:
    """Yield (catalogue path, estimate) of every input that the baseline and the levers give."""
    for section in SECTIONS:
        given = getattr(case.baseline, section)
        for name in () if given is None else (field.name for field in attrs.fields(type(given))):
            value = getattr(given, name)
            if isinstance(value, Estimate):
                yield f"baseline.{section}.{name}", value
    if case.baseline.annual_revenue is not None:
        yield "baseline.annual_revenue", case.baseline.annual_revenue
    for lever in case.levers:
        for name, value in lever.moves:
            yield f"levers.{lever.benefit}.{name}", value
        yield f"levers.{lever.benefit}.attribution", lever.attribution


def known_paths(case: BusinessCase) -> frozenset[str]:
    """Return the catalogue paths of all inputs given; `CHURN` counts as given when `SURVIVAL` is."""
    known = {path for path, _ in estimates(case)}
    if case.baseline.consumers is not None and case.baseline.consumers.survival is not None:
        known |= {SURVIVAL, CHURN}
    return frozenset(known)


def required_inputs(benefit: str) -> tuple[str, ...]:
    """Return every catalogue path that a benefit needs: baseline, moves, attribution.

    Examples
    --------
    >>> required_inputs("preference")[-2:]
    ('levers.preference.share_of_wallet_gain', 'levers.preference.attribution')
    """
    moves = (f"levers.{benefit}.{name}" for name in (*MOVES[benefit], "attribution"))
    return (*BASELINE_INPUTS[benefit], *moves)


def evaluated_benefits(case: BusinessCase) -> tuple[str, ...]:
    """Return the benefits wanted whose inputs are all known, in the order wanted; names of no benefit are left out."""
    known = known_paths(case)
    wanted = dict.fromkeys(benefit for benefit in wanted_benefits(case) if benefit in MOVES)
    return tuple(benefit for benefit in wanted if known.issuperset(required_inputs(benefit)))


def missing_inputs(case: BusinessCase, benefit: str) -> tuple[str, ...]:
    """Return the catalogue paths that a benefit needs and the case lacks; empty when it can be evaluated."""
    known = known_paths(case)
    return tuple(path for path in required_inputs(benefit) if path not in known)
