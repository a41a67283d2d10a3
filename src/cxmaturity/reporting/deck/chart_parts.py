"""What native charts share: fonts, fills, axes, labels bound to their values, and the room they are given."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from pptx.chart.datalabel import DataLabels
from pptx.enum.chart import (
    XL_LEGEND_POSITION,
    XL_TICK_LABEL_POSITION,
    XL_TICK_MARK,
)
from pptx.oxml.ns import qn
from pptx.oxml.xmlchemy import OxmlElement
from pptx.util import Pt

from cxmaturity.reporting.deck.base import Box
from cxmaturity.reporting.deck.paint import Canvas, tint
from cxmaturity.reporting.deck.values import (
    Numbers,
)
from cxmaturity.reporting.inline import clean, text_of

TEXT: Final = 12.0
MINUS: Final = "\u2212"
LANGUAGE_CODES: Final = {"en": "[$-809]", "fr": "[$-40C]"}


def number_format(
    numbers: Numbers, language: str, *, plus: str = "", minus: str = MINUS, zero: bool = True
) -> str:
    """Return the number format of a chart's labels: scaled, a true minus, the separators of the language.

    Examples
    --------
    >>> number_format(Numbers(scale=1e3), "en", minus="-")
    '[$-809]#,##0,;"-"#,##0,;0'
    """
    body = "#,##0" + ("." + "0" * numbers.digits if numbers.digits else "")
    body += "," * {1.0: 0, 1e3: 1, 1e6: 2, 1e9: 3}[numbers.scale]
    code = LANGUAGE_CODES[language]

    def signed(sign: str) -> str:
        return f'"{sign}"{body}' if sign else body

    nothing = ("0" + ("." + "0" * numbers.digits if numbers.digits else "")) if zero else ""
    return f"{code}{signed(plus)};{signed(minus)};{nothing}"


def letters(value: str) -> str:
    """Return a text without markup, as a chart can hold it."""
    return clean(text_of(value))


def set_font(canvas: Canvas, font: Any, *, tone: str = "ink", size: float = TEXT, bold: bool = False) -> None:
    """Set size, weight and colour of a font."""
    font.size = Pt(size)
    font.bold = bold
    tint(font.color, tone, canvas.theme, ours=canvas.base.ours)


def paint_form(canvas: Canvas, form: Any, tone: str | None) -> None:
    """Fill a series or a point; None makes it invisible."""
    if tone is None:
        form.fill.background()
        form.line.fill.background()
        return
    form.fill.solid()
    tint(form.fill.fore_color, tone, canvas.theme, ours=canvas.base.ours)
    form.line.fill.background()


def start_chart(canvas: Canvas, box: Box, kind: Any, data: Any) -> Any:
    """Add a chart with our letters, no legend and square corners; return its frame."""
    frame = canvas.slide.shapes.add_chart(kind, *box.emu, data)
    chart = frame.chart
    set_font(canvas, chart.font)
    chart.has_legend = False
    rounded = chart._chartSpace.find(qn("c:roundedCorners"))  # noqa: SLF001  # PowerPoint rounds when it is absent
    if rounded is None:
        rounded = OxmlElement("c:roundedCorners")
        chart._chartSpace.find(qn("c:chart")).addprevious(rounded)  # noqa: SLF001  # where the schema wants it
    rounded.set("val", "0")
    return frame


def put_legend(canvas: Canvas, chart: Any, hidden: Sequence[int] = ()) -> None:
    """Put the legend above the chart, the series `hidden` left out of it."""
    chart.has_legend = True
    chart.legend.position = XL_LEGEND_POSITION.TOP
    chart.legend.include_in_layout = False
    set_font(canvas, chart.legend.font)
    legend = chart.legend._element  # noqa: SLF001  # python-pptx cannot leave an entry out
    place = legend.find(qn("c:legendPos"))
    for index in reversed(hidden):
        entry = OxmlElement("c:legendEntry")
        add_child(entry, "c:idx", str(index))
        add_child(entry, "c:delete", "1")
        place.addnext(entry)


def hide_values(chart: Any) -> None:
    """Hide the axis of values and its grid: the labels say the values."""
    axis = chart.value_axis
    axis.has_major_gridlines = axis.has_minor_gridlines = False
    axis.tick_label_position = XL_TICK_LABEL_POSITION.NONE
    axis.major_tick_mark = XL_TICK_MARK.NONE
    axis.format.line.fill.background()


def draw_axis(canvas: Canvas, axis: Any, tone: str = "muted") -> None:
    """Draw an axis as a thin line without ticks."""
    axis.major_tick_mark = axis.minor_tick_mark = XL_TICK_MARK.NONE
    axis.format.line.width = Pt(0.75)
    axis.format.line.fill.solid()
    tint(axis.format.line.color, tone, canvas.theme, ours=canvas.base.ours)


def keep_upright(axis: Any) -> None:
    """Keep the labels of an axis from being slanted."""
    body = axis.tick_labels._element.find(f"{qn('c:txPr')}/{qn('a:bodyPr')}")  # noqa: SLF001  # no public setter
    body.set("rot", "0")
    body.set("vert", "horz")


def bind_labels(canvas: Canvas, series: Any, code: str, place: Any, *, bold: bool = False) -> None:
    """Write the values of a series on it, bound to them, in a number format."""
    kind: Any = DataLabels
    labels = kind(series._element.get_or_add_dLbls())  # noqa: SLF001  # a scatter has no `data_labels`
    labels.show_value = True
    labels.number_format, labels.number_format_is_linked = code, False
    if place is not None:
        labels.position = place
    set_font(canvas, labels.font, bold=bold)


def add_child(parent: Any, tag: str, value: str) -> None:
    """Append an element with a value, as DrawingML writes nearly everything."""
    child = OxmlElement(tag)
    child.set("val", value)
    parent.append(child)


def no_data(kind: Any) -> Any:
    """Return empty chart data; python-pptx has no types."""
    return kind(number_format="General")


def fix_plot_area(chart: Any, *, x: float, y: float, w: float, h: float) -> None:
    """Fix the inner plot area, in shares of the chart, so that labels have the room that was measured for them."""
    area = chart._chartSpace.find(f".//{qn('c:plotArea')}")  # noqa: SLF001  # python-pptx has no layout
    old = area.find(qn("c:layout"))
    if old is not None:
        area.remove(old)
    layout = OxmlElement("c:layout")
    manual = OxmlElement("c:manualLayout")
    layout.append(manual)
    for tag, value in (
        ("layoutTarget", "inner"),
        *(("xMode", "edge"), ("yMode", "edge")),
        *(("x", f"{x:.4f}"), ("y", f"{y:.4f}"), ("w", f"{w:.4f}"), ("h", f"{h:.4f}")),
    ):
        add_child(manual, f"c:{tag}", value)
    area.insert(0, layout)
