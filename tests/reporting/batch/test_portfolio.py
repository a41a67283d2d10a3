"""The portfolio page: everybody of the manifest, hostile names as text, nothing called from outside, readable by everyone."""

from __future__ import annotations

import html.parser
import os
import shutil
from urllib.parse import unquote

import attrs
import pytest

from cxmaturity.core.problems import Problem
from cxmaturity.reporting.batch import parcel
from cxmaturity.reporting.batch.manifest import Manifest
from cxmaturity.reporting.batch.portfolio import portfolio_page, write_portfolio

HOSTILE = "<script>alert(1)</script>\"'&amp; \u202e{x} שלום"
CHROMIUM = next((found for name in ("chromium", "chromium-browser") if (found := shutil.which(name))), None)


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
        code="warm.timeout", template="the job lasted longer than {seconds} seconds", params={"seconds": "3"}
    )
    failed = row("../c/brio", client="brio", name=HOSTILE, state="failed", artefacts={}, figures={})
    return [
        row(),
        row("../c/acme-fr", asked="fr", language="fr", artefacts={"acme/fr/été & co.pdf": "1"}),
        attrs.evolve(failed, error={"problems": [parcel.told(problem)]}),
        row("../c/gone", client="", name="", state="failed", artefacts={}, figures={}, error={"problems": ["nonsense"]}),
        row("../c/odd", client="odd", name="Odd", figures={"stage": "x", "npv": 5, "currency": None, "index": True}),
        row(asked="en", attempts=2, figures={"stage": 3, "npv": 2.5e6, "currency": "GBP", "index": 2.44,
                                      "probability_of_loss": 0.0}),
    ]  # fmt: skip


@pytest.mark.parametrize("language", ["en", "fr"])
def test_everybody_once_in_each_language(rows, language):
    """One row per client and language, by name, the latest of each; figures in the reader's way; a failure with its sentence."""
    page = Page(portfolio_page(rows, language))
    names = [cells[0] for cells in page.rows[1:]]

    assert language == page.lang
    assert [HOSTILE, "Acme", "Acme", "Odd", "c/gone"] == sorted(
        names, key=lambda name: (name != HOSTILE, name)
    )
    assert 9 == len(page.rows[0])
    assert {9} == set(page.widths)
    acme = next(cells for cells in page.rows if cells[0] == "Acme" and cells[3] == "3")
    assert {"en": "£", "fr": "£"}[language] in acme[5]
    assert acme[6].startswith("<")  # never as certain as zero
    assert "0" != acme[6].strip(" <%")
    broken = next(cells for cells in page.rows if cells[0] == HOSTILE)
    assert "3" in broken[2]


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
    assert all(("Acme" in label or "Odd" in label) for _, label in page.links)


def test_written_again_only_when_something_changed(tmp_path, row):
    """The page is written anew after a new line of any manifest or for another language, and else left as it is."""
    Manifest.read(tmp_path).append(row())
    page = write_portfolio(tmp_path, "en")
    os.utime(tmp_path / "manifest.jsonl", ns=(1, 1))
    stamp = page.stat().st_ino
    assert stamp == write_portfolio(tmp_path, "en").stat().st_ino
    assert b'lang="fr"' in write_portfolio(tmp_path, "fr").read_bytes()
    Manifest.read(tmp_path, (1, 2)).append(row("../c/b", client="b", name="Brio"))
    os.utime(page, ns=(2, 2))

    assert "Brio" in write_portfolio(tmp_path, "fr").read_text(encoding="utf-8")
    assert [] == list(tmp_path.glob(".cxm-*"))


def test_small(rows, row):
    """A page of 200 clients weighs less than 300 kB."""
    many = [row(f"../c/{n}", client=f"c{n}", name=f"Client {n}") for n in range(200)]

    assert len(portfolio_page(many, "fr").encode()) < 300_000


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")
def test_accessible_on_a_desk_and_on_a_phone(rows, tmp_path):
    """Axe finds nothing at 1280 and 390 pixels, light and dark; no request leaves; nothing is wider than the screen."""
    from axe_playwright_python.sync_playwright import Axe
    from playwright.sync_api import sync_playwright

    (tmp_path / "index.html").write_bytes(portfolio_page(rows, "fr").encode(errors="replace"))
    with sync_playwright() as player:
        browser = player.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        try:
            for width, scheme in ((1280, "light"), (390, "light"), (1280, "dark"), (390, "dark")):
                context = browser.new_context(
                    viewport={"width": width, "height": 900}, color_scheme=scheme, bypass_csp=True
                )
                page = context.new_page()
                asked = []
                page.on("request", lambda request, asked=asked: asked.append(request.url))
                page.goto((tmp_path / "index.html").as_uri())
                found = Axe().run(page).response["violations"]
                wide = page.evaluate("document.documentElement.scrollWidth")
                context.close()
                assert [] == [(each["id"], [node["html"] for node in each["nodes"]]) for each in found], (
                    width,
                    scheme,
                )
                assert 1 == len(asked)
                assert wide <= width
        finally:
            browser.close()
