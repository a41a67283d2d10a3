"""What the checks of the maps still ask for, said for a reader of the report: names where a file has ids, dates in words.

The command line says the same findings with the ids, because there they are looked for in a file.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any, Final

import attrs

from cxmaturity import i18n
from cxmaturity.core.problems import Problem
from cxmaturity.journey.values import Event, Journey, Measure, Persona
from cxmaturity.reporting.blocks import plain
from cxmaturity.reporting.context import ReportContext
from cxmaturity.reporting.sections import journey_words as said

MISSING: Final = frozenset({"n", "date", "source"})
"""What a measure may lack (V402), each with a message of its own."""


def finding(context: ReportContext, found: Problem) -> str:
    """Return a finding of the checks as a sentence for the report."""
    steps = list(_steps(context, found.path))
    params = {name: _named(context, name, value, steps) for name, value in found.params}
    text = plain(i18n.describe(attrs.evolve(found, params=params), context.language))
    return text[:1].upper() + text[1:]


def _steps(context: ReportContext, path: tuple[str | int, ...]) -> Iterator[Any]:
    """Yield what stands along the path of a finding, from the atlas down, as far as it can be followed."""
    here: Any = said.maps_of(context).atlas
    for step in path:
        try:
            here = here[step] if isinstance(step, int) else getattr(here, step)
        except (AttributeError, IndexError, TypeError):
            return
        if getattr(here, "id", ""):
            yield here


def _named(context: ReportContext, name: str, value: Any, steps: list[Any]) -> Any:
    """Return what fills a field, by the name that the client gave it."""
    names = said.names(context)
    if isinstance(value, dt.date):
        return context.date(value)
    if name in {"at", "event", "journey"}:
        thing = next((item for item in reversed(steps) if item.id == value), None)
        return names.benefit(value) if thing is None else _called(context, thing, steps)
    if name == "known":  # the benefits, each with its id for whoever types it
        parts = [item.name.in_(context.language) for item in context.catalog.benefits]
    elif name == "persona":
        parts = [names.persona(item) for item in value.split(", ")]
    elif name == "missing":
        parts = [
            said.t(context, f"missing.{item}") if item in MISSING else item for item in value.split(", ")
        ]
    else:
        return value
    return ", ".join(parts)


def _called(context: ReportContext, thing: Any, steps: list[Any]) -> str:
    """Return the name of a thing of the atlas; a measure is known by its source and its event."""
    if isinstance(thing, Persona):
        return thing.name or thing.id
    names = said.names(context)
    texts = (getattr(thing, field, None) for field in ("title", "name", "action", "text", "source"))
    called = next((names.typed(words) for words in texts if words), thing.id)
    if not isinstance(thing, Measure):
        return called
    journey = next((item for item in steps if isinstance(item, Journey)), None)
    event = next((item for item in steps if isinstance(item, Event)), None)
    number = said.number_of(journey, event) if journey and event else 0
    return said.t(context, "opportunity.at", text=called, number=context.number(number)) if number else called
