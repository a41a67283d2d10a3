"""Random business cases of every kind, from a seed: which parts are known, which levers, which shapes of range."""

from __future__ import annotations

import datetime as dt
import random

import attrs

from cxmaturity.assessment.values import Settings
from cxmaturity.business_case.inputs import MOVES
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
from cxmaturity.core.estimate import Estimate, estimate
from cxmaturity.engagement.values import Client, Diagnostic, Engagement, Theme

AS_OF = dt.date(2026, 11, 1)
BENEFITS = tuple(MOVES)


def pick(rng, low, high, digits=6):
    """Return a number between two, not too many digits."""
    return round(rng.uniform(low, high), digits)


def consumers(rng, *, tenure):
    """Return a B2C population; with `tenure`, its survival."""
    given = {
        "count": estimate(rng.randint(500, 400_000)),
        "annual_category_spend": estimate(pick(rng, 50, 2000, 2)),
        "share_of_wallet": estimate(pick(rng, 0.05, 0.6)),
        "margin_rate": estimate(pick(rng, 0.05, 0.6)),
        "annual_qualified_visits": estimate(rng.randint(0, 900_000)),
        "conversion_rate": estimate(pick(rng, 0.001, 0.1)),
        "onboarding_cost": estimate(pick(rng, 0, 80, 2)),
        "promoter_share": estimate(pick(rng, 0.1, 0.45)),
        "detractor_share": estimate(pick(rng, 0.1, 0.4)),
        "annual_customers_won_per_promoter": estimate(pick(rng, 0, 0.1)),
        "annual_prospects_lost_per_detractor": estimate(pick(rng, 0, 0.1)),
    }
    if tenure:
        left, shares = 1.0, []
        for year in range(rng.randint(3, 6)):
            left *= 1 - rng.uniform(0.1, 0.45) / (1 + 0.5 * year)
            shares.append(round(left, 4))
        given["survival"] = tuple(shares)
    else:
        given["annual_churn_rate"] = estimate(pick(rng, 0.08, 0.5))
    return Consumers(**given)


def option(rng):
    """Return a paid option."""
    return Option(
        eligible_share=estimate(pick(rng, 0, 1)),
        subscription_rate=estimate(pick(rng, 0, 0.6)),
        annual_margin=estimate(pick(rng, 0, 100, 2)),
    )


def contracts(rng):
    """Return a B2B population."""
    return Contracts(
        count=estimate(rng.randint(5, 2000)),
        term_years=estimate(pick(rng, 0.5, 5, 2)),
        renewal_rate=estimate(pick(rng, 0.4, 0.9)),
        annual_value=estimate(pick(rng, 1000, 60_000, 0)),
        margin_rate=estimate(pick(rng, 0.1, 0.6)),
        annual_new=estimate(rng.randint(0, 100)),
    )


def service(rng):
    """Return a customer service."""
    return Service(
        annual_contacts=estimate(rng.randint(1000, 900_000)),
        cost_per_contact=estimate(pick(rng, 1, 12, 2)),
        self_service_cost_per_contact=estimate(pick(rng, 0, 1, 2)),
        first_contact_resolution_rate=estimate(pick(rng, 0.4, 0.85)),
        extra_contacts_per_unresolved_issue=estimate(pick(rng, 0.5, 3, 2)),
        cash_share=estimate(pick(rng, 0.1, 1)),
    )


_MOVES = {
    "share_of_wallet_gain": 0.05,
    "conversion_rate_gain": 0.01,
    "churn_rate_reduction": 0.06,
    "renewal_intention_gain": 0.1,
    "intention_to_renewal": 0.9,
    "first_contact_resolution_gain": 0.1,
    "deflected_contact_share": 0.1,
    "promoter_share_gain": 0.1,
    "detractor_share_reduction": 0.08,
    "subscription_rate_gain": 0.1,
}


def lever(rng, benefit, years):
    """Return a lever, its ramp and lag."""
    moves = {name: estimate(pick(rng, 0, _MOVES[name])) for name in MOVES[benefit]}
    if benefit == "recommendation" and rng.random() < 0.6:
        moves["referred_value_premium"] = estimate(pick(rng, 0, 0.3))
    ramp = sorted(pick(rng, 0, 1, 3) for _ in range(rng.randint(1, years + 1)))
    return Lever(
        benefit=benefit, moves=moves, attribution=estimate(pick(rng, 0.1, 1)), ramp=tuple(ramp),
        lag_years=rng.choice((0, 0, 0, 1, 2)), owner="",
    )  # fmt: skip


def costs(rng, years):
    """Return cost lines; sometimes nothing at the start."""
    lines = []
    for number in range(rng.randint(1, 3)):
        initial = estimate(pick(rng, 1000, 300_000, 0)) if rng.random() < 0.8 else None
        annual = tuple(estimate(pick(rng, 0, 80_000, 0)) for _ in range(rng.randint(0, years)))
        lines.append(Cost(name=f"line {number}", initial=initial, annual=annual, internal=rng.random() < 0.3))
    return tuple(lines)


def finance(rng, years):
    """Return finance of any timing."""
    timing = rng.choice(("end", "mid", "monthly", "dated"))
    dates = None
    if timing == "dated":
        start = AS_OF + dt.timedelta(days=rng.randint(0, 90))
        dates = tuple(start + dt.timedelta(days=365 * year + rng.randint(0, 60)) for year in range(years + 1))
    return Finance(
        discount_rate=pick(rng, 0, 0.2, 4), basis="nominal", timing=timing, horizon_years=years, dates=dates,
        finance_rate=pick(rng, 0, 0.2, 4) if rng.random() < 0.3 else None,
        reinvestment_rate=pick(rng, 0, 0.2, 4) if rng.random() < 0.3 else None,
        tax_rate=pick(rng, 0, 0.4, 3) if rng.random() < 0.5 else None,
        optimism_bias=pick(rng, 0, 0.5, 3) if rng.random() < 0.5 else 0.0,
    )  # fmt: skip


def random_case(seed, *, benefits=None, years=None, tenure=None, ranges=False, changes=None):
    """Return a case; every choice comes from the seed."""
    rng = random.Random(seed)  # noqa: S311  # cases, not secrets
    years = years or rng.randint(1, 4)
    tenure = rng.random() < 0.25 if tenure is None else tenure
    chosen = benefits or tuple(rng.sample(BENEFITS, rng.randint(1, 3)))
    baseline = Baseline(
        consumers=consumers(rng, tenure=tenure)
        if set(chosen) - {"engagement", "service_cost"} or rng.random() < 0.6
        else None,
        option=option(rng) if "advantage" in chosen or rng.random() < 0.3 else None,
        contracts=contracts(rng) if "engagement" in chosen or rng.random() < 0.2 else None,
        service=service(rng) if "service_cost" in chosen or rng.random() < 0.5 else None,
    )
    case = BusinessCase(
        currency="EUR",
        baseline=baseline,
        levers=tuple(lever(rng, benefit, years) for benefit in chosen),
        costs=costs(rng, years),
        finance=finance(rng, years),
        uncertainty=Uncertainty(draws=100, seed=seed % 97 + 1, correlation=rng.choice((0.0, 0.3, 0.6))),
    )
    return with_ranges(case, rng) if ranges else case


def _ranged(rng, given, path):
    rate = path.endswith(("_rate", "_share", "_of_wallet", "attribution")) or (
        path.startswith("levers.") and "premium" not in path
    )
    top = 1.0 if rate else float("inf")
    value = given.value
    if value <= 0:
        return given
    shape = rng.choice(("pert", "pert", "triangular", "lognormal", "percentiles", "measured"))
    if path.endswith("term_years"):
        shape = "pert"
    if shape == "measured":
        if not rate:
            shape = "lognormal"
        else:
            return attrs.evolve(given, shape="measured", n=rng.randint(20, 2000))
    spread = rng.uniform(0.1, 0.5)
    low, high = value * (1 - spread), min(value * (1 + spread * rng.uniform(0.7, 1.3)), top)
    return attrs.evolve(given, low=low, high=high, shape=shape)


def with_ranges(case, rng, *, share=0.35, most=6):
    """Return the case with ranges of every shape on some of its inputs, costs included."""
    left = [most]

    def maybe(given, path):
        if not isinstance(given, Estimate) or left[0] <= 0 or rng.random() > share:
            return given
        left[0] -= 1
        return _ranged(rng, given, path)

    levers = []
    for one in case.levers:
        prefix = f"levers.{one.benefit}."
        moves = tuple((name, maybe(given, prefix + name)) for name, given in one.moves)
        levers.append(
            attrs.evolve(one, moves=moves, attribution=maybe(one.attribution, prefix + "attribution"))
        )
    parts = {}
    for section in ("consumers", "option", "contracts", "service"):
        found = getattr(case.baseline, section)
        if found is not None:
            changed = {
                field.name: maybe(getattr(found, field.name), f"baseline.{section}.{field.name}")
                for field in attrs.fields(type(found))
            }
            parts[section] = attrs.evolve(found, **changed)
    lines = []
    for number, cost in enumerate(case.costs):
        initial = None if cost.initial is None else maybe(cost.initial, f"costs.{number}.initial")
        annual = tuple(maybe(given, f"costs.{number}.annual") for given in cost.annual)
        lines.append(attrs.evolve(cost, initial=initial, annual=annual))
    uncertainty = attrs.evolve(
        case.uncertainty,
        success_probability=rng.choice((None, None, 0.8)),
        groups=rng.choice(((), (Group(name="costs", inputs=("costs.*",), correlation=0.5),))),
    )
    return attrs.evolve(
        case,
        levers=tuple(levers),
        baseline=attrs.evolve(case.baseline, **parts),
        costs=tuple(lines),
        uncertainty=uncertainty,
    )


def diagnostic_of(case, catalog, *, name="Test client", note="", language="en"):
    """Return a diagnostic that holds the case, evaluated."""
    from cxmaturity.business_case import evaluate_case

    engagement = Engagement(
        client=Client(name=name, id="test", sector="Testing", note=note), language=language, currency=case.currency,
        as_of=AS_OF, theme=Theme(), settings=Settings(), waves=(), targets=(), goals=(), case=case,
    )  # fmt: skip
    return Diagnostic(
        engagement=engagement, as_of=AS_OF, seed=1, assessment=None, previous=None, changes=(),
        case=evaluate_case(case, catalog), bridge=None, strengths=(), priorities=(),
    )  # fmt: skip


def varied(case, seed):
    """Return the same structure with every number drawn anew: inputs, ranges, ramps, costs, finance, timing."""
    rng = random.Random(seed)  # noqa: S311  # numbers, not secrets

    def again(given, top=float("inf")):
        if not isinstance(given, Estimate):
            return given
        factor = rng.uniform(0.6, 1.25)
        value = min(given.value * factor, top)
        if given.low is None:
            return attrs.evolve(given, value=value)
        scaled = value / given.value if given.value else 1.0
        return attrs.evolve(given, value=value, low=given.low * scaled, high=min(given.high * scaled, top))

    parts = {}
    for section in ("consumers", "option", "contracts", "service"):
        found = getattr(case.baseline, section)
        if found is not None:
            changed = {}
            for field in attrs.fields(type(found)):
                given = getattr(found, field.name)
                rate = field.name.endswith(("_rate", "_share", "_of_wallet"))
                changed[field.name] = again(given, 0.94 if rate else float("inf"))
            parts[section] = attrs.evolve(found, **changed)
    levers = tuple(
        attrs.evolve(
            one,
            moves=tuple((name, again(given)) for name, given in one.moves),
            attribution=again(one.attribution, 0.99),
            ramp=tuple(sorted(pick(rng, 0, 1, 3) for _ in one.ramp)),
            lag_years=rng.choice((0, 0, 1)),
        )
        for one in case.levers
    )
    lines = tuple(
        attrs.evolve(cost, initial=again(cost.initial), annual=tuple(again(given) for given in cost.annual))
        for cost in case.costs
    )
    timing = rng.choice(("end", "mid", "monthly", case.finance.timing))
    money = attrs.evolve(
        case.finance, discount_rate=pick(rng, 0, 0.2, 4), optimism_bias=pick(rng, 0, 0.4, 3), timing=timing,
        tax_rate=None if case.finance.tax_rate is None else pick(rng, 0, 0.4, 3),
    )  # fmt: skip
    return attrs.evolve(
        case, baseline=attrs.evolve(case.baseline, **parts), levers=levers, costs=lines, finance=money
    )
