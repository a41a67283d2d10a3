"""The page that a respondent keeps: what she sees, what holds, what to do next, and how sure it is."""

from __future__ import annotations

import datetime as dt
import html

from cxmaturity.app.pages.base import page
from cxmaturity.app.pages.own_facts import own_drawing, own_facts
from cxmaturity.app.pages.result_chart import Drawing, profile_svg
from cxmaturity.app.pages.result_words import Words
from cxmaturity.assessment.values import AssessmentResult
from cxmaturity.catalog import Catalog
from cxmaturity.charts.theme import ChartTheme
from cxmaturity.core.text import Language
from cxmaturity.store.values import Campaign, Progress


def result_page(
    *,
    campaign: Campaign,
    progress: Progress,
    own: AssessmentResult,
    group: AssessmentResult | None,
    catalog: Catalog,
    language: Language,
    as_of: dt.date,
    form_token: str = "",
) -> str:
    """Return one person's result as a page.

    Parameters
    ----------
    campaign : Campaign
        Whose questions were answered.
    progress : Progress
        The person's answers; not finished shows the result as a preview.
    own : AssessmentResult
        Those answers alone, scored.
    group : AssessmentResult or None
        What the store released of the group, scored. Whatever is withheld, or
        rests on too few people, is shown as if there were none, without a word of how many are missing.
    catalog : Catalog
        Names, advice, proofs.
    language : {"en", "fr"}
        Of the page.
    as_of : datetime.date
        Today: printed, and decides whether the campaign is still open.
    form_token : str
        What a plain form must send back, where the server asks for it.
    """
    words = Words(language=language, catalog=catalog)
    facts = own_facts(campaign=campaign, progress=progress, own=own, group=group, words=words, as_of=as_of)
    return page(
        "result.html.j2",
        language=language,
        languages=campaign.plan.languages,
        primary=campaign.plan.primary,
        client=facts.client,
        campaign=campaign,
        own=own,
        facts=facts,
        charts=charts(own_drawing(facts, words), campaign.plan.primary),
        ladder=[words.level_name(number) for number in range(1, 6)],
        open=is_open(campaign, as_of),
        w=words,
        form_token=form_token,
    )


def result_summary(
    *,
    campaign: Campaign,
    progress: Progress,
    own: AssessmentResult,
    catalog: Catalog,
    language: Language,
    as_of: dt.date,
) -> str:
    """Return one person's result in a few sentences of safe HTML, for a page whose widget is still on its way."""
    words = Words(language=language, catalog=catalog)
    facts = own_facts(campaign=campaign, progress=progress, own=own, group=None, words=words, as_of=as_of)
    said = (facts.stage, f"{facts.stage_meaning} {facts.stage_again}".strip(), facts.weak_link)
    return "".join(f"<p>{html.escape(text)}</p>" for text in said if text)


def charts(drawing: Drawing, primary: str | None) -> dict[str, str]:
    """Return a drawing for wide and for narrow screens; the style sheet shows one of the two.

    The templates print it as it is: ElementTree wrote it, every text escaped.
    """
    theme = ChartTheme.from_primary(primary)
    return {
        "wide": profile_svg(drawing, theme, "wide"),
        "narrow": profile_svg(drawing, theme, "narrow"),
    }


def is_open(campaign: Campaign, as_of: dt.date) -> bool:
    """Say whether answers may still change on that day."""
    ended = campaign.closed_at is not None or campaign.purged_at is not None
    return not ended and as_of <= campaign.plan.deadline
