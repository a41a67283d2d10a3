"""The stage as a gate, and its probability."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxmaturity.assessment.stage import build_stage, stages

NO_CAP = np.full(7, np.nan)
profiles = st.lists(st.one_of(st.just(float("nan")), st.floats(1, 5)), min_size=7, max_size=7)


def slow_stage(levels: list[float]) -> int:
    """Return the stage, said the long way."""
    known = [level for level in levels if not math.isnan(level)]
    if not known:
        return 0
    best = 0
    for stage in (1, 2, 3, 4, 5):
        at_least = sum(level >= stage - 1e-9 for level in known)
        if 7 * at_least >= 5 * len(known) and all(level >= stage - 1 - 1e-9 for level in known):
            best = stage
    return best


@given(profiles)
def test_rule_written_twice(levels):
    """The stage equals a second writing of the rule, with any questions missing."""
    assert slow_stage(levels) == int(stages(np.array(levels)))


def test_every_whole_profile():
    """All 78 125 profiles of whole levels get the stage that the long rule gives."""
    table = np.array(list(itertools.product(range(1, 6), repeat=7)), dtype=float)
    sample = table[::37]

    assert [slow_stage(row) for row in sample.tolist()] == stages(sample).tolist()
    assert {1, 2, 3, 4, 5} == set(stages(table).tolist())


@pytest.mark.parametrize(
    ("levels", "stage"),
    [
        ([4] * 5 + [3, 3], 4),
        ([4] * 4 + [3] * 3, 3),
        ([4] * 6 + [2], 3),
        ([5] * 7, 5),
        ([5] * 5 + [4, 4], 5),
        ([5] * 6 + [3], 4),
        ([1] * 7, 1),
        ([2.9999999999] * 7, 3),
    ],
)
def test_gate(levels, stage):
    """Five in seven at the stage and none two below: strength elsewhere does not open the gate."""
    assert stage == int(stages(np.array(levels, dtype=float)))


@pytest.mark.parametrize(("assessed", "needed"), [(7, 5), (6, 5), (5, 4), (4, 3), (3, 3), (2, 2), (1, 1)])
def test_scaled_when_not_applicable(assessed, needed):
    """With fewer questions assessed, 5 in 7 is scaled and rounded up."""
    missing = [float("nan")] * (7 - assessed)
    enough = np.array([4.0] * needed + [3.0] * (assessed - needed) + missing)
    short = np.array([4.0] * (needed - 1) + [3.0] * (assessed - needed + 1) + missing)

    assert (4, 3) == (int(stages(enough)), int(stages(short)))


def test_one_person_flips_labels_as_published(score):
    """A single view at 4 4 4 3 4 4 4 is stage 4 with probability .57 and stage 3 with .43."""
    stage = score([[4, 4, 4, 3, 4, 4, 4]]).stage

    assert 4 == stage.level
    assert (0.57, 0.43) == pytest.approx((stage.probabilities[3], stage.probabilities[2]), abs=0.02)


def test_one_person_exactly():
    """For one person the probabilities agree with adding up all 3^7 ways of being one level off."""
    from cxmaturity.assessment.panel import Panel

    levels = np.array([[3, 4, 2, 3, 4, 3, 5]], dtype=float)
    panel = Panel(
        questions=tuple("abcdefg"),
        respondents=("r",),
        functions=("x",),
        levels=levels,
        states=np.zeros((1, 7), dtype=int),
    )
    shifts = np.array(list(itertools.product((-1, 0, 1), repeat=7)))
    weight = np.prod(np.where(shifts == 0, 0.6, 0.2), axis=1)
    exact = np.bincount(stages(np.clip(levels + shifts, 1, 5)), weights=weight, minlength=6)[1:]
    found = build_stage(panel, NO_CAP, rng=np.random.default_rng(40)).probabilities

    assert exact == pytest.approx(found, abs=0.03)


@given(
    st.lists(st.lists(st.integers(1, 5), min_size=7, max_size=7), min_size=1, max_size=8),
    st.integers(0, 2**32 - 1),
)
def test_probabilities_add_up(rows, seed):
    """Five probabilities, none negative, adding up to 1, the same for the same seed."""
    from cxmaturity.assessment.panel import Panel

    table = np.array(rows, dtype=float)
    panel = Panel(
        questions=tuple("abcdefg"),
        respondents=tuple(map(str, range(len(rows)))),
        functions=("x",) * len(rows),
        levels=table,
        states=np.zeros(table.shape, dtype=int),
    )
    one, again = (build_stage(panel, NO_CAP, rng=np.random.default_rng(seed)) for _ in range(2))

    assert one == again
    assert 5 == len(one.probabilities)
    assert 1 == pytest.approx(sum(one.probabilities))
    assert min(one.probabilities) >= 0


def test_nothing_assessed(score):
    """Without any level there is no stage and no probability."""
    stage = score([["dk"] * 7] * 3).stage

    assert (None, ()) == (stage.level, stage.probabilities)


def test_more_people_make_it_surer(score):
    """The same mean profile is placed more surely by twelve people than by three."""
    rows = [[3, 4, 3, 3, 4, 3, 3], [4, 3, 3, 4, 3, 3, 4], [3, 3, 4, 4, 3, 4, 3]]
    few, many = score(rows).stage, score(rows * 4).stage

    assert few.level == many.level == 3
    assert few.probabilities[2] < many.probabilities[2]


def test_caps_hold_the_stage(score):
    """Without evidence no draw of a diagnostic goes beyond stage 2, however high people say they are."""
    from cxmaturity.assessment.values import Settings

    stage = score([[5] * 7] * 4, settings=Settings(privacy="named")).stage

    assert (2, (0, 1, 0, 0, 0)) == (stage.level, stage.probabilities)


@pytest.mark.slow
def test_probabilities_are_calibrated(noisy_panels, panel_of):
    """A stage given a probability of about p is the true one about p of the time (5 raters)."""
    rng = np.random.default_rng(41)
    said, happened = [], []
    for number, truth in enumerate(rng.uniform(1.8, 4.6, 500)):
        profile = np.clip(truth + rng.normal(0, 0.35, 7), 1, 5)
        table = noisy_panels(profile, 5, 1, seed=100 + number)[0]
        result = build_stage(panel_of(table), NO_CAP, rng=np.random.default_rng(number))
        said.append(result.probabilities)
        happened.append(np.eye(5)[int(stages(profile)) - 1])
    said, happened = np.array(said), np.array(happened)
    for low, high in ((0.05, 0.35), (0.35, 0.65), (0.65, 0.95)):
        inside = (said >= low) & (said < high)

        assert said[inside].mean() == pytest.approx(happened[inside].mean(), abs=0.12)
