"""Kernels that begin warm: a fork server of this server's own, which has seen no visitor and ends with it.

A visitor's kernel is a fresh copy of a process that has imported what the pages need and played an invented case. The fork
server is private: nobody else's programs ask it, and it goes when this process goes, even when that is killed. It starts with
the first page that needs a kernel and leaves when nobody has needed one for a while. Whatever goes wrong with it, the kernel
is spawned, as where there is no fork; `CXMATURITY_WARM=spawn` asks for that.
"""

from __future__ import annotations

import contextlib
import logging
import os
import shutil
import signal
import socket
import subprocess
import threading
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any, Final

from jupyter_client.provisioning.factory import KernelProvisionerFactory

from cxmaturity.core.problems import CxMaturityError
from cxmaturity.warm.place import scratch_folder
from cxmaturity.warm.provisioner import ForkedProcess, ForkProvisioner
from cxmaturity.warm.starting import Started, WarmStartError, can_fork, connect, no_server, start
from cxmaturity.warm.values import Preload

log: Final = logging.getLogger("cxmaturity.app")
NAME: Final = "cxmaturity-pages"
PAGES: Final = Preload(
    modules=("psutil", "ipykernel.kernelapp", "ipykernel.debugger", "IPython.core.completer"),
    warm_up="cxmaturity.app.server.warm_up:warm_up",
)
IDLE_SECONDS: Final = 900.0
_ANSWER_SECONDS: Final = 30.0
"""How long a page waits for its copy, the fork server's own start included; then its kernel is spawned."""
_END_SECONDS: Final = 5.0
_TRIES: Final = 3
"""How many fork servers may end without having served anybody before no other one is started."""


class WarmKernels:
    """The fork server of one server; `connection` may be called from several threads at once."""

    def __init__(self, preload: Preload = PAGES, *, idle_seconds: float = IDLE_SECONDS) -> None:
        self._preload = preload
        self._idle_seconds = idle_seconds
        self._lock = threading.Lock()
        self._own: Started | None = None
        self._left: list[Started] = []  # their name is gone, but visitors still have kernels of theirs
        self._tries = _TRIES
        self._closed = False

    @staticmethod
    def possible() -> bool:
        """Say whether kernels can be forked here, and may be."""
        return can_fork() and os.environ.get("CXMATURITY_WARM") != "spawn"

    @property
    def pid(self) -> int | None:
        """The process of the fork server, None while there is none."""
        own = self._own
        return None if own is None or own.process.poll() is not None else own.process.pid

    def begin(self) -> None:
        """Start the fork server, if need be, for the pages that will come; what goes wrong is for the first of them."""
        if self.pid is None:
            with contextlib.suppress(WarmStartError, OSError):
                self._connected().close()

    def connection(self) -> socket.socket:
        """Return a connection behind which a fresh copy waits for what it is asked.

        Raises
        ------
        WarmStartError
            ``warm.no_server``.
        OSError
            When no copy came in time, or the fork server went away.
        """
        connection = self._connected()
        try:
            connection.settimeout(_ANSWER_SECONDS)
            if not connection.recv(1, socket.MSG_PEEK):  # it says which process was born; read by who asked
                raise ConnectionResetError
        except OSError:
            connection.close()
            log.warning("the fork server does not answer; a kernel is spawned")
            raise
        self._tries = _TRIES
        return connection

    def _connected(self) -> socket.socket:
        with self._lock:
            if self._closed or not self.possible():
                raise _none()
            found = None if self._own is None else connect(self._own.path)
            if found is not None:
                return found
            self._leave()
            if not self._tries:
                raise _none()
            self._tries -= 1
            try:
                self._own = start(self._preload, "", idle_seconds=self._idle_seconds, private=True)
            except (CxMaturityError, OSError) as error:
                log.warning("the fork server could not be started: %s", error)
                raise _none() from error
            found = connect(self._own.path)
            if found is None:
                raise _none()
            return found

    def _leave(self) -> None:
        """Let go of servers that have ended; one that only lost its name keeps the kernels it has."""
        servers, self._own = [*self._left, *([self._own] if self._own else [])], None
        self._left = [server for server in servers if server.process.poll() is None]
        for server in servers:
            if server not in self._left:
                if server.process.returncode == 0:  # it left because nobody needed it
                    self._tries = _TRIES
                _end(server)

    def close(self) -> None:
        """End the fork server and all that came of it; none is started afterwards."""
        with self._lock:
            self._closed = True
            servers, self._own, self._left = [*self._left, *([self._own] if self._own else [])], None, []
        for server in servers:
            _end(server)


def _end(server: Started) -> None:
    """End a fork server that may be serving, still importing, or hanging, and wait until it is gone with all it made."""
    server.process.terminate()
    try:
        server.process.wait(_END_SECONDS)
    except subprocess.TimeoutExpired:
        server.process.kill()
    server.end()
    server.path.unlink(missing_ok=True)
    shutil.rmtree(scratch_folder(server.path.stem), ignore_errors=True)


def _none() -> WarmStartError:
    return no_server(Path())


class PageProvisioner(ForkProvisioner):
    """Starts a page's kernel as a copy of its server's own fork server, never of one that others use too."""

    def _connected(self) -> socket.socket:
        kernels: Any = self.parent.parent  # the manager of the kernel, and the one of all kernels
        warm: WarmKernels = kernels.warm
        return warm.connection()

    async def kill(self, restart: bool = False) -> None:
        """Kill the kernel and its group, also when the fork server hangs."""
        if isinstance(self.process, ForkedProcess):
            self.process.send_signal(signal.SIGKILL)
        await super().kill(restart)


def register() -> dict[str, Any]:
    """Make the provisioner known in this process, and return what a kernelspec says to use it."""
    entry = EntryPoint(
        name=NAME, value=f"{__name__}:PageProvisioner", group=KernelProvisionerFactory.GROUP_NAME
    )
    KernelProvisionerFactory.provisioners.setdefault(NAME, entry)
    return {"kernel_provisioner": {"provisioner_name": NAME}}
