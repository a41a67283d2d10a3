"""`cxmaturity campaign export|erase|purge|backup PATH`: where the answers go, and how they end."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cxmaturity.cli import _campaigns, _output
from cxmaturity.cli._app import LocalCommand, Needed
from cxmaturity.cli._campaigns import Desk
from cxmaturity.core.problems import UnknownIdError

if TYPE_CHECKING:
    from cxmaturity.store import Store
    from cxmaturity.store.values import Campaign


@click.command("export", cls=LocalCommand)
@_campaigns.on_campaign()
@click.option("--person", default=None)
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), default=None)
@click.option("--yes", is_flag=True)
def export(
    *, path: Path, store: str | None, campaign: str | None, person: str | None, out: Path | None, yes: bool
) -> int:
    """Write the answers into the engagement, or everything known of one person as JSON."""
    desk = Desk.at(path, store)
    with desk.open() as opened:
        chosen = desk.choose(opened, campaign)
        if person is not None:
            _one_person(opened, chosen, person, out)
            return 0
        client = desk.client()
        other = chosen.plan.client != client
        question = _output.t("campaign.export.other_client", theirs=chosen.plan.client, ours=client)
        if other and not _output.confirm(question, yes=yes):
            return 1
        from cxmaturity.store.export import export_campaign

        written = export_campaign(opened, chosen.id, desk.folder, _campaigns.actor())
    for file in _paths(written):
        click.echo(file)
    _output.say(_output.t("campaign.export.done", path=path))
    return 0


def _paths(written: Any) -> tuple[Path, ...]:
    if written is None:
        return ()
    return (written,) if isinstance(written, Path) else tuple(written)


def _one_person(store: Store, campaign: Campaign, person: str, out: Path | None) -> None:
    with _known(person):
        known = [
            store.export_person(one, _campaigns.actor()) for one in _respondents(store, campaign, person)
        ]
    text = json.dumps(known[0] if len(known) == 1 else known, ensure_ascii=False, indent=2, default=str)
    if out is None:
        click.echo(text)
        return
    handle = _campaigns.create_private(out)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(f"{text}\n")
    except OSError as error:
        raise _campaigns.cannot_write(out, error) from error
    click.echo(out)


def _respondents(store: Store, campaign: Campaign, person: str) -> tuple[str, ...]:
    """Return the ids behind which one person's answers stand: of their links, else the code that they gave."""
    found = _campaigns.find_invitations(store, campaign, person)
    if found and not any(one.respondent for one in found):
        raise _campaigns.no_such_person(person)
    return tuple(dict.fromkeys(one.respondent for one in found if one.respondent)) or (person,)


@contextmanager
def _known(person: str) -> Iterator[None]:
    """Say "nobody is called so" for a code that nobody has."""
    try:
        yield
    except UnknownIdError as error:
        raise _campaigns.no_such_person(person) from error


@click.command("erase", cls=LocalCommand)
@_campaigns.on_campaign()
@click.option("--person", cls=Needed)
@click.option("--yes", is_flag=True)
def erase(*, path: Path, store: str | None, campaign: str | None, person: str, yes: bool) -> int:
    """Erase everything about one person."""
    desk = Desk.at(path, store)
    with desk.open() as opened:
        chosen = desk.choose(opened, campaign)
        known = _respondents(opened, chosen, person)
        if not _output.confirm(_output.t("campaign.erase.sure", person=person), yes=yes):
            return 1
        with _known(person):
            for respondent in known:
                opened.erase_person(respondent, _campaigns.actor())
    _output.say(_output.t("campaign.erase.done"))
    return 0


@click.command("purge", cls=LocalCommand)
@_campaigns.on_campaign()
@click.option("--due", is_flag=True)
@click.option("--yes", is_flag=True)
def purge(*, path: Path, store: str | None, campaign: str | None, due: bool, yes: bool) -> int:
    """Erase every personal datum of a campaign, or of those whose retention date has passed."""
    if due and campaign:
        raise click.UsageError(_output.t("campaign.purge.due_alone"))
    desk = Desk.at(path, store)
    with desk.open() as opened:
        if due:
            gone = len(opened.purge_due())
            _output.say(_output.t("campaign.purge.due", n=gone))
            return 0
        chosen = desk.choose(opened, campaign)
        asked = _output.t(
            "campaign.purge.sure",
            campaign=chosen.id,
            client=chosen.plan.client,
            retention=_campaigns.day(chosen.plan.retention),
        )
        if not _output.confirm(asked, yes=yes):
            return 1
        opened.purge(chosen.id, _campaigns.actor())
    _output.say(_output.t("campaign.purge.done", campaign=chosen.id))
    return 0


@click.command("backup", cls=LocalCommand)
@_campaigns.on_campaign(one=False)
@click.option("--out", cls=Needed, type=click.Path(path_type=Path, dir_okay=False))
def backup(*, path: Path, store: str | None, out: Path) -> None:
    """Copy the whole store while it is in use."""
    desk = Desk.at(path, store)
    with desk.open() as opened:
        opened.backup(out, _campaigns.actor())
    click.echo(out)
    _output.say(_output.t("campaign.backup.done"))
