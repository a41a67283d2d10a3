"""Which fields a case has, and how each is typed: the kind of a path, lists such as a ramp, one step up or down."""

from __future__ import annotations

import re
from functools import cache
from typing import Any, Final, Literal

from cxmaturity import i18n
from cxmaturity.app.widgets.builder_draft import catalog
from cxmaturity.app.widgets.builder_messages import BENEFITS
from cxmaturity.app.widgets.builder_numbers import Kind, read_figure, said_back
from cxmaturity.business_case.inputs import (
    BASELINE_INPUTS,
    CHURN,
    MOVES,
    OPTIONAL_BASELINE,
    OPTIONAL_MOVES,
    SURVIVAL,
)
from cxmaturity.core.text import Language

Form = Literal["estimate", "rate", "whole", "text", "flag", "choice", "rates"]
"""How a field is typed: an estimate with its source, or one plain value."""

REVENUE: Final = "baseline.annual_revenue"
CHOICES: Final = {"finance.timing": ("end", "mid", "monthly"), "finance.basis": ("nominal", "real")}
_FINANCE: Final[dict[str, Form]] = {
    "discount_rate": "rate",
    "horizon_years": "whole",
    "optimism_bias": "rate",
    "tax_rate": "rate",
    "timing": "choice",
    "basis": "choice",
}
_LEVER: Final[dict[str, Form]] = {"ramp": "rates", "lag_years": "whole", "owner": "text"}
_COST: Final[dict[str, Form]] = {"name": "text", "internal": "flag"}
_COST_FIGURE: Final = re.compile(r"initial|annual\.\d+")
_SPLIT: Final = re.compile(r"\s*[;/|→]\s*|,\s+|\s+(?=[\d.,])")
MOST_YEARS: Final = 30


@cache
def _specs() -> dict[str, Any]:
    return {spec.path: spec for benefit in catalog().benefits for spec in benefit.inputs}


def spec_of(path: str) -> Any:
    """Return what the catalogue says of an input, or None."""
    return _specs().get(path)


def form_of(path: str) -> Form | None:
    """Return how the field at a path is typed, or None when a case has no such field.

    Examples
    --------
    >>> form_of("finance.discount_rate"), form_of("levers.retention.ramp"), form_of("baseline.consumers.nothing")
    ('rate', 'rates', None)
    """
    section, _, rest = path.partition(".")
    name = rest.rpartition(".")[2]
    if section == "finance":
        return _FINANCE.get(rest)
    if section == "costs":
        part = rest.partition(".")[2]
        return _COST.get(part) or ("estimate" if _COST_FIGURE.fullmatch(part) else None)
    if section == "levers" and name in _LEVER:
        return _LEVER[name] if rest.partition(".")[0] in BENEFITS else None
    if path == SURVIVAL:
        return "rates"
    return "estimate" if path == REVENUE or path in _specs() else None


def kind_of(path: str) -> Kind:
    """Return what kind of figure stands at a path: an amount of money, a rate in per cent, a count or a number."""
    spec = spec_of(path)
    if spec is not None:
        kind: Kind = spec.kind
        return kind
    if path == REVENUE or path.startswith("costs."):
        return "money"
    return "rate" if form_of(path) == "rate" else "count"


def baseline_of(benefits: tuple[str, ...], *, by_survival: bool) -> tuple[tuple[str, bool], ...]:
    """Return the baseline inputs that some benefits need, each once, with whether it is optional."""
    needed = dict.fromkeys(path for benefit in benefits for path in BASELINE_INPUTS[benefit])
    optional = dict.fromkeys(path for benefit in benefits for path in OPTIONAL_BASELINE.get(benefit, ()))
    both = {path: path == CHURN and by_survival for path in needed}
    return (*both.items(), *((path, True) for path in optional if path not in both))


def moves_of(benefit: str) -> tuple[tuple[str, bool], ...]:
    """Return the lever inputs of a benefit, with whether each is optional."""
    return (
        *((f"levers.{benefit}.{name}", False) for name in MOVES[benefit]),
        *((f"levers.{benefit}.{name}", True) for name in OPTIONAL_MOVES.get(benefit, ())),
        (f"levers.{benefit}.attribution", False),
    )


def read_rates(text: str, language: Language) -> tuple[float, ...] | None:
    """Return a list of shares, "25 %; 75 %; 100 %" or "0.25, 0.75, 1", or None when one of them is not a share.

    Examples
    --------
    >>> read_rates("25 %; 75 %; 100 %", "fr"), read_rates("0.4 0.8 1", "en"), read_rates("x", "en")
    ((0.25, 0.75, 1.0), (0.4, 0.8, 1.0), None)
    """
    parts = [part for part in _SPLIT.split(re.sub(r"\s+%", "%", text.strip().strip("[]"))) if part]
    read = [read_figure(part, "rate", language) for part in parts]
    if not read or len(read) > MOST_YEARS or None in read:
        return None
    values = [found.value for found in read if found is not None]
    if "%" not in text and max(values) <= 0.01:
        values = [round(value * 100, 12) for value in values]
    return tuple(values) if all(0 <= value <= 1 for value in values) else None


def said_rates(values: tuple[float, ...], language: Language) -> str:
    """Return a list of shares as it is typed."""
    return " ; ".join(said_back(value, "rate", language, "EUR") for value in values)


def read_whole(text: str, language: Language, *, most: int = 1000) -> int | None:
    """Return a whole number from 0 to `most`, or None."""
    found = read_figure(text, "count", language)
    return (
        int(found.value) if found and found.value == int(found.value) and 0 <= found.value <= most else None
    )


def said_whole(value: float, language: Language) -> str:
    """Return a whole number as it is typed."""
    return i18n.number(value, language)
