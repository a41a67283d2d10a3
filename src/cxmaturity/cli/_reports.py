"""Reports for one or many engagements: documents' paths on standard output, the rest on standard error."""

from __future__ import annotations

import contextlib
import json
import signal
import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cxmaturity.cli import _output
from cxmaturity.cli._telling import Telling, say_strangers, say_summary, visible
from cxmaturity.core.problems import CxMaturityError, Problem
from cxmaturity.engagement.values import DEFAULT_SEED
from cxmaturity.reporting.batch.manifest import NAME, Manifest, Part
from cxmaturity.reporting.batch.plan import Options, Wanted, plan
from cxmaturity.reporting.batch.run import Summary, run_batch

if TYPE_CHECKING:
    from cxmaturity.reporting.batch.doors import Bounds, Door

STOPPED = 130
TERMINATED = 143


def report_all(
    clients: Sequence[Wanted],
    *,
    out: Path,
    options: Options,
    bounds: Bounds,
    scheduler: str | None = None,
    strict: bool = False,
    dry_run: bool = False,
    as_json: bool = False,
    part: Part | None = None,
) -> int:
    """Report on every client; return 0, 1 when any failed, 130 when stopped by Ctrl-C, 143 by a scheduler's SIGTERM.

    Parameters
    ----------
    clients : sequence of Wanted
        Who, in which languages.
    out : Path
        The folder of the batch.
    options : Options
        Formats, seed, who is taken.
    bounds : Bounds
        What one client may use, and how many at once.
    scheduler : str, optional
        The address of a Dask scheduler that makes them instead of this machine.
    strict : bool, default False
        Nobody when anybody is wrong.
    dry_run : bool, default False
        Only say who would run, and why.
    as_json : bool, default False
        A summary as JSON on standard output, in place of paths.
    part : (int, int), optional
        Only this slice of the clients; other processes may make the others in the same folder.
    """
    clients = clients if part is None else clients[part[0] - 1 :: part[1]]
    if dry_run:
        return _would_run(clients, out, options, as_json=as_json)
    told = Telling(jobs=bounds.jobs, paths=not as_json, out=out)
    doors: list[Door] = []  # one that warms while the folders are read

    def door() -> Door:
        if scheduler:
            from cxmaturity.reporting.batch.cluster import ClusterDoor

            return ClusterDoor(scheduler, bounds)
        from cxmaturity.reporting.batch.doors import WarmDoor

        return doors.pop() if doors else WarmDoor(bounds, few=told.left <= bounds.jobs)

    try:
        with _polite_end() as ended_by, contextlib.ExitStack() as unused:
            if not scheduler and not strict and _nothing_finished(out):
                told.left = sum(len(client.languages) for client in clients)
                doors.append(door())
                unused.callback(_shut, doors)
            summary = run_batch(
                clients,
                out=out,
                options=options,
                open_door=door,
                jobs=bounds.jobs,
                strict=strict,
                watch=told,
                part=part,
            )
    finally:
        told.line("")
    _output.show_problems(summary.problems, to_stderr=True)
    _portfolio(summary, out)
    if as_json:
        click.echo(_json(summary_json(summary)))
    say_summary(summary, out, strict=strict)
    if summary.stopped:
        return TERMINATED if ended_by else STOPPED
    return 0 if summary.good else 1


def refused(error: CxMaturityError) -> int:
    """Say as a summary in JSON, and on standard error, why nobody runs; return 1."""
    _output.show_problems(error.problems, to_stderr=True)
    click.echo(_json(summary_json(Summary(results=(), seconds=0.0, problems=error.problems))))
    return 1


def _shut(doors: Sequence[Door]) -> None:
    """Close the doors that nobody went through."""
    for door in doors:
        door.__exit__(None, None, None)


def _nothing_finished(out: Path) -> bool:
    """Whether there is surely something to do: no batch has ever written here."""
    return not (out / NAME).exists()


@contextlib.contextmanager
def _polite_end() -> Iterator[list[int]]:
    """Take the SIGTERM of a scheduler for a Ctrl-C; yield a list that then holds it."""
    came: list[int] = []

    def stop(number: int, _: object) -> None:
        came.append(number)
        raise KeyboardInterrupt

    if threading.current_thread() is not threading.main_thread():
        yield came
        return
    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield came
    finally:
        signal.signal(signal.SIGTERM, before)


def _would_run(clients: Sequence[Wanted], out: Path, options: Options, *, as_json: bool) -> int:
    manifest = Manifest.read(out)
    say_strangers(manifest)
    orders = plan(clients, manifest, out, options)
    if as_json:
        told = [
            {
                "source": order.wanted.source,
                "language": order.language,
                "runs": order.runs,
                "reasons": list(order.reasons),
            }
            for order in orders
        ]
        click.echo(_json({"schema": "cxmaturity.batch-plan/1", "clients": told}))
        return 0
    for order in orders:
        reasons = ", ".join(_output.t(f"reason.{reason}") for reason in order.reasons)
        name = visible(" ".join(part for part in (order.wanted.source, order.language) if part))
        said = "report.runs" if order.runs else "report.rests"
        if order.runs or order.cached:
            click.echo(_output.t(said, client=name, reasons=reasons))
    running = sum(order.runs for order in orders)
    _output.say(_output.t("report.would_run", n=running, of=len(orders)))
    return 0


def _json(told: Mapping[str, Any]) -> str:
    """Return JSON that any reader takes: file names that are no text are escaped."""
    return json.dumps(told, ensure_ascii=True, indent=2, allow_nan=False)


def _portfolio(summary: Summary, out: Path) -> None:
    """Write the portfolio page anew: everybody of the manifest, not only this run."""
    from cxmaturity.reporting.batch.portfolio import write_portfolio

    if len(summary.results) > 1 or (summary.results and (out / "index.html").exists()):
        try:
            write_portfolio(out, _output.language())
        except CxMaturityError as error:  # a full disk: what was made is told all the same
            _output.show_problems(error.problems, to_stderr=True)


def summary_json(summary: Summary) -> dict[str, Any]:
    """Return a batch as plain JSON, for schedulers and scripts."""
    return {
        "schema": "cxmaturity.batch-summary/1",
        "seconds": round(summary.seconds, 3),
        "stopped": summary.stopped,
        "good": summary.good,
        "problems": [_problem(problem) for problem in summary.problems],
        "counts": {
            state: summary.count(state) for state in ("done", "failed", "cached", "left_out", "not_run")
        },
        "clients": [
            {
                "source": result.order.wanted.source,
                "client": result.row.client if result.row else None,
                "language": result.row.language if result.row else result.order.language,
                "state": result.state,
                "reasons": list(result.order.reasons),
                "seconds": result.row.seconds if result.row else None,
                "attempts": result.row.attempts if result.row else 0,
                "peak_mb": result.row.peak_mb if result.row else None,
                "documents": sorted(result.row.artefacts) if result.row else [],
                "problems": [_problem(problem) for problem in result.problems],
                "figures": dict(result.row.figures) if result.row else {},
            }
            for result in summary.results
        ],
    }


def _problem(problem: Problem) -> dict[str, str]:
    said = _output.line_of(problem)
    return {"code": problem.code, "severity": problem.severity, "message": said}


__all__ = ["DEFAULT_SEED", "refused", "report_all", "summary_json"]
