"""Which font the whole report shares, where its files are, how wide its letters are, and how matplotlib learns of it.

The bundled family stands in ``templates/fonts``; without it, DejaVu Sans, part of matplotlib, is used.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

from cxmaturity.core.problems import FileError
from cxmaturity.resources import resource

BUNDLED_FAMILY: Final = "Inter"
FALLBACK_FAMILY: Final = "DejaVu Sans"

Weight = Literal["normal", "semibold", "italic"]
_STEMS: Final[dict[Weight, str]] = {"normal": "Regular", "semibold": "SemiBold", "italic": "Italic"}


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


class Advances(dict[str, float]):
    """Advance of each character in sizes of letters; one that no font of ours has is taken as wide as an em."""

    def __init__(self, weight: Weight) -> None:
        super().__init__()
        self._weight = weight
        self._fonts: list[Any] = []

    def opened(self) -> list[Any]:
        """Return the fonts, opened for the first letter that is not in the table."""
        if not self._fonts:
            from matplotlib.font_manager import FontProperties, findfont, get_font  # lazy: half a second

            files = {path.stem: path for path in bundled_fonts()}
            first = files.get(f"{BUNDLED_FAMILY}-{_STEMS[self._weight]}")
            heavy = 700 if self._weight == "semibold" else 400
            spare = findfont(FontProperties(family=[FALLBACK_FAMILY], weight=heavy))
            self._fonts = [get_font(path) for path in ([str(first)] if first else []) + [spare]]
        return self._fonts

    def close(self) -> None:
        """Forget the fonts, keep what was measured."""
        self._fonts = []

    def __missing__(self, letter: str) -> float:
        from matplotlib.ft2font import LoadFlags

        code, advance = ord(letter), 1.25
        for font in self.opened():
            if font.get_char_index(code):
                flags = LoadFlags.NO_SCALE | LoadFlags.NO_HINTING
                advance = font.load_char(code, flags=flags).horiAdvance / font.units_per_EM
                break
        self[letter] = advance
        return advance


@cache
def advances(weight: Weight) -> Advances:
    """Return the advances of one weight; kerning is left out, which makes a line a little shorter."""
    return Advances(weight)


def _reopen() -> None:
    """Open fonts anew in a fresh process of the warm start, which has closed those of its parent; advances stay the same."""
    for weight in _STEMS:
        advances(weight).close()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_reopen)
