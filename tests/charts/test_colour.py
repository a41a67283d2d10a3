"""Colours, contrast and theme, against WCAG's own numbers."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxmaturity import i18n
from cxmaturity.charts.colour import (
    blend,
    contrast_ratio,
    distance,
    least_distance,
    luminance,
    parse_colour,
    reach_contrast,
    seen_by,
)
from cxmaturity.charts.theme import ChartTheme
from cxmaturity.core.problems import InputError

COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06X}")


@pytest.mark.parametrize(
    ("colour", "expected"),
    [
        ("#000000", 21.0),  # the highest contrast there is (WCAG 2.2, "contrast ratio")
        ("#FFFFFF", 1.0),
        ("#767676", 4.54),  # the lightest grey that passes AA on white, 4.5:1 (WCAG techniques G18)
        ("#777777", 4.48),  # the next one fails it
        ("#949494", 3.03),  # the lightest grey that passes 3:1 for non-text contrast
        ("#FF0000", 4.0),  # pure red: (1 + .05) / (.2126 + .05)
        ("#0000FF", 8.59),  # pure blue: (1 + .05) / (.0722 + .05)
        ("#00FF00", 1.37),  # pure green: (1 + .05) / (.7152 + .05)
    ],
)
def test_contrast_is_that_of_wcag(colour, expected):
    """The contrast on white is the published one, or follows from the published weights."""
    assert expected == pytest.approx(contrast_ratio(colour, "#FFFFFF"), abs=0.005)


@given(COLOURS, COLOURS)
def test_contrast_has_no_side(one, other):
    """Contrast is the same both ways, and between 1 and 21."""
    assert contrast_ratio(one, other) == contrast_ratio(other, one)
    assert 1 <= contrast_ratio(one, other) <= 21


@given(COLOURS, st.sampled_from([3.0, 4.5, 7.0]), st.sampled_from(["#FFFFFF", "#F3F5F7", "#101418"]))
def test_a_corrected_colour_reaches_the_contrast_and_no_more(colour, wanted, paper):
    """A colour is left alone when it passes; else its shade passes, just."""
    used = reach_contrast(colour, paper, wanted)

    assert wanted <= contrast_ratio(used, paper)
    if contrast_ratio(colour, paper) >= wanted:
        assert colour == used
    else:
        assert contrast_ratio(used, paper) < wanted * 1.12


def test_a_corrected_colour_keeps_its_hue():
    """A light yellow becomes a dark yellow: red above green above blue, blue still none."""
    used = reach_contrast("#FFD200", "#FFFFFF", 4.5)
    red, green, blue = (int(used[i : i + 2], 16) for i in (1, 3, 5))

    assert red > green > blue == 0


@pytest.mark.parametrize(
    "text", ["", "red", "#12345", "#12345g", "7A3E9D", "#7A3E9D; x", "url(#a)", "#7A3E9D\n#"]
)
def test_what_is_no_colour_is_refused(text):
    """Only #rgb and #rrggbb are colours; anything else, also what could reach a style sheet, is an error."""
    with pytest.raises(InputError) as caught:
        parse_colour(text)

    assert "charts.colour" == caught.value.code


def test_a_blend_is_between():
    """Half of black on white is mid grey; none is the paper; all is the colour."""
    assert ("#808080", "#FFFFFF", "#000000") == tuple(
        blend("#000000", "#FFFFFF", share) for share in (0.5, 0, 1)
    )


def test_colour_blind_readers_confuse_red_and_green():
    """Red and green of equal lightness differ, but not for a deuteranope; grey stays grey for all."""
    red, green = "#B35900", "#6B7F00"

    assert distance(red, green) > 2 * distance(seen_by(red, "deutan"), seen_by(green, "deutan"))
    assert all(
        distance("#808080", seen_by("#808080", vision)) < 1 for vision in ("protan", "deutan", "tritan")
    )


def test_distance_of_black_and_white():
    """Black to white is 100, a colour to itself 0."""
    assert (100, 0) == pytest.approx(
        (distance("#000000", "#FFFFFF"), distance("#123456", "#123456")), abs=0.01
    )


TOKENS = {
    *("ink", "muted", "rule", "paper", "surface"),
    *("primary", "primary_ink", "accent", "good", "warning", "bad"),
}


@given(COLOURS)
def test_every_theme_can_be_read(primary):
    """Whatever the client's colour: text 4.5:1, marks 3:1, colours that differ for every vision."""
    theme = ChartTheme.from_primary(primary)
    texts = (theme.primary_ink, theme.accent, theme.good, theme.warning, theme.bad, theme.ink, theme.muted)

    assert all(
        contrast_ratio(text, ground) >= 4.5 for text in texts[1:] for ground in (theme.paper, theme.surface)
    )
    assert contrast_ratio(theme.primary_ink, theme.paper) >= 4.5
    assert contrast_ratio(theme.on_primary, theme.primary) >= 4.5
    assert all(contrast_ratio(colour, theme.paper) >= 3 for colour in (theme.primary, *theme.series))
    assert least_distance(theme.series) > 4
    assert least_distance([theme.primary, theme.accent]) > 8


@pytest.mark.parametrize(
    ("primary", "codes"),
    [
        (None, []),
        ("#7A3E9D", []),
        ("#00A19A", ["charts.text_contrast"]),
        ("#FFD200", ["charts.text_contrast", "charts.mark_contrast"]),
    ],
)
def test_a_theme_says_what_it_corrected(primary, codes):
    """Each correction is a warning, in both languages, with the colour given and the colour used."""
    theme = ChartTheme.from_primary(primary)

    assert codes == [note.code for note in theme.notes]
    assert (primary or theme.brand) == theme.brand
    for note, language in itertools.product(theme.notes, ("en", "fr")):
        assert "warning" == note.severity
        assert primary in i18n.describe(note, language)


def test_tokens_are_plain_values_for_templates():
    """A template gets every colour of the theme by name, and the font."""
    theme = ChartTheme.from_primary("#7A3E9D")
    tokens = theme.tokens()

    assert theme.series == tuple(tokens[f"series_{i}"] for i in range(1, 6))
    assert {
        "ink",
        "muted",
        "rule",
        "paper",
        "surface",
        "primary",
        "primary_ink",
        "accent",
        "good",
        "bad",
    } <= set(tokens)
    assert all(luminance(value) >= 0 for name, value in tokens.items() if name != "font_family")
