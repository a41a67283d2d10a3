"""The live workbook: the business case as an Excel file whose every calculated cell is a formula.

`grammar`, `book`, `evaluate` and `render` are a small language for sheets; the other modules each write one or two
sheets in it. Nothing is imported until it is asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any, Final

_HOMES: Final = {
    "build_book": "writing",
    "make_plan": "plan",
    "palette_of": "writing",
    "render_book": "writing",
    "write_workbook": "writing",
}
__all__ = ["build_book", "make_plan", "palette_of", "render_book", "write_workbook"]  # found by __getattr__


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        msg = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(msg)
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
