"""The tornado: which input moves the result most, each moved alone from its P10 to its P90."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

import attrs
from matplotlib.figure import Figure

from cxmaturity import i18n
from cxmaturity.business_case.values import CaseResult, TornadoBar
from cxmaturity.charts.amounts import column
from cxmaturity.charts.canvas import BODY, LINE, SMALL, WIDTH, Align, Paper, Style, drawing, text_width, wrap
from cxmaturity.charts.chart import Chart, ChartTable
from cxmaturity.charts.colour import blend
from cxmaturity.charts.level_grid import KeyItem, draw_key, draw_rules, key_height
from cxmaturity.charts.marks import Box, draw_hatching, key_box
from cxmaturity.charts.svg import finish
from cxmaturity.charts.theme import ChartTheme
from cxmaturity.core.problems import InputError
from cxmaturity.core.text import Language

_Place = Callable[[float], float]

MOST_BARS: Final = 10
"""Bars drawn, the widest; the table beside the chart holds them all."""

_NAME_WIDTH: Final = 186.0
_LEFT: Final = 194.0
_BAR: Final = 13.0
_HEAD: Final = 26.0


@attrs.frozen(kw_only=True)
class InputName:
    """How an input is called, and how its P10 and its P90 are printed."""

    name: str
    low: str
    high: str


@attrs.frozen(kw_only=True)
class _Row:
    bar: TornadoBar
    name: tuple[str, ...]
    note: str
    top: float
    height: float

    @property
    def middle(self) -> float:
        return self.top + self.height / 2


def tornado(case: CaseResult, names: Mapping[str, InputName], language: Language, theme: ChartTheme) -> Chart:
    """Return the tornado: the NPV at the P10 and at the P90 of each input, the others at their most likely value.

    Parameters
    ----------
    case : CaseResult
        Its `tornado`, widest first, has at least one bar.
    names : mapping of str to InputName
        The words for the inputs, by their path in the case.

    Raises
    ------
    InputError
        ``charts.no_range``.
    """
    with drawing():
        figure = draw_tornado(case, names, language, theme)
        return finish(
            figure,
            kind="tornado",
            title=i18n.message("charts.tornado.title", language),
            alt=_finding(case, names, language),
            table=_table(case, names, language),
            language=language,
            theme=theme,
        )


def draw_tornado(
    case: CaseResult, names: Mapping[str, InputName], language: Language, theme: ChartTheme
) -> Figure:
    """Return the figure of `tornado`.

    Its bars bear the labels ``low <path>`` and ``high <path>``, x in money; hatching, base and zero are the other artists.
    """
    with drawing():
        if not case.tornado:
            raise InputError.of(
                "charts.no_range", "no input of this case has a range: there is no tornado to draw."
            )
        rows = _rows(case.tornado[:MOST_BARS], names, language, theme)
        ends = [end for row in rows for end in (row.bar.npv_low, row.bar.npv_high)]
        unit, said = column(ends, case.currency, language)
        room = max(text_width(label, theme, SMALL) for label in said) + 5
        key = _key(ends, language, theme)
        bottom = rows[-1].top + rows[-1].height
        low, high = min(*ends, case.npv), max(*ends, case.npv)
        high = high if high > low else low + 1
        under = 20 if low < 0 < high else 5
        paper = Paper(bottom + under + key_height(key, theme), theme)
        paper.text(WIDTH, 5, unit, size=SMALL, colour=theme.muted, ha="right")
        limit = WIDTH - (text_width(unit, theme, SMALL) + 8 if unit else 0.0)
        left, right = _LEFT + room, WIDTH - room
        axes = paper.panel((left, 0, right - left, paper.height), (low, high), (0, paper.height))

        def place(amount: float) -> float:
            return left + (right - left) * (amount - low) / (high - low)

        draw_rules(paper, [row.top for row in rows[1:]])
        hatched: list[Box] = []
        for i, row in enumerate(rows):
            _draw_row(paper, row)
            for end, word, face in (
                (row.bar.npv_low, "low", blend(theme.primary, theme.paper, 0.38)),
                (row.bar.npv_high, "high", theme.primary),
            ):
                style: Style = {
                    "height": _BAR,
                    "color": face,
                    "label": f"{word} {row.bar.input}",
                    "clip_on": False,
                }
                axes.barh([row.middle], [end - case.npv], left=case.npv, **style)
            hatched += _losses(row, case.npv, place)
            _draw_ends(paper, row, place, said[2 * i : 2 * i + 2])
        draw_hatching(paper.ground(), hatched, theme.paper, "hatching")
        _draw_base(paper, case, place(case.npv), (bottom, limit), language)
        if low < 0 < high:
            _draw_zero(paper, place(0.0), bottom, language)
        draw_key(paper, key, bottom + under)
        return paper.figure


def _rows(
    bars: Sequence[TornadoBar], names: Mapping[str, InputName], language: Language, theme: ChartTheme
) -> list[_Row]:
    rows: list[_Row] = []
    top = _HEAD
    for bar in bars:
        known = names[bar.input]
        name = wrap(known.name, _NAME_WIDTH, theme, BODY, lines=2)
        note = i18n.message("charts.from_to", language, low=known.low, high=known.high)
        height = max(24.0, LINE * (BODY * len(name) + SMALL) + 8)
        rows.append(
            _Row(
                bar=bar,
                name=name,
                note=wrap(note, _NAME_WIDTH, theme, SMALL, lines=1)[0],
                top=top,
                height=height,
            )
        )
        top += height
    return rows


def _losses(row: _Row, base: float, place: _Place) -> list[Box]:
    """Return the parts of a bar where the NPV is negative, in points."""
    boxes = []
    for end in (row.bar.npv_low, row.bar.npv_high):
        low, high = min(end, base, 0.0), min(max(end, base), 0.0)
        low = max(low, min(end, base))
        if low < high:
            boxes.append((place(low), row.middle - _BAR / 2, place(high), row.middle + _BAR / 2))
    return boxes


def _draw_row(paper: Paper, row: _Row) -> None:
    extra = LINE * SMALL
    paper.text(0, row.middle - extra / 2, row.name)
    below = row.middle + LINE * BODY * len(row.name) / 2
    paper.text(0, below, row.note, size=SMALL, colour=paper.theme.muted)


def _draw_ends(paper: Paper, row: _Row, place: _Place, said: Sequence[str]) -> None:
    """Write the NPV at both ends of a bar, outside it."""
    sides: tuple[Align, Align] = ("right", "left")
    found = sorted(zip((row.bar.npv_low, row.bar.npv_high), said, strict=True), key=lambda end: end[0])
    for (amount, label), side, shift in zip(found, sides, (-4, 4), strict=True):
        colour = paper.theme.bad if amount < 0 else paper.theme.ink
        paper.text(place(amount) + shift, row.middle, label, size=SMALL, colour=colour, ha=side, patch=True)


def _draw_base(
    paper: Paper, case: CaseResult, x: float, edges: tuple[float, float], language: Language
) -> None:
    """Draw the line of the most likely NPV, its amount above; `edges`: foot of the bars, right end of the words."""
    theme, (bottom, limit) = paper.theme, edges
    paper.ground().vlines(
        [x], _HEAD - 6, bottom, colors=theme.ink, linewidths=1.0, label="base", clip_on=False
    )
    amount = i18n.money(case.npv, case.currency, language, compact=True)
    words = i18n.message("charts.tornado.base", language, amount=amount)
    half = text_width(words, theme, SMALL, "semibold") / 2
    at = min(max(x, _LEFT + half), limit - half)
    paper.text(at, _HEAD - 14, words, size=SMALL, weight="semibold", ha="center")


def _draw_zero(paper: Paper, x: float, bottom: float, language: Language) -> None:
    """Draw the line of zero and name its two sides under the bars."""
    theme = paper.theme
    style: Style = {"colors": theme.bad, "linewidths": 1.0, "linestyles": (0, (3, 2)), "label": "zero"}
    paper.ground().vlines([x], _HEAD, bottom + 4, clip_on=False, **style)
    loss, gain = (i18n.message(f"charts.tornado.{side}", language) for side in ("loss", "gain"))
    paper.text(x - 5, bottom + 9, loss, size=SMALL, colour=theme.bad, ha="right")
    paper.text(x + 5, bottom + 9, gain, size=SMALL, colour=theme.muted)


def _key(ends: Sequence[float], language: Language, theme: ChartTheme) -> tuple[KeyItem, ...]:
    def label(word: str) -> str:
        return i18n.message(f"charts.key.{word}", language)

    items = [
        key_box("at_p10", label("at_p10"), blend(theme.primary, theme.paper, 0.38)),
        key_box("at_p90", label("at_p90"), theme.primary),
    ]
    if min(ends) < 0:
        items.append(key_box("loss", label("loss"), theme.primary, hatched=theme.paper))
    return tuple(items)


def _finding(case: CaseResult, names: Mapping[str, InputName], language: Language) -> str:
    def money(amount: float) -> str:
        return i18n.money(amount, case.currency, language, compact=True)

    widest = case.tornado[0]
    said = [
        i18n.message(
            "charts.tornado.finding",
            language,
            name=i18n.message("charts.quoted", language, name=names[widest.input].name),
            low=money(widest.npv_low),
            high=money(widest.npv_high),
        )
    ]
    turning = [
        bar for bar in case.tornado if min(bar.npv_low, bar.npv_high) < 0 < max(bar.npv_low, bar.npv_high)
    ]
    if turning:
        listed = [i18n.message("charts.quoted", language, name=names[bar.input].name) for bar in turning]
        said.append(
            i18n.message(
                "charts.tornado.turning", language, n=len(turning), names=i18n.listing(listed, language)
            )
        )
    else:
        said.append(i18n.message(f"charts.tornado.steady.{'gain' if case.npv >= 0 else 'loss'}", language))
    return " ".join(said)


def _table(case: CaseResult, names: Mapping[str, InputName], language: Language) -> ChartTable:
    heads = ("input", "at_low", "npv_low", "at_high", "npv_high")
    return ChartTable(
        columns=tuple(i18n.message(f"charts.head.{head}", language) for head in heads),
        rows=[
            (
                names[bar.input].name,
                names[bar.input].low,
                i18n.money(bar.npv_low, case.currency, language),
                names[bar.input].high,
                i18n.money(bar.npv_high, case.currency, language),
            )
            for bar in case.tornado
        ],
    )
