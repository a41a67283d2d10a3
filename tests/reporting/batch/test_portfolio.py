"""The portfolio page: everybody of the manifest, hostile names as text, nothing called from outside, readable by everyone."""

from __future__ import annotations

import html.parser
import os
from urllib.parse import unquote

import attrs
import pytest

from cxmaturity.core.problems import Place, Problem
from cxmaturity.reporting.batch import parcel
from cxmaturity.reporting.batch.manifest import Manifest
from cxmaturity.reporting.batch.portfolio import portfolio_page, write_portfolio

HOSTILE = "<script>alert(1)</script>\"'&amp; \u202e{x} שלום"


class Page(html.parser.HTMLParser):
    """What a reader finds: the cells by row, the links, every tag."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.rows, self.links, self.lang, self.widths = [], [], [], None, []
        self._cell = None
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag == "html":
            self.lang = dict(attrs)["lang"]
        if tag == "tr":
            self.rows.append([])
            self.widths.append(0)
        if tag in {"th", "td"}:
            self.rows[-1].append("")
            self.widths[-1] += int(dict(attrs).get("colspan", 1))
            self._cell = True
        if tag == "a":
            self.links.append((dict(attrs)["href"], dict(attrs)["aria-label"]))

    def handle_endtag(self, tag):
        if tag in {"th", "td"}:
            self._cell = None

    def handle_data(self, data):
        if self._cell:
            self.rows[-1][-1] += data


@pytest.fixture
def rows(row):
    """Return rows as they come: done, failed, hostile, without figures, and one that a later row replaces."""
    problem = Problem(
        code="warm.timeout", template="the job lasted longer than {seconds} seconds", params={"seconds": "3"},
        path=("client", "name"), place=Place(file="c/brio/engagement.yaml", line=7),
    )  # fmt: skip
    failed = row("../c/brio", client="brio", name=HOSTILE, state="failed", artefacts={}, figures={})
    return [
        row(),
        row("../c/acme-fr", asked="fr", language="fr", artefacts={"acme/fr/été & co.pdf": "1"}),
        attrs.evolve(failed, error={"problems": [parcel.told(problem)] * 5}),
        row("../c/gone", client="", name="", state="failed", artefacts={}, figures={}, error={"problems": ["nonsense"]}),
        row("../c/odd", client="odd", name="Odd", figures={"stage": "x", "npv": 5, "currency": None, "index": True}),
        row("../c/ete", client="ete", name="Été"),
        row(asked="en", attempts=2, figures={"stage": 3, "npv": 2.5e6, "currency": "GBP", "index": 2.44,
                                      "probability_of_loss": 0.0}),
    ]  # fmt: skip


@pytest.mark.parametrize("language", ["en", "fr"])
def test_everybody_once_in_each_language(rows, language):
    """One row per client and language, who failed first, then by name; figures in the reader's way; a failure with its place."""
    page = Page(portfolio_page(rows, language))
    names = [cells[0] for cells in page.rows[1:]]

    assert language == page.lang
    assert [HOSTILE, "c/gone", "Acme", "Acme", "Été", "Odd"] == names
    assert 9 == len(page.rows[0])
    assert {9} == set(page.widths)
    acme = next(cells for cells in page.rows if cells[0] == "Acme" and cells[3] == "3")
    assert {"en": "£", "fr": "£"}[language] in acme[5]
    assert acme[6].startswith("<")  # never as certain as zero
    assert "0" != acme[6].strip(" <%")
    broken = next(cells for cells in page.rows if cells[0] == HOSTILE)
    assert "c/brio/engagement.yaml:7: client.name: " in broken[2]
    assert 3 == broken[2].count("engagement.yaml")
    assert {"en": "and 2 more problems", "fr": "et 2 autres problèmes"}[language] in broken[2]


def test_hostile_names_are_text_and_nothing_is_called(rows):
    """No script, no handler, no address outside the folder, and a policy that forbids all of it."""
    page = Page(portfolio_page(rows, "en"))

    assert not {"script", "img", "iframe", "object", "link"} & {tag for tag, _ in page.tags}
    assert [] == [
        name for _, given in page.tags for name in given if name.startswith("on") or name in {"src", "style"}
    ]
    assert any("default-src 'none'" in (given.get("content") or "") for _, given in page.tags)
    assert [] == [href for href, _ in page.links if ":" in href or href.startswith(("/", "."))]
    assert "acme/fr/été & co.pdf" in {unquote(href) for href, _ in page.links}
    assert {"Acme", "Odd", "Été"} == {label.rpartition(", ")[2] for _, label in page.links}


def test_written_again_only_when_something_changed(tmp_path, row):
    """The page is written anew after a new line of any manifest or for another language, and else left as it is."""
    Manifest.read(tmp_path).append(row())
    page = write_portfolio(tmp_path, "en")
    stamp = page.stat().st_ino
    assert stamp == write_portfolio(tmp_path, "en").stat().st_ino
    assert b'lang="fr"' in write_portfolio(tmp_path, "fr").read_bytes()
    Manifest.read(tmp_path, (1, 2)).append(row("../c/b", client="b", name="Brio"))
    os.utime(page, ns=(1 << 62, 1 << 62))  # the clock was wrong when the page was written

    assert "Brio" in write_portfolio(tmp_path, "fr").read_text(encoding="utf-8")
    assert [] == list(tmp_path.glob(".cxm-*"))


def test_small(rows, row):
    """A page of 200 clients weighs less than 300 kB."""
    many = [row(f"../c/{n}", client=f"c{n}", name=f"Client {n}") for n in range(200)]

    assert len(portfolio_page(many, "fr").encode()) < 300_000


def test_accessible_on_a_desk_and_on_a_phone(rows, chromium, axe, tmp_path):
    """Axe finds nothing at 1280 and 390 pixels, light and dark; no request leaves; nothing is wider than the screen."""
    (tmp_path / "index.html").write_bytes(portfolio_page(rows, "fr").encode(errors="replace"))
    for width, scheme in ((1280, "light"), (390, "light"), (1280, "dark"), (390, "dark")):
        context = chromium.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, bypass_csp=True
        )
        page = context.new_page()
        asked = []
        page.on("request", lambda request, asked=asked: asked.append(request.url))
        page.goto((tmp_path / "index.html").as_uri())
        assert [] == axe(page), (width, scheme)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert 1 == len(asked)
        context.close()
