"""What to measure before deciding: one choice, made here once, that the summary, the risk section and the next steps repeat.

Nothing is computed: the values of information and the surveys are in the case, this module picks among them.
"""

from __future__ import annotations

import math
from typing import Literal

import attrs

from cxmaturity.business_case.values import CaseResult, InformationValue, Measurement
from cxmaturity.reporting.blocks import plain
from cxmaturity.reporting.context import ReportContext
from cxmaturity.reporting.sections import words

MATERIAL = 0.01
"""Under this share of the costs, knowing a figure for certain is worth less than most ways of finding it out."""

Kind = Literal["survey", "first", "too_dear", "little", "nothing"]


@attrs.frozen(kw_only=True)
class Choice:
    """The one measurement to name.

    `kind` is ``survey`` (a sample of `survey` pays for itself), ``first`` (worth it at the right price, which is not known),
    ``too_dear`` (worth it, but no sample pays), ``little`` (the best one is worth too little) or ``nothing``.
    """

    kind: Kind
    found: InformationValue | None = None
    survey: Measurement | None = None


def inputs_worth_knowing(case: CaseResult) -> tuple[InformationValue, ...]:
    """Return the single inputs whose knowledge is worth something, the most valuable first."""
    return tuple(found for found in case.information if len(found.inputs) == 1 and found.evppi >= 1)


def best(survey: Measurement) -> tuple[int, float, float] | None:
    """Return the best sample of a survey: its size, what it is worth, what it costs; None when none pays."""
    if survey.best_n is None:
        return None
    place = survey.sizes.index(survey.best_n)
    return survey.best_n, survey.evsi[place], survey.costs[place]


def gain(survey: Measurement) -> float:
    """Return what the best sample is worth beyond its cost, zero when none pays."""
    found = best(survey)
    return 0.0 if found is None else found[1] - found[2]


def choose(case: CaseResult) -> Choice:
    """Return the measurement to name: the survey that gains most, else the most valuable input when it is material."""
    known = inputs_worth_knowing(case)
    surveys = {survey.input: survey for survey in case.measurements}
    paying = [found for found in known if found.inputs[0] in surveys and gain(surveys[found.inputs[0]]) > 0]
    if paying:
        chosen = max(paying, key=lambda found: gain(surveys[found.inputs[0]]))
        return Choice(kind="survey", found=chosen, survey=surveys[chosen.inputs[0]])
    if not known:
        return Choice(kind="nothing")
    first = known[0]
    if first.evppi < MATERIAL * case.pv_costs:
        return Choice(kind="little", found=first, survey=surveys.get(first.inputs[0]))
    survey = surveys.get(first.inputs[0])
    return Choice(kind="first" if survey is None else "too_dear", found=first, survey=survey)


def label_name(context: ReportContext, label: str) -> str:
    """Return how an input, a cost or a group of inputs is called."""
    if label == "levers":
        return context.t("report.risk.group.levers")
    if label.startswith("costs."):
        return _cost_name(context, label)
    if "." not in label:
        return plain(label)
    return words.input_name(context, label)


def _cost_name(context: ReportContext, path: str) -> str:
    given = context.diagnostic.engagement.case
    _, line, when, *year = path.split(".")
    name = plain(given.costs[int(line)].name) if given else plain(path)
    if when == "initial":
        return context.t("report.risk.cost.initial", name=name)
    return context.t("report.risk.cost.annual", name=name, year=int(year[0]) + 1)


def ends(context: ReportContext, path: str, low: float, high: float) -> tuple[str, str]:
    """Return both ends of a range as printed, with the decimals that tell them apart; costs are money."""
    step = 10.0 ** (math.floor(math.log10(abs(high - low))) - 1) if high != low else 0.0
    near = [round(end / step) * step if step else end for end in (low, high)]
    if path.startswith("costs."):
        return words.full(context, near[0]), words.full(context, near[1])
    first, last = (words.quantity(context, path, end, beside=near) for end in near)
    return first, last


def said(context: ReportContext, case: CaseResult, place: Literal["ask", "answer"]) -> str:
    """Return the measurement named, in one sentence for the summary's request or two for a reviewer."""
    choice = choose(case)
    fields = {"evpi": words.short(context, case.evpi or 0.0)}
    if choice.found is not None:
        fields["name"] = label_name(context, choice.found.label)
        fields["worth"] = words.short(context, choice.found.evppi)
    sample = None if choice.survey is None else best(choice.survey)
    if sample is not None:
        fields["size"] = context.number(sample[0])
        fields["sample"], fields["cost"] = words.short(context, sample[1]), words.short(context, sample[2])
    elif choice.survey is not None:
        fields["cost"] = words.short(context, min(choice.survey.costs))
    return context.t(f"report.risk.measure.{place}.{choice.kind}", **fields)
