"""Cover, checks and log: what the workbook is, whether it agrees with itself, where it comes from."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from importlib.metadata import version
from typing import Final

from cxmaturity import i18n
from cxmaturity.business_case.inputs import estimates
from cxmaturity.business_case.uncertain import cost_estimates
from cxmaturity.reporting.workbook.book import Book, Formula, Sheet, Value
from cxmaturity.reporting.workbook.inputs_sheet import SCENARIOS
from cxmaturity.reporting.workbook.layout import ORDER, open_sheet, put_section
from cxmaturity.reporting.workbook.plan import Plan
from cxmaturity.reporting.workbook.ranges_sheet import shape_of
from cxmaturity.reporting.workbook.render import quoted
from cxmaturity.reporting.workbook.style import BAD_FILL, BAD_INK, GOOD_FILL, GOOD_INK

_COVER_WIDTH: Final = 4
_CHECK: Final = "IF(ABS([check.value])<=[check.tolerance],1,0)"


def inputs_hash(plan: Plan) -> str:
    """Return a short fingerprint of everything that was typed: same inputs, same workbook."""
    return hashlib.sha256(repr(plan.case).encode()).hexdigest()[:16]


def write_cover(book: Book, plan: Plan) -> None:
    """Write what this is, for whom, whether the checks pass, how to read it, and the sheets."""
    sheet = book.sheet("cover", plan.t("tab.cover"))
    sheet.tab, sheet.landscape = "control", False
    client = plan.diagnostic.engagement.client
    sheet.widths |= {0: 34, 1: 34, 2: 26, 3: 26}
    sheet.put(0, 0, plan.t("cover.title"), "title")
    sheet.put(1, 0, client.name, "big")
    sheet.put(2, 0, client.sector, "subtitle")
    sheet.heights[0] = 28
    row = put_section(sheet, 4, plan.t("cover.identity"), _COVER_WIDTH)
    row = _identity(plan, sheet, row)
    row = put_section(sheet, row + 1, plan.t("cover.result"), _COVER_WIDTH)
    row = _result(book, plan, sheet, row)
    row = put_section(sheet, row + 1, plan.t("cover.reading"), _COVER_WIDTH)
    for text in _reading(plan):
        sheet.put(row, 0, text, "wrap")
        sheet.merges.append((row, 0, row, _COVER_WIDTH - 1))
        sheet.heights[row] = 15 * (1 + len(text) // 130)
        row += 1
    row = put_section(sheet, row + 1, plan.t("cover.colours"), _COVER_WIDTH)
    for style in ("input.general", "constant.general", "calc.general", "result.general", "pasted.general"):
        sheet.put(row, 0, plan.t("cover.sample"), style)
        sheet.put(row, 1, plan.t(f"cover.colour.{style.partition('.')[0]}"), "label")
        row += 1
    row = put_section(sheet, row + 1, plan.t("cover.sheets"), _COVER_WIDTH)
    for key in ORDER[1:]:
        if key not in book.sheets:
            continue
        other = book.sheets[key]
        sheet.put(row, 0, other.title, "link")
        sheet.links[row, 0] = f"internal:{quoted(other.title)}!A1"
        sheet.put(row, 1, plan.t(f"purpose.{key}"), "label")
        row += 1


def _identity(plan: Plan, sheet: Sheet, row: int) -> int:
    diagnostic = plan.diagnostic
    rows: list[tuple[str, Value, str]] = [
        ("purpose", plan.t("cover.purpose.text"), "label"),
        ("date", diagnostic.as_of, "constant.date"),
        ("currency", plan.case.currency, "label"),
        ("version", f"cxmaturity {version('cxmaturity')}", "label"),
        ("hash", inputs_hash(plan), "label"),
        ("prudence", plan.t(f"prudence.{plan.case.uncertainty.prudence}"), "label"),
    ]
    if diagnostic.engagement.client.note:
        rows.append(("note", diagnostic.engagement.client.note, "label"))
    for key, value, style in rows:
        sheet.put(row, 0, plan.t(f"cover.{key}"), "strong")
        sheet.put(row, 1, value, style if style == "label" else "cover_date")
        row += 1
    return row


def _result(book: Book, plan: Plan, sheet: Sheet, row: int) -> int:
    flag = "IF({checks.failed}=0,{checks.word.good},{checks.word.bad})"
    rows = [
        ("checks", Formula(flag), "flag"),
        ("scenario", Formula("{scenario.chosen}"), "calc.general"),
        ("npv", Formula("{summary.npv}"), "currency_big"),
    ]
    if plan.uncertain:
        rows.append(("loss", Formula("{trials.probability_of_loss}"), "result.rate_left"))
    for key, content, style in rows:
        sheet.put(row, 0, plan.t(f"cover.{key}"), "strong")
        sheet.put(row, 1, content, style)
        if key == "checks":
            book.name("cover.checks", "cover", row, 1)
            book.names["checks_flag"] = "cover.checks"
            area = (row, 1, row, 1)
            for word, fill, ink in (("good", GOOD_FILL, GOOD_INK), ("bad", BAD_FILL, BAD_INK)):
                rule = {"type": "cell", "criteria": "==", "value": f'"{plan.t(f"checks.{word}")}"'}
                sheet.conditionals.append(
                    (area, rule | {"format": {"bg_color": fill, "font_color": ink, "bold": True}})
                )
        row += 1
    sheet.put(row, 0, plan.t("cover.npv_written"), "strong")
    sheet.put(row, 1, plan.result.npv, "pasted_left")
    book.name("written.npv", "cover", row, 1)
    return row + 1


def _reading(plan: Plan) -> list[str]:
    lines = [plan.t(f"cover.reading.{name}") for name in ("start", "switch", "live")]
    if plan.uncertain:
        lines.append(plan.t("cover.reading.trials", trials=i18n.number(plan.trials, plan.language)))
    if plan.sbg is not None:
        lines.append(plan.t("cover.reading.tenure"))
    return [*lines, plan.t("cover.reading.structure"), plan.t("cover.reading.rates")]


def write_checks(book: Book, plan: Plan) -> None:
    """Write every check as a difference that must be nil, and one count of those that fail."""
    sheet = open_sheet(book, plan, "checks", tab="control")
    sheet.widths |= {0: 70, 1: 18, 2: 16, 3: 12}
    sheet.put(3, 0, plan.t("checks.failed"), "strong")
    book.name("checks.failed", "checks", 3, 1)
    sheet.put(3, 1, Formula("COUNT([check.ok|all])-SUM([check.ok|all])"), "result.integer")
    for column, word in enumerate(("good", "bad"), 2):
        sheet.put(3, column, plan.t(f"checks.{word}"), "constant.general")
        book.name(f"checks.word.{word}", "checks", 3, column)
    for column, head in enumerate(("check", "value", "tolerance", "ok")):
        sheet.put(5, column, plan.t(f"checks.{head}"), "head_left" if column == 0 else "head")
    found = list(_checks(plan))
    for key, column in (("check.value", 1), ("check.tolerance", 2), ("check.ok", 3)):
        book.name(key, "checks", 6, column, "column", len(found))
    for row, (label, value, tolerance) in enumerate(found, 6):
        sheet.put(row, 0, label, "label")
        sheet.put(row, 1, Formula(value), "calc.tiny")
        sheet.put(row, 2, Formula(tolerance), "calc.tiny")
        sheet.put(row, 3, Formula(_CHECK), "calc.integer")
    last = 5 + len(found)
    for passes, fill, ink in ((1, GOOD_FILL, GOOD_INK), (0, BAD_FILL, BAD_INK)):
        rule = {
            "type": "cell",
            "criteria": "==",
            "value": passes,
            "format": {"bg_color": fill, "font_color": ink},
        }
        sheet.conditionals.append(((6, 3, last, 3), rule))
    sheet.freeze = (6, 1)
    sheet.landscape = False


def _checks(plan: Plan) -> Iterator[tuple[str, str, str]]:
    """Yield label, difference that must be nil, tolerance."""
    money = "{method.tolerance}*MAX(1,{cash.pv_benefits},{cash.pv_costs})"
    if plan.benefits:
        yield plan.t("checks.shapley"), "{summary.benefits.total}-{cash.pv_benefits}", money
        yield plan.t("checks.shapley_years"), "SUM([benefits.shares|years])-SUM([ledger.gain|years])", money
        full = 2 ** len(plan.benefits) - 1
        yield plan.t("checks.coalition"), f"{{shapley.pv|@{full}}}-{{cash.pv_benefits}}", money
        yield plan.t("checks.nobody"), "{shapley.pv|first}", money
    yield plan.t("checks.cash"), "{cash.flow.total}-({cash.benefits.total}-{cash.costs.total})", money
    yield plan.t("checks.cumulative"), "{cash.cumulative|last}-{cash.flow.total}", money
    yield plan.t("checks.npv"), "SUMPRODUCT([cash.flow|all],[timing.factor|all])-{cash.npv}", money
    yield plan.t("checks.discounted"), "{cash.cumulative_pv|last}-{cash.npv}", money
    yield plan.t("checks.factor"), "{timing.factor|first}-1", "{method.tolerance}"
    yield plan.t("checks.root"), "IF({rates.root1.found}=1,{rates.root1.worth|last},0)", money
    yield plan.t("checks.roots"), f"MAX(0,{{rates.count}}-{{rates.root{plan.detail.roots}.number}})", "0"
    yield plan.t("checks.costs_sign"), "MIN(0,{cash.costs.total})", "0"
    for name, line in (("wallet", "wallet_share"), ("option", "option_rate")):
        if {"wallet": "spend", "option": "option"}[name] in plan.blocks:
            moved = {"wallet": "preference", "option": "advantage"}[name]
            if moved in plan.benefits:
                base = {
                    "wallet": "baseline.consumers.share_of_wallet", "option": "baseline.option.subscription_rate",
                }[name]  # fmt: skip
                reached = f"{{in.{base}}}+MAX([ledger.with.{line}_gain|years])"
                yield plan.t(f"checks.{name}"), f"MAX(0,{reached}-1)", "0"
    if "population" in plan.blocks and "retention" in plan.benefits:
        yield (
            plan.t("checks.churn"),
            "MAX(0,MAX([ledger.with.cut|years])-MAX([ledger.without.churn|years]))",
            "0",
        )
    if "population" in plan.blocks:
        yield plan.t("checks.customers"), "MIN(0,MIN([ledger.with.closing|years]))", "0"
    yield from _input_checks(plan)
    yield from _uncertainty_checks(plan)
    if plan.sbg is not None:
        yield plan.t("checks.fit"), "{sbg.slope}", "{method.fit_tolerance}"


def _input_checks(plan: Plan) -> Iterator[tuple[str, str, str]]:
    """Rates stay in [0, 1], amounts are not negative, low, mode and high rise."""
    rates, amounts, order = [], [], []
    for path, given in (*estimates(plan.case), *cost_estimates(plan.case)):
        value = f"{{in.{path}}}"
        if path.startswith("costs.") or not _is_rate(plan, path):
            amounts.append(f"MIN(0,{value})")
        else:
            rates.append(f"MAX(0,{value}-1)-MIN(0,{value})")
        if path in plan.varied and given.shape != "measured":
            ends = [f"{{{name}.{path}}}" for name in ("low", "mode", "high")]
            order.append(f"MAX(0,{ends[0]}-{ends[1]})+MAX(0,{ends[1]}-{ends[2]})")
    for name, parts in (("rates", rates), ("amounts", amounts), ("order", order)):
        # A formula has at most 8,192 characters: inputs are checked twenty at a time.
        for start in range(0, len(parts), 20):
            yield plan.t(f"checks.{name}", n=start // 20 + 1), "+".join(parts[start : start + 20]), "0"


def _is_rate(plan: Plan, path: str) -> bool:
    if path.endswith((".referred_value_premium", ".annual_revenue")) or path == "baseline.annual_revenue":
        return False
    return plan.catalog.input(path).kind == "rate"


def _uncertainty_checks(plan: Plan) -> Iterator[tuple[str, str, str]]:
    if not plan.uncertain:
        return
    money = "{method.tolerance}*MAX(1,{cash.pv_benefits},{cash.pv_costs})"
    chosen = ",".join(f"{{scenarios.{name}}}" for name in SCENARIOS)
    yield plan.t("checks.scenario"), f"{{cash.npv}}-CHOOSE({{scenario}},{chosen})", money
    yield plan.t("checks.scenario_order"), "MAX(0,{scenarios.prudent}-{scenarios.likely})", money
    streams = "[trial.u." + plan.uncertain[0].path + "|all]"
    yield plan.t("checks.uniform"), f"IF(AND(MIN({streams})>0,MAX({streams})<1),0,1)", "0"
    if all(shape_of(found) == "pert" for found in plan.uncertain):
        inside = plan.uncertain[0].path
        low = f"MIN([run.in.{inside}|all])-{{low.{inside}}}"
        yield plan.t("checks.inside"), f"MIN(0,{low})", "{method.tolerance}"


def write_log(book: Book, plan: Plan) -> None:
    """Write what made this file, the warnings of the engine, what was left out, and the simplifications."""
    sheet = open_sheet(book, plan, "log", tab="control")
    sheet.widths |= {0: 34, 1: 120}
    sheet.landscape = False
    row = put_section(sheet, 3, plan.t("section.made"), 2)
    rows = [
        ("date", i18n.date(plan.diagnostic.as_of, plan.language)),
        ("version", f"cxmaturity {version('cxmaturity')}"),
        ("hash", inputs_hash(plan)),
        ("seed", str(plan.case.uncertainty.seed)),
    ]
    for key, value in rows:
        sheet.put(row, 0, plan.t(f"log.{key}"), "label")
        sheet.put(row, 1, value, "label")
        row += 1
    notes = () if plan.result.simulation is None else plan.result.simulation.notes
    for section, problems in (("warnings", plan.result.warnings), ("notes", notes)):
        row = put_section(sheet, row + 1, plan.t(f"section.{section}"), 2)
        for problem in problems:
            sheet.put(row, 0, problem.dotted, "path")
            sheet.put(row, 1, i18n.describe(problem, plan.language), "wrap")
            row += 1
        if not problems:
            sheet.put(row, 1, plan.t("log.nothing"), "label")
            row += 1
    row = put_section(sheet, row + 1, plan.t("section.not_evaluated"), 2)
    for absent in plan.result.not_evaluated:
        sheet.put(row, 0, plan.benefit_name(absent.benefit), "label")
        sheet.put(row, 1, ", ".join(absent.missing), "wrap")
        row += 1
    row = put_section(sheet, row + 1, plan.t("section.simplifications"), 2)
    for name in ("ledger", "trials", "structure", "rates"):
        sheet.put(row, 1, plan.t(f"log.{name}"), "wrap")
        sheet.heights[row] = 30
        row += 1
