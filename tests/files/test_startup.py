"""`check` is the command typed most often: it must not wait for libraries that it does not use."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HEAVY = {"numpy", "scipy", "pandas", "matplotlib", "seaborn", "openpyxl", "cattrs", "babel", "papermill"}


def _modules_after(code: str) -> set[str]:
    script = f"{code}\nimport sys; print(*sorted({{name.partition('.')[0] for name in sys.modules}}))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_checking_a_folder_loads_no_heavy_library(folder: Path) -> None:
    """A folder without a workbook is checked with ruamel.yaml and attrs alone."""
    loaded = _modules_after(
        f"from cxmaturity.files import check_path; assert not check_path({str(folder)!r})"
    )

    assert set() == loaded & HEAVY


def test_importing_the_room_reads_nothing() -> None:
    """The room itself is an empty door."""
    assert set() == _modules_after("import cxmaturity.files") & (HEAVY | {"ruamel", "attr"})
