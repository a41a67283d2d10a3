"""How the report says what is known of a journey: valence, intervals, reasons, names. It computes nothing.

Whatever somebody typed goes through `plain`, so that it stays literal; the French of a typed text gets French spaces.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from typing import Final

import attrs

from cxmaturity import i18n
from cxmaturity.core.text import french_typography
from cxmaturity.journey.results import AtlasResult, EventResult, JourneyResult, Reason
from cxmaturity.journey.values import Event, Journey, Words
from cxmaturity.reporting.blocks import plain
from cxmaturity.reporting.context import ReportContext
from cxmaturity.reporting.journey.names import Names

FEW: Final = 30
"""Answers below which a survey is called small, as the evidence grades do."""


@attrs.frozen(kw_only=True)
class Found:
    """One event of a journey with what is known of it, for every persona that lives it the same way."""

    journey: Journey
    event: Event
    result: EventResult
    personas: tuple[str, ...]


def maps_of(context: ReportContext) -> AtlasResult:
    """Return the maps of the diagnostic; only for sections that know there are some."""
    found = context.diagnostic.maps
    if found is None:
        raise ValueError("maps")
    return found


def t(context: ReportContext, key: str, **params: object) -> str:
    """Return a message of these sections."""
    return context.t(f"journey_report.{key}", **params)


def names(context: ReportContext) -> Names:
    """Return the names of what the atlas speaks of."""
    return Names(atlas=maps_of(context).atlas, catalog=context.catalog, language=context.language)


def typed(context: ReportContext, words: Words, *, otherwise: str = "") -> str:
    """Return a typed text in the report's language, literal."""
    said = words.of(context.language)
    if context.language == "fr" and words.fr:
        said = french_typography(said)
    return plain(said or otherwise)


def lived(context: ReportContext) -> list[JourneyResult]:
    """Return the journeys as they are, in the order of the atlas: a journey as it should be proves nothing."""
    maps = maps_of(context)
    return [found for found in maps.journeys if maps.atlas.journey(found.journey).state == "as_is"]


def title(context: ReportContext, journey: Journey) -> str:
    """Return the title of a journey."""
    return typed(context, journey.title, otherwise=journey.id)


def persona(context: ReportContext, name: str) -> str:
    """Return the name of a persona, or that it is everybody's journey."""
    return plain(names(context).persona(name)) if name else t(context, "persona.all")


def personas(context: ReportContext, ids: Iterable[str]) -> str:
    """Return the names of personas as a list in a sentence."""
    return i18n.listing([persona(context, name) for name in ids], context.language)


def of_whom(context: ReportContext, found: Found, text: str) -> str:
    """Return `text` followed by the personas that it holds for, when the journey has others."""
    if len(found.personas) == len(found.journey.personas) or not any(found.personas):
        return text
    return t(context, "for_persona", text=text, personas=personas(context, found.personas))


def action(context: ReportContext, event: Event) -> str:
    """Return what happens at an event."""
    return typed(context, event.action, otherwise=event.id)


def label(context: ReportContext, found: Found) -> str:
    """Return what happens, with the number that it has on the map."""
    return t(
        context,
        "event.numbered",
        number=context.number(number_of(found.journey, found.event)),
        action=action(context, found.event),
    )


def number_of(journey: Journey, event: Event) -> int:
    """Return the number of an event on its map, where a customer's view leaves out what is not seen."""
    drawn = [item.id for item in journey.events if item.visible or journey.view == "blueprint"]
    return drawn.index(event.id) + 1 if event.id in drawn else 0


def expected(context: ReportContext, event: Event) -> str:
    """Return what is expected at an event, level and words; empty when nobody said."""
    text = typed(context, event.expectation.text)
    level = event.expectation.level
    if level is None:
        return text
    number = context.number(level, digits=0 if level % 1 == 0 else 1)
    return t(context, "expected.text" if text else "expected", text=text, level=number)


# --- events, once for the personas who live them alike ------------------------------------------------------------


def together(
    context: ReportContext,
    results: Sequence[JourneyResult],
    alike: Callable[[EventResult], Hashable] = lambda known: (
        known.valence,
        known.low,
        known.high,
        known.reasons,
    ),
) -> Iterator[Found]:
    """Yield every event of these journeys; personas for whom `alike` is the same share one."""
    atlas = maps_of(context).atlas
    for name in dict.fromkeys(result.journey for result in results):
        journey = atlas.journey(name)
        known = [
            (result.persona, {event.event: event for event in result.events})
            for result in results
            if result.journey == name
        ]
        for event in journey.events:
            groups: dict[Hashable, list[tuple[str, EventResult]]] = {}
            for persona_, events in known:
                if event.id in events:
                    groups.setdefault(alike(events[event.id]), []).append((persona_, events[event.id]))
            for members in groups.values():
                who = tuple(member for member, _ in members)
                yield Found(journey=journey, event=event, result=members[0][1], personas=who)


# --- numbers --------------------------------------------------------------------------------------------------------


def signed(context: ReportContext, value: float | None) -> str:
    """Return a valence, or a difference of two, always with its sign."""
    if value is None:
        return context.t("report.words.dash")
    return i18n.number(value, context.language, 1, signed=True)


def ends(context: ReportContext, low: float | None, high: float | None) -> str:
    """Return an interval, "−0.5 to −0.1"; empty when there is none."""
    if low is None or high is None:
        return ""
    said = context.t("report.words.from_to", low=signed(context, low), high=signed(context, high))
    return said.replace(" ", "\N{NO-BREAK SPACE}")


def with_interval(
    context: ReportContext, value: float | None, low: float | None, high: float | None, *, bare: str = ""
) -> str:
    """Return a valence with its interval; `bare` says why there is none."""
    said = signed(context, value)
    interval = ends(context, low, high) or bare
    return said if value is None or not interval else t(context, "interval", value=said, interval=interval)


def satisfaction(context: ReportContext, known: EventResult) -> str:
    """Return the satisfaction lived at an event with its interval, or that there is none."""
    if known.valence is None:
        return t(context, "unknown")
    return with_interval(context, known.valence, known.low, known.high, bare=t(context, "interval.none"))


def native(context: ReportContext, metric: str | None, value: float | None) -> str:
    """Return a measure on the scale on which it was asked."""
    if metric is None or value is None:
        return ""
    if metric == "top2":
        said = context.percent(value)
    elif metric in ("csat5", "ces7"):
        said = context.number(value, digits=1)
    else:
        said = i18n.number(value, context.language, 0 if metric == "nps" else 1, signed=True)
    return t(context, f"metric.{metric}", value=said)


def known_from(context: ReportContext, known: EventResult) -> str:
    """Return what a satisfaction rests on: grade, value on its own scale, answers, age."""
    if known.grade is None:
        return context.t("report.words.dash")
    parts = [t(context, f"grade.{known.grade}"), native(context, known.metric, known.native)]
    if known.n is not None:
        parts.append(t(context, "answers", n=context.number(known.n)))
    return ", ".join(part for part in parts if part)


# --- reasons --------------------------------------------------------------------------------------------------------


def reasons(context: ReportContext, found: Sequence[Reason]) -> str:
    """Return the criteria that fired, in words with their numbers."""
    from cxmaturity.charts.journey.reasons import reasons_said  # only for a report with journeys

    said = reasons_said(found, context.language, typed=lambda words: typed(context, words))
    return context.t("report.words.semicolon").join(said)


# --- promises and headlines -----------------------------------------------------------------------------------------


def promise(context: ReportContext, name: str) -> str:
    """Return the text of a promise."""
    found = next((item for item in maps_of(context).atlas.promises if item.id == name), None)
    return typed(context, found.text, otherwise=name) if found else plain(name)


def first_moment(context: ReportContext) -> Found | None:
    """Return the moment of truth to name first: below zero before above, most reasons, furthest from zero."""
    moments = [found for found in together(context, lived(context)) if found.result.moment]
    if not moments:
        return None

    def rank(found: Found) -> tuple[bool, int, float]:
        valence = found.result.valence or 0.0
        return valence >= 0, -len(found.result.reasons), -abs(valence)

    return min(moments, key=rank)


def headline(context: ReportContext) -> str:
    """Return the one sentence of the maps for the summary; empty when no moment of truth is known."""
    if context.diagnostic.maps is None:
        return ""
    found = first_moment(context)
    if found is None:
        return ""
    side = "mend" if (found.result.valence or 0.0) < 0 else "keep"
    return t(
        context,
        f"headline.{side}",
        event=action(context, found.event),
        who=personas(context, found.personas),
        satisfaction=satisfaction(context, found.result),
        n=len(found.result.reasons),
    )


def lead(context: ReportContext) -> str:
    """Return what was mapped for whom, and the one sentence to remember."""
    maps = maps_of(context)
    people = personas(context, dict.fromkeys(result.persona for result in maps.journeys))
    mapped = t(context, "lead", n=len(maps.atlas.journeys), people=people)
    return f"{mapped} {headline(context) or t(context, 'lead.no_moment')}"


def alone(context: ReportContext) -> bool:
    """Return whether the engagement holds journeys and nothing else."""
    found = context.diagnostic
    return found.maps is not None and found.assessment is None and found.case is None


def promises_said(context: ReportContext) -> list[str]:
    """Return how many promises are broken, when some are."""
    found = maps_of(context).promises
    broken = sum(item.verdict == "broken" for item in found)
    return [t(context, "summary.promises", n=broken, of=len(found))] if broken else []


def wanted(context: ReportContext) -> str:
    """Return the decision asked for: who acts on the first opportunity, or what to measure when none has a rank."""
    atlas = maps_of(context).atlas
    texts = {
        item.id: item.text
        for journey in atlas.journeys
        for event in journey.events
        for item in event.opportunities
    }
    for result in lived(context):
        for found in result.opportunities[:1]:
            if found.priority is not None and found.opportunity in texts:
                first = typed(context, texts[found.opportunity], otherwise=found.opportunity)
                return t(context, "summary.ask.first", opportunity=first)
    return t(context, "summary.ask.evidence")
