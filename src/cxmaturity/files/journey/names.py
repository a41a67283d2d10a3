"""What things may be called in a cell: by their id, or by their name in either language where no other has it."""

from __future__ import annotations

from collections import defaultdict
from typing import Final

import attrs

from cxmaturity.core.text import LANGUAGES, Language
from cxmaturity.files.journey.words import plain
from cxmaturity.journey.values import Atlas, Words

END: Final = "end"


@attrs.define
class Names:
    """The ids of each kind, and the names that lead to them."""

    ids: dict[str, dict[str, None]] = attrs.field(factory=lambda: defaultdict(dict))
    called: dict[str, dict[str, dict[str, None]]] = attrs.field(
        factory=lambda: defaultdict(lambda: defaultdict(dict))
    )
    shown: dict[tuple[str, str], Words] = attrs.field(factory=dict)

    def add(self, kind: str, name: str, words: Words) -> None:
        """Say that the thing `name` exists, and what it is called."""
        self.ids[kind][name] = None
        self.shown.setdefault((kind, name), words)
        for language in LANGUAGES:
            if said := getattr(words, language):
                self.called[kind][plain(said)][name] = None

    def resolve(self, kind: str, text: str) -> str:
        """Return the id that a cell means; the text itself when nothing, or more than one thing, is called so."""
        text = text.strip()
        if text in self.ids[kind]:
            return text
        meant = self.called[kind].get(plain(text), {})
        return next(iter(meant)) if len(meant) == 1 else text

    def label(self, kind: str, name: str, language: Language) -> str:
        """Return what a cell shows for an id: the name where it leads back, else the id."""
        words = self.shown.get((kind, name))
        said = " ".join(words.of(language).split()) if words else ""
        return said if said and self.resolve(kind, said) == name else name

    def labels(self, kind: str, language: Language) -> list[str]:
        """Return what a drop-down list shows for a kind."""
        return [self.label(kind, name, language) for name in self.ids[kind]]


def catalog_names() -> Names:
    """Return what the catalogue names: channels, their families, the seven benefits."""
    from cxmaturity.files.catalog_yaml import load_catalog  # only when a workbook is read or written

    catalog, names = load_catalog(), Names()
    names.ids["event"][END] = None
    for family in catalog.channel_families:
        names.add("family", family.id, Words(family.name.en, family.name.fr))
        for channel in family.channels:
            names.add("channel", channel.id, Words(channel.name.en, channel.name.fr))
    for benefit in catalog.benefits:
        names.add("kpi", benefit.id, Words(benefit.name.en, benefit.name.fr))
    return names


def atlas_names(atlas: Atlas) -> Names:
    """Return what a document names, the catalogue included."""
    names = catalog_names()
    for persona in atlas.personas:
        names.add("persona", persona.id, Words(persona.name, persona.name))
    for promise in atlas.promises:
        names.add("promise", promise.id, promise.text)
    for kind, items in (
        ("actor", atlas.actors),
        ("system", atlas.systems),
        ("product", atlas.products),
        ("channel", atlas.channels),
    ):
        for item in items:
            names.add(kind, item.id, item.name)
    for journey in atlas.journeys:
        names.add("journey", journey.id, journey.title)
        for stage in journey.stages:
            names.add(stages_of(journey.id), stage.id, stage.name)
            for event in stage.events:
                names.add("event", event.id, event.action)
    return names


def stages_of(journey: str) -> str:
    """Return the kind under which the stages of one journey are named: those of two may be called alike."""
    return f"stage of {journey}"
