"""Which evidence speaks for an event, how sure it is, and why."""

from __future__ import annotations

import datetime as dt
import math

import pytest

from cxmaturity.journey.evidence import evidence_of, gap_of, grade_of, n_effective
from cxmaturity.journey.values import Emotion, Score, Words


@pytest.fixture
def speak(make):
    """Return a function that says what speaks for an event with these measures."""

    def run(*measures, persona="", **more):
        return evidence_of(make.event(satisfaction=measures, **more), persona, as_of=make.as_of)

    return run


@pytest.mark.parametrize(
    ("more", "grade"),
    [
        ({"n": 30}, "V"),
        ({"n": 29}, "I"),
        ({"n": None}, "I"),
        ({"n": None, "counts": (0, 0, 10, 10, 10)}, "V"),
        ({"kind": "complaints"}, "I"),
        ({"kind": "staff_interview", "n": 500}, "I"),
        ({"kind": "workshop", "n": 500}, "H"),
    ],
)
def test_the_grade_follows_the_source_and_n(make, more, grade):
    """A survey of 30 answers validates; a workshop never does, however many took part."""
    assert grade_of(make.measure(**more)) == grade


@pytest.mark.parametrize(
    ("days", "kind", "expected"), [(0, "survey", 100), (365, "survey", 50), (730, "workshop", 6.25)]
)
def test_answers_fade(make, days, kind, expected):
    """An answer counts half after a year and by the weight of its source."""
    one = make.measure(date=make.as_of - dt.timedelta(days=days), kind=kind)

    assert n_effective(one, make.as_of) == pytest.approx(expected)


def test_nothing_known_is_none(speak):
    """An event that nobody measured has no valence at all."""
    assert speak() is None


def test_the_personas_own_answers_come_first(speak, make):
    """Fewer answers of the persona beat more answers of everybody, and answers of another persona are not heard."""
    general, own = make.measure("all", 4.5, n=900), make.measure("own", 2.5, n=40, persona="julie")
    other = make.measure("other", 1.0, n=5000, persona="marc")

    assert ("own", "persona") == (
        speak(general, own, other, persona="julie").measure,
        speak(general, own, other, persona="julie").choice,
    )
    assert speak(general, other, persona="julie").measure == "all"
    assert speak(other, persona="julie") is None


def test_a_fact_about_everybody_beats_a_guess_about_one(speak, make):
    """A workshop's opinion of the persona does not hide a survey of all customers."""
    guess = make.measure("guess", 1.0, kind="workshop", persona="julie")

    found = speak(guess, make.measure("fact", 4.0), persona="julie")

    assert ("fact", "grade", "V") == (found.measure, found.choice, found.grade)


@pytest.mark.parametrize("order", [1, -1])
def test_validated_before_internal_before_hypothesis(speak, make, order):
    """The better grade speaks, in whatever order the measures were typed."""
    measures = [
        make.measure("h", 1.0, kind="workshop", source="room"),
        make.measure("i", 2.0, kind="staff_interview", source="till", n=400),
        make.measure("v", 4.0, n=30),
    ][::order]

    assert ("v", "grade") == (speak(*measures).measure, speak(*measures).choice)
    assert speak(*(it for it in measures if it.id != "v")).measure == "i"


def test_two_independent_sources_validate(speak, make):
    """Complaints and staff who tell the same story validate it; one source twice does not, nor two that contradict each other."""
    staff = make.measure("staff", 2.4, kind="staff_interview", source="shops", n=12)
    complaints = make.measure("complaints", 2.0, kind="complaints", source="crm")

    assert speak(staff).grade == "I"
    assert speak(staff, complaints).grade == "V"
    assert speak(staff, make.measure("again", 2.0, kind="staff_interview", source="Shops ")).grade == "I"
    assert speak(staff, make.measure("rosy", 4.9, kind="complaints", source="crm")).grade == "I"


def test_two_workshops_stay_hypotheses(speak, make):
    """Opinions do not become facts by being two."""
    rooms = [make.measure(name, 3.0, kind="workshop", source=name) for name in ("paris", "lyon")]

    assert speak(*rooms).grade == "H"


def test_a_fresh_measure_beats_a_larger_stale_one(speak, make):
    """1,000 answers of two years ago do not hide 200 of last month."""
    old = make.measure("old", 4.0, n=1000, date=make.as_of - dt.timedelta(days=730))
    new = make.measure("new", 3.0, n=200, date=make.as_of - dt.timedelta(days=30))

    assert ("new", "weight", 30) == (
        (found := speak(old, new)).measure,
        found.choice,
        found.age_days,
    )


def test_measures_of_one_metric_are_pooled(speak, make):
    """Two surveys of the same quarter give the mean and the interval of all their answers together."""
    web = make.measure("web", 3.0, n=300, sd=1.0, source="web")
    shop = make.measure("shop", 3.6, n=100, sd=1.0, source="shop")

    found = speak(web, shop)

    assert (("web", "shop"), "pooled", 400, Words("web; shop")) == (
        found.pooled,
        found.choice,
        found.n,
        found.source,
    )
    assert found.native == pytest.approx(3.15)
    # Stratified: the variance of the mean is sum of (share x sd)^2 / n.
    assert (found.high - found.low) / 2 == pytest.approx(
        1.96 * math.sqrt(0.75**2 / 300 + 0.25**2 / 100), rel=0.01
    )


@pytest.mark.parametrize(
    "more",
    [{"metric": "nps", "value": 10}, {"date": dt.date(2026, 1, 1)}, {"source": "web"}, {"value": 4.9}],
    ids=["another metric", "another time", "the same source", "another story"],
)
def test_what_differs_is_not_pooled(speak, make, more):
    """Measures that say different things stay apart."""
    other = make.measure("b", **{"value": 3.2, "source": "shop", "n": 60, **more})

    assert speak(make.measure("a", 3.0), other).pooled == ()


def test_scores_of_a_workshop_speak_when_nothing_else_does(speak, make):
    """The mean of the scores is a hypothesis with its interval; a measure silences it."""
    scores = [Score(function="sales", participant=i, satisfaction=value) for i, value in enumerate((2, 3, 4))]

    found = speak(scores=scores)

    assert ("H", "scores", "csat5", 3, 0) == (found.grade, found.choice, found.metric, found.n, found.valence)
    assert found.low == -2  # t(2) x 1 / sqrt(3) = 2.48 is wider than the scale
    assert speak(make.measure(), scores=scores).choice == "only"


def test_a_typed_emotion_is_a_hypothesis(speak):
    """What the team feels that customers feel is drawn, without an interval."""
    found = speak(emotion=Emotion(valence=-1.5))

    assert (-1.5, "H", "emotion", "expert", None) == (
        found.valence,
        found.grade,
        found.choice,
        found.metric,
        found.low,
    )


def test_what_is_off_its_scale_is_not_heard(speak, make):
    """A share typed as 44 is a mistake that the lint names, not an emotion of 174."""
    assert speak(make.measure(value=44, metric="top2")) is None


def test_the_gap_has_the_interval_of_both(make, speak):
    """Lived - expected; when both are means their half-widths add in quadrature."""
    scores = [
        Score(function="f", participant=i, expectation=value) for i, value in enumerate([3.5, 4.5] * 20)
    ]
    one = make.measure(value=3.0, sd=1.0, n=400)
    typed, voted = make.event(level=4, satisfaction=[one]), make.event(scores=scores, satisfaction=[one])

    gap, low, high = gap_of(typed, speak(one))
    other, wider, _ = gap_of(voted, speak(one))

    lived, expected = 1.966 / 20, 2.023 * 0.50637 / math.sqrt(40)  # t(399) and t(39) from a table
    assert (-1, -1 - lived, -1 + lived) == pytest.approx((gap, low, high), abs=1e-3)
    assert (-1, -1 - math.hypot(lived, expected)) == pytest.approx((other, wider), abs=1e-3)
