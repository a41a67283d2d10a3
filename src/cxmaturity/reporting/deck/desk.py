"""Where slides are written: words in the reader's language, and a register of every figure that is printed.

A figure has the name of the cell of the workbook that holds it, so that a test can compare slides with workbook.
"""

from __future__ import annotations

from typing import Any

from cxmaturity import i18n
from cxmaturity.business_case.values import BusinessCase, CaseResult
from cxmaturity.core.estimate import Estimate
from cxmaturity.core.words import machine_name
from cxmaturity.reporting.blocks import plain
from cxmaturity.reporting.context import ReportContext
from cxmaturity.reporting.deck.values import Numbers
from cxmaturity.reporting.sections import assumptions, words
from cxmaturity.reporting.situations import Argument, decision

_SCALES = (1e9, 1e6, 1e3)
_GROUPS = {"levers": "levers", "costs": "costs", "baseline": "baseline"}


def cell_name(path: str) -> str:
    """Return the name of the workbook's cell for an input of the case.

    Examples
    --------
    >>> cell_name("levers.retention.churn_rate_reduction")
    'levers_retention_churn_rate_reduction'
    """
    return machine_name(path)


class Desk:
    """What a slide needs in order to be written.

    Parameters
    ----------
    context : ReportContext
        Diagnostic, catalogue, language.
    argument : Argument
        How the deck argues.
    """

    def __init__(self, context: ReportContext, argument: Argument) -> None:
        self.context = context
        self.argument = argument
        self.figures: dict[str, str] = {}
        self.record(dict(argument.figures))

    # --- words ---

    def t(self, key: str, **params: Any) -> str:
        """Return a message of the deck."""
        return self.context.t(f"deck.{key}", **params)

    @property
    def client(self) -> str:
        """The client's name, literal."""
        return plain(self.context.diagnostic.engagement.client.name)

    @property
    def case(self) -> CaseResult:
        """The case evaluated; only slides about money ask."""
        case = self.context.diagnostic.case
        if case is None:
            msg = "a slide about money was planned without a case"
            raise AssertionError(msg)
        return case

    @property
    def decision(self) -> str:
        """What the figures call for: the outcome, ``gain_weak`` for a gain that proof does not bear."""
        return decision(self.context)

    @property
    def given(self) -> BusinessCase | None:
        """The case as typed."""
        return self.context.diagnostic.engagement.case

    # --- figures ---

    def record(self, figures: dict[str, str]) -> None:
        """Remember figures that are printed."""
        self.figures |= figures

    def _said(self, name: str, text: str) -> str:
        self.figures[name] = text
        return text

    def money(self, name: str, value: float) -> str:
        """Return an amount as a headline prints it."""
        return self._said(name, words.short(self.context, value))

    def size(self, name: str, value: float) -> str:
        """Return an amount without its sign, for sentences that say the sign in words."""
        self.money(name, value)
        return words.short(self.context, abs(value))

    def scaled(self, name: str, value: float, numbers: Numbers) -> str:
        """Return an amount as a table prints it that says its unit once; it is declared with the unit."""
        self.money(name, value)
        shown = self.context.number(value / numbers.scale, digits=numbers.digits)
        self._said(f"table_{name}", f"{shown} {numbers.unit}")
        return shown

    def percent(self, name: str, value: float) -> str:
        """Return a share without decimals."""
        return self._said(name, self.context.percent(value))

    def rate(self, name: str, value: float) -> str:
        """Return a rate with the decimals that it needs."""
        return self._said(name, words.rate(self.context, value))

    def chance(self, name: str, value: float) -> str:
        """Return a probability that never claims certainty."""
        return self._said(name, words.probability(self.context, value))

    def years(self, name: str, value: float) -> str:
        """Return a duration."""
        return self._said(name, self.context.years(value))

    def level(self, name: str, value: float | None) -> str:
        """Return a maturity level."""
        return self._said(name, self.context.level(value))

    def number(self, name: str, value: float, digits: int = 0) -> str:
        """Return a plain number."""
        return self._said(name, self.context.number(value, digits=digits))

    def horizon(self) -> str:
        """Return the horizon."""
        return self._said("input_finance_horizon", words.horizon(self.context, self.case.horizon_years))

    def discount(self) -> str:
        """Return the discount rate."""
        return self.rate("input_finance_discount_rate", self.case.discount_rate)

    # --- inputs ---

    def input_name(self, path: str) -> str:
        """Return the name of an input, a cost line or a group of inputs, as a chart or a sentence prints it."""
        if path in _GROUPS:
            return self.t(f"group.{path}")
        if path.startswith("costs."):
            return self._cost_name(path)
        if path.endswith(".attribution"):
            benefit = self.context.benefit_name(path.split(".")[1])
            return self.t("attribution", benefit=benefit)
        return words.input_name(self.context, path)

    def _cost_name(self, path: str) -> str:
        """Return the name of one amount of a cost line, for ``costs.0.initial`` or ``costs.0.annual.2``."""
        _, line, kind, *year = path.split(".")
        name = plain(self.given.costs[int(line)].name) if self.given else path
        if kind == "annual" and year:
            return self.t("cost_line.annual", name=name, year=str(int(year[0]) + 1))
        return self.t(f"cost_line.{'initial' if kind == 'initial' else 'other'}", name=name)

    def estimates(self) -> dict[str, Estimate]:
        """Return every input of the case by its path, costs last."""
        if self.given is None:
            return {}
        known = dict([*assumptions.lever_inputs(self.given), *assumptions.baseline_inputs(self.given)])
        for line, cost in enumerate(self.given.costs):
            if cost.initial is not None:
                known[f"costs.{line}.initial"] = cost.initial
            known |= {f"costs.{line}.annual.{year}": given for year, given in enumerate(cost.annual)}
        return known

    def _value(self, path: str, given: Estimate) -> tuple[str, str]:
        """Return an input and its range as printed."""
        if not path.startswith("costs."):
            return words.value(self.context, path, given), words.value_range(self.context, path, given)
        low, high = (words.full(self.context, end or 0.0) for end in (given.low, given.high))
        return words.full(self.context, given.value), words.span(self.context, low, high)

    def input_value(self, path: str, given: Estimate) -> str:
        """Return the value of an input."""
        return self._said(f"input_{cell_name(path)}", self._value(path, given)[0])

    def source_line(self, path: str, given: Estimate) -> str:
        """Return where an input comes from, for the speaker: value, range, source, date, grade."""
        value, end = self._value(path, given)
        kind = "range" if given.low is not None else "point"
        return self.t(
            f"notes.input.{kind}",
            name=self.input_name(path),
            value=value,
            range=end,
            source=words.origin(self.context, given),
            date=self.t("notes.undated") if given.date is None else self.context.date(given.date),
            grade=given.evidence,
        )

    def sources(self, paths: tuple[str, ...] | None = None) -> tuple[str, ...]:
        """Return the source lines of some inputs (all when None), in the order of the paths."""
        known = self.estimates()
        everything = [path for path in known if not path.startswith("costs.")]
        chosen = everything if paths is None else [path for path in dict.fromkeys(paths) if path in known]
        return tuple(self.source_line(path, known[path]) for path in chosen)

    # --- scales ---

    def scale(self, values: list[float]) -> Numbers:
        """Return how the amounts of one chart or table are printed: in the unit of the headlines, with the decimals it needs.

        Three figures at least for the largest, so that sums of what is printed can be followed.
        """
        language, currency = self.context.language, self.case.currency
        largest = max((abs(value) for value in values), default=0.0)
        for scale in _SCALES:
            if largest >= 0.9995 * scale:
                written = i18n.money(scale, currency, language, compact=True)
                unit = "".join(letter for letter in written if letter not in "0123456789.,").strip()
                digits = 2 if largest < 10 * scale and scale > 1e3 else 1 if largest < 100 * scale else 0
                return Numbers(scale=scale, digits=digits, unit=unit)
        unit = i18n.money(0, currency, language).replace("0", "").strip()
        return Numbers(scale=1.0, digits=0, unit=unit)
