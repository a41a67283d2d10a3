"""`cxmaturity campaign revoke|close|reopen PATH`: who may still come in."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from cxmaturity.cli import _campaigns, _output
from cxmaturity.cli._app import LocalCommand, Needed
from cxmaturity.cli._campaigns import Day, Desk


@click.command("revoke", cls=LocalCommand)
@_campaigns.on_campaign()
@click.option("--person", cls=Needed)
@click.option("--yes", is_flag=True)
def revoke(*, path: Path, store: str | None, campaign: str | None, person: str, yes: bool) -> int:
    """Take back the links of one person; answers already given stay."""
    desk = Desk.at(path, store)
    with desk.open() as opened:
        chosen = desk.choose(opened, campaign)
        found = [one for one in _campaigns.find_invitations(opened, chosen, person) if one.revoked_at is None]
        if not found:
            raise _campaigns.no_such_person(person)
        if not _output.confirm(_output.t("campaign.revoke.sure", person=person), yes=yes):
            return 1
        for one in found:
            opened.revoke(one.id, _campaigns.actor())
    _output.say(_output.t("campaign.revoke.done", n=len(found)))
    return 0


@click.command("close", cls=LocalCommand)
@_campaigns.on_campaign()
def close(*, path: Path, store: str | None, campaign: str | None) -> None:
    """Take no more answers; what was given stays, and the campaign can be opened again."""
    desk = Desk.at(path, store)
    with desk.open() as opened:
        chosen = desk.choose(opened, campaign)
        opened.close_campaign(chosen.id, _campaigns.actor())
    _output.say(_output.t("campaign.close.done", campaign=chosen.id, path=path))


@click.command("reopen", cls=LocalCommand)
@_campaigns.on_campaign()
@click.option("--deadline", cls=Needed, type=Day())
def reopen(*, path: Path, store: str | None, campaign: str | None, deadline: dt.date) -> None:
    """Take answers again until a new deadline."""
    desk = Desk.at(path, store)
    with desk.open() as opened:
        chosen = desk.choose(opened, campaign)
        opened.reopen(chosen.id, deadline, _campaigns.actor())
    _output.say(_output.t("campaign.reopen.done", campaign=chosen.id, deadline=_campaigns.day(deadline)))
