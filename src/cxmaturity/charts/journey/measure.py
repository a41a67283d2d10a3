"""How wide a text is and where it breaks, in millimetres, from the advance widths of the fonts themselves.

Pure arithmetic on one table per weight: a poster of sixty events measures some ten thousand words, which matplotlib's own
text machinery would take seconds to do. Kerning is left out: it makes lines a little shorter, never cuts them.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from cxmaturity.charts.fonts import Weight, advances

PT: Final = 25.4 / 72
"""Millimetres in a point."""
LINE: Final = 1.24
"""Distance between two base lines, in sizes of letters; more than the height of Inter's box, which is 1.21."""
ASCENT: Final = 0.969
DESCENT: Final = 0.242
"""Height of Inter's box above and below the base line, in sizes of letters."""
_UNWRITABLE: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\u202a-\u202e\u2066-\u2069]"
)
_SPACES: Final = re.compile(r"[ \t\r\n]+")
_BREAKS: Final = re.compile(r"(?<=[-/_.@&+‐–—])(?=\w)")
_HYPHEN: Final = "\u2010"


def printable(text: str) -> str:
    """Return `text` on one line without what XML cannot hold; no-break spaces stay."""
    return _SPACES.sub(" ", _UNWRITABLE.sub("", text)).strip()


@lru_cache(maxsize=65536)
def text_width(text: str, size: float, weight: Weight = "normal") -> float:
    """Return the width in millimetres of one line of `text`, letters of `size` points."""
    return sum(map(advances(weight).__getitem__, text)) * size * PT


def line_height(size: float) -> float:
    """Return the distance in millimetres between two base lines of letters of `size` points."""
    return size * PT * LINE


def longest_word(text: str, size: float, weight: Weight = "normal") -> float:
    """Return the width in millimetres of the longest word: below it, words are cut."""
    return max((text_width(word, size, weight) for word in printable(text).split(" ")), default=0.0)


@lru_cache(maxsize=65536)
def wrap(text: str, width: float, size: float, weight: Weight = "normal") -> tuple[str, ...]:
    """Break a text into lines of at most `width` millimetres, at its spaces, inside a word only when it must.

    Nothing is ever left out. A word too wide breaks after a sign (``-``, ``/``), else with a hyphen; no-break spaces hold.

    Examples
    --------
    >>> wrap("one two three", 14, 8)
    ('one two', 'three')
    """
    done: list[str] = []
    line = ""
    for word in printable(text).split(" "):
        tried = f"{line} {word}" if line else word
        if text_width(tried, size, weight) <= width:
            line = tried
            continue
        pieces = _pieces(word, width, size, weight)
        if line and len(pieces) > 1 and text_width(f"{line} {pieces[0]}", size, weight) <= width:
            pieces[0] = f"{line} {pieces[0]}"
        elif line:
            done.append(line)
        done.extend(pieces[:-1])
        line = pieces[-1]
    done.append(line)
    return tuple(part for part in done if part)


def _pieces(word: str, width: float, size: float, weight: Weight) -> list[str]:
    """Cut a word that is wider than a line: at its own signs first, then between letters with a hyphen."""
    if text_width(word, size, weight) <= width:
        return [word]
    done: list[str] = []
    for part in _BREAKS.split(word):
        rest = part
        if done and text_width(done[-1] + rest, size, weight) <= width:
            done[-1] += rest
            continue
        while text_width(rest, size, weight) > width and len(rest) > 3:
            kept = len(rest) - 2
            while kept > 2 and text_width(rest[:kept] + _HYPHEN, size, weight) > width:
                kept -= 1
            done.append(rest[:kept] + _HYPHEN)
            rest = rest[kept:]
        done.append(rest)
    return done


def block_width(lines: tuple[str, ...], size: float, weight: Weight = "normal") -> float:
    """Return the width in millimetres of the widest line."""
    return max((text_width(line, size, weight) for line in lines), default=0.0)
