"""How a job ended, in words: each way has one sentence, in both languages, and one kind."""

from __future__ import annotations

import json
import signal
from typing import Final

from cxmaturity.core.problems import Problem
from cxmaturity.warm.values import Failure, Limits

_FAULTS: Final = {
    getattr(signal, name)
    for name in ("SIGSEGV", "SIGABRT", "SIGBUS", "SIGFPE", "SIGILL", "SIGTRAP", "SIGSYS")
    if hasattr(signal, name)
}


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def raised(said: bytes, printed: str) -> Failure:
    """Return the failure of a job that raised, from the frame of its child."""
    answer = json.loads(said)
    name, text = answer["name"], answer["said"]
    if answer["memory"]:
        return Failure(
            kind="memory",
            problem=_memory(),
            name=name,
            said=text,
            traceback=answer["traceback"],
            printed=printed,
        )
    problem = Problem(
        code="warm.job_failed",
        template="the job failed: {name}: {said}",
        params={"name": name, "said": text.strip()[:500]},
    )
    return Failure(
        kind="error", problem=problem, name=name, said=text, traceback=answer["traceback"], printed=printed
    )


def _memory() -> Problem:
    return Problem(
        code="warm.memory",
        template="the job needed more memory than it may use.",
        hint="Allow more, or give it less to do at once.",
    )


def ended(status: int, printed: str, cell: int | None) -> Failure:
    """Return the failure of a process that ended without an answer; `status` is negative for a signal."""
    if status >= 0:
        problem = Problem(
            code="warm.exit",
            template="the process of the job left with status {status} and gave no answer.",
            params={"status": status},
        )
        return Failure(kind="exit", problem=problem, status=status, printed=printed, cell=cell)
    number = -status
    name = _signal_name(number)
    if number == getattr(signal, "SIGALRM", None):
        return cell_too_long(cell, printed)
    if number == getattr(signal, "SIGXCPU", None):
        problem = Problem(code="warm.cpu", template="the job used more processor time than it may.")
        return Failure(kind="cpu", problem=problem, signal=number, printed=printed, cell=cell)
    if number in _FAULTS:
        problem = Problem(
            code="warm.crash",
            template="the process of the job crashed ({signal}).",
            hint="A library written in C has failed; what it printed may say which.",
            params={"signal": name},
        )
        return Failure(kind="crash", problem=problem, signal=number, printed=printed, cell=cell)
    problem = Problem(
        code="warm.killed",
        template="the process of the job was ended from outside ({signal}).",
        hint="An operating system short of memory does that.",
        params={"signal": name},
    )
    return Failure(kind="killed", problem=problem, signal=number, printed=printed, cell=cell)


def too_long(limits: Limits, printed: str, cell: int | None) -> Failure:
    """Return the failure of a job that was stopped at its wall limit."""
    problem = Problem(
        code="warm.timeout",
        template="the job was stopped after {seconds} seconds.",
        hint="Allow more time, or look for a loop that does not end.",
        params={"seconds": f"{limits.wall_seconds:g}"},
    )
    return Failure(kind="timeout", problem=problem, printed=printed, cell=cell)


def cell_too_long(cell: int | None, printed: str = "") -> Failure:
    """Return the failure of a notebook one of whose cells lasted longer than any may."""
    problem = Problem(
        code="warm.cell_timeout",
        template="the cell {cell} of the notebook lasted longer than a cell may.",
        hint="Allow more time, or look for a loop that does not end.",
        params={"cell": 0 if cell is None else cell + 1},
    )
    return Failure(kind="timeout", problem=problem, printed=printed, cell=cell)


def lost(printed: str, cell: int | None) -> Failure:
    """Return the failure of a job whose server went away."""
    problem = Problem(
        code="warm.lost",
        template="the server of the warm start went away while the job ran.",
        hint="Run it again.",
    )
    return Failure(kind="lost", problem=problem, printed=printed, cell=cell)


def refused(reason: str, count: int) -> Failure:
    """Return the failure of a request that the server turned down."""
    problem = Problem(
        code="warm.refused",
        template="the server of the warm start cannot start another process ({reason}, {count}).",
        params={"reason": reason, "count": count},
    )
    return Failure(kind="refused", problem=problem)
