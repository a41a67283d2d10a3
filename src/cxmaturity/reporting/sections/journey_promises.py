"""What the brand promises against what is lived where it should be kept, and how a lived journey departs from its plan."""

from __future__ import annotations

from cxmaturity.journey.results import PromiseResult
from cxmaturity.journey.values import NOTHING
from cxmaturity.reporting.blocks import Block, Column, Heading, Paragraph, Table, plain
from cxmaturity.reporting.context import ReportContext
from cxmaturity.reporting.sections import journey_words as said


def build(context: ReportContext) -> list[Block]:
    """Return the check of the promises, then the deviations; nothing where there are none."""
    return [*promises(context), *deviations(context)]


def promises(context: ReportContext) -> list[Block]:
    """Return each promise with its distance to what is lived, the most contradicted first."""
    found = said.maps_of(context).promises
    if not found:
        return []
    broken = sum(item.verdict == "broken" for item in found)
    return [
        Heading(text=said.t(context, "promises.title"), level=2, anchor="journey-promises"),
        Table(
            caption=said.t(context, "promises.table"),
            columns=(
                Column(title=said.t(context, "column.promise"), width=2.6),
                Column(title=said.t(context, "column.promised"), width=1.0, align="right"),
                Column(title=said.t(context, "column.lived"), width=1.0, align="right"),
                Column(title=said.t(context, "column.distance"), width=1.8),
                Column(title=said.t(context, "column.worst"), width=2.0),
                Column(title=said.t(context, "column.verdict"), width=1.5),
            ),
            rows=tuple(_promise(context, item) for item in found),
            note=said.t(context, "promises.note"),
            anchor="table-promises",
        ),
        Paragraph(
            text=said.t(context, "promises.broken" if broken else "promises.kept", n=broken, of=len(found))
        ),
    ]


def _promise(context: ReportContext, found: PromiseResult) -> tuple[str, ...]:
    atlas = said.maps_of(context).atlas
    events = {event.id: event for journey in atlas.journeys for event in journey.events}
    worst = events.get(found.worst)
    made = next((item.made_in for item in atlas.promises if item.id == found.promise), NOTHING)
    text = said.promise(context, found.promise)
    return (
        said.t(context, "promise.made", text=text, where=said.typed(context, made)) if made else text,
        said.signed(context, found.promised),
        said.signed(context, found.lived),
        said.with_interval(
            context, found.distance, found.low, found.high, bare=said.t(context, "interval.none")
        ),
        said.action(context, worst) if worst else context.t("report.words.dash"),
        said.t(context, f"verdict.{found.verdict}"),
    )


def deviations(context: ReportContext) -> list[Block]:
    """Return how each lived journey departs from the one that was planned."""
    maps = said.maps_of(context)
    events = {event.id: event for journey in maps.atlas.journeys for event in journey.events}
    several = len({result.journey for result in maps.journeys if result.deviations}) > 1
    rows = []
    for result in maps.journeys:
        name = said.title(context, maps.atlas.journey(result.journey))
        for found in result.deviations:
            what = said.action(context, events[found.event]) if found.event in events else plain(found.event)
            rows.append(
                (
                    said.t(context, f"deviation.{found.kind}"),
                    said.t(context, "deviation.of", event=what, journey=name) if several else what,
                    said.t(context, f"deviation.{found.kind}.means"),
                )
            )
    if not rows:
        return []
    return [
        Heading(text=said.t(context, "deviations.title"), level=2, anchor="journey-deviations"),
        Table(
            caption=said.t(context, "deviations.table"),
            columns=(
                Column(title=said.t(context, "column.deviation"), width=1.2),
                Column(title=said.t(context, "column.event"), width=2.6),
                Column(title=said.t(context, "column.means"), width=2.6),
            ),
            rows=tuple(dict.fromkeys(rows)),
            note=said.t(context, "deviations.note"),
            anchor="table-deviations",
        ),
    ]
