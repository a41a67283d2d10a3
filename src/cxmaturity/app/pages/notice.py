"""What becomes of personal data, as respondents read it: the texts are the privacy room's, this page only lays them out."""

from __future__ import annotations

from typing import Final

from cxmaturity.app.pages.base import page
from cxmaturity.core.text import Language
from cxmaturity.i18n import formats
from cxmaturity.i18n.messages import message
from cxmaturity.store.values import Campaign

__all__ = ["notice_page"]

_LEGITIMATE: Final = "legitimate_interest"


def _sections(campaign: Campaign) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return the parts of the notice, title and paragraphs by key, in the order they are read."""
    named = campaign.plan.privacy == "named"
    kind = "named" if named else "anonymous"
    threshold = "named" if named else "text"
    kept = ("answers", "invitation", "cookie", "advice")
    seen_by = ("you", f"sponsor_{kind}", f"consultant_{kind}", "nobody_else")
    return (
        ("purpose", ("text",)),
        ("controller", ("text",)),
        ("legal_basis", ("other" if campaign.plan.legal_basis else _LEGITIMATE,)),
        ("kept", kept),
        ("seen_by", seen_by),
        ("threshold", (threshold,)),
        ("duration", ("text",)),
        ("rights", ("text",)),
        ("contact", ("text",)),
        ("complaint", ("text",)),
    )


def notice_page(*, campaign: Campaign, language: Language, back: bool = True) -> str:
    """Return the notice on personal data of a campaign.

    Parameters
    ----------
    campaign : Campaign
        Its plan says who answers for the data, until when they are kept, and whether names are shown.
    language : {"en", "fr"}
        Language of the page.
    back : bool
        Whether this device can go back to its self-test: false before the link was opened, and for a consultant.
    """
    plan = campaign.plan
    params = {
        "client": plan.client,
        "controller": plan.controller,
        "contact": plan.contact,
        "basis": plan.legal_basis,
        "deadline": formats.date(plan.deadline, language),
        "retention": formats.date(plan.retention, language),
        "minimum": formats.number(plan.minimum_group, language),
    }

    def said(key: str) -> str:
        return message(f"privacy.notice.{key}", language, **params)

    return page(
        "notice.html.j2",
        language=language,
        languages=plan.languages,
        primary=plan.primary,
        client=plan.client,
        summary=said("summary"),
        sections=[
            (said(f"{part}.title"), [said(f"{part}.{key}") for key in keys])
            for part, keys in _sections(campaign)
        ],
        back=f"/c/{campaign.id}/" if back else None,
    )
