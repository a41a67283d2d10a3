"""An atlas as CJML 2.0, the journey language of SINTEF, written from its public description (cjml.no).

What CJML holds is written: journeys planned or actual, phases, actors, communication points and actions, channels, and, in
actual journeys only, the experience. What it has no place for (measures, pains, opportunities, branches...) stays in the atlas:
`cjml_lost.left_out` names it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Final

import attrs

from cxmaturity.core.text import Language
from cxmaturity.files.catalog_yaml import load_catalog
from cxmaturity.files.exchange.channels import channel_name
from cxmaturity.files.exchange.names import Names
from cxmaturity.files.exchange.xml_text import around, document, element
from cxmaturity.journey.values import Actor, Atlas, Event, Journey, Stage

VERSION: Final = "2.0"
NOBODY: Final = "customer"
"""Id of the end user of a journey that has no persona."""


def to_cjml(atlas: Atlas, *, language: Language | None = None) -> bytes:
    """Return every journey of an atlas as one CJML 2.0 document, in UTF-8.

    Parameters
    ----------
    atlas : Atlas
        Ids become CJML ids unchanged: a touchpoint's id is its event's.
    language : {"en", "fr"}, optional
        The texts are written in it, CJML having one language; by default the atlas's.

    Notes
    -----
    The life-cycle phase of a stage is written in ``phaseDescription``, the side of an actor in ``providerType``; the valence of
    the emotion in ``experienceRating`` with its sign (+0.5, -1.0, 0.0), because the public description fixes no scale.
    """
    said = language or atlas.language
    writer = _Writer.of(atlas, said)
    body = [line for journey in atlas.journeys for line in writer.journey(journey)]
    return document(around("CJML", body, {"version": VERSION, "xml:lang": said}))


def _felt(event: Event) -> bool:
    return event.emotion.valence is not None or bool(event.emotion.word)


def _is_action(event: Event) -> bool:
    """Whether CJML calls it an action (one actor alone) and not a communication point."""
    if event.by == "customer":
        return not event.channel and not event.actors
    return not event.visible


@attrs.frozen(kw_only=True)
class _Writer:
    atlas: Atlas
    language: Language
    brand: str
    partner: str
    actors: Mapping[str, Actor]
    ids: Mapping[str, str]
    people: Mapping[str, str]

    @classmethod
    def of(cls, atlas: Atlas, language: Language) -> _Writer:
        names = Names({it.id for it in atlas.personas} | {NOBODY})
        ids = {it.id: names.fresh(it.id, prefix="actor") for it in atlas.actors}
        return cls(
            atlas=atlas,
            language=language,
            brand=names.fresh("brand"),
            partner=names.fresh("partner"),
            actors={it.id: it for it in atlas.actors if it.line != "customer"},
            ids=ids,
            people={it.id: it.name for it in atlas.personas},
        )

    def journey(self, journey: Journey) -> list[str]:
        planned = self._planned(journey)
        lines = [
            element("journeyID", journey.id),
            element("journeyTitle", journey.title.of(self.language)),
            *([element("plannedReference", planned)] if planned else []),
            *around("journeyPhases", self._phases(journey.stages)),
        ]
        if journey.scope:
            lines.append(element("journeyShortSummary", journey.scope.of(self.language)))
        lines += around("actors", self._actors(journey))
        kind, who = journey.kind, journey.personas[0] if journey.personas else NOBODY
        touchpoints = (
            line
            for stage in journey.stages
            for event in stage.events
            for line in self._touchpoint(event, stage, kind, who)
        )
        return around(f"{kind}Journey", [*lines, *around("touchpoints", touchpoints)])

    def _planned(self, journey: Journey) -> str:
        planned = {it.id for it in self.atlas.journeys if it.kind == "planned"}
        return journey.compared_with if journey.kind == "actual" and journey.compared_with in planned else ""

    def _phases(self, stages: Iterable[Stage]) -> Iterator[str]:
        for stage in stages:
            held = [
                element("phaseName", stage.name.of(self.language)),
                element("phaseDescription", stage.lifecycle),
            ]
            yield from around("journeyPhase", held, {"phaseID": stage.id})

    def _actors(self, journey: Journey) -> Iterator[str]:
        for persona in journey.personas or (NOBODY,):
            name = self.people.get(persona, "")
            yield from around("endUser", [element("actorName", name)] if name else [], {"actorID": persona})
        yield from around(
            "serviceProvider", [element("companyName", self.atlas.client)], {"actorID": self.brand}
        )
        used = {self._actor(event) for event in journey.events} - {self.brand, ""}
        for actor in self.atlas.actors:
            if self.ids[actor.id] in used:
                held = [
                    element("companyName", actor.name.of(self.language)),
                    element("providerType", actor.line),
                ]
                yield from around("serviceProvider", held, {"actorID": self.ids[actor.id]})
        if self.partner in used:
            yield from around(
                "serviceProvider", [element("providerType", "partner")], {"actorID": self.partner}
            )

    def _actor(self, event: Event) -> str:
        """Return who acts for the organisation or beside it: the first actor on the right side, else a general one."""
        for name in event.actors:
            actor = self.actors.get(name)
            if actor and (event.by == "customer" or (actor.line == "partner") == (event.by == "partner")):
                return self.ids[name]
        return self.partner if event.by == "partner" else self.brand

    def _touchpoint(self, event: Event, stage: Stage, kind: str, customer: str) -> list[str]:
        action, actor = _is_action(event), self._actor(event)
        initiator, receiver = (customer, actor) if event.by == "customer" else (actor, customer)
        label = element("initiatorLabel", event.action.of(self.language))
        held = [
            element("touchpointID", event.id),
            element("belongsTo", attributes={"phaseIDref": stage.id}),
            *around("initiator", [_refers(initiator), label]),
        ]
        if not action:
            held += around("receiver", [_refers(receiver)])
            if event.channel:
                name = channel_name(event.channel, self.atlas.channels, load_catalog(), self.language)
                held += around("channel", [element("channelName", name)])
        if event.note:
            held.append(element("comment", event.note.of(self.language)))
        if kind == "actual" and _felt(event):
            held += around("touchpointExperience", self._experience(event))
        return around(f"{kind}{'Action' if action else 'CommunicationPoint'}", held)

    def _experience(self, event: Event) -> Iterator[str]:
        if event.emotion.word:
            yield element("experienceDescription", event.emotion.word.of(self.language))
        if event.emotion.valence is not None:
            yield element("experienceRating", signed(event.emotion.valence))


def _refers(actor: str) -> str:
    return element("refersTo", attributes={"actorIDref": actor})


def signed(valence: float) -> str:
    """Return a valence with its sign, exactly.

    Examples
    --------
    >>> signed(0.5), signed(-1.0), signed(0.0)
    ('+0.5', '-1.0', '0.0')
    """
    value = float(valence) + 0.0  # no minus zero
    plain = format(Decimal(repr(value)), "f")  # never an exponent, which XML decimals do not know
    return f"+{plain}" if value > 0 else plain
