"""Benefits that could count the same thing: refused, or settled by a rule that is said. Plain Python, for `check`.

Every benefit declares whose customers it counts (population), which euros (pool) and at which step of the funnel. Two
that declare the same count twice: an error until one of them goes or says what it really counts. What the ledger settles
by itself is listed, so that a reviewer sees where each euro stands.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Final

import attrs

from cxmaturity.business_case.inputs import evaluated_benefits, lever_of
from cxmaturity.business_case.overlap_rules import RULES
from cxmaturity.business_case.values import Baseline, BusinessCase, Overlap
from cxmaturity.catalog import Benefit, Catalog
from cxmaturity.core.estimate import Estimate
from cxmaturity.core.problems import Problem

CONSUMER_BENEFITS: Final = ("preference", "acquisition", "retention")
REVENUE_SLACK: Final = 1.1
"""Populations whose revenue exceeds the company's by more than a tenth are taken to share customers."""

SAME_AMOUNT: Final = 0.01


@attrs.frozen(kw_only=True)
class Counted:
    """What one lever counts."""

    benefit: Benefit
    population: str
    pool: str
    step: str
    declared: bool


def find_overlaps(case: BusinessCase, catalog: Catalog) -> tuple[Overlap, ...]:
    """Return every pair of benefits that touch: conflicts first, then the rules that the ledger applies.

    Parameters
    ----------
    case : BusinessCase
        Its levers; those that cannot be evaluated count nothing.
    catalog : Catalog
        Says what each benefit counts, unless its lever says otherwise.

    Returns
    -------
    tuple of Overlap
        A ``conflict`` holds an error with the remedy, or a warning where only the client can tell; the other kinds inform.
    """
    counted = _counted(case, catalog)
    conflicts = tuple(_conflicts(case, counted))
    refused = {(found.first, found.second) for found in conflicts}
    present = {found.benefit.id for found in counted}
    settled = (
        rule
        for rule in RULES
        if {rule.first, rule.second} <= present and (rule.first, rule.second) not in refused
    )
    return (*conflicts, *settled)


def overlap_problems(case: BusinessCase, catalog: Catalog) -> tuple[Problem, ...]:
    """Return the conflicts as problems: errors to settle, and warnings where only the client can tell."""
    return tuple(found.problem for found in find_overlaps(case, catalog) if found.kind == "conflict")


def _counted(case: BusinessCase, catalog: Catalog) -> list[Counted]:
    known = {benefit.id: benefit for benefit in catalog.benefits}
    levers = {lever.benefit: lever for lever in case.levers}
    found: list[Counted] = []
    for name in evaluated_benefits(case):
        if name not in known:
            continue
        lever = levers[name]
        benefit = known[name]
        found.append(
            Counted(
                benefit=benefit,
                population=lever.population or benefit.population,
                pool=lever.pool or benefit.pool,
                step=lever.step or benefit.step,
                declared=lever.pool is not None,
            )
        )
    return sorted(found, key=lambda one: one.benefit.number)


def _conflicts(case: BusinessCase, counted: list[Counted]) -> Iterator[Overlap]:
    """Yield one conflict per pair at most: what the levers declare first, then what the numbers give away."""
    by_id = {found.benefit.id: found for found in counted}
    found: dict[tuple[str, str], Problem | None] = {
        (first.benefit.id, second.benefit.id): _declared_twice(first, second)
        or _same_customers(first, second)
        for first, second in combinations(counted, 2)
    }
    for pair, problem in (
        (("preference", "advantage"), _option_inside(by_id)),
        (("acquisition", "recommendation"), _referred_leads(case.baseline)),
        (("preference", "recommendation"), _premium(case)),
        (_two_populations(by_id), _revenue_twice(case.baseline)),
    ):
        if pair in found and found[pair] is None:
            found[pair] = problem
    for (first, second), problem in found.items():
        if problem is not None:
            yield Overlap(first=first, second=second, kind="conflict", problem=problem)


def _declared_twice(first: Counted, second: Counted) -> Problem | None:
    """Refuse two levers that count the same euros, or act at the same step, of the same customers."""
    if first.population != second.population:
        return None
    names = {"first": first.benefit.name, "second": second.benefit.name}
    lever = second.benefit.id if second.declared or not first.declared else first.benefit.id
    if first.pool == second.pool:
        return Problem(
            code="business_case.overlap_same_pool",
            template="'{first}' and '{second}' both count the euros of '{pool}': the same euro twice.",
            hint="Keep one of the two, or say in 'pool' which other euros the lever counts.",
            params={**names, "pool": first.pool},
            path=("levers", lever, "pool"),
        )
    if first.step == second.step:
        return Problem(
            code="business_case.overlap_same_step",
            template="'{first}' and '{second}' both act at the step '{step}': the same customer is won or kept twice.",
            hint="Keep one of the two, or say in 'step' at which other step the lever acts.",
            params={**names, "step": first.step},
            path=("levers", lever, "step"),
        )
    return None


def _same_customers(first: Counted, second: Counted) -> Problem | None:
    """Refuse business customers counted among the consumers as well."""
    pair = {first.benefit.id: first, second.benefit.id: second}
    engagement = pair.get("engagement")
    other = next((found for name, found in pair.items() if name in CONSUMER_BENEFITS), None)
    if engagement is None or other is None or engagement.population != other.population:
        return None
    return Problem(
        code="business_case.overlap_same_customers",
        template="'{first}' and '{second}' count the same customers: each must be a consumer or a contract, not both.",
        hint="Take the customers under contract out of the consumers, or keep one of the two levers.",
        params={"first": first.benefit.name, "second": second.benefit.name},
        path=("levers", engagement.benefit.id, "population"),
    )


def _option_inside(by_id: dict[str, Counted]) -> Problem | None:
    preference, advantage = by_id.get("preference"), by_id.get("advantage")
    if preference is None or advantage is None or preference.declared or advantage.declared:
        return None
    return Problem(
        code="business_case.overlap_same_euro",
        template="share of wallet and option both rise: the option must lie outside the category spend.",
        hint="If it is inside, the same euro counts twice: keep one. If outside, say 'pool: option_margin' under 'advantage'.",
        path=("levers", "advantage"),
        severity="warning",
    )


def _value(given: Estimate | None) -> float | None:
    return None if given is None else given.value


def _product(*numbers: Estimate | None) -> float | None:
    total = 1.0
    for number in numbers:
        value = _value(number)
        if value is None:
            return None
        total *= value
    return total


def _referred_leads(baseline: Baseline) -> Problem | None:
    """Doubt customers won by promoters that are more than all those won: referrals inside the visits, or made up."""
    consumers = baseline.consumers
    if consumers is None:
        return None
    won = _product(consumers.annual_qualified_visits, consumers.conversion_rate)
    referred = _product(
        consumers.count, consumers.promoter_share, consumers.annual_customers_won_per_promoter
    )
    if won is None or referred is None or referred <= won:
        return None
    return Problem(
        code="business_case.overlap_referred_leads",
        template="promoters would bring {referred} customers a year today, more than the {won} won in all.",
        hint="Divide the new customers who came on recommendation by the promoters, and leave them out of the visits.",
        params={"referred": f"{referred:.0f}", "won": f"{won:.0f}"},
        path=("baseline", "consumers", "annual_customers_won_per_promoter"),
        severity="warning",
    )


def _premium(case: BusinessCase) -> Problem | None:
    """Doubt a premium of referred customers beside a rise of what every customer spends."""
    lever = lever_of(case, "recommendation")
    premium = None if lever is None else dict(lever.moves).get("referred_value_premium")
    if premium is None or max(premium.numbers) <= 0:
        return None
    return Problem(
        code="business_case.overlap_premium",
        template="referred customers are worth more, and share of wallet rises as well: part of the spend may count twice.",
        hint="Set referred_value_premium to 0, unless it was measured apart from share of wallet.",
        path=("levers", "recommendation", "referred_value_premium"),
        severity="warning",
    )


def _two_populations(by_id: dict[str, Counted]) -> tuple[str, str]:
    """Return the first consumer benefit and the business customers' one, in the catalogue's order."""
    consumers = next((name for name in by_id if name not in ("engagement", "service_cost")), "")
    after = consumers in ("recommendation", "advantage")
    return ("engagement", consumers) if after else (consumers, "engagement")


def _revenue_twice(baseline: Baseline) -> Problem | None:
    """Doubt consumers and contracts that earn the same revenue, or more together than the company does."""
    if baseline.consumers is None or baseline.contracts is None:
        return None
    consumers, contracts = baseline.consumers, baseline.contracts
    first = _product(consumers.count, consumers.annual_category_spend, consumers.share_of_wallet)
    second = _product(contracts.count, contracts.annual_value)
    if first is None or second is None or min(first, second) <= 0:
        return None
    revenue = _value(baseline.annual_revenue)
    beyond = revenue is not None and max(first, second) <= revenue < (first + second) / REVENUE_SLACK
    if not beyond and abs(first - second) > SAME_AMOUNT * max(first, second):
        return None
    return Problem(
        code="business_case.overlap_revenue",
        template="consumers bring {first} a year and contracts {second}: the same customers seem to be in both.",
        hint="Check both against annual revenue, and take the customers under contract out of the consumers.",
        params={"first": f"{first:.0f}", "second": f"{second:.0f}"},
        path=("baseline", "contracts"),
        severity="warning",
    )
