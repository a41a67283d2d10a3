"""The notebooks of the map and of a seat: thin, without outputs, and run from the first cell to the last."""

from __future__ import annotations

import os
from pathlib import Path

import nbformat
import pytest

NOTEBOOKS = Path(__file__).resolve().parents[3] / "notebooks"
NAMES = ("journey_map", "workshop_seat")


@pytest.mark.parametrize("name", NAMES)
def test_notebook_is_thin_and_stripped(name):
    """Few lines of code, parameters marked as such, no output, how-to in both languages."""
    notebook = nbformat.read(NOTEBOOKS / f"{name}.ipynb", as_version=4)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]

    nbformat.validate(notebook)
    assert all(not cell.outputs and cell.execution_count is None for cell in code)
    assert 10 >= sum(len(cell.source.splitlines()) for cell in code)
    assert ["parameters"] == [tag for cell in code for tag in cell.metadata.get("tags", [])]
    assert {"en", "fr"} == notebook.metadata.cxmaturity.title.keys()


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("language", ["en", "fr"])
def test_notebook_runs(name, language):
    """Each cell runs in either language, the widget and its word for later are displayed, and nothing is printed."""
    from nbclient import NotebookClient

    os.environ.setdefault("JUPYTER_PLATFORM_DIRS", "1")
    notebook = nbformat.read(NOTEBOOKS / f"{name}.ipynb", as_version=4)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    code[0].source += f'\nlanguage = "{language}"'
    NotebookClient(
        notebook, timeout=120, kernel_name="python3", resources={"metadata": {"path": str(NOTEBOOKS)}}
    ).execute()

    outputs = [output for cell in code for output in cell.outputs]
    shown = [out for out in outputs if "application/vnd.jupyter.widget-view+json" in out.get("data", {})]
    assert (1, 2) == (len(shown), len(outputs))
    assert "cxm-asleep" in outputs[1].data["text/html"]
