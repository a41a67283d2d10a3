"""From gaps to benefits: the goals and their measures, the links, and what closing each gap is worth."""

from __future__ import annotations

from cxmaturity.business_case.values import CaseResult
from cxmaturity.engagement.values import Bridge, Opportunity
from cxmaturity.reporting.blocks import Block, Callout, Column, Figure, Heading, Paragraph, Table, plain
from cxmaturity.reporting.context import ReportContext
from cxmaturity.reporting.sections import figures, words

_NAMED = 2
"""How many benefits are named in the split of an opportunity."""


def build(context: ReportContext) -> list[Block]:
    """Return the section on benefits and links."""
    return [
        Heading(text=context.t("report.benefits.title"), level=1, anchor="benefits"),
        *goals(context),
        *links(context),
        *opportunities(context),
    ]


def wanted(context: ReportContext) -> tuple[str, ...]:
    """Return the benefits that the client wants, in their order: goals, else those of the case."""
    engagement = context.diagnostic.engagement
    if engagement.goals:
        return engagement.goals
    case = engagement.case
    if case is None:
        return ()
    return case.goals or tuple(lever.benefit for lever in case.levers)


def goals(context: ReportContext) -> list[Block]:
    """Return each goal with the measure that shows it, numerator and denominator."""
    chosen = wanted(context)
    shown = chosen or tuple(benefit.id for benefit in context.catalog.benefits)
    rows = []
    for name in shown:
        benefit = context.catalog.benefit(name)
        rows.append(
            (
                plain(benefit.goal.in_(context.language)),
                plain(benefit.kpi.name.in_(context.language)),
                plain(benefit.kpi.definition.in_(context.language)),
                plain(benefit.kpi.denominator.in_(context.language)),
            )
        )
    return [
        Paragraph(text=context.t(f"report.benefits.goals.{'chosen' if chosen else 'none'}"), tone="lead"),
        Table(
            caption=context.t("report.benefits.goals.table"),
            columns=(
                Column(title=context.t("report.benefits.column.goal"), width=1.6),
                Column(title=context.t("report.benefits.column.kpi"), width=1.3),
                Column(title=context.t("report.benefits.column.definition"), width=2.6),
                Column(title=context.t("report.benefits.column.denominator"), width=1.6),
            ),
            rows=tuple(rows),
            note=context.t("report.benefits.goals.note"),
            anchor="table-goals",
        ),
    ]


def links(context: ReportContext) -> list[Block]:
    """Return the link matrix, and what it does and does not do."""
    return [
        Heading(text=context.t("report.benefits.links.title"), level=2, anchor="benefits-links"),
        Paragraph(text=context.t("report.benefits.links")),
        Figure(
            chart=figures.link_matrix(context),
            caption=context.t("report.benefits.links.figure"),
            note=context.t("report.benefits.links.note"),
            anchor="figure-links",
        ),
    ]


def opportunities(context: ReportContext) -> list[Block]:
    """Return what closing each gap is worth, widest first."""
    bridge, case = context.diagnostic.bridge, context.diagnostic.case
    heading = Heading(
        text=context.t("report.benefits.opportunities.title"), level=2, anchor="benefits-opportunities"
    )
    if bridge is None or case is None:
        missing = "case" if context.diagnostic.case is None else "assessment"
        return [heading, Paragraph(text=context.t(f"report.benefits.opportunities.no_{missing}"))]
    if not bridge.opportunities or all(found.value <= 0 for found in bridge.opportunities):
        return [heading, Paragraph(text=context.t("report.benefits.opportunities.none"))]
    return [
        heading,
        Paragraph(text=context.t("report.benefits.opportunities")),
        *enabler(context),
        opportunity_table(context, bridge),
        Paragraph(text=_conservation(context, bridge, case)),
    ]


def opportunity_table(context: ReportContext, bridge: Bridge) -> Table:
    """Return one row per question: gap, value, where it comes from, low case, stability of the rank."""
    ordered = sorted(bridge.opportunities, key=lambda found: found.rank)
    return Table(
        caption=context.t(
            "report.benefits.opportunities.table", currency=context.diagnostic.engagement.currency
        ),
        columns=(
            Column(title=context.t("report.agreement.priorities.rank"), align="right", width=0.6),
            Column(title=context.t("report.profile.column.question"), width=2.0),
            Column(title=context.t("report.profile.column.gap"), align="right", width=0.8),
            Column(title=context.t("report.benefits.column.value"), align="right", width=1.1),
            Column(title=context.t("report.benefits.column.low"), align="right", width=1.1),
            Column(title=context.t("report.benefits.column.from"), width=2.4),
            Column(title=context.t("report.agreement.priorities.top3"), align="right", width=1.1),
        ),
        rows=tuple(_opportunity_row(context, found) for found in ordered),
        note=context.t("report.benefits.opportunities.note"),
        anchor="table-opportunities",
    )


def _opportunity_row(context: ReportContext, found: Opportunity) -> tuple[str, ...]:
    assessment = context.diagnostic.assessment
    gap = assessment.dimension(found.question).gap if assessment else None
    ordered = sorted(found.by_benefit, key=lambda item: -item[1])
    sources = [
        context.t(
            "report.benefits.from",
            name=context.benefit_name(benefit),
            amount=words.short(context, value),
        )
        for benefit, value in ordered[:_NAMED]
        if value > 0
    ]
    return (
        context.number(found.rank),
        context.name(found.question),
        words.level_or_dash(context, gap),
        words.short(context, found.value),
        words.short(context, found.low),
        ", ".join(sources) or context.t("report.words.dash"),
        words.probability(context, found.top3_probability),
    )


def _conservation(context: ReportContext, bridge: Bridge, case: CaseResult) -> str:
    return context.t(
        "report.benefits.opportunities.conservation",
        total=words.short(context, case.pv_benefits),
        unclaimed=words.short(context, bridge.unclaimed),
    )


def enabler(context: ReportContext) -> list[Block]:
    """Return how alignment counts: as what makes the rest happen, never as one benefit more."""
    bridge = context.diagnostic.bridge
    if bridge is None:
        return []
    kind = "known" if bridge.alignment_known else "unknown"
    return [
        Callout(
            title=context.t("report.benefits.enabler.title"),
            text=context.t(
                f"report.benefits.enabler.{kind}",
                share=context.percent(bridge.enabler),
                name=context.name("alignment"),
            ),
        )
    ]
