"""Sheets on a time line that come before the ledger: timing and ramps, tenure, programme costs."""

from __future__ import annotations

import datetime as dt

from cxmaturity.business_case.inputs import lever_of
from cxmaturity.reporting.workbook.book import START_COLUMN, Book, Column, Formula, Value, write_table
from cxmaturity.reporting.workbook.inputs_sheet import TIMINGS, input_label
from cxmaturity.reporting.workbook.layout import TimeLine, open_sheet, put_section
from cxmaturity.reporting.workbook.plan import Plan


def _timing_flag(name: str) -> str:
    return f"{{list.timing|@{TIMINGS.index(name)}}}"


def write_timing(book: Book, plan: Plan) -> None:
    """Write when flows are paid, what a unit paid then is worth today, and how fast each lever acts."""
    sheet = open_sheet(book, plan, "timing")
    line = TimeLine.open(book, plan, sheet, 3)
    line.section(plan.t("section.payments"))
    years = list(range(plan.years + 1))
    line.typed(
        "timing.year", plan.t("timing.year"), plan.t("unit.years"), "integer", [*years], role="constant"
    )
    line.add(
        "timing.first",
        plan.t("timing.first"),
        plan.t("unit.flag"),
        "integer",
        "IF([timing.year]=1,1,0)",
        start=True,
    )
    line.typed("timing.date", plan.t("timing.date"), plan.t("unit.date"), "date", [*_dates(plan)])
    line.add(
        "timing.dated", plan.t("timing.dated"), plan.t("unit.years"), "factor",
        "([timing.date]-{timing.date|first})/{method.days}", start=True,
    )  # fmt: skip
    line.add(
        "timing.clock", plan.t("timing.clock"), plan.t("unit.years"), "factor",
        f"IF({{timing.chosen}}={_timing_flag('dated')},[timing.dated],[timing.year])", start=True,
    )  # fmt: skip
    line.constant(
        "timing.monthly", plan.t("timing.monthly"), plan.t("unit.flag"), "integer",
        Formula(f"IF({{timing.chosen}}={_timing_flag('monthly')},1,0)"), role="calc",
    )  # fmt: skip
    chosen = "CHOOSE({timing},[timing.year],[timing.year]-{method.half},[timing.year]-1,[timing.dated])"
    line.add(
        "timing.paid",
        plan.t("timing.paid"),
        plan.t("unit.years"),
        "factor",
        f"IF([timing.year]=0,0,{chosen})",
        start=True,
    )
    line.add(
        "timing.spread", plan.t("timing.spread"), plan.t("unit.flag"), "integer",
        "IF([timing.year]=0,0,{timing.monthly})", start=True,
    )  # fmt: skip
    line.constant(
        "timing.month", plan.t("timing.month"), plan.t("unit.factor"), "factor",
        Formula("(1+{fin.discount_rate})^(0-1/{method.months})"), role="calc",
    )  # fmt: skip
    line.constant(
        "timing.within", plan.t("timing.within"), plan.t("unit.factor"), "factor",
        Formula(mean_of_months("{timing.month}")), role="calc",
    )  # fmt: skip
    line.add(
        "timing.factor", plan.t("timing.factor"), plan.t("unit.factor"), "factor",
        "(1+{fin.discount_rate})^(0-[timing.paid])*IF([timing.spread]=1,{timing.within},1)", start=True,
    )  # fmt: skip
    for benefit in plan.benefits:
        _ramp(line, plan, benefit)


def mean_of_months(month: str) -> str:
    """Return the formula of ``(x + x^2 + ... + x^12) / 12`` without cancellation near 1; x discounts one month.

    ``x (1 + x)(1 + x^2)(1 + x^4 + x^8) / 12``.
    """
    return f"{month}*(1+{month})*(1+{month}^2)*(1+{month}^4+{month}^8)/{{method.months}}"


def _dates(plan: Plan) -> list[dt.date]:
    """Return the dates of the flows; when none were given, anniversaries of the report's date, to be changed."""
    given = plan.case.finance.dates
    if given is not None and len(given) == plan.years + 1:
        return list(given)
    start = plan.diagnostic.as_of
    leap = (start.month, start.day) == (2, 29)
    later = start.replace(day=28) if leap else start
    return [start, *(later.replace(year=start.year + year) for year in range(1, plan.years + 1))]


def _ramp(line: TimeLine, plan: Plan, benefit: str) -> None:
    lever = lever_of(plan.case, benefit)
    if lever is None:
        return
    line.section(plan.t("section.ramp", benefit=plan.benefit_name(benefit)))
    lag, ramp = f"lag.{benefit}", f"ramp.{benefit}"
    line.constant(lag, plan.t("timing.lag"), plan.t("unit.years"), "integer", lever.lag_years, role="input")
    shares: list[Value] = [None, *lever.ramp[: plan.years]]
    shares += [None] * (plan.years + 1 - len(shares))
    line.typed(ramp, plan.t("timing.ramp"), plan.t("unit.share_of_effect"), "rate", shares)
    line.constant(
        f"ramp.count.{benefit}", plan.t("timing.ramp_count"), plan.t("unit.years"), "integer",
        Formula(f"COUNT([{ramp}|years])"), role="calc",
    )  # fmt: skip
    place = f"MIN([timing.year]-{{{lag}}},{{ramp.count.{benefit}}})"
    line.add(
        f"effect.{benefit}", plan.t("timing.effect"), plan.t("unit.share_of_effect"), "rate",
        f"IF([timing.year]>{{{lag}}},INDEX([{ramp}|years],{place}),0)",
    )  # fmt: skip


def write_tenure(book: Book, plan: Plan) -> None:
    """Write churn by year of tenure (sBG) and how today's base is spread over the tenures."""
    if plan.sbg is None:
        return
    sheet = open_sheet(book, plan, "tenure")
    for column, width in enumerate((14, 16, 16, 16, 16, 16)):
        sheet.widths[column] = width
    sheet.freeze = (4, 1)
    tenures = plan.tenures
    weights = [
        Formula("1" if tenure == 0 else f"{{survival.{tenure}}}") if tenure < plan.observed else Formula("0")
        for tenure in range(tenures)
    ]
    ends = "{sbg.alpha}+{sbg.beta}+[sbg.tenure]"
    write_table(
        book,
        sheet,
        row=3,
        column=0,
        rows=tenures,
        columns=(
            Column(key="sbg.tenure", title=plan.t("tenure.tenure"), style="constant.integer", values=range(tenures)),
            Column(
                key="sbg.churn", title=plan.t("tenure.churn"), style="calc.fine",
                formula=f"1-({{sbg.beta}}+[sbg.tenure])/({ends})",
            ),
            Column(key="sbg.weight", title=plan.t("tenure.weight"), style="calc.fine", values=weights),
            Column(
                key="sbg.mix", title=plan.t("tenure.mix"), style="calc.fine", formula="[sbg.weight]/SUM([sbg.weight|all])"
            ),
            Column(
                key="sbg.lost_score", title=plan.t("tenure.score_part"), style="calc.factor",
                formula=f"1/({ends})",
            ),
        ),
    )  # fmt: skip
    _fit_check(book, plan, 3 + tenures + 2)


def _fit_check(book: Book, plan: Plan, row: int) -> None:
    """Write the slope of the likelihood: zero while alpha and beta fit the survival that stands on Inputs.

    ``dLL/dalpha = sum_t lost_t / alpha - sum_t (lost_t + left_t) / (alpha + beta + t - 1)``, lost in year t over those
    still there: every customer at risk in year t weighs ``1 / (alpha + beta + t - 1)``.
    """
    sheet = book.sheets["tenure"]
    at_risk = "+".join(f"{{sbg.weight|@{year}}}*{{sbg.lost_score|@{year}}}" for year in range(plan.observed))
    sheet.put(row, 0, plan.t("tenure.fit"), "label")
    slope = f"(1-{{survival.{plan.observed}}})/{{sbg.alpha}}-({at_risk})"
    sheet.put(row, START_COLUMN, Formula(f"({slope})*{{sbg.alpha}}"), "calc.tiny")
    book.name("sbg.slope", "tenure", row, START_COLUMN)


def write_costs(book: Book, plan: Plan) -> None:
    """Write what the programme costs, line by line, and the uplift for optimism."""
    sheet = open_sheet(book, plan, "costs")
    line = TimeLine.open(book, plan, sheet, 3)
    line.section(plan.t("section.cost_lines"))
    unit = plan.case.currency
    keys = []
    for number, cost in enumerate(plan.case.costs):
        key = f"cost.{number}"
        keys.append(key)
        kind = plan.t("cost.internal") if cost.internal else plan.t("cost.cash")
        line.sheet.put(line.row, 0, cost.name, "label")
        line.sheet.put(line.row, 1, f"{unit} – {kind}", "unit")
        line.book.name(key, "costs", line.row, START_COLUMN, "line", plan.years + 1)
        for year in range(plan.years + 1):
            sheet.put(line.row, START_COLUMN + year, Formula(_cost_cell(plan, number, year)), "calc.money")
        line.row += 1
    total = f"SUM([{keys[0]}]:[{keys[-1]}])" if keys else "0"
    line.add(
        "costs.before",
        plan.t("cost.before"),
        unit,
        "money",
        total,
        start=True,
        total="SUM([costs.before|all])",
        role="total",
    )
    line.add(
        "costs.bias", plan.t("cost.bias"), unit, "money", "[costs.before]*{fin.optimism_bias}", start=True
    )
    line.add(
        "costs.total", plan.t("cost.total"), unit, "money", "[costs.before]+[costs.bias]", start=True,
        total="SUM([costs.total|all])", role="total",
    )  # fmt: skip


def cost_path(plan: Plan, number: int, year: int) -> str | None:
    """Return the input that a cost line pays in a year (0 the start); the last annual amount holds to the end."""
    cost = plan.case.costs[number]
    if year == 0:
        return None if cost.initial is None else f"costs.{number}.initial"
    return f"costs.{number}.annual.{min(year, len(cost.annual)) - 1}" if cost.annual else None


def _cost_cell(plan: Plan, number: int, year: int) -> str:
    path = cost_path(plan, number, year)
    return "0" if path is None else f"{{in.{path}}}"


__all__ = [
    "cost_path",
    "input_label",
    "mean_of_months",
    "put_section",
    "write_costs",
    "write_tenure",
    "write_timing",
]
