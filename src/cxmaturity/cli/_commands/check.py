"""`cxmaturity check PATH...`: every problem at once, `file:line: path: message`."""

from __future__ import annotations

from pathlib import Path

import click

from cxmaturity.cli import _maps, _output
from cxmaturity.cli._app import LocalCommand
from cxmaturity.core.problems import Problem


@click.command("check", cls=LocalCommand)
@click.argument("paths", metavar="PATH...", nargs=-1, required=True, type=click.Path(path_type=Path))
def command(paths: tuple[Path, ...]) -> int:
    """Check each engagement; 1 if any has an error."""
    failed = False
    for path in paths:
        problems = _problems(path)
        errors = [problem for problem in problems if problem.severity == "error"]
        _output.show_problems(problems)
        warnings = sum(problem.severity == "warning" for problem in problems)
        others = len(problems) - len(errors) - warnings
        advice = _output.t("check.advice", advice=others) if others else ""
        _output.say(_output.t("check.summary", n=len(errors), warnings=warnings, advice=advice, path=path))
        failed = failed or bool(errors)
    return 1 if failed else 0


def _problems(path: Path) -> tuple[Problem, ...]:
    """Return what is wrong with an engagement, or with the map that stands there alone."""
    if _maps.is_map(path):
        return _maps.look(path, as_of=_maps.day_of(path, None)).problems
    from cxmaturity.files import check_path

    return check_path(path)
