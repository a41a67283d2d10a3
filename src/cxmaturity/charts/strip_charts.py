"""The distribution: one small dot per answer, so that two camps are never read as an average."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any, Final

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from cxmaturity import i18n
from cxmaturity.assessment.values import AssessmentResult, DimensionResult
from cxmaturity.catalog import Catalog
from cxmaturity.charts.canvas import SMALL, Paper, Style, drawing
from cxmaturity.charts.chart import Chart, ChartTable
from cxmaturity.charts.findings import in_order, names_of
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
MOST_DOTS: Final = 20
"""More people than this on one level, and bars with their number replace the dots."""
_PITCH: Final = 6.6
_ACROSS: Final = 5
_NO_LEVEL: Final = VALUE_RIGHT - 15.0
_STATES: Final = ("dont_know", "not_applicable", "skipped")


def distribution(diagnostic: Diagnostic, catalog: Catalog, language: Language, theme: ChartTheme) -> Chart:
    """Return the distribution of the declared levels: a row per question, a dot per answer, the median below.

    Answers without a level stand apart, each state with its own mark. Above `MOST_DOTS` answers on a level,
    bars with their number take the place of the dots.

    Raises
    ------
    InputError
        ``charts.no_assessment``.
    """
    with drawing():
        figure = draw_distribution(diagnostic, catalog, language, theme)
        result = assessed(diagnostic)
        return finish(
            figure,
            kind="distribution",
            title=i18n.message("charts.distribution.title", language),
            alt=_finding(result, catalog, language),
            table=_table(result, catalog, language),
            language=language,
            theme=theme,
        )


def draw_distribution(
    diagnostic: Diagnostic, catalog: Catalog, language: Language, theme: ChartTheme
) -> Figure:
    """Return the figure of `distribution`.

    Its artists bear the labels answers (or ``answers <level>`` for bars), dont_know, not_applicable, skipped
    and median, x in levels.
    """
    with drawing():
        result = assessed(diagnostic)
        crowded = max((count for d in result.dimensions for count in d.counts), default=0) > MOST_DOTS
        rows = rows_of(
            result.dimensions,
            catalog,
            language,
            theme,
            lambda _: 8.0,
            least=38.0 if crowded else _dots_height(result),
        )
        key = _key(rows, language, theme, crowded=crowded)
        end = rows[-1].bottom
        paper = Paper(end + 8 + key_height(key, theme), theme)
        axes = draw_frame(paper, rows, catalog, language)
        states = any(_stateless(row.result) for row in rows)
        head = i18n.message("charts.head.no_level", language) if states else ""
        draw_heads(paper, head, i18n.message("charts.head.agreement", language))
        if crowded:
            _draw_bars(paper, axes, rows, language)
        else:
            _draw_dots(axes, rows, theme)
        _draw_medians(axes, rows, theme)
        for row in rows:
            _draw_stateless(paper, row, language)
        draw_key(paper, key, end + 8)
        return paper.figure


def _stateless(d: DimensionResult) -> int:
    return d.dont_know + d.not_applicable + d.skipped


def _dots_height(result: AssessmentResult) -> float:
    most = max((max(*d.counts, _stateless(d)) for d in result.dimensions), default=0)
    return max(26.0, 14 + _PITCH * math.ceil(most / _ACROSS))


def _cluster(count: int, across: int = _ACROSS) -> Iterator[tuple[float, float]]:
    """Yield the places of `count` dots around the origin, in points, in lines as equal as can be."""
    lines = math.ceil(count / across)
    for i in range(lines):
        in_line = count // lines + (1 if i < count % lines else 0)
        for k in range(in_line):
            yield (k - (in_line - 1) / 2) * _PITCH, (i - (lines - 1) / 2) * _PITCH


def _draw_dots(axes: Axes, rows: Sequence[Row], theme: ChartTheme) -> None:
    places = [
        (level + dx / LEVEL_STEP, row.middle + dy)
        for row in rows
        for level, count in enumerate(row.result.counts, 1)
        for dx, dy in _cluster(count)
    ]
    if places:
        x, y = zip(*places, strict=True)
        style: Style = {"marker": "o", "markersize": 5.2, "markeredgewidth": 0, "color": theme.primary}
        axes.plot(x, y, linestyle="none", label="answers", clip_on=False, **style)


def _draw_bars(paper: Paper, axes: Axes, rows: Sequence[Row], language: Language) -> None:
    tallest = max(count for row in rows for count in row.result.counts)
    for level in range(1, 6):
        found = [(row, row.result.counts[level - 1]) for row in rows if row.result.counts[level - 1]]
        heights = [(row.height - row.below - 18) * count / tallest for row, count in found]
        floors = [row.bottom - row.below - 3 for row, _ in found]
        axes.bar(
            [level] * len(found),
            [-height for height in heights],
            width=30 / LEVEL_STEP,
            bottom=floors,
            color=paper.theme.primary,
            label=f"answers {level}",
        )
        for (_, count), height, floor in zip(found, heights, floors, strict=True):
            said = i18n.number(count, language)
            paper.text(level_point(level), floor - height - 6, said, size=SMALL, ha="center", patch=True)


def _draw_medians(axes: Axes, rows: Sequence[Row], theme: ChartTheme) -> None:
    found = [(row.result.median, row.bottom - 5) for row in rows if row.result.median is not None]
    if found:
        x, y = zip(*found, strict=True)
        style: Style = {"marker": "^", "markersize": 6, "markeredgewidth": 0, "color": theme.accent}
        axes.plot(x, y, linestyle="none", label="median", clip_on=False, **style)


def _state_style(state: str, theme: ChartTheme) -> Style:
    shapes: dict[str, Style] = {
        "dont_know": {"marker": "o", "markersize": 4.6, "markerfacecolor": theme.paper},
        "not_applicable": {"marker": "x", "markersize": 4},
        "skipped": {"marker": "_", "markersize": 5},
    }
    return {"markeredgewidth": 1.1, "markeredgecolor": theme.muted, "color": theme.muted} | shapes[state]


def _draw_stateless(paper: Paper, row: Row, language: Language) -> None:
    """Draw the answers without a level: a mark each, or the number when there are too many."""
    if not row.result.n:
        said = silence(row.result, language)
        paper.text(level_point(1) + 4, row.middle, said, size=SMALL, colour=paper.theme.muted)
    count = _stateless(row.result)
    if count > MOST_DOTS // 2:
        said = i18n.number(count, language)
        paper.text(VALUE_RIGHT, row.middle, said, size=SMALL, colour=paper.theme.muted, ha="right")
        return
    places = list(_cluster(count))
    for state in _STATES:
        own, places = places[: getattr(row.result, state)], places[getattr(row.result, state) :]
        if own:
            x = [_NO_LEVEL + dx for dx, _ in own]
            y = [row.middle + dy for _, dy in own]
            style = _state_style(state, paper.theme)
            paper.ground().plot(x, y, linestyle="none", label=state, clip_on=False, **style)


def _key(rows: Sequence[Row], language: Language, theme: ChartTheme, *, crowded: bool) -> tuple[KeyItem, ...]:
    items: list[KeyItem] = []

    def add(word: str, width: float, **style: Any) -> None:
        items.append(key_mark(word, i18n.message(f"charts.key.{word}", language), width, **style))

    if any(row.result.n for row in rows):
        if not crowded:
            add("one_answer", 6, marker="o", markersize=5.2, markeredgewidth=0, color=theme.primary)
        add("median", 6, marker="^", markersize=6, markeredgewidth=0, color=theme.accent)
    for state in _STATES:
        if any(getattr(row.result, state) > 0 and _stateless(row.result) <= MOST_DOTS // 2 for row in rows):
            add(state, 6, **_state_style(state, theme))
    return tuple(items)


def _finding(result: AssessmentResult, catalog: Catalog, language: Language) -> str:
    """Say on which questions the respondents agree, and on which they do not."""
    said = []
    for verdict in ("consensus", "split", "spread", "too_few", "single_view", "no_answer"):
        found = [d.id for d in in_order(result, catalog) if d.verdict == verdict]
        if found:
            names = names_of(found, catalog, language)
            said.append(i18n.message(f"charts.agreement.{verdict}", language, names=names, n=len(found)))
    return " ".join(said)


def _table(result: AssessmentResult, catalog: Catalog, language: Language) -> ChartTable:
    levels = [
        i18n.message("charts.level_head", language, number=n, name=catalog.level_name(n).name.in_(language))
        for n in range(1, 6)
    ]
    heads = ("median", *_STATES, "agreement")

    def row(d: DimensionResult) -> tuple[str, ...]:
        return (
            catalog.question(d.id).short.in_(language),
            *(i18n.number(count, language) for count in d.counts),
            DASH if d.median is None else i18n.level(d.median, language),
            *(i18n.number(getattr(d, state), language) for state in _STATES),
            verdict_of(d, language) if d.n else silence(d, language),
        )

    return ChartTable(
        columns=(
            i18n.message("charts.head.question", language),
            *levels,
            *(i18n.message(f"charts.head.{head}", language) for head in heads),
        ),
        rows=[row(d) for d in in_order(result, catalog)],
    )
