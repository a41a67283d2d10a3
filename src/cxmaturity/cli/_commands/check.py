"""`cxmaturity check PATH...`: every problem at once, `file:line: path: message`."""

from __future__ import annotations

from pathlib import Path

import click

from cxmaturity.cli import _output
from cxmaturity.cli._app import LocalCommand


@click.command("check", cls=LocalCommand)
@click.argument("paths", metavar="PATH...", nargs=-1, required=True, type=click.Path(path_type=Path))
def command(paths: tuple[Path, ...]) -> int:
    """Check each engagement; 1 if any has an error."""
    from cxmaturity.files import check_path

    failed = False
    for path in paths:
        problems = check_path(path)
        errors = [problem for problem in problems if problem.severity == "error"]
        _output.show_problems(problems)
        warnings = len(problems) - len(errors)
        _output.say(_output.t("check.summary", n=len(errors), warnings=warnings, path=path))
        failed = failed or bool(errors)
    return 1 if failed else 0
