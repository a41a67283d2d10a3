"""Whose folder of documents is whose: two engagements of one client would write over each other.

Who holds a folder is known from this batch, from the manifest, and, when that was moved away, from the folder itself; a refusal
names both engagements, and the line that gives them one name.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Self

import attrs

from cxmaturity.core.problems import InputError, Place, Problem
from cxmaturity.engagement.values import Client
from cxmaturity.reporting.batch.manifest import Manifest
from cxmaturity.reporting.batch.plan import Order
from cxmaturity.reporting.output import claim_folder


@attrs.define(kw_only=True)
class Owners:
    """Who has which folder; `sources` are the engagements of this batch by client id, `taken` what is being written."""

    out: Path
    manifest: Manifest
    force: bool
    sources: dict[str, str] = attrs.field(factory=dict)
    taken: set[tuple[str, str]] = attrs.field(factory=set)

    @classmethod
    def of(cls, out: Path, manifest: Manifest, orders: Iterable[Order], *, force: bool) -> Self:
        """Begin with those whose documents stand and are not made again."""
        standing = {
            order.before.client: order.wanted.source
            for order in orders
            if order.cached and order.before is not None
        }
        return cls(out=out, manifest=manifest, force=force, sources=standing)

    def claim(self, order: Order, client: Client, language: str) -> Path:
        """Return the folder of a client's documents.

        Raises
        ------
        InputError
            ``batch.same_client``, ``batch.client_moved``, and what `claim_folder` raises.
        """
        source = order.wanted.source
        other = self.sources.setdefault(client.id, source)
        if other != source or (client.id, language) in self.taken:
            raise _same_client(other, order, client)
        self.taken.add((client.id, language))
        try:
            return claim_folder(self.out, client, Path(source), force=self.force)
        except InputError as error:
            if error.code == "reporting.other_client":
                self._name_the_other(order, client)
            raise

    def _name_the_other(self, order: Order, client: Client) -> None:
        """Raise what the manifest knows of the other engagement; nothing when it knows none."""
        for row in reversed(list(self.manifest)):
            if row.client == client.id and row.source != order.source and row.artefacts:
                other = os.path.normpath(self.out / row.source)
                raise (
                    _same_client(other, order, client)
                    if os.path.lexists(other)
                    else _moved(other, order, client)
                )


def _same_client(first: str, order: Order, client: Client) -> InputError:
    problem = Problem(
        code="batch.same_client",
        template="{first} and {second} are both the client '{client}': their documents would go to one folder.",
        hint="Give one of the two a name of its own, or another folder with --out.",
        params={"first": first, "second": order.wanted.source, "client": client.id},
        path=("client", "name"),
        place=_place_of_name(order),
    )
    return InputError([problem])


def _moved(first: str, order: Order, client: Client) -> InputError:
    problem = Problem(
        code="batch.client_moved",
        template="the reports of the client '{client}' were made from {first}, which is no longer there.",
        hint="If it is this client, moved or renamed, run it once with --force; if not, give it a name of its own.",
        params={"first": first, "client": client.id},
        path=("client", "name"),
        place=_place_of_name(order),
    )
    return InputError([problem])


def _place_of_name(order: Order) -> Place:
    """Return where an engagement says its client's name."""
    from cxmaturity.files.engagement_yaml import FILE_NAME
    from cxmaturity.files.findings import Findings
    from cxmaturity.files.folder import YAML_LIMIT, decode_yaml, read_bytes
    from cxmaturity.files.yaml_text import parse_yaml
    from cxmaturity.files.yaml_tree import Mapping

    source = Path(order.wanted.source)
    file = source / FILE_NAME if source.is_dir() else source
    found = Findings(str(file))
    content = read_bytes(file, found, limit=YAML_LIMIT)
    text = None if content is None else decode_yaml(content, found)
    node = None if text is None else parse_yaml(text, found)
    place = Place(file=str(file))
    for key in ("client", "name"):
        entry = node.get(key) if isinstance(node, Mapping) else None
        if entry is not None:
            place, node = Place(file=str(file), line=entry.line, column=entry.column), entry.value
    return place
