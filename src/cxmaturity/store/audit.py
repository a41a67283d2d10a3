"""The trail: who did what to what, in lines that nobody can change or take away unseen.

Each line's digest covers the line and the digest before it, so a changed, removed or inserted line breaks every
digest after it. The last digest is sealed with the store's secret key: who can write to the database, but does
not have the key, cannot rewrite the whole trail either. Triggers in the database refuse UPDATE and DELETE. A line
holds ids and counts, never a name or an answer: it outlives an erasure as the proof of it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

import attrs
import sqlalchemy as sa

from cxmaturity.core.problems import Problem
from cxmaturity.store import tables as t
from cxmaturity.store.values import AuditEntry

START: Final = "0" * 64
SEAL_BROKEN: Final = "audit.seal_broken"
_LONGEST: Final = 200


@attrs.frozen
class Trail:
    """Appends to the trail of one store; `key` seals its end."""

    key: bytes

    def append(
        self,
        connection: sa.Connection,
        *,
        at: dt.datetime,
        actor: str,
        action: str,
        subject: str = "",
        campaign: str | None = None,
        details: Mapping[str, Any] | None = None,
    ) -> None:
        """Add one line inside the caller's transaction: what is done and its line are kept together or not."""
        head = connection.execute(sa.select(t.audit_head).with_for_update()).one()
        line = {
            "at": at,
            "actor": plain(actor, 64),
            "action": action[:64],
            "subject": plain(subject),
            "campaign": campaign,
        }
        number, digest = head.number, head.digest
        lines: list[tuple[str, Mapping[str, Any]]] = [(action, details or {})]
        if not hmac.compare_digest(head.seal, self._seal(number, digest)):
            lines.insert(0, (SEAL_BROKEN, {}))  # said for ever: appending must not launder a rewritten trail
        for name, said in lines:
            number += 1
            row = line | {"number": number, "action": name[:64], "details": _canonical(said)}
            digest = _digest(digest, row)
            connection.execute(sa.insert(t.audit).values(**row, digest=digest))
        connection.execute(
            sa.update(t.audit_head).values(number=number, digest=digest, seal=self._seal(number, digest))
        )

    def begin(self, connection: sa.Connection) -> None:
        """Write the head of an empty trail, once."""
        if connection.execute(sa.select(t.audit_head.c.id)).first() is None:
            values = {"id": 1, "number": 0, "digest": START, "seal": self._seal(0, START)}
            connection.execute(sa.insert(t.audit_head).values(**values))

    def verify(self, connection: sa.Connection) -> tuple[Problem, ...]:
        """Return everything that is wrong with the trail; nothing when it is whole."""
        return tuple(self._findings(connection))

    def _findings(self, connection: sa.Connection) -> Iterator[Problem]:
        number, digest = 0, START
        for row in connection.execute(sa.select(t.audit).order_by(t.audit.c.number)):
            number += 1
            if row.number != number:
                yield Problem(
                    code="store.audit_missing",
                    template="line {number} of the audit trail is missing.",
                    params={"number": number},
                )
                number = row.number
            digest = _digest(digest, row._mapping)  # noqa: SLF001  # public, whatever its name
            if digest != row.digest:
                yield Problem(
                    code="store.audit_changed",
                    template="line {number} of the audit trail was changed, or a line before it.",
                    params={"number": number},
                )
                digest = row.digest
            if row.action == SEAL_BROKEN:
                yield _unsealed(number)
        head = connection.execute(sa.select(t.audit_head)).first()
        if head is None or (head.number, head.digest) != (number, digest):
            yield Problem(
                code="store.audit_end",
                template="the audit trail ends at line {number}, which is not where it should.",
                params={"number": number},
            )
        elif not hmac.compare_digest(head.seal, self._seal(number, digest)):
            yield _unsealed(number)

    def _seal(self, number: int, digest: str) -> str:
        return hmac.new(self.key, f"audit:{number}:{digest}".encode(), hashlib.sha256).hexdigest()


def _unsealed(number: int) -> Problem:
    return Problem(
        code="store.audit_seal",
        template="the audit trail up to line {number} does not bear the seal of this store's secret key.",
        hint="Was the key replaced, or the trail rewritten?",
        params={"number": number},
    )


def plain(text: str, longest: int = _LONGEST) -> str:
    """Return a text that is safe in a log: one line, printable, short."""
    return "".join(char if char.isprintable() else "?" for char in text)[:longest]


def _canonical(details: Mapping[str, Any]) -> str:
    said = {key: plain(value) if isinstance(value, str) else value for key, value in details.items()}
    return json.dumps(said, sort_keys=True, ensure_ascii=True, separators=(",", ":"), default=str)


def _digest(before: str, row: Mapping[Any, Any]) -> str:
    at = row["at"].astimezone(dt.UTC).isoformat(timespec="microseconds")
    parts = [before, row["number"], at, row["actor"], row["action"], row["subject"], row["campaign"]]
    return hashlib.sha256(json.dumps([*parts, row["details"]]).encode()).hexdigest()


def entries(connection: sa.Connection, campaign: str | None) -> tuple[AuditEntry, ...]:
    """Return the trail, of one campaign or whole, oldest first."""
    query = sa.select(t.audit).order_by(t.audit.c.number)
    if campaign is not None:
        query = query.where(t.audit.c.campaign == campaign)
    return tuple(
        AuditEntry(
            number=row.number,
            at=row.at,
            actor=row.actor,
            action=row.action,
            subject=row.subject,
            details=json.loads(row.details),
            digest=row.digest,
        )
        for row in connection.execute(query)
    )
