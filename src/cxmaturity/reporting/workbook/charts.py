"""Native charts, which anyone can edit in Excel: waterfall, cash curve, tornado, distribution of the trials.

Their numbers stand on the Charts sheet as formulas, so that a chart moves with the inputs. Excel's own waterfall
is not written by any library: stacked columns on an invisible base do the same and open everywhere.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from cxmaturity.reporting.workbook.book import START_COLUMN, Book, Column, Formula, Sheet, Value, write_table
from cxmaturity.reporting.workbook.layout import open_sheet, put_section
from cxmaturity.reporting.workbook.plan import Plan
from cxmaturity.reporting.workbook.style import BAD_FILL, LOCALES, Palette

_SIZE: Final = {"width": 900, "height": 380}
_ROWS_OF_A_CHART: Final = 20
_DATA_ROW: Final = 88


def add_charts(book: Book, plan: Plan, look: Palette) -> None:
    """Add the Charts sheet: the charts on top, their numbers below."""
    sheet = open_sheet(book, plan, "charts", tab="result")
    sheet.landscape = False
    sheet.widths |= {0: 40} | dict.fromkeys(range(1, 12), 13)
    row = put_section(sheet, _DATA_ROW, plan.t("section.chart_data"), 10)
    _waterfall_data(book, plan, sheet, row)
    drawn: list[Callable[[Any, Any], None]] = [_waterfall(book, plan, look), _cash(book, plan, look)]
    if plan.uncertain:
        drawn += [_tornado(book, plan, look), _distribution(book, plan, look)]
    for place, draw in enumerate(drawn):
        sheet.charts.append(_at(3 + place * _ROWS_OF_A_CHART, draw))


def _at(row: int, draw: Callable[[Any, Any], Any]) -> Callable[[Any, Any], None]:
    def insert(workbook: Any, worksheet: Any) -> None:
        chart, alt = draw(workbook, worksheet)
        worksheet.insert_chart(row, 0, chart, {"description": alt, "object_position": 1})

    return insert


def _area(book: Book, key: str, *, years: bool = False) -> list[Any]:
    place = book.place(key)
    first, last = place.at(1 if years else 0), place.at(place.length - 1)
    return [book.sheets[place.sheet].title, *first, *last]


def _waterfall_data(book: Book, plan: Plan, sheet: Sheet, row: int) -> None:
    """Write each step's amount and the parts of its column above and below zero, rising and falling."""
    names: list[Value] = [plan.benefit_name(benefit) for benefit in plan.benefits]
    amounts = [Formula(f"{{summary.benefit.{benefit}.annual.total}}") for benefit in plan.benefits]
    names += [plan.t("charts.costs"), plan.t("figure.npv")]
    amounts += [Formula("0-{cash.pv_costs}"), Formula("{cash.npv}")]
    last = len(names) - 1
    before = [
        Formula("0" if step in (0, last) else f"{{water.after|@{step - 1}}}") for step in range(len(names))
    ]
    top, low = "MAX([water.before],[water.after])", "MIN([water.before],[water.after])"
    above, below = f"MAX(0,{top})-MAX(0,{low})", f"MIN(0,{low})-MIN(0,{top})"
    rises = "[water.amount]>=0"
    columns = [
        Column(key="water.name", title=plan.t("charts.step"), style="label", values=names),
        Column(key="water.amount", title=plan.t("charts.amount"), style="calc.money", values=amounts),
        Column(key="water.before", title=plan.t("charts.before"), style="calc.money", values=before),
        Column(
            key="water.after",
            title=plan.t("charts.after"),
            style="calc.money",
            formula="[water.before]+[water.amount]",
        ),
        Column(
            key="water.base",
            title=plan.t("charts.base"),
            style="calc.money",
            formula=f"MAX(0,{low})+MIN(0,{top})",
        ),
        Column(
            key="water.up", title=plan.t("charts.up"), style="calc.money", formula=f"IF({rises},{above},0)"
        ),
        Column(
            key="water.down",
            title=plan.t("charts.down"),
            style="calc.money",
            formula=f"IF({rises},0,{above})",
        ),
        Column(
            key="water.up_below",
            title=plan.t("charts.up_below"),
            style="calc.money",
            formula=f"IF({rises},{below},0)",
        ),
        Column(
            key="water.down_below",
            title=plan.t("charts.down_below"),
            style="calc.money",
            formula=f"IF({rises},0,{below})",
        ),
    ]
    write_table(book, sheet, row=row, column=0, rows=len(names), columns=columns)


def _waterfall(book: Book, plan: Plan, look: Palette) -> Callable[[Any, Any], Any]:
    """Draw it with labels that are the numbers of the visible columns themselves: no library-only text boxes."""
    mark = LOCALES[plan.language]

    def draw(workbook: Any, worksheet: Any) -> Any:
        del worksheet
        chart = workbook.add_chart({"type": "column", "subtype": "stacked"})
        names = _area(book, "water.name")
        empty = {"fill": {"none": True}, "border": {"none": True}}
        chart.add_series(
            {"name": plan.t("charts.base"), "categories": names, "values": _area(book, "water.base"), **empty}
        )
        for key, fill, sign in (
            ("up", look.soft, ""),
            ("down", BAD_FILL, "-"),
            ("up_below", look.soft, ""),
            ("down_below", BAD_FILL, "-"),
        ):
            label = {"num_format": f"{mark}{sign}#,##0;{sign}#,##0;;", "font": {"size": 9, "color": look.ink}}
            chart.add_series({
                "name": plan.t(f"charts.{key}"), "categories": names, "values": _area(book, f"water.{key}"),
                "fill": {"color": fill}, "border": {"none": True}, "gap": 40,
                "data_labels": {"value": True, "position": "center", **label},
            })  # fmt: skip
        _finish(chart, plan, look, "waterfall")
        return chart, plan.t("charts.waterfall.alt")

    return draw


def _cash(book: Book, plan: Plan, look: Palette) -> Callable[[Any, Any], Any]:
    def draw(workbook: Any, worksheet: Any) -> Any:
        del worksheet
        titles = [book.sheets["cash"].title, 3, START_COLUMN, 3, START_COLUMN + plan.years]
        chart = workbook.add_chart({"type": "column"})
        chart.add_series({
            "name": plan.t("cash.flow"), "categories": titles, "values": _area(book, "cash.flow"),
            "fill": {"color": look.soft}, "border": {"color": look.primary}, "gap": 80,
        })  # fmt: skip
        lines = workbook.add_chart({"type": "line"})
        for key, colour, dash in (
            ("cumulative", look.primary, "solid"),
            ("cumulative_pv", look.accent, "dash"),
        ):
            lines.add_series({
                "name": plan.t(f"cash.{key}"), "categories": titles, "values": _area(book, f"cash.{key}"),
                "line": {"color": colour, "width": 2.25, "dash_type": dash},
                "marker": {"type": "circle", "size": 6, "fill": {"color": colour}, "border": {"color": colour}},
            })  # fmt: skip
        chart.combine(lines)
        _finish(chart, plan, look, "cash", legend=True)
        return chart, plan.t("charts.cash.alt")

    return draw


def _tornado(book: Book, plan: Plan, look: Palette) -> Callable[[Any, Any], Any]:
    shown = min(len(plan.uncertain), 12)

    def part(key: str) -> list[Any]:
        area = _area(book, key)
        return [*area[:3], area[1] + shown - 1, area[4]]

    def draw(workbook: Any, worksheet: Any) -> Any:
        del worksheet
        chart = workbook.add_chart({"type": "bar", "subtype": "stacked"})
        for end, colour in (("low", look.series[1]), ("high", look.primary)):
            chart.add_series({
                "name": plan.t(f"tornado.change_{end}"), "categories": part("bars.label"), "values": part(f"bars.{end}"),
                "fill": {"color": colour}, "gap": 40, "overlap": 100,
            })  # fmt: skip
        _finish(chart, plan, look, "tornado", legend=True, bars=True)
        return chart, plan.t("charts.tornado.alt")

    return draw


def _distribution(book: Book, plan: Plan, look: Palette) -> Callable[[Any, Any], Any]:
    def draw(workbook: Any, worksheet: Any) -> Any:
        del worksheet
        chart = workbook.add_chart({"type": "column", "subtype": "stacked"})
        for key, colour in (("loss", look.bad), ("gain", look.primary)):
            chart.add_series({
                "name": plan.t(f"charts.{key}"), "categories": _area(book, "bins.from"), "values": _area(book, f"bins.{key}"),
                "fill": {"color": colour}, "gap": 8,
            })  # fmt: skip
        _finish(chart, plan, look, "distribution", legend=True, amounts=False)
        return chart, plan.t("charts.distribution.alt")

    return draw


def _finish(
    chart: Any,
    plan: Plan,
    look: Palette,
    name: str,
    *,
    legend: bool = False,
    bars: bool = False,
    amounts: bool = True,
) -> None:
    font = {"size": 9, "color": look.ink}
    chart.set_title(
        {"name": plan.t(f"charts.{name}"), "name_font": {"size": 12, "color": look.ink}, "overlay": False}
    )
    chart.set_size(_SIZE)
    chart.set_legend({"position": "bottom", "font": font} if legend else {"none": True})
    axis = {"num_font": font, "line": {"color": look.rule}, "label_position": "low"}
    grid = {"visible": True, "line": {"color": look.rule, "width": 0.5}}
    money = {
        "num_format": f"{LOCALES[plan.language]}#,##0",
        "major_gridlines": grid,
        "name": plan.case.currency if amounts else plan.t("charts.trials"),
    }
    values = {"num_font": font, "name_font": font, **money, "line": {"none": True}}
    chart.set_x_axis(values if bars else {**axis, "num_format": f"{LOCALES[plan.language]}#,##0"})
    chart.set_y_axis({**axis, "reverse": True, "crossing": "max"} if bars else values)
