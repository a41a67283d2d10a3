"""The last door before a group's result reaches a page: in case of doubt it stays closed."""

from __future__ import annotations

from typing import Final

from cxmaturity.assessment.values import AssessmentResult
from cxmaturity.store.values import Campaign

LEAST_GROUP: Final = 3


def smallest_group(campaign: Campaign) -> int:
    """Return the smallest group that the campaign may show; whatever is not exactly ``named`` is anonymous."""
    plan = campaign.plan
    return 1 if plan.privacy == "named" else max(LEAST_GROUP, plan.minimum_group)


def shown(campaign: Campaign, result: AssessmentResult | None) -> AssessmentResult | None:
    """Return a group's result when it may be shown, else None.

    `score_assessment` shows one person alone in full, because that person reads it; here somebody else may
    read it, so the campaign's own threshold is asked again. A result that was scored as named never stands
    for an anonymous campaign.
    """
    if result is None or result.withheld or result.respondents < smallest_group(campaign):
        return None
    strict = campaign.plan.privacy == "named" or result.privacy == "anonymous"
    return result if strict else None
