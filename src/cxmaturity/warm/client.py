"""The asker's side: one interface, a fork server behind it on Linux, fresh spawned processes elsewhere.

A refusal of the fork server (it has grown a thread), or its loss before the job has begun, is not the asker's
trouble: the job then runs in a spawned process.
"""

from __future__ import annotations

import abc
import os
import socket
import threading
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Literal, Self

from cxmaturity.warm.conversation import Conversation, OnProgress
from cxmaturity.warm.notebook import NotebookRun, OnCell, run_notebook
from cxmaturity.warm.one_shot import OneShotPool
from cxmaturity.warm.place import server_name
from cxmaturity.warm.secret import Secret
from cxmaturity.warm.starting import (
    Started,
    WarmStartError,
    can_fork,
    connect,
    connect_or_start,
    no_server,
    socket_path,
    start,
)
from cxmaturity.warm.values import REPORTS, JobContext, Limits, Outcome, Preload

How = Literal["fork", "spawn"]
IDLE_SECONDS: Final = 300.0
_ATTEMPTS: Final = 3


def context_head(context: JobContext) -> dict[str, Any]:
    """Return a context as JSON says it, the caller's environment filled in."""
    return {
        "environment": dict(os.environ if context.environment is None else context.environment),
        "cwd": None if context.cwd is None else str(context.cwd.absolute()),  # the server stands elsewhere
        "own_home": context.own_home,
        "seed": context.seed,
        "umask": context.umask,
    }


def limits_head(limits: Limits) -> dict[str, Any]:
    """Return the limits that the operating system keeps, as JSON says them."""
    return {"memory_bytes": limits.memory_bytes, "cpu_seconds": limits.cpu_seconds}


class WarmServer(abc.ABC):
    """Runs jobs in fresh processes that start warm; use it as a context manager, from any thread."""

    @classmethod
    def start_or_connect(
        cls,
        preload: Preload = REPORTS,
        *,
        how: How | None = None,
        shared: bool = True,
        idle_seconds: float = IDLE_SECONDS,
        ready: int = 1,
    ) -> WarmServer:
        """Return the way to warm processes that this platform has.

        Parameters
        ----------
        preload : Preload
            What they begin with.
        how : {"fork", "spawn"}, optional
            Chosen by itself; ``CXMATURITY_WARM`` may say it too.
        shared : bool, default True
            Use the user's server of this preload list, or start it; it stays for the next command, and ends after
            `idle_seconds` without work. False starts one that ends with this object (or with this process).
        idle_seconds : float
            For a server that this call starts.
        ready : int
            How many spawned processes wait ready, where there is no fork.

        Raises
        ------
        WarmStartError
            ``warm.no_server`` when the fork server does not stay up.
        """
        chosen = how or os.environ.get("CXMATURITY_WARM")
        if chosen == "spawn" or (chosen != "fork" and not can_fork()):
            return SpawnedProcesses(preload, ready=ready)
        return ForkServer(preload, shared=shared, idle_seconds=idle_seconds)

    @abc.abstractmethod
    def run(
        self,
        target: str,
        payload: bytes,
        *,
        limits: Limits = Limits(),  # noqa: B008  # frozen
        context: JobContext = JobContext(),  # noqa: B008
        on_progress: OnProgress | None = None,
        on_cell: OnProgress | None = None,
    ) -> Outcome:
        """Call ``package.module:function`` with the payload in a fresh process and return what came of it.

        The function takes ``(payload, tell)`` and returns bytes. Nothing it does is an exception here: crashes,
        limits and errors are `Outcome.failure`. An exception raised by `on_progress` kills the job and goes on.
        """

    def run_notebook(
        self,
        notebook: Mapping[str, Any] | bytes,
        parameters: Mapping[str, Any] | None = None,
        *,
        limits: Limits = Limits(),  # noqa: B008
        context: JobContext = JobContext(),  # noqa: B008
        on_cell: OnCell | None = None,
        options: Mapping[str, Any] | None = None,
        secrets: Mapping[str, str | Secret] | None = None,
    ) -> NotebookRun:
        """Execute a notebook in a fresh process, outputs as nbclient would have them; see `notebook.run_notebook`."""
        return run_notebook(
            self,
            notebook,
            parameters,
            limits=limits,
            context=context,
            on_cell=on_cell,
            options=options,
            secrets=secrets,
        )

    @abc.abstractmethod
    def close(self) -> None:
        """End what belongs to this object alone."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class SpawnedProcesses(WarmServer):
    """A pool of spawned processes that have already imported everything; each serves one job."""

    def __init__(self, preload: Preload, *, ready: int = 1) -> None:
        self.pool = OneShotPool(preload, ready=ready)

    def run(
        self,
        target: str,
        payload: bytes,
        *,
        limits: Limits = Limits(),  # noqa: B008
        context: JobContext = JobContext(),  # noqa: B008
        on_progress: OnProgress | None = None,
        on_cell: OnProgress | None = None,
    ) -> Outcome:
        """See `WarmServer.run`."""
        head = {"target": target, "context": context_head(context), "limits": limits_head(limits)}
        return self.pool.run(head, payload, limits=limits, on_progress=on_progress, on_cell=on_cell)

    def close(self) -> None:
        """End the processes that wait."""
        self.pool.close()


class ForkServer(WarmServer):
    """Forked processes from a server that this user's programs share, or that belongs to this object."""

    def __init__(self, preload: Preload, *, shared: bool = True, idle_seconds: float = IDLE_SECONDS) -> None:
        self.preload = preload
        self._shared = shared
        self._idle_seconds = idle_seconds
        self._own: Started | None = None
        self._fallback: SpawnedProcesses | None = None
        self._lock = threading.Lock()
        self._restarts = _ATTEMPTS
        self._failed = False
        if not shared:
            self._own = start(preload, server_name(preload), idle_seconds=1e9, private=True)
        else:
            connect_or_start(preload, idle_seconds=idle_seconds).close()

    def connection(self) -> socket.socket:
        """Return a new connection: one child that waits for its request."""
        if self._shared:
            return connect_or_start(self.preload, idle_seconds=self._idle_seconds)
        own = self._own  # None once closed: a job that was waiting must not start another server
        connection = None if own is None else connect(own.path)
        if connection is None:
            with self._lock:
                connection = (None if self._own is None else connect(self._own.path)) or self._again()
        return connection

    def _log(self) -> Path:
        """Return where the server writes what it has to say."""
        path = socket_path(server_name(self.preload)) if self._own is None else self._own.path
        return path.with_suffix(".log")

    def _no_server(self) -> WarmStartError:
        """Return the error that names the log, which then outlives us."""
        self._failed = True
        return no_server(self._log())

    def _again(self) -> socket.socket:
        """Start our own server again after it was killed; one that never served is not tried for ever."""
        if self._own is None or self._restarts == 0:
            raise self._no_server()
        self._restarts -= 1
        self._own.end()
        self._own = start(self.preload, server_name(self.preload), idle_seconds=1e9, private=True)
        connection = connect(self._own.path)
        if connection is None:
            raise self._no_server()
        return connection

    def run(
        self,
        target: str,
        payload: bytes,
        *,
        limits: Limits = Limits(),  # noqa: B008
        context: JobContext = JobContext(),  # noqa: B008
        on_progress: OnProgress | None = None,
        on_cell: OnProgress | None = None,
    ) -> Outcome:
        """See `WarmServer.run`."""
        head = {
            "kind": "call",
            "target": target,
            "context": context_head(context),
            "limits": limits_head(limits),
        }
        for _ in range(_ATTEMPTS):
            with Conversation(self.connection(), limits) as asked:
                outcome = asked.ask(head, payload, on_progress, on_cell)
            if outcome.pid is not None or outcome.failure is None or outcome.failure.kind != "lost":
                break  # else the server ended just before: nothing of the job has begun
        else:
            raise self._no_server()
        if outcome.failure is not None and outcome.failure.kind == "refused":
            spawned = self._spawned()
            return spawned.run(
                target, payload, limits=limits, context=context, on_progress=on_progress, on_cell=on_cell
            )
        return outcome

    def _spawned(self) -> SpawnedProcesses:
        with self._lock:
            if self._fallback is None:
                self._fallback = SpawnedProcesses(self.preload)
            return self._fallback

    def close(self) -> None:
        """Let a shared server live; end one that belongs to this object."""
        with self._lock:
            own, self._own = self._own, None
            fallback, self._fallback = self._fallback, None
        if own is not None:
            own.end(keep_log=self._failed)
        if fallback is not None:
            fallback.close()
