"""What customers live: the maps, the moments of truth, promises and gaps, what to do, and how sure all of it is."""

from __future__ import annotations

from typing import Final

from cxmaturity.journey.results import JourneyResult
from cxmaturity.journey.values import Journey
from cxmaturity.reporting.blocks import (
    Block,
    Callout,
    Column,
    Figure,
    Heading,
    KeyFigure,
    Paragraph,
    Table,
    plain,
)
from cxmaturity.reporting.context import ReportContext
from cxmaturity.reporting.sections import (
    figures,
    journey_actions,
    journey_events,
    journey_moments,
    journey_promises,
    journey_proof,
    words,
)
from cxmaturity.reporting.sections import journey_words as said

MAPS: Final = 6
"""How many maps a report holds; the others are drawn by ``cxmaturity map draw``."""


def build(context: ReportContext) -> list[Block]:
    """Return the section on journeys."""
    heading = Heading(text=said.t(context, "title"), level=1, anchor="journeys")
    if context.diagnostic.maps is None or not context.diagnostic.maps.journeys:
        return [heading, Paragraph(text=said.t(context, "none"))]
    return [
        heading,
        *opening(context),
        *journeys(context),
        *journey_moments.build(context),
        *journey_promises.build(context),
        *journey_actions.build(context),
        *journey_proof.build(context),
    ]


def opening(context: ReportContext) -> list[Block]:
    """Return what was mapped, the sentence to remember, and what in it is invented."""
    atlas = said.maps_of(context).atlas
    blocks: list[Block] = [Paragraph(text=said.lead(context), tone="lead")]
    if atlas.strategy.text:
        strategy = said.typed(context, atlas.strategy.text)
        blocks.append(Paragraph(text=said.t(context, "strategy", text=strategy)))
    if atlas.note:
        blocks.append(
            Callout(title=said.t(context, "note"), text=plain(atlas.note.of(context.language)), tone="info")
        )
    return blocks


def journeys(context: ReportContext) -> list[Block]:
    """Return each journey: what it is, its scores, its events, and one map for each persona who lives it differently."""
    maps = said.maps_of(context)
    blocks: list[Block] = []
    room = MAPS
    for rank, name in enumerate(dict.fromkeys(result.journey for result in maps.journeys), 1):
        journey = maps.atlas.journey(name)
        results = [result for result in maps.journeys if result.journey == name]
        known = [result for result in results if result.mean is not None]  # else there is no curve to draw
        drawn = known[: 1 if journey.state == "to_be" else room][:room]
        room -= len(drawn)
        blocks += about(context, journey, results, rank)
        blocks += journey_events.build(context, journey, results, rank)
        blocks += [one_map(context, journey, result, f"{rank}-{at}") for at, result in enumerate(drawn, 1)]
    if not room:
        blocks.append(Paragraph(text=said.t(context, "map.more"), tone="note"))
    return blocks


def about(context: ReportContext, journey: Journey, results: list[JourneyResult], rank: int) -> list[Block]:
    """Return the title of a journey, what it covers, and its two scores for each persona."""
    text = words.join(
        said.t(
            context,
            "map.about",
            state=words.sentence(said.t(context, f"state.{journey.state}.{journey.kind}")),
            stages=said.t(context, "map.stages", n=len(journey.stages)),
            events=said.t(context, "map.events", n=len(journey.events)),
        ),
        said.t(context, "map.scope", scope=said.typed(context, journey.scope)) if journey.scope else "",
        said.t(context, "map.date", date=context.date(journey.date)) if journey.date else "",
    )
    blocks: list[Block] = [
        Heading(text=said.title(context, journey), level=2, anchor=f"journey-{rank}"),
        Paragraph(text=text),
    ]
    known = [result for result in results if result.mean is not None]
    if not known:
        return [*blocks, Paragraph(text=said.t(context, "map.empty"))]
    blocks.append(_scores(context, said.title(context, journey), known, rank))
    if any(result.disagree for result in known):
        blocks.append(Paragraph(text=said.t(context, "score.disagree")))
    return blocks


def _scores(context: ReportContext, title: str, results: list[JourneyResult], rank: int) -> Block:
    return Table(
        caption=said.t(context, "score.table", title=title),
        columns=(
            Column(title=said.t(context, "column.persona"), width=2.0),
            Column(title=said.t(context, "score.peak_end"), align="right"),
            Column(title=said.t(context, "score.mean"), align="right"),
            Column(title=said.t(context, "score.moments"), align="right"),
        ),
        rows=tuple(
            (
                said.persona(context, result.persona),
                said.signed(context, result.peak_end),
                said.signed(context, result.mean),
                context.number(len(result.moments)),
            )
            for result in results
        ),
        note=said.t(context, "score.note"),
        anchor=f"table-journey-scores-{rank}",
    )


def one_map(context: ReportContext, journey: Journey, result: JourneyResult, anchor: str) -> Block:
    """Return the map of a journey for a persona; its anchor is a rank, as ids may hold what an anchor may not."""
    caption = said.t(
        context,
        "map.caption",
        title=said.title(context, journey),
        state=said.t(context, f"state.{journey.state}.{journey.kind}"),
        persona=said.persona(context, result.persona),
    )
    return Figure(
        chart=figures.journey_map(context, result),
        caption=caption,
        note=said.t(context, "map.note"),
        anchor=f"figure-journey-{anchor}",
        detailed=True,
    )


def key_figures(context: ReportContext, result: JourneyResult) -> list[KeyFigure]:
    """Return peak and end, the weighted mean and the moments of truth, as big numbers."""
    found: list[KeyFigure] = []
    for name, value in (("peak_end", result.peak_end), ("mean", result.mean)):
        note = "none" if value is None else "note"
        label = said.t(context, f"score.{name}")
        found.append(
            KeyFigure(
                label=label,
                value=said.signed(context, value),
                note=said.t(context, f"score.{name}.{note}"),
            )
        )
    found.append(
        KeyFigure(
            label=said.t(context, "score.moments"),
            value=context.number(len(result.moments)),
            note=said.t(context, "score.moments.note", n=len(result.events)),
        )
    )
    return found
