"""The whole analysis: complete, repeatable, quick, and never wrong in silence on an atlas that is."""

from __future__ import annotations

import datetime as dt
import math
import random
import subprocess
import sys
from itertools import pairwise

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxmaturity.journey.analyse import analyse, analyse_journey
from cxmaturity.journey.promises import check_promises
from cxmaturity.journey.results import JourneyResult
from cxmaturity.journey.values import (
    GRADES,
    METRICS,
    SOURCE_KINDS,
    Atlas,
    BrandPromise,
    Emotion,
    Event,
    Expectation,
    Journey,
    Measure,
    Opportunity,
    Pain,
    Persona,
    Score,
    Stage,
    Strategy,
    Words,
)

AS_OF = dt.date(2026, 11, 22)


def test_one_result_per_journey_and_persona(make, analysed):
    """Two personas give two results in the order of the journey, none gives one without a name."""
    both = make.journey([make.event("a")], name="both", personas=("julie", "marc"))
    nobody = make.journey([make.event("b")], name="nobody")

    result = analysed(both, nobody)

    assert [(it.journey, it.persona) for it in result.journeys] == [
        ("both", "julie"),
        ("both", "marc"),
        ("nobody", ""),
    ]
    assert result.of("both", "marc").persona == "marc"


def test_nothing_known_stays_none(make, analysed):
    """A journey without evidence has no valence, no score, no curve, no moment, and zero only as a share of what is mapped."""
    result = analysed(make.journey([make.event("a"), make.event("b")])).journeys[0]

    assert (None, None, None, (), (), 0) == (
        result.peak_end,
        result.mean,
        result.axes,
        result.curve,
        result.moments,
        result.mapped,
    )
    for event in result.events:
        unknown = attrs.asdict(event, recurse=False)
        assert {
            name: unknown[name]
            for name in ("valence", "low", "high", "grade", "gap", "opportunity", "quadrant")
        } == dict.fromkeys(("valence", "low", "high", "grade", "gap", "opportunity", "quadrant"))


def test_an_event_keeps_what_was_measured(make, analysed):
    """The native number, its answers, its measure, its source and its age are on the result."""
    one = make.measure("m", 31, metric="nps", n=412, date=dt.date(2026, 11, 12), source="web-q3")
    (event,) = analysed(make.journey([make.event(level=4, satisfaction=[one])])).journeys[0].events

    assert ("nps", 31, 412, "m", Words("web-q3"), 10, "V", "only") == (
        event.metric,
        event.native,
        event.n,
        event.measure,
        event.source,
        event.age_days,
        event.grade,
        event.choice,
    )
    assert (0.62, -0.38) == pytest.approx((event.valence, event.gap))
    assert event.gap_low < event.gap < event.gap_high


def test_functions_that_disagree_are_named(make, analysed):
    """Sales see a 4.5 where support sees a 2: they are 2.5 apart; one function alone disagrees with nobody."""
    said = [("support", 1, 4, 2), ("sales", 1, 3, 5), ("sales", 2, None, 4)]
    scores = [Score(function=f, participant=p, expectation=e, satisfaction=s) for f, p, e, s in said]
    events = [make.event("a", scores=scores), make.event("b", scores=scores[1:])]

    together, alone = analysed(make.journey(events)).journeys[0].events

    assert [(it.function, it.n, it.expectation, it.satisfaction) for it in together.functions] == [
        ("sales", 2, 3, 4.5),
        ("support", 1, 4, 2),
    ]
    assert (2.5, None) == (together.disagreement, alone.disagreement)


def test_mapped_is_the_share_of_stages_with_evidence(make, analysed):
    """One stage measured out of four: an emotion that a workshop supposed is no evidence."""
    supposed = make.event("b", emotion=Emotion(valence=1))
    stages = [[make.event("a", valence=1)], [supposed], [], [make.event("c")]]

    assert analysed(make.journey(*stages)).journeys[0].mapped == 0.25


ANY = st.none() | st.floats(-1e6, 1e6)
TEXT = st.sampled_from(["", "web", "crm", "<script>"])
DATES = st.none() | st.dates(dt.date(1900, 1, 1), dt.date(2100, 1, 1))
COUNTS = st.lists(st.integers(-3, 200), max_size=7)


def measures():
    """Give any measure that types allow, right or wrong."""
    return st.builds(
        Measure,
        id=st.sampled_from("mno"),
        metric=st.sampled_from(METRICS),
        value=st.floats(0, 5) | st.floats(-1e6, 1e6),
        n=st.none() | st.integers(-5, 5000),
        sd=ANY,
        promoters=ANY,
        detractors=ANY,
        counts=COUNTS,
        date=DATES,
        kind=st.sampled_from(SOURCE_KINDS),
        source=TEXT,
        persona=st.sampled_from(["", "julie", "nobody"]),
    )


def scores():
    """Give any score of a workshop."""
    level = ANY | st.floats(1, 5)
    return st.builds(
        Score, function=TEXT, participant=st.integers(1, 3), expectation=level, satisfaction=level
    )


def ideas():
    """Give any opportunity."""
    effort = st.none() | st.integers(-1, 5)
    return st.builds(Opportunity, id=st.sampled_from("opqrstu"), text=st.just(Words("x")), effort=effort)


def events():
    """Give any event."""
    level = ANY | st.floats(1, 5)
    return st.builds(
        Event,
        id=st.sampled_from("abcd"),
        by=st.just("customer"),
        action=st.just(Words("x")),
        channel=TEXT,
        visible=st.booleans(),
        expectation=st.builds(Expectation, level=level, importance=level, counts=COUNTS),
        satisfaction=st.lists(measures(), max_size=3),
        emotion=st.builds(Emotion, valence=ANY | st.floats(-2, 2)),
        pains=st.lists(st.just(Pain(id="p", text=Words("x"))), max_size=1),
        opportunities=st.lists(ideas(), max_size=3),
        promises=st.lists(st.sampled_from(["p", "q", "unknown"]), max_size=3),
        reach=ANY,
        drop_off=ANY,
        complaints=ANY,
        expert_flag=TEXT,
        scores=st.lists(scores(), max_size=4),
    )


@given(data=st.data())
def test_a_wrong_atlas_is_analysed_as_far_as_it_goes(data):
    """Whatever is typed nothing is raised, every number is finite and on its scale, and every low is below its high."""
    stages = st.lists(events(), max_size=5).map(
        lambda found: Stage(id="s", name=Words("s"), lifecycle="use", events=found)
    )
    journeys = st.builds(
        Journey,
        id=st.sampled_from("jk"),
        title=st.just(Words("j")),
        personas=st.lists(st.sampled_from(["julie", "ghost"]), max_size=2),
        kind=st.sampled_from(["planned", "actual"]),
        compared_with=st.sampled_from(["", "j", "k", "z"]),
        stages=st.lists(stages, max_size=3),
    )
    atlas = Atlas(
        client="c",
        language="en",
        strategy=Strategy(weights=data.draw(st.sampled_from([{}, {"julie": 0.0}, {"ghost": 1.0}]))),
        promises=[BrandPromise(id=name, text=Words(name)) for name in "pq"],
        personas=[Persona(id="julie", name="Julie")],
        journeys=data.draw(st.lists(journeys, max_size=2)),
    )

    lived: list[tuple[Journey, JourneyResult]] = [
        (journey, analyse_journey(atlas, journey, persona, as_of=AS_OF, seed=1))
        for journey in atlas.journeys
        for persona in journey.personas or ("",)
    ]
    for journey, result in lived:
        assert len(result.events) == len(journey.events)
        check_result(result)
    for promise in check_promises(atlas, lived):
        assert promise.lived is None or -2 <= promise.lived <= 2


def check_result(result):
    """Check the scales of everything in one journey."""
    for event in result.events:
        ordered(-2, event.low, event.valence, event.high, 2)
        ordered(-4, event.gap_low, event.gap, event.gap_high, 4)
        if event.opportunity is not None:
            ordered(0, event.opportunity.low, event.opportunity.value, event.opportunity.high, 20)
        assert (event.valence is None) == (event.grade is None)
        assert event.n_effective >= 0
    assert not result.events or math.isclose(sum(event.weight for event in result.events), 1, rel_tol=1e-6)
    for piece in result.curve:
        assert piece.grade in GRADES
        assert -2 <= min(piece.y) <= max(piece.y) <= 2
    for score in (result.peak_end, result.mean):
        ordered(-2, score, 2)


def ordered(*numbers):
    """Check that what is known of these numbers rises (within rounding) and is finite."""
    known = [number for number in numbers if number is not None]
    assert all(math.isfinite(number) for number in known)
    assert all(a <= b + 1e-9 for a, b in pairwise(known)), numbers


def survey(name, value, source):
    """Return a fresh survey of 80 answers."""
    fresh = {"metric": "csat5", "n": 80, "sd": 1, "date": AS_OF, "kind": "survey"}
    return Measure(id=name, value=round(value, 2), source=source, **fresh)


def big(events, seed=1):
    """Return an atlas of one journey of so many events, ten to a stage, with everything filled."""
    rng = random.Random(seed)  # noqa: S311  # filler
    rows = [
        Event(
            id=f"e{i}",
            by="customer",
            action=Words(f"Does {i}", f"Fait {i}"),
            channel="website",
            expectation=Expectation(level=4, importance=round(rng.uniform(2, 5), 1)),
            satisfaction=[survey(f"m{i}-{k}", rng.uniform(1.5, 4.5), f"s{k}") for k in range(2)],
            reach=rng.randint(100, 9000),
            drop_off=rng.random() / 10,
            promises=["p"],
            opportunities=[Opportunity(id=f"o{i}", text=Words("x", "y"), effort=rng.randint(1, 5))],
        )
        for i in range(events)
    ]
    stages = [
        Stage(id=f"s{k}", name=Words("S", "É"), lifecycle="use", events=rows[k : k + 10])
        for k in range(0, events, 10)
    ]
    return Atlas(
        client="c",
        language="en",
        promises=[BrandPromise(id="p", text=Words("p", "p"))],
        personas=[Persona(id="julie", name="Julie")],
        journeys=[Journey(id="j", title=Words("J", "J"), personas=["julie"], stages=stages)],
    )


def test_the_same_atlas_gives_the_same_result(catalog):
    """Two runs with one seed are equal value by value, and the atlas is left as it was."""
    one, two = (analyse(big(30), catalog, as_of=AS_OF, seed=7) for _ in range(2))

    assert one == two
    assert one.atlas == big(30)


def test_another_journey_does_not_move_the_draws(catalog):
    """The stability of one journey is the same beside another: its draws are its own."""
    alone = big(30)
    beside = attrs.evolve(
        alone,
        journeys=[
            Journey(id="first", title=Words("F"), stages=big(20, 2).journeys[0].stages),
            *alone.journeys,
        ],
    )

    one, two = (analyse(it, catalog, as_of=AS_OF, seed=7).of("j") for it in (alone, beside))

    assert one.opportunities == two.opportunities


def test_the_analysis_starts_without_numpy():
    """Only the draws and derived drivers need numpy: importing the analysis and the lint loads neither numpy nor scipy."""
    program = (
        "import sys; import cxmaturity.journey.analyse, cxmaturity.journey.lint;"
        "print(sorted({'numpy', 'scipy'} & sys.modules.keys()))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"


def test_ages_are_counted_to_the_day_given(make, analysed):
    """The same atlas a year later has older, weaker evidence and the same valence."""
    journey = make.journey([make.event("a", valence=1)])

    now, later = (
        analysed(journey, as_of=day).journeys[0].events[0] for day in (AS_OF, AS_OF + dt.timedelta(days=365))
    )

    assert (0, 365) == (now.age_days, later.age_days)
    assert now.n_effective == pytest.approx(2 * later.n_effective)
    assert now.valence == later.valence
