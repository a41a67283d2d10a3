"""What the script of a map says: words, names of filters and layers, one sentence per event. The page and the widget share it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from cxmaturity import i18n
from cxmaturity.catalog import Catalog
from cxmaturity.core.problems import UnknownIdError
from cxmaturity.core.text import Language
from cxmaturity.journey.results import AtlasResult
from cxmaturity.journey.values import GRADES, Event, Journey, Stage
from cxmaturity.reporting.journey.facts import EventFacts, journey_facts
from cxmaturity.reporting.journey.names import FACETS, Names

LAYERS: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    ("satisfaction", (".layer-curve", ".layer-expectation")),
    ("evidence", (".layer-evidence",)),
    ("intensity", (".layer-intensity",)),
    ("flows", (".layer-flows",)),
    ("promises", (".layer-promises",)),
    ("functions", (".layer-functions",)),
    ("pains", (".layer-pains", ".layer-opportunities")),
    ("actors", (".layer-front", ".layer-back")),
    ("systems", (".layer-systems",)),
    ("data", (".layer-data",)),
    ("owners", (".layer-owner", ".layer-kpis")),
    ("investment", (".layer-investment",)),
    ("campaigns", (".layer-campaigns",)),
    ("invisible", ('.event[data-line="back"]', ".layer-back", ".layer-line-visibility")),
    ("beside", (".layer-ghost",)),
    ("others", (".layer-personas",)),
)
"""Overlays of the page and what each one shows or hides in the picture; those that a picture lacks are not offered."""


_OFF: Final = ("others",)
"""Overlays that are shown only when they are asked for."""


def map_words(
    result: AtlasResult,
    journey: str,
    *,
    catalog: Catalog,
    language: Language,
    width_mm: float | None = None,
) -> dict[str, Any]:
    """Return the `words` of ``attachMap`` for one journey, as plain values that JSON holds.

    Parameters
    ----------
    result : AtlasResult
        What was analysed.
    journey : str
        Which one.
    catalog : Catalog
        Names of channels and benefits.
    language : {"en", "fr"}
        Of every word.
    width_mm : float, optional
        Width of the picture on paper, for the size at which letters are as large as in print.

    Raises
    ------
    UnknownIdError
        ``core.unknown_id`` for an unknown journey.
    """
    names = Names(atlas=result.atlas, catalog=catalog, language=language)
    facts = [journey_facts(result, it, names) for it in result.journeys if it.journey == journey]
    if not facts:
        raise UnknownIdError.from_name("journey", journey, [it.journey for it in result.journeys])
    labels = {one.persona: {event.id: _label(event, names) for event in one.events} for one in facts}
    word = names.word
    return {
        "language": language,
        "widthMm": width_mm,
        "map": f"{word('map', title=facts[0].title)}. {word('map.keys')}",
        "tools": word("tools"),
        "filters": word("filters"),
        "overlays": word("overlays"),
        "zoom": word("zoom"),
        "zoomIn": word("zoom.in"),
        "zoomOut": word("zoom.out"),
        "zoomFit": word("zoom.fit"),
        "clear": word("clear"),
        "shown": word("shown", n="{n}", total="{total}"),
        "threshold": word("threshold"),
        "thresholdAny": word("threshold.any"),
        "facets": [
            {
                "id": facet,
                "name": word(f"facet.{facet}"),
                "values": _values(result.atlas.journey(journey), facet, names),
            }
            for facet in FACETS
        ],
        "layers": [
            {
                "id": layer,
                "name": word(f"layer.{layer}"),
                "selectors": list(selectors),
                "on": layer not in _OFF,
            }
            for layer, selectors in LAYERS
        ],
        "events": labels[facts[0].persona],
        "labels": labels,
    }


def _label(event: EventFacts, names: Names) -> str:
    """Return what a screen reader says of an event on the map."""
    return names.word(
        "event.label",
        number=i18n.number(event.number, names.language),
        action=event.action.rstrip("."),
        stage=event.stage,
        channel=event.channel,
        level=event.level,
    )


def _values(journey: Journey, facet: str, names: Names) -> list[list[str]]:
    """Return the values of a facet that occur in a journey, in the order of the journey, with their names."""
    if facet == "grade":
        return [[grade, names.grade(grade)] for grade in (*GRADES, "none")]
    if facet == "persona":
        return [[name, names.persona(name)] for name in journey.personas]
    found: dict[str, str] = {}
    for stage in journey.stages:
        for event in stage.events:
            found |= dict(_pairs(stage, event, facet, names))
    return [[value, name] for value, name in found.items()]


def _pairs(stage: Stage, event: Event, facet: str, names: Names) -> Iterator[tuple[str, str]]:
    if facet == "stage":
        yield stage.id, names.typed(stage.name) or stage.id
    elif facet == "family":
        family = names.family_of(event.channel)
        if family:
            yield family, names.family(family)
    elif facet == "product":
        yield from ((item, names.product(item)) for item in event.products)
    elif facet == "actor":
        yield from ((item, names.actor(item)) for item in event.actors)
    elif facet == "system":
        yield from ((item, names.system(item)) for item in event.systems)
    elif facet == "data":
        yield from ((item.name.key.replace(" ", "-"), names.typed(item.name)) for item in event.data)
