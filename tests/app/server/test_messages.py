"""The firewall of messages, without sockets: what the kernel says is trimmed to what is on screen."""

from __future__ import annotations

import pytest

from cxmaturity.app.security_fields import IPYWIDGETS, index, number, one_of, plain, record, text
from cxmaturity.app.security_messages import MODELS_AT_MOST, Firewall, Widgets
from cxmaturity.app.server.policies import Policies

A, B, C, D = ("a" * 32, "b" * 32, "c" * 32, "d" * 32)
CONTROL = "e" * 32


def message(kind, content, buffers=()):
    """Return a message as the protocol names its parts."""
    return {
        "header": {"msg_type": kind},
        "parent_header": {},
        "metadata": {},
        "content": content,
        "buffers": list(buffers),
    }


def opened(comm, name, **state):
    """Return the message by which a kernel makes a widget."""
    data = {"state": {"_model_name": name, **state}}
    return message("comm_open", {"comm_id": comm, "target_name": "jupyter.widget", "data": data})


def updated(comm, **state):
    """Return the message by which a kernel changes a widget."""
    return message("comm_msg", {"comm_id": comm, "data": {"method": "update", "state": state}})


def click(comm):
    """Return the message of a browser that presses a button."""
    return message("comm_msg", {"comm_id": comm, "data": {"method": "custom", "content": {"event": "click"}}})


@pytest.fixture
def firewall() -> Firewall:
    """Return a firewall for a page that shows one box, A."""
    widgets = Widgets()
    widgets.show(f'{{"application/vnd.jupyter.widget-view+json": {{"model_id": "{A}", "version_major": 2}}}}')
    widgets.learn(A, "VBoxModel", {"children": []})
    return Firewall(widgets)


def test_a_widget_waits_until_it_is_on_screen(firewall):
    """A widget made off screen is not told about; when a box takes it in, it comes first, its changes after it."""
    made, changed, taken = (
        opened(B, "ButtonModel"),
        updated(B, description="go"),
        updated(A, children=[f"IPY_MODEL_{B}"]),
    )

    assert ((), ()) == (firewall.outgoing(made), firewall.outgoing(changed))
    assert "widget.not_on_screen" == firewall.incoming("shell", click(B)).what
    assert (made, changed, taken) == firewall.outgoing(taken)
    assert firewall.incoming("shell", click(B)) is None


def test_a_widget_taken_off_the_screen_cannot_be_pressed(firewall):
    """When its box lets it go, a widget is off screen again."""
    firewall.outgoing(opened(B, "ButtonModel"))
    firewall.outgoing(updated(A, children=[f"IPY_MODEL_{B}"]))
    firewall.outgoing(updated(A, children=[]))

    assert "widget.not_on_screen" == firewall.incoming("shell", click(B)).what


def test_the_children_of_a_hidden_box_are_hidden(firewall):
    """A button in a box that is not displayed cannot be pressed; displayed again, it can."""
    firewall.outgoing(opened(D, "LayoutModel", display="none"))
    firewall.outgoing(opened(B, "ButtonModel"))
    firewall.outgoing(updated(A, children=[f"IPY_MODEL_{B}"], layout=f"IPY_MODEL_{D}"))

    assert "widget.not_on_screen" == firewall.incoming("shell", click(B)).what
    firewall.outgoing(updated(D, display=None))
    assert firewall.incoming("shell", click(B)) is None


def test_the_dump_of_states_is_trimmed_with_its_buffers(firewall):
    """Of all widgets only those on screen are told, and each keeps its own binary parts."""
    opening = {"comm_id": CONTROL, "target_name": "jupyter.widget.control", "data": {}}
    assert firewall.incoming("shell", message("comm_open", opening)) is None
    states = {A: {"model_name": "VBoxModel", "state": {"children": [f"IPY_MODEL_{B}"]}},
              B: {"model_name": "LabelModel", "state": {"value": "shown"}},
              C: {"model_name": "LabelModel", "state": {"value": "secret"}}}  # fmt: skip
    data = {
        "method": "update_states",
        "states": states,
        "buffer_paths": [[C, "state", "x"], [B, "state", "y"]],
    }

    (told,) = firewall.outgoing(message("comm_msg", {"comm_id": CONTROL, "data": data}, [b"C", b"B"]))

    assert {A, B} == told["content"]["data"]["states"].keys()
    assert ([[B, "state", "y"]], [b"B"]) == (told["content"]["data"]["buffer_paths"], told["buffers"])


@pytest.mark.parametrize(
    "kind",
    ["error", "stream", "execute_input", "execute_result", "execute_reply", "inspect_reply", "history_reply"],
)
def test_what_a_kernel_prints_stays_on_the_server(firewall, kind):
    """Errors, prints and answers to questions that nobody may ask are not sent."""
    assert () == firewall.outgoing(message(kind, {"text": "secret", "traceback": ["secret"]}))


def test_other_comms_are_not_opened_by_a_kernel_either(firewall):
    """A comm that is no widget does not reach the browser."""
    assert () == firewall.outgoing(message("comm_open", {"comm_id": B, "target_name": "x", "data": {}}))


def test_a_kernel_gone_mad_does_not_fill_the_memory(firewall):
    """Ten thousand widgets off screen are forgotten beyond a number."""
    for count in range(10_000):
        firewall.outgoing(opened(f"{count:032x}", "LabelModel", value="x" * 10_000))

    assert len(firewall.widgets.models) <= MODELS_AT_MOST
    assert sum(map(len, firewall._waiting.values())) <= 400


@pytest.mark.parametrize(
    ("check", "state", "good", "bad"),
    [
        (
            number("min", "max", whole=True),
            {"min": 0, "max": 10},
            [0, 10],
            [-1, 11, 1.5, "1", True, None, [1]],
        ),
        (number(0, 1), {}, [0, 0.5, 1], [float("nan"), float("inf"), -0.1, False]),
        (number("min", "max"), {}, [], [0, 1]),
        (index(), {"_options_labels": ["a", "b"]}, [0, 1, None], [2, -1, True, "0", 0.0]),
        (text(5), {}, ["", "abcde", "a\nb"], ["abcdef", "a\x00", "\ud800", 5, None]),
        (one_of("en", 1), {}, ["en", 1], ["fr", True, 1.0]),
        (
            record({"a": one_of(1)}, {"b": one_of(2)}),
            {},
            [{"a": 1}, {"a": 1, "b": 2}],
            [{}, {"a": 2}, {"a": 1, "c": 1}, []],
        ),
        (
            plain(5, 2),
            {},
            [None, [1, 2, "x"], {"a": [1]}],
            [[1] * 7, [[[[1]]]], {"a": float("nan")}, ["\x00"]],
        ),
    ],
    ids=["whole", "real", "no bounds", "index", "text", "one of", "record", "plain"],
)
def test_typed_fields(check, state, good, bad):
    """A check takes values of its own type and range, and nothing that looks like them."""
    assert all(check(value, state) for value in good)
    assert not [value for value in bad if check(value, state)]


def test_our_own_widgets_are_in_the_tables():
    """The widgets of the two Voilà pages may be written by the fields that they declare, sized, and no other."""
    policies = Policies()
    ours = {identity for identity in policies if identity.startswith("cxmaturity.")}

    assert len(ours) >= 3
    assert len(policies) == len(IPYWIDGETS) + len(ours)
    for identity in ours:
        fields = policies[identity].fields
        assert not {"_esm", "_css", "_view_module", "_model_name", "layout"} & fields.keys()
        for name, check in fields.items():
            assert not check("x" * 2_000_000, {}), (identity, name)
            assert not check({"a": "\x00"}, {})
