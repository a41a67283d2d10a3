"""Small wordings that every section shares: probabilities, quantities, names, next steps.

Sections pick and word; they compute nothing. What turns a number into text goes through here or through the
context, so that a figure reads the same on every page.
"""

from __future__ import annotations

from collections.abc import Iterable

from cxmaturity import i18n
from cxmaturity.assessment.values import AssessmentResult, DimensionResult, Wave
from cxmaturity.catalog import InputSpec
from cxmaturity.core.estimate import Estimate
from cxmaturity.reporting.blocks import plain
from cxmaturity.reporting.context import ReportContext

_CHANCES = ((0.9, "very_likely"), (2 / 3, "likely"), (0.5, "more_likely"))
_MOVES = ("_gain", "_reduction")


def full(context: ReportContext, value: float) -> str:
    """Return money in full, without cents."""
    return context.money(value, compact=False)


def short(context: ReportContext, value: float) -> str:
    """Return money as a headline prints it: "€1.3M", "€387k"."""
    return context.money(value, digits=0)


def rate(context: ReportContext, value: float) -> str:
    """Return a rate as a percentage with the decimals it needs: "9%", "8.5%"."""
    return context.percent(value, digits=_decimals(100 * value))


def probability(context: ReportContext, value: float) -> str:
    """Return a probability that never claims certainty: "72%", "more than 99%", "less than 1%"."""
    if value > 0.99:
        return context.t("report.words.over", value=context.percent(0.99))
    if value < 0.01:
        return context.t("report.words.under", value=context.percent(0.01))
    return context.percent(value)


def chance(context: ReportContext, value: float) -> str:
    """Return a probability in words with its figure: "likely (72%)"."""
    word = next((word for floor, word in _CHANCES if value >= floor), "uncertain")
    return context.t(f"report.chance.{word}", probability=probability(context, value))


def span(context: ReportContext, low: str, high: str) -> str:
    """Return "2.5 to 3.3"."""
    return context.t("report.words.from_to", low=low, high=high)


def levels(context: ReportContext, bounds: tuple[float, float]) -> str:
    """Return an interval of levels: "2.5 to 3.3"."""
    return span(context, context.level(bounds[0]), context.level(bounds[1]))


def level_or_dash(context: ReportContext, value: float | None) -> str:
    """Return a level, or a dash when there is none."""
    return context.t("report.words.dash") if value is None else context.level(value)


def signed(context: ReportContext, change: float) -> str:
    """Return a change of level with its sign and two decimals: "+0.23", "−0.20", "0.00"."""
    return i18n.number(change, context.language, 2, signed=True)


def horizon(context: ReportContext, years: int) -> str:
    """Return a whole number of years: "3 years", "1 year"."""
    return context.t("report.words.years", n=years)


def strong_names(context: ReportContext, questions: Iterable[str]) -> str:
    """Return the bold names of questions, as a list in a sentence."""
    return i18n.listing([f"**{context.name(question)}**" for question in questions], context.language)


def text_in(context: ReportContext, key: str, present: bool, **params: object) -> str:
    """Return the message `key` when `present`, else nothing: for sentences that a situation adds."""
    return context.t(key, **params) if present else ""


def join(*sentences: str) -> str:
    """Return the sentences that are not empty, one after the other."""
    return " ".join(sentence for sentence in sentences if sentence)


# --- the diagnostic, seen from a section ----------------------------------------------------------


def last_wave(context: ReportContext) -> Wave | None:
    """Return the wave that the report is about."""
    waves = context.diagnostic.engagement.waves
    return waves[-1] if waves else None


def single_view(assessment: AssessmentResult) -> bool:
    """Return whether nobody could agree or disagree: one respondent, or none."""
    return assessment.respondents < 2


def answered(assessment: AssessmentResult) -> list[DimensionResult]:
    """Return the questions that have a level."""
    return [dimension for dimension in assessment.dimensions if dimension.declared is not None]


def verdict(dimension: DimensionResult) -> str:
    """Return how the answers to a question sit, or ``withheld`` when too few may be shown."""
    return "withheld" if dimension.withheld else dimension.verdict


def no_evidence(assessment: AssessmentResult) -> bool:
    """Return whether no proof better than an opinion was supplied for any question."""
    return all(dimension.evidence_grade in (None, "E0") for dimension in assessment.dimensions)


def weakly_evidenced(context: ReportContext) -> bool:
    """Return whether a benefit of the case rests on opinion or on examples only."""
    case = context.diagnostic.case
    return case is not None and any(benefit.evidence in ("E0", "E1") for benefit in case.benefits)


# --- the catalogue's next step --------------------------------------------------------------------


def next_level(level: float | None) -> int:
    """Return the level to reach next, 2 to 5, from the one reached (None: nothing reached)."""
    return 2 if level is None else min(5, max(2, int(level) + 1))


def advice(context: ReportContext, question: str, level: float | None) -> str:
    """Return the catalogue's next step for a question, from the level reached."""
    texts = context.catalog.question(question).advice
    return plain(texts[min(next_level(level) - 2, len(texts) - 1)].in_(context.language))


def proof(context: ReportContext, question: str, level: float | None) -> str:
    """Return the proof that would establish the next level of a question."""
    wanted = next_level(level)
    steps = context.catalog.question(question).levels
    found = next((step.proof for step in steps if step.number == wanted), None)
    return plain(found.in_(context.language)) if found else context.t("report.words.dash")


# --- the inputs of the case -----------------------------------------------------------------------


def input_spec(context: ReportContext, path: str) -> InputSpec | None:
    """Return what the catalogue says of an input of the case, None when it says nothing."""
    specs = (spec for benefit in context.catalog.benefits for spec in benefit.inputs)
    return next((spec for spec in specs if spec.path == path), None)


def input_name(context: ReportContext, path: str) -> str:
    """Return the name of an input of the case."""
    spec = input_spec(context, path)
    if spec is not None:
        return plain(spec.name.in_(context.language))
    field = path.rpartition(".")[2]
    return context.t(f"report.input.{field}") if field in ("annual_revenue", "attribution") else plain(path)


def input_owner(context: ReportContext, path: str) -> str:
    """Return who at the client normally knows an input."""
    spec = input_spec(context, path)
    return context.t("report.input.nobody") if spec is None else plain(spec.who_knows.in_(context.language))


def quantity(context: ReportContext, path: str, value: float, *, beside: Iterable[float] = ()) -> str:
    """Return an input of the case printed as its kind asks.

    A gain or a reduction of a rate is printed in points, with its sign. `beside` are the numbers printed
    next to it, so that all of them have the same decimals.
    """
    spec = input_spec(context, path)
    kind = spec.kind if spec else "money" if path == "baseline.annual_revenue" else "rate"
    numbers = (value, *beside)
    if kind == "money":
        digits = 0 if all(float(number).is_integer() for number in numbers) else 2
        return context.money(value, compact=False, digits=digits)
    if kind != "rate":
        return context.number(value, digits=max(_decimals(number) for number in numbers))
    digits = max(_decimals(100 * number) for number in numbers)
    if path.startswith("levers.") and path.endswith(_MOVES):
        sign = -1 if path.endswith("_reduction") else 1
        return context.points(sign * value, digits=max(1, digits))
    return context.percent(value, digits=digits)


def _decimals(value: float) -> int:
    """Return the decimals, 0 to 3, that print `value` within 0.5 % of itself."""
    return next((digits for digits in range(3) if abs(round(value, digits) - value) <= 0.005 * abs(value)), 3)


def value(context: ReportContext, path: str, given: Estimate) -> str:
    """Return the value of an estimate, with as many decimals as its range."""
    return quantity(context, path, given.value, beside=given.numbers)


def value_range(context: ReportContext, path: str, given: Estimate) -> str:
    """Return the range of an estimate, or a dash."""
    if given.low is None or given.high is None:
        return context.t("report.words.dash")
    low, high = (quantity(context, path, end, beside=given.numbers) for end in (given.low, given.high))
    return span(context, low, high)


def origin(context: ReportContext, given: Estimate) -> str:
    """Return the source of an estimate, with its number of observations when it has one."""
    if given.n is None:
        return plain(given.source) or context.t("report.words.dash")
    return context.t("report.words.source_n", source=plain(given.source), count=context.number(given.n))


def inside(text: str) -> str:
    """Return a name as it stands inside a sentence: no capital, unless it is an abbreviation."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def sentence(text: str) -> str:
    """Return `text` with an initial capital."""
    return text[:1].upper() + text[1:]


def grade_legend(context: ReportContext) -> str:
    """Return the five evidence grades in one line: "E0 Opinion, E1 Example..."."""
    return ", ".join(
        context.t("report.words.grade", grade=grade.id, name=plain(grade.name.in_(context.language)))
        for grade in context.catalog.evidence_grades
    )
