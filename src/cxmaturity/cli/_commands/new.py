"""`cxmaturity new DIR`: a starter engagement, commented, that passes `check`."""

from __future__ import annotations

from pathlib import Path

import click

from cxmaturity.cli import _output
from cxmaturity.cli._app import LocalCommand
from cxmaturity.cli._commands.report import ListOf
from cxmaturity.core.text import Language


@click.command("new", cls=LocalCommand)
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--language", type=click.Choice(["en", "fr"]), default=None)
@click.option("--with", "extras", metavar="journey", type=ListOf("journey"), default=None)
def command(folder: Path, language: str | None, extras: tuple[str, ...] | None) -> None:
    """Write the starter folder and print what was written."""
    from cxmaturity.files import write_starter

    chosen: Language = "fr" if (language or _output.language()) == "fr" else "en"
    journey = "journey" in (extras or ())
    for path in write_starter(folder, chosen, journey=journey):
        click.echo(path)
    _output.say(_output.t("new.next", folder=folder))
    if journey:
        _output.say(_output.t("new.journey", folder=folder))
