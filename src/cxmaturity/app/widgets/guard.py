"""The line that a browser cannot cross: which fields of a widget it may write, and nothing else.

By default anybody who has a widget on screen may rewrite all of its state, its code included. Here a widget says
which fields are for the browser; the rest, and every other kind of message, is refused in Python, whatever stands in
front (the server's firewall, a plain JupyterLab, nothing).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, ClassVar, Final

import anywidget
import traitlets

from cxmaturity.app.widgets.messages import Events, is_acceptable
from cxmaturity.core.text import LANGUAGES, Language

WRITABLE: Final[dict[str, Mapping[str, int]]] = {}
"""Per widget (`_anywidget_id`), the fields that a browser may write and the most characters each may have as JSON."""


EVENTS: Final[dict[str, Events]] = {}
"""Per widget, the custom messages that it takes: name to the check of its whole content, as the firewall asks it."""


class Guarded(anywidget.AnyWidget):
    """A widget whose browser side may write the fields of `writable`, each up to a size, send `events`, and nothing else.

    A message of `events` is handed to `receive` once it is whole; a widget that declares some says there what they do.
    `language` is the language shown; `refused` counts the writes that were refused, and tells the browser.
    """

    writable: ClassVar[Mapping[str, int]] = {}
    events: ClassVar[Events] = {}

    language: Language = traitlets.Enum(LANGUAGES, default_value="fr").tag(sync=True)  # type: ignore[assignment]  # a trait that holds one
    refused: int = traitlets.Int(0).tag(sync=True)  # type: ignore[assignment]  # a trait that holds one

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Put the fields and messages of the new class where the server's firewall finds them."""
        super().__init_subclass__(**kwargs)
        WRITABLE[f"{cls.__module__}.{cls.__qualname__}"] = cls.writable
        EVENTS[f"{cls.__module__}.{cls.__qualname__}"] = cls.events

    def set_state(self, sync_data: Any) -> None:
        """Take from the browser what it may write; count the rest as refused."""
        given = sync_data if isinstance(sync_data, Mapping) else {}
        good = {name: value for name, value in given.items() if self._may_write(name, value)}
        if len(good) < max(1, len(given)):
            self.refused += 1
        if good:
            super().set_state(good)

    def _may_write(self, name: str, value: Any) -> bool:
        if name == "language":
            return "language" in self.writable and isinstance(value, str) and value in LANGUAGES
        return name in self.writable and _size(value) <= self.writable[name]

    def _handle_msg(self, msg: Any) -> None:
        """Answer the three messages that our front ends send; anything else is counted, never an exception."""
        content = msg.get("content") if isinstance(msg, Mapping) else None
        told = content.get("data") if isinstance(content, Mapping) else None
        data = told if isinstance(told, Mapping) else {}
        method = data.get("method")
        if method == "update" and not data.get("buffer_paths"):
            self.set_state(data.get("state"))
        elif method == "request_state":
            self.send_state()
        elif method == "custom" and self._may_say(data, msg):
            self.receive(data["content"])
        else:
            self.refused += 1

    def _may_say(self, data: Mapping[str, Any], msg: Mapping[str, Any]) -> bool:
        return (
            data.keys() <= {"method", "content"}
            and not msg.get("buffers")
            and is_acceptable(data.get("content"), self.events)
        )

    def receive(self, content: Mapping[str, Any]) -> None:
        """Do what an acceptable message asks; never called on a widget without `events`."""
        raise NotImplementedError


def _size(value: Any) -> int:
    """Return the length of a value as JSON, or one more than any limit when it is no JSON."""
    try:
        return len(json.dumps(value, ensure_ascii=False))
    except (TypeError, ValueError, RecursionError):
        return 1 << 62
