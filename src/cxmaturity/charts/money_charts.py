"""The two pictures of the business case: what adds up to the net present value, and when the money comes back."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Final

import attrs
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from cxmaturity import i18n
from cxmaturity.business_case.values import CaseResult
from cxmaturity.catalog import Catalog
from cxmaturity.charts.canvas import BODY, LINE, SMALL, WIDTH, Paper, Weight, drawing, text_width, wrap
from cxmaturity.charts.chart import Chart, ChartTable
from cxmaturity.charts.colour import blend
from cxmaturity.charts.svg import finish
from cxmaturity.charts.theme import ChartTheme
from cxmaturity.core.text import Language

DASH: Final = "–"

# --- waterfall ---------------------------------------------------------------------------------------------------

_LABEL_WIDTH: Final = 150.0
_BARS_LEFT: Final = 160.0
_BARS_RIGHT: Final = 398.0
_ROW: Final = 25.0


@attrs.frozen(kw_only=True)
class Step:
    """One bar: from where to where, in money; `total` bars start at zero."""

    id: str
    name: str
    note: str
    start: float
    end: float
    total: bool = False

    @property
    def amount(self) -> float:
        """What the bar adds, signed."""
        return self.end - self.start


def waterfall(case: CaseResult, catalog: Catalog, language: Language, theme: ChartTheme) -> Chart:
    """Return the waterfall: each benefit's Shapley share of the present value, their total, the costs, the NPV.

    Benefits come by falling value with the grade of their evidence; amounts are at the right, rounded.
    """
    with drawing():
        figure = draw_waterfall(case, catalog, language, theme)
        return finish(
            figure,
            kind="waterfall",
            title=i18n.message("charts.waterfall.title", language),
            alt=_waterfall_finding(case, catalog, language),
            table=_waterfall_table(case, catalog, language),
            language=language,
            theme=theme,
        )


def _steps(case: CaseResult, catalog: Catalog, language: Language) -> tuple[Step, ...]:
    steps: list[Step] = []
    reached = 0.0
    for benefit in sorted(case.benefits, key=lambda b: -b.pv):
        grade = catalog.evidence_grade(benefit.evidence).name.in_(language)
        steps.append(
            Step(
                id=benefit.id,
                name=catalog.benefit(benefit.id).name.in_(language),
                note=i18n.message("charts.waterfall.evidence", language, grade=benefit.evidence, name=grade),
                start=reached,
                end=reached + benefit.pv,
            )
        )
        reached += benefit.pv

    def said(word: str) -> str:
        return i18n.message(f"charts.waterfall.{word}", language)

    return (
        *steps,
        Step(id="benefits", name=said("benefits"), note="", start=0.0, end=case.pv_benefits, total=True),
        Step(id="costs", name=said("costs"), note="", start=case.pv_benefits, end=case.pv_benefits - case.pv_costs),
        Step(id="npv", name=said("npv"), note=said("npv_note"), start=0.0, end=case.npv, total=True),
    )


def draw_waterfall(case: CaseResult, catalog: Catalog, language: Language, theme: ChartTheme) -> Figure:
    """Return the figure of `waterfall`; one bar per step, labelled by its id, x in money and y the rank of the row."""
    with drawing():
        steps = _steps(case, catalog, language)
        names = [wrap(step.name, _LABEL_WIDTH, theme, BODY, _weight(step), lines=2) for step in steps]
        heights = [
            max(_ROW, LINE * (BODY * len(name) + (SMALL if step.note else 0)) + 8)
            for step, name in zip(steps, names, strict=True)
        ]
        unit, amounts = _column([step.amount for step in steps], case.currency, language)
        head = 15.0 if unit else 0.0
        tops = [head + sum(heights[:i]) for i in range(len(steps))]
        paper = Paper(head + sum(heights) + 1, theme)
        ends = [0.0, *(step.start for step in steps), *(step.end for step in steps)]
        low, high = min(ends), max(ends)
        high = high if high > low else low + 1
        axes = paper.panel((_BARS_LEFT, 0, _BARS_RIGHT - _BARS_LEFT, paper.height), (low, high), (0, paper.height))
        middles = [top + height / 2 for top, height in zip(tops, heights, strict=True)]
        _draw_rules(paper, steps, tops)
        axes.vlines([0], head, paper.height, colors=theme.ink, linewidths=0.8, label="zero", clip_on=False)
        for step, y in zip(steps, middles, strict=True):
            style = {"height": 12, "color": _colour(step, theme), "label": step.id, "clip_on": False}
            axes.barh([y], [step.amount], left=step.start, **style)
        reached = [step.end for step in steps[:-1]]
        axes.vlines(reached, middles[:-1], middles[1:], colors=theme.muted, linewidths=0.7, label="joins", zorder=0.5)
        for step, name, y, said in zip(steps, names, middles, amounts, strict=True):
            _draw_step(paper, step, name, y, said)
        paper.text(WIDTH, 6, unit, size=SMALL, colour=theme.muted, ha="right")
        return paper.figure


def _weight(step: Step) -> Weight:
    return "semibold" if step.total else "normal"


def _colour(step: Step, theme: ChartTheme) -> str:
    if step.id == "npv":
        return theme.good if step.amount >= 0 else theme.bad
    if step.id == "costs":
        return theme.muted
    if step.amount < 0:
        return theme.bad
    return theme.primary if step.total else blend(theme.primary, theme.paper, 0.55)


def _draw_rules(paper: Paper, steps: Sequence[Step], tops: Sequence[float]) -> None:
    """Draw a hairline above each row, a stronger one above each total."""
    for total, colour in ((False, paper.theme.rule), (True, paper.theme.ink)):
        heights = [top for step, top in zip(steps, tops, strict=True) if step.total == total and top]
        if heights:
            paper.ground().hlines(heights, 0, WIDTH, colors=colour, linewidths=0.7, label="rows", clip_on=False)


def _draw_step(paper: Paper, step: Step, name: Sequence[str], y: float, said: str) -> None:
    extra = LINE * SMALL if step.note else 0.0
    paper.text(0, y - extra / 2, name, weight=_weight(step))
    if step.note:
        below = y + LINE * BODY * len(name) / 2
        note = wrap(step.note, _LABEL_WIDTH, paper.theme, SMALL, lines=1)
        paper.text(0, below, note, size=SMALL, colour=paper.theme.muted)
    paper.text(WIDTH, y, said, weight=_weight(step), ha="right")


def _column(amounts: Sequence[float], currency: str, language: Language) -> tuple[str, list[str]]:
    """Return the unit and the amounts of a column in that one unit, so that a reader can add them up."""
    largest = max((abs(amount) for amount in amounts), default=0.0)
    for scale, least, digits in ((1e6, 1e8, 1), (1e3, 1e4, 0)):
        if largest >= least:
            unit = "".join(c for c in i18n.money(scale, currency, language, compact=True) if c not in "0123456789.,")
            return unit.strip(), [i18n.number(amount / scale, language, digits) for amount in amounts]
    return "", [i18n.money(amount, currency, language) for amount in amounts]


def _waterfall_finding(case: CaseResult, catalog: Catalog, language: Language) -> str:
    def money(amount: float) -> str:
        return i18n.money(amount, case.currency, language, compact=True)

    said = [
        i18n.message(
            f"charts.waterfall.finding.{'gain' if case.npv >= 0 else 'loss'}",
            language,
            benefits=money(case.pv_benefits),
            costs=money(case.pv_costs),
            npv=money(case.npv),
        )
    ]
    largest = max(case.benefits, key=lambda b: b.pv, default=None)
    if largest is not None and largest.pv > 0:
        name = catalog.benefit(largest.id).name.in_(language)
        said.append(i18n.message("charts.waterfall.finding.largest", language, name=name, amount=money(largest.pv)))
    return " ".join(said)


def _waterfall_table(case: CaseResult, catalog: Catalog, language: Language) -> ChartTable:
    return ChartTable(
        columns=tuple(i18n.message(f"charts.head.{head}", language) for head in ("item", "evidence", "present_value")),
        rows=[
            (
                step.name,
                next((benefit.evidence for benefit in case.benefits if benefit.id == step.id), DASH),
                i18n.money(step.amount, case.currency, language),
            )
            for step in _steps(case, catalog, language)
        ],
    )


# --- cash curve --------------------------------------------------------------------------------------------------

_PLOT: Final = (52.0, 8.0, 306.0, 176.0)
_END_LEFT: Final = _PLOT[0] + _PLOT[2] + 12.0
_BLOCK: Final = 26.0

Box = tuple[float, float, float, float]
Points = Sequence[tuple[float, float]]


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
            alt=_cash_finding(case, language),
            table=_cash_table(case, language),
            language=language,
            theme=theme,
        )


def draw_cash_curve(case: CaseResult, language: Language, theme: ChartTheme) -> Figure:
    """Return the figure of `cash_curve`; its lines bear the labels cumulative, discounted, payback, discounted payback."""
    with drawing():
        paper = Paper(_PLOT[1] + _PLOT[3] + 24, theme)
        ticks = _ticks([0.0, *case.cumulative, *case.cumulative_discounted])
        axes = paper.panel(_PLOT, (0, case.horizon_years), (ticks[0], ticks[-1]))
        axes.set_ylim(ticks[0], ticks[-1])
        _draw_scales(paper, axes, ticks, case, language)
        years = range(len(case.cumulative))
        axes.plot(
            years,
            case.cumulative_discounted,
            color=theme.ink,
            linewidth=1.3,
            linestyle=(0, (4, 2.2)),
            label="discounted",
            clip_on=False,
        )
        style = {"marker": "o", "markersize": 5.5, "color": theme.primary, "linewidth": 2}
        axes.plot(years, case.cumulative, label="cumulative", clip_on=False, **style)  # type: ignore[arg-type]  # Line2D's own
        _draw_ends(paper, axes, case, language)
        _draw_notes(paper, axes, case, language)
        return paper.figure


def _ticks(values: Iterable[float]) -> list[float]:
    values = list(values)
    low, high = min(values), max(values)
    if low == high:
        high = low + 1
    return [float(tick) for tick in MaxNLocator(nbins=5, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high)]


def _place(axes: Axes, year: float, amount: float) -> tuple[float, float]:
    """Return where a year and an amount stand on the paper, in points from its top left corner."""
    left, top, width, height = _PLOT
    x, y = axes.get_xlim(), axes.get_ylim()
    return left + width * (year - x[0]) / (x[1] - x[0]), top + height * (1 - (amount - y[0]) / (y[1] - y[0]))


def _draw_scales(
    paper: Paper, axes: Axes, ticks: Sequence[float], case: CaseResult, language: Language
) -> None:
    theme = paper.theme
    end = case.horizon_years
    axes.hlines(ticks, 0, end, colors=theme.rule, linewidths=0.7, label="scale", clip_on=False)
    axes.hlines([0], 0, end, colors=theme.ink, linewidths=0.9, label="zero", clip_on=False)
    digits = 0
    said = [i18n.money(tick, case.currency, language, compact=True, digits=digits) for tick in ticks]
    for tick, label in zip(ticks, said, strict=True):
        paper.text(_PLOT[0] - 7, _place(axes, 0, tick)[1], label, size=SMALL, colour=theme.muted, ha="right")
    widest = max(text_width(_year(year, language), theme, SMALL) for year in range(end + 1)) + 8
    step = max(1, math.ceil(widest * end / _PLOT[2]))
    for year in range(0, end + 1, step):
        x = _place(axes, year, 0)[0]
        paper.text(x, _PLOT[1] + _PLOT[3] + 12, _year(year, language), size=SMALL, colour=theme.muted, ha="center")


def _year(year: int, language: Language) -> str:
    return i18n.message("charts.cash.year" if year else "charts.cash.start", language, number=year)


def _draw_ends(paper: Paper, axes: Axes, case: CaseResult, language: Language) -> None:
    """Name each curve at its end, with its last amount, moved apart when they are close."""
    rate = i18n.percent(case.discount_rate, language, 0 if round(case.discount_rate * 100, 6).is_integer() else 1)
    ends = [
        (case.cumulative[-1], i18n.message("charts.cash.cumulative", language), paper.theme.primary_ink),
        (case.cumulative_discounted[-1], i18n.message("charts.cash.discounted", language, rate=rate), paper.theme.ink),
    ]
    wanted = [_place(axes, case.horizon_years, amount)[1] for amount, _, _ in ends]
    upper = 0 if wanted[0] <= wanted[1] else 1
    middle = (wanted[0] + wanted[1]) / 2
    if abs(wanted[0] - wanted[1]) < _BLOCK:
        wanted[upper], wanted[1 - upper] = middle - _BLOCK / 2, middle + _BLOCK / 2
    lowest = _PLOT[1] + _PLOT[3] + 4 - _BLOCK / 2
    shift = max(0.0, 10 - wanted[upper]) - max(0.0, wanted[1 - upper] - lowest)
    for (amount, name, colour), y in zip(ends, wanted, strict=True):
        money = i18n.money(amount, case.currency, language, compact=True)
        paper.text(_END_LEFT, y + shift - 5, money, weight="semibold", colour=colour)
        lines = wrap(name, WIDTH - _END_LEFT, paper.theme, SMALL, lines=1)
        paper.text(_END_LEFT, y + shift + 6, lines, size=SMALL, colour=paper.theme.muted)


def _draw_notes(paper: Paper, axes: Axes, case: CaseResult, language: Language) -> None:
    """Mark the payback and the deepest point, their words where no curve passes."""
    theme = paper.theme
    taken: list[Box] = []
    for year, label, face in (
        (case.discounted_payback_years, "discounted payback", theme.paper),
        (case.payback_years, "payback", theme.accent),
    ):
        if year is not None and year <= case.horizon_years:
            style = {"marker": "D", "markersize": 6, "markerfacecolor": face, "markeredgecolor": theme.accent}
            axes.plot([year], [0], label=label, linestyle="none", clip_on=False, zorder=4, **style)  # type: ignore[arg-type]  # Line2D's own
    curves = _sampled(axes, case.cumulative) + _sampled(axes, case.cumulative_discounted)
    lines = _payback_lines(case, language)
    paid = [y for y in (case.payback_years, case.discounted_payback_years) if y is not None and y <= case.horizon_years]
    anchors = (min(paid), max(paid)) if paid else (0.0, float(case.horizon_years))
    box = _free_box(paper, [_place(axes, year, 0) for year in anchors], lines, curves, taken)
    y = (box[1] + box[3]) / 2
    paper.text(box[0], y - LINE * BODY / 2 * (len(lines) - 1), lines[0], weight="semibold", colour=theme.accent)
    if len(lines) > 1:
        paper.text(box[0], y + LINE * BODY / 2, lines[1], size=SMALL, colour=theme.muted)
    taken.append(box)
    deepest = min(range(len(case.cumulative)), key=case.cumulative.__getitem__)
    if case.cumulative[deepest] < 0:
        money = i18n.money(case.cumulative[deepest], case.currency, language, compact=True)
        said = [i18n.message("charts.cash.deepest", language, amount=money)]
        at = _place(axes, deepest, case.cumulative[deepest])
        box = _free_box(paper, [at, at], said, curves, taken)
        paper.text(box[0], (box[1] + box[3]) / 2, said, size=SMALL, colour=theme.ink)


def _payback_lines(case: CaseResult, language: Language) -> list[str]:
    if case.payback_years is None:
        return [i18n.message("charts.cash.no_payback", language, n=case.horizon_years)]
    lines = [i18n.message("charts.cash.payback", language, years=i18n.years(case.payback_years, language))]
    if case.discounted_payback_years is not None:
        years = i18n.years(case.discounted_payback_years, language)
        lines.append(i18n.message("charts.cash.discounted_payback", language, years=years))
    return lines


def _sampled(axes: Axes, amounts: Sequence[float]) -> list[tuple[float, float]]:
    """Return places along a curve, close enough that none can slip between two of them."""
    places: list[tuple[float, float]] = []
    for year, (before, after) in enumerate(zip(amounts, amounts[1:], strict=False)):
        places += [_place(axes, year + i / 40, before + (after - before) * i / 40) for i in range(41)]
    return places


def _free_box(
    paper: Paper, around: Sequence[tuple[float, float]], lines: Sequence[str], curves: Points, taken: Sequence[Box]
) -> Box:
    """Return the box for some lines around a place where the fewest points of curves and no other words are."""
    width = max(text_width(line, paper.theme, BODY, "semibold") for line in lines)
    height = LINE * BODY * len(lines)
    (left, y), (right, _) = around
    lefts = (right + 9, left - 9 - width, (left + right - width) / 2)
    low, high = _PLOT[0] + 3, _PLOT[0] + _PLOT[2] - width
    boxes = [
        (min(max(x, low), high), top, min(max(x, low), high) + width, top + height)
        for gap in (7, 12, 20, 32, 48, 70, 100)
        for top in (y + gap, y - gap - height)
        for x in lefts
        if _PLOT[1] - 4 <= top <= _PLOT[1] + _PLOT[3] - height
    ]

    def trouble(box: Box) -> float:
        inside = sum(box[0] - 4 < x < box[2] + 4 and box[1] - 4 < y < box[3] + 4 for x, y in curves)
        over = any(box[0] < t[2] and t[0] < box[2] and box[1] < t[3] + 3 and t[1] < box[3] + 3 for t in taken)
        return inside + 1000 * over

    return min(boxes, key=trouble)


def _cash_finding(case: CaseResult, language: Language) -> str:
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
    deepest = min(range(len(case.cumulative)), key=case.cumulative.__getitem__)
    if case.cumulative[deepest] < 0:
        when = "start" if deepest == 0 else "year"
        amount = money(case.cumulative[deepest])
        said.append(i18n.message(f"charts.cash.finding.deepest_{when}", language, amount=amount, number=deepest))
    if case.payback_years is None:
        said.append(i18n.message("charts.cash.finding.never", language))
    else:
        years = i18n.years(case.payback_years, language)
        said.append(i18n.message("charts.cash.finding.payback", language, years=years))
    return " ".join(said)


def _cash_table(case: CaseResult, language: Language) -> ChartTable:
    def money(amount: float) -> str:
        return i18n.money(amount, case.currency, language)

    return ChartTable(
        columns=tuple(
            i18n.message(f"charts.head.{head}", language) for head in ("year", "flow", "cumulative", "discounted")
        ),
        rows=[
            (_year(year, language), *(money(amount) for amount in amounts))
            for year, amounts in enumerate(
                zip(case.cash_flows, case.cumulative, case.cumulative_discounted, strict=True)
            )
        ],
    )
