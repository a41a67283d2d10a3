"""The profile, the main picture: per question what is declared and proved, how sure it is, and the target."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from cxmaturity import i18n
from cxmaturity.assessment.values import AssessmentResult, DimensionResult, FunctionResult
from cxmaturity.catalog import Catalog
from cxmaturity.charts.canvas import SMALL, STRONG, Paper, Style, drawing
from cxmaturity.charts.chart import Chart, ChartTable
from cxmaturity.charts.findings import in_order, level_findings
from cxmaturity.charts.level_grid import (
    LEVEL_STEP,
    VALUE_RIGHT,
    KeyItem,
    Row,
    assessed,
    draw_frame,
    draw_heads,
    draw_key,
    key_height,
    key_line,
    key_mark,
    level_point,
    rows_of,
    silence,
    verdict_of,
)
from cxmaturity.charts.svg import finish
from cxmaturity.charts.theme import ChartTheme
from cxmaturity.core.text import Language
from cxmaturity.engagement.values import Diagnostic

DASH: Final = "–"
_SHAPES: Final = ("o", "s", "^", "D", "v", "P", "X")
_BELOW: Final = 10.0
_STACK: Final = 6.5


def profile(diagnostic: Diagnostic, catalog: Catalog, language: Language, theme: ChartTheme) -> Chart:
    """Return the profile: one row per question in questionnaire order, levels 1 to 5 from left to right.

    A filled dot is the level that counts (evidenced in a diagnostic, declared in a quick test), a hollow one
    what is declared when it is higher, the bar between them what is unproven, the line the 90 % interval of
    the declared mean, the upright tick the target; functions shown have each their shape.

    Raises
    ------
    InputError
        ``charts.no_assessment``.
    """
    with drawing():
        figure = draw_profile(diagnostic, catalog, language, theme)
        return finish(
            figure,
            kind="profile",
            title=i18n.message("charts.profile.title", language),
            alt=level_findings(assessed(diagnostic), catalog, language),
            table=_table(assessed(diagnostic), catalog, language),
            language=language,
            theme=theme,
        )


def draw_profile(diagnostic: Diagnostic, catalog: Catalog, language: Language, theme: ChartTheme) -> Figure:
    """Return the figure of `profile`.

    Its artists bear the labels unproven, interval, target, declared, scored, ``function <id>``; x in levels.
    """
    with drawing():
        result = assessed(diagnostic)
        shown = _shown(result)
        rows = rows_of(
            result.dimensions, catalog, language, theme, lambda d: _below(_stacked(d.id, shown)), least=32.0
        )
        key = _key(rows, shown, catalog, language, theme)
        end = rows[-1].bottom
        paper = Paper(end + 8 + key_height(key, theme), theme)
        axes = draw_frame(paper, rows, catalog, language)
        draw_heads(
            paper,
            i18n.message("charts.head.level", language),
            i18n.message("charts.head.agreement", language),
        )
        _draw_levels(axes, rows, theme)
        _draw_functions(axes, rows, shown, theme)
        for row in rows:
            _draw_value(paper, row, language)
        draw_key(paper, key, end + 8)
        return paper.figure


def _shown(result: AssessmentResult) -> tuple[tuple[FunctionResult, str], ...]:
    """Return the functions that may be shown, each with its shape."""
    functions = [function for function in result.functions.functions if function.shown and function.means]
    return tuple(zip(functions, _SHAPES, strict=False))


def _stacked(
    question: str, shown: Sequence[tuple[FunctionResult, str]]
) -> tuple[tuple[FunctionResult, float, int], ...]:
    """Return each function's mean and the line it stands on, so that equal means do not hide each other."""
    values = [
        (mean, i, function)
        for i, (function, _) in enumerate(shown)
        if (mean := dict(function.means).get(question)) is not None
    ]
    ends: list[float] = []
    placed = []
    for mean, _, function in sorted(values, key=lambda value: value[:2]):
        left = mean * LEVEL_STEP
        line = next((i for i, end in enumerate(ends) if left - end >= _STACK), len(ends))
        ends[line : line + 1] = [left]
        placed.append((function, mean, line))
    return tuple(placed)


def _below(stacked: Sequence[tuple[FunctionResult, float, int]]) -> float:
    return _STACK * (1 + max(line for _, _, line in stacked)) if stacked else 0.0


def _draw_levels(axes: Axes, rows: Sequence[Row], theme: ChartTheme) -> None:
    found = [(row.middle, row.result) for row in rows]
    unproven = [(y, d.evidenced, d.declared) for y, d in found if d.unproven]
    intervals = [(y, *d.interval) for y, d in found if d.interval]
    targets = [(y, d.target) for y, d in found if d.target is not None]
    declared = [(y, d.declared) for y, d in found if d.unproven]
    scored = [(y, d.scored) for y, d in found if d.scored is not None]
    if unproven:
        y, low, high = zip(*unproven, strict=True)
        axes.hlines(y, low, high, colors=theme.primary_soft, linewidths=6, label="unproven", clip_on=False)
    if intervals:
        y, low, high = zip(*intervals, strict=True)
        axes.hlines(y, low, high, colors=theme.muted, linewidths=1, label="interval", clip_on=False)
        axes.plot(
            [*low, *high],
            [*y, *y],
            "|",
            color=theme.muted,
            markersize=6,
            label="interval ends",
            clip_on=False,
        )
    _dots(axes, targets, "target", marker="|", markersize=17, markeredgewidth=2.2, color=theme.accent)
    _dots(axes, declared, "declared", **_hollow(theme))
    _dots(axes, scored, "scored", marker="o", markersize=8, markeredgewidth=0, color=theme.primary)


def _hollow(theme: ChartTheme) -> Style:
    return {
        "marker": "o",
        "markersize": 7,
        "markerfacecolor": theme.paper,
        "markeredgecolor": theme.primary,
        "markeredgewidth": 1.4,
    }


def _dots(axes: Axes, points: Sequence[tuple[float, float | None]], label: str, **style: Any) -> None:
    if points:
        y, x = zip(*points, strict=True)
        axes.plot(x, y, linestyle="none", label=label, clip_on=False, **style)


def _draw_functions(
    axes: Axes, rows: Sequence[Row], shown: Sequence[tuple[FunctionResult, str]], theme: ChartTheme
) -> None:
    places: dict[str, list[tuple[float, float | None]]] = {}
    for row in rows:
        for function, mean, line in _stacked(row.question.id, shown):
            places.setdefault(function.id, []).append((row.middle + _BELOW + _STACK * line, mean))
    for function, shape in shown:
        _dots(axes, places.get(function.id, ()), f"function {function.id}", **_function_style(shape, theme))


def _function_style(shape: str, theme: ChartTheme) -> Style:
    size = 4.0 if shape in "sD" else 5.0
    return {"marker": shape, "markersize": size, "markeredgewidth": 0, "color": theme.muted}


def _draw_value(paper: Paper, row: Row, language: Language) -> None:
    if row.result.scored is not None:
        said = i18n.level(row.result.scored, language)
        paper.text(
            VALUE_RIGHT, row.middle, said, size=STRONG, weight="semibold", colour=paper.theme.ink, ha="right"
        )
    else:
        paper.text(
            level_point(1) + 4,
            row.middle,
            silence(row.result, language),
            size=SMALL,
            colour=paper.theme.muted,
        )


def _key(
    rows: Sequence[Row],
    shown: Sequence[tuple[FunctionResult, str]],
    catalog: Catalog,
    language: Language,
    theme: ChartTheme,
) -> tuple[KeyItem, ...]:
    results = [row.result for row in rows]
    proved = any(d.evidenced is not None for d in results)
    word = "evidenced" if proved else "declared"

    def label(name: str) -> str:
        return i18n.message(f"charts.key.{name}", language)

    items: list[KeyItem] = []
    if any(d.scored is not None for d in results):
        items.append(
            key_mark("scored", label(word), marker="o", markersize=8, markeredgewidth=0, color=theme.primary)
        )
    if any(d.unproven for d in results):
        items.append(key_mark("declared", label("declared"), **_hollow(theme)))
        items.append(key_line("unproven", label("unproven"), linewidth=6, color=theme.primary_soft))
    if any(d.interval for d in results):
        items.append(key_line("interval", label("interval"), linewidth=1, color=theme.muted))
    if any(d.target is not None for d in results):
        style: Style = {"marker": "|", "markersize": 11, "markeredgewidth": 2.2, "color": theme.accent}
        items.append(key_mark("target", label("target"), 3, **style))
    if shown:
        items.append(KeyItem(label=label("functions")))
    for function, shape in shown:
        name = catalog.function(function.id).name.in_(language)
        items.append(key_mark(f"function {function.id}", name, 5, **_function_style(shape, theme)))
    return tuple(items)


def _table(result: AssessmentResult, catalog: Catalog, language: Language) -> ChartTable:
    shown = [function for function, _ in _shown(result)]

    def level(x: float | None) -> str:
        return DASH if x is None else i18n.level(x, language)

    def row(d: DimensionResult) -> tuple[str, ...]:
        interval = (
            DASH
            if d.interval is None
            else i18n.message("charts.from_to", language, low=level(d.interval[0]), high=level(d.interval[1]))
        )
        return (
            catalog.question(d.id).short.in_(language),
            level(d.declared),
            level(d.evidenced),
            interval,
            level(d.target),
            i18n.number(d.n, language),
            verdict_of(d, language) if d.n else silence(d, language),
            *(level(dict(function.means).get(d.id)) for function in shown),
        )

    heads = ("question", "declared", "evidenced", "interval", "target", "answers", "agreement")
    return ChartTable(
        columns=(
            *(i18n.message(f"charts.head.{head}", language) for head in heads),
            *(catalog.function(function.id).name.in_(language) for function in shown),
        ),
        rows=[row(d) for d in in_order(result, catalog)],
    )
