"""The page of a map as a file: one policy, nothing from outside, what people typed is only letters."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from html.parser import HTMLParser

import pytest

from cxmaturity.core.text import LANGUAGES


class Reader(HTMLParser):
    """Collects elements with their attributes, and the text of scripts and styles."""

    def __init__(self):
        super().__init__()
        self.elements, self.inside, self.texts = [], "", {"script": [], "style": []}

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        self.inside = tag if tag in self.texts else ""
        if self.inside:
            self.texts[tag].append("")

    def handle_endtag(self, _):
        self.inside = ""

    def handle_data(self, data):
        if self.inside:
            self.texts[self.inside][-1] += data


def read(page):
    """Return what the page is made of."""
    reader = Reader()
    reader.feed(page)
    return reader


@pytest.fixture(scope="module", params=LANGUAGES)
def page(request, make, result):
    """Return the page of the small atlas in a language."""
    made = make(result, formats=["html"], languages=[request.param])
    return made[f"buy.{request.param}.html"].decode()


def test_the_policy_lets_only_these_bytes_run(page):
    """Default is nothing; the digests of script and style are those of what is in the page; no unsafe word."""
    reader = read(page)
    policy = next(
        given["content"]
        for tag, given in reader.elements
        if given.get("http-equiv") == "Content-Security-Policy"
    )

    def digest(text):
        return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()

    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    assert "http" not in policy
    assert f"script-src 'sha256-{digest(reader.texts['script'][-1])}'" in policy
    assert f"style-src 'sha256-{digest(reader.texts['style'][0])}'" in policy
    assert len(reader.texts["style"]) == 1
    assert len(reader.texts["script"]) == 2


def test_nothing_is_asked_of_anybody(page):
    """No address but the name of a namespace, no element that fetches, no handler or style in an attribute."""
    reader = read(page)

    assert set(re.findall(r"https?://[^\"'\s<)]+", page)) <= {"http://www.w3.org/2000/svg"}
    assert not {tag for tag, _ in reader.elements} & {
        "link",
        "img",
        "iframe",
        "object",
        "embed",
        "base",
        "form",
    }
    for tag, given in reader.elements:
        wrong = [
            name for name in given if name.startswith("on") or name in {"src", "style", "srcset", "action"}
        ]
        assert (tag, wrong) == (tag, [])
        assert given.get("href", "#").startswith("#")


def test_the_page_says_its_language_and_title(page):
    """The language is set, the title names the journey and the client."""
    language = re.search(r'<html lang="(..)"', page)[1]

    assert language in LANGUAGES
    assert "Maison Test</title>" in page


def test_without_scripts_everything_is_there(page, result):
    """The picture, the table and the evidence of every event for every persona stand in the HTML itself."""
    reader = read(page)
    articles = {(g["data-of"], g["data-for"]) for tag, g in reader.elements if tag == "article"}

    assert sum(tag == "svg" for tag, _ in reader.elements) == 2
    assert articles == {(e.event, one.persona) for one in result.journeys for e in one.events}
    assert not [given for tag, given in reader.elements if tag in {"article", "table"} and "hidden" in given]
    assert sum(tag == "table" for tag, _ in reader.elements) == 2


def test_ids_are_unique(page):
    """No two elements share an id."""
    ids = [given["id"] for _, given in read(page).elements if "id" in given]

    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_people_typed_is_only_letters(make, hostile, language):
    """A script element, a quote or a direction mark in any text adds no element and leaves the script's words whole."""
    page = make(hostile, formats=["html"], languages=[language])[f"buy.{language}.html"].decode()
    reader = read(page)

    assert len(reader.texts["script"]) == 2
    assert "alert(1)" in json.dumps(json.loads(reader.texts["script"][0]))
    assert "<script>alert" not in page
    assert "\u202e" not in re.sub(r"<svg.*?</svg>", "", page, flags=re.DOTALL).replace(
        reader.texts["script"][0], ""
    )


def test_the_same_result_gives_the_same_bytes(make, result):
    """Nothing depends on the clock or on the order of a set."""
    once, twice = (make(result, formats=["html"], languages=["fr"]) for _ in range(2))

    assert once == twice


def test_it_says_what_is_invented(page):
    """The note of the atlas stands at the head of the page."""
    assert "Every figure is invented." in page[: page.index("<main")]
