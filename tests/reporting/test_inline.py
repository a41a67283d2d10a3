"""Two stars make strong, one makes emphasis, and what a client typed never makes anything."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxmaturity.reporting.inline import Span, clean, plain, spans, text_of

NASTY = st.text(alphabet=st.sampled_from("*\\_#$<>&\"'{}[]()=| \n\té🚀ש\u202e\x00aB"), max_size=40)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a **b** c", [("a ", False, False), ("b", True, False), (" c", False, False)]),
        ("*a*", [("a", False, True)]),
        ("**a *b* c**", [("a ", True, False), ("b", True, True), (" c", True, False)]),
        ("5 * 3", [("5 * 3", False, False)]),
        ("**a", [("**a", False, False)]),
        (r"\*a\* \\ \n", [(r"*a* \ \n", False, False)]),
        ("", []),
    ],
)
def test_markup(text, expected):
    """Pairs of markers set the text between them; a lone marker and other backslashes are literal."""
    assert [Span(text=said, strong=strong, emphasis=emphasis) for said, strong, emphasis in expected] == list(
        spans(text)
    )


@given(NASTY)
def test_plain_is_literal(text):
    """Data passed through `plain` comes back letter by letter, in one run, never strong nor emphasised."""
    found = spans(plain(text))

    assert clean(text) == "".join(span.text for span in found)
    assert not any(span.strong or span.emphasis for span in found)


@given(NASTY, NASTY)
def test_plain_between_markers(before, inside):
    """Data inside markers of ours stays data: the markers keep their meaning around it."""
    found = spans(f"{plain(before)}**{plain(inside)}**")

    assert clean(inside) == "".join(span.text for span in found if span.strong)
    assert clean(before) == "".join(span.text for span in found if not span.strong)


@given(st.text(max_size=60))
def test_clean_fits_every_format(text):
    """A cleaned text is one line without control or reordering marks; cleaning twice changes nothing."""
    cleaned = clean(text)

    assert not any(unicodedata.category(char) in {"Cc", "Cs"} for char in cleaned)
    assert not set(cleaned) & set("\u202a\u202b\u202d\u202e\u2066\u2067\u2068\n\r")
    assert cleaned == clean(cleaned)


def test_clean_keeps_what_people_write():
    """Accents, narrow spaces, emoji and right-to-left letters stay as they are."""
    text = "Élan\u202f! 1\u202f234\u00a0€ 🚀 שלום مرحبا"

    assert text == clean(text)


def test_text_of_drops_markers_only():
    """A title without its markup keeps its words."""
    assert "Stage 2, Emerging *" == text_of(r"Stage **2**, *Emerging* \*")


def test_every_letter_is_kept_or_stood_for():
    """Of all code points of the first planes and all plane ends: what no file may hold is stood for, what reorders is dropped."""
    controls = {
        chr(point) for point in (*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x61C)
    }
    wrong = []
    for point in (
        *range(0x20000),
        *(plane << 16 | last for plane in range(17) for last in range(0xFFF0, 0x10000)),
    ):
        char = chr(point)
        odd = (
            unicodedata.category(char) in {"Cc", "Cs"}
            or point & 0xFFFE == 0xFFFE
            or 0xFDD0 <= point <= 0xFDEF
        )
        blank = char in "\t\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"
        expected = " " if blank else "" if char in controls else "\ufffd" if odd else char
        if clean(f"a{char}b") != f"a{expected}b":
            wrong.append(hex(point))

    assert [] == wrong
