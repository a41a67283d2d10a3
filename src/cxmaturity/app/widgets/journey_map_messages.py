"""What the pages of the journey map may say to Python: the only messages, field by field. Standard library, for the firewall.

Two widgets, two tables. The map takes edits and runs a workshop; the seat of a participant joins and scores, and has no other
word: what it cannot say, nobody can make it do. A message that is not whole, or has something beside, is refused here and by the
server.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from cxmaturity.app.widgets.messages import HEAD, Check, Events, Kinds, events, one_of, text

ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,119}", re.ASCII)
KEY: Final = re.compile(r"[0-9a-f]{32}", re.ASCII)
"""What a device is recognised by after a reload: drawn by the browser, kept as a digest only."""
FUNCTION: Final = re.compile(r"[a-z][a-z0-9_-]{0,39}", re.ASCII)
PARTS: Final = ("satisfaction", "expectation", "emotion", "pains", "opportunities")
FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "satisfaction": ("metric", "value", "n", "date", "kind", "source"),
    "expectation": ("level", "importance", "text"),
    "emotion": ("valence", "intensity", "word"),
    "pains": ("text", "quote"),
    "opportunities": ("text", "effort", "kpi", "owner"),
}
"""What may be edited of a touchpoint, part by part."""
LISTS: Final = ("satisfaction", "pains", "opportunities")
ASPECTS: Final = ("expectation", "satisfaction")
LONGEST: Final = 1000
LONGEST_SHEET: Final = 60_000


def _like(pattern: re.Pattern[str], *, empty: bool = False) -> Check:
    return lambda value: (
        type(value) is str and (pattern.fullmatch(value) is not None or (empty and not value))
    )


def _level(value: Any) -> bool:
    return value is None or (type(value) is int and 1 <= value <= 5)


_EVENT: Final = _like(
    ID
)  # under "at": the firewall reads the key "event" as the name of a message of ipywidgets
_FIELD: Final = one_of(*sorted({name for names in FIELDS.values() for name in names}))

SEAT_KINDS: Final[Kinds] = {
    "join": {**HEAD, "function": _like(FUNCTION), "key": _like(KEY)},
    "score": {**HEAD, "at": _EVENT, "aspect": one_of(*ASPECTS), "level": _level},
    "leave": HEAD,
}
"""What a participant may say: who they are, what they live; ``leave`` gives the device to the next person."""

KINDS: Final[Kinds] = {
    **SEAT_KINDS,
    "edit": {
        **HEAD,
        "at": _EVENT,
        "part": one_of(*PARTS),
        "item": _like(ID, empty=True),
        "field": _FIELD,
        "text": text(LONGEST),
    },
    "add": {
        **HEAD,
        "at": _EVENT,
        "part": one_of(*LISTS),
        "choice": _like(FUNCTION, empty=True),
        "text": text(LONGEST),
    },
    "remove": {**HEAD, "at": _EVENT, "part": one_of(*LISTS), "item": _like(ID)},
    "undo": HEAD,
    "save": HEAD,
    "reload": HEAD,
    "open": HEAD,
    "reveal": HEAD,
    "import": {**HEAD, "text": text(LONGEST_SHEET, lines=True)},
}
"""Kind of message of the map to its fields, all required, each with its check."""


def _editable(content: Any) -> bool:
    """Say whether the field that an edit names is one of its part."""
    return content["field"] in FIELDS[content["part"]]


EVENTS: Final[Events] = events(KINDS, {"edit": _editable})
SEAT_EVENTS: Final[Events] = events(SEAT_KINDS)
"""The same tables as the server's firewall asks: kind to (content, state of the model) -> bool."""
