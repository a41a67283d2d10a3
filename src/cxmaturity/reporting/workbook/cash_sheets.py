"""Cash flow and everything that finance reads from it: NPV, rates of return, payback, ROI, index, tax."""

from __future__ import annotations

from typing import Final

from cxmaturity.reporting.workbook.book import Book, Column, Formula, Sheet, write_table
from cxmaturity.reporting.workbook.layout import TimeLine, open_sheet, put_section
from cxmaturity.reporting.workbook.plan import Plan
from cxmaturity.reporting.workbook.time_sheets import mean_of_months

ROOTS: Final = 3
"""How many rates of return are shown; all are counted."""
_GRID: Final = 62
_HALVINGS: Final = 46


def write_cash(book: Book, plan: Plan) -> None:
    """Write the Cash flow sheet."""
    sheet = open_sheet(book, plan, "cash")
    line = TimeLine.open(book, plan, sheet, 3)
    unit, factor = plan.case.currency, plan.t("unit.factor")
    line.section(plan.t("section.flows"))
    for name, formula, role in (
        ("benefits", "[ledger.gain]", "calc"),
        ("costs", "[costs.total]", "calc"),
        ("flow", "[cash.benefits]-[cash.costs]", "total"),
        ("cumulative", "SUM([cash.flow|to])", "calc"),
    ):
        total = None if name == "cumulative" else f"SUM([cash.{name}|all])"
        line.add(f"cash.{name}", plan.t(f"cash.{name}"), unit, "money", formula, start=True, total=total, role=role)
    line.section(plan.t("section.discounted"))
    line.add("cash.factor", plan.t("timing.factor"), factor, "factor", "[timing.factor]", start=True)
    for name, formula, role in (
        ("benefits_pv", "[cash.benefits]*[cash.factor]", "calc"),
        ("costs_pv", "[cash.costs]*[cash.factor]", "calc"),
        ("flow_pv", "[cash.flow]*[cash.factor]", "total"),
        ("cumulative_pv", "SUM([cash.flow_pv|to])", "calc"),
    ):
        total = None if name == "cumulative_pv" else f"SUM([cash.{name}|all])"
        line.add(f"cash.{name}", plan.t(f"cash.{name}"), unit, "money", formula, start=True, total=total, role=role)
    line.section(plan.t("section.tax"))
    taxed = "IF(ISNUMBER({fin.tax_rate}),[cash.flow]*(1-{fin.tax_rate}),0)"
    line.add("cash.taxed", plan.t("cash.taxed"), unit, "money", taxed, start=True)
    line.add("cash.taxed_pv", plan.t("cash.taxed_pv"), unit, "money", "[cash.taxed]*[cash.factor]", start=True,
             total="SUM([cash.taxed_pv|all])", role="total")  # fmt: skip
    _payback_lines(line, plan)
    _modified_rate(line, plan)
    _results(line, plan)


def _payback_lines(line: TimeLine, plan: Plan) -> None:
    line.section(plan.t("section.payback"))
    for name, cumulative in (("payback", "cumulative"), ("discounted_payback", "cumulative_pv")):
        flag, place = f"cash.{name}.below", f"cash.{name}.last"
        line.add(flag, plan.t(f"cash.{name}.below"), plan.t("unit.flag"), "integer",
                 f"IF([cash.{cumulative}]<0,1,0)", start=True, total=f"SUM([{flag}|all])")  # fmt: skip
        line.add(place, plan.t("cash.last_below"), plan.t("unit.years"), "integer",
                 f"[{flag}]*[timing.year]", start=True, total=f"MAX([{place}|all])")  # fmt: skip


def _modified_rate(line: TimeLine, plan: Plan) -> None:
    line.section(plan.t("section.mirr"))
    unit, factor = plan.case.currency, plan.t("unit.factor")
    line.constant("cash.end", plan.t("cash.end"), plan.t("unit.years"), "factor",
                  Formula("{timing.paid|last}+{timing.monthly}"), role="calc")  # fmt: skip
    for rate in ("reinvestment_rate", "finance_rate"):
        month, within = f"cash.{rate}.month", f"cash.{rate}.within"
        line.constant(month, plan.t("timing.month"), factor, "factor",
                      Formula(f"(1+{{fin.{rate}}})^(0-1/{{method.months}})"), role="calc")  # fmt: skip
        line.constant(within, plan.t("timing.within"), factor, "factor", Formula(mean_of_months(f"{{{month}}}")), role="calc")
    for name, sign, rate, power in (
        ("inflow", "MAX([cash.flow],0)", "reinvestment_rate", "{cash.end}-[timing.paid]"),
        ("outflow", "MAX(0-[cash.flow],0)", "finance_rate", "0-[timing.paid]"),
    ):
        spread = f"IF([timing.spread]=1,{{cash.{rate}.within}},1)"
        line.add(f"cash.{name}", plan.t(f"cash.{name}"), unit, "money", sign, start=True)
        line.add(f"cash.{name}.factor", plan.t(f"cash.{name}.factor"), factor, "factor",
                 f"(1+{{fin.{rate}}})^({power})*{spread}", start=True)  # fmt: skip
        line.add(f"cash.{name}.moved", plan.t(f"cash.{name}.moved"), unit, "money",
                 f"[cash.{name}]*[cash.{name}.factor]", start=True, total=f"SUM([cash.{name}.moved|all])")  # fmt: skip


def _payback(name: str, cumulative: str) -> str:
    """Return the formula of the payback: the year in which the cumulated flow turns positive for good."""
    last = f"{{cash.{name}.last.total}}"
    before, after = (f"INDEX([{cumulative}|all],{last}+{step})" for step in ("1", "1+1"))
    start, end = (f"INDEX([timing.clock|all],{last}+{step})" for step in ("1", "1+1"))
    crossed = f"{start}-{before}/({after}-{before})*({end}-{start})"
    never = f"IF({last}={{fin.horizon}},{{text.none}},{crossed})"
    return f"IF({{cash.{name}.below.total}}=0,0,{never})"


def _results(line: TimeLine, plan: Plan) -> None:
    line.section(plan.t("section.results"))
    unit, none = plan.case.currency, "{text.none}"
    modified = "({cash.inflow.moved.total}/{cash.outflow.moved.total})^(1/{cash.end})-1"
    possible = "AND({cash.inflow.moved.total}>0,{cash.outflow.moved.total}>0,{cash.end}>0)"
    for name, kind, formula in (
        ("pv_benefits", "money", "{cash.benefits_pv.total}"),
        ("pv_costs", "money", "{cash.costs_pv.total}"),
        ("npv", "money", "{cash.pv_benefits}-{cash.pv_costs}"),
        ("npv_after_tax", "money", f"IF(ISNUMBER({{fin.tax_rate}}),{{cash.taxed_pv.total}},{none})"),
        ("roi", "rate", f"IF({{cash.pv_costs}}>0,{{cash.npv}}/{{cash.pv_costs}},{none})"),
        ("profitability_index", "number", f"IF({{costs.total|first}}>0,1+{{cash.npv}}/{{costs.total|first}},{none})"),
        ("mirr", "rate", f"IF({possible},{modified},{none})"),
        ("payback_years", "years", _payback("payback", "cash.cumulative")),
        ("discounted_payback_years", "years", _payback("discounted_payback", "cash.cumulative_pv")),
    ):
        words = {"money": unit, "rate": plan.t("unit.per_year"), "years": plan.t("unit.years")}
        text = plan.t("unit.ratio") if name in ("roi", "profitability_index") else words[kind]
        line.constant(f"cash.{name}", plan.t(f"figure.{name}"), text, kind, Formula(formula), role="result")


def write_rates(book: Book, plan: Plan) -> None:
    """Write the search for the internal rates of return: where NPV changes sign on a grid, then halving.

    Excel's IRR finds one rate and only for year ends; here every rate is found, whatever the timing. With
    s = ln(1 + rate), NPV is computed up to a positive factor that keeps it in range.
    """
    sheet = open_sheet(book, plan, "rates")
    row = put_section(sheet, 3, plan.t("section.rate_ends"), plan.years + 8)
    for name, label, formula in (
        ("rates.first", "first_flow", "INDEX([timing.paid|all],MATCH(1,[rates.there|all],0))"),
        ("rates.last", "last_flow", "MAX([rates.paid|all])"),
        ("rates.count", "count", "{rates.changes|last}"),
    ):
        sheet.put(row, 0, plan.t(f"rates.{label}"), "label")
        guarded = f"IFERROR({formula},0)" if name == "rates.first" else formula
        sheet.put(row, 4, Formula(guarded), "calc.factor" if name != "rates.count" else "result.integer")
        book.name(name, "rates", row, 4)
        row += 1
    years = plan.years + 1
    columns = (
        Column(key="rates.flow_year", title=plan.t("head.year_number"), style="constant.integer", values=range(years)),
        Column(key="rates.flow", title=plan.t("cash.flow"), style="calc.money",
               values=[Formula(f"{{cash.flow|@{year}}}") for year in range(years)]),
        Column(key="rates.there", title=plan.t("rates.there"), style="calc.integer", formula="IF([rates.flow]<>0,1,0)"),
        Column(key="rates.paid", title=plan.t("timing.paid"), style="calc.factor",
               values=[Formula(f"[rates.there]*{{timing.paid|@{year}}}") for year in range(years)]),
    )  # fmt: skip
    row = write_table(book, sheet, row=row + 1, column=0, rows=years, columns=columns) + 1
    row = put_section(sheet, row, plan.t("section.grid"), plan.years + 8)
    row = write_table(book, sheet, row=row, column=0, rows=2 * _GRID + 1, columns=_grid_columns(plan)) + 1
    for root in range(1, ROOTS + 1):
        row = _root(book, plan, sheet, row, root)
    for column in range(plan.years + 12):
        sheet.widths[column] = 14


def _worth_columns(plan: Plan, key: str, title: str) -> list[Column]:
    """Return NPV, up to a positive factor, at the rate whose logarithm stands in ``[<key>.s]``."""
    s = f"[{key}.s]"
    columns = [
        Column(key=f"{key}.month", title=plan.t("timing.month"), style="calc.factor", formula=f"EXP(0-{s}/{{method.months}})"),
        Column(key=f"{key}.within", title=plan.t("timing.within"), style="calc.factor",
               formula=f"IF({{timing.monthly}}=1,{mean_of_months(f'[{key}.month]')},1)"),
        Column(key=f"{key}.from", title=plan.t("rates.from"), style="calc.factor",
               formula=f"IF({s}<0,{{rates.last}},{{rates.first}})"),
    ]  # fmt: skip
    for year in range(plan.years + 1):
        power = f"EXP(MIN(0,0-{s}*({{timing.paid|@{year}}}-[{key}.from])))"
        within = f"*[{key}.within]" if year else ""
        columns.append(
            Column(key=f"{key}.term.{year}", title=plan.t("rates.term", year=year), style="calc.money",
                   formula=f"{{cash.flow|@{year}}}*{power}{within}")  # fmt: skip
        )
    ends = f"[{key}.term.0]:[{key}.term.{plan.years}]"
    columns.append(Column(key=f"{key}.worth", title=title, style="calc.money", formula=f"SUM({ends})"))
    return columns


def _grid_columns(plan: Plan) -> list[Column]:
    step = "{method.root_step}*[rates.point]"
    return [
        Column(key="rates.point", title=plan.t("rates.point"), style="constant.integer", values=range(-_GRID, _GRID + 1)),
        Column(key="rates.s", title=plan.t("rates.s"), style="calc.factor",
               formula=f"{{method.root_scale}}*(EXP({step})-EXP(0-{step}))"),
        *_worth_columns(plan, "rates", plan.t("rates.worth")),
        Column(key="rates.positive", title=plan.t("rates.positive"), style="calc.integer", formula="IF([rates.worth]>=0,1,0)"),
        Column(key="rates.change", title=plan.t("rates.change"), style="calc.integer",
               formula="IF([rates.point]={rates.point|first},0,IF([rates.positive]<>[rates.positive|prev],1,0))"),
        Column(key="rates.changes", title=plan.t("rates.changes"), style="calc.integer", formula="SUM([rates.change|to])"),
    ]  # fmt: skip


def _root(book: Book, plan: Plan, sheet: Sheet, row: int, root: int) -> int:
    key = f"root{root}"
    row = put_section(sheet, row, plan.t("section.root", n=root), plan.years + 8)
    place = f"IF({{{key}.found}}=1,MATCH({{{key}.number}},[rates.changes|all],0),1+1)"
    for name, style, content in (
        ("number", "constant.integer", root),
        ("found", "calc.integer", Formula(f"IF({{rates.count}}>={{{key}.number}},1,0)")),
        ("place", "calc.integer", Formula(place)),
        ("low", "calc.factor", Formula(f"INDEX([rates.s|all],{{{key}.place}}-1)")),
        ("high", "calc.factor", Formula(f"INDEX([rates.s|all],{{{key}.place}})")),
        ("sign", "calc.integer", Formula(f"INDEX([rates.positive|all],{{{key}.place}}-1)")),
        ("rate", "result.rate", Formula(f"IF({{{key}.found}}=1,EXP({{{key}.s|last}})-1,{{text.none}})")),
    ):
        sheet.put(row, 0, plan.t(f"rates.root_{name}"), "label")
        sheet.put(row, 4, content, style)
        book.name(f"{key}.{name}", "rates", row, 4)
        row += 1
    first = f"[{key}.step]=1"
    same = f"[{key}.same|prev]=1"
    columns = [
        Column(key=f"{key}.step", title=plan.t("rates.step"), style="constant.integer", values=range(1, _HALVINGS + 1)),
        Column(key=f"{key}.lower", title=plan.t("rates.lower"), style="calc.factor",
               formula=f"IF({first},{{{key}.low}},IF({same},[{key}.s|prev],[{key}.lower|prev]))"),
        Column(key=f"{key}.upper", title=plan.t("rates.upper"), style="calc.factor",
               formula=f"IF({first},{{{key}.high}},IF({same},[{key}.upper|prev],[{key}.s|prev]))"),
        Column(key=f"{key}.s", title=plan.t("rates.s"), style="calc.factor",
               formula=f"AVERAGE([{key}.lower],[{key}.upper])"),
        *_worth_columns(plan, key, plan.t("rates.worth")),
        Column(key=f"{key}.same", title=plan.t("rates.same"), style="calc.integer",
               formula=f"IF(IF([{key}.worth]>=0,1,0)={{{key}.sign}},1,0)"),
    ]  # fmt: skip
    return write_table(book, sheet, row=row, column=0, rows=_HALVINGS, columns=columns) + 1
