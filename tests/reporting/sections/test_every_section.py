"""Every section in both languages and every situation: it builds, and its words hold the house rules."""

from __future__ import annotations

import re

import pytest

from cxmaturity.core.problems import UnknownIdError
from cxmaturity.core.text import LANGUAGES, french_typography
from cxmaturity.reporting import sections
from cxmaturity.reporting.blocks import Heading, plain
from cxmaturity.reporting.document import walk
from cxmaturity.reporting.inline import text_of

ALL = ("cover", *sections.SECTIONS)
ENGLISH = re.compile(
    r"\b(the|and|with|from|which|what|this|that|are|was|were|has|have|been|year|years|level|gap|"
    r"value|cost|costs|benefits|answers?|respondents?|weak|link|proven|evidence|owner|more than|between)\b",
    re.IGNORECASE,
)
FRENCH = re.compile(
    r"\b(le|la|les|des|une|est|dans|avec|pour|sur|qui|que|niveau|écart|valeur|coûts?|bénéfices?|réponses?|preuve)\b",
    re.IGNORECASE,
)
HOSTILE_FORMULA = "$\\frac{1}{2}$"
CLIENT_DATA = (
    "Maison Lavande",
    "CRM, mars",
    "Conseil",
    "Équipe",
    "Baromètre de résolution",
    "Institut",
    "Litiges",
    "SAV",
)


def everything(context):
    """Return the blocks of the whole report."""
    return [block for section in ALL for block in sections.build(section, context)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_section_builds_in_every_situation(situation, language, make_context):
    """Whatever the Diagnostic lacks, every section gives at least one block."""
    context = make_context(situation, language)
    for section in ALL:
        assert sections.build(section, context), section


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_placeholder_is_left_and_no_exclamation_mark_is_used(situation, language, make_context, texts_of):
    """Every field of every message is filled, and the tone stays calm."""
    for text in texts_of(everything(make_context(situation, language))):
        said = text.replace(plain(HOSTILE_FORMULA), "formula")

        assert re.search(r"\{\w*\}", said) is None, said
        assert "!" not in said, said
        assert re.search(r"\bNone\b(?! of| enters| is given| was checked)", said) is None, said
        assert "  " not in said, said


def test_a_french_report_holds_no_english(situation, make_context, texts_of, catalog):
    """No frequent English word stands in a French report (sources quoted as they are, client data apart)."""
    quoted = [*(plain(claim.source.fr) for claim in catalog.claims), "customers", "share"]
    for text in texts_of(everything(make_context(situation, "fr"))):
        said = text
        for reference in quoted:  # references, and units typed by the client
            said = said.replace(reference, "")
        assert ENGLISH.search(said) is None, text


def test_an_english_report_holds_no_french(situation, make_context, texts_of):
    """No frequent French word stands in an English report, client data apart."""
    for text in texts_of(everything(make_context(situation, "en"))):
        said = text
        for data in (
            *CLIENT_DATA,
            "Pas de souscription",
            "Publier",
            "Tester avec dix clients",
            "Oui",
            "délais",
        ):
            said = said.replace(data, "")
        assert FRENCH.search(said) is None or "\\*" in text, text


def test_french_typography_is_right_everywhere(situation, make_context, texts_of):
    """Putting the French spaces again changes nothing: they are already right."""
    for text in texts_of(everything(make_context(situation, "fr"))):
        if "script" in text or "../" in text:
            continue

        assert french_typography(text) == text


@pytest.mark.parametrize("language", LANGUAGES)
def test_anchors_are_unique_and_each_section_opens_with_its_heading(situation, language, make_context):
    """A whole report never uses an anchor twice, and each section starts with one heading of level 1."""
    context = make_context(situation, language)
    anchors = [block.anchor for block in walk(everything(context)) if hasattr(block, "anchor")]

    assert sorted(set(anchors)) == sorted(anchors)
    for section in sections.SECTIONS:
        blocks = sections.build(section, context)
        assert isinstance(blocks[0], Heading)
        assert [1] == [block.level for block in blocks if isinstance(block, Heading) and block.level == 1]


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_client_typed_stays_literal(situations, language, make_context, texts_of):
    """A hostile name shows every one of its characters and starts no markup, wherever it appears."""
    found = situations["hostile"]
    name = found.engagement.client.name
    texts = [text for text in texts_of(everything(make_context(found, language))) if "script" in text]

    assert texts
    for text in texts:
        assert plain(name) in text
        assert name in text_of(text)


def test_both_languages_have_the_same_structure(situation, make_context):
    """The French and the English report have the same blocks in the same order, tables of the same size."""

    def shape(language):
        blocks = walk(everything(make_context(situation, language)))
        return [(type(block).__name__, len(getattr(block, "rows", ()))) for block in blocks]

    assert shape("en") == shape("fr")


def test_an_unknown_section_names_the_nearest_one(situations, make_context):
    """A misspelt section is refused with a suggestion."""
    with pytest.raises(UnknownIdError, match="next_steps"):
        sections.build("next_step", make_context(situations["full"], "en"))
