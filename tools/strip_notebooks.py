"""Take outputs and counts out of the notebooks, so that git holds only what somebody wrote."""

from __future__ import annotations

import sys
from pathlib import Path

import nbformat

NOTEBOOKS = Path(__file__).resolve().parents[1] / "notebooks"


def strip(path: Path) -> bool:
    """Strip one notebook in place; say whether it changed."""
    before = path.read_text(encoding="utf-8")
    notebook = nbformat.reads(before, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
            cell.metadata.pop("execution", None)
        cell.metadata.pop("papermill", None)
    notebook.metadata.pop("papermill", None)
    after = nbformat.writes(notebook) + "\n"
    if after != before:
        path.write_text(after, encoding="utf-8", newline="\n")
    return after != before


def main() -> int:
    """Strip every notebook."""
    for path in sorted(NOTEBOOKS.glob("*.ipynb")):
        print(f"{'stripped' if strip(path) else 'clean   '} {path.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
