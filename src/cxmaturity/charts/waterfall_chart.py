"""The waterfall of the business case: what each benefit adds, what the programme costs, what is left."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import attrs
from matplotlib.figure import Figure

from cxmaturity import i18n
from cxmaturity.business_case.values import CaseResult
from cxmaturity.catalog import Catalog
from cxmaturity.charts.amounts import column
from cxmaturity.charts.canvas import BODY, LINE, SMALL, WIDTH, Paper, Style, Weight, drawing, wrap
from cxmaturity.charts.chart import Chart, ChartTable
from cxmaturity.charts.colour import blend
from cxmaturity.charts.svg import finish
from cxmaturity.charts.theme import ChartTheme
from cxmaturity.core.text import Language

DASH: Final = "–"

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
    """Return the waterfall: each benefit's Shapley share of present value, their total, the costs, the NPV.

    Benefits come by falling value with the grade of their evidence; amounts are at the right, rounded.
    """
    with drawing():
        figure = draw_waterfall(case, catalog, language, theme)
        return finish(
            figure,
            kind="waterfall",
            title=i18n.message("charts.waterfall.title", language),
            alt=_finding(case, catalog, language),
            table=_table(case, catalog, language),
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
        Step(
            id="costs",
            name=said("costs"),
            note="",
            start=case.pv_benefits,
            end=case.pv_benefits - case.pv_costs,
        ),
        Step(id="npv", name=said("npv"), note=said("npv_note"), start=0.0, end=case.npv, total=True),
    )


def draw_waterfall(case: CaseResult, catalog: Catalog, language: Language, theme: ChartTheme) -> Figure:
    """Return the figure of `waterfall`; a bar per step, labelled by its id, x in money, y in points."""
    with drawing():
        steps = _steps(case, catalog, language)
        names = [wrap(step.name, _LABEL_WIDTH, theme, BODY, _weight(step), lines=2) for step in steps]
        heights = [
            max(_ROW, LINE * (BODY * len(name) + (SMALL if step.note else 0)) + 8)
            for step, name in zip(steps, names, strict=True)
        ]
        unit, amounts = column([step.amount for step in steps], case.currency, language)
        head = 15.0 if unit else 0.0
        tops = [head + sum(heights[:i]) for i in range(len(steps))]
        paper = Paper(head + sum(heights) + 1, theme)
        ends = [0.0, *(step.start for step in steps), *(step.end for step in steps)]
        low, high = min(ends), max(ends)
        high = high if high > low else low + 1
        axes = paper.panel(
            (_BARS_LEFT, 0, _BARS_RIGHT - _BARS_LEFT, paper.height), (low, high), (0, paper.height)
        )
        middles = [top + height / 2 for top, height in zip(tops, heights, strict=True)]
        _draw_rules(paper, steps, tops)
        axes.vlines([0], head, paper.height, colors=theme.ink, linewidths=0.8, label="zero", clip_on=False)
        for step, y in zip(steps, middles, strict=True):
            style: Style = {"height": 12, "color": _colour(step, theme), "label": step.id, "clip_on": False}
            axes.barh([y], [step.amount], left=step.start, **style)
        reached = [step.end for step in steps[:-1]]
        axes.vlines(
            reached, middles[:-1], middles[1:], colors=theme.muted, linewidths=0.7, label="joins", zorder=0.5
        )
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
            paper.ground().hlines(
                heights, 0, WIDTH, colors=colour, linewidths=0.7, label="rows", clip_on=False
            )


def _draw_step(paper: Paper, step: Step, name: Sequence[str], y: float, said: str) -> None:
    extra = LINE * SMALL if step.note else 0.0
    paper.text(0, y - extra / 2, name, weight=_weight(step))
    if step.note:
        below = y + LINE * BODY * len(name) / 2
        note = wrap(step.note, _LABEL_WIDTH, paper.theme, SMALL, lines=1)
        paper.text(0, below, note, size=SMALL, colour=paper.theme.muted)
    paper.text(WIDTH, y, said, weight=_weight(step), ha="right")


def _finding(case: CaseResult, catalog: Catalog, language: Language) -> str:
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
        said.append(
            i18n.message("charts.waterfall.finding.largest", language, name=name, amount=money(largest.pv))
        )
    return " ".join(said)


def _table(case: CaseResult, catalog: Catalog, language: Language) -> ChartTable:
    return ChartTable(
        columns=tuple(
            i18n.message(f"charts.head.{head}", language) for head in ("item", "evidence", "present_value")
        ),
        rows=[
            (
                step.name,
                next((benefit.evidence for benefit in case.benefits if benefit.id == step.id), DASH),
                i18n.money(step.amount, case.currency, language),
            )
            for step in _steps(case, catalog, language)
        ],
    )
