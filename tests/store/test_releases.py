"""What sponsors and respondents see of the group, through the whole store, attacked by the oracle."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import attrs
import pytest
from store_oracle import exposed, published
from store_samples import QUESTIONS, Clock, come_in, event, plan, rng

from cxmaturity.assessment import score_assessment
from cxmaturity.assessment.values import Answer, Response, Settings, Wave
from cxmaturity.core.problems import UnknownIdError
from cxmaturity.store import Store, differencing

FUNCTIONS = ("marketing", "service", "sales")


def answers(store, person, chance, *, sequence=1, unknown=0.2):
    """Answer every question at random."""
    events = []
    for number, question in enumerate(QUESTIONS):
        level = chance.random() >= unknown
        given = Answer(state="level", level=chance.randint(1, 5)) if level else Answer(state="dont_know")
        events.append(attrs.evolve(event(question, sequence=sequence * 10 + number), answer=given))
    store.record(person.visitor, events)


def arrive(store, campaign, chance, **invitation):
    """Let somebody in who answers everything and finishes."""
    person = come_in(store, campaign, **invitation)
    answers(store, person, chance)
    store.finish(person.visitor)
    return person


def test_nothing_is_told_before_enough_others(store, campaign):
    """With a threshold of three the group appears with the fourth person who finished, not with who only began."""
    seen = []
    for number in range(5):
        person = come_in(store, campaign)
        answers(store, person, rng(number), unknown=0)
        seen.append(store.release(campaign.id))
        store.finish(person.visitor)
    wave = store.release(campaign.id)

    assert seen == [None, None, None, None, seen[4]]
    assert len(seen[4].responses) == 4
    assert wave == seen[4]  # the fifth waits for two more


def test_free_text_is_never_in_it(store, campaign):
    """Sentences, reasons and leads stay with the consultant, who can look for names first."""
    for number in range(5):
        person = come_in(store, campaign)
        told = Answer(state="level", level=2, sentence=f"Ask Zoe in room {number}", criteria=("advocacy.a",))
        aside = Answer(state="not_applicable", reason=f"Zoe said no {number}")
        sent = [event(lead="Zoe"), event("trust", sequence=2)]
        store.record(
            person.visitor, [attrs.evolve(one, answer=a) for one, a in zip(sent, (told, aside), strict=True)]
        )
        store.finish(person.visitor)
    wave = store.release(campaign.id)

    assert "Zoe" not in str(wave)
    assert {r.answer("trust").state for r in wave.responses} == {"not_applicable"}
    assert {r.answer("advocacy").criteria for r in wave.responses} == {("advocacy.a",)}


def test_named_campaigns_show_everybody(store):
    """Where every respondent agreed to be named the group is what it is."""
    campaign = store.create_campaign(plan(privacy="named"), questionnaire="1", actor="test")
    assert store.release(campaign.id) is None
    person = arrive(store, campaign, rng(0))

    assert [response.respondent for response in store.release(campaign.id).responses] == [person.id]


def test_the_domain_scores_it(store, catalog):
    """A release is a wave that the domain scores under the campaign's own settings."""
    campaign = store.create_campaign(plan(functions=FUNCTIONS), questionnaire="1", actor="test")
    for number in range(10):
        arrive(store, campaign, rng(number), function=FUNCTIONS[number % 2])
    wave = store.release(campaign.id)
    settings = Settings(privacy="anonymous", minimum_group=campaign.plan.minimum_group)
    result = score_assessment(wave, catalog, settings=settings, as_of=Clock().now.date(), seed=1)

    assert result.respondents == 10
    assert {one.id: one.shown for one in result.functions.functions} == {"marketing": True, "service": True}


def test_a_group_that_says_no_function_is_scored(store, campaign, catalog):
    """Where the campaign asks for no function the domain scores the whole and compares nothing."""
    for number in range(6):
        arrive(store, campaign, rng(number))
    settings = Settings(privacy="anonymous", minimum_group=3)
    wave = store.release(campaign.id)
    result = score_assessment(wave, catalog, settings=settings, as_of=Clock().now.date(), seed=1)

    assert {response.function for response in wave.responses} == {""}
    assert (result.respondents, result.functions.functions) == (6, ())
    assert result.functions.wording == "not_comparable"


@pytest.mark.parametrize(("untold", "shown"), [(0, True), (2, False), (3, True)])
def test_people_whose_function_is_not_told_are_a_rest(catalog, untold, shown):
    """Two people without a function beside four of marketing would be found by subtracting: marketing is withheld."""
    said = {question: Answer(state="level", level=3) for question in QUESTIONS}
    functions = ["marketing"] * 4 + [""] * untold
    people = [Response(respondent=str(i), function=name, answers=said) for i, name in enumerate(functions)]
    wave = Wave(id="w", date=Clock().now.date(), version="1", responses=people)
    settings = Settings(privacy="anonymous", minimum_group=3)
    result = score_assessment(wave, catalog, settings=settings, as_of=wave.date, seed=1)

    assert [one.shown for one in result.functions.functions] == [shown]


def test_an_erasure_withdraws_the_release_at_once(store, campaign):
    """The moment somebody is erased the old group is gone; what comes instead leaves enough others out."""
    people = [arrive(store, campaign, rng(number), label=str(number)) for number in range(12)]
    before = store.release(campaign.id)
    store.erase_person(people[0].id, "test")
    after = store.release(campaign.id)

    assert len(before.responses) == 12
    assert 4 <= len(after.responses) <= 9  # the erased person and at least two others left together
    gone = {r.respondent for r in before.responses} - {r.respondent for r in after.responses}
    assert len(gone) >= 3


def test_too_few_left_shows_nothing(store, campaign):
    """Five people were shown; one is erased: the four others cannot be shown without giving that one away."""
    people = [arrive(store, campaign, rng(number)) for number in range(5)]
    assert store.release(campaign.id) is not None
    store.erase_person(people[0].id, "test")

    assert store.release(campaign.id) is None


def test_every_reader_and_every_program_sees_the_same(url, store, campaign):
    """Twelve readers at once, and another program: one release is made, all see it."""
    for number in range(6):
        arrive(store, campaign, rng(number))
    with Store.open(url, clock=Clock()) as other, ThreadPoolExecutor(12) as pool:
        waves = list(pool.map(lambda n: (store, other)[n % 2].release(campaign.id), range(12)))

    assert len({id(wave): 1 for wave in waves}) >= 1
    assert all(wave.responses == waves[0].responses for wave in waves)
    made = [entry for entry in store.audit_entries() if entry.action == "release.made"]
    assert [entry.details for entry in made] == [{"number": 1, "people": 6}]


def test_an_unknown_campaign(store):
    """A campaign that does not exist has no release to show."""
    with pytest.raises(UnknownIdError):
        store.release("nowhere")


def as_said(wave):
    """Return a released wave as the oracle reads it: who is who is given away, which no sponsor knows.

    Everybody here gives a level or does not know: what a release calls skipped is a level held back.
    """
    return [
        differencing.Said(
            person=response.respondent,
            function=response.function,
            marks={
                question: differencing.Mark(
                    token=f"{response.respondent}/{answer.state}/{answer.level}",
                    level=answer.state != "dont_know",
                )
                for question, answer in response.answers
            },
            hidden=frozenset(question for question, answer in response.answers if answer.state == "skipped"),
        )
        for response in wave.responses
    ]


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(5))
def test_nobody_is_found_through_the_whole_store(store, seed):
    """Arrivals, edits, moves and erasures through the store: all releases together expose nobody."""
    chance = rng(seed)
    told = plan(functions=FUNCTIONS[: 1 + seed % 3])
    campaign = store.create_campaign(told, questionnaire="1", actor="test")
    people, waves, count = [], [], 0
    for step in range(22):
        act = chance.choice(["arrive"] * 5 + ["edit", "move", "erase"])
        if (act == "arrive" and count < 13) or len(people) < 2:
            people.append(arrive(store, campaign, chance, function=chance.choice(told.functions)))
            count += 1
        elif act == "erase":
            store.erase_person(people.pop(chance.randrange(len(people))).id, "test")
        elif act == "move":
            store.set_function(chance.choice(people).visitor, chance.choice(told.functions))
        else:
            answers(store, chance.choice(people), chance, sequence=step + 2)
        wave = store.release(campaign.id)
        if wave is not None and wave not in waves:
            waves.append(wave)
    layers: dict[str, list] = {}
    for wave in waves:
        for layer, row in published(as_said(wave), 3, QUESTIONS):
            layers.setdefault(layer, []).append(row)

    assert waves
    assert [layer for layer, rows in layers.items() if exposed(rows, 3) is not None] == []
