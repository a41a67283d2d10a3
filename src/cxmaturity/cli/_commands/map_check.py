"""`cxmaturity map check PATH...`: every problem of a map at once, by sheet and cell or by file and line."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from cxmaturity.cli import _maps, _output
from cxmaturity.cli._app import LocalCommand
from cxmaturity.cli._campaigns import Day


@click.command("check", cls=LocalCommand)
@click.argument("paths", metavar="PATH...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--language", type=click.Choice(["en", "fr"]), default=None)
@click.option("--as-of", "as_of", type=Day(), default=None)
def check_map(paths: tuple[Path, ...], language: str | None, as_of: dt.date | None) -> int:
    """Check each document; 1 if any has an error."""
    if language is not None:
        _output.speak("fr" if language == "fr" else "en")
    failed = False
    for path in paths:
        seen = _maps.look(path, as_of=_maps.day_of(path, as_of))
        _output.show_problems(seen.problems)
        _output.say(
            _output.t("map.check.summary", path=seen.file, waived=seen.waived, **_maps.tally(seen.problems))
        )
        failed = failed or bool(seen.errors)
    return 1 if failed else 0
