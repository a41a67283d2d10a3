"""The argument in the situation at hand (C04): headline, lead, order and closing ask; never a figure of its own.

The same Diagnostic must convince three people: one who cannot make the urgency seen, one who lacks arguments for a
budget, one whose management will not leave marketing as usual. Slides and report ask here, so that both argue alike.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

import attrs

from cxmaturity.business_case.values import CaseResult
from cxmaturity.core.problems import UnknownIdError
from cxmaturity.engagement.values import SITUATIONS, Situation
from cxmaturity.reporting.context import ReportContext
from cxmaturity.reporting.sections import words

__all__ = ["ORDERS", "SITUATIONS", "Argument", "argue", "decision", "outcome"]

ORDERS: Final[Mapping[str, tuple[str, ...]]] = {
    "none": (
        *(
            "case",
            "numbers",
            "profile",
            "waterfall",
            "cash",
            "tornado",
            "distribution",
            "measure",
            "ask",
            "limits",
        ),
    ),
    "urgency": (
        *(
            "case",
            "profile",
            "cash",
            "waterfall",
            "numbers",
            "distribution",
            "tornado",
            "measure",
            "ask",
            "limits",
        ),
    ),
    "budget": (
        *(
            "case",
            "numbers",
            "cash",
            "waterfall",
            "distribution",
            "tornado",
            "measure",
            "ask",
            "profile",
            "limits",
        ),
    ),
    "usual": (
        *(
            "case",
            "profile",
            "waterfall",
            "measure",
            "numbers",
            "cash",
            "distribution",
            "tornado",
            "ask",
            "limits",
        ),
    ),
}
"""The order of the arguments in each situation; every order holds the same ones, and opens with the case."""


@attrs.frozen(kw_only=True)
class Argument:
    """How to argue: plain texts, already in the reader's language.

    Parameters
    ----------
    situation : {"urgency", "budget", "usual"} or None
        What it is for.
    outcome : {"gain", "loss", "even", "no_benefit", "no_case", "nothing"}
        What the figures say; every headline follows it.
    headline, lead, closing : str
        One sentence; one or two more; what is asked at the end.
    order : tuple of str
        Ids of the arguments, in the order to give them.
    first : {"maturity", "money"}
        What the first page shows first.
    figures : tuple of (str, str)
        Names of the figures that the texts print, with the text of each.
    """

    situation: Situation | None
    outcome: str
    headline: str
    lead: str
    closing: str
    order: tuple[str, ...]
    first: Literal["maturity", "money"]
    figures: tuple[tuple[str, str], ...]


def check_situation(situation: str | None) -> Situation | None:
    """Return the situation, or say which exist."""
    if situation is None:
        return None
    for known in SITUATIONS:
        if situation == known:
            return known
    raise UnknownIdError.from_name("situation", str(situation), SITUATIONS)


def argue(context: ReportContext, situation: str | None) -> Argument:
    """Return the argument for a situation, or for none in particular.

    Parameters
    ----------
    context : ReportContext
        The diagnostic and the language.
    situation : {"urgency", "budget", "usual"}, optional
        What stands in the way of the decision.

    Raises
    ------
    UnknownIdError
        ``core.unknown_id`` for a situation that does not exist.
    """
    chosen = check_situation(situation)
    result = outcome(context)
    key = "none" if result == "nothing" else chosen or "none"
    fields = _fields(context)
    used: dict[str, str] = {}

    def say(part: str, kind: str) -> str:
        template = context.t(f"situations.{key}.{part}.{kind}", **{name: f"{{{name}}}" for name in fields})
        for name, (figure, said) in _FIGURES.items():
            if f"{{{name}}}" in template and figure:
                used[figure] = fields.get(said, fields[name])
        return template.format(**fields)

    kind = decision(context)
    return Argument(
        situation=chosen,
        outcome=result,
        headline=say("headline", result),
        lead=say("lead", result),
        closing=say("closing", kind),
        order=ORDERS[chosen or "none"],
        first="money" if chosen == "budget" else "maturity",
        figures=tuple(_resolve(context, used).items()),
    )


# Field of a text -> (name of the figure, field that holds the text of that figure).
_FIGURES: Final = {
    "npv": ("case_npv", "npv"),
    "loss": ("case_npv", "npv"),
    "pv_benefits": ("case_pv_benefits", "pv_benefits"),
    "pv_costs": ("case_pv_costs", "pv_costs"),
    "rate": ("input_finance_discount_rate", "rate"),
    "horizon": ("input_finance_horizon", "horizon"),
    "yearly": ("gross_benefits_last", "yearly"),
}


def _resolve(context: ReportContext, used: dict[str, str]) -> dict[str, str]:
    """Name the last year by its number."""
    case = context.diagnostic.case
    if case is None:
        return {}
    return {
        (f"case_gross_benefits[{case.horizon_years}]" if name == "gross_benefits_last" else name): text
        for name, text in used.items()
    }


def _fields(context: ReportContext) -> dict[str, str]:
    client = context.diagnostic.engagement.client.name
    case = context.diagnostic.case
    blank = dict.fromkeys((*_FIGURES, "benefit", "year"), "")
    if case is None:
        return blank | {"client": client}
    largest = max(case.benefits, key=lambda found: found.pv, default=None)
    return blank | {
        "client": client,
        "npv": words.short(context, case.npv),
        "loss": words.short(context, abs(case.npv)),
        "pv_benefits": words.short(context, case.pv_benefits),
        "pv_costs": words.short(context, case.pv_costs),
        "rate": words.rate(context, case.discount_rate),
        "horizon": words.horizon(context, case.horizon_years),
        "yearly": words.short(context, case.gross_benefits[-1]) if case.gross_benefits else "",
        "year": str(case.horizon_years),
        "benefit": context.benefit_name(largest.id) if largest else "",
    }


def outcome(context: ReportContext) -> str:
    """Return what the figures say; the NPV decides as it is printed.

    One of gain, loss, even, no_benefit, no_case (maturity alone is known) and nothing.
    """
    case, assessment = context.diagnostic.case, context.diagnostic.assessment
    if case is None:
        return "no_case" if assessment is not None and words.answered(assessment) else "nothing"
    if not case.benefits:
        return "no_benefit"
    if words.short(context, case.npv) == words.short(context, 0.0):
        return "even"
    return "gain" if case.npv > 0 else "loss"


def decision(context: ReportContext) -> str:
    """Return the decision that the figures call for: the outcome, or ``gain_weak`` for a gain that proof does not bear.

    A gain is weak when a benefit rests on opinion or examples, or when the mean of the simulated cases is a loss.
    """
    result = outcome(context)
    case = context.diagnostic.case
    if (
        result == "gain"
        and case is not None
        and (words.weakly_evidenced(context) or _losing_on_average(case))
    ):
        return "gain_weak"
    return result


def _losing_on_average(case: CaseResult) -> bool:
    return case.simulation is not None and case.simulation.mean < 0
