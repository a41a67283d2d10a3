"""Native charts: PowerPoint draws them from numbers that a person can edit; labels are bound to the values.

python-pptx has no waterfall and no curve over uneven years; both are made of what it has (stacked columns with an invisible base,
a scatter with lines), and of a few elements of DrawingML that it does not write.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from lxml import etree
from pptx.chart.data import CategoryChartData, XyChartData
from pptx.chart.datalabel import DataLabels
from pptx.enum.chart import (
    XL_CHART_TYPE,
    XL_LABEL_POSITION,
    XL_LEGEND_POSITION,
    XL_MARKER_STYLE,
    XL_TICK_LABEL_POSITION,
    XL_TICK_MARK,
)
from pptx.oxml.ns import qn
from pptx.util import Pt

from cxmaturity import i18n
from cxmaturity.reporting.deck import metrics
from cxmaturity.reporting.deck.base import Box
from cxmaturity.reporting.deck.books import chart_book, waterfall_columns
from cxmaturity.reporting.deck.paint import Canvas, tint
from cxmaturity.reporting.deck.slides_risk import bin_of
from cxmaturity.reporting.deck.values import (
    BarsChart,
    ChartPlan,
    CurveChart,
    HistogramChart,
    Numbers,
    WaterfallChart,
)
from cxmaturity.reporting.inline import clean, text_of

TEXT: Final = 12.0
_COLUMNS: Final = 15
_LANGUAGE_CODES: Final = {"en": "[$-809]", "fr": "[$-40C]"}
_MINUS: Final = "\u2212"


def draw(canvas: Canvas, box: Box, plan: ChartPlan, alt: str, name: str) -> Any:
    """Put a native chart in a box, with its alternative text and a workbook that holds its numbers."""
    drawn = {
        WaterfallChart: _waterfall,
        CurveChart: _curve,
        BarsChart: _bars,
        HistogramChart: _histogram,
    }[type(plan)](canvas, box, plan)
    drawn.name = name
    drawn._element.nvGraphicFramePr.cNvPr.set("descr", clean(text_of(alt)))  # noqa: SLF001  # no public setter
    chart = drawn.chart
    chart.has_title = False
    chart.part.chart_workbook.update_from_xlsx_blob(
        chart_book(chart, plan if isinstance(plan, WaterfallChart) else None)
    )
    return drawn


def number_format(numbers: Numbers, language: str, *, plus: str = "", minus: str = _MINUS, zero: bool = True) -> str:
    """Return the number format of a chart's labels: scaled, a true minus, the separators of the language.

    Examples
    --------
    >>> number_format(Numbers(scale=1e3), "en", minus="-")
    '[$-809]#,##0,;"-"#,##0,;0'
    """
    body = "#,##0" + ("." + "0" * numbers.digits if numbers.digits else "")
    body += "," * {1.0: 0, 1e3: 1, 1e6: 2, 1e9: 3}[numbers.scale]
    code = _LANGUAGE_CODES[language]

    def signed(sign: str) -> str:
        return f'"{sign}"{body}' if sign else body

    nothing = ("0" + ("." + "0" * numbers.digits if numbers.digits else "")) if zero else ""
    return f"{code}{signed(plus)};{signed(minus)};{nothing}"


def _text(value: str) -> str:
    return clean(text_of(value))


def _font(canvas: Canvas, font: Any, *, tone: str = "ink", size: float = TEXT, bold: bool = False) -> None:
    font.size = Pt(size)
    font.bold = bold
    tint(font.color, tone, canvas.theme, ours=canvas.base.ours)


def _paint(canvas: Canvas, form: Any, tone: str | None) -> None:
    """Fill a series or a point; None makes it invisible."""
    if tone is None:
        form.fill.background()
        form.line.fill.background()
        return
    form.fill.solid()
    tint(form.fill.fore_color, tone, canvas.theme, ours=canvas.base.ours)
    form.line.fill.background()


def _start(canvas: Canvas, box: Box, kind: Any, data: Any) -> Any:
    frame = canvas.slide.shapes.add_chart(kind, *box.emu, data)
    chart = frame.chart
    _font(canvas, chart.font)
    chart.has_legend = False
    rounded = chart._chartSpace.find(qn("c:roundedCorners"))  # noqa: SLF001  # PowerPoint rounds when it is absent
    if rounded is None:
        rounded = etree.SubElement(chart._chartSpace, qn("c:roundedCorners"))  # noqa: SLF001
        chart._chartSpace.insert(1, rounded)  # noqa: SLF001
    rounded.set("val", "0")
    return frame


def _legend(canvas: Canvas, chart: Any, hidden: Sequence[int] = ()) -> None:
    chart.has_legend = True
    chart.legend.position = XL_LEGEND_POSITION.TOP
    chart.legend.include_in_layout = False
    _font(canvas, chart.legend.font)
    legend = chart.legend._element  # noqa: SLF001  # python-pptx cannot leave an entry out
    place = legend.find(qn("c:legendPos"))
    for index in reversed(hidden):
        entry = etree.Element(qn("c:legendEntry"))
        etree.SubElement(entry, qn("c:idx")).set("val", str(index))
        etree.SubElement(entry, qn("c:delete")).set("val", "1")
        place.addnext(entry)


def _hide_values(chart: Any) -> None:
    axis = chart.value_axis
    axis.has_major_gridlines = axis.has_minor_gridlines = False
    axis.tick_label_position = XL_TICK_LABEL_POSITION.NONE
    axis.major_tick_mark = XL_TICK_MARK.NONE
    axis.format.line.fill.background()


def _axis_line(canvas: Canvas, axis: Any, tone: str = "muted") -> None:
    axis.major_tick_mark = axis.minor_tick_mark = XL_TICK_MARK.NONE
    axis.format.line.width = Pt(0.75)
    axis.format.line.fill.solid()
    tint(axis.format.line.color, tone, canvas.theme, ours=canvas.base.ours)


def _labels(canvas: Canvas, series: Any, code: str, place: Any, *, bold: bool = False) -> None:
    labels = DataLabels(series._element.get_or_add_dLbls())  # noqa: SLF001  # a scatter has no `data_labels`
    labels.show_value = True
    labels.number_format, labels.number_format_is_linked = code, False
    if place is not None:
        labels.position = place
    _font(canvas, labels.font, bold=bold)


def _plot_area(chart: Any, *, x: float, y: float, w: float, h: float) -> None:
    """Fix the inner plot area, in shares of the chart, so that labels have the room that was measured for them."""
    area = chart._chartSpace.find(f".//{qn('c:plotArea')}")  # noqa: SLF001  # python-pptx has no layout
    old = area.find(qn("c:layout"))
    if old is not None:
        area.remove(old)
    layout = etree.Element(qn("c:layout"))
    manual = etree.SubElement(layout, qn("c:manualLayout"))
    for tag, value in (
        ("layoutTarget", "inner"),
        *(("xMode", "edge"), ("yMode", "edge")),
        *(("x", f"{x:.4f}"), ("y", f"{y:.4f}"), ("w", f"{w:.4f}"), ("h", f"{h:.4f}")),
    ):
        etree.SubElement(manual, qn(f"c:{tag}")).set("val", value)
    area.insert(0, layout)


# --- waterfall ------------------------------------------------------------------------------------------------------


def _waterfall(canvas: Canvas, box: Box, plan: WaterfallChart) -> Any:
    columns = [waterfall_columns(step.start, step.end) for step in plan.steps]
    data = CategoryChartData(number_format="General")
    slot = (box.width - 8) / len(plan.steps)
    data.categories = [_text(step.name) for step in plan.steps]
    base, adds, takes, totals = plan.series
    for index, name in enumerate((base, totals, f"{totals} < 0", adds, takes)):
        data.add_series(_text(name), [column[index] for column in columns])
    frame = _start(canvas, box, XL_CHART_TYPE.COLUMN_STACKED, data)
    chart = frame.chart
    plot = chart.plots[0]
    plot.gap_width, plot.overlap = 45, 100
    series = list(plot.series)
    for index in (0, 3, 4):
        _paint(canvas, series[index].format, None)
    for place, step in enumerate(plan.steps):
        for index in (1, 2):
            _paint(canvas, series[index].points[place].format, step.tone)
    code = {"plus": "", "minus": "", "zero": False}
    inside = XL_LABEL_POSITION.INSIDE_BASE
    _labels(canvas, series[3], number_format(plan.numbers, canvas.language, **code), inside, bold=True)
    code = {"plus": _MINUS, "minus": _MINUS, "zero": False}
    _labels(canvas, series[4], number_format(plan.numbers, canvas.language, **code), inside, bold=True)
    ends = [0.0, *(step.start for step in plan.steps), *(step.end for step in plan.steps)]
    low, high = min(ends), max(ends)
    span = (high - low) or 1.0
    chart.value_axis.maximum_scale = high + 0.12 * span
    chart.value_axis.minimum_scale = low - (0.12 * span if low < 0 else 0.0)
    _hide_values(chart)
    _axis_line(canvas, chart.category_axis)
    chart.category_axis.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    size = next(
        (
            size
            for size in (12.0, 11.0, 10.0, 9.0)
            if all(_fits(_text(step.name), slot - 6, size, deepest=3) for step in plan.steps)
        ),
        9.0,
    )
    _font(canvas, chart.category_axis.tick_labels.font, size=size)
    deepest = max(metrics.lines(_text(step.name), slot - 6, size) for step in plan.steps)
    below = (deepest * size * metrics.LINE + 10) / box.height
    _plot_area(chart, x=0.005, y=0.01, w=0.99, h=max(0.4, 0.98 - below))
    return frame


def _fits(text: str, room: float, size: float, *, deepest: int) -> bool:
    """Return whether a label fits, no word of it broken."""
    words = text.split(" ")
    return metrics.lines(text, room, size) <= deepest and all(metrics.width(word, size) <= room for word in words)


# --- curve ----------------------------------------------------------------------------------------------------------


def _curve(canvas: Canvas, box: Box, plan: CurveChart) -> Any:
    data = XyChartData(number_format="General")
    for line in plan.lines:
        points = data.add_series(_text(line.name))
        for year, value in enumerate(line.values):
            points.add_data_point(year, value or 0.0)
    for mark in plan.marks:
        data.add_series(_text(mark.name)).add_data_point(mark.x, mark.y)
    frame = _start(canvas, box, XL_CHART_TYPE.XY_SCATTER_LINES, data)
    chart = frame.chart
    series = list(chart.plots[0].series)
    last = len(plan.lines[0].values) - 1
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
            _labels(canvas, one, code, XL_LABEL_POSITION.ABOVE, bold=True)
            _spread_labels(canvas, one, line.values, code)
    for offset, mark in enumerate(plan.marks):
        one = series[len(plan.lines) + offset]
        one.format.line.fill.background()
        _marker(canvas, one, XL_MARKER_STYLE.DIAMOND, mark.tone, size=11)
    _curve_axes(canvas, chart, plan, last)
    _legend(canvas, chart)
    return frame


def _dash(series: Any) -> None:
    line = series.format.line._get_or_add_ln()  # noqa: SLF001
    dash = line.find(qn("a:prstDash"))
    if dash is None:
        dash = etree.SubElement(line, qn("a:prstDash"))
    dash.set("val", "sysDash")


def _marker(canvas: Canvas, series: Any, style: Any, tone: str, size: int = 8) -> None:
    series.marker.style = style
    if style == XL_MARKER_STYLE.NONE:
        return
    series.marker.size = size
    _paint(canvas, series.marker.format, tone)


def _spread_labels(canvas: Canvas, series: Any, values: Sequence[float | None], code: str) -> None:
    """Put a label under its point where the curve falls before it, so that the line does not cross the number."""
    for place, value in enumerate(values):
        after = values[place + 1] if place + 1 < len(values) else None
        under = (place and (value or 0) < (values[place - 1] or 0)) or (place == 0 and (after or 0) > (value or 0))
        if under:
            label = series.points[place].data_label
            label.position = XL_LABEL_POSITION.BELOW
            element = label._dLbl  # noqa: SLF001  # a point's own label forgets what the series said
            _bind(element, code)
            _font(canvas, label.font, bold=True)


def _bind(label: Any, code: str) -> None:
    """Bind one label to its value, in the series' format."""
    form = label.find(qn("c:numFmt"))
    if form is None:
        form = etree.Element(qn("c:numFmt"))
        label.find(qn("c:idx")).addnext(form)
    form.set("formatCode", code)
    form.set("sourceLinked", "0")
    for name, value in (("showLegendKey", "0"), ("showVal", "1"), ("showCatName", "0"), ("showSerName", "0")):
        found = label.find(qn(f"c:{name}"))
        if found is not None:
            found.set("val", value)


def _curve_axes(canvas: Canvas, chart: Any, plan: CurveChart, last: int) -> None:
    values = [value or 0.0 for line in plan.lines for value in line.values]
    low, high = min([0.0, *values]), max([0.0, *values])
    span = (high - low) or 1.0
    across, up = chart.category_axis, chart.value_axis
    across.minimum_scale, across.maximum_scale = -0.15, last + 0.25
    across.major_unit = 1 if last <= 10 else 5
    across.minimum_scale = 0
    across.has_major_gridlines = False
    labels = across.tick_labels
    labels.number_format = f'"{_text(plan.year)} "0;;"{_text(plan.start)}"'
    labels.number_format_is_linked = False
    across.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    _axis_line(canvas, across, "ink")
    _font(canvas, labels.font)
    up.minimum_scale, up.maximum_scale = low - 0.16 * span, high + 0.14 * span
    _hide_values(chart)
    _plot_area(chart, x=0.05, y=0.13, w=0.88, h=0.76)


# --- bars -----------------------------------------------------------------------------------------------------------


def _bars(canvas: Canvas, box: Box, plan: BarsChart) -> Any:
    data = CategoryChartData(number_format="General")
    share = 0.34
    room = box.width * share - 14
    names, size = _category_names([_text(name) for name in plan.categories], room, box.height)
    data.categories = names
    for one in plan.series:
        data.add_series(_text(one.name), one.values)
    kind = XL_CHART_TYPE.BAR_STACKED if plan.stacked else XL_CHART_TYPE.BAR_CLUSTERED
    frame = _start(canvas, box, kind, data)
    chart = frame.chart
    plot = chart.plots[0]
    plot.gap_width = 55
    if plan.stacked:
        plot.overlap = 100
    elif plan.overlap is not None:
        plot.overlap = plan.overlap
    for one, series in zip(plan.series, plot.series, strict=True):
        _paint(canvas, series.format, one.tone)
        series.invert_if_negative = False
        if one.labels:
            place = XL_LABEL_POSITION.INSIDE_BASE if plan.stacked else XL_LABEL_POSITION.OUTSIDE_END
            _labels(canvas, series, number_format(plan.numbers, canvas.language), place, bold=plan.stacked)
            if plan.stacked:
                _on_primary(canvas, series)
    _bar_axes(canvas, chart, plan, size)
    top = 0.11 if plan.legend else 0.01
    _plot_area(chart, x=share, y=top, w=0.97 - share, h=(0.9 if plan.scale_shown else 0.98) - top)
    if plan.legend:
        _legend(canvas, chart)
    return frame


def _category_names(names: Sequence[str], room: float, height: float) -> tuple[list[str], float]:
    """Return the names of the bars, on two lines at most, and the size at which they fit."""
    slot = height * 0.85 / max(len(names), 1)
    deepest = 2 if slot >= 30 else 1
    for size in (12.0, 11.0, 10.0):
        if all(metrics.lines(name, room, size) <= deepest for name in names):
            return list(names), size
    cut = []
    for name in names:
        shown = name
        while metrics.lines(shown, room, 10.0) > deepest and len(shown) > 12:
            shown = metrics.shorten(shown, len(shown) * 19 // 20)
        cut.append(text_of(shown))
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
    _axis_line(canvas, chart.category_axis, "ink" if plan.base is not None else "muted")
    _font(canvas, chart.category_axis.tick_labels.font, size=size)
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
        axis.tick_labels.number_format, axis.tick_labels.number_format_is_linked = "0", False
        axis.tick_label_position = XL_TICK_LABEL_POSITION.HIGH
        _axis_line(canvas, axis, "faint")
        _font(canvas, axis.tick_labels.font, tone="muted", size=11)
    else:
        _hide_values(chart)
    if plan.base is not None:
        axis.crosses_at = plan.base  # python-pptx: where the other axis crosses this one


# --- histogram ------------------------------------------------------------------------------------------------------


def _histogram(canvas: Canvas, box: Box, plan: HistogramChart) -> Any:
    edges, counts = _gathered(plan)
    lows = edges[:-1]
    data = CategoryChartData(number_format="General")
    data.categories = [_edge(value, plan, canvas.language) for value in lows]
    loss = [count if edges[i + 1] <= 0 or (edges[i] < 0 and -edges[i] > edges[i + 1]) else None for i, count in enumerate(counts)]
    gain = [None if under is not None else count for under, count in zip(loss, counts, strict=True)]
    data.add_series(_text(plan.loss), loss)
    data.add_series(_text(plan.gain), gain)
    marks, top = _marks(plan, edges), max(counts)
    data.add_series("P10, P50, P90", [top * 1.08 if i in marks else None for i in range(len(counts))])
    frame = _start(canvas, box, XL_CHART_TYPE.COLUMN_CLUSTERED, data)
    chart = frame.chart
    plot = chart.plots[0]
    plot.gap_width, plot.overlap = 8, 100
    for series, tone in zip(plot.series, ("bad", "primary", None), strict=True):
        _paint(canvas, series.format, tone)
    _name_marks(canvas, plot.series[2], marks)
    chart.value_axis.maximum_scale = top * 1.2
    chart.value_axis.minimum_scale = 0
    _hide_values(chart)
    across = chart.category_axis
    _axis_line(canvas, across)
    _font(canvas, across.tick_labels.font, size=11)
    body = across.tick_labels._element.find(f"{qn('c:txPr')}/{qn('a:bodyPr')}")  # noqa: SLF001  # never slanted
    body.set("rot", "0")
    _skip(across)
    _plot_area(chart, x=0.02, y=0.11, w=0.96, h=0.78)
    _legend(canvas, chart, hidden=(2,))
    return frame


def _gathered(plan: HistogramChart) -> tuple[tuple[float, ...], tuple[int, ...]]:
    """Return edges and counts with neighbours put together, so that every column has room for its label; zero stays an edge."""
    edges, counts = plan.edges, plan.counts
    together = -(-len(counts) // _COLUMNS)
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


def _edge(value: float, plan: HistogramChart, language: Any) -> str:
    return i18n.number(value / plan.numbers.scale, language, plan.numbers.digits)


def _skip(axis: Any) -> None:
    """Ask for every label: they have been counted to fit."""
    element = etree.Element(qn("c:tickLblSkip"))
    element.set("val", "1")
    axis._element.find(qn("c:noMultiLvlLbl")).addprevious(element)  # noqa: SLF001  # python-pptx has no skip


def _marks(plan: HistogramChart, edges: tuple[float, ...]) -> dict[int, str]:
    """Return the columns in which the marked values fall; two marks on one column share its label."""
    named: dict[int, list[str]] = {}
    for value, text in plan.marks:
        named.setdefault(bin_of(edges, value), []).append(_text(text))
    return {place: " / ".join(texts) for place, texts in named.items()}


def _name_marks(canvas: Canvas, series: Any, marks: dict[int, str]) -> None:
    """Write the marks above the columns, all at one height, each with a stem down to its column: an error bar."""
    for place, text in sorted(marks.items()):
        label = series.points[place].data_label
        label.has_text_frame = True
        label.text_frame.text = text
        for run in label.text_frame.paragraphs[0].runs:
            _font(canvas, run.font, bold=True, size=11)
        label.position = XL_LABEL_POSITION.OUTSIDE_END
    bars = etree.fromstring(
        '<c:errBars xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" '
        'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">'
        '<c:errBarType val="minus"/><c:errValType val="percentage"/><c:noEndCap val="1"/><c:val val="100"/>'
        '<c:spPr><a:ln w="12700"><a:solidFill><a:schemeClr val="tx1"/></a:solidFill>'
        '<a:prstDash val="sysDot"/></a:ln></c:spPr></c:errBars>'
    )
    series._element.find(qn("c:cat")).addprevious(bars)  # noqa: SLF001  # python-pptx has no error bars
