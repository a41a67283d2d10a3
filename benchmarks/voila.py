"""Measure Voilà with its default kernel beside Voilà with our warm one, in turn, in one run; write benchmarks/voila.md.

``python benchmarks/voila.py``. The same notebook (pandas, seaborn, a chart, a widget) stands in one folder twice, with the kernel
``python3`` and with the kernel ``cxmaturity``; one plain Voilà serves both. A response counts when the whole page has come and
holds the chart.
"""

from __future__ import annotations

import contextlib
import os
import platform
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "benchmarks" / "voila.md"
ROUNDS = 7
BURST = 10
CELL = """
import ipywidgets, matplotlib.pyplot as plt, pandas as pd, seaborn as sns
data = pd.DataFrame({"question": list("ABCDEFG"), "level": [2, 3, 1, 4, 3, 2, 5]})
sns.barplot(data=data, x="question", y="level")
plt.show()
ipywidgets.IntSlider(value=3, min=1, max=5)
"""


def notebook(path: Path, kernel: str) -> None:
    """Write the notebook for one kernel."""
    import nbformat
    from nbformat import v4

    made = v4.new_notebook(
        cells=[v4.new_code_cell(CELL)], metadata={"kernelspec": {"name": kernel, "display_name": kernel}}
    )
    nbformat.write(made, path)


@contextlib.contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve a folder by plain Voilà and yield its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "voila",
        str(folder),
        "--no-browser",
        f"--port={port}",
        "--Voila.ip=127.0.0.1",
    ]
    environment = {**os.environ, "IPYTHONDIR": str(folder / "ipython")}
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, env=environment, start_new_session=True)
        address = f"http://127.0.0.1:{port}/voila/"
        try:
            for _ in range(600):
                with contextlib.suppress(OSError):
                    urllib.request.urlopen(address, timeout=5).read()
                    break
                time.sleep(0.05)
            yield address
        finally:
            process.terminate()
            process.wait()


def asked(address: str, kernel: str) -> float:
    """Ask for the page, and return the seconds until all of it has come."""
    begun = time.perf_counter()
    page = urllib.request.urlopen(f"{address}render/{kernel}.ipynb", timeout=120).read()  # noqa: S310  # ours
    seconds = time.perf_counter() - begun
    if b"image/png" not in page or b"Traceback" in page:
        raise RuntimeError(f"{kernel}: the page is not whole")
    return seconds


def burst(address: str, kernel: str) -> float:
    """Ask for ten pages at once, and return the seconds until the last has come."""
    begun = time.perf_counter()
    with ThreadPoolExecutor(BURST) as pool:
        list(pool.map(lambda _: asked(address, kernel), range(BURST)))
    return time.perf_counter() - begun


def compared(measure: Callable[[str], float], rounds: int) -> tuple[float, float, float]:
    """Return our median, theirs, and the median of the ratios of neighbours."""
    pairs = [(measure("cxmaturity"), measure("python3")) for _ in range(rounds)]
    ours, theirs = (statistics.median(side) for side in zip(*pairs, strict=True))
    return ours, theirs, statistics.median(b / a for a, b in pairs)


def main() -> None:
    """Measure, and write the table."""
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for kernel in ("python3", "cxmaturity"):
            notebook(folder / f"{kernel}.ipynb", kernel)
        with served(folder) as address:
            for kernel in ("python3", "cxmaturity"):
                asked(address, kernel)
            one = compared(lambda kernel: asked(address, kernel), ROUNDS)
            ten = compared(lambda kernel: burst(address, kernel), 3)
    lines = [
        (
            f"Measured by `python benchmarks/voila.py` on {os.cpu_count()} cores, Python {platform.python_version()}, "
            f"{platform.system()}; load average {load:.1f} before. Medians, in turn; the same notebook on the same server, whole "
            "page, chart proved present."
        ),
        "",
        "| what | kernel `cxmaturity` | Voilà's default | | goal |",
        "|---|---|---|---|---|",
        f"| first response of Voilà | {one[0]:.2f} s | {one[1]:.2f} s | {one[2]:.1f} × sooner | 3.5 × |",
        f"| {BURST} visitors at once, the last | {ten[0]:.2f} s | {ten[1]:.2f} s | {ten[2]:.1f} × sooner | 2.5 × |",
    ]
    TARGET.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(TARGET.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
