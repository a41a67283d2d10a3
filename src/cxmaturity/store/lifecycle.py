"""What a person may ask for (a copy, an erasure) and what the retention date brings: nothing personal stays.

What stays: the campaign's dates and counts, and the trail, which holds ids that lead nowhere any more.
"""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Mapping
from typing import Any, Final

import sqlalchemy as sa

from cxmaturity.store import tables as t
from cxmaturity.store.campaigns import from_plan, load
from cxmaturity.store.people import campaign_of

_TOLD: Final = {
    "respondents": ("id", "function", "language", "created_at", "finished_at"),
    "invitations": ("id", "label", "function", "created_at", "expires_at", "opened_at", "reminders_sent"),
    "events": (
        "question",
        "state",
        "level",
        "reason",
        "sentence",
        "criteria",
        "lead",
        "revision",
        "device",
        "made_at",
        "saved_at",
    ),
}


def export_person(connection: sa.Connection, respondent: str) -> tuple[dict[str, Any], str]:
    """Return all that is held of one respondent, history included, and the campaign's id."""
    of = campaign_of(connection, respondent)
    e = t.events.c
    person = connection.execute(sa.select(t.respondents).where(t.respondents.c.id == respondent)).one()
    asked = connection.execute(sa.select(t.invitations).where(t.invitations.c.respondent == respondent)).all()
    said = connection.execute(sa.select(t.events).where(e.respondent == respondent).order_by(e.id)).all()
    return {
        "campaign": of.id,
        "client": of.plan.client,
        "controller": of.plan.controller,
        "contact": of.plan.contact,
        "questionnaire": of.questionnaire,
        "retention": of.plan.retention.isoformat(),
        "respondent": _told("respondents", person),
        "invitations": [_told("invitations", row) for row in asked],
        "answers": [_told("events", row) for row in said],
    }, of.id


def _told(table: str, row: Any) -> dict[str, Any]:
    values = {name: getattr(row, name) for name in _TOLD[table]}
    return {
        name: value.isoformat() if isinstance(value, dt.datetime) else value for name, value in values.items()
    }


def erase_person(connection: sa.Connection, respondent: str) -> tuple[str, Mapping[str, int]]:
    """Erase one respondent; return the campaign's id and how much was erased."""
    of = campaign_of(connection, respondent)
    connection.execute(
        sa.select(t.respondents.c.id).where(t.respondents.c.id == respondent).with_for_update()
    )
    answers = connection.execute(sa.delete(t.events).where(t.events.c.respondent == respondent)).rowcount
    connection.execute(sa.delete(t.release_people).where(t.release_people.c.respondent == respondent))
    asked = sa.select(t.invitations.c.id).where(t.invitations.c.respondent == respondent).scalar_subquery()
    for table in (t.tokens, t.grants):
        theirs = sa.or_(table.c.respondent == respondent, table.c.invitation.in_(asked))
        connection.execute(sa.delete(table).where(theirs))
    connection.execute(sa.delete(t.invitations).where(t.invitations.c.respondent == respondent))
    connection.execute(sa.delete(t.respondents).where(t.respondents.c.id == respondent))
    _forget_empty_sessions(connection)
    return of.id, {"answers": answers}


def purge(connection: sa.Connection, campaign: str, now: dt.datetime) -> Mapping[str, int]:
    """Erase every respondent, link, session and release of a campaign; return how much."""
    of = load(connection, campaign)
    people = sa.select(t.respondents.c.id).where(t.respondents.c.campaign == campaign).scalar_subquery()
    rounds = sa.select(t.releases.c.id).where(t.releases.c.campaign == campaign).scalar_subquery()
    answers = connection.execute(sa.delete(t.events).where(t.events.c.respondent.in_(people))).rowcount
    connection.execute(sa.delete(t.release_people).where(t.release_people.c.release.in_(rounds)))
    connection.execute(sa.delete(t.releases).where(t.releases.c.campaign == campaign))
    for table in (t.tokens, t.grants):
        connection.execute(sa.delete(table).where(table.c.campaign == campaign))
    links = connection.execute(sa.delete(t.invitations).where(t.invitations.c.campaign == campaign)).rowcount
    gone = connection.execute(sa.delete(t.respondents).where(t.respondents.c.campaign == campaign)).rowcount
    _forget_empty_sessions(connection)
    plan = from_plan(of.plan) | {"contact": ""}  # often somebody's own address
    values = {"plan": plan, "closed_at": of.closed_at or now, "purged_at": of.purged_at or now}
    connection.execute(sa.update(t.campaigns).where(t.campaigns.c.id == campaign).values(**values))
    return {"people": gone, "invitations": links, "answers": answers}


def forget_sessions(connection: sa.Connection, now: dt.datetime) -> None:
    """Forget what expired: it opens nothing any more."""
    connection.execute(sa.delete(t.grants).where(t.grants.c.expires_at <= now))
    connection.execute(
        sa.delete(t.tokens).where(t.tokens.c.expires_at <= now, t.tokens.c.invitation.is_(None))
    )
    _forget_empty_sessions(connection)


def _forget_empty_sessions(connection: sa.Connection) -> None:
    held = sa.select(t.grants.c.session).where(t.grants.c.session == t.sessions.c.id)
    connection.execute(sa.delete(t.sessions).where(~held.exists()))


def scrub(engine: sa.Engine) -> None:
    """Overwrite what was erased: empty SQLite's journal; let PostgreSQL reuse the room.

    SQLite overwrites in the main file by itself (``secure_delete``). A reader who is busy can hold the journal:
    then it is emptied at the next erasure, backup or closing.
    """
    with contextlib.suppress(sa.exc.DBAPIError):
        if engine.dialect.name == "sqlite":
            raw = engine.raw_connection()
            try:
                raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
            finally:
                raw.close()
            return
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            for table in ("events", "respondents", "invitations", "release_people"):
                connection.exec_driver_sql(f"VACUUM {table}")
