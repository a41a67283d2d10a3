"""Script, markup and formulas typed into every text field come out of every page and every file as plain text."""

from __future__ import annotations

import csv
import io
import shutil
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import openpyxl
import pikepdf
import pytest

from cxmaturity.store import export_campaign

HERE = Path(__file__).parent
CORPUS = sys.modules["cxm_attacks_loader"].load("cxm_corpus", HERE / "corpus.py")
MARK, TEXTS = CORPUS.MARK, CORPUS.TEXTS
QUESTIONS = (
    "advocacy",
    "differentiation",
    "accessibility",
    "responsiveness",
    "trust",
    "alignment",
    "community",
)

pytestmark = [pytest.mark.slow]


class Elements(HTMLParser):
    """Collects every element and attribute as a browser would see them."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))


def dangers(html: str) -> list[str]:
    """Return what in a page could run or load something that is not ours."""
    found = []
    for tag, attributes in Elements(html).found:
        if tag in {"iframe", "object", "embed", "base", "math", "applet", "frame"}:
            found.append(tag)
        if tag == "script" and not (attributes.get("src") or attributes.get("type") == "application/json"):
            found.append("inline script")
        if tag == "meta" and "http-equiv" in attributes:
            found.append("meta http-equiv")
        for name, value in attributes.items():
            told = (value or "").strip().lower()
            if name.startswith("on") or MARK in name:
                found.append(f"{tag} {name}")
            if name in {"href", "src", "action", "formaction", "xlink:href", "srcset", "poster"} and (
                told.startswith(("javascript:", "data:text", "//", "http:", "https:", "vbscript:"))
            ):
                found.append(f"{tag} {name}={told[:40]}")
    return found


@pytest.fixture(scope="module")
def campaign(live, tmp_path_factory) -> Iterator[tuple[object, str, dict[str, object]]]:
    """Yield a server with a campaign whose every text is hostile, and its visitors."""
    server = live.start(tmp_path_factory.mktemp("corpus"))
    try:
        hostile = iter(TEXTS * 20)
        plan = live.plan(
            client=TEXTS[0],
            controller=TEXTS[2],
            contact=TEXTS[3],
            privacy="named",
            minimum_group=3,
            open_link=True,
        )
        of = server.store.create_campaign(plan, questionnaire="1", actor="test").id
        people = []
        for number in range(len(TEXTS)):
            person = server.visitor("respondent", of, label=TEXTS[number])
            events = []
            for place, question in enumerate(server_questions(person, of)):
                event = {"question": question, "device": "d1", "sequence": place + 1}
                if place == number % 7:
                    event |= {"state": "not_applicable", "reason": next(hostile)}
                else:
                    event |= {"state": "level", "level": 1 + (number + place) % 5}
                events.append({**event, "sentence": next(hostile), "lead": next(hostile)})
            reply = person.json(f"/c/{of}/answers", {"events": events})
            assert reply.status == 200, reply.text
            assert person.json(f"/c/{of}/finish", {}).status == 200
            people.append(person)
        visitors = {
            "person": people[0], "other": people[13], "sponsor": server.visitor("sponsor", of),
            "consultant": server.visitor("consultant"), "stranger": server.visitor(),
        }  # fmt: skip
        yield server, of, visitors
    finally:
        server.stop()


def server_questions(person, of) -> list[str]:
    """Return the ids of the questions, as the shipped catalogue has them."""
    from cxmaturity.files import load_catalog

    return [question.id for question in load_catalog().questions]


PAGES = (
    ("stranger", "/o/{}"), ("stranger", "/c/{}/notice"), ("person", "/c/{}/"), ("person", "/c/{}/result"),
    ("other", "/c/{}/"), ("other", "/c/{}/result"), ("sponsor", "/s/{}/"), ("consultant", "/consultant/"),
    ("consultant", "/consultant/{}/"), ("consultant", "/consultant/{}/comparison"),
)  # fmt: skip


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize(("who", "path"), PAGES, ids=[f"{who}-{path}" for who, path in PAGES])
def test_a_page_shows_text_as_text(campaign, who, path, language):
    """No element, attribute or address of a page comes from what somebody typed."""
    _server, of, visitors = campaign

    reply = visitors[who].get(f"{path.format(of)}?lang={language}")

    assert reply.status == 200
    assert MARK in reply.text
    assert [] == dangers(reply.text)


def test_the_check_sees_danger():
    """The oracle is not blind: each hostile element of the corpus is seen when it is put into a page as it is."""
    seen = [text for text in TEXTS if dangers(f"<p>{text}</p>")]

    assert len(seen) >= 8


def test_pages_after_an_invitation_show_text_as_text(campaign):
    """A link just made, its label and the page that it opens hold no element from the label."""
    _server, of, visitors = campaign
    for label in TEXTS:
        if "\t" in label:
            continue
        reply = visitors["consultant"].post(
            f"/consultant/{of}/invite", {"label": label, "role": "respondent"}
        )
        assert reply.status == 200, label
        assert [] == dangers(reply.text)


def test_data_leaves_as_data(campaign):
    """JSON answers are typed as JSON, and a browser is told not to guess."""
    _server, of, visitors = campaign
    for who, path in (
        ("person", f"/c/{of}/answers"), ("person", f"/c/{of}/data.json"), ("consultant", f"/consultant/{of}/live"),
    ):  # fmt: skip
        reply = visitors[who].get(path)
        assert reply.status == 200
        assert reply.header("Content-Type").startswith("application/json")
        assert reply.header("X-Content-Type-Options") == "nosniff"
    assert MARK in visitors["person"].get(f"/c/{of}/data.json").text


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_pdf_holds_no_action(campaign, tmp_path, language):
    """The PDF has no script, no action, no attached file, no link that somebody typed; the client's name is text."""
    _server, of, visitors = campaign

    reply = visitors["person"].get(f"/c/{of}/result.pdf?lang={language}")

    assert reply.status == 200
    with pikepdf.open(io.BytesIO(reply.body)) as pdf:
        for item in pdf.objects:
            if isinstance(item, pikepdf.Dictionary):
                assert not {"/JS", "/JavaScript", "/Launch", "/EmbeddedFile", "/AA", "/OpenAction"} & set(
                    item.keys()
                )
                assert "evil.example" not in str(item.get("/URI", ""))


def test_the_exports_hold_no_formula(campaign, tmp_path):
    """In the CSV files no cell begins as a formula, and in the workbook no cell that somebody typed is one."""
    from cxmaturity.reporting import make_report
    from cxmaturity.resources import resource

    server, of, _visitors = campaign
    home = tmp_path / "client"
    shutil.copytree(resource("examples/maison-lavande"), home)

    written = export_campaign(server.store, of, home, "test")

    tables = [path for path in written if path.suffix == ".csv"]
    assert len(tables) == 2
    for path in tables:
        rows = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline="")))
        assert MARK in str(rows)
        assert not [cell for row in rows for cell in row if cell[:1] in set("=+-@\t\r") and len(cell) > 1]
    (outcome,) = make_report(home, languages=["en"], formats=["xlsx"], out=tmp_path / "out")
    books = list((tmp_path / "out").rglob("*.xlsx"))
    assert books, outcome
    for book in books:
        for sheet in openpyxl.load_workbook(book).worksheets:
            for row in sheet.iter_rows():
                for cell in row:
                    assert not (cell.data_type == "f" and MARK in str(cell.value)), (
                        sheet.title,
                        cell.coordinate,
                    )
