"""What a person reads before entering: why, how long, who sees what; then one button.

Looking at a link never opens it: mail programs follow links by themselves, so only the button does.
"""

from __future__ import annotations

from typing import Any

from cxmaturity.app.pages.base import data_block, page, words
from cxmaturity.catalog.catalog import Catalog
from cxmaturity.core.text import LANGUAGES, Language
from cxmaturity.files.catalog_yaml import load_catalog
from cxmaturity.i18n import formats
from cxmaturity.i18n.messages import message
from cxmaturity.store.values import Campaign, CampaignPlan, Invitation

__all__ = ["home_page", "invitation_page", "open_page"]

_ROOM = ("app.language", "app.notice", "app.skip", "app.product", "app.welcome.", "app.problem.again")
_HEADINGS = ("handed", "sponsor", "consultant")


def _texts(campaign: Campaign | None, kind: str, catalog: Catalog, language: Language) -> dict[str, Any]:
    others = tuple(f"app.welcome.{other}." for other in _HEADINGS if other != kind)
    texts: dict[str, Any] = {
        key: text for key, text in words(_ROOM, language).items() if not key.startswith(others)
    }
    client = "" if campaign is None else campaign.plan.client
    title = message("app.welcome.page", language)
    texts["title"] = message("app.title", language, page=title, client=client) if client else title
    for question in catalog.questions:
        texts[f"short.{question.id}"] = question.name.in_(language)
    if campaign is None:
        return texts
    plan = campaign.plan
    deadline, retention = formats.date(plan.deadline, language), formats.date(plan.retention, language)
    texts |= {
        key: message(key, language, **params)
        for key, params in {
            "app.welcome.deadline": {"date": deadline},
            "app.welcome.privacy.retention": {"controller": plan.controller, "date": retention},
            f"app.welcome.privacy.{plan.privacy}": {
                "client": client,
                "n": formats.number(plan.minimum_group, language),
            },
        }.items()
    }
    if kind == "sponsor":
        texts["app.welcome.sponsor.heading"] = message("app.welcome.sponsor.heading", language, client=client)
    for each in plan.functions:
        texts[f"function.{each}"] = catalog.function(each).name.in_(language)
    return texts


def _functions(plan: CampaignPlan | None, kind: str, function: str | None) -> tuple[str, ...]:
    """Return the functions to choose from; none where they were asked already, or are nobody's business."""
    if plan is None or kind in ("sponsor", "consultant") or (kind == "handed" and function is not None):
        return ()
    return plan.functions


def _page(
    *,
    campaign: Campaign | None,
    kind: str,
    action: str,
    language: Language,
    function: str | None,
    form_token: str,
    entrance: str,
    catalog: Catalog | None,
    missing_function: bool,
) -> str:
    known = load_catalog() if catalog is None else catalog
    languages = LANGUAGES if campaign is None else campaign.plan.languages
    spoken = language if language in languages else languages[0]
    texts = {each: _texts(campaign, kind, known, each) for each in languages}
    plan = None if campaign is None else campaign.plan
    return page(
        "welcome.html.j2",
        language=spoken,
        languages=languages,
        primary=None if plan is None else plan.primary,
        client="" if plan is None else plan.client,
        campaign=campaign,
        kind=kind,
        action=action,
        functions=_functions(plan, kind, function),
        function=function,
        form_token=form_token,
        entrance=entrance,
        missing_function=missing_function,
        questions=[question.id for question in known.questions],
        said=texts[spoken],
        page_data=data_block({"language": spoken, "words": texts}),
    )


def _kind(invitation: Invitation) -> str:
    """Return the role of a link, or ``handed`` when the person has begun: on another device, or by an older link."""
    begun = invitation.opened_at is not None or not invitation.id
    return "handed" if invitation.role == "respondent" and begun else invitation.role


def invitation_page(
    *,
    campaign: Campaign | None,
    invitation: Invitation,
    token: str,
    language: Language,
    form_token: str = "",
    entrance: str = "",
    catalog: Catalog | None = None,
    missing_function: bool = False,
) -> str:
    """Return the page of a personal link; its button posts to ``/i/<token>``.

    Parameters
    ----------
    campaign : Campaign or None
        The campaign; None for a consultant of the whole store.
    invitation : Invitation
        What the link gives: the page of a sponsor or a consultant is shorter.
    token : str
        The token of the link, as it stands in its address.
    language : {"en", "fr"}
        Language of the page; one that the campaign does not have becomes its first.
    form_token : str
        What the form must send back, when the server asks for it.
    entrance : str
        A random word, by which the server knows the form again when it is sent twice.
    catalog : Catalog, optional
        The questions and functions; the bundled ones when absent.
    missing_function : bool
        Whether the form came back because no function was chosen.
    """
    return _page(
        campaign=campaign,
        kind=_kind(invitation),
        action=f"/i/{token}",
        language=language,
        function=invitation.function,
        form_token=form_token,
        entrance=entrance,
        catalog=catalog,
        missing_function=missing_function,
    )


def open_page(
    *,
    campaign: Campaign,
    language: Language,
    form_token: str = "",
    entrance: str = "",
    catalog: Catalog | None = None,
    missing_function: bool = False,
) -> str:
    """Return the page of an open link; its button posts to ``/o/<campaign>``. See `invitation_page`."""
    return _page(
        campaign=campaign,
        kind="open",
        action=f"/o/{campaign.id}",
        language=language,
        function=None,
        form_token=form_token,
        entrance=entrance,
        catalog=catalog,
        missing_function=missing_function,
    )


def home_page(*, language: Language, erased: bool = False) -> str:
    """Return what somebody without a link sees at the root: how to find it, or that their answers are gone."""
    return page("home.html.j2", language=language, erased=erased)
