"""The Ledger sheet: customers, contracts and contacts year by year, without the programme and with it."""

from __future__ import annotations

from cxmaturity.reporting.workbook.book import Book
from cxmaturity.reporting.workbook.layout import TimeLine, open_sheet
from cxmaturity.reporting.workbook.lines import AcrossYears, Line, ledger_lines
from cxmaturity.reporting.workbook.plan import Plan

WITHOUT, WITH = "ledger.without", "ledger.with"
UNITS = {
    "money": "money", "price": "money_each", "count": "people", "fine": "share", "number": "contracts",
}  # fmt: skip


def write_ledger(book: Book, plan: Plan) -> None:
    """Write both sides of the ledger and what the programme adds, year by year."""
    sheet = open_sheet(book, plan, "ledger")
    line = TimeLine.open(book, plan, sheet, 3)
    for prefix, with_programme in ((WITHOUT, False), (WITH, True)):
        line.section(plan.t(f"section.{prefix.replace('ledger.', '')}"))
        frame = AcrossYears(prefix=prefix, base_prefix=WITHOUT, with_programme=with_programme)
        for item in ledger_lines(plan, frame):
            _put(line, plan, prefix, item)
    line.section(plan.t("section.gain"))
    line.add(
        "ledger.gain", plan.t("line.gain"), plan.case.currency, "money", f"[{WITH}.total]-[{WITHOUT}.total]",
        total="SUM([ledger.gain|years])", role="total",
    )  # fmt: skip
    line.add("ledger.gain_pv", plan.t("line.gain_pv"), plan.case.currency, "money", "[ledger.gain]*[timing.factor]",
             total="SUM([ledger.gain_pv|years])")  # fmt: skip


def line_label(plan: Plan, name: str) -> str:
    """Return the words for a line of the ledger; those by tenure carry their year."""
    stem, _, tenure = name.rpartition("_")
    if tenure.isdigit():
        return plan.t(f"line.{stem}", tenure=int(tenure))
    return plan.t(f"line.{name}")


def _put(line: TimeLine, plan: Plan, prefix: str, item: Line) -> None:
    name, kind, formula = item.name, item.kind, item.formula
    unit = plan.case.currency if kind == "money" else plan.t(f"unit.{_unit(name, kind)}")
    role = "total" if name == "total" else "calc"
    total = f"SUM([{prefix}.{name}|years])" if kind == "money" else None
    line.add(f"{prefix}.{name}", line_label(plan, name), unit, kind, formula, total=total, role=role)


def _unit(name: str, kind: str) -> str:
    if name in ("contacts", "issues"):
        return name
    return UNITS[kind]
