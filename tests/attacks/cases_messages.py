"""What a browser tries through the websocket of its own page."""

from __future__ import annotations

import contextlib
import json
import re
import sys

import pytest
from websockets.exceptions import ConnectionClosed

TABLE = sys.modules["cxm_scene"].Table()
attack = TABLE.attack


def code(scene):
    """Return Python that would prove that it ran."""
    return f"open({str(scene.canary)!r}, 'w').write('owned')"


def execute(scene):
    """Return the content of an execute_request."""
    return {
        "code": code(scene),
        "silent": False,
        "store_history": True,
        "user_expressions": {},
        "allow_stdin": False,
    }


def nothing_ran(scene, said=None):
    """Check that no code ran and that the kernel answered nothing but the harmless question after it."""
    kinds = {kind for kind, _ in (scene.alice_page.everything() if said is None else said)}
    assert not scene.canary.exists()
    assert kinds <= {"status", "kernel_info_reply"}, kinds


@attack("execute_request on the shell channel", "no code runs", "message.type")
def execute_on_shell(scene):
    scene.alice_page.say("execute_request", execute(scene))
    nothing_ran(scene)


@attack("execute_request on the control channel", "no code runs", "message.type")
def execute_on_control(scene):
    scene.alice_page.say("execute_request", execute(scene), "control")
    nothing_ran(scene)


@attack("execute_request hidden behind an allowed type in the parent header", "no code runs", "message.type")
def execute_with_two_headers(scene):
    frame = scene.live.pack("execute_request", execute(scene))
    scene.alice_page.socket.send(
        frame.replace(b'"username": "u"', b'"username": "u", "msg_type ": "comm_msg"')
    )
    nothing_ran(scene)


@attack(
    "execute_request with the key msg_type twice",
    "the last one counts for both sides; no code runs",
    "message.type",
)
def execute_with_duplicate_key(scene):
    frame = scene.live.pack("kernel_info_request", execute(scene))
    swapped = frame.replace(b'"username": "u"', b'"msg_type": "execute_request"')
    # the offsets move with the longer header, as a client would compute them
    scene.alice_page.socket.send(_realigned(scene, swapped, frame))
    nothing_ran(scene)


def _realigned(scene, swapped, frame):
    header = json.dumps(scene.live.unpack(frame)[1][0])
    longer = header.replace('"username": "u"', '"msg_type": "execute_request"').encode()
    assert longer in swapped
    parts = [b"shell", longer, b"{}", b"{}", json.dumps(execute(scene)).encode()]
    offsets = [8 * (len(parts) + 2)]
    for part in parts:
        offsets.append(offsets[-1] + len(part))
    return b"".join([len(offsets).to_bytes(8, "little"), *(o.to_bytes(8, "little") for o in offsets), *parts])


@attack("complete_request, to read names in the kernel", "no answer", "message.type")
def complete(scene):
    scene.alice_page.say("complete_request", {"code": "os.envir", "cursor_pos": 8})
    nothing_ran(scene)


@attack("inspect_request, to read source", "no answer", "message.type")
def inspect(scene):
    scene.alice_page.say("inspect_request", {"code": "button", "cursor_pos": 6, "detail_level": 1})
    nothing_ran(scene)


@attack("history_request, to read the notebook", "no answer", "message.type")
def history(scene):
    scene.alice_page.say(
        "history_request", {"output": True, "raw": True, "hist_access_type": "tail", "n": 100}
    )
    nothing_ran(scene)


@attack("is_complete_request", "no answer", "message.type")
def is_complete(scene):
    scene.alice_page.say("is_complete_request", {"code": "1"})
    nothing_ran(scene)


@attack("debug_request on the control channel", "no answer", "message.type")
def debug(scene):
    said = {"type": "request", "seq": 1, "command": "evaluate", "arguments": {"expression": code(scene)}}
    scene.alice_page.say("debug_request", said, "control")
    nothing_ran(scene)


@attack("create_subshell_request", "no answer", "message.type")
def subshell(scene):
    scene.alice_page.say("create_subshell_request", {}, "control")
    nothing_ran(scene)


@attack("shutdown_request through the websocket", "the kernel lives", "message.type")
def shutdown_message(scene):
    scene.alice_page.say("shutdown_request", {"restart": False}, "control")
    nothing_ran(scene)


@attack("interrupt_request", "no answer", "message.type")
def interrupt(scene):
    scene.alice_page.say("interrupt_request", {}, "control")
    nothing_ran(scene)


@attack("input_reply on the stdin channel", "no answer", "message.type")
def stdin(scene):
    scene.alice_page.say("input_reply", {"value": "y"}, "stdin")
    nothing_ran(scene)


@attack("an allowed type on a channel where it does not belong", "dropped", "message.channel")
def wrong_channel(scene):
    scene.alice_page.say("kernel_info_request", {}, "control")
    nothing_ran(scene)


@attack("an allowed type on the channel that only kernels speak on", "dropped", "message.channel")
def iopub(scene):
    scene.alice_page.say("comm_msg", {"comm_id": "x", "data": {}}, "iopub")
    nothing_ran(scene)


@attack("execute_request in the older protocol, as text", "no code runs", "message.malformed")
def older_protocol(scene):
    header = {"msg_id": "1", "msg_type": "execute_request", "session": "s", "username": "", "version": "5.3"}
    told = {
        "header": header,
        "parent_header": {},
        "metadata": {},
        "content": execute(scene),
        "channel": "shell",
    }
    scene.alice_page.socket.send(json.dumps(told))
    nothing_ran(scene)


@attack(
    "bytes that are no message: empty, random, offsets beyond the end, a billion parts",
    "dropped",
    "message.malformed",
)
def malformed_frames(scene):
    for frame in (b"", b"\x00" * 40, b"\xff" * 64, (10**9).to_bytes(8, "little") + b"x" * 80):
        scene.alice_page.socket.send(frame)
    nothing_ran(scene)


@attack(
    "a comm_open that makes a widget of the browser's choice in the kernel",
    "no widget is made",
    "message.comm_target",
)
def browser_made_widget(scene):
    state = {
        "_model_module": "@jupyter-widgets/output",
        "_model_name": "OutputModel",
        "_view_name": "OutputView",
    }
    scene.alice_page.say(
        "comm_open", {"comm_id": "a" * 32, "target_name": "jupyter.widget", "data": {"state": state}}
    )
    nothing_ran(scene)


@attack(
    "a comm_open on a target of its own, with a module to import", "nothing is opened", "message.comm_target"
)
def comm_target(scene):
    scene.alice_page.say(
        "comm_open", {"comm_id": "b" * 32, "target_name": "x", "target_module": "os", "data": {}}
    )
    nothing_ran(scene)


@attack("a comm_open that takes the id of a widget", "dropped", "message.comm_id")
def comm_id_taken(scene):
    content = {"comm_id": scene.widgets["slider"], "target_name": "jupyter.widget.control", "data": {}}
    scene.alice_page.say("comm_open", content)
    nothing_ran(scene)


@attack("closing a widget of the kernel", "it still answers", "message.comm_close")
def close_widget(scene):
    scene.alice_page.say("comm_close", {"comm_id": scene.widgets["slider"], "data": {}})
    assert scene.state("slider")["value"] == 3


@attack("request_states, to read widgets that were never shown", "only what is on screen comes back")
def undisplayed_states(scene):
    states = scene.alice_page.states()
    assert states
    assert "somebody-else-secret" not in json.dumps(states)


@attack(
    "comm_info_request, to learn the ids of widgets that were never shown", "only what is on screen is listed"
)
def undisplayed_ids(scene):
    off_screen = scene.state("ids")["value"].split()
    scene.alice_page.say("comm_info_request", {"target_name": "jupyter.widget"})
    comms = scene.alice_page.wait("comm_info_reply")["comms"]
    assert comms
    assert not set(off_screen) & comms.keys()


@attack("request_state of a widget that is not on screen, by its id", "no answer", "widget.not_on_screen")
def undisplayed_state(scene):
    for model in scene.state("ids")["value"].split():
        scene.alice_page.comm(model, {"method": "request_state"})
    nothing_ran(scene)


@attack(
    "a click on a button that is not on screen, by its id",
    "its callback does not run",
    "widget.not_on_screen",
)
def undisplayed_button(scene):
    model = scene.state("ids")["value"].split()[0]
    scene.alice_page.comm(model, {"method": "custom", "content": {"event": "click"}})
    assert "off-screen" not in scene.state("pressed")["value"]


@attack("a click on a hidden button", "its callback does not run", "widget.not_on_screen")
def hidden_button(scene):
    scene.alice_page.comm(scene.widgets["hidden"], {"method": "custom", "content": {"event": "click"}})
    assert "hidden" not in scene.state("pressed")["value"]


@attack("a click on a disabled button", "its callback does not run", "widget.disabled")
def disabled_button(scene):
    scene.alice_page.comm(scene.widgets["disabled"], {"method": "custom", "content": {"event": "click"}})
    assert "disabled" not in scene.state("pressed")["value"]


@attack("making the disabled button enabled, then a click", "neither works", "widget.disabled")
def enable_button(scene):
    scene.alice_page.update(scene.widgets["disabled"], disabled=False)
    scene.alice_page.comm(scene.widgets["disabled"], {"method": "custom", "content": {"event": "click"}})
    assert scene.state("disabled")["disabled"] is True
    assert "disabled" not in scene.state("pressed")["value"]


@attack("writing into a locked text field", "it keeps its text", "widget.disabled")
def locked_field(scene):
    scene.alice_page.update(scene.widgets["locked"], value="changed")
    assert scene.state("locked")["value"] == "locked"


@attack("a slider value far out of range", "the kernel keeps the old value", "widget.value")
def out_of_range(scene):
    scene.alice_page.update(scene.widgets["slider"], value=999999)
    assert scene.state("slider")["value"] == 3


@attack("the slider's maximum moved together with its value", "both are kept", "widget.field")
def moved_maximum(scene):
    scene.alice_page.update(scene.widgets["slider"], max=999999, value=999999)
    assert (scene.state("slider")["max"], scene.state("slider")["value"]) == (10, 3)


@attack(
    "a text, a list, true and not-a-number as the slider's value",
    "refused, no error comes back",
    "widget.value",
)
def wrong_type(scene):
    for value in ("3", [3], True, {"a": 1}, 3.5, None):
        scene.alice_page.update(scene.widgets["slider"], value=value)
    frame = scene.live.pack("comm_msg", {"comm_id": scene.widgets["slider"], "data": {"method": "update"}})
    scene.alice_page.socket.send(frame)
    assert scene.state("slider")["value"] == 3


@attack("the labels of a choice overwritten", "the kernel keeps its own", "widget.field")
def option_labels(scene):
    scene.alice_page.update(scene.widgets["radio"], _options_labels=["<script>", "two"])
    assert scene.state("radio")["_options_labels"] == ["one", "two"]


@attack("a choice beyond the list, and before it", "refused", "widget.value")
def index_out_of_range(scene):
    for index in (2, -1, 10**9):
        scene.alice_page.update(scene.widgets["radio"], index=index)
    assert scene.state("radio")["index"] in (None, 0)


@attack("the code, view and style of a widget replaced", "the kernel keeps its own", "widget.field")
def replaced_code(scene):
    for field in ("_esm", "_view_module", "_model_name", "layout", "description", "style"):
        scene.alice_page.update(scene.widgets["slider"], **{field: "IPY_MODEL_" + "0" * 32})
    assert scene.state("slider")["description"] == "slider"


@attack(
    "the children of a box replaced by a widget that was never shown",
    "refused; it stays unseen",
    "widget.field",
)
def replaced_children(scene):
    model = scene.state("ids")["value"].split()[1]
    scene.alice_page.update(scene.widgets["box"], children=[f"IPY_MODEL_{model}"])
    scene.alice_page.comm(model, {"method": "request_state"})
    nothing_ran(scene)


@attack(
    "a text field that names an unseen widget, to make it count as shown",
    "it stays unseen",
    "widget.not_on_screen",
)
def reference_in_text(scene):
    model = scene.state("ids")["value"].split()[1]
    scene.alice_page.update(scene.widgets["text"], value=f"IPY_MODEL_{model}")
    scene.alice_page.comm(model, {"method": "request_state"})
    assert "somebody-else-secret" not in json.dumps(scene.alice_page.everything())


@attack(
    "control characters, half characters and a very long text",
    "the kernel keeps the old text",
    "widget.value",
)
def bad_texts(scene):
    before = scene.state("text")["value"]
    for value in ("a\x00b", "a\x1bb", "\ud800", "x" * 5000):
        scene.alice_page.update(scene.widgets["text"], value=value)
    assert scene.state("text")["value"] == before


@attack("a custom message that the widget does not know", "refused", "widget.event")
def unknown_event(scene):
    scene.alice_page.comm(scene.widgets["enabled"], {"method": "custom", "content": {"event": "dblclick"}})
    scene.alice_page.comm(scene.widgets["enabled"], {"method": "custom", "content": ["click"]})
    assert "enabled" not in scene.state("pressed")["value"]


@attack("a comm id that nothing bears", "refused", "widget.unknown")
def unknown_widget(scene):
    scene.alice_page.update("f" * 32, value=1)
    nothing_ran(scene)


@attack("binary buffers attached to an update", "refused", "message.buffers")
def buffers(scene):
    data = {"method": "update", "state": {"value": 4}, "buffer_paths": [["value"]]}
    scene.alice_page.comm(scene.widgets["slider"], data, buffers=(b"\x80\x04.",))
    assert scene.state("slider")["value"] == 3


@attack("an error provoked in the kernel", "no trace, no path, no text of the error reaches the browser")
def traceback_hidden(scene):
    scene.alice_page.comm(scene.widgets["failing"], {"method": "custom", "content": {"event": "click"}})
    said = scene.alice_page.everything()
    said += scene.alice_page.everything()
    told = json.dumps(said)
    for leak in ("a-secret-of-the-code", "ZeroDivision", "Traceback", "ipykernel", "/site-packages/"):
        assert leak not in told
    assert not {kind for kind, _ in said} & {"error", "stream", "execute_input", "execute_reply"}


@attack(
    "reading the environment of the kernel, which the page shows", "no secret, no address, no visitor in it"
)
def environment(scene):
    told = scene.state("environment")["value"]
    assert "PATH=" in told
    assert set(re.findall(r"CXM\w*", told)) <= {"CXMATURITY_JOB"}  # the number of its own process, in a copy
    for leak in ("a-secret-of-the-server", "store", "QUERY_STRING", "HTTP_", "VOILA_REQUEST_URL", "REMOTE_",
                 scene.campaign, scene.alice.secret, "SERVER_NAME"):  # fmt: skip
        assert leak not in told


@attack("a message larger than any that a page sends", "dropped", "message.large")
def large_message(scene):
    scene.alice_page.update(scene.widgets["text"], value="x" * 300_000)
    nothing_ran(scene)


@attack("a message larger than the websocket takes", "the connection is cut; the server and the kernel live")
def larger_message(scene):
    until_cut(scene, [b"x" * (2 * 1024 * 1024)])
    assert scene.state("slider")["value"] == 3


@attack("a flood of messages", "beyond the rate they are dropped, and the page still works", "message.rate")
def message_flood(scene):
    told = {"method": "update", "state": {"value": 4}, "buffer_paths": []}
    content = {"comm_id": scene.widgets["slider"], "data": told}
    until_cut(scene, [scene.live.pack("comm_msg", content) for _ in range(2000)])
    scene.alice_page.update(scene.widgets["slider"], value=3)
    assert scene.state("slider")["value"] == 3


def until_cut(scene, frames):
    """Send frames until the server cuts the connection, which may be before the last is sent; then connect anew."""
    socket = scene.alice_page.socket
    with contextlib.suppress(ConnectionClosed):
        for frame in frames:
            socket.send(frame)
    with pytest.raises(ConnectionClosed):
        listen(socket)
    scene.restart_page()


def listen(socket):
    """Hear what the server says until it says nothing for long."""
    while True:
        socket.recv(timeout=60)
