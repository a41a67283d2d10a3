"""What a page may say to the builder: the table holds, and nothing else passes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxmaturity.app.widgets.builder_fields import form_of
from cxmaturity.app.widgets.builder_messages import BENEFITS, EVENTS, KINDS, PATH
from cxmaturity.app.widgets.messages import is_acceptable
from cxmaturity.business_case.inputs import MOVES

GOOD = {
    "figure": {"path": "levers.retention.attribution", "part": "mode", "text": "60 %"},
    "step": {"path": "costs.0.initial", "part": "value", "up": True},
    "range": {"path": "baseline.consumers.count", "on": True},
    "goal": {"id": "retention", "on": False},
    "cost": {"action": "add", "line": 0},
    "undo": {},
    "save": {},
    "reload": {},
    "produce": {"formats": ["html", "pdf"], "languages": ["fr"]},
    "stop": {},
    "file": {"index": 0},
}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


def message(kind, **changes):
    """Return a good message, with some fields changed."""
    return {"kind": kind, "seq": 1, **GOOD[kind], **changes}


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_each_kind_has_a_good_message(kind):
    """Every kind of the table is met by a message that the page sends, through both doors."""
    assert set(GOOD) == set(KINDS)
    assert is_acceptable(message(kind), EVENTS)
    assert EVENTS[kind](message(kind), {})
    assert not any(EVENTS[other](message(kind), {}) for other in KINDS if other != kind)


@pytest.mark.parametrize(
    "content",
    [
        None, [], "save", {}, {"kind": "save"}, {"kind": ["save"], "seq": 1}, {"kind": "eval", "seq": 1, "code": "1"},
        message("save", extra=1), message("save", seq=True), message("save", seq=-1), message("save", seq=1.0),
        message("figure", text=5), message("figure", text="x" * 1001), message("figure", text="a\x00b"),
        message("figure", text="\ud800"), message("figure", text="a\nb"), message("figure", part="__class__"),
        message("figure", path="levers.retention"), message("figure", path="../../etc/passwd"),
        message("figure", path="baseline.consumers.count\n"), message("figure", path="costs.-1.initial"),
        message("figure", path="costs.٣.initial"), message("figure", path=["costs"]), message("figure", path="privacy.mode"),
        message("step", up=1), message("step", part="source"), message("goal", id="__init__"), message("goal", on="yes"),
        message("cost", action="drop"), message("cost", line=10**6), message("cost", line=True), message("file", index=-1),
        message("produce", formats=[]), message("produce", formats=["html", "html"]), message("produce", formats=["exe"]),
        message("produce", languages=["de"]), message("produce", languages="fr"), message("produce", formats=[["html"]]),
    ],
    ids=lambda content: str(content)[:60],
)  # fmt: skip
def test_everything_else_is_refused(content):
    """A wrong type, a missing or unknown field, a path outside the case, a text too long or with controls: refused."""
    assert not is_acceptable(content, EVENTS)


@given(JSON)
def test_no_value_at_all_raises_or_passes(content):
    """Any JSON value is refused without raising (a good message is not drawn by chance)."""
    assert is_acceptable(content, EVENTS) is False


@given(st.from_regex(PATH, fullmatch=True))
def test_a_path_that_passes_is_looked_up_before_it_is_used(path):
    """The table lets only paths of a case pass; what no catalogue knows has no form, and is not written."""
    assert form_of(path) is None or path.split(".")[0] in ("baseline", "levers", "costs", "finance")


def test_the_benefits_are_those_of_the_engine():
    """The list that the firewall reads is the engine's."""
    assert set(BENEFITS) == set(MOVES)
