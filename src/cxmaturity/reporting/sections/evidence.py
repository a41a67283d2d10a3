"""What is proven, what is only declared, what to prove first, and what customers themselves say."""

from __future__ import annotations

import re

from cxmaturity.assessment.evidence import grade_at, months_later
from cxmaturity.assessment.values import AssessmentResult, DimensionResult, Evidence, MirrorGap
from cxmaturity.reporting.blocks import Block, Callout, Column, Heading, Paragraph, Table, plain
from cxmaturity.reporting.context import ReportContext
from cxmaturity.reporting.sections import words

_BRAND = re.compile(r"\[(?:brand|marque)\]", re.IGNORECASE)
_MONTHS = 12
"""How long evidence keeps its grade."""


def build(context: ReportContext) -> list[Block]:
    """Return the section on evidence."""
    assessment = context.diagnostic.assessment
    heading = Heading(text=context.t("report.evidence.title"), level=1, anchor="evidence")
    if assessment is None:
        return [heading, Paragraph(text=context.t("report.profile.none"))]
    if not words.answered(assessment):
        return [heading, Paragraph(text=context.t("report.profile.no_level")), *register(context)]
    return [
        heading,
        Paragraph(text=context.t(f"report.evidence.lead.{assessment.mode}"), tone="lead"),
        *unproven(context, assessment),
        *proofs(context, assessment),
        *register(context),
        *mirror(context, assessment),
    ]


def unproven(context: ReportContext, assessment: AssessmentResult) -> list[Block]:
    """Return declared against proven, question by question."""
    if words.no_evidence(assessment):
        return [
            Callout(
                title=context.t("report.evidence.nothing.title"),
                text=context.t(f"report.evidence.nothing.{assessment.mode}"),
                tone="warning",
            )
        ]
    open_questions = [dimension for dimension in assessment.dimensions if _unproven(dimension)]
    names = words.strong_names(context, [dimension.id for dimension in open_questions])
    rows = tuple(
        (
            context.name(dimension.id),
            words.level_or_dash(context, dimension.declared),
            _grade(context, dimension),
            words.level_or_dash(context, dimension.cap),
            words.level_or_dash(context, dimension.evidenced),
            words.level_or_dash(context, dimension.unproven),
        )
        for dimension in assessment.dimensions
    )
    return [
        Paragraph(
            text=context.t("report.evidence.unproven", names=names)
            if open_questions
            else context.t("report.evidence.all_proven")
        ),
        Table(
            caption=context.t("report.evidence.table"),
            columns=(
                Column(title=context.t("report.profile.column.question"), width=2.4),
                Column(title=context.t("report.profile.column.declared"), align="right"),
                Column(title=context.t("report.evidence.column.best"), width=2.0),
                Column(title=context.t("report.evidence.column.cap"), align="right", width=1.1),
                Column(title=context.t("report.profile.column.evidenced"), align="right"),
                Column(title=context.t("report.evidence.column.unproven"), align="right"),
            ),
            rows=rows,
            note=context.t("report.evidence.table.note"),
            anchor="table-evidence",
        ),
    ]


def _unproven(dimension: DimensionResult) -> bool:
    return dimension.unproven is not None and round(dimension.unproven, 1) > 0


def _grade(context: ReportContext, dimension: DimensionResult) -> str:
    if dimension.evidence_grade is None:
        return context.t("report.evidence.none")
    named = context.catalog.evidence_grade(dimension.evidence_grade)
    return f"{named.id} – {named.name.in_(context.language)}"


def proofs(context: ReportContext, assessment: AssessmentResult) -> list[Block]:
    """Return the proofs to collect, priorities first, then what is declared furthest beyond its proof."""
    priorities = context.diagnostic.priorities
    everything = words.no_evidence(assessment)
    rest = sorted(
        (
            dimension
            for dimension in assessment.dimensions
            if dimension.id not in priorities
            and not (dimension.declared is None and dimension.not_applicable)
        ),
        key=lambda dimension: -(dimension.unproven or 0.0),
    )
    first = [assessment.dimension(question) for question in priorities]
    ordered = [*first, *(found for found in rest if everything or _unproven(found))]
    if not ordered:
        return []
    rows = tuple(
        (
            context.number(number),
            context.name(dimension.id),
            context.number(words.next_level(_reached(dimension))),
            words.proof(context, dimension.id, _reached(dimension)),
        )
        for number, dimension in enumerate(ordered, start=1)
    )
    return [
        Heading(text=context.t("report.evidence.proofs.title"), level=2, anchor="evidence-proofs"),
        Paragraph(text=context.t("report.evidence.proofs")),
        Table(
            caption=context.t("report.evidence.proofs.table"),
            columns=(
                Column(title=context.t("report.evidence.proofs.order"), align="right", width=0.6),
                Column(title=context.t("report.profile.column.question"), width=1.8),
                Column(title=context.t("report.evidence.proofs.level"), align="right", width=0.9),
                Column(title=context.t("report.evidence.proofs.proof"), width=4.0),
            ),
            rows=rows,
            anchor="table-proofs",
        ),
    ]


def _reached(dimension: DimensionResult) -> float | None:
    """Return the proven level; in a quick test, one below the declared level, whose proof comes first."""
    if dimension.evidenced is not None:
        return dimension.evidenced
    return None if dimension.declared is None else max(1.0, dimension.declared - 1)


def register(context: ReportContext) -> list[Block]:
    """Return every piece of evidence supplied, with its grade, its date and what age makes of it."""
    wave = words.last_wave(context)
    if wave is None or not wave.evidence:
        return []
    order = {question.id: question.number for question in context.catalog.questions}
    given = sorted(wave.evidence, key=lambda piece: (order.get(piece.question, 0), piece.date))
    return [
        Heading(text=context.t("report.evidence.register.title"), level=2, anchor="evidence-register"),
        Table(
            caption=context.t("report.evidence.register.table"),
            columns=(
                Column(title=context.t("report.profile.column.question"), width=1.7),
                Column(title=context.t("report.evidence.register.what"), width=2.8),
                Column(title=context.t("report.evidence.register.source"), width=1.8),
                Column(title=context.t("report.evidence.register.grade"), align="center", width=0.7),
                Column(title=context.t("report.evidence.register.date"), width=1.4),
                Column(title=context.t("report.evidence.register.until"), width=1.6),
            ),
            rows=tuple(_register_row(context, piece) for piece in given),
            note=context.t("report.evidence.register.note", grades=words.grade_legend(context)),
            anchor="table-register",
        ),
    ]


def _register_row(context: ReportContext, piece: Evidence) -> tuple[str, ...]:
    source = plain(piece.source) or context.t("report.words.dash")
    if piece.n is not None:
        source = context.t("report.words.source_n", source=source, count=context.number(piece.n))
    what = plain(piece.description)
    if piece.economic_link:
        what = context.t("report.evidence.register.economic", what=what)
    return (
        context.name(piece.question),
        what,
        source,
        piece.grade,
        context.date(piece.date),
        freshness(context, piece),
    )


def freshness(context: ReportContext, piece: Evidence) -> str:
    """Return until when evidence keeps its grade, or what its age has made of it."""
    grade = grade_at(piece, context.diagnostic.as_of)
    if grade is None:
        return context.t("report.evidence.register.later")
    if grade != piece.grade:
        return context.t("report.evidence.register.aged", grade=grade)
    return context.date(months_later(piece.date, _MONTHS))


def mirror(context: ReportContext, assessment: AssessmentResult) -> list[Block]:
    """Return what customers say beside what the company says of itself."""
    if not assessment.mirror:
        return []
    return [
        Heading(text=context.t("report.evidence.mirror.title"), level=2, anchor="evidence-mirror"),
        Paragraph(text=context.t("report.evidence.mirror")),
        Table(
            caption=context.t("report.evidence.mirror.table"),
            columns=(
                Column(title=context.t("report.evidence.mirror.statement"), width=3.0),
                Column(title=context.t("report.evidence.mirror.customers"), align="right", width=1.8),
                Column(title=context.t("report.evidence.mirror.n"), align="right", width=0.8),
                Column(title=context.t("report.evidence.mirror.self"), align="right", width=1.0),
                Column(title=context.t("report.evidence.mirror.gap"), align="right", width=1.0),
                Column(title=context.t("report.evidence.mirror.source"), width=1.7),
            ),
            rows=tuple(_mirror_row(context, found) for found in assessment.mirror),
            note=context.t("report.evidence.mirror.note"),
            anchor="table-mirror",
        ),
    ]


def _statement(context: ReportContext, question: str) -> str:
    """Return the statement put to customers, with the client's name where the catalogue has "[brand]"."""
    parts = _BRAND.split(context.catalog.question(question).mirror.in_(context.language))
    return plain(context.diagnostic.engagement.client.name.join(parts))


def _mirror_row(context: ReportContext, found: MirrorGap) -> tuple[str, ...]:
    dash = context.t("report.words.dash")
    customers = context.t(
        "report.evidence.mirror.share",
        share=context.percent(found.customer_share),
        low=context.percent(found.interval[0]),
        high=context.percent(found.interval[1]),
    )
    wave = words.last_wave(context)
    given = next((said for said in (wave.mirror if wave else ()) if said.question == found.question), None)
    source = plain(given.source) if given and given.source else dash
    if given and given.date:
        source = context.t("report.words.dated", source=source, date=context.date(given.date))
    return (
        _statement(context, found.question),
        customers,
        context.number(found.n),
        dash if found.self_position is None else context.percent(found.self_position),
        dash if found.gap is None else context.points(found.gap, digits=0),
        source,
    )
