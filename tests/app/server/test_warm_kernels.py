"""Kernels that begin as copies of a fork server: whose copies, what is left of them, and what happens without it."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from cxmaturity.app.server import warm_kernels
from cxmaturity.app.server.warm_kernels import WarmKernels
from cxmaturity.warm.place import FIXED, ONE_THREAD
from cxmaturity.warm.starting import WarmStartError, can_fork
from cxmaturity.warm.values import Preload

pytestmark = pytest.mark.skipif(not can_fork(), reason="no fork server on this platform")


@pytest.fixture
def warm(monkeypatch, tmp_path_factory):
    """Return a function that makes fork servers which hold nothing ready, and so start at once."""
    monkeypatch.setenv("CXMATURITY_RUNTIME_DIR", str(tmp_path_factory.mktemp("run")))
    monkeypatch.delenv("CXMATURITY_WARM", raising=False)
    with contextlib.ExitStack() as made:

        def make(**changes):
            kernels = WarmKernels(Preload(), **changes)
            made.callback(kernels.close)
            return kernels

        yield make


def gone(pids, seconds=60.0):
    """Say whether all of these processes end within a while."""
    end = time.monotonic() + seconds
    while time.monotonic() < end and any(running(pid) for pid in pids):
        time.sleep(0.02)
    return not any(running(pid) for pid in pids)


def running(pid):
    """Say whether a process runs; one that has ended and was not waited for does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_one_server_for_all_copies(warm):
    """Two connections are two copies of one fork server; closed, server and copies are gone and none begins again."""
    kernels = warm()
    with kernels.connection() as one, kernels.connection() as other:
        pids = [int(each.recv(100).split(b":")[1].strip(b" }\n")) for each in (one, other)]
        server = kernels.pid
        parents = {int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1]) for pid in pids}
        assert {server} == parents
        assert pids[0] != pids[1]

        kernels.close()

    assert gone([server, *pids])
    with pytest.raises(WarmStartError):
        kernels.connection()


def test_killed_it_begins_again_but_not_for_ever(warm, monkeypatch):
    """A killed fork server is replaced; when none of them serves anybody, kernels are spawned and no other is tried."""
    kernels = warm()
    kernels.connection().close()
    first = kernels.pid
    os.kill(first, signal.SIGKILL)
    assert gone([first])
    kernels.connection().close()
    assert kernels.pid not in (None, first)

    started = []
    begin = warm_kernels.start

    def stillborn(*arguments, **more):
        made = begin(*arguments, **more)
        os.kill(made.process.pid, signal.SIGKILL)
        made.process.wait()
        started.append(made)
        return made

    os.kill(kernels.pid, signal.SIGKILL)
    assert gone([kernels._own.process.pid])
    monkeypatch.setattr(warm_kernels, "start", stillborn)
    for _ in range(6):
        with pytest.raises((WarmStartError, OSError)):
            kernels.connection()
    assert 1 <= len(started) <= 3


def test_one_that_hangs_is_not_waited_for(warm, monkeypatch):
    """A fork server that accepts and never answers costs a page a limited time, then the kernel is spawned."""
    monkeypatch.setattr(warm_kernels, "_ANSWER_SECONDS", 0.2)
    kernels = warm()
    kernels.begin()
    os.kill(kernels.pid, signal.SIGSTOP)
    try:
        with pytest.raises(TimeoutError):
            kernels.connection()
    finally:
        os.kill(kernels.pid, signal.SIGCONT)


def test_it_leaves_when_nobody_needs_it(warm, monkeypatch):
    """After a while without a kernel the fork server ends by itself, which is no failure: the next page starts another."""
    kernels = warm(idle_seconds=0.05)
    monkeypatch.setattr(warm_kernels, "_TRIES", 1)
    kernels._tries = 1
    for _ in range(2):
        kernels.begin()
        assert gone([kernels._own.process.pid])
        assert kernels.pid is None
    kernels._idle_seconds = 60.0  # long enough to ask for a copy on any machine
    kernels.connection().close()


def test_a_lost_name_ends_nobody(warm):
    """When a cleaner of temporary files removes the socket, open pages keep their kernels and new ones get another server."""
    kernels = warm()
    with kernels.connection() as kept:
        first = kernels.pid
        kernels._own.path.unlink()
        with kernels.connection():
            assert kernels.pid not in (None, first)
            assert running(first)
            assert b"pid" in kept.recv(100)
            kept.setblocking(False)
            with pytest.raises(BlockingIOError):
                kept.recv(1)
        kernels.close()
    assert gone([first])


def test_not_where_it_is_not_wanted(warm, monkeypatch):
    """`CXMATURITY_WARM=spawn` starts no fork server; a folder that is not ours is no trouble of the page's."""
    kernels = warm()
    monkeypatch.setenv("CXMATURITY_WARM", "spawn")
    with pytest.raises(WarmStartError):
        kernels.connection()
    monkeypatch.delenv("CXMATURITY_WARM")
    folder = Path(os.environ["CXMATURITY_RUNTIME_DIR"])
    folder.chmod(0o777)
    with pytest.raises(WarmStartError):
        kernels.connection()
    assert kernels.pid is None


def test_nothing_of_a_page_is_made_before_it_is_copied():
    """Walking the pages' paths makes no widget, starts no thread and no shell: a copy finds none."""
    program = """
from cxmaturity.app.server.warm_kernels import PAGES
from cxmaturity.warm.warming import warm
warm(PAGES)
import ipywidgets
from cxmaturity.warm.server import tasks
from IPython.core.interactiveshell import InteractiveShell
print(len(ipywidgets.Widget.widgets), tasks(), InteractiveShell.initialized())
"""
    told = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program],
        capture_output=True,
        text=True,
        env={**os.environ, **ONE_THREAD, **FIXED},
        check=True,
    )
    assert "0 1 False" == told.stdout.strip(), told.stderr


@pytest.mark.slow
def test_pages_are_copies_and_end_with_the_server(live, tmp_path):
    """Each page's kernel is a copy of the server's own fork server; stopped, killed or not, nothing of it is left."""
    for end in (signal.SIGTERM, signal.SIGKILL):
        folder = tmp_path / end.name
        folder.mkdir()
        server = live.start(folder)
        visitors = [server.visitor("respondent") for _ in range(2)]
        pages = [live.Page.open(visitor, f"/c/{server.campaign}/explore") for visitor in visitors]
        kernels, forks = live.children(server.process.pid), live.fork_servers(server.process.pid)
        assert (2, 1) == (len(set(kernels)), len(forks))
        assert sorted(live.offspring(forks[0])) == sorted(kernels)

        server.process.send_signal(end)
        server.process.wait(60)

        assert gone([*kernels, *forks])
        for page in pages:
            page.close()
        server.stop()
        if end == signal.SIGTERM:
            assert 0 == server.process.returncode
            assert "Traceback" not in server.logged()


@pytest.mark.slow
def test_a_page_without_a_fork_server(live, tmp_path):
    """When the fork server is killed the open page is told so, and the next one opens; spawned kernels work the same."""
    server = live.start(tmp_path)
    try:
        visitor = server.visitor("respondent")
        page = live.Page.open(visitor, f"/c/{server.campaign}/explore")
        (fork,) = live.fork_servers(server.process.pid)
        kernels = live.children(server.process.pid)
        os.kill(fork, signal.SIGKILL)
        while page.wait("status")["execution_state"] != "dead":
            pass
        page.close()
        assert gone(kernels)
        assert live.Page.open(visitor, f"/c/{server.campaign}/explore").states()
        (fork,) = live.fork_servers(server.process.pid)
        os.kill(fork, signal.SIGSTOP)
    finally:
        os.kill(fork, signal.SIGCONT)
        assert 0 == server.stop()
