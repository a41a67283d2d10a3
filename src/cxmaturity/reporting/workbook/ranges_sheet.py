"""The Ranges sheet: how each range is read, its percentiles, its group, and what a scenario takes of it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final

from cxmaturity.business_case.uncertain import FIRST_GROUP_FACTOR, LEVERS_FACTOR, UncertainInput
from cxmaturity.reporting.workbook.book import Book, Formula, Sheet, Value
from cxmaturity.reporting.workbook.inputs_sheet import input_label, kind_of
from cxmaturity.reporting.workbook.layout import open_sheet, put_section
from cxmaturity.reporting.workbook.plan import Plan

_HEADS: Final = (
    "input", "shape", "low", "mode", "high", "first", "second", "third", "least", "most", "p10", "p90",
    "direction", "prudent", "ambitious", "group", "variable", "factor", "loading",
)  # fmt: skip
UNBOUNDED: Final = 1e99
"""Stands for "no upper bound" in a cell."""
CLIPPED: Final = ("lognormal", "percentiles")


def shape_of(found: UncertainInput) -> str:
    """Return how a range is read; a Beta-PERT unless something else is said."""
    return found.estimate.shape or "pert"


def write_ranges(book: Book, plan: Plan) -> None:
    """Write one row per uncertain input."""
    if not plan.uncertain:
        return
    sheet = open_sheet(book, plan, "ranges")
    row = _groups(book, plan, sheet, 3) + 1
    for column, head in enumerate(_HEADS):
        sheet.put(row, column, plan.t(f"range.{head}"), "head_left" if column == 0 else "head")
        sheet.widths[column] = 44 if column == 0 else 13
    sheet.heights[row] = 44
    sheet.freeze = (row + 1, 1)
    for found in plan.uncertain:
        row += 1
        _row(book, plan, sheet, row, found)
    for offset, name in enumerate(("shapes", "bounds", "direction")):
        sheet.put(row + 2 + offset, 0, plan.t(f"range.note.{name}"), "unit")


def _groups(book: Book, plan: Plan, sheet: Sheet, row: int) -> int:
    """Write the rank correlation of each group and the correlation of the normals behind it."""
    row = put_section(sheet, row, plan.t("section.groups"), len(_HEADS))
    for factor in sorted({found.factor for found in plan.uncertain if found.factor is not None}):
        named = factor != LEVERS_FACTOR
        place = factor - FIRST_GROUP_FACTOR
        name = plan.case.uncertainty.groups[place].name if named else plan.t("range.levers")
        rank = plan.case.uncertainty.groups[place].correlation if named else plan.case.uncertainty.correlation
        sheet.put(row, 0, plan.t("range.rank", group=name), "label")
        sheet.put(row, 2, rank, "input.fine")
        book.name(f"rank.{factor}", "ranges", row, 2)
        sheet.put(row + 1, 0, plan.t("range.normal", group=name), "label")
        normal = f"IF({{rank.{factor}}}=1,1,{{method.twice}}*SIN(PI()*{{rank.{factor}}}/{{method.six}}))"
        sheet.put(row + 1, 2, Formula(normal), "calc.factor")
        book.name(f"normal.{factor}", "ranges", row + 1, 2)
        row += 2
    return row


def _row(book: Book, plan: Plan, sheet: Sheet, row: int, found: UncertainInput) -> None:
    path, kind = found.path, kind_of(plan, found.path)
    measured = shape_of(found) == "measured"
    scenario = "IF({{direction.{0}}}>=0,{1},{2})"
    low, high = (f"{{{end}.{path}}}" for end in (("p10", "p90") if measured else ("low", "high")))
    most = found.bounds[1] if math.isfinite(found.bounds[1]) else UNBOUNDED
    cells: list[tuple[str | None, Formula | Value, str]] = [
        (None, input_label(plan, path), "label"),
        (None, plan.t(f"shape.{shape_of(found)}"), "center"),
        (None, None if measured else Formula(f"{{low.{path}}}"), f"calc.{kind}"),
        (None, Formula(f"{{mode.{path}}}"), f"calc.{kind}"),
        (None, None if measured else Formula(f"{{high.{path}}}"), f"calc.{kind}"),
        *((f"{name}.{path}", part and Formula(part), "calc.factor") for name, part in _parameters(found)),
        (f"least.{path}", found.bounds[0], "constant.factor" if kind != "money" else "constant.money"),
        (f"most.{path}", most, "constant.tiny" if most == UNBOUNDED else "constant.factor"),
        (f"p10.{path}", Formula(quantile(found, "{method.p_low}")), f"calc.{kind}"),
        (f"p90.{path}", Formula(quantile(found, "{method.p_high}")), f"calc.{kind}"),
        (f"direction.{path}", Formula(f"IF({{bar.high.{path}}}>={{bar.low.{path}}},1,0-1)"), "calc.integer"),
        (f"prudent.{path}", Formula(scenario.format(path, low, high)), f"calc.{kind}"),
        (f"ambitious.{path}", Formula(scenario.format(path, high, low)), f"calc.{kind}"),
        (
            None,
            found.group and (found.group if found.factor != LEVERS_FACTOR else plan.t("range.levers")),
            "center",
        ),
        (f"variable.{path}", found.variable, "constant.integer"),
        (None, found.factor, "constant.integer"),
        (
            f"loading.{path}",
            None if found.factor is None else Formula(f"{{normal.{found.factor}}}"),
            "calc.factor",
        ),
    ]
    for column, (name, content, style) in enumerate(cells):
        if content not in (None, ""):
            sheet.put(row, column, content, style)
            if name is not None:
                book.name(name, "ranges", row, column)


def _parameters(found: UncertainInput) -> Iterator[tuple[str, str]]:
    """Yield the numbers that a quantile needs, computed once: name and formula ("" when there is none)."""
    path = found.path
    low, mode, high, n = (f"{{{name}.{path}}}" for name in ("low", "mode", "high", "n"))
    width, odds = f"({high}-{low})", "LN({method.p_high}/{method.p_low})"
    spread = f"({{method.p_high}}-{{method.p_low}})*{odds}"
    parts = {
        "pert": (
            f"1+{{method.pert_weight}}*({mode}-{low})/{width}",
            f"1+{{method.pert_weight}}*({high}-{mode})/{width}",
            "",
        ),
        "triangular": (f"({mode}-{low})/{width}", "", ""),
        "lognormal": (
            f"AVERAGE(LN({low}),LN({high}))",
            f"(LN({high})-LN({low}))/({{method.twice}}*NORM.S.INV({{method.p_high}}))",
            "",
        ),
        "percentiles": (
            mode,
            f"{width}/({{method.twice}}*{odds})",
            f"({high}+{low}-{{method.twice}}*{mode})/({spread})",
        ),
        "measured": (f"{mode}*{n}+{{method.half}}", f"{n}-{mode}*{n}+{{method.half}}", ""),
    }[shape_of(found)]
    yield from zip(("first", "second", "third"), parts, strict=True)


def quantile(found: UncertainInput, u: str) -> str:
    """Return the formula of the value of an input at a probability, cut at its bounds where it could pass them."""
    path = found.path
    low, mode, high = (f"{{{name}.{path}}}" for name in ("low", "mode", "high"))
    first, second, third = (f"{{{name}.{path}}}" for name in ("first", "second", "third"))
    width = f"({high}-{low})"
    value = {
        "pert": f"{low}+{width}*BETA.INV({u},{first},{second})",
        "triangular": (
            f"IF({u}<{first},{low}+SQRT({u}*{width}*({mode}-{low})),{high}-SQRT((1-{u})*{width}*({high}-{mode})))"
        ),
        "lognormal": f"EXP({first}+{second}*NORM.S.INV({u}))",
        "percentiles": f"{first}+({second}+{third}*({u}-{{method.half}}))*LN({u}/(1-{u}))",
        "measured": f"BETA.INV({u},{first},{second})",
    }[shape_of(found)]
    if shape_of(found) in CLIPPED:
        return f"MAX({{least.{path}}},MIN({{most.{path}}},{value}))"
    return value
