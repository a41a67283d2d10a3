"""Numbers, money and dates as French and British readers write them, through Babel.

One convention everywhere: the sign is a true minus (U+2212), halves are rounded away from zero as people do
by hand, zero has no sign, French groups thousands with a narrow no-break space (U+202F) and puts one before
``%``, and a no-break space (U+00A0) before a currency or a unit. None and NaN are said in words by
`absent`, never as a number.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from typing import Final

from babel import Locale
from babel.dates import format_date
from babel.lists import format_list
from babel.numbers import get_currency_symbol, get_decimal_symbol, get_group_symbol

from cxmaturity.core.problems import UnknownIdError
from cxmaturity.core.text import LANGUAGES, NARROW_NO_BREAK, NO_BREAK, Language

MINUS: Final = "\u2212"
_LOCALES: Final = {"en": "en_GB", "fr": "fr_FR"}
_ABSENT: Final = {"en": "not available", "fr": "non disponible"}
_YEAR: Final = {"en": ("year", "years"), "fr": ("an", "ans")}
# A scale and its sign in English and in French.
_SCALES: Final = ((Decimal(10) ** 9, "bn", "Md"), (Decimal(10) ** 6, "M", "M"), (Decimal(10) ** 3, "k", "k"))


@cache
def _marks(language: Language) -> dict[int, str]:
    """Return what stands for the comma of thousands and the decimal point, as Babel (CLDR) knows them."""
    locale = _locale(language)
    return str.maketrans({",": get_group_symbol(locale), ".": get_decimal_symbol(locale)})


def _locale(language: Language) -> str:
    if language not in LANGUAGES:
        raise UnknownIdError.from_name("language", language, LANGUAGES)
    return _LOCALES[language]


def _decimal(x: float) -> Decimal:
    # As typed: the binary tail of a float must not decide how a half is rounded.
    return Decimal(repr(float(x)))


def _rounded(x: Decimal, digits: int) -> Decimal:
    return x.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)


def _written(x: Decimal, language: Language, digits: int, *, signed: bool = False) -> str:
    """Write an amount that is already rounded, with its sign in front."""
    figures = f"{abs(x):,.{digits}f}"  # both languages group by three from a thousand
    text = figures.translate(_marks(language))
    if x < 0:
        return MINUS + text
    return "+" + text if signed and x > 0 else text


def _is_absent(x: float | None) -> bool:
    return x is None or not math.isfinite(x)


def absent(language: Language) -> str:
    """Return what is printed where a number does not exist: ``not available``, ``non disponible``."""
    _locale(language)
    return _ABSENT[language]


def number(x: float | None, language: Language, digits: int = 0, *, signed: bool = False) -> str:
    """Write a number with `digits` decimals and grouped thousands.

    Parameters
    ----------
    x : float or None
        The number; None and NaN give `absent`.
    language : {"en", "fr"}
        Whose conventions.
    digits : int, default 0
        Decimals, always shown.
    signed : bool, default False
        Whether a positive number bears its ``+``.

    Examples
    --------
    >>> number(1234567.5, "en"), number(-0.26, "fr", 1)
    ('1,234,568', '−0,3')
    """
    if x is None or _is_absent(x):
        return absent(language)
    return _written(_rounded(_decimal(x), digits), language, digits, signed=signed)


def percent(rate: float | None, language: Language, digits: int = 0, *, signed: bool = False) -> str:
    r"""Write a rate, a fraction such as 0.125, as a percentage: ``13%``, ``13 %``.

    Examples
    --------
    >>> percent(0.125, "en", 1), percent(0.4, "fr") == "40\u202f%"
    ('12.5%', True)
    """
    if rate is None or _is_absent(rate):
        return absent(language)
    written = _written(_rounded(_decimal(rate) * 100, digits), language, digits, signed=signed)
    return f"{written}{NARROW_NO_BREAK}%" if language == "fr" else f"{written}%"


def points(rate: float | None, language: Language, digits: int = 1) -> str:
    r"""Write a difference of rates in percentage points, always signed: ``+1.5 pts``, ``+1,5 pt``.

    French counts 1.5 as singular, English does not; the plural is Babel's.

    Examples
    --------
    >>> points(0.02, "fr") == "+2,0\u00a0pts"
    True
    """
    if rate is None or _is_absent(rate):
        return absent(language)
    shown = _rounded(_decimal(rate) * 100, digits)
    return (
        f"{_written(shown, language, digits, signed=True)}{NO_BREAK}{_counted(shown, language, 'pt', 'pts')}"
    )


def _counted(shown: Decimal, language: Language, one: str, other: str) -> str:
    return one if Locale.parse(_locale(language)).plural_form(abs(shown)) == "one" else other


@cache
def currency_symbol(currency: str, language: Language) -> str:
    """Return what stands beside an amount: ``€``, ``US$`` or ``$US``, ``£`` in both languages.

    The French data of Unicode write ``£GB``, which nobody in France does and which turns thousands into ``k£GB``.
    """
    return "£" if currency == "GBP" else get_currency_symbol(currency, locale=_locale(language))


def money(
    amount: float | None, currency: str, language: Language, *, digits: int = 0, compact: bool = False
) -> str:
    """Write an amount of money: ``€1,310,400`` and ``1 310 400 €``, or compact, ``€1.3M`` and ``1,3 M€``.

    Compact amounts are in thousands, millions or billions with one decimal below ten thousand and from a
    million up, none between; `digits` asks for more decimals.

    Parameters
    ----------
    amount : float or None
        The amount in units of the currency; None and NaN give `absent`.
    currency : str
        ISO 4217 code.

    Examples
    --------
    >>> money(1310400, "EUR", "en", compact=True), money(-386796.5, "EUR", "en")
    ('€1.3M', '−€386,797')
    """
    if amount is None or _is_absent(amount):
        return absent(language)
    symbol = currency_symbol(currency, language)
    exact = _decimal(amount)
    if not compact:
        return _with_symbol(_rounded(exact, digits), symbol, "", language, digits)
    shown, unit, digits = _compact(exact, language, digits)
    return _with_symbol(shown, symbol, unit, language, digits)


def _compact(exact: Decimal, language: Language, digits: int) -> tuple[Decimal, str, int]:
    """Return the scaled and rounded amount, the sign of its scale and its decimals."""
    for scale, english, french in _SCALES:
        if abs(exact) < scale * Decimal("0.9995"):
            continue
        tens_of_thousands = scale == 1000 and abs(exact) >= 9950
        decimals = max(digits, 0 if tens_of_thousands else 1)
        return _rounded(exact / scale, decimals), french if language == "fr" else english, decimals
    return _rounded(exact, digits), "", digits


def _with_symbol(shown: Decimal, symbol: str, unit: str, language: Language, digits: int) -> str:
    sign = MINUS if shown < 0 else ""
    figures = _written(abs(shown), language, digits)
    letters = symbol[0].isalpha()
    if language == "fr":
        gap = NO_BREAK if unit and letters else ""
        return f"{sign}{figures}{NO_BREAK}{unit}{gap}{symbol}"
    return f"{sign}{symbol}{NO_BREAK if symbol[-1].isalpha() else ''}{figures}{unit}"


def years(x: float | None, language: Language) -> str:
    r"""Write a duration in years with one decimal: ``2.1 years``, ``2,1 ans``; French 1,5 is singular.

    Examples
    --------
    >>> years(1.5, "fr") == "1,5\u00a0an"
    True
    """
    if x is None or _is_absent(x):
        return absent(language)
    shown = _rounded(_decimal(x), 1)
    return f"{_written(shown, language, 1)}{NO_BREAK}{_counted(shown, language, *_YEAR[language])}"


def level(x: float | None, language: Language) -> str:
    """Write a maturity level with one decimal: ``2.7``, ``2,7``."""
    return number(x, language, 1)


def date(d: dt.date, language: Language) -> str:
    r"""Write a date in full: ``1 November 2026``, ``1er novembre 2026``; the day never leaves its month.

    Examples
    --------
    >>> date(dt.date(2026, 11, 1), "fr")
    '1er\xa0novembre 2026'
    """
    day, rest = format_date(d, "long", locale=_locale(language)).split(" ", 1)
    return f"{'1er' if language == 'fr' and d.day == 1 else day}\N{NO-BREAK SPACE}{rest}"


def month(d: dt.date, language: Language) -> str:
    """Write a month and its year: ``November 2026``, ``novembre 2026``."""
    return format_date(d, "MMMM y", locale=_locale(language))


def listing(items: Iterable[str], language: Language) -> str:
    """Join names as in a sentence: ``a, b and c``, ``a, b et c``.

    Examples
    --------
    >>> listing(["a", "b", "c"], "fr")
    'a, b et c'
    """
    return format_list(list(items), locale=_locale(language))
