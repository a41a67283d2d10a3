"""Measure the batch beside papermill and nbconvert, in turn, in one run, on the real client report; write benchmarks/batch.md.

``python benchmarks/batch.py [--clients 200] [--rounds 5]``. The peer is the two programs as they come, in the same environment. A
ratio is the median of the ratios of neighbours (theirs / ours), so that a busy machine moves both. Before anything counts,
both pages must hold the same figures: a faster run that lost its pictures would look like a win.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
EXAMPLE = ROOT / "examples" / "maison-lavande"
NOTEBOOK = ROOT / "notebooks" / "client_report.ipynb"
TARGET = ROOT / "benchmarks" / "batch.md"
BIN = Path(sys.executable).parent
LANGUAGE = "en"
"""The warm start walks through the same example in French: in French, what it keeps of words would be the client's own."""

_WATCHED = """
import json, os, sys, time
from pathlib import Path
from cxmaturity.engagement.values import DEFAULT_SEED
from cxmaturity.reporting.batch.clients import from_folders
from cxmaturity.reporting.batch.doors import Bounds, WarmDoor
from cxmaturity.reporting.batch.plan import Options
from cxmaturity.reporting.batch.run import Watch, run_batch
def held():
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024
class Memory(Watch):
    seen = []
    def ended(self, result):
        self.seen.append(held())
fds = len(os.listdir("/proc/self/fd"))
clients, out, jobs = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
wanted = from_folders(sorted(clients.iterdir()), ["en"])
summary = run_batch(wanted, out=out, options=Options(seed=DEFAULT_SEED, formats=("html",)),
    open_door=lambda: WarmDoor(Bounds(jobs=jobs)), jobs=jobs, watch=Memory())
left = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
print(json.dumps({"done": summary.count("done"), "seconds": summary.seconds, "mb": Memory.seen,
    "fds": len(os.listdir("/proc/self/fd")) - fds,
    "left": len(left)}))
"""


def wall(work: Callable[[], object]) -> float:
    """Return the seconds on the clock of one call."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def spent() -> float:
    """Return the processor seconds of the processes that we have waited for."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def measured(work: Callable[[], object]) -> tuple[float, float]:
    """Return the seconds on the clock and of the processors, of a call that waits for its programs."""
    before = spent()
    return wall(work), spent() - before


def quiet(*command: str | Path) -> None:
    """Run a program and keep what it prints to itself."""
    subprocess.run([str(part) for part in command], cwd=ROOT, check=True, capture_output=True)


def peer(folder: Path) -> Path:
    """Make the report with the two programs as they come, and return the page."""
    executed = folder / "peer.ipynb"
    quiet(
        BIN / "papermill",
        NOTEBOOK,
        executed,
        "-k",
        "python3",
        "-p",
        "engagement",
        EXAMPLE,
        "-p",
        "language",
        LANGUAGE,
    )
    quiet(BIN / "jupyter-nbconvert", "--to", "html", executed)
    return folder / "peer.html"


def ours_cold(folder: Path) -> Path:
    """Make the report with our command, everything cold, and return the page."""
    shutil.rmtree(folder / "reports", ignore_errors=True)
    quiet(
        BIN / "cxmaturity",
        "report",
        EXAMPLE,
        "--to",
        "html",
        "--language",
        LANGUAGE,
        "--out",
        folder / "reports",
    )
    return folder / "reports" / "maison-lavande" / LANGUAGE / "report.html"


def figures(page: Path) -> int:
    """Count the charts of a page."""
    return len(re.findall(r"<svg\b", page.read_text(encoding="utf-8")))


class Warm:
    """Our warm door, and jobs of the same client."""

    def __init__(self, jobs: int = 2) -> None:
        from cxmaturity.reporting.batch.doors import Bounds, WarmDoor

        self.door = WarmDoor(Bounds(jobs=jobs))

    def make(self, *formats: str) -> dict[str, bytes]:
        """Make the executed notebook and these documents in a fresh process."""
        from cxmaturity.reporting.batch import parcel
        from cxmaturity.reporting.job import Job

        job = Job(source=EXAMPLE, language=LANGUAGE, formats=formats, keep_notebook=True)
        answer = self.door.make(parcel.pack_job(job), seed="bench", heard=lambda _: None)
        if answer.parcel is None:
            raise RuntimeError(str(answer.problem))
        made = parcel.unpack_made(answer.parcel)
        if made.failed:
            raise RuntimeError([str(problem) for problem in made.problems])
        return dict(made.documents)

    def spent(self) -> float:
        """Return the processor seconds of the server and of the clients it has buried."""
        pid = self.door._server._own.process.pid  # noqa: SLF001  # nobody else needs to know
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")

    def measured(self, *formats: str) -> tuple[float, float]:
        """Make one, and return the seconds on the clock and of the processors."""
        before = self.spent()
        return wall(lambda: self.make(*formats)), self.spent() - before

    def many(self, n: int, jobs: int) -> None:
        """Make n notebooks with their pages, so many at once."""
        with ThreadPoolExecutor(jobs) as pool:
            list(pool.map(lambda _: self.make("html"), range(n)))


def spin(jobs: int) -> float:
    """Return the loops a second of so many spinning processes together: what this machine gains by its second core."""
    loop = "import time; end=time.perf_counter()+3; n=0\nwhile time.perf_counter()<end: n+=1\nprint(n)"
    running = [subprocess.Popen([sys.executable, "-c", loop], stdout=subprocess.PIPE) for _ in range(jobs)]
    return sum(int(process.communicate()[0]) for process in running) / 3


def one_report(folder: Path, rounds: int) -> list[tuple[str, str, str, str, str]]:
    """Compare one report: cold, warm, and with the PDF."""
    warm = Warm()
    rows = []
    with warm.door:
        page = folder / "warm.html"
        page.write_bytes(warm.make("html")["report.html"])
        counts = {
            "ours, cold": figures(ours_cold(folder)),
            "ours, warm": figures(page),
            "peer": figures(peer(folder)),
        }
        if len(set(counts.values())) != 1 or 0 in counts.values():
            raise RuntimeError(f"not the same figures: {counts}")
        print(f"figures on each page: {counts}", flush=True)
        theirs, cold, hot, with_pdf, without = [], [], [], [], []
        for _ in range(rounds):
            theirs.append(measured(lambda: peer(folder)))
            cold.append(measured(lambda: ours_cold(folder)))
            three = [warm.measured("html") for _ in range(3)]
            hot.append(
                (statistics.median(each[0] for each in three), statistics.median(each[1] for each in three))
            )
        alone = Warm(jobs=1)
        with alone.door:
            alone.make("html")
            for _ in range(rounds * 3):
                without.append(alone.measured("html"))
                with_pdf.append(alone.measured("html", "pdf"))
        told = f"`papermill` then `nbconvert --to html`: {_seconds(theirs)}"
        rows += [
            ("one report, everything cold", _seconds(cold), told, _sooner(theirs, cold), "3 ×"),
            ("one report, warm: executed notebook and page", _seconds(hot), told, _sooner(theirs, hot), "10 ×"),
            ("the same and the tagged PDF", _seconds(with_pdf), f"without: {_seconds(without)}",
             f"{_ratio(with_pdf, without, 0):.2f} × the time ({_ratio(with_pdf, without, 1):.2f} × cpu)", "≤ 1.25 ×"),
        ]  # fmt: skip
        rows.append(_two_workers(warm, rounds))
    return rows


def _two_workers(warm: Warm, rounds: int) -> tuple[str, str, str, str, str]:
    gains, spins = [], []
    for _ in range(rounds):
        spins.append(spin(2) / spin(1))
        alone = wall(lambda: warm.many(8, 1))
        gains.append(alone / wall(lambda: warm.many(8, 2)))
    gain, spun = statistics.median(gains), statistics.median(spins)
    share = statistics.median(a / b for a, b in zip(gains, spins, strict=True))
    return ("two workers against one", f"{gain:.2f} × as many", f"two spinning loops: {spun:.2f} ×",
            f"{share:.2f} of it", "≥ 0.85")  # fmt: skip


def _seconds(pairs: list[tuple[float, float]]) -> str:
    clock, processor = (statistics.median(each) for each in zip(*pairs, strict=True))
    return f"{clock:.2f} s ({processor:.2f} cpu)"


def _ratio(these: list[tuple[float, float]], those: list[tuple[float, float]], which: int) -> float:
    return statistics.median(a[which] / b[which] for a, b in zip(these, those, strict=True))


def _sooner(theirs: list[tuple[float, float]], ours: list[tuple[float, float]]) -> str:
    return f"{_ratio(theirs, ours, 0):.1f} × sooner ({_ratio(theirs, ours, 1):.1f} × less cpu)"


def many_clients(folder: Path, clients: int, rounds: int) -> list[tuple[str, str, str, str, str]]:
    """Measure a batch of many clients, what it leaves, and a second run."""
    given = folder / "clients"
    for number in range(clients):
        target = given / f"client-{number:04}"
        shutil.copytree(EXAMPLE, target)
        file = target / "engagement.yaml"
        text = file.read_text(encoding="utf-8")
        file.write_text(
            text.replace("name: Maison Lavande", f"name: Client {number:04}", 1), encoding="utf-8"
        )
    out = folder / "many"
    begun, before = time.perf_counter(), spent()
    done = subprocess.run([sys.executable, "-c", _WATCHED, str(given), str(out), "2"],
                          cwd=ROOT, check=True, capture_output=True, text=True)  # fmt: skip
    cold, used = time.perf_counter() - begun, spent() - before
    told = json.loads(done.stdout)
    if told["done"] != clients:
        raise RuntimeError(f"{told['done']} of {clients} done: {done.stderr[-500:]}")
    quarter = told["mb"][max(1, clients // 20) :]
    folders = sorted(str(path) for path in given.iterdir())
    command = [BIN / "cxmaturity", "report", *folders, "--to", "html", "--language", LANGUAGE, "--out", out]
    quiet(*command)  # writes the portfolio page
    again = [wall(lambda: quiet(*command)) for _ in range(max(5, rounds))]
    start = [wall(lambda: quiet(BIN / "cxmaturity", "--version")) for _ in range(max(5, rounds))]
    return [
        (f"{clients} clients on two workers, everything cold", f"{cold:.1f} s ({used:.0f} cpu)",
         f"{cold / clients * 1000:.0f} ms a client", "", "≤ 120 s"),
        ("memory of the asking process from client 10 to the last", f"{quarter[-1] - quarter[0]:+.1f} MB",
         f"{told['mb'][-1]:.0f} MB in all", "", "< 5 MB"),
        ("file descriptors and processes left", f"{told['fds']} and {told['left']}", "", "", "0 and 0"),
        (f"second run of {clients} finished clients, whole process", f"{statistics.median(again):.2f} s",
         f"`cxmaturity --version`: {statistics.median(start):.2f} s", "", "≤ 0.5 s"),
        (f"who runs among {50 * clients:,} finished clients", f"{_planned(given, out, 50):.1f} s", "", "", ""),
        ("key of a client, beside the reading of its files", f"{_key() * 1e6:.0f} µs", "", "", "< 50 µs"),
    ]  # fmt: skip


def _planned(given: Path, out: Path, times: int) -> float:
    """Time the reading of a manifest and the plan of so many times the clients that are done."""
    import attrs

    from cxmaturity.reporting.batch.clients import from_folders
    from cxmaturity.reporting.batch.manifest import Manifest
    from cxmaturity.reporting.batch.plan import place_of

    rows, folders = [], []
    for done in Manifest.read(out).rows.values():
        client = (out / done.source).resolve()
        for number in range(times):
            folders.append(given.parent / f"copy-{number}" / client.name)
            folders[-1].parent.mkdir(exist_ok=True)
            folders[-1].symlink_to(client)
            (wanted,) = from_folders([folders[-1]], [LANGUAGE])
            rows.append(attrs.evolve(done, source=place_of(wanted, out)).line())
    (out / "manifest.jsonl").write_bytes(b"".join(rows))
    return wall(lambda: _plan_them(folders, out))


def _plan_them(folders: list[Path], out: Path) -> None:
    """Plan the clients anew; all must be finished."""
    from cxmaturity.engagement.values import DEFAULT_SEED
    from cxmaturity.reporting.batch.clients import from_folders
    from cxmaturity.reporting.batch.manifest import Manifest
    from cxmaturity.reporting.batch.plan import Options, plan

    options = Options(seed=DEFAULT_SEED, formats=("html",))
    orders = plan(from_folders(folders, [LANGUAGE]), Manifest.read(out), out, options)
    if {order.reasons for order in orders} != {("same",)}:
        raise RuntimeError("the copies of finished clients are not seen as finished")


def _key() -> float:
    from cxmaturity.reporting.batch.keys import job_key, standing_parts

    standing_parts()
    inputs = {f"file-{number}.csv": "0" * 64 for number in range(5)}
    best = []
    for _ in range(9):
        begun = time.process_time()
        for _ in range(500):
            job_key(
                inputs,
                {"language": LANGUAGE, "as_of": None, "sections": None},
                formats=("html", "pdf"),
                seed=1,
            )
        best.append((time.process_time() - begun) / 500)
    return statistics.median(best)


def main() -> None:
    """Measure everything and write the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--clients", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args()
    before = os.getloadavg()
    with tempfile.TemporaryDirectory(prefix="cxm-b-") as runtime:
        os.environ["CXMATURITY_RUNTIME_DIR"] = runtime
        folder = Path(runtime) / "work"
        folder.mkdir()
        rows = one_report(folder, asked.rounds)
        for row in rows:
            print(row, flush=True)
        rows += many_clients(folder, asked.clients, asked.rounds)
    loads = f"load average {before[0]:.1f} before, {os.getloadavg()[0]:.1f} after"
    machine = f"{os.cpu_count()} cores, Python {platform.python_version()}, {platform.system()}"
    said = f"Measured by `python benchmarks/batch.py` on {machine}; {loads}. Medians; ours and the peer in turn, "
    lines = [
        said + "figures proved present on both pages.",
        "",
        "| what | ours | beside | ours against it | goal |",
        "|---|---|---|---|---|",
        *(f"| {' | '.join(row)} |" for row in rows),
    ]
    TARGET.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
