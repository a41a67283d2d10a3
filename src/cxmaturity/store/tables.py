"""The tables, once, for both databases. What they look like is frozen in `migrations`; a test compares the two.

Personal data stand in `invitations.label`, `respondents`, `events` and what points to them; `audit` has none.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Dialect


class Moment(sa.types.TypeDecorator[dt.datetime]):
    """An aware time, kept in UTC; SQLite has no time zones, so there the zone is put back when reading."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> dt.datetime | None:
        """Turn an aware time into what the database keeps."""
        if value is None:
            return None
        moment: dt.datetime = value.astimezone(dt.UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: Any, dialect: Dialect) -> dt.datetime | None:  # noqa: ARG002  # its interface
        """Turn what the database keeps into an aware time."""
        if value is None:
            return None
        moment: dt.datetime = value
        return moment.replace(tzinfo=dt.UTC) if moment.tzinfo is None else moment.astimezone(dt.UTC)


Number: Final = sa.BigInteger().with_variant(sa.Integer, "sqlite")  # SQLite counts rows only in INTEGER

metadata: Final = sa.MetaData()

campaigns: Final = sa.Table(
    "campaigns",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("plan", sa.JSON, nullable=False),
    sa.Column("questionnaire", sa.String(32), nullable=False),
    sa.Column("questions", sa.JSON, nullable=False),  # [[question, [criterion, ...]], ...] of that version
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("closed_at", Moment),
    sa.Column("purged_at", Moment),
)

respondents: Final = sa.Table(
    "respondents",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("campaign", sa.ForeignKey("campaigns.id"), nullable=False, index=True),
    sa.Column("function", sa.String(64)),
    sa.Column("language", sa.String(8)),
    sa.Column("open_link", sa.Boolean, nullable=False),
    sa.Column("salt", sa.String(64), nullable=False),  # makes what a release remembers meaningless once gone
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("finished_at", Moment),
)

invitations: Final = sa.Table(
    "invitations",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("campaign", sa.ForeignKey("campaigns.id"), index=True),
    sa.Column("role", sa.String(16), nullable=False),
    sa.Column("label", sa.String(200), nullable=False),
    sa.Column("function", sa.String(64)),
    sa.Column("respondent", sa.ForeignKey("respondents.id"), index=True),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("expires_at", Moment, nullable=False),
    sa.Column("opened_at", Moment),
    sa.Column("revoked_at", Moment),
    sa.Column("reminders_sent", sa.Integer, nullable=False),
)

tokens: Final = sa.Table(
    "tokens",
    metadata,
    sa.Column("digest", sa.String(64), primary_key=True),  # the token itself is told once and kept nowhere
    sa.Column("purpose", sa.String(16), nullable=False),
    sa.Column("role", sa.String(16), nullable=False),
    sa.Column("campaign", sa.ForeignKey("campaigns.id"), index=True),
    sa.Column("respondent", sa.ForeignKey("respondents.id"), index=True),
    sa.Column("invitation", sa.ForeignKey("invitations.id"), index=True),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("expires_at", Moment, nullable=False),
    sa.Column("used_at", Moment),
    sa.Column("revoked_at", Moment),
)

sessions: Final = sa.Table(
    "sessions",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("digest", sa.String(64), nullable=False, unique=True),
    sa.Column("created_at", Moment, nullable=False),
)

grants: Final = sa.Table(
    "grants",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("session", sa.ForeignKey("sessions.id"), nullable=False, index=True),
    sa.Column("role", sa.String(16), nullable=False),
    sa.Column("campaign", sa.ForeignKey("campaigns.id"), index=True),
    sa.Column("respondent", sa.ForeignKey("respondents.id"), index=True),
    sa.Column("invitation", sa.ForeignKey("invitations.id"), index=True),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("expires_at", Moment, nullable=False),
)

events: Final = sa.Table(
    "events",
    metadata,
    sa.Column("id", Number, primary_key=True, autoincrement=True),
    sa.Column("respondent", sa.ForeignKey("respondents.id"), nullable=False),
    sa.Column("question", sa.String(64), nullable=False),
    sa.Column("device", sa.String(64), nullable=False),
    sa.Column("sequence", sa.BigInteger, nullable=False),
    sa.Column("base", sa.BigInteger, nullable=False),
    sa.Column("revision", sa.BigInteger),  # None: kept as history, another device had answered since
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("level", sa.Integer),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("sentence", sa.Text, nullable=False),
    sa.Column("clarity", sa.Integer),
    sa.Column("criteria", sa.JSON, nullable=False),
    sa.Column("lead", sa.Text, nullable=False),
    sa.Column("made_at", Moment),
    sa.Column("saved_at", Moment, nullable=False),
    sa.UniqueConstraint("respondent", "device", "sequence", name="events_once"),
    sa.UniqueConstraint("respondent", "question", "revision", name="events_revision"),
)

releases: Final = sa.Table(
    "releases",
    metadata,
    sa.Column("id", Number, primary_key=True, autoincrement=True),
    sa.Column("campaign", sa.ForeignKey("campaigns.id"), nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("made_at", Moment, nullable=False),
    sa.Column("shown", sa.JSON, nullable=False),  # what was told, in opaque ids: see `differencing`
    sa.UniqueConstraint("campaign", "number", name="releases_number"),
)

release_people: Final = sa.Table(
    "release_people",
    metadata,
    sa.Column("release", sa.ForeignKey("releases.id"), primary_key=True),
    sa.Column("respondent", sa.ForeignKey("respondents.id"), primary_key=True, index=True),
    sa.Column("function", sa.String(64), nullable=False),
    sa.Column(
        "events", sa.JSON, nullable=False
    ),  # {question: event} as it stood; -event: answered, level unsaid
)

audit: Final = sa.Table(
    "audit",
    metadata,
    sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("actor", sa.String(64), nullable=False),
    sa.Column("action", sa.String(64), nullable=False),
    sa.Column("subject", sa.String(200), nullable=False),
    sa.Column("campaign", sa.String(64), index=True),
    sa.Column("details", sa.Text, nullable=False),  # the very characters that were sealed
    sa.Column("digest", sa.String(64), nullable=False),
)

audit_head: Final = sa.Table(
    "audit_head",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("number", sa.BigInteger, nullable=False),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("seal", sa.String(64), nullable=False),
)
