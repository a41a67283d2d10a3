"""Find the server that holds a preload list ready, or start it; two askers at once start one."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Final

from cxmaturity.core.problems import CxMaturityError, FileError
from cxmaturity.warm.place import runtime_folder, scratch_folder, server_environment, server_name
from cxmaturity.warm.values import Preload

BACKLOG: Final = 128
LONGEST_PATH: Final = 107
_ATTEMPTS: Final = 5
_LIVING: Final[list[subprocess.Popen[bytes]]] = []


class WarmStartError(CxMaturityError, RuntimeError):
    """No warm process can be had here."""


def can_fork() -> bool:
    """Say whether this platform can hold a fork server: Linux, with what the server watches its children by."""
    return sys.platform == "linux" and hasattr(os, "pidfd_open") and Path("/proc/self/task").is_dir()


def socket_path(name: str) -> Path:
    """Return the path of the socket of a server.

    Raises
    ------
    FileError
        ``warm.path_too_long``: a Unix socket has 107 bytes for its path.
    """
    path = runtime_folder() / f"{name}.sock"
    if len(os.fsencode(path)) > LONGEST_PATH:
        raise FileError.of(
            "warm.path_too_long",
            "{folder} is too long a path for a socket.",
            hint="Name a shorter one with CXMATURITY_RUNTIME_DIR.",
            folder=str(path.parent),
        )
    return path


def connect(path: Path) -> socket.socket | None:
    """Return a connection to the server that listens there, None when there is none."""
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        connection.connect(str(path))
    except OSError:
        connection.close()
        return None
    return connection


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    import fcntl  # not on Windows, where nobody comes here

    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def connect_or_start(preload: Preload, *, idle_seconds: float) -> socket.socket:
    """Return a connection to the shared server of this preload list, started when there is none.

    Raises
    ------
    WarmStartError
        ``warm.no_server`` when none stays up.
    """
    name = server_name(preload)
    path = socket_path(name)
    for attempt in range(_ATTEMPTS):
        connection = connect(path)
        if connection is not None:
            return connection
        with _locked(path.with_suffix(".lock")):
            connection = connect(path)  # somebody may have started it while we waited
            if connection is None:
                start(preload, name, idle_seconds=idle_seconds).detached()
                connection = connect(path)
        if connection is not None:
            return connection
        time.sleep(0.05 * attempt)
    raise no_server(path.with_suffix(".log"))


def no_server(log: Path) -> WarmStartError:
    """Return the error that says where the server's own words are."""
    return WarmStartError.of(
        "warm.no_server",
        "the warm start could not be prepared; what it said is in {log}.",
        log=str(log),
    )


def program(module: str) -> list[str]:
    """Return the command of a module of ours that does not search the asker's folder.

    ``-P`` would do that too, but the processes that come of it would inherit the flag, and a notebook would no longer
    find what lies beside it.
    """
    return [sys.executable, "-c", f"import sys; sys.path.pop(0); from {module} import main; main()"]


class Started:
    """A server just started, and the leash that a private one is held by."""

    def __init__(self, process: subprocess.Popen[bytes], path: Path, leash: int | None) -> None:
        self.process = process
        self.path = path
        self._leash = leash

    def detached(self) -> None:
        """Let it live on its own; those that have ended meanwhile are waited for."""
        _LIVING[:] = [process for process in (*_LIVING, self.process) if process.poll() is None]

    def end(self, *, keep_log: bool = False) -> None:
        """Let go of the leash and wait until the server, its children and its folder are gone."""
        if self._leash is not None:
            os.close(self._leash)
            self._leash = None
            self.process.wait()
            if not keep_log:
                self.path.with_suffix(".log").unlink(missing_ok=True)


def start(preload: Preload, name: str, *, idle_seconds: float, private: bool = False) -> Started:
    """Start a server; its socket listens before it is warm, so nobody has to wait and ask again.

    Raises
    ------
    WarmStartError
        ``warm.cannot_start`` when the system refuses: a full disk, no process left.
    """
    path = socket_path(f"p{os.getpid()}-{time.monotonic_ns() & 0xFFFFFFFF:x}" if private else name)
    scratch = scratch_folder(path.stem)
    held, leash = os.pipe() if private else (None, None)
    try:
        path.unlink(missing_ok=True)
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener, _new_log(path) as log:
            _bind(listener, path)
            passed = [listener.fileno(), *([] if held is None else [held])]
            command = program("cxmaturity.warm.server")
            command += [f"--listen={listener.fileno()}", f"--idle={idle_seconds}", f"--scratch={scratch}"]
            command += [] if held is None else [f"--leash={held}"]
            command += ["--preload", json.dumps({"modules": preload.modules, "warm_up": preload.warm_up})]
            process = subprocess.Popen(  # noqa: S603  # our own interpreter and module
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=server_environment(),
                pass_fds=passed,
                cwd=path.parent,
                start_new_session=True,
            )
    except BaseException as error:
        if leash is not None:
            os.close(leash)
        if not isinstance(error, OSError):
            raise
        raise WarmStartError.of(
            "warm.cannot_start",
            "the warm start could not be prepared in {folder}: {reason}",
            folder=str(path.parent),
            reason=error.strerror or type(error).__name__,
        ) from error
    finally:
        if held is not None:
            os.close(held)
    return Started(process, path, leash)


def _new_log(path: Path) -> IO[bytes]:
    log = os.open(path.with_suffix(".log"), os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    return os.fdopen(log, "wb", buffering=0)


def _bind(listener: socket.socket, path: Path) -> None:
    """Bind with mode 0600 from the first moment: the socket cannot be connected to before `listen`."""
    listener.bind(str(path))
    path.chmod(0o600)
    listener.listen(BACKLOG)
