"""The fork server: whom it serves, when it refuses, when it ends, and that it keeps nothing."""

from __future__ import annotations

import errno
import json
import os
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

import pytest

from cxmaturity.core.problems import FileError
from cxmaturity.i18n import describe
from cxmaturity.warm import JobContext, Preload, WarmServer, place, starting
from cxmaturity.warm import server as server_module
from cxmaturity.warm.isolation import make_scratch
from cxmaturity.warm.provisioner import ForkProvisioner
from cxmaturity.warm.server import Server
from cxmaturity.warm.starting import WarmStartError, can_fork, connect, connect_or_start, socket_path
from cxmaturity.warm.warming import warm

pytestmark = pytest.mark.skipif(not can_fork(), reason="no fork server on this platform")
LITTLE = Preload(modules=("json",))


def parent_of(pid: int) -> int:
    """Return the parent of a process."""
    return int(Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[1])


def until(true, seconds: float = 60.0) -> bool:
    """Wait until something is true; return whether it is."""
    end = time.monotonic() + seconds
    while not true() and time.monotonic() < end:
        time.sleep(0.01)
    return bool(true())


def count(folder: str | Path) -> int:
    """Return how many entries a folder has."""
    return sum(1 for _ in Path(folder).iterdir())


@pytest.fixture
def own(monkeypatch):
    """Return a runtime folder for one test; servers started there are ended after it."""
    before = set(starting._LIVING)
    with tempfile.TemporaryDirectory(prefix="cxm-") as short:  # pytest's own are too long for a socket
        monkeypatch.setenv("CXMATURITY_RUNTIME_DIR", str(Path(short) / "run"))
        yield Path(short) / "run"
    for process in set(starting._LIVING) - before:
        process.terminate()
        process.wait()


def test_socket_is_the_users_alone(own):
    """The folder has mode 0700 and the socket 0600; the log too."""
    connect_or_start(LITTLE, idle_seconds=60).close()
    path = socket_path(place.server_name(LITTLE))
    modes = [stat.S_IMODE(each.stat().st_mode) for each in (own, path, path.with_suffix(".log"))]

    assert [0o700, 0o600, 0o600] == modes
    assert stat.S_ISSOCK(path.stat().st_mode)


def test_folder_of_somebody_else_is_not_used(tmp_path, monkeypatch):
    """A folder where others may write, or a link, is refused."""
    (tmp_path / "open").mkdir()
    (tmp_path / "open").chmod(0o777)
    (tmp_path / "link").symlink_to(tmp_path)
    for name in ("open", "link"):
        monkeypatch.setenv("CXMATURITY_RUNTIME_DIR", str(tmp_path / name))
        with pytest.raises(FileError) as told:
            place.runtime_folder()
        assert "warm.folder_not_ours" == told.value.code


def test_another_user_is_refused(tmp_path, monkeypatch):
    """The kernel's word on who is at the other end decides; a different user id gets no process."""
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(tmp_path / "s"))
    listener.listen()
    server = Server(listener, tmp_path, idle_seconds=1, leash=None)
    here, there = socket.socketpair()
    monkeypatch.setattr(server_module, "tasks", lambda: 1)
    assert server._refusal(there) is None
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)

    assert {"refused": "user"} == server._refusal(there)
    for each in (here, there, listener):
        each.close()


@pytest.mark.skipif(os.name == "nt" or os.geteuid() != 0, reason="only root can become somebody else")
def test_another_user_cannot_even_connect(own):
    """A process of another user is stopped by the mode of folder and socket."""
    connect_or_start(LITTLE, idle_seconds=60).close()
    path = socket_path(place.server_name(LITTLE))
    program = f"import os, socket; os.setuid(65534); socket.socket(socket.AF_UNIX).connect({str(path)!r})"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)

    assert "PermissionError" in done.stderr


def test_thread_in_the_server_means_spawn(own, tmp_path, monkeypatch):
    """A server whose memory holds a second thread forks nothing; the job runs all the same, in a spawned process."""
    (tmp_path / "warm_threads.py").write_text(
        "import threading\nthreading.Thread(target=threading.Event().wait, daemon=True).start()\n",
        encoding="utf-8",
    )
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}{os.pathsep}{os.environ['PYTHONPATH']}")
    preload = Preload(modules=("warm_threads",))
    with WarmServer.start_or_connect(preload, how="fork", shared=False) as server:
        outcome = server.run("warm_jobs:look", b"import os; said = os.getppid()")

    assert (None, os.getpid()) == (outcome.failure, int(outcome.result))


def test_askers_at_once_share_one_server(own):
    """Eight programs that start together get children of one server."""
    program = (
        "from cxmaturity.warm import Preload, WarmServer\n"
        "with WarmServer.start_or_connect(Preload(modules=('json',)), idle_seconds=20) as server:\n"
        "    print(server.run('warm_jobs:look', b'import os; said = os.getppid()').result.decode())"
    )
    with ThreadPoolExecutor(8) as pool:
        done = list(
            pool.map(
                lambda _: subprocess.run(
                    [sys.executable, "-c", program], capture_output=True, text=True, check=True
                ),
                range(8),
            )
        )
    parents = {int(each.stdout) for each in done}

    assert 1 == len(parents)
    os.kill(parents.pop(), signal.SIGTERM)


def test_idle_server_ends_and_takes_its_name_away(own):
    """A server that nobody asks ends by itself and leaves no socket; the next asker gets a new one."""
    with WarmServer.start_or_connect(LITTLE, how="fork", idle_seconds=0.2) as server:
        first = int(server.run("warm_jobs:look", b"import os; said = os.getppid()").result)
        path = socket_path(place.server_name(LITTLE))

        assert until(lambda: not path.exists() and not Path(f"/proc/{first}/exe").exists())
        assert first != int(server.run("warm_jobs:look", b"import os; said = os.getppid()").result)


def test_a_server_that_ends_leaves_the_next_one_its_folder(own):
    """The next server of the same name works in the same folder: one that ends removes what is dead there, and nothing else."""
    scratch = own / "scratch"
    dead = subprocess.Popen(["true"])
    dead.wait()
    for pid in (os.getpid(), dead.pid):
        (scratch / str(pid)).mkdir(parents=True)
    server_module._leave_nothing(own / "a.sock", scratch, private=False)
    left = [each.name for each in scratch.iterdir()]
    (scratch / str(os.getpid())).rmdir()
    server_module._leave_nothing(own / "a.sock", scratch, private=False)

    assert [str(os.getpid())] == left
    assert not scratch.exists()
    make_scratch(scratch / "1")
    assert (scratch / "1" / "tmp").is_dir()


def test_server_that_cannot_be_found_ends(own):
    """A server whose socket was removed can be asked by nobody, and ends although its time is not over."""
    with WarmServer.start_or_connect(LITTLE, how="fork", idle_seconds=600) as server:
        pid = parent_of_job(server)
        socket_path(place.server_name(LITTLE)).unlink()

        assert until(lambda: not Path(f"/proc/{pid}/exe").exists())


@pytest.mark.parametrize("shared", [True, False])
def test_lost_server_is_one_failed_row(own, shared):
    """When the server is killed, its children end, the asker is told so, and the next job finds a new server."""
    with WarmServer.start_or_connect(LITTLE, how="fork", idle_seconds=30, shared=shared) as server:
        heard: list[int] = []

        def kill_server(said: bytes) -> None:
            heard.append(int(said))
            os.kill(parent_of(int(said)), signal.SIGKILL)

        outcome = server.run("warm_jobs:slow", b"", on_progress=kill_server)

        assert "lost" == outcome.failure.kind
        assert until(lambda: not Path(f"/proc/{heard[0]}/exe").exists())
        assert b"again" == server.run("warm_jobs:echo", b"again").result


def test_private_server_ends_with_its_owner(own):
    """A server of one program alone ends when that program is killed, and so do the jobs it ran."""
    program = (
        "from cxmaturity.warm import Preload, WarmServer\n"
        "server = WarmServer.start_or_connect(Preload(), how='fork', shared=False)\n"
        "server.run('warm_jobs:slow', b'', on_progress=lambda said: print(said.decode(), flush=True))"
    )
    owner = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    child = int(owner.stdout.readline())
    parent = parent_of(child)
    owner.kill()
    owner.wait()
    owner.stdout.close()

    assert until(lambda: not Path(f"/proc/{child}/exe").exists() and not Path(f"/proc/{parent}/exe").exists())


def test_hanging_up_kills(forked):
    """Closing the connection is enough: the child and what it started are gone."""
    import json
    import threading

    heard: list[int] = []
    connection = forked.connection()
    channel, far = socket.socketpair()
    reading, writing = os.pipe()
    from cxmaturity.warm.client import context_head
    from cxmaturity.warm.values import JobContext
    from cxmaturity.warm.wire import Frames, send_request

    head = {"kind": "call", "target": "warm_jobs:slow", "context": context_head(JobContext()), "limits": {}}
    send_request(connection, head, b"", (far.fileno(), writing))
    assert threading.active_count() >= 1
    heard += [int(said) for _, said in Frames().feed(channel.recv(4096))]
    connection.close()

    assert json.dumps(heard)
    assert until(lambda: not Path(f"/proc/{heard[0]}/exe").exists())
    for each in (channel, far):
        each.close()
    for each in (reading, writing):
        os.close(each)


def test_nothing_adds_up(forked):
    """Forty jobs, a quarter of them broken, leave the server with as many descriptors, children and folders as before."""
    pid = parent_of_job(forked)

    def held() -> tuple[int, str, int]:
        scratch = place.scratch_folder(forked._own.path.stem)
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
        return count(f"/proc/{pid}/fd"), children, count(scratch)

    assert until(lambda: held()[1:] == ("", 0))
    before, mine = held()[0], count("/proc/self/fd")
    for i in range(40):
        forked.run("warm_jobs:leave" if i % 4 == 0 else "warm_jobs:echo", b"x")

    assert until(lambda: held()[1:] == ("", 0) and held()[0] <= before)
    assert mine == count("/proc/self/fd")


def parent_of_job(server) -> int:
    """Return the process of a server."""
    return int(server.run("warm_jobs:look", b"import os; said = os.getppid()").result)


def test_server_holds_no_secret_of_who_started_it(own, monkeypatch):
    """The server's own environment has what importing needs, and nothing else of the program that started it."""
    monkeypatch.setenv("API_KEY", "S3cr3t")
    with WarmServer.start_or_connect(LITTLE, how="fork", shared=False) as server:
        block = Path(f"/proc/{parent_of_job(server)}/environ").read_bytes()

    assert b"S3cr3t" not in block
    assert b"OPENBLAS_NUM_THREADS=1" in block


def test_name_follows_what_memory_depends_on(tmp_path, monkeypatch):
    """Another preload list, search path, interpreter, distribution or edited file is another server; nothing else is."""
    names = [place.server_name(LITTLE), place.server_name(Preload(modules=("csv",)))]
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    names.append(place.server_name(LITTLE))
    monkeypatch.setattr(sys, "executable", "/other/python")
    names.append(place.server_name(LITTLE))
    monkeypatch.setattr(place, "_installed", lambda: ["other-1.0.dist-info"])
    names.append(place.server_name(LITTLE))
    (tmp_path / "module.py").write_text("1", encoding="utf-8")
    monkeypatch.setattr(place, "PACKAGE", tmp_path)
    names.append(place.server_name(LITTLE))
    (tmp_path / "module.py").write_text("22", encoding="utf-8")
    names.append(place.server_name(LITTLE))
    monkeypatch.setenv("ANYTHING", "else")

    assert 7 == len(set(names))
    assert names[-1] == place.server_name(LITTLE)


def test_cold_start_is_not_a_failure(capfd):
    """A module that is not installed and a warm-up that fails are said in the log, and passed over."""
    warm(Preload(modules=("no_such_module", "json"), warm_up="json:no_such_function"))
    said = capfd.readouterr().err

    assert "no_such_module" in said
    assert "no_such_function" in said


def test_place_is_chosen_by_the_platform(monkeypatch):
    """Without fork the pool of spawned processes is chosen by itself; the environment can say so too."""
    kinds = []
    for says, forks in ((None, True), (None, False), ("spawn", True)):
        monkeypatch.setattr("cxmaturity.warm.client.can_fork", lambda forks=forks: forks)
        monkeypatch.setattr(
            "cxmaturity.warm.client.ForkServer", lambda *_, **__: SimpleNamespace(close=lambda: None)
        )
        monkeypatch.setattr("cxmaturity.warm.client.SpawnedProcesses", lambda *_, **__: "spawned")
        if says:
            monkeypatch.setenv("CXMATURITY_WARM", says)
        kinds.append(WarmServer.start_or_connect(LITTLE) == "spawned")

    assert [False, True, True] == kinds


def test_no_server_is_said(own, monkeypatch):
    """A server that cannot start is an error that names its log, which is there to be read."""
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with (
        WarmServer.start_or_connect(LITTLE, how="fork", shared=False) as server,
        pytest.raises(WarmStartError) as told,
    ):
        server.run("warm_jobs:echo", b"")

    assert "warm.no_server" == told.value.code
    assert Path(dict(told.value.problems[0].params)["log"]).is_file()


def test_a_server_that_is_not_warm_yet_ends_too(own):
    """Closed, or left by a killed program, while it still imports, a server ends and leaves no file."""
    slow = Preload(warm_up="warm_jobs:never_warm")
    program = (
        "import time\nfrom cxmaturity.warm import Preload, WarmServer\n"
        "server = WarmServer.start_or_connect(Preload(warm_up='warm_jobs:never_warm'), how='fork', shared=False)\n"
        "print(server._own.process.pid, flush=True)\ntime.sleep(600)"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as owner:
        left = int(owner.stdout.readline())
        owner.kill()
    server = WarmServer.start_or_connect(slow, how="fork", shared=False)
    scratch = place.scratch_folder(server._own.path.stem)
    closing = threading.Thread(target=server.close, daemon=True)
    closing.start()
    closing.join(timeout=60)

    assert not closing.is_alive()
    assert until(lambda: not Path(f"/proc/{left}/exe").exists())
    assert [] == list(own.iterdir())
    assert not scratch.exists()


@pytest.mark.parametrize("name", ["fork", "pidfd_open"])
def test_a_system_without_room_refuses_one_and_keeps_the_others(own, monkeypatch, name):
    """No process or descriptor left: this asker is refused, the server goes on, and nothing is left behind."""
    listener = socket.socket(socket.AF_UNIX)
    path = own.parent / "s"
    listener.bind(str(path))
    listener.listen()
    made = []
    with socket.socket(socket.AF_UNIX) as asker:
        asker.connect(str(path))
        monkeypatch.setattr(server_module, "tasks", lambda: 1)  # pytest has threads
        server = Server(listener, own.parent / "scratch", idle_seconds=1, leash=None)

        def full(*_):
            raise OSError(errno.EAGAIN, "no room")

        def born():
            made.append(subprocess.Popen(["sleep", "600"], start_new_session=True))
            return made[0].pid

        monkeypatch.setattr(server_module.os, "fork", full if name == "fork" else born)
        monkeypatch.setattr(server_module.os, "pidfd_open", full)
        assert server._accept()
        monkeypatch.undo()
        said = json.loads(asker.recv(4096))
    listener.close()

    assert {"refused": "system"} == said
    assert {} == server._children
    assert [] == [each for each in made if Path(f"/proc/{each.pid}").exists()]
    for each in made:
        each.poll()


def test_a_closed_server_is_not_started_again(own):
    """A job that asks after the end, as when a batch is stopped, gets an error and no other server."""
    server = WarmServer.start_or_connect(LITTLE, how="fork", shared=False)
    server.close()
    with pytest.raises(WarmStartError):
        server.run("warm_jobs:echo", b"")

    assert [] == list(own.iterdir())


def test_a_folder_that_cannot_be_used_is_said(monkeypatch):
    """A runtime folder that cannot be made is an error with the system's reason, in both languages."""
    monkeypatch.setenv("CXMATURITY_RUNTIME_DIR", "/proc/nowhere/run")
    with pytest.raises(FileError) as told:
        place.runtime_folder()

    problem = told.value.problems[0]
    assert "warm.folder_unusable" == problem.code
    assert "/proc/nowhere/run: No such file or directory" in describe(problem, "en")
    assert "il n’y a pas de tel fichier ou dossier" in describe(problem, "fr")


def test_a_system_that_refuses_is_said(own, monkeypatch):
    """A start that the system refuses, here for want of a name for its log, is an error and leaves no descriptor."""
    (own / "held.log").mkdir(parents=True)
    own.chmod(0o700)
    before = count("/proc/self/fd")
    with pytest.raises(WarmStartError) as told:
        starting.start(LITTLE, "held", idle_seconds=1)

    assert "warm.cannot_start" == told.value.code
    assert before == count("/proc/self/fd")


def test_folders_are_seen_from_the_asker(forked, tmp_path, monkeypatch):
    """A relative folder, of a job or of a kernel, is the asker's: the server stands in another."""
    (tmp_path / "beside").mkdir()
    monkeypatch.chdir(tmp_path)
    source = b"import os; said = os.getcwd()"
    outcome = forked.run("warm_jobs:look", source, context=JobContext(cwd=Path("beside")))
    heads = [ForkProvisioner()._head([], asked)["cwd"] for asked in ({"cwd": "beside"}, {})]

    assert str(tmp_path / "beside") == json.loads(outcome.result or b"null")
    assert [str(tmp_path / "beside"), str(tmp_path)] == heads


def test_long_folder_is_said(tmp_path, monkeypatch):
    """A runtime folder whose path is too long for a socket is an error that says what to do."""
    monkeypatch.setenv("CXMATURITY_RUNTIME_DIR", str(tmp_path / ("long" * 30)))
    with pytest.raises(FileError) as told:
        socket_path("a")

    assert "warm.path_too_long" == told.value.code


def test_nobody_listens(tmp_path):
    """A socket that is not there, or that nobody serves, is no connection."""
    left = socket.socket(socket.AF_UNIX)
    left.bind(str(tmp_path / "left"))
    left.close()

    assert connect(tmp_path / "none") is None
    assert connect(tmp_path / "left") is None
