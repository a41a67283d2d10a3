"""`cxmaturity map convert PATH --to xlsx|yaml`: the workbook from the text or the text from the workbook."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from cxmaturity.cli import _maps, _output
from cxmaturity.cli._app import LocalCommand, Needed
from cxmaturity.cli._maps import NAMES
from cxmaturity.core.text import Language
from cxmaturity.journey.values import Atlas


def as_file(atlas: Atlas, kind: str, language: Language, day: dt.date) -> bytes:
    """Return an atlas as the bytes of a YAML file or of the workbook, whose words are in `language`.

    The workbook lists on its sheet Check what the rules find at `day`, with links to the cells.
    """
    if kind == "yaml":
        from cxmaturity.files.journey.yaml_out import atlas_to_yaml

        return atlas_to_yaml(atlas).encode()
    from cxmaturity import i18n
    from cxmaturity.files import load_catalog
    from cxmaturity.files.journey.book_out import atlas_to_workbook  # openpyxl only when there is a workbook
    from cxmaturity.journey.lint import check_atlas

    findings, _ = check_atlas(atlas, load_catalog(), as_of=day)
    said = [(problem, i18n.describe(problem, language)) for problem in findings]
    return atlas_to_workbook(atlas, language, findings=said)


@click.command("convert", cls=LocalCommand)
@click.argument("path", metavar="PATH", type=click.Path(path_type=Path))
@click.option("--to", "kind", cls=Needed, type=click.Choice(list(NAMES)))
@click.option("--language", type=click.Choice(["en", "fr"]), default=None)
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), default=None)
@click.option("--force", is_flag=True)
def convert_map(*, path: Path, kind: str, language: Language | None, out: Path | None, force: bool) -> int:
    """Write the other form of a document beside it; what would be lost is said, and kept without ``--force``.

    In another folder, the answers that the document names go with it.
    """
    from cxmaturity.files.journey import read_atlas

    source = _source(_maps.document_of(path), kind)
    atlas = read_atlas(source)
    target = out or (source if source.is_dir() else source.parent) / NAMES[kind]
    if target.exists() and _says(target) == atlas:
        _output.say(_output.t("map.convert.same", path=target))
        return 0
    day = _maps.day_of(path, None)
    beside = _maps.answers_for(atlas, source if source.is_dir() else source.parent, target.parent)
    _maps.write_new({target: as_file(atlas, kind, language or atlas.language, day), **beside}, force=force)
    return 0


def _source(path: Path, kind: str) -> Path:
    """Return the file to read: of a folder, the one that is not of the kind asked for."""
    other = path / NAMES["xlsx" if kind == "yaml" else "yaml"]
    return other if path.is_dir() and other.exists() else path


def _says(file: Path) -> Atlas | None:
    from cxmaturity.core.problems import CxMaturityError
    from cxmaturity.files.journey import read_atlas

    try:
        return read_atlas(file)
    except CxMaturityError:
        return None
