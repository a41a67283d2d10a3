"""A server as a child process: a free port before, its first words to wait for, signals to pass on, a clean end.

The command line may not import the screens: it starts them as anybody could, with ``python -m cxmaturity.app``.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final

from cxmaturity.cli import _output
from cxmaturity.core.problems import FileError

MODULE: Final = ("-m", "cxmaturity.app", "serve")
FIRST_PORT: Final = 8866
PORTS_TRIED: Final = 20
FAREWELL: Final = 10.0


def free_port(host: str, wanted: int | None) -> int:
    """Return the port to bind: the one asked for, or the first free one from 8866.

    Raises
    ------
    FileError
        ``cli.port_taken`` when the port asked for is in use, ``cli.no_such_host`` when this machine does not
        have that address.
    """
    candidates = [wanted] if wanted else list(range(FIRST_PORT, FIRST_PORT + PORTS_TRIED))
    for port in candidates:
        try:
            if _is_free(host, port):
                return port
        except OSError as error:
            raise FileError.of(
                "cli.no_such_host",
                "this machine cannot listen on '{host}', port {port}: {reason}.",
                hint="127.0.0.1 is this machine only; 0.0.0.0 is every network it is on.",
                host=host,
                port=port,
                reason=error.strerror or type(error).__name__,
            ) from error
    raise FileError.of(
        "cli.port_taken",
        "port {port} is taken by another program.",
        hint="Choose another with --port, or leave --port out.",
        port=candidates[0],
    )


def _is_free(host: str, port: int) -> bool:
    import errno

    family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
    with socket.socket(family, socket.SOCK_STREAM) as trial:
        if sys.platform != "win32":  # there it would let two programs listen on one port
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return False
            raise
    return True


def run(words: Sequence[str], store: str, ready: Callable[[Mapping[str, Any]], None]) -> int:
    """Start the server, tell `ready` what it says once it listens, wait for its end; return the exit code.

    The address of the store goes by the environment: it may hold a password, and anybody can read a command line.

    Ctrl-C and a request to end (SIGTERM) are passed on; a server that does not end in ten seconds is ended.
    """
    told_apart = {"CXMATURITY_LANGUAGE": _output.language(), "CXMATURITY_STORE": store}
    command = [sys.executable, *MODULE, *words]
    with (
        subprocess.Popen(command, env={**os.environ, **told_apart}, stdout=subprocess.PIPE) as child,  # noqa: S603  # our own module
        _ends_with_us(child),
    ):
        try:
            told = _first_words(child)
            if told is None:
                _output.say(_output.t("app.did_not_start"))
                return 1
            ready(told)
            for line in child.stdout or ():  # an unread pipe would hold the server up
                _output.say(line.decode(errors="replace").rstrip())
            code = child.wait()
        except KeyboardInterrupt:
            _end(child)
            _output.say(_output.t("app.stopped"))
            return 0
        finally:
            _end(child)
    return 0 if code in (0, -signal.SIGTERM, -signal.SIGINT) else 1


def _first_words(child: subprocess.Popen[bytes]) -> Mapping[str, Any] | None:
    """Return the one line of JSON that the server prints when it listens; None when it ended without one."""
    for line in child.stdout or ():
        try:
            told = json.loads(line)
        except ValueError:  # a library had something to say
            continue
        if isinstance(told, dict) and told.get("ready"):
            return told
    return None


@contextmanager
def _ends_with_us(child: subprocess.Popen[bytes]) -> Iterator[None]:
    """Pass a request to end on to the child: a container stops its first process only."""
    try:
        before = signal.signal(signal.SIGTERM, lambda *_: child.terminate())
    except ValueError:  # not the main thread
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _end(child: subprocess.Popen[bytes]) -> None:
    """End the child: it was told by the same Ctrl-C, and has ten seconds to save what it holds."""
    if child.poll() is not None:
        return
    for ask in (child.terminate, child.kill):
        ask()
        try:
            child.wait(timeout=FAREWELL)
        except subprocess.TimeoutExpired:
            continue
        return
