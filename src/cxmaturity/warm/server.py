"""The fork server: one thread, everything imported, nothing of any client; one child for each connection.

It never reads what is asked. It accepts, checks that the asker is the same user, checks that it is still
single-threaded (a copy of a process with threads may hang), forks, and watches: when the asker hangs up, the
child's process group is killed; when the child ends, what is left of its group and its folder are removed, and
the asker is told how it ended.
"""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import fcntl
import gc
import json
import os
import select
import shutil
import signal
import socket
import struct
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, NoReturn

import attrs

from cxmaturity.warm import child as child_process
from cxmaturity.warm import isolation
from cxmaturity.warm.values import Preload
from cxmaturity.warm.warming import warm

MOST_CHILDREN: Final = 512
_SUBREAPER: Final = 36
_CREDENTIALS: Final = struct.Struct("3i")


@attrs.define(kw_only=True)
class _Child:
    pid: int
    watch: int
    connection: socket.socket
    scratch: Path


def tasks() -> int:
    """Count the threads of this process as the operating system sees them, those of C libraries included."""
    return sum(1 for _ in Path("/proc/self/task").iterdir())


class Server:
    """Accepts, forks and watches until nobody needs it any more."""

    def __init__(
        self, listener: socket.socket, scratch: Path, *, idle_seconds: float, leash: int | None
    ) -> None:
        self._listener = listener
        self._scratch = scratch
        self._idle_seconds = idle_seconds
        self._leash = leash
        self._children: dict[int, _Child] = {}
        self._by_connection: dict[int, _Child] = {}
        self._poll = select.poll()
        self._poll.register(listener, select.POLLIN)
        if leash is not None:
            self._poll.register(leash, select.POLLIN | select.POLLHUP)
        self._over = False
        self._path = Path(listener.getsockname())
        self._file = self._path.stat().st_ino

    def serve(self) -> None:
        """Serve until idle for long enough, or until the one who holds the leash is gone."""
        asked = time.monotonic()
        try:
            while not self._over:
                for number, happened in self._poll.poll(1000):
                    asked = time.monotonic()
                    self._react(number, happened)
                if self._children:
                    asked = time.monotonic()
                elif time.monotonic() - asked > self._idle_seconds or not self._named():
                    self._retire()
        finally:
            self._end()

    def _react(self, number: int, happened: int) -> None:
        if number == self._listener.fileno():
            self._accept()
        elif number == self._leash:
            self._over = True
        elif number in self._children:
            self._bury(self._children[number])
        elif number in self._by_connection and happened:
            self._hung_up(self._by_connection[number])

    def _accept(self) -> bool:
        """Serve who is waiting; return whether somebody was."""
        try:
            connection, _ = self._listener.accept()
        except OSError:
            return False
        connection.setblocking(True)  # not inherited from a listener that no longer waits
        born = self._refusal(connection) or self._fork(connection)
        if isinstance(born, dict):
            _say(connection, born)
            connection.close()
            return True
        self._children[born.watch] = born
        self._by_connection[connection.fileno()] = born
        self._poll.register(born.watch, select.POLLIN)
        self._poll.register(connection, select.POLLRDHUP)
        _say(connection, {"pid": born.pid})
        return True

    def _fork(self, connection: socket.socket) -> _Child | dict[str, Any]:
        """Return a child that serves a connection, or the refusal: what the system denies one must not end the others."""
        sys.stdout.flush()
        sys.stderr.flush()
        try:
            pid = os.fork()
        except OSError:
            return {"refused": "system"}
        if pid == 0:
            child_process.live(connection, self._scratch / str(os.getpid()), str(self._path))
        try:
            watch = os.pidfd_open(pid)
        except OSError:
            _kill(pid)
            os.waitpid(pid, 0)
            return {"refused": "system"}
        return _Child(pid=pid, watch=watch, connection=connection, scratch=self._scratch / str(pid))

    def _refusal(self, connection: socket.socket) -> dict[str, Any] | None:
        said = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
        _, user, _ = _CREDENTIALS.unpack(said)
        if user != os.geteuid():
            return {"refused": "user"}
        if (count := tasks()) != 1:
            return {"refused": "threads", "count": count}
        if len(self._children) >= MOST_CHILDREN:
            return {"refused": "children", "count": len(self._children)}
        return None

    def _hung_up(self, child: _Child) -> None:
        self._poll.unregister(child.connection)
        del self._by_connection[child.connection.fileno()]
        _kill(child.pid)

    def _bury(self, child: _Child) -> None:
        """Kill what is left of a child's group while its number is still its own, then read how it ended."""
        _kill(child.pid)
        _, status, used = os.wait4(child.pid, 0)
        self._poll.unregister(child.watch)
        os.close(child.watch)
        del self._children[child.watch]
        if self._by_connection.pop(child.connection.fileno(), None) is not None:
            self._poll.unregister(child.connection)
        self._strays()
        shutil.rmtree(child.scratch, ignore_errors=True)
        _say(
            child.connection,
            {
                "status": os.waitstatus_to_exitcode(status),
                "cpu_seconds": used.ru_utime + used.ru_stime,
                "peak_bytes": used.ru_maxrss * 1024,
            },
        )
        child.connection.close()

    def _strays(self) -> None:
        """Kill processes that a finished job left behind outside its group; they have become ours."""
        live = {child.pid for child in self._children.values()}
        for stray in _own_children() - live:
            with contextlib.suppress(OSError):
                if os.getsid(stray) not in live and _mark(stray) not in live:
                    os.kill(stray, signal.SIGKILL)
                    os.waitpid(stray, 0)
                else:
                    os.waitpid(stray, os.WNOHANG)

    def _retire(self) -> None:
        """Take the name away, so that the next asker starts another server, and serve who is already waiting."""
        self._over = True
        self._give_up_name()
        self._listener.setblocking(False)
        while self._accept():
            self._over = False
            self._idle_seconds = 0.0

    def _named(self) -> bool:
        """Say whether an asker can still find us: our socket has not been removed or replaced."""
        try:
            return self._path.lstat().st_ino == self._file
        except OSError:
            return False

    def _give_up_name(self) -> None:
        if self._named():
            self._path.unlink(missing_ok=True)

    def _end(self) -> None:
        self._give_up_name()
        for child in list(self._children.values()):
            _kill(child.pid)
            self._bury(child)
        self._strays()
        _leave_nothing(self._path, self._scratch, private=self._leash is not None)


@contextlib.contextmanager
def _ending_with(leash: int | None, path: Path, scratch: Path) -> Iterator[None]:
    """End at once when the one who holds the leash goes while we become warm: a Ctrl-C must not wait for our imports."""
    if leash is None:
        yield
        return

    def gone(*_: object) -> NoReturn:
        path.unlink(missing_ok=True)
        _leave_nothing(path, scratch, private=True)
        os._exit(0)

    flags = fcntl.fcntl(leash, fcntl.F_GETFL)
    signal.signal(signal.SIGIO, gone)
    fcntl.fcntl(leash, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(leash, fcntl.F_SETFL, flags | os.O_ASYNC)
    if select.select([leash], [], [], 0)[0]:  # it went before we asked to be told
        gone()
    yield
    fcntl.fcntl(leash, fcntl.F_SETFL, flags)
    signal.signal(signal.SIGIO, signal.SIG_DFL)


def _leave_nothing(path: Path, scratch: Path, *, private: bool) -> None:
    """Remove our folder; a shared one only as far as nobody works in it, for the next server has the same.

    The log of a private server has nobody left to read it.
    """
    if private:
        shutil.rmtree(scratch, ignore_errors=True)
        path.with_suffix(".log").unlink(missing_ok=True)
        return
    with contextlib.suppress(OSError):
        for folder in scratch.iterdir():
            if not Path("/proc", folder.name).exists():
                shutil.rmtree(folder, ignore_errors=True)
        scratch.rmdir()


def _say(connection: socket.socket, said: dict[str, Any]) -> None:
    with contextlib.suppress(OSError):
        connection.send(json.dumps(said).encode() + b"\n", socket.MSG_DONTWAIT | socket.MSG_NOSIGNAL)


def _kill(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)
    with contextlib.suppress(ProcessLookupError):  # it may not lead its group yet
        os.kill(pid, signal.SIGKILL)


def _own_children() -> set[int]:
    try:
        said = Path(f"/proc/self/task/{os.getpid()}/children").read_text(encoding="ascii")
    except OSError:
        return set()
    return {int(pid) for pid in said.split()}


def _mark(pid: int) -> int:
    prefix = f"{isolation.MARK}=".encode()
    with contextlib.suppress(OSError, ValueError):
        for entry in Path(f"/proc/{pid}/environ").read_bytes().split(b"\0"):
            if entry.startswith(prefix):
                return int(entry.removeprefix(prefix))
    return 0


def main(arguments: list[str] | None = None) -> None:
    """Start from the command line that `client` builds."""
    gc.disable()  # a sixth of the time of importing is spent looking for rubbish that imports do not make
    parser = argparse.ArgumentParser()
    parser.add_argument("--listen", type=int, required=True)
    parser.add_argument("--leash", type=int)
    parser.add_argument("--idle", type=float, required=True)
    parser.add_argument("--scratch", type=Path, required=True)
    parser.add_argument("--preload", type=json.loads, required=True)
    asked = parser.parse_args(arguments)
    os.umask(0o077)
    os.chdir("/")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    ctypes.CDLL(None).prctl(_SUBREAPER, 1, 0, 0, 0)
    listener = socket.socket(fileno=asked.listen)
    with _ending_with(asked.leash, Path(listener.getsockname()), asked.scratch):
        warm(Preload(modules=tuple(asked.preload["modules"]), warm_up=asked.preload["warm_up"]))
        gc.collect()
        gc.freeze()
    Server(listener, asked.scratch, idle_seconds=asked.idle, leash=asked.leash).serve()
