"""Answers as they come from outside: read strictly, and never with an exception of another kind."""

from __future__ import annotations

import contextlib
import datetime as dt
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxmaturity.app.server import wire
from cxmaturity.app.server.refused import Refused
from cxmaturity.assessment.values import Answer
from cxmaturity.core.problems import InputError
from cxmaturity.store.values import Progress, Saved

NOW = dt.datetime(2026, 11, 22, 9, tzinfo=dt.UTC)
GOOD = {"question": "trust", "state": "level", "level": 3, "device": "d1", "sequence": 4}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=12,
)


def test_an_event_becomes_an_answer():
    """Every field arrives where it belongs; what is absent is empty."""
    told = {
        **GOOD,
        "sentence": "Yes.",
        "criteria": ["trust.a"],
        "lead": "CRM",
        "base": 2,
        "made_at": "2026-11-22T09:00:00Z",
    }

    (event,) = wire.read_events(json.dumps({"events": [told]}).encode())

    assert Answer(state="level", level=3, sentence="Yes.", criteria=("trust.a",)) == event.answer
    assert ("trust", "d1", 4, 2, "CRM", NOW) == (
        event.question, event.device, event.sequence, event.base, event.lead, event.made_at,
    )  # fmt: skip


def test_a_device_with_a_mad_clock_is_not_refused():
    """A time that is no time is left out; the answer counts."""
    (event,) = wire.read_events(json.dumps({"events": [{**GOOD, "made_at": "yesterday"}]}).encode())

    assert event.made_at is None


@given(st.binary(max_size=200) | JSON.map(lambda value: json.dumps(value).encode()))
def test_any_body_is_read_or_refused(body):
    """Whatever bytes come, the only outcomes are answers or a refusal."""
    with contextlib.suppress(Refused, InputError):
        wire.read_events(body)


@given(
    st.dictionaries(
        st.sampled_from([*GOOD, "reason", "sentence", "criteria", "lead", "base", "made_at", "x"]), JSON
    )
)
def test_any_event_is_read_or_refused(change):
    """Whatever a field holds, the only outcomes are an answer or a refusal."""
    with contextlib.suppress(Refused, InputError):
        wire.read_events(json.dumps({"events": [{**GOOD, **change}]}).encode())


def test_a_plain_form_sends_only_what_changed(catalog):
    """An answer equal to the one saved makes no event; another choice makes one with the revision that was seen."""
    saved = Saved(
        question="advocacy", revision=3, answer=Answer(state="level", level=2), lead="", saved_at=NOW
    )
    progress = Progress(respondent="r", function=None, answers=(saved,))
    second = catalog.questions[1].id
    fields = {"advocacy.choice": ["2"], f"{second}.choice": ["not_applicable"], f"{second}.reason": ["No shops"],
              f"{second}.base": ["7"], "function": ["marketing"]}  # fmt: skip

    events, function = wire.read_form(fields, progress, catalog, now=NOW)

    assert "marketing" == function
    assert [(second, Answer(state="not_applicable", reason="No shops"), 7)] == [
        (event.question, event.answer, event.base) for event in events
    ]


def test_a_plain_form_with_a_choice_that_does_not_exist_is_refused(catalog):
    """A choice of one's own making is refused."""
    progress = Progress(respondent="r", function=None, answers=())
    with pytest.raises(Refused):
        wire.read_form({"advocacy.choice": ["6"]}, progress, catalog, now=NOW)
