"""How a page's messages to Python are told from anything else: kinds, fields, checks. Standard library, for the firewall.

A widget takes custom messages ``{"kind": ..., ...}``; each kind has its fields, all required, each with its check. `events` turns
such a table into what the firewall of the server and the widget itself (`guard.Guarded`) both ask, so neither can know more.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

Check = Callable[[Any], bool]
Kinds = Mapping[str, Mapping[str, Check]]
"""Kind of message to its fields, all required, each with its check."""
Events = Mapping[str, Callable[[Any, Any], bool]]
"""Kind of message to the check of its whole content, given the state of the model too, as the firewall asks it."""


def whole(least: int, most: int) -> Check:
    """Accept a whole number between two bounds."""
    return lambda value: type(value) is int and least <= value <= most


def one_of(*known: str) -> Check:
    """Accept one of these words."""
    return lambda value: type(value) is str and value in known


def flag(value: Any) -> bool:
    """Accept true and false."""
    return type(value) is bool


def text(longest: int, *, lines: bool = False) -> Check:
    """Accept a text that can be stored, without control characters; `lines` lets it have several lines."""
    kept = "\n\r\t" if lines else ""
    return lambda value: (
        type(value) is str
        and len(value) <= longest
        and not any(
            (ord(char) < 32 and char not in kept) or ord(char) == 127 or 0xD800 <= ord(char) <= 0xDFFF
            for char in value
        )
    )


HEAD: Final[Mapping[str, Check]] = {"kind": lambda value: type(value) is str, "seq": whole(0, 2**31)}
"""What every message begins with: its kind, and its number, which comes back when it has been done."""


def events(kinds: Kinds, together: Mapping[str, Check] | None = None) -> Events:
    """Return the checks of a table; `together` adds, for a kind, what its fields must be to one another."""
    more = together or {}

    def event(kind: str, fields: Mapping[str, Check]) -> Callable[[Any, Any], bool]:
        def check(content: Any, state: Any) -> bool:
            del state
            return (
                type(content) is dict
                and content.keys() == fields.keys()
                and all(each(content[name]) for name, each in fields.items())
                and content["kind"] == kind
                and (kind not in more or more[kind](content))
            )

        return check

    return {kind: event(kind, fields) for kind, fields in kinds.items()}


def is_acceptable(content: Any, known: Events) -> bool:
    """Say whether a custom message is one of `known`, whole and with nothing beside."""
    kind = content.get("kind") if type(content) is dict else None
    check = known.get(kind) if type(kind) is str else None
    return check is not None and check(content, {})
