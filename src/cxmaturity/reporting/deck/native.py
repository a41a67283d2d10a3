"""Native charts: PowerPoint draws them from numbers that a person can edit; labels are bound to the values.

python-pptx has no waterfall and no curve over uneven years; both are made of what it has (stacked columns with an invisible base,
a scatter with lines), and of a few elements of DrawingML that it does not write.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, Final

from pptx.chart.data import CategoryChartData, XyChartData
from pptx.enum.chart import (
    XL_CHART_TYPE,
    XL_LABEL_POSITION,
    XL_MARKER_STYLE,
    XL_TICK_LABEL_POSITION,
)
from pptx.oxml.ns import qn
from pptx.oxml.xmlchemy import OxmlElement
from pptx.util import Pt

from cxmaturity import i18n
from cxmaturity.reporting.deck import metrics
from cxmaturity.reporting.deck.base import Box
from cxmaturity.reporting.deck.books import chart_book, waterfall_columns
from cxmaturity.reporting.deck.chart_parts import (
    MINUS,
    TEXT,
    bind_labels,
    draw_axis,
    fix_plot_area,
    hide_values,
    keep_upright,
    letters,
    no_data,
    number_format,
    paint_form,
    put_legend,
    set_font,
    start_chart,
)
from cxmaturity.reporting.deck.histogram import draw_histogram
from cxmaturity.reporting.deck.label_places import label_places
from cxmaturity.reporting.deck.paint import Canvas, tint
from cxmaturity.reporting.deck.values import (
    BarsChart,
    ChartPlan,
    CurveChart,
    HistogramChart,
    WaterfallChart,
)
from cxmaturity.reporting.inline import clean, text_of

_PLOT: Final = (0.05, 0.13, 0.88, 0.76)
"""Plot area of a curve: left, top, width, height, in shares of the chart."""
_SIDES: Final = {
    "below": XL_LABEL_POSITION.BELOW,
    "left": XL_LABEL_POSITION.LEFT,
    "right": XL_LABEL_POSITION.RIGHT,
}


def draw(canvas: Canvas, box: Box, plan: ChartPlan, alt: str, name: str) -> Any:
    """Put a native chart in a box, with its alternative text and a workbook that holds its numbers."""
    match plan:
        case WaterfallChart():
            drawn = _waterfall(canvas, box, plan)
        case CurveChart():
            drawn = _curve(canvas, box, plan)
        case BarsChart():
            drawn = _bars(canvas, box, plan)
        case HistogramChart():
            drawn = draw_histogram(canvas, box, plan)
    drawn.name = name
    drawn._element.nvGraphicFramePr.cNvPr.set("descr", clean(text_of(alt)))  # noqa: SLF001  # no public setter
    chart = drawn.chart
    chart.has_title = False
    chart.part.chart_workbook.update_from_xlsx_blob(
        chart_book(chart, plan if isinstance(plan, WaterfallChart) else None)
    )
    return drawn


# --- waterfall ------------------------------------------------------------------------------------------------------


def _waterfall(canvas: Canvas, box: Box, plan: WaterfallChart) -> Any:
    columns = [waterfall_columns(step.start, step.end) for step in plan.steps]
    data = no_data(CategoryChartData)
    slot = (box.width - 8) / len(plan.steps)
    data.categories = [letters(step.name) for step in plan.steps]
    base, adds, takes, totals = plan.series
    for index, name in enumerate((base, totals, f"{totals} < 0", adds, takes)):
        data.add_series(letters(name), [column[index] for column in columns])
    frame = start_chart(canvas, box, XL_CHART_TYPE.COLUMN_STACKED, data)
    chart = frame.chart
    plot = chart.plots[0]
    plot.gap_width, plot.overlap = 45, 100
    series = list(plot.series)
    for index in (0, 3, 4):
        paint_form(canvas, series[index].format, None)
    for place, step in enumerate(plan.steps):
        for index in (1, 2):
            paint_form(canvas, series[index].points[place].format, step.tone)
    rise = number_format(plan.numbers, canvas.language, plus="", minus="", zero=False)
    inside = XL_LABEL_POSITION.INSIDE_BASE
    bind_labels(canvas, series[3], rise, inside, bold=True)
    fall = number_format(plan.numbers, canvas.language, plus=MINUS, minus=MINUS, zero=False)
    bind_labels(canvas, series[4], fall, inside, bold=True)
    ends = [0.0, *(step.start for step in plan.steps), *(step.end for step in plan.steps)]
    low, high = min(ends), max(ends)
    span = (high - low) or 1.0
    chart.value_axis.maximum_scale = high + 0.12 * span
    chart.value_axis.minimum_scale = low - (0.12 * span if low < 0 else 0.0)
    over = OxmlElement("c:showDLblsOverMax")  # the label carriers pass the scale, their labels must stay
    over.set("val", "1")
    chart._chartSpace.chart.append(over)  # noqa: SLF001  # python-pptx has no such switch
    hide_values(chart)
    draw_axis(canvas, chart.category_axis)
    chart.category_axis.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    size = next(
        (
            size
            for size in (12.0, 11.0, 10.0, 9.0, 8.0)
            if all(_fits(letters(step.name), slot - 6, size, deepest=3) for step in plan.steps)
        ),
        8.0,
    )
    set_font(canvas, chart.category_axis.tick_labels.font, size=size)
    keep_upright(chart.category_axis)
    deepest = max(metrics.lines(letters(step.name), slot - 6, size) for step in plan.steps)
    below = (deepest * size * metrics.LINE + 10) / box.height
    fix_plot_area(chart, x=0.005, y=0.01, w=0.99, h=max(0.4, 0.98 - below))
    return frame


def _fits(text: str, room: float, size: float, *, deepest: int) -> bool:
    """Return whether a label fits, no word of it broken."""
    words = text.split(" ")
    return metrics.lines(text, room, size) <= deepest and all(
        metrics.width(word, size) <= room for word in words
    )


# --- curve ----------------------------------------------------------------------------------------------------------


def _curve(canvas: Canvas, box: Box, plan: CurveChart) -> Any:
    data = no_data(XyChartData)
    for line in plan.lines:
        points = data.add_series(letters(line.name))
        for year, value in enumerate(line.values):
            points.add_data_point(year, value or 0.0)
    for mark in plan.marks:
        data.add_series(letters(mark.name)).add_data_point(mark.x, mark.y)
    frame = start_chart(canvas, box, XL_CHART_TYPE.XY_SCATTER_LINES, data)
    chart = frame.chart
    series = list(chart.plots[0].series)
    for index, line in enumerate(plan.lines):
        one = series[index]
        one.smooth = False
        one.format.line.width = Pt(2.75 if index == 0 else 1.5)
        one.format.line.fill.solid()
        tint(one.format.line.color, line.tone, canvas.theme, ours=canvas.base.ours)
        if index:
            _dash(one)
        _marker(canvas, one, XL_MARKER_STYLE.CIRCLE if index == 0 else XL_MARKER_STYLE.NONE, line.tone)
        if line.labels:
            code = number_format(plan.numbers, canvas.language)
            bind_labels(canvas, one, code, XL_LABEL_POSITION.ABOVE, bold=True)
            _place_labels(canvas, one, plan, box, code)
    for offset, mark in enumerate(plan.marks):
        one = series[len(plan.lines) + offset]
        one.format.line.fill.background()
        _marker(canvas, one, XL_MARKER_STYLE.DIAMOND, mark.tone, size=11)
    _curve_axes(canvas, chart, plan)
    put_legend(canvas, chart)
    return frame


def _dash(series: Any) -> None:
    line = series.format.line._get_or_add_ln()  # noqa: SLF001
    dash = line.find(qn("a:prstDash"))
    if dash is None:
        dash = OxmlElement("a:prstDash")
        line.append(dash)
    dash.set("val", "sysDash")


def _marker(canvas: Canvas, series: Any, style: Any, tone: str, size: int = 8) -> None:
    series.marker.style = style
    if style == XL_MARKER_STYLE.NONE:
        return
    series.marker.size = size
    paint_form(canvas, series.marker.format, tone)


def _place_labels(canvas: Canvas, series: Any, plan: CurveChart, box: Box, code: str) -> None:
    """Put each label of the first line where it covers neither a line nor a mark."""
    low, high, last = _curve_scale(plan)

    def at(x: float, value: float) -> tuple[float, float]:
        share = (high - value) / (high - low)
        return box.width * (_PLOT[0] + _PLOT[2] * x / last), box.height * (_PLOT[1] + _PLOT[3] * share)

    drawn = [[at(year, value or 0.0) for year, value in enumerate(line.values)] for line in plan.lines]
    said = [
        i18n.number((value or 0.0) / plan.numbers.scale, canvas.language, plan.numbers.digits)
        for value in plan.lines[0].values
    ]
    bottom = box.height * (_PLOT[1] + _PLOT[3])
    places = label_places(
        drawn[0],
        [(metrics.width(text, TEXT, bold=True), TEXT * metrics.LINE) for text in said],
        lines=[pair for points in drawn for pair in pairwise(points)],
        marks=[at(mark.x, mark.y) for mark in plan.marks],
        axis=(at(0, 0.0), at(last, 0.0)),
        room=(0.0, box.height * 0.1, box.width, bottom),
    )
    for number, place in enumerate(places):
        if place == "above":
            continue
        label = series.points[number].data_label
        label.position = _SIDES[place]
        _bind(label._dLbl, code)  # noqa: SLF001  # a point's own label forgets what the series said
        set_font(canvas, label.font, bold=True)


def _curve_scale(plan: CurveChart) -> tuple[float, float, float]:
    """Return the lowest and highest value and the last year that the axes show."""
    values = [value or 0.0 for line in plan.lines for value in line.values]
    low, high = min([0.0, *values]), max([0.0, *values])
    span = (high - low) or 1.0
    return low - 0.16 * span, high + 0.14 * span, len(plan.lines[0].values) - 1 + 0.25


def _bind(label: Any, code: str) -> None:
    """Bind one label to its value, in the series' format."""
    form = label.find(qn("c:numFmt"))
    if form is None:
        form = OxmlElement("c:numFmt")
        label.find(qn("c:idx")).addnext(form)
    form.set("formatCode", code)
    form.set("sourceLinked", "0")
    for name, value in (("showLegendKey", "0"), ("showVal", "1"), ("showCatName", "0"), ("showSerName", "0")):
        found = label.find(qn(f"c:{name}"))
        if found is not None:
            found.set("val", value)


def _curve_axes(canvas: Canvas, chart: Any, plan: CurveChart) -> None:
    low, high, last = _curve_scale(plan)
    across, up = chart.category_axis, chart.value_axis
    across.minimum_scale, across.maximum_scale = 0, last
    across.major_unit = 1 if last <= 11 else 5
    across.has_major_gridlines = False
    labels = across.tick_labels
    labels.number_format = f'"{letters(plan.year)} "0;;"{letters(plan.start)}"'
    labels.number_format_is_linked = False
    across.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    draw_axis(canvas, across, "ink")
    set_font(canvas, labels.font)
    up.minimum_scale, up.maximum_scale = low, high
    hide_values(chart)
    fix_plot_area(chart, x=_PLOT[0], y=_PLOT[1], w=_PLOT[2], h=_PLOT[3])


# --- bars -----------------------------------------------------------------------------------------------------------


def _bars(canvas: Canvas, box: Box, plan: BarsChart) -> Any:
    data = no_data(CategoryChartData)
    share = 0.34
    room = box.width * share - 14
    names, size = _category_names([letters(name) for name in plan.categories], room, box.height)
    data.categories = names
    for one in plan.series:
        data.add_series(letters(one.name), one.values)
    kind = XL_CHART_TYPE.BAR_STACKED if plan.stacked else XL_CHART_TYPE.BAR_CLUSTERED
    frame = start_chart(canvas, box, kind, data)
    chart = frame.chart
    plot = chart.plots[0]
    plot.gap_width = 55 if plan.stacked or plan.base is not None or len(plan.series) == 1 else 110
    if plan.stacked:
        plot.overlap = 100
    elif plan.overlap is not None:
        plot.overlap = plan.overlap
    for one, series in zip(plan.series, plot.series, strict=True):
        paint_form(canvas, series.format, one.tone)
        series.invert_if_negative = False
        if one.labels:
            place = XL_LABEL_POSITION.INSIDE_BASE if plan.stacked else XL_LABEL_POSITION.OUTSIDE_END
            bind_labels(
                canvas, series, number_format(plan.numbers, canvas.language), place, bold=plan.stacked
            )
            if plan.stacked:
                _on_primary(canvas, series)
    if plan.base is not None:
        _part_labels(canvas, plot, plan, plan.base)
    _bar_axes(canvas, chart, plan, size)
    top = 0.11 if plan.legend else 0.01
    fix_plot_area(chart, x=share, y=top, w=0.97 - share, h=(0.9 if plan.scale_shown else 0.98) - top)
    if plan.legend:
        put_legend(canvas, chart)
    return frame


def _part_labels(canvas: Canvas, plot: Any, plan: BarsChart, base: float) -> None:
    """Keep labels readable where both ends of a bar are on one side of the base: the nearer one is inside, or left out."""
    far, near = plan.series[0], plan.series[1]  # the second series is drawn over the first
    values = [value or 0.0 for one in plan.series for value in one.values]
    span = max([base, *values]) - min([base, *values]) or 1.0
    for place, pair in enumerate(zip(far.values, near.values, strict=True)):
        under, over = ((value or 0.0) - base for value in pair)
        if under * over <= 0:
            continue
        hidden = 1 if abs(over) <= abs(under) else 0
        label = plot.series[hidden].points[place].data_label
        if hidden == 1 and abs(over) > 0.12 * span:
            label.position = XL_LABEL_POSITION.INSIDE_END
            _bind(label._dLbl, number_format(plan.numbers, canvas.language))  # noqa: SLF001  # see `_bind`
            set_font(canvas, label.font)
        else:
            label.has_text_frame = False
            _bind(label._get_or_add_dLbl(), number_format(plan.numbers, canvas.language))  # noqa: SLF001
            label._dLbl.find(qn("c:showVal")).set("val", "0")  # noqa: SLF001  # hidden under the other bar


def _category_names(names: Sequence[str], room: float, height: float) -> tuple[list[str], float]:
    """Return the names of the bars, broken into two lines at most, and the size at which they fit.

    They are broken here, not left to the program: LibreOffice does not always break them, and narrows the whole chart then.
    """
    slot = height * 0.85 / max(len(names), 1)
    deepest = 2 if slot >= 30 else 1
    for size in (12.0, 11.0, 10.0):
        if all(metrics.lines(name, room, size) <= deepest for name in names):
            return [metrics.broken(name, room, size) for name in names], size
    cut = []
    for name in names:
        shown = name
        while metrics.lines(shown, room, 10.0) > deepest and len(shown) > 12:
            shown = metrics.shorten(shown, len(shown) * 19 // 20)
        cut.append(metrics.broken(text_of(shown), room, 10.0))
    return cut, 10.0


def _on_primary(canvas: Canvas, series: Any) -> None:
    """Write the labels that stand on the client's colour in the one that can be read on it."""
    font = series.data_labels.font
    if canvas.base.ours and canvas.theme.on_primary != "#FFFFFF":
        tint(font.color, "ink", canvas.theme, ours=True)
    else:
        tint(font.color, "paper", canvas.theme, ours=canvas.base.ours)


def _bar_axes(canvas: Canvas, chart: Any, plan: BarsChart, size: float) -> None:
    chart.category_axis.reverse_order = True
    chart.category_axis.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    draw_axis(canvas, chart.category_axis, "ink" if plan.base is not None else "muted")
    set_font(canvas, chart.category_axis.tick_labels.font, size=size)
    axis = chart.value_axis
    if plan.scale is not None:
        axis.minimum_scale, axis.maximum_scale = plan.scale
        axis.major_unit = 1
    else:
        values = [value for one in plan.series for value in one.values if value is not None]
        low, high = min([plan.base or 0.0, *values]), max([plan.base or 0.0, *values])
        span = (high - low) or 1.0
        axis.minimum_scale = low - 0.16 * span if plan.base is not None or low < 0 else 0.0
        axis.maximum_scale = high + 0.16 * span
    if plan.scale_shown:
        axis.has_major_gridlines = False
        axis.tick_labels.number_format, axis.tick_labels.number_format_is_linked = "0;;", False
        axis.tick_label_position = XL_TICK_LABEL_POSITION.HIGH
        draw_axis(canvas, axis, "faint")
        set_font(canvas, axis.tick_labels.font, tone="muted", size=11)
    else:
        hide_values(chart)
    if plan.base is not None:
        axis.crosses_at = plan.base  # python-pptx: where the other axis crosses this one
