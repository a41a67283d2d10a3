"""Figures as people type them: what is understood is what was meant, in both languages."""

from __future__ import annotations

from decimal import Decimal

import pytest
from babel.numbers import format_currency, format_decimal, format_percent
from hypothesis import given
from hypothesis import strategies as st

from cxmaturity import i18n
from cxmaturity.app.widgets.builder_fields import read_rates, read_whole, said_rates
from cxmaturity.app.widgets.builder_numbers import in_a_box, read_figure, said_back, stepped

LOCALES = {"en": ("en_GB", "en_US"), "fr": ("fr_FR", "fr_CA", "fr_CH")}
LANGUAGES = st.sampled_from(["en", "fr"])
AMOUNTS = st.integers(-(10**12), 10**12).map(lambda cents: Decimal(cents) / 100)


@pytest.mark.parametrize(
    ("text", "kind", "language", "value"),
    [
        ("1 234,5", "money", "fr", 1234.5),
        ("1 234,5", "money", "en", 1234.5),
        ("1,234.5", "money", "en", 1234.5),
        ("1,234.5", "money", "fr", 1234.5),
        ("1.234,56", "money", "en", 1234.56),
        ("1\u202f234,5", "money", "fr", 1234.5),
        ("1'234.50", "money", "fr", 1234.5),
        ("1,234", "count", "en", 1234),
        ("1,234", "number", "fr", 1.234),
        ("1,234,567", "count", "fr", 1234567),
        ("12 %", "rate", "fr", 0.12),
        ("12%", "rate", "en", 0.12),
        ("12", "rate", "en", 0.12),
        ("1,6 pts", "rate", "fr", 0.016),
        ("1.6pts", "rate", "en", 0.016),
        ("0,5 point de %", "rate", "fr", 0.005),
        ("12 pour cent", "rate", "fr", 0.12),
        ("0,5 %", "rate", "fr", 0.005),
        ("0.5", "rate", "en", 0.005),
        ("€1.3M", "money", "en", 1_300_000),
        ("1,3 M€", "money", "fr", 1_300_000),
        ("45 k€", "money", "fr", 45_000),
        ("45k", "money", "en", 45_000),
        ("2 Md€", "money", "fr", 2e9),
        ("£2bn", "money", "en", 2e9),
        ("CHF 1'200", "money", "fr", 1200),
        ("1 200 EUR", "money", "en", 1200),
        ("\u22123", "money", "en", -3),
        (".5", "number", "en", 0.5),
        (",5", "number", "fr", 0.5),
        ("12\uff05", "rate", "en", 0.12),
        ("０１２", "count", "en", 12),
    ],
)
def test_what_people_type_is_understood(text, kind, language, value):
    """Spaces of every kind, points, commas, apostrophes, signs and scales mean what their reader expects."""
    assert read_figure(text, kind, language).value == pytest.approx(value, rel=1e-15)


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "-", "%", "abc", "1 23", "12 34,5", "1,2,3", "1.2.3", "1,23.45,6", "1e5", "nan", "inf", "0x10", "1_000", "1/2",
        "12 apples", "1" * 41, "9" * 30, "€", "k", "--1", "1-2", "½", "²", "1;2", "=1+1", "<b>1</b>", "1\n2",
    ],
)  # fmt: skip
@pytest.mark.parametrize("kind", ["rate", "money", "count", "number"])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_what_is_not_a_figure_is_refused(text, kind, language):
    """Nothing is guessed out of what is not a figure; it never raises."""
    found = read_figure(text, kind, language)
    assert found is None or (text in ("k", "½", "²") and found.value >= 0)


@given(amount=AMOUNTS, language=LANGUAGES, data=st.data())
def test_any_number_that_babel_writes_comes_back(amount, language, data):
    """A number written by Babel for any locale of the language is read back exactly."""
    locale = data.draw(st.sampled_from(LOCALES[language]))
    written = format_decimal(amount, format="#,##0.00", locale=locale)

    assert read_figure(written, "number", language).value == float(amount)


@given(
    amount=st.integers(0, 10**12).map(lambda cents: Decimal(cents) / 100), language=LANGUAGES, data=st.data()
)
def test_any_amount_that_babel_writes_comes_back(amount, language, data):
    """An amount with its currency, where each country puts it, is read back exactly."""
    locale = data.draw(st.sampled_from(LOCALES[language]))
    currency = data.draw(st.sampled_from(["EUR", "GBP", "CHF", "JPY", "USD", "CAD", "SEK"]))
    written = format_currency(amount, currency, locale=locale, currency_digits=False, format="#,##0.00 ¤")

    assert read_figure(written, "money", language).value == float(amount)


@given(points=st.integers(0, 10**6), language=LANGUAGES, data=st.data())
def test_any_percentage_that_babel_writes_comes_back(points, language, data):
    """A percentage with four decimals is read back as the fraction that it is."""
    rate = Decimal(points) / 10**6
    locale = data.draw(st.sampled_from(LOCALES[language]))
    written = format_percent(rate, format="#,##0.0000%", locale=locale)

    assert read_figure(written, "rate", language).value == float(rate)


@given(thousands=st.integers(-(10**12), 10**12), language=LANGUAGES, digits=st.integers(0, 4))
def test_our_own_way_of_writing_comes_back(thousands, language, digits):
    """What `i18n` prints can be typed back, whatever the decimals."""
    value = thousands / 10**4
    shown = i18n.number(value, language, digits)

    assert read_figure(shown, "number", language).value == pytest.approx(
        float(i18n.number(value, "en", digits).replace(",", "").replace("\u2212", "-")), abs=1e-12
    )


@given(
    value=st.integers(0, 10**9).map(lambda units: units / 10**5),
    kind=st.sampled_from(["rate", "money", "count", "number"]),
    language=LANGUAGES,
)
def test_a_box_says_what_it_holds(value, kind, language):
    """The text of a box, typed again in the same language, is the same figure: showing it loses nothing."""
    assert read_figure(in_a_box(value, kind, language), kind, language).value == pytest.approx(
        value, rel=1e-12
    )


@given(
    text=st.text(max_size=45), kind=st.sampled_from(["rate", "money", "count", "number"]), language=LANGUAGES
)
def test_no_text_at_all_raises(text, kind, language):
    """Any text gives a finite figure or nothing."""
    found = read_figure(text, kind, language)

    assert found is None or abs(found.value) <= 1e15


def test_a_doubt_is_said():
    """A figure that has two readings is marked, and one that has one is not."""
    doubts = [
        read_figure(text, kind, language).doubt
        for text, kind, language in (
            ("0.18", "rate", "en"), ("0,18 %", "rate", "fr"), ("1,234", "number", "fr"), ("12.500", "money", "fr"),
            ("1 234", "money", "fr"),
        )
    ]  # fmt: skip

    assert doubts == ["percent", "", "separator", "separator", ""]


def test_what_is_said_back_is_worded_for_the_reader():
    """The echo bears the unit and the marks of the language."""
    assert said_back(0.185, "rate", "fr", "EUR") == "18,5\u202f%"
    assert said_back(64000, "money", "fr", "EUR") == "64\u202f000\u00a0€"
    assert said_back(1234.5, "money", "en", "GBP") == "£1,234.50"


@pytest.mark.parametrize(
    ("value", "kind", "up", "expected"),
    [
        (0.016, "rate", True, 0.017),
        (0.6, "rate", False, 0.55),
        (64000, "money", True, 70000),
        (0.0, "rate", True, 0.001),
        (0.0, "money", False, 0.0),
        (3, "count", True, 4),
        (1, "count", False, 0),
    ],
)
def test_a_step_lands_on_a_round_figure(value, kind, up, expected):
    """An arrow key moves a figure by about a twentieth to a round one, never below zero."""
    assert stepped(value, kind, up=up) == pytest.approx(expected)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_ramp_is_typed_as_it_is_shown(language):
    """A list of shares shown and typed again is the same list; fractions are understood too."""
    ramp = (0.25, 0.755, 1.0)

    assert read_rates(said_rates(ramp, language), language) == ramp
    assert read_rates("0.25; 0.755; 1", language) == ramp
    assert read_rates("25 50 100", language) == (0.25, 0.5, 1.0)
    assert [read_rates(text, language) for text in ("", "25; x", "120 %", "-5 %", "1;" * 40)] == [None] * 5


def test_a_whole_number_has_no_decimals():
    """A horizon is whole."""
    assert [read_whole(text, "fr") for text in ("3", "3,5", "-1", "", "3 ans")] == [3, None, None, None, None]
