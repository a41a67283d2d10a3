"""A whole ledger in one row of a table: the columns that coalitions, scenarios, bars and trials have in common."""

from __future__ import annotations

from collections.abc import Callable

import attrs

from cxmaturity.reporting.workbook.book import Column
from cxmaturity.reporting.workbook.ledger_sheet import line_label
from cxmaturity.reporting.workbook.lines import InOneRow, ledger_lines
from cxmaturity.reporting.workbook.plan import Plan
from cxmaturity.reporting.workbook.time_sheets import cost_path


def _always(benefit: str) -> str:
    del benefit
    return ""


@attrs.frozen(kw_only=True)
class RowLedger:
    """How a table holds a ledger per row.

    Parameters
    ----------
    prefix : str
        Of all column keys.
    varied : frozenset of str
        Inputs that have a column of their own, ``<prefix>.in.<path>``; the ledger without the programme is then
        computed in the row too.
    switch : function
        Benefit to the piece of formula that switches it on.
    """

    prefix: str
    varied: frozenset[str] = frozenset()
    switch: Callable[[str], str] = _always

    @property
    def own_base(self) -> bool:
        """Whether something that the ledger without the programme reads varies."""
        return any(path.startswith("baseline.") for path in self.varied)

    def frame(self, year: int, *, with_programme: bool) -> InOneRow:
        """Return the frame of one year and side."""
        base = f"{self.prefix}.without" if self.own_base else None
        return InOneRow(
            prefix=f"{self.prefix}.with" if with_programme else f"{self.prefix}.without",
            base_prefix=base,
            with_programme=with_programme,
            year=year,
            inputs=f"{self.prefix}.in",
            varied=self.varied,
            switch=self.switch,
        )


def ledger_columns(plan: Plan, row: RowLedger) -> list[Column]:
    """Return the columns of the ledger and what the programme gains each year, ``<prefix>.gain.<year>``."""
    columns: list[Column] = []
    sides = ((False, "without"), (True, "with")) if row.own_base else ((True, "with"),)
    for with_programme, side in sides:
        for year in range(1, plan.years + 1):
            frame = row.frame(year, with_programme=with_programme)
            for line in ledger_lines(plan, frame):
                title = plan.t(f"table.{side}", line=line_label(plan, line.name), year=year)
                key = f"{row.prefix}.{side}.{line.name}.{year}"
                columns.append(Column(key=key, title=title, style=f"calc.{line.kind}", formula=line.formula))
    for year in range(1, plan.years + 1):
        before = (
            f"[{row.prefix}.without.total.{year}]" if row.own_base else f"{{ledger.without.total|@{year}}}"
        )
        columns.append(
            Column(
                key=f"{row.prefix}.gain.{year}",
                title=plan.t("table.gain", year=year),
                style="calc.money",
                formula=f"[{row.prefix}.with.total.{year}]-{before}",
            )
        )
    terms = "+".join(
        f"[{row.prefix}.gain.{year}]*{{timing.factor|@{year}}}" for year in range(1, plan.years + 1)
    )
    columns.append(
        Column(key=f"{row.prefix}.pv", title=plan.t("table.pv_benefits"), style="result.money", formula=terms)
    )
    return columns


def npv_columns(plan: Plan, row: RowLedger) -> list[Column]:
    """Return the costs of each year when they vary, their present value, and the NPV, ``<prefix>.npv``."""
    columns: list[Column] = []
    pv_costs = "{cash.pv_costs}"
    if any(path.startswith("costs.") for path in row.varied):
        columns += [
            Column(
                key=f"{row.prefix}.cost.{year}",
                title=plan.t("table.cost", year=year) if year else plan.t("table.cost_start"),
                style="calc.money",
                formula=_cost(plan, row, year),
            )
            for year in range(plan.years + 1)
        ]
        terms = (f"[{row.prefix}.cost.{year}]*{{timing.factor|@{year}}}" for year in range(plan.years + 1))
        pv_costs = f"[{row.prefix}.pv_costs]"
        columns.append(
            Column(
                key=f"{row.prefix}.pv_costs",
                title=plan.t("table.pv_costs"),
                style="calc.money",
                formula="+".join(terms),
            )
        )
    npv = f"[{row.prefix}.pv]-{pv_costs}"
    columns.append(
        Column(key=f"{row.prefix}.npv", title=plan.t("table.npv"), style="result.money", formula=npv)
    )
    return columns


def _cost(plan: Plan, row: RowLedger, year: int) -> str:
    frame = row.frame(1, with_programme=True)
    paths = (cost_path(plan, number, year) for number in range(len(plan.case.costs)))
    terms = "+".join(frame.given(path) for path in paths if path is not None)
    return f"({terms or '0'})*(1+{{fin.optimism_bias}})"
