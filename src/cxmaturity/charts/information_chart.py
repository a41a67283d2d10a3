"""What to measure before deciding: what knowing each input is worth, against what a survey of it costs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import attrs
from matplotlib.figure import Figure

from cxmaturity import i18n
from cxmaturity.business_case.values import CaseResult, InformationValue, Measurement
from cxmaturity.charts.amounts import column
from cxmaturity.charts.canvas import BODY, LINE, SMALL, WIDTH, Paper, Style, drawing, text_width, wrap
from cxmaturity.charts.chart import Chart, ChartTable
from cxmaturity.charts.level_grid import KeyItem, draw_key, draw_rules, key_height, key_mark
from cxmaturity.charts.marks import key_box
from cxmaturity.charts.svg import finish
from cxmaturity.charts.theme import ChartTheme
from cxmaturity.core.problems import InputError
from cxmaturity.core.text import Language

DASH: Final = "–"
MOST_ROWS: Final = 6
"""Inputs drawn beside those that have a survey."""
LEAST: Final = 0.005
"""Inputs worth less than this share of knowing everything are not drawn, unless they have a survey."""

_NAME_WIDTH: Final = 186.0
_LEFT: Final = 194.0
_BAR: Final = 12.0
_TOP: Final = 15.0


@attrs.frozen(kw_only=True)
class _Row:
    label: str
    name: tuple[str, ...]
    note: tuple[str, ...]
    worth: float
    survey: Measurement | None
    total: bool
    top: float
    height: float

    @property
    def middle(self) -> float:
        return self.top + self.height / 2


def shown(case: CaseResult) -> tuple[InformationValue, ...]:
    """Return what the chart draws: the groups, then the inputs worth knowing, then those that have a survey."""
    surveyed = {survey.input for survey in case.measurements}
    least = max(1.0, LEAST * (case.evpi or 0.0))
    groups = [found for found in case.information if len(found.inputs) > 1 and found.evppi >= least]
    single = [found for found in case.information if len(found.inputs) == 1]
    worth = [found for found in single if found.evppi >= least][:MOST_ROWS]
    more = [found for found in single if found not in worth and found.inputs[0] in surveyed]
    return (*groups, *worth, *more)


def survey_of(found: InformationValue, case: CaseResult) -> Measurement | None:
    """Return the survey that measures an input, when its price is known."""
    if len(found.inputs) != 1:
        return None
    return next((survey for survey in case.measurements if survey.input == found.inputs[0]), None)


def best_of(survey: Measurement) -> tuple[int, float, float] | None:
    """Return the best sample: size, worth and cost; None when no sample pays for itself."""
    if survey.best_n is None:
        return None
    place = survey.sizes.index(survey.best_n)
    return survey.best_n, survey.evsi[place], survey.costs[place]


def information(case: CaseResult, names: Mapping[str, str], language: Language, theme: ChartTheme) -> Chart:
    """Return what knowing everything, a group or one input is worth before deciding, and what surveys cost.

    Parameters
    ----------
    case : CaseResult
        With its `evpi` and `information`.
    names : mapping of str to str
        The words for the labels of `information`.

    Raises
    ------
    InputError
        ``charts.no_information``.
    """
    with drawing():
        figure = draw_information(case, names, language, theme)
        return finish(
            figure,
            kind="information",
            title=i18n.message("charts.information.title", language),
            alt=_finding(case, names, language),
            table=_table(case, names, language),
            language=language,
            theme=theme,
        )


def draw_information(
    case: CaseResult, names: Mapping[str, str], language: Language, theme: ChartTheme
) -> Figure:
    """Return the figure of `information`.

    Bars bear the label ``worth <label>``, the worth of the best sample ``sample <label>``, the cost of a survey ``cost <label>``.
    """
    with drawing():
        rows = _rows(case, names, language, theme)
        unit, said = column([row.worth for row in rows], case.currency, language)
        room = max(text_width(label, theme, BODY, "semibold") for label in said) + 8
        key = _key(rows, language, theme)
        bottom = rows[-1].top + rows[-1].height
        paper = Paper(bottom + 6 + key_height(key, theme), theme)
        right = WIDTH - room - 12
        scale = max(row.worth for row in rows)
        axes = paper.panel((_LEFT, 0, right - _LEFT, paper.height), (0, scale), (0, paper.height))
        draw_rules(paper, [row.top for row in rows[1:]])
        axes.vlines([0], rows[0].top, bottom, colors=theme.ink, linewidths=0.8, label="zero", clip_on=False)
        for row, label in zip(rows, said, strict=True):
            _draw_row(paper, row, label)
            style: Style = {"color": theme.muted if row.total else theme.primary_soft, "clip_on": False}
            axes.barh([row.middle], [row.worth], height=_BAR, label=f"worth {row.label}", **style)
            best = None if row.survey is None else best_of(row.survey)
            if best is not None:
                bar: Style = {"height": _BAR, "color": theme.primary, "clip_on": False}
                axes.barh([row.middle], [best[1]], label=f"sample {row.label}", **bar)
            if row.survey is not None:
                cost = min(row.survey.costs) if best is None else best[2]
                # A cost beyond the scale stands at its end, as an arrow: its amount is under the name.
                beyond = cost > scale
                axes.plot(
                    [min(cost, scale) if not beyond else scale],
                    [row.middle],
                    linestyle="none",
                    label=f"cost {row.label}",
                    clip_on=False,
                    zorder=4,
                    **_cost_style(theme, beyond=beyond),
                )
        paper.text(WIDTH, 5, unit, size=SMALL, colour=theme.muted, ha="right")
        draw_key(paper, key, bottom + 5)
        return paper.figure


def _cost_style(theme: ChartTheme, *, beyond: bool = False) -> Style:
    return {
        "marker": ">" if beyond else "D",
        "markersize": 6,
        "markerfacecolor": theme.accent,
        "markeredgecolor": theme.paper,
        "markeredgewidth": 0.8,
    }


def _rows(case: CaseResult, names: Mapping[str, str], language: Language, theme: ChartTheme) -> list[_Row]:
    if not case.evpi or not case.information:
        raise InputError.of(
            "charts.no_information", "nothing to learn could change this decision: there is nothing to draw."
        )
    everything = InformationValue(label="", inputs=(), evppi=case.evpi)
    rows: list[_Row] = []
    top = _TOP
    for found in (everything, *shown(case)):
        survey = survey_of(found, case)
        said = names[found.label] if found.label else i18n.message("charts.information.everything", language)
        name = wrap(said, _NAME_WIDTH, theme, BODY, lines=2)
        note = (
            () if survey is None else wrap(_note(survey, case, language), _NAME_WIDTH, theme, SMALL, lines=2)
        )
        height = max(23.0, LINE * (BODY * len(name) + SMALL * len(note)) + 8)
        rows.append(
            _Row(
                label=found.label or "everything",
                name=name,
                note=note,
                worth=found.evppi,
                survey=survey,
                total=len(found.inputs) != 1,
                top=top,
                height=height,
            )
        )
        top += height
    return rows


def _note(survey: Measurement, case: CaseResult, language: Language) -> str:
    def money(amount: float) -> str:
        return i18n.money(amount, case.currency, language, compact=True)

    best = best_of(survey)
    if best is None:
        return i18n.message("charts.information.too_dear", language, cost=money(min(survey.costs)))
    size, worth, cost = best
    return i18n.message(
        "charts.information.survey",
        language,
        size=i18n.number(size, language),
        worth=money(worth),
        cost=money(cost),
    )


def _draw_row(paper: Paper, row: _Row, said: str) -> None:
    extra = LINE * SMALL * len(row.note)
    weight = "semibold" if row.total else "normal"
    paper.text(0, row.middle - extra / 2, row.name, weight=weight)  # type: ignore[arg-type]  # one of two weights
    below = row.middle + LINE * BODY * len(row.name) / 2 - LINE * SMALL * (len(row.note) - 1) / 2
    for i, line in enumerate(row.note):
        paper.text(0, below + i * LINE * SMALL, line, size=SMALL, colour=paper.theme.muted)
    paper.text(WIDTH, row.middle, said, weight=weight, ha="right")  # type: ignore[arg-type]  # one of two weights


def _key(rows: Sequence[_Row], language: Language, theme: ChartTheme) -> tuple[KeyItem, ...]:
    def label(word: str) -> str:
        return i18n.message(f"charts.key.{word}", language)

    items = [key_box("known", label("known"), theme.primary_soft)]
    surveys = [row.survey for row in rows if row.survey is not None]
    if any(survey.best_n is not None for survey in surveys):
        items.append(key_box("sample", label("sample"), theme.primary))
    if surveys:
        items.append(key_mark("cost", label("survey_cost"), 7, **_cost_style(theme)))
    return tuple(items)


def _finding(case: CaseResult, names: Mapping[str, str], language: Language) -> str:
    def money(amount: float) -> str:
        return i18n.money(amount, case.currency, language, compact=True)

    said = [i18n.message("charts.information.finding", language, evpi=money(case.evpi or 0.0))]
    for found in shown(case):
        worth = money(found.evppi)
        said.append(
            i18n.message("charts.information.finding.one", language, name=names[found.label], worth=worth)
        )
        survey = survey_of(found, case)
        if survey is not None:
            said.append(f"{_note(survey, case, language)}.")
    return " ".join(said)


def _table(case: CaseResult, names: Mapping[str, str], language: Language) -> ChartTable:
    def money(amount: float) -> str:
        return i18n.money(amount, case.currency, language)

    def row(found: InformationValue) -> tuple[str, ...]:
        survey = survey_of(found, case)
        best = None if survey is None else best_of(survey)
        if best is None:
            return names[found.label], money(found.evppi), DASH, DASH, DASH
        size, worth, cost = best
        return names[found.label], money(found.evppi), i18n.number(size, language), money(worth), money(cost)

    everything = i18n.message("charts.information.everything", language)
    heads = ("input", "known", "best_size", "sample", "survey_cost")
    return ChartTable(
        columns=tuple(i18n.message(f"charts.head.{head}", language) for head in heads),
        rows=[
            (everything, money(case.evpi or 0.0), DASH, DASH, DASH),
            *(row(found) for found in shown(case)),
        ],
    )
