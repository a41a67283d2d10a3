"""Slides: 8 to 10 of them, with native charts that a person can edit, in the client's colours or template.

`plan_deck` says what each slide holds, in words and numbers; `write_deck` sets that plan with python-pptx. Nothing is imported
until it is asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any, Final

_HOMES: Final = {"plan_deck": "plan", "write_deck": "write"}
__all__ = ["plan_deck", "write_deck"]  # found by __getattr__


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        msg = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(msg)
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
