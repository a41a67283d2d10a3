"""The notebooks run from the first cell to the last, without an error and without an output kept in git."""

from __future__ import annotations

import os
from pathlib import Path

import nbformat
import pytest

NOTEBOOKS = Path(__file__).resolve().parents[3] / "notebooks"


@pytest.mark.parametrize("path", sorted(NOTEBOOKS.glob("*.ipynb")), ids=lambda path: path.stem)
def test_a_notebook_says_what_it_is_and_holds_no_output(path):
    """Each begins with a title and a text in both languages, for whoever opens it first; git keeps no output."""
    notebook = nbformat.read(path, as_version=4)
    first = notebook.cells[0]

    assert "markdown" == first.cell_type
    title, english, french = first.source.split("\n\n")
    assert title.startswith("# ")
    assert " · " in title
    assert not english.startswith("*")
    assert french.startswith("*")
    assert french.endswith("*")
    assert all(not cell.get("outputs") and cell.get("execution_count") is None for cell in notebook.cells)


@pytest.mark.parametrize("name", ["self_test", "explore"])
def test_notebook_is_thin_and_stripped(name):
    """Few lines of code, parameters marked as such, no output, how-to in both languages."""
    notebook = nbformat.read(NOTEBOOKS / f"{name}.ipynb", as_version=4)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]

    nbformat.validate(notebook)
    assert all(not cell.outputs and cell.execution_count is None for cell in code)
    assert 15 >= sum(len(cell.source.splitlines()) for cell in code)
    assert ["parameters"] == [tag for cell in code for tag in cell.metadata.get("tags", [])]
    assert {"en", "fr"} == notebook.metadata.cxmaturity.title.keys()


@pytest.mark.slow
@pytest.mark.parametrize("name", ["self_test", "explore"])
def test_notebook_runs(name, tmp_path):
    """Each cell runs, and the widgets are what is displayed."""
    from nbclient import NotebookClient

    os.environ.setdefault("JUPYTER_PLATFORM_DIRS", "1")
    notebook = nbformat.read(NOTEBOOKS / f"{name}.ipynb", as_version=4)
    NotebookClient(
        notebook, timeout=120, kernel_name="python3", resources={"metadata": {"path": str(tmp_path)}}
    ).execute()

    shown = [
        output
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if "application/vnd.jupyter.widget-view+json" in output.get("data", {})
    ]
    assert {"self_test": 2, "explore": 1}[name] == len(shown)
    assert [] == [
        output
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if output.output_type == "stream"
    ]
