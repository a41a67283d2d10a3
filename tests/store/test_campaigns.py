"""Campaigns: a plan is checked whole, a version is kept, closing and reopening decide who may answer."""

from __future__ import annotations

import datetime as dt

import pytest
from store_samples import come_in, event, plan

from cxmaturity.core.problems import InputError, UnknownIdError
from cxmaturity.store import AccessError


def test_every_problem_of_a_plan_is_told_at_once(store):
    """A plan with ten faults gives ten problems, each at its place, and no campaign."""
    wrong = plan(
        client=" ",
        controller="x" * 201,
        contact="a\x00b",
        deadline=dt.date(2026, 11, 1),
        retention=dt.date(2026, 10, 1),
        languages=("de",),
        functions=("marketing", "marketing", "marketting"),
        minimum_group=2,
        most_open=0,
        reminders=-1,
        primary="violet",
    )
    with pytest.raises(InputError) as caught:
        store.create_campaign(wrong, questionnaire="99", actor="test")

    found = {(problem.dotted, problem.code) for problem in caught.value.problems}
    assert found == {
        ("client", "store.text_empty"),
        ("controller", "store.text_long"),
        ("contact", "store.text_control"),
        ("deadline", "store.deadline_past"),
        ("retention", "store.retention_early"),
        ("languages[0]", "core.unknown_id"),
        ("functions[1]", "store.twice"),
        ("functions[2]", "core.unknown_id"),
        ("minimum_group", "store.number_range"),
        ("most_open", "store.number_range"),
        ("reminders", "store.number_range"),
        ("primary", "store.colour"),
        ("questionnaire[0]", "core.unknown_id"),
    }
    assert store.campaigns() == ()


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({"deadline": "2026-12-01"}, ["store.not_a_date"]),
        ({"retention": dt.date(2040, 1, 1)}, ["store.retention_late"]),
        ({"languages": ()}, ["store.no_language"]),
        ({"privacy": "secret"}, ["store.choice"]),
        ({"privacy": "named", "minimum_group": 1}, []),
        ({"minimum_group": True}, ["store.number_range"]),
        ({"client": 3}, ["store.not_a_text"]),
        ({"deadline": dt.date(2026, 11, 22)}, []),
    ],
)
def test_one_fault_one_problem(store, changes, codes):
    """Each fault alone gives its own problem; what only looks odd passes."""
    if not codes:
        assert store.create_campaign(plan(**changes), questionnaire="1", actor="test").plan == plan(**changes)
        return
    with pytest.raises(InputError) as caught:
        store.create_campaign(plan(**changes), questionnaire="1", actor="test")

    assert codes == [problem.code for problem in caught.value.problems]


def test_a_campaign_comes_back_as_it_was_planned(store):
    """What is read equals what was written, every field of the plan included."""
    told = plan(functions=("marketing", "sales"), languages=("en",), primary="#5B3E8C", open_link=True)
    made = store.create_campaign(told, questionnaire="1", actor="test")

    assert store.campaign(made.id) == made
    assert (made.plan, made.questionnaire) == (told, "1")
    assert store.campaigns() == (made,)


def test_an_unknown_campaign_names_the_nearest(store, campaign):
    """A slip in the id is answered with the id that exists."""
    with pytest.raises(UnknownIdError) as caught:
        store.campaign(campaign.id[:-1])

    assert campaign.id in str(caught.value)


def test_the_deadline_closes_and_reopening_opens(store, campaign, clock):
    """Past the deadline nothing is taken; with a later deadline the same person answers again."""
    person = come_in(store, campaign)
    clock.forward(days=30)
    with pytest.raises(AccessError) as caught:
        store.record(person.visitor, [event()])
    assert caught.value.code == "access.closed"

    store.reopen(campaign.id, dt.date(2027, 1, 31), "test")
    assert store.record(person.visitor, [event()])[0].revision == 1

    store.close_campaign(campaign.id, "test")
    with pytest.raises(AccessError):
        store.record(person.visitor, [event(sequence=2)])


def test_reopening_respects_the_retention_date(store, campaign):
    """A deadline after the day on which the data are erased is refused."""
    with pytest.raises(InputError) as caught:
        store.reopen(campaign.id, dt.date(2027, 7, 1), "test")

    assert caught.value.code == "store.retention_early"


def test_participation_counts_and_hides_small_functions(store):
    """Counts are of people; a function below the threshold, or one whose rest would be, is left out."""
    told = plan(functions=("marketing", "sales"), minimum_group=3)
    campaign = store.create_campaign(told, questionnaire="1", actor="test")
    for number, function in enumerate(["marketing"] * 4 + ["sales"] * 2):
        person = come_in(store, campaign, function=function)
        store.record(person.visitor, [event()])
        if number == 1:
            assert store.participation(campaign.id).last_saved_at is None  # two people: when is who
        store.finish(person.visitor)
    store.invite(campaign.id, "respondent", actor="test")
    counted = store.participation(campaign.id)

    assert (counted.invited, counted.opened, counted.started, counted.finished) == (7, 6, 6, 6)
    assert counted.by_function == ()  # 4 marketing would leave 2 sales
    assert counted.last_saved_at is not None

    person = come_in(store, campaign, function="sales")
    store.record(person.visitor, [event()])
    store.finish(person.visitor)
    assert store.participation(campaign.id).by_function == (("marketing", 4), ("sales", 3))
