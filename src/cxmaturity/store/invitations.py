"""What a consultant does with links once they are out, and the two other ways in: open link, another device."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

from cxmaturity.core.problems import InputError
from cxmaturity.store import tables as t
from cxmaturity.store.access import CONSULTANT_LINK_LIFE as LINK_LIFE
from cxmaturity.store.access import (
    HANDOVER,
    HANDOVER_LIFE,
    INVITATION,
    Signer,
    add_respondent,
    add_token,
    closed,
    grant_access,
    held,
    load_invitation,
    session_grants,
    to_visitor,
    unknown,
)
from cxmaturity.store.campaigns import end_of, known, load
from cxmaturity.store.problems import AccessError
from cxmaturity.store.values import Invitation, Visitor


def revoke(connection: sa.Connection, id: str, now: dt.datetime) -> Invitation:  # noqa: A002  # the field's name
    """Take a link back, and close the sessions that it opened, those on another device included."""
    invitation = load_invitation(connection, id)
    if invitation.revoked_at is None:
        connection.execute(sa.update(t.invitations).where(t.invitations.c.id == id).values(revoked_at=now))
    _spend(connection, invitation, now)
    g = t.grants.c
    opened = g.invitation == id
    if invitation.respondent is not None:
        opened = sa.or_(opened, g.respondent == invitation.respondent)
    connection.execute(sa.delete(t.grants).where(opened))
    return load_invitation(connection, id)


def _spend(connection: sa.Connection, invitation: Invitation, now: dt.datetime) -> None:
    """Make every token of an invitation, and of its respondent, useless."""
    c = t.tokens.c
    its = c.invitation == invitation.id
    if invitation.respondent is not None:
        its = sa.or_(its, c.respondent == invitation.respondent)
    connection.execute(sa.update(t.tokens).where(its, c.revoked_at.is_(None)).values(revoked_at=now))


def renew(
    connection: sa.Connection,
    signer: Signer,
    id: str,  # noqa: A002
    now: dt.datetime,
) -> tuple[Invitation, str]:
    """Return a new token for the same person; the older ones open nothing any more."""
    invitation = load_invitation(connection, id)
    ends = now + LINK_LIFE
    if invitation.campaign is not None:
        of = load(connection, invitation.campaign)
        if of.purged_at is not None or (invitation.role == "respondent" and of.status(now) != "open"):
            raise closed()
        if invitation.role != "consultant":
            ends = end_of(of.plan.deadline if invitation.role == "respondent" else of.plan.retention)
    _spend(connection, invitation, now)
    connection.execute(
        sa.update(t.invitations).where(t.invitations.c.id == id).values(expires_at=ends, revoked_at=None)
    )
    fresh = load_invitation(connection, id)
    return fresh, add_token(connection, signer, INVITATION, fresh, now=now)


def note_reminder(connection: sa.Connection, id: str, now: dt.datetime) -> Invitation:  # noqa: A002
    """Count a reminder; `InputError` ``store.reminders_spent`` once the plan's number is reached."""
    invitation = load_invitation(connection, id)
    most = 0
    if invitation.campaign is not None:
        of = load(connection, invitation.campaign)
        if of.status(now) != "open":
            raise closed()
        most = of.plan.reminders
    if invitation.reminders_sent >= most:
        raise InputError.of(
            "store.reminders_spent",
            "this person was reminded {sent} times already; the campaign allows {most}.",
            sent=invitation.reminders_sent,
            most=most,
        )
    values = {"reminders_sent": invitation.reminders_sent + 1}
    connection.execute(sa.update(t.invitations).where(t.invitations.c.id == id).values(**values))
    return load_invitation(connection, id)


def enter_open(
    connection: sa.Connection,
    campaign: str,
    *,
    session_secret: str | None,
    fresh_secret: str | None = None,
    now: dt.datetime,
) -> tuple[str, Visitor, bool]:
    """Let somebody in by the open link; who is in already stays the same person (third value: new)."""
    of = known(connection, campaign, lock=True).campaign
    session_secret = held(connection, session_secret, fresh_secret, now)
    if session_secret is not None:
        for grant in session_grants(connection, session_secret, now):
            if (grant.role, grant.campaign) == ("respondent", campaign):
                return session_secret, to_visitor(grant), False
    if of.status(now) != "open":
        raise closed()
    if not of.plan.open_link:
        raise unknown()
    r = t.respondents.c
    count = sa.select(sa.func.count()).where(r.campaign == campaign, r.open_link.is_(True))
    if (connection.execute(count).scalar() or 0) >= of.plan.most_open:
        raise AccessError.of("access.full", "this campaign has as many people as it takes.")
    respondent = add_respondent(connection, of, function=None, open_link=True, now=now)
    secret, visitor = grant_access(
        connection,
        session_secret,
        fresh_secret=fresh_secret,
        role="respondent",
        campaign=campaign,
        respondent=respondent,
        invitation=None,
        now=now,
    )
    return secret, visitor, True


def handover(connection: sa.Connection, signer: Signer, visitor: Visitor, now: dt.datetime) -> str:
    """Return a token with which the same respondent goes on elsewhere: once, within a quarter of an hour."""
    g, c = t.grants.c, t.tokens.c
    if visitor.role != "respondent" or visitor.respondent is None:
        raise AccessError.of("access.role", "this session may not answer.")
    held = sa.select(g.invitation).where(
        g.session == visitor.session, g.respondent == visitor.respondent, g.expires_at > now
    )
    if connection.execute(held).first() is None:
        raise unknown()
    earlier = (c.purpose == HANDOVER, c.respondent == visitor.respondent, c.used_at.is_(None))
    connection.execute(sa.delete(t.tokens).where(*earlier))
    asked = Invitation(
        id="",
        campaign=visitor.campaign,
        role="respondent",
        expires_at=now + HANDOVER_LIFE,
        respondent=visitor.respondent,
    )
    return add_token(connection, signer, HANDOVER, asked, now=now)
