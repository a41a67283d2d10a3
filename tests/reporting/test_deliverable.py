"""A run that ends well but lost something is caught before anything is written."""

from __future__ import annotations

import pytest
from nbformat import from_dict

from cxmaturity.reporting.deliverable import check_cells, check_page, check_pdf, check_tags

FIGURE = '<figure class="cxm-figure"></figure>'
TABLE = '<div class="cxm-table cxm-stacks"></div>'


def codes(problems) -> list[str]:
    return [problem.code for problem in problems]


def test_lost_figure_is_seen(samples):
    """A page without the figure or the table of its document is refused."""
    document = samples.document()

    assert [] == check_page(document, FIGURE + TABLE)
    assert ["reporting.lost"] == codes(check_page(document, TABLE))
    assert ["reporting.lost", "reporting.lost"] == codes(check_page(document, ""))


@pytest.mark.parametrize(
    "outside",
    [
        '<img src="https://x.example/a.png">',
        '<link rel="stylesheet" href="//x.example">',
        "<style>@import 'a.css';</style>",
        "<style>p{background:url(https://x.example/a.png)}</style>",
        '<p style="background:url(a.png)">',
        "<script>1</script>",
        '<p onclick="x()">',
    ],
)
def test_call_outside_is_seen(samples, outside):
    """Anything that would be fetched or run is refused."""
    assert ["reporting.calls_outside"] == codes(check_page(samples.document(), FIGURE + TABLE + outside))


@pytest.mark.parametrize(
    "inside", ['<a href="#x">x</a>', '<img src="data:image/png;base64,AA">', "<p>https://x.example</p>"]
)
def test_own_parts_are_fine(samples, inside):
    """Links inside the page, embedded bytes and addresses that are only read are fine."""
    assert [] == check_page(samples.document(), FIGURE + TABLE + inside)


@pytest.mark.parametrize("data", [b"", b"<html>", b"%PDF-1.7\nx", b"%PDF-1.7\nstartxref\n3\n%%EOF"])
def test_broken_pdf_is_seen(data):
    """A PDF that is cut short or points nowhere is refused."""
    assert ["reporting.pdf_broken"] == codes(check_pdf(data))


def test_what_a_cell_said_is_told():
    """A warning on a cell's error output is told with its section, not printed in the report."""
    said = {"output_type": "stream", "name": "stderr", "text": "line\nUserWarning: careful\n"}
    cells = [{"cell_type": "code", "id": "case", "outputs": [said]}, {"cell_type": "markdown", "id": "t"}]
    (problem,) = check_cells(from_dict({"cells": cells}), {"case": "case"})

    assert "warning" == problem.severity
    assert "the cell 'case' of the report notebook said: UserWarning: careful" == problem.message


def test_structure_of_a_pdf_is_read_back(samples):
    """A PDF as typst sets it has all its tags; without a figure's text, a table, the headings or the language it is refused."""
    from cxmaturity.reporting.pdf import document_pdf

    document = samples.document()
    data = document_pdf(document)
    kinds = {
        "figure": (b"/Alt", b"/Old"),
        "table": (b"/S/Table", b"/S/Div"),
        "heading": (b"/S/H1", b"/S/P"),
        "language": (b"/Lang(", b"/Lung("),
    }

    assert [] == check_tags(document, data)
    for kind, (before, after) in kinds.items():
        (problem,) = check_tags(document, data.replace(before, after))
        assert ("reporting.pdf_tags", kind) == (problem.code, dict(problem.params)["kind"])
    assert {"figure", "table", "heading", "language"} == {
        dict(problem.params)["kind"] for problem in check_tags(document, b"%PDF-1.7")
    }
    assert [] == check_tags(document, b"%PDF-1.7 /Type/ObjStm")
