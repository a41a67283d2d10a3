"""What a person reads while a batch runs and at its end: a line per result, one line that moves, a table.

All of it goes to standard error, the paths of documents alone to standard output.
"""

from __future__ import annotations

import shutil
import sys
import threading
import unicodedata
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import click

from cxmaturity import i18n
from cxmaturity.cli import _output
from cxmaturity.core.problems import Problem
from cxmaturity.reporting.batch.manifest import Manifest
from cxmaturity.reporting.batch.plan import OWN, Order
from cxmaturity.reporting.batch.run import Result, Summary, Watch

MOST_NAMED: Final = 20
"""How many of those who failed the summary names; the portfolio page has them all."""
_STATES: Final = ("done", "failed", "cached", "not_run")
_INVISIBLE: Final = {"Mn", "Me", "Cf"}


class Telling(Watch):
    """Says what happens: one line per result, and on a terminal one line that moves."""

    lock: threading.Lock

    def __init__(self, *, jobs: int, paths: bool, out: Path) -> None:
        self.jobs, self.paths, self.out = jobs, paths, out
        self.left = self.done = self.failed = self.cached = self.made = 0
        self.alone = False
        self.lock = threading.Lock()
        self.running: dict[tuple[str, str], str] = {}
        self.spent = 0.0
        self.said: tuple[str, tuple[Problem, ...]] = ("", ())
        self.moves = sys.stderr.isatty()

    def remembered(self, manifest: Manifest) -> None:
        """Say that lines of another version are not believed."""
        say_strangers(manifest)

    def planned(self, orders: Sequence[Order]) -> None:
        """Count what there is to do."""
        self.left = sum(order.runs for order in orders)
        self.cached = sum(order.cached for order in orders)
        self.alone = self.left == 1
        if self.cached:
            _output.say(_output.t("report.cached", n=self.cached))
        self.move()

    def begins(self, order: Order, name: str) -> None:
        """Show whose turn it is."""
        with self.lock:
            self.running[order.place] = visible(name)
            self.move()

    def phase(self, order: Order, phase: str) -> None:  # noqa: ARG002  # the line says who, the summary says where the time went
        """Let the line move."""
        with self.lock:
            self.move()

    def ended(self, result: Result) -> None:
        """Print what came of one."""
        with self.lock:
            ran = self.running.pop(result.order.place, None) is not None
            self.left, self.made = self.left - 1, self.made + ran
            self.spent += result.row.seconds if ran and result.row is not None else 0.0
            good = result.state == "done"
            self.done, self.failed = self.done + good, self.failed + (not good)
            self.line("")
            if result.row is not None and good:
                for name in result.row.artefacts if self.paths else ():
                    click.echo(self.out / name)
            if (said := (result.order.source, result.problems)) != self.said:  # in each language the same
                _output.show_problems(result.problems, to_stderr=True)
            self.said = said
            self._say(result)
            self.move()

    def _say(self, result: Result) -> None:
        row, t, language = result.row, _output.t, _output.language()
        name = visible((row.name if row else "") or result.order.wanted.source)
        if row is None or result.state != "done":
            asked = result.order.language
            _output.say(t("report.failed", client=f"{name} ({asked})" if asked else name))
            return
        seconds = i18n.number(row.seconds, language, digits=1)
        _output.say(t("report.done", client=name, language=row.language, seconds=seconds))
        split = ", ".join(
            f"{t(f'phase.{phase}')} {i18n.number(spent, language, digits=2)} s"
            for phase, spent in result.split.items()
            if spent >= 0.005  # what two decimals show
        )
        if split and self.alone:  # of many, a line each is enough
            _output.say(t("report.split", split=split))

    def move(self) -> None:
        """Write the one line again: done, failed, cached, left, time left, who is running."""
        if not (self.moves and self.left):
            return
        t = _output.t
        told = [t("report.progress", done=self.done, failed=self.failed, cached=self.cached, left=self.left)]
        if self.made:
            told.append(t("report.time_left", time=self._time_left()))
        whole = " · ".join(told)
        if fitting(whole, _columns()) != whole:  # how far and how long come first
            ended = self.done + self.failed
            told[0] = t("report.progress_short", ended=ended, of=ended + self.left)
            told += [t("report.progress_failed", failed=self.failed)] if self.failed else []
        if self.running:
            told.append(t("report.running", running=", ".join(self.running.values())))
        self.line(" · ".join(told))

    def _time_left(self) -> str:
        left = self.spent / self.made * self.left / min(self.jobs, self.left)
        minutes, seconds = divmod(round(left), 60)
        return f"{minutes} min {seconds:02d} s" if minutes else f"{seconds} s"

    def line(self, text: str) -> None:
        """Replace the moving line."""
        if self.moves:
            sys.stderr.write("\r\x1b[K" + fitting(text, _columns()))
            sys.stderr.flush()


def say_strangers(manifest: Manifest) -> None:
    """Say that lines of another version are not believed."""
    if manifest.strangers:
        _output.say(_output.t("report.strangers", n=manifest.strangers, path=manifest.path))


def visible(name: str) -> str:
    """Return a client's name without what would move the cursor of a terminal."""
    return "".join(letter if letter.isprintable() else " " for letter in name)


def _columns() -> int:
    """Return how many cells a line may have; a full line would already begin the next."""
    return shutil.get_terminal_size().columns - 1


def fitting(text: str, columns: int) -> str:
    r"""Return as much of a text as fits in so many cells of a terminal; many letters take two, some none.

    Examples
    --------
    >>> fitting("abc", 2), fitting("日本", 3), len(fitting("e\u0301a", 1))
    ('ab', '日', 2)
    """
    for at, letter in enumerate(text):
        wide = unicodedata.east_asian_width(letter) in {"W", "F"}
        columns -= 0 if unicodedata.category(letter) in _INVISIBLE else 2 if wide else 1
        if columns < 0:
            return text[:at]
    return text


def say_summary(summary: Summary, out: Path, *, strict: bool) -> None:
    """Say what came of a batch: one sentence for one client, a table for several; who failed, and why."""
    t, language = _output.t, _output.language()
    if len(summary.results) > 1:
        for line in _table(summary):
            _output.say(line)
        _say_failures(summary)
        if strict and summary.count("not_run"):
            _output.say(t("report.strict"))
        seconds = i18n.number(summary.seconds, language, digits=1)
        _output.say(t("report.batch", seconds=seconds))
        _output.say(t("report.index", path=out / "index.html"))
    else:
        _output.say(t("report.summary", done=summary.count("done"), n=summary.count("failed")))
    if summary.stopped:
        _output.say(t("report.stopped"))


def _table(summary: Summary) -> list[str]:
    """Return the counts as lines: a row for each language when several were asked for, and one for all."""
    counts: dict[str, Counter[str]] = {}
    for result in summary.results:
        counts.setdefault(result.order.language, Counter())[result.state] += 1
    rows = [["", *(_output.t(f"report.column.{state}") for state in _STATES)]]
    for spoken in sorted(counts) if len(counts) > 1 and OWN not in counts else ():
        name = i18n.message(f"batch.language.{spoken}", _output.language())
        rows.append([name, *(str(counts[spoken][state]) for state in _STATES)])
    rows.append([_output.t("report.column.all"), *(str(summary.count(state)) for state in _STATES)])
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(
            cell.rjust(width) if number else cell.ljust(width)
            for number, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    ]


def _say_failures(summary: Summary) -> None:
    """Name once more who failed, and why: in a long batch their lines have left the screen."""
    failed = [result for result in summary.results if result.state == "failed"]
    named = list(dict.fromkeys(visible(result.order.wanted.source) for result in failed))
    more = len(named) - MOST_NAMED
    if more > 0:
        told = ", ".join(named[:MOST_NAMED])
        _output.say(_output.t("report.failures_more", clients=told, n=more))
    elif named:
        _output.say(_output.t("report.failures", clients=", ".join(named)))
    reasons = [_reason(result) for result in failed if result.problems]
    for line in list(dict.fromkeys(reasons))[:MOST_NAMED]:
        _output.say(f"  {line}")


def _reason(result: Result) -> str:
    """Return the first thing that is wrong with a client, under its name."""
    name, said = visible(result.order.wanted.source), _output.line_of(result.problems[0])
    return said if said.startswith(name) else f"{name}: {said}"
