"""One job of the fork server as its asker lives it: send, listen, keep the time, understand the end."""

from __future__ import annotations

import contextlib
import json
import os
import select
import socket
import time
from collections.abc import Callable, Mapping
from typing import Any, Final, Self

from cxmaturity.warm import failures
from cxmaturity.warm.values import Failure, Limits, Outcome
from cxmaturity.warm.wire import CELL, ERROR, PROGRESS, RESULT, Frames, send_request

OnProgress = Callable[[bytes], None]
START_SECONDS: Final = 120.0
"""How long a server may take to become warm."""
_PRINTED: Final = 8_192
_READ: Final = 1 << 18


class Lines:
    """What the server says of a child, line by line, as it comes."""

    def __init__(self) -> None:
        self._held = b""
        self.said: list[dict[str, Any]] = []

    def feed(self, data: bytes) -> None:
        """Add bytes; whole lines appear in `said`."""
        *lines, self._held = (self._held + data).split(b"\n")
        self.said += [json.loads(line) for line in lines]

    def get(self, key: str) -> dict[str, Any] | None:
        """Return the line that has this key, None as long as it has not come."""
        return next((line for line in self.said if key in line), None)


class Conversation:
    """One job: the connection, the child's channel, and the pipe of what it prints."""

    def __init__(self, connection: socket.socket, limits: Limits) -> None:
        self._connection = connection
        self._limits = limits
        self._channel, self._far_channel = socket.socketpair()
        self._printed_end, self._far_printed = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)
        os.set_blocking(self._far_printed, True)
        self._frames = Frames()
        self._lines = Lines()
        self._printed = b""
        self._answer: tuple[bytes, bytes] | None = None
        self._cell: int | None = None
        self._late = False
        self._gone = False
        self._asked = time.monotonic()
        self._born: float | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()  # the server kills what still runs
        self._channel.close()
        self._far_channel.close()
        os.close(self._printed_end)
        if self._far_printed >= 0:
            os.close(self._far_printed)

    def ask(
        self,
        head: Mapping[str, Any],
        payload: bytes,
        on_progress: OnProgress | None,
        on_cell: OnProgress | None,
    ) -> Outcome:
        """Send the request, listen until the process has ended, and return what came of it."""
        with contextlib.suppress(OSError):  # refused or lost: what the server says, or its silence, tells
            self._connection.settimeout(self._limits.wall_seconds)
            send_request(self._connection, head, payload, (self._far_channel.fileno(), self._far_printed))
        self._connection.setblocking(False)
        self._channel.setblocking(False)
        self._far_channel.close()
        os.close(self._far_printed)
        self._far_printed = -1
        self._listen({PROGRESS: on_progress, CELL: on_cell})
        return self._outcome()

    def _listen(self, heard: Mapping[bytes, OnProgress | None]) -> None:
        poll = select.poll()
        for number in (self._connection.fileno(), self._channel.fileno(), self._printed_end):
            poll.register(number, select.POLLIN)
        while not (self._gone or self._lines.get("status") or self._lines.get("refused")):
            for number, _ in poll.poll(self._patience()):
                if number == self._connection.fileno():
                    self._hear_server()
                elif not self._drain(number, heard):
                    poll.unregister(number)
            if not self._late and self._patience() == 0:
                self._late = True
                with contextlib.suppress(OSError):
                    self._connection.shutdown(socket.SHUT_WR)  # the server kills, and says so
        for number in (self._channel.fileno(), self._printed_end):
            while self._drain(number, heard, once=True):
                pass

    def _patience(self) -> float | None:
        """Return the milliseconds left, None when there is no limit; after the limit, as long as the kill takes."""
        if self._late:
            return None
        if self._born is None:
            end: float | None = self._asked + START_SECONDS
        elif self._limits.wall_seconds is None:
            end = None
        else:
            end = self._born + self._limits.wall_seconds
        return None if end is None else max(0.0, (end - time.monotonic()) * 1000)

    def _hear_server(self) -> None:
        try:
            data = self._connection.recv(4096)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        self._gone = not data
        self._lines.feed(data)
        if self._born is None and self._lines.get("pid"):
            self._born = time.monotonic()

    def _drain(self, number: int, heard: Mapping[bytes, OnProgress | None], *, once: bool = False) -> bool:
        """Read what is there; return whether there may be more (`once`: whether anything came)."""
        try:
            data = os.read(number, _READ)
        except BlockingIOError:
            return not once
        except OSError:
            return False
        if number == self._printed_end:
            self._printed = (self._printed + data)[-_PRINTED:]
        else:
            for kind, said in self._frames.feed(data):
                self._take(kind, said, heard)
        return bool(data)

    def _take(self, kind: bytes, said: bytes, heard: Mapping[bytes, OnProgress | None]) -> None:
        if kind in (RESULT, ERROR):
            self._answer = (kind, said)
            return
        if kind == CELL:
            self._cell = json.loads(said)["cell"]
        listener = heard.get(kind)
        if listener is not None:
            listener(said)

    def _outcome(self) -> Outcome:
        end = self._lines.get("status") or {}
        born = self._lines.get("pid") or {}
        failure = self._failure(end)
        return Outcome(
            result=self._answer[1] if self._answer is not None and failure is None else None,
            failure=failure,
            seconds=time.monotonic() - (self._born or self._asked),
            cpu_seconds=end.get("cpu_seconds", 0.0),
            peak_bytes=end.get("peak_bytes", 0),
            pid=born.get("pid"),
        )

    def _failure(self, end: Mapping[str, Any]) -> Failure | None:
        printed = self._printed.decode(errors="replace")
        refused = self._lines.get("refused")
        if refused is not None:
            return failures.refused(refused["refused"], refused.get("count", 0))
        if self._late and self._answer is None:
            return failures.too_long(self._limits, printed, self._cell)
        if self._answer is not None:
            kind, said = self._answer
            return None if kind == RESULT else failures.raised(said, printed)
        if "status" in end:
            return failures.ended(end["status"], printed, self._cell)
        return failures.lost(printed, self._cell)
