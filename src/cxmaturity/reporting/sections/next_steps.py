"""The next 90 days: who does what, what will prove it, and what must be measured before the next decision."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from cxmaturity.assessment.values import AssessmentResult
from cxmaturity.core.estimate import Estimate
from cxmaturity.engagement.values import Action
from cxmaturity.reporting.blocks import Block, Bullets, Column, Heading, Paragraph, Table, plain
from cxmaturity.reporting.context import ReportContext
from cxmaturity.reporting.sections import assumptions, words

_DAYS = 90


def build(context: ReportContext) -> list[Block]:
    """Return the actions, the measures to take, and the next measurement."""
    end = context.date(context.diagnostic.as_of + dt.timedelta(days=_DAYS))
    return [
        Heading(text=context.t("report.next_steps.title"), level=1, anchor="next-steps"),
        Paragraph(text=context.t("report.next_steps.lead", date=end), tone="lead"),
        *actions(context),
        *measures(context),
        *again(context),
    ]


def actions(context: ReportContext) -> list[Block]:
    """Return the actions agreed, else the catalogue's next step for each priority, owner left open."""
    given = context.diagnostic.engagement.actions
    heading = Heading(text=context.t("report.next_steps.actions.title"), level=2, anchor="next-actions")
    rows = (
        tuple(_agreed(context, action) for action in given)
        if given
        else tuple(_advised(context, question) for question in context.diagnostic.priorities)
    )
    if not rows:
        return [heading, Paragraph(text=context.t("report.next_steps.actions.none"))]
    return [
        heading,
        Paragraph(text=context.t(f"report.next_steps.actions.{'agreed' if given else 'advised'}")),
        Table(
            caption=context.t("report.next_steps.actions.table"),
            columns=(
                Column(title=context.t("report.profile.column.question"), width=1.5),
                Column(title=context.t("report.next_steps.column.action"), width=3.0),
                Column(title=context.t("report.next_steps.column.proof"), width=2.4),
                Column(title=context.t("report.next_steps.column.owner"), width=1.1),
                Column(title=context.t("report.next_steps.column.due"), width=1.2),
            ),
            rows=rows,
            note=context.t("report.next_steps.actions.note"),
            anchor="table-actions",
        ),
    ]


def _agreed(context: ReportContext, action: Action) -> tuple[str, ...]:
    to_do = context.t("report.next_steps.to_name")
    return (
        context.name(action.question),
        plain(action.text),
        plain(action.proof) or words.proof(context, action.question, _level(context, action.question)),
        plain(action.owner) or to_do,
        to_do if action.due is None else context.date(action.due),
    )


def _advised(context: ReportContext, question: str) -> tuple[str, ...]:
    level = _level(context, question)
    to_do = context.t("report.next_steps.to_name")
    return (
        context.name(question),
        words.advice(context, question, level),
        words.proof(context, question, level),
        to_do,
        to_do,
    )


def _level(context: ReportContext, question: str) -> float | None:
    assessment = context.diagnostic.assessment
    return None if assessment is None else assessment.dimension(question).scored


def measures(context: ReportContext) -> list[Block]:
    """Return what to measure: what the case lacks, then what it takes from opinion."""
    items = [*missing(context), *opinions(context)]
    if not items:
        return []
    return [
        Heading(text=context.t("report.next_steps.measures.title"), level=2, anchor="next-measures"),
        Paragraph(text=context.t("report.next_steps.measures")),
        Bullets(items=tuple(dict.fromkeys(items))),
    ]


def missing(context: ReportContext) -> Iterator[str]:
    """Yield each figure that a wanted benefit lacks, with who has it."""
    case = context.diagnostic.case
    for found in case.not_evaluated if case else ():
        for path in found.missing:
            yield context.t(
                "report.next_steps.missing",
                input=words.inside(words.input_name(context, path)),
                benefit=context.benefit_name(found.benefit),
                who=words.input_owner(context, path),
            )


def opinions(context: ReportContext) -> Iterator[str]:
    """Yield, for each benefit that the case counts, what it takes from opinion or from examples."""
    result, given = context.diagnostic.case, context.diagnostic.engagement.case
    if result is None or given is None:
        return
    weak = [(path, estimate) for path, estimate in assumptions.lever_inputs(given) if _is_opinion(estimate)]
    for found in result.benefits:
        inputs = [
            context.t(
                "report.next_steps.opinion.input",
                input=words.inside(words.input_name(context, path)),
                grade=words.inside(
                    context.catalog.evidence_grade(estimate.evidence).name.in_(context.language)
                ),
            )
            for path, estimate in weak
            if path.split(".")[1] == found.id
        ]
        if inputs:
            yield context.t(
                "report.next_steps.opinion", benefit=context.benefit_name(found.id), inputs=", ".join(inputs)
            )


def _is_opinion(estimate: Estimate) -> bool:
    return estimate.evidence in ("E0", "E1")


def again(context: ReportContext) -> list[Block]:
    """Return how to measure again so that a change can be seen."""
    assessment = context.diagnostic.assessment
    return [
        Heading(text=context.t("report.next_steps.again.title"), level=2, anchor="next-measurement"),
        Paragraph(text=context.t(f"report.next_steps.again.{_again(assessment)}")),
    ]


def _again(assessment: AssessmentResult | None) -> str:
    if assessment is None:
        return "first"
    return "wider" if assessment.respondents < 8 else "same"
