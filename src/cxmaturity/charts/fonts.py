"""Which font the whole report shares, where its files are, and how matplotlib learns of it.

The bundled family stands in ``templates/fonts``; without it, DejaVu Sans, part of matplotlib, is used.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

from cxmaturity.core.problems import FileError
from cxmaturity.resources import resource

BUNDLED_FAMILY: Final = "Inter"
FALLBACK_FAMILY: Final = "DejaVu Sans"


@cache
def bundled_fonts() -> tuple[Path, ...]:
    """Return the TrueType and OpenType files that come with the package, sorted."""
    try:
        folder = resource("templates/fonts")
    except FileError:
        return ()
    return tuple(sorted(path for path in folder.iterdir() if path.suffix.lower() in {".ttf", ".otf"}))


@cache
def shared_family() -> str:
    """Return the family that page, PDF and charts share."""
    shipped = any(path.stem.lower().startswith(BUNDLED_FAMILY.lower()) for path in bundled_fonts())
    return BUNDLED_FAMILY if shipped else FALLBACK_FAMILY


@cache
def register_fonts() -> None:
    """Make the bundled fonts known to matplotlib; the second call does nothing."""
    from matplotlib.font_manager import fontManager  # lazy: a second

    for path in bundled_fonts():
        fontManager.addfont(path)


@cache
def drawable(families: tuple[str, ...]) -> frozenset[int]:
    """Return the code points that one of the families can draw."""
    from matplotlib.font_manager import FontProperties, findfont, get_font  # lazy: a second

    register_fonts()
    points: set[int] = set()
    for family in families:
        points |= set(get_font(findfont(FontProperties(family=[family]))).get_charmap())
    return frozenset(points)
