"""The histogram of the simulated results: columns, the loss side in its own colour, and marks above them."""

from __future__ import annotations

from itertools import pairwise
from typing import Any, Final

from pptx.chart.data import CategoryChartData
from pptx.enum.chart import (
    XL_CHART_TYPE,
    XL_LABEL_POSITION,
)
from pptx.oxml import parse_xml
from pptx.oxml.ns import qn
from pptx.oxml.xmlchemy import OxmlElement

from cxmaturity import i18n
from cxmaturity.core.text import LANGUAGES, Language
from cxmaturity.reporting.deck import metrics
from cxmaturity.reporting.deck.base import Box
from cxmaturity.reporting.deck.chart_parts import (
    draw_axis,
    fix_plot_area,
    hide_values,
    keep_upright,
    letters,
    no_data,
    paint_form,
    put_legend,
    set_font,
    start_chart,
)
from cxmaturity.reporting.deck.paint import Canvas
from cxmaturity.reporting.deck.slides_risk import bin_of
from cxmaturity.reporting.deck.values import (
    HistogramChart,
)

COLUMNS: Final = 15
"""More columns than this have no room for their label."""
_FEWEST: Final = 4
_LETTERS: Final = 11.0
_MARK: Final = 100.0
"""Room kept for the name of a mark, so that no language raises one that another leaves in line."""
_EXACT: Final = 1e-6


def draw_histogram(canvas: Canvas, box: Box, plan: HistogramChart) -> Any:
    """Draw the columns, zero an edge between loss and gain, and name the columns of P10, P50 and P90."""
    edges, counts = _readable(plan, box.width * 0.96)
    digits = _digits(edges, plan)
    data = no_data(CategoryChartData)
    data.categories = [_middle(pair, plan, digits, canvas.language) for pair in pairwise(edges)]
    loss = [
        count if edges[i + 1] <= 0 or (edges[i] < 0 and -edges[i] > edges[i + 1]) else None
        for i, count in enumerate(counts)
    ]
    gain = [None if under is not None else count for under, count in zip(loss, counts, strict=True)]
    data.add_series(letters(plan.loss), loss)
    data.add_series(letters(plan.gain), gain)
    marks, top = _marks(plan, edges), float(max(counts))
    heights = _mark_heights(marks, top, box.width * 0.96 / len(counts))
    data.add_series("P10, P50, P90", [heights.get(i) for i in range(len(counts))])
    frame = start_chart(canvas, box, XL_CHART_TYPE.COLUMN_CLUSTERED, data)
    chart = frame.chart
    plot = chart.plots[0]
    plot.gap_width, plot.overlap = 8, 100
    for series, tone in zip(plot.series, ("bad", "primary", None), strict=True):
        paint_form(canvas, series.format, tone)
    _name_marks(canvas, plot.series[2], marks)
    chart.value_axis.maximum_scale = max([top, *heights.values()]) + 0.1 * top
    chart.value_axis.minimum_scale = 0
    hide_values(chart)
    across = chart.category_axis
    draw_axis(canvas, across)
    set_font(canvas, across.tick_labels.font, size=_LETTERS)
    keep_upright(across)
    _skip(across)
    fix_plot_area(chart, x=0.02, y=0.11, w=0.96, h=0.78)
    put_legend(canvas, chart, hidden=(2,))
    return frame


def _gathered(plan: HistogramChart, columns: int) -> tuple[tuple[float, ...], tuple[int, ...]]:
    """Return edges and counts, neighbours put together until about `columns` are left; zero stays an edge."""
    edges, counts = plan.edges, plan.counts
    together = -(-len(counts) // columns)
    if together == 1:
        return edges, counts
    zero = next((i for i, edge in enumerate(edges) if edge == 0), 0)
    front, step = -zero % together, edges[1] - edges[0]
    edges = (*(edges[0] - step * (front - i) for i in range(front)), *edges)
    counts = (*(0 for _ in range(front)), *counts)
    back = -len(counts) % together
    last = edges[-1] - edges[-2]
    edges = (*edges, *(edges[-1] + last * (i + 1) for i in range(back)))
    counts = (*counts, *(0 for _ in range(back)))
    return edges[::together], tuple(sum(counts[i : i + together]) for i in range(0, len(counts), together))


def _readable(plan: HistogramChart, room: float) -> tuple[tuple[float, ...], tuple[int, ...]]:
    """Return edges and counts, in as many columns as have room for their label in either language: both decks are alike."""
    for columns in range(COLUMNS, _FEWEST, -1):
        edges, counts = _gathered(plan, columns)
        digits = _digits(edges, plan)
        said = [_middle(pair, plan, digits, language) for pair in pairwise(edges) for language in LANGUAGES]
        if max(metrics.width(text, _LETTERS) for text in said) + 8 <= room / len(counts):
            return edges, counts
    return _gathered(plan, _FEWEST)


def _digits(edges: tuple[float, ...], plan: HistogramChart) -> int:
    """Return the decimals that the middles of the columns need."""
    middles = [sum(pair) / 2 / plan.numbers.scale for pair in pairwise(edges)]
    found = (d for d in range(4) if all(abs(it - round(it, d)) < _EXACT for it in middles))
    return next(found, plan.numbers.digits)


def _middle(pair: tuple[float, float], plan: HistogramChart, digits: int, language: Language) -> str:
    return i18n.number(sum(pair) / 2 / plan.numbers.scale, language, digits)


def _skip(axis: Any) -> None:
    """Ask for every label: they have been counted to fit."""
    element = OxmlElement("c:tickLblSkip")
    element.set("val", "1")
    axis._element.find(qn("c:noMultiLvlLbl")).addprevious(element)  # noqa: SLF001  # python-pptx has no skip


def _marks(plan: HistogramChart, edges: tuple[float, ...]) -> dict[int, str]:
    """Return the columns in which the marked values fall; two marks on one column share its label."""
    named: dict[int, list[str]] = {}
    for value, text in plan.marks:
        named.setdefault(bin_of(edges, value), []).append(letters(text))
    return {place: " / ".join(texts) for place, texts in named.items()}


def _mark_heights(marks: dict[int, str], top: float, slot: float) -> dict[int, float]:
    """Return how high each mark stands: above the columns, higher again when it would cover the one before."""
    heights: dict[int, float] = {}
    ends: list[float] = []
    for place, text in sorted(marks.items()):
        middle, half = (place + 0.5) * slot, max(_MARK, metrics.width(text, _LETTERS, bold=True)) / 2 + 4
        level = next((i for i, end in enumerate(ends) if end <= middle - half), len(ends))
        ends[level : level + 1] = [middle + half]
        heights[place] = top * (1.06 + 0.1 * level)
    return heights


def _name_marks(canvas: Canvas, series: Any, marks: dict[int, str]) -> None:
    """Write the marks above the columns, all at one height, each with a stem down to its column: an error bar."""
    for place, text in sorted(marks.items()):
        label = series.points[place].data_label
        label.has_text_frame = True
        label.text_frame.text = text
        for run in label.text_frame.paragraphs[0].runs:
            set_font(canvas, run.font, bold=True, size=_LETTERS)
        label.position = XL_LABEL_POSITION.OUTSIDE_END
    bars = parse_xml(
        '<c:errBars xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" '
        'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">'
        '<c:errBarType val="minus"/><c:errValType val="percentage"/><c:noEndCap val="1"/><c:val val="100"/>'
        '<c:spPr><a:ln w="12700"><a:solidFill><a:schemeClr val="tx1"/></a:solidFill>'
        '<a:prstDash val="sysDot"/></a:ln></c:spPr></c:errBars>'
    )
    series._element.find(qn("c:cat")).addprevious(bars)  # noqa: SLF001  # python-pptx has no error bars
