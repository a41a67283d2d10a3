"""Where stages and events stand from left to right, from the width of what they have to say.

A stage is a module of the grid; its events share it evenly, so that a point of the curve stands above everything else
that is known of the event.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from typing import Final

import attrs

from cxmaturity.charts.journey.look import Look
from cxmaturity.charts.journey.measure import longest_word, text_width
from cxmaturity.charts.journey.sheet import Column, Content, Step


@attrs.frozen(kw_only=True)
class Cell:
    """One event's share of the width: `x` its left edge, `centre` where its point stands."""

    step: Step
    x: float
    width: float

    @property
    def centre(self) -> float:
        """Where its point stands."""
        return self.x + self.width / 2

    @property
    def right(self) -> float:
        """Right edge."""
        return self.x + self.width


@attrs.frozen(kw_only=True)
class Span:
    """One stage's share of the width, with the cells of its events; `across` cards side by side."""

    column: Column
    x: float
    width: float
    cells: tuple[Cell, ...]
    across: int

    @property
    def right(self) -> float:
        """Right edge."""
        return self.x + self.width


@attrs.frozen(kw_only=True)
class Grid:
    """The stages from left to right; `tight` when some are narrower than their longest words; `cells` are all their events."""

    spans: tuple[Span, ...]
    tight: bool = False
    cells: tuple[Cell, ...] = attrs.field(init=False, repr=False)

    @cells.default
    def _cells(self) -> tuple[Cell, ...]:
        return tuple(cell for span in self.spans for cell in span.cells)

    def at(self, index: float) -> float:
        """Return where the rank `index` in the journey stands, between the events drawn around it."""
        cells = self.cells
        if not cells:
            return self.spans[0].x
        rank = bisect_right(cells, index, key=lambda cell: cell.step.result.index)
        before, after = cells[max(rank - 1, 0)], cells[min(rank, len(cells) - 1)]
        one, two = before.step.result.index, after.step.result.index
        if one == two or index <= one:
            return before.centre
        return before.centre + (index - one) / (two - one) * (after.centre - before.centre)


CARD: Final = 22.5
NARROW: Final = 20.4
"""Least width of a card, in millimetres at scale 1; the same on a sheet that is full."""


def make_grid(
    content: Content, look: Look, weights: tuple[float, float] = (0.08, 0.06), *, expects: bool = False
) -> Grid:
    """Share the width between stages by what they have to say, none below what its cards and its longest words need.

    `weights` tell how much the length of pains and opportunities counts, and that of names (actors, systems); `expects` whether
    cards say what is expected.
    """
    width = look.right - look.left
    columns = content.columns
    rows = rows_of_cards(columns, look, width, expects=expects)
    least = [_least(column, look, rows, expects=expects) for column in columns]
    wanted = [_demand(column, look, rows, weights) for column in columns]
    widths = _share(width, least, wanted)
    spans, x = [], look.left
    for column, own in zip(columns, widths, strict=True):
        each = own / max(1, len(column.steps))
        cells = tuple(
            Cell(step=step, x=x + rank * each, width=each) for rank, step in enumerate(column.steps)
        )
        spans.append(Span(column=column, x=x, width=own, cells=cells, across=_across(column, rows)))
        x += own
    return Grid(spans=tuple(spans), tight=sum(least) > width)


def _across(column: Column, rows: int) -> int:
    return max(1, math.ceil(sum(step.event.visible for step in column.steps) / rows))


def rows_of_cards(columns: tuple[Column, ...], look: Look, width: float, *, expects: bool = False) -> int:
    """Return how many rows of cards there are: the fewest with which every card is wide enough."""
    most = max((len(column.steps) for column in columns), default=1) or 1
    for rows in range(1, most + 1):
        if sum(_least(column, look, rows, expects=expects) for column in columns) <= width:
            return rows
    return most


def _least(column: Column, look: Look, rows: int, *, expects: bool) -> float:
    """Return what the cards and the longest words of a stage need."""
    name = longest_word(column.name, look.head, "semibold") + look.mm(8 if look.narrow else 10)
    if look.summary:
        items = [item.text for step in column.steps for item in (*step.pains, *step.opportunities)]
        words = [longest_word(text, look.body) + look.mm(5.4) for text in items]
        return min(max([look.mm(17 if look.narrow else 20), name, *words]), look.mm(38))
    words = [longest_word(step.action, look.body) + look.mm(5.8) for step in column.steps]
    if expects:
        words += [longest_word(step.expects, look.small, "italic") + look.mm(5.8) for step in column.steps]
    card = min(max([look.mm(NARROW if look.dense else CARD), *words]), look.mm(34))
    return max(name, card * _across(column, rows))


def _demand(column: Column, look: Look, rows: int, weights: tuple[float, float]) -> float:
    """Return how much a stage has to say: its events, and the length of its texts, which share the height of their lanes."""
    items = sum(
        text_width(item.text, look.body)
        for step in column.steps
        for item in (*step.pains, *step.opportunities)
    )
    tags = {
        tag.text
        for step in column.steps
        for tag in (*step.front, *step.back, *step.systems, *step.kpis, *step.owner, *step.campaigns)
    }
    said = sum(text_width(text, look.small) for text in tags)
    return look.mm(20) * _across(column, rows) + weights[0] * items + weights[1] * said


def _share(width: float, least: list[float], wanted: list[float]) -> list[float]:
    """Share `width` in proportion to `wanted`, nobody below `least`; when even that is too much, shrink all alike."""
    if sum(least) >= width:
        return [width * own / sum(least) for own in least]
    fixed: set[int] = set()
    while True:
        left = width - sum(least[i] for i in fixed)
        total = sum(wanted[i] for i in range(len(wanted)) if i not in fixed)
        new = {i for i in range(len(wanted)) if i not in fixed and wanted[i] * left / total < least[i]}
        if not new:
            return [least[i] if i in fixed else wanted[i] * left / total for i in range(len(wanted))]
        fixed |= new
