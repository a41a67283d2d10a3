"""Where to act: scores within a persona, quadrants, and an order that says how steady it is."""

from __future__ import annotations

import numpy as np
import pytest

from cxmaturity.journey.opportunity import quadrant_of, reading_of
from cxmaturity.journey.results import QUADRANTS
from cxmaturity.journey.values import Opportunity, Words


def only(result):
    """Return the first event of the first journey."""
    return result.journeys[0].events[0]


def test_ulwick_by_hand(make, analysed):
    """90 % find it important and 30 % are satisfied: 9 + (9 - 3) = 15, from counts, so not approximate."""
    one = make.measure(value=2.5, counts=(20, 20, 30, 20, 10))
    score = only(
        analysed(make.journey([make.event(counts=(0, 5, 5, 40, 50), satisfaction=[one])]))
    ).opportunity

    assert (15, "high", False) == (pytest.approx(score.value), score.reading, score.approximate)
    assert score.low < 15 < score.high
    assert score.straddles


def test_means_stand_in_and_say_so(make, analysed):
    """Importance 4.2 is 8 and satisfaction 3 is 5 on 0 to 10: 8 + 3 = 11, approximate."""
    score = only(analysed(make.journey([make.event(valence=0, importance=4.2)]))).opportunity

    assert (11, "worth_a_look", True) == (pytest.approx(score.value), score.reading, score.approximate)


def test_an_overserved_need_is_its_importance(make, analysed):
    """More satisfaction than importance takes nothing away."""
    score = only(analysed(make.journey([make.event(valence=1.8, importance=2)]))).opportunity

    assert (2.5, "served") == (score.value, score.reading)


@pytest.mark.parametrize(
    "event", [{"valence": 1}, {"importance": 4}, {}], ids=["no importance", "no evidence", "nothing"]
)
def test_half_a_score_is_none(make, analysed, event):
    """Without importance or satisfaction there is no score, no quadrant."""
    result = only(analysed(make.journey([make.event(**event)])))

    assert (None, None) == (result.opportunity, result.quadrant)


@pytest.mark.parametrize(
    ("value", "reading"),
    [
        (15.1, "extreme"),
        (15, "high"),
        (12.1, "high"),
        (12, "worth_a_look"),
        (9.96, "worth_a_look"),
        (9.94, "served"),
    ],
)
def test_classes_are_those_of_the_number_that_is_printed(value, reading):
    """A score printed as 10.0 is worth a look: nobody reads "10.0, served"."""
    assert reading_of(value) == reading


@pytest.mark.slow
@pytest.mark.parametrize(
    ("important", "satisfied"), [(0.9, 0.3), (0.6, 0.6), (0.5, 0.8)], ids=["unmet", "even", "met"]
)
def test_the_interval_holds_the_true_score(make, analysed, important, satisfied):
    """On 800 simulated pairs of surveys the interval holds the true score at least 93 times in 100."""
    rng = np.random.default_rng(3)
    truth = 10 * important + max(10 * (important - satisfied), 0)
    held = 0
    for _ in range(8):
        events = []
        for i in range(100):
            yes, happy = int(rng.binomial(80, important)), int(rng.binomial(120, satisfied))
            one = make.measure(f"m{i}", 3, counts=(0, 0, 120 - happy, happy, 0))
            events.append(make.event(str(i), counts=(0, 0, 80 - yes, yes, 0), satisfaction=[one]))
        for event in analysed(make.journey(events)).journeys[0].events:
            held += event.opportunity.low <= truth <= event.opportunity.high

    assert held / 800 >= 0.93


def test_the_score_stays_within_a_persona(make, analysed):
    """A need unmet for one and served for the other gives two scores, not their mean."""
    measures = [
        make.measure("a", 1.5, sd=0.9, persona="julie"),
        make.measure("b", 4.5, sd=0.9, persona="marc"),
    ]
    result = analysed(
        make.journey([make.event(importance=4.2, satisfaction=measures)], personas=("julie", "marc"))
    )

    scores = [it.events[0].opportunity.value for it in result.journeys]
    assert scores == pytest.approx([8 + 8 - 1.25, 8])


@pytest.mark.parametrize(
    ("importance", "valence", "quadrant"),
    [
        (4, 1, "keep"),
        (4, -1, "act"),
        (2, -1, "low_priority"),
        (2, 1, "overkill"),
        (3, 0, "keep"),
        (None, 0, None),
    ],
)
def test_quadrants(importance, valence, quadrant):
    """Important and good: keep; important and bad: act; neither: low priority; good only: overkill; on an axis is above."""
    assert quadrant_of(importance, valence, (3, 0)) == quadrant
    assert quadrant is None or quadrant in QUADRANTS


def test_axes_are_the_means_of_the_journey(make, analysed):
    """The thresholds are the means of the events where both are known; fewer than three give none."""
    events = [
        make.event(str(i), valence=v, importance=w) for i, (v, w) in enumerate([(1, 4), (0, 3), (-1, 5)])
    ]

    assert analysed(make.journey([*events, make.event("x", importance=1)])).journeys[0].axes == (
        4,
        pytest.approx(0),
    )
    assert analysed(make.journey(events[:2])).journeys[0].axes is None


def idea(name, effort=2):
    """Return an opportunity."""
    return Opportunity(id=name, text=Words(name), effort=effort, feedback=[f"pain-{name}"])


def ranked(make, analysed, rows, seed=1):
    """Return the ranking of (valence, reach, effort) rows of importance 4.2."""
    events = [
        make.event(str(i), valence=v, importance=4.2, reach=reach, opportunities=[idea(f"o{i}", effort)])
        for i, (v, reach, effort) in enumerate(rows)
    ]
    return analysed(make.journey(events), seed=seed).journeys[0].opportunities


def test_priority_by_hand(make, analysed):
    """Score x reach x confidence / effort: 11 x 100 x 1 / 2 = 550 before 8 x 100 / 2; the feedback stays attached."""
    first, second = ranked(make, analysed, [(1.9, 100, 2), (0, 100, 2)])

    assert (("o1", 550, 1.0, ("pain-o1",)), ("o0", 400)) == (
        (first.opportunity, pytest.approx(first.priority), first.confidence, first.feedback),
        (second.opportunity, pytest.approx(second.priority)),
    )


def test_what_is_unknown_is_not_ranked(make, analysed):
    """An effort or a reach that others gave is not made up; given by nobody it does not count."""
    mixed = ranked(make, analysed, [(0, 100, 2), (0, None, 2), (0, 100, None)])
    bare = ranked(make, analysed, [(0, None, None), (-1, None, None)])

    assert [it.priority for it in mixed] == [pytest.approx(550), None, None]
    assert [(it.opportunity, it.priority) for it in bare] == [
        ("o1", pytest.approx(13.5)),
        ("o0", pytest.approx(11)),
    ]


def test_a_guess_counts_half(make, analysed):
    """The confidence is that of the evidence, not of whoever types it."""
    guess = make.measure("h", 3, kind="workshop")
    event = make.event(importance=4.2, satisfaction=[guess], opportunities=[idea("o")])

    (only_one,) = analysed(make.journey([event])).journeys[0].opportunities
    assert (0.5, 2.75) == (only_one.confidence, pytest.approx(only_one.priority))


def test_stability_tells_a_close_race(make, analysed):
    """Four far ahead stay first; of two alike for the fifth place each gets it half of the time; the last never."""
    rows = [(-1.5, 1000, 1)] * 4 + [(0, 100, 1)] * 2 + [(1.5, 1, 5)]
    steady = {it.opportunity: it.stability for it in ranked(make, analysed, rows)}

    assert [steady[f"o{i}"] for i in (0, 1, 2, 3, 6)] == [1, 1, 1, 1, 0]
    assert steady["o4"] + steady["o5"] == pytest.approx(1)
    assert 0.4 < steady["o4"] < 0.6


def test_stability_agrees_with_another_seed_and_repeats_with_the_same(make, analysed):
    """The draws follow the seed alone, and another seed moves no share by more than chance (4 standard errors)."""
    rows = [(0.1 * i - 0.5, 100, 2) for i in range(10)]
    shares = [
        {it.opportunity: it.stability for it in ranked(make, analysed, rows, seed)} for seed in (1, 1, 2)
    ]

    assert shares[0] == shares[1]
    assert all(abs(shares[0][name] - shares[2][name]) < 0.09 for name in shares[0])
    assert sum(shares[2].values()) == pytest.approx(5)


def test_five_or_fewer_have_no_stability(make, analysed):
    """Among the first five of five is no news, so it is not said."""
    assert {it.stability for it in ranked(make, analysed, [(0, 1, 1)] * 5)} == {None}
