"""Marks that the charts of risk share: hatching for a loss, a chance in words, the key's samples.

A loss is hatched, labelled and red: colour never speaks alone. The hatching is drawn line by line, because the patterns of SVG
are not read the same way by every program that prints it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from matplotlib.axes import Axes

from cxmaturity import i18n
from cxmaturity.charts.level_grid import KeyItem
from cxmaturity.core.text import Language

Box = tuple[float, float, float, float]
"""Left, top, right and bottom, in points from the top left corner of the paper."""

STEP: Final = 4.0
"""Distance between two lines of the hatching along the horizontal, in points."""


def hatch_lines(box: Box, step: float = STEP) -> list[tuple[tuple[float, float], tuple[float, float]]]:
    """Return the segments at 45 degrees that fill a box, all on one grid of the paper so that boxes side by side agree.

    Examples
    --------
    >>> hatch_lines((0.0, 0.0, 4.0, 4.0))
    [((0.0, 4.0), (4.0, 0.0))]
    """
    left, top, right, bottom = box
    segments = []
    first = int((left + top) // step) + 1
    number = first
    while number * step < right + bottom:
        total = number * step  # x + y along the line
        start = (max(left, total - bottom), min(bottom, total - left))
        end = (min(right, total - top), max(top, total - right))
        if end[0] > start[0]:
            segments.append((start, end))
        number += 1
    return segments


def draw_hatching(ground: Axes, boxes: Iterable[Box], colour: str, label: str) -> None:
    """Draw the hatching of several boxes on axes in points, as one artist."""
    x: list[float] = []
    y: list[float] = []
    for box in boxes:
        for (x0, y0), (x1, y1) in hatch_lines(box):
            x += [x0, x1, float("nan")]
            y += [y0, y1, float("nan")]
    if x:
        ground.plot(x, y, color=colour, linewidth=0.8, label=label, clip_on=False, solid_capstyle="butt")


def key_box(word: str, label: str, face: str, *, hatched: str = "", edge: str = "") -> KeyItem:
    """Return a key item whose sample is a small box, hatched in the colour `hatched` when there is one."""
    width, height = 13.0, 7.0

    def draw(axes: Axes, x: float, y: float) -> None:
        corner = (x - width / 2, y - height / 2)
        axes.barh(
            [y],
            [width],
            left=corner[0],
            height=height,
            color=face,
            edgecolor=edge or face,
            linewidth=0.7,
            label=f"key {word}",
            clip_on=False,
        )
        if hatched:
            box = (corner[0], corner[1], corner[0] + width, corner[1] + height)
            draw_hatching(axes, [box], hatched, f"key hatching {word}")

    return KeyItem(label=label, width=width, draw=draw)


def chance(share: float, language: Language) -> str:
    """Return a probability that never claims certainty: "72%", "over 99%", "under 1%"."""
    if share > 0.99:
        return i18n.message("charts.over", language, value=i18n.percent(0.99, language))
    if share < 0.01:
        return i18n.message("charts.under", language, value=i18n.percent(0.01, language))
    return i18n.percent(share, language)
