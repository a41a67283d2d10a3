"""`cxmaturity map draw PATH`: posters, a page that works from a file, slides of native shapes."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import click

from cxmaturity.cli import _maps, _output
from cxmaturity.cli._app import LocalCommand
from cxmaturity.cli._campaigns import Day
from cxmaturity.cli._commands.report import ListOf
from cxmaturity.core.text import Language

FORMATS = ("svg", "pdf", "png", "html", "pptx")
SIZES = ("a3", "a1", "wide")


@click.command("draw", cls=LocalCommand)
@click.argument("path", metavar="PATH", type=click.Path(path_type=Path))
@click.option("--to", "formats", type=ListOf(*FORMATS), default="svg,html", show_default=True)
@click.option("--size", "sizes", type=ListOf(*SIZES), default="a3", show_default=True)
@click.option("--language", "languages", type=ListOf("en", "fr"), default=None)
@click.option("--journey", "journeys", metavar="ID", multiple=True)
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), default=Path("maps"), show_default=True
)
@click.option("--template", type=click.Path(path_type=Path, exists=True, dir_okay=False), default=None)
@click.option("--as-of", "as_of", type=Day(), default=None)
def draw_map(
    *,
    path: Path,
    languages: tuple[Language, ...] | None,
    template: Path | None,
    as_of: dt.date | None,
    **chosen: Any,
) -> int:
    """Check, analyse, draw, print the paths; a map with an error is not drawn."""
    from cxmaturity.engagement.values import DEFAULT_SEED
    from cxmaturity.files import load_catalog

    day = _maps.day_of(path, as_of)
    seen = _maps.sound(path, as_of=day)
    if not seen.atlas.journeys:
        _output.say(_output.t("map.draw.none", path=path))
        return 1
    from cxmaturity.journey.analyse import analyse
    from cxmaturity.reporting.journey import make_maps

    catalog = load_catalog()
    theme, logo, least = _look(path)
    written = make_maps(
        analyse(seen.atlas, catalog, as_of=day, seed=DEFAULT_SEED),
        catalog=catalog,
        as_of=day,
        languages=languages or (),
        template=None if template is None else template.read_bytes(),
        theme=theme,
        logo=logo,
        least_group=least,
        **chosen,
    )
    for file in written:
        click.echo(file)
    counted = _maps.tally(seen.problems)
    if counted["warnings"] or counted["advice"]:
        _output.say(_output.t("map.draw.findings", path=path, **counted))
    return 0


def _look(path: Path) -> tuple[Any, Any, int]:
    """Return the colours, the logo and the smallest group of the engagement around a map; the house's own without one."""
    from cxmaturity.journey.results import LEAST_GROUP

    folder = _maps.document_of(path)
    folder = folder if folder.is_dir() else folder.parent
    if not (folder / _maps.ENGAGEMENT).is_file():
        return None, None, LEAST_GROUP
    from cxmaturity.assessment.privacy import threshold
    from cxmaturity.core.problems import InputError
    from cxmaturity.files import read_engagement
    from cxmaturity.reporting.journey.look import look_of

    try:
        found = read_engagement(folder)
        return *look_of(found), threshold(found.settings)
    except InputError:
        _output.say(_output.t("map.draw.plain", folder=folder))
        return None, None, LEAST_GROUP
