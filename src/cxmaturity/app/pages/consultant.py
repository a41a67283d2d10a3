"""The consultant's pages: all campaigns, one campaign as it lives. The comparison has a module of its own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator

import attrs

from cxmaturity import i18n
from cxmaturity.app.pages.base import NAMES, page
from cxmaturity.app.pages.comparison import comparison_page
from cxmaturity.app.pages.result_words import Words, typed
from cxmaturity.app.pages.shown import smallest_group
from cxmaturity.catalog import Catalog
from cxmaturity.core.text import LANGUAGES, Language
from cxmaturity.store.values import Campaign, Invitation, Participation

__all__ = ["campaign_page", "comparison_page", "home_page"]


def home_page(
    *, campaigns: Iterable[Campaign], catalog: Catalog, language: Language, now: dt.datetime
) -> str:
    """Return the list of campaigns, open ones first, then the latest deadline first.

    Parameters
    ----------
    campaigns : iterable of Campaign
        All of the store.
    catalog : Catalog
        Names.
    language : {"en", "fr"}
        Of the page.
    now : datetime.datetime
        Aware; decides what is still open.
    """
    words = Words(language=language, catalog=catalog)
    order = {"open": 0, "closed": 1, "purged": 2}
    ordered = sorted(
        campaigns, key=lambda one: (order[one.status(now)], -one.plan.deadline.toordinal(), one.id)
    )
    rows = [
        {
            "id": campaign.id,
            "client": typed(campaign.plan.client) or campaign.id,
            "status": campaign.status(now),
            "status_said": words.t(f"status.{campaign.status(now)}"),
            "deadline": campaign.plan.deadline,
            "retention": campaign.plan.retention,
            "privacy": _privacy(campaign, words),
        }
        for campaign in ordered
    ]
    return page("consultant_home.html.j2", language=language, rows=rows, w=words)


def campaign_page(
    *,
    campaign: Campaign,
    participation: Participation,
    invitations: Iterable[Invitation],
    catalog: Catalog,
    language: Language,
    now: dt.datetime,
    open_link: str = "",
    workshop_link: str = "",
    told: str = "",
    told_label: str = "",
    form_token: str = "",
    only_this: bool = False,
) -> str:
    """Return one campaign: participation that follows the answers, invitations, closing, export.

    Parameters
    ----------
    campaign : Campaign
        The campaign.
    participation : Participation
        Its numbers at this moment; `consultant.js` brings them up to date from ``live``.
    invitations : iterable of Invitation
        In the order of the store.
    catalog : Catalog
        Names of functions.
    language : {"en", "fr"}
        Of the page.
    now : datetime.datetime
        Aware; decides what is open and what has expired.
    open_link : str
        The whole address of the open link, when the campaign has one.
    workshop_link : str
        The whole address of a participant's place, when the server has a journey of this client.
    told, told_label : str
        A link just made, shown once, and for whom.
    form_token : str
        What a plain form must send back, where the server asks for it.
    only_this : bool
        Whether the consultant's link opens this campaign alone: then nothing leads to what is refused to them.
    """
    words = Words(language=language, catalog=catalog)
    plan = campaign.plan
    last = participation.last_saved_at
    done = dict(participation.by_function)
    return page(
        "consultant_campaign.html.j2",
        language=language,
        languages=(language,) if told else LANGUAGES,  # the answer to a form has no address of its own
        primary=plan.primary,
        campaign=campaign,
        campaign_client=typed(plan.client),
        status=campaign.status(now),
        base=f"/consultant/{campaign.id}",
        participation={
            name: getattr(participation, name) for name in ("invited", "opened", "started", "finished")
        },
        functions=[
            (
                name,
                words.function(name),
                words.number(done[name]) if name in done else words.report("words.dash"),
            )
            for name in plan.functions
        ],
        choices=[(name, words.function(name)) for name in plan.functions],
        last_said="" if last is None else i18n.date(last.date(), language),
        limit=smallest_group(campaign),
        named=plan.privacy == "named",
        plan=tuple(_plan(campaign, words)),
        rows=[row(invitation, campaign, words, now) for invitation in invitations],
        open_link=open_link if plan.open_link else "",
        workshop_link=workshop_link,
        told=told,
        told_label=typed(told_label),
        form_token=form_token,
        only_this=only_this,
        w=words,
    )


def _privacy(campaign: Campaign, words: Words) -> str:
    if campaign.plan.privacy == "named":
        return words.t("privacy.named")
    return words.t("privacy.anonymous", minimum=words.number(smallest_group(campaign)))


def _plan(campaign: Campaign, words: Words) -> Iterator[tuple[str, str]]:
    plan, language = campaign.plan, words.language
    yield words.t("home.column.deadline"), i18n.date(plan.deadline, language)
    yield words.t("home.column.retention"), i18n.date(plan.retention, language)
    yield words.t("home.column.privacy"), _privacy(campaign, words)
    yield words.t("campaign.languages"), words.listing(NAMES[code] for code in plan.languages)
    yield words.t("campaign.questionnaire"), words.t("campaign.version", version=campaign.questionnaire)
    yield words.t("campaign.controller"), f"{typed(plan.controller)} · {typed(plan.contact)}"
    yield words.t("campaign.created"), i18n.date(campaign.created_at.date(), language)


@attrs.frozen(kw_only=True)
class Row:
    """One invitation as the table shows it; `state` is ``revoked``, ``opened``, ``expired`` or ``sent``."""

    id: str
    who: str
    role: str
    function: str
    state: str
    state_said: str
    until: str
    reminders: str
    may_renew: bool
    may_remind: bool
    may_revoke: bool


def row(invitation: Invitation, campaign: Campaign, words: Words, now: dt.datetime) -> Row:
    """Return one invitation in words, and what may be done with it."""
    state = invitation_state(invitation, now)
    opened = invitation.opened_at
    day = "" if opened is None else i18n.date(opened.date(), words.language)
    return Row(
        id=invitation.id,
        who=typed(invitation.label) or words.t("invitation.unnamed"),
        role=words.t(f"role.{invitation.role}"),
        function="" if invitation.function is None else words.function(invitation.function),
        state=state,
        state_said=words.t(f"invitation.state.{state}", date=day),
        until=i18n.date((invitation.expires_at - dt.timedelta(microseconds=1)).date(), words.language),
        reminders=words.t(
            "invitation.reminders",
            sent=words.number(invitation.reminders_sent),
            most=words.number(campaign.plan.reminders),
        ),
        may_renew=state != "opened",
        may_remind=state == "sent" and invitation.reminders_sent < campaign.plan.reminders,
        may_revoke=state in {"sent", "opened"},
    )


def invitation_state(invitation: Invitation, now: dt.datetime) -> str:
    """Return where a link stands: what was done to it on purpose comes before what happened to it."""
    if invitation.revoked_at is not None:
        return "revoked"
    if invitation.opened_at is not None:
        return "opened"
    return "expired" if invitation.expires_at <= now else "sent"
