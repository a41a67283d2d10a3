"""The Inputs sheet: every number that somebody typed, with its range, source, date, grade and owner, and the switch."""

from __future__ import annotations

from typing import Any, Final

from cxmaturity.business_case.inputs import estimates
from cxmaturity.business_case.uncertain import bounds_of, cost_estimates, is_move
from cxmaturity.core.estimate import Estimate
from cxmaturity.core.problems import UnknownIdError
from cxmaturity.reporting.workbook.book import Book, Formula, Sheet, Validation, Value
from cxmaturity.reporting.workbook.layout import open_sheet, put_section
from cxmaturity.reporting.workbook.plan import Plan

LABEL, UNIT, USED, LOW, MODE, HIGH, SHAPE, N, SOURCE, DATE, GRADE, OWNER, PATH = range(13)
HEADS: Final = (
    "input", "unit", "used", "low", "mode", "high", "shape", "n", "source", "date", "grade", "owner", "path",
)  # fmt: skip
WIDTHS: Final = (62, 26, 13, 11, 11, 11, 12, 8, 50, 12, 9, 26, 44)
SECTIONS: Final = ("consumers", "option", "contracts", "service")
SCENARIOS: Final = ("prudent", "likely", "ambitious")
TIMINGS: Final = ("end", "mid", "monthly", "dated")

METHOD: Final[tuple[tuple[str, str, float], ...]] = (
    ("p_low", "fine", 0.1),
    ("p_middle", "fine", 0.5),
    ("p_high", "fine", 0.9),
    ("tail_percent", "integer", 5),
    ("percent", "integer", 100),
    ("pert_weight", "integer", 4),
    ("half", "fine", 0.5),
    ("twice", "integer", 2),
    ("six", "integer", 6),
    ("months", "integer", 12),
    ("days", "integer", 365),
    ("farthest", "integer", 10),
    ("root_scale", "fine", 0.25),
    ("tolerance", "tiny", 1e-6),
    ("fit_tolerance", "tiny", 1e-4),
)
"""Constants of the method: name, kind, value. They have a cell so that no formula hides a number."""


def write_inputs(book: Book, plan: Plan) -> None:
    """Write the Inputs sheet."""
    sheet = open_sheet(book, plan, "inputs", tab="input")
    for column, width in enumerate(WIDTHS):
        sheet.widths[column] = width
    row = _switches(book, plan, sheet, 3)
    for column, head in enumerate(HEADS):
        sheet.put(row, column, plan.t(f"input.{head}"), "head_left" if column in (LABEL, SOURCE) else "head")
    sheet.heights[row] = 30
    sheet.repeat_rows = (row, row)
    sheet.freeze = (row + 1, 1)
    row = _baseline(book, plan, sheet, row + 1)
    row = _levers(book, plan, sheet, row)
    row = _costs(book, plan, sheet, row)
    row = _finance(book, plan, sheet, row)
    if plan.sbg is not None:
        row = _survival(book, plan, sheet, row)
    sheet.print_to = (row - 1, OWNER)
    _method(book, plan, sheet, row)


def _switches(book: Book, plan: Plan, sheet: Sheet, row: int) -> int:
    lists = {"scenario": SCENARIOS, "timing": TIMINGS}
    chosen = {"scenario": "likely", "timing": plan.case.finance.timing}
    row = put_section(sheet, row, plan.t("section.switches"), PATH + 1)
    for name, items in lists.items():
        words = [plan.t(f"word.{name}.{item}") for item in items]
        sheet.put(row, LABEL, plan.t(f"switch.{name}"), "strong")
        sheet.put(row, USED, plan.t(f"word.{name}.{chosen[name]}"), "input.text")
        book.name(f"{name}.chosen", "inputs", row, USED)
        _validate(sheet, row, USED, {
            "validate": "list", "source": words, "input_title": plan.t(f"switch.{name}")[:32],
            "input_message": plan.t(f"switch.{name}.help")[:255], "error_title": plan.t("check.list.title")[:32],
            "error_message": plan.t("check.list")[:255],
        })  # fmt: skip
        sheet.put(row, LOW, Formula(f"MATCH({{{name}.chosen}},{{list.{name}|all}},0)"), "calc.integer")
        book.name(name, "inputs", row, LOW)
        sheet.put(row, MODE, plan.t(f"switch.{name}.help"), "unit")
        row += 1
    return row + 1


def input_label(plan: Plan, path: str) -> str:
    """Return the name of an input in the workbook's language, from its path."""
    if path == "baseline.annual_revenue":
        return plan.t("input.annual_revenue")
    if path.startswith("costs."):
        _, line, kind, *year = path.split(".")
        name = plan.case.costs[int(line)].name
        if kind == "initial":
            return plan.t("input.cost_initial", name=name)
        many = int(year[0]) == len(plan.case.costs[int(line)].annual) - 1
        return plan.t("input.cost_last" if many else "input.cost_annual", name=name, year=int(year[0]) + 1)
    try:
        return plan.catalog.input(path).name.in_(plan.language)
    except (
        UnknownIdError
    ):  # a lever that no benefit of the catalogue names: it is left out of the case anyway
        return path


def kind_of(plan: Plan, path: str) -> str:
    """Return the kind of number of an input, for its style."""
    if path.startswith("costs.") or path == "baseline.annual_revenue":
        return "money"
    try:
        kind = plan.catalog.input(path).kind
    except UnknownIdError:
        return "number"
    return {"rate": "fine", "money": "price", "count": "count", "number": "number"}[kind]


def _baseline(book: Book, plan: Plan, sheet: Sheet, row: int) -> int:
    given = [(path, found) for path, found in estimates(plan.case) if path.startswith("baseline.")]
    for section in (*SECTIONS, "revenue"):
        prefix = f"baseline.{section}." if section != "revenue" else "baseline.annual_revenue"
        found = [(path, estimate) for path, estimate in given if path.startswith(prefix)]
        if not found:
            continue
        row = put_section(sheet, row, plan.t(f"section.{section}"), PATH + 1)
        for path, estimate in found:
            row = _input(book, plan, sheet, row, path, estimate, "")
        row += 1
    return row


def _levers(book: Book, plan: Plan, sheet: Sheet, row: int) -> int:
    for lever in plan.case.levers:
        found = [(f"levers.{lever.benefit}.{name}", estimate) for name, estimate in lever.moves]
        found.append((f"levers.{lever.benefit}.attribution", lever.attribution))
        title = plan.t("section.lever", benefit=plan.benefit_name(lever.benefit))
        row = put_section(sheet, row, title, PATH + 1)
        for path, estimate in found:
            row = _input(book, plan, sheet, row, path, estimate, lever.owner)
        row += 1
    return row


def _costs(book: Book, plan: Plan, sheet: Sheet, row: int) -> int:
    given = list(cost_estimates(plan.case))
    if not given:
        return row
    row = put_section(sheet, row, plan.t("section.costs"), PATH + 1)
    for path, estimate in given:
        internal = plan.case.costs[int(path.split(".")[1])].internal
        row = _input(book, plan, sheet, row, path, estimate, plan.t("input.internal") if internal else "")
    return row + 1


def _input(  # noqa: PLR0917  # where, then what
    book: Book, plan: Plan, sheet: Sheet, row: int, path: str, given: Estimate, owner: str
) -> int:
    kind = kind_of(plan, path)
    varies = path in plan.varied
    used = f"CHOOSE({{scenario}},{{prudent.{path}}},{{mode.{path}}},{{ambitious.{path}}})"
    cells: dict[int, tuple[Formula | Value, str]] = {
        LABEL: (input_label(plan, path), "label"),
        UNIT: (given.unit or plan.t("unit.none"), "unit"),
        USED: (Formula(used if varies else f"{{mode.{path}}}"), f"calc.{kind}"),
        MODE: (given.value, f"input.{kind}"),
        SHAPE: (plan.t(f"shape.{given.shape or 'pert'}") if given.is_uncertain else "", "center"),
        SOURCE: (given.source, "indent"),
        DATE: (given.date, "constant.date"),
        GRADE: (given.evidence, "center"),
        OWNER: (owner, "label"),
        PATH: (path, "path"),
    }
    for column, end in ((LOW, given.low), (HIGH, given.high)):
        if end is not None:
            cells[column] = (end, f"input.{kind}")
    if given.n is not None:
        cells[N] = (given.n, "input.count" if given.shape == "measured" else "constant.count")
    for column, (content, style) in cells.items():
        sheet.put(row, column, content, style)
    for name, column in (("in", USED), ("mode", MODE), ("low", LOW), ("high", HIGH), ("n", N)):
        if column in cells:
            book.name(f"{name}.{path}", "inputs", row, column)
    for column in (LOW, MODE, HIGH):
        if column in cells:
            _validate(sheet, row, column, _rule(plan, path))
    book.names[f"input_{path.replace('.', '_')}"] = f"in.{path}"
    return row + 1


def _rule(plan: Plan, path: str) -> dict[str, Any]:
    low, high = bounds_of(path)
    kind = "move" if is_move(path) else "rate" if high == 1 else "amount"
    rule: dict[str, Any] = {"validate": "decimal", "criteria": ">=", "value": low}
    if high < float("inf"):
        rule = {"validate": "decimal", "criteria": "between", "minimum": low, "maximum": high}
    return rule | {
        "input_title": plan.t("check.input.title")[:32],
        "input_message": plan.t(f"check.{kind}.help")[:255],
        "error_title": plan.t("check.input.error")[:32],
        "error_message": plan.t(f"check.{kind}.error")[:255],
    }


def _validate(sheet: Sheet, row: int, column: int, rule: dict[str, Any]) -> None:
    sheet.validations.append(Validation(row=row, column=column, rule=rule))


def _finance(book: Book, plan: Plan, sheet: Sheet, row: int) -> int:
    finance = plan.case.finance
    row = put_section(sheet, row, plan.t("section.finance"), PATH + 1)
    rate = "{fin.discount_rate}"
    items: tuple[tuple[str, float | None, str], ...] = (
        ("discount_rate", finance.discount_rate, "{typed.discount_rate}"),
        (
            "finance_rate",
            finance.finance_rate,
            f"IF(ISNUMBER({{typed.finance_rate}}),{{typed.finance_rate}},{rate})",
        ),
        (
            "reinvestment_rate",
            finance.reinvestment_rate,
            f"IF(ISNUMBER({{typed.reinvestment_rate}}),{{typed.reinvestment_rate}},{rate})",
        ),
        ("tax_rate", finance.tax_rate, "IF(ISNUMBER({typed.tax_rate}),{typed.tax_rate},{text.none})"),
        ("optimism_bias", finance.optimism_bias, "{typed.optimism_bias}"),
    )
    for name, value, used in items:
        sheet.put(row, LABEL, plan.t(f"finance.{name}"), "label")
        sheet.put(row, UNIT, plan.t(f"finance.{name}.unit"), "unit")
        sheet.put(row, USED, Formula(used), "calc.fine")
        sheet.put(row, MODE, value, "input.fine")
        sheet.put(row, SOURCE, plan.t(f"finance.{name}.note"), "indent")
        sheet.put(row, PATH, f"finance.{name}", "path")
        book.name(f"fin.{name}", "inputs", row, USED)
        book.name(f"typed.{name}", "inputs", row, MODE)
        book.names[f"input_finance_{name}"] = f"fin.{name}"
        _validate(sheet, row, MODE, _rule(plan, "rate" if name == "optimism_bias" else "x_rate"))
        row += 1
    basis = plan.t(f"finance.basis.{finance.basis}")
    fixed: tuple[tuple[str, Value], ...] = (
        ("basis", basis), ("currency", plan.case.currency), ("horizon", plan.years),
    )  # fmt: skip
    for name, typed in fixed:
        sheet.put(row, LABEL, plan.t(f"finance.{name}"), "label")
        sheet.put(row, MODE, typed, "constant.integer" if name == "horizon" else "constant.general")
        sheet.put(row, SOURCE, plan.t(f"finance.{name}.note"), "indent")
        book.name(f"fin.{name}", "inputs", row, MODE)
        row += 1
    return row + 1


def _survival(book: Book, plan: Plan, sheet: Sheet, row: int) -> int:
    row = put_section(sheet, row, plan.t("section.survival"), PATH + 1)
    model = plan.sbg
    survival = plan.parameters.survival or ()
    for year, share in enumerate(survival, 1):
        sheet.put(row, LABEL, plan.t("input.survival", year=year), "label")
        sheet.put(row, UNIT, plan.t("unit.survival"), "unit")
        sheet.put(row, MODE, share, "input.fine")
        sheet.put(row, PATH, f"baseline.consumers.survival[{year - 1}]", "path")
        book.name(f"survival.{year}", "inputs", row, MODE)
        row += 1
    for name in ("alpha", "beta"):
        sheet.put(row, LABEL, plan.t(f"input.{name}"), "label")
        sheet.put(row, MODE, 0.0 if model is None else getattr(model, name), "input.factor")
        sheet.put(row, SOURCE, plan.t("input.fitted"), "label")
        book.name(f"sbg.{name}", "inputs", row, MODE)
        row += 1
    return row + 1


def _method(book: Book, plan: Plan, sheet: Sheet, row: int) -> None:
    row = put_section(sheet, row, plan.t("section.method"), PATH + 1)
    for name, kind, value in METHOD:
        sheet.put(row, LABEL, plan.t(f"method.{name}"), "label")
        sheet.put(row, MODE, value, f"constant.{kind}")
        book.name(f"method.{name}", "inputs", row, MODE)
        row += 1
    for name in ("none", "safe", "unreachable"):
        sheet.put(row, LABEL, plan.t(f"method.{name}"), "label")
        sheet.put(row, MODE, plan.t(name), "constant.general")
        book.name(f"text.{name}", "inputs", row, MODE)
        row += 1
    row += 1
    row = put_section(sheet, row, plan.t("section.lists"), PATH + 1)
    for name, items in (("scenario", SCENARIOS), ("timing", TIMINGS)):
        book.name(f"list.{name}", "inputs", row, MODE, "column", len(items))
        for item in items:
            sheet.put(row, LABEL, plan.t(f"switch.{name}"), "label")
            sheet.put(row, MODE, plan.t(f"word.{name}.{item}"), "constant.general")
            row += 1
