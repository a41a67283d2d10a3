"""`cxmaturity campaign audit PATH`: who did what, and whether anybody touched the trail since."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cxmaturity.cli import _campaigns, _output
from cxmaturity.cli._app import LocalCommand
from cxmaturity.cli._campaigns import Desk

if TYPE_CHECKING:
    from cxmaturity.store.values import AuditEntry


@click.command("audit", cls=LocalCommand)
@_campaigns.on_campaign()
@click.option("--json", "as_json", is_flag=True)
def audit(*, path: Path, store: str | None, campaign: str | None, as_json: bool) -> int:
    """Print the trail, the whole store's or one campaign's; 1 when its seals do not follow from one another."""
    desk = Desk.at(path, store)
    with desk.open() as opened:
        entries = tuple(opened.audit_entries(campaign)) if campaign else tuple(opened.audit_entries())
        broken = tuple(opened.verify_audit())
    _output.show_problems(broken, to_stderr=True)
    whole = not broken
    if as_json:
        from cxmaturity.cli._diagnosis import dump

        dump(
            {
                "schema": "cxmaturity.audit/1",
                "whole": whole,
                "entries": [_as_json(entry) for entry in entries],
            }
        )
    else:
        _print(entries)
    _output.say(_output.t("campaign.audit.whole" if whole else "campaign.audit.broken", n=len(entries)))
    return 0 if whole else 1


def _as_json(entry: AuditEntry) -> dict[str, object]:
    return {
        "number": entry.number,
        "at": entry.at.isoformat(),
        "actor": entry.actor,
        "action": entry.action,
        "subject": entry.subject,
        "details": dict(entry.details),
        "digest": entry.digest,
    }


def _print(entries: tuple[AuditEntry, ...]) -> None:
    t = _output.t
    columns = [
        (t(f"campaign.column.{name}"), "left") for name in ("at", "actor", "action", "subject", "details")
    ]
    rows = [
        (
            _campaigns.moment(entry.at),
            entry.actor,
            entry.action,
            entry.subject,
            ", ".join(f"{name}={value}" for name, value in entry.details.items()),
        )
        for entry in entries
    ]
    _output.table(t("campaign.audit.title"), columns, rows)
