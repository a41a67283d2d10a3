"""From one wave to the next: what moved by more than chance, and what did not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import attrs
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from cxmaturity import i18n
from cxmaturity.assessment.values import Change
from cxmaturity.catalog import Catalog
from cxmaturity.charts.canvas import BODY, SMALL, STRONG, Paper, Style, drawing, printable, wrap
from cxmaturity.charts.chart import Chart, ChartTable
from cxmaturity.charts.findings import names_of
from cxmaturity.charts.level_grid import (
    FIRST_LEVEL,
    HEAD_HEIGHT,
    LAST_LEVEL,
    NAME_WIDTH,
    VALUE_RIGHT,
    VERDICT_LEFT,
    VERDICT_WIDTH,
    KeyItem,
    draw_key,
    draw_levels,
    draw_name,
    draw_rules,
    key_height,
    key_line,
    key_mark,
)
from cxmaturity.charts.svg import finish
from cxmaturity.charts.theme import ChartTheme
from cxmaturity.core.problems import InputError
from cxmaturity.core.text import Language
from cxmaturity.engagement.values import Diagnostic

_ROW: Final = 28.0
_LONGEST_WAVE: Final = 40


@attrs.frozen(kw_only=True)
class _Line:
    change: Change
    name: tuple[str, ...]
    verdict: tuple[str, ...]
    number: int | None
    middle: float


def changes(diagnostic: Diagnostic, catalog: Catalog, language: Language, theme: ChartTheme) -> Chart:
    """Return the change since the wave before: a hollow dot then, a filled one now, a band for chance.

    The band is the minimum detectable change around the earlier level; a filled dot inside it proves nothing.

    Raises
    ------
    InputError
        ``charts.one_wave`` when there is no earlier wave.
    """
    with drawing():
        figure = draw_changes(diagnostic, catalog, language, theme)
        return finish(
            figure,
            kind="changes",
            title=i18n.message("charts.changes.title", language),
            alt=_finding(diagnostic.changes, catalog, language),
            table=_table(diagnostic.changes, catalog, language),
            language=language,
            theme=theme,
        )


def draw_changes(diagnostic: Diagnostic, catalog: Catalog, language: Language, theme: ChartTheme) -> Figure:
    """Return the figure of `changes`; artists bear the labels noise, move, before and after, x in levels."""
    if not diagnostic.changes:
        raise InputError.of(
            "charts.one_wave", "there is only one wave of answers, so no change can be drawn."
        )
    with drawing():
        lines = _lines(diagnostic.changes, catalog, language, theme)
        end = HEAD_HEIGHT + _ROW * len(lines)
        key = _key(diagnostic, language, theme)
        paper = Paper(end + 8 + key_height(key, theme), theme)
        axes = draw_levels(paper, [(HEAD_HEIGHT, end)], catalog, language)
        draw_rules(paper, [HEAD_HEIGHT + _ROW * i for i in range(len(lines) + 1)])
        head = i18n.message("charts.head.change", language)
        paper.text(VALUE_RIGHT, 16, head, size=SMALL, colour=theme.muted, ha="right")
        _draw_moves(axes, lines, theme)
        for line in lines:
            _draw_words(paper, line, language)
        draw_key(paper, key, end + 8)
        return paper.figure


def _lines(
    changes_: Sequence[Change], catalog: Catalog, language: Language, theme: ChartTheme
) -> tuple[_Line, ...]:
    lines = []
    for i, change in enumerate(_in_order(changes_, catalog)):
        question = catalog.question(change.question) if change.question else None
        name = question.short.in_(language) if question else i18n.message("charts.changes.index", language)
        said = i18n.message(f"charts.changes.{'noise' if change.within_noise else 'real'}", language)
        lines.append(
            _Line(
                change=change,
                name=wrap(name, NAME_WIDTH, theme, BODY, "semibold", lines=2),
                verdict=wrap(said, VERDICT_WIDTH, theme, SMALL, lines=2),
                number=question.number if question else None,
                middle=HEAD_HEIGHT + _ROW * (i + 0.5),
            )
        )
    return tuple(lines)


def _in_order(changes_: Sequence[Change], catalog: Catalog) -> list[Change]:
    """Return the index first, then the questions as they are asked."""
    places: dict[str | None, int] = {None: 0} | {
        question.id: question.number for question in catalog.questions
    }
    return sorted(changes_, key=lambda change: places[change.question])


def _draw_moves(axes: Axes, lines: Sequence[_Line], theme: ChartTheme) -> None:
    y = [line.middle for line in lines]
    before = [line.change.before for line in lines]
    after = [line.change.after for line in lines]
    noise = [line.change.minimum_detectable for line in lines]
    low = [max(FIRST_LEVEL, b - n) for b, n in zip(before, noise, strict=True)]
    high = [min(LAST_LEVEL, b + n) for b, n in zip(before, noise, strict=True)]
    axes.hlines(y, low, high, colors=theme.rule, linewidths=9, label="noise", clip_on=False)
    axes.hlines(y, before, after, colors=theme.primary, linewidths=1.6, label="move", clip_on=False)
    axes.plot(before, y, linestyle="none", label="before", clip_on=False, **_before(theme))
    axes.plot(after, y, linestyle="none", label="after", clip_on=False, **_after(theme))


def _before(theme: ChartTheme) -> Style:
    return {
        "marker": "o",
        "markersize": 7,
        "markerfacecolor": theme.paper,
        "markeredgecolor": theme.primary,
        "markeredgewidth": 1.4,
    }


def _after(theme: ChartTheme) -> Style:
    return {"marker": "o", "markersize": 8, "markeredgewidth": 0, "color": theme.primary}


def _draw_words(paper: Paper, line: _Line, language: Language) -> None:
    noise = line.change.within_noise
    colour = paper.theme.muted if noise else paper.theme.ink
    said = i18n.number(line.change.change, language, 1, signed=True)
    draw_name(paper, line.middle, line.name, line.number)
    weight: Style = {} if noise else {"weight": "semibold"}
    paper.text(VALUE_RIGHT, line.middle, said, size=STRONG, colour=colour, ha="right", **weight)
    paper.text(VERDICT_LEFT, line.middle, line.verdict, size=SMALL, colour=colour)


def _key(diagnostic: Diagnostic, language: Language, theme: ChartTheme) -> tuple[KeyItem, ...]:
    waves = [printable(wave.id)[:_LONGEST_WAVE] for wave in diagnostic.engagement.waves[-2:]]
    return (
        key_mark("before", waves[0], **_before(theme)),
        key_mark("after", waves[-1], **_after(theme)),
        key_line("noise", i18n.message("charts.key.noise", language), linewidth=9, color=theme.rule),
    )


def _finding(changes_: Sequence[Change], catalog: Catalog, language: Language) -> str:
    """Say what rose, what fell and that the rest may be chance."""
    said = [
        i18n.message(
            f"charts.changes.finding.{'index_noise' if change.within_noise else 'index'}",
            language,
            before=i18n.level(change.before, language),
            after=i18n.level(change.after, language),
        )
        for change in changes_
        if change.question is None
    ]
    questions = [change for change in _in_order(changes_, catalog) if change.question]
    groups = {
        "rose": [c.question for c in questions if not c.within_noise and c.change > 0],
        "fell": [c.question for c in questions if not c.within_noise and c.change < 0],
        "same": [c.question for c in questions if c.within_noise],
    }
    for group, found in groups.items():
        ids = [question for question in found if question]
        if ids:
            names = names_of(ids, catalog, language)
            said.append(i18n.message(f"charts.changes.finding.{group}", language, names=names))
    return " ".join(said)


def _table(changes_: Sequence[Change], catalog: Catalog, language: Language) -> ChartTable:
    def row(change: Change) -> tuple[str, ...]:
        name = (
            catalog.question(change.question).short.in_(language)
            if change.question
            else i18n.message("charts.changes.index", language)
        )
        return (
            name,
            i18n.level(change.before, language),
            i18n.level(change.after, language),
            i18n.number(change.change, language, 1, signed=True),
            i18n.level(change.minimum_detectable, language),
            i18n.message(f"charts.changes.{'noise' if change.within_noise else 'real'}", language),
        )

    heads = ("question", "before", "after", "change", "detectable", "reading")
    return ChartTable(
        columns=tuple(i18n.message(f"charts.head.{head}", language) for head in heads),
        rows=[row(change) for change in _in_order(changes_, catalog)],
    )
