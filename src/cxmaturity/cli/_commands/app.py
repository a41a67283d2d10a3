"""`cxmaturity app [PATH]`: the screens, on this machine; the server is a child process of its own."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cxmaturity.cli import _campaigns, _output, _server
from cxmaturity.cli._app import LocalCommand
from cxmaturity.cli._campaigns import Desk
from cxmaturity.core.problems import FileError

if TYPE_CHECKING:
    from cxmaturity.store import Store
    from cxmaturity.store.values import Campaign

OPEN_DAYS = 30
KEPT_DAYS = 90


@click.command("app", cls=LocalCommand)
@click.argument("path", metavar="[PATH]", required=False, type=click.Path(path_type=Path))
@click.option("--port", type=click.IntRange(1, 65535), default=None)
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--store", metavar="URL", default=None)
@click.option("--base-url", metavar="URL", default=None)
@click.option("--trusted-proxy", metavar="IP", multiple=True)
@click.option("--open/--no-open", "show", default=True)
def command(
    *,
    path: Path | None,
    port: int | None,
    host: str,
    store: str | None,
    base_url: str | None,
    trusted_proxy: tuple[str, ...],
    show: bool,
) -> int:
    """Check, prepare, start, tell the addresses, wait; 0 when stopped by Ctrl-C."""
    folder = _folder(path, store)
    if folder is not None and not _passes_check(folder):
        return 1
    given = (base_url or os.environ.get(_campaigns.BASE_URL_VARIABLE, "")).strip().rstrip("/")
    desk = Desk.at(folder or Path(), store)
    bound = _server.free_port(host, port)
    with desk.open(make=True) as opened:
        names = _prepare(desk, opened, folder, local=not given)
    words = [
        *("--host", host, "--port", str(bound)),
        *(("--engagement", str(folder)) if folder else ()),
        *(("--base-url", given) if given else ()),
        *(word for proxy in trusted_proxy for word in ("--trusted-proxy", proxy)),
    ]
    _output.say(_output.t("app.starting"))
    return _server.run(words, str(desk.address), lambda told: _tell(told, names, path, show=show))


def _folder(path: Path | None, store: str | None) -> Path | None:
    """Return the engagement: the one named, else the current folder if it is one, else none with a store."""
    if path is not None:
        if not path.exists():
            Desk.at(path, store)  # says that there is no such folder
        return path.parent if path.is_file() else path
    if Path("engagement.yaml").is_file():
        return Path()
    if store or os.environ.get(_campaigns.STORE_VARIABLE, "").strip():
        return None
    raise FileError.of(
        "cli.app_no_engagement",
        "this folder is not an engagement, and no store is named.",
        hint="'cxmaturity app PATH' starts on an engagement; 'cxmaturity new PATH' writes a first one.",
    )


def _passes_check(folder: Path) -> bool:
    from cxmaturity.files import check_path

    problems = check_path(folder)
    _output.show_problems(problems, to_stderr=True)
    return all(problem.severity != "error" for problem in problems)


def _prepare(desk: Desk, store: Store, folder: Path | None, *, local: bool) -> dict[str, str]:
    """Make a campaign to try with, on a laptop whose client has none; return the client of each campaign."""
    known = store.campaigns() if folder is None else desk.campaigns(store)
    if folder is not None and not known and local:
        known = (_local_campaign(folder, store),)
        _output.say(_output.t("app.made", n=OPEN_DAYS))
    return {one.id: one.plan.client for one in known}


def _local_campaign(folder: Path, store: Store) -> Campaign:
    """Make a campaign to try with: an open link on this machine, short dates, the client answers for the data."""
    from cxmaturity.files import load_catalog, read_engagement
    from cxmaturity.store.values import CampaignPlan

    engagement, catalog, today = read_engagement(folder), load_catalog(), _campaigns.now().date()
    settings = engagement.settings
    plan: dict[str, Any] = {
        "client": engagement.client.name,
        "controller": engagement.client.name,
        "contact": engagement.client.name,  # read in both languages
        "deadline": today + dt.timedelta(days=OPEN_DAYS),
        "retention": today + dt.timedelta(days=KEPT_DAYS),
        "languages": (engagement.language, "en" if engagement.language == "fr" else "fr"),
        "functions": [function.id for function in catalog.functions],
        "privacy": settings.privacy,
        "minimum_group": settings.minimum_group,
        "mode": settings.mode,
        "open_link": True,
        "primary": engagement.theme.primary,
    }
    return store.create_campaign(
        CampaignPlan(**plan), questionnaire=catalog.version, actor=_campaigns.actor()
    )


def _tell(told: Mapping[str, Any], names: Mapping[str, str], path: Path | None, *, show: bool) -> None:
    """Print the addresses: what is on standard output is the ways in, and nothing else.

    Behind a proxy the server tells no link of the consultant's, because what it prints ends up in logs.
    """
    way_in = told.get("consultant")
    if way_in:
        click.echo(_output.t("app.consultant", link=way_in))
    for campaign, link in dict(told.get("campaigns") or {}).items():
        if campaign in names:
            click.echo(_output.t("app.open_link", client=names[campaign], link=link))
    if not way_in:
        _output.say(_output.t("app.no_link", address=told.get("address", ""), path=path or "PATH"))
    _output.say(_output.t("app.stop"))
    if show and way_in:
        import webbrowser

        webbrowser.open(str(way_in))
