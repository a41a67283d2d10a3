"""How wide a text is and whether it fits, with the real metrics of the fonts; no slide is drawn without asking.

A deck is opened on machines that lack our font. So a text is measured in Inter and in DejaVu Sans, the widest of the fonts that
programs put in its place, and must fit in both.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

import attrs

from cxmaturity.charts.canvas import Weight, text_width
from cxmaturity.charts.fonts import FALLBACK_FAMILY
from cxmaturity.charts.theme import ChartTheme
from cxmaturity.reporting.inline import spans

LINE: Final = 1.2
"""Distance between two lines, in sizes of letters; written into the slides as an exact number of points."""
_UNIT: Final = 100.0


@lru_cache(maxsize=1)
def _themes() -> tuple[ChartTheme, ChartTheme]:
    ours = ChartTheme.from_primary(None)
    changes = {"font_family": FALLBACK_FAMILY}
    return ours, attrs.evolve(ours, **changes)  # type: ignore[arg-type]  # a mapping of names to values


@lru_cache(maxsize=16384)
def _share(text: str, *, bold: bool) -> float:
    """Return the width of a text in sizes of letters, the widest of both fonts."""
    weight: Weight = "semibold" if bold else "normal"
    return max(text_width(text, theme, _UNIT, weight) for theme in _themes()) / _UNIT


def width(text: str, size: float, *, bold: bool = False) -> float:
    """Return the width in points of one line of text, markup left out.

    Examples
    --------
    >>> width("Total", 12) < width("Total", 12, bold=True) < width("**Totals**", 14)
    True
    """
    return size * sum(_share(span.text, bold=bold or span.strong) for span in spans(text) if span.text)


def _words(text: str, *, bold: bool) -> list[list[tuple[str, bool]]]:
    """Return the words of a text, each the pieces it is made of, with their weight."""
    found: list[list[tuple[str, bool]]] = [[]]
    for span in spans(text):
        for index, piece in enumerate(span.text.split(" ")):
            if index:
                found.append([])
            if piece:
                found[-1].append((piece, bold or span.strong))
    return [word for word in found if word]


def lines(text: str, room: float, size: float, *, bold: bool = False) -> int:
    """Return how many lines a text takes in `room` points; a word longer than a line is broken by letters."""
    space, count, reached = size * _share(" ", bold=bold), 1, 0.0
    for word in _words(text, bold=bold):
        long = size * sum(_share(piece, bold=strong) for piece, strong in word)
        if reached and reached + space + long > room:
            count, reached = count + 1, 0.0
        reached += (space if reached else 0.0) + long
        while reached > room > 0:
            count, reached = count + 1, reached - room
    return count


def broken(text: str, room: float, size: float) -> str:
    r"""Return a text without markup with a line feed wherever a line of `room` points ends.

    Examples
    --------
    >>> broken("Share due to the programme", 100, 12).split("\n")
    ['Share due to', 'the programme']
    """
    done: list[str] = []
    for word in text.split(" "):
        if done and width(f"{done[-1]} {word}", size) <= room:
            done[-1] += f" {word}"
        else:
            done.append(word)
    return "\n".join(done)


def height(texts: Sequence[str], room: float, size: float, *, bold: bool = False, gap: float = 0.0) -> float:
    """Return the height in points of paragraphs set in `room` points, `gap` points between them."""
    if not texts:
        return 0.0
    return sum(lines(text, room, size, bold=bold) for text in texts) * size * LINE + gap * (len(texts) - 1)


def fit(
    texts: Sequence[str],
    room: tuple[float, float],
    sizes: Sequence[float],
    *,
    bold: bool = False,
    gap: float = 0.5,
) -> tuple[float, tuple[str, ...]]:
    """Return the largest of `sizes` at which paragraphs fit in `room` (width, height), and the paragraphs.

    When none does, they are set at the smallest size and cut, the longest first, each cut ending with an ellipsis; `gap` is in
    sizes of letters.
    """
    for size in sizes:
        if height(texts, room[0], size, bold=bold, gap=gap * size) <= room[1]:
            return size, tuple(texts)
    size, kept = sizes[-1], list(texts)
    while height(kept, room[0], size, bold=bold, gap=gap * size) > room[1]:
        longest = max(
            range(len(kept)), key=lambda i: (lines(kept[i], room[0], size, bold=bold), len(kept[i]))
        )
        if len(kept[longest]) > 12:
            kept[longest] = shorten(kept[longest], len(kept[longest]) * 9 // 10)
        elif len(kept) > 1:
            kept.pop()
        else:
            break
    return size, tuple(kept)


def shorten(text: str, length: int) -> str:
    """Return the beginning of a text, at most about `length` characters, with an ellipsis; markup is dropped.

    Examples
    --------
    >>> shorten("a long name of something", 12)
    'a long name…'
    """
    said = "".join(span.text for span in spans(text)).rstrip("…")
    cut = said[: max(0, min(length, len(said) - 1))]  # always shorter than it was
    head, _, tail = cut.rpartition(" ")
    kept = head if head and len(tail) < 15 else cut
    return f"{kept.rstrip(' ,;:.–')}…".replace("\\", "\\\\").replace("*", "\\*")


def one_line(text: str, room: float, size: float, *, bold: bool = False) -> str:
    """Return a text that stands on one line of `room` points, cut when it must be."""
    while lines(text, room, size, bold=bold) > 1 and len(text) > 2:
        text = shorten(text, len(text) - 2)
    return text
