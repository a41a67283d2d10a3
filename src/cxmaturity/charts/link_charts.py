"""The link matrix: which question moves which benefit, how strongly, and how well that is known."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure

from cxmaturity import i18n
from cxmaturity.assessment.values import AssessmentResult
from cxmaturity.catalog import Benefit, Catalog
from cxmaturity.charts.canvas import BODY, LINE, SMALL, WIDTH, Paper, Weight, drawing, text_width, wrap
from cxmaturity.charts.chart import Chart, ChartTable
from cxmaturity.charts.colour import blend, contrast_ratio
from cxmaturity.charts.findings import names_of
from cxmaturity.charts.level_grid import KeyItem, draw_key, key_height, key_mark
from cxmaturity.charts.svg import finish
from cxmaturity.charts.theme import TEXT_CONTRAST, ChartTheme
from cxmaturity.core.text import Language

DASH: Final = "–"
_LEFT: Final = 108.0
_GAP_COLUMN: Final = 56.0
_CELL: Final = 23.0
_TIER_GAP: Final = 5.0


def link_matrix(
    catalog: Catalog, language: Language, theme: ChartTheme, assessment: AssessmentResult | None = None
) -> Chart:
    """Return the matrix: questions down, benefits across, in each cell a strength 0 to 3 and a grade A to C.

    With an assessment, a last column gives the gap between each level and its target.
    """
    with drawing():
        figure = draw_link_matrix(catalog, language, theme, assessment)
        return finish(
            figure,
            kind="links",
            title=i18n.message("charts.links.title", language),
            alt=_finding(catalog, language),
            table=_table(catalog, language, assessment),
            language=language,
            theme=theme,
        )


def draw_link_matrix(
    catalog: Catalog, language: Language, theme: ChartTheme, assessment: AssessmentResult | None = None
) -> Figure:
    """Return the figure of `link_matrix`; its one mesh holds the strengths in questionnaire order."""
    with drawing():
        right = WIDTH - (_GAP_COLUMN if assessment else 0)
        step = (right - _LEFT) / len(catalog.benefits)
        edges = [WIDTH - (_LEFT + (i - 0.5) * step) - 4 for i in range(len(catalog.benefits))]
        heads = [
            wrap(b.name.in_(language), min(2 * step - 8, edge), theme, SMALL, lines=3)
            for b, edge in zip(catalog.benefits, edges, strict=True)
        ]
        tiers = [max((len(head) for head in heads[tier::2]), default=0) * LINE * SMALL for tier in (0, 1)]
        top = sum(tiers) + 2 * _TIER_GAP + 4
        names = [
            wrap(q.short.in_(language), _LEFT - 22, theme, BODY, "semibold", lines=2)
            for q in catalog.questions
        ]
        height = _CELL * len(catalog.questions)
        key = _key(language, theme)
        paper = Paper(top + height + 8 + key_height(key, theme), theme)
        _draw_heads(paper, heads, tiers, top, step)
        _draw_cells(paper, catalog, (_LEFT, top, right - _LEFT, height))
        for i, (question, name) in enumerate(zip(catalog.questions, names, strict=True)):
            y = top + (i + 0.5) * _CELL
            paper.text(8, y, str(question.number), size=SMALL, colour=theme.muted, ha="right")
            paper.text(13, y, name, weight="semibold")
            if assessment:
                paper.text(WIDTH, y, _gap(assessment, question.id, language), ha="right")
        if assessment:
            lines = wrap(i18n.message("charts.head.gap", language), _GAP_COLUMN - 6, theme, SMALL, lines=3)
            y = top - 5 - LINE * SMALL * len(lines) / 2
            paper.text(WIDTH, y, lines, size=SMALL, colour=theme.muted, ha="right")
        draw_key(paper, key, top + height + 8)
        return paper.figure


def _draw_heads(
    paper: Paper, heads: Sequence[Sequence[str]], tiers: Sequence[float], top: float, step: float
) -> None:
    """Write the benefits above their columns on two tiers, so that each has the width of two columns."""
    bottoms = (tiers[0], tiers[0] + _TIER_GAP + tiers[1])
    for i, head in enumerate(heads):
        x = _LEFT + (i + 0.5) * step
        bottom = bottoms[i % 2]
        half = max(text_width(line, paper.theme, SMALL) for line in head) / 2
        y = bottom - LINE * SMALL * len(head) / 2
        paper.text(min(x, WIDTH - half), y, head, size=SMALL, ha="center")
        paper.ground().plot(
            [x, x], [bottom + 1, top - 2], color=paper.theme.rule, linewidth=0.7, label="leader"
        )


def _shades(theme: ChartTheme) -> tuple[str, ...]:
    return tuple(blend(theme.primary, theme.paper, share) for share in (0.0, 0.18, 0.5, 1.0))


def _draw_cells(paper: Paper, catalog: Catalog, box: tuple[float, float, float, float]) -> None:
    import seaborn as sns  # lazy: two seconds, and only this chart needs it

    links = [[catalog.link(q.id, b.id) for b in catalog.benefits] for q in catalog.questions]
    strengths = np.array([[link.strength for link in row] for row in links])
    shades = _shades(paper.theme)
    axes = paper.panel(box, (0, strengths.shape[1]), (0, strengths.shape[0]))
    sns.heatmap(
        strengths,
        ax=axes,
        cmap=ListedColormap(list(shades)),
        vmin=-0.5,
        vmax=3.5,
        cbar=False,
        xticklabels=False,
        yticklabels=False,
        linewidths=1.6,
        linecolor=paper.theme.paper,
        clip_on=False,
    )
    left, top, width, height = box
    for i, row in enumerate(links):
        for k, link in enumerate(row):
            x = left + (k + 0.5) * width / len(row)
            y = top + (i + 0.5) * height / len(links)
            ink = _ink(shades[link.strength], paper.theme)
            weight: Weight = "semibold" if link.strength == 3 else "normal"
            said = f"{link.strength} {link.grade}" if link.strength else "0"
            paper.text(
                x, y, said, weight=weight, colour=ink if link.strength else paper.theme.muted, ha="center"
            )


def _ink(ground: str, theme: ChartTheme) -> str:
    found = [ink for ink in (theme.ink, theme.paper) if contrast_ratio(ink, ground) >= TEXT_CONTRAST]
    return max(found or ["#000000"], key=lambda ink: contrast_ratio(ink, ground))


def _gap(assessment: AssessmentResult, question: str, language: Language) -> str:
    found = [d for d in assessment.dimensions if d.id == question]
    if not found or found[0].target is None or found[0].scored is None:
        return DASH
    return i18n.level(max(0.0, found[0].target - found[0].scored), language)


def _key(language: Language, theme: ChartTheme) -> tuple[KeyItem, ...]:
    shades = _shades(theme)
    strengths = [
        key_mark(
            f"strength {n}",
            f"{n} {i18n.message(f'charts.links.strength.{n}', language)}",
            9,
            marker="s",
            markersize=8,
            color=shades[n],
            markeredgecolor=theme.rule,
            markeredgewidth=0 if n else 0.7,
        )
        for n in (3, 2, 1, 0)
    ]
    grades = " · ".join(f"{g} {i18n.message(f'charts.links.grade.{g.lower()}', language)}" for g in "ABC")
    return (*strengths, KeyItem(label=grades))


def _finding(catalog: Catalog, language: Language) -> str:
    """Say, for each benefit, which questions move it most."""
    strongest: dict[str, list[str]] = {}
    for benefit in catalog.benefits:
        found = [link.question for link in catalog.links if link.benefit == benefit.id and link.strength == 3]
        if found:
            strongest[benefit.id] = [q.id for q in catalog.questions if q.id in found]
    said = [
        i18n.message(
            "charts.links.finding",
            language,
            benefit=catalog.benefit(benefit).name.in_(language),
            questions=names_of(questions, catalog, language),
        )
        for benefit, questions in strongest.items()
    ]
    return " ".join([i18n.message("charts.links.opening", language), *said])


def _table(catalog: Catalog, language: Language, assessment: AssessmentResult | None) -> ChartTable:
    def cell(question: str, benefit: Benefit) -> str:
        link = catalog.link(question, benefit.id)
        return f"{link.strength} ({link.grade})"

    heads = [
        i18n.message("charts.head.question", language),
        *(b.name.in_(language) for b in catalog.benefits),
    ]
    if assessment:
        heads.append(i18n.message("charts.head.gap", language))
    return ChartTable(
        columns=heads,
        rows=[
            (
                q.short.in_(language),
                *(cell(q.id, benefit) for benefit in catalog.benefits),
                *((_gap(assessment, q.id, language),) if assessment else ()),
            )
            for q in catalog.questions
        ],
    )
