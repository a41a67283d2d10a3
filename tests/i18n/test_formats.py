"""Numbers, money and dates against what a careful typist would write."""

from __future__ import annotations

import datetime as dt
import math
from decimal import ROUND_HALF_UP, Decimal

import pytest
from babel.numbers import format_decimal
from hypothesis import given
from hypothesis import strategies as st

from cxmaturity import i18n
from cxmaturity.core.problems import UnknownIdError

NB, NNB, MINUS = "\u00a0", "\u202f", "\u2212"


@pytest.mark.parametrize(
    ("x", "digits", "en", "fr"),
    [
        (1234567, 0, "1,234,567", f"1{NNB}234{NNB}567"),
        (1234.5, 1, "1,234.5", f"1{NNB}234,5"),
        (0.5, 0, "1", "1"),
        (2.5, 0, "3", "3"),
        (-2.5, 0, f"{MINUS}3", f"{MINUS}3"),
        (-0.2, 0, "0", "0"),
        (2, 1, "2.0", "2,0"),
        (0.125, 2, "0.13", "0,13"),
        (1.005, 2, "1.01", "1,01"),
    ],
)
def test_numbers(x, digits, en, fr):
    """Halves go away from zero, zero has no sign, thousands are grouped in the language's way."""
    assert (en, fr) == (i18n.number(x, "en", digits), i18n.number(x, "fr", digits))


@given(
    x=st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**12), max_value=10**12),
    digits=st.integers(0, 4),
    language=st.sampled_from(["en", "fr"]),
)
def test_numbers_are_babels(x, digits, language):
    """Every number has the figures and the separators that Babel, hence CLDR, writes."""
    shown = x.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)
    pattern = "#,##0" + ("." + "0" * digits if digits else "")
    locale = {"en": "en_GB", "fr": "fr_FR"}[language]

    assert i18n.formats._written(abs(shown), language, digits) == format_decimal(
        abs(shown), format=pattern, locale=locale
    )


@pytest.mark.parametrize(("x", "said"), [(3, "+3"), (0, "0"), (-3, f"{MINUS}3")])
def test_signed_numbers(x, said):
    """A signed number bears plus or minus, zero neither."""
    assert said == i18n.number(x, "en", signed=True)


@pytest.mark.parametrize(
    ("rate", "digits", "signed", "en", "fr"),
    [
        (0.4, 0, False, "40%", f"40{NNB}%"),
        (0.125, 1, False, "12.5%", f"12,5{NNB}%"),
        (0.125, 0, False, "13%", f"13{NNB}%"),
        (0.07, 0, True, "+7%", f"+7{NNB}%"),
        (-0.0125, 1, True, f"{MINUS}1.3%", f"{MINUS}1,3{NNB}%"),
        (12.34, 0, False, "1,234%", f"1{NNB}234{NNB}%"),
    ],
)
def test_percentages(rate, digits, signed, en, fr):
    """A fraction is printed as a percentage, with a narrow no-break space in French."""
    said = [i18n.percent(rate, language, digits, signed=signed) for language in ("en", "fr")]

    assert [en, fr] == said


@pytest.mark.parametrize(
    ("rate", "en", "fr"),
    [
        (0.015, f"+1.5{NB}pts", f"+1,5{NB}pt"),
        (0.02, f"+2.0{NB}pts", f"+2,0{NB}pts"),
        (-0.02, f"{MINUS}2.0{NB}pts", f"{MINUS}2,0{NB}pts"),
        (0.0, f"0.0{NB}pts", f"0,0{NB}pt"),
    ],
)
def test_points(rate, en, fr):
    """Points are always signed; French is plural from two on, English unless it is one."""
    assert (en, fr) == (i18n.points(rate, "en"), i18n.points(rate, "fr"))


@pytest.mark.parametrize(
    ("amount", "en", "fr"),
    [
        (0, "€0", f"0{NB}€"),
        (950, "€950", f"950{NB}€"),
        (1500, "€1.5k", f"1,5{NB}k€"),
        (9949, "€9.9k", f"9,9{NB}k€"),
        (9950, "€10k", f"10{NB}k€"),
        (53400, "€53k", f"53{NB}k€"),
        (386796.47, "€387k", f"387{NB}k€"),
        (999499, "€999k", f"999{NB}k€"),
        (999600, "€1.0M", f"1,0{NB}M€"),
        (1310400, "€1.3M", f"1,3{NB}M€"),
        (-1310400, f"{MINUS}€1.3M", f"{MINUS}1,3{NB}M€"),
        (10041989, "€10.0M", f"10,0{NB}M€"),
        (1.31e9, "€1.3bn", f"1,3{NB}Md€"),
    ],
)
def test_compact_money(amount, en, fr):
    """Compact amounts keep two or three figures and change scale without ever printing 1000k."""
    said = [i18n.money(amount, "EUR", language, compact=True) for language in ("en", "fr")]

    assert [en, fr] == said


@pytest.mark.parametrize(
    ("currency", "en", "fr"),
    [
        ("EUR", "€1,310,400", f"1{NNB}310{NNB}400{NB}€"),
        ("GBP", "£1,310,400", f"1{NNB}310{NNB}400{NB}£"),
        ("USD", "US$1,310,400", f"1{NNB}310{NNB}400{NB}$US"),
        ("CHF", f"CHF{NB}1,310,400", f"1{NNB}310{NNB}400{NB}CHF"),
    ],
)
def test_whole_money(currency, en, fr):
    """Each currency stands where its readers look for it."""
    assert [en, fr] == [i18n.money(1310400, currency, language) for language in ("en", "fr")]


def test_money_with_cents_and_letters():
    """Digits are kept when asked for, and a unit never touches the letters of a currency."""
    assert f"6,26{NB}€" == i18n.money(6.26, "EUR", "fr", digits=2)
    assert f"1,3{NB}M{NB}CHF" == i18n.money(1.31e6, "CHF", "fr", compact=True)


@pytest.mark.parametrize(
    ("day", "en", "fr"),
    [
        (dt.date(2026, 11, 1), "1\xa0November 2026", "1er\xa0novembre 2026"),
        (dt.date(2026, 11, 11), "11\xa0November 2026", "11\xa0novembre 2026"),
        (dt.date(2026, 12, 31), "31\xa0December 2026", "31\xa0décembre 2026"),
    ],
)
def test_dates(day, en, fr):
    """The first of the month is ordinal in French, other days are not."""
    assert (en, fr) == (i18n.date(day, "en"), i18n.date(day, "fr"))


def test_months():
    """A month is written with its year, without a capital in French."""
    assert ("October 2026", "octobre 2026") == tuple(
        i18n.month(dt.date(2026, 10, 5), one) for one in ("en", "fr")
    )


@pytest.mark.parametrize(
    ("x", "en", "fr"),
    [
        (2.07, "2.1 years", "2,1 ans"),
        (1, "1.0 years", "1,0 an"),
        (1.5, "1.5 years", "1,5 an"),
        (0.5, "0.5 years", "0,5 an"),
    ],
)
def test_years(x, en, fr):
    """French is singular below two, English is plural with a decimal."""
    assert (en.replace(" ", NB), fr.replace(" ", NB)) == (i18n.years(x, "en"), i18n.years(x, "fr"))


@pytest.mark.parametrize(
    ("items", "en", "fr"), [([], "", ""), (["a"], "a", "a"), (["a", "b", "c"], "a, b and c", "a, b et c")]
)
def test_lists(items, en, fr):
    """Names are joined as in a sentence, without a comma before the last one."""
    assert (en, fr) == (i18n.listing(items, "en"), i18n.listing(items, "fr"))


@pytest.mark.parametrize("x", [None, math.nan, math.inf])
def test_what_does_not_exist_is_said_in_words(x):
    """None, NaN and infinity never look like numbers."""
    said = {
        i18n.number(x, "fr"),
        i18n.percent(x, "fr"),
        i18n.points(x, "fr"),
        i18n.money(x, "EUR", "fr"),
        i18n.years(x, "fr"),
        i18n.level(x, "fr"),
    }

    assert {"non disponible"} == said
    assert "not available" == i18n.absent("en")


@given(st.floats(-1e12, 1e12), st.integers(0, 3), st.sampled_from(["en", "fr"]))
def test_a_number_reads_back(x, digits, language):
    """What is printed, read back by hand, is within half a unit of the last digit of what was given."""
    said = i18n.number(x, language, digits).replace(MINUS, "-").replace(NNB, "")
    read = float(said.replace(",", "." if language == "fr" else ""))

    assert abs(read - x) <= 0.5000001 * 10**-digits + 1e-15 * abs(x)


@given(st.floats(-1e11, 1e11))
def test_compact_money_reads_back(amount):
    """A compact amount is within five percent of the amount and has at most three whole figures."""
    said = i18n.money(amount, "EUR", "en", compact=True).replace(MINUS, "-").replace("€", "")
    scale = {"k": 1e3, "M": 1e6, "n": 1e9}.get(said[-1], 1)
    figures = said.rstrip("kMbn").replace(",", "")

    assert abs(float(figures) * scale - amount) <= max(0.05 * abs(amount), 0.5)
    assert len(figures.lstrip("-").partition(".")[0]) <= 3


def test_unknown_language_is_refused():
    """A language that the package does not speak raises a lookup error."""
    with pytest.raises(UnknownIdError):
        i18n.number(1, "de")
