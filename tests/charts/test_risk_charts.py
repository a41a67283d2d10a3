"""The charts of risk by their artists: the columns are the trials, the bars the engine's, losses hatched and labelled."""

from __future__ import annotations

import re

import attrs
import numpy as np
import pytest

from cxmaturity import charts
from cxmaturity.charts.marks import chance, hatch_lines
from cxmaturity.core.problems import InputError

LANGUAGES = ("en", "fr")


def bars(figure):
    """Return label to (left, right) of the first patch of each bar container."""
    return {
        box.get_label(): (box.patches[0].get_x(), box.patches[0].get_x() + box.patches[0].get_width())
        for axes in figure.axes
        for box in axes.containers
    }


def columns(figure, label):
    """Return (left edge, height) of the columns that bear a label."""
    found = [box for axes in figure.axes for box in axes.containers if box.get_label() == label]
    return [(patch.get_x(), patch.get_height()) for box in found for patch in box.patches]


def said(figure):
    """Return the texts of a figure, spaces made plain."""
    return [text.get_text().replace("\u00a0", " ").replace("\u202f", " ") for text in figure.texts]


def test_every_trial_stands_in_one_column(any_risk, theme):
    """The heights of the columns add up to the draws, at the edges of the engine; losses are those under zero."""
    figure = charts.draw_npv_distribution(any_risk, "en", theme)
    found = any_risk.simulation
    loss, gain = columns(figure, "loss"), columns(figure, "gain")
    expected = [(edge, count) for edge, count in zip(found.edges, found.counts, strict=False)]
    full = [place for place, (_, count) in enumerate(expected) if count]

    assert found.draws == sum(height for _, height in loss + gain)
    assert expected[full[0] : full[-1] + 1] == sorted(loss + gain)
    assert all(left < 0 for left, _ in loss)
    assert all(left >= 0 for left, _ in gain)


def test_losses_are_hatched_and_labelled(risky, theme):
    """The hatching lies left of zero and inside the columns; the words say the chance on both sides."""
    figure = charts.draw_npv_distribution(risky, "en", theme)
    (hatching,) = figure.findobj(lambda artist: artist.get_label() == "hatching")
    (zero,) = figure.findobj(lambda artist: artist.get_label() == "zero")
    right = np.nanmax(hatching.get_xdata())

    assert right <= zero.get_segments()[0][0][0] + 1e-6
    assert {"Loss: 6%", "Gain: 94%"} <= set(said(figure))


def test_without_any_loss_nothing_is_hatched_and_certainty_is_not_claimed(never_lost, theme):
    """A case whose trials all gain has no hatching, and says under 1%, never 0%."""
    figure = charts.draw_npv_distribution(never_lost, "en", theme)

    assert [] == figure.findobj(lambda artist: artist.get_label() == "hatching")
    assert {"Loss: under 1%", "Gain: over 99%"} <= set(said(figure))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_percentiles_are_printed_and_told(risky, theme, language):
    """P10, P50 and P90 stand above the columns with the engine's amounts, and in the description."""
    from cxmaturity import i18n

    figure = charts.draw_npv_distribution(risky, language, theme)
    amounts = [
        i18n.money(value, "EUR", language, compact=True)
        for value in (risky.simulation.p10, risky.simulation.p50, risky.simulation.p90)
    ]
    alt = charts.npv_distribution(risky, language, theme).alt

    assert {amount.replace("\u00a0", " ") for amount in amounts} <= set(said(figure))
    assert all(amount in alt for amount in amounts)


def test_tornado_bars_are_the_engine_s(any_risk, words_for, theme):
    """Each bar goes from the most likely NPV to the engine's NPV at P10 and at P90, the ten widest at most."""
    names, _ = words_for(any_risk, "en")
    drawn = bars(charts.draw_tornado(any_risk, names, "en", theme))

    for bar in any_risk.tornado[:10]:
        assert (any_risk.npv, bar.npv_low) == pytest.approx(tuple(drawn[f"low {bar.input}"]))
        assert (any_risk.npv, bar.npv_high) == pytest.approx(tuple(drawn[f"high {bar.input}"]))
    assert len([label for label in drawn if label.startswith("low ")]) == min(10, len(any_risk.tornado))


def test_tornado_hatches_what_lies_under_zero(risky, words_for, theme):
    """Only the part of a bar left of zero is hatched, and zero has its line."""
    names, _ = words_for(risky, "en")
    figure = charts.draw_tornado(risky, names, "en", theme)
    (hatching,) = figure.findobj(lambda artist: artist.get_label() == "hatching")
    (zero,) = figure.findobj(lambda artist: artist.get_label() == "zero")

    assert np.nanmax(hatching.get_xdata()) <= zero.get_segments()[0][0][0] + 1e-6


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_tables_hold_everything_drawn_and_more(risky, words_for, theme, language):
    """The tornado's table has every bar, even those too short to be drawn; information's starts with the whole."""
    names, labels = words_for(risky, language)
    tornado = charts.tornado(risky, names, language, theme).table
    information = charts.information(risky, labels, language, theme).table

    assert len(risky.tornado) == len(tornado.rows) == 12
    assert {"en": "€9,000", "fr": "9\u202f000\u00a0€"}[language] == information.rows[0][1]
    assert "100" == information.rows[2][2]


def test_information_compares_worth_and_cost(risky, words_for, theme):
    """Bars are the engine's values; the best sample and its cost are drawn, the cheapest cost when none pays."""
    _, labels = words_for(risky, "en")
    figure = charts.draw_information(risky, labels, "en", theme)
    drawn = bars(figure)

    def cost(label):
        (found,) = figure.findobj(lambda artist: artist.get_label() == f"cost {label}")
        return list(found.get_xdata())

    assert (0, risky.evpi) == pytest.approx(drawn["worth everything"])
    assert (0, 3_000.0) == pytest.approx(drawn["worth input.0"])
    assert (0, 2_600.0) == pytest.approx(drawn["sample input.0"])
    assert "sample input.1" not in drawn
    assert [1_200.0] == cost("input.0")
    assert [900.0] == cost("input.1")
    assert "worth input.2" not in drawn  # under half a per cent of the whole, and no survey
    assert "worth input.3" in drawn  # worth nothing, but somebody offers to measure it


def test_a_cost_beyond_the_scale_is_an_arrow_at_its_end(always_lost, words_for, theme):
    """A survey dearer than knowing everything does not flatten the bars: an arrow at the end, the amount in words."""
    _, labels = words_for(always_lost, "en")
    figure = charts.draw_information(always_lost, labels, "en", theme)
    (mark,) = figure.findobj(lambda artist: artist.get_label() == "cost input.0")

    assert ([30.0], ">") == (list(mark.get_xdata()), mark.get_marker())
    assert any("from US$900" in text for text in said(figure))


@pytest.mark.parametrize(
    ("draw", "code"),
    [
        ("npv", "charts.no_simulation"),
        ("tornado", "charts.no_range"),
        ("information", "charts.no_information"),
    ],
)
def test_without_ranges_there_is_nothing_to_draw(case, theme, draw, code):
    """A case of single values is refused with the reason, not drawn empty."""
    calls = {
        "npv": lambda: charts.draw_npv_distribution(case, "en", theme),
        "tornado": lambda: charts.draw_tornado(case, {}, "en", theme),
        "information": lambda: charts.draw_information(case, {}, "en", theme),
    }
    with pytest.raises(InputError) as refused:
        calls[draw]()

    assert code == refused.value.problems[0].code


def test_hatching_stays_in_its_box():
    """Every segment is at 45 degrees, ends on the edges of the box, and boxes side by side share one grid."""
    left, right = (3.0, 7.0, 20.5, 31.0), (20.5, 7.0, 33.0, 31.0)
    for box in (left, right):
        for (x0, y0), (x1, y1) in hatch_lines(box):
            assert (x1 - x0) == pytest.approx(y0 - y1)
            assert box[0] - 1e-9 <= x0 < x1 <= box[2] + 1e-9
            assert box[1] - 1e-9 <= y1 < y0 <= box[3] + 1e-9

    sums = {round(x + y, 6) % 4 for box in (left, right) for (x, y), _ in hatch_lines(box)}
    assert {0} == sums


def test_a_chance_never_claims_certainty():
    """Zero and one are printed as under 1% and over 99%, in both languages."""
    assert ("under 1%", "over 99%", "34%") == (chance(0, "en"), chance(1, "en"), chance(0.341, "en"))
    assert "moins de 1\u202f%" == chance(0.0, "fr")


@pytest.mark.parametrize("language", LANGUAGES)
def test_descriptions_are_whole_sentences_without_holes(any_risk, words_for, theme, language):
    """Every description ends as a sentence, with all of its fields filled."""
    names, labels = words_for(any_risk, language)
    for chart in (
        charts.npv_distribution(any_risk, language, theme),
        charts.tornado(any_risk, names, language, theme),
        charts.information(any_risk, labels, language, theme),
    ):
        assert chart.alt.endswith(".")
        assert re.search(r"\{|\}|nan|None", chart.alt) is None
        assert {len(chart.table.columns)} == {len(row) for row in chart.table.rows}


def test_nothing_to_learn_is_not_drawn(risky, theme, words_for):
    """When knowing everything is worth nothing, the chart of information is refused."""
    _, labels = words_for(risky, "en")
    with pytest.raises(InputError, match="nothing to draw"):
        charts.draw_information(attrs.evolve(risky, evpi=0.0), labels, "en", theme)
