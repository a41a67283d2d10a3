"""The part of the store that lets people in: invitations, sessions, the open link, another device."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import sqlalchemy as sa

from cxmaturity.store import access, invitations
from cxmaturity.store.core import Core
from cxmaturity.store.values import Invitation, Role, Visitor


class Doors(Core):
    """Who may come in, and as whom."""

    def invite(
        self,
        campaign: str | None,
        role: Role,
        *,
        actor: str,
        label: str = "",
        function: str | None = None,
        expires_at: dt.datetime | None = None,
    ) -> tuple[Invitation, str]:
        """Make a link for one person; its token is told here and never again.

        Without `expires_at`: until the deadline for a respondent, the retention date for a sponsor, a day for
        a consultant. Only a consultant may be invited to the whole store (`campaign` None).
        """

        def work(connection: sa.Connection) -> tuple[Invitation, str]:
            made, token = access.invite(
                connection,
                self._signer,
                campaign=campaign,
                role=role,
                label=label,
                function=function,
                expires_at=expires_at,
                now=self.now(),
            )
            self._note(
                connection, actor, "invitation.made", made.id, campaign, role=role, expires_at=made.expires_at
            )
            return made, token

        return self._write(work)

    def look_at(
        self, token: str, *, session_secret: str | None = None, fresh_secret: str | None = None
    ) -> Invitation:
        """Return what a token opens without using it: mail scanners open links before people do.

        With the secret of the session that used it, a used token is not refused: the same link on the same
        device always works; so it does with the `fresh_secret` of `redeem`. `id` is empty for a token made by `handover`.

        Raises
        ------
        AccessError
            ``access.unknown``, ``access.expired``, ``access.revoked``, ``access.used``, ``access.closed``.
        """
        now = self.now()

        def ask(connection: sa.Connection) -> Invitation:
            secret = access.held(connection, session_secret, fresh_secret, now)
            return access.look_at(connection, self._signer, token, session_secret=secret, now=now)[0]

        return self._read(ask)

    def redeem(
        self, token: str, *, session_secret: str | None = None, fresh_secret: str | None = None
    ) -> tuple[str, Visitor]:
        """Use a token: return the secret for the cookie (new, or the one given) and the visitor.

        Of two people who use one token at the same moment, one comes in. Errors: see `look_at`.

        A new session gets `fresh_secret`, which nobody can guess, or a random one. Who asks again with the same one is the
        same person: a button pressed twice, or an answer that the network lost before the cookie arrived.
        """

        def work(connection: sa.Connection) -> tuple[str, Visitor]:
            secret, visitor, consumed = access.redeem(
                connection,
                self._signer,
                token,
                session_secret=session_secret,
                fresh_secret=fresh_secret,
                now=self.now(),
            )
            if consumed:
                self._note(
                    connection,
                    visitor.session,
                    "link.used",
                    visitor.role,
                    visitor.campaign,
                    role=visitor.role,
                )
            return secret, visitor

        return self._write(work)

    def enter_open(
        self, campaign: str, *, session_secret: str | None = None, fresh_secret: str | None = None
    ) -> tuple[str, Visitor]:
        """Come in by the campaign's open link; a session that is in already stays the same person. See `redeem`.

        Raises
        ------
        AccessError
            ``access.unknown`` when the campaign has no open link, ``access.closed``, ``access.full``.
        """

        def work(connection: sa.Connection) -> tuple[str, Visitor]:
            secret, visitor, new = invitations.enter_open(
                connection,
                campaign,
                session_secret=session_secret,
                fresh_secret=fresh_secret,
                now=self.now(),
            )
            if new:
                self._note(connection, visitor.session, "open_link.used", "respondent", campaign)
            return secret, visitor

        return self._write(work)

    def handover(self, visitor: Visitor) -> str:
        """Return a token to go on with on another device: used once, within 15 minutes."""

        def work(connection: sa.Connection) -> str:
            token = invitations.handover(connection, self._signer, visitor, self.now())
            self._note(connection, visitor.session, "handover.made", "respondent", visitor.campaign)
            return token

        return self._write(work)

    def visitor(self, session_secret: str, campaign: str | None, roles: Sequence[Role]) -> Visitor | None:
        """Return who the session is for a campaign, in the first of `roles` that it has; None: nobody.

        A consultant of the whole store is one for every campaign; its visitor's `campaign` is then None.
        """
        now = self.now()
        return self._read(lambda c: access.visitor(c, session_secret, campaign, roles, now))

    def visitors(self, session_secret: str) -> tuple[Visitor, ...]:
        """Return everything that a session opens, the latest first."""
        now = self.now()
        return self._read(
            lambda c: tuple(access.to_visitor(g) for g in access.session_grants(c, session_secret, now))
        )

    def leave(self, session_secret: str) -> None:
        """Forget a session."""
        self._write(lambda c: access.leave(c, session_secret))

    def revoke(self, invitation_id: str, actor: str) -> Invitation:
        """Take a link back and close the sessions that it opened."""

        def work(connection: sa.Connection) -> Invitation:
            made = invitations.revoke(connection, invitation_id, self.now())
            self._note(connection, actor, "invitation.revoked", invitation_id, made.campaign)
            return made

        return self._write(work)

    def renew(self, invitation_id: str, actor: str) -> tuple[Invitation, str]:
        """Return a new link for the same person; the older ones stop working, open sessions go on."""

        def work(connection: sa.Connection) -> tuple[Invitation, str]:
            made, token = invitations.renew(connection, self._signer, invitation_id, self.now())
            self._note(connection, actor, "invitation.renewed", invitation_id, made.campaign)
            return made, token

        return self._write(work)

    def note_reminder(self, invitation_id: str, actor: str) -> Invitation:
        """Count a reminder that is about to be sent; `InputError` ``store.reminders_spent`` after the last."""

        def work(connection: sa.Connection) -> Invitation:
            made = invitations.note_reminder(connection, invitation_id, self.now())
            self._note(connection, actor, "invitation.reminded", invitation_id, made.campaign)
            return made

        return self._write(work)

    def invitations(self, campaign: str) -> tuple[Invitation, ...]:
        """Return the invitations of a campaign in the order they were made."""
        return self._read(lambda c: access.invitations(c, campaign))
