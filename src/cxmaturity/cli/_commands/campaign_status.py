"""`cxmaturity campaign status PATH`: how many people, never who said what."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cxmaturity import i18n
from cxmaturity.cli import _campaigns, _output
from cxmaturity.cli._app import LocalCommand
from cxmaturity.cli._campaigns import Desk

if TYPE_CHECKING:
    from cxmaturity.store import Store
    from cxmaturity.store.values import Campaign, Invitation


@click.command("status", cls=LocalCommand)
@_campaigns.on_campaign()
@click.option("--people", is_flag=True)
@click.option("--json", "as_json", is_flag=True)
@click.option("--base-url", metavar="URL", default=None)
def status(
    *, path: Path, store: str | None, campaign: str | None, people: bool, as_json: bool, base_url: str | None
) -> None:
    """Print where each campaign stands; `people` adds the invitations of one campaign."""
    desk = Desk.at(path, store)
    with desk.open() as opened:
        if campaign or people:
            shown: tuple[Campaign, ...] = (desk.choose(opened, campaign),)
        else:
            shown = desk.campaigns(opened) or (desk.choose(opened, None),)
        if as_json:
            _dump(opened, shown, people=people)
            return
        for one in shown:
            _print(opened, one)
        if people:
            _print_people(shown[0], opened.invitations(shown[0].id))
    for one in shown:
        if one.plan.open_link and one.status(_campaigns.now()) == "open":
            base = _campaigns.base_url(base_url)
            _output.say(_output.t("campaign.open_link", link=_campaigns.open_link(base, one)))


def _print(store: Store, campaign: Campaign) -> None:
    language, t = _output.language(), _output.t
    counted = store.participation(campaign.id)
    facts = [
        (t("campaign.status.state"), t(f"campaign.state.{campaign.status(_campaigns.now())}")),
        (t("campaign.status.deadline"), _campaigns.day(campaign.plan.deadline)),
        (t("campaign.status.retention"), _campaigns.day(campaign.plan.retention)),
        (
            t("campaign.status.privacy"),
            t(f"campaign.privacy.{campaign.plan.privacy}", minimum=campaign.plan.minimum_group),
        ),
        *(
            (t(f"campaign.status.{name}"), i18n.number(getattr(counted, name), language))
            for name in ("invited", "opened", "started", "finished")
        ),
        *(
            (
                t("campaign.status.function", name=_campaigns.function_name(name, _output.language())),
                i18n.number(n, language),
            )
            for name, n in counted.by_function
        ),
        (t("campaign.status.last"), _campaigns.moment(counted.last_saved_at)),
    ]
    columns = [(t("campaign.column.what"), "left"), (t("campaign.column.value"), "right")]
    _output.table(
        t("campaign.status.title", client=campaign.plan.client, campaign=campaign.id), columns, facts
    )


def _print_people(campaign: Campaign, invitations: tuple[Invitation, ...]) -> None:
    t = _output.t
    columns = [
        (t(f"campaign.column.{name}"), "left")
        for name in ("label", "function", "role", "state", "reminders", "invitation")
    ]
    rows = [
        (
            one.label or "–",
            _campaigns.function_name(one.function, _output.language()) if one.function else "–",
            t(f"campaign.role.{one.role}"),
            t(f"campaign.link.{_link_state(one)}"),
            str(one.reminders_sent),
            one.id,
        )
        for one in invitations
    ]
    _output.table(t("campaign.status.people", campaign=campaign.id), columns, rows)


def _link_state(one: Invitation) -> str:
    if one.revoked_at is not None:
        return "revoked"
    if one.opened_at is not None:
        return "opened"
    return "expired" if one.expires_at < _campaigns.now() else "waiting"


def _dump(store: Store, shown: tuple[Campaign, ...], *, people: bool) -> None:
    from cxmaturity.cli._diagnosis import dump

    listed = [_as_json(store, campaign, people=people) for campaign in shown]
    dump({"schema": "cxmaturity.campaigns/1", "campaigns": listed})


def _as_json(store: Store, campaign: Campaign, *, people: bool) -> dict[str, Any]:
    counted, plan = store.participation(campaign.id), campaign.plan
    known: dict[str, Any] = {
        "id": campaign.id,
        "client": plan.client,
        "status": campaign.status(_campaigns.now()),
        "created": campaign.created_at.isoformat(),
        "deadline": plan.deadline.isoformat(),
        "retention": plan.retention.isoformat(),
        "privacy": plan.privacy,
        "minimum_group": plan.minimum_group,
        "mode": plan.mode,
        "languages": list(plan.languages),
        "functions": list(plan.functions),
        "open_link": plan.open_link,
        "questionnaire": campaign.questionnaire,
        "invited": counted.invited,
        "opened": counted.opened,
        "started": counted.started,
        "finished": counted.finished,
        "by_function": dict(counted.by_function),
    }
    if counted.last_saved_at is not None:
        known["last_saved"] = counted.last_saved_at.isoformat()
    if people:
        known["people"] = [
            {
                "invitation": one.id,
                "label": one.label,
                "role": one.role,
                "state": _link_state(one),
                "expires": one.expires_at.isoformat(),
                "reminders": one.reminders_sent,
                **({"function": one.function} if one.function else {}),
            }
            for one in store.invitations(campaign.id)
        ]
    return known
