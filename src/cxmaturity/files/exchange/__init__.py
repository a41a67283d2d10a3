"""Journeys in the formats of other tools: CJML 2, Mermaid, XES, CSV and JSON out; CJML 2, sticky notes and JSON in; all lazy.

Nothing here invents what a format cannot say: what is left out, and what had to be assumed, is told as warnings.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cxmaturity.files.exchange.atlas_json import from_json, to_json
    from cxmaturity.files.exchange.cjml_lost import left_out
    from cxmaturity.files.exchange.cjml_read import from_cjml
    from cxmaturity.files.exchange.cjml_write import to_cjml
    from cxmaturity.files.exchange.flat import to_csv
    from cxmaturity.files.exchange.mermaid import to_mermaid
    from cxmaturity.files.exchange.sticky import from_sticky_notes
    from cxmaturity.files.exchange.xes import to_xes

__all__ = [
    "from_cjml",
    "from_json",
    "from_sticky_notes",
    "left_out",
    "to_cjml",
    "to_csv",
    "to_json",
    "to_mermaid",
    "to_xes",
]

_MODULES = {
    "from_cjml": "cjml_read",
    "from_json": "atlas_json",
    "from_sticky_notes": "sticky",
    "left_out": "cjml_lost",
    "to_cjml": "cjml_write",
    "to_csv": "flat",
    "to_json": "atlas_json",
    "to_mermaid": "mermaid",
    "to_xes": "xes",
}


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        said = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(said)
    from importlib import import_module  # lazy: start-up time

    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
