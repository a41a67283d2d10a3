"""Answers as events: sending one twice changes nothing, and a late one never hides a newer one.

An event is named by its respondent, its device and the device's own count. The current answer to a question is
the event with the highest revision. An event joins the history without becoming current when another device had
answered since what it had seen (`base`), or when its own device had already sent a later one. No clock decides.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import attrs
import sqlalchemy as sa

from cxmaturity.assessment.values import Answer
from cxmaturity.core.problems import CxMaturityError, InputError, Problem, UnknownIdError
from cxmaturity.store import tables as t
from cxmaturity.store.campaigns import Known, known_campaigns
from cxmaturity.store.checks import check_event
from cxmaturity.store.problems import AccessError
from cxmaturity.store.values import AnswerEvent, Progress, Saved, Visitor

MOST_EVENTS: Final = 100

Key = tuple[str, int]
Row = dict[str, Any]


@attrs.frozen(eq=False)
class Request:
    """What one visitor asks to keep, all or nothing, at the time `now`."""

    visitor: Visitor
    events: tuple[AnswerEvent, ...]
    now: dt.datetime

    @classmethod
    def of(cls, visitor: Visitor, events: Sequence[AnswerEvent], now: dt.datetime) -> Request:
        """Check what can be checked without the database; every problem is told at once."""
        given = tuple(events)
        if len(given) > MOST_EVENTS:
            raise InputError.of(
                "store.events_many",
                "{got} answers were sent at once; at most {most}.",
                got=len(given),
                most=MOST_EVENTS,
            )
        found: list[Problem] = []
        for position, event in enumerate(given):
            found += check_event(event, position)
        if found:
            raise InputError(found)
        return cls(visitor, given, now)


@attrs.define
class _Person:
    """What the database holds for one respondent, and what this batch adds."""

    campaign: Known
    sessions: set[str] = attrs.field(factory=set)
    current: dict[str, Row] = attrs.field(factory=dict)
    seen: dict[Key, Row] = attrs.field(factory=dict)


def record_all(
    connection: sa.Connection, requests: Sequence[Request]
) -> list[tuple[Saved, ...] | CxMaturityError]:
    """Keep the answers of several requests with a handful of statements; one that fails leaves nothing."""
    people = _load(connection, requests)
    outcomes: list[tuple[Saved, ...] | CxMaturityError] = []
    rows: list[Row] = []
    for request in requests:
        try:
            person = _admit(people, request)
            added = _apply(person, request)
        except CxMaturityError as error:
            outcomes.append(error)
            continue
        rows += added
        outcomes.append(_saved(person, request))
    if rows:
        connection.execute(sa.insert(t.events), rows)
    return outcomes


def _load(connection: sa.Connection, requests: Sequence[Request]) -> dict[str, _Person]:
    ids = {request.visitor.respondent for request in requests}
    r, g = t.respondents.c, t.grants.c
    found = connection.execute(
        sa.select(r.id, r.campaign).where(r.id.in_(ids)).order_by(r.id).with_for_update()
    ).all()
    campaigns = known_campaigns(connection, {row.campaign for row in found})
    people = {row.id: _Person(campaigns[row.campaign]) for row in found}
    sessions = {request.visitor.session for request in requests}
    now = min(request.now for request in requests)
    allowed = sa.select(g.session, g.respondent).where(
        g.session.in_(sessions), g.role == "respondent", g.expires_at > now
    )
    for row in connection.execute(allowed):
        if row.respondent in people:
            people[row.respondent].sessions.add(row.session)
    for event in current_events(connection, people):
        people[event["respondent"]].current[event["question"]] = event
    e = t.events.c
    sequences = {event.sequence for request in requests for event in request.events}
    sent = sa.select(t.events).where(e.respondent.in_(list(people)), e.sequence.in_(sequences))
    for earlier in connection.execute(sent).mappings():
        people[earlier["respondent"]].seen[earlier["device"], earlier["sequence"]] = dict(earlier)
    return people


def current_events(connection: sa.Connection, respondents: Iterable[str]) -> Iterable[Row]:
    """Yield the event that stands, per respondent and question."""
    e = t.events.c
    ids = list(respondents)
    last = (
        sa.select(e.respondent, e.question, sa.func.max(e.revision).label("revision"))
        .where(e.respondent.in_(ids), e.revision.is_not(None))
        .group_by(e.respondent, e.question)
        .subquery()
    )
    standing = sa.select(t.events).join(
        last,
        sa.and_(
            e.respondent == last.c.respondent,
            e.question == last.c.question,
            e.revision == last.c.revision,
        ),
    )
    for row in connection.execute(standing).mappings():
        yield dict(row)


def _admit(people: Mapping[str, _Person], request: Request) -> _Person:
    """Return the person behind a visitor, or refuse."""
    visitor = request.visitor
    if visitor.role != "respondent" or visitor.respondent is None:
        raise AccessError.of("access.role", "this session may not answer.")
    person = people.get(visitor.respondent)
    if (
        person is None
        or visitor.session not in person.sessions
        or visitor.campaign != person.campaign.campaign.id
    ):
        raise AccessError.of("access.unknown", "this link is not known here.")
    if person.campaign.campaign.status(request.now) != "open":
        raise AccessError.of("access.closed", "the campaign is closed; answers are no longer taken.")
    return person


def _apply(person: _Person, request: Request) -> list[Row]:
    """Decide on each event; the person changes only when all of them can be kept."""
    current, seen, added = dict(person.current), dict(person.seen), list[Row]()
    for event in request.events:
        _check_known(person.campaign, event)
        before = seen.get((event.device, event.sequence))
        if before is not None:
            _check_same(before, event)
            continue
        standing = current.get(event.question)
        row = _row(event, str(request.visitor.respondent), request.now)
        if _stands(event, standing):
            row["revision"] = 1 if standing is None else standing["revision"] + 1
            current[event.question] = row
        seen[event.device, event.sequence] = row
        added.append(row)
    person.current, person.seen = current, seen
    return added


def _stands(event: AnswerEvent, standing: Row | None) -> bool:
    if standing is None:
        return True
    if standing["device"] == event.device:
        return bool(event.sequence > standing["sequence"])
    return bool(event.base >= standing["revision"])


def _check_known(campaign: Known, event: AnswerEvent) -> None:
    if event.question not in campaign.questions:
        raise UnknownIdError.from_name("question", event.question, campaign.questions)
    known = campaign.questions[event.question]
    for criterion in event.answer.criteria:
        if criterion not in known:
            raise UnknownIdError.from_name("criterion", criterion, known)


def _check_same(before: Row, event: AnswerEvent) -> None:
    sent = _row(event, before["respondent"], before["saved_at"])
    if any(before[name] != sent[name] for name in (*_PARTS, "question")):
        raise InputError.of(
            "store.sequence_reused",
            "this device already sent another answer under the number {sequence}.",
            hint="Reload the page.",
            sequence=event.sequence,
        )


_PARTS: Final = ("state", "level", "reason", "sentence", "clarity", "criteria", "lead")


def _row(event: AnswerEvent, respondent: str, now: dt.datetime) -> Row:
    answer = event.answer
    return {
        "respondent": respondent,
        "question": event.question,
        "device": event.device,
        "sequence": event.sequence,
        "base": event.base,
        "revision": None,
        "state": answer.state,
        "level": answer.level,
        "reason": answer.reason,
        "sentence": answer.sentence,
        "clarity": answer.clarity,
        "criteria": list(answer.criteria),
        "lead": event.lead,
        "made_at": _moment(event.made_at),
        "saved_at": now,
    }


def _moment(given: dt.datetime | None) -> dt.datetime | None:
    """Return a device's time in UTC, or nothing when its clock is beyond what a date can be."""
    if given is None:
        return None
    try:
        return (given if given.tzinfo else given.replace(tzinfo=dt.UTC)).astimezone(dt.UTC)
    except (OverflowError, ValueError):
        return None


def _saved(person: _Person, request: Request) -> tuple[Saved, ...]:
    return tuple(
        to_saved(
            person.current[event.question],
            accepted=person.seen[event.device, event.sequence]["revision"] is not None,
        )
        for event in request.events
    )


def to_answer(row: Mapping[str, Any]) -> Answer:
    """Return the answer of an event."""
    return Answer(**{name: row[name] for name in _PARTS if name != "lead"})


def to_saved(row: Mapping[str, Any], *, accepted: bool = True) -> Saved:
    """Return what stands for a question."""
    return Saved(
        question=row["question"],
        revision=row["revision"],
        answer=to_answer(row),
        lead=row["lead"],
        saved_at=row["saved_at"],
        accepted=accepted,
    )


def progress(connection: sa.Connection, respondent: str) -> Progress:
    """Return where one respondent stands; `AccessError` ``access.unknown`` when erased."""
    r = t.respondents.c
    row = connection.execute(sa.select(t.respondents).where(r.id == respondent)).first()
    if row is None:
        raise AccessError.of("access.unknown", "this link is not known here.")
    known = known_campaigns(connection, {row.campaign})[row.campaign]
    standing = {event["question"]: event for event in current_events(connection, [respondent])}
    return Progress(
        respondent=respondent,
        function=row.function,
        answers=_in_order(known, standing),
        finished_at=row.finished_at,
        language=row.language,
    )


def _in_order(of: Known, standing: Mapping[str, Row]) -> Any:
    return tuple(to_saved(standing[name]) for name in of.questions if name in standing)
