"""What the builder's page may say to Python: the only messages, field by field. Standard library only, for the firewall.

The page writes no trait but the language. It sends custom messages, ``{"kind": ..., ...}``; each kind has its fields, each
field its check. Anything else is refused here, and again by the server's firewall, which reads the same table.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

Check = Callable[[Any], bool]

PATH: Final = re.compile(
    r"baseline\.annual_revenue|baseline\.(?:consumers|option|contracts|service)\.[a-z_]{1,60}"
    r"|levers\.[a-z_]{1,30}\.[a-z_]{1,60}"
    r"|costs\.\d{1,3}\.(?:name|internal|initial|annual\.\d{1,2})"
    r"|finance\.[a-z_]{1,30}",
    re.ASCII,
)
NUMBERS: Final = ("value", "low", "mode", "high", "p10", "p50", "p90")
WORDS: Final = ("unit", "source", "date", "evidence", "n", "plain")
LONGEST: Final = 1000
FORMATS: Final = ("html", "pdf", "xlsx", "pptx")
LANGUAGES: Final = ("en", "fr")
BENEFITS: Final = (
    "preference", "acquisition", "retention", "engagement", "service_cost", "recommendation", "advantage",
)  # fmt: skip


def _whole(most: int) -> Check:
    return lambda value: type(value) is int and 0 <= value <= most


def _one_of(*known: str) -> Check:
    return lambda value: type(value) is str and value in known


def _some_of(*known: str) -> Check:
    return lambda value: (
        type(value) is list
        and 0 < len(value) <= len(known)
        and all(type(item) is str and item in known for item in value)
        and len(set(value)) == len(value)
    )


def _flag(value: Any) -> bool:
    return type(value) is bool


def _path(value: Any) -> bool:
    return type(value) is str and len(value) <= 120 and PATH.fullmatch(value) is not None


def _text(value: Any) -> bool:
    return (
        type(value) is str
        and len(value) <= LONGEST
        and not any(ord(char) < 32 or ord(char) == 127 or 0xD800 <= ord(char) <= 0xDFFF for char in value)
    )


_SEQUENCE: Final[dict[str, Check]] = {"kind": lambda value: type(value) is str, "seq": _whole(2**31)}

KINDS: Final[Mapping[str, Mapping[str, Check]]] = {
    "figure": {**_SEQUENCE, "path": _path, "part": _one_of(*NUMBERS, *WORDS), "text": _text},
    "step": {**_SEQUENCE, "path": _path, "part": _one_of(*NUMBERS), "up": _flag},
    "range": {**_SEQUENCE, "path": _path, "on": _flag},
    "goal": {**_SEQUENCE, "id": _one_of(*BENEFITS), "on": _flag},
    "cost": {**_SEQUENCE, "action": _one_of("add", "remove", "add_year", "remove_year"), "line": _whole(200)},
    "undo": _SEQUENCE,
    "save": _SEQUENCE,
    "reload": _SEQUENCE,
    "produce": {**_SEQUENCE, "formats": _some_of(*FORMATS), "languages": _some_of(*LANGUAGES)},
    "stop": _SEQUENCE,
    "file": {**_SEQUENCE, "index": _whole(50)},
}
"""Kind of message to its fields, all required, each with its check."""


def is_acceptable(content: Any) -> bool:
    """Say whether a custom message is one of ours, whole and with nothing beside."""
    if type(content) is not dict:
        return False
    fields = KINDS.get(content["kind"]) if type(content.get("kind")) is str else None
    return (
        fields is not None
        and content.keys() == fields.keys()
        and all(check(content[name]) for name, check in fields.items())
    )


def _event(kind: str) -> Callable[[Any, Any], bool]:
    def check(content: Any, state: Any) -> bool:
        del state
        return is_acceptable(content) and content["kind"] == kind

    return check


EVENTS: Final[Mapping[str, Callable[[Any, Any], bool]]] = {kind: _event(kind) for kind in KINDS}
"""The same table as the server's firewall asks: kind to (content, state of the model) -> bool."""
