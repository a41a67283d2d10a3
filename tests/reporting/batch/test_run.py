"""A whole batch in this process: what is done, failed, cached and left, whatever breaks around it."""

from __future__ import annotations

import errno
import gc
import json
import os
import shutil
import signal
import subprocess
import sys
import threading

import pytest

from cxmaturity.core.problems import FileError, InputError, Problem
from cxmaturity.reporting import output
from cxmaturity.reporting.batch import parcel
from cxmaturity.reporting.batch import run as module
from cxmaturity.reporting.batch.doors import Answer
from cxmaturity.reporting.batch.manifest import NAME, Manifest
from cxmaturity.reporting.batch.run import LOCK, Watch, alone
from cxmaturity.reporting.job import Made


@pytest.fixture
def clients(tmp_path, write_client):
    """Return three folders of clients."""
    return [write_client(tmp_path / "clients" / name, name.title()) for name in ("acme", "brio", "corso")]


@pytest.fixture
def out(tmp_path):
    """Return the folder of the batch."""
    return tmp_path / "reports"


def states(summary):
    """Return the states by client folder."""
    return {result.order.source.rpartition("/")[2]: result.state for result in summary.results}


def inside(folder):
    """Return every file of a folder with its bytes, but what tells times."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and not path.name.startswith(("manifest", LOCK, "index.html"))
    }


class Hand:
    """A door whose answers a test writes."""

    closed = 0

    def __init__(self, answer):
        self.answer = answer

    def make(self, payload, *, seed, heard):  # noqa: ARG002
        """Answer."""
        return self.answer(parcel.unpack_job(payload).source.name, payload, heard)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.closed += 1


def test_first_run_then_nothing(batch, clients, out):
    """All are done once; the second run makes nothing, opens no door and leaves every file as it is."""
    first = batch(clients, out)
    before = {path: path.stat().st_mtime_ns for path in out.rglob("*")}
    second = batch(clients, out, door=lambda: pytest.fail("a door was opened"))

    assert {"acme": "done", "brio": "done", "corso": "done"} == states(first)
    assert {"acme": "cached", "brio": "cached", "corso": "cached"} == states(second)
    assert first.good
    assert second.good
    assert before == {path: path.stat().st_mtime_ns for path in out.rglob("*")}
    assert {"acme/en/report.html", "acme/en/report.pdf", "acme/client.json"} <= inside(out).keys()


def test_random_numbers_start_from_run_and_client(batch, clients, out, jobs):
    """Each client's seed is the run's and its own id, whatever its place in the batch and however often it is made."""
    seeds = []

    class Noting(jobs.HereDoor):
        def make(self, payload, *, seed, heard):
            seeds.append(seed)
            return super().make(payload, seed=seed, heard=heard)

    batch(clients, out, door=Noting, seed=7)
    batch(clients[1:2], out, door=Noting, seed=7, force=True)

    assert ["7/acme", "7/brio", "7/corso", "7/brio"] == [*sorted(seeds[:3]), *seeds[3:]]


def test_only_what_changed_runs_again(batch, clients, out, write_client):
    """One changed file makes one client run; a document touched by hand comes back byte for byte."""
    batch(clients, out)
    before = inside(out)
    (out / "brio" / "en" / "report.pdf").write_bytes(b"mine")
    write_client(clients[2], "Corso", day="2026-11-02")
    again = batch(clients, out)

    assert {"acme": "cached", "brio": "done", "corso": "done"} == states(again)
    assert [("same",), ("document_changed",), ("inputs",)] == [
        result.order.reasons for result in again.results
    ]
    changed = {name for name, data in inside(out).items() if before[name] != data}
    assert {"corso/en/report.html", "corso/en/report.pdf"} == changed


def test_wrong_clients_fail_alone_with_file_and_line(batch, clients, out):
    """A wrong file and a folder that is not there are failed rows with their places; the others are done."""
    file = clients[1] / "engagement.yaml"
    line = 1 + file.read_text().count("\n")
    file.write_text(file.read_text() + "colour: blue\n")
    summary = batch([*clients, clients[0].parent / "gone"], out)

    assert {"acme": "done", "brio": "failed", "corso": "done", "gone": "failed"} == states(summary)
    assert not summary.good
    problems = {result.order.source[-4:]: result.problems[0] for result in summary.results if result.problems}
    assert (str(file), line) == (problems["brio"].place.file, problems["brio"].place.line)
    assert "files.no_engagement" == problems["gone"].code
    assert dict(problems["gone"].params)["folder"] == str(clients[0].parent / "gone")
    assert {"done": 2, "failed": 2} == {
        state: sum(row.state == state for row in Manifest.read(out)) for state in ("done", "failed")
    }


def test_attempts_are_counted_and_retry_takes_the_failed(batch, clients, out):
    """Each failed attempt is counted; `retry_failed` takes those alone; once right, the count begins anew."""
    file = clients[1] / "engagement.yaml"
    right = file.read_text()
    file.write_text("colour: blue\n")
    for attempt in (1, 2, 3):
        batch(clients, out, retry_failed=attempt > 1)
        rows = {row.source[-4:]: row for row in Manifest.read(out)}
        assert attempt == rows["brio"].attempts
    file.write_text(right)
    summary = batch(clients, out, retry_failed=True)

    assert {"acme": "left_out", "brio": "done", "corso": "left_out"} == states(summary)
    assert {"acme": "cached", "brio": "cached", "corso": "cached"} == states(batch(clients, out))


def test_strict_runs_nobody_when_anybody_is_wrong(batch, clients, out):
    """With `strict`, one wrong client keeps the others from running, and no door is opened."""
    (clients[2] / "engagement.yaml").write_text("x: [")
    summary = batch(clients, out, strict=True, door=lambda: pytest.fail("a door was opened"))

    assert {"acme": "not_run", "brio": "not_run", "corso": "failed"} == states(summary)
    assert not summary.good


def test_two_engagements_of_one_client(batch, clients, out, write_client):
    """Two folders with one client id: the first is done, the second is told, also when the first was done earlier."""
    twin = write_client(clients[0].parent / "other", "ACME")
    for wanted in ([clients[0], twin], [clients[0], twin], [twin, clients[0]], [twin]):
        summary = batch(wanted, out)
        (wrong,) = [result for result in summary.results if result.state == "failed"]
        (problem,) = wrong.problems
        assert "../clients/other" == wrong.order.source
        assert f"{clients[0]} and {twin} are both the client 'acme'" in problem.message
        assert f"{twin}/engagement.yaml:3" == str(problem.place)


def test_a_folder_renamed(batch, clients, out, tmp_path):
    """Documents of a folder that has been renamed are its own once somebody says so with `force`."""
    batch(clients, out)
    renamed = clients[0].rename(tmp_path / "clients" / "acme-ltd")
    (result,) = batch([renamed], out).results
    assert "batch.client_moved" == result.problems[0].code
    assert f"made from {clients[0]}, which is no longer there" in result.problems[0].message

    assert batch([renamed], out, force=True).good
    (out / NAME).unlink()
    renamed.rename(clients[0])
    (result,) = batch(clients[:1], out).results
    assert "reporting.other_client" == result.problems[0].code
    assert f"another folder than {clients[0]}" in result.problems[0].message


def test_warnings_do_not_hide_what_is_wrong(batch, clients, out):
    """A client that fails is told and remembered by its errors; what is only missing is for `check` to say."""
    file = clients[0] / "engagement.yaml"
    file.write_text(file.read_text().replace("name: ", "goals: nonsense\n  name: "))
    (result,) = batch(clients[:1], out).results

    assert result.problems
    assert {"error"} == {problem.severity for problem in result.problems}
    assert len(result.problems) == len(result.row.error["problems"])


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "con", "a/b\\c:d*?", "😀", ".hidden", "x" * 300, "Été d'Œuvre"]
)
def test_names_that_are_no_file_names(batch, out, write_client, tmp_path, name):
    """Whatever the client is called, its documents stand in one folder inside the batch's, or it is refused by a sentence."""
    summary = batch([write_client(tmp_path / "clients" / "one", name)], out)
    (result,) = summary.results

    if result.state == "done":
        folders = {path.parent.parent for path in out.rglob("report.html")}
        assert 1 == len(folders)
        assert folders.pop().parent == out
    else:
        assert result.problems[0].code.startswith(("core.", "engagement.", "files."))
    assert {"clients", "reports"} == {path.name for path in tmp_path.iterdir()}


def test_folders_whose_names_are_no_text(batch, out, write_client, tmp_path, jobs):
    """A folder whose name is not valid UTF-8 runs like any other, and the manifest and the page can be written."""
    from cxmaturity.reporting.batch.portfolio import write_portfolio

    folder = tmp_path / os.fsdecode(b"cli\xffent")
    write_client(folder, "Acme")
    assert {"done"} == {result.state for result in batch([folder], out).results}
    (folder / "engagement.yaml").write_text("x: [")
    assert {"failed"} == {result.state for result in batch([folder], out).results}
    assert write_portfolio(out, "en").read_text()


def test_a_client_deleted_meanwhile(batch, clients, out, jobs):
    """A client whose folder goes away while the batch runs is one failed client."""

    def answer(name, payload, heard):
        if name == "acme":
            shutil.rmtree(clients[1])
        return jobs.HereDoor().make(payload, seed="", heard=heard)

    summary = batch(clients, out, door=lambda: Hand(answer), jobs=1)

    assert {"acme": "done", "brio": "failed", "corso": "done"} == states(summary)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: 1 / 0,
        lambda: Answer(parcel=b"torn"),
        Answer,
        lambda: Answer(problem=Problem(code="warm.crash", template="crashed")),
        lambda: Answer(parcel=parcel.pack({}, {})),
        lambda: Answer(parcel=parcel.pack_made(Made(documents={"../../x": b""}, problems=(), seconds={}))),
        lambda: (_ for _ in ()).throw(
            InputError.of("batch.worker_lost", "no worker finished: {reason}", reason="x")
        ),
    ],
)
def test_a_door_that_breaks_its_promise(batch, clients, out, jobs, wrong):
    """A door that raises, or hands back nonsense, fails that client alone."""

    def answer(name, payload, heard):
        return wrong() if name == "brio" else jobs.HereDoor().make(payload, seed="", heard=heard)

    summary = batch(clients, out, door=lambda: Hand(answer))

    assert {"acme": "done", "brio": "failed", "corso": "done"} == states(summary)
    assert 1 == sum(row.state == "failed" for row in Manifest.read(out))


def test_one_who_watches_badly_stops_nobody(batch, clients, out):
    """A watcher that raises (a closed terminal) is not the clients' trouble."""

    class Broken(Watch):
        def begins(self, order, name):  # noqa: ARG002
            raise BrokenPipeError

        phase = ended = begins

    assert batch(clients, out, watch=Broken()).good


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EACCES])
def test_documents_that_cannot_be_written(batch, clients, out, monkeypatch, number):
    """None of the client's is replaced or half written; a full disk ends the batch, which goes on when there is room."""
    batch(clients, out)
    before = inside(out)
    for client in clients:
        (client / "engagement.yaml").write_text((client / "engagement.yaml").read_text() + "# again\n")
    real = output._aside

    def refused(path, data):
        if path.name == "report.pdf" and "brio" in path.parts:
            raise OSError(number, os.strerror(number))
        return real(path, data)

    monkeypatch.setattr(output, "_aside", refused)
    summary = batch(clients, out, jobs=1)

    once = number == errno.EACCES
    brio, corso = ("failed", "done") if once else ("not_run", "not_run")
    assert {"acme": "done", "brio": brio, "corso": corso} == states(summary)
    told = [problem.code for result in summary.results for problem in result.problems]
    told += [problem.code for problem in summary.problems]
    assert ["reporting.unwritable" if once else "batch.unwritable"] == told
    assert {name: data for name, data in before.items() if name.startswith("brio")} == {
        name: data for name, data in inside(out).items() if name.startswith("brio")
    }
    monkeypatch.undo()
    assert batch(clients, out).good


def test_full_disk_for_the_manifest_ends_the_batch_plainly(batch, clients, out, monkeypatch):
    """When a result cannot be remembered the batch ends and says so; what was done stays done, a later run does the rest."""
    real, written = Manifest.append, []

    def full(self, row):
        written.append(row)
        if len(written) > 1:
            raise FileError.of(
                "batch.manifest_unwritable", "cannot write in {file}: {reason}", file="m", reason="full"
            )
        real(self, row)

    monkeypatch.setattr(Manifest, "append", full)
    summary = batch(clients, out, jobs=1)
    assert ["batch.manifest_unwritable"] == [problem.code for problem in summary.problems]
    assert not summary.good
    assert {"acme": "done", "brio": "not_run", "corso": "not_run"} == states(summary)

    monkeypatch.undo()
    assert {"acme": "cached", "brio": "done", "corso": "done"} == states(batch(clients, out))


def test_out_that_is_a_file(batch, clients, out):
    """A folder of reports that cannot be made is told before anything runs."""
    out.write_text("a file")
    with pytest.raises(FileError) as caught:
        batch(clients, out)

    assert "reporting.unwritable" == caught.value.code


def test_ctrl_c_stops_what_runs_and_forgets_nothing(batch, clients, out, jobs):
    """Ctrl-C: the running client is stopped, not failed; those that wait do not begin; the next run finishes."""
    stopped, main = threading.Event(), threading.main_thread().ident

    class Slow(Hand):
        def __exit__(self, *_):
            stopped.set()

    def answer(name, payload, heard):
        if name == "brio":
            signal.pthread_kill(main, signal.SIGINT)
            assert stopped.wait(60)
            return Answer(problem=Problem(code="warm.lost", template="the server went away"))
        return jobs.HereDoor().make(payload, seed="", heard=heard)

    summary = batch(clients, out, door=lambda: Slow(answer), jobs=1)

    assert summary.stopped
    assert not summary.good
    assert {"acme": "done", "brio": "not_run", "corso": "not_run"} == states(summary)
    assert ["../clients/acme"] == [row.source for row in Manifest.read(out)]
    assert {"acme": "cached", "brio": "done", "corso": "done"} == states(batch(clients, out))


def test_two_batches_at_once_in_one_folder(batch, clients, out):
    """A second batch in the same folder is refused; slices share it, each alone in its own."""
    with alone(out), pytest.raises(InputError) as caught:
        batch(clients, out)
    assert "batch.busy" == caught.value.code

    with alone(out, (1, 2)):
        assert batch(clients, out, part=(2, 2)).good
        for part in (None, (1, 2)):
            with pytest.raises(InputError):
                batch(clients, out, part=part)


def test_a_disk_without_locks(out, monkeypatch):
    """Where the file system knows no locks, a batch runs; it does not claim that another one does."""
    fcntl = pytest.importorskip("fcntl")

    def none(*_):
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", none)
    with alone(out):
        assert (out / LOCK).exists()


def test_slices_together_are_the_whole(batch, clients, out, tmp_path):
    """Two slices leave the documents of a whole run, and a whole run after them has nothing to do."""
    for number in (1, 2):
        assert batch(clients[number - 1 :: 2], out, part=(number, 2)).good
    whole = batch(clients, out)
    batch(clients, tmp_path / "other")

    assert {"cached"} == {result.state for result in whole.results}
    assert inside(tmp_path / "other") == inside(out)


def test_what_a_killed_run_left_is_swept(batch, clients, out):
    """Temporary files of a killed run are gone once the client has run."""
    folder = out / "acme" / "en"
    folder.mkdir(parents=True)
    (folder / ".cxm-report.html-x1").write_text("half")
    batch(clients, out)

    assert [] == list(out.rglob(".cxm-*"))


def test_the_parent_keeps_no_documents(batch, tmp_path, out, write_client, jobs):
    """A hundred clients with a megabyte each leave nothing of it in the process that asked, and no file open."""
    folders = [write_client(tmp_path / "clients" / f"c{n}", f"Client {n}") for n in range(100)]

    def answer(name, payload, heard):
        made = Made(documents={"report.html": name.encode().ljust(1 << 20, b".")}, problems=(), seconds={})
        return Answer(parcel=parcel.pack_made(made))

    import tracemalloc

    opened = len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else 0  # noqa: PTH208, PTH112
    batch(folders[:2], out, door=lambda: Hand(answer))
    tracemalloc.start()
    summary = batch(folders, out, door=lambda: Hand(answer))
    gc.collect()
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert summary.good
    assert held < 1 << 20
    assert opened == (len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else 0)  # noqa: PTH208, PTH112


@pytest.mark.slow
def test_fifty_kills_then_the_same_bytes(tmp_path, write_client):
    """Killed (SIGKILL) at fifty moments spread over a run and resumed, a batch ends with the bytes of an undisturbed one."""
    clients, out, calm = tmp_path / "clients", tmp_path / "reports", tmp_path / "calm"
    for number in range(12):
        write_client(clients / f"client-{number:02}", f"Client {number:02}")
    script = [sys.executable, "-m", "batch_jobs", str(clients)]
    assert 0 == subprocess.run([*script, str(calm)], stdout=subprocess.DEVNULL, check=False).returncode
    killed = moment = 0
    while killed < 50:
        assert moment < 500
        moment += 1
        with subprocess.Popen([*script, str(out)], stdout=subprocess.PIPE) as process:
            for _ in range(moment % 5):
                process.stdout.readline()
            threading.Event().wait(0.0007 * (moment % 7))  # somewhere inside a write, not only between two
            process.kill()
            process.wait()
        _whole_or_absent(out, inside(calm))
        if process.returncode == -signal.SIGKILL:
            killed += 1
        else:  # it was done before we came: begin again from nothing
            shutil.rmtree(out)
    finished = subprocess.run([*script, str(out)], stdout=subprocess.DEVNULL, check=False)

    assert 0 == finished.returncode
    assert inside(calm) == inside(out)
    assert [] == list(out.rglob(".cxm-*"))
    lines = [json.loads(line) for line in (out / NAME).read_bytes().splitlines()]
    assert 24 == len({(line["source"], line["asked"]) for line in lines})
    assert {"done"} == {line["state"] for line in lines}


def _whole_or_absent(out, calm):
    """Assert that every document of a disturbed run is whole, and every line of its manifest but the last is too."""
    found = {name: data for name, data in inside(out).items() if ".cxm-" not in name} if out.exists() else {}
    assert [] == [name for name, data in found.items() if calm[name] != data]
    Manifest.read(out)


def test_the_modules_names(batch):
    """What the room offers is there."""
    assert set(module.__all__) <= set(dir(module))
