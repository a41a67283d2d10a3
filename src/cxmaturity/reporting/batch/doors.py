"""The ways to have a job made by another process: a warm one on this machine, whatever the machine can do.

A door never raises for what happens to one job: it answers with the parcel that came back, or with the problem.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from types import TracebackType
from typing import TYPE_CHECKING, Final, Protocol, Self

import attrs

from cxmaturity.core.problems import Problem

if TYPE_CHECKING:
    from cxmaturity.warm import Preload, WarmServer

RENDER: Final = "cxmaturity.reporting.batch.child:render"
_IMPORTS: Final = "cxmaturity.reporting.warm_up:imports"


@attrs.frozen(kw_only=True)
class Answer:
    """What came back for one job: a parcel, or the problem that stopped it, what it took.

    `ends`: the door is broken, nobody can be made through it any more.
    """

    parcel: bytes | None = attrs.field(default=None, repr=False)
    problem: Problem | None = None
    seconds: float = 0.0
    peak_mb: float | None = None
    ends: bool = False


class Door(Protocol):
    """Somewhere that makes jobs, several at once; a context manager."""

    def make(self, payload: bytes, *, seed: str, heard: Callable[[str], None]) -> Answer:
        """Make one job; `seed` is what its random numbers start from, `heard` is told each phase."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


@attrs.frozen(kw_only=True)
class Bounds:
    """What one client may use: seconds on the clock, megabytes beyond the warm start, seconds of processor; `jobs` at once."""

    wall_seconds: float = 300.0
    memory_mb: int | None = 2048
    cpu_seconds: float | None = 300.0
    jobs: int = 1


class WarmDoor:
    """Fresh processes from a warm start: forked on Linux, spawned ahead elsewhere.

    `preload` and `target` (the function that makes a job) are those of reports unless another is given. When there are no more
    jobs than places (`few`), nobody would come second to what a full warm-up makes ready, so it only imports.
    """

    def __init__(
        self, bounds: Bounds, *, few: bool = False, preload: Preload | None = None, target: str = RENDER
    ) -> None:
        from cxmaturity.warm import REPORTS, Preload, WarmServer

        self._target = target
        if preload is None:
            preload = Preload(warm_up=_IMPORTS) if few else REPORTS
        self._bounds = bounds
        self._closed = False
        self._server = WarmServer.start_or_connect(preload=preload, shared=False, ready=bounds.jobs)

    def make(self, payload: bytes, *, seed: str, heard: Callable[[str], None]) -> Answer:
        """Make one job in a process of its own."""
        if self._closed:
            return Answer(problem=Problem(code="batch.stopped", template="the batch was stopped."))
        return warm_answer(
            self._server, payload, seed=seed, bounds=self._bounds, heard=heard, target=self._target
        )

    def __enter__(self) -> Self:
        self._server.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closed = True
        self._server.__exit__(kind, error, trace)


def warm_answer(
    server: WarmServer,
    payload: bytes,
    *,
    seed: str,
    bounds: Bounds,
    heard: Callable[[str], None] = lambda _: None,
    target: str = RENDER,
) -> Answer:
    """Make one job in a fresh process of a warm server; once more when that server was killed under it."""
    from cxmaturity.warm import JobContext, Limits
    from cxmaturity.warm.starting import WarmStartError

    megabytes = bounds.memory_mb
    ask = partial(
        server.run,
        target,
        payload,
        limits=Limits(
            wall_seconds=bounds.wall_seconds,
            memory_bytes=None if megabytes is None else megabytes << 20,
            cpu_seconds=bounds.cpu_seconds,
        ),
        context=JobContext(seed=seed, environment=_with_idle_cores(bounds.jobs)),
        on_progress=lambda said: heard(said.decode()),
    )
    try:
        outcome = ask()
        if outcome.failure is not None and outcome.failure.kind == "lost":
            outcome = ask()
    except WarmStartError as error:
        return Answer(problem=error.problems[0], ends=True)
    return Answer(
        parcel=outcome.result,
        problem=None if outcome.failure is None else outcome.failure.problem,
        seconds=outcome.seconds,
        peak_mb=outcome.peak_bytes / 2**20 or None,
    )


def _with_idle_cores(jobs: int) -> dict[str, str]:
    """Return the environment of a job: Typst may set pages on the cores that no other job uses; its bytes stay the same."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return {"RAYON_NUM_THREADS": str(max(1, cores // jobs)), **os.environ}
