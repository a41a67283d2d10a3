"""Two waves: published detectable changes, false alarms under no change, and pairing."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from cxmaturity.assessment.values import Evidence, Settings
from cxmaturity.assessment.waves import compare_waves, minimum_detectable_change

NAMED = Settings(mode="quick", privacy="named")
AS_OF = dt.date(2026, 11, 1)
TRUTH = (3, 3.4, 2.6, 3.8, 2.2, 3, 3.5)


@pytest.fixture
def compare(catalog, wave_of):
    """Return a comparison of two tables of answers."""

    def run(before, after, *, settings=NAMED, as_of=AS_OF, names=(None, None), evidence=((), ())):
        one = wave_of(
            before, id="2025", date=dt.date(2025, 10, 1), respondents=names[0], evidence=evidence[0]
        )
        two = wave_of(after, id="2026", respondents=names[1], evidence=evidence[1])
        return compare_waves(one, two, catalog, settings=settings, as_of=as_of)

    return run


@pytest.mark.parametrize(("people", "published"), [(5, 0.58), (8, 0.44), (12, 0.36)])
def test_published_detectable_changes(people, published):
    """Independent panels of 5, 8 and 12 can tell a change of .58, .44 and .36 of the index."""
    assert published == pytest.approx(minimum_detectable_change(people, people), abs=5e-3)


def test_one_person_again():
    """The same person twice can tell a change of .67: one level off with probability .2 each way."""
    exact = 1.96 * (2 * 0.4 / 7) ** 0.5  # variance .4 per question, mean of seven

    assert 0.67 == pytest.approx(minimum_detectable_change(1, 1, same_person=True), abs=5e-3)
    assert exact == pytest.approx(minimum_detectable_change(1, 1, same_person=True), abs=0.01)


def test_more_people_detect_smaller_changes():
    """Planning with more people, in either wave, never makes the detectable change larger."""
    values = [minimum_detectable_change(n, n) for n in range(1, 60)]

    assert values == sorted(values, reverse=True)
    assert minimum_detectable_change(5, 12) == minimum_detectable_change(12, 5)


@pytest.mark.parametrize(("people", "published"), [(5, 0.58), (8, 0.44), (12, 0.36)])
def test_panels_give_about_the_published_change(compare, noisy_panels, people, published):
    """What panels of this noise give is close to the planning figure (a little larger: t, not 1.96)."""
    found = [
        compare(*noisy_panels(TRUTH, people, 2, seed=seed), names=(None, [f"n{i}" for i in range(people)]))[0]
        for seed in range(40)
    ]

    assert published == pytest.approx(np.mean([change.minimum_detectable for change in found]), rel=0.16)
    assert {0} == {change.paired for change in found}


@pytest.mark.slow
@pytest.mark.parametrize("people", [2, 3, 5, 8])
def test_no_change_is_called_noise(compare, noisy_panels, people):
    """Two independent panels of the same truth differ beyond noise at most about 5 % of the time."""
    names = (None, [f"n{i}" for i in range(people)])
    changes = [compare(*noisy_panels(TRUTH, people, 2, seed=seed), names=names) for seed in range(200)]
    index = np.mean([not found[0].within_noise for found in changes])
    single = np.mean([not change.within_noise for found in changes for change in found[1:]])

    assert index <= 0.05 + 3 * (0.05 * 0.95 / 200) ** 0.5
    assert single <= 0.075


def paired_panels(people: int, seed: int, shift: float = 0.0) -> list[np.ndarray]:
    """Return two waves of the same people: their harshness stays (sd .4), their answers vary (sd .7)."""
    rng = np.random.default_rng(seed)
    bias = rng.normal(0, 0.4, (people, 1))
    return [
        np.clip(np.rint(np.asarray(TRUTH) + moved + bias + rng.normal(0, 0.7, (people, 7))), 1, 5)
        for moved in (0, shift)
    ]


@pytest.mark.slow
@pytest.mark.parametrize("people", [3, 5, 8, 12])
def test_no_change_of_the_same_people_is_called_noise(compare, people):
    """The same people answering again: a change beyond noise at most about 5 % of the time."""
    changes = [compare(*paired_panels(people, seed)) for seed in range(200)]
    index = np.mean([not found[0].within_noise for found in changes])
    single = np.mean([not change.within_noise for found in changes for change in found[1:]])

    assert {people} == {found[0].paired for found in changes}
    assert index <= 0.05 + 3 * (0.05 * 0.95 / 200) ** 0.5
    assert single <= 0.075


def test_the_same_people_detect_more(compare):
    """Asking the same people again lowers the detectable change of the index by a tenth at least."""
    ratios = []
    for seed in range(40):
        panels = paired_panels(8, seed)
        same = compare(*panels)[0].minimum_detectable
        others = compare(*panels, names=(None, [f"n{i}" for i in range(8)]))[0].minimum_detectable
        ratios.append(same / others)

    assert np.mean(ratios) < 0.9


def test_a_real_rise_is_seen(compare):
    """Everybody one level up: every change is 1, or the index's, and beyond noise."""
    rows = np.array(
        [[2, 3, 3, 2, 3, 2, 3], [3, 3, 2, 2, 3, 3, 2], [2, 3, 3, 3, 4, 2, 2], [3, 2, 3, 2, 3, 3, 3]] * 2
    )
    changes = compare(rows, rows + 1)

    assert [None, "advocacy", "distinct", "access", "response", "trust", "alignment", "community"] == [
        change.question for change in changes
    ]
    assert [1] * 7 == pytest.approx([change.change for change in changes[1:]])
    assert not any(change.within_noise for change in changes)


def test_before_after_and_change(compare, score):
    """Before and after are the levels that each wave's own result prints."""
    rows, others = [[2, 3, 4, 3, 3, 2, 1]] * 3, [[3, 3, 4, 4, 3, 2, 2]] * 3
    index, *questions = compare(rows, others)
    before, after = score(rows), score(others)

    assert (before.index.geometric, after.index.geometric) == pytest.approx((index.before, index.after))
    assert [d.declared for d in before.dimensions] == [change.before for change in questions]
    assert [d.declared for d in after.dimensions] == [change.after for change in questions]
    assert all(change.change == change.after - change.before for change in (index, *questions))


def test_one_person_twice(compare):
    """One person answering again: .67 for the index, 1.75 for a question; half a level is within noise."""
    index, *questions = compare([[3] * 7], [[4, 4, 4, 3, 3, 3, 3]])

    assert (0.67, 1) == (pytest.approx(index.minimum_detectable, abs=5e-3), index.paired)
    assert [1.753] * 7 == pytest.approx([change.minimum_detectable for change in questions], abs=1e-3)
    assert index.within_noise
    assert questions[0].within_noise


def test_one_person_then_another(compare):
    """Two different single people differ by harshness too: a larger detectable change, and no pair."""
    index, *_ = compare([[3] * 7], [[4] * 7], names=(["ann"], ["bob"]))

    assert 0 == index.paired
    assert index.minimum_detectable > minimum_detectable_change(1, 1, same_person=True)


def test_partly_the_same_people(compare):
    """Five of eight people again: five pairs, and a detectable change between those of none and of all."""
    panels = paired_panels(8, 3)
    partly = [f"r{i}" for i in range(5)] + ["x", "y", "z"]
    alone = [f"n{i}" for i in range(8)]
    found = [compare(*panels, names=(None, names))[0] for names in (None, partly, alone)]

    assert [8, 5, 0] == [change.paired for change in found]
    assert found[0].minimum_detectable < found[1].minimum_detectable


def test_two_common_people_are_no_pairs(compare):
    """With under three common people the panels count as independent."""
    panels = paired_panels(4, 5)
    found = compare(*panels, names=(None, ["r0", "r1", "x", "y"]))

    assert {0} == {change.paired for change in found}


def test_not_applicable_moves_nothing(compare):
    """A weak question that becomes "not applicable" is no progress: both indexes leave it out."""
    before = [[1, 3, 3, 3, 3, 3, 3]] * 3
    after = [["na", 3, 3, 3, 3, 3, 3]] * 3
    index, *questions = compare(before, after)

    assert (3, 3, 0) == pytest.approx((index.before, index.after, index.change))
    assert "advocacy" not in {change.question for change in questions}


def test_nothing_in_common(compare):
    """When no question is assessed in both waves there is nothing to say."""
    first = [[3, 3, 3, "na", "na", "na", "na"]] * 3
    second = [["na", "na", "na", 3, 3, 3, 3]] * 3

    assert () == compare(first, second)


def test_evidence_moves_no_change(compare):
    """A proof that grew old between two waves is no fall: only answers are compared."""
    proof = Evidence(question="trust", grade="E3", description="x", source="y", date=dt.date(2025, 9, 1))
    changes = compare(
        [[5] * 7] * 3, [[5] * 7] * 3, settings=Settings(privacy="named"), evidence=((proof,), (proof,))
    )
    trust = next(change for change in changes if change.question == "trust")

    assert (5, 5, True) == (trust.before, trust.after, trust.within_noise)


def test_anonymous_small_wave_is_not_compared(compare):
    """A wave of two anonymous people shows nothing, so no change either."""
    assert () == compare([[3] * 7] * 5, [[4] * 7] * 2, settings=Settings(mode="quick"))


def test_withheld_questions_are_not_compared(compare):
    """A question with two levels in an anonymous wave has no change, and the index leaves it out."""
    before = [[3, 3, 3, 3, 3, 3, 5]] * 4
    after = [[3, 3, 3, 3, 3, 3, 1]] * 2 + [[3, 3, 3, 3, 3, 3, "dk"]] * 2
    index, *questions = compare(before, after, settings=Settings(mode="quick"))

    assert "community" not in {change.question for change in questions}
    assert 0 == pytest.approx(index.change)


def test_weights_apply_to_both(compare, questions):
    """With all the weight on one question the index moves with it alone."""
    weights = {question: float(question == "trust") for question in questions}
    settings = Settings(mode="quick", privacy="named", weights=weights)
    index, *_ = compare([[3] * 7] * 3, [[3, 3, 3, 3, 4, 3, 3]] * 3, settings=settings)

    assert (3, 4) == pytest.approx((index.before, index.after))
