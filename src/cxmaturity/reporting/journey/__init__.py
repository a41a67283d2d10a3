"""Journey maps as documents: SVG, PDF and PNG posters, a page that works from a file, slides of native shapes.

The picture comes from `charts.journey`; everything else here says in words what `journey.analyse` found. Nothing is imported
until it is asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any, Final

_HOMES: Final = {
    "FORMATS": "make",
    "SIZES": "pictures",
    "draw_maps": "make",
    "look_of": "look",
    "make_maps": "make",
    "map_words": "words",
}
__all__ = ["FORMATS", "SIZES", "draw_maps", "look_of", "make_maps", "map_words"]  # found by __getattr__


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        msg = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(msg)
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
