"""Documents: the report notebook is run, its blocks become a web page and a tagged PDF.

Nothing is imported until it is asked for: `blocks` alone must not cost a papermill.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any, Final

_HOMES: Final = {
    "Outcome": "runs",
    "make_report": "runs",
    "open_report": "session",
}
__all__ = ["Outcome", "make_report", "open_report"]  # found by __getattr__


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        msg = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(msg)
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
