"""Kill a batch of real reports at random moments, again and again; it must resume to what it would have been.

``python benchmarks/kills.py [--kills 50] [--seed 1]``. Each time the batch lives long enough to finish, every document must have
the bytes of an uninterrupted run; then it starts from nothing. A kill is SIGKILL, of the command alone or of its whole group.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
EXAMPLES = [
    ROOT / "examples" / name for name in ("maison-lavande", "northgate-advisory", "published-telecom")
]
COMMAND = [
    str(Path(sys.executable).parent / "cxmaturity"),
    *("report", *map(str, EXAMPLES), "--to", "html,pdf,xlsx", "--language", "fr,en", "--jobs", "2", "--out"),
]


def started(out: Path) -> subprocess.Popen[bytes]:
    """Start the batch in a process group of its own."""
    return subprocess.Popen(
        [*COMMAND, str(out)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )


def documents(out: Path) -> dict[str, str]:
    """Return the hash of every document, and of anything else that lies between them."""
    return {
        str(path.relative_to(out)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(out.rglob("*"))
        if path.is_file() and path.parent != out
    }


def left(marker: str) -> list[str]:
    """Return the processes that still know the batch's folder."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            try:
                line = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            except OSError:
                continue
            if marker in line:
                found.append(line)
    return found


def main() -> None:
    """Kill, resume, compare."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    moments = random.Random(asked.seed)  # noqa: S311  # moments, not secrets
    with tempfile.TemporaryDirectory(prefix="kills-") as name:
        folder = Path(name)
        begun = time.perf_counter()
        if started(folder / "whole").wait() != 0:
            raise SystemExit("the uninterrupted run failed")
        whole, lasted = documents(folder / "whole"), time.perf_counter() - begun
        kills = finished = rounds = 0
        while kills < asked.kills:
            out = folder / f"round-{rounds}"
            running = started(out)
            try:
                status = running.wait(timeout=moments.uniform(0.1, lasted * 0.6))
            except subprocess.TimeoutExpired:
                kills += 1
                group = moments.random() < 0.5
                (os.killpg if group else os.kill)(running.pid, signal.SIGKILL)
                running.wait()
                continue
            if status != 0 or documents(out) != whole:
                raise SystemExit(f"after {kills} kills: exit {status}, not the same documents")
            finished, rounds = finished + 1, rounds + 1
        if started(out := folder / f"round-{rounds}").wait() != 0 or documents(out) != whole:
            raise SystemExit("the last resume did not give the same documents")
        time.sleep(2)
        print(
            f"{kills} kills in {rounds + 1} batches of {len(whole)} documents ({lasted:.0f} s uninterrupted): "
            f"the same bytes every time, {len(left(name))} processes left"
        )


if __name__ == "__main__":
    main()
