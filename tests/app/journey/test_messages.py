"""What a page may say to the map and to a seat: the tables hold, and nothing else passes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxmaturity.app.security_messages import Firewall, Widgets
from cxmaturity.app.server.policies import Policies
from cxmaturity.app.widgets.builder_messages import BENEFITS
from cxmaturity.app.widgets.journey_map_messages import (
    EVENTS,
    FIELDS,
    KINDS,
    SEAT_EVENTS,
    SEAT_KINDS,
)
from cxmaturity.app.widgets.messages import is_acceptable

MAP = "cxmaturity.app.widgets.journey_map.JourneyMap"
SEAT = "cxmaturity.app.widgets.journey_map_seat.WorkshopSeat"
KEY = "0123456789abcdef" * 2
GOOD = {
    "edit": {"at": "payer", "part": "satisfaction", "item": "m1", "field": "value", "text": "3,4"},
    "add": {"at": "payer", "part": "pains", "choice": "", "text": "Trop long"},
    "remove": {"at": "payer", "part": "opportunities", "item": "o-1"},
    "undo": {},
    "save": {},
    "reload": {},
    "open": {},
    "reveal": {},
    "import": {"text": "event;function;participant;expectation\r\npayer;sales;1;4\n"},
    "join": {"function": "sales", "key": KEY},
    "score": {"at": "payer", "aspect": "expectation", "level": 5},
    "leave": {},
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
    assert [kind] == [other for other in KINDS if EVENTS[other](message(kind), {})]


@pytest.mark.parametrize(
    "content",
    [
        None, [], "save", {}, {"kind": "save"}, {"kind": ["save"], "seq": 1}, {"kind": "eval", "seq": 1, "code": "1"},
        message("save", extra=1), message("save", seq=True), message("save", seq=-1), message("save", seq=1.0),
        message("edit", text=5), message("edit", text="x" * 1001), message("edit", text="a\x00b"),
        message("edit", text="\ud800"), message("edit", text="a\nb"), message("edit", part="__class__"),
        message("edit", field="sd"), message("edit", part="emotion"), message("edit", at="../../etc/passwd"),
        message("edit", at=""), message("edit", at="payer\n"), message("edit", item="a b"), message("edit", at=["a"]),
        message("add", part="emotion"), message("add", choice="A B"), message("remove", item=""),
        message("join", key="0" * 31), message("join", key=KEY.upper()), message("join", function="Ventes & co"),
        message("score", level=0), message("score", level=6), message("score", level=True), message("score", level=3.0),
        message("score", aspect="importance"), message("import", text="x" * 60_001), message("import", text="\x00"),
    ],
    ids=lambda content: str(content)[:60],
)  # fmt: skip
def test_everything_else_is_refused(content):
    """A wrong type, a missing or unknown field, an id that is none, a text too long or with controls: refused."""
    assert not is_acceptable(content, EVENTS)


@given(JSON)
def test_no_value_at_all_raises_or_passes(content):
    """Any JSON value is refused without raising (a good message is not drawn by chance)."""
    assert is_acceptable(content, EVENTS) is False
    assert is_acceptable(content, SEAT_EVENTS) is False


@pytest.mark.parametrize("kind", sorted(set(KINDS) - set(SEAT_KINDS)))
def test_a_seat_has_no_word_for_anything_but_its_own_scores(kind):
    """No edit, no save, no reveal: the firewall of a participant's page does not know these messages at all."""
    policies = Policies()

    assert kind not in policies[SEAT].events
    assert not is_acceptable(message(kind), SEAT_EVENTS)
    assert set(policies[SEAT].fields) == {"language"}
    assert policies[SEAT].events.keys() == SEAT_EVENTS.keys() == {"join", "score", "leave"}


def test_the_firewall_reads_the_table_of_the_map():
    """What the server lets pass to the map is what the widget takes: five plain fields, and the table."""
    policy = Policies()[MAP]

    assert policy.events == EVENTS
    assert set(policy.fields) == {"language", "selected", "filters", "journey", "persona"}
    assert not policy.fields["selected"]("x" * 500, {})
    assert not policy.fields["filters"]({"family": ["x" * 9000]}, {})


@pytest.mark.parametrize(("identity", "kinds"), [(MAP, KINDS), (SEAT, SEAT_KINDS)])
def test_the_messages_of_a_page_pass_the_server_s_firewall(identity, kinds):
    """Each message of the table, as it comes through the websocket, passes; one with a field more does not."""
    model = "0" * 32
    widgets = Widgets(policies=Policies())
    widgets.learn(model, "AnyModel", {"_anywidget_id": identity})
    widgets.show(f'"model_id": "{model}"')
    firewall = Firewall(widgets)

    def sent(content):
        data = {"method": "custom", "content": content}
        return firewall.incoming(
            "shell", {"header": {"msg_type": "comm_msg"}, "content": {"comm_id": model, "data": data}}
        )

    for kind in kinds:
        assert sent(message(kind)) is None, kind
        assert sent(message(kind, more=1)) is not None, kind


def test_the_parts_that_may_be_edited_are_parts_of_an_event():
    """Each field of the table is a field of the value that holds it; the benefits are those of the catalogue."""
    import attrs

    from cxmaturity.files import load_catalog
    from cxmaturity.journey import values

    kinds = {
        "satisfaction": values.Measure, "expectation": values.Expectation, "emotion": values.Emotion,
        "pains": values.Pain, "opportunities": values.Opportunity,
    }  # fmt: skip

    for part, names in FIELDS.items():
        assert set(names) <= {field.name for field in attrs.fields(kinds[part])}
        assert part in {field.name for field in attrs.fields(values.Event)}
    assert set(BENEFITS) == {benefit.id for benefit in load_catalog().benefits}
