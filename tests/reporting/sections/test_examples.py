"""The bundled examples, from the folder to the words: what a client would read holds together."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

from cxmaturity import i18n
from cxmaturity.core.text import LANGUAGES
from cxmaturity.reporting import sections
from cxmaturity.reporting.blocks import Table
from cxmaturity.reporting.document import walk

EXAMPLES = Path(__file__).parents[3] / "examples"
CLIENTS = sorted(path.parent.name for path in EXAMPLES.glob("*/engagement.yaml"))


@cache
def diagnosed(client):
    """Return the Diagnostic of an example, computed once."""
    from cxmaturity.engagement import diagnose
    from cxmaturity.files import read_engagement
    from cxmaturity.files.catalog_yaml import load_catalog

    engagement = read_engagement(EXAMPLES / client)
    return diagnose(engagement, load_catalog(), as_of=engagement.as_of, seed=20261101)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("client", CLIENTS)
def test_each_example_reads_without_a_hole(client, language, make_context, texts_of):
    """Every section of every example builds in both languages, with all its fields filled."""
    context = make_context(diagnosed(client), language)
    for section in ("cover", *sections.SECTIONS):
        for text in texts_of(sections.build(section, context)):
            assert re.search(r"\{\w*\}|\bnan\b|\binf\b", text) is None, text


@pytest.mark.parametrize("client", CLIENTS)
def test_the_last_discounted_figure_of_an_example_is_its_npv(client, make_context):
    """The cash table ends on the NPV, as its note says."""
    found = diagnosed(client)
    blocks = sections.build("case", make_context(found, "en"))
    cash = next(block for block in walk(blocks) if isinstance(block, Table) and block.anchor == "table-cash")

    assert i18n.number(found.case.npv, "en") == cash.rows[-1][-1]


@pytest.mark.parametrize("client", CLIENTS)
def test_every_line_of_the_ledger_of_an_example_has_a_name(client, make_context, texts_of):
    """No internal name of a line is printed, and each evaluated case shows its ledger."""
    found = diagnosed(client)
    texts = " ".join(texts_of(sections.build("case", make_context(found, "fr"))))

    assert found.case.ledger
    assert not re.search(r"\b\w+_(margin|cost|customers|contracts)\b", texts)
