"""Internal rates of return, all of them and for any timing: a grid, then false position around each change of sign."""

from __future__ import annotations

from typing import Final

import attrs

from cxmaturity.reporting.workbook.book import Book, Column, Formula, write_table
from cxmaturity.reporting.workbook.layout import open_sheet, put_section
from cxmaturity.reporting.workbook.plan import Plan
from cxmaturity.reporting.workbook.time_sheets import mean_of_months

_REACH: Final = 4.96
"""The grid of rates goes to ``s = sinh(this) / 2``: rates up to about 10^15."""


@attrs.frozen(kw_only=True)
class Search:
    """Whose rates of return are searched: the sheet, which also starts every key, and the line of flows."""

    sheet: str
    flow: str


CASE: Final = Search(sheet="rates", flow="cash.flow")
HAIRCUT: Final = Search(sheet="cut_rates", flow="haircut.flow")


def write_rates(book: Book, plan: Plan) -> None:
    """Write the search for the case's internal rates of return."""
    _write_search(book, plan, CASE)


def write_haircut_rates(book: Book, plan: Plan) -> None:
    """Write the same search after haircuts, when prudence is taken that way."""
    if plan.result.haircut is not None:
        _write_search(book, plan, HAIRCUT)


def _write_search(book: Book, plan: Plan, search: Search) -> None:
    """Write a grid of rates, where NPV changes sign on it, and one search per change.

    Excel's IRR finds one rate and only for year ends; here every rate is found, whatever the timing. With
    s = ln(1 + rate), NPV is computed up to a positive factor that keeps it in range.
    """
    sheet, key, width = open_sheet(book, plan, search.sheet), search.sheet, plan.years + 10
    row = put_section(sheet, 3, plan.t("section.rate_ends"), width)
    first = f"IFERROR(INDEX([timing.paid|all],MATCH(1,[{key}.there|all],0)),0)"
    for name, content, style in (
        ("first", Formula(first), "calc.factor"),
        ("last", Formula(f"MAX([{key}.paid|all])"), "calc.factor"),
        ("count", Formula(f"{{{key}.changes|last}}"), "result.integer"),
        ("reach", _REACH, "constant.number"),
        ("points", plan.detail.grid, "constant.integer"),
    ):
        row = _put(book, search, row, f"{key}.{name}", plan.t(f"rates.{name}"), content, style)
    years = range(plan.years + 1)
    flows = (
        Column(key=f"{key}.flow_year", title=plan.t("head.year_number"), style="constant.integer", values=years),
        Column(key=f"{key}.flow", title=plan.t("cash.flow"), style="calc.money",
               values=[Formula(f"{{{search.flow}|@{year}}}") for year in years]),
        Column(key=f"{key}.there", title=plan.t("rates.there"), style="calc.integer", formula=f"IF([{key}.flow]<>0,1,0)"),
        Column(key=f"{key}.paid", title=plan.t("timing.paid"), style="calc.factor",
               values=[Formula(f"[{key}.there]*{{timing.paid|@{year}}}") for year in years]),
    )  # fmt: skip
    row = write_table(book, sheet, row=row + 1, column=0, rows=len(years), columns=flows) + 1
    sheet.print_to = (row - 2, 5)
    row = put_section(sheet, row, plan.t("section.grid"), width)
    points = 2 * plan.detail.grid + 1
    row = write_table(book, sheet, row=row, column=0, rows=points, columns=_grid_columns(plan, search)) + 1
    for root in range(1, plan.detail.roots + 1):
        row = _root(book, plan, search, row, root)
    sheet.widths |= {0: 34} | dict.fromkeys(range(1, plan.years + 12), 14)


def _put(  # noqa: PLR0917  # where, then what
    book: Book, search: Search, row: int, key: str, label: str, content: Formula | float, style: str
) -> int:
    sheet = book.sheets[search.sheet]
    sheet.put(row, 0, label, "label")
    sheet.put(row, 4, content, style)
    book.name(key, search.sheet, row, 4)
    return row + 1


def _worth_columns(plan: Plan, search: Search, key: str) -> list[Column]:
    """Return NPV, up to a positive factor, at the rate whose logarithm stands in ``[<key>.s]``."""
    s, whose = f"[{key}.s]", search.sheet
    month, spread = f"EXP(0-{s}/{{method.months}})", mean_of_months(f"[{key}.month]")
    columns = [
        Column(key=f"{key}.month", title=plan.t("timing.month"), style="calc.factor", formula=month),
        Column(key=f"{key}.within", title=plan.t("timing.within"), style="calc.factor",
               formula=f"IF({{timing.monthly}}=1,{spread},1)"),
        Column(key=f"{key}.from", title=plan.t("rates.from"), style="calc.factor",
               formula=f"IF({s}<0,{{{whose}.last}},{{{whose}.first}})"),
    ]  # fmt: skip
    for year in range(plan.years + 1):
        power = f"EXP(MIN(0,0-{s}*({{timing.paid|@{year}}}-[{key}.from])))"
        within = f"*[{key}.within]" if year else ""
        term = f"{{{search.flow}|@{year}}}*{power}{within}"
        title = plan.t("rates.term", year=year)
        columns.append(Column(key=f"{key}.term.{year}", title=title, style="calc.money", formula=term))
    ends = f"[{key}.term.0]:[{key}.term.{plan.years}]"
    columns.append(
        Column(key=f"{key}.worth", title=plan.t("rates.worth"), style="calc.money", formula=f"SUM({ends})")
    )
    return columns


def _grid_columns(plan: Plan, search: Search) -> list[Column]:
    key, points = search.sheet, range(-plan.detail.grid, plan.detail.grid + 1)
    step = f"{{{key}.reach}}/{{{key}.points}}*[{key}.point]"
    differs = f"IF([{key}.positive]<>[{key}.positive|prev],1,0)"
    return [
        Column(key=f"{key}.point", title=plan.t("rates.point"), style="constant.integer", values=points),
        Column(key=f"{key}.s", title=plan.t("rates.s"), style="calc.factor",
               formula=f"{{method.root_scale}}*(EXP({step})-EXP(0-{step}))"),
        *_worth_columns(plan, search, key),
        Column(key=f"{key}.positive", title=plan.t("rates.positive"), style="calc.integer",
               formula=f"IF([{key}.worth]>=0,1,0)"),
        Column(key=f"{key}.change", title=plan.t("rates.change"), style="calc.integer",
               formula=f"IF([{key}.point]={{{key}.point|first}},0,{differs})"),
        Column(key=f"{key}.changes", title=plan.t("rates.changes"), style="calc.integer",
               formula=f"SUM([{key}.change|to])"),
    ]  # fmt: skip


def _root(book: Book, plan: Plan, search: Search, row: int, root: int) -> int:
    """Close in on one change of sign by false position (Illinois): both ends keep opposite signs."""
    sheet, whose = book.sheets[search.sheet], search.sheet
    key = f"{whose}.root{root}"
    row = put_section(sheet, row, plan.t("section.root", n=root), plan.years + 10)
    place = f"IF({{{key}.found}}=1,MATCH({{{key}.number}},[{whose}.changes|all],0),{{{whose}.points}})"
    rate = f"IF({{{key}.found}}=1,EXP({{{key}.s|last}})-1,{{text.none}})"
    for name, style, content in (
        ("number", "constant.integer", root),
        ("found", "calc.integer", Formula(f"IF({{{whose}.count}}>={{{key}.number}},1,0)")),
        ("place", "calc.integer", Formula(place)),
        ("rate", "result.rate", Formula(rate)),
    ):
        row = _put(book, search, row, f"{key}.{name}", plan.t(f"rates.root_{name}"), content, style)
    columns = [*_ends(plan, search, key), *_worth_columns(plan, search, key)]
    return write_table(book, sheet, row=row, column=0, rows=plan.detail.steps, columns=columns) + 1


def _ends(plan: Plan, search: Search, key: str) -> list[Column]:
    whose = search.sheet
    first, crossed = f"[{key}.step]=1", f"[{key}.worth|prev]*[{key}.worth_b|prev]<0"
    at = [
        f"INDEX([{whose}.{column}|all],{{{key}.place}}{shift})"
        for shift in ("-1", "")
        for column in ("s", "worth")
    ]
    secant = f"([{key}.a]*[{key}.worth_b]-[{key}.b]*[{key}.worth_a])/([{key}.worth_b]-[{key}.worth_a])"
    both = f"[{key}.a],[{key}.b]"
    held = f"MAX(MIN({both}),MIN(MAX({both}),{secant}))"
    follow = f"IF({crossed},[{key}.worth_b|prev],[{key}.worth_a|prev]*{{method.half}})"
    formulas = {
        "a": f"IF({first},{at[0]},IF({crossed},[{key}.b|prev],[{key}.a|prev]))",
        "worth_a": f"IF({first},{at[1]},{follow})",
        "b": f"IF({first},{at[2]},[{key}.s|prev])",
        "worth_b": f"IF({first},{at[3]},[{key}.worth|prev])",
        "s": f"IF([{key}.worth_b]=[{key}.worth_a],[{key}.b],{held})",
    }
    steps = range(1, plan.detail.steps + 1)
    columns = [Column(key=f"{key}.step", title=plan.t("rates.step"), style="constant.integer", values=steps)]
    columns += [
        Column(key=f"{key}.{name}", title=plan.t(f"rates.{name}"), style="calc.factor", formula=formula)
        for name, formula in formulas.items()
    ]
    return columns
