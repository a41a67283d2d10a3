"""The same batch on a Dask cluster of separate processes over TCP; one worker is killed, and nobody is lost or doubled."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time

import pytest

from cxmaturity.core.problems import InputError
from cxmaturity.reporting.batch import cluster, keys
from cxmaturity.reporting.batch.cluster import ClusterDoor
from cxmaturity.reporting.batch.doors import Bounds
from cxmaturity.reporting.batch.manifest import Manifest
from cxmaturity.reporting.batch.run import Watch
from cxmaturity.warm import Preload
from cxmaturity.warm.starting import can_fork

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not can_fork(), reason="workers ask a fork server"),
]
BOUNDS = Bounds(wall_seconds=60, memory_mb=256, cpu_seconds=None, jobs=4)


def _start(*words, cwd):
    return subprocess.Popen(
        [sys.executable, "-m", *words],
        cwd=cwd,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def _end(process):
    if process.poll() is None:
        process.kill()
    process.wait()


@pytest.fixture(scope="module")
def scheduler(tmp_path_factory):
    """Start a scheduler of its own and return its address."""
    import json

    folder = tmp_path_factory.mktemp("scheduler")
    file = folder / "scheduler.json"
    process = _start(
        "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--dashboard-address", ":0",
        "--scheduler-file", str(file), cwd=folder,
    )  # fmt: skip
    try:
        end = time.monotonic() + 60
        while not file.exists() and time.monotonic() < end:
            threading.Event().wait(0.05)
        yield json.loads(file.read_text())["address"]
    finally:
        _end(process)


@pytest.fixture
def workers(scheduler, tmp_path):
    """Start two workers and wait until both have registered."""
    from distributed import Client

    running = [
        _start(
            "distributed.cli.dask_worker", scheduler, "--nthreads", "1", "--no-nanny", "--no-dashboard", "--name", name,
            "--local-directory", str(tmp_path / name), cwd=tmp_path,
        )
        for name in ("first", "second")
    ]  # fmt: skip
    try:
        with Client(scheduler, set_as_default=False) as client:
            client.wait_for_workers(2, timeout=90)
        yield running
    finally:
        for process in running:
            _end(process)


def test_all_finish_when_a_worker_is_killed(batch, scheduler, workers, tmp_path, write_client):
    """Two workers in processes of their own make 24 clients; one is killed on the way; all are done, once each."""
    folders = [write_client(tmp_path / "clients" / f"c{n:02}", f"Client {n:02}") for n in range(24)]
    out, calm, done = tmp_path / "reports", tmp_path / "calm", []

    class Killing(Watch):
        def ended(self, result):
            done.append(result.state)
            if len(done) == 4:
                os.kill(workers[0].pid, signal.SIGKILL)

    summary = batch(
        folders,
        out,
        door=lambda: ClusterDoor(scheduler, BOUNDS, preload=Preload(modules=()), target="batch_jobs:render"),
        jobs=4,
        watch=Killing(),
    )
    batch(folders, calm)

    assert workers[0].wait(30) == -signal.SIGKILL
    assert 24 == summary.count("done"), [result.problems for result in summary.results]
    lines = (out / "manifest.jsonl").read_bytes().splitlines()
    assert 24 == len(lines) == len(Manifest.read(out).rows)
    assert {path.relative_to(calm): path.read_bytes() for path in calm.rglob("report.*")} == {
        path.relative_to(out): path.read_bytes() for path in out.rglob("report.*")
    }


def test_a_worker_of_another_version_is_refused(scheduler, workers, monkeypatch):
    """A worker whose code or libraries differ would make other bytes: it is named and nobody runs."""
    standing = dict(keys.standing_parts()) | {"program": "other"}
    monkeypatch.setattr(keys, "standing_parts", lambda: standing)
    with pytest.raises(InputError) as caught:
        ClusterDoor(scheduler, BOUNDS)

    assert "batch.worker_version" == caught.value.code
    assert "tcp://" in str(caught.value)


def test_a_scheduler_without_workers_is_told(scheduler):
    """A scheduler that has no worker would wait for ever: told instead."""
    from distributed import Client

    with Client(scheduler, set_as_default=False) as client:
        end = time.monotonic() + 60
        while client.scheduler_info()["workers"] and time.monotonic() < end:
            threading.Event().wait(0.1)
    with pytest.raises(InputError) as caught:
        ClusterDoor(scheduler, BOUNDS)

    assert "batch.no_worker" == caught.value.code


@pytest.mark.parametrize(
    "address",
    [
        "tcp://127.0.0.1:1",
        "tcp://nowhere.invalid:8786",
        "nonsense://x",
        "http://a",
        "tcp://",
        "tcp://h:x",
        "h:1",
    ],
)
def test_an_unreachable_scheduler_is_told(monkeypatch, address):
    """An address where nobody listens, or that is none, is told in a sentence with the address."""
    monkeypatch.setattr(cluster, "CONNECT_SECONDS", 1)
    with pytest.raises(InputError) as caught:
        ClusterDoor(address, BOUNDS)

    assert "batch.scheduler_unreachable" == caught.value.code
    assert address in str(caught.value)
