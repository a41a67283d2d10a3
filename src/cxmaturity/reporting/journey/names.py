"""What the ids of an atlas are called in the reader's language: channels, actors, systems, products, benefits."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import attrs

from cxmaturity import i18n
from cxmaturity.catalog import Catalog
from cxmaturity.core.text import Language, french_typography
from cxmaturity.journey.results import LEAST_GROUP
from cxmaturity.journey.values import Atlas, PersonalData, Words


@attrs.frozen(kw_only=True)
class Names:
    """Names by id; an id that nobody named is returned as it is, because the lint has already said so.

    `least_group` is the fewest people of a function whose scores may be shown.
    """

    atlas: Atlas
    catalog: Catalog
    language: Language
    least_group: int = LEAST_GROUP

    def word(self, key: str, **params: Any) -> str:
        """Return one of the page's own words."""
        return i18n.message(f"journey_page.{key}", self.language, **params)

    def typed(self, words: Words) -> str:
        """Return a text that somebody typed; what was typed in French gets the spaces of French printing."""
        text = words.of(self.language)
        return french_typography(text) if self.language == "fr" and words.fr else text

    def channel(self, name: str) -> str:
        """Return the name of a channel of the client or of the catalogue."""
        for own in self.atlas.channels:
            if own.id == name:
                return self.typed(own.name) or name
        for family in self.catalog.channel_families:
            for channel in family.channels:
                if channel.id == name:
                    return channel.name.in_(self.language)
        return name

    def family_of(self, channel: str) -> str:
        """Return the id of the family of a channel; empty when nobody knows the channel."""
        for own in self.atlas.channels:
            if own.id == channel:
                return own.family
        for family in self.catalog.channel_families:
            if any(item.id == channel for item in family.channels):
                return family.id
        return ""

    def family(self, name: str) -> str:
        """Return the name of a family of channels."""
        for family in self.catalog.channel_families:
            if family.id == name:
                return family.name.in_(self.language)
        return name

    def persona(self, name: str) -> str:
        """Return the name of a persona."""
        return next((it.name for it in self.atlas.personas if it.id == name), name)

    def benefit(self, name: str) -> str:
        """Return the name of one of the seven benefits, or a KPI of the client as it was typed."""
        return next((it.name.in_(self.language) for it in self.catalog.benefits if it.id == name), name)

    def actor(self, name: str) -> str:
        """Return the name of an actor."""
        return self._named(self.atlas.actors, name)

    def owner(self, given: Words) -> str:
        """Return an owner: the name of an actor, or as typed."""
        name = given.of(self.language)
        return next(
            (self.typed(it.name) or name for it in self.atlas.actors if it.id == name), self.typed(given)
        )

    def system(self, name: str) -> str:
        """Return the name of a system."""
        return self._named(self.atlas.systems, name)

    def product(self, name: str) -> str:
        """Return the name of a product or service."""
        return self._named(self.atlas.products, name)

    def promise(self, name: str) -> str:
        """Return the text of a promise."""
        return next((self.typed(it.text) or name for it in self.atlas.promises if it.id == name), name)

    def grade(self, grade: str) -> str:
        """Return the name of an evidence grade."""
        return self.word(f"grade.{grade}")

    def data(self, item: PersonalData) -> str:
        """Return personal data with its legal basis and how long it is kept."""
        basis = self.word(f"basis.{item.basis}") if item.basis else self.word("row.data.no_basis")
        months = item.retention_months
        kept = self.word("row.data.no_months") if months is None else self.word("row.data.months", n=months)
        return self.word("row.data.item", name=self.typed(item.name), basis=basis, months=kept)

    def _named(self, items: Iterable[Any], name: str) -> str:
        return next((self.typed(it.name) or name for it in items if it.id == name), name)


FACETS: Final = ("persona", "family", "product", "stage", "actor", "system", "data", "grade")
"""The filters of the page, in order; each reads the attribute ``data-<facet>`` of the picture."""
