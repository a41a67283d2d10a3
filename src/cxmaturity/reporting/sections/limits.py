"""What we do not claim: what is left out, what is fragile, and the famous figures that were refused."""

from __future__ import annotations

from cxmaturity.reporting.blocks import Block, Bullets, Column, Heading, Paragraph, Table, plain
from cxmaturity.reporting.context import ReportContext
from cxmaturity.reporting.sections import reviewer, words


def build(context: ReportContext) -> list[Block]:
    """Return the limits of the maturity part, of the case, and the claims avoided."""
    blocks: list[Block] = [
        Heading(text=context.t("report.limits.title"), level=1, anchor="limits"),
        Paragraph(text=context.t("report.limits.lead"), tone="lead"),
    ]
    for part, items in (("maturity", maturity(context)), ("case", case(context))):
        if items:
            blocks += [
                Heading(text=context.t(f"report.limits.{part}.title"), level=2, anchor=f"limits-{part}"),
                Bullets(items=items),
            ]
    result = context.diagnostic.case
    if result is not None and result.simulation is None:  # else they close the section on risk
        blocks += reviewer.build(context, result)
    return [*blocks, *claims(context)]


def maturity(context: ReportContext) -> tuple[str, ...]:
    """Return what the self-test does not show."""
    assessment = context.diagnostic.assessment
    if assessment is None:
        return (context.t("report.limits.maturity.none"),)
    if not words.answered(assessment):
        return (context.t("report.limits.maturity.none"),)
    coverage = assessment.coverage
    single = words.single_view(assessment)
    few = not single and assessment.respondents < 8
    situations = (
        ("single", single),
        ("few", few),
        ("quick", assessment.mode == "quick"),
        ("no_evidence", assessment.mode == "diagnostic" and words.no_evidence(assessment)),
        ("missing", bool(coverage.dont_know or coverage.skipped)),
        ("unassessed", coverage.assessed < coverage.of),
        ("no_mirror", not assessment.mirror),
        ("self", True),
        ("stage", assessment.stage.level is not None),
    )
    return tuple(
        context.t(
            f"report.limits.maturity.{name}",
            n=assessment.respondents,
            assessed=coverage.assessed,
            of=coverage.of,
        )
        for name, applies in situations
        if applies
    )


def case(context: ReportContext) -> tuple[str, ...]:
    """Return what the business case leaves out or cannot know."""
    result, given = context.diagnostic.case, context.diagnostic.engagement.case
    if result is None or given is None:
        return (context.t("report.limits.case.none"),)
    items = []
    if result.not_evaluated:
        names = ", ".join(context.benefit_name(found.benefit) for found in result.not_evaluated)
        items.append(context.t("report.limits.case.excluded", names=names))
    if result.benefits:
        kind = "haircut" if result.haircut else "values" if result.simulation is None else "ranges"
        items.append(context.t(f"report.limits.case.{kind}"))
        items.append(context.t("report.limits.case.cause"))
    if words.weakly_evidenced(context):
        weak = ", ".join(
            context.benefit_name(found.id) for found in result.benefits if found.evidence in ("E0", "E1")
        )
        items.append(context.t("report.limits.case.opinion", names=weak))
    share = given.baseline.service.cash_share if given.baseline.service else None
    if share is not None and any(found.id == "service_cost" for found in result.benefits):
        items.append(context.t("report.limits.case.capacity", share=context.percent(share.value)))
    if result.beyond_horizon is not None:
        items.append(context.t("report.limits.case.beyond"))
    if given.finance.tax_rate is None:
        items.append(context.t("report.limits.case.tax"))
    if context.diagnostic.bridge is not None:
        items.append(context.t("report.limits.case.links"))
    return tuple(items)


def claims(context: ReportContext) -> list[Block]:
    """Return the famous figures that were not used, each with the reason."""
    language = context.language
    rows = tuple(
        (
            plain(claim.claim.in_(language)),
            plain(claim.reason.in_(language)),
            plain(claim.source.in_(language)),
        )
        for claim in context.catalog.claims
    )
    if not rows:
        return []
    return [
        Heading(text=context.t("report.limits.claims.title"), level=2, anchor="limits-claims"),
        Paragraph(text=context.t("report.limits.claims")),
        Table(
            caption=context.t("report.limits.claims.table"),
            columns=(
                Column(title=context.t("report.limits.claims.claim"), width=1.8),
                Column(title=context.t("report.limits.claims.reason"), width=3.4),
                Column(title=context.t("report.limits.claims.source"), width=1.3),
            ),
            rows=rows,
            anchor="table-claims",
        ),
    ]
