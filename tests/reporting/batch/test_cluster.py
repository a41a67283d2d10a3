"""The same batch on a Dask cluster of separate processes over TCP; one worker is killed, and nobody is lost or doubled."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from functools import partial

import pytest

from cxmaturity.core.problems import InputError
from cxmaturity.reporting.batch import cluster, keys
from cxmaturity.reporting.batch.cluster import ClusterDoor
from cxmaturity.reporting.batch.doors import Bounds
from cxmaturity.reporting.batch.manifest import Manifest
from cxmaturity.reporting.batch.run import Watch
from cxmaturity.resources import resource
from cxmaturity.warm import Preload
from cxmaturity.warm.starting import can_fork

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not can_fork(), reason="workers ask a fork server"),
]
BOUNDS = Bounds(wall_seconds=120, memory_mb=256, cpu_seconds=None, jobs=4)
CHEAP = Preload(modules=(), warm_up="batch_jobs:warm_up")


def _start(*words, cwd):
    return subprocess.Popen(
        [sys.executable, "-m", *words],
        cwd=cwd,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def _written(file):
    """Say whether a file is there, with something in it: it is made empty, then written."""
    return file.exists() and file.read_text().rstrip().endswith("}")


def _end(process):
    if process.poll() is None:
        process.kill()
    process.wait()


@pytest.fixture(scope="module")
def scheduler(tmp_path_factory):
    """Start a scheduler of its own and return its address."""
    folder = tmp_path_factory.mktemp("scheduler")
    file = folder / "scheduler.json"
    process = _start(
        "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--dashboard-address", ":0",
        "--scheduler-file", str(file), cwd=folder,
    )  # fmt: skip
    try:
        end = time.monotonic() + 60
        while not _written(file) and time.monotonic() < end:
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
        door=lambda: ClusterDoor(scheduler, BOUNDS, preload=CHEAP, target="batch_jobs:render"),
        jobs=4,
        watch=Killing(),
    )
    batch(folders, calm)

    assert workers[0].wait(60) == -signal.SIGKILL
    assert 24 == summary.count("done"), [result.problems for result in summary.results]
    lines = (out / "manifest.jsonl").read_bytes().splitlines()
    assert 24 == len(lines) == len(Manifest.read(out).rows)
    assert {path.relative_to(calm): path.read_bytes() for path in calm.rglob("report.*")} == {
        path.relative_to(out): path.read_bytes() for path in out.rglob("report.*")
    }


def test_real_reports_when_a_worker_is_killed(scheduler, workers, tmp_path, monkeypatch, capsys):
    """Real reports of three clients by the command line, a worker killed on the way: each once, the bytes of a local run."""
    from cxmaturity.cli import _reports, main

    folders, ended = [], _reports.Telling.ended
    for number in range(3):
        folders.append(tmp_path / "clients" / f"c{number}")
        shutil.copytree(resource("examples/northgate-advisory"), folders[-1])
        file = folders[-1] / "engagement.yaml"
        name = "name: Northgate Advisory"
        assert name in file.read_text(encoding="utf-8")
        file.write_text(
            file.read_text(encoding="utf-8").replace(name, f"{name} {number}", 1), encoding="utf-8"
        )

    def killing(self, result):
        workers[0].kill()
        ended(self, result)

    asked = ["--lang", "en", "report", *map(str, folders), "--to", "html,pdf", "--jobs", "3"]
    out, calm = tmp_path / "reports", tmp_path / "calm"
    assert 0 == main([*asked, "--out", str(calm)])
    monkeypatch.setattr(_reports.Telling, "ended", killing)
    assert 0 == main([*asked, "--out", str(out), "--scheduler", scheduler]), capsys.readouterr().err

    assert workers[0].wait(60) == -signal.SIGKILL
    rows = [json.loads(line) for line in (out / "manifest.jsonl").read_bytes().splitlines()]
    assert [f"../clients/c{number}" for number in range(3)] == sorted(row["source"] for row in rows)
    assert {("done", 1)} == {(row["state"], row["attempts"]) for row in rows}
    made = {path.relative_to(out): path.read_bytes() for path in out.rglob("report.*")}
    assert 6 == len(made)
    assert made == {path.relative_to(calm): path.read_bytes() for path in calm.rglob("report.*")}
    assert {path.relative_to(out) for path in out.rglob("*")} == {
        path.relative_to(calm) for path in calm.rglob("*")
    }


def test_when_every_worker_is_gone_the_batch_ends(batch, scheduler, workers, tmp_path, write_client):
    """With no worker left the batch ends with a sentence instead of waiting for ever; nobody has failed for it."""
    folders = [write_client(tmp_path / "clients" / f"loop-{n}", f"loop {n}") for n in range(2)]

    class Killing(Watch):
        def begins(self, order, name):  # noqa: ARG002
            for worker in workers:
                worker.kill()

    door = partial(ClusterDoor, scheduler, BOUNDS, preload=CHEAP, target="batch_jobs:render")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cluster, "LISTENS", 0.2)
        patch.setattr(cluster, "ALONE_SECONDS", 1.0)
        summary = batch(folders, tmp_path / "reports", door=door, watch=Killing())

    assert ["batch.workers_lost"] == [problem.code for problem in summary.problems]
    assert (2, 0) == (summary.count("not_run"), summary.count("failed"))
    assert {} == Manifest.read(tmp_path / "reports").rows


@pytest.mark.parametrize(
    ("part", "said"),
    [
        ("standing_parts", "this machine has cxmaturity "),
        ("maker_versions", "this machine has pandas 0.0."),
        (None, "cannot run cxmaturity (No module named 'nowhere')."),
    ],
)
def test_an_unlike_worker_is_refused(scheduler, workers, monkeypatch, part, said):
    """Workers whose code or libraries differ, or that have none, would make other bytes: all are named, nobody runs."""
    if part is None:
        here = os.getpid()
        monkeypatch.setattr(
            cluster, "program_version", lambda: "{}" if os.getpid() == here else __import__("nowhere")
        )
    else:
        other = {"program": "other"} if part == "standing_parts" else {"pandas": "0.0"}
        told = dict(getattr(keys, part)()) | other
        monkeypatch.setattr(keys, part, lambda: told)
    with pytest.raises(InputError) as caught:
        ClusterDoor(scheduler, BOUNDS)

    assert [f"batch.worker_{'without' if part is None else 'version'}"] * 2 == [
        problem.code for problem in caught.value.problems
    ]
    assert "tcp://" in str(caught.value)
    assert said in str(caught.value)


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
    ("address", "code"),
    [
        ("tcp://127.0.0.1:1", "refused"),
        ("tcp://nowhere.invalid:8786", "host"),
        ("nonsense://x", "address"),
        ("http://a", "address"),
        ("tcp://", "address"),
        ("tcp://h:x", "address"),
        ("h:1", "address"),
    ],
)
def test_an_unreachable_scheduler_is_told(address, code):
    """An address where nobody listens, or that is none, is told in a sentence with the address."""
    with pytest.raises(InputError) as caught:
        ClusterDoor(address, BOUNDS)

    assert f"batch.scheduler_{code}" == caught.value.code
    assert address in str(caught.value)


@pytest.mark.parametrize("silent", [True, False])
def test_what_listens_but_is_no_scheduler_is_told(monkeypatch, silent):
    """Something that never answers, or answers and hangs up, is told within the time for connecting."""
    monkeypatch.setattr(cluster, "CONNECT_SECONDS", 1)
    with socket.create_server(("127.0.0.1", 0)) as server:
        held = []

        def greet():
            while True:
                try:
                    held.append(server.accept()[0])
                except OSError:
                    return
                if not silent:
                    held.pop().close()

        thread = threading.Thread(target=greet)
        thread.start()
        with pytest.raises(InputError) as caught:
            ClusterDoor(f"tcp://127.0.0.1:{server.getsockname()[1]}", BOUNDS)
        server.shutdown(socket.SHUT_RDWR)
        thread.join(30)
    for one in held:
        one.close()

    assert "batch.scheduler_silent" == caught.value.code
