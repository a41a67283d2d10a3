"""The business case: result, cash, benefits, then every assumption with its source, and what is missing."""

from __future__ import annotations

from cxmaturity import i18n
from cxmaturity.business_case.values import CaseResult, NotEvaluated
from cxmaturity.reporting.blocks import (
    Block,
    Bullets,
    Callout,
    Column,
    Figure,
    Heading,
    Paragraph,
    Table,
    plain,
)
from cxmaturity.reporting.context import ReportContext
from cxmaturity.reporting.sections import assumptions, figures, words


def build(context: ReportContext) -> list[Block]:
    """Return the business case; without one, what is needed to make it."""
    heading = Heading(text=context.t("report.case.title"), level=1, anchor="case")
    case = context.diagnostic.case
    if case is None:
        return [heading, *needed(context)]
    return [
        heading,
        Paragraph(text=headline(context, case), tone="lead"),
        indicators(context, case),
        *haircut(context, case),
        *warnings(context, case),
        *pictures(context, case),
        cash_flows(context, case),
        *benefits(context, case),
        *beyond(context, case),
        *ledger(context, case),
        *not_evaluated(context, case),
        *assumptions.build(context),
    ]


def needed(context: ReportContext) -> list[Block]:
    """Return what each wanted benefit would need, and who knows it."""
    goals = context.diagnostic.engagement.goals
    items = [
        context.t(
            "report.case.needed.goal",
            name=context.benefit_name(goal),
            inputs=", ".join(
                plain(spec.name.in_(context.language))
                for spec in context.catalog.benefit(goal).inputs
                if not spec.optional
            ),
        )
        for goal in goals
    ]
    blocks: list[Block] = [Paragraph(text=context.t("report.case.none"), tone="lead")]
    if items:
        blocks += [Paragraph(text=context.t("report.case.needed")), Bullets(items=tuple(items))]
    return blocks


def is_even(context: ReportContext, case: CaseResult) -> bool:
    """Return whether the NPV is printed as zero."""
    return words.short(context, case.npv) == words.short(context, 0.0)


def headline(context: ReportContext, case: CaseResult) -> str:
    """Return the result in two sentences: benefits against costs, then the answer."""
    kind = "even" if is_even(context, case) else "gain" if case.npv > 0 else "loss"
    if not case.benefits:
        kind = "no_benefit"
    return context.t(
        f"report.case.headline.{kind}",
        horizon=words.horizon(context, case.horizon_years),
        benefits=context.money(case.pv_benefits),
        costs=context.money(case.pv_costs),
        amount=context.money(abs(case.npv)),
    )


def indicators(context: ReportContext, case: CaseResult) -> Table:
    """Return every indicator with its value and how to read it."""
    dash = context.t("report.words.dash")
    sign = "loss" if case.npv < 0 else "gain"
    rows = [
        ("npv", words.full(context, case.npv), f"npv.{sign}"),
        ("pv_benefits", words.full(context, case.pv_benefits), "pv_benefits"),
        ("pv_costs", words.full(context, case.pv_costs), "pv_costs"),
    ]
    if case.npv_after_tax is not None:
        rows.insert(1, ("npv_after_tax", words.full(context, case.npv_after_tax), "npv_after_tax"))
    rows += [
        ("roi", dash if case.roi is None else context.percent(case.roi), f"roi.{sign}"),
        (
            "pi",
            dash if case.profitability_index is None else context.number(case.profitability_index, digits=2),
            "pi",
        ),
        ("irr", internal_rates(context, case.irr), f"irr.{_roots(case)}"),
        ("mirr", dash if case.mirr is None else context.percent(case.mirr, digits=1), "mirr"),
        ("payback", _duration(context, case.payback_years), "payback"),
        ("discounted_payback", _duration(context, case.discounted_payback_years), "discounted_payback"),
        ("break_even", *_break_even(context, case)),
    ]
    return Table(
        caption=context.t("report.case.indicators.table"),
        columns=(
            Column(title=context.t("report.case.indicators.name"), width=2.0),
            Column(title=context.t("report.case.indicators.value"), align="right", width=1.3),
            Column(title=context.t("report.case.indicators.reading"), width=3.6),
        ),
        rows=tuple(
            (
                context.t(f"report.case.indicator.{name}"),
                value,
                context.t(
                    f"report.case.reading.{reading}",
                    rate=words.rate(context, case.discount_rate),
                    horizon=words.horizon(context, case.horizon_years),
                ),
            )
            for name, value, reading in rows
        ),
        note=context.t("report.case.indicators.note", timing=context.t(f"report.case.timing.{case.timing}")),
        anchor="table-indicators",
        emphasis_rows=(0,),
    )


def haircut(context: ReportContext, case: CaseResult) -> list[Block]:
    """Return the result after haircuts, when caution is taken that way."""
    given, cut = context.diagnostic.engagement.case, case.haircut
    if cut is None or given is None:
        return []
    dash = context.t("report.words.dash")
    cuts = [
        context.t(
            "report.case.haircut.cut", benefit=context.benefit_name(name), share=words.rate(context, share)
        )
        for name, share in given.uncertainty.haircuts
    ]
    rows = (
        ("npv", words.full(context, case.npv), words.full(context, cut.npv)),
        ("pv_benefits", words.full(context, case.pv_benefits), words.full(context, cut.pv_benefits)),
        ("pv_costs", words.full(context, case.pv_costs), words.full(context, cut.pv_costs)),
        ("roi", *(dash if value is None else context.percent(value) for value in (case.roi, cut.roi))),
        ("irr", internal_rates(context, case.irr), internal_rates(context, cut.irr)),
    )
    return [
        Heading(text=context.t("report.case.haircut.title"), level=2, anchor="case-haircut"),
        Paragraph(
            text=context.t(
                "report.case.haircut",
                cuts=i18n.listing(cuts, context.language) or dash,
                uplift=words.rate(context, given.uncertainty.cost_uplift),
            )
        ),
        Table(
            caption=context.t("report.case.haircut.table"),
            columns=(
                Column(title=context.t("report.case.indicators.name"), width=2.4),
                Column(title=context.t("report.case.haircut.before"), align="right", width=1.4),
                Column(title=context.t("report.case.haircut.after"), align="right", width=1.4),
            ),
            rows=tuple((context.t(f"report.case.indicator.{name}"), *values) for name, *values in rows),
            anchor="table-haircut",
            emphasis_rows=(0,),
        ),
    ]


def _roots(case: CaseResult) -> str:
    return "none" if not case.irr else "one" if len(case.irr) == 1 else "several"


def internal_rates(context: ReportContext, rates: tuple[float, ...]) -> str:
    """Return every internal rate of return, or that there is none."""
    if not rates:
        return context.t("report.case.none_exists")
    return i18n.listing([context.percent(root, digits=1) for root in rates], context.language)


def _duration(context: ReportContext, years: float | None) -> str:
    return context.t("report.case.not_reached") if years is None else context.years(years)


def _break_even(context: ReportContext, case: CaseResult) -> tuple[str, str]:
    if case.break_even is None:
        return context.t("report.case.none_exists"), "break_even.none"
    kind = "below" if case.break_even <= 1 else "above"
    return context.percent(case.break_even), f"break_even.{kind}"


def warnings(context: ReportContext, case: CaseResult) -> list[Block]:
    """Return what a finance director would not believe, as the case found it."""
    if not case.warnings:
        return []
    items = tuple(
        plain(words.sentence(i18n.describe(problem, context.language))) for problem in case.warnings
    )
    return [
        Callout(
            title=context.t("report.case.warnings.title"),
            text=context.t("report.case.warnings"),
            tone="warning",
        ),
        Bullets(items=items),
    ]


def pictures(context: ReportContext, case: CaseResult) -> list[Block]:
    """Return the way to the NPV and the cash curve."""
    blocks: list[Block] = []
    if case.benefits:
        blocks.append(
            Figure(
                chart=figures.waterfall(context, case),
                caption=context.t("report.case.waterfall"),
                note=context.t("report.case.waterfall.note"),
                anchor="figure-waterfall",
            )
        )
    blocks.append(
        Figure(
            chart=figures.cash_curve(context, case),
            caption=context.t("report.case.cash_curve"),
            note=context.t(f"report.case.cash_curve.{'never' if case.payback_years is None else 'note'}"),
            anchor="figure-cash",
        )
    )
    return blocks


def cash_flows(context: ReportContext, case: CaseResult) -> Table:
    """Return one row per year: benefits, costs, net flow, cumulated, cumulated and discounted."""
    rows = []
    for year in range(case.horizon_years + 1):
        benefit = 0.0 if year == 0 else case.gross_benefits[year - 1]
        rows.append(
            (
                context.t("report.case.start") if year == 0 else context.t("report.case.year", year=year),
                *(
                    context.number(value)
                    for value in (
                        benefit,
                        case.costs_by_year[year],
                        case.cash_flows[year],
                        case.cumulative[year],
                        case.cumulative_discounted[year],
                    )
                ),
            )
        )
    titles = ("benefits", "costs", "net", "cumulated", "discounted")
    return Table(
        caption=context.t("report.case.cash.table", currency=case.currency),
        columns=(
            Column(title=context.t("report.case.cash.when"), width=1.2),
            *(Column(title=context.t(f"report.case.cash.{title}"), align="right") for title in titles),
        ),
        rows=tuple(rows),
        note=context.t("report.case.cash.note"),
        anchor="table-cash",
    )


def benefits(context: ReportContext, case: CaseResult) -> list[Block]:
    """Return what each benefit brings, together and alone."""
    heading = Heading(text=context.t("report.case.benefits.title"), level=2, anchor="case-benefits")
    if not case.benefits:
        return [heading, Paragraph(text=context.t("report.case.benefits.none"))]
    rows: list[tuple[str, ...]] = [
        (
            context.benefit_name(found.id),
            plain(context.catalog.benefit(found.id).kpi.name.in_(context.language)),
            context.number(found.pv),
            context.number(found.alone_pv),
            found.evidence,
        )
        for found in case.benefits
    ]
    rows.append(
        (
            context.t("report.words.total"),
            "",
            context.number(case.pv_benefits),
            context.number(case.sum_of_alone_pv),
            "",
        )
    )
    return [
        heading,
        Paragraph(text=context.t("report.case.benefits")),
        Table(
            caption=context.t("report.case.benefits.table", currency=case.currency),
            columns=(
                Column(title=context.t("report.case.benefits.benefit"), width=1.8),
                Column(title=context.t("report.benefits.column.kpi"), width=2.0),
                Column(title=context.t("report.case.benefits.share"), align="right", width=1.3),
                Column(title=context.t("report.case.benefits.alone"), align="right", width=1.3),
                Column(title=context.t("report.case.benefits.evidence"), align="center", width=0.9),
            ),
            rows=tuple(rows),
            note=context.t("report.case.benefits.note", grades=words.grade_legend(context)),
            anchor="table-benefits",
            emphasis_rows=(len(rows) - 1,),
        ),
        *_interaction(context, case),
    ]


def _interaction(context: ReportContext, case: CaseResult) -> list[Block]:
    return [Paragraph(text=interaction(context, case))] if len(case.benefits) > 1 else []


def interaction(context: ReportContext, case: CaseResult) -> str:
    """Return the sum of the parts against the joint total, in one sentence."""
    same = words.short(context, case.interaction_pv) == words.short(context, 0.0)
    kind = "none" if same else "more" if case.interaction_pv > 0 else "less"
    return context.t(
        f"report.case.interaction.{kind}",
        alone=words.short(context, case.sum_of_alone_pv),
        joint=words.short(context, case.pv_benefits),
        amount=words.short(context, abs(case.interaction_pv)),
    )


def beyond(context: ReportContext, case: CaseResult) -> list[Block]:
    """Return the value after the horizon, apart from the result."""
    if case.beyond_horizon is None or words.short(context, case.beyond_horizon) == words.short(context, 0.0):
        return []
    text = context.t(
        "report.case.beyond",
        amount=words.short(context, case.beyond_horizon),
        horizon=words.horizon(context, case.horizon_years),
    )
    return [Callout(title=context.t("report.case.beyond.title"), text=text)]


def ledger(context: ReportContext, case: CaseResult) -> list[Block]:
    """Return the ledger of the first and last year, without and with the programme."""
    if not case.ledger:
        return []
    last = case.horizon_years
    years = (1,) if last == 1 else (1, last)
    rows = tuple(
        (
            context.t(f"report.case.ledger.{line.id}"),
            *(
                context.number(values[year - 1])
                for year in years
                for values in (line.without, line.with_programme)
            ),
        )
        for line in case.ledger
    )
    return [
        Heading(text=context.t("report.case.ledger.title"), level=2, anchor="case-ledger"),
        Paragraph(text=context.t("report.case.ledger")),
        Table(
            caption=context.t("report.case.ledger.table", currency=case.currency),
            columns=(
                Column(title=context.t("report.case.ledger.line"), width=2.2),
                *(
                    Column(title=context.t(f"report.case.ledger.{kind}", year=year), align="right")
                    for year in years
                    for kind in ("without", "with")
                ),
            ),
            rows=rows,
            anchor="table-ledger",
        ),
    ]


def not_evaluated(context: ReportContext, case: CaseResult) -> list[Block]:
    """Return the benefits that lack figures, each figure with who knows it."""
    if not case.not_evaluated:
        return []
    rows: list[tuple[str, ...]] = []
    for found in case.not_evaluated:
        rows += [
            (
                context.benefit_name(found.benefit),
                words.input_name(context, path) if path else context.t("report.case.missing.lever"),
                words.input_owner(context, path) if path else context.t("report.input.nobody"),
            )
            for path in found.missing or ("",)
        ]
    return [
        Heading(text=context.t("report.case.missing.title"), level=2, anchor="case-missing"),
        Paragraph(text=context.t("report.case.missing")),
        Table(
            caption=context.t("report.case.missing.table"),
            columns=(
                Column(title=context.t("report.case.benefits.benefit"), width=1.5),
                Column(title=context.t("report.case.missing.input"), width=2.2),
                Column(title=context.t("report.case.missing.who"), width=3.0),
            ),
            rows=tuple(rows),
            anchor="table-missing",
        ),
        Bullets(items=tuple(worth_finding_out(context, found) for found in case.not_evaluated)),
    ]


def worth_finding_out(context: ReportContext, found: NotEvaluated) -> str:
    """Return whether finding out the figures of a benefit could change the decision, and from what value on."""
    name = context.benefit_name(found.benefit)
    if found.decisive_pv is None:
        return context.t("report.case.missing.cannot_change", name=name)
    return context.t(
        "report.case.missing.decisive", name=name, amount=words.short(context, found.decisive_pv)
    )
