"""Who may come in: signed links used once, sessions that the browser proves with a secret, and what each opens.

A link is a signed random number; the database keeps its digest only, and so does it for the secret in the cookie:
who reads the database can come in nowhere. Everything that decides (used, revoked, expired) is in the database, so
that it can be taken back. A session holds one grant per door; two people who share a browser replace each other.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from collections.abc import Sequence
from typing import Any, Final

import attrs
import sqlalchemy as sa
from itsdangerous import BadSignature, URLSafeSerializer

from cxmaturity.core.problems import InputError, UnknownIdError
from cxmaturity.store import tables as t
from cxmaturity.store.campaigns import end_of, load, random_id
from cxmaturity.store.checks import text_problems
from cxmaturity.store.problems import AccessError
from cxmaturity.store.values import Campaign, Invitation, Role, Visitor

INVITATION: Final = "invitation"
HANDOVER: Final = "handover"
HANDOVER_LIFE: Final = dt.timedelta(minutes=15)
ENTRANCE_LIFE: Final = dt.timedelta(minutes=10)
CONSULTANT_LINK_LIFE: Final = dt.timedelta(hours=24)
CONSULTANT_SESSION_LIFE: Final = dt.timedelta(days=30)
_LONGEST_TOKEN: Final = 200
ROLES: Final[tuple[Role, ...]] = ("respondent", "sponsor", "consultant")


def digest(secret: str) -> str:
    """Return what the database keeps of a secret."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def unknown() -> AccessError:
    """Return the error of a link that is forged, cut, or another store's: no need to say which."""
    return AccessError.of(
        "access.unknown",
        "this link is not known here.",
        hint="Check that it was copied whole, or ask for a new one.",
    )


def _gone(purpose: str) -> AccessError:
    """Return the error of a link that we signed and no longer hold: only its own bearer can be told so."""
    if purpose != INVITATION:
        return unknown()  # a newer link to continue elsewhere took its place
    return AccessError.of(
        "access.erased", "this link no longer works: the answers and the name behind it were erased."
    )


@attrs.frozen
class Signer:
    """Makes and recognises links; each purpose has its own salt, so that one cannot stand for another."""

    key: bytes

    def new(self, purpose: str) -> str:
        """Return a new link's token."""
        token = self._serializer(purpose).dumps(secrets.token_urlsafe(18))
        return str(token)

    def purpose(self, token: str) -> str:
        """Return what a token is for; `AccessError` ``access.unknown`` when we did not sign it."""
        if len(token) <= _LONGEST_TOKEN:
            for purpose in (INVITATION, HANDOVER):
                try:
                    self._serializer(purpose).loads(token)
                except BadSignature:
                    continue
                return purpose
        raise unknown()

    def _serializer(self, purpose: str) -> URLSafeSerializer:
        return URLSafeSerializer(
            self.key, salt=f"cxmaturity.{purpose}", signer_kwargs={"digest_method": hashlib.sha256}
        )


# --- links ----------------------------------------------------------------------------------------------------


def invite(
    connection: sa.Connection,
    signer: Signer,
    *,
    campaign: str | None,
    role: Role,
    label: str,
    function: str | None,
    expires_at: dt.datetime | None,
    now: dt.datetime,
) -> tuple[Invitation, str]:
    """Make an invitation and its token; a respondent's answers get their random id now."""
    if role not in ROLES:
        raise UnknownIdError.from_name("role", role, ROLES)
    if found := tuple(text_problems(label, 200, ("label",))):
        raise InputError(found)
    of = None if campaign is None else load(connection, campaign)
    _check_invitable(of, role, now)
    check_function(of, function)
    ends = _expiry(of, role, expires_at, now)
    respondent = None
    if role == "respondent" and of is not None:
        respondent = add_respondent(connection, of, function=function, open_link=False, now=now)
    row = {
        "id": random_id("i"),
        "campaign": campaign,
        "role": role,
        "label": label,
        "function": function,
        "respondent": respondent,
        "created_at": now,
        "expires_at": ends,
        "reminders_sent": 0,
    }
    connection.execute(sa.insert(t.invitations).values(**row))
    invitation = load_invitation(connection, str(row["id"]))
    return invitation, add_token(connection, signer, INVITATION, invitation, now=now)


def _check_invitable(of: Campaign | None, role: Role, now: dt.datetime) -> None:
    if of is None:
        if role != "consultant":
            raise InputError.of(
                "store.invite_campaign", "an invitation for a {role} belongs to a campaign.", role=role
            )
        return
    status = of.status(now)
    if status == "purged" or (status == "closed" and role == "respondent"):
        raise closed()


def closed() -> AccessError:
    """Return the error of a campaign that takes no more answers."""
    return AccessError.of("access.closed", "the campaign is closed; answers are no longer taken.")


def check_function(of: Campaign | None, function: str | None) -> None:
    """Refuse a function that the campaign does not ask about."""
    known = () if of is None else of.plan.functions
    if function is not None and function not in known:
        raise UnknownIdError.from_name("function", function, known)


def _expiry(of: Campaign | None, role: Role, expires_at: dt.datetime | None, now: dt.datetime) -> dt.datetime:
    if expires_at is None:
        if role == "consultant" or of is None:
            return now + CONSULTANT_LINK_LIFE
        return end_of(of.plan.deadline if role == "respondent" else of.plan.retention)
    moment = expires_at if expires_at.tzinfo else expires_at.replace(tzinfo=dt.UTC)
    if moment <= now:
        raise InputError.of("store.expiry_past", "the link would have expired already.", path=("expires_at",))
    return min(moment, end_of(of.plan.retention)) if of is not None else moment


def add_respondent(
    connection: sa.Connection, of: Campaign, *, function: str | None, open_link: bool, now: dt.datetime
) -> str:
    """Make the random id behind which somebody's answers stand."""
    row = {
        "id": random_id("r"),
        "campaign": of.id,
        "function": function,
        "open_link": open_link,
        "salt": secrets.token_hex(32),
        "created_at": now,
    }
    connection.execute(sa.insert(t.respondents).values(**row))
    return str(row["id"])


def add_token(
    connection: sa.Connection,
    signer: Signer,
    purpose: str,
    of: Invitation,
    *,
    now: dt.datetime,
) -> str:
    """Keep the digest of a new token and return the token, this once."""
    token = signer.new(purpose)
    row = {
        "digest": digest(token),
        "purpose": purpose,
        "role": of.role,
        "campaign": of.campaign,
        "respondent": of.respondent,
        "invitation": of.id if purpose == INVITATION else None,
        "created_at": now,
        "expires_at": of.expires_at,
    }
    connection.execute(sa.insert(t.tokens).values(**row))
    return token


def _to_invitation(row: Any) -> Invitation:
    fields = [field.name for field in attrs.fields(Invitation)]
    return Invitation(**{name: getattr(row, name) for name in fields})


def load_invitation(connection: sa.Connection, id: str) -> Invitation:  # noqa: A002  # the field's name
    """Return one invitation; `UnknownIdError` when there is none (the others are not told)."""
    row = connection.execute(sa.select(t.invitations).where(t.invitations.c.id == id)).first()
    if row is None:
        raise UnknownIdError.of("store.unknown_invitation", "no invitation bears that name.")
    return _to_invitation(row)


def invitations(connection: sa.Connection, campaign: str) -> tuple[Invitation, ...]:
    """Return the invitations of a campaign in the order they were made."""
    load(connection, campaign)
    c = t.invitations.c
    query = sa.select(t.invitations).where(c.campaign == campaign).order_by(c.created_at, c.id)
    return tuple(_to_invitation(row) for row in connection.execute(query))


def look_at(
    connection: sa.Connection, signer: Signer, token: str, *, session_secret: str | None, now: dt.datetime
) -> tuple[Invitation, Any]:
    """Return what a token opens, with its row, consuming nothing; a spent one still opens its own session."""
    purpose = signer.purpose(token)
    query = sa.select(t.tokens).where(t.tokens.c.digest == digest(token), t.tokens.c.purpose == purpose)
    row = connection.execute(query).first()
    if row is None:
        raise _gone(purpose)
    invitation = _behind(connection, row)
    of = None if row.campaign is None else load(connection, row.campaign)
    if of is not None and of.purged_at is not None:
        raise closed()
    if row.revoked_at is not None or invitation.revoked_at is not None:
        raise AccessError.of("access.revoked", "this link was taken back.", hint="Ask for a new one.")
    if row.used_at is not None:
        if _own_grant(connection, row, session_secret, now) is None:
            raise AccessError.of(
                "access.used",
                "this link was used already; it works once, on one device.",
                hint="Open it on that device, or ask for a new one.",
            )
        return invitation, row
    if row.expires_at <= now:
        raise AccessError.of(
            "access.expired",
            "this link expired on {date}.",
            hint="Ask for a new one.",
            date=(row.expires_at - dt.timedelta(microseconds=1)).date(),  # midnight ends the day before
        )
    if of is not None and row.role == "respondent" and row.purpose == INVITATION and of.status(now) != "open":
        raise closed()
    return invitation, row


def _behind(connection: sa.Connection, row: Any) -> Invitation:
    """Return what a token gives; its function is the one that the person chose, so that nobody is asked twice."""
    r = t.respondents.c
    chosen = connection.execute(sa.select(r.function).where(r.id == row.respondent)).scalar()
    if row.invitation is not None:
        found = load_invitation(connection, row.invitation)
        return attrs.evolve(found, function=chosen or found.function)
    return Invitation(
        id="",
        campaign=row.campaign,
        role=row.role,
        expires_at=row.expires_at,
        function=chosen,
        respondent=row.respondent,
    )


def _own_grant(connection: sa.Connection, token: Any, session_secret: str | None, now: dt.datetime) -> Any:
    """Return the grant that this very token's session holds already."""
    if session_secret is None:
        return None
    for grant in session_grants(connection, session_secret, now):
        same = (grant.role, grant.campaign, grant.respondent) == (
            token.role,
            token.campaign,
            token.respondent,
        )
        if same and grant.invitation == token.invitation:
            return grant
    return None


def redeem(
    connection: sa.Connection,
    signer: Signer,
    token: str,
    *,
    session_secret: str | None,
    fresh_secret: str | None = None,
    now: dt.datetime,
) -> tuple[str, Visitor, bool]:
    """Consume a token: return the session's secret, the visitor, and whether anything was consumed."""
    session_secret = held(connection, session_secret, fresh_secret, now)
    invitation, row = look_at(connection, signer, token, session_secret=session_secret, now=now)
    if row.used_at is not None and session_secret is not None:
        grant = _own_grant(connection, row, session_secret, now)
        return session_secret, to_visitor(grant), False
    spent = connection.execute(
        sa.update(t.tokens)
        .where(t.tokens.c.digest == row.digest, t.tokens.c.used_at.is_(None))
        .values(used_at=now)
    )
    if spent.rowcount != 1:
        raise AccessError.of(
            "access.used",
            "this link was used already; it works once, on one device.",
            hint="Open it on that device, or ask for a new one.",
        )
    if row.invitation is not None and invitation.opened_at is None:
        where = t.invitations.c.id == row.invitation
        connection.execute(sa.update(t.invitations).where(where).values(opened_at=now))
    secret, visitor = grant_access(
        connection,
        session_secret,
        fresh_secret=fresh_secret,
        role=row.role,
        campaign=row.campaign,
        respondent=row.respondent,
        invitation=row.invitation,
        now=now,
    )
    return secret, visitor, True


# --- sessions -------------------------------------------------------------------------------------------------


def grant_access(
    connection: sa.Connection,
    session_secret: str | None,
    *,
    fresh_secret: str | None = None,
    role: Role,
    campaign: str | None,
    respondent: str | None,
    invitation: str | None,
    now: dt.datetime,
) -> tuple[str, Visitor]:
    """Open a door to a session, which is made, with the fresh secret, when the other is not one of ours."""
    session = None if session_secret is None else _session(connection, session_secret)
    if session is None or session_secret is None:
        spent = fresh_secret is None or _session(connection, fresh_secret)
        session, session_secret = random_id("s"), fresh_secret
        if session_secret is None or spent:
            session_secret = secrets.token_urlsafe(32)
        values = {"id": session, "digest": digest(session_secret), "created_at": now}
        connection.execute(sa.insert(t.sessions).values(**values))
    g = t.grants.c
    same_door = g.campaign.is_(None) if campaign is None else g.campaign == campaign
    connection.execute(sa.delete(t.grants).where(g.session == session, g.role == role, same_door))
    of = None if campaign is None else load(connection, campaign)
    ends = now + CONSULTANT_SESSION_LIFE if of is None or role == "consultant" else end_of(of.plan.retention)
    row = {
        "id": random_id("g"),
        "session": session,
        "role": role,
        "campaign": campaign,
        "respondent": respondent,
        "invitation": invitation,
        "created_at": now,
        "expires_at": ends,
    }
    connection.execute(sa.insert(t.grants).values(**row))
    return session_secret, Visitor(session=session, role=role, campaign=campaign, respondent=respondent)


def held(
    connection: sa.Connection, session_secret: str | None, fresh_secret: str | None, now: dt.datetime
) -> str | None:
    """Return the secret that opens a session: the browser's, else the form's while its session is new.

    After `ENTRANCE_LIFE` a form is worth nothing: who finds it open on a shared device comes to nobody's answers.
    """
    if session_secret is not None and _session(connection, session_secret):
        return session_secret
    if fresh_secret is not None and _session(connection, fresh_secret, since=now - ENTRANCE_LIFE):
        return fresh_secret
    return None


def _session(connection: sa.Connection, secret: str, *, since: dt.datetime | None = None) -> str | None:
    query = sa.select(t.sessions.c.id).where(t.sessions.c.digest == digest(secret))
    if since is not None:
        query = query.where(t.sessions.c.created_at > since)
    found: str | None = connection.execute(query).scalar()
    return found


def session_grants(connection: sa.Connection, secret: str, now: dt.datetime) -> Sequence[Any]:
    """Return the doors that a session opens now, the latest first."""
    g, s = t.grants.c, t.sessions.c
    query = (
        sa.select(t.grants)
        .join(t.sessions, g.session == s.id)
        .where(s.digest == digest(secret), g.expires_at > now)
        .order_by(g.created_at.desc(), g.id)
    )
    return connection.execute(query).all()


def to_visitor(grant: Any) -> Visitor:
    """Return the visitor of a grant."""
    return Visitor(
        session=grant.session, role=grant.role, campaign=grant.campaign, respondent=grant.respondent
    )


def visitor(
    connection: sa.Connection, secret: str, campaign: str | None, roles: Sequence[Role], now: dt.datetime
) -> Visitor | None:
    """Return the session's visitor in the first of these roles that it has for the campaign."""
    found = [to_visitor(grant) for grant in session_grants(connection, secret, now)]
    for role in roles:
        for one in found:
            whole_store = one.role == "consultant" and one.campaign is None
            if one.role == role and (one.campaign == campaign or whole_store):
                return one
    return None


def leave(connection: sa.Connection, secret: str) -> None:
    """Forget a session and all that it opens."""
    session = _session(connection, secret)
    if session is not None:
        connection.execute(sa.delete(t.grants).where(t.grants.c.session == session))
        connection.execute(sa.delete(t.sessions).where(t.sessions.c.id == session))
