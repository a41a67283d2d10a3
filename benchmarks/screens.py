"""Measure the screens beside default Voilà with plain ipywidgets, in the same run: `python benchmarks/screens.py`.

Both servers are up before the clock starts; each round opens a fresh browser context, ours and theirs in turn. Goals and the
figures of the peer are in docs/explanation; the table goes to benchmarks/screens.md and, from there, into the README.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "benchmarks" / "screens.md"
ROUNDS = 5
PEOPLE = 300
TABS = 50


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def plain_notebook(folder: Path) -> Path:
    """Write the peer: the same seven questions with the widgets that ship with ipywidgets, and a live score."""
    import nbformat

    from cxmaturity.files import load_catalog

    catalog = load_catalog()
    questions = [
        (question.wording.fr, [level.anchor.fr for level in question.levels])
        for question in catalog.questions
    ]
    code = f"""
import ipywidgets as W
questions = {questions!r}
score = W.Label("score: -")
boxes = [W.RadioButtons(options=[(a, i) for i, a in enumerate(levels, 1)], description=text, value=None) for text, levels in questions]
def follow(change):
    given = [box.value for box in boxes if box.value]
    score.value = f"score: {{sum(given) / len(given):.2f}}"
for box in boxes:
    box.observe(follow, "value")
W.VBox([*boxes, score])
"""
    path = folder / "plain.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code)]), path)
    return path


@contextlib.contextmanager
def running(command: list[str], url: str, **options: Any) -> Iterator[subprocess.Popen[bytes]]:
    """Run a server until the block ends, once it answers at `url`."""
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True, **options
    )
    try:
        for _ in range(300):
            with contextlib.suppress(OSError):
                urllib.request.urlopen(url, timeout=2).close()
                break
            time.sleep(0.1)
        yield process
    finally:
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(10)
        process.kill()


def families(process: subprocess.Popen[bytes]) -> list[int]:
    """Return the processes below a server."""
    found, queue = [], [process.pid]
    while queue:
        children = Path(f"/proc/{queue[0]}/task/{queue.pop(0)}/children")
        with contextlib.suppress(OSError):
            below = [int(word) for word in children.read_text().split()]
            found += below
            queue += below
    return found


def kernels(process: subprocess.Popen[bytes]) -> list[int]:
    """Return the kernels of a server."""
    found = []
    for child in families(process):
        with contextlib.suppress(OSError):
            if b"ipykernel" in Path(f"/proc/{child}/cmdline").read_bytes():
                found.append(child)
    return found


def private_megabytes(pid: int) -> float:
    """Return the proportional memory of a process."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    return float("nan")
