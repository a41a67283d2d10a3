"""What the tests of the store share: a clock, a plan, people, answers. Imported as `store_samples`."""

from __future__ import annotations

import datetime as dt
import random

import attrs

from cxmaturity.assessment.values import Answer
from cxmaturity.store import AnswerEvent, Campaign, CampaignPlan, Store, Visitor

KEY = "0123456789abcdef" * 4
QUESTIONS = ("advocacy", "distinct", "access", "response", "trust", "alignment", "community")


def rng(seed: int) -> random.Random:
    """Return a generator for test data."""
    return random.Random(seed)  # noqa: S311  # test data


class Clock:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.now = dt.datetime(2026, 11, 22, 9, 0, tzinfo=dt.UTC)

    def __call__(self) -> dt.datetime:
        return self.now

    def forward(self, **delta: float) -> None:
        self.now += dt.timedelta(**delta)


def plan(**changes: object) -> CampaignPlan:
    """Return a plan without a fault."""
    told: dict[str, object] = {
        "client": "Maison Lavande",
        "controller": "Maison Lavande SA",
        "contact": "dpo@maison-lavande.example",
        "deadline": dt.date(2026, 12, 15),
        "retention": dt.date(2027, 6, 30),
        "minimum_group": 3,
    }
    return CampaignPlan(**(told | changes))  # type: ignore[arg-type]


@attrs.frozen
class Person:
    """A respondent with the means to come back."""

    secret: str
    visitor: Visitor
    id: str


def come_in(store: Store, campaign: Campaign, **invitation: object) -> Person:
    """Invite somebody and let them in."""
    made, token = store.invite(campaign.id, "respondent", actor="test", **invitation)  # type: ignore[arg-type]
    secret, visitor = store.redeem(token)
    assert made.respondent is not None
    return Person(secret, visitor, made.respondent)


def event(
    question: str = "advocacy",
    level: int = 3,
    *,
    sequence: int = 1,
    device: str = "d1",
    base: int = 0,
    lead: str = "",
) -> AnswerEvent:
    """Return an answer as a device sends it."""
    return AnswerEvent(
        question=question,
        answer=Answer(state="level", level=level),
        device=device,
        sequence=sequence,
        base=base,
        lead=lead,
    )
