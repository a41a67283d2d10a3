"""Figures as people type them, in French or in English: "1 234,5", "1,234.5", "12 %", "€1.3M", "45 k€".

What was understood is always said back, so that a misreading is seen before it is believed. A rate is typed in per cent, with
or without the sign, because that is how it is shown.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal, InvalidOperation
from typing import Final, Literal

import attrs

from cxmaturity import i18n
from cxmaturity.core.text import Language

Kind = Literal["rate", "money", "count", "number"]

LONGEST: Final = 40
"""Characters of a figure; nobody types more."""

LARGEST: Final = Decimal(10) ** 15

_MINUS: Final = str.maketrans({"−": "-", "–": "-", "‒": "-", "﹣": "-", "－": "-"})
_GROUPS: Final = re.compile(r"(?<=\d)[\s'’`](?=\d{3}(?!\d))")
_CURRENCY: Final = re.compile(
    r"(?:US|CA|AU|A|NZ|HK|JP|CN)?[€$£¥₣](?:\s?(?:GB|US|CA|AU|NZ|HK|JP|CN)\b)?"  # French writes £GB and $ US, English US$
    r"|\b(?:EUR|USD|GBP|CHF|CAD|AUD|JPY|SEK|NOK|DKK|PLN|CZK)\b|(?<=[kKmM])(?:EUR|USD|GBP|CHF)\b"
)
_PER_CENT: Final = re.compile(
    r"\s*(?:%|(?<=[\d\s])(?:pour ?cent|per ?cent|points?|pts?|pp|ppt)\.?(?: de %)?)$", re.IGNORECASE
)
_SCALES: Final = {"k": 3, "m": 6, "md": 9, "mds": 9, "bn": 9, "mrd": 9, "mln": 6, "mio": 6}
_FIGURE: Final = re.compile(r"(-|\+)?\s*(\d[\d.,]*|[.,]\d+)\s*([a-z]{1,3})?")


@attrs.frozen(kw_only=True)
class Understood:
    """A figure read: `value` as the engine counts it (a rate is a fraction), `doubt` when it could mean something else."""

    value: float
    doubt: Literal["", "separator", "percent"] = ""


def read_figure(text: str, kind: Kind, language: Language) -> Understood | None:
    """Return what a typed figure means, or None when it means nothing.

    Parameters
    ----------
    text : str
        What was typed, at most 40 characters.
    kind : {"rate", "money", "count", "number"}
        A rate is in per cent, with or without its sign or "pts"; an amount may bear its currency and k, M, bn or Md.
    language : {"en", "fr"}
        Decides what a single comma followed by three digits is: ``1,234`` is a thousand in English, and 1.234 in French.

    Examples
    --------
    >>> read_figure("1 234,5", "money", "fr"), read_figure("1,234.5", "money", "en")
    (Understood(value=1234.5, doubt=''), Understood(value=1234.5, doubt=''))
    >>> read_figure("12 %", "rate", "fr"), read_figure("twelve", "rate", "en")
    (Understood(value=0.12, doubt=''), None)
    """
    if len(text) > LONGEST:
        return None
    plain = unicodedata.normalize("NFKC", text).translate(_MINUS).strip()
    unsigned = _PER_CENT.sub("", plain) if kind == "rate" else plain.removesuffix("%")
    percent = unsigned != plain
    plain = _CURRENCY.sub("", unsigned) if kind == "money" or percent else plain
    plain = _GROUPS.sub("", " ".join(plain.split()))
    found = _FIGURE.fullmatch(plain.strip().casefold())
    if found is None:
        return None
    sign, figures, scale = found.groups()
    power = 0 if scale is None else _SCALES.get(scale)
    if power is None or (scale is not None and kind == "rate"):
        return None
    read = _decimal(figures, language)
    if read is None:
        return None
    number, doubtful = read
    number = number.scaleb(power - (2 if kind == "rate" or percent else 0))
    if number > LARGEST:
        return None
    value = float(-number if sign == "-" else number)
    below = kind == "rate" and not percent and 0 < number < Decimal("0.01")
    return Understood(
        value=value + 0.0, doubt="percent" if below else "separator" if doubtful and not power else ""
    )


def _decimal(figures: str, language: Language) -> tuple[Decimal, bool] | None:
    """Return the number that digits, points and commas write, and whether another reading was possible."""
    marks = [char for char in figures if char in ".,"]
    kinds = set(marks)
    doubtful = False
    if len(kinds) == 2:  # the last one is the decimal mark, the other groups thousands
        decimal = marks[-1]
        if marks.count(decimal) > 1:
            return None
        group = (kinds - {decimal}).pop()
        whole, _, rest = figures.partition(decimal)
        if not _is_grouped(whole, group):
            return None
        figures = f"{whole.replace(group, '')}.{rest}"
    elif len(marks) > 1:  # one mark several times groups thousands
        if not _is_grouped(figures, marks[0]):
            return None
        figures = figures.replace(marks[0], "")
    elif marks:
        whole, _, rest = figures.partition(marks[0])
        doubtful = len(rest) == 3 and 1 <= len(whole) <= 3 and whole.strip("0") != ""
        figures = (
            whole + rest if doubtful and marks[0] == "," and language == "en" else f"{whole or 0}.{rest}"
        )
    try:
        return Decimal(figures), doubtful
    except InvalidOperation:
        return None


def _is_grouped(figures: str, mark: str) -> bool:
    first, *others = figures.split(mark)
    return (
        1 <= len(first) <= 3 and first.isdigit() and all(len(part) == 3 and part.isdigit() for part in others)
    )


# --- said back -------------------------------------------------------------------------------------------


def digits_of(value: float, least: int = 0, most: int = 6) -> int:
    """Return how many decimals a value needs to be said exactly, at most six.

    Examples
    --------
    >>> digits_of(0.25), digits_of(1200.0), digits_of(0.1 + 0.2)
    (2, 0, 1)
    """
    exponent = Decimal(f"{value:.12g}").normalize().as_tuple().exponent
    return max(least, min(most, -exponent if isinstance(exponent, int) else 0))


def said_back(value: float, kind: Kind, language: Language, currency: str) -> str:
    """Return a figure as a reader of the language writes it, with its sign of unit: ``18.5%``, ``64 000 €``."""
    if kind == "rate":
        return i18n.percent(value, language, digits_of(value * 100))
    digits = digits_of(value)
    if kind == "money":
        return i18n.money(value, currency, language, digits=digits if digits == 0 else max(2, digits))
    return i18n.number(value, language, digits)


def in_a_box(value: float, kind: Kind, language: Language) -> str:
    """Return a figure as it stands in its box: no unit, which is written beside; typing it again gives the same."""
    shown = value * 100 if kind == "rate" else value
    return i18n.number(shown, language, digits_of(shown, most=8))


def stepped(value: float, kind: Kind, *, up: bool) -> float:
    """Return a figure one step higher or lower: about a twentieth of itself, on round numbers, never below zero."""
    shown = Decimal(f"{value * 100 if kind == 'rate' else value:.12g}")
    step = Decimal(1).scaleb((abs(shown) or Decimal(1)).adjusted() - 1)
    if abs(shown) >= 5 * step.scaleb(1):
        step *= 5
    if kind == "count":
        step = max(step, Decimal(1))
    moved = shown + step if up else shown - step
    moved = max(Decimal(0), (moved / step).to_integral_value() * step)
    return float(moved.scaleb(-2) if kind == "rate" else moved)
