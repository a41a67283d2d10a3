"""Cash flow and everything that finance reads from it: NPV, rates of return, payback, ROI, index, tax."""

from __future__ import annotations

from cxmaturity.reporting.workbook.book import Book, Formula
from cxmaturity.reporting.workbook.layout import TimeLine, open_sheet
from cxmaturity.reporting.workbook.plan import Plan
from cxmaturity.reporting.workbook.time_sheets import mean_of_months


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
        line.add(
            f"cash.{name}", plan.t(f"cash.{name}"), unit, "money", formula, start=True, total=total, role=role
        )
    line.section(plan.t("section.discounted"))
    line.add("cash.factor", plan.t("timing.factor"), factor, "factor", "[timing.factor]", start=True)
    for name, formula, role in (
        ("benefits_pv", "[cash.benefits]*[cash.factor]", "calc"),
        ("costs_pv", "[cash.costs]*[cash.factor]", "calc"),
        ("flow_pv", "[cash.flow]*[cash.factor]", "total"),
        ("cumulative_pv", "SUM([cash.flow_pv|to])", "calc"),
    ):
        total = None if name == "cumulative_pv" else f"SUM([cash.{name}|all])"
        line.add(
            f"cash.{name}", plan.t(f"cash.{name}"), unit, "money", formula, start=True, total=total, role=role
        )
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
        line.constant(
            within,
            plan.t("timing.within"),
            factor,
            "factor",
            Formula(mean_of_months(f"{{{month}}}")),
            role="calc",
        )
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
        (
            "profitability_index",
            "number",
            f"IF({{costs.total|first}}>0,1+{{cash.npv}}/{{costs.total|first}},{none})",
        ),
        ("mirr", "rate", f"IF({possible},{modified},{none})"),
        ("payback_years", "years", _payback("payback", "cash.cumulative")),
        ("discounted_payback_years", "years", _payback("discounted_payback", "cash.cumulative_pv")),
    ):
        words = {"money": unit, "rate": plan.t("unit.per_year"), "years": plan.t("unit.years")}
        text = plan.t("unit.ratio") if name in ("roi", "profitability_index") else words[kind]
        line.constant(f"cash.{name}", plan.t(f"figure.{name}"), text, kind, Formula(formula), role="result")
