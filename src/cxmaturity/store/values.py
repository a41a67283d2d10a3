"""What the store holds, as frozen values: campaigns, invitations, visitors, answers, the trail of who did what.

Times are aware, in UTC. Nothing here is a table: the tables are in `tables.py`, and nothing outside this room sees them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, Literal

import attrs

from cxmaturity.assessment.values import Answer
from cxmaturity.core.text import Language

Role = Literal["respondent", "sponsor", "consultant"]
"""Respondents see their own answers, sponsors the group when it is large enough, consultants everything."""

CampaignStatus = Literal["open", "closed", "purged"]


@attrs.frozen(kw_only=True)
class CampaignPlan:
    """What a consultant decides before asking anybody.

    `languages` in order of preference; `functions` are the catalogue ids that respondents choose from, none to
    leave the question out; `deadline` is the last day on which answers are taken, `retention` the day on which
    the personal data are erased; `minimum_group` the smallest group that may be shown (3 or more when
    anonymous); `mode` asks for criteria and leads to evidence (``diagnostic``) or only for levels (``quick``);
    `open_link` lets anybody who has the address answer, `most_open` people at most; `reminders` is how many
    times one person may be reminded; `controller` is who answers for the data and `contact` how to reach them:
    both are in the notice that respondents read, with `legal_basis` (empty: legitimate interest).
    """

    client: str
    controller: str
    contact: str
    deadline: dt.date
    retention: dt.date
    languages: tuple[Language, ...] = attrs.field(default=("fr", "en"), converter=tuple)
    functions: tuple[str, ...] = attrs.field(default=(), converter=tuple)
    privacy: Literal["anonymous", "named"] = "anonymous"
    minimum_group: int = 5
    mode: Literal["quick", "diagnostic"] = "diagnostic"
    open_link: bool = False
    most_open: int = 500
    reminders: int = 2
    primary: str | None = None
    legal_basis: str = ""


@attrs.frozen(kw_only=True)
class Campaign:
    """One round of the self-test at one client; `questionnaire` is the version of the questions asked."""

    id: str
    plan: CampaignPlan
    questionnaire: str
    created_at: dt.datetime
    closed_at: dt.datetime | None = None
    purged_at: dt.datetime | None = None

    def status(self, now: dt.datetime) -> CampaignStatus:
        """Return where the campaign stands; past its deadline it is closed, whether or not anybody closed it."""
        if self.purged_at is not None:
            return "purged"
        late = now.date() > self.plan.deadline
        return "closed" if self.closed_at is not None or late else "open"


@attrs.frozen(kw_only=True)
class Invitation:
    """A link for one person; the token itself is told once, when the invitation is made.

    `label` is what the consultant calls the person (a name, an address): personal data, erased by a purge, and
    never beside an answer of an anonymous campaign. `respondent` is the id behind which the answers stand.
    """

    id: str
    campaign: str | None
    role: Role
    expires_at: dt.datetime
    label: str = ""
    function: str | None = None
    respondent: str | None = None
    opened_at: dt.datetime | None = None
    revoked_at: dt.datetime | None = None
    reminders_sent: int = 0


@attrs.frozen(kw_only=True)
class Visitor:
    """Somebody whose cookie was recognised, in one role: the only proof of identity that the pages accept.

    `campaign` is None for a consultant of the whole store; `respondent` is None for the other roles.
    """

    session: str
    role: Role
    campaign: str | None
    respondent: str | None = None


@attrs.frozen(kw_only=True)
class AnswerEvent:
    """One answer as a device sends it; sending it twice changes nothing.

    `device` and `sequence` name the event; `base` is the revision of that question that the device had seen
    (0: none); `made_at` is the device's clock, kept and never trusted; `lead` says where a proof may be found,
    at most 200 characters, which is a lead for the consultant and not yet evidence.
    """

    question: str
    answer: Answer
    device: str
    sequence: int
    base: int = 0
    made_at: dt.datetime | None = None
    lead: str = ""


@attrs.frozen(kw_only=True)
class Saved:
    """The current answer to one question, durably written; `revision` counts the answers accepted for it.

    `accepted` is false when the event just sent was kept as history only, because another device had answered
    since: the fields then hold the answer that stands.
    """

    question: str
    revision: int
    answer: Answer
    lead: str
    saved_at: dt.datetime
    accepted: bool = True


@attrs.frozen(kw_only=True)
class Progress:
    """Where one respondent stands; `answers` in the order of the questions."""

    respondent: str
    function: str | None
    answers: tuple[Saved, ...] = attrs.field(converter=tuple)
    finished_at: dt.datetime | None = None
    language: Language | None = None


@attrs.frozen(kw_only=True)
class Participation:
    """How many people, never who: `by_function` only where the number is at least the threshold."""

    invited: int
    opened: int
    started: int
    finished: int
    by_function: tuple[tuple[str, int], ...]
    last_saved_at: dt.datetime | None


@attrs.frozen(kw_only=True)
class AuditEntry:
    """One line of the trail: who (`actor`: an id, never a name) did what to what, and the seal of all before."""

    number: int
    at: dt.datetime
    actor: str
    action: str
    subject: str
    details: Mapping[str, Any]
    digest: str


@attrs.frozen(kw_only=True)
class Lead:
    """Where a respondent says that a proof may be found: for the consultant to check, not yet evidence.

    `respondent` is the same id as in the responses of the campaign; `level` what was answered, if a level was.
    """

    question: str
    respondent: str
    level: int | None
    text: str
