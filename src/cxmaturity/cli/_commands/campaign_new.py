"""`cxmaturity campaign new PATH`: what must be decided before anybody is asked, and nothing more."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cxmaturity.cli import _campaigns, _output
from cxmaturity.cli._app import LocalCommand, Needed
from cxmaturity.cli._campaigns import Day, Desk
from cxmaturity.cli._people import function_id

if TYPE_CHECKING:
    from cxmaturity.store.values import CampaignPlan


@click.command("new", cls=LocalCommand)
@_campaigns.on_campaign(one=False)
@click.option("--deadline", cls=Needed, type=Day())
@click.option("--retention", cls=Needed, type=Day())
@click.option("--controller", cls=Needed)
@click.option("--contact", cls=Needed)
@click.option("--functions", metavar="ID,ID", default=None)
@click.option("--languages", metavar="fr,en", default=None)
@click.option("--minimum-group", type=click.IntRange(1, 1000), default=None)
@click.option("--mode", type=click.Choice(["diagnostic", "quick"]), default="diagnostic", show_default=True)
@click.option("--open-link", is_flag=True)
@click.option("--most-open", type=click.IntRange(1, 100_000), default=500, show_default=True)
@click.option("--reminders", type=click.IntRange(0, 10), default=2, show_default=True)
@click.option("--legal-basis", default="")
@click.option("--base-url", metavar="URL", default=None)
def new(*, path: Path, store: str | None, base_url: str | None, **told: Any) -> None:
    """Make the campaign, print its id and what comes next."""
    from cxmaturity.files import load_catalog

    desk = Desk.at(path, store)
    plan = plan_for(desk, **told)
    with desk.open(make=True) as opened:
        campaign = opened.create_campaign(
            plan, questionnaire=load_catalog().version, actor=_campaigns.actor()
        )
    click.echo(campaign.id)
    _output.say(
        _output.t(
            "campaign.new.done",
            client=plan.client,
            deadline=_campaigns.day(plan.deadline),
            retention=_campaigns.day(plan.retention),
            minimum=plan.minimum_group,
        )
    )
    if plan.open_link:
        base = _campaigns.base_url(base_url)
        _output.say(_output.t("campaign.open_link", link=_campaigns.open_link(base, campaign)))
    _output.say(_output.t("campaign.new.next", path=path))


def plan_for(
    desk: Desk,
    *,
    functions: str | None,
    languages: str | None,
    minimum_group: int | None,
    **told: Any,
) -> CampaignPlan:
    """Return the plan: what the engagement says, then what was asked for; the store checks it whole."""
    from cxmaturity.files import load_catalog, read_engagement
    from cxmaturity.store.values import CampaignPlan

    engagement, catalog = read_engagement(desk.folder), load_catalog()
    known = tuple(function.id for function in catalog.functions)
    asked = known if functions is None else _words(functions)
    other = "en" if engagement.language == "fr" else "fr"
    plan: dict[str, Any] = {
        "client": engagement.client.name,
        "functions": dict.fromkeys(function_id(said, catalog, known) or said for said in asked),
        "languages": (engagement.language, other) if languages is None else _words(languages),
        "privacy": engagement.settings.privacy,
        "minimum_group": minimum_group or engagement.settings.minimum_group,
        "primary": engagement.theme.primary,
    }
    return CampaignPlan(**plan, **told)


def _words(listed: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word.strip() for word in listed.split(",") if word.strip()))
