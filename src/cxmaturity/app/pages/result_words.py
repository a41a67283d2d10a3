"""Small wordings that the pages after the answers share, so that a level reads the same on each and in the PDF."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import attrs

from cxmaturity import i18n
from cxmaturity.assessment.values import StageResult
from cxmaturity.catalog import Catalog
from cxmaturity.core.text import Language
from cxmaturity.reporting.inline import clean

_CHANCES: Final = ((0.9, "very_likely"), (2 / 3, "likely"), (0.5, "more_likely"))


@attrs.frozen(kw_only=True)
class Words:
    """One language and the catalogue whose names it says."""

    language: Language
    catalog: Catalog

    def t(self, key: str, **params: Any) -> str:
        """Return the message ``result.<key>``."""
        return i18n.message(f"result.{key}", self.language, **params)

    def report(self, key: str, **params: Any) -> str:
        """Return a wording that the report uses too, so that both say it alike."""
        return i18n.message(f"report.{key}", self.language, **params)

    def name(self, question: str) -> str:
        """Return the name of a question (dimension)."""
        return self.catalog.question(question).name.in_(self.language)

    def function(self, function: str) -> str:
        """Return the name of a function (department)."""
        return self.catalog.function(function).name.in_(self.language)

    def level_name(self, level: int) -> str:
        """Return the name of a level: "Structured"."""
        return self.catalog.level_name(level).name.in_(self.language)

    def level(self, level: int) -> str:
        """Return a level by its name, then its number: "Structured (level 3 of 5)"."""
        return self.t("level.said", name=self.level_name(level), level=self.number(level))

    def level_short(self, level: int) -> str:
        """Return a level for a table: "Structured (3 of 5)"."""
        return self.t("level.short", name=self.level_name(level), level=self.number(level))

    def near(self, mean: float) -> str:
        """Return a mean level with the name of the level it is near: "2.8, near Structured".

        The name goes with the number as it is printed, so that two means that read alike are named alike.
        """
        said = i18n.level(mean, self.language)
        below, tenth = divmod(int(i18n.level(mean, "en").replace(".", "")), 10)
        if tenth == 5:
            low, high = self.level_name(below), self.level_name(below + 1)
            return self.t("level.between", level=said, low=low, high=high)
        return self.t("level.near", level=said, name=self.level_name(below + (tenth > 5)))

    def number(self, x: float, digits: int = 0) -> str:
        """Return a number."""
        return i18n.number(x, self.language, digits)

    def decimal(self, x: float) -> str:
        """Return a level or an index with one decimal."""
        return i18n.level(x, self.language)

    def listing(self, items: Iterable[str]) -> str:
        """Join names as a sentence does."""
        return i18n.listing(items, self.language)

    def names(self, questions: Iterable[str]) -> str:
        """Join the names of questions as a sentence does."""
        return self.listing(self.name(question) for question in questions)

    def probability(self, p: float) -> str:
        """Return a probability that never claims certainty: "72%", "more than 99%"."""
        if p > 0.99:
            return self.report("words.over", value=i18n.percent(0.99, self.language))
        if p < 0.01:
            return self.report("words.under", value=i18n.percent(0.01, self.language))
        return i18n.percent(p, self.language)

    def chance(self, p: float) -> str:
        """Return a probability in words with its figure: "likely (72%)"."""
        return self.report(f"chance.{chance_word(p)}", probability=self.probability(p))

    def p_value(self, p: float) -> str:
        """Return a p-value with three decimals, "< 0.001" below."""
        return f"< {self.number(0.001, 3)}" if p < 0.001 else self.number(p, 3)


def chance_word(p: float) -> str:
    """Return the word of a probability: ``very_likely``, ``likely``, ``more_likely`` or ``uncertain``."""
    return next((word for floor, word in _CHANCES if p >= floor), "uncertain")


def rival(stage: StageResult) -> tuple[int, float]:
    """Return the most probable stage that is not the one named, and its probability."""
    others = [(p, number) for number, p in enumerate(stage.probabilities, 1) if number != stage.level]
    p, number = max(others, key=lambda pair: (pair[0], -pair[1]))
    return number, p


def typed(text: str) -> str:
    """Return what somebody typed as one line without control characters; escaping belongs to the renderer."""
    return clean(text).strip()
