"""Write environment.yml from pyproject.toml, which is the truth; `--check` only says whether they agree."""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "environment.yml"
CONDA_NAMES = {"ruamel-yaml": "ruamel.yaml", "jupyter-client": "jupyter_client", "typst": None}
"""Names that differ on conda-forge; None: only pip has it."""


def requirements() -> list[tuple[str, str]]:
    """Return every (name, bound) of the project and its development group."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    lines = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    pairs = [line.partition(">=") for line in lines]
    return [(name, f">={bound}") for name, _, bound in pairs]


def render() -> str:
    """Return the text of environment.yml."""
    conda, pip = [], ["-e ."]
    for name, bound in requirements():
        renamed = CONDA_NAMES.get(name, name)
        (pip if renamed is None else conda).append(f"{renamed or name}{bound}")
    lines = [
        "# Generated from pyproject.toml by `python3 run.py docs`; edit that file instead.",
        "name: cxmaturity",
        "channels:",
        "  - conda-forge",
        "  - nodefaults",
        "dependencies:",
        "  - python>=3.11",
        "  - pip",
        *(f"  - {entry}" for entry in conda),
        "  - pip:",
        *(f"      - {entry}" for entry in pip),
    ]
    return "\n".join(lines) + "\n"


def main() -> int:
    """Write the file, or compare with ``--check``."""
    if "--check" in sys.argv[1:]:
        return 0 if TARGET.exists() and TARGET.read_text(encoding="utf-8") == render() else 1
    TARGET.write_text(render(), encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
