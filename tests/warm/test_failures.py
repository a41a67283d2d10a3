"""A job that breaks is one failed outcome of the right kind; the next job runs as if nothing had been."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest

from cxmaturity import i18n
from cxmaturity.warm import Limits

GIGA = 1 << 30

# job -> (kind, limits)
WAYS = {
    "fault": ("crash", Limits(wall_seconds=120)),
    "leave": ("exit", Limits(wall_seconds=120)),
    "killed": ("killed", Limits(wall_seconds=120)),
    "endless": ("timeout", Limits(wall_seconds=1.0)),
    "hog": ("memory", Limits(wall_seconds=120, memory_bytes=GIGA // 2)),
    "spin": ("cpu", Limits(wall_seconds=120, cpu_seconds=1)),
    "wrong": ("error", Limits(wall_seconds=120)),
    "unsayable": ("error", Limits(wall_seconds=120)),
    "no_such_job": ("error", Limits(wall_seconds=120)),
}


def alive(pid: int) -> bool:
    """Say whether a process is there and not only waiting to be buried."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def processes() -> set[str]:
    """Return the numbers of all processes, as text."""
    return {each.name for each in Path("/proc").iterdir() if each.name.isdigit()}


def gone(pid: int, seconds: float = 60.0) -> bool:
    """Say whether a process is gone, or goes within a while."""
    end = time.monotonic() + seconds
    while alive(pid) and time.monotonic() < end:
        time.sleep(0.01)
    return not alive(pid)


@pytest.mark.skipif(os.name == "nt", reason="signals and limits of POSIX")
@pytest.mark.parametrize("job", WAYS)
def test_each_way_to_fail_has_its_kind(server, job):
    """Crash, exit, kill, endless loop, memory, processor time, wrong answer: the kind says which, in both languages."""
    kind, limits = WAYS[job]
    outcome = server.run(f"warm_jobs:{job}", b"", limits=limits)

    assert (kind, None) == (outcome.failure.kind, outcome.result)
    assert all(i18n.describe(outcome.failure.problem, language) for language in ("en", "fr"))
    assert b"still here" == server.run("warm_jobs:echo", b"still here").result


def test_wall_limit_is_kept(forked):
    """An endless loop that ignores polite signals is gone soon after its limit."""
    outcome = forked.run("warm_jobs:endless", b"", limits=Limits(wall_seconds=0.5))

    assert "timeout" == outcome.failure.kind
    assert gone(outcome.pid)


def test_crash_leaves_its_words(forked):
    """What a process printed before it crashed, and Python's last traceback, come with the failure."""
    failure = forked.run("warm_jobs:fault", b"").failure

    assert signal.SIGSEGV == failure.signal
    assert "before the fault" in failure.printed
    assert "warm_jobs.py" in failure.printed


def test_threads_without_end_hit_their_limit(forked):
    """A job that starts threads for ever is stopped by its memory limit or its wall limit, and the server forks on."""
    limits = Limits(wall_seconds=10, memory_bytes=2 * GIGA)
    outcome = forked.run("warm_jobs:threads", b"", limits=limits)

    assert outcome.failure.kind in {"error", "memory", "timeout", "crash"}
    assert gone(outcome.pid)
    assert b"x" == forked.run("warm_jobs:echo", b"x").result


def test_whole_group_goes(forked):
    """A hundred processes that a job started are gone when its time is over."""
    before = processes()
    forked.run("warm_jobs:forks", b"", limits=Limits(wall_seconds=3))
    left = [pid for pid in processes() - before if b"600.25" in _command(pid) and not gone(int(pid))]

    assert [] == left


def _command(pid: str) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def test_stray_outside_the_group_goes(forked):
    """A process that a finished job left in a session of its own is found and killed."""
    stray = int(forked.run("warm_jobs:stray", b"").result)

    assert gone(stray)


def test_listener_that_fails_ends_the_job(forked):
    """An error in the asker's own listener comes out, and the job is killed."""
    heard: list[int] = []

    def listen(said: bytes) -> None:
        heard.append(int(said))
        raise KeyError

    with pytest.raises(KeyError):
        forked.run("warm_jobs:slow", b"", on_progress=listen)

    assert gone(heard[0])


def test_limits_are_checked():
    """A limit of nothing is refused where it is made."""
    for name in ("wall_seconds", "memory_bytes", "cpu_seconds"):
        with pytest.raises(ValueError, match=name):
            Limits(**{name: 0})


def test_traceback_of_a_job_that_raised(server):
    """An exception comes back with its class, its words and where it happened."""
    failure = server.run("warm_jobs:look", b"1 / 0").failure

    assert ("ZeroDivisionError", "division by zero") == (failure.name, failure.said)
    assert "warm_jobs.py" in failure.traceback
