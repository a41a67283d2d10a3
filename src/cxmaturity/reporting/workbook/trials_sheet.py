"""The Monte Carlo sheet: one trial per row, with the random numbers of the engine written as cell formulas.

The numbers are those of the counter-based HDR generator (`business_case.hdr`): they depend on the trial, the
input and the seed only, so that row n here is trial n of the engine, to the last digit.
"""

from __future__ import annotations

from typing import Final

from cxmaturity.business_case.uncertain import GATE_VARIABLE
from cxmaturity.reporting.workbook.book import Book, Column, Formula, Sheet, write_table
from cxmaturity.reporting.workbook.compact import RowLedger, ledger_columns, npv_columns
from cxmaturity.reporting.workbook.inputs_sheet import input_label, kind_of
from cxmaturity.reporting.workbook.layout import open_sheet, put_section
from cxmaturity.reporting.workbook.plan import Plan
from cxmaturity.reporting.workbook.ranges_sheet import quantile

# Hubbard (2019): multipliers of counter, variable, entity and two seeds; modulus, factor, shift; factor, modulus.
_FIRST: Final = (
    2_499_997,
    1_800_451,
    2_000_371,
    1_796_777,
    2_299_603,
    7_450_589,
    4_658,
    7_450_581,
    383,
    99_991,
)
_SECOND: Final = (
    2_246_527, 2_399_993, 2_100_869, 1_918_303, 1_624_729, 7_450_987, 7_580, 7_560_584, 17_669, 7_440_893,
)  # fmt: skip
_PARTS: Final = (
    "counter", "variable", "entity", "seed3", "seed4", "modulus", "factor", "shift", "last_factor", "last_modulus",
)  # fmt: skip
_JOIN: Final = (("large", 999_999_999_999_989), ("join", 7_440_893), ("mix", 1_343), ("range", 4_294_967_296))
_BINS: Final = 20
FIGURES: Final = (
    "mean", "sd", "standard_error", "p10", "p50", "p90", "probability_of_loss", "probability_of_loss_error", "cvar5", "evpi",
)  # fmt: skip


def write_trials(book: Book, plan: Plan) -> None:
    """Write the summary of the trials, the constants of the generator, then the trials."""
    if not plan.uncertain:
        return
    sheet = open_sheet(book, plan, "monte_carlo", tab="result")
    row = _figures(book, plan, sheet, 3)
    row = _distribution(book, plan, sheet, row + 1)
    sheet.print_to = (row, 5)
    row = _generator(book, plan, sheet, row + 1)
    row = _variables(book, plan, sheet, row + 1)
    row = put_section(sheet, row + 1, plan.t("section.trials"), 6)
    sheet.heights[row] = 66
    columns = _columns(plan)
    write_table(book, sheet, row=row, column=0, rows=plan.trials, columns=columns)
    sheet.widths[0] = 46
    for column in range(1, len(columns)):
        sheet.widths[column] = 14
    sheet.freeze = (0, 1)


def _figures(book: Book, plan: Plan, sheet: Sheet, row: int) -> int:
    engine = plan.result.simulation
    row = put_section(sheet, row, plan.t("section.figures"), 6)
    sheet.heights[row] = 30
    for column, head in enumerate(("figure", "here", "engine")):
        sheet.put(row, column, plan.t(f"trials.{head}"), "head_left" if column == 0 else "head")
    draws = plan.trials, None if engine is None else engine.draws
    row += 1
    sheet.put(row, 0, plan.t("trials.draws"), "label")
    sheet.put(row, 1, Formula("COUNT([trial.npv|all])"), "calc.count")
    book.name("trials.draws", "monte_carlo", row, 1)
    if draws[1] is not None:
        sheet.put(row, 2, draws[1], "pasted.count")
        book.name("engine.draws", "monte_carlo", row, 2)
        book.names["simulation_draws"] = "engine.draws"
    for name in FIGURES:
        row += 1
        kind = "rate" if name.startswith("probability") else "money"
        sheet.put(row, 0, plan.t(f"trials.{name}"), "label")
        sheet.put(row, 1, Formula(_FORMULAS[name]), f"result.{kind}")
        book.name(f"trials.{name}", "monte_carlo", row, 1)
        book.names[f"trials_{name}"] = f"trials.{name}"
        value = plan.result.evpi if name == "evpi" else None if engine is None else getattr(engine, name)
        if value is not None:
            sheet.put(row, 2, value, f"pasted.{kind}")
            book.name(f"engine.{name}", "monte_carlo", row, 2)
            book.names[f"simulation_{name}"] = f"engine.{name}"
    sheet.put(row + 1, 0, plan.t("trials.note"), "unit")
    return row + 2


_FORMULAS: Final = {
    "mean": "AVERAGE([trial.npv|all])",
    "sd": "STDEV([trial.npv|all])",
    "standard_error": "{trials.sd}/SQRT({trials.draws})",
    "p10": "PERCENTILE([trial.npv|all],{method.p_low})",
    "p50": "PERCENTILE([trial.npv|all],{method.p_middle})",
    "p90": "PERCENTILE([trial.npv|all],{method.p_high})",
    "probability_of_loss": "SUM([trial.loss|all])/{trials.draws}",
    "probability_of_loss_error": (
        "SQRT({trials.probability_of_loss}*(1-{trials.probability_of_loss})/{trials.draws})"
    ),
    "cvar5": (
        "(SUMPRODUCT([trial.npv|all],[trial.worst|all])+{trials.threshold}*({trials.kept}-SUM([trial.worst|all])))/{trials.kept}"
    ),
    "evpi": "AVERAGE([trial.gain|all])-MAX(0,{trials.mean})",
}


def _distribution(book: Book, plan: Plan, sheet: Sheet, row: int) -> int:
    """Write how many trials fall in each of twenty classes; the chart draws it."""
    row = put_section(sheet, row, plan.t("section.distribution"), 6)
    for name, content, style in (
        ("least", Formula("MIN([trial.npv|all])"), "calc.money"),
        ("width", Formula("(MAX([trial.npv|all])-{bins.least})/{bins.count}"), "calc.money"),
        ("count", _BINS, "constant.integer"),
    ):
        sheet.put(row, 0, plan.t(f"charts.bins.{name}"), "label")
        sheet.put(row, 1, content, style)
        book.name(f"bins.{name}", "monte_carlo", row, 1)
        row += 1
    columns = (
        Column(key="bins.number", title=plan.t("charts.bin"), style="constant.integer", values=range(1, _BINS + 1)),
        Column(key="bins.from", title=plan.t("charts.from"), style="calc.money",
               formula="{bins.least}+([bins.number]-1)*{bins.width}"),
        Column(key="bins.trials", title=plan.t("charts.trials"), style="calc.integer",
               formula="COUNTIF([trial.bin|all],[bins.number])"),
        Column(key="bins.loss", title=plan.t("charts.loss"), style="calc.integer",
               formula="IF([bins.from]+{bins.width}*{method.half}<0,[bins.trials],0)"),
        Column(key="bins.gain", title=plan.t("charts.gain"), style="calc.integer", formula="[bins.trials]-[bins.loss]"),
    )  # fmt: skip
    return write_table(book, sheet, row=row, column=0, rows=_BINS, columns=columns)


def _generator(book: Book, plan: Plan, sheet: Sheet, row: int) -> int:
    row = put_section(sheet, row, plan.t("section.generator"), 6)
    uncertainty = plan.case.uncertainty
    for name, value in (("seed", uncertainty.seed), ("entity", 1), ("seed4", 0)):
        sheet.put(row, 0, plan.t(f"hdr.{name}"), "label")
        sheet.put(row, 1, value, "input.integer" if name == "seed" else "constant.integer")
        book.name(f"hdr.{name}", "monte_carlo", row, 1)
        row += 1
    for name, value in _JOIN:
        sheet.put(row, 0, plan.t("hdr.constant", name=name), "label")
        sheet.put(row, 1, value, "constant.integer")
        book.name(f"hdr.{name}", "monte_carlo", row, 1)
        row += 1
    for part, first, second in zip(_PARTS, _FIRST, _SECOND, strict=True):
        sheet.put(row, 0, plan.t("hdr.constant", name=part), "label")
        for column, (half, value) in enumerate((("first", first), ("second", second)), 1):
            sheet.put(row, column, value, "constant.integer")
            book.name(f"hdr.{half}.{part}", "monte_carlo", row, column)
        row += 1
    if uncertainty.success_probability is not None:
        sheet.put(row, 0, plan.t("hdr.success"), "label")
        sheet.put(row, 1, uncertainty.success_probability, "input.fine")
        book.name("hdr.success", "monte_carlo", row, 1)
        row += 1
    for name, formula in (
        ("kept", "MAX(1,INT({trials.draws}*{method.tail_percent}/{method.percent}))"),
        ("threshold", "SMALL([trial.npv|all],{trials.kept})"),
    ):
        sheet.put(row, 0, plan.t(f"trials.{name}"), "label")
        sheet.put(row, 1, Formula(formula), "calc.count")
        book.name(f"trials.{name}", "monte_carlo", row, 1)
        row += 1
    return row


def _streams(plan: Plan) -> list[tuple[str, str, int]]:
    """Return the streams of random numbers: key, title, variable id."""
    factors = sorted({found.factor for found in plan.uncertain if found.factor is not None})
    streams = [(f"factor.{factor}", plan.t("trials.factor", id=factor), factor) for factor in factors]
    streams += [(found.path, input_label(plan, found.path), found.variable) for found in plan.uncertain]
    if plan.case.uncertainty.success_probability is not None:
        streams.append(("gate", plan.t("trials.gate"), GATE_VARIABLE))
    return streams


def _variables(book: Book, plan: Plan, sheet: Sheet, row: int) -> int:
    """Write, per stream, the part of the two hash sums that no trial changes."""
    row = put_section(sheet, row, plan.t("section.streams"), 6)
    streams = _streams(plan)
    columns = [
        Column(key="stream.name", title=plan.t("trials.stream"), style="label", values=[title for _, title, _ in streams]),
        Column(key="stream.variable", title=plan.t("range.variable"), style="constant.integer",
               values=[variable for _, _, variable in streams]),
    ]  # fmt: skip
    for half in ("first", "second"):
        terms = (f"[stream.variable]*{{hdr.{half}.variable}}", f"{{hdr.entity}}*{{hdr.{half}.entity}}",
                 f"{{hdr.seed}}*{{hdr.{half}.seed3}}", f"{{hdr.seed4}}*{{hdr.{half}.seed4}}")  # fmt: skip
        columns.append(
            Column(
                key=f"stream.{half}",
                title=plan.t(f"trials.hash_{half}"),
                style="calc.integer",
                formula="+".join(terms),
            )
        )
    return write_table(book, sheet, row=row, column=0, rows=len(streams), columns=columns)


def _uniform(place: int) -> str:
    """Return the formula of the random number of the stream at `place` in the trial of the row."""
    halves = []
    for half in ("first", "second"):
        total = f"[trial.number]*{{hdr.{half}.counter}}+{{stream.{half}|@{place}}}"
        inner = f"MOD({total},{{hdr.{half}.modulus}})*{{hdr.{half}.factor}}+{{hdr.{half}.shift}}"
        halves.append(
            f"MOD(MOD({{hdr.large}},{inner})*{{hdr.{half}.last_factor}},{{hdr.{half}.last_modulus}})"
        )
    joined = f"MOD(({halves[0]}*{{hdr.join}}+{halves[1]})*{{hdr.mix}},{{hdr.range}})"
    return f"({joined}+{{method.half}})/{{hdr.range}}"


def _columns(plan: Plan) -> list[Column]:
    streams = _streams(plan)
    columns = [
        Column(
            key="trial.number",
            title=plan.t("trials.number"),
            style="constant.integer",
            values=range(1, plan.trials + 1),
        )
    ]
    columns += [
        Column(
            key=f"trial.u.{key}",
            title=plan.t("trials.uniform", name=title),
            style="calc.uniform",
            formula=_uniform(place),
        )
        for place, (key, title, _) in enumerate(streams)
    ]
    for found in plan.uncertain:
        path, u = found.path, f"[trial.u.{found.path}]"
        label = input_label(plan, path)
        if found.factor is not None:
            loading = f"{{loading.{path}}}"
            common = f"SQRT({loading})*NORM.S.INV([trial.u.factor.{found.factor}])"
            score = f"{common}+SQRT(1-{loading})*NORM.S.INV({u})"
            u = f"[trial.tied.{path}]"
            columns.append(
                Column(key=f"trial.tied.{path}", title=plan.t("trials.tied", name=label), style="calc.uniform",
                       formula=f"NORM.S.DIST({score},1)")
            )  # fmt: skip
        columns.append(
            Column(
                key=f"run.in.{path}",
                title=label,
                style=f"calc.{kind_of(plan, path)}",
                formula=quantile(found, u),
            )
        )
    ledger = RowLedger(prefix="run", varied=plan.varied)
    return [*columns, *ledger_columns(plan, ledger), *npv_columns(plan, ledger), *_outcomes(plan)]


def _outcomes(plan: Plan) -> list[Column]:
    npv = "[run.npv]"
    if plan.case.uncertainty.success_probability is not None:
        varies = any(path.startswith("costs.") for path in plan.varied)
        start = "[run.cost.0]" if varies else "{costs.total|first}"
        npv = f"IF([trial.u.gate]<={{hdr.success}},[run.npv],0-{start})"
    class_ = "IF({bins.width}>0,INT(([trial.npv]-{bins.least})/{bins.width})+1,1)"
    return [
        Column(key="trial.npv", title=plan.t("trials.npv"), style="result.money", formula=npv),
        Column(key="trial.loss", title=plan.t("trials.loss"), style="calc.integer", formula="IF([trial.npv]<0,1,0)"),
        Column(key="trial.worst", title=plan.t("trials.worst"), style="calc.integer",
               formula="IF([trial.npv]<{trials.threshold},1,0)"),
        Column(key="trial.bin", title=plan.t("charts.bin"), style="calc.integer", formula=f"MIN({{bins.count}},{class_})"),
        Column(key="trial.gain", title=plan.t("trials.gain"), style="calc.money", formula="MAX(0,[trial.npv])"),
    ]  # fmt: skip
