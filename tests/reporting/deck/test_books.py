"""The workbook behind a waterfall: columns that stack up to the steps, formulas that follow the amounts."""

from __future__ import annotations

import io

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxmaturity.reporting.deck.books import waterfall_columns
from cxmaturity.reporting.deck.chart_parts import number_format
from cxmaturity.reporting.deck.values import Numbers

AMOUNT = st.floats(-1e7, 1e7)


@given(start=AMOUNT, end=AMOUNT)
def test_stacked_columns_draw_the_step(start, end):
    """Positives stack up and negatives down: the visible parts cover exactly the interval from start to end."""
    base, above, below, rise, fall = waterfall_columns(start, end)
    low, high = min(start, end), max(start, end)

    assert above >= 0 >= below
    assert max(base, 0) + above == pytest.approx(max(high, 0), abs=1e-6)
    assert max(base, 0) == pytest.approx(max(low, 0), abs=1e-6)
    assert min(base, 0) + below == pytest.approx(min(low, 0), abs=1e-6)
    assert abs(rise) + abs(fall) == pytest.approx(abs(end - start), abs=1e-6)
    assert (rise == 0) or (fall == 0)


def evaluate(sheet, rows):
    """Recompute the helper columns from the amounts, with the meaning of the formulas written anew."""
    level, found = 0.0, []
    for row in range(2, rows + 2):
        total = sheet.cell(row, 8).value == 1
        amount = level if total else sheet.cell(row, 9).value
        start = 0.0 if total else level
        end = start + amount
        found.append((start, end))
        level = end
    return found


def test_formulas_of_the_waterfall_follow_the_amounts(diagnostics, catalog):
    """Cached values of columns B to K equal a recomputation from the amounts alone; each but the amounts is a formula."""
    from pptx import Presentation

    from cxmaturity.reporting.deck import plan_deck, write_deck

    deck = Presentation(
        io.BytesIO(write_deck(plan_deck(diagnostics["simulated_loss"], catalog, language="en")))
    )
    chart = next(
        s.chart for slide in deck.slides for s in slide.shapes if s.has_chart and "waterfall" in s.name
    )
    blob = chart.part.chart_workbook.xlsx_part.blob
    cached = openpyxl.load_workbook(io.BytesIO(blob), data_only=True)["Sheet1"]
    formulas = openpyxl.load_workbook(io.BytesIO(blob))["Sheet1"]
    rows = len(list(chart.plots[0].categories))
    steps = evaluate(cached, rows)

    for place, (start, end) in enumerate(steps):
        row = place + 2
        assert list(waterfall_columns(start, end)) == pytest.approx(
            [cached.cell(row, c).value for c in range(2, 7)], abs=1.0
        )
        assert all(str(formulas.cell(row, c).value).startswith("=") for c in (2, 3, 4, 5, 6, 10, 11))
    assert steps[-1][1] == pytest.approx(-214_300.0, abs=1.0)


@pytest.mark.parametrize(
    ("numbers", "language", "code"),
    [
        (Numbers(scale=1e3), "en", '[$-809]#,##0,;"\u2212"#,##0,;0'),
        (Numbers(scale=1e6, digits=1), "fr", '[$-40C]#,##0.0,,;"\u2212"#,##0.0,,;0.0'),
        (Numbers(), "en", '[$-809]#,##0;"\u2212"#,##0;0'),
    ],
)
def test_number_formats(numbers, language, code):
    """Labels are scaled by the format, so that the cell keeps the full amount."""
    assert code == number_format(numbers, language)
