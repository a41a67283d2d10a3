"""A report goes into a notebook and out again unchanged, and is numbered in reading order."""

from __future__ import annotations

import json

import attrs
import pytest
from nbformat import NotebookNode, from_dict

from cxmaturity.core.problems import InputError
from cxmaturity.reporting.blocks import Column, Heading, Paragraph, Table
from cxmaturity.reporting.document import MIME, Document, Part, from_notebook, number, to_payload
from cxmaturity.reporting.encoding import decode, encode


def notebook(*outputs) -> NotebookNode:
    """Return an executed notebook with one cell per output."""
    cells = [{"cell_type": "code", "id": f"c{i}", "outputs": [output]} for i, output in enumerate(outputs)]
    return from_dict({"cells": cells})


def shown(payload) -> dict:
    return {"output_type": "display_data", "data": {MIME: payload}, "metadata": {}}


@pytest.mark.parametrize("client", ["Maison Lavande", "hostile"])
def test_round_trip_through_json(samples, client):
    """Every kind of block survives JSON, whatever a client is called."""
    document = samples.document(
        "fr", samples.HOSTILE if client == "hostile" else client, logo=samples.SVG_LOGO
    )
    payloads = [to_payload(document.identity, part) for part in document.parts]

    assert document == from_notebook(notebook(*map(shown, payloads)))


def test_notebooks_of_older_versions_are_read(samples):
    """A notebook whose cells hold the blocks as a tree, as versions before did, gives the same report."""
    document = samples.document()
    trees = [json.loads(to_payload(document.identity, part)) for part in document.parts]

    assert document == from_notebook(notebook(*map(shown, trees)))


def test_other_cells_are_left_out(samples):
    """A consultant's own cells do not disturb the report."""
    document = samples.document()
    own = {"output_type": "stream", "name": "stdout", "text": "hello"}
    payloads = [shown(to_payload(document.identity, part)) for part in document.parts]

    assert document == from_notebook(notebook(own, *payloads, own))


def test_nothing_shown_is_refused():
    """A notebook that was not run says so."""
    with pytest.raises(InputError) as caught:
        from_notebook(notebook())

    assert "reporting.no_blocks" == caught.value.code
    assert "Run all of its cells" in str(caught.value)


def test_two_clients_never_mix(samples):
    """Parts of two clients' reports in one notebook are refused."""
    one, other = samples.document(), samples.document("en", "Somebody else")
    payloads = [to_payload(one.identity, one.parts[0]), to_payload(other.identity, other.parts[1])]

    with pytest.raises(InputError) as caught:
        from_notebook(notebook(*map(shown, payloads)))

    assert "reporting.two_reports" == caught.value.code


def test_failed_cell_is_refused():
    """A cell that failed stops the export, with the name of its error and no traceback."""
    error = {"output_type": "error", "ename": "ValueError", "evalue": "no", "traceback": ["x"]}

    with pytest.raises(InputError, match="ValueError: no") as caught:
        from_notebook(notebook(error))

    assert "reporting.cell_failed" == caught.value.code


def test_numbers_follow_reading_order(samples):
    """Tables, figures and sections are each counted from 1, sub-headings are not."""
    numbers = number(samples.document().blocks)

    assert {"summary": 1, "case": 2, "fig-profile": 1, "tab-inputs": 1} == numbers


def test_anchors_are_unique(samples):
    """Two blocks with one anchor are refused: a link would reach the wrong one."""
    document = samples.document()
    twice = Part(id="again", blocks=[Heading(text="Again", level=1, anchor="summary")])

    with pytest.raises(InputError, match="summary"):
        Document(identity=document.identity, parts=(*document.parts, twice))


@pytest.mark.parametrize("anchor", ["A b", "x'y", "", "a--b", 'a"><script>'])
def test_anchors_are_plain(anchor):
    """An anchor is letters, digits and dashes, so that it can stand in an attribute and in a link."""
    with pytest.raises(ValueError, match="anchor"):
        Heading(text="x", level=1, anchor=anchor)


def test_rows_have_one_cell_per_column():
    """A row that is too short is refused where it is built, with its place."""
    with pytest.raises(InputError) as caught:
        Table(
            caption="x", columns=[Column(title="a"), Column(title="b")], rows=[("1", "2"), ("1",)], anchor="t"
        )

    assert "reporting.table_shape" == caught.value.code
    assert "row 1 of the table 't' has 1 cells; expected 2." == str(caught.value)


@pytest.mark.parametrize("data", [{"kind": "Nothing"}, {"text": "x"}, {"kind": "Paragraph", "words": "x"}])
def test_unknown_block_is_refused(data):
    """A block of another version is named, not guessed at."""
    with pytest.raises(InputError) as caught:
        decode(data)

    assert "reporting.unknown_block" == caught.value.code


def test_encoding_names_the_kind():
    """The JSON of a block says what it is."""
    assert {"kind": "Paragraph", "text": "x", "tone": "body"} == encode(Paragraph(text="x"))


def test_identity_is_compared_whole(samples):
    """The same client in two languages gives two reports."""
    one = samples.document("en").identity

    assert one != attrs.evolve(one, language="fr")
