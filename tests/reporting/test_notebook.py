"""The report notebook is thin, stripped, and shows every section once."""

from __future__ import annotations

import nbformat
import pytest

from cxmaturity.reporting.names import SECTIONS
from cxmaturity.resources import resource


@pytest.fixture(scope="module")
def notebook():
    return nbformat.read(resource("notebooks/client_report.ipynb"), as_version=4)


def test_valid_and_stripped(notebook):
    """It is valid nbformat 4.5 with stable ids, without outputs, counts or private metadata."""
    nbformat.validate(notebook)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]

    assert (4, 5) == (notebook.nbformat, notebook.nbformat_minor)
    assert "python3" == notebook.metadata.kernelspec.name
    assert all(not cell.outputs and cell.execution_count is None for cell in code)
    assert all(cell.id.replace("-", "").isalpha() for cell in notebook.cells)


def test_thin(notebook):
    """A cell has at most eight lines, computes nothing, and imports only the report."""
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    imports = [line for cell in code for line in cell.source.splitlines() if "import" in line]

    assert all(len(cell.source.splitlines()) <= 8 for cell in code)
    assert ["from cxmaturity.reporting.session import open_report, prepare"] == imports


def test_one_parameters_cell(notebook):
    """Exactly one cell is tagged for papermill, with the four parameters of a report."""
    (cell,) = (cell for cell in notebook.cells if "parameters" in cell.metadata.get("tags", ()))

    assert ["engagement", "language", "as_of", "sections"] == [
        line.split(":")[0] for line in cell.source.splitlines()
    ]


def test_every_section_once_in_order(notebook):
    """Cover and sections each have one cell, in the order of the report."""
    shown = [cell.source for cell in notebook.cells if cell.source.startswith("report.")]

    assert [f"report.{section}()" for section in ("cover", *SECTIONS)] == shown
