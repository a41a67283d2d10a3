"""`cxmaturity demo`: the main job on the bundled example clients, in French and in English."""

from __future__ import annotations

from pathlib import Path

import click

from cxmaturity.cli import _output
from cxmaturity.cli._app import LocalCommand


@click.command("demo", cls=LocalCommand)
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), default=Path("reports"), show_default=True
)
@click.option("--jobs", type=click.IntRange(1, 64), default=1, show_default=True)
def command(out: Path, jobs: int) -> int:
    """Report on every bundled example, print the paths and how long each took."""
    from cxmaturity.cli._reports import DEFAULT_SEED, report_all
    from cxmaturity.reporting.batch.clients import from_folders
    from cxmaturity.reporting.batch.doors import Bounds
    from cxmaturity.reporting.batch.plan import Options
    from cxmaturity.resources import resource

    folders = sorted(path.parent for path in resource("examples").glob("*/engagement.yaml"))
    _output.say(_output.t("demo.start", n=len(folders)))
    return report_all(
        from_folders(folders, ("en", "fr")),
        out=out,
        options=Options(seed=DEFAULT_SEED, formats=("html", "pdf", "xlsx", "pptx"), force=True),
        bounds=Bounds(jobs=jobs),
    )
