"""What a sponsor sees: the group when it is large enough, never a person, and why when there is nothing to see."""

from __future__ import annotations

import datetime as dt

from cxmaturity.app.pages.base import page
from cxmaturity.app.pages.group_facts import function_table, group_drawing, group_facts
from cxmaturity.app.pages.result import charts, is_open
from cxmaturity.app.pages.result_words import Words, typed
from cxmaturity.app.pages.shown import shown, smallest_group
from cxmaturity.assessment.values import AssessmentResult
from cxmaturity.catalog import Catalog
from cxmaturity.core.text import Language
from cxmaturity.store.values import Campaign, Participation


def sponsor_page(
    *,
    campaign: Campaign,
    participation: Participation,
    group: AssessmentResult | None,
    catalog: Catalog,
    language: Language,
    as_of: dt.date | None = None,
) -> str:
    """Return the sponsor's page.

    Parameters
    ----------
    campaign : Campaign
        The campaign.
    participation : Participation
        How many people; in an anonymous campaign a number under the threshold is said as "fewer than".
    group : AssessmentResult or None
        What the store released, scored; None, withheld or too small shows why there is nothing.
    catalog : Catalog
        Names.
    language : {"en", "fr"}
        Of the page.
    as_of : datetime.date, optional
        Today; without it the campaign is taken as open until somebody closes it.
    """
    words = Words(language=language, catalog=catalog)
    result = shown(campaign, group)
    facts = None if result is None else group_facts(result, words)
    return page(
        "sponsor.html.j2",
        language=language,
        languages=campaign.plan.languages,
        primary=campaign.plan.primary,
        client=typed(campaign.plan.client),
        campaign=campaign,
        campaign_client=typed(campaign.plan.client),
        participation={
            name: getattr(participation, name) for name in ("invited", "opened", "started", "finished")
        },
        functions_done=functions_done(participation, campaign, words),
        limit=smallest_group(campaign),
        named=campaign.plan.privacy == "named",
        closed=not is_open(campaign, as_of or campaign.created_at.date()),
        facts=facts,
        charts=None if facts is None else charts(group_drawing(facts, words), campaign.plan.primary),
        functions=None if result is None else function_table(result.functions, words),
        w=words,
    )


def functions_done(participation: Participation, campaign: Campaign, words: Words) -> str:
    """Return the functions whose number may be told, as a list; nothing under the threshold."""
    least = smallest_group(campaign)
    return words.listing(
        words.t("sponsor.function_n", name=words.function(function), n=words.number(n))
        for function, n in participation.by_function
        if n >= least
    )
