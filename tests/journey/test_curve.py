"""The curve passes through what is known, stays on the scale, and is drawn as sure as its weaker end."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.interpolate import CubicSpline, PchipInterpolator

from cxmaturity.journey.curve import draw_curve, pchip_slopes
from cxmaturity.journey.results import EventResult
from cxmaturity.journey.values import GRADES

LEVELS = st.floats(-2, 2).map(lambda value: round(value, 3))
KNOWN = st.tuples(LEVELS, st.sampled_from(GRADES))


def results(points):
    """Return events from (valence, grade) or None."""
    return [
        EventResult(event=f"e{i}", stage="s", touchpoint="t", index=i)
        if point is None
        else EventResult(event=f"e{i}", stage="s", touchpoint="t", index=i, valence=point[0], grade=point[1])
        for i, point in enumerate(points)
    ]


@given(st.lists(st.none() | KNOWN, max_size=40))
def test_the_curve_keeps_to_what_is_known(points):
    """Every known point is on the curve, no point of it is off the scale or outside the two ends of its piece."""
    curve = draw_curve(results(points))
    known = {float(i): point[0] for i, point in enumerate(points) if point is not None}

    at_ends = {x: y for piece in curve for x, y in ((piece.x[0], piece.y[0]), (piece.x[-1], piece.y[-1]))}
    assert at_ends == (known if len(known) > 1 else {})
    for piece in curve:
        assert len(piece.x) == len(piece.y)
        assert all(a < b for a, b in zip(piece.x, piece.x[1:], strict=False))
        assert min(piece.y[0], piece.y[-1]) <= min(piece.y) <= max(piece.y) <= max(piece.y[0], piece.y[-1])


@given(st.lists(st.none() | KNOWN, max_size=40))
def test_a_piece_is_as_sure_as_its_weaker_end(points):
    """A piece bears the weaker grade of its ends, and is a hypothesis over events of which nothing is known."""
    for piece in draw_curve(results(points)):
        left, right = round(piece.x[0]), round(piece.x[-1])
        ends = [points[left][1], points[right][1]] + ["H"] * (right - left > 1)
        assert piece.grade == next(grade for grade in GRADES if grade in ends)


@given(
    st.lists(
        st.tuples(st.integers(1, 4), st.floats(-2, 2).map(lambda value: round(value, 2))),
        min_size=3,
        max_size=30,
    )
)
def test_the_curve_is_scipys_pchip(steps):
    """The curve is scipy's PCHIP, to the last digits that count."""
    x = np.cumsum([step for step, _ in steps]) - steps[0][0]
    points = [None] * (x[-1] + 1)
    for at, (_, level) in zip(x, steps, strict=True):
        points[at] = (level, "V")
    oracle = PchipInterpolator(x, [level for _, level in steps])

    for piece in draw_curve(results(points)):
        assert piece.y == pytest.approx(oracle(piece.x), abs=1e-9)


def test_a_cubic_spline_would_invent_emotions():
    """On the seven points of the reference a cubic spline leaves the scale at both ends; ours does not."""
    levels = [0, 1, 2, 2, -2, -2, 1]
    spline = CubicSpline(range(7), levels)(np.linspace(0, 6, 601))
    ours = [y for piece in draw_curve(results([(it, "V") for it in levels])) for y in piece.y]

    assert (-2.64, 2.48) == pytest.approx((spline.min(), spline.max()), abs=0.01)
    assert (-2, 2) == (min(ours), max(ours))


def test_two_points_make_a_straight_line():
    """Between two points alone nothing suggests a bend."""
    assert pchip_slopes([0, 2], [1, -1]) == [-1, -1]


@pytest.mark.parametrize("points", [[], [None, None], [None, (1.0, "V"), None]])
def test_less_than_two_known_points_make_no_curve(points):
    """One known point is a point, not a line through what nobody knows."""
    assert draw_curve(results(points)) == ()
