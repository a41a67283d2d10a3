"""The firewall between a browser and its kernel: which message passes, whole or trimmed, and which does not.

A plain Voilà page lets its browser rewrite any field of any widget, press buttons that are not on screen and
read widgets that were never shown. Here nothing passes unless a table of `security` or `security_fields` says
so. This module knows neither sockets nor tornado: messages are dictionaries, as the Jupyter protocol names
their parts.

Two things are remembered. `Widgets` holds, per kernel, what the kernel said of its models and which of them
are on screen. `Firewall` holds, per connection, what this browser opened and what waits for it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, NamedTuple

import attrs

from cxmaturity.app.security import MESSAGE_BYTES
from cxmaturity.app.security_fields import IPYWIDGETS, Writable

Message = dict[str, Any]

CONTROL: Final = "jupyter.widget.control"
WIDGET: Final = "jupyter.widget"
FROM_BROWSER: Final = frozenset(
    {"comm_open", "comm_close", "comm_msg", "comm_info_request", "kernel_info_request"}
)
TO_BROWSER: Final = frozenset(
    {
        "comm_open", "comm_close", "comm_msg", "comm_info_reply", "kernel_info_reply", "status",
        "display_data", "update_display_data", "clear_output", "shutdown_reply",
    }
)  # fmt: skip
MODELS_AT_MOST: Final = 2000
CONTROLS_AT_MOST: Final = 8
WAITING_AT_MOST: Final = 400
_KEPT_TEXT: Final = 4000  # longer texts of a state (a widget's script) are not needed to judge a message

_COMM_ID: Final = re.compile(r"[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_REFERENCE: Final = re.compile(r"IPY_MODEL_([0-9a-f]{32}|[0-9a-f-]{36})")
_SHOWN: Final = re.compile(r"\bmodel_id\W{1,16}([0-9a-f]{32}|[0-9a-f]{8}-[0-9a-f-]{27})\b")
_NEVER: Final = Writable()


class Refusal(NamedTuple):
    """Why a message does not pass: a stable code, and what it was about (no value, only names)."""

    what: str
    where: str


@attrs.define
class Model:
    """One widget as the kernel described it."""

    name: str
    state: dict[str, Any] = attrs.field(factory=dict)

    @property
    def identity(self) -> str:
        """What the tables call it: the class for an anywidget, else the model's name."""
        if self.name == "AnyModel":
            return str(self.state.get("_anywidget_id", ""))
        return self.name


@attrs.define
class Widgets:
    """What is known of the widgets of one kernel.

    `policies` maps a model's identity to what a browser may do to it; it is asked lazily, because reading the
    tables of our own widgets imports them.
    """

    policies: Mapping[str, Writable] = attrs.field(default=IPYWIDGETS)
    models: dict[str, Model] = attrs.field(factory=dict)
    displayed: set[str] = attrs.field(factory=set)

    def show(self, html: str) -> None:
        """Note the widgets that a piece of the page puts on screen."""
        self.displayed.update(_SHOWN.findall(html))

    def learn(self, model_id: str, name: str, state: Any) -> None:
        """Take what the kernel says of a model: a new one, or some fields of one that is known."""
        if model_id not in self.models:
            if len(self.models) >= MODELS_AT_MOST:
                return
            self.models[model_id] = Model(name)
        model = self.models[model_id]
        model.name = model.name or name
        if isinstance(state, dict):
            model.state.update(
                (key, value)
                for key, value in state.items()
                if not (isinstance(value, str) and len(value) > _KEPT_TEXT)
            )

    def policy(self, model_id: str) -> Writable:
        """Return what a browser may do to a model."""
        model = self.models.get(model_id)
        return _NEVER if model is None else self.policies.get(model.identity, _NEVER)

    def on_screen(self, *, hidden: bool = True) -> frozenset[str]:
        """Return the models that are on screen, or part of one that is; without the hidden ones if told so."""
        found: set[str] = set()
        todo = list(self.displayed)
        while todo:
            model_id = todo.pop()
            if model_id in found:
                continue
            if not hidden and self.is_hidden(model_id):
                continue
            found.add(model_id)
            todo.extend(self._references(model_id))
        return frozenset(found)

    def is_hidden(self, model_id: str) -> bool:
        """Say whether the kernel hid a widget: its layout is not displayed or not visible."""
        model = self.models.get(model_id)
        layout = model.state.get("layout") if model else None
        found = _REFERENCE.fullmatch(layout) if isinstance(layout, str) else None
        state = self.models[found[1]].state if found and found[1] in self.models else {}
        return state.get("display") == "none" or state.get("visibility") == "hidden"

    def _references(self, model_id: str) -> Iterator[str]:
        """Yield the models that a model is made of; what a browser may write is not believed."""
        model = self.models.get(model_id)
        if model is None:
            return
        told = self.policy(model_id).fields
        for key, value in model.state.items():
            if key not in told:
                yield from _named(value)
                if key == "outputs":
                    yield from _SHOWN.findall(json.dumps(value, default=str))


def _named(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        if found := _REFERENCE.fullmatch(value):
            yield found[1]
    elif isinstance(value, list):
        for item in value:
            yield from _named(item)
    elif isinstance(value, dict):
        for item in value.values():
            yield from _named(item)


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


@attrs.define
class Firewall:
    """One browser's connection to one kernel, judged message by message."""

    widgets: Widgets
    _controls: set[str] = attrs.field(factory=set)
    _waiting: dict[str, list[Message]] = attrs.field(factory=dict)

    # --- from the browser ---------------------------------------------------------------------------------

    def incoming(self, channel: str, message: Message) -> Refusal | None:
        """Judge a message of the browser; None lets it pass."""
        kind = _mapping(message.get("header")).get("msg_type")
        content = message.get("content")
        if not isinstance(kind, str) or not isinstance(content, dict):
            return Refusal("message.malformed", "header")
        if kind not in FROM_BROWSER:
            return Refusal("message.type", kind[:60])
        if channel != "shell":
            return Refusal("message.channel", str(channel)[:20])
        if message.get("buffers"):
            return Refusal("message.buffers", kind)
        judge = {"comm_open": self._open, "comm_close": self._close, "comm_msg": self._said}.get(kind)
        return judge(content) if judge else None

    def _open(self, content: Message) -> Refusal | None:
        comm = content.get("comm_id")
        if content.get("target_name") != CONTROL:
            return Refusal("message.comm_target", str(content.get("target_name"))[:60])
        if not isinstance(comm, str) or not _COMM_ID.fullmatch(comm) or comm in self.widgets.models:
            return Refusal("message.comm_id", "comm_open")
        if _mapping(content.get("data")) or len(self._controls) >= CONTROLS_AT_MOST:
            return Refusal("message.comm_open", CONTROL)
        self._controls.add(comm)
        return None

    def _close(self, content: Message) -> Refusal | None:
        comm = content.get("comm_id")
        if comm not in self._controls:
            return Refusal("message.comm_close", "widget")
        self._controls.discard(str(comm))
        return None

    def _said(self, content: Message) -> Refusal | None:
        comm, data = content.get("comm_id"), content.get("data")
        if not isinstance(comm, str) or not isinstance(data, dict):
            return Refusal("message.malformed", "comm_msg")
        method = str(data.get("method"))[:40]
        if comm in self._controls:
            harmless = method == "request_states" and data.keys() <= {"method"}
            return None if harmless else Refusal("message.method", f"control {method}")
        if refusal := self._reachable(comm, method):
            return refusal
        act = {"update": self._update, "custom": self._custom, "request_state": self._asked}.get(method)
        return act(comm, data) if act else Refusal("message.method", method)

    def _reachable(self, comm: str, method: str) -> Refusal | None:
        """Refuse a widget that is unknown, not on screen, hidden or disabled; reading needs only the screen."""
        if comm not in self.widgets.models:
            return Refusal("widget.unknown", method)
        reading = method == "request_state"
        if comm not in self.widgets.on_screen(hidden=reading):
            return Refusal("widget.not_on_screen", self._name(comm))
        if not reading and self.widgets.models[comm].state.get("disabled"):
            return Refusal("widget.disabled", self._name(comm))
        return None

    def _asked(self, comm: str, data: Message) -> Refusal | None:
        return None if data.keys() <= {"method"} else Refusal("message.malformed", self._name(comm))

    def _update(self, comm: str, data: Message) -> Refusal | None:
        state = data.get("state")
        if not isinstance(state, dict) or data.get("buffer_paths"):
            return Refusal("message.malformed", self._name(comm))
        model, fields = self.widgets.models[comm], self.widgets.policy(comm).fields
        for key, value in state.items():
            if key not in fields:
                return Refusal("widget.field", f"{self._name(comm)}.{key[:60]}")
            if not fields[key](value, model.state):
                return Refusal("widget.value", f"{self._name(comm)}.{key[:60]}")
        return None

    def _custom(self, comm: str, data: Message) -> Refusal | None:
        said = data.get("content")
        known = self.widgets.policy(comm).events
        name = str(_mapping(said).get("event") or _mapping(said).get("kind") or "")
        if name not in known or not known[name](said, self.widgets.models[comm].state):
            return Refusal("widget.event", f"{self._name(comm)} {name[:40]}")
        return None

    def _name(self, comm: str) -> str:
        return self.widgets.models[comm].identity[:120]

    # --- to the browser -----------------------------------------------------------------------------------

    def outgoing(self, message: Message) -> tuple[Message, ...]:
        """Return what of a message of the kernel goes to the browser: nothing, itself, or itself trimmed.

        What the kernel prints or complains about stays on the server; a widget that is not on screen is not
        told about, and waits until one that is on screen refers to it.
        """
        kind = message["header"]["msg_type"]
        if kind not in TO_BROWSER:
            return ()
        content = message["content"]
        if kind in {"display_data", "update_display_data"}:
            self.widgets.show(json.dumps(content.get("data"), default=str))
            return (*self._released(), message)
        if kind == "comm_info_reply":
            seen = self.widgets.on_screen()
            comms = {key: value for key, value in _mapping(content.get("comms")).items() if key in seen}
            return (message | {"content": content | {"comms": comms}},)
        if kind in {"comm_open", "comm_msg", "comm_close"}:
            return self._comm(kind, str(content.get("comm_id")), message)
        return (message,)

    def _comm(self, kind: str, comm: str, message: Message) -> tuple[Message, ...]:
        content = message["content"]
        data = _mapping(content.get("data"))
        if comm in self._controls:
            return self._states(message, data)
        if kind == "comm_open":
            if content.get("target_name") != WIDGET:
                return ()
            state = _mapping(data.get("state"))
            self.widgets.learn(comm, str(state.get("_model_name", "")), dict(state))
        elif data.get("method") in {"update", "echo_update"}:
            self.widgets.learn(comm, "", data.get("state"))
        if comm not in self.widgets.on_screen():
            self._wait(comm, message)
            return ()
        released = self._released()
        if kind == "comm_close":
            self.widgets.models.pop(comm, None)
        return (*released, message)

    def _wait(self, comm: str, message: Message) -> None:
        waiting = self._waiting.setdefault(comm, [])
        waiting.append(message)
        while sum(map(len, self._waiting.values())) > WAITING_AT_MOST:
            self._waiting.pop(next(iter(self._waiting)))

    def _released(self) -> tuple[Message, ...]:
        """Return, oldest first, what waited for widgets that came on screen."""
        ready = [comm for comm in self._waiting if comm in self.widgets.on_screen()]
        return tuple(message for comm in ready for message in self._waiting.pop(comm))

    def _states(self, message: Message, data: Mapping[str, Any]) -> tuple[Message, ...]:
        """Trim the dump of all widgets to those that are on screen, their binary parts included."""
        if data.get("method") != "update_states":
            return ()
        states = _mapping(data.get("states"))
        for comm, described in states.items():
            self.widgets.learn(comm, str(described.get("model_name", "")), described.get("state"))
        seen = self.widgets.on_screen()
        paths, buffers = data.get("buffer_paths") or [], message.get("buffers") or []
        kept = [
            (path, buffer) for path, buffer in zip(paths, buffers, strict=False) if path and path[0] in seen
        ]
        trimmed = {
            **data,
            "states": {comm: described for comm, described in states.items() if comm in seen},
            "buffer_paths": [path for path, _ in kept],
        }
        return (
            message
            | {"content": message["content"] | {"data": trimmed}, "buffers": [buffer for _, buffer in kept]},
        )


def too_large(parts: Iterable[bytes | str]) -> bool:
    """Say whether a message of a browser is larger than any that a page of ours sends."""
    return sum(len(part) for part in parts) > MESSAGE_BYTES
