"""Journeys as an XES 1.0 event log, so that process mining reads what was designed beside what was logged: the same ids in both.

A trace is one way through a journey, an event one of ours. No time is written: an atlas says in which order things happen, not
when, and a date made up for a tool that wants one would end in somebody's average.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from cxmaturity.files.exchange.paths import MAX_PATHS, MAX_VISITS, Path, paths_of
from cxmaturity.files.exchange.xml_text import around, document, element
from cxmaturity.journey.values import Atlas, Event, Journey, Stage, touchpoint_of

_EXTENSIONS: Final = (
    ("Concept", "concept", "http://www.xes-standard.org/concept.xesext"),
    ("Organizational", "org", "http://www.xes-standard.org/org.xesext"),
)


def to_xes(atlas: Atlas) -> bytes:
    """Return every journey of an atlas as traces of one XES 1.0 log.

    Notes
    -----
    ``concept:name`` of a trace is the journey's id, followed by ``/2``, ``/3``... where branches and loops make several ways;
    that of an event is the event's id, ``org:resource`` its first actor, else who acts. At most `MAX_PATHS` ways are written for
    one journey and an event comes at most `MAX_VISITS` times in one way; ``paths-left-out`` names the journeys that have more.
    """
    lines, cut = list[str](), list[str]()
    for journey in atlas.journeys:
        paths, whole = paths_of(journey)
        cut += [] if whole else [journey.id]
        places = {event.id: (stage, event) for stage in journey.stages for event in stage.events}
        for number, path in enumerate(paths, 1):
            name = journey.id if number == 1 else f"{journey.id}/{number}"
            lines += around("trace", _trace(atlas, journey, name, path, places))
    head = [
        *(element("extension", attributes={"name": n, "prefix": p, "uri": u}) for n, p, u in _EXTENSIONS),
        *around("global", [_text("concept:name", "?")], {"scope": "trace"}),
        *around("global", [_text("concept:name", "?")], {"scope": "event"}),
        element("classifier", attributes={"name": "Activity", "keys": "concept:name"}),
        element("classifier", attributes={"name": "Touchpoint", "keys": "touchpoint"}),
        _text("concept:name", atlas.client),
        _text("language", atlas.language),
        _whole("max-paths", MAX_PATHS),
        _whole("max-visits", MAX_VISITS),
        *([_text("paths-left-out", "; ".join(cut))] if cut else []),
    ]
    attributes = {"xes.version": "1.0", "xes.features": "", "xmlns": "http://www.xes-standard.org/"}
    return document(around("log", [*head, *lines], attributes))


def _trace(
    atlas: Atlas, journey: Journey, name: str, path: Path, places: dict[str, tuple[Stage, Event]]
) -> Iterator[str]:
    yield _text("concept:name", name)
    yield _text("journey", journey.id)
    yield _text("title", journey.title.of(atlas.language))
    yield _text("kind", journey.kind)
    yield _text("state", journey.state)
    if journey.personas:
        yield _text("personas", "; ".join(journey.personas))
    if journey.compared_with:
        yield _text("compared-with", journey.compared_with)
    yield element("boolean", attributes={"key": "complete", "value": "true" if path.complete else "false"})
    for event in path.events:
        yield from around("event", _event(atlas, *places[event.id]))


def _event(atlas: Atlas, stage: Stage, event: Event) -> Iterator[str]:
    yield _text("concept:name", event.id)
    yield _text("org:resource", next(iter(event.actors), event.by))
    yield _text("action", event.action.of(atlas.language))
    yield _text("initiator", event.by)
    yield _text("stage", stage.id)
    yield _text("lifecycle-phase", stage.lifecycle)
    yield _text("touchpoint", touchpoint_of(stage, event))
    yield _text("channel", event.channel)
    yield element("boolean", attributes={"key": "visible", "value": "true" if event.visible else "false"})


def _text(key: str, value: str) -> str:
    return element("string", attributes={"key": key, "value": value})


def _whole(key: str, value: int) -> str:
    return element("int", attributes={"key": key, "value": str(value)})
