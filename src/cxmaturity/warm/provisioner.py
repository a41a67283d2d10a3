"""The kernel provisioner ``cxmaturity``: a kernel that is forked warm, for whoever starts kernels by their kernelspec.

papermill, nbclient, ``nbconvert --execute``, JupyterLab and Voilà all ask jupyter_client, and jupyter_client asks the
provisioner that the kernelspec names. Where there is no fork, or the server refuses, the kernel is spawned as ever.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import select
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Final

from jupyter_client.provisioning.local_provisioner import LocalProvisioner
from traitlets import Dict, Float, List, Unicode

from cxmaturity.warm.conversation import START_SECONDS, Lines
from cxmaturity.warm.place import private_folder, runtime_folder
from cxmaturity.warm.starting import WarmStartError, can_fork, connect, connect_or_start
from cxmaturity.warm.values import KERNELS, REPORTS, Preload
from cxmaturity.warm.wire import send_request

_FIRST_LOOK: Final = 0.001
_LAST_LOOK: Final = 0.02
_LONGEST_SOCKET: Final = 100


_Provisioner: Any = LocalProvisioner


class ForkedProcess:
    """A kernel's process, as `subprocess.Popen` would show it; the server is its parent and tells how it ended."""

    stdin = stdout = stderr = None

    def __init__(self, pid: int, connection: socket.socket, lines: Lines) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._connection = connection
        self._lines = lines
        connection.setblocking(False)

    def poll(self) -> int | None:
        """Return how it ended, None while it runs."""
        if self.returncode is None:
            with contextlib.suppress(BlockingIOError):
                data = self._connection.recv(4096)
                self._lines.feed(data)
                end = self._lines.get("status")
                if end is not None or not data:
                    self.returncode = -signal.SIGKILL if end is None else end["status"]
                    self._connection.close()
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end."""
        if self.poll() is None:
            poll = select.poll()
            poll.register(self._connection, select.POLLIN)
            end = None if timeout is None else time.monotonic() + timeout
            while self.poll() is None:
                left = None if end is None else (end - time.monotonic()) * 1000
                if left is not None and left <= 0:
                    raise subprocess.TimeoutExpired("kernel", timeout or 0.0)
                poll.poll(left)
        return self.returncode or 0

    def send_signal(self, number: int) -> None:
        """Send a signal to the kernel's process group."""
        if self.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.pid, number)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """Hang up: the server kills the whole group."""
        if self.poll() is None:
            with contextlib.suppress(OSError):
                self._connection.shutdown(socket.SHUT_WR)


class ForkProvisioner(_Provisioner):  # type: ignore[misc]  # jupyter_client has no types
    """Start the kernel as a child of the warm server, talking through files instead of ports."""

    preload = Unicode("kernels", help="What the server holds ready: 'kernels' or 'reports'.").tag(config=True)
    transport = Unicode("ipc", help="'ipc', or 'tcp' to leave the choice to the manager.").tag(config=True)
    idle_seconds = Float(300.0, help="How long an unused server stays.").tag(config=True)
    limits = Dict(help="memory_bytes and cpu_seconds of the kernel.").tag(config=True)
    modules = List(Unicode(), help="More modules to hold ready.").tag(config=True)
    process: Any = None
    server_path: str | None = None
    """The socket of a server that is already known; set in a job that drives a kernel of its own."""

    def _preload(self) -> Preload:
        chosen = REPORTS if self.preload == "reports" else KERNELS
        return Preload(modules=(*chosen.modules, *self.modules), warm_up=chosen.warm_up)

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        """Choose the transport before the manager writes its connection file."""
        manager = self.parent
        if manager is not None and can_fork() and self.transport == "ipc" and manager.transport == "tcp":
            address = str(
                private_folder(runtime_folder() / "kernels") / f"{self.kernel_id[:13]}-{os.getpid()}"
            )
            if len(address) < _LONGEST_SOCKET:
                manager.transport = "ipc"
                manager.ip = address
                manager.cache_ports = False
        return await super().pre_launch(**kwargs)  # type: ignore[no-any-return]

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> Any:
        """Ask the warm server for a kernel; without one, spawn it."""
        forked = None
        if can_fork() and self._own_interpreter(cmd):
            with contextlib.suppress(WarmStartError, OSError):
                forked = await asyncio.to_thread(self._fork, cmd, kwargs)
        if forked is None:
            return await super().launch_kernel(cmd, **kwargs)
        self.process = forked
        self.pid = self.pgid = forked.pid
        self.cwd = kwargs.get("cwd") or Path.cwd()
        return self.connection_info

    @staticmethod
    def _own_interpreter(command: list[str]) -> bool:
        """Say whether the command is this interpreter's ipykernel; any other one is spawned as it stands."""
        return (
            len(command) > 3
            and command[1:3] == ["-m", "ipykernel_launcher"]
            and Path(command[0]).absolute() == Path(sys.executable).absolute()
        )

    def _fork(self, command: list[str], kwargs: dict[str, Any]) -> ForkedProcess | None:
        connection = self._connected()
        try:
            connection.settimeout(START_SECONDS)
            with Path(os.devnull).open("rb") as nothing:
                send_request(
                    connection, self._head(command, kwargs), b"", self._streams(kwargs, nothing.fileno())
                )
            lines = Lines()
            while not lines.said:
                lines.feed(_received(connection))
        except BaseException:
            connection.close()
            raise
        born = lines.get("pid")
        if born is None:
            connection.close()
            return None
        return ForkedProcess(born["pid"], connection, lines)

    def _connected(self) -> socket.socket:
        if self.server_path is not None:
            known = connect(Path(self.server_path))
            if known is not None:
                return known
        return connect_or_start(self._preload(), idle_seconds=self.idle_seconds)

    def _head(self, command: list[str], kwargs: dict[str, Any]) -> dict[str, Any]:
        environment = kwargs.get("env")
        return {
            "kind": "kernel",
            "arguments": command[3:],
            "environment": dict(os.environ if environment is None else environment),
            "cwd": str(Path(kwargs.get("cwd") or "").absolute()),  # the server stands elsewhere
            "limits": dict(self.limits),
        }

    @staticmethod
    def _streams(kwargs: dict[str, Any], nothing: int) -> list[int]:
        """Return what the kernel's standard streams are: nothing to read, and where the manager writes."""
        streams = [nothing]
        for name, own in (("stdout", 1), ("stderr", 2)):
            given: Any = kwargs.get(name)
            if given == subprocess.DEVNULL:
                streams.append(nothing)
            elif isinstance(given, int) and given >= 0:
                streams.append(given)
            elif hasattr(given, "fileno"):
                streams.append(given.fileno())
            else:
                streams.append(own)
        return streams

    async def wait(self) -> int | None:
        """Wait for the end of the kernel without the tenth of a second that polling costs."""
        if not isinstance(self.process, ForkedProcess):
            return await super().wait()  # type: ignore[no-any-return]
        pause = _FIRST_LOOK
        while self.process.poll() is None:
            await asyncio.sleep(pause)
            pause = min(pause * 1.5, _LAST_LOOK)
        status = self.process.returncode
        self.process = None
        return status

    async def kill(self, restart: bool = False) -> None:
        """Kill the kernel and its group."""
        if isinstance(self.process, ForkedProcess):
            self.process.kill()
        else:
            await super().kill(restart)

    async def send_signal(self, signum: int) -> None:
        """Send a signal to the kernel's group."""
        if isinstance(self.process, ForkedProcess):
            if signum == signal.SIGKILL:
                self.process.kill()
            else:
                self.process.send_signal(signum)
        else:
            await super().send_signal(signum)


def _received(connection: socket.socket) -> bytes:
    data = connection.recv(4096)
    if not data:
        raise ConnectionResetError
    return data
