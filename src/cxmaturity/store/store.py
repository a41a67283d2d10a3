"""The store as the pages and the command line see it: one object, plain methods, frozen values.

Every write goes through one thread (see `writer`) and returns only once it is durable; reads see one consistent
moment and never wait for writers. Each consequential act and its line in the trail are one transaction.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from cxmaturity.assessment.values import Response, Wave
from cxmaturity.core.problems import Problem
from cxmaturity.core.text import Language
from cxmaturity.store import answers, audit, campaigns, lifecycle, people
from cxmaturity.store.backup import backup
from cxmaturity.store.doors import Doors
from cxmaturity.store.values import (
    AnswerEvent,
    AuditEntry,
    Campaign,
    CampaignPlan,
    Lead,
    Participation,
    Progress,
    Saved,
    Visitor,
)

if TYPE_CHECKING:
    from cxmaturity.store import releases

_TRIES: Final = 4


class Store(Doors):
    """Campaigns, people and answers in one database. Open it with `Store.open`; any thread may use it.

    All methods raise `StoreBusyError` (try again) or `StoreError` (``store.full``...) when the database cannot
    do what is asked: then nothing was written. `actor` is who does it, an id for the trail: a visitor's session,
    ``cli``; never a name.
    """

    # --- campaigns --------------------------------------------------------------------------------------------

    def create_campaign(self, plan: CampaignPlan, *, questionnaire: str, actor: str) -> Campaign:
        """Check a plan and open the campaign; `InputError` holds every problem of the plan at once."""

        def work(connection: sa.Connection) -> Campaign:
            made = campaigns.create(connection, plan, questionnaire=questionnaire, now=self.now())
            self._note(
                connection,
                actor,
                "campaign.created",
                made.id,
                made.id,
                deadline=plan.deadline,
                retention=plan.retention,
                privacy=plan.privacy,
                minimum_group=plan.minimum_group,
            )
            return made

        return self._write(work)

    def campaign(self, id: str) -> Campaign:  # noqa: A002  # the field's own name
        """Return a campaign; `UnknownIdError` names the nearest."""
        return self._read(lambda c: campaigns.load(c, id))

    def campaigns(self) -> tuple[Campaign, ...]:
        """Return all campaigns, the latest first."""
        return self._read(campaigns.every)

    def close_campaign(self, id: str, actor: str) -> Campaign:  # noqa: A002
        """Take no more answers."""

        def work(connection: sa.Connection) -> Campaign:
            made = campaigns.close(connection, id, self.now())
            self._note(connection, actor, "campaign.closed", id, id)
            return made

        return self._write(work)

    def reopen(self, id: str, deadline: dt.date, actor: str) -> Campaign:  # noqa: A002
        """Take answers again until `deadline`, which is not after the retention date."""

        def work(connection: sa.Connection) -> Campaign:
            made = campaigns.reopen(connection, id, deadline, self.now())
            self._note(connection, actor, "campaign.reopened", id, id, deadline=deadline)
            return made

        return self._write(work)

    # --- answers ----------------------------------------------------------------------------------------------

    def record(self, visitor: Visitor, events: Sequence[AnswerEvent]) -> tuple[Saved, ...]:
        """Keep answers, all or none; when this returns they are on the disk.

        Returns
        -------
        tuple of Saved
            One per event, in their order: what stands for its question.

        Raises
        ------
        InputError, UnknownIdError
            Every problem of form at once; a question or criterion that the version does not have;
            ``store.sequence_reused``.
        AccessError
            ``access.closed``, ``access.unknown``, ``access.role``.
        """
        return self.submit(visitor, events).result()

    def submit(self, visitor: Visitor, events: Sequence[AnswerEvent]) -> Future[tuple[Saved, ...]]:
        """Do the same as `record` without holding the caller's thread: the future is done once durable."""
        return self._writer.submit(answers.Request.of(visitor, events, self.now()))

    def set_function(self, visitor: Visitor, function: str | None) -> Progress:
        """Keep where a respondent works."""
        return self._write(lambda c: people.set_function(c, visitor, function, self.now()))

    def set_language(self, visitor: Visitor, language: Language) -> Progress:
        """Keep the language that a respondent reads."""
        return self._write(lambda c: people.set_language(c, visitor, language, self.now()))

    def finish(self, visitor: Visitor) -> Progress:
        """Say that a respondent is done (answers may still change until the deadline).

        Raises
        ------
        InputError
            ``store.nothing_answered``; ``store.function_missing`` when the campaign asks for it.
        """
        return self._write(lambda c: people.finish(c, visitor, self.now()))

    def progress(self, visitor: Visitor) -> Progress:
        """Return where a respondent stands."""
        now = self.now()
        return self._read(lambda c: people.own(c, visitor, now))

    # --- everybody --------------------------------------------------------------------------------------------

    def participation(self, campaign: str) -> Participation:
        """Return how many people were invited, came, began and finished."""
        return self._read(lambda c: people.participation(c, campaign))

    def responses(self, campaign: str, actor: str, *, unfinished: bool = False) -> tuple[Response, ...]:
        """Return each person's answers, for a consultant; who reads them is in the trail.

        In an anonymous campaign the ids lead back to no invitation. A campaign that asks for no function says
        ``executive`` for everybody.
        """

        def work(connection: sa.Connection) -> tuple[Response, ...]:
            found = people.responses(connection, campaign, unfinished=unfinished)
            self._note(connection, actor, "responses.read", campaign, campaign, people=len(found))
            return found

        return self._write(work)

    def leads(self, campaign: str, actor: str) -> tuple[Lead, ...]:
        """Return where people said that proofs may be found, for a consultant."""

        def work(connection: sa.Connection) -> tuple[Lead, ...]:
            found = people.leads(connection, campaign)
            self._note(connection, actor, "leads.read", campaign, campaign, leads=len(found))
            return found

        return self._write(work)

    def release(self, campaign: str) -> Wave | None:
        """Return what sponsors and respondents may see of the group, or None: see `releases`.

        Score it with `Settings(privacy=plan.privacy, minimum_group=plan.minimum_group)`.
        """
        from cxmaturity.store import releases  # brings numpy

        proposal: releases.Proposal | None = None
        for _ in range(_TRIES):
            seen = self._read(lambda c: releases.signature(c, campaign))
            with self._telling:  # many readers at once: one works it out, the others find it
                remembered = self._told.get(campaign)
                if remembered is not None and remembered[0] == seen:
                    return remembered[1]
                proposal = self._read(lambda c: releases.propose(c, campaign, self.now()))
                kept = proposal.signature if proposal.choice is None else self._keep(campaign, proposal)
                if kept is not None:
                    self._told[campaign] = kept, proposal.wave
                    return proposal.wave
        return proposal.standing if proposal is not None else None

    def _keep(self, campaign: str, proposal: releases.Proposal) -> releases.Signature | None:
        """Keep a release and its line in the trail; None when people answered meanwhile."""
        from cxmaturity.store import releases

        def work(connection: sa.Connection) -> releases.Signature | None:
            kept = releases.keep(connection, campaign, proposal, self.now())
            if kept is None:
                return None
            made, after = kept
            self._note(
                connection,
                "store",
                "release.made",
                campaign,
                campaign,
                number=made.number,
                people=made.people,
            )
            return after

        return self._write(work)

    # --- lifecycle --------------------------------------------------------------------------------------------

    def export_person(self, respondent: str, actor: str) -> dict[str, Any]:
        """Return everything that the store holds of one respondent, as JSON can write it."""

        def work(connection: sa.Connection) -> dict[str, Any]:
            found, campaign = lifecycle.export_person(connection, respondent)
            self._note(connection, actor, "person.exported", respondent, campaign)
            return found

        return self._write(work)

    def erase_person(self, respondent: str, actor: str) -> None:
        """Erase one respondent: answers, link, sessions. The trail keeps that it was done."""

        def work(connection: sa.Connection) -> None:
            campaign, counts = lifecycle.erase_person(connection, respondent)
            self._note(connection, actor, "person.erased", respondent, campaign, **counts)

        self._write(work)
        lifecycle.scrub(self._engine)

    def purge(self, campaign: str, actor: str) -> Mapping[str, int]:
        """Erase all personal data of a campaign; the trail keeps that it was done, and the counts."""

        def work(connection: sa.Connection) -> Mapping[str, int]:
            counts = lifecycle.purge(connection, campaign, self.now())
            self._note(connection, actor, "campaign.purged", campaign, campaign, **counts)
            return counts

        counts = self._write(work)
        lifecycle.scrub(self._engine)
        return counts

    def purge_due(self, now: dt.datetime | None = None) -> tuple[str, ...]:
        """Purge every campaign whose retention date is past; return their ids."""
        moment = self.now() if now is None else now.astimezone(dt.UTC)
        due = tuple(
            campaign.id
            for campaign in self.campaigns()
            if campaign.purged_at is None and campaign.plan.retention < moment.date()
        )
        for campaign in due:
            self.purge(campaign, "store")
        self._write(lambda c: lifecycle.forget_sessions(c, moment))
        return due

    def backup(self, path: str | Path, actor: str = "store") -> Path:
        """Copy the whole store into a new SQLite file, checked; the secret key is not in it.

        Raises
        ------
        FileError
            ``store.backup_exists``, ``store.backup_failed``.
        """
        self._write(lambda c: self._note(c, actor, "store.backed_up"))
        return backup(self._engine, Path(path))

    # --- trail ------------------------------------------------------------------------------------------------

    def audit_entries(self, campaign: str | None = None) -> tuple[AuditEntry, ...]:
        """Return the trail, whole or of one campaign, oldest first."""
        return self._read(lambda c: audit.entries(c, campaign))

    def verify_audit(self) -> tuple[Problem, ...]:
        """Return everything that is wrong with the trail: changed, missing, cut; nothing when it is whole."""
        return self._read(self._trail.verify)

    def record_refusal(
        self, actor: str, what: str, details: Mapping[str, Any] | None = None, campaign: str | None = None
    ) -> None:
        """Note that something was refused (a forged link, a foreign kernel...); never a token, never a name."""
        moment = self.now()
        said = {"what": what, **(details or {})}

        def work(connection: sa.Connection) -> None:
            self._trail.append(
                connection, at=moment, actor=actor, action="refused", campaign=campaign, details=said
            )

        self._write(work)
