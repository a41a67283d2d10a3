"""How an actual journey departs from the planned one."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxmaturity.journey.deviations import _in_order
from cxmaturity.journey.values import Pain, Words


def lived(make, analysed, planned, actual):
    """Return the deviations of an actual journey from a planned one, each a list of events."""
    design = make.journey(planned, name="designed", kind="planned")
    journey = make.journey(actual, name="lived", compared_with="designed")
    return [(it.kind, it.event) for it in analysed(design, journey).of("lived").deviations]


def test_the_broadband_example(make, analysed):
    """The four kinds of Halvorsrud et al. on a broadband order: each is told once, with its event."""
    names = ("order", "letter", "date", "parcel", "install", "invoice")
    planned = [make.event(f"p-{name}", touchpoint=name) for name in names]
    actual = [
        make.event("order", touchpoint="order"),
        make.event("letter", touchpoint="letter"),
        make.event("call"),
        make.event("invoice", touchpoint="invoice"),
        make.event("parcel", touchpoint="parcel"),
        make.event(
            "install", touchpoint="install", valence=-2, pains=[Pain(id="x", text=Words("no signal"))]
        ),
    ]

    assert lived(make, analysed, planned, actual) == [
        ("ad_hoc", "call"),
        ("wrong_sequence", "invoice"),
        ("failed", "install"),
        ("missing", "p-date"),
    ]


def test_the_same_action_by_the_same_channel_is_the_same_event(make, analysed):
    """Without touchpoints the words and the channel join the two; case and spaces do not matter."""
    planned = [make.event("p", action=Words("Orders  online"))]

    assert lived(make, analysed, planned, [make.event("a", action=Words("orders online"))]) == []
    assert lived(
        make, analysed, planned, [make.event("a", action=Words("orders online"), channel="phone")]
    ) == [
        ("ad_hoc", "a"),
        ("missing", "p"),
    ]


@pytest.mark.parametrize(
    ("more", "failed"),
    [
        ({"drop_off": 0.5}, True),
        ({"drop_off": 0.4}, False),
        ({"valence": -1.5}, False),
        ({"valence": -1.5, "pains": [Pain(id="x", text=Words("x"))]}, True),
    ],
)
def test_failed_says_why(make, analysed, more, failed):
    """Half of the customers leave, or they feel bad and say why: a bad mood alone is no failure."""
    planned = [make.event("p", touchpoint="t")]

    assert (
        ("failed", "a") in lived(make, analysed, planned, [make.event("a", touchpoint="t", **more)])
    ) is failed


def test_only_an_actual_journey_beside_a_planned_one_deviates(make, analysed):
    """A to-be beside its as-is is a project, not a deviation."""
    as_is = make.journey([make.event("a")], name="now")
    to_be = make.journey([make.event("b")], name="later", state="to_be", compared_with="now")
    lost = make.journey([make.event("c")], name="lost", compared_with="nowhere")

    assert [it.deviations for it in analysed(as_is, to_be, lost).journeys] == [(), (), ()]


@given(st.permutations(range(7)))
def test_the_fewest_events_are_out_of_sequence(order):
    """What is kept in order rises, and no larger choice of events does (all 128 subsets tried)."""
    kept = [it for it in order if it in _in_order(order)]
    longest = max(
        len(chosen)
        for size in range(8)
        for chosen in itertools.combinations(order, size)
        if list(chosen) == sorted(chosen)
    )

    assert (kept, len(kept)) == (sorted(kept), longest)
