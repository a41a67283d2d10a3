"""`cxmaturity campaign invite PATH`: one link per person, told once, in a file that a mail merge can use."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cxmaturity.cli import _campaigns, _links, _output
from cxmaturity.cli._app import LocalCommand
from cxmaturity.cli._campaigns import Day, Desk
from cxmaturity.cli._people import People, Person, Role, function_id, read_people, unknown_function
from cxmaturity.core.problems import InputError

if TYPE_CHECKING:
    from cxmaturity.store import Store
    from cxmaturity.store.values import Campaign


@click.command("invite", cls=LocalCommand)
@_campaigns.on_campaign()
@click.option("--people", type=click.Path(path_type=Path), default=None)
@click.option("--label", default=None)
@click.option("--function", default=None)
@click.option(
    "--role",
    type=click.Choice(["respondent", "sponsor", "consultant"]),
    default="respondent",
    show_default=True,
)
@click.option("--expires", type=Day(), default=None)
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), default=None)
@click.option("--base-url", metavar="URL", default=None)
@click.pass_context
def invite(
    ctx: click.Context,
    *,
    path: Path,
    store: str | None,
    campaign: str | None,
    people: Path | None,
    label: str | None,
    function: str | None,
    role: Role,
    expires: dt.date | None,
    out: Path | None,
    base_url: str | None,
) -> None:
    """Make the links and write them; people who already have a link are left as they are."""
    if (people is None) == (label is None):
        raise click.UsageError(_output.t("campaign.invite.one_of"), ctx)
    desk = Desk.at(path, store)
    base = _campaigns.base_url(base_url)
    with desk.open() as opened:
        chosen = desk.choose(opened, campaign)
        wanted = _wanted(chosen, people, label, function, role)
        fresh = _without_invited(opened, chosen, wanted)
        if not fresh.people:
            _output.say(_output.t("campaign.invite.nobody"))
            return
        target = out or (None if label is not None else _file_name(desk, chosen))
        made = _make(opened, chosen, fresh, base=base, target=target, expires=_end_of(expires))
    if target is not None:
        click.echo(target)
        _output.say(_output.t("campaign.invite.done", n=made))
        _output.say(_output.t("campaign.invite.private"))


def _wanted(
    campaign: Campaign, people: Path | None, label: str | None, function: str | None, role: Role
) -> People:
    from cxmaturity.files import load_catalog

    catalog = load_catalog()
    if people is not None:
        return read_people(people, catalog, campaign.plan.functions)
    chosen = None if function is None else function_id(function, catalog, campaign.plan.functions)
    if function is not None and chosen is None:
        raise InputError([unknown_function(function, campaign.plan.functions)])
    return People(people=(Person(label=(label or "").strip(), function=chosen, role=role),))


def _without_invited(store: Store, campaign: Campaign, wanted: People) -> People:
    """Leave out those whose link stands: a file may be given again after a name was added to it."""
    import attrs

    invited = {
        (one.label.casefold(), one.role)
        for one in store.invitations(campaign.id)
        if one.revoked_at is None and one.label
    }
    fresh = tuple(one for one in wanted.people if (one.label.casefold(), one.role) not in invited)
    if len(fresh) < len(wanted.people):
        _output.say(_output.t("campaign.invite.skipped", n=len(wanted.people) - len(fresh)))
    return attrs.evolve(wanted, people=fresh)


def _file_name(desk: Desk, campaign: Campaign) -> Path:
    stamp = _campaigns.now().strftime("%Y%m%d-%H%M%S")
    return desk.private() / f"links-{campaign.id}-{stamp}.csv"


def _end_of(expires: dt.date | None) -> dt.datetime | None:
    """Return the end of that day: a link that "expires on Friday" works on Friday."""
    if expires is None:
        return None
    return dt.datetime.combine(expires + dt.timedelta(days=1), dt.time(), tzinfo=dt.UTC)


def _make(
    store: Store, campaign: Campaign, wanted: People, *, base: str, target: Path | None, expires: Any
) -> int:
    """Make every link; without a file, print it."""
    language = _links.language_of(campaign)

    def one(person: Person) -> tuple[str, ...]:
        made, token = store.invite(
            campaign.id,
            person.role,
            actor=_campaigns.actor(),
            label=person.label,
            function=person.function,
            expires_at=expires,
        )
        return _links.cells(made, _campaigns.link(base, token), language)

    if target is None:
        click.echo(one(wanted.people[0])[3])
        return 1
    with _links.LinkFile(target, language, wanted.titles) as file:
        for person in wanted.people:
            file.write((*one(person), *person.more))
    return len(wanted.people)
