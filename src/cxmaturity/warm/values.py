"""What is asked of a warm process and what comes back: preload lists, limits, contexts, outcomes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, Literal

import attrs

from cxmaturity.core.problems import Problem

Tell = Callable[[bytes], None]
"""How a job says how far it is; the bytes reach `on_progress` of the caller."""

Kind = Literal["error", "cell", "crash", "killed", "exit", "timeout", "memory", "cpu", "lost", "refused"]
"""How a job failed.

``error``: it raised; ``cell``: a cell of a notebook raised; ``crash``: a fault of the machine code (SIGSEGV,
SIGABRT, SIGBUS, SIGFPE, SIGILL); ``killed``: ended by a signal from outside, for instance by an operating system short
of memory; ``exit``: it left without an answer; ``timeout``: longer than `Limits.wall_seconds`; ``memory``: `MemoryError`;
``cpu``: more than `Limits.cpu_seconds`; ``lost``: the server went away; ``refused``: the server would not fork.
"""


def _positive(_: object, attribute: Any, value: float | None) -> None:
    if value is not None and not value > 0:
        raise ValueError(f"{attribute.name} must be positive, got {value}")


@attrs.frozen(kw_only=True)
class Limits:
    """What one job may use; None means no limit.

    Parameters
    ----------
    wall_seconds : float
        From the start of its process to its answer; then the whole process group is killed.
    memory_bytes : int
        Address space that the job may add to what the process holds when it begins. Threads count with their stacks.
    cpu_seconds : float
        Processor time, rounded up to whole seconds.
    """

    wall_seconds: float | None = attrs.field(default=600.0, validator=_positive)
    memory_bytes: int | None = attrs.field(default=None, validator=_positive)
    cpu_seconds: float | None = attrs.field(default=None, validator=_positive)


@attrs.frozen(kw_only=True)
class JobContext:
    """What surrounds a job: nothing of it is taken from an earlier one.

    Parameters
    ----------
    environment : mapping of str to str, optional
        All of it; the caller's own by default. It reaches the child through the socket, never a command line.
    cwd : Path, optional
        A new empty folder by default.
    own_home : bool, default True
        Give it a home folder of its own, removed afterwards; False keeps the user's.
    seed : str, optional
        `random` and `numpy.random` start from the SHA-256 of this text, for instance run seed and client id;
        without it, from the operating system.
    umask : int, default 0o077
        Files of a client are readable by their owner only.
    """

    environment: Mapping[str, str] | None = None
    cwd: Path | None = None
    own_home: bool = True
    seed: str | None = None
    umask: int = 0o077


@attrs.frozen(kw_only=True)
class Failure:
    """Why a job gave no result.

    `cell` is the index of the cell that ran, counted from 0, where there is one; `name` the class of the error,
    `said` its message, `traceback` the traceback of a job that raised; `printed` the end of what the process
    wrote on its standard output and error; `signal` and `status` how the process ended.
    """

    kind: Kind
    problem: Problem
    cell: int | None = None
    name: str = ""
    said: str = ""
    traceback: str = ""
    printed: str = ""
    signal: int | None = None
    status: int | None = None


@attrs.frozen(kw_only=True)
class Outcome:
    """What came of one job: a result or a failure, never both; and what it used.

    `peak_bytes` is the largest resident memory of its process, shared pages of the warm start included.
    """

    result: bytes | None
    failure: Failure | None
    seconds: float
    cpu_seconds: float = 0.0
    peak_bytes: int = 0
    pid: int | None = None


@attrs.frozen(kw_only=True)
class Preload:
    """What a server holds ready: modules to import and one function that walks the real paths with synthetic data.

    Parameters
    ----------
    modules : tuple of str
        Imported in this order, after `warm_up`; one that is not installed is left out.
    warm_up : str, optional
        ``package.module:function``, called without arguments.
    """

    modules: tuple[str, ...] = ()
    warm_up: str | None = None


KERNELS: Final = Preload(
    modules=(
        "psutil",
        "ipykernel.kernelapp",
        "ipykernel.debugger",
        "IPython.core.completer",
        "IPython.extensions.storemagic",
        "nbclient.client",
        "papermill.parameterize",
        "numpy",
        "pandas",
        "pandas.io.formats.style",
        "matplotlib.figure",
        "matplotlib.pyplot",
        "seaborn",
    ),
)
"""Kernels and notebooks of anybody: what nearly every notebook imports."""

REPORTS: Final = attrs.evolve(KERNELS, warm_up="cxmaturity.reporting.warm_up:warm_up")
"""Reports of this package: also the catalogue, the charts, the templates."""
