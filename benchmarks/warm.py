"""Measure the warm start beside what Jupyter does by itself, in turn, in one run, and print a table.

``python benchmarks/warm.py``. A ratio is the median of the ratios of neighbours (theirs / ours), so that a busy machine moves
both. "cpu" is user + system time of every process of the work, the server's and its children's included.
"""

from __future__ import annotations

import asyncio
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning.factory import KernelProvisionerFactory

from cxmaturity.warm import REPORTS, JobContext, Limits, WarmServer, kernel_run
from cxmaturity.warm.client import ForkServer
from cxmaturity.warm.provisioner import ForkProvisioner

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOK = ROOT / "notebooks" / "client_report.ipynb"
EXAMPLE = ROOT / "examples" / "maison-lavande"
IMPORTS = "import pandas, seaborn, matplotlib.pyplot"
ROUNDS = 5
TICKS = os.sysconf("SC_CLK_TCK")


class Spawned(AsyncKernelManager):
    """The kernel as jupyter_client starts it by itself."""

    kernel_spec = KernelSpec(
        argv=[sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"], language="python"
    )


class Measured:
    """Wall and cpu seconds of a piece of work; `server` is the process whose children work for us."""

    def __init__(self, server: int) -> None:
        self.server = server

    def cpu(self) -> float:
        """Return the cpu seconds so far of this process, its children, the server and its children."""
        fields = Path(f"/proc/{self.server}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        own = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
        return sum(int(n) for n in fields[11:15]) / TICKS + sum(use.ru_utime + use.ru_stime for use in own)

    def __call__(self, work: Callable[[], Any]) -> tuple[float, float, Any]:
        """Return (wall, cpu, result)."""
        begun, before = time.perf_counter(), self.cpu()
        result = work()
        return time.perf_counter() - begun, self.cpu() - before, result


def memory(pid: int) -> dict[str, float]:
    """Return Pss and private memory of a process, in MB."""
    found = {}
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()[1:]:
        name, _, rest = line.partition(":")
        found[name] = int(rest.split()[0]) / 1024
    return {"pss": found["Pss"], "private": found["Private_Clean"] + found["Private_Dirty"]}


async def a_kernel(kind: type[AsyncKernelManager]) -> tuple[float, float, dict[str, float]]:
    """Start a kernel, import what reports import; return seconds to ready, to imported, and memory."""
    begun = time.perf_counter()
    manager = kind(transport="ipc", connection_file=tempfile.mktemp(suffix=".json"))  # noqa: S306
    await manager.start_kernel(stderr=subprocess.DEVNULL, env={**os.environ, "OPENBLAS_NUM_THREADS": "1"})
    client = manager.client()
    client.start_channels()
    await client.wait_for_ready(timeout=120)
    ready = time.perf_counter() - begun
    await client.execute_interactive(IMPORTS, timeout=120)
    imported = time.perf_counter() - begun
    used = memory(manager.provisioner.pid)
    client.stop_channels()
    await manager.shutdown_kernel(now=True)
    return ready, imported, used


def row(name: str, ours: list[float], theirs: list[float], unit: str) -> str:
    """Return a row of the table: medians, and the median ratio of neighbours."""
    ratio = statistics.median(b / max(a, 1e-9) for a, b in zip(ours, theirs, strict=True))
    return (
        f"| {name} | {statistics.median(ours):.2f} {unit} | {statistics.median(theirs):.2f} {unit} "
        f"| {ratio:.1f} | {statistics.median(ours) / statistics.median(theirs):.2f} |"
    )


def kernels(measured: Measured) -> list[str]:
    """Compare a forked and a spawned kernel."""
    kinds = (kernel_run.WarmKernelManager, Spawned)
    pairs = [
        [measured(lambda kind=kind: asyncio.run(a_kernel(kind))) for kind in kinds] for _ in range(ROUNDS)
    ]
    ours, theirs = ([pair[i] for pair in pairs] for i in (0, 1))
    return [
        row("kernel ready", [r[2][0] for r in ours], [r[2][0] for r in theirs], "s"),
        row(
            "kernel with pandas and seaborn imported", [r[2][1] for r in ours], [r[2][1] for r in theirs], "s"
        ),
        row("the same, cpu until it is gone", [r[1] for r in ours], [r[1] for r in theirs], "s"),
        row(
            "private memory of that kernel",
            [r[2][2]["private"] for r in ours],
            [r[2][2]["private"] for r in theirs],
            "MB",
        ),
        row("Pss of that kernel", [r[2][2]["pss"] for r in ours], [r[2][2]["pss"] for r in theirs], "MB"),
    ]


def charts(notebook: dict[str, Any]) -> int:
    """Count the drawings in an executed notebook: a quicker report without them would be no gain."""
    shown = [
        str(o.get("data", {}).get("text/html", "")) for c in notebook["cells"] for o in c.get("outputs", [])
    ]
    return sum(text.count("<svg") for text in shown)


def reports(server: WarmServer, measured: Measured) -> list[str]:
    """Compare one executed client report: in a forked process, and with the papermill command."""
    import json

    source = NOTEBOOK.read_bytes()

    def ours() -> dict[str, Any]:
        run = server.run_notebook(
            source,
            {"engagement": str(EXAMPLE), "language": "en"},
            limits=Limits(wall_seconds=300),
            context=JobContext(seed="bench"),
        )
        if run.failure is not None or run.notebook is None:
            raise SystemExit(str(run.failure))
        return dict(run.notebook)

    def theirs() -> dict[str, Any]:
        with tempfile.TemporaryDirectory() as folder:
            out = Path(folder) / "out.ipynb"
            command = [sys.executable, "-m", "papermill", "-k", "python3", str(NOTEBOOK), str(out)]
            command += ["-p", "engagement", str(EXAMPLE), "-p", "language", "en", "--no-progress-bar"]
            subprocess.run(command, check=True, capture_output=True)
            return dict(json.loads(out.read_text(encoding="utf-8")))

    pairs = [(measured(ours), measured(theirs)) for _ in range(ROUNDS)]
    counts = {charts(result) for pair in pairs for _, _, result in pair}
    if len(counts) != 1 or counts == {0}:
        raise SystemExit(f"the two sides do not draw the same: {counts}")
    return [
        row(
            f"client_report.ipynb executed ({counts.pop()} drawings on both sides)",
            [a[0] for a, _ in pairs],
            [b[0] for _, b in pairs],
            "s",
        ),
        row("the same, cpu", [a[1] for a, _ in pairs], [b[1] for _, b in pairs], "s"),
    ]


def main() -> None:
    """Print the table."""
    begun = time.perf_counter()
    with WarmServer.start_or_connect(REPORTS, how="fork", shared=False) as server:
        assert isinstance(server, ForkServer)  # noqa: S101  # asked for
        pid = int(server.run("os:getppid", b"").pid or 0)
        warm_after = time.perf_counter() - begun
        assert server._own is not None  # noqa: S101, SLF001
        pid = server._own.process.pid  # noqa: SLF001
        KernelProvisionerFactory.provisioners["cxmaturity"] = kernel_run._ENTRY  # noqa: SLF001
        ForkProvisioner.server_path = str(server._own.path)  # noqa: SLF001
        measured = Measured(pid)
        print("| | warm | by itself | times less | share |\n|---|---|---|---|---|")
        print("\n".join(kernels(measured) + reports(server, measured)))
        print(f"\nThe server was warm after {warm_after:.1f} s and holds {memory(pid)['pss']:.0f} MB (Pss).")


if __name__ == "__main__":
    main()
