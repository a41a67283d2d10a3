"""What sponsors and respondents see of the group: a wave of finished people that subtracting cannot undo.

`differencing` decides, on opaque tokens; here the tokens are made, kept and turned back into answers. A release
stays until another one may replace it; when somebody in it is erased it is withdrawn at once, and until another
one is safe nothing is shown. Free text is never in it: a consultant must first look for names.

Tokens are keyed with a salt that stands in the respondent's row. Once the person is erased the salt is gone, and
what is left of the person in old releases is noise that only serves to refuse.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
import random
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import attrs
import sqlalchemy as sa

from cxmaturity.assessment.values import Answer, Response, Wave
from cxmaturity.store import differencing as d
from cxmaturity.store import tables as t
from cxmaturity.store.answers import current_events, to_answer
from cxmaturity.store.campaigns import Known, function_order, known
from cxmaturity.store.people import alias, responses, rows_of
from cxmaturity.store.values import Campaign

SAFEST_GROUP: Final = 3
WITHHELD_REASON: Final = "…"

Signature = tuple[Any, ...]


@attrs.frozen(kw_only=True)
class Proposal:
    """What may be told, computed without holding anybody up.

    `wave` is what is shown once it is kept; `standing` what is shown if it cannot be.
    """

    signature: Signature
    wave: Wave | None
    standing: Wave | None
    choice: d.Choice | None
    ids: Mapping[str, str] = attrs.field(factory=dict)


@attrs.frozen(kw_only=True)
class Made:
    """A release that was kept: its number in the campaign and how many people are in it."""

    number: int
    people: int


@attrs.frozen
class _Latest:
    """The latest release as kept."""

    id: int
    number: int
    date: dt.date
    people: tuple[Any, ...]
    complete: bool


def signature(connection: sa.Connection, campaign: str) -> Signature:
    """Return a value that changes whenever what may be told could change."""
    r, e, release = t.respondents.c, t.events.c, t.releases.c
    done = (
        sa.select(r.id, r.function).where(r.campaign == campaign, r.finished_at.is_not(None)).order_by(r.id)
    )
    people = tuple(tuple(row) for row in connection.execute(done))
    last_event = connection.execute(
        sa.select(sa.func.max(e.id))
        .join(t.respondents, r.id == e.respondent)
        .where(r.campaign == campaign, r.finished_at.is_not(None))
    ).scalar()
    last_release = connection.execute(
        sa.select(sa.func.max(release.id)).where(release.campaign == campaign)
    ).scalar()
    return people, last_event, last_release


def propose(connection: sa.Connection, campaign: str, now: dt.datetime) -> Proposal:
    """Work out what may be told of a campaign at this moment."""
    of = known(connection, campaign)
    seen = signature(connection, campaign)
    if of.campaign.plan.privacy == "named":
        wave = _wave(of.campaign, now.date(), responses(connection, campaign, unfinished=False))
        return Proposal(signature=seen, wave=wave, standing=wave, choice=None)
    people = {row.id: row for row in rows_of(connection, campaign, unfinished=False)}
    ids = {_token(row, "person"): row.id for row in people.values()}
    events = {event["id"]: event for event in current_events(connection, people)}
    current = _current(people.values(), events.values())
    latest, told = _history(connection, campaign)
    last: tuple[d.Said, ...] = ()
    if latest is not None:
        events |= _events(connection, latest.people)
        last = tuple(_as_told(people[row.respondent], row, events) for row in latest.people)
    choice = d.choose(
        current,
        d.History(told=told, last=last, broken=latest is not None and not latest.complete),
        group=max(SAFEST_GROUP, of.campaign.plan.minimum_group),
        functions=function_order(),
        questions=tuple(of.questions),
        rng=random.SystemRandom(),
        patient=of.campaign.status(now) == "open",
    )
    by_token = {token: people[respondent] for token, respondent in ids.items()}
    standing = None
    if latest is not None and latest.complete:
        standing = _told_wave(of, latest.date, last, by_token, events)
    wave = standing if choice is None else _told_wave(of, now.date(), choice.people, by_token, events)
    return Proposal(signature=seen, wave=wave, standing=standing, choice=choice, ids=ids)


def keep(
    connection: sa.Connection, campaign: str, proposal: Proposal, now: dt.datetime
) -> tuple[Made, Signature] | None:
    """Keep a proposal, unless something changed since it was worked out (None)."""
    known(connection, campaign, lock=True)
    if proposal.choice is None or signature(connection, campaign) != proposal.signature:
        return None
    c = t.releases.c
    latest = connection.execute(sa.select(sa.func.max(c.number)).where(c.campaign == campaign)).scalar()
    number = int(latest or 0) + 1
    row = {
        "campaign": campaign,
        "number": number,
        "made_at": now,
        "shown": _to_json(proposal.choice.told, len(proposal.choice.people)),
    }
    made = connection.execute(sa.insert(t.releases).values(**row).returning(c.id)).scalar_one()
    said = [
        {
            "release": made,
            "respondent": proposal.ids[one.person],
            "function": one.function,
            "events": {
                question: -mark.event if question in one.hidden else mark.event
                for question, mark in one.marks.items()
            },
        }
        for one in proposal.choice.people
    ]
    connection.execute(sa.insert(t.release_people), said)
    return Made(number=number, people=len(said)), signature(connection, campaign)


# --- answers to tokens ----------------------------------------------------------------------------------------


def _token(person: Any, *content: Any) -> str:
    message = json.dumps(content, ensure_ascii=True).encode()
    return hmac.new(person.salt.encode(), message, hashlib.sha256).hexdigest()[:32]


def _mark(person: Any, event: Mapping[str, Any]) -> d.Mark:
    level = event["state"] == "level"
    ticked = sorted(event["criteria"]) if level else []
    token = _token(person, event["question"], event["state"], event["level"], ticked)
    return d.Mark(token=token, level=level, event=event["id"])


def _current(people: Iterable[Any], events: Iterable[Mapping[str, Any]]) -> tuple[d.Said, ...]:
    by_id = {row.id: row for row in people}
    marks: dict[str, dict[str, d.Mark]] = {id_: {} for id_ in by_id}
    for event in events:
        person = by_id[event["respondent"]]
        marks[person.id][event["question"]] = _mark(person, event)
    return tuple(
        d.Said(person=_token(row, "person"), function=row.function or d.UNTOLD, marks=marks[row.id])
        for row in by_id.values()
    )


def _as_told(person: Any, row: Any, events: Mapping[int, Mapping[str, Any]]) -> d.Said:
    marks = {question: _mark(person, events[abs(event)]) for question, event in row.events.items()}
    hidden = frozenset(question for question, event in row.events.items() if event < 0)
    return d.Said(person=_token(person, "person"), function=row.function, marks=marks, hidden=hidden)


# --- what was kept --------------------------------------------------------------------------------------------


def _history(connection: sa.Connection, campaign: str) -> tuple[_Latest | None, tuple[d.Told, ...]]:
    c, p = t.releases.c, t.release_people.c
    rows = connection.execute(sa.select(t.releases).where(c.campaign == campaign).order_by(c.number)).all()
    if not rows:
        return None, ()
    latest = rows[-1]
    people = tuple(connection.execute(sa.select(t.release_people).where(p.release == latest.id)).all())
    complete = len(people) == latest.shown["people"]
    found = _Latest(latest.id, latest.number, latest.made_at.date(), people, complete)
    return found, tuple(_from_json(row.shown) for row in rows)


def _events(connection: sa.Connection, people: Sequence[Any]) -> dict[int, dict[str, Any]]:
    wanted = {abs(event) for row in people for event in row.events.values()}
    e = t.events.c
    asked = sa.select(t.events).where(e.respondent.in_([row.respondent for row in people]))
    found = connection.execute(asked).mappings()
    return {row["id"]: dict(row) for row in found if row["id"] in wanted}


def _to_json(told: d.Told, people: int) -> dict[str, Any]:
    """Return what was told with each variable written once, in an order that says nothing."""
    variables = sorted(told.owners)
    position = {variable: number for number, variable in enumerate(variables)}
    return {
        "people": people,
        "variables": [[variable, told.owners[variable]] for variable in variables],
        "layers": {
            layer: [_numbers(rows.whole, position), *(_numbers(row, position) for row in rows.groups)]
            for layer, rows in told.layers.items()
        },
    }


def _numbers(row: frozenset[str], position: Mapping[str, int]) -> list[int]:
    return sorted(position[variable] for variable in row)


def _from_json(shown: Mapping[str, Any]) -> d.Told:
    variables = [variable for variable, _ in shown["variables"]]
    return d.Told(
        owners=dict(shown["variables"]),
        layers={
            layer: d.Rows(
                whole=frozenset(variables[number] for number in whole),
                groups=frozenset(frozenset(variables[number] for number in row) for row in groups),
            )
            for layer, (whole, *groups) in shown["layers"].items()
        },
    )


# --- back to answers ------------------------------------------------------------------------------------------


def _told_wave(
    of: Known,
    date: dt.date,
    said: Iterable[d.Said],
    people: Mapping[str, Any],
    events: Mapping[int, Mapping[str, Any]],
) -> Wave | None:
    told = [
        Response(
            respondent=alias(of.campaign, people[one.person]),
            function=one.function,
            answers={
                question: _without_text(
                    to_answer(events[one.marks[question].event]), hidden=question in one.hidden
                )
                for question in of.questions
                if question in one.marks
            },
        )
        for one in said
    ]
    return _wave(of.campaign, date, sorted(told, key=lambda response: response.respondent))


def _wave(of: Campaign, date: dt.date, told: Sequence[Response]) -> Wave | None:
    if not told:
        return None
    answered = tuple(told)
    return Wave(id=of.id, date=date, version=of.questionnaire, responses=answered)  # type: ignore[arg-type]  # a generic converter is beyond mypy's attrs plugin


def _without_text(answer: Answer, *, hidden: bool) -> Answer:
    """Return an answer without its free text; one whose level is held back for now counts as skipped."""
    if hidden:
        return Answer(state="skipped")
    reason = WITHHELD_REASON if answer.state == "not_applicable" else ""
    criteria = answer.criteria if answer.state == "level" else ()
    return Answer(
        state=answer.state,
        level=answer.level,
        reason=reason,
        criteria=criteria,  # type: ignore[arg-type]  # a generic converter is beyond mypy's attrs plugin
    )
