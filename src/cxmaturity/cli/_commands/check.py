"""`cxmaturity check PATH...`: every problem at once, `file:line: path: message`."""

from __future__ import annotations

from pathlib import Path

import click

from cxmaturity.cli import _maps, _output
from cxmaturity.cli._app import LocalCommand
from cxmaturity.core.problems import Place, Problem


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

    problems = check_path(path)
    if any(problem.severity == "error" for problem in problems):
        return problems
    return (*problems, *_colour(path))


def _colour(path: Path) -> tuple[Problem, ...]:
    """Say that the client's colour was darkened where it has to be read: in the report it will not be quite theirs."""
    from cxmaturity.files.engagement_yaml import FILE_NAME, read_content

    file = path / FILE_NAME if path.is_dir() else path
    content = file.read_bytes()
    if b"primary" not in content:  # most have none: the file is not read again
        return ()
    engagement, _ = read_content(path, content)
    primary = engagement.theme.primary if engagement is not None else None
    if primary is None:
        return ()
    from cxmaturity.reporting.client_colour import darkened

    lines = content.decode("utf-8", "replace").splitlines()
    at = next((number for number, text in enumerate(lines, 1) if primary.casefold() in text.casefold()), None)
    return darkened(primary, Place(file=str(file), line=at))
