"""Jobs of the tests; a child imports them by name from its search path."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time


def look(payload, tell):
    """Run Python source and return the JSON of its variable `said`."""
    space = {"tell": tell}
    exec(payload.decode(), space)  # noqa: S102
    return json.dumps(space.get("said")).encode()


def never_warm():
    """Import for ever."""
    while True:
        time.sleep(0.01)


def echo(payload, tell):
    """Return the payload after saying how long it is."""
    tell(str(len(payload)).encode())
    return payload


def fault(payload, tell):
    """Read at address 0."""
    import ctypes

    print("before the fault", flush=True)  # noqa: T201
    ctypes.string_at(0)


def endless(payload, tell):
    """Never answer, whatever is asked politely."""
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    while True:
        pass


def hog(payload, tell):
    """Ask for memory until there is none."""
    held = []
    while True:
        held.append(bytearray(64 << 20))


def threads(payload, tell):
    """Start threads without end; each waits for ever."""
    import threading

    while True:
        threading.Thread(target=threading.Event().wait, daemon=False).start()


def forks(payload, tell):
    """Start a hundred processes in the group, and wait with them."""
    for _ in range(100):
        subprocess.Popen(["sleep", "600.25"])
    time.sleep(600)


def stray(payload, tell):
    """Leave a process behind, in a session of its own and out of the group."""
    made = subprocess.Popen(["sleep", "600"], start_new_session=True)
    return str(made.pid).encode()


def wrong(payload, tell):
    """Return what is not bytes."""
    return "text"


class UnsayableError(Exception):
    """An error whose text fails."""

    def __str__(self):
        raise RuntimeError


def unsayable(payload, tell):
    """Raise an error that cannot be said."""
    raise UnsayableError


def leave(payload, tell):
    """End the process in the middle."""
    os._exit(9)


def killed(payload, tell):
    """End as the operating system ends a process when memory is short."""
    os.kill(os.getpid(), signal.SIGKILL)


def spin(payload, tell):
    """Use processor time without end."""
    while True:
        pass


def slow(payload, tell):
    """Say the process id, then wait for long."""
    tell(str(os.getpid()).encode())
    time.sleep(600)
    return b""
