"""The page is well formed, semantic, bilingual, calls nothing outside itself, and shows data as text."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from itertools import pairwise

import nbformat
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cxmaturity.reporting.blocks import Callout, Cover, KeyFigure, KeyFigures, Panel, Paragraph, plain
from cxmaturity.reporting.deliverable import check_page
from cxmaturity.reporting.document import MIME, to_payload
from cxmaturity.reporting.exporters import ReportHTMLExporter
from cxmaturity.reporting.html import Setting, blocks_html, escape, text_html
from cxmaturity.reporting.inline import clean

VOID = {"meta", "link", "img", "br", "hr", "col", "input", "wbr", "!doctype"}
EN = Setting(language="en", numbers={})


class Tree(HTMLParser):
    """A strict reader: every element closed in order, no attribute twice, no id twice."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.ids: list[str] = []
        self.seen: list[tuple[str, dict[str, str]]] = []
        self.text = ""

    def handle_starttag(self, tag, attrs):
        names = [name for name, _ in attrs]
        assert len(set(names)) == len(names), tag
        given = {name: value or "" for name, value in attrs}
        if "id" in given:
            self.ids.append(given["id"])
        self.seen.append((tag, given))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if not self.open or self.open[-1] != "style":
            self.text += data


def read(page: str) -> Tree:
    """Read a page or a fragment; fail when it is not well formed."""
    tree = Tree()
    tree.feed(page)
    tree.close()
    assert [] == tree.open
    assert len(set(tree.ids)) == len(tree.ids)
    return tree


def exported(document) -> str:
    """Export a document the way a run does, through a notebook and nbconvert."""
    notebook = nbformat.v4.new_notebook()
    for part in document.parts:
        output = nbformat.v4.new_output("display_data", data={MIME: to_payload(document.identity, part)})
        notebook.cells.append(nbformat.v4.new_code_cell("report", outputs=[output]))
    page, _ = ReportHTMLExporter().from_notebook_node(notebook)
    return page


@pytest.fixture(scope="module", params=["en", "fr"])
def language(request):
    return request.param


@pytest.fixture(scope="module")
def page(samples, language):
    return exported(samples.document(language, logo=samples.SVG_LOGO))


def test_well_formed_and_semantic(page, language):
    """The page has its language, one main title, landmarks, labelled sections and scoped table heads."""
    tree = read(page)
    tags = [tag for tag, _ in tree.seen]

    assert ("html", {"lang": language}) == tree.seen[1] if tree.seen[0][0] == "!doctype" else tree.seen[0]
    assert 1 == tags.count("h1") == tags.count("main") == tags.count("nav") == tags.count("header")
    assert 2 == tags.count("h2")
    assert all(given["aria-labelledby"] in tree.ids for tag, given in tree.seen if tag == "section")
    assert {"col", "row"} == {given.get("scope") for tag, given in tree.seen if tag == "th"}
    assert 1 == tags.count("figure") == tags.count("figcaption")
    assert any(given.get("class") == "cxm-skip" and given["href"] == "#content" for _, given in tree.seen)
    assert all(given.get("alt") for tag, given in tree.seen if tag == "img")
    assert all(given["href"][1:] in tree.ids for tag, given in tree.seen if tag == "a")


def test_headings_never_skip_a_level(page):
    """Heading levels go down one at a time."""
    levels = [int(tag[1]) for tag, _ in read(page).seen if re.fullmatch(r"h[1-6]", tag)]

    assert 1 == levels[0]
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_calls_nothing_outside(page, samples, language):
    """No address, no script, no import: the page is whole, and its policy forbids anything else."""
    document = samples.document(language)

    assert [] == check_page(document, page)
    assert [] == re.findall(r"https?:|//[a-z]|@import", re.sub(r"base64,[\w+/=]+", "", page))
    assert "<script" not in page
    assert "default-src 'none'" in page
    assert 120_000 > len(page)


def test_words_of_its_own_language(page, language):
    """The renderer's own words are in the language of the report."""
    said = {"en": ("Contents", "Table 1", "Skip to"), "fr": ("Sommaire", "Tableau\u00a01", "Aller au")}
    text = read(page).text.replace("Tableau 1", "Tableau\u00a01")

    assert all(word in text for word in said[language])
    assert not any(word in text for word in said["fr" if language == "en" else "en"])


def test_hostile_name_is_text(samples):
    """A client name full of markup is shown as typed, and opens no element."""
    tree = read(exported(samples.document("en", samples.HOSTILE)))

    assert tree.text.count(samples.HOSTILE) > 36
    assert "script" not in [tag for tag, _ in tree.seen]


def test_same_bytes_twice(samples):
    """Two exports of the same report are the same bytes."""
    assert exported(samples.document("fr")) == exported(samples.document("fr"))


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.text(max_size=80))
def test_any_text_survives(text):
    """Any text whatsoever, in any kind of block, comes back as that text from a well-formed fragment."""
    data = plain(text)
    blocks = (
        Paragraph(text=data),
        Callout(title=data, text=data, tone="bad"),
        Panel(title=data, blocks=(Paragraph(text=data, tone="note"),)),
        KeyFigures(items=(KeyFigure(label=data, value=data, note=data),)),
        Cover(title=data, subtitle=data, client=data, date=data, note=data),
    )
    tree = read(blocks_html(blocks, EN))

    assert not clean(text).strip() or tree.text.count(clean(text)) >= 12
    assert {"p", "div", "dl", "dt", "dd", "svg", "path", "span", "h1"} >= {tag for tag, _ in tree.seen}


@given(st.text(alphabet="<>&\"'/= aé\x00\x1b\u2028", max_size=30))
def test_escape_fits_an_attribute(text):
    """An escaped text stays inside its attribute."""
    tree = read(f'<p title="{escape(text)}"></p>')

    assert [("p", {"title": clean(text)})] == tree.seen


def test_inline_markup():
    """Strong and emphasis become elements, in order."""
    assert "a <strong>b <em>c</em></strong>".replace("<em>c</em></strong>", "</strong>") in text_html(
        "a **b *c***"
    )
    assert "<strong>b</strong>" in text_html("a **b**")
    assert "<em>&lt;i&gt;</em>" in text_html("*<i>*")


def test_charts_keep_their_text(page):
    """The letters of a chart are letters, not outlines, and its figures stand folded beside it."""
    tree = read(page)

    assert "Maison Lavande 3" in tree.text
    assert "details" in [tag for tag, _ in tree.seen]


def test_phone_cards_say_their_roles(page):
    """A table whose rows become cards on a phone names its roles and the title of each column."""
    cells = [given for tag, given in read(page).seen if tag == "td" and "data-column" in given]

    assert 36 * 4 == len(cells)
    assert all(given["role"] == "cell" for given in cells)
