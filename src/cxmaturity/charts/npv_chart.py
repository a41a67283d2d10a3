"""How the NPV spreads over all trials: how often money is lost, and by how much."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import attrs
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from cxmaturity import i18n
from cxmaturity.business_case.values import CaseResult, SimulationResult
from cxmaturity.charts.amounts import scale_labels
from cxmaturity.charts.canvas import BODY, LINE, SMALL, WIDTH, Align, Paper, Style, drawing, text_width
from cxmaturity.charts.chart import Chart, ChartTable
from cxmaturity.charts.colour import blend
from cxmaturity.charts.marks import Box, chance, draw_hatching
from cxmaturity.charts.svg import finish
from cxmaturity.charts.theme import ChartTheme
from cxmaturity.core.problems import InputError
from cxmaturity.core.text import Language

_HEADS: Final = 42.0
_HEIGHT: Final = 128.0
_SIDE: Final = 16.0
_GAP: Final = 8.0


@attrs.frozen(kw_only=True)
class _Field:
    """The columns on the paper: axes whose x is money and y trials, and the places of both."""

    paper: Paper
    axes: Axes
    low: float
    high: float
    tallest: float

    def x(self, amount: float) -> float:
        """Return where an amount stands, in points."""
        return _SIDE + (WIDTH - 2 * _SIDE) * (amount - self.low) / (self.high - self.low)

    def y(self, count: float) -> float:
        """Return where a number of trials stands, in points."""
        return _HEADS + _HEIGHT * (1 - count / self.tallest)

    @property
    def floor(self) -> float:
        """The foot of the columns."""
        return _HEADS + _HEIGHT


def simulated(case: CaseResult) -> SimulationResult:
    """Return the simulation of a case, or say that there is none to draw."""
    if case.simulation is None or not any(case.simulation.counts):
        raise InputError.of(
            "charts.no_simulation", "no input of this case has a range: there is no distribution to draw."
        )
    return case.simulation


def npv_distribution(case: CaseResult, language: Language, theme: ChartTheme) -> Chart:
    """Return the distribution of the NPV: trials per column, the loss side hatched, P10, P50 and P90 marked.

    Raises
    ------
    InputError
        ``charts.no_simulation``.
    """
    with drawing():
        figure = draw_npv_distribution(case, language, theme)
        return finish(
            figure,
            kind="spread",
            title=i18n.message("charts.spread.title", language),
            alt=_finding(case, language),
            table=_table(case, language),
            language=language,
            theme=theme,
        )


def draw_npv_distribution(case: CaseResult, language: Language, theme: ChartTheme) -> Figure:
    """Return the figure of `npv_distribution`.

    Its artists bear the labels loss and gain (columns, x in money, heights in trials), hatching, zero, percentiles.
    """
    with drawing():
        found = simulated(case)
        edges, counts = _trimmed(found)
        low, high = min(edges[0], found.p10), max(edges[-1], found.p90)
        sides = _sides(found, language)
        at_zero = _SIDE + (WIDTH - 2 * _SIDE) * min(max(-low / (high - low), 0.0), 1.0)
        room = (at_zero - 6, WIDTH - at_zero - 6)
        beside = all(
            text_width(said, theme, BODY, "semibold") <= free for said, free in zip(sides, room, strict=True)
        )
        paper = Paper(_HEADS + _HEIGHT + (34 if beside else 46), theme)
        box = (_SIDE, _HEADS, WIDTH - 2 * _SIDE, _HEIGHT)
        axes = paper.panel(box, (low, high), (0, max(counts)))
        axes.set_ylim(0, max(counts))
        field = _Field(paper=paper, axes=axes, low=low, high=high, tallest=max(counts))
        _draw_columns(field, edges, counts)
        _draw_scale(field, case, language)
        _draw_percentiles(field, found, case.currency, language)
        _draw_sides(paper, at_zero, field.floor + 27, sides, beside=beside)
        return paper.figure


def _trimmed(found: SimulationResult) -> tuple[list[float], list[int]]:
    """Return edges and counts without the empty columns at both ends."""
    full = [place for place, count in enumerate(found.counts) if count]
    first, last = full[0], full[-1]
    return list(found.edges[first : last + 2]), list(found.counts[first : last + 1])


def _draw_columns(field: _Field, edges: Sequence[float], counts: Sequence[int]) -> None:
    theme = field.paper.theme
    loss = [place for place in range(len(counts)) if edges[place + 1] <= 0]
    gain = [place for place in range(len(counts)) if edges[place + 1] > 0]
    for label, places, face, edge in (
        ("loss", loss, theme.paper, theme.bad),
        ("gain", gain, blend(theme.primary, theme.paper, 0.6), theme.paper),
    ):
        style: Style = {"color": face, "edgecolor": edge, "linewidth": 0.7, "clip_on": False}
        widths = [edges[place + 1] - edges[place] for place in places]
        heights, lefts = [counts[place] for place in places], [edges[place] for place in places]
        if places:
            field.axes.bar(lefts, heights, width=widths, align="edge", label=label, **style)
    boxes: list[Box] = [
        (field.x(edges[place]), field.y(counts[place]), field.x(edges[place + 1]), field.floor)
        for place in loss
    ]
    draw_hatching(field.paper.ground(), boxes, theme.bad, "hatching")
    ground = field.paper.ground()
    ground.hlines([field.floor], 0, WIDTH, colors=theme.ink, linewidths=0.9, label="base", clip_on=False)
    if field.low <= 0 <= field.high:
        x = field.x(0)
        ground.vlines(
            [x], _HEADS - 2, field.floor + 20, colors=theme.ink, linewidths=1.1, label="zero", clip_on=False
        )


def _draw_scale(field: _Field, case: CaseResult, language: Language) -> None:
    theme = field.paper.theme
    ticks = [
        float(tick)
        for tick in MaxNLocator(nbins=7, steps=[1, 2, 2.5, 5, 10]).tick_values(field.low, field.high)
        if field.low <= tick <= field.high
    ]
    unit, labels = scale_labels(ticks, case.currency, language)
    y, end = field.floor + 9, WIDTH
    if unit:
        field.paper.text(WIDTH, y, unit, size=SMALL, colour=theme.muted, ha="right")
        end -= text_width(unit, theme, SMALL) + _GAP
    taken = -_GAP
    for tick, label in zip(ticks, labels, strict=True):
        half, x = text_width(label, theme, SMALL) / 2, field.x(tick)
        if taken + _GAP <= x - half and x + half <= end:
            field.paper.text(x, y, label, size=SMALL, colour=theme.muted, ha="center", patch=tick == 0)
            taken = x + half


def _draw_percentiles(field: _Field, found: SimulationResult, currency: str, language: Language) -> None:
    """Mark P10, P50 and P90 above the columns, their words moved apart when they are close."""
    theme, ground = field.paper.theme, field.paper.ground()
    marks = (("P10", found.p10), ("P50", found.p50), ("P90", found.p90))
    said = [(name, i18n.money(amount, currency, language, compact=True)) for name, amount in marks]
    halves = [
        max(text_width(name, theme, SMALL), text_width(money, theme, BODY, "semibold")) / 2
        for name, money in said
    ]
    places = _apart([field.x(amount) for _, amount in marks], halves)
    places_x = [field.x(amount) for _, amount in marks]
    style: Style = {"colors": theme.ink, "linewidths": 0.9, "linestyles": (0, (2, 2)), "label": "percentiles"}
    ground.vlines(places_x, 27, field.floor, clip_on=False, **style)
    for (name, money), at in zip(said, places, strict=True):
        field.paper.text(at, 8, name, size=SMALL, colour=theme.muted, ha="center")
        field.paper.text(at, 8 + LINE * BODY, money, weight="semibold", ha="center")


def _apart(wanted: Sequence[float], halves: Sequence[float]) -> list[float]:
    """Return places near those wanted where words of these half widths neither meet nor leave the paper."""
    places = list(wanted)
    for i in range(1, len(places)):
        places[i] = max(places[i], places[i - 1] + halves[i - 1] + halves[i] + _GAP)
    right = WIDTH
    for i in reversed(range(len(places))):
        places[i] = min(places[i], right - halves[i])
        right = places[i] - halves[i] - _GAP
    left = 0.0
    for i, half in enumerate(halves):
        places[i] = max(places[i], left + half)
        left = places[i] + half + _GAP
    return places


def _sides(found: SimulationResult, language: Language) -> tuple[str, str]:
    """Return how often the result is a loss, and how often a gain."""
    chances = (("loss", found.probability_of_loss), ("gain", 1 - found.probability_of_loss))
    loss, gain = (
        i18n.message(f"charts.spread.{side}", language, chance=chance(share, language))
        for side, share in chances
    )
    return loss, gain


def _draw_sides(paper: Paper, zero: float, y: float, sides: tuple[str, str], *, beside: bool) -> None:
    """Write the chances on both sides of zero; when one is too narrow for its words, both in lines on the wider."""
    colours = (paper.theme.bad, paper.theme.primary_ink)
    aligned: tuple[Align, Align] = ("right", "left") if zero > WIDTH / 2 or beside else ("left", "left")
    for place, (said, colour) in enumerate(zip(sides, colours, strict=True)):
        side = aligned[place] if beside else aligned[0]
        at = zero - 6 if side == "right" else zero + 6
        paper.text(
            at,
            y if beside else y + place * (LINE * BODY + 1),
            said,
            weight="semibold",
            colour=colour,
            ha=side,
        )


def _finding(case: CaseResult, language: Language) -> str:
    found = simulated(case)

    def money(amount: float) -> str:
        return i18n.money(amount, case.currency, language, compact=True)

    return i18n.message(
        "charts.spread.finding",
        language,
        draws=i18n.number(found.draws, language),
        loss=chance(found.probability_of_loss, language),
        low=money(found.p10),
        middle=money(found.p50),
        high=money(found.p90),
        worst=money(found.cvar5),
    )


def _table(case: CaseResult, language: Language) -> ChartTable:
    found = simulated(case)
    edges, counts = _trimmed(found)

    def money(amount: float) -> str:
        return i18n.money(amount, case.currency, language)

    return ChartTable(
        columns=tuple(i18n.message(f"charts.head.{head}", language) for head in ("npv", "trials", "share")),
        rows=[
            (
                i18n.message(
                    "charts.from_to", language, low=money(edges[place]), high=money(edges[place + 1])
                ),
                i18n.number(count, language),
                i18n.percent(count / found.draws, language, 1),
            )
            for place, count in enumerate(counts)
        ],
    )
