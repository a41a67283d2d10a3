"""The little workbook behind each native chart: what a person sees who chooses "Edit data".

Cells are written where the chart says that it reads them. Texts are texts, whatever they begin with; the waterfall's
helper columns are formulas of its amounts, so that changing an amount moves every column after it.
"""

from __future__ import annotations

import datetime as dt
import io
import re
from typing import Any, Final

import xlsxwriter
from pptx.oxml.ns import qn
from xlsxwriter.utility import xl_cell_to_rowcol

from cxmaturity.reporting.deck.values import WaterfallChart

_RANGE: Final = re.compile(r"\$([A-Z]+)\$(\d+)(?::\$([A-Z]+)\$(\d+))?$")
_MADE: Final = dt.datetime(2000, 1, 1, tzinfo=dt.UTC).replace(tzinfo=None)
"""The date inside the workbook of a chart: always the same, so that the same figures give the same bytes."""


def chart_book(chart: Any, waterfall: WaterfallChart | None = None) -> bytes:
    """Return the workbook of a chart, every cell that the chart refers to filled with what the chart shows."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(
        buffer,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    book.set_properties({"created": _MADE})
    sheet = book.add_worksheet("Sheet1")
    for reference in chart._chartSpace.iter(qn("c:f")):  # noqa: SLF001  # python-pptx does not list references
        _fill(sheet, reference)
    if waterfall is not None:
        _waterfall_formulas(book, sheet, waterfall)
    sheet.set_column(0, 0, 34)
    book.close()
    return buffer.getvalue()


def _fill(sheet: Any, reference: Any) -> None:
    found = _RANGE.search(reference.text or "")
    cache = reference.getnext()
    if found is None or cache is None:
        return
    row, column = xl_cell_to_rowcol(f"{found[1]}{found[2]}")
    numeric = cache.tag == qn("c:numCache")
    for point in cache.iter(qn("c:pt")):
        text = point.find(qn("c:v")).text or ""
        at = row + int(point.get("idx"))
        if numeric:
            sheet.write_number(at, column, float(text))
        else:
            sheet.write_string(at, column, text)


def _waterfall_formulas(book: Any, sheet: Any, plan: WaterfallChart) -> None:
    """Write amounts in column I, start and end in J and K, and the chart's columns B to F as formulas of them."""
    bold = book.add_format({"bold": True})
    for column, title in enumerate(("Total (1)", "Amount", "Start", "End"), start=7):
        sheet.write_string(0, column, title, bold)
    for index, step in enumerate(plan.steps):
        row, above = index + 2, index + 1
        amount, before = step.amount, f"K{above}" if index else "0"
        sheet.write_number(row - 1, 7, int(step.total))
        if step.total:
            sheet.write_formula(row - 1, 8, f"={before}", None, amount)
        else:
            sheet.write_number(row - 1, 8, amount)
        sheet.write_formula(row - 1, 9, f"=IF(H{row}=1,0,{before})", None, step.start)
        sheet.write_formula(row - 1, 10, f"=J{row}+I{row}", None, step.end)
        ends = f"J{row},K{row}"
        columns = waterfall_columns(step.start, step.end)
        formulas = (
            f"=IF(MIN({ends})>=0,MIN({ends}),IF(MAX({ends})<=0,MAX({ends}),0))",
            f"=MAX({ends},0)-MAX(MIN({ends}),0)",
            f"=MIN({ends},0)-MIN(MAX({ends}),0)",
            f"=IF(I{row}>=0,IF(MAX({ends})>0,I{row},-I{row}),0)",
            f"=IF(I{row}<0,IF(MAX({ends})>0,-I{row},I{row}),0)",
        )
        for column, (formula, value) in enumerate(zip(formulas, columns, strict=True), start=1):
            sheet.write_formula(row - 1, column, formula, None, value)


def waterfall_columns(start: float, end: float) -> tuple[float, float, float, float, float]:
    """Return base, part above zero, part below zero, and the carriers of the label of a rise and of a fall.

    A carrier is an invisible column on top of the visible one; its height is the amount, so that its label, bound to its value,
    shows the amount just above the column (below it under zero).

    Examples
    --------
    >>> waterfall_columns(680.0, -120.0)
    (0.0, 680.0, -120.0, 0.0, 800.0)
    """
    low, high, amount = min(start, end), max(start, end), end - start
    base = low if low >= 0 else high if high <= 0 else 0.0
    above = max(high, 0.0) - max(low, 0.0)
    below = min(low, 0.0) - min(high, 0.0)
    size = abs(amount) if high > 0 else -abs(amount)
    return (base, above, below, size if amount >= 0 else 0.0, size if amount < 0 else 0.0)
