"""Reports for one or many engagements: each apart from the others, paths on standard output, the rest on standard error."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cxmaturity import i18n
from cxmaturity.cli import _output
from cxmaturity.core.problems import CxMaturityError

if TYPE_CHECKING:
    from cxmaturity.reporting.runs import Outcome


def report_all(paths: Sequence[Path], *, jobs: int, **options: Any) -> int:
    """Report on every engagement, at most `jobs` at a time; return 1 if any failed, else 0.

    `options` are handed to `cxmaturity.reporting.runs.make_report`.
    """
    done = failed = 0
    for path, result in _results(paths, jobs, options):
        if isinstance(result, CxMaturityError):
            failed += 1
            _output.show_problems(result.problems, to_stderr=True)
            _output.say(_output.t("report.failed", client=path))
            continue
        for outcome in result:
            good = outcome.status == "done"
            done, failed = done + good, failed + (not good)
            _show(outcome)
    _output.say(_output.t("report.summary", done=done, n=failed))
    return 1 if failed else 0


def _results(
    paths: Sequence[Path], jobs: int, options: dict[str, Any]
) -> Iterator[tuple[Path, tuple[Outcome, ...] | CxMaturityError]]:
    from cxmaturity.reporting.runs import make_report  # heavy

    def one(path: Path) -> tuple[Outcome, ...] | CxMaturityError:
        try:
            return make_report(path, **options)
        except CxMaturityError as error:
            return error

    with ThreadPoolExecutor(max_workers=jobs) as pool:
        yield from zip(paths, pool.map(one, paths), strict=True)


def _show(outcome: Outcome) -> None:
    language = _output.language()
    for path in outcome.paths:
        click.echo(path)
    _output.show_problems(outcome.problems, to_stderr=True)
    if outcome.status != "done":
        _output.say(_output.t("report.failed", client=outcome.client))
        return
    total = i18n.number(sum(outcome.seconds.values()), language, digits=1)
    _output.say(_output.t("report.done", client=outcome.client, language=outcome.language, seconds=total))
    split = ", ".join(
        f"{phase} {i18n.number(seconds, language, digits=2)} s"
        for phase, seconds in outcome.seconds.items()
        if seconds
    )
    _output.say(_output.t("report.split", split=split))
