"""What is known of the people of a campaign: how many, what they said, where proofs may be found.

In an anonymous campaign a person gets another random id here than in the invitations, and the order is random:
a consultant who reads both lists cannot lay one beside the other.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

import sqlalchemy as sa

from cxmaturity.assessment.values import Response
from cxmaturity.core.problems import InputError, UnknownIdError
from cxmaturity.store import tables as t
from cxmaturity.store.access import check_function, closed
from cxmaturity.store.answers import current_events, progress, to_answer
from cxmaturity.store.campaigns import Known, known, known_campaigns, load
from cxmaturity.store.problems import AccessError
from cxmaturity.store.values import Campaign, Lead, Participation, Progress, Visitor

UNASKED: Final = "executive"
"""The function of everybody where the campaign asks for none: the self-test is written for executives."""


# --- one person -----------------------------------------------------------------------------------------------


def own(connection: sa.Connection, visitor: Visitor, now: dt.datetime) -> Progress:
    """Return where a visitor stands, who must still hold a grant for it."""
    _require(connection, visitor, now)
    return progress(connection, str(visitor.respondent))


def _require(connection: sa.Connection, visitor: Visitor, now: dt.datetime) -> None:
    g = t.grants.c
    if visitor.role != "respondent" or visitor.respondent is None:
        raise AccessError.of("access.role", "this session may not answer.")
    held = sa.select(g.id).where(
        g.session == visitor.session,
        g.respondent == visitor.respondent,
        g.campaign == visitor.campaign,
        g.expires_at > now,
    )
    if connection.execute(held).first() is None:
        raise AccessError.of("access.unknown", "this link is not known here.")


def _open_campaign(connection: sa.Connection, visitor: Visitor, now: dt.datetime) -> Campaign:
    _require(connection, visitor, now)
    of = load(connection, str(visitor.campaign))
    if of.status(now) != "open":
        raise closed()
    return of


def _change(connection: sa.Connection, visitor: Visitor, **values: Any) -> Progress:
    where = t.respondents.c.id == visitor.respondent
    connection.execute(sa.update(t.respondents).where(where).values(**values))
    return progress(connection, str(visitor.respondent))


def set_function(
    connection: sa.Connection, visitor: Visitor, function: str | None, now: dt.datetime
) -> Progress:
    """Keep where a respondent works, among the functions that the campaign asks about."""
    check_function(_open_campaign(connection, visitor, now), function)
    return _change(connection, visitor, function=function)


def set_language(connection: sa.Connection, visitor: Visitor, language: str, now: dt.datetime) -> Progress:
    """Keep the language that a respondent chose; allowed after the deadline, results are read then."""
    _require(connection, visitor, now)
    known_languages = load(connection, str(visitor.campaign)).plan.languages
    if language not in known_languages:
        raise UnknownIdError.from_name("language", language, known_languages)
    return _change(connection, visitor, language=language)


def finish(connection: sa.Connection, visitor: Visitor, now: dt.datetime) -> Progress:
    """Say that a respondent is done; doing it twice keeps the first time."""
    _require(connection, visitor, now)
    stands = progress(connection, str(visitor.respondent))
    if stands.finished_at is not None:
        return stands
    of = _open_campaign(connection, visitor, now)
    if not any(saved.answer.state != "skipped" for saved in stands.answers):
        raise InputError.of("store.nothing_answered", "nothing was answered yet.")
    if of.plan.functions and stands.function is None:
        raise InputError.of("store.function_missing", "say where you work first.", path=("function",))
    return _change(connection, visitor, finished_at=now)


# --- everybody ------------------------------------------------------------------------------------------------


def participation(connection: sa.Connection, campaign: str) -> Participation:
    """Count; what fewer people than the threshold stand behind is left out."""
    from cxmaturity.assessment.privacy import publishable  # brings numpy, which nothing else here needs

    of = load(connection, campaign)
    r, i, e = t.respondents.c, t.invitations.c, t.events.c
    people = connection.execute(
        sa.select(r.id, r.function, r.finished_at, r.open_link).where(r.campaign == campaign)
    ).all()
    asked = connection.execute(
        sa.select(i.opened_at).where(i.campaign == campaign, i.role == "respondent", i.revoked_at.is_(None))
    ).all()
    ours = sa.select(e.respondent, sa.func.max(e.saved_at).label("last")).join(
        t.respondents, r.id == e.respondent
    )
    begun = connection.execute(ours.where(r.campaign == campaign).group_by(e.respondent)).all()
    finished = [row for row in people if row.finished_at is not None]
    group = of.plan.minimum_group if of.plan.privacy == "named" else max(3, of.plan.minimum_group)
    sizes = Counter(row.function or UNASKED for row in finished) if of.plan.functions else Counter[str]()
    shown = publishable(sizes, group)
    enough = of.plan.privacy == "named" or len(begun) >= group
    return Participation(
        invited=len(asked),
        opened=sum(row.opened_at is not None for row in asked) + sum(row.open_link for row in people),
        started=len(begun),
        finished=len(finished),
        by_function=tuple((name, sizes[name]) for name in of.plan.functions if name in shown),
        last_saved_at=max((row.last for row in begun), default=None) if enough else None,
    )


def alias(of: Campaign, row: Any) -> str:
    """Return the id under which a person's answers leave the store."""
    if of.plan.privacy == "named":
        return str(row.id)
    return "p" + hmac.new(row.salt.encode(), b"response", hashlib.sha256).hexdigest()[:12]


def rows_of(connection: sa.Connection, campaign: str, *, unfinished: bool) -> Sequence[Any]:
    """Return the respondents of a campaign whose answers may be read."""
    r = t.respondents.c
    query = sa.select(t.respondents).where(r.campaign == campaign)
    return connection.execute(query if unfinished else query.where(r.finished_at.is_not(None))).all()


def _standing(
    connection: sa.Connection, campaign: str, *, unfinished: bool
) -> tuple[Known, list[tuple[Any, dict[str, dict[str, Any]]]]]:
    of = known(connection, campaign)
    people = rows_of(connection, campaign, unfinished=unfinished)
    said: dict[str, dict[str, dict[str, Any]]] = {row.id: {} for row in people}
    for event in current_events(connection, said):
        said[event["respondent"]][event["question"]] = event
    ordered = sorted(people, key=lambda row: alias(of.campaign, row))
    return of, [(row, said[row.id]) for row in ordered if said[row.id]]


def responses(connection: sa.Connection, campaign: str, *, unfinished: bool) -> tuple[Response, ...]:
    """Return what people said, under ids that lead back to no invitation."""
    of, people = _standing(connection, campaign, unfinished=unfinished)
    return tuple(
        Response(
            respondent=alias(of.campaign, row),
            function=row.function or UNASKED,
            answers={name: to_answer(said[name]) for name in of.questions if name in said},
        )
        for row, said in people
        if row.function or not of.campaign.plan.functions
    )


def leads(connection: sa.Connection, campaign: str) -> tuple[Lead, ...]:
    """Return where people said that a proof may be found, question by question."""
    of, people = _standing(connection, campaign, unfinished=False)
    return tuple(
        Lead(
            question=name,
            respondent=alias(of.campaign, row),
            level=said[name]["level"],
            text=said[name]["lead"].strip(),
        )
        for name in of.questions
        for row, said in people
        if name in said and said[name]["lead"].strip()
    )


def campaign_of(connection: sa.Connection, respondent: str) -> Campaign:
    """Return the campaign of a respondent; `UnknownIdError` when there is none (the others are not told)."""
    query = sa.select(t.respondents.c.campaign).where(t.respondents.c.id == respondent)
    found = connection.execute(query).scalar()
    if found is None:
        raise UnknownIdError.of("store.unknown_respondent", "no respondent bears that name.")
    return known_campaigns(connection, {found})[found].campaign
