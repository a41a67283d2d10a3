"""Campaigns: a plan checked whole, and the version of the questions that it asks, kept with it for ever."""

from __future__ import annotations

import datetime as dt
import functools
import secrets
from collections.abc import Iterable, Mapping
from typing import Any

import attrs
import sqlalchemy as sa

from cxmaturity.core.ids import slugify
from cxmaturity.core.problems import InputError, UnknownIdError
from cxmaturity.store import tables as t
from cxmaturity.store.checks import check_dates, check_plan
from cxmaturity.store.values import Campaign, CampaignPlan


@attrs.frozen(kw_only=True)
class Known:
    """A campaign with the questions of its version: question id to the ids of its criteria."""

    campaign: Campaign
    questions: Mapping[str, tuple[str, ...]]


def random_id(prefix: str) -> str:
    """Return an id that tells nothing and that nobody guesses."""
    return prefix + secrets.token_hex(10)


def end_of(day: dt.date) -> dt.datetime:
    """Return the first moment after a day."""
    return dt.datetime.combine(day, dt.time(), dt.UTC) + dt.timedelta(days=1)


def create(
    connection: sa.Connection, plan: CampaignPlan, *, questionnaire: str, now: dt.datetime
) -> Campaign:
    """Check the plan and keep the campaign; `InputError` holds every problem."""
    from cxmaturity.files import load_catalog  # a twentieth of a second, only here

    catalog = load_catalog()
    problems = check_plan(
        plan,
        today=now.date(),
        functions=[function.id for function in catalog.functions],
        questionnaires=[catalog.version],
        questionnaire=questionnaire,
    )
    if found := tuple(problems):
        raise InputError(found)
    row = {
        "id": f"{slugify(plan.client)[:24].strip('-')}-{secrets.token_hex(4)}",
        "plan": from_plan(plan),
        "questionnaire": questionnaire,
        "questions": [[q.id, [criterion.id for criterion in q.criteria]] for q in catalog.questions],
        "created_at": now,
    }
    connection.execute(sa.insert(t.campaigns).values(**row))
    return load(connection, str(row["id"]))


@functools.cache
def function_order() -> tuple[str, ...]:
    """Return the functions in the order of the catalogue, by which the domain breaks ties."""
    from cxmaturity.files import load_catalog

    return tuple(function.id for function in load_catalog().functions)


def from_plan(plan: CampaignPlan) -> dict[str, Any]:
    """Return a plan as JSON keeps it."""
    kept = attrs.asdict(plan)
    return kept | {"deadline": plan.deadline.isoformat(), "retention": plan.retention.isoformat()}


def to_plan(kept: Mapping[str, Any]) -> CampaignPlan:
    """Return a plan from JSON; what a later version added is left out."""
    fields = {field.name for field in attrs.fields(CampaignPlan)}
    said = {name: value for name, value in kept.items() if name in fields}
    for name in ("deadline", "retention"):
        said[name] = dt.date.fromisoformat(said[name])
    return CampaignPlan(**said)


def known_campaigns(connection: sa.Connection, ids: Iterable[str]) -> dict[str, Known]:
    """Return several campaigns with their questions."""
    query = sa.select(t.campaigns).where(t.campaigns.c.id.in_(list(ids)))
    return {row.id: _known(row) for row in connection.execute(query)}


def _known(row: Any) -> Known:
    campaign = Campaign(
        id=row.id,
        plan=to_plan(row.plan),
        questionnaire=row.questionnaire,
        created_at=row.created_at,
        closed_at=row.closed_at,
        purged_at=row.purged_at,
    )
    return Known(campaign=campaign, questions={name: tuple(criteria) for name, criteria in row.questions})


def known(connection: sa.Connection, id: str, *, lock: bool = False) -> Known:  # noqa: A002  # the field's name
    """Return one campaign with its questions; `UnknownIdError` names the nearest; `lock` holds others off."""
    query = sa.select(t.campaigns).where(t.campaigns.c.id == id)
    row = connection.execute(query.with_for_update() if lock else query).first()
    if row is None:
        every = connection.execute(sa.select(t.campaigns.c.id)).scalars().all()
        raise UnknownIdError.from_name("campaign", id, every)
    return _known(row)


def load(connection: sa.Connection, id: str) -> Campaign:  # noqa: A002
    """Return one campaign; `UnknownIdError` names the nearest."""
    return known(connection, id).campaign


def every(connection: sa.Connection) -> tuple[Campaign, ...]:
    """Return all campaigns, the latest first."""
    query = sa.select(t.campaigns).order_by(t.campaigns.c.created_at.desc(), t.campaigns.c.id)
    return tuple(_known(row).campaign for row in connection.execute(query))


def close(connection: sa.Connection, id: str, now: dt.datetime) -> Campaign:  # noqa: A002
    """Take no more answers; closing twice changes nothing."""
    c = t.campaigns.c
    campaign = load(connection, id)
    if campaign.closed_at is None:
        connection.execute(sa.update(t.campaigns).where(c.id == id).values(closed_at=now))
    return load(connection, id)


def reopen(
    connection: sa.Connection,
    id: str,  # noqa: A002
    deadline: dt.date,
    now: dt.datetime,
) -> Campaign:
    """Take answers again until a new deadline, which the retention date still bounds.

    Links that ended with the former deadline end with the new one: whoever did not come in time need not ask again.
    """
    campaign = load(connection, id)
    if campaign.purged_at is not None:
        raise InputError.of("store.purged", "this campaign was purged; it cannot be reopened.")
    plan = attrs.evolve(campaign.plan, deadline=deadline)
    if found := tuple(check_dates(plan, now.date())):
        raise InputError(found)
    values = {"plan": from_plan(plan), "closed_at": None}
    connection.execute(sa.update(t.campaigns).where(t.campaigns.c.id == id).values(**values))
    before = end_of(campaign.plan.deadline)
    for table in (t.invitations, t.tokens):
        c = table.c
        theirs = (c.campaign == id, c.role == "respondent", c.expires_at == before, c.revoked_at.is_(None))
        connection.execute(sa.update(table).where(*theirs).values(expires_at=end_of(deadline)))
    return load(connection, id)
