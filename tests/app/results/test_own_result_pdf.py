"""One's own result on paper: the facts of the page, tagged, one or two pages, the same bytes every time."""

from __future__ import annotations

import re

import attrs
import pytest

from cxmaturity.app.pages.result import result_page
from cxmaturity.app.result_pdf import result_pdf
from cxmaturity.assessment.values import Answer
from cxmaturity.i18n import formats


@pytest.fixture
def make(hand, catalog):
    """Return what makes the PDF of a case."""

    def made(case, language="en"):
        told = {name: getattr(case, name) for name in ("campaign", "progress", "own", "group")}
        return result_pdf(**told, catalog=catalog, language=language, as_of=hand.AS_OF)

    return made


def squeezed(text):
    return re.sub(r"[\s\u200b]", "", text)


def test_says_what_it_is(hand, catalog, make, read_pdf, language):
    """The PDF names its language, its title, its date and both standards (PDF/UA-1 and PDF/A-2a)."""
    read = read_pdf(make(hand.a_case(catalog), language))

    assert {"en": "en-GB", "fr": "fr-FR"}[language] == read.language
    assert "Maison Lavande" in read.metadata
    assert "<pdfuaid:part>1<" in read.metadata
    assert "<pdfaid:conformance>A<" in read.metadata
    assert "2026-11-22T00:00:00Z" in read.metadata


def test_structure(hand, catalog, make, read_pdf, language):
    """Headings, the figure with what it shows in words, and the table twin with its heads are tagged."""
    case = hand.a_case(catalog, group=hand.people(24))
    read = read_pdf(make(case, language))
    (alt,) = [alt for tag, alt in read.tags if tag == "Figure"]

    assert 6 == read.count("H1")
    assert 2 == read.count("H2")
    assert (1, 4, 4 * 7) == (read.count("Table"), read.count("TH"), read.count("TD"))
    for question in catalog.questions:
        assert question.name.in_(language) in alt


@pytest.mark.parametrize("which", [(0, "en"), (24, "en"), (0, "fr"), (24, "fr")], ids=str)
def test_same_facts_as_the_page(hand, catalog, make, read_pdf, which):
    """Stage, probability, uncertainty, advice, proofs and limits of the page are all in the PDF, letter for letter."""
    group, language = which
    case = hand.a_case(catalog, group=hand.people(group), lead="CRM export, October")
    told = {name: getattr(case, name) for name in ("campaign", "progress", "own", "group")}
    page = hand.read(result_page(**told, catalog=catalog, language=language, as_of=hand.AS_OF))
    letters = read_pdf(make(case, language)).letters
    paths = (
        "//h1", "//*[@data-again]", "//*[@data-sure]/li", "//*[@data-advice]", "//*[@data-proof]", "//*[@data-lead]",
        "//*[@data-group-part]/p[1]", "//*[@class='r-pair']//li", "//*[@data-strength]//h3", "//*[@data-priority]/h3",
    )  # fmt: skip

    for path in paths:
        for said in page.texts(path):
            assert squeezed(said) in letters
    assert squeezed(formats.level(case.own.index.geometric, language)) in letters


def test_two_pages(hand, catalog, make, read_pdf, language):
    """A full result, with a group and a lead on every question, takes two pages."""
    case = hand.a_case(catalog, group=hand.people(24), lead="Dashboard of the contact centre, October sheet")

    assert 2 == read_pdf(make(case, language)).pages


def test_same_bytes(hand, catalog, make, language):
    """Twice the same result gives twice the same bytes."""
    case = hand.a_case(catalog, group=hand.people(24))

    assert make(case, language) == make(case, language)


def test_withheld_group(hand, catalog, make, language):
    """A group that is too small gives the PDF of no group at all."""
    assert make(hand.a_case(catalog, group=hand.people(4)), language) == make(hand.a_case(catalog), language)


def test_hostile_text(hand, catalog, make, read_pdf, language):
    """What somebody typed is painted letter by letter and is no markup."""
    typed = "".join(letter for letter in hand.HOSTILE if letter != "\u202e")
    answers = [(question.id, hand.level(2)) for question in catalog.questions]
    case = hand.a_case(catalog, answers, lead=hand.HOSTILE, client=hand.HOSTILE)
    read = read_pdf(make(case, language))

    assert 3 <= read.letters.count(squeezed(typed))


def test_nothing_known(hand, catalog, make, read_pdf, language):
    """Seven don't-knows still give a PDF, without stage."""
    case = hand.a_case(catalog, [(question.id, Answer(state="dont_know")) for question in catalog.questions])
    read = read_pdf(make(case, language))

    assert {"en": "Nostagecanbenamed", "fr": "nepermettentpas"}[language] in read.letters


def test_client_colour(hand, catalog, make, read_pdf):
    """A client's colour, however pale, is taken and the PDF stays valid."""
    case = hand.a_case(catalog)
    plan = attrs.evolve(case.campaign.plan, primary="#FFD200")
    coloured = attrs.evolve(case, campaign=attrs.evolve(case.campaign, plan=plan))

    assert read_pdf(make(case)).letters == read_pdf(make(coloured)).letters
