"""The cash curve: how much is tied up, when it comes back and what is there at the end."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Sequence
from typing import Final

import attrs
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from cxmaturity import i18n
from cxmaturity.business_case.values import CaseResult
from cxmaturity.charts.amounts import scale_labels
from cxmaturity.charts.canvas import BODY, LINE, SMALL, WIDTH, Paper, Style, drawing, text_width, wrap
from cxmaturity.charts.chart import Chart, ChartTable
from cxmaturity.charts.svg import finish
from cxmaturity.charts.theme import ChartTheme
from cxmaturity.core.text import Language

_TOP: Final = 18.0
_HEIGHT: Final = 176.0
_ENDS_WIDTH: Final = 98.0
_BLOCK: Final = 26.0

Box = tuple[float, float, float, float]
Points = Sequence[tuple[float, float]]


@attrs.frozen(kw_only=True)
class _Field:
    """The plot on the paper: axes, edges in points, and the case drawn in it."""

    paper: Paper
    axes: Axes
    left: float
    right: float
    ticks: tuple[float, ...]
    case: CaseResult
    language: Language

    def place(self, year: float, amount: float) -> tuple[float, float]:
        """Return where a year and an amount stand, in points from the top left corner of the paper."""
        x, y = self.axes.get_xlim(), self.axes.get_ylim()
        across = (year - x[0]) / (x[1] - x[0])
        return self.left + (self.right - self.left) * across, _TOP + _HEIGHT * (y[1] - amount) / (y[1] - y[0])

    @property
    def bottom(self) -> float:
        """The lower edge of the plot."""
        return _TOP + _HEIGHT


def cash_curve(case: CaseResult, language: Language, theme: ChartTheme) -> Chart:
    """Return the cumulative cash, plain and discounted, with the deepest point and the payback marked.

    The payback is the engine's own, not read off the curve.
    """
    with drawing():
        figure = draw_cash_curve(case, language, theme)
        return finish(
            figure,
            kind="cash",
            title=i18n.message("charts.cash.title", language),
            alt=_finding(case, language),
            table=_table(case, language),
            language=language,
            theme=theme,
        )


def draw_cash_curve(case: CaseResult, language: Language, theme: ChartTheme) -> Figure:
    """Return the figure of `cash_curve`.

    Its lines bear the labels cumulative, discounted, payback and discounted payback, x in years, y in money.
    """
    with drawing():
        ticks = _ticks([0.0, *case.cumulative, *case.cumulative_discounted])
        unit, labels = scale_labels(ticks, case.currency, language)
        first = text_width(_year(0, language), theme, SMALL) / 2
        left = max(first, *(text_width(label, theme, SMALL) for label in (unit, *labels))) + 9
        right = WIDTH - _ENDS_WIDTH
        paper = Paper(_TOP + _HEIGHT + 22, theme)
        axes = paper.panel(
            (left, _TOP, right - left, _HEIGHT), (0, case.horizon_years), (ticks[0], ticks[-1])
        )
        axes.set_ylim(ticks[0], ticks[-1])
        field = _Field(
            paper=paper, axes=axes, left=left, right=right, ticks=tuple(ticks), case=case, language=language
        )
        paper.text(left - 7, 5, unit, size=SMALL, colour=theme.muted, ha="right")
        _draw_scales(field, labels)
        years = range(len(case.cumulative))
        dashes: Style = {"color": theme.ink, "linewidth": 1.3, "linestyle": (0, (4, 2.2))}
        axes.plot(years, case.cumulative_discounted, label="discounted", clip_on=False, **dashes)
        style: Style = {"marker": "o", "markersize": 5.5, "color": theme.primary, "linewidth": 2}
        axes.plot(years, case.cumulative, label="cumulative", clip_on=False, **style)
        _draw_ends(field)
        _draw_notes(field)
        return paper.figure


def _ticks(values: Iterable[float]) -> list[float]:
    values = list(values)
    low, high = min(values), max(values)
    locator = MaxNLocator(nbins=5, steps=[1, 2, 2.5, 5, 10], integer=True)
    return [float(tick) for tick in locator.tick_values(low, high if high > low else low + 5)]


def _draw_scales(field: _Field, labels: Sequence[str]) -> None:
    theme, end = field.paper.theme, field.case.horizon_years
    field.axes.hlines(field.ticks, 0, end, colors=theme.rule, linewidths=0.7, label="scale", clip_on=False)
    field.axes.hlines([0], 0, end, colors=theme.ink, linewidths=0.9, label="zero", clip_on=False)
    for tick, label in zip(field.ticks, labels, strict=True):
        field.paper.text(
            field.left - 7, field.place(0, tick)[1], label, size=SMALL, colour=theme.muted, ha="right"
        )
    said = [_year(year, field.language) for year in range(end + 1)]
    widest = max(text_width(label, theme, SMALL) for label in said) + 8
    step = max(1, math.ceil(widest * end / (field.right - field.left)))
    for year in range(0, end + 1, step):
        x = field.place(year, 0)[0]
        field.paper.text(x, field.bottom + 12, said[year], size=SMALL, colour=theme.muted, ha="center")


def _year(year: int, language: Language) -> str:
    return i18n.message("charts.cash.year" if year else "charts.cash.start", language, number=year)


def _draw_ends(field: _Field) -> None:
    """Name each curve at its end, with its last amount, moved apart when they are close."""
    case, language, theme = field.case, field.language, field.paper.theme
    digits = 0 if round(case.discount_rate * 100, 6).is_integer() else 1
    rate = i18n.percent(case.discount_rate, language, digits)
    ends = [
        (case.cumulative[-1], i18n.message("charts.cash.cumulative", language), theme.primary_ink),
        (
            case.cumulative_discounted[-1],
            i18n.message("charts.cash.discounted", language, rate=rate),
            theme.ink,
        ),
    ]
    wanted = [field.place(case.horizon_years, amount)[1] for amount, _, _ in ends]
    upper = 0 if wanted[0] <= wanted[1] else 1
    middle = (wanted[0] + wanted[1]) / 2
    if abs(wanted[0] - wanted[1]) < _BLOCK:
        wanted[upper], wanted[1 - upper] = middle - _BLOCK / 2, middle + _BLOCK / 2
    shift = max(0.0, 10 - wanted[upper]) - max(0.0, wanted[1 - upper] - (field.bottom + 4 - _BLOCK / 2))
    left = field.right + 12
    for (amount, name, colour), y in zip(ends, wanted, strict=True):
        money = i18n.money(amount, case.currency, language, compact=True)
        field.paper.text(left, y + shift - 5, money, weight="semibold", colour=colour)
        lines = wrap(name, WIDTH - left, theme, SMALL, lines=1)
        field.paper.text(left, y + shift + 6, lines, size=SMALL, colour=theme.muted)


def _draw_notes(field: _Field) -> None:
    """Mark the payback and the deepest point, their words where no curve passes."""
    case, theme = field.case, field.paper.theme
    found = (
        ("discounted payback", case.discounted_payback_years, theme.paper),
        ("payback", case.payback_years, theme.accent),
    )
    shown = [
        (label, year, face)
        for label, year, face in found
        if year is not None and year <= case.horizon_years and min(case.cumulative) < 0
    ]
    for label, year, face in shown:
        style: Style = {
            "marker": "D",
            "markersize": 6,
            "markerfacecolor": face,
            "markeredgecolor": theme.accent,
        }
        field.axes.plot([year], [0], label=label, linestyle="none", clip_on=False, zorder=4, **style)
    curves = _sampled(field)
    years = [year for _, year, _ in shown] or [0.0, float(case.horizon_years)]
    lines = _payback_lines(case, field.language)
    taken = _free_box(field, [field.place(year, 0) for year in (min(years), max(years))], lines, curves, None)
    y = (taken[1] + taken[3]) / 2 - LINE * BODY / 2 * (len(lines) - 1)
    field.paper.text(taken[0], y, lines[0], weight="semibold", colour=theme.accent)
    for line in lines[1:]:
        field.paper.text(taken[0], y + LINE * BODY, line, size=SMALL, colour=theme.muted)
    deepest = _deepest(case)
    if case.cumulative[deepest] < 0:
        money = i18n.money(case.cumulative[deepest], case.currency, field.language, compact=True)
        said = [i18n.message("charts.cash.deepest", field.language, amount=money)]
        at = field.place(deepest, case.cumulative[deepest])
        box = _free_box(field, [at, at], said, curves, taken)
        field.paper.text(box[0], (box[1] + box[3]) / 2, said, size=SMALL)


def _deepest(case: CaseResult) -> int:
    """Return the year in which the most is tied up."""
    return min(range(len(case.cumulative)), key=case.cumulative.__getitem__)


def _payback_lines(case: CaseResult, language: Language) -> list[str]:
    if min(case.cumulative) >= 0 and any(case.cumulative):
        return [i18n.message("charts.cash.no_outlay", language)]
    if case.payback_years is None:
        return [i18n.message("charts.cash.no_payback", language, n=case.horizon_years)]
    lines = [i18n.message("charts.cash.payback", language, years=i18n.years(case.payback_years, language))]
    if case.discounted_payback_years is not None:
        years = i18n.years(case.discounted_payback_years, language)
        lines.append(i18n.message("charts.cash.discounted_payback", language, years=years))
    return lines


def _sampled(field: _Field) -> np.ndarray:
    """Return places along both curves, shape (points, 2), close enough that no word slips between two."""
    case = field.case
    shares = np.linspace(0.0, 1.0, max(4, 160 // case.horizon_years))
    found = []
    for amounts in (case.cumulative, case.cumulative_discounted):
        for year, (before, after) in enumerate(itertools.pairwise(amounts)):
            found += [field.place(year + share, before + (after - before) * share) for share in shares]
    return np.array(found)


def _free_box(
    field: _Field, around: Points, lines: Sequence[str], curves: np.ndarray, taken: Box | None
) -> Box:
    """Return the box nearest to the places `around` that neither a curve nor `taken` enters."""
    width = max(text_width(line, field.paper.theme, BODY, "semibold") for line in lines)
    height = LINE * BODY * len(lines)
    (left, y), (right, _) = around[0], around[-1]
    gaps = (7, 12, 20, 32, 48, 70, 100)
    lefts = [
        (left + right - width) / 2,
        *(right + gap for gap in gaps),
        *(left - gap - width for gap in gaps),
    ]
    tops = [y - height / 2, *(y + gap for gap in gaps), *(y - gap - height for gap in gaps)]
    low, high = field.left + 3, field.right - width
    boxes = [
        (x, top, x + width, top + height)
        for x in {min(max(x, low), high) for x in lefts}
        for top in tops
        if _TOP - 4 <= top <= field.bottom - height
    ]

    rules = [(field.place(0, tick)[1], 1000 if tick == 0 else 1) for tick in field.ticks]

    def trouble(box: Box) -> tuple[int, float, Box]:
        near = (curves > (box[0] - 4, box[1] - 4)) & (curves < (box[2] + 4, box[3] + 4))
        crossed = 10 * int(near.all(axis=1).sum()) + sum(w for at, w in rules if box[1] - 1 < at < box[3] + 1)
        if (
            taken
            and box[0] < taken[2]
            and taken[0] < box[2]
            and box[1] < taken[3] + 3
            and taken[1] < box[3] + 3
        ):
            crossed += 1000
        away = min(
            math.hypot(max(box[0] - x, 0, x - box[2]), max(box[1] - at, 0, at - box[3])) for x, at in around
        )
        return crossed, max(away, 7.0), box

    return min(boxes, key=trouble)


def _finding(case: CaseResult, language: Language) -> str:
    def money(amount: float) -> str:
        return i18n.money(amount, case.currency, language, compact=True)

    said = [
        i18n.message(
            "charts.cash.finding.end",
            language,
            n=case.horizon_years,
            cumulative=money(case.cumulative[-1]),
            discounted=money(case.cumulative_discounted[-1]),
        )
    ]
    deepest = _deepest(case)
    if case.cumulative[deepest] < 0:
        when = "start" if deepest == 0 else "year"
        amount = money(case.cumulative[deepest])
        said.append(
            i18n.message(f"charts.cash.finding.deepest_{when}", language, amount=amount, number=deepest)
        )
    if min(case.cumulative) >= 0 and any(case.cumulative):
        said.append(i18n.message("charts.cash.finding.no_outlay", language))
    elif case.payback_years is None:
        said.append(i18n.message("charts.cash.finding.never", language))
    else:
        years = i18n.years(case.payback_years, language)
        said.append(i18n.message("charts.cash.finding.payback", language, years=years))
    return " ".join(said)


def _table(case: CaseResult, language: Language) -> ChartTable:
    def money(amount: float) -> str:
        return i18n.money(amount, case.currency, language)

    return ChartTable(
        columns=tuple(
            i18n.message(f"charts.head.{head}", language)
            for head in ("year", "flow", "cumulative", "discounted")
        ),
        rows=[
            (_year(year, language), *(money(amount) for amount in amounts))
            for year, amounts in enumerate(
                zip(case.cash_flows, case.cumulative, case.cumulative_discounted, strict=True)
            )
        ],
    )
