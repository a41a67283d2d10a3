"""Where there is no fork: spawned processes that have imported everything and wait for one job each.

The same jobs, the same isolation, the same answers as the fork server; only the start is dearer, so a few are
started ahead. Pipes alone carry the talk, because Windows has nothing better.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import subprocess
import tempfile
import threading
import time
from collections import deque
from collections.abc import Mapping
from typing import Any, Final

from cxmaturity.warm import failures
from cxmaturity.warm.conversation import OnProgress
from cxmaturity.warm.place import server_environment
from cxmaturity.warm.starting import program
from cxmaturity.warm.values import Failure, Limits, Outcome, Preload
from cxmaturity.warm.wire import CELL, ERROR, PROGRESS, RESULT, Frames, request_bytes

_PRINTED: Final = 8_192
_END: Final = (b"", b"")


class OneShot:
    """One waiting process, its scratch folder, and the threads that read what it says."""

    def __init__(self, preload: Preload) -> None:
        self.scratch = tempfile.TemporaryDirectory(prefix="cxmaturity-", ignore_cleanup_errors=True)
        command = [*program("cxmaturity.warm.one_shot_child"), self.scratch.name]
        command += [json.dumps({"modules": preload.modules, "warm_up": preload.warm_up})]
        self.process = subprocess.Popen(  # noqa: S603  # our own interpreter and module
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=server_environment(),
            cwd=self.scratch.name,
            start_new_session=os.name == "posix",
        )
        self.heard: queue.SimpleQueue[tuple[bytes, bytes]] = queue.SimpleQueue()
        self.printed: deque[bytes] = deque(maxlen=64)
        self._threads = [
            threading.Thread(target=self._read_frames, daemon=True),
            threading.Thread(target=self._read_printed, daemon=True),
        ]
        for thread in self._threads:
            thread.start()

    def _read_frames(self) -> None:
        frames = Frames()
        assert self.process.stdout is not None  # noqa: S101  # a pipe was asked for
        with contextlib.suppress(OSError, ValueError):
            while data := os.read(self.process.stdout.fileno(), 1 << 18):
                for each in frames.feed(data):
                    self.heard.put(each)
        self.heard.put(_END)

    def _read_printed(self) -> None:
        assert self.process.stderr is not None  # noqa: S101
        with contextlib.suppress(OSError, ValueError):
            while data := os.read(self.process.stderr.fileno(), 4096):
                self.printed.append(data)

    def kill(self) -> None:
        """End it and all of its group."""
        with contextlib.suppress(OSError):
            if os.name == "posix":
                os.killpg(self.process.pid, 9)
        with contextlib.suppress(OSError):
            self.process.kill()

    def close(self) -> int:
        """Wait for its end, remove its folder, return its status."""
        assert self.process.stdin is not None  # noqa: S101
        with contextlib.suppress(OSError):
            self.process.stdin.close()
        status = self.process.wait()
        self.kill()  # what is left of its group
        for thread in self._threads:
            thread.join(timeout=5)
        for pipe in (self.process.stdout, self.process.stderr):
            if pipe is not None:
                pipe.close()
        self.scratch.cleanup()
        return status

    def said(self) -> str:
        """Return the end of what it printed."""
        return b"".join(self.printed)[-_PRINTED:].decode(errors="replace")


class OneShotPool:
    """Keeps `ready` processes waiting, gives one to each job, and starts the next."""

    def __init__(self, preload: Preload, *, ready: int) -> None:
        self._preload = preload
        self._lock = threading.Lock()
        self._waiting = deque(OneShot(preload) for _ in range(ready))
        self._ready = ready

    def _take(self) -> OneShot:
        with self._lock:
            taken = self._waiting.popleft() if self._waiting else OneShot(self._preload)
            while len(self._waiting) < self._ready:
                self._waiting.append(OneShot(self._preload))
        return taken

    def run(
        self,
        head: Mapping[str, Any],
        payload: bytes,
        *,
        limits: Limits,
        on_progress: OnProgress | None,
        on_cell: OnProgress | None,
    ) -> Outcome:
        """Give one job to one process, and end that process."""
        shot = self._take()
        job = _Job(shot, limits, {PROGRESS: on_progress, CELL: on_cell})
        try:
            return job.run(request_bytes(head, payload))
        finally:
            shot.kill()
            shot.close()

    def close(self) -> None:
        """End the processes that wait."""
        with self._lock:
            waiting, self._ready = list(self._waiting), 0
            self._waiting.clear()
        for shot in waiting:
            shot.kill()
            shot.close()


class _Job:
    def __init__(self, shot: OneShot, limits: Limits, listeners: Mapping[bytes, OnProgress | None]) -> None:
        self._shot = shot
        self._limits = limits
        self._listeners = listeners
        self._cell: int | None = None
        self._used: dict[str, Any] = {}

    def run(self, request: bytes) -> Outcome:
        begun = time.monotonic()
        writer = threading.Thread(target=self._send, args=(request,), daemon=True)
        writer.start()
        answer = self._listen(begun)
        if answer is None:
            self._shot.kill()
        result, failure = self._judge(answer)
        return Outcome(
            result=result,
            failure=failure,
            seconds=time.monotonic() - begun,
            cpu_seconds=self._used.get("cpu_seconds", 0.0),
            peak_bytes=self._used.get("peak_bytes", 0),
            pid=self._shot.process.pid,
        )

    def _send(self, request: bytes) -> None:
        pipe = self._shot.process.stdin
        with contextlib.suppress(OSError, ValueError):
            if pipe is not None:
                pipe.write(request)
                pipe.flush()

    def _listen(self, begun: float) -> tuple[bytes, bytes] | None:
        """Return the answer, `_END` when the process ended without one, None at the limit."""
        while True:
            wall = self._limits.wall_seconds
            left = None if wall is None else max(0.0, begun + wall - time.monotonic())
            try:
                kind, said = self._shot.heard.get(timeout=left)
            except queue.Empty:
                return None
            if kind in (RESULT, ERROR) or not kind:
                return kind, said
            if kind == CELL:
                self._cell = json.loads(said)["cell"]
            elif kind != PROGRESS:
                self._used = json.loads(said)
                continue
            listener = self._listeners.get(kind)
            if listener is not None:
                listener(said)

    def _judge(self, answer: tuple[bytes, bytes] | None) -> tuple[bytes | None, Failure | None]:
        printed = self._shot.said()
        if answer is None:
            return None, failures.too_long(self._limits, printed, self._cell)
        kind, said = answer
        if kind == RESULT:
            return said, None
        if kind == ERROR:
            return None, failures.raised(said, printed)
        status = self._shot.process.wait()
        return None, failures.ended(status, self._shot.said(), self._cell)
