"""The Shapley sheet: every coalition of levers is one row that holds the whole ledger; then who brought what.

With k levers there are 2^k rows. The share of a lever is the average, over every order in which the levers could
arrive, of what it adds on arrival (Shapley, 1953): a weighted sum of the rows.
"""

from __future__ import annotations

from cxmaturity.business_case.inputs import MOVES, OPTIONAL_MOVES, lever_of
from cxmaturity.reporting.workbook.book import START_COLUMN, Book, Column, Formula, write_table
from cxmaturity.reporting.workbook.compact import RowLedger, ledger_columns
from cxmaturity.reporting.workbook.inputs_sheet import input_label, kind_of
from cxmaturity.reporting.workbook.layout import TimeLine, open_sheet, put_section
from cxmaturity.reporting.workbook.plan import PREMIUM, Plan


def write_shapley(book: Book, plan: Plan) -> None:
    """Write one row per coalition and, above, the weight of a coalition by its size."""
    if not plan.benefits:
        return
    sheet = open_sheet(book, plan, "shapley")
    players = len(plan.benefits)
    top = put_section(sheet, 3, plan.t("section.weights"), 3)
    order = "FACT([shapley.others])*FACT({shapley.players}-[shapley.others]-1)/FACT({shapley.players})"
    sheet.put(top, 0, plan.t("shapley.players"), "label")
    sheet.put(top, 1, players, "constant.integer")
    book.name("shapley.players", "shapley", top, 1)
    weights = (
        Column(
            key="shapley.others",
            title=plan.t("shapley.others"),
            style="constant.integer",
            values=range(players),
        ),
        Column(key="shapley.weight", title=plan.t("shapley.weight"), style="calc.factor", formula=order),
    )
    row = write_table(book, sheet, row=top + 1, column=0, rows=players, columns=weights)
    row = put_section(sheet, row + 1, plan.t("section.coalitions"), 3)
    sheet.heights[row] = 54
    write_table(book, sheet, row=row, column=0, rows=2**players, columns=_columns(plan))
    sheet.widths |= {0: 13, 1: 13}
    for column in range(2, 2 + len(_columns(plan))):
        sheet.widths.setdefault(column, 13)
    sheet.freeze = (row + 1, players + 2)
    sheet.print_to = (row + 2**players, players + 1)
    sheet.repeat_rows = (row, row)


def _columns(plan: Plan) -> list[Column]:
    players = len(plan.benefits)
    rows = range(2**players)
    columns = [
        Column(key="shapley.number", title=plan.t("shapley.number"), style="constant.integer", values=rows)
    ]
    for place, benefit in enumerate(plan.benefits):
        bits = [row >> place & 1 for row in rows]
        columns.append(
            Column(
                key=f"on.{benefit}", title=plan.benefit_name(benefit), style="constant.integer", values=bits
            )
        )
    ends = f"[on.{plan.benefits[0]}]:[on.{plan.benefits[-1]}]"
    columns.append(
        Column(key="shapley.size", title=plan.t("shapley.size"), style="calc.integer", formula=f"SUM({ends})")
    )
    columns.extend(
        ledger_columns(plan, RowLedger(prefix="shapley", switch=lambda benefit: f"[on.{benefit}]"))
    )
    for benefit in plan.benefits:
        # MAX and MIN keep the place inside the table where the other branch applies.
        arrives = "INDEX([shapley.weight|all],MAX(1,[shapley.size]))"
        missing = "INDEX([shapley.weight|all],MIN({shapley.players},[shapley.size]+1))"
        columns.append(
            Column(
                key=f"weight.{benefit}",
                title=plan.t("shapley.weight_of", benefit=plan.benefit_name(benefit)),
                style="calc.factor",
                formula=f"IF([on.{benefit}]=1,{arrives},0-{missing})",
            )
        )
    return columns


def write_benefits(book: Book, plan: Plan) -> None:
    """Write one block per benefit: its ingredients, what moves each year, alone, and its share of the joint gain."""
    if not plan.benefits:
        return
    sheet = open_sheet(book, plan, "benefits")
    line = TimeLine.open(book, plan, sheet, 3)
    for place, benefit in enumerate(plan.benefits):
        line.section(plan.benefit_name(benefit))
        _ingredients(line, plan, benefit)
        _money(line, plan, benefit, 1 << place)
    line.section(plan.t("section.together"))
    unit = plan.case.currency
    shares = "+".join(f"[benefit.{benefit}.share]" for benefit in plan.benefits)
    line.add(
        "benefits.shares",
        plan.t("benefit.sum"),
        unit,
        "money",
        shares,
        total="SUM([benefits.shares|years])",
        role="total",
    )
    line.add(
        "benefits.joint",
        plan.t("benefit.joint"),
        unit,
        "money",
        "[ledger.gain]",
        total="SUM([benefits.joint|years])",
    )


def _ingredients(line: TimeLine, plan: Plan, benefit: str) -> None:
    lever = lever_of(plan.case, benefit)
    owner = "" if lever is None else lever.owner
    if owner:
        line.sheet.put(line.row, 0, plan.t("benefit.owner", owner=owner), "note")
        line.row += 1
    attribution = f"levers.{benefit}.attribution"
    names = [name for name in MOVES[benefit] if name != "intention_to_renewal"]
    for path in (
        *(f"levers.{benefit}.{name}" for name in MOVES[benefit]),
        attribution,
        *_optional(plan, benefit),
    ):
        line.recall(input_label(plan, path), plan.t("unit.share"), kind_of(plan, path), f"{{in.{path}}}")
    line.add(
        f"benefit.{benefit}.effect",
        plan.t("timing.effect"),
        plan.t("unit.share_of_effect"),
        "rate",
        f"[effect.{benefit}]",
    )
    for name in names:
        path = f"levers.{benefit}.{name}"
        line.add(
            f"benefit.{benefit}.{name}", plan.t("benefit.moved", name=input_label(plan, path)), plan.t("unit.share"),
            "fine", f"[benefit.{benefit}.effect]*{{in.{attribution}}}*{{in.{path}}}",
        )  # fmt: skip


def _optional(plan: Plan, benefit: str) -> list[str]:
    return [PREMIUM] if benefit in OPTIONAL_MOVES and plan.premium else []


def _money(line: TimeLine, plan: Plan, benefit: str, row: int) -> None:
    unit, key = plan.case.currency, f"benefit.{benefit}"
    for name, formula in (
        ("alone", f"{{shapley.gain.YEAR|@{row}}}"),
        ("share", f"SUMPRODUCT([weight.{benefit}|all],[shapley.gain.YEAR|all])"),
    ):
        line.sheet.put(line.row, 0, plan.t(f"benefit.{name}"), "label")
        line.sheet.put(line.row, 1, unit, "unit")
        line.book.name(f"{key}.{name}", "benefits", line.row, START_COLUMN, "line", plan.years + 1)
        for year in range(1, plan.years + 1):
            content = Formula(formula.replace("YEAR", str(year)))
            line.sheet.put(line.row, START_COLUMN + year, content, "calc.money")
        line.sheet.put(line.row, 3, Formula(f"SUM([{key}.{name}|years])"), "calc.money")
        line.row += 1
    for name, of in (("alone_pv", "alone"), ("pv", "share")):
        line.add(
            f"{key}.{name}.year", plan.t(f"benefit.{name}"), unit, "money", f"[{key}.{of}]*[timing.factor]",
            total=f"SUM([{key}.{name}.year|years])", role="total" if name == "pv" else "calc",
        )  # fmt: skip
    share_of_joint = f"IF({{cash.pv_benefits}}<>0,{{{key}.pv.year.total}}/{{cash.pv_benefits}},0)"
    line.recall(plan.t("benefit.share_of_joint"), plan.t("unit.share"), "rate", share_of_joint)
