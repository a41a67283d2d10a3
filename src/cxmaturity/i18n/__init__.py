"""Words and numbers for people, in French and English: messages by key, problems by code, formats.

Nothing is read or imported before it is needed: `import cxmaturity.i18n` costs nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cxmaturity.i18n.formats import (
        absent,
        currency_symbol,
        date,
        level,
        listing,
        money,
        month,
        number,
        percent,
        points,
        years,
    )
    from cxmaturity.i18n.messages import describe, message, message_keys, rooms

__all__ = [
    "absent",
    "currency_symbol",
    "date",
    "describe",
    "level",
    "listing",
    "message",
    "message_keys",
    "money",
    "month",
    "number",
    "percent",
    "points",
    "rooms",
    "years",
]

_MESSAGES = {"describe", "message", "message_keys", "rooms"}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        said = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(said)
    from importlib import import_module  # lazy: start-up time

    found = getattr(import_module(f"{__name__}.{'messages' if name in _MESSAGES else 'formats'}"), name)
    globals()[name] = found  # asked once
    return found
