"""Measure starting and computing, each beside a baseline in the same run; write benchmarks/results.md (reports: batch.py).

`python3 run.py bench`. A ratio is the median of the ratios of neighbours (ours, baseline, ours, baseline...), so that a busy
machine moves both. "cpu" is user + system time, children included.
"""

from __future__ import annotations

import os
import platform
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
EXAMPLE = ROOT / "examples" / "maison-lavande"
TARGET = ROOT / "benchmarks" / "results.md"


def cpu(work: Callable[[], object]) -> tuple[float, float]:
    """Return (wall, cpu) seconds of one call, its children's cpu included."""

    def spent() -> float:
        return sum(
            use.ru_utime + use.ru_stime
            for use in (
                resource.getrusage(resource.RUSAGE_SELF),
                resource.getrusage(resource.RUSAGE_CHILDREN),
            )
        )

    begun, before = time.perf_counter(), spent()
    work()
    return time.perf_counter() - begun, spent() - before


def beside(
    ours: Callable[[], object], baseline: Callable[[], object], rounds: int
) -> tuple[float, float, float]:
    """Return the median seconds (cpu) of ours and of the baseline, and the median ratio ours / baseline."""
    pairs = [(cpu(ours)[1], cpu(baseline)[1]) for _ in range(rounds)]
    mine, theirs = zip(*pairs, strict=True)
    return (
        statistics.median(mine),
        statistics.median(theirs),
        statistics.median(a / max(b, 1e-9) for a, b in pairs),
    )


def program(*arguments: str) -> Callable[[], object]:
    """Return a call that runs this Python with arguments, quietly."""
    command = [sys.executable, *arguments]
    return lambda: subprocess.run(command, cwd=ROOT, check=True, capture_output=True)


def milliseconds(seconds: float) -> str:
    """Return seconds as milliseconds, for the table."""
    return f"{seconds * 1000:,.1f} ms" if seconds < 0.01 else f"{seconds * 1000:,.0f} ms"


def start_up() -> list[str]:
    """`--help`, `check` and `score` as whole processes, against a Python that does nothing."""
    rows = []
    for name, arguments in (
        ("`cxmaturity --help`", ["--help"]),
        ("`cxmaturity check` (one client)", ["check", str(EXAMPLE)]),
        ("`cxmaturity score` (one client)", ["score", str(EXAMPLE), "--json"]),
    ):
        ours, theirs, _ = beside(program("-m", "cxmaturity", *arguments), program("-c", "pass"), 11)
        rows.append(
            f"| {name} | {milliseconds(ours)} | `python -c pass` {milliseconds(theirs)} | + {milliseconds(ours - theirs)} |"
        )
    return rows


def score() -> str:
    """`score_assessment` on twelve people, simulations included, against numpy and scipy merely imported."""
    import cxmaturity as cx

    catalog = cx.load_catalog()
    engagement = cx.read_engagement(EXAMPLE)
    wave = engagement.waves[-1]

    def ours() -> object:
        return cx.score_assessment(
            wave,
            catalog,
            settings=engagement.settings,
            targets=engagement.targets,
            as_of=engagement.as_of,
            seed=1,
        )

    ours()
    mine, theirs, ratio = beside(ours, program("-c", "import numpy, scipy.special"), 11)
    people = len(wave.responses)
    return (
        f"| `score_assessment`, {people} people, permutations and draws included | {milliseconds(mine)} "
        f"| importing numpy and scipy.special {milliseconds(theirs)} | {ratio:.2f} × |"
    )


def ledger() -> str:
    """128 coalitions x 5 years in one array call, against the same ledger called once per coalition."""
    from benchmarks_ledger import all_at_once, one_by_one

    all_at_once()
    repeat = 20
    mine, theirs, ratio = beside(
        lambda: [all_at_once() for _ in range(repeat)], lambda: [one_by_one() for _ in range(2)], 7
    )
    return (
        f"| customer ledger, 128 coalitions × 5 years | {milliseconds(mine / repeat)} "
        f"| one coalition at a time {milliseconds(theirs / 2)} | {2 / repeat * ratio:.3f} × |"
    )


def main() -> int:
    """Run everything and write the table."""
    sys.path.insert(0, str(Path(__file__).resolve().parent))
    rows = [*start_up(), score(), ledger()]
    head = (
        f"Measured by `python3 run.py bench` on {os.cpu_count()} cores, Python {platform.python_version()}, {platform.system()}: "
        "median cpu seconds, each beside its baseline in the same run.\n\n"
        "| what | ours | beside | ours against it |\n|---|---|---|---|\n"
    )
    TARGET.write_text(head + "\n".join(rows) + "\n", encoding="utf-8", newline="\n")
    print(TARGET.read_text(encoding="utf-8"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
