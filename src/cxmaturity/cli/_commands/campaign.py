"""`cxmaturity campaign ...`: a campaign for a client, from the first invitation to the last erasure."""

from __future__ import annotations

import importlib
from typing import Final

import click

from cxmaturity.cli._app import LocalGroup

MODULES: Final = {
    "new": "campaign_new",
    "invite": "campaign_invite",
    "status": "campaign_status",
    "remind": "campaign_remind",
    "revoke": "campaign_state",
    "close": "campaign_state",
    "reopen": "campaign_state",
    "export": "campaign_data",
    "erase": "campaign_data",
    "purge": "campaign_data",
    "backup": "campaign_data",
    "audit": "campaign_audit",
    "register": "campaign_register",
}


class Campaigns(LocalGroup):
    """The commands of a campaign, in the order of its life."""

    names = tuple(MODULES)

    def load(self, name: str) -> click.Command:
        """Import the module that holds the command `name`."""
        module = importlib.import_module(f"cxmaturity.cli._commands.{MODULES[name]}")
        found = getattr(module, name)
        found.speak("campaign.")
        command: click.Command = found
        return command


command = Campaigns(name="campaign", no_args_is_help=True)
