"""The life of one child: read what is asked, take its place, do it, leave without a trace."""

from __future__ import annotations

import atexit
import contextlib
import ctypes
import faulthandler
import functools
import gc
import importlib
import json
import os
import signal
import socket
import sys
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, NoReturn

from cxmaturity.warm import isolation
from cxmaturity.warm.wire import CELL, ERROR, PROGRESS, RESULT, WireError, frame, receive_request, write_all

_DIES_WITH_SERVER: Final = 1
FAILED: Final = 70
_TRACEBACK: Final = 20_000


@functools.cache
def libc() -> Any:
    """Return the C library; asked once by the server, so that a child finds it ready."""
    return ctypes.CDLL(None)


_SERVER: Final[dict[str, str]] = {}


def server_path() -> str | None:
    """Return the socket of the server that this process comes from, None when it was spawned."""
    return _SERVER.get("path")


def live(connection: socket.socket, scratch: Path, server: str) -> NoReturn:
    """Serve the one request of a connection in this fresh copy of the server, and end; never returns."""
    status = FAILED
    _SERVER["path"] = server
    try:
        os.setsid()
        libc().prctl(_DIES_WITH_SERVER, signal.SIGKILL, 0, 0, 0)
        isolation.default_signals()
        with contextlib.suppress(OSError):  # the operating system's choice when memory ends is the child
            Path("/proc/self/oom_score_adj").write_text("600", encoding="ascii")
        connection = _alone_with(connection)
        atexit._clear()  # noqa: SLF001  # what the server registered is not for its copies
        gc.enable()
        try:
            head, payload, descriptors = receive_request(connection)
        except WireError:
            status = 0
        else:
            status = _serve(head, payload, descriptors, scratch)
    except SystemExit as leaving:
        status = leaving.code if isinstance(leaving.code, int) else 0 if leaving.code is None else 1
    except BaseException:  # noqa: BLE001  # a copy of the server must never go on as one
        traceback.print_exc()
    finally:
        with contextlib.suppress(Exception):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(status & 0xFF)


def _alone_with(connection: socket.socket) -> socket.socket:
    """Close every file descriptor that the server had open for others."""
    number = connection.detach()
    os.closerange(3, number)
    os.closerange(number + 1, os.sysconf("SC_OPEN_MAX"))
    return socket.socket(fileno=number)


def _serve(head: Mapping[str, Any], payload: bytes, descriptors: list[int], scratch: Path) -> int:
    if head["kind"] == "kernel":
        from cxmaturity.warm.kernel_child import be_kernel

        return be_kernel(head, descriptors)
    channel, output = descriptors
    with Path(os.devnull).open("rb") as nothing:
        os.dup2(nothing.fileno(), 0)
    for number in (1, 2):
        os.dup2(output, number)
    os.close(output)
    isolation.use_job_context(head["context"], scratch)
    faulthandler.enable(file=os.dup(2))  # the last words of a crash, in Python's terms
    isolation.set_limits(head["limits"])
    return do_job(head["target"], payload, functools.partial(write_all, channel))


class Teller:
    """What a job gets to say how far it is."""

    def __init__(self, send: Callable[[bytes], None]) -> None:
        self._send = send

    def __call__(self, said: bytes) -> None:
        """Say something; it reaches `on_progress`."""
        self._send(frame(PROGRESS, said))

    def cell(self, said: Mapping[str, Any]) -> None:
        """Say which cell of a notebook begins or ends; if the process dies, the asker knows where."""
        self._send(frame(CELL, json.dumps(said).encode()))


def do_job(target: str, payload: bytes, send: Callable[[bytes], None]) -> int:
    """Call the function named `target` with the payload; send its result, or what it raised. Return the status."""
    try:
        function = find(target)
        result = function(payload, Teller(send))
        if not isinstance(result, bytes):
            raise TypeError(f"{target} returned {type(result).__name__}; a job returns bytes")  # noqa: TRY301
    except BaseException as error:  # noqa: BLE001  # SystemExit and KeyboardInterrupt are answers of a job too
        send(frame(ERROR, json.dumps(_said(error)).encode()))
        return 0
    send(frame(RESULT, result))
    return 0


def _said(error: BaseException) -> dict[str, Any]:
    said = {"name": type(error).__name__, "said": _text(error), "memory": isinstance(error, MemoryError)}
    try:
        said["traceback"] = "".join(traceback.format_exception(error))[-_TRACEBACK:]
    except Exception:  # noqa: BLE001  # an error that cannot even be shown, or no memory to show it
        said["traceback"] = ""
    return said


def _text(error: BaseException) -> str:
    try:
        return str(error)[:2000]
    except Exception:  # noqa: BLE001  # an error whose text fails is still an error
        return ""


def find(target: str) -> Callable[..., Any]:
    """Return the function that ``package.module:function`` names."""
    module, _, name = target.partition(":")
    found: Any = importlib.import_module(module)
    for part in name.split("."):
        found = getattr(found, part)
    return found  # type: ignore[no-any-return]
