"""Gaps between functions: false alarms, power, an exact twin, and words that fit the number of people."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxmaturity.assessment.functions import compare_functions
from cxmaturity.assessment.permutation import between_share, every_division, holm, permutation_p
from cxmaturity.assessment.privacy import disclosure
from cxmaturity.assessment.values import Settings

FUNCTIONS = ("marketing", "service", "sales", "staff", "executive")
NAMED = disclosure(Settings(privacy="named"), 10)


def exact_p(values: np.ndarray, labels: list[int]) -> float:
    """Return the p-value over every relabelling, with the statistic written from its definition."""

    def between(given: tuple[int, ...]) -> float:
        total = 0.0
        for column in values.T:
            known = [(x, g) for x, g in zip(column, given, strict=True) if not math.isnan(x)]
            mean = sum(x for x, _ in known) / len(known)
            for group in set(given):
                members = [x for x, g in known if g == group]
                if members:
                    total += len(members) * (sum(members) / len(members) - mean) ** 2
        return total

    observed = between(tuple(labels))
    every = [between(given) for given in set(itertools.permutations(labels))]
    return float(np.mean([value >= observed - 1e-9 for value in every]))


@pytest.mark.parametrize("seed", range(6))
def test_equals_every_relabelling(seed):
    """With six people the p-value agrees with going through every relabelling, missing answers included."""
    rng = np.random.default_rng(seed)
    labels = [0, 0, 0, 1, 1, 2] if seed % 2 else [0, 0, 0, 1, 1, 1]
    values = rng.integers(1, 6, (6, 3)).astype(float)
    values[0, 1] = np.nan

    drawn, each = permutation_p(values, np.array(labels), rng=rng, permutations=10)
    together, exact_each = permutation_p(values, np.array(labels), rng=rng)

    assert exact_p(values, labels) == pytest.approx(together)
    assert [exact_p(values[:, [j]], labels) for j in range(3)] == pytest.approx(exact_each.tolist())
    assert 1 / 11 <= drawn <= 1
    assert (each >= 1 / 11).all()


def test_drawn_agree_with_every_division():
    """Drawing divisions at random gives the p-value of going through them all, to the drawing error."""
    rng = np.random.default_rng(59)
    values, labels = rng.integers(1, 6, (9, 4)).astype(float), np.repeat([0, 1, 2], 3)  # 1680 divisions
    exact, exact_each = permutation_p(values, labels, rng=rng)
    drawn, each = permutation_p(values, labels, rng=rng, permutations=1600)

    assert exact == pytest.approx(drawn, abs=0.04)
    assert exact_each == pytest.approx(each, abs=0.04)


@pytest.mark.parametrize(
    ("sizes", "count"), [((2, 2), 6), ((3, 3), 20), ((1, 1, 1), 6), ((2, 2, 2), 90), ((4,), 1)]
)
def test_every_division_once(sizes, count):
    """All divisions into groups of given sizes are listed, each once; too many give None."""
    rows = every_division(sizes, 100)

    assert count == len(rows) == len({tuple(row) for row in rows.tolist()})
    assert {sizes} == {tuple(np.bincount(row, minlength=len(sizes))) for row in rows}
    assert every_division(sizes, count - 1) is None


def test_small_groups_cannot_prove_anything():
    """Two groups of three have ten distinct divisions: even a gap of four levels everywhere has p = .1."""
    values = np.array([[1.0] * 7] * 3 + [[5.0] * 7] * 3)
    p_value, each = permutation_p(values, np.array([0, 0, 0, 1, 1, 1]), rng=np.random.default_rng(60))

    assert [0.1] * 8 == pytest.approx([p_value, *each])


def test_everybody_equal():
    """When all answers are the same nothing differs: p is 1."""
    labels = np.array([0, 0, 0, 1, 1, 1])
    p_value, _ = permutation_p(np.full((6, 7), 3.0), labels, rng=np.random.default_rng(61))

    assert 1 == p_value


def test_chunks_change_nothing(monkeypatch):
    """Working in small pieces gives the p-value of one go."""
    from cxmaturity.assessment import permutation

    rng = np.random.default_rng(62)
    values, labels = rng.integers(1, 6, (12, 7)).astype(float), np.repeat([0, 1, 2], 4)
    whole, _ = permutation_p(values, labels, rng=np.random.default_rng(1), permutations=500)
    monkeypatch.setattr(permutation, "_CHUNK", 500)
    pieces, _ = permutation_p(values, labels, rng=np.random.default_rng(1), permutations=500)

    assert whole == pieces


def test_published_holm():
    """Holm's adjustment of .01 .04 .03 .005 is .03 .06 .06 .02."""
    assert (0.03, 0.06, 0.06, 0.02) == pytest.approx(holm([0.01, 0.04, 0.03, 0.005]))
    assert () == holm([])


@given(st.lists(st.floats(0, 1), min_size=1, max_size=6))
def test_holm_is_the_closure_of_bonferroni(p_values):
    """Holm's p-value of a question is the largest Bonferroni p over all sets of questions that hold it."""
    indices = range(len(p_values))
    sets = [c for size in range(1, len(p_values) + 1) for c in itertools.combinations(indices, size)]
    closed = [max(min(1, len(c) * min(p_values[j] for j in c)) for c in sets if i in c) for i in indices]

    assert closed == pytest.approx(holm(p_values))


@given(st.lists(st.floats(0, 1), min_size=2, max_size=6))
def test_guarded_holm_closes_all_but_the_whole(p_values):
    """Behind a significant joint test the closure leaves out the set of all, never above plain Holm."""
    indices = range(len(p_values))
    sets = [c for size in range(1, len(p_values)) for c in itertools.combinations(indices, size)]
    closed = [max(min(1, len(c) * min(p_values[j] for j in c)) for c in sets if i in c) for i in indices]
    guarded = holm(p_values, guarded=True)

    assert all(shortcut >= full - 1e-12 for shortcut, full in zip(guarded, closed, strict=True))
    assert all(shortcut <= plain for shortcut, plain in zip(guarded, holm(p_values), strict=True))


def test_between_share_by_hand():
    """Groups (1,2,3) and (4,5,6): SS_b 13.5, MS_w 1, SS_t 17.5, omega squared 12.5 / 18.5."""
    values = np.array([[1.0], [2], [3], [4], [5], [6]])

    assert 12.5 / 18.5 == pytest.approx(between_share(values, np.array([0, 0, 0, 1, 1, 1])))


def test_between_share_edges():
    """No variance or no spare people: not defined; groups more alike than chance: 0."""
    assert between_share(np.full((4, 2), 3.0), np.array([0, 0, 1, 1])) is None
    assert between_share(np.array([[1.0], [5]]), np.array([0, 1])) is None
    assert 0 == between_share(np.array([[1.0], [5], [1], [5]]), np.array([0, 0, 1, 1]))


def draw(functions: int, people: int, rng: np.random.Generator, gap: float = 0.0):
    """Return a panel in which the first function stands `gap` higher (rater sd .8), and its functions."""
    levels = 3 + rng.normal(0, 0.8, (functions * people, 7))
    levels[:people] += gap
    return np.clip(np.rint(levels), 1, 5), list(np.repeat(FUNCTIONS[:functions], people))


@pytest.mark.slow
@pytest.mark.parametrize("people", range(2, 9))
@pytest.mark.parametrize("functions", range(2, 6))
def test_family_wise_false_alarm(functions, people, panel_of):
    """Where nobody really differs, a report says "difference" at most 5 % of the time (M7; 3 sigma)."""
    rng = np.random.default_rng(1000 * functions + people)
    alarms = 0
    for _ in range(400):
        levels, names = draw(functions, people, rng)
        found = compare_functions(
            panel_of(levels, names), known=FUNCTIONS, rules=NAMED, rng=rng, permutations=199
        )
        alarms += found.profile.significant or any(test.significant for test in found.questions)

    assert alarms / 400 <= 0.05 + 3 * (0.05 * 0.95 / 400) ** 0.5


@pytest.mark.slow
def test_questions_without_a_gap_raise_few_alarms(panel_of):
    """With a true gap on one question, the six others raise a false alarm at most about 5 % of the time."""
    rng = np.random.default_rng(63)
    alarms = 0
    for _ in range(150):
        levels, names = draw(3, 5, rng)
        levels[:5, 0] = np.clip(levels[:5, 0] + 2, 1, 5)
        found = compare_functions(
            panel_of(levels, names), known=FUNCTIONS, rules=NAMED, rng=rng, permutations=499
        )
        alarms += any(test.significant for test in found.questions if test.question != "advocacy")

    assert alarms / 150 <= 0.095


@pytest.mark.slow
@pytest.mark.parametrize(("people", "least"), [(3, 0.35), (5, 0.80)])
def test_power_on_a_level_gap(people, least, panel_of):
    """A function one level higher is found about as often as the reference says (.68 and .91 at best)."""
    rng = np.random.default_rng(64)
    found = [
        compare_functions(
            panel_of(*draw(4, people, rng, gap=1.0)), known=FUNCTIONS, rules=NAMED, rng=rng, permutations=499
        ).wording
        for _ in range(100)
    ]

    assert least <= found.count("difference") / 100


def test_profiles_that_cross_are_seen(panel_of):
    """Two functions with the same average but opposite strengths differ: the whole profile is tested."""
    rng = np.random.default_rng(65)
    shape = np.array([1, -1, 1, -1, 1, -1, 0])
    levels = np.clip(np.rint(3 + np.repeat([shape, -shape], 5, axis=0) + rng.normal(0, 0.5, (10, 7))), 1, 5)
    names = ["marketing"] * 5 + ["sales"] * 5
    found = compare_functions(panel_of(levels, names), known=FUNCTIONS, rules=NAMED, rng=rng)

    assert "difference" == found.wording
    assert found.profile.range < 0.5
    assert {"distinct", "access"} <= {test.question for test in found.questions if test.significant}


def test_a_clear_gap_is_told_in_full(score):
    """Ranges, highest and lowest functions and shares are those of the means, profile first."""
    rows = [[4, 4, 4, 4, 4, 4, 3]] * 5 + [[2, 2, 2, 2, 2, 2, 3]] * 5
    functions = ["service"] * 5 + ["sales"] * 5
    found = score(rows, functions=functions).functions
    by_question = {test.question: test for test in found.questions}

    assert ("difference", None, "service", "sales") == (
        found.wording,
        found.profile.question,
        found.profile.highest,
        found.profile.lowest,
    )
    assert 12 / 7 == pytest.approx(found.profile.range)
    assert (2, 0) == (by_question["trust"].range, by_question["community"].range)
    assert by_question["trust"].significant
    assert not by_question["community"].significant
    assert found.between_share == pytest.approx(1, abs=0.01)


def test_questions_only_after_the_profile(score):
    """When the profile does not differ no question is tested, so that none can be picked."""
    rng = np.random.default_rng(66)
    found = score(rng.integers(2, 5, (12, 7)).tolist()).functions

    assert ("no_difference", ()) == (found.wording, found.questions)
    assert not found.profile.significant


@pytest.mark.parametrize("privacy", ["named", "anonymous"])
def test_one_person_each_is_heads_only(score, privacy):
    """One person per function gives views of heads: no test, no gap, whatever the distance."""
    rows = [[1] * 7, [5] * 7, [3] * 7, [2] * 7]
    found = score(rows, settings=Settings(mode="quick", privacy=privacy)).functions

    assert ("heads_only", None, ()) == (found.wording, found.profile, found.questions)
    assert found.between_share is None
    assert [privacy == "named"] * 4 == [function.shown for function in found.functions]


@pytest.mark.parametrize("functions", [["sales"], ["sales", "sales", "sales", "staff"]])
def test_nothing_to_compare(score, functions):
    """One function, or one against a single person, is not comparable."""
    found = score([[3] * 7] * 4, functions=functions).functions

    assert ("not_comparable", None) == (found.wording, found.profile)


def test_means_and_dont_know_by_function(score):
    """Each function shows its mean without its don't-knows, and their share."""
    rows = [[4, "dk", *[3] * 5], [2, "dk", *[3] * 5], [5, 5, *[3] * 4, "na"], [5, 4, *[3] * 4, "skip"]]
    sales, staff = score(rows, functions=["sales", "sales", "staff", "staff"]).functions.functions
    means, unknown = dict(sales.means), dict(sales.dont_know)

    assert ("sales", "staff", 2, 2) == (sales.id, staff.id, sales.n, staff.n)
    assert (3, None, 3) == (means["advocacy"], means["distinct"], means["access"])
    assert (0, 1) == (unknown["advocacy"], unknown["distinct"])
    assert (4.5, None, 0) == (
        dict(staff.means)["distinct"],
        dict(staff.means)["community"],
        dict(staff.dont_know)["community"],
    )


def test_order_of_the_catalogue(score, catalog):
    """Functions come in the order of the catalogue, only those that answered."""
    found = score([[3] * 7] * 3, functions=["staff", "sales", "marketing"]).functions
    order = [function.id for function in catalog.functions]

    assert sorted(["staff", "sales", "marketing"], key=order.index) == [
        function.id for function in found.functions
    ]


def test_function_that_knows_nothing(score):
    """A function in which nobody gave a level on any question stops the profile test, not the report."""
    rows = [["dk"] * 7] * 3 + [[3, 4, 2, 3, 4, 3, 2]] * 3
    found = score(rows, functions=["sales"] * 3 + ["staff"] * 3).functions

    assert "not_comparable" == found.wording
    assert {None} == set(dict(found.functions[0].means).values())
