"""ipykernel's own kernel, shell and streams, with a list in place of the sockets.

Everything that decides what an output is (formatters, display hook, traceback, magics, comms) is ipykernel's
code, unchanged; only the last step, sending, differs. That is why a notebook run here equals one run through a socket.
"""

from __future__ import annotations

import asyncio
import codecs
import contextlib
import logging
import os
import queue
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final, cast

import ipykernel
from ipykernel.iostream import IOPubThread, OutStream
from ipykernel.ipkernel import IPythonKernel
from jupyter_client.session import Session
from traitlets import Any as AnyTrait

SHELL: Final = "shell"
"""Stands for the socket of replies; everything else that is sent goes to who listens to outputs."""
_READ: Final = 1 << 20

Message = dict[str, Any]

# Half typed, which mypy takes for wholly typed; here they are what they are.
_Session: Any = Session
_PubThread: Any = IOPubThread
_Stream: Any = OutStream
_Kernel: Any = IPythonKernel


class Mailbox:
    """Messages from any thread, for one waiting coroutine."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._held: deque[Message] = deque()
        self._came = asyncio.Event()

    def put(self, message: Message) -> None:
        """Add a message, from any thread."""
        self._held.append(message)
        with contextlib.suppress(RuntimeError):  # the loop is over: nobody waits any more
            self._loop.call_soon_threadsafe(self._came.set)

    async def get_msg(self, timeout: float | None = None) -> Message:  # noqa: ASYNC109  # nbclient's own name
        """Return the next message; raise `queue.Empty` when none comes in time."""
        while not self._held:
            self._came.clear()
            try:
                await asyncio.wait_for(self._came.wait(), timeout)
            except TimeoutError:
                raise queue.Empty from None
        return self._held.popleft()


class RecordingSession(_Session):  # type: ignore[misc]  # jupyter_client has no types
    """Makes messages as ever, passes them through the wire's JSON, and hands them over."""

    deliver: Any = AnyTrait()

    def send(  # noqa: D102, PLR0917  # its own signature
        self,
        stream: Any,
        msg_or_type: Any,
        content: Any = None,
        parent: Any = None,
        ident: Any = None,  # noqa: ARG002
        buffers: Any = None,
        track: bool = False,  # noqa: ARG002
        header: Any = None,
        metadata: Any = None,
    ) -> Message | None:
        if isinstance(msg_or_type, dict):
            message, buffers = msg_or_type, buffers or msg_or_type.get("buffers", [])
        else:
            message = self.msg(msg_or_type, content=content, parent=parent, header=header, metadata=metadata)
        if os.getpid() != self.pid:
            return None
        told = dict(message)
        told["content"] = self.unpack(self.pack(message["content"]))
        told["metadata"] = self.unpack(self.pack(message["metadata"]))
        told["buffers"] = [bytes(memoryview(buffer)) for buffer in buffers or ()]
        self.deliver(stream, told)
        return message


class _NoThread(_PubThread):  # type: ignore[misc]
    """What an `OutStream` needs of the thread that publishes; here the writer publishes."""

    def __init__(self) -> None:
        self.thread = None
        self.io_loop = None

    def schedule(self, f: Callable[[], Any]) -> None:
        f()


class RecordingStream(_Stream):  # type: ignore[misc]
    """Standard output or error of the cells, Python's and the operating system's, in the order written.

    The file descriptor leads to a file in memory that is read whenever Python writes or flushes, so nothing blocks
    and nothing is lost when a C library or a subprocess prints.
    """

    def __init__(self, session: Any, name: str, descriptor: int) -> None:
        super().__init__(session, _NoThread(), name, watchfd=False)
        self._descriptor = descriptor
        self._original_stdstream_copy = os.dup(descriptor)
        self._file = _memory_file(name)
        self._read = 0
        self._decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
        os.dup2(self._file, descriptor)

    def _schedule_flush(self) -> None:
        """Wait for a flush, a display or the end of the cell; a timer would cut the text at random."""

    def _drain(self) -> None:
        if not self._is_master_process():
            return
        while data := os.pread(self._file, _READ, self._read):
            self._read += len(data)
            super().write(self._decoder.decode(data))

    def write(self, string: str) -> int | None:
        """Add text after what the operating system has been given before it."""
        if not self._is_master_process() and isinstance(string, str):
            return os.write(self._descriptor, string.encode())  # a worker forked by a cell
        self._drain()
        return super().write(string)  # type: ignore[no-any-return]

    def flush(self) -> None:
        """Publish what has been written."""
        if self._is_master_process():
            self._drain()
            self._flush()


def _memory_file(name: str) -> int:
    if hasattr(os, "memfd_create"):
        made = os.memfd_create(name)
    else:
        import tempfile

        made, path = tempfile.mkstemp()
        with contextlib.suppress(OSError):  # Windows keeps the name of an open file
            os.unlink(path)  # noqa: PTH108
    if hasattr(os, "set_blocking"):
        import fcntl

        fcntl.fcntl(made, fcntl.F_SETFL, fcntl.fcntl(made, fcntl.F_GETFL) | os.O_APPEND)
    return made


class _NoDebugger:
    def __init__(self, *_: Any) -> None:
        pass


class _ShellThread:
    """What ipykernel asks of its shell thread: which thread runs the cells."""

    def __init__(self) -> None:
        self.parent_thread = threading.current_thread()


class _Loop:
    """The running loop as the kernel knows it; leaving a notebook ends the kernel, not the loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop, left: Callable[[], None]) -> None:
        self.asyncio_loop = loop
        self._left = left

    def add_callback(self, callback: Callable[..., Any], *arguments: Any) -> None:
        self.asyncio_loop.call_soon_threadsafe(callback, *arguments)

    def call_later(self, _delay: float, _callback: Callable[..., Any]) -> None:
        self._left()

    def stop(self) -> None:
        self._left()


class RecordingKernel(_Kernel):  # type: ignore[misc]
    """One kernel without sockets, driven by coroutine."""

    debugger_class = _NoDebugger
    io_loop: Any = AnyTrait()
    left = False

    @property
    def _supports_kernel_subshells(self) -> bool:
        return False

    def _abort_queues(self, *_: Any) -> None:
        """Nothing is queued behind a cell."""

    async def handle(self, message: Message) -> None:
        """Serve one request, as ipykernel's dispatcher does."""
        self.set_parent([b""], message, channel="shell")
        self._publish_status("busy", "shell")
        self.pre_handler_hook()
        try:
            answer = self.shell_handlers[message["header"]["msg_type"]](SHELL, [b""], message)
            if answer is not None:
                await answer
        except Exception:  # a handler that fails must not leave the asker waiting
            self.log.exception("the request could not be served")
        finally:
            self.post_handler_hook()
        sys.stdout.flush()
        sys.stderr.flush()
        self._publish_status("idle", "shell")


def start_kernel(
    loop: asyncio.AbstractEventLoop, deliver: Callable[[Any, Message], None], *, search_cwd: bool
) -> RecordingKernel:
    """Start the kernel of this process, in the steps of ``IPKernelApp.initialize``."""
    from ipykernel.kernelapp import IPKernelApp
    from traitlets.config import Config

    application: Any = IPKernelApp.instance(config=Config({"HistoryManager": {"enabled": False}}))
    session = RecordingSession(deliver=deliver, key=b"")
    sys.stdout = RecordingStream(session, "stdout", 1)
    sys.stderr = RecordingStream(session, "stderr", 2)
    sys.argv = [str(Path(ipykernel.__file__).parents[1] / "ipykernel_launcher.py")]
    if search_cwd:
        sys.path.insert(0, "")
    with _without_debugger():
        kernel = RecordingKernel.instance(
            session=session,
            iopub_socket="iopub",
            log=logging.getLogger("cxmaturity.warm"),
            shell_channel_thread=_ShellThread(),
            parent=application,
        )
    application.kernel, application.shell = kernel, kernel.shell  # whoever asks for the application finds it
    kernel.shell.configurables.append(application)

    def left() -> None:
        kernel.left = True

    kernel.io_loop = _Loop(loop, left)
    _safe_faulthandler()
    with contextlib.suppress(ImportError):
        kernel.shell.extension_manager.load_extension("storemagic")
    return kernel  # type: ignore[no-any-return]


@contextlib.contextmanager
def _without_debugger() -> Iterator[None]:
    """Spare the kernel the import of its debugger, which nobody reaches without sockets; a cell may import it as ever."""
    modules = cast("dict[str, Any]", sys.modules)  # None is what Python itself puts there
    held = not {"debugpy", "ipykernel.debugger"} & set(modules)
    if held:
        modules["debugpy"] = None
    try:
        yield
    finally:
        if held:
            modules.pop("debugpy", None)


def _safe_faulthandler() -> None:
    """Point ``faulthandler.enable()`` of a cell at a real file, as ipykernel does."""
    import faulthandler

    enable = faulthandler.enable

    def enabled(file: Any = sys.__stderr__, all_threads: bool = True, **more: Any) -> None:
        enable(file=file, all_threads=all_threads, **more)

    faulthandler.enable = enabled


class Loopback:
    """What nbclient needs of a kernel client, straight to the kernel in this process."""

    allow_stdin = False

    def __init__(self, *, search_cwd: bool) -> None:
        self._loop = asyncio.get_running_loop()
        self.iopub_channel = Mailbox(self._loop)
        self._replies = Mailbox(self._loop)
        self._turn = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()
        self.kernel = start_kernel(self._loop, self._deliver, search_cwd=search_cwd)
        self.session = self.kernel.session
        self.shell_channel = self

    def _deliver(self, stream: Any, message: Message) -> None:
        (self._replies if stream is SHELL else self.iopub_channel).put(message)

    async def get_msg(self, timeout: float | None = None) -> Message:  # noqa: ASYNC109
        """Return the next reply."""
        return await self._replies.get_msg(timeout)

    def send(self, message: Message) -> None:
        """Take a request (or a comm message of an Output widget) and serve it when those before are served."""
        task = self._loop.create_task(self._serve(message))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, message: Message) -> None:
        async with self._turn:
            await self.kernel.handle(message)

    def execute(self, code: str, *, store_history: bool = True, stop_on_error: bool = True) -> str:
        """Ask for the execution of one cell; return the number of the request."""
        content: Mapping[str, Any] = {
            "code": code,
            "silent": False,
            "store_history": store_history,
            "user_expressions": {},
            "allow_stdin": False,
            "stop_on_error": stop_on_error,
        }
        message = self.session.msg("execute_request", content)
        self.send(message)
        return str(message["header"]["msg_id"])

    def is_alive(self) -> bool:
        """Say whether the notebook has left."""
        return not self.kernel.left
