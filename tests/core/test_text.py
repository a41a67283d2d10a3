"""French typography and bilingual texts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxmaturity.core.problems import InputError, UnknownIdError
from cxmaturity.core.text import Text, french_typography

TRICKY = st.text(alphabet=" ;:!?«»%€$'.,…0123abkMd{}()[]`*&\n\u00a0\u202f\ue000/hw", max_size=40)


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("Pourquoi ?", "Pourquoi\u202f?"),
        ("Pourquoi? Parce que", "Pourquoi\u202f? Parce que"),
        ("Vraiment ?!", "Vraiment\u202f?!"),
        ("oui ; non ! fin", "oui\u202f; non\u202f! fin"),
        ("Deux choses : a et b", "Deux choses\u00a0: a et b"),
        ("**Attention :** ici", "**Attention\u00a0:** ici"),
        ("« oui »", "«\u202foui\u202f»"),
        ("«oui»", "«\u202foui\u202f»"),
        ("« oui ? »", "«\u202foui\u202f?\u202f»"),
        ("5 % et 5%", "5\u202f% et 5\u202f%"),
        ("{n} % du total", "{n}\u202f% du total"),
        ("1,3 M€, 53 k€, 12 €", "1,3\u00a0M€, 53\u00a0k€, 12\u00a0€"),
        ("79 543 clients sur 1 258 743", "79\u202f543 clients sur 1\u202f258\u202f743"),
        ("l'avis", "l’avis"),
        ("etc...", "etc…"),
    ],
)
def test_spaces_of_french_printing(typed, printed):
    """Each rule of the Lexique gives the spaces that a printer would set."""
    assert printed == french_typography(typed)


@pytest.mark.parametrize(
    "text",
    [
        "à 12:30",
        "3:1",
        "https://exemple.fr/a?b=1;c=2",
        "mailto:a@b.fr?subject=x",
        "`margin_rate: 'x'?`",
        "{fraction:g}",
        "{x['a']!r}",
        "Fish &amp; chips",
        "C:\\temp",
        "a::b",
        "(?)",
        "en 2011 324 cas",
        "?",
        "0.05",
    ],
)
def test_what_is_not_a_sentence_is_left_alone(text):
    """Times, ratios, addresses, code, fields and entities keep every character."""
    assert text == french_typography(text)


def test_punctuation_after_an_address():
    """An address keeps its own question mark, the sentence around it gets its space."""
    assert "voir https://x.fr/?q=1\u202f?" == french_typography("voir https://x.fr/?q=1 ?")


@given(TRICKY)
def test_typography_twice_is_typography_once(text):
    """Applying the rules again changes nothing, whatever the text."""
    once = french_typography(text)

    assert once == french_typography(once)


@given(TRICKY)
def test_typography_changes_spaces_only(text):
    """Apart from apostrophes and ellipses, only spaces are added, removed or replaced."""

    def letters(said: str) -> str:
        bare = said.replace("'", "’").replace("...", "…")
        return "".join(char for char in bare if not char.isspace())

    assert letters(text) == letters(french_typography(text))


def test_text_keeps_english_as_typed_and_prints_french():
    """Only the French side of a text is typeset."""
    text = Text(en="Why ?", fr="Pourquoi ?")

    assert ("Why ?", "Pourquoi\u202f?") == (text.in_("en"), text.in_("fr"))


@pytest.mark.parametrize(
    ("en", "fr", "language"), [(" ", "oui", "en"), ("yes", "", "fr"), ("yes", "\u202f", "fr")]
)
def test_empty_text_is_refused(en, fr, language):
    """A text that says nothing in one language cannot be built, and the error names the language."""
    with pytest.raises(InputError) as caught:
        Text(en=en, fr=fr)

    assert ("core.empty_text", (("language", language),)) == (
        caught.value.code,
        caught.value.problems[0].params,
    )


def test_unknown_language_is_refused():
    """A language that the package does not speak raises a lookup error."""
    with pytest.raises(UnknownIdError):
        Text(en="yes", fr="oui").in_("de")
