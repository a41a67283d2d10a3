"""Where a label stands: never on a curve when a side of its point is free."""

from __future__ import annotations

from itertools import pairwise

import pytest

from cxmaturity.reporting.deck.label_places import label_places

ROOM = (0.0, 0.0, 500.0, 300.0)
AXIS = ((0.0, 295.0), (500.0, 295.0))
SIZE = (30.0, 14.0)


def placed(points, **more):
    """Return the side of each label of one line through the points."""
    given = {
        "lines": list(pairwise(points)),
        "marks": [],
        "axis": AXIS,
        "room": ROOM,
    } | more
    return label_places(points, [SIZE] * len(points), **given)


@pytest.mark.parametrize(
    ("points", "side"),
    [
        ([(100, 100), (250, 200), (400, 100)], "below"),
        ([(100, 200), (250, 100), (400, 200)], "above"),
        ([(240, 280), (250, 150), (260, 20)], "left"),
        ([(100, 190), (250, 180), (300, 40)], "below"),
    ],
    ids=["valley", "peak", "steep rise", "flat, then steep"],
)
def test_a_label_stands_where_the_curve_is_not(points, side):
    """Under a valley, on a peak, beside a steep rise, under a bend upwards."""
    assert placed(points)[1] == side


def test_a_label_stays_in_its_room_and_off_the_marks():
    """At the top of the chart it cannot stand above; where a mark is, it does not stand either."""
    assert placed([(100, 5), (250, 5), (400, 5)])[1] == "below"
    assert placed([(100, 150), (250, 150), (400, 150)], marks=[(250, 136)])[1] == "below"


def test_the_line_of_zero_is_left_free_when_it_can_be():
    """A point just under zero has its label under it, not on the line; nothing else decides."""
    assert placed([(100, 160), (250, 160), (400, 160)], axis=((0, 148), (500, 148)))[1] == "below"
