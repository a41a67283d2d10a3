"""The charts of the business case by their artists: bars add up, curve and payback are the engine's."""

from __future__ import annotations

import re

import attrs
import pytest

from cxmaturity import charts
from cxmaturity.charts.amounts import column, scale_labels, unit_of

LANGUAGES = ("en", "fr")


def line(figure, label):
    """Return the one artist that bears a label."""
    (found,) = figure.findobj(lambda artist: artist.get_label() == label)
    return found


def bars(figure):
    """Return step id to (from, to), in money."""
    return {
        box.get_label(): (box.patches[0].get_x(), box.patches[0].get_x() + box.patches[0].get_width())
        for axes in figure.axes
        for box in axes.containers
    }


def numbers(text):
    """Return the number written in a cell."""
    plain = re.sub(r"[^\d−,.]", "", text.replace("\u202f", "").replace("\u00a0", ""))
    return float(plain.replace("−", "-").replace(",", ""))


@pytest.mark.parametrize("money", ["case", "loss", "nothing", "billions"])
def test_waterfall_adds_up(request, catalog, theme, money):
    """Each bar starts where the one before ended; benefits end at their total, costs at the NPV."""
    case = request.getfixturevalue(money)
    drawn = bars(charts.draw_waterfall(case, catalog, "en", theme))
    reached = 0.0
    for benefit in sorted(case.benefits, key=lambda b: -b.pv):
        start, end = drawn[benefit.id]
        assert (reached, reached + benefit.pv) == pytest.approx((start, end))
        reached = end

    assert (0, case.pv_benefits) == pytest.approx(drawn["benefits"])
    assert reached == pytest.approx(case.pv_benefits)
    assert (case.pv_benefits, case.npv) == pytest.approx(drawn["costs"])
    assert (0, case.npv) == pytest.approx(drawn["npv"])


def test_waterfall_shows_the_largest_benefit_first(case, catalog, theme):
    """Benefits come by falling value, then their total, the costs and what is left."""
    order = list(bars(charts.draw_waterfall(case, catalog, "en", theme)))

    assert ["retention", "acquisition", "service_cost"] == order[:3]
    assert ["benefits", "costs", "npv"] == order[-3:]


def test_waterfall_amounts_can_be_added_by_the_reader(case, catalog, theme):
    """All amounts are in one unit, said once, and their sum is the total to the rounding of each."""
    figure = charts.draw_waterfall(case, catalog, "en", theme)
    right = [text.get_text() for text in figure.texts if text.get_ha() == "right"]
    *benefits, total, costs, npv = [numbers(text) for text in right if text != "€k"]

    assert 1 == right.count("€k")
    assert total == pytest.approx(sum(benefits), abs=0.5 * len(benefits))
    assert npv == pytest.approx(total + costs, abs=1.5)


@pytest.mark.parametrize(
    ("money", "language", "expected"),
    [
        (
            "case",
            "en",
            "Benefits worth €2.4M today, less costs of €1.1M, leave a net present value of €1.3M.",
        ),
        (
            "loss",
            "fr",
            "la valeur actuelle nette est de −780 k$US. Le premier contributeur est « Fidélisation », avec",
        ),
    ],
)
def test_waterfall_says_gain_or_loss(request, theme, money, language, expected):
    """The text alternative gives benefits, costs and NPV, and calls a loss what it is."""
    said = charts.waterfall(
        request.getfixturevalue(money), request.getfixturevalue("catalog"), language, theme
    ).alt

    assert expected in said.replace("\u202f", " ").replace("\u00a0", " ")


@pytest.mark.parametrize("money", ["case", "loss"])
def test_waterfall_colour_is_never_alone(request, catalog, theme, money):
    """A gain and a loss differ in colour, but also in the sign that is written."""
    case = request.getfixturevalue(money)
    figure = charts.draw_waterfall(case, catalog, "en", theme)
    written = [text.get_text() for text in figure.texts if text.get_ha() == "right"][-2]

    assert (case.npv < 0) == written.startswith("−")


@pytest.mark.parametrize("money", ["case", "loss", "nothing", "thirty_years", "billions"])
def test_cash_curve_is_the_engine_s(request, theme, money):
    """Both curves hold the engine's cumulative amounts, year by year from the start."""
    case = request.getfixturevalue(money)
    figure = charts.draw_cash_curve(case, "en", theme)

    assert list(case.cumulative) == list(line(figure, "cumulative").get_ydata())
    assert list(case.cumulative_discounted) == list(line(figure, "discounted").get_ydata())
    assert list(range(case.horizon_years + 1)) == list(line(figure, "cumulative").get_xdata())


def test_cash_curve_marks_the_payback_of_the_engine(case, theme):
    """The payback marks stand on the zero line at the engine's years, and the words say them."""
    figure = charts.draw_cash_curve(case, "en", theme)
    said = [text.get_text().replace("\u00a0", " ") for text in figure.texts]

    assert ([1.92], [0]) == tuple(list(values) for values in line(figure, "payback").get_data())
    assert ([2.15], [0]) == tuple(list(values) for values in line(figure, "discounted payback").get_data())
    assert {"Paid back in 1.9 years", "discounted: 2.2 years"} <= set(said)


def test_cash_curve_without_payback_says_so(loss, theme):
    """A case that never pays back bears no mark, and says so in the picture and in the text."""
    figure = charts.draw_cash_curve(loss, "en", theme)
    chart = charts.cash_curve(loss, "en", theme)

    assert [] == figure.findobj(lambda artist: artist.get_label() == "payback")
    assert "Not paid back within 3 years" in [text.get_text() for text in figure.texts]
    assert "The outlay is not paid back within the period." in chart.alt


def test_a_case_without_outlay_has_nothing_to_pay_back(no_discount, theme):
    """When cash is never negative the picture and the text say so, instead of a payback in no time."""
    figure = charts.draw_cash_curve(no_discount, "en", theme)

    assert "Nothing to pay back" in [text.get_text() for text in figure.texts]
    assert "there is nothing to pay back" in charts.cash_curve(no_discount, "en", theme).alt


def test_payback_after_the_horizon_is_said_but_not_marked(loss, theme):
    """A payback beyond the years drawn is written, and no mark leaves the picture."""
    late = attrs.evolve(loss, payback_years=7.5)
    figure = charts.draw_cash_curve(late, "en", theme)

    assert [] == figure.findobj(lambda artist: artist.get_label() == "payback")
    assert "Paid back in 7.5\u00a0years" in [text.get_text() for text in figure.texts]


@pytest.mark.parametrize("language", LANGUAGES)
def test_cash_table_has_a_row_per_year(case, theme, language):
    """The table twin gives flow and both cumulative amounts for the start and every year, in full."""
    table = charts.cash_curve(case, language, theme).table

    assert case.horizon_years + 1 == len(table.rows)
    assert {4} == {len(row) for row in table.rows} | {len(table.columns)}
    assert -620_000 == numbers(table.rows[0][1])


def test_a_column_has_one_unit():
    """Thousands from ten thousand on, millions from a hundred million on, plain money below."""
    assert ("€k", ("1,240", "−42", "0")) == column([1_240_000, -42_000, 0], "EUR", "en")
    assert ("k€", ("1\u202f240", "−42")) == column([1_240_000, -42_000], "EUR", "fr")
    assert ("€M", ("310.0", "−0.4")) == column([310e6, -0.4e6], "EUR", "en")
    assert ("", ("€950", "−€20")) == column([950, -20], "EUR", "en")
    assert ("", ()) == column([], "EUR", "en")


def test_a_scale_has_the_decimals_it_needs():
    """Ticks show no more decimals than tell them apart, at most two."""
    assert ("€M", ("−1", "0", "1", "2")) == scale_labels([-1e6, 0, 1e6, 2e6], "EUR", "en")
    assert ("€M", ("0.0", "2.5")) == scale_labels([0, 2.5e6], "EUR", "en")
    assert ("€k", ("0", "500", "1,000")) == scale_labels([0, 5e5, 1e6], "EUR", "en")
    assert ("", ("€0", "€5")) == scale_labels([0, 5], "EUR", "en")
    assert ("M$US", "US$k") == (unit_of(1e6, "USD", "fr").replace("\u00a0", ""), unit_of(1e3, "USD", "en"))
