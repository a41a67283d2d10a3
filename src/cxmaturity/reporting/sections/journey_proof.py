"""How good the evidence is behind the maps, and what the sample sizes do not allow anybody to say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from cxmaturity import i18n
from cxmaturity.journey.results import JourneyResult
from cxmaturity.journey.values import GRADES
from cxmaturity.reporting.blocks import Block, Bullets, Column, Heading, Paragraph, Table, plain
from cxmaturity.reporting.context import ReportContext
from cxmaturity.reporting.sections import journey_words as said
from cxmaturity.reporting.sections.journey_findings import finding

FINDINGS: Final = 8
NAMED: Final = 5
"""How many events a sentence names before it counts the others."""


def build(context: ReportContext) -> list[Block]:
    """Return the quality of the evidence, then what cannot be said."""
    return [*quality(context), *unsaid(context)]


def quality(context: ReportContext) -> list[Block]:
    """Return how many events rest on what, and what the checks still ask for."""
    return [
        Heading(text=said.t(context, "quality.title"), level=2, anchor="journey-evidence"),
        Table(
            caption=said.t(context, "quality.table"),
            columns=(
                Column(title=said.t(context, "column.journey"), width=3.0),
                Column(title=said.t(context, "column.persona"), width=1.2),
                *(
                    Column(title=said.t(context, f"grade.{grade}.title"), align="right")
                    for grade in reversed(GRADES)
                ),
                Column(title=said.t(context, "column.unknown"), align="right"),
            ),
            rows=tuple(_counts(context, found) for found in said.maps_of(context).journeys),
            note=said.t(context, "quality.note"),
            anchor="table-journey-evidence",
        ),
        *findings(context),
    ]


def _counts(context: ReportContext, found: JourneyResult) -> tuple[str, ...]:
    journey = said.maps_of(context).atlas.journey(found.journey)
    visible = {event.id for event in journey.events if event.visible}
    grades = [event.grade for event in found.events if event.event in visible]
    return (
        said.title(context, journey),
        said.persona(context, found.persona),
        *(context.number(grades.count(grade)) for grade in reversed(GRADES)),
        context.number(grades.count(None)),
    )


def findings(context: ReportContext) -> list[Block]:
    """Return what the checks ask for, and what the team has accepted with its reason."""
    maps = said.maps_of(context)
    blocks: list[Block] = []
    asked = [found for found in maps.findings if found.severity != "advice"]
    if asked:
        blocks += [
            Paragraph(text=said.t(context, "findings.lead", n=len(asked))),
            Bullets(items=tuple(finding(context, found) for found in asked[:FINDINGS])),
        ]
    if len(asked) > FINDINGS:
        blocks.append(Paragraph(text=said.t(context, "findings.more", n=len(asked) - FINDINGS), tone="note"))
    reasons = (
        dict.fromkeys(f"{item.rule}: {item.reason.of(context.language)}" for item in maps.atlas.waivers)
        if maps.waived
        else {}
    )
    if reasons:
        given = context.t("report.words.semicolon").join(plain(reason) for reason in reasons)
        blocks.append(
            Paragraph(text=said.t(context, "findings.waived", n=len(maps.waived), reasons=given), tone="note")
        )
    return blocks


def unsaid(context: ReportContext) -> list[Block]:
    """Return what the numbers of answers do not allow to say, event by event."""
    everything = said.together(
        context, said.lived(context), lambda known: (known.valence, known.low, known.n)
    )
    events = [item for item in everything if item.result.valence is not None]
    items = [*_signs(context, events), *_few(context, events), *_bare(context, events)]
    items += [*_classes(context, events), *_promises(context), *_ranks(context)]
    if not events:
        items = [said.t(context, "unsaid.nothing")]
    return [
        Heading(text=said.t(context, "unsaid.title"), level=2, anchor="journey-unsaid"),
        Bullets(items=(*items, said.t(context, "unsaid.scales"))),
    ]


def _listed(context: ReportContext, found: Sequence[said.Found]) -> str:
    """Return the events in quotes, the first few by name."""
    texts = [
        said.of_whom(context, item, said.t(context, "event.quoted", action=said.action(context, item.event)))
        for item in found[:NAMED]
    ]
    if len(found) > NAMED:
        texts.append(said.t(context, "unsaid.others", n=len(found) - NAMED))
    return i18n.listing(texts, context.language)


def _about(context: ReportContext, key: str, found: Sequence[said.Found]) -> Iterator[str]:
    if found:
        yield said.t(context, f"unsaid.{key}", n=len(found), events=_listed(context, found))


def _signs(context: ReportContext, events: Sequence[said.Found]) -> Iterator[str]:
    yield from _about(
        context,
        "sign",
        [
            item
            for item in events
            if item.result.low is not None
            and item.result.high is not None
            and item.result.low < 0 < item.result.high
        ],
    )


def _few(context: ReportContext, events: Sequence[said.Found]) -> Iterator[str]:
    few = [item for item in events if item.result.n is not None and item.result.n < said.FEW]
    for item in few[:NAMED]:
        yield said.t(
            context,
            "unsaid.few",
            event=said.of_whom(
                context, item, said.t(context, "event.quoted", action=said.action(context, item.event))
            ),
            n=item.result.n,
        )
    if len(few) > NAMED:
        yield said.t(context, "unsaid.few.more", n=len(few) - NAMED, least=context.number(said.FEW))


def _bare(context: ReportContext, events: Sequence[said.Found]) -> Iterator[str]:
    yield from _about(context, "bare", [item for item in events if item.result.low is None])


def _classes(context: ReportContext, events: Sequence[said.Found]) -> Iterator[str]:
    yield from _about(
        context,
        "straddles",
        [
            item
            for item in events
            if item.result.opportunity is not None and item.result.opportunity.straddles
        ],
    )


def _promises(context: ReportContext) -> Iterator[str]:
    bare = [item for item in said.maps_of(context).promises if item.distance is not None and item.low is None]
    if bare:
        texts = [said.t(context, "event.quoted", action=said.promise(context, item.promise)) for item in bare]
        yield said.t(context, "unsaid.promises", n=len(bare), promises=i18n.listing(texts, context.language))


def _ranks(context: ReportContext) -> Iterator[str]:
    unsteady = {
        found.opportunity
        for result in said.lived(context)
        for found in result.opportunities
        if found.stability is not None and 0.2 < found.stability < 0.8
    }
    if unsteady:
        yield said.t(context, "unsaid.ranks", n=len(unsteady))
