"""Haircuts, when prudence is taken that way, and what the engine says of the value of information."""

from __future__ import annotations

from cxmaturity.business_case.values import Measurement
from cxmaturity.core.words import machine_name
from cxmaturity.reporting.workbook.book import Book, Formula
from cxmaturity.reporting.workbook.inputs_sheet import input_label
from cxmaturity.reporting.workbook.layout import TimeLine, open_sheet, put_section
from cxmaturity.reporting.workbook.plan import Plan


def write_haircut(book: Book, plan: Plan) -> None:
    """Write the case with each benefit's share cut and all costs raised, as TEI studies do."""
    if plan.result.haircut is None:
        return
    sheet = open_sheet(book, plan, "haircut", tab="result")
    line = TimeLine.open(book, plan, sheet, 3)
    line.section(plan.t("section.cuts"))
    unit, share = plan.case.currency, plan.t("unit.share")
    cuts = dict(plan.case.uncertainty.haircuts)
    for benefit in plan.benefits:
        label = plan.t("haircut.cut", benefit=plan.benefit_name(benefit))
        line.constant(f"cut.{benefit}", label, share, "rate", cuts[benefit], role="input")
    line.constant(
        "cut.costs", plan.t("haircut.uplift"), share, "rate", plan.case.uncertainty.cost_uplift, role="input"
    )
    line.section(plan.t("section.cut_flows"))
    for benefit in plan.benefits:
        line.add(f"haircut.{benefit}", plan.benefit_name(benefit), unit, "money",
                 f"[benefit.{benefit}.share]*(1-{{cut.{benefit}}})")  # fmt: skip
    ends = [f"[haircut.{plan.benefits[end]}]" for end in (0, -1)] if plan.benefits else []
    benefits = f"SUM({ends[0]}:{ends[1]})" if ends else "0"
    for name, formula in (
        ("benefits", benefits), ("costs", "[cash.costs]*(1+{cut.costs})"), ("flow", "[haircut.benefits]-[haircut.costs]"),
    ):  # fmt: skip
        line.add(f"haircut.{name}", plan.t(f"cash.{name}"), unit, "money", formula, start=True, role="total")
    line.section(plan.t("section.results"))
    worth = "SUMPRODUCT([haircut.{0}|all],[timing.factor|all])"
    for name, kind, formula in (
        ("pv_benefits", "money", worth.format("benefits")),
        ("pv_costs", "money", worth.format("costs")),
        ("npv", "money", "{haircut.pv_benefits}-{haircut.pv_costs}"),
        ("roi", "rate", "IF({haircut.pv_costs}>0,{haircut.npv}/{haircut.pv_costs},{text.none})"),
        ("irr", "rate", "{cut_rates.root1.rate}"),
    ):
        label = plan.t("figure.irr_1" if name == "irr" else f"figure.{name}")
        line.constant(
            f"haircut.{name}",
            label,
            unit if kind == "money" else share,
            kind,
            Formula(formula),
            role="result",
        )
        book.names[f"haircut_{name}"] = f"haircut.{name}"


def write_information(book: Book, plan: Plan) -> None:
    """Write what knowing an input is worth, from the engine's longer run: these figures do not move."""
    result = plan.result
    if not plan.uncertain or not (result.information or result.measurements):
        return
    sheet = open_sheet(book, plan, "information", tab="result")
    sheet.widths |= {0: 58} | dict.fromkeys(range(1, 6), 18)
    row = put_section(sheet, 3, plan.t("section.information"), 5)
    for column, head in enumerate(("what", "evppi")):
        sheet.put(row, column, plan.t(f"information.{head}"), "head_left" if column == 0 else "head")
    for place, found in enumerate(result.information):
        row += 1
        sheet.put(row, 0, _label(plan, found.label, found.inputs), "label")
        sheet.put(row, 1, found.evppi, "pasted.money")
        book.name(f"evppi.{place}", "information", row, 1)
        book.names[f"evppi_{machine_name(found.label)}"] = f"evppi.{place}"
    if not result.measurements:
        return
    row = put_section(sheet, row + 2, plan.t("section.measurements"), 5)
    sheet.heights[row] = 30
    for column, head in enumerate(("what", "best_n")):
        sheet.put(row, column, plan.t(f"information.{head}"), "head_left" if column == 0 else "head")
    for measured in result.measurements:
        row += 1
        sheet.put(row, 0, input_label(plan, measured.input), "label")
        if measured.best_n is None:
            sheet.put(row, 1, plan.t("information.never"), "pasted.general")
            continue
        sheet.put(row, 1, measured.best_n, "pasted.count")
        book.name(f"best_n.{measured.input}", "information", row, 1)
        book.names[f"best_n_{machine_name(measured.input)}"] = f"best_n.{measured.input}"
    row = put_section(sheet, row + 2, plan.t("section.samples"), 5)
    sheet.heights[row] = 30
    for column, head in enumerate(("what", "size", "evsi", "cost", "net")):
        sheet.put(row, column, plan.t(f"information.{head}"), "head_left" if column == 0 else "head")
    for measured in result.measurements:
        row = _sizes(book, plan, measured, row)


def _sizes(book: Book, plan: Plan, measured: Measurement, row: int) -> int:
    sheet = book.sheets["information"]
    for size, evsi, cost in zip(measured.sizes, measured.evsi, measured.costs, strict=True):
        row += 1
        sheet.put(row, 0, input_label(plan, measured.input), "label")
        for column, (value, kind) in enumerate(((size, "count"), (evsi, "money"), (cost, "money")), 1):
            sheet.put(row, column, value, f"pasted.{kind}")
        key = f"evsi.{measured.input}.{size}"
        book.name(key, "information", row, 2)
        book.name(f"{key}.cost", "information", row, 3)
        sheet.put(row, 4, Formula(f"{{{key}}}-{{{key}.cost}}"), "calc.money")
    return row


def _label(plan: Plan, label: str, inputs: tuple[str, ...]) -> str:
    if len(inputs) == 1:
        return input_label(plan, inputs[0])
    name = plan.t("range.levers") if label == "levers" else label
    return plan.t("information.group", group=name, n=len(inputs))
