"""Scenarios, tornado and break-even: tables in which each row is the whole ledger on other inputs."""

from __future__ import annotations

from cxmaturity.reporting.workbook.book import Book, Column, Formula, Value, write_table
from cxmaturity.reporting.workbook.compact import RowLedger, ledger_columns, npv_columns
from cxmaturity.reporting.workbook.inputs_sheet import SCENARIOS, input_label, kind_of
from cxmaturity.reporting.workbook.layout import open_sheet, put_section
from cxmaturity.reporting.workbook.plan import Plan


def write_scenarios(book: Book, plan: Plan) -> None:
    """Write the prudent, most likely and ambitious cases side by side, whatever the switch says."""
    if not plan.uncertain:
        return
    sheet = open_sheet(book, plan, "scenarios", tab="result")
    row = put_section(sheet, 3, plan.t("section.scenarios"), 6)
    heads = ("scenario", "npv", "pv_benefits", "pv_costs", "against")
    sheet.heights[row] = 30
    for column, head in enumerate(heads):
        sheet.put(row, column, plan.t(f"scenarios.{head}"), "head_left" if column == 0 else "head")
    for place, scenario in enumerate(SCENARIOS):
        here = row + 1 + place
        sheet.put(here, 0, plan.t(f"word.scenario.{scenario}"), "strong")
        for column, key in enumerate(("npv", "pv", "pv_costs"), 1):
            source = f"{{scenario.{key}|@{place}}}" if _has_column(plan, key) else "{cash.pv_costs}"
            sheet.put(here, column, Formula(source), "result.money" if key == "npv" else "calc.money")
        book.name(f"scenarios.{scenario}", "scenarios", here, 1)
        book.names[f"scenario_{scenario}_npv"] = f"scenarios.{scenario}"
        sheet.put(here, 4, Formula(f"{{scenarios.{scenario}}}-{{scenarios.likely}}"), "calc.money")
    sheet.print_to = (row + 4, 4)
    row = put_section(sheet, row + 5, plan.t("section.rows"), 6)
    ledger = RowLedger(prefix="scenario", varied=plan.varied)
    columns = [
        Column(key="scenario.name", title=plan.t("scenarios.scenario"), style="label",
               values=[plan.t(f"word.scenario.{name}") for name in SCENARIOS]),
        *(
            Column(key=f"scenario.in.{found.path}", title=input_label(plan, found.path),
                   style=f"calc.{kind_of(plan, found.path)}",
                   values=[Formula(f"{{{name}.{found.path}}}") for name in ("prudent", "mode", "ambitious")])
            for found in plan.uncertain
        ),
        *ledger_columns(plan, ledger),
        *npv_columns(plan, ledger),
    ]  # fmt: skip
    sheet.heights[row] = 66
    write_table(book, sheet, row=row, column=0, rows=len(SCENARIOS), columns=columns)
    sheet.widths[0] = 26
    for column in range(1, len(columns)):
        sheet.widths[column] = 14
    sheet.freeze = (0, 1)


def _has_column(plan: Plan, key: str) -> bool:
    return key != "pv_costs" or any(path.startswith("costs.") for path in plan.varied)


def write_tornado(book: Book, plan: Plan) -> None:
    """Write two rows per uncertain input, at its P10 and its P90, and the bars in order of width."""
    if not plan.uncertain:
        return
    sheet = open_sheet(book, plan, "tornado", tab="result")
    count = len(plan.uncertain)
    row = put_section(sheet, 3, plan.t("section.bars"), 7)
    sheet.heights[row] = 30
    row = write_table(book, sheet, row=row, column=0, rows=count, columns=_sorted_bars(plan)) + 1
    row = put_section(sheet, row, plan.t("section.bars_by_input"), 7)
    start = row
    row = write_table(book, sheet, row=row, column=0, rows=count, columns=_bars(plan)) + 1
    for place, found in enumerate(plan.uncertain):
        for end in ("low", "high"):
            spot = book.place(f"tornado.npv_{end}").at(place)
            book.name(f"bar.{end}.{found.path}", "tornado", *spot)
            book.names[f"tornado_{found.path.replace('.', '_')}_{end}"] = f"bar.{end}.{found.path}"
    sheet.heights[start] = 30
    sheet.print_to = (row - 2, 7)
    row = put_section(sheet, row, plan.t("section.rows"), 7)
    sheet.heights[row] = 66
    ledger = RowLedger(prefix="tornado", varied=plan.varied)
    columns = [*_moved_inputs(plan), *ledger_columns(plan, ledger), *npv_columns(plan, ledger)]
    write_table(book, sheet, row=row, column=0, rows=2 * count, columns=columns)
    sheet.widths[0] = 46
    for column in range(1, len(columns)):
        sheet.widths[column] = 14
    sheet.freeze = (0, 1)


def _sorted_bars(plan: Plan) -> list[Column]:
    place = "MATCH([bars.rank],[tornado.rank|all],0)"
    ranks = range(1, len(plan.uncertain) + 1)
    wanted = (("p10", "tornado.p10", "factor"), ("p90", "tornado.p90", "factor"))
    columns = [
        Column(
            key="bars.label",
            title=plan.t("tornado.input"),
            style="label",
            formula=f"INDEX([tornado.label|all],{place})",
        ),
        Column(key="bars.rank", title=plan.t("tornado.rank"), style="constant.integer", values=ranks),
    ]
    columns += [
        Column(
            key=f"bars.{key}",
            title=plan.t(f"tornado.{key}"),
            style=f"calc.{kind}",
            formula=f"INDEX([{source}|all],{place})",
        )
        for key, source, kind in wanted
    ]
    columns += [
        Column(key=f"bars.npv_{end}", title=plan.t(f"tornado.npv_{end}"), style="calc.money",
               formula=f"INDEX([tornado.npv_{end}|all],{place})")
        for end in ("low", "high")
    ]  # fmt: skip
    columns += [
        Column(key=f"bars.{end}", title=plan.t(f"tornado.change_{end}"), style="calc.money",
               formula=f"[bars.npv_{end}]-{{scenarios.likely}}")
        for end in ("low", "high")
    ]  # fmt: skip
    return columns


def _bars(plan: Plan) -> list[Column]:
    paths = [found.path for found in plan.uncertain]
    columns = [
        Column(key="tornado.label", title=plan.t("tornado.input"), style="label",
               values=[input_label(plan, path) for path in paths]),
        Column(key="tornado.rank", title=plan.t("tornado.rank"), style="calc.integer",
               formula="RANK([tornado.width],[tornado.width|all])+COUNTIF([tornado.width|to],[tornado.width])-1"),
    ]  # fmt: skip
    columns += [
        Column(key=f"tornado.{key}", title=plan.t(f"tornado.{key}"), style="calc.factor",
               values=[Formula(f"{{{key}.{path}}}") for path in paths])
        for key in ("p10", "p90")
    ]  # fmt: skip
    for side, end in enumerate(("low", "high")):
        columns.append(
            Column(key=f"tornado.npv_{end}", title=plan.t(f"tornado.npv_{end}"), style="calc.money",
                   values=[Formula(f"{{tornado.npv|@{2 * place + side}}}") for place in range(len(paths))])
        )  # fmt: skip
    columns.append(
        Column(key="tornado.width", title=plan.t("tornado.width"), style="calc.money",
               formula="ABS([tornado.npv_high]-[tornado.npv_low])")
    )  # fmt: skip
    return columns


def _moved_inputs(plan: Plan) -> list[Column]:
    targets: list[Value] = [found.variable for found in plan.uncertain for _ in range(2)]
    labels = [input_label(plan, found.path) for found in plan.uncertain for _ in range(2)]
    columns = [
        Column(key="tornado.who", title=plan.t("tornado.input"), style="label", values=labels),
        Column(key="tornado.target", title=plan.t("range.variable"), style="constant.integer", values=targets),
        Column(key="tornado.side", title=plan.t("tornado.side"), style="constant.integer",
               values=[side for _ in plan.uncertain for side in (0, 1)]),
    ]  # fmt: skip
    for found in plan.uncertain:
        path = found.path
        moved = f"IF([tornado.side]=0,{{p10.{path}}},{{p90.{path}}})"
        columns.append(
            Column(key=f"tornado.in.{path}", title=input_label(plan, path), style=f"calc.{kind_of(plan, path)}",
                   formula=f"IF([tornado.target]={{variable.{path}}},{moved},{{mode.{path}}})")
        )  # fmt: skip
    return columns


def write_break_even(book: Book, plan: Plan) -> None:
    """Write the share of the targets that just pays: all levers together, then each with the others on target.

    False position (Illinois): three rows bracket the answer, sixteen close in on it.
    """
    if not plan.benefits:
        return
    sheet = open_sheet(book, plan, "break_even", tab="result")
    targets = ["all", *(plan.benefits if plan.detail.cases else ())]
    row = put_section(sheet, 3, plan.t("section.break_even"), 4)
    sheet.heights[row] = 30
    for column, head in enumerate(("who", "share", "number")):
        sheet.put(row, column, plan.t(f"break_even.{head}"), "head_left" if column == 0 else "head")
    rows_each = 3 + plan.detail.steps
    for place, target in enumerate(targets):
        here, first = row + 1 + place, place * rows_each
        sheet.put(
            here, 0, plan.t("break_even.all") if target == "all" else plan.benefit_name(target), "label"
        )
        found = f"IF({{try.net|@{first + 2}}}<0,{{text.unreachable}},{{try.share|@{first + rows_each - 1}}})"
        share = f"IF({{cash.pv_costs}}<=0,{{text.none}},IF({{try.net|@{first}}}>=0,{{text.safe}},{found}))"
        sheet.put(here, 1, Formula(share), "result.rate")
        book.name(f"break_even.{target}", "break_even", here, 1)
        sheet.put(here, 2, place, "constant.integer")
        book.name(f"lever.place.{target}", "break_even", here, 2)
        book.names[f"break_even_{target}"] = f"break_even.{target}"
    sheet.put(row + 2 + len(targets), 0, plan.t("break_even.note"), "unit")
    sheet.print_to = (row + 2 + len(targets), 3)
    row = put_section(sheet, row + 4 + len(targets), plan.t("section.rows"), 4)
    sheet.heights[row] = 66
    columns = _tries(plan, len(targets))
    write_table(book, sheet, row=row, column=0, rows=len(targets) * rows_each, columns=columns)
    sheet.widths |= {0: 52, 1: 26} | dict.fromkeys(range(2, len(columns)), 14)
    sheet.freeze = (0, 1)


def _tries(plan: Plan, targets: int) -> list[Column]:
    top, crossed = "{method.farthest}", "[try.net|prev]*[try.net_b|prev]<0"
    phases = [min(step, 5) for step in range(1, 4 + plan.detail.steps)]
    columns = [
        Column(key="try.target", title=plan.t("break_even.who"), style="constant.integer",
               values=[target for target in range(targets) for _ in phases]),
        Column(key="try.phase", title=plan.t("break_even.phase"), style="constant.integer", values=phases * targets),
    ]  # fmt: skip
    at_one = "[try.net|prev2]>=0"
    secant = "([try.a]*[try.net_b]-[try.b]*[try.net_a])/([try.net_b]-[try.net_a])"
    held = f"MAX(0,MIN({top},IF([try.net_b]=[try.net_a],[try.b],{secant})))"
    halved = f"IF({crossed},[try.net_b|prev],[try.net_a|prev]*{{method.half}})"
    for name, formula in (
        ("a", f"CHOOSE([try.phase],0,0,0,0,IF({crossed},[try.b|prev],[try.a|prev]))"),
        ("net_a", f"CHOOSE([try.phase],0,0,0,[try.net|prev3],{halved})"),
        ("b", f"CHOOSE([try.phase],0,0,0,IF({at_one},1,{top}),[try.share|prev])"),
        ("net_b", f"CHOOSE([try.phase],0,0,0,IF({at_one},[try.net|prev2],[try.net|prev]),[try.net|prev])"),
        ("share", f"CHOOSE([try.phase],0,1,{top},{held},{held})"),
    ):
        columns.append(
            Column(
                key=f"try.{name}", title=plan.t(f"break_even.{name}"), style="calc.factor", formula=formula
            )
        )
    columns += [
        Column(key=f"try.on.{benefit}", title=plan.benefit_name(benefit), style="calc.fine",
               formula=f"IF(OR([try.target]=0,[try.target]={{lever.place.{benefit}}}),[try.share],1)"
               if plan.detail.cases else "[try.share]")
        for benefit in plan.benefits
    ]  # fmt: skip
    ledger = RowLedger(prefix="try", switch=lambda benefit: f"[try.on.{benefit}]")
    columns.extend(ledger_columns(plan, ledger))
    columns.append(
        Column(
            key="try.net",
            title=plan.t("break_even.net"),
            style="result.money",
            formula="[try.pv]-{cash.pv_costs}",
        )
    )
    return columns
