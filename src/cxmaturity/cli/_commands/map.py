"""`cxmaturity map ...`: the journey map, checked, drawn, exchanged."""

from __future__ import annotations

import importlib
from typing import Final

import click

from cxmaturity.cli._app import LocalGroup

MODULES: Final = {
    "check": "map_check",
    "draw": "map_draw",
    "convert": "map_files",
    "export": "map_exchange",
    "import": "map_exchange",
}


class Maps(LocalGroup):
    """The commands of a map, in the order of its life."""

    names = tuple(MODULES)

    def load(self, name: str) -> click.Command:
        """Import the module that holds the command `name`."""
        module = importlib.import_module(f"cxmaturity.cli._commands.{MODULES[name]}")
        found = getattr(module, f"{name}_map")
        found.speak("map.")
        command: click.Command = found
        return command


command = Maps(name="map", no_args_is_help=True)
