"""Every number that the case rests on: value, range, unit, source, date and grade, open to dispute."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Literal

import attrs

from cxmaturity.business_case.values import BusinessCase, Cost, Finance, Lever
from cxmaturity.core.estimate import Estimate
from cxmaturity.reporting.blocks import Block, Column, Heading, Paragraph, Table, plain
from cxmaturity.reporting.context import ReportContext
from cxmaturity.reporting.sections import words

_PARTS = ("consumers", "option", "contracts", "service")


def build(context: ReportContext) -> list[Block]:
    """Return the assumptions: the client today, what moves and how fast, what it costs, conventions."""
    case = context.diagnostic.engagement.case
    if case is None:
        return []
    return [
        Heading(text=context.t("report.assumptions.title"), level=2, anchor="case-assumptions"),
        Paragraph(text=context.t("report.assumptions")),
        *_table(context, "baseline", list(baseline_inputs(case)), survival(context, case)),
        *_table(context, "levers", list(lever_inputs(case)), []),
        *ramps(context, case),
        *costs(context, case),
        conventions(context, case.finance),
    ]


def baseline_inputs(case: BusinessCase) -> Iterator[tuple[str, Estimate]]:
    """Yield the path and the estimate of every known input of the baseline."""
    for part in _PARTS:
        section = getattr(case.baseline, part)
        if section is None:
            continue
        for field in attrs.fields(type(section)):
            given = getattr(section, field.name)
            if isinstance(given, Estimate):
                yield f"baseline.{part}.{field.name}", given
    if case.baseline.annual_revenue is not None:
        yield "baseline.annual_revenue", case.baseline.annual_revenue


def lever_inputs(case: BusinessCase) -> Iterator[tuple[str, Estimate]]:
    """Yield the path and the estimate of every move of every lever, then its attribution."""
    for lever in case.levers:
        for name, given in lever.moves:
            yield (name if name.startswith("levers.") else f"levers.{lever.benefit}.{name}"), given
        yield f"levers.{lever.benefit}.attribution", lever.attribution


def survival(context: ReportContext, case: BusinessCase) -> list[tuple[str, ...]]:
    """Return the row of an observed survival curve, which is not an estimate."""
    consumers = case.baseline.consumers
    if consumers is None or consumers.survival is None:
        return []
    dash = context.t("report.words.dash")
    shares = ", ".join(context.percent(share) for share in consumers.survival)
    source = plain(consumers.survival_source) if consumers.survival_source else dash
    return [(context.t("report.assumptions.survival"), shares, dash, dash, source, dash)]


def _table(
    context: ReportContext, kind: str, inputs: list[tuple[str, Estimate]], more: list[tuple[str, ...]]
) -> list[Block]:
    rows = [_row(context, path, given) for path, given in inputs] + more
    if not rows:
        return []
    titles: tuple[tuple[str, Literal["left", "right", "center"], float], ...] = (
        ("input", "left", 2.0),
        ("value", "right", 1.0),
        ("range", "right", 1.3),
        ("unit", "left", 1.5),
        ("source_date", "left", 2.8),
        ("grade", "center", 0.6),
    )
    return [
        Table(
            caption=context.t(f"report.assumptions.{kind}.table"),
            columns=tuple(
                Column(title=context.t(f"report.assumptions.column.{title}"), align=align, width=width)
                for title, align, width in titles
            ),
            rows=tuple(rows),
            note=context.t(f"report.assumptions.{kind}.note", grades=words.grade_legend(context)),
            anchor=f"table-{kind}",
        )
    ]


def _row(context: ReportContext, path: str, given: Estimate) -> tuple[str, ...]:
    dash = context.t("report.words.dash")
    name = words.input_name(context, path)
    if path.endswith(".attribution"):
        name = context.t("report.assumptions.attribution", benefit=context.benefit_name(path.split(".")[1]))
    return (
        name,
        words.value(context, path, given),
        words.value_range(context, path, given),
        plain(given.unit) or dash,
        words.origin(context, given)
        if given.date is None
        else context.t(
            "report.words.dated", source=words.origin(context, given), date=context.date(given.date)
        ),
        given.evidence,
    )


def ramps(context: ReportContext, case: BusinessCase) -> list[Block]:
    """Return how fast each lever acts, how much of it is due to the programme, and who answers for it."""
    if not case.levers:
        return []
    rows = tuple(
        (
            context.benefit_name(lever.benefit),
            words.quantity(context, f"levers.{lever.benefit}.attribution", lever.attribution.value),
            _ramp(context, lever),
            context.t("report.assumptions.lag", n=lever.lag_years)
            if lever.lag_years
            else context.t("report.assumptions.no_lag"),
            plain(lever.owner) or context.t("report.input.nobody"),
        )
        for lever in case.levers
    )
    return [
        Table(
            caption=context.t("report.assumptions.ramp.table"),
            columns=(
                Column(title=context.t("report.case.benefits.benefit"), width=1.6),
                Column(title=context.t("report.assumptions.column.attribution"), align="right", width=1.2),
                Column(title=context.t("report.assumptions.column.ramp"), width=2.4),
                Column(title=context.t("report.assumptions.column.lag"), width=0.9),
                Column(title=context.t("report.assumptions.column.owner"), width=1.5),
            ),
            rows=rows,
            note=context.t("report.assumptions.ramp.note"),
            anchor="table-ramp",
        )
    ]


def _ramp(context: ReportContext, lever: Lever) -> str:
    return ", ".join(
        context.t("report.assumptions.year_share", year=year, share=context.percent(share))
        for year, share in enumerate(lever.ramp, start=1)
    )


def costs(context: ReportContext, case: BusinessCase) -> list[Block]:
    """Return every line of cost, with its sources, and the uplift added to all of them."""
    if not case.costs:
        return []
    bias = case.finance.optimism_bias
    return [
        Table(
            caption=context.t("report.assumptions.costs.table", currency=case.currency),
            columns=(
                Column(title=context.t("report.assumptions.costs.line"), width=2.0),
                Column(title=context.t("report.assumptions.costs.kind"), width=0.9),
                Column(title=context.t("report.assumptions.costs.initial"), align="right", width=1.1),
                Column(title=context.t("report.assumptions.costs.annual"), width=2.2),
                Column(title=context.t("report.assumptions.column.source"), width=1.9),
                Column(title=context.t("report.assumptions.column.grade"), align="center", width=0.7),
            ),
            rows=tuple(_cost_row(context, cost) for cost in case.costs),
            note=words.join(
                words.text_in(
                    context, "report.assumptions.costs.bias", bias > 0, share=context.percent(bias)
                ),
                context.t("report.assumptions.costs.note"),
            ),
            anchor="table-costs",
        )
    ]


def _cost_row(context: ReportContext, cost: Cost) -> tuple[str, ...]:
    dash = context.t("report.words.dash")
    given = [piece for piece in (cost.initial, *cost.annual) if piece is not None]
    sources = dict.fromkeys(words.origin(context, piece) for piece in given)
    grades = dict.fromkeys(piece.evidence for piece in given)
    return (
        plain(cost.name),
        context.t(f"report.assumptions.costs.{'internal' if cost.internal else 'external'}"),
        dash if cost.initial is None else _cost(context, cost.initial),
        _annual(context, cost) or dash,
        ", ".join(sources) or dash,
        ", ".join(grades) or dash,
    )


def _cost(context: ReportContext, given: Estimate) -> str:
    value = context.number(given.value)
    if given.low is None or given.high is None:
        return value
    low, high = context.number(given.low), context.number(given.high)
    return context.t("report.assumptions.costs.range", value=value, low=low, high=high)


def _annual(context: ReportContext, cost: Cost) -> str:
    """Return the annual amounts, equal years together: "years 1 to 2: 200,000, then 210,000 each year"."""
    texts = [_cost(context, given) for given in cost.annual]
    said, year = [], 1
    runs = [(text, len(list(run))) for text, run in groupby(texts)]
    for index, (text, length) in enumerate(runs):
        last = index == len(runs) - 1
        kind = "each" if last and len(runs) == 1 else "then" if last else "year" if length == 1 else "years"
        said.append(
            context.t(f"report.assumptions.costs.{kind}", value=text, year=year, last=year + length - 1)
        )
        year += length
    return ", ".join(said)


def conventions(context: ReportContext, finance: Finance) -> Table:
    """Return the financial conventions, each in words."""
    reinvest = finance.discount_rate if finance.reinvestment_rate is None else finance.reinvestment_rate
    borrow = finance.discount_rate if finance.finance_rate is None else finance.finance_rate
    percent = {name: words.rate(context, value) for name, value in (("in", reinvest), ("out", borrow))}
    rows = [
        ("discount", words.rate(context, finance.discount_rate)),
        ("basis", context.t(f"report.assumptions.basis.{finance.basis}")),
        ("timing", context.t(f"report.case.timing.{finance.timing}")),
        ("horizon", words.horizon(context, finance.horizon_years)),
        ("mirr", context.t("report.assumptions.mirr", finance=percent["out"], reinvestment=percent["in"])),
        (
            "tax",
            context.t("report.assumptions.no_tax")
            if finance.tax_rate is None
            else words.rate(context, finance.tax_rate),
        ),
        ("bias", words.rate(context, finance.optimism_bias)),
    ]
    if finance.dates:
        dates = ", ".join(context.date(day) for day in finance.dates)
        rows.append(("dates", dates))
    return Table(
        caption=context.t("report.assumptions.conventions.table"),
        columns=(
            Column(title=context.t("report.assumptions.column.convention"), width=2.0),
            Column(title=context.t("report.assumptions.column.choice"), width=3.0),
        ),
        rows=tuple((context.t(f"report.assumptions.convention.{name}"), value) for name, value in rows),
        anchor="table-conventions",
    )
