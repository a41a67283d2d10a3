"""What a finance director will not believe: lights on a case that is computed right and may still be wrong.

Thresholds are the project's judgement, but for recommendation: under 7 % of the gains in every industry
that Forrester analysed in 2020.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final

from cxmaturity.business_case.inputs import wanted_benefits
from cxmaturity.business_case.parameters import Parameters
from cxmaturity.business_case.ranges import range_problems
from cxmaturity.business_case.values import BusinessCase, CaseResult
from cxmaturity.catalog import Catalog
from cxmaturity.core.problems import Problem

MOST_OF_REVENUE: Final = 0.05
MOST_ROI: Final = 3.0
SHORTEST_PAYBACK_YEARS: Final = 0.5
MOST_RECOMMENDATION: Final = 0.07
MOST_ATTRIBUTION_BY_OPINION: Final = 0.3
ADDS_CUSTOMERS: Final = ("acquisition", "retention", "recommendation")


def plausibility_warnings(
    case: BusinessCase, parameters: Parameters, result: CaseResult, catalog: Catalog
) -> tuple[Problem, ...]:
    """Return the warnings of an evaluated case, each with the path of the input to look at, if any."""
    return (
        *(problem for problem in range_problems(case) if problem.severity == "warning"),
        *_left_out(case, catalog),
        *_simplified(parameters),
        *_too_good(case, result),
        *_recommendation(result),
        *(overlap.problem for overlap in result.overlaps if overlap.kind == "conflict"),
        *_opinions(case, parameters, catalog),
        *_several_rates(result),
    )


def _percent_floor(share: float) -> int:
    return math.floor(share * 100 + 1e-9)


def _left_out(case: BusinessCase, catalog: Catalog) -> Iterator[Problem]:
    wanted = wanted_benefits(case)
    for lever in case.levers:
        if lever.benefit not in wanted:
            yield Problem(
                code="business_case.lever_not_a_goal",
                template="the lever '{benefit}' is not among the goals, so it is left out.",
                hint="Add it to the goals to count it.",
                params={"benefit": catalog.benefit(lever.benefit).name},
                path=("levers", lever.benefit),
                severity="warning",
            )
    if not case.costs:
        yield Problem(
            code="business_case.no_costs",
            template="no programme cost is given; nothing is free.",
            path=("costs",),
            severity="warning",
        )


def _simplified(parameters: Parameters) -> Iterator[Problem]:
    benefits = set(parameters.effects)
    by_customer = benefits - {"engagement", "service_cost"}
    if by_customer and "funnel" not in parameters.blocks:
        yield Problem(
            code="business_case.closed_base",
            template="visits or conversion are unknown: only today's customers count, not those won later.",
            path=("baseline", "consumers", "annual_qualified_visits"),
            severity="warning",
        )
    if benefits & set(ADDS_CUSTOMERS) and "contacts" not in parameters.blocks:
        yield Problem(
            code="business_case.cost_to_serve_unknown",
            template="contacts or their cost are unknown: the extra customers are served for nothing here.",
            hint="Ignore this when the margin rate already includes customer service.",
            path=("baseline", "service"),
            severity="warning",
        )


def _too_good(case: BusinessCase, result: CaseResult) -> Iterator[Problem]:
    revenue = case.baseline.annual_revenue
    best = max(result.gross_benefits, default=0.0)
    if revenue is not None and revenue.value > 0 and best > MOST_OF_REVENUE * revenue.value:
        yield Problem(
            code="business_case.benefits_over_revenue",
            template="the best year earns over {percent}% of revenue; few directors believe over {most}%.",
            params={"percent": _percent_floor(best / revenue.value), "most": round(MOST_OF_REVENUE * 100)},
            path=("baseline", "annual_revenue"),
            severity="warning",
        )
    if result.roi is not None and result.roi > MOST_ROI:
        yield Problem(
            code="business_case.roi_too_high",
            template="the return on investment exceeds {percent}%; above {most}% look for a forgotten cost.",
            params={"percent": _percent_floor(result.roi), "most": round(MOST_ROI * 100)},
            path=("costs",),
            severity="warning",
        )
    payback = result.payback_years
    if payback is not None and payback < SHORTEST_PAYBACK_YEARS and any(result.costs_by_year):
        yield Problem(
            code="business_case.payback_too_short",
            template="the money is back within {months} months; under {least} few directors believe it.",
            hint="Look at the ramp of the levers and at the initial cost.",
            params={"months": max(math.ceil(payback * 12), 1), "least": round(SHORTEST_PAYBACK_YEARS * 12)},
            path=("levers",),
            severity="warning",
        )


def _recommendation(result: CaseResult) -> Iterator[Problem]:
    found = next((benefit for benefit in result.benefits if benefit.id == "recommendation"), None)
    if found is None or len(result.benefits) == 1 or result.pv_benefits <= 0:
        return
    share = found.pv / result.pv_benefits
    if share > MOST_RECOMMENDATION:
        yield Problem(
            code="business_case.recommendation_too_large",
            template="recommendation brings over {percent}% of the total; industries stay under {most}%.",
            hint="Check it against referral codes or the answers to 'how did you hear of us?'.",
            params={"percent": _percent_floor(share), "most": round(MOST_RECOMMENDATION * 100)},
            path=("levers", "recommendation"),
            severity="warning",
        )


def _opinions(case: BusinessCase, parameters: Parameters, catalog: Catalog) -> Iterator[Problem]:
    for lever in case.levers:
        attribution = lever.attribution
        if lever.benefit not in parameters.effects or attribution.evidence != "E0":
            continue
        if attribution.value > MOST_ATTRIBUTION_BY_OPINION:
            yield Problem(
                code="business_case.attribution_by_opinion",
                template="the programme is credited with {percent}% of '{benefit}' on opinion alone.",
                hint="Without a pilot or a before-and-after measure, stay at {most}% or less.",
                params={
                    "percent": round(attribution.value * 100),
                    "benefit": catalog.benefit(lever.benefit).name,
                    "most": round(MOST_ATTRIBUTION_BY_OPINION * 100),
                },
                path=("levers", lever.benefit, "attribution"),
                severity="warning",
            )


def _several_rates(result: CaseResult) -> Iterator[Problem]:
    if len(result.irr) > 1:
        yield Problem(
            code="business_case.several_irr",
            template="the flows change sign more than once and have {count} internal rates of return.",
            hint="None of them ranks projects: read the modified rate (MIRR).",
            params={"count": len(result.irr)},
            severity="warning",
        )
