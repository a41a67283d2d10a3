"""What ties an event to the rest of its journey, in words: the promises that it should keep, and what may come after it."""

from __future__ import annotations

from collections.abc import Iterator

from cxmaturity import i18n
from cxmaturity.charts.journey.promises import is_judged, verdict_said
from cxmaturity.charts.journey.sheet import word_of
from cxmaturity.journey.results import AtlasResult, EventResult, JourneyResult
from cxmaturity.journey.values import Event, Journey
from cxmaturity.reporting.journey.names import Names


def promises_said(
    result: AtlasResult, journey: Journey, pair: tuple[Event, EventResult], names: Names
) -> Iterator[str]:
    """Yield each promise that an event should keep: kept or not on the whole, at what distance, and what is lived here."""
    event, known = pair
    checked = {it.promise: it for it in result.promises} if is_judged(journey) else {}
    for name in dict.fromkeys(event.promises):
        text, found = names.promise(name), checked.get(name)
        if found is None:
            yield text
            continue
        verdict = verdict_said(found, names.language, whole=True)
        if known.valence is None:
            yield names.word("promise.unknown", text=text, verdict=verdict, n=len(found.events))
            continue
        here = i18n.number(known.valence - found.promised, names.language, 1, signed=True)
        yield names.word("promise.here", text=text, verdict=verdict, n=len(found.events), here=here)


def then_said(journey: Journey, found: JourneyResult, event: Event, names: Names) -> str:
    """Return what may come after an event, by number; empty when only the following event does."""
    known = {it.event: it.index + 1 for it in found.events}
    actions = {it.id: names.typed(it.action) or it.id for it in journey.events}
    said = [
        names.word("event.title", number=i18n.number(known[name], names.language), action=actions[name])
        for name in event.next
        if name in known
    ]
    if "end" in event.next:
        said.append(names.word("row.then.end"))
    return " · ".join(said)


def emotion_said(event: Event, known: EventResult, names: Names) -> str:
    """Return the word of an emotion and how strong it is; no word where what the persona answered contradicts it."""
    felt = event.emotion
    level = (
        ""
        if felt.intensity is None
        else i18n.message("journey_map.intensity", names.language, n=felt.intensity)
    )
    return ", ".join(part for part in (names.typed(word_of(event, known)), level) if part)
