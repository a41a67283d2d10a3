"""What could be done, each with the feedback behind it, and where the functions do not see the same journey."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from cxmaturity import i18n
from cxmaturity.journey.results import FunctionView, RankedOpportunity
from cxmaturity.journey.values import Event, Journey, Measure, Opportunity, Pain, Words
from cxmaturity.reporting.blocks import Block, Column, Heading, Paragraph, Table, plain
from cxmaturity.reporting.context import ReportContext
from cxmaturity.reporting.sections import journey_words as said

OPPORTUNITIES: Final = 10
DISAGREEMENTS: Final = 6
APART: Final = 1.0
"""A range of means, in points of 1 to 5, from which functions are said to disagree."""


def build(context: ReportContext) -> list[Block]:
    """Return the opportunities, then the disagreements."""
    return [*opportunities(context), *disagreements(context)]


# --- opportunities --------------------------------------------------------------------------------------------------


def opportunities(context: ReportContext) -> list[Block]:
    """Return the opportunities of each journey by rank, pointing at the pains and measures behind each."""
    heading = Heading(text=said.t(context, "opportunities.title"), level=2, anchor="journey-opportunities")
    rows = [row for journey in _journeys(context) for row in _ranked(context, journey)]
    if not rows:
        return [heading, Paragraph(text=said.t(context, "opportunities.none"))]
    return [
        heading,
        Table(
            caption=said.t(context, "opportunities.table"),
            columns=(
                Column(title=said.t(context, "column.rank"), width=1.0),
                Column(title=said.t(context, "column.opportunity"), width=2.4),
                Column(title=said.t(context, "column.feedback"), width=4.0),
                Column(title=said.t(context, "column.aim"), width=1.6),
                Column(title=said.t(context, "column.stable"), width=0.9, align="right"),
            ),
            rows=tuple(rows[:OPPORTUNITIES]),
            note=said.t(context, "opportunities.note"),
            anchor="table-journey-opportunities",
        ),
    ]


def _journeys(context: ReportContext) -> list[Journey]:
    atlas = said.maps_of(context).atlas
    return [atlas.journey(name) for name in dict.fromkeys(item.journey for item in said.lived(context))]


def _ranked(context: ReportContext, journey: Journey) -> Iterator[tuple[str, ...]]:
    """Yield one row per opportunity, in the order of the first persona, with the rank that it has for each."""
    results = [item for item in said.lived(context) if item.journey == journey.id]
    ranks: dict[str, list[tuple[str, int, RankedOpportunity]]] = {}
    for result in results:
        for rank, found in enumerate(result.opportunities, 1):
            ranks.setdefault(found.opportunity, []).append((result.persona, rank, found))
    for name, places in ranks.items():
        event, opportunity = _opportunity(journey, name)
        yield (
            _rank(context, places),
            said.t(
                context,
                "opportunity.at",
                text=said.typed(context, opportunity.text, otherwise=opportunity.id),
                number=context.number(said.number_of(journey, event)),
            ),
            feedback(context, opportunity),
            _aim(context, opportunity),
            _steady(context, places),
        )


def _opportunity(journey: Journey, name: str) -> tuple[Event, Opportunity]:
    return next((event, item) for event in journey.events for item in event.opportunities if item.id == name)


def _rank(context: ReportContext, places: list[tuple[str, int, RankedOpportunity]]) -> str:
    """Return the rank, by persona where they differ."""
    alike = len({rank for _, rank, _ in places}) == 1
    ranks = []
    for persona, rank, found in places[:1] if alike else places:
        if found.priority is None:
            ranks.append(said.t(context, "rank.none"))
            continue
        number = context.number(rank)
        ranks.append(
            number
            if alike
            else said.t(context, "rank.persona", rank=number, persona=said.persona(context, persona))
        )
    return ", ".join(ranks)


def _steady(context: ReportContext, places: list[tuple[str, int, RankedOpportunity]]) -> str:
    """Return how often it stays among the first five: the least of what is known for the personas."""
    known = [found.stability for _, _, found in places if found.stability is not None]
    return context.percent(min(known)) if known else context.t("report.words.dash")


def _aim(context: ReportContext, opportunity: Opportunity) -> str:
    names = said.names(context)
    parts = []
    if opportunity.kpi:
        parts.append(plain(names.benefit(opportunity.kpi)))
    if opportunity.effort is not None:
        parts.append(said.t(context, "effort", effort=context.number(opportunity.effort)))
    if opportunity.owner:
        parts.append(_owner(context, opportunity.owner))
    return context.t("report.words.semicolon").join(parts) or context.t("report.words.dash")


def _owner(context: ReportContext, given: Words) -> str:
    """Return an owner by the name of an actor or a function, as typed when it is neither."""
    name = given.of(context.language)
    known = owner(context, name)
    return said.typed(context, given) if known == name else plain(known)


def owner(context: ReportContext, name: str) -> str:
    """Return an owner by the name of an actor or a function, as typed when it is neither."""
    known = next(
        (item.name.in_(context.language) for item in context.catalog.functions if item.id == name), ""
    )
    return known or said.names(context).actor(name)


def feedback(context: ReportContext, opportunity: Opportunity) -> str:
    """Return the customers' words and the measures that an opportunity answers, each with its source."""
    atlas = said.maps_of(context).atlas
    events = [event for journey in atlas.journeys for event in journey.events]
    pains = {item.id: item for event in events for item in event.pains}
    measures = {item.id: item for event in events for item in event.satisfaction}
    parts = [
        _pain(context, pains[name]) if name in pains else _measure(context, measures[name])
        for name in opportunity.feedback
        if name in pains or name in measures
    ]
    listed = context.t("report.words.semicolon").join(parts)
    return listed[:1].upper() + listed[1:] or said.t(context, "feedback.none")


def _pain(context: ReportContext, pain: Pain) -> str:
    text = said.typed(context, pain.text, otherwise=pain.id)
    if pain.quote:
        text = said.t(context, "feedback.quote", text=text, quote=said.typed(context, pain.quote))
    return _sourced(context, text, pain.kind, pain.source)


def _measure(context: ReportContext, measure: Measure) -> str:
    text = said.native(context, measure.metric, measure.value)
    if measure.n is not None:
        text = f"{text}, {said.t(context, 'answers', n=context.number(measure.n))}"
    return _sourced(context, text, measure.kind, measure.source)


def _sourced(context: ReportContext, text: str, kind: str, source: Words) -> str:
    where = said.typed(context, source) or said.t(context, f"kind.{kind}")
    return said.t(context, "feedback.source", text=text, source=where)


# --- where functions disagree -----------------------------------------------------------------------------------------


def disagreements(context: ReportContext) -> list[Block]:
    """Return the events that functions score furthest apart, beside what customers said there."""
    found = [
        item
        for item in said.together(
            context, said.lived(context), lambda known: (known.functions, known.measure)
        )
        if item.result.disagreement is not None
        and item.result.disagreement >= APART
        and len(_views(context, item.result.functions)) == len(item.result.functions)
    ]
    scored = any(event.functions for result in said.lived(context) for event in result.events)
    if not scored:
        return []
    heading = Heading(text=said.t(context, "disagree.title"), level=2, anchor="journey-disagreements")
    if not found:
        return [heading, Paragraph(text=said.t(context, "disagree.none"))]
    found.sort(key=lambda it: -(it.result.disagreement or 0.0))
    once = {item.event.id: item for item in reversed(found)}  # personas share one workshop
    kept = [item for item in found if once[item.event.id] is item][:DISAGREEMENTS]
    return [
        heading,
        Table(
            caption=said.t(context, "disagree.table"),
            columns=(
                Column(title=said.t(context, "column.event"), width=2.2),
                Column(title=said.t(context, "column.functions"), width=3.4),
                Column(title=said.t(context, "column.range"), width=1.0, align="right"),
                Column(title=said.t(context, "column.customers"), width=2.0),
            ),
            rows=tuple(_disagreement(context, item) for item in kept),
            note=said.t(context, "disagree.note"),
            anchor="table-disagreements",
        ),
    ]


def _views(context: ReportContext, given: tuple[FunctionView, ...]) -> list[FunctionView]:
    """Return the functions that may be shown: an anonymous panel hides the smallest."""
    settings = context.diagnostic.engagement.settings
    least = settings.minimum_group if settings.privacy == "anonymous" else 1
    return [view for view in given if view.n >= least]


def _disagreement(context: ReportContext, item: said.Found) -> tuple[str, ...]:
    views = _views(context, item.result.functions)
    parts = [
        said.t(
            context,
            "function",
            function=plain(owner(context, view.function)),
            value=context.number(view.satisfaction, digits=1),
            n=view.n,
        )
        for view in views
        if view.satisfaction is not None
    ]
    asked = item.result.grade == "V"
    return (
        said.label(context, item),
        i18n.listing(parts, context.language),
        context.number(item.result.disagreement, digits=1),
        said.known_from(context, item.result) if asked else said.t(context, "disagree.not_asked"),
    )
