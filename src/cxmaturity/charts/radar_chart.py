"""The radar, for those who ask for one: the levels of the profile in a circle, without the uncertainty."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Final

import attrs
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from cxmaturity import i18n
from cxmaturity.assessment.values import DimensionResult
from cxmaturity.catalog import Catalog
from cxmaturity.charts.canvas import BODY, LINE, SMALL, WIDTH, Align, Paper, Style, drawing, wrap
from cxmaturity.charts.chart import Chart, ChartTable
from cxmaturity.charts.findings import in_order, level_findings
from cxmaturity.charts.level_grid import KeyItem, assessed, draw_key, key_height, key_line, silence
from cxmaturity.charts.svg import finish
from cxmaturity.charts.theme import ChartTheme
from cxmaturity.core.text import Language
from cxmaturity.engagement.values import Diagnostic

DASH: Final = "–"
_RADIUS: Final = 108.0
_MIDDLE: Final = WIDTH / 2
_AWAY: Final = 11.0
_LABEL_WIDTH: Final = 100.0


def radar(diagnostic: Diagnostic, catalog: Catalog, language: Language, theme: ChartTheme) -> Chart:
    """Return the radar of the levels and the targets; a question without a level leaves a gap in the line.

    Raises
    ------
    InputError
        ``charts.no_assessment``.
    """
    with drawing():
        figure = draw_radar(diagnostic, catalog, language, theme)
        result = assessed(diagnostic)
        return finish(
            figure,
            kind="radar",
            title=i18n.message("charts.radar.title", language),
            alt=level_findings(result, catalog, language),
            table=_table(in_order(result, catalog), catalog, language),
            language=language,
            theme=theme,
        )


def draw_radar(diagnostic: Diagnostic, catalog: Catalog, language: Language, theme: ChartTheme) -> Figure:
    """Return the figure of `radar`; lines bear the labels scored and target, in levels from the centre."""
    with drawing():
        dimensions = in_order(assessed(diagnostic), catalog)
        key = _key(dimensions, language, theme)
        labels = [
            _label(d, _angle(i, len(dimensions)), catalog, language, theme) for i, d in enumerate(dimensions)
        ]
        down = 3 - min(label.top for label in labels)
        end = down + max(_RADIUS, *(label.top + label.height for label in labels))
        paper = Paper(end + 10 + key_height(key, theme), theme)
        axes = paper.panel((_MIDDLE - _RADIUS, down - _RADIUS, 2 * _RADIUS, 2 * _RADIUS), (-5, 5), (-5, 5))
        _draw_web(axes, len(dimensions), theme)
        dashes: Style = {"linestyle": (0, (4, 2.5)), "color": theme.accent}
        _draw_line(axes, [d.target for d in dimensions], "target", **dashes)
        style: Style = {"linewidth": 1.8, "marker": "o", "markersize": 6.5, "color": theme.primary}
        _draw_line(axes, [d.scored for d in dimensions], "scored", **style)
        for level in range(1, 6):
            y = down - _RADIUS * level / 5 + 5
            paper.text(_MIDDLE + 5, y, str(level), size=SMALL, colour=theme.muted, patch=True)
        for label in labels:
            y = down + label.top + LINE * BODY * len(label.names) / 2
            paper.text(_MIDDLE + label.across, y, label.names, weight="semibold", ha=label.ha)
            y += LINE * (BODY * len(label.names) + SMALL * len(label.values)) / 2
            paper.text(_MIDDLE + label.across, y, label.values, size=SMALL, colour=theme.muted, ha=label.ha)
        draw_key(paper, key, end + 10)
        return paper.figure


@attrs.frozen(kw_only=True)
class _Label:
    """The words at the end of a spoke; `across` and `top` are points from the centre."""

    names: tuple[str, ...]
    values: tuple[str, ...]
    across: float
    top: float
    height: float
    ha: Align


def _angle(i: int, count: int) -> float:
    """Return the direction of spoke `i` in radians, the first one upwards, then clockwise (y runs down)."""
    return -math.pi / 2 + 2 * math.pi * i / count


def _draw_web(axes: Axes, count: int, theme: ChartTheme) -> None:
    angles = [_angle(i, count) for i in [*range(count), 0]]
    for level in range(1, 6):
        x, y = [level * math.cos(a) for a in angles], [level * math.sin(a) for a in angles]
        axes.plot(x, y, color=theme.rule, linewidth=0.7, label=f"level {level}", clip_on=False)
    for angle in angles[:-1]:
        x, y = [0, 5 * math.cos(angle)], [0, 5 * math.sin(angle)]
        axes.plot(x, y, color=theme.rule, linewidth=0.7, label="spoke", clip_on=False)


def _draw_line(axes: Axes, levels: Sequence[float | None], label: str, **style: Any) -> None:
    """Draw a closed line through the levels, broken where one is missing, never bent to the centre."""
    if all(level is None for level in levels):
        return
    known = [math.nan if level is None else level for level in levels]
    angles = [_angle(i, len(levels)) for i in range(len(levels))]
    x = [level * math.cos(angle) for level, angle in zip(known, angles, strict=True)]
    y = [level * math.sin(angle) for level, angle in zip(known, angles, strict=True)]
    axes.plot([*x, x[0]], [*y, y[0]], label=label, clip_on=False, **({"linewidth": 1.4} | style))


def _label(
    d: DimensionResult, angle: float, catalog: Catalog, language: Language, theme: ChartTheme
) -> _Label:
    across, down = math.cos(angle), math.sin(angle)
    names = wrap(catalog.question(d.id).short.in_(language), _LABEL_WIDTH, theme, BODY, "semibold", lines=2)
    said = i18n.level(d.scored, language) if d.scored is not None else silence(d, language)
    if d.target is not None and d.scored is not None:
        said = i18n.message("charts.radar.value", language, level=said, target=i18n.level(d.target, language))
    values = wrap(said, _LABEL_WIDTH, theme, SMALL, lines=2)
    height = LINE * (BODY * len(names) + SMALL * len(values))
    return _Label(
        names=names,
        values=values,
        across=(_RADIUS + _AWAY) * across,
        top=(_RADIUS + _AWAY) * down + height / 2 * (down - 1),
        height=height,
        ha="center" if abs(across) < 0.3 else "left" if across > 0 else "right",
    )


def _key(dimensions: Sequence[DimensionResult], language: Language, theme: ChartTheme) -> tuple[KeyItem, ...]:
    word = "evidenced" if any(d.evidenced is not None for d in dimensions) else "declared"
    style: Style = {"linewidth": 1.8, "marker": "o", "markersize": 6.5, "color": theme.primary}
    items = [key_line("scored", i18n.message(f"charts.key.{word}", language), **style)]
    if any(d.target is not None for d in dimensions):
        dashes: Style = {"linewidth": 1.4, "linestyle": (0, (4, 2.5)), "color": theme.accent}
        items.append(key_line("target", i18n.message("charts.key.target", language), **dashes))
    return tuple(items)


def _table(dimensions: Sequence[DimensionResult], catalog: Catalog, language: Language) -> ChartTable:
    return ChartTable(
        columns=tuple(
            i18n.message(f"charts.head.{head}", language) for head in ("question", "level", "target")
        ),
        rows=[
            (
                catalog.question(d.id).short.in_(language),
                silence(d, language) if d.scored is None else i18n.level(d.scored, language),
                DASH if d.target is None else i18n.level(d.target, language),
            )
            for d in dimensions
        ],
    )
