"""Edits of one touchpoint: what is understood is taken, what cannot be changes nothing, whatever the language."""

from __future__ import annotations

import datetime as dt

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxmaturity.app.widgets.journey_map_edit import Box, Wrong, added, edited, find, removed
from cxmaturity.app.widgets.journey_map_messages import FIELDS, LISTS
from cxmaturity.journey.values import (
    SCALES,
    Atlas,
    Emotion,
    Event,
    Journey,
    Measure,
    Opportunity,
    Pain,
    Stage,
    Words,
)

TODAY = dt.date(2026, 11, 22)


@pytest.fixture
def atlas():
    """Return one journey of two events, the first with something of everything."""
    pay = Event(
        id="pay",
        by="customer",
        action=Words(en="Pays", fr="Paie"),
        channel="website",
        satisfaction=[
            Measure(
                id="m1", metric="csat5", value=3.4, n=212, sd=1.1, date=dt.date(2026, 6, 30), kind="survey"
            ),
            Measure(id="m2", metric="csat5", value=3.0, n=4, counts=[0, 1, 2, 1, 0]),
            Measure(id="m3", metric="nps", value=-20),
        ],
        emotion=Emotion(valence=-0.5, intensity=2, word=Words(fr="doute")),
        pains=[Pain(id="p1", text=Words(en="Slow"))],
        opportunities=[Opportunity(id="o1", text=Words(en="Faster"), feedback=["p1", "m1"])],
    )
    stages = [
        Stage(id="order", name=Words(en="Order"), lifecycle="purchase", events=[pay]),
        Stage(
            id="wait",
            name=Words(en="Wait"),
            lifecycle="use",
            events=[Event(id="wait", by="brand", action=Words(en="Waits"), channel="store")],
        ),
    ]
    return Atlas(
        client="Acme", language="en", journeys=[Journey(id="buy", title=Words(en="Buy"), stages=stages)]
    )


def at(atlas, event="pay"):
    """Return an event."""
    return find(atlas, event).event


def edit(atlas, box, text):
    """Edit one box of the first event, in French."""
    return edited(atlas, Box("pay", *box), text, language="fr", today=TODAY)


@pytest.mark.parametrize(
    ("box", "text", "read"),
    [
        (("satisfaction", "m1", "value"), "2,5", lambda it: it.satisfaction[0].value == 2.5),
        (("satisfaction", "m3", "value"), "−35", lambda it: it.satisfaction[2].value == -35),
        (("satisfaction", "m1", "n"), "1 200", lambda it: it.satisfaction[0].n == 1200),
        (("satisfaction", "m1", "n"), "", lambda it: it.satisfaction[0].n is None),
        (("satisfaction", "m1", "date"), "2026-11-22", lambda it: it.satisfaction[0].date == TODAY),
        (("satisfaction", "m1", "kind"), "complaints", lambda it: it.satisfaction[0].kind == "complaints"),
        (("satisfaction", "m1", "source"), "<b>X</b>", lambda it: it.satisfaction[0].source.fr == "<b>X</b>"),
        (("expectation", "", "level"), "4", lambda it: it.expectation.level == 4),
        (("emotion", "", "valence"), "-1,5", lambda it: it.emotion.valence == -1.5),
        (("emotion", "", "intensity"), "5", lambda it: it.emotion.intensity == 5),
        (("emotion", "", "word"), "colère", lambda it: it.emotion.word == Words(fr="colère")),
        (("pains", "p1", "text"), "Lent", lambda it: it.pains[0].text == Words(en="Slow", fr="Lent")),
        (("opportunities", "o1", "effort"), "3", lambda it: it.opportunities[0].effort == 3),
        (("opportunities", "o1", "kpi"), "retention", lambda it: it.opportunities[0].kpi == "retention"),
    ],
)  # fmt: skip
def test_what_is_typed_is_taken(atlas, box, text, read):
    """A French figure, a date, a word, a choice: the field has it, and nothing else of the atlas moved."""
    new = edit(atlas, box, text)
    part = box[0]

    assert read(at(new))
    assert at(new, "wait") is at(atlas, "wait")
    assert attrs.evolve(at(new), **{part: getattr(at(atlas), part)}) == at(atlas)


@pytest.mark.parametrize(
    ("box", "text", "wrong"),
    [
        (("satisfaction", "m1", "value"), "beaucoup", Wrong("number")),
        (("satisfaction", "m1", "value"), "5,1", Wrong("scale", 1, 5)),
        (("satisfaction", "m1", "value"), "", Wrong("empty")),
        (("satisfaction", "m1", "metric"), "nps", None),
        (("satisfaction", "m3", "metric"), "csat5", Wrong("scale", 1, 5)),
        (("satisfaction", "m1", "metric"), "stars", Wrong("choice")),
        (("satisfaction", "m2", "value"), "4", Wrong("counted")),
        (("satisfaction", "m2", "value"), "3", None),
        (("satisfaction", "m1", "n"), "2,5", Wrong("number")),
        (("satisfaction", "m1", "n"), "0", Wrong("scale", 1, 10**9)),
        (("satisfaction", "m1", "date"), "22/11/2026", Wrong("date")),
        (("satisfaction", "m1", "date"), "2026-11-23", Wrong("date")),
        (("emotion", "", "valence"), "2,01", Wrong("scale", -2, 2)),
        (("emotion", "", "intensity"), "1,5", Wrong("number")),
        (("pains", "p1", "text"), "  ", Wrong("empty")),
        (("opportunities", "o1", "kpi"), "fame", Wrong("choice")),
        (("pains", "p9", "text"), "x", Wrong("gone")),
        (("emotion", "p1", "word"), "x", Wrong("gone")),
    ],
)  # fmt: skip
def test_what_cannot_be_is_said(atlas, box, text, wrong):
    """Off its scale, no number, no day of the past, beside the answers it was counted from: a reason, no change."""
    new = edit(atlas, box, text)

    if wrong is None:
        assert isinstance(new, Atlas)
    else:
        assert new == wrong


@given(part=st.sampled_from(sorted(FIELDS)), data=st.data(), text=st.text(max_size=30))
def test_no_text_breaks_a_map(part, data, text):
    """Whatever is typed in whatever box, the result is a reason or an atlas whose numbers lie on their scales."""
    measure = Measure(id="m1", metric="csat5", value=3.4)
    pay = Event(
        id="pay",
        by="customer",
        action=Words(en="Pays"),
        channel="website",
        satisfaction=[measure],
        pains=[Pain(id="p1", text=Words(en="Slow"))],
        opportunities=[Opportunity(id="o1", text=Words(en="x"))],
    )
    stage = Stage(id="order", name=Words(en="Order"), lifecycle="purchase", events=[pay])
    whole = Atlas(
        client="A", language="en", journeys=[Journey(id="buy", title=Words(en="Buy"), stages=[stage])]
    )
    item = {"satisfaction": "m1", "pains": "p1", "opportunities": "o1"}.get(part, "")

    new = edit(whole, (part, item, data.draw(st.sampled_from(FIELDS[part]))), text)

    if isinstance(new, Atlas):
        event = at(new)
        for one in event.satisfaction:
            assert SCALES[one.metric][0] <= one.value <= SCALES[one.metric][1]
        assert event.emotion.valence is None or -2 <= event.emotion.valence <= 2
        assert event.expectation.level is None or 1 <= event.expectation.level <= 5
        assert all(pain.text for pain in event.pains)


def test_what_is_added_says_that_a_workshop_said_it(atlas):
    """A measure, a pain and an opportunity typed now: dated today, of a workshop, with an id that nothing has."""
    new = added(atlas, "pay", "satisfaction", "-1,5", choice="expert", language="fr", today=TODAY)
    new = added(new, "pay", "pains", "Deux codes", choice="", language="fr", today=TODAY)
    new = added(new, "wait", "opportunities", "Prévenir", choice="", language="fr", today=TODAY)

    measure = at(new).satisfaction[-1]
    assert (measure.metric, measure.value, measure.kind, measure.date) == ("expert", -1.5, "workshop", TODAY)
    assert at(new).pains[-1].text == Words(fr="Deux codes")
    held = [getattr(at(new, event), part) for event in ("pay", "wait") for part in LISTS]
    ids = [one.id for items in held for one in items]
    assert len(ids) == len(set(ids)) == 8
    assert added(atlas, "pay", "pains", " ", choice="", language="fr", today=TODAY) == Wrong("empty")
    assert added(atlas, "pay", "satisfaction", "3", choice="stars", language="fr", today=TODAY) == Wrong(
        "choice"
    )
    assert added(atlas, "nowhere", "pains", "x", choice="", language="fr", today=TODAY) == Wrong("gone")


def test_what_is_taken_out_is_pointed_at_no_more(atlas):
    """A pain removed leaves the feedback of the opportunity that rested on it."""
    new = removed(atlas, "pay", "pains", "p1")

    assert at(new).pains == ()
    assert at(new).opportunities[0].feedback == ("m1",)
    assert removed(atlas, "pay", "pains", "p2") == Wrong("gone")
    assert removed(atlas, "pay", "emotion", "") == Wrong("gone")
