"""Nothing overlaps and nothing leaves the paper, in both languages, for rich, poor and absurd data."""

from __future__ import annotations

import io
import itertools

import attrs
import pytest
from matplotlib.backends.backend_svg import RendererSVG

from cxmaturity import charts
from cxmaturity.charts.canvas import drawing
from cxmaturity.charts.theme import ChartTheme

LANGUAGES = ("en", "fr")
TOUCH = 0.6
"""Boxes of letters may touch by this much, in points: they hold the room for accents and descenders."""


def boxes(figure):
    """Return (text, box in points) of every text on the paper."""
    with drawing():
        width, height = figure.get_size_inches()
        renderer = RendererSVG(
            72 * width, 72 * height, io.StringIO()
        )  # its letters are not rounded to pixels
        texts = [text for text in figure.findobj(lambda a: hasattr(a, "get_text")) if text.get_text().strip()]
        return [(text.get_text(), text.get_window_extent(renderer)) for text in texts if text.get_visible()]


def collisions(found):
    """Return the pairs of texts that cover each other."""
    return [
        (one, other)
        for (one, a), (other, b) in itertools.combinations(found, 2)
        if min(a.x1, b.x1) - max(a.x0, b.x0) > TOUCH and min(a.y1, b.y1) - max(a.y0, b.y0) > 2 * TOUCH
    ]


def outside(figure, found):
    """Return the texts that leave the paper."""
    width, height = (72 * side for side in figure.get_size_inches())
    return [
        text
        for text, box in found
        if box.x0 < -TOUCH or box.y0 < -TOUCH or box.x1 > width + TOUCH or box.y1 > height + TOUCH
    ]


def check(figure):
    found = boxes(figure)

    assert found
    assert [] == outside(figure, found)
    assert [] == collisions(found)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("data", ["rich", "alone", "silent", "crowd"])
@pytest.mark.parametrize("name", ["profile", "radar", "distribution"])
def test_maturity_charts_keep_their_words_apart(request, theme, name, data, language):
    """Labels, values and verdicts stand clear of each other whatever was answered."""
    check(
        getattr(charts, f"draw_{name}")(
            request.getfixturevalue(data), request.getfixturevalue("catalog"), language, theme
        )
    )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["profile", "radar", "distribution", "changes"])
def test_long_names_are_wrapped(rich, hostile_catalog, theme, name, language):
    """Names five times too long are wrapped and cut, they neither overlap nor leave."""
    check(getattr(charts, f"draw_{name}")(rich, hostile_catalog, language, theme))


@pytest.mark.parametrize("language", LANGUAGES)
def test_changes_keep_their_words_apart(rich, catalog, theme, language):
    """The chart of two waves, a long wave name included."""
    waves = tuple(attrs.evolve(wave, id="W" * 200) for wave in rich.engagement.waves)

    check(charts.draw_changes(rich, catalog, language, theme))
    named = attrs.evolve(rich, engagement=attrs.evolve(rich.engagement, waves=waves))
    check(charts.draw_changes(named, catalog, language, theme))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("with_gaps", [True, False])
@pytest.mark.parametrize("names", ["catalog", "hostile_catalog"])
def test_link_matrix_keeps_its_words_apart(request, theme, names, with_gaps, language):
    """The heads on two tiers, the cells and the key."""
    assessment = request.getfixturevalue("rich").assessment if with_gaps else None
    check(charts.draw_link_matrix(request.getfixturevalue(names), language, theme, assessment))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "money", ["case", "loss", "nothing", "thirty_years", "billions", "close_ends", "no_discount"]
)
def test_money_charts_keep_their_words_apart(request, catalog, theme, money, language):
    """From no money to thousands of billions, over 1 to 30 years, in currencies with long signs."""
    case = request.getfixturevalue(money)

    check(charts.draw_waterfall(case, catalog, language, theme))
    check(charts.draw_cash_curve(case, language, theme))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("more", ["", "and a name that is far too long for its place " * 4, "W" * 120])
def test_risk_charts_keep_their_words_apart(any_risk, words_for, theme, more, language):
    """Sure or hopeless, tiny or immense, short names or endless ones, with our font or the wider one."""
    names, labels = words_for(any_risk, language, more)
    for look in (theme, attrs.evolve(theme, font_family="DejaVu Sans")):
        check(charts.draw_npv_distribution(any_risk, language, look))
        check(charts.draw_tornado(any_risk, names, language, look))
        check(charts.draw_information(any_risk, labels, language, look))


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_the_bundled_font_words_still_keep_apart(rich, case, catalog, theme, language):
    """With the wider font that matplotlib brings, everything still fits."""
    wide = attrs.evolve(theme, font_family="DejaVu Sans")

    assert ("DejaVu Sans",) == wide.families
    for name in ("profile", "radar", "distribution", "changes"):
        check(getattr(charts, f"draw_{name}")(rich, catalog, language, wide))
    check(charts.draw_link_matrix(catalog, language, wide, rich.assessment))
    check(charts.draw_waterfall(case, catalog, language, wide))
    check(charts.draw_cash_curve(case, language, wide))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("money", ["case", "loss", "thirty_years", "billions", "close_ends", "no_discount"])
def test_no_curve_runs_through_a_word(request, theme, money, language):
    """The words about payback and the deepest point stand where neither curve passes."""
    figure = charts.draw_cash_curve(request.getfixturevalue(money), language, theme)
    found = boxes(figure)
    axes = figure.axes[0]
    curves = [line for line in axes.get_lines() if line.get_label() in ("cumulative", "discounted")]
    crossed = []
    for line in curves:
        points = line.get_transform().transform(line.get_xydata())
        for (x0, y0), (x1, y1) in itertools.pairwise(points):
            for i in range(51):
                x, y = x0 + (x1 - x0) * i / 50, y0 + (y1 - y0) * i / 50
                crossed += [text for text, b in found if b.x0 < x < b.x1 and b.y0 + 1 < y < b.y1 - 1]

    zero = axes.transData.transform((0, 0))[1]
    notes = [(text, b) for text, b in found if axes.bbox.x0 < b.x0 and b.x1 <= axes.bbox.x1 + 1]

    assert 2 == len(curves)
    assert set() == set(crossed)
    assert [] == [text for text, b in notes if b.y0 + 1 < zero < b.y1 - 1]


def test_charts_are_as_wide_as_the_text_of_the_page(rich, case, catalog):
    """Every figure is 165 mm wide."""
    theme = ChartTheme.from_primary()
    figures = [charts.draw_profile(rich, catalog, "fr", theme), charts.draw_cash_curve(case, "fr", theme)]

    assert [165, 165] == [pytest.approx(figure.get_size_inches()[0] * 25.4) for figure in figures]
