"""`cxmaturity map export|import`: a map in the formats of other tools, and theirs in ours."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import attrs
import click

from cxmaturity.cli import _maps, _output
from cxmaturity.cli._app import LocalCommand, Needed
from cxmaturity.cli._campaigns import Day
from cxmaturity.cli._commands.map_files import as_file
from cxmaturity.cli._commands.report import ListOf
from cxmaturity.cli._maps import NAMES
from cxmaturity.core.problems import InputError, Problem
from cxmaturity.core.text import Language
from cxmaturity.journey.values import Atlas

FORMATS = ("cjml", "mermaid", "xes", "csv", "json", "yaml", "xlsx")
ORIGINS = ("cjml", "sticky", "csv", "json")
LIMIT = 10_000_000
_WHOLE = frozenset({"yaml", "xlsx", "json"})
"""Formats that say everything, the name of the file of answers too: that file goes with them."""


@click.command("export", cls=LocalCommand)
@click.argument("path", metavar="PATH", type=click.Path(path_type=Path))
@click.option("--to", "formats", type=ListOf(*FORMATS), default="yaml", show_default=True)
@click.option("--language", type=click.Choice(["en", "fr"]), default=None)
@click.option("--journey", "journeys", metavar="ID", multiple=True)
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), default=Path("maps"), show_default=True
)
@click.option("--as-of", "as_of", type=Day(), default=None)
@click.option("--force", is_flag=True)
def export_map(
    *,
    path: Path,
    formats: tuple[str, ...],
    language: Language | None,
    journeys: tuple[str, ...],
    out: Path,
    as_of: dt.date | None,
    force: bool,
) -> int:
    """Write each format in `out`; a file that says something else is kept without ``--force``."""
    from cxmaturity.core.problems import UnknownIdError

    day = _maps.day_of(path, as_of)
    atlas = _maps.sound(path, as_of=day).atlas
    known = [journey.id for journey in atlas.journeys]
    for name in journeys:
        if name not in known:
            raise UnknownIdError.from_name("journey", name, known)
    files = {
        out / name: data
        for kind in formats
        for name, data in _written(atlas, kind, language or atlas.language, journeys or tuple(known), day)
    }
    if set(formats) & _WHOLE:
        folder = _maps.document_of(path)
        files |= _maps.answers_for(atlas, folder if folder.is_dir() else folder.parent, out)
    _maps.write_new(files, force=force)
    if "cjml" in formats:
        from cxmaturity.files.exchange import left_out

        lost = left_out(atlas, language=language)
        if lost:
            _output.say(_output.t("map.export.left_out", names=", ".join(lost)))
    return 0


def _written(
    atlas: Atlas, kind: str, language: Language, journeys: tuple[str, ...], day: dt.date
) -> Iterator[tuple[str, bytes]]:
    """Yield (file name, bytes) of one format; Mermaid draws one journey in a file, the others hold them all."""
    from cxmaturity.files import exchange

    if kind in NAMES:
        yield NAMES[kind], as_file(atlas, kind, language, day)
    elif kind == "mermaid":
        for journey in journeys:
            yield f"{journey}.mmd", exchange.to_mermaid(atlas, journey, language, as_of=day).encode()
    elif kind == "cjml":
        yield "journeys.cjml.xml", exchange.to_cjml(atlas, language=language)
    elif kind == "xes":
        yield "journeys.xes", exchange.to_xes(atlas)
    elif kind == "csv":
        yield "journeys.csv", exchange.to_csv(atlas, language)
    else:
        yield "journeys.json", exchange.to_json(atlas)


class Pair(click.ParamType[tuple[str, str]]):
    """What a colour of sticky notes means: ``yellow=pain``."""

    name = "pair"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, str]:
        """Split at the first sign of equality, or refuse (exit 2)."""
        if isinstance(value, tuple):
            return value
        colour, sign, meaning = str(value).partition("=")
        if not (sign and colour.strip() and meaning.strip()):
            self.fail(_output.t("map.import.bad_colour", got=str(value)[:40]), param, ctx)
        return colour.strip(), meaning.strip()


@attrs.frozen(kw_only=True)
class _Told:
    """What the person said of a file that does not say it itself."""

    file: str
    client: str
    language: Language | None
    colours: dict[str, str]


def _read(origin: str, content: bytes, told: _Told, warnings: list[Problem]) -> Atlas:
    from cxmaturity.files import exchange

    if origin == "cjml":
        return exchange.from_cjml(
            content, file=told.file, client=told.client, language=told.language, warnings=warnings
        )
    if origin == "json":
        return exchange.from_json(content, file=told.file, warnings=warnings)
    return exchange.from_sticky_notes(
        content,
        file=told.file,
        client=told.client or "?",
        language=told.language or _output.language(),
        colours=told.colours,
        warnings=warnings,
    )


@click.command("import", cls=LocalCommand)
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--from", "origin", cls=Needed, type=click.Choice(list(ORIGINS)))
@click.option(
    "--into", "folder", type=click.Path(path_type=Path, file_okay=False), default=Path(), show_default=True
)
@click.option("--to", "formats", type=ListOf(*NAMES), default="yaml", show_default=True)
@click.option("--client", default="")
@click.option("--language", type=click.Choice(["en", "fr"]), default=None)
@click.option("--colour", "colours", metavar="COLOUR=MEANING", type=Pair(), multiple=True)
@click.option("--force", is_flag=True)
def import_map(
    *,
    file: Path,
    origin: str,
    folder: Path,
    formats: tuple[str, ...],
    client: str,
    language: Language | None,
    colours: tuple[tuple[str, str], ...],
    force: bool,
) -> int:
    """Read a file of another tool, say what was assumed, write our document in `folder`."""
    warnings: list[Problem] = []
    told = _Told(file=str(file), client=client, language=language, colours=dict(colours))
    atlas = _read(origin, _content(file), told, warnings)
    _maps.tell(warnings)
    day = _maps.day_of(folder, None)
    files = {folder / NAMES[kind]: as_file(atlas, kind, atlas.language, day) for kind in formats}
    files |= _maps.answers_for(atlas, file.parent, folder)
    _maps.write_new(files, force=force)
    _output.say(_output.t("map.import.next", folder=folder))
    return 0


def _content(file: Path) -> bytes:
    from cxmaturity.files.findings import Findings
    from cxmaturity.files.folder import read_bytes

    found = Findings(str(file))
    content = read_bytes(file, found, limit=LIMIT)
    if content is None:
        raise InputError(found.problems)
    return content
