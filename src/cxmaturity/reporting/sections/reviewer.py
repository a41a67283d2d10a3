"""The twelve questions that a finance reviewer asks, each answered from the data, the missing ones said to be missing."""

from __future__ import annotations

from collections.abc import Callable

from cxmaturity import i18n
from cxmaturity.business_case.values import BusinessCase, CaseResult
from cxmaturity.reporting.blocks import Block, Column, Heading, Paragraph, Table, plain
from cxmaturity.reporting.context import ReportContext
from cxmaturity.reporting.sections import measuring, words


def build(context: ReportContext, result: CaseResult) -> list[Block]:
    """Return the twelve questions with their answers."""
    given = context.diagnostic.engagement.case
    if given is None:
        return []
    rows = tuple(
        (context.t(f"report.reviewer.question.{name}"), answer(context, result, given))
        for name, answer in ANSWERS.items()
    )
    return [
        Heading(text=context.t("report.reviewer.title"), level=2, anchor="reviewer"),
        Paragraph(text=context.t("report.reviewer")),
        Table(
            caption=context.t("report.reviewer.table"),
            columns=(
                Column(title=context.t("report.reviewer.question"), width=1.5),
                Column(title=context.t("report.reviewer.answer"), width=4.0),
            ),
            rows=rows,
            anchor="table-reviewer",
        ),
    ]


def incremental(context: ReportContext, result: CaseResult, given: BusinessCase) -> str:
    """Compare with the same company without the programme, of which only a share is credited to it."""
    shares = [
        lever.attribution.value
        for lever in given.levers
        if any(b.id == lever.benefit for b in result.benefits)
    ]
    if not shares:
        return context.t("report.reviewer.incremental.none")
    low, high = context.percent(min(shares)), context.percent(max(shares))
    if low == high:
        return context.t("report.reviewer.incremental.one", share=low)
    return context.t("report.reviewer.incremental", low=low, high=high)


def margin(context: ReportContext, result: CaseResult, given: BusinessCase) -> str:
    """Answer margin, with the rates used."""
    if not result.benefits:
        return context.t("report.reviewer.nothing_valued")
    parts = (given.baseline.consumers, given.baseline.contracts)
    rates = [part.margin_rate.value for part in parts if part is not None and part.margin_rate is not None]
    if not rates:
        return context.t("report.reviewer.margin.none")
    listed = i18n.listing([words.rate(context, rate) for rate in rates], context.language)
    return context.t("report.reviewer.margin", rates=listed)


def cash(context: ReportContext, result: CaseResult, given: BusinessCase) -> str:  # noqa: ARG001  # one signature for all
    """Say when benefits come, the lowest point, the payback."""
    first, last = (words.short(context, result.gross_benefits[place]) for place in (0, -1))
    paid = (
        context.t("report.reviewer.cash.never")
        if result.payback_years is None
        else context.t("report.reviewer.cash.payback", years=context.years(result.payback_years))
    )
    return words.join(
        context.t("report.reviewer.cash", first=first, last=last, year=result.horizon_years),
        words.text_in(
            context,
            "report.summary.ask.trough",
            min(result.cumulative) < 0,
            amount=words.short(context, min(result.cumulative)),
        ),
        paid,
    )


def owner(context: ReportContext, result: CaseResult, given: BusinessCase) -> str:
    """Name the owner of each benefit, and those that have none."""
    counted = {benefit.id for benefit in result.benefits}
    owners: dict[str, list[str]] = {}
    for lever in given.levers:
        if lever.benefit in counted:
            owners.setdefault(plain(lever.owner), []).append(context.benefit_name(lever.benefit))
    orphans = owners.pop("", [])
    said = [
        context.t("report.reviewer.owner.one", owner=name, benefits=i18n.listing(benefits, context.language))
        for name, benefits in owners.items()
    ]
    if orphans:
        said.append(context.t("report.reviewer.owner.none", benefits=i18n.listing(orphans, context.language)))
    return words.join(*said) or context.t("report.reviewer.nothing_valued")


def evidence(context: ReportContext, result: CaseResult, given: BusinessCase) -> str:  # noqa: ARG001  # one signature
    """Give the weakest grade under each benefit, the weakest first."""
    grades: dict[str, list[str]] = {}
    for found in sorted(result.benefits, key=lambda benefit: benefit.evidence):
        grades.setdefault(found.evidence, []).append(context.benefit_name(found.id))
    said = [
        context.t(
            "report.reviewer.evidence.one",
            grade=grade,
            name=words.inside(plain(context.catalog.evidence_grade(grade).name.in_(context.language))),
            benefits=i18n.listing(names, context.language),
        )
        for grade, names in grades.items()
    ]
    return words.join(*said) or context.t("report.reviewer.nothing_valued")


def half(context: ReportContext, result: CaseResult, given: BusinessCase) -> str:  # noqa: ARG001  # one signature for all
    """Say whether the case still pays with half of every effect, from its break-even."""
    if not result.benefits:
        return context.t("report.reviewer.nothing_valued")
    if result.break_even is None:
        return context.t(f"report.reviewer.half.{'always' if result.npv >= 0 else 'never'}")
    kind = "pays" if result.break_even <= 0.5 else "loses"
    return context.t(f"report.reviewer.half.{kind}", share=context.percent(result.break_even))


def overlap(context: ReportContext, result: CaseResult, given: BusinessCase) -> str:  # noqa: ARG001  # one signature
    """Say how many pairs touch, and that the total is joint."""
    if len(result.benefits) < 2:
        return context.t(
            "report.reviewer.overlap.one" if result.benefits else "report.reviewer.nothing_valued"
        )
    totals = {
        "joint": words.short(context, result.pv_benefits),
        "alone": words.short(context, result.sum_of_alone_pv),
    }
    if not result.overlaps:
        return context.t("report.reviewer.overlap.none", **totals)
    return context.t("report.reviewer.overlap", n=len(result.overlaps), **totals)


def capacity(context: ReportContext, result: CaseResult, given: BusinessCase) -> str:
    """Give the share of the saving in service that is cash."""
    counted = any(benefit.id == "service_cost" for benefit in result.benefits)
    share = given.baseline.service.cash_share if given.baseline.service else None
    if not counted or share is None:
        return context.t("report.reviewer.capacity.none")
    return context.t(
        "report.reviewer.capacity", share=words.value(context, "baseline.service.cash_share", share)
    )


def discount(context: ReportContext, result: CaseResult, given: BusinessCase) -> str:
    """Give the rate, its basis, and that its source must come from finance."""
    return context.t(
        "report.reviewer.discount",
        rate=words.rate(context, result.discount_rate),
        basis=context.t(f"report.assumptions.basis.{given.finance.basis}"),
    )


def excluded(context: ReportContext, result: CaseResult, given: BusinessCase) -> str:  # noqa: ARG001  # one signature
    """Name the benefits left out, and the value after the horizon."""
    names = [context.benefit_name(found.benefit) for found in result.not_evaluated]
    beyond = result.beyond_horizon is not None and words.short(context, result.beyond_horizon) != words.short(
        context, 0.0
    )
    return words.join(
        context.t("report.reviewer.excluded", names=i18n.listing(names, context.language))
        if names
        else context.t("report.reviewer.excluded.none"),
        words.text_in(
            context,
            "report.reviewer.excluded.beyond",
            beyond,
            amount=words.short(context, result.beyond_horizon or 0.0),
        ),
    )


def gate(context: ReportContext, result: CaseResult, given: BusinessCase) -> str:
    """Give the stage gate of the simulation, or the measure that should stop the programme."""
    success = given.uncertainty.success_probability
    if success is not None and result.simulation is not None:
        return context.t(
            "report.reviewer.gate.simulated",
            chance=context.percent(1 - success),
            initial=words.short(context, result.costs_by_year[0]),
        )
    if result.break_even is not None and result.break_even <= 1:
        return context.t("report.reviewer.gate.break_even", share=context.percent(result.break_even))
    return context.t("report.reviewer.gate.none")


def next_measurement(context: ReportContext, result: CaseResult, given: BusinessCase) -> str:  # noqa: ARG001  # one signature
    """Name the one measurement to make before deciding."""
    if result.simulation is None:
        return context.t("report.reviewer.measure.none")
    return measuring.said(context, result, "answer")


ANSWERS: dict[str, Callable[[ReportContext, CaseResult, BusinessCase], str]] = {
    "incremental": incremental,
    "margin": margin,
    "cash": cash,
    "owner": owner,
    "evidence": evidence,
    "half": half,
    "overlap": overlap,
    "capacity": capacity,
    "discount": discount,
    "excluded": excluded,
    "gate": gate,
    "measure": next_measurement,
}
"""The questions in the order in which they are asked."""
