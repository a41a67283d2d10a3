"""The first schema: campaigns, people, links, sessions, answers as events, releases and the sealed trail."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from alembic import op

from cxmaturity.store.tables import Moment

revision = "v0001"
down_revision = None

NUMBER: Final = sa.BigInteger().with_variant(sa.Integer, "sqlite")

_SQLITE: Final = """
CREATE TRIGGER {table}_{verb} BEFORE {verb} ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END
"""
_FUNCTION: Final = """
CREATE FUNCTION cxmaturity_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$
"""
_POSTGRESQL: Final = """
CREATE TRIGGER {table}_{verb} BEFORE {verb} ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION cxmaturity_append_only()
"""


def upgrade() -> None:
    """Create everything in an empty database."""
    _campaigns()
    _access()
    _answers()
    _trail()
    _triggers()


def _triggers() -> None:
    """Refuse to change the trail, and to rewrite an answer: a person's answers can be erased, never altered."""
    postgresql = op.get_bind().dialect.name == "postgresql"
    if postgresql:
        op.execute(_FUNCTION)
    guarded = [("audit", "UPDATE"), ("audit", "DELETE"), ("events", "UPDATE"), ("audit_head", "DELETE")]
    if postgresql:
        guarded += [("audit", "TRUNCATE"), ("audit_head", "TRUNCATE")]
    for table, verb in guarded:
        op.execute((_POSTGRESQL if postgresql else _SQLITE).format(table=table, verb=verb))


def _campaigns() -> None:
    """Create the campaigns and the people who answer."""
    op.create_table(
        "campaigns",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("plan", sa.JSON, nullable=False),
        sa.Column("questionnaire", sa.String(32), nullable=False),
        sa.Column("questions", sa.JSON, nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("closed_at", Moment),
        sa.Column("purged_at", Moment),
    )
    op.create_table(
        "respondents",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("campaign", sa.String(64), sa.ForeignKey("campaigns.id"), nullable=False, index=True),
        sa.Column("function", sa.String(64)),
        sa.Column("language", sa.String(8)),
        sa.Column("open_link", sa.Boolean, nullable=False),
        sa.Column("salt", sa.String(64), nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("finished_at", Moment),
    )


def _access() -> None:
    """Create links and sessions."""
    op.create_table(
        "invitations",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("campaign", sa.String(64), sa.ForeignKey("campaigns.id"), index=True),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("label", sa.String(200), nullable=False),
        sa.Column("function", sa.String(64)),
        sa.Column("respondent", sa.String(32), sa.ForeignKey("respondents.id"), index=True),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("expires_at", Moment, nullable=False),
        sa.Column("opened_at", Moment),
        sa.Column("revoked_at", Moment),
        sa.Column("reminders_sent", sa.Integer, nullable=False),
    )
    op.create_table(
        "tokens",
        sa.Column("digest", sa.String(64), primary_key=True),
        sa.Column("purpose", sa.String(16), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("campaign", sa.String(64), sa.ForeignKey("campaigns.id"), index=True),
        sa.Column("respondent", sa.String(32), sa.ForeignKey("respondents.id"), index=True),
        sa.Column("invitation", sa.String(32), sa.ForeignKey("invitations.id"), index=True),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("expires_at", Moment, nullable=False),
        sa.Column("used_at", Moment),
        sa.Column("revoked_at", Moment),
    )
    op.create_table(
        "sessions",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("digest", sa.String(64), nullable=False, unique=True),
        sa.Column("created_at", Moment, nullable=False),
    )
    op.create_table(
        "grants",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("session", sa.String(32), sa.ForeignKey("sessions.id"), nullable=False, index=True),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("campaign", sa.String(64), sa.ForeignKey("campaigns.id"), index=True),
        sa.Column("respondent", sa.String(32), sa.ForeignKey("respondents.id"), index=True),
        sa.Column("invitation", sa.String(32), sa.ForeignKey("invitations.id"), index=True),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("expires_at", Moment, nullable=False),
    )


def _answers() -> None:
    """Create the answers, and what was told of them."""
    op.create_table(
        "events",
        sa.Column("id", NUMBER, primary_key=True, autoincrement=True),
        sa.Column("respondent", sa.String(32), sa.ForeignKey("respondents.id"), nullable=False),
        sa.Column("question", sa.String(64), nullable=False),
        sa.Column("device", sa.String(64), nullable=False),
        sa.Column("sequence", sa.BigInteger, nullable=False),
        sa.Column("base", sa.BigInteger, nullable=False),
        sa.Column("revision", sa.BigInteger),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("level", sa.Integer),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("sentence", sa.Text, nullable=False),
        sa.Column("clarity", sa.Integer),
        sa.Column("criteria", sa.JSON, nullable=False),
        sa.Column("lead", sa.Text, nullable=False),
        sa.Column("made_at", Moment),
        sa.Column("saved_at", Moment, nullable=False),
        sa.UniqueConstraint("respondent", "question", "revision", name="events_revision"),
        sa.UniqueConstraint("respondent", "device", "sequence", name="events_once"),
    )
    op.create_table(
        "releases",
        sa.Column("id", NUMBER, primary_key=True, autoincrement=True),
        sa.Column("campaign", sa.String(64), sa.ForeignKey("campaigns.id"), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("made_at", Moment, nullable=False),
        sa.Column("shown", sa.JSON, nullable=False),
        sa.UniqueConstraint("campaign", "number", name="releases_number"),
    )
    op.create_table(
        "release_people",
        sa.Column("release", NUMBER, sa.ForeignKey("releases.id"), primary_key=True),
        sa.Column("respondent", sa.String(32), sa.ForeignKey("respondents.id"), primary_key=True, index=True),
        sa.Column("function", sa.String(64), nullable=False),
        sa.Column("events", sa.JSON, nullable=False),
    )


def _trail() -> None:
    """Create the audit trail and its end."""
    op.create_table(
        "audit",
        sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("actor", sa.String(64), nullable=False),
        sa.Column("action", sa.String(64), nullable=False),
        sa.Column("subject", sa.String(200), nullable=False),
        sa.Column("campaign", sa.String(64), index=True),
        sa.Column("details", sa.Text, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
    )
    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("seal", sa.String(64), nullable=False),
    )
