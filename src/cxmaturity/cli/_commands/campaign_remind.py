"""`cxmaturity campaign remind PATH`: a new link for those who have not come, as often as the plan allows."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cxmaturity.cli import _campaigns, _links, _output
from cxmaturity.cli._app import LocalCommand
from cxmaturity.cli._campaigns import Desk
from cxmaturity.core.problems import CxMaturityError
from cxmaturity.core.text import Language

if TYPE_CHECKING:
    from cxmaturity.store import Store
    from cxmaturity.store.values import Campaign, Invitation

SPENT = "store.reminders_spent"


@click.command("remind", cls=LocalCommand)
@_campaigns.on_campaign()
@click.option("--person", default=None)
@click.option("--all", "everybody", is_flag=True)
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), default=None)
@click.option("--base-url", metavar="URL", default=None)
def remind(
    *,
    path: Path,
    store: str | None,
    campaign: str | None,
    person: str | None,
    everybody: bool,
    out: Path | None,
    base_url: str | None,
) -> None:
    """Write a file of new links; the old link of each person stops working."""
    desk = Desk.at(path, store)
    base = _campaigns.base_url(base_url)
    with desk.open() as opened:
        chosen = desk.choose(opened, campaign)
        late = _to_remind(opened, chosen, person, everybody=everybody)
        able = tuple(one for one in late if one.reminders_sent < chosen.plan.reminders)
        if len(able) < len(late):
            _output.say(
                _output.t(
                    "campaign.remind.spent",
                    n=len(late) - len(able),
                    most=chosen.plan.reminders,
                )
            )
        if not able:
            _output.say(_output.t("campaign.remind.nobody"))
            return
        stamp = _campaigns.now().strftime("%Y%m%d-%H%M%S")
        target = out or desk.private() / f"reminders-{chosen.id}-{stamp}.csv"
        made = _write(opened, able, base, target, _links.language_of(chosen))
    click.echo(target)
    _output.say(_output.t("campaign.remind.done", n=made))
    _output.say(_output.t("campaign.invite.private"))


def _to_remind(
    store: Store, campaign: Campaign, person: str | None, *, everybody: bool
) -> tuple[Invitation, ...]:
    """Return whose link stands and has not been opened; `everybody` adds those who did open it."""
    if person is not None:
        found = _campaigns.find_invitations(store, campaign, person)
        if not found:
            raise _campaigns.no_such_person(person)
        return tuple(one for one in found if one.revoked_at is None)
    return tuple(
        one
        for one in store.invitations(campaign.id)
        if one.role == "respondent" and one.revoked_at is None and (everybody or one.opened_at is None)
    )


def _write(store: Store, late: tuple[Invitation, ...], base: str, target: Path, language: Language) -> int:
    made = 0
    with _links.LinkFile(target, language) as file:
        for one in late:
            try:
                store.note_reminder(one.id, _campaigns.actor())
            except CxMaturityError as error:
                if error.code != SPENT:
                    raise
                continue
            new, token = store.renew(one.id, _campaigns.actor())
            file.write(_links.cells(new, _campaigns.link(base, token), language))
            made += 1
    return made
