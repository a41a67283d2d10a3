"""Amounts of money as one column or one scale: one unit for all, said once, so that they compare."""

from __future__ import annotations

from collections.abc import Sequence

from cxmaturity import i18n
from cxmaturity.core.text import Language


def unit_of(scale: float, currency: str, language: Language) -> str:
    """Return how thousands or millions of a currency are written after a number: ``k€``, ``€M``."""
    written = i18n.money(scale, currency, language, compact=True)
    return "".join(letter for letter in written if letter not in "0123456789.,").strip()


def column(amounts: Sequence[float], currency: str, language: Language) -> tuple[str, tuple[str, ...]]:
    """Return the unit and the amounts of a column: thousands or more when large, plain money when small.

    The unit is empty when every amount bears its own currency.
    """
    largest = max((abs(amount) for amount in amounts), default=0.0)
    for scale, least, digits in ((1e9, 1e11, 1), (1e6, 1e8, 1), (1e3, 1e4, 0)):
        if largest >= least:
            said = tuple(i18n.number(amount / scale, language, digits) for amount in amounts)
            return unit_of(scale, currency, language), said
    return "", tuple(i18n.money(amount, currency, language) for amount in amounts)


def scale_labels(ticks: Sequence[float], currency: str, language: Language) -> tuple[str, tuple[str, ...]]:
    """Return the unit and the labels of a scale, with the decimals that its ticks need, at most two."""
    largest = max((abs(tick) for tick in ticks), default=0.0)
    for scale in (1e9, 1e6, 1e3):
        if largest >= 2 * scale:
            scaled = [tick / scale for tick in ticks]
            digits = next((d for d in (0, 1) if all(abs(x - round(x, d)) < 1e-9 for x in scaled)), 2)
            return unit_of(scale, currency, language), tuple(i18n.number(x, language, digits) for x in scaled)
    return "", tuple(i18n.money(tick, currency, language) for tick in ticks)
