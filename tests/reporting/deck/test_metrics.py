"""Widths of texts, against PIL reading the same font files."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib import get_data_path
from PIL import ImageFont

from cxmaturity.reporting.deck import metrics
from cxmaturity.resources import resource

LETTERS = st.characters(codec="latin-1", categories=("L", "N", "P"))
WORDS = st.lists(st.text(LETTERS, min_size=1, max_size=14), min_size=1, max_size=30)


def widest(text, size, *, bold=False):
    """Return the width that PIL measures, the widest of Inter and DejaVu Sans."""
    files = (
        resource("templates/fonts") / f"Inter-{'SemiBold' if bold else 'Regular'}.otf",
        f"{get_data_path()}/fonts/ttf/DejaVuSans{'-Bold' if bold else ''}.ttf",
    )
    return max(ImageFont.truetype(str(file), 200).getlength(text) for file in files) * size / 200


@pytest.mark.parametrize("bold", [False, True])
@pytest.mark.parametrize(
    "text", ["Valeur actuelle nette : −1 310 k€", "“Share of wallet” weighs the most", "WAVE To Lj fi"]
)
def test_width_is_that_of_the_fonts(text, bold):
    """The width is PIL's within 2 % (kerning and hinting)."""
    assert widest(text, 20, bold=bold) == pytest.approx(metrics.width(text, 20, bold=bold), rel=0.02)


@given(words=WORDS, room=st.floats(120, 600), size=st.sampled_from([10, 14, 20]))
def test_a_text_is_never_taller_than_counted(words, room, size):
    """Breaking greedily with PIL's widths never gives more lines than `lines` counts (1 % of width granted)."""
    text = " ".join(words).replace("*", "x").replace("\\", "x")
    broken, line = 1, ""
    for word in text.split(" "):
        tried = f"{line} {word}".strip()
        if widest(tried, size) > room * 1.01 and line:
            broken, line = broken + 1, word
        else:
            line = tried
    long = any(widest(word, size) > room for word in words)

    assert long or broken <= metrics.lines(text, room, size)


@given(words=WORDS, room=st.tuples(st.floats(60, 500), st.floats(30, 200)))
def test_what_fits_is_within_its_box(words, room):
    """`fit` returns a size and texts whose height is within the box, unless even twelve letters are too many."""
    text = " ".join(words).replace("*", "x").replace("\\", "x")
    size, kept = metrics.fit((text, text), room, (18, 14, 10))

    assert metrics.height(kept, room[0], size, gap=0.5 * size) <= room[1] or all(
        len(text) <= 13 for text in kept
    )
    assert size in (18, 14, 10)


def test_markup_is_not_measured():
    """The stars of the inline markup have no width; strong letters are wider."""
    assert metrics.width("Total", 12, bold=True) == metrics.width("**Total**", 12)
    assert metrics.width("Total", 12) < metrics.width("**Total**", 12)


def test_a_cut_text_says_so():
    """A cut text ends with an ellipsis, between words when it can, and its stars stay literal."""
    assert metrics.shorten("a long name of something", 12) == "a long name…"
    assert metrics.shorten(r"five \* three", 8).endswith("…")
    assert r"\*" in metrics.shorten(r"five \* three", 8)
