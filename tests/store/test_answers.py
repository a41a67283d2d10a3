"""Answers: sent twice they count once, late ones never win, and what is wrong leaves nothing."""

from __future__ import annotations

import datetime as dt

import attrs
import pytest
from store_samples import QUESTIONS, come_in, event, plan

from cxmaturity.assessment.values import Answer
from cxmaturity.core.problems import CxMaturityError, InputError, UnknownIdError
from cxmaturity.store import AnswerEvent, Visitor


@pytest.fixture
def person(store, campaign):
    """Return a respondent who came in."""
    return come_in(store, campaign)


def levels(store, person):
    """Return the levels that stand, by question."""
    return {saved.question: saved.answer.level for saved in store.progress(person.visitor).answers}


def test_an_answer_comes_back_whole(store, person, clock):
    """Every part of an answer is kept: state, reason, sentence, criteria, lead, and when it was saved."""
    given = Answer(
        state="level",
        level=4,
        sentence="Une cliente sur quatre vient par une amie, « on le voit » 🙂",
        clarity=2,
        criteria=("advocacy.a", "advocacy.b"),
    )
    sent = AnswerEvent(
        question="advocacy", answer=given, device="d1", sequence=7, lead="Enquête, dossier « 2026 »"
    )
    saved = store.record(person.visitor, [sent])

    assert saved == store.progress(person.visitor).answers
    assert (saved[0].answer, saved[0].lead, saved[0].revision) == (given, sent.lead, 1)
    assert (saved[0].saved_at, saved[0].accepted) == (clock.now, True)


def test_answers_stand_in_the_order_of_the_questions(store, person):
    """Whatever the order of answering, progress follows the questionnaire."""
    backwards = list(enumerate(reversed(QUESTIONS), start=1))
    store.record(person.visitor, [event(name, sequence=number) for number, name in backwards])

    assert list(QUESTIONS) == list(levels(store, person))


def test_sending_twice_changes_nothing(store, person):
    """A request repeated after a lost reply gives the same answer and adds nothing."""
    sent = [event(level=2), event("trust", 5, sequence=2)]
    first = store.record(person.visitor, sent)

    assert store.record(person.visitor, sent) == first
    assert store.record(person.visitor, [*sent, *sent]) == first + first
    assert len(store.export_person(person.id, "test")["answers"]) == 2


def test_a_replay_never_brings_an_old_answer_back(store, person):
    """An old event replayed after a newer answer reports the newer one and leaves it."""
    old = event(level=2)
    store.record(person.visitor, [old])
    store.record(person.visitor, [event(level=5, sequence=2, base=1)])
    (told,) = store.record(person.visitor, [old])

    assert (told.answer.level, told.revision, told.accepted) == (5, 2, True)


def test_a_number_used_for_two_answers_is_refused(store, person):
    """The same device number with another content is an error, not a silent loss."""
    store.record(person.visitor, [event(level=2)])
    with pytest.raises(InputError) as caught:
        store.record(person.visitor, [event("trust", sequence=2), event(level=3)])

    assert caught.value.code == "store.sequence_reused"
    assert levels(store, person) == {"advocacy": 2}  # all or nothing


def test_another_device_wins_only_if_it_has_seen(store, person):
    """A phone that had not seen the laptop's answer keeps its own as history; once it has seen, it wins."""
    store.record(person.visitor, [event(level=2, device="laptop")])
    (blind,) = store.record(person.visitor, [event(level=5, device="phone")])
    assert (blind.accepted, blind.answer.level, blind.revision) == (False, 2, 1)

    (seeing,) = store.record(person.visitor, [event(level=4, device="phone", sequence=2, base=1)])
    assert (seeing.accepted, seeing.answer.level, seeing.revision) == (True, 4, 2)
    history = store.export_person(person.id, "test")["answers"]
    assert [(row["level"], row["revision"]) for row in history] == [(2, 1), (5, None), (4, 2)]


def test_a_devices_later_answer_wins_whatever_arrives_first(store, person):
    """Two answers of one device that arrive in the wrong order: the one made later stands."""
    store.record(person.visitor, [event(level=5, sequence=9)])
    (late,) = store.record(person.visitor, [event(level=1, sequence=8)])

    assert (late.accepted, late.answer.level) == (False, 5)


def test_a_device_that_saw_more_than_we_have_is_believed(store, person):
    """After a restored backup a device may have seen later revisions: its answer is kept."""
    (saved,) = store.record(person.visitor, [event(base=12)])

    assert (saved.accepted, saved.revision) == (True, 1)


@pytest.mark.parametrize(
    "moment",
    [
        dt.datetime(1, 1, 1, tzinfo=dt.timezone(dt.timedelta(hours=14))),
        dt.datetime(9999, 12, 31, 23, 59, tzinfo=dt.timezone(-dt.timedelta(hours=12))),
        dt.datetime(1970, 1, 1),  # noqa: DTZ001  # a device that tells no zone
        dt.datetime(2099, 5, 5, tzinfo=dt.UTC),
    ],
)
def test_a_mad_clock_does_no_harm(store, person, moment):
    """A device's clock may say anything: the answer is kept, in the order of its numbers."""
    store.record(person.visitor, [attrs.evolve(event(level=1), made_at=moment)])
    store.record(person.visitor, [attrs.evolve(event(level=2, sequence=2), made_at=None)])

    assert levels(store, person) == {"advocacy": 2}


def test_our_own_clock_may_go_back(store, person, clock):
    """The server's clock set back an hour changes no order."""
    store.record(person.visitor, [event(level=1)])
    clock.forward(hours=-1)
    store.record(person.visitor, [event(level=2, sequence=2, base=1)])

    assert levels(store, person) == {"advocacy": 2}


def test_every_problem_of_form_is_told_at_once(store, person):
    """A batch with several faults names each with its place, and nothing is kept."""
    good = event()
    wrong = [
        good,
        attrs.evolve(good, device="", sequence=-1, base=-1),
        attrs.evolve(good, lead="x" * 201, sequence=3),
        attrs.evolve(good, sequence=4, answer=Answer(state="not_applicable", reason="no\x00")),
        attrs.evolve(good, sequence=2**53),
        attrs.evolve(good, sequence=5, answer=Answer(state="dont_know", criteria=("advocacy.a",) * 2)),
    ]
    with pytest.raises(InputError) as caught:
        store.record(person.visitor, wrong)

    assert [problem.dotted for problem in caught.value.problems] == [
        "events[1].device",
        "events[1].sequence",
        "events[1].base",
        "events[2].lead",
        "events[3].reason",
        "events[4].sequence",
        "events[5].criteria",
    ]
    assert levels(store, person) == {}


@pytest.mark.parametrize(
    "wrong",
    [
        event("loyalty"),
        event("Advocacy"),
        attrs.evolve(event(), answer=Answer(state="level", level=3, criteria=("trust.a",))),
    ],
)
def test_what_the_version_does_not_ask_is_refused(store, person, wrong):
    """A question or a criterion that this version does not have leaves nothing, the good answers included."""
    with pytest.raises(UnknownIdError):
        store.record(person.visitor, [event("trust", sequence=9), wrong])

    assert levels(store, person) == {}


def test_the_version_is_the_campaigns(store, campaign, person):
    """A question that left the catalogue since stays a question of the campaigns that asked it."""
    import sqlalchemy as sa

    from cxmaturity.store import tables as t

    kept = [["advocacy", []], ["courtesy", []]]
    with store._engine.begin() as connection:
        connection.execute(sa.update(t.campaigns).values(questions=kept, questionnaire="0"))

    assert store.record(person.visitor, [event("courtesy")])[0].revision == 1
    with pytest.raises(UnknownIdError):
        store.record(person.visitor, [event("trust", sequence=2)])
    assert store.campaign(campaign.id).questionnaire == "0"


def test_a_visitor_made_by_hand_cannot_answer(store, campaign, person):
    """A respondent's id without its session, or with another campaign's, is refused."""
    other = store.create_campaign(plan(), questionnaire="1", actor="test")
    forged = [
        Visitor(session="s0", role="respondent", campaign=campaign.id, respondent=person.id),
        attrs.evolve(person.visitor, campaign=other.id),
        attrs.evolve(person.visitor, respondent="r0"),
        attrs.evolve(person.visitor, role="consultant"),
    ]
    for visitor in forged:
        with pytest.raises(CxMaturityError):
            store.record(visitor, [event()])
        with pytest.raises(CxMaturityError):
            store.progress(visitor)

    assert levels(store, person) == {}


def test_finishing_needs_an_answer_and_the_function(store):
    """Nothing answered, or no function where one is asked: not finished; then once, and edits stay allowed."""
    campaign = store.create_campaign(plan(functions=("marketing",)), questionnaire="1", actor="test")
    person = come_in(store, campaign)
    codes = []
    for ready in (
        lambda: store.record(person.visitor, [event()]),
        lambda: store.set_function(person.visitor, "marketing"),
    ):
        with pytest.raises(InputError) as caught:
            store.finish(person.visitor)
        codes.append(caught.value.code)
        ready()
    done = store.finish(person.visitor)

    assert codes == ["store.nothing_answered", "store.function_missing"]
    assert store.finish(person.visitor) == done
    assert store.record(person.visitor, [event(level=1, sequence=2)])[0].revision == 2


def test_function_and_language_are_those_of_the_campaign(store):
    """What the plan does not offer is refused with what it does."""
    told = plan(functions=("marketing",), languages=("fr",))
    person = come_in(store, store.create_campaign(told, questionnaire="1", actor="test"))
    with pytest.raises(UnknownIdError):
        store.set_function(person.visitor, "sales")
    with pytest.raises(UnknownIdError):
        store.set_language(person.visitor, "en")
    store.set_function(person.visitor, "marketing")

    stands = store.set_language(person.visitor, "fr")
    assert (stands.function, stands.language) == ("marketing", "fr")
    assert store.set_function(person.visitor, None).function is None


def test_nothing_sent_nothing_saved(store, person):
    """An empty request is answered with nothing."""
    assert store.record(person.visitor, []) == ()


def test_responses_lead_back_to_no_invitation(store, campaign):
    """In an anonymous campaign the ids of the answers are in no other list; a named one keeps them."""
    people = [come_in(store, campaign, label=f"Person {number}") for number in range(4)]
    for person in people:
        store.record(person.visitor, [event(lead="CRM report")])
        store.finish(person.visitor)
    read = store.responses(campaign.id, "test")
    leads = store.leads(campaign.id, "test")

    assert len(read) == 4
    assert not {response.respondent for response in read} & {person.id for person in people}
    assert {lead.respondent for lead in leads} == {response.respondent for response in read}
    assert {(lead.question, lead.level, lead.text) for lead in leads} == {("advocacy", 3, "CRM report")}
    assert read == store.responses(campaign.id, "test")


def test_unfinished_answers_are_read_only_when_asked_for(store, campaign, person):
    """Who has not finished is not in the responses, unless the consultant asks."""
    store.record(person.visitor, [event()])

    assert store.responses(campaign.id, "test") == ()
    assert len(store.responses(campaign.id, "test", unfinished=True)) == 1
