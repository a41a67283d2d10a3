"""A journey event by event: what is expected, what is lived by whom, and what goes wrong."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cxmaturity.journey.results import EventResult, JourneyResult
from cxmaturity.journey.values import Event, Journey, Stage
from cxmaturity.reporting.blocks import Block, Column, Table, plain
from cxmaturity.reporting.context import ReportContext
from cxmaturity.reporting.sections import journey_words as said


def build(
    context: ReportContext, journey: Journey, results: Sequence[JourneyResult], rank: int
) -> list[Block]:
    """Return the table of a journey: a line for each stage, then its events."""
    if not journey.events:
        return []
    hoped = journey.state == "to_be"
    known: dict[str, list[said.Found]] = {}
    for found in said.together(context, results, _satisfaction):
        known.setdefault(found.event.id, []).append(found)
    rows = [row for stage in journey.stages for row in _rows(context, journey, stage, known)]
    return [
        Table(
            caption=said.t(context, "events.table", title=said.title(context, journey)),
            columns=(
                Column(title=said.t(context, "column.event"), width=2.6),
                Column(title=said.t(context, "column.expected"), width=2.0),
                Column(title=said.t(context, "column.hoped" if hoped else "column.lived"), width=1.8),
                Column(title=said.t(context, "column.wrong"), width=2.6),
            ),
            rows=tuple(rows),
            note=said.t(context, "events.hoped" if hoped else "events.note"),
            anchor=f"table-journey-events-{rank}",
        )
    ]


def _satisfaction(known: EventResult) -> tuple[float | None, ...]:
    return known.valence, known.low, known.high


def _rows(
    context: ReportContext, journey: Journey, stage: Stage, known: dict[str, list[said.Found]]
) -> Iterator[tuple[str, ...]]:
    """Yield the events of a stage; the first says its name, which a line of its own could part from them."""
    name = said.typed(context, stage.name, otherwise=stage.id)
    for rank, event in enumerate(stage.events):
        head, *others = _event(context, journey, event, known.get(event.id, []))
        opened = head if rank else said.t(context, "event.opening", stage=name, event=head)
        yield opened, *others


def _event(
    context: ReportContext, journey: Journey, event: Event, found: list[said.Found]
) -> tuple[str, ...]:
    dash = context.t("report.words.dash")
    semicolon = context.t("report.words.semicolon")
    return (
        _head(context, journey, event),
        said.expected(context, event) or dash,
        semicolon.join(_by(context, journey, one) for one in found if one.result.valence is not None) or dash,
        semicolon.join(said.typed(context, pain.text) for pain in event.pains) or dash,
    )


def _head(context: ReportContext, journey: Journey, event: Event) -> str:
    action = said.action(context, event)
    if not event.visible:
        action = said.t(context, "event.unseen", action=action)
    number = said.number_of(journey, event)
    if number:
        action = said.t(context, "event.numbered", number=context.number(number), action=action)
    channel = plain(said.names(context).channel(event.channel))
    return said.t(context, "event.channel", event=action, channel=channel)


def _by(context: ReportContext, journey: Journey, found: said.Found) -> str:
    """Return the satisfaction, after the persona's name where personas differ; a hoped-for one has no interval to miss."""
    hoped = journey.state == "to_be"
    text = said.signed(context, found.result.valence) if hoped else said.satisfaction(context, found.result)
    if len(found.personas) == len(journey.personas) or not any(found.personas):
        return text
    return said.t(context, "lived.by", text=text, personas=said.personas(context, found.personas))
