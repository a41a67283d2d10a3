"""`cxmaturity report PATH...`: the client report, one or many clients, HTML and PDF, French and English."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from cxmaturity.cli import _output
from cxmaturity.cli._app import LocalCommand

FORMATS = ("html", "pdf", "xlsx", "pptx")
MOST_SLICES = 9999


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


class SliceOf(click.ParamType[tuple[int, int]]):
    """One of N equal shares of the clients: ``2/5``."""

    name = "I/N"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[int, int]:
        """Read ``I/N`` with 1 <= I <= N, or refuse it (exit 2)."""
        if isinstance(value, tuple):
            return value
        number, _, of = str(value).partition("/")
        if not (number.isdecimal() and of.isdecimal() and 1 <= int(number) <= int(of) <= MOST_SLICES):
            self.fail(_output.t("report.bad_slice", got=str(value)[:40], most=MOST_SLICES), param, ctx)
        return int(number), int(of)


@click.command("report", cls=LocalCommand)
@click.argument("paths", metavar="PATH...", nargs=-1, type=click.Path(path_type=Path))
@click.option("--clients", type=click.Path(path_type=Path, exists=True, dir_okay=False), default=None)
@click.option("--to", "formats", type=ListOf(*FORMATS), default="html,pdf", show_default=True)
@click.option("--language", "languages", type=ListOf("en", "fr"), default=None)
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), default=Path("reports"), show_default=True
)
@click.option("--jobs", type=click.IntRange(1, 64), default=1, show_default=True)
@click.option("--template", type=click.Path(path_type=Path, exists=True, dir_okay=False), default=None)
@click.option("--force", is_flag=True)
@click.option("--only", metavar="CLIENT", multiple=True)
@click.option("--retry-failed", is_flag=True)
@click.option("--strict", is_flag=True)
@click.option("--dry-run", is_flag=True)
@click.option("--timeout", type=click.FloatRange(1, 86400), default=300.0, show_default=True)
@click.option("--memory", type=click.IntRange(64, 1 << 20), default=2048, show_default=True)
@click.option("--scheduler", metavar="URL", default=None)
@click.option("--slice", "part", type=SliceOf(), metavar="I/N", default=None)
@click.option("--json-summary", is_flag=True)
def command(
    *,
    paths: tuple[Path, ...],
    clients: Path | None,
    languages: tuple[str, ...] | None,
    out: Path,
    jobs: int,
    template: Path | None,
    timeout: float,
    memory: int,
    scheduler: str | None,
    part: tuple[int, int] | None,
    strict: bool,
    dry_run: bool,
    json_summary: bool,
    **chosen: Any,
) -> int:
    """Report on each client; a client that fails never stops the others; 1 if any failed, 130 if stopped."""
    from cxmaturity.cli._reports import DEFAULT_SEED, refused, report_all
    from cxmaturity.core.problems import CxMaturityError
    from cxmaturity.reporting.batch.clients import from_folders, from_table
    from cxmaturity.reporting.batch.doors import Bounds
    from cxmaturity.reporting.batch.plan import Options

    try:
        wanted = from_folders(paths, languages)
        if clients is not None:
            wanted += from_table(clients, languages)
        if not wanted:
            raise click.UsageError(_output.t("report.nobody"))
        slides = None if template is None else template.read_bytes()
        return report_all(
            wanted,
            out=out,
            options=Options(seed=DEFAULT_SEED, slides=slides, **chosen),
            bounds=Bounds(wall_seconds=timeout, memory_mb=memory, cpu_seconds=timeout, jobs=jobs),
            scheduler=scheduler,
            strict=strict,
            dry_run=dry_run,
            as_json=json_summary,
            part=part,
        )
    except CxMaturityError as error:
        if not json_summary:
            raise
        return refused(error)
