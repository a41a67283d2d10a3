"""Answers of the same people say what drives the whole, and what punishes or rewards."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from scipy import stats

from cxmaturity.core.problems import InputError
from cxmaturity.journey.derived import Answers, drivers_of


def levels(values):
    """Return continuous values as levels from 1 to 5."""
    return np.clip(np.round(values), 1, 5)


def answers(x, y, **more):
    """Return answers to events a, b, c... ."""
    names = [chr(97 + k) if k < 26 else f"e{k}" for k in range(np.shape(x)[1])]
    return Answers(
        journey="j", events=names, rows=np.asarray(x).tolist(), overall=np.asarray(y).tolist(), **more
    )


def r2(x, y, chosen):
    """Return the R2 of a regression with intercept."""
    design = np.column_stack([np.ones(len(y)), *(x[:, k] for k in chosen)])
    rest = y - design @ np.linalg.lstsq(design, y, rcond=None)[0]
    return 1 - rest @ rest / ((y - y.mean()) ** 2).sum()


def test_shares_average_every_order_of_entry():
    """The shares are those of all 24 orders of entry of four correlated events, by regressions."""
    rng = np.random.default_rng(5)
    x = levels(3 + rng.multivariate_normal(np.zeros(4), 0.5 + 0.5 * np.eye(4), 300))
    y = x @ [1, 0.5, 0.2, 0] + rng.normal(0, 1, 300)
    added = np.zeros(4)
    for order in itertools.permutations(range(4)):
        for at, k in enumerate(order):
            added[k] += r2(x, y, order[: at + 1]) - r2(x, y, order[:at])

    found = drivers_of(answers(x, y))

    assert [found[name].share for name in "abcd"] == pytest.approx(added / added.sum(), abs=1e-9)


def test_unrelated_events_share_by_squared_correlation():
    """Above ten events: with uncorrelated columns relative weights are the squared correlations, in closed form."""
    columns = np.array(list(itertools.product([1, 5], repeat=11)), dtype=float)
    weights = np.arange(11, 0, -1)

    found = drivers_of(answers(columns, columns @ weights))

    assert [it.share for it in found.values()] == pytest.approx(weights**2 / (weights**2).sum())


def test_below_100_people_ranks_are_correlated():
    """With 60 people the share follows Spearman's coefficient, scipy's."""
    rng = np.random.default_rng(2)
    x = levels(rng.normal(3, 1, (60, 3)))
    y = levels(x[:, 0] + rng.normal(0, 1, 60))
    rho = np.array([stats.spearmanr(x[:, k], y).statistic ** 2 for k in range(3)])

    assert [it.share for it in drivers_of(answers(x, y)).values()] == pytest.approx(rho / rho.sum())


def test_penalty_and_reward_are_recovered():
    """A must-be costs 2 points when it fails and gives none; a delighter gives 2; a plain one does as much both ways."""
    rng = np.random.default_rng(9)
    x = rng.choice([1, 2, 3, 4, 5], (2000, 3))
    low, high = x <= 2, x == 5
    y = 6 - 2 * low[:, 0] + 2 * high[:, 1] + 1.0 * high[:, 2] - 1.0 * low[:, 2] + rng.normal(0, 1, 2000)

    must, delight, plain = drivers_of(answers(x, y)).values()

    assert (2, 0, 0, 2) == pytest.approx(
        (must.penalty, must.reward, delight.penalty, delight.reward), abs=0.2
    )
    assert must.asymmetry < -0.9 < 0.9 < delight.asymmetry
    assert (True, True, False) == (must.clear, delight.clear, plain.clear)
    assert abs(plain.asymmetry) < 0.2


def test_the_contrast_has_the_error_of_the_regression():
    """On one event the difference reward - penalty is clear exactly when a t test of the three groups says so."""
    rng = np.random.default_rng(4)
    agree = 0
    for _ in range(60):
        x = rng.choice([1, 3, 5], (90, 1))
        y = 5 + 0.5 * (x[:, 0] == 5) - 0.9 * (x[:, 0] == 1) + rng.normal(0, 1, 90)
        groups = [y[x[:, 0] == level] for level in (1, 3, 5)]
        within = sum(((group - group.mean()) ** 2).sum() for group in groups) / 87
        contrast = groups[2].mean() + groups[0].mean() - 2 * groups[1].mean()
        error = math.sqrt(within * (1 / len(groups[0]) + 4 / len(groups[1]) + 1 / len(groups[2])))
        found = drivers_of(answers(x, y))["a"]
        agree += found.clear == (abs(contrast / error) > stats.t.ppf(0.975, 87))

    assert agree == 60


def test_people_who_skipped_are_left_out_and_few_say_nothing():
    """Nine complete rows are none; a column that never varies drives nothing."""
    rng = np.random.default_rng(1)
    x = levels(rng.normal(3, 1, (12, 2))).tolist()
    y = rng.normal(5, 1, 12).tolist()
    skipped = [[None, b] if i < 3 else [a, b] for i, (a, b) in enumerate(x)]

    assert drivers_of(Answers(journey="j", events=["a", "b"], rows=skipped, overall=y)) == {}
    assert list(
        drivers_of(Answers(journey="j", events=["a", "b"], rows=[[3, b] for _, b in x], overall=y))
    ) == ["b"]


def test_ragged_answers_are_refused():
    """A row too short is a mistake, said in words."""
    with pytest.raises(InputError, match="each row needs 2 columns") as refused:
        Answers(journey="j", events=["a", "b"], rows=[[1]], overall=[3])

    assert refused.value.code == "journey.answers_ragged"


def test_a_must_be_becomes_a_reason(make, analysed):
    """With answers at hand importance is derived, and what only punishes is told as asymmetric."""
    rng = np.random.default_rng(9)
    x = rng.choice([1, 2, 3, 4, 5], (800, 5))
    y = 6 - 2 * (x[:, 0] <= 2) + 0.1 * x[:, 1:].sum(axis=1) + rng.normal(0, 1, 800)
    journey = make.journey([make.event(name, valence=0.5, importance=1 + (name == "e")) for name in "abcde"])

    first, *rest = analysed(journey, answers=[answers(x, y)]).journeys[0].events

    assert ["importance", "asymmetric"] == [reason.criterion for reason in first.reasons]
    assert first.moment
    assert not any(event.moment for event in rest)
