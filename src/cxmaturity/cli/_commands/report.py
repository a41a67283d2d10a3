"""`cxmaturity report PATH...`: the client report, one or many clients, HTML and PDF, French and English."""

from __future__ import annotations

from pathlib import Path

import click

from cxmaturity.cli import _output
from cxmaturity.cli._app import LocalCommand

FORMATS = ("html", "pdf", "xlsx", "pptx")


class ListOf(click.ParamType[tuple[str, ...]]):
    """A comma-separated list of known words: ``html,pdf``."""

    def __init__(self, *known: str) -> None:
        self.known = known
        self.name = ",".join(known)

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, ...]:
        """Split, refuse an unknown word (exit 2), keep the order, drop repeats."""
        words = tuple(dict.fromkeys(word.strip() for word in str(value).split(",") if word.strip()))
        for word in words:
            if word not in self.known:
                self.fail(_output.t("unknown_word", word=word, known=", ".join(self.known)), param, ctx)
        return words


@click.command("report", cls=LocalCommand)
@click.argument("paths", metavar="PATH...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--to", "formats", type=ListOf(*FORMATS), default="html,pdf", show_default=True)
@click.option("--language", "languages", type=ListOf("en", "fr"), default=None)
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), default=Path("reports"), show_default=True
)
@click.option("--jobs", type=click.IntRange(1, 64), default=1, show_default=True)
@click.option("--template", type=click.Path(path_type=Path, exists=True, dir_okay=False), default=None)
@click.option("--force", is_flag=True)
def command(
    *,
    paths: tuple[Path, ...],
    formats: tuple[str, ...],
    languages: tuple[str, ...] | None,
    out: Path,
    jobs: int,
    template: Path | None,
    force: bool,
) -> int:
    """Report on each client; a client that fails never stops the others; 1 if any failed."""
    from cxmaturity.cli._reports import report_all

    return report_all(
        paths,
        formats=formats,
        languages=languages,
        out=out,
        jobs=jobs,
        force=force,
        template=None if template is None else template.read_bytes(),
    )
