"""The five levels as columns and the seven questions as rows: the frame that profile and distribution share.

Both pictures put the same level at the same place on the page, so that the eye can go from one to the other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

import attrs
from matplotlib.axes import Axes

from cxmaturity import i18n
from cxmaturity.assessment.values import AssessmentResult, DimensionResult
from cxmaturity.catalog import Catalog, Question
from cxmaturity.charts.canvas import BODY, LINE, SMALL, WIDTH, Paper, Style, text_width, wrap
from cxmaturity.charts.theme import ChartTheme
from cxmaturity.core.problems import InputError
from cxmaturity.core.text import Language
from cxmaturity.engagement.values import Diagnostic

NUMBER_RIGHT: Final = 8.0
NAME_LEFT: Final = 13.0
NAME_WIDTH: Final = 90.0
PLOT_LEFT: Final = 106.0
LEVEL_STEP: Final = 50.0
FIRST_LEVEL: Final = 0.65
LAST_LEVEL: Final = 5.35
PLOT_RIGHT: Final = PLOT_LEFT + (LAST_LEVEL - FIRST_LEVEL) * LEVEL_STEP
VALUE_RIGHT: Final = PLOT_RIGHT + 36.0
VERDICT_LEFT: Final = VALUE_RIGHT + 13.0
VERDICT_WIDTH: Final = WIDTH - VERDICT_LEFT
HEAD_HEIGHT: Final = 27.0


def assessed(diagnostic: Diagnostic) -> AssessmentResult:
    """Return the self-test of a diagnostic.

    Raises
    ------
    InputError
        ``charts.no_assessment`` when the engagement has none.
    """
    if diagnostic.assessment is None:
        raise InputError.of(
            "charts.no_assessment", "this engagement has no self-test, so its maturity cannot be drawn."
        )
    return diagnostic.assessment


@attrs.frozen(kw_only=True)
class Row:
    """One question on the paper: what is written in it, and how high it is, in points."""

    question: Question
    result: DimensionResult
    name: tuple[str, ...]
    verdict: tuple[str, ...]
    count: str
    height: float
    top: float = 0.0
    below: float = 0.0

    @property
    def bottom(self) -> float:
        """Where the row ends."""
        return self.top + self.height

    @property
    def middle(self) -> float:
        """Where the main line runs: the middle of the row without what is drawn `below` it."""
        return self.top + (self.height - self.below) / 2


def level_point(level: float) -> float:
    """Return where a level stands, in points from the left of the paper."""
    return PLOT_LEFT + (level - FIRST_LEVEL) * LEVEL_STEP


def verdict_of(result: DimensionResult, language: Language) -> str:
    """Say how far the respondents agree, in the words that their number allows."""
    return i18n.message(f"charts.verdict.{result.verdict}", language)


def silence(result: DimensionResult, language: Language) -> str:
    """Say why a question has no level."""
    why = "not_applicable" if result.not_applicable else "dont_know" if result.dont_know else "skipped"
    return i18n.message(f"charts.silence.{why}", language)


def rows_of(
    dimensions: Iterable[DimensionResult],
    catalog: Catalog,
    language: Language,
    theme: ChartTheme,
    below: Callable[[DimensionResult], float],
    *,
    least: float = 34.0,
) -> tuple[Row, ...]:
    """Return the rows in questionnaire order, high enough for their words and what is `below` their line."""
    results = {dimension.id: dimension for dimension in dimensions}
    rows: list[Row] = []
    top = HEAD_HEIGHT
    for question in catalog.questions:
        if question.id not in results:
            continue
        result = results[question.id]
        name = wrap(question.short.in_(language), NAME_WIDTH, theme, BODY, "semibold", lines=3)
        verdict = wrap(verdict_of(result, language), VERDICT_WIDTH, theme, BODY, lines=2) if result.n else ()
        height = max(least, LINE * BODY * max(len(name), len(verdict) + 1) + 12) + below(result)
        count = i18n.message("charts.answers", language, n=result.n) if result.n else ""
        rows.append(
            Row(
                question=question,
                result=result,
                name=name,
                verdict=verdict,
                count=count,
                height=height,
                top=top,
                below=below(result),
            )
        )
        top += height
    return tuple(rows)


def draw_levels(
    paper: Paper, spans: Sequence[tuple[float, float]], catalog: Catalog, language: Language
) -> Axes:
    """Draw the heads of the levels and their hairlines over `spans` (top, bottom), in points.

    Returns axes whose x is the level and whose y is in points from the top of the paper.
    """
    axes = paper.panel(
        (PLOT_LEFT, 0, PLOT_RIGHT - PLOT_LEFT, paper.height), (FIRST_LEVEL, LAST_LEVEL), (0, paper.height)
    )
    for level in range(1, 6):
        if spans:
            top, bottom = zip(*spans, strict=True)
            style: Style = {
                "colors": paper.theme.rule,
                "linewidths": 0.7,
                "label": f"level {level}",
                "zorder": 0.5,
            }
            axes.vlines([level] * len(spans), top, bottom, clip_on=False, **style)
        name = catalog.level_name(level).name.in_(language)
        paper.text(level_point(level), 5, str(level), weight="semibold", ha="center")
        paper.text(level_point(level), 16, name, size=SMALL, colour=paper.theme.muted, ha="center")
    return axes


def draw_rules(paper: Paper, heights: Sequence[float]) -> None:
    """Draw hairlines over the whole width at these heights, in points."""
    style: Style = {"colors": paper.theme.rule, "linewidths": 0.7, "label": "rows"}
    paper.ground().hlines(heights, 0, WIDTH, clip_on=False, **style)


def draw_frame(paper: Paper, rows: Sequence[Row], catalog: Catalog, language: Language) -> Axes:
    """Draw names, level heads, hairlines and verdicts; return the axes of `draw_levels`."""
    axes = draw_levels(paper, [(row.top, row.bottom) for row in rows if row.result.n], catalog, language)
    draw_rules(paper, [*(row.top for row in rows), *(row.bottom for row in rows[-1:])])
    for row in rows:
        draw_name(paper, row.middle, row.name, row.question.number)
        _draw_verdict(paper, row)
    return axes


def draw_name(paper: Paper, y: float, name: Sequence[str], number: int | None = None) -> None:
    """Write the name of a row, and its number in the questionnaire."""
    if number is not None:
        paper.text(NUMBER_RIGHT, y, str(number), size=SMALL, colour=paper.theme.muted, ha="right")
    paper.text(NAME_LEFT, y, name, weight="semibold")


def _draw_verdict(paper: Paper, row: Row) -> None:
    if not row.verdict:
        return
    step = LINE * BODY
    start = row.middle - step * len(row.verdict) / 2
    for i, line in enumerate(row.verdict):
        paper.text(VERDICT_LEFT, start + i * step, line)
    paper.text(VERDICT_LEFT, start + len(row.verdict) * step, row.count, size=SMALL, colour=paper.theme.muted)


def draw_heads(paper: Paper, value: str, verdict: str) -> None:
    """Write the heads of the columns at the right."""
    lines = wrap(value, VALUE_RIGHT - PLOT_RIGHT - 6, paper.theme, SMALL, lines=2)
    y = 16 - LINE * SMALL * (len(lines) - 1) / 2
    paper.text(VALUE_RIGHT, y, lines, size=SMALL, colour=paper.theme.muted, ha="right")
    paper.text(VERDICT_LEFT, 16, verdict, size=SMALL, colour=paper.theme.muted)


# --- the key under a chart --------------------------------------------------------------------------------

KEY_LINE: Final = 13.0
_SPACE: Final = 5.0
_GAP: Final = 16.0


@attrs.frozen(kw_only=True)
class KeyItem:
    """One sample of the key: what it means, its width and how to draw it around a place, in points.

    Without a sample the label is a title, which opens a line.
    """

    label: str
    width: float = 0.0
    draw: Callable[[Axes, float, float], object] | None = None


def _lay_out_key(items: Sequence[KeyItem], theme: ChartTheme) -> tuple[tuple[KeyItem, float, int], ...]:
    """Return each item with its left edge in points and its line."""
    placed: list[tuple[KeyItem, float, int]] = []
    x, line = 0.0, 0
    for item in items:
        room = WIDTH - item.width - _SPACE
        item = attrs.evolve(item, label=wrap(item.label, room, theme, SMALL, lines=1)[0])  # noqa: PLW2901  # shortened
        width = item.width + (_SPACE if item.width else 0) + text_width(item.label, theme, SMALL)
        if x and (x + width > WIDTH or item.draw is None):
            x, line = 0.0, line + 1
        placed.append((item, x, line))
        x += width + (_GAP if item.draw else _GAP / 2)
    return tuple(placed)


def key_height(items: Sequence[KeyItem], theme: ChartTheme) -> float:
    """Return how high the key is, in points."""
    placed = _lay_out_key(items, theme)
    return KEY_LINE * (placed[-1][2] + 1) if placed else 0.0


def draw_key(paper: Paper, items: Sequence[KeyItem], top: float) -> None:
    """Draw the key from `top` downwards."""
    ground = paper.ground()
    for item, x, line in _lay_out_key(items, paper.theme):
        y = top + KEY_LINE * (line + 0.5)
        if item.draw is None:
            paper.text(x, y, item.label, size=SMALL, colour=paper.theme.muted)
            continue
        item.draw(ground, x + item.width / 2, y)
        paper.text(x + item.width + _SPACE, y, item.label, size=SMALL, colour=paper.theme.muted)


def key_mark(word: str, label: str, width: float = 8.0, **style: Any) -> KeyItem:
    """Return a key item whose sample is one marker in that style; its artist is labelled ``key <word>``."""

    def draw(axes: Axes, x: float, y: float) -> None:
        axes.plot([x], [y], linestyle="none", label=f"key {word}", clip_on=False, **style)

    return KeyItem(label=label, width=width, draw=draw)


def key_line(word: str, label: str, **style: Any) -> KeyItem:
    """Return a key item whose sample is a short line with that matplotlib style."""

    def draw(axes: Axes, x: float, y: float) -> None:
        style.setdefault("markevery", [1])
        axes.plot(
            [x - 8, x, x + 8], [y] * 3, label=f"key {word}", clip_on=False, solid_capstyle="butt", **style
        )

    return KeyItem(label=label, width=16.0, draw=draw)
