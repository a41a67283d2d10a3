"""Who acts in a CJML file: end users become personas, the first service provider the client, the others actors."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import attrs

from cxmaturity.core.ids import nearest
from cxmaturity.core.text import Language
from cxmaturity.files.exchange.cjml_write import NOBODY
from cxmaturity.files.exchange.names import Names
from cxmaturity.files.exchange.xml_tree import Node
from cxmaturity.files.findings import Findings
from cxmaturity.journey.values import LINES, Actor, Initiator, Line, Words

_NAME: Final = {"endUser": "actorName", "serviceProvider": "companyName"}


@attrs.define
class Cast:
    """The actors of a file; `roles` gives for each id of the file what it is and its id here (empty: no id here)."""

    client: str = ""
    people: dict[str, str] = attrs.field(factory=dict)
    actors: tuple[Actor, ...] = ()
    roles: dict[str, tuple[Initiator, str]] = attrs.field(factory=dict)
    by_name: dict[str, str] = attrs.field(factory=dict)

    def find(self, role: Node | None, point: Node, name: str, found: Findings) -> str | None:
        """Return the id (of the file) of the initiator or receiver, or None after noting what is wrong."""
        refers = None if role is None else role.first("refersTo")
        given = {} if refers is None else refers.attributes
        raw = (given.get("actorIDref") or given.get("actorID") or "").strip()
        if not raw:
            found.of(
                "exchange.cjml_missing",
                "'{name}' is missing in '{inside}'.",
                at=role or point,
                name=f"{name}/refersTo/@actorIDref",
                inside=point.tag,
            )
            return None
        if raw in self.roles or raw in self.by_name:
            return raw if raw in self.roles else self.by_name[raw]
        close = nearest(raw, self.roles)
        found.of(
            "exchange.cjml_unknown_actor",
            "the actor '{name}' is not declared under actors.",
            hint="Did you mean '{close}'?" if close else "",
            at=refers,
            name=raw,
            close=close or "",
        )
        return None

    def side(self, raw: str | None) -> Initiator:
        """Return who an actor stands for; the brand where it is not known, which has been noted."""
        return self.roles[raw][0] if raw in self.roles else "brand"

    def actor_id(self, raw: str | None) -> str:
        """Return the id of an actor of ours, empty for a customer, the client itself and partners in general."""
        if raw not in self.roles or self.roles[raw][0] == "customer":
            return ""
        return self.roles[raw][1]

    def personas_of(self, journey: Node) -> tuple[str, ...]:
        """Return the personas of a journey."""
        users = (user for box in journey.all("actors") for user in box.all("endUser"))
        ids = (self.roles[raw][1] for user in users if (raw := actor_id(user)) in self.roles)
        return tuple(dict.fromkeys(name for name in ids if name))


def actor_id(node: Node) -> str:
    """Return the id of an actor's element; some tools write ``actorIDref`` when they have declared it before."""
    return (node.attributes.get("actorID") or node.attributes.get("actorIDref") or "").strip()


def read_cast(journeys: Iterable[Node], found: Findings, client: str, language: Language) -> Cast:
    """Return the actors of every journey together, noting those without id; `client` names the client if it is given."""
    seen: dict[str, tuple[str, str, str]] = {}  # id -> element, name, type
    for node in (it for journey in journeys for it in _declared(journey, found)):
        raw = actor_id(node)
        if not raw:
            found.of(
                "exchange.cjml_missing",
                "'{name}' is missing in '{inside}'.",
                at=node,
                name="actorID",
                inside=node.tag,
            )
            continue
        _, name, kind = seen.get(raw, ("", "", ""))
        said = node.said("actorName") or node.said("companyName")
        seen[raw] = node.tag, name or said, kind or node.said("providerType")
    cast, personas, actors = Cast(client=client), Names(), Names()
    listed: list[Actor] = []
    brand = ""
    for raw, (tag, name, kind) in seen.items():
        if name:
            cast.by_name.setdefault(name, raw)
        line: Line = next((it for it in LINES if it == kind), "partner")
        if tag == "endUser":
            ours = "" if raw == NOBODY and not name else personas.fresh(raw)
            cast.roles[raw] = "customer", ours
            if ours:
                cast.people[ours] = name or raw
        elif not brand and kind not in LINES:
            brand = raw
            cast.roles[raw] = "brand", ""
            cast.client = client or name or raw
        elif kind == "partner" and not name:
            cast.roles[raw] = "partner", ""
        else:
            listed.append(Actor(id=actors.fresh(raw), name=Words(**{language: name or raw}), line=line))
            cast.roles[raw] = "partner" if line == "partner" else "brand", listed[-1].id
    cast.actors = tuple(listed)
    cast.client = cast.client or "?"
    return cast


def _declared(journey: Node, found: Findings) -> list[Node]:
    boxes = journey.all("actors")
    if not boxes:
        found.of(
            "exchange.cjml_missing",
            "'{name}' is missing in '{inside}'.",
            at=journey,
            name="actors",
            inside=journey.tag,
        )
    return [node for box in boxes for node in box.all(*_NAME)]
