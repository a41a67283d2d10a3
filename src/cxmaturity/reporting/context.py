"""What a section may ask while it writes: the diagnostic, the catalogue, formatted values in its language."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import attrs

from cxmaturity import i18n
from cxmaturity.catalog import Catalog
from cxmaturity.core.text import Language
from cxmaturity.engagement.values import Diagnostic

if TYPE_CHECKING:  # a section that draws nothing must not wait for matplotlib
    from cxmaturity.charts.theme import ChartTheme


@attrs.frozen(kw_only=True)
class ReportContext:
    """Everything that a section needs; every method returns text in the report's language.

    A value that is None gives the words for "not available", never a zero and never an empty cell.

    Parameters
    ----------
    diagnostic : Diagnostic
        What is reported; what was typed in both languages is held in the report's.
    catalog : Catalog
        The questions, benefits and their wording.
    language : {"en", "fr"}
        Of the report; it may differ from the engagement's own.
    theme : ChartTheme
        Colours and font, shared by charts, page and PDF.
    """

    diagnostic: Diagnostic
    catalog: Catalog
    language: Language
    theme: ChartTheme

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "diagnostic", self.diagnostic.in_language(self.language))

    def t(self, key: str, **params: Any) -> str:
        """Return the message `key` (``"report.summary.title"``) with its fields filled."""
        return i18n.message(key, self.language, **params)

    def number(self, x: float | None, *, digits: int = 0) -> str:
        """Return a plain number."""
        return self._absent() if x is None else i18n.number(x, self.language, digits=digits)

    def money(self, x: float | None, *, compact: bool = True, digits: int | None = None) -> str:
        """Return an amount in the engagement's currency, compact ("EUR 1.3 M") unless told otherwise."""
        if x is None:
            return self._absent()
        return i18n.money(
            x,
            self.diagnostic.engagement.currency,
            self.language,
            digits=(1 if compact else 0) if digits is None else digits,
            compact=compact,
        )

    def percent(self, rate: float | None, *, digits: int = 0, signed: bool = False) -> str:
        """Return a rate in [0, 1] as a percentage."""
        if rate is None:
            return self._absent()
        return i18n.percent(rate, self.language, digits=digits, signed=signed)

    def points(self, rate: float | None, *, digits: int = 1) -> str:
        """Return a difference of rates in percentage points, signed."""
        return self._absent() if rate is None else i18n.points(rate, self.language, digits=digits)

    def level(self, x: float | None) -> str:
        """Return a maturity level, 1 to 5, with one decimal."""
        return self._absent() if x is None else i18n.level(x, self.language)

    def years(self, x: float | None) -> str:
        """Return a duration in years."""
        return self._absent() if x is None else i18n.years(x, self.language)

    def date(self, d: dt.date | None) -> str:
        """Return a date in full."""
        return self._absent() if d is None else i18n.date(d, self.language)

    def name(self, question: str) -> str:
        """Return the short name of a question (dimension)."""
        return self.catalog.question(question).name.in_(self.language)

    def benefit_name(self, benefit: str) -> str:
        """Return the short name of a benefit."""
        return self.catalog.benefit(benefit).name.in_(self.language)

    def function_name(self, function: str) -> str:
        """Return the name of a function (department)."""
        return self.catalog.function(function).name.in_(self.language)

    def _absent(self) -> str:
        return i18n.absent(self.language)
