"""CJML 2.0 in: planned and actual journeys of any tool that writes well-formed XML, into an atlas.

The reader is more patient than our schema: elements may come in any order, an actor may be named instead of referred to (as in
the public sample), ids may be anything. What it does not understand is kept as a note of the touchpoint and told as a warning.
"""

from __future__ import annotations

import math
from typing import Final

import attrs

from cxmaturity.core.ids import nearest
from cxmaturity.core.problems import InputError, Problem
from cxmaturity.core.text import LANGUAGES, Language
from cxmaturity.files.catalog_yaml import load_catalog
from cxmaturity.files.exchange.channels import ChannelReader
from cxmaturity.files.exchange.cjml_actors import Cast, read_cast
from cxmaturity.files.exchange.names import Names
from cxmaturity.files.exchange.words import say
from cxmaturity.files.exchange.xml_tree import Node, read_xml
from cxmaturity.files.findings import Findings, in_order
from cxmaturity.journey.values import (
    LIFECYCLES,
    Atlas,
    Emotion,
    Event,
    Initiator,
    Journey,
    Kind,
    Lifecycle,
    Persona,
    Stage,
    Words,
)

MAX_TOUCHPOINTS: Final = 10_000
_JOURNEYS: Final = ("plannedJourney", "actualJourney")
_JOURNEY_PARTS: Final = {
    "journeyID",
    "journeyTitle",
    "plannedReference",
    "journeyPhases",
    "journeyShortSummary",
    "actors",
    "touchpoints",
}
_POINT_PARTS: Final = {
    "touchpointID",
    "belongsTo",
    "initiator",
    "receiver",
    "channel",
    "comment",
    "touchpointExperience",
}
_SIGNED: Final = ("+", "-", "0")


def from_cjml(
    content: bytes,
    *,
    file: str = "journeys.xml",
    client: str = "",
    language: Language | None = None,
    warnings: list[Problem] | None = None,
) -> Atlas:
    """Return the journeys of a CJML 2.0 document as an atlas.

    Parameters
    ----------
    content : bytes
        The file; at most 10 MB, without DOCTYPE.
    file : str
        Its name, for messages.
    client : str
        The client's name; by default that of the first service provider.
    language : {"en", "fr"}, optional
        The language of its texts; by default what ``xml:lang`` says, else English.
    warnings : list, optional
        Receives what was assumed or kept as a note.

    Raises
    ------
    InputError
        Everything that is wrong, with lines.

    Notes
    -----
    ``from_cjml(to_cjml(atlas))`` is `atlas` where CJML has a place for everything in it; see `cjml_write.left_out`.
    """
    found = Findings(file)
    root = read_xml(content, found)
    atlas = None if root is None else _Reader.of(root, found, language).read(root, client)
    problems = in_order(found.problems)
    if atlas is None or any(problem.severity == "error" for problem in problems):
        raise InputError(problems)
    if warnings is not None:
        warnings += problems
    return atlas


@attrs.define(kw_only=True)
class _Reader:
    found: Findings
    language: Language
    channels: ChannelReader
    cast: Cast = attrs.field(factory=Cast)
    events: Names = attrs.field(factory=Names)
    stages: Names = attrs.field(factory=Names)
    journeys: dict[str, str] = attrs.field(factory=dict)  # id in the file -> our id
    shared: dict[str, set[str]] = attrs.field(
        factory=dict
    )  # touchpoint id in the file -> journeys that have it
    notes: list[str] = attrs.field(factory=list)
    told: set[str] = attrs.field(factory=set)

    @classmethod
    def of(cls, root: Node, found: Findings, language: Language | None) -> _Reader:
        said = root.attributes.get("xml:lang", "")[:2].lower()
        default: Language = next((it for it in LANGUAGES if it == said), "en")
        chosen = language or default
        return cls(
            found=found, language=chosen, channels=ChannelReader(catalog=load_catalog(), language=chosen)
        )

    def read(self, root: Node, client: str) -> Atlas | None:
        if root.tag != "CJML":
            self.found.of(
                "exchange.cjml_root",
                "the document is a '{got}', a CJML document was expected.",
                at=root,
                got=root.tag,
            )
            return None
        self._version(root)
        nodes = root.all(*_JOURNEYS)
        for child in root.children:
            if child.tag not in _JOURNEYS:
                self._ignored(child)
        if not nodes:
            self.found.of(
                "exchange.cjml_empty", "there is no plannedJourney and no actualJourney in it.", at=root
            )
            return None
        if not self._small(nodes):
            return None
        self.cast = read_cast(nodes, self.found, client, self.language)
        self._name_all(nodes)
        journeys = tuple(self._journey(node) for node in nodes)
        people = dict.fromkeys(name for it in journeys for name in it.personas)
        self.notes += [
            say("assumed", "family", self.language, name=name)
            for name in dict.fromkeys(self.channels.assumed)
        ]
        return Atlas(
            client=self.cast.client,
            language=self.language,
            note=Words(**{self.language: "\n".join(self.notes)}),
            personas=tuple(Persona(id=it, name=self.cast.people[it]) for it in people),
            journeys=journeys,
            actors=self.cast.actors,
            channels=tuple(self.channels.own.values()),
        )

    def _version(self, root: Node) -> None:
        version = root.attributes.get("version", "2.0").strip()
        if version.split(".")[0] != "2":
            self.found.of(
                "exchange.cjml_version",
                "version {got} of CJML is not known here; it was read as version 2.0.",
                hint="Look at the result twice.",
                at=root,
                severity="warning",
                got=version or "?",
            )

    def _small(self, nodes: list[Node]) -> bool:
        count = sum(len(box.children) for node in nodes for box in node.all("touchpoints"))
        if count > MAX_TOUCHPOINTS:
            self.found.of(
                "exchange.too_many", "there are more than {limit} touchpoints.", limit=MAX_TOUCHPOINTS
            )
        return count <= MAX_TOUCHPOINTS

    def _name_all(self, nodes: list[Node]) -> None:
        """Give each journey its id, and find the touchpoints that several journeys share (planned and actual)."""
        names, first = Names(), dict[str, Node]()
        for node in nodes:
            raw = self._needed(node, "journeyID") or "?"
            if raw in first:
                self._twice("journeyID", raw, node, first[raw])
            first.setdefault(raw, node)
            self.journeys.setdefault(raw, names.fresh(raw))
            for box in node.all("touchpoints"):
                for point in box.children:
                    self.shared.setdefault(point.said("touchpointID"), set()).add(raw)

    def _journey(self, node: Node) -> Journey:
        kind: Kind = "planned" if node.tag == "plannedJourney" else "actual"
        raw = node.said("journeyID") or "?"
        name, title = self.journeys[raw], node.said("journeyTitle") or raw
        extra = [self._extra(child) for child in node.children if child.tag not in _JOURNEY_PARTS]
        self.notes += [f"{title}: {line}" for line in extra if line]
        stages = self._phases(node, name, title)
        events = self._points(node, kind, name, stages)
        held: dict[str, list[Event]] = {phase: [] for phase in stages}
        for phase, event in events:
            held[phase].append(event)
        inside = [event for each in held.values() for event in each]
        if [it.id for it in inside] != [event.id for _, event in events]:  # phases that come back
            held = _linked(held, [event.id for _, event in events])
        return Journey(
            id=name,
            title=self._words(title),
            personas=self.cast.personas_of(node),
            view="customer" if all(event.visible for event in inside) else "blueprint",
            kind=kind,
            compared_with=self._planned(node),
            scope=self._words(node.said("journeyShortSummary")),
            stages=tuple(attrs.evolve(stage, events=held[phase]) for phase, stage in stages.items()),
        )

    def _planned(self, node: Node) -> str:
        raw = node.said("plannedReference")
        if not raw or raw in self.journeys:
            return self.journeys.get(raw, "")
        self.found.of(
            "exchange.cjml_no_planned",
            "the planned journey '{name}' is not in this file; the comparison was left out.",
            at=node.first("plannedReference"),
            severity="warning",
            name=raw,
        )
        return ""

    def _phases(self, node: Node, journey: str, title: str) -> dict[str, Stage]:
        found: dict[str, tuple[Node, Stage]] = {}
        for phase in (it for box in node.all("journeyPhases") for it in box.all("journeyPhase")):
            raw = (phase.attributes.get("phaseID") or phase.attributes.get("phaseIDref") or "").strip()
            name = phase.said("phaseName") or raw
            if not raw:
                self._missing("phaseID", phase)
                raw = name or "?"
            if raw in found:
                self._twice("phaseID", raw, phase, found[raw][0])
                continue
            lifecycle = self._lifecycle(phase, name)
            stage = Stage(
                id=self.stages.fresh(raw, prefix=journey), name=self._words(name), lifecycle=lifecycle
            )
            found[raw] = phase, stage
        stages = {raw: stage for raw, (_, stage) in found.items()}
        if not stages:
            self._assume_use(title)
            only = Stage(
                id=self.stages.fresh(journey, prefix=journey), name=self._words(title), lifecycle="use"
            )
            stages[""] = only
        return stages

    def _lifecycle(self, phase: Node, name: str) -> Lifecycle:
        described = phase.said("phaseDescription")
        for known in LIFECYCLES:
            if described == known:
                return known
        if described:
            self.notes.append(f"{name}: {described}")
        self._assume_use(name)
        return "use"

    def _assume_use(self, name: str) -> None:
        self.notes.append(say("assumed", "lifecycle", self.language, name=name))

    def _points(
        self, node: Node, kind: Kind, journey: str, stages: dict[str, Stage]
    ) -> list[tuple[str, Event]]:
        boxes = node.all("touchpoints")
        if not boxes:
            self._missing("touchpoints", node)
        events: list[tuple[str, Event]] = []
        first: dict[str, Node] = {}
        phase = next(iter(stages))
        for point in (it for box in boxes for it in box.children):
            if point.tag not in {f"{kind}CommunicationPoint", f"{kind}Action"}:
                self._stranger(point, kind)
                continue
            raw = self._needed(point, "touchpointID") or "?"
            if raw in first:
                self._twice("touchpointID", raw, point, first[raw])
            first.setdefault(raw, point)
            phase = self._phase_of(point, stages, phase)
            events.append((phase, self._event(point, raw, kind, journey)))
        return events

    def _stranger(self, point: Node, kind: Kind) -> None:
        if point.tag in {
            f"{k}{what}" for k in ("planned", "actual") for what in ("CommunicationPoint", "Action")
        }:
            self.found.of(
                "exchange.cjml_wrong_kind",
                "'{got}' does not belong in an {kind}Journey.",
                at=point,
                got=point.tag,
                kind=kind,
            )
        else:
            self._ignored(point)

    def _phase_of(self, point: Node, stages: dict[str, Stage], current: str) -> str:
        belongs = point.first("belongsTo")
        raw = (belongs.attributes.get("phaseIDref", "") if belongs else "").strip()
        if not raw or raw in stages:
            return raw if raw in stages else current
        self._unknown(raw, list(stages), belongs or point)
        return current

    def _event(self, point: Node, raw: str, kind: Kind, journey: str) -> Event:
        initiator = self.cast.find(point.first("initiator"), point, "initiator", self.found)
        receiver = None
        if point.tag.endswith("CommunicationPoint"):
            receiver = self.cast.find(point.first("receiver"), point, "receiver", self.found)
        by: Initiator = self.cast.side(initiator)
        action, heard = _label(point, "initiator"), _label(point, "receiver")
        other = receiver if by == "customer" else initiator
        channel = point.first("channel")
        notes = [point.said("comment"), heard if action else ""]
        notes += [self._extra(child) for child in point.children if child.tag not in _POINT_PARTS]
        name = self.events.fresh(raw, prefix=journey)
        actor = self.cast.actor_id(other)
        return Event(
            id=name,
            by=by,
            action=self._words(action or heard or raw),
            channel=self.channels.read(channel.said("channelName") or channel.text) if channel else "",
            visible=receiver is not None or by == "customer" or point.tag.endswith("CommunicationPoint"),
            touchpoint=Names().fresh(raw) if len(self.shared.get(raw, ())) > 1 else "",
            actors=(actor,) if actor else (),
            emotion=self._emotion(point, kind),
            note=Words(**{self.language: "\n".join(note for note in notes if note)}),
        )

    def _emotion(self, point: Node, kind: Kind) -> Emotion:
        felt = point.first("touchpointExperience")
        if felt is None:
            return Emotion()
        if kind == "planned":
            self.found.of(
                "exchange.cjml_experience",
                "an experience stands in a planned journey.",
                hint="Experience belongs to what somebody lived: move it to an actualJourney.",
                at=felt,
            )
            return Emotion()
        word, rating = felt.said("experienceDescription"), felt.said("experienceRating")
        valence = _valence(rating)
        if rating and valence is None:
            self.found.of(
                "exchange.cjml_rating",
                "the scale of the rating '{got}' is not known; it was kept as a word.",
                hint="A valence is written with its sign, from -2 to +2.",
                at=felt.first("experienceRating"),
                severity="warning",
                got=rating[:40],
            )
            word = f"{word} ({rating})" if word else rating
        return Emotion(valence=valence, word=self._words(word))

    def _words(self, text: str) -> Words:
        return Words(**{self.language: text})

    def _extra(self, node: Node) -> str:
        """Return what an element that is not understood says, and tell it once by name."""
        said = ", ".join(f"{leaf.tag}: {leaf.text}" for leaf in node.leaves() if leaf.text)
        if said:
            self._ignored(node)
        return said

    def _ignored(self, node: Node) -> None:
        if node.tag not in self.told:
            self.told.add(node.tag)
            self.found.of(
                "exchange.cjml_ignored",
                "'{got}' has no place in an atlas; inside a journey its text is kept as a note.",
                at=node,
                severity="warning",
                got=node.tag,
            )

    def _needed(self, node: Node, tag: str) -> str:
        text = node.said(tag)
        if not text:
            self._missing(tag, node)
        return text

    def _missing(self, tag: str, node: Node) -> None:
        self.found.of(
            "exchange.cjml_missing", "'{name}' is missing in '{inside}'.", at=node, name=tag, inside=node.tag
        )

    def _twice(self, tag: str, name: str, node: Node, first: Node) -> None:
        self.found.of(
            "exchange.cjml_twice",
            "the {what} '{name}' is used twice; the first is on line {line}.",
            at=node,
            what=tag,
            name=name,
            line=first.line,
        )

    def _unknown(self, name: str, known: list[str], node: Node) -> None:
        close = nearest(name, known)
        self.found.of(
            "exchange.cjml_unknown_phase",
            "the phase '{name}' is not declared under journeyPhases.",
            hint="Did you mean '{close}'?" if close else "",
            at=node,
            name=name,
            close=close or "",
        )


def _label(point: Node, role: str) -> str:
    node = point.first(role)
    return "" if node is None else node.said(f"{role}Label")


def _valence(rating: str) -> float | None:
    """Return a rating written with its sign (or zero) as valence; None when its scale cannot be known."""
    if not rating.startswith(_SIGNED):
        return None
    try:
        value = float(rating)
    except ValueError:
        return None
    known = math.isfinite(value) and -2 <= value <= 2 and (rating[0] != "0" or value == 0)
    return value if known else None


def _linked(held: dict[str, list[Event]], order: list[str]) -> dict[str, list[Event]]:
    """Return the events with `next` saying the order of the file, where gathering them by phase would change it."""
    after = dict(zip(order, [*order[1:], "end"], strict=True))
    return {
        phase: [attrs.evolve(event, next=(after[event.id],)) for event in events]
        for phase, events in held.items()
    }
