"""What the pages of the journey map may say to Python: the only messages, field by field. Standard library, for the firewall.

Two widgets, two tables. The map takes edits and runs a workshop; the seat of a participant joins and scores, and has no other
word: what it cannot say, nobody can make it do. A message that is not whole, or has something beside, is refused here and by the
server.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

Check = Callable[[Any], bool]

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


def _whole(least: int, most: int) -> Check:
    return lambda value: type(value) is int and least <= value <= most


def _one_of(*known: str) -> Check:
    return lambda value: type(value) is str and value in known


def _like(pattern: re.Pattern[str], *, empty: bool = False) -> Check:
    return lambda value: (
        type(value) is str and (pattern.fullmatch(value) is not None or (empty and not value))
    )


def _text(longest: int, *, lines: bool = False) -> Check:
    kept = "\n\r\t" if lines else ""
    return lambda value: (
        type(value) is str
        and len(value) <= longest
        and not any(
            (ord(char) < 32 and char not in kept) or ord(char) == 127 or 0xD800 <= ord(char) <= 0xDFFF
            for char in value
        )
    )


def _level(value: Any) -> bool:
    return value is None or (type(value) is int and 1 <= value <= 5)


_HEAD: Final[dict[str, Check]] = {"kind": lambda value: type(value) is str, "seq": _whole(0, 2**31)}
_EVENT: Final = _like(
    ID
)  # under "at": the firewall reads the key "event" as the name of a message of ipywidgets
_FIELD: Final = _one_of(*sorted({name for names in FIELDS.values() for name in names}))

SEAT_KINDS: Final[Mapping[str, Mapping[str, Check]]] = {
    "join": {**_HEAD, "function": _like(FUNCTION), "key": _like(KEY)},
    "score": {**_HEAD, "at": _EVENT, "aspect": _one_of(*ASPECTS), "level": _level},
    "leave": _HEAD,
}
"""What a participant may say: who they are, what they live; ``leave`` gives the device to the next person."""

KINDS: Final[Mapping[str, Mapping[str, Check]]] = {
    **SEAT_KINDS,
    "edit": {
        **_HEAD,
        "at": _EVENT,
        "part": _one_of(*PARTS),
        "item": _like(ID, empty=True),
        "field": _FIELD,
        "text": _text(LONGEST),
    },
    "add": {
        **_HEAD,
        "at": _EVENT,
        "part": _one_of(*LISTS),
        "choice": _like(FUNCTION, empty=True),
        "text": _text(LONGEST),
    },
    "remove": {**_HEAD, "at": _EVENT, "part": _one_of(*LISTS), "item": _like(ID)},
    "undo": _HEAD,
    "save": _HEAD,
    "reload": _HEAD,
    "open": _HEAD,
    "reveal": _HEAD,
    "import": {**_HEAD, "text": _text(LONGEST_SHEET, lines=True)},
}
"""Kind of message of the map to its fields, all required, each with its check."""


def is_acceptable(content: Any, kinds: Mapping[str, Mapping[str, Check]] = KINDS) -> bool:
    """Say whether a custom message is one of `kinds`, whole and with nothing beside."""
    if type(content) is not dict:
        return False
    fields = kinds.get(content["kind"]) if type(content.get("kind")) is str else None
    if fields is None or content.keys() != fields.keys():
        return False
    if not all(check(content[name]) for name, check in fields.items()):
        return False
    return content["kind"] != "edit" or content["field"] in FIELDS[content["part"]]


def _events(kinds: Mapping[str, Mapping[str, Check]]) -> dict[str, Callable[[Any, Any], bool]]:
    def event(kind: str) -> Callable[[Any, Any], bool]:
        def check(content: Any, state: Any) -> bool:
            del state
            return is_acceptable(content, kinds) and content["kind"] == kind

        return check

    return {kind: event(kind) for kind in kinds}


EVENTS: Final[Mapping[str, Callable[[Any, Any], bool]]] = _events(KINDS)
SEAT_EVENTS: Final[Mapping[str, Callable[[Any, Any], bool]]] = _events(SEAT_KINDS)
"""The same tables as the server's firewall asks: kind to (content, state of the model) -> bool."""
