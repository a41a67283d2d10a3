"""Targets: SAMM's worked example, no credit for overshoot, and a scale that starts where nothing is done."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxmaturity.assessment.targets import gap_to_target, percent_to_target, read_targets
from cxmaturity.assessment.values import Settings, Target
from cxmaturity.core.problems import InputError, UnknownIdError

levels = st.floats(1, 5)


def test_samm_worked_example():
    """Targets 1 1 0 1 .5 0 and current .25 0 0 1 0 0 are at 1 - 2.25 / 3.5 = .357."""
    assert 1 - 2.25 / 3.5 == pytest.approx(percent_to_target([0.25, 0, 0, 1, 0, 0], [1, 1, 0, 1, 0.5, 0]))


@pytest.mark.parametrize(("level", "expected"), [(1, 0.0), (2, 1 / 3), (3, 2 / 3), (4, 1.0), (5, 1.0)])
def test_on_our_scale(level, expected):
    """With a target of 4 everywhere, level 1 is 0 % of the way and level 4 all of it."""
    assert expected == pytest.approx(percent_to_target([level] * 7, [4] * 7, origin=1))


@given(st.lists(st.tuples(levels, levels), min_size=1, max_size=7), st.integers(0, 6), st.floats(0, 2))
def test_overshoot_earns_nothing(pairs, position, extra):
    """Raising a question beyond its target never raises the percentage (goal M10)."""
    now, wanted = (np.array(side) for side in zip(*pairs, strict=True))
    position %= len(pairs)
    reached = now.copy()
    reached[position] = max(now[position], wanted[position])
    beyond = reached.copy()
    beyond[position] += extra

    assert percent_to_target(reached, wanted, origin=1) == percent_to_target(beyond, wanted, origin=1)


@given(st.lists(st.tuples(levels, levels), min_size=1, max_size=7), st.integers(0, 6), st.floats(0, 4))
def test_progress_never_lowers_it(pairs, position, step):
    """Raising any level never lowers the percentage, which stays in [0, 1]."""
    now, wanted = (np.array(side) for side in zip(*pairs, strict=True))
    better = now.copy()
    better[position % len(pairs)] += step
    before, after = (percent_to_target(side, wanted, origin=1) for side in (now, better))

    assert -1e-12 <= before <= after + 1e-12
    assert after <= 1


def test_unknown_levels_and_targets_leave():
    """A question without level or without target counts neither as reached nor as missed."""
    nan = float("nan")

    assert 0.5 == percent_to_target([2, nan, 5], [3, 4, nan], origin=1)
    assert percent_to_target([nan], [4], origin=1) is None
    assert percent_to_target([2], [nan], origin=1) is None


def test_target_at_the_origin_is_reached():
    """A target of level 1 asks for nothing: all of the way is done."""
    assert 1 == percent_to_target([1], [1], origin=1)


@pytest.mark.parametrize(
    ("level", "target", "gap"), [(2, 4, 2), (4, 4, 0), (5, 4, 0), (None, 4, None), (2, None, None)]
)
def test_gap(level, target, gap):
    """The gap is floored at 0 and unknown when level or target is."""
    assert gap == gap_to_target(level, target)


def test_result_carries_targets(score):
    """A target shows on its question with its date, its gap to the scored level, and on no other."""
    wanted = Target(question="trust", level=4, by=dt.date(2027, 12, 31))
    result = score([[3] * 7] * 3, targets=[wanted])
    other = result.dimension("access")

    assert (4, wanted.by, 1) == tuple(
        getattr(result.dimension("trust"), n) for n in ("target", "target_by", "gap")
    )
    assert (None, None, None) == (other.target, other.target_by, other.gap)
    assert 2 / 3 == pytest.approx(result.index.percent_to_target)


def test_gap_is_to_the_proven_level(score):
    """In a diagnostic without evidence the gap starts from 2, however high the declared level."""
    result = score([[5] * 7], targets=[Target(question="trust", level=4)], settings=Settings(privacy="named"))

    assert 2 == result.dimension("trust").gap


def test_no_target_no_percentage(score):
    """Without targets there is no percentage and no gap: nothing is assumed to be wanted."""
    result = score([[3] * 7])

    assert result.index.percent_to_target is None
    assert {None} == {dimension.gap for dimension in result.dimensions}


@pytest.mark.parametrize("level", [0, 0.9, 5.1, 40, float("nan")])
def test_target_off_the_scale(level, questions):
    """A target that is not between 1 and 5 is refused."""
    with pytest.raises(InputError) as caught:
        read_targets([Target(question="trust", level=level)], questions)

    assert "assessment.target_range" == caught.value.code


def test_two_targets_for_one_question(questions):
    """Two targets for a question are refused rather than one being chosen."""
    with pytest.raises(InputError) as caught:
        read_targets([Target(question="trust", level=3), Target(question="trust", level=4)], questions)

    assert "assessment.duplicate_target" == caught.value.code


def test_target_of_an_unknown_question(questions):
    """A misspelt question is refused with the nearest one."""
    with pytest.raises(UnknownIdError, match="'trust'"):
        read_targets([Target(question="trsut", level=3)], questions)
