"""Batches through fresh warm processes: each way to break is one failed row, the rest is right, nothing is left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from cxmaturity.reporting.batch.doors import Bounds, WarmDoor, warm_answer
from cxmaturity.reporting.batch.manifest import Manifest
from cxmaturity.reporting.job import Job
from cxmaturity.resources import resource
from cxmaturity.warm import Outcome, Preload, failures, starting
from cxmaturity.warm.starting import can_fork

BROKEN = ("crash", "loop", "bad", "memory", "leave")
EXPECTED = {
    "crash": "warm.crash",
    "loop": "warm.cpu",
    "bad": "files.",
    "memory": "warm.memory",
    "leave": "warm.exit",
}
LINUX = pytest.mark.skipif(not can_fork(), reason="the fork server is for Linux")


def cheap_door():
    """Return a door to warm processes that have imported only what reads a client, and make the cheap jobs."""
    bounds = Bounds(wall_seconds=120, memory_mb=256, cpu_seconds=1, jobs=2)
    return WarmDoor(
        bounds, preload=Preload(modules=(), warm_up="batch_jobs:warm_up"), target="batch_jobs:render"
    )


def processes(folder):
    """Return the processes that work in a folder of warm servers, servers and children."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                told = (entry / "cmdline").read_bytes() + (entry / "environ").read_bytes()
                zombie = (entry / "stat").read_text().rpartition(")")[2].split()[0] == "Z"
            except OSError:
                continue
            if os.fsencode(folder) in told and not zombie and int(entry.name) != os.getpid():
                found.append(int(entry.name))
    return found


def gone(folder, seconds=60):
    """Wait until no process of a folder is left; return those that stay."""
    end = time.monotonic() + seconds
    while (left := processes(folder)) and time.monotonic() < end:
        threading.Event().wait(0.05)
    return left


class Dying:
    """A warm server that is killed under its first jobs, or cannot be started at all."""

    def __init__(self, *answers):
        self.answers = list(answers)

    def run(self, *_, **__):
        """Answer as told."""
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


LOST = Outcome(result=None, failure=failures.lost("", None), seconds=0.1)


@pytest.mark.parametrize(
    ("answers", "parcel", "code", "ends"),
    [
        ([LOST, Outcome(result=b"made", failure=None, seconds=1.0)], b"made", None, False),
        ([LOST, LOST], None, "warm.lost", False),
        ([starting.no_server(Path("a.log"))], None, "warm.no_server", True),
    ],
    ids=["killed once", "killed twice", "cannot start"],
)
def test_a_killed_server_is_no_clients_fault(answers, parcel, code, ends):
    """A job whose server was killed is made once more; a warm start that fails ends the batch, not each client."""
    answer = warm_answer(Dying(*answers), b"", seed="1", bounds=Bounds())

    assert (parcel, code, ends) == (
        answer.parcel,
        None if answer.problem is None else answer.problem.code,
        answer.ends,
    )


@LINUX
@pytest.mark.slow
def test_one_in_ten_of_two_hundred_broken(batch, jobs, tmp_path, write_client, monkeypatch):
    """Of 200 clients, four each crash, never end, cannot be read, eat memory and leave; the other 180 are done to the byte."""
    runtime = tmp_path.parent / "rt"
    runtime.mkdir(mode=0o700)
    monkeypatch.setenv("CXMATURITY_RUNTIME_DIR", str(runtime))
    opened = len(list(Path("/proc/self/fd").iterdir()))
    folders = []
    for number in range(200):
        kind = "good" if number % 10 else BROKEN[number // 10 % len(BROKEN)]
        folders.append(write_client(tmp_path / "clients" / f"{kind}-{number}", f"{kind} {number}"))
        if kind == "bad":
            (folders[-1] / "engagement.yaml").write_text("client: [\n")
    out = tmp_path / "reports"
    summary = batch(folders, out, door=cheap_door)

    assert {"done": 180, "failed": 20} == {state: summary.count(state) for state in ("done", "failed")}
    assert 200 == len((out / "manifest.jsonl").read_bytes().splitlines())
    rows = {Path(row.source).name: row for row in Manifest.read(out)}
    assert {folder.name for folder in folders} == rows.keys()
    for name, row in rows.items():
        kind = name.partition("-")[0]
        assert row.state == ("done" if kind == "good" else "failed"), name
        if kind != "good":
            assert row.error["problems"][0]["code"].startswith(EXPECTED[kind]), row.error
            assert row.artefacts == {}
    documents = {
        out / folder.name / "en" / name: data
        for folder in folders
        if folder.name.startswith("good")
        for name, data in jobs.documents(Job(source=folder, language="en", formats=("html", "pdf"))).items()
    }
    assert documents == {path: path.read_bytes() for path in out.rglob("report.*")}
    assert [] == gone(runtime)
    assert opened == len(list(Path("/proc/self/fd").iterdir()))


@LINUX
@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_ended_from_outside_nothing_is_left(tmp_path, write_client, number):
    """Killed, interrupted or terminated while clients run, a batch leaves no process and no torn file, and its code says so."""
    runtime = tmp_path.parent / f"r{number:d}"
    runtime.mkdir(mode=0o700)
    folders = [write_client(tmp_path / "clients" / f"loop-{n}", f"loop {n}") for n in range(3)]
    program = (
        "import sys; from cxmaturity.reporting.batch import doors; from cxmaturity.warm import Preload\n"
        "real = doors.WarmDoor\n"
        "doors.WarmDoor = lambda bounds, few: real(bounds, preload=Preload(modules=()), target='batch_jobs:render')\n"
        "from cxmaturity.cli import main; sys.exit(main(sys.argv[1:]))"
    )
    command = [
        sys.executable,
        "-c",
        program,
        "--lang",
        "en",
        "report",
        *map(str, folders),
        "--out",
        str(tmp_path / "out"),
    ]
    environment = os.environ | {
        "CXMATURITY_RUNTIME_DIR": str(runtime),
        "BATCH_SIGN": str(tmp_path / "at-work"),
    }
    process = subprocess.Popen(
        command,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        end = time.monotonic() + 60
        while not (tmp_path / "at-work").exists() and time.monotonic() < end:
            threading.Event().wait(0.05)
        assert (tmp_path / "at-work").exists()
        process.send_signal(number)
        _, said = process.communicate(timeout=60)
    finally:
        process.kill()
        process.communicate()

    assert {signal.SIGKILL: -9, signal.SIGINT: 130, signal.SIGTERM: 143}[number] == process.returncode, said
    assert [] == gone(runtime)
    assert {} == Manifest.read(tmp_path / "out").rows
    assert "Traceback" not in said


@pytest.fixture(scope="module")
def through_the_warm_door(tmp_path_factory, write_client):
    """Make every document of an example as one client alone, and as one of two that share a warm start; from the command line."""
    from cxmaturity.cli import main

    outs, alone = [], [str(resource("examples/maison-lavande"))]
    small = write_client(tmp_path_factory.mktemp("clients") / "small", "Small")
    for folders in (alone, [*alone, str(small)]):
        outs.append(tmp_path_factory.mktemp("warm"))
        assert 0 == main(
            ["report", *folders, "--to", "html,pdf,xlsx,pptx", "--language", "fr", "--out", str(outs[-1])]
        )
    return outs


def _documents(out):
    return {path.name: path.read_bytes() for path in (out / "maison-lavande" / "fr").iterdir()}


@pytest.mark.slow
def test_same_bytes_twice_and_by_both_doors(through_the_warm_door, tmp_path):
    """Page, PDF, workbook and slides are the same bytes from a cold fork, from a warm one, and from a kernel of their own."""
    from cxmaturity.reporting.runs import make_report

    first, second = map(_documents, through_the_warm_door)
    (outcome,) = make_report(
        resource("examples/maison-lavande"),
        out=tmp_path,
        languages=("fr",),
        formats=("html", "pdf", "xlsx", "pptx"),
    )

    assert "done" == outcome.status, [str(problem) for problem in outcome.problems]
    assert {"report.html", "report.pdf", "workbook.xlsx", "slides.pptx"} == first.keys()
    assert [] == [name for name in first if first[name] != second[name]]
    spawned = _documents(tmp_path)
    assert [] == [name for name in first if first[name] != spawned[name]]


@pytest.mark.slow
def test_what_the_manifest_says_of_a_real_client(through_the_warm_door):
    """The row of a real client has its headline figures, the memory it took, and the digests of what stands on the disk."""
    import hashlib

    (row,) = Manifest.read(through_the_warm_door[0])

    assert {"stage", "index", "npv", "currency", "respondents"} <= row.figures.keys()
    assert row.peak_mb > 10
    assert {
        path.relative_to(through_the_warm_door[0]).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in through_the_warm_door[0].glob("*/fr/*")
    } == dict(row.artefacts)
