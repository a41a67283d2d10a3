"""What is read first and last: summary, value beyond the horizon, overlaps."""

from __future__ import annotations

from typing import Final

from cxmaturity import i18n
from cxmaturity.reporting.workbook.book import Book, Column, Formula, Sheet, write_table
from cxmaturity.reporting.workbook.layout import TimeLine, open_sheet, put_section
from cxmaturity.reporting.workbook.plan import Plan

FIGURES: Final = (
    ("npv", "currency"), ("pv_benefits", "currency"), ("pv_costs", "currency"), ("roi", "rate"), ("mirr", "rate"),
    ("profitability_index", "number"), ("payback_years", "years"), ("discounted_payback_years", "years"),
    ("npv_after_tax", "currency"),
)  # fmt: skip
_FRACTION_TERMS: Final = 240
"""Terms of the continued fraction for the residual life of the oldest customers; at 10 % thirty would do."""


def write_summary(book: Book, plan: Plan) -> None:
    """Write every figure of the result, each with a defined name, then years and benefits."""
    sheet = open_sheet(book, plan, "summary", tab="result")
    line = TimeLine.open(book, plan, sheet, 3)
    line.section(plan.t("section.figures_of_case"))
    for name, kind in FIGURES:
        _figure(line, plan, name, kind, f"{{cash.{name}}}")
    for root in range(1, plan.detail.roots + 1):
        _figure(line, plan, f"irr_{root}", "rate", f"{{rates.root{root}.rate}}")
    _figure(line, plan, "irr_count", "integer", "{rates.count}")
    _figure(line, plan, "beyond_horizon", "currency", "{beyond.value}")
    if plan.benefits:
        _figure(line, plan, "break_even", "rate", "{break_even.all}")
    _by_year(line, plan)
    if plan.benefits:
        _by_benefit(line, plan)
    _ledger(line, plan)


def _figure(line: TimeLine, plan: Plan, name: str, kind: str, formula: str) -> None:
    key = f"summary.{name}"
    line.constant(
        key, plan.t(f"figure.{name}"), plan.t(f"figure.{name}.note"), kind, Formula(formula), role="result"
    )
    line.book.names[f"case_{name}"] = key


def _by_year(line: TimeLine, plan: Plan) -> None:
    line.section(plan.t("section.by_year"))
    for name, source in (
        ("gross_benefits", "cash.benefits"),
        ("costs_by_year", "cash.costs"),
        ("cash_flows", "cash.flow"),
        ("cumulative", "cash.cumulative"),
        ("cumulative_discounted", "cash.cumulative_pv"),
    ):
        role = "total" if name == "cash_flows" else "calc"
        key = f"summary.{name}"
        line.add(
            key,
            plan.t(f"cash.{source.partition('.')[2]}"),
            plan.case.currency,
            "money",
            f"[{source}]",
            start=True,
            role=role,
        )
        line.book.names[f"case_{name}"] = key


def _by_benefit(line: TimeLine, plan: Plan) -> None:
    line.section(plan.t("section.by_benefit"))
    unit = plan.case.currency
    for benefit in plan.benefits:
        key = f"summary.benefit.{benefit}"
        line.add(f"{key}.annual", plan.benefit_name(benefit), unit, "money", f"[benefit.{benefit}.share]",
                 total=f"{{benefit.{benefit}.pv.year.total}}")  # fmt: skip
        line.book.names[f"benefit_{benefit}_pv"] = f"{key}.annual.total"
        line.book.names[f"benefit_{benefit}_annual"] = f"{key}.annual"
    first, last = (f"[summary.benefit.{plan.benefits[end]}.annual]" for end in (0, -1))
    ends = [f"{{summary.benefit.{plan.benefits[end]}.annual.total}}" for end in (0, -1)]
    line.add("summary.benefits", plan.t("benefit.sum"), unit, "money", f"SUM({first}:{last})",
             total=f"SUM({ends[0]}:{ends[1]})", role="total")  # fmt: skip
    line.section(plan.t("section.alone"))
    for benefit in plan.benefits:
        key = f"summary.alone.{benefit}"
        line.add(f"{key}.annual", plan.benefit_name(benefit), unit, "money", f"[benefit.{benefit}.alone]",
                 total=f"{{benefit.{benefit}.alone_pv.year.total}}")  # fmt: skip
        line.book.names[f"benefit_{benefit}_alone_pv"] = f"{key}.annual.total"
    ends = [f"{{summary.alone.{plan.benefits[end]}.annual.total}}" for end in (0, -1)]
    line.constant("summary.sum_of_alone_pv", plan.t("benefit.sum_alone"), unit, "money",
                  Formula(f"SUM({ends[0]}:{ends[1]})"), role="result")  # fmt: skip
    line.constant("summary.interaction_pv", plan.t("benefit.interaction"), unit, "money",
                  Formula("{cash.pv_benefits}-{summary.sum_of_alone_pv}"), role="result")  # fmt: skip
    for name in ("sum_of_alone_pv", "interaction_pv"):
        line.book.names[f"case_{name}"] = f"summary.{name}"


LEDGER_LINES: Final = {
    "customers": "average",
    "closing_customers": "closing",
    "new_customers": "new",
    "margin": "margin",
    "option_margin": "option_margin",
    "onboarding_cost": "onboarding_cost",
    "service_cost": "service_cost",
    "contracts": "contracts_average",
    "closing_contracts": "contracts_closing",
    "b2b_margin": "b2b_margin",
    "total": "total",
}
"""Line of the engine's ledger to line of the Ledger sheet."""


def _ledger(line: TimeLine, plan: Plan) -> None:
    if not plan.result.ledger:
        return
    line.section(plan.t("section.ledger_lines"))
    for item in plan.result.ledger:
        for side in ("without", "with"):
            source = f"ledger.{side}.{LEDGER_LINES[item.id]}"
            money = item.id in (
                "margin",
                "option_margin",
                "onboarding_cost",
                "service_cost",
                "b2b_margin",
                "total",
            )
            label = plan.t(f"summary.{side}", line=plan.t(f"line.{LEDGER_LINES[item.id]}"))
            key = f"summary.ledger.{item.id}.{side}"
            unit = (
                plan.case.currency
                if money
                else plan.t("unit.people" if "customers" in item.id else "unit.contracts")
            )
            line.add(
                key,
                label,
                unit,
                "money" if money else "count" if "customers" in item.id else "number",
                f"[{source}]",
            )
            line.book.names[f"ledger_{item.id}_{side}"] = key


def write_beyond(book: Book, plan: Plan) -> None:
    """Write what the customers and contracts kept or won are worth after the last year; never in the NPV."""
    sheet = open_sheet(book, plan, "beyond")
    for column, width in enumerate((58, 18, 18, 18, 18, 18, 18, 18)):
        sheet.widths[column] = width
    row = put_section(sheet, 3, plan.t("section.beyond"), 4)
    none, rows = "{text.none}", list[tuple[str, str, str]]()
    parts = []
    rate = "{fin.discount_rate}"
    if "population" in plan.blocks and plan.blocks & {"spend", "option"}:
        parts.append("beyond.customers")
        rows.append(("beyond.unit", "price", _margin_each(plan)))
        if plan.tenures:
            rows += _tenure_rows()
        else:
            extra = "{ledger.with.closing|last}-{ledger.without.closing|last}"
            rows.append(("beyond.extra", "count", extra))
            rows.append(("beyond.kept", "fine", "1-{in.baseline.consumers.annual_churn_rate}"))
            rows.append(("beyond.annuity", "factor", _annuity("{beyond.kept}", rate)))
            rows.append(
                ("beyond.customers", "money", _worth("{beyond.extra}", "{beyond.unit}", "{beyond.annuity}"))
            )
    if "contracts" in plan.blocks:
        parts.append("beyond.contracts")
        extra = "{ledger.with.contracts_closing|last}-{ledger.without.contracts_closing|last}"
        margin = "{in.baseline.contracts.annual_value}*{in.baseline.contracts.margin_rate}"
        rows.append(("beyond.contracts_extra", "number", extra))
        rows.append(("beyond.contracts_unit", "money", margin))
        rows.append(("beyond.contracts_kept", "fine", "1-{ledger.without.contracts_loss_share|last}"))
        rows.append(("beyond.contracts_annuity", "factor", _annuity("{beyond.contracts_kept}", rate)))
        worth = _worth("{beyond.contracts_extra}", "{beyond.contracts_unit}", "{beyond.contracts_annuity}")
        rows.append(("beyond.contracts", "money", worth))
    known = ",".join(f"ISNUMBER({{{part}}})" for part in parts)
    total = "+".join(f"{{{part}}}" for part in parts)
    value = f"IF(AND({known}),({total})*{{timing.factor|last}},{none})" if parts else none
    rows.append(("beyond.value", "money", value))
    for key, kind, formula in rows:
        sheet.put(row, 0, plan.t(key), "strong" if key == "beyond.value" else "label")
        sheet.put(row, 1, Formula(formula), f"{'result' if key == 'beyond.value' else 'calc'}.{kind}")
        book.name(key, "beyond", row, 1)
        row += 1
    if plan.tenures and "beyond.customers" in parts:
        _tenure_tables(book, plan, sheet, row + 1)


def _annuity(kept: str, rate: str) -> str:
    """Return today's value, at the horizon, of one unit a year on the average stock, retention being constant."""
    return f"IF(1+{rate}-{kept}>0,AVERAGE(1,{kept})/(1+{rate}-{kept}),{{text.none}})"


def _worth(extra: str, unit: str, annuity: str) -> str:
    """Return extra x unit x annuity, nothing for nobody, and no number when the sum has no end."""
    return f"IF({extra}=0,0,IF(ISNUMBER({annuity}),{extra}*{unit}*{annuity},{{text.none}}))"


def _margin_each(plan: Plan) -> str:
    parts = []
    if "spend" in plan.blocks:
        parts.append("{ledger.without.margin_each|@1}")
    if "option" in plan.blocks:
        option = ("eligible_share", "annual_margin")
        eligible, margin = (f"{{in.baseline.option.{name}}}" for name in option)
        parts.append(f"{eligible}*{{ledger.without.option_rate|@1}}*{margin}")
    whole = "+".join(parts)
    if "contacts" in plan.blocks:
        first = "{ledger.without.average|@1}"
        cost = "{in.baseline.service.annual_contacts}*{in.baseline.service.cost_per_contact}"
        whole += f"-IF({first}>0,{cost}/{first},0)"
    return whole


def _tenure_rows() -> list[tuple[str, str, str]]:
    rate = "{fin.discount_rate}"
    return [
        ("beyond.discount", "factor", f"1/(1+{rate})"),
        (
            "beyond.oldest",
            "factor",
            f"IF({rate}>0,1/{{fraction.value|last}},({{sbg.alpha}}+{{sbg.beta}}+{{older.tenure|first}}-1)/({{sbg.alpha}}-1))",
        ),
        ("beyond.ends", "integer", f"IF(OR({rate}>0,{{sbg.alpha}}>1),1,0)"),
        (
            "beyond.customers",
            "money",
            "IF({beyond.ends}=1,SUMPRODUCT([older.extra|all],[older.annuity|all])*{beyond.unit},{text.none})",
        ),
    ]


def _tenure_tables(book: Book, plan: Plan, sheet: Sheet, row: int) -> None:
    """Write the residual life by tenure, oldest first: ``D_j = 1 + r_j D_(j+1) / (1 + d)``.

    The oldest one starts the chain: ``2F1(1, b; c; z)`` by Gauss's continued fraction, from its last term upwards.
    """
    tenures = plan.tenures
    row = put_section(sheet, row, plan.t("section.older"), 6)
    order = range(tenures - 1, -1, -1)
    closing = [f"ledger.SIDE.{'new' if tenure == 0 else f'stayed_{tenure - 1}'}" for tenure in order]
    extra = [
        Formula(f"{{{name.replace('SIDE', 'with')}|last}}-{{{name.replace('SIDE', 'without')}|last}}")
        for name in closing
    ]
    kept = [Formula(f"1-{{sbg.churn|@{tenure}}}") for tenure in order]
    columns = (
        Column(key="older.tenure", title=plan.t("tenure.tenure"), style="constant.integer", values=order),
        Column(key="older.extra", title=plan.t("beyond.extra"), style="calc.count", values=extra),
        Column(key="older.kept", title=plan.t("beyond.kept"), style="calc.fine", values=kept),
        Column(key="older.due", title=plan.t("beyond.due"), style="calc.factor",
               formula="IF([older.tenure]={older.tenure|first},{beyond.oldest},1+[older.kept]*[older.due|prev]*{beyond.discount})"),
        Column(key="older.annuity", title=plan.t("beyond.annuity"), style="calc.factor",
               formula="AVERAGE([older.due]*{beyond.discount},[older.due]-1)"),
    )  # fmt: skip
    row = write_table(book, sheet, row=row, column=0, rows=tenures, columns=columns) + 1
    row = put_section(sheet, row, plan.t("section.fraction"), 6)
    # c = alpha + beta + j, b = beta + j for the oldest tenure j; k-th coefficient, k = 2m or 2m + 1.
    top = "({sbg.alpha}+{sbg.beta}+{older.tenure|first})"
    small = "({sbg.beta}+{older.tenure|first})"
    even = f"[fraction.m]*({top}-{small}+[fraction.m]-1)/(({top}+[fraction.k]-1-1)*({top}+[fraction.k]-1))"
    odd = f"({small}+[fraction.m])*({top}+[fraction.m]-1)/(({top}+[fraction.k]-1-1)*({top}+[fraction.k]-1))"
    first = f"{small}/{top}"
    ks = range(_FRACTION_TERMS, 0, -1)
    follow = "1-[fraction.coefficient]*{beyond.discount}/[fraction.value|prev]"
    columns = (
        Column(key="fraction.k", title="k", style="constant.integer", values=ks),
        Column(key="fraction.m", title="m", style="constant.integer", values=[k // 2 for k in ks]),
        Column(key="fraction.odd", title=plan.t("beyond.odd"), style="constant.integer", values=[k % 2 for k in ks]),
        Column(key="fraction.coefficient", title=plan.t("beyond.coefficient"), style="calc.factor",
               formula=f"IF([fraction.k]=1,{first},IF([fraction.odd]=1,{odd},{even}))"),
        Column(key="fraction.value", title=plan.t("beyond.fraction"), style="calc.factor",
               formula=f"IF([fraction.k]={{fraction.k|first}},1,{follow})"),
    )  # fmt: skip
    write_table(book, sheet, row=row, column=0, rows=_FRACTION_TERMS, columns=columns)


def write_overlap(book: Book, plan: Plan) -> None:
    """Write how much each pair of levers overlaps, and the rules applied."""
    sheet = open_sheet(book, plan, "overlap", tab="result")
    sheet.widths |= {0: 62} | dict.fromkeys(range(1, len(plan.benefits) + 6), 21)
    row = 3
    if plan.benefits:
        row = _pairs(plan, sheet, row)
    row = put_section(sheet, row, plan.t("section.rules"), max(7, len(plan.benefits) + 2))
    if not plan.result.overlaps:
        sheet.put(row, 0, plan.t("overlap.none"), "label")
    for found in plan.result.overlaps:
        sheet.put(row, 0, f"{plan.benefit_name(found.first)} – {plan.benefit_name(found.second)}", "label")
        sheet.put(row, 1, plan.t(f"overlap.{found.kind}"), "strong")
        sheet.put(row, 2, i18n.describe(found.problem, plan.language), "wrap")
        sheet.merges.append((row, 2, row, max(6, len(plan.benefits) + 1)))
        sheet.heights[row] = 30
        row += 1


def _pairs(plan: Plan, sheet: Sheet, row: int) -> int:
    benefits = plan.benefits
    row = put_section(sheet, row, plan.t("section.parts"), len(benefits) + 2)
    for key, formula in (
        ("sum_alone", "{summary.sum_of_alone_pv}"),
        ("joint", "{cash.pv_benefits}"),
        ("interaction", "{summary.interaction_pv}"),
    ):
        sheet.put(row, 0, plan.t(f"benefit.{key}"), "label")
        sheet.put(row, 1, Formula(formula), "result.money")
        row += 1
    row = put_section(sheet, row + 1, plan.t("section.pairs"), len(benefits) + 2)
    sheet.put(row, 0, plan.t("overlap.pair"), "head_left")
    sheet.heights[row] = 44
    for column, benefit in enumerate(benefits, 1):
        sheet.put(row, column, plan.benefit_name(benefit), "head")
    for i, first in enumerate(benefits):
        sheet.put(row + 1 + i, 0, plan.benefit_name(first), "label")
        for j in range(len(benefits)):
            if i == j:
                formula = f"{{shapley.pv|@{1 << i}}}"
            else:
                both = f"{{shapley.pv|@{1 << i | 1 << j}}}"
                formula = f"ROUND({both}-{{shapley.pv|@{1 << i}}}-{{shapley.pv|@{1 << j}}},0)"
            sheet.put(row + 1 + i, 1 + j, Formula(formula), "total.money" if i == j else "calc.money")
    sheet.put(row + 1 + len(benefits), 0, plan.t("overlap.note"), "unit")
    return row + 3 + len(benefits)
