"""What is promised against what is lived."""

from __future__ import annotations

import math

import pytest

from cxmaturity.journey.values import BrandPromise, Persona, Strategy, Words


def promise(name="p", level=1.0):
    """Return a promise."""
    return BrandPromise(id=name, text=Words(name), level=level)


def test_the_distance_is_lived_minus_promised(make, analysed):
    """The mean of the touchpoints by weight, less the level; its half-width by the closed form of independent means."""
    events = [
        make.event("a", valence=0.5, reach=300, promises=["p"]),
        make.event("b", valence=-0.5, reach=100, promises=["p"]),
        make.event("c", valence=-2, reach=100),
    ]

    (found,) = analysed(make.journey(events), promises=[promise()]).promises

    half = 1.984 * 0.9 / 10 * math.hypot(0.75, 0.25)
    assert (0.25, -0.75, -0.75 - half, -0.75 + half) == pytest.approx(
        (found.lived, found.distance, found.low, found.high), abs=1e-3
    )
    assert (("a", "b"), "b", True, "V") == (found.events, found.worst, found.broken, found.grade)


def test_one_survey_for_two_personas_is_one_survey(make, analysed):
    """The same measure seen by two personas does not halve its uncertainty."""
    events = [make.event("a", valence=0.5, promises=["p"])]
    alone, both = (
        analysed(make.journey(events, personas=names), promises=[promise()]).promises[0]
        for names in (("julie",), ("julie", "marc"))
    )

    assert (alone.low, alone.high) == pytest.approx((both.low, both.high))


def test_personas_weigh_by_strategy_else_size(make, analysed):
    """The strategy says whose experience counts; without it the number of customers does."""
    measures = [make.measure("a", 2, sd=1, persona="julie"), make.measure("b", 4, sd=1, persona="marc")]
    journey = make.journey([make.event(satisfaction=measures, promises=["p"])], personas=("julie", "marc"))
    people = [Persona(id="julie", name="J", size=100), Persona(id="marc", name="M", size=300)]
    strategy = Strategy(weights={"julie": 0.9, "marc": 0.1})

    by_size = analysed(journey, promises=[promise()], personas=people).promises[0]
    chosen = analysed(journey, promises=[promise()], personas=people, strategy=strategy).promises[0]

    assert (0.5, -0.8) == pytest.approx((by_size.lived, chosen.lived))


def test_what_has_no_spread_may_be_anywhere(make, analysed):
    """A touchpoint without an interval widens the whole by the rest of the scale; alone it leaves none."""
    known = make.event("a", valence=0, reach=1, promises=["p"])
    guess = make.event("b", satisfaction=[make.measure("h", 3, kind="workshop")], reach=1, promises=["p"])

    both = analysed(make.journey([known, guess]), promises=[promise()]).promises[0]
    alone = analysed(make.journey([guess]), promises=[promise()]).promises[0]

    assert both.low == pytest.approx(-1 - 0.5 * 2 - 0.5 * 1.984 * 0.09, abs=1e-3)
    assert (None, None, "H") == (alone.low, alone.high, alone.grade)


@pytest.mark.parametrize(
    ("valence", "n", "broken"),
    [(0.4, 400, True), (0.4, 4, False), (0.6, 4000, False)],
    ids=["sure", "few", "small"],
)
def test_broken_means_far_and_sure(make, analysed, valence, n, broken):
    """Half a step below on 400 answers is broken; on 4 answers it is not known, and a small miss is none."""
    event = make.event(satisfaction=[make.measure(value=valence + 3, sd=1, n=n)], promises=["p"])

    assert analysed(make.journey([event]), promises=[promise()]).promises[0].broken is broken


def test_contradictions_come_first(make, analysed):
    """Broken promises before kept ones, the farthest first, unknown ones last."""
    events = [
        make.event("a", valence=-1, promises=["bad"]),
        make.event("b", valence=1.5, promises=["good"]),
        make.event("c", promises=["dark"]),
        make.event("d", valence=-1.5, promises=["worse"]),
    ]
    promises = [promise(name) for name in ("dark", "good", "bad", "worse", "nowhere")]

    found = analysed(make.journey(events), promises=promises).promises

    assert [it.promise for it in found] == ["worse", "bad", "good", "dark", "nowhere"]
    assert [(it.distance, it.events) for it in found[3:]] == [(None, ("c",)), (None, ())]


@pytest.mark.parametrize("more", [{"state": "to_be"}, {"kind": "planned"}])
def test_only_what_is_lived_keeps_a_promise(make, analysed, more):
    """A journey as it should be proves nothing."""
    event = make.event(valence=2, promises=["p"])

    assert analysed(make.journey([event], **more), promises=[promise()]).promises[0].lived is None
