"""From a diagnostic to the live workbook of its business case, as the bytes of an .xlsx file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cxmaturity.catalog import Catalog
from cxmaturity.core.text import Language
from cxmaturity.engagement.values import Diagnostic
from cxmaturity.reporting.workbook.book import Book
from cxmaturity.reporting.workbook.case_tables import write_break_even, write_scenarios, write_tornado
from cxmaturity.reporting.workbook.cash_sheets import write_cash
from cxmaturity.reporting.workbook.charts import add_charts
from cxmaturity.reporting.workbook.control_sheets import inputs_hash, write_checks, write_cover, write_log
from cxmaturity.reporting.workbook.evaluate import Values
from cxmaturity.reporting.workbook.inputs_sheet import write_inputs
from cxmaturity.reporting.workbook.layout import ORDER
from cxmaturity.reporting.workbook.ledger_sheet import write_ledger
from cxmaturity.reporting.workbook.plan import Plan, make_plan
from cxmaturity.reporting.workbook.prudence_sheets import write_haircut, write_information
from cxmaturity.reporting.workbook.ranges_sheet import write_ranges
from cxmaturity.reporting.workbook.rates_sheet import write_haircut_rates, write_rates
from cxmaturity.reporting.workbook.render import Printing, render
from cxmaturity.reporting.workbook.result_sheets import write_beyond, write_overlap, write_summary
from cxmaturity.reporting.workbook.shapley_sheet import write_benefits, write_shapley
from cxmaturity.reporting.workbook.style import Palette, styles
from cxmaturity.reporting.workbook.time_sheets import write_costs, write_tenure, write_timing
from cxmaturity.reporting.workbook.trials_sheet import write_trials

if TYPE_CHECKING:
    from cxmaturity.charts.theme import ChartTheme


def write_workbook(
    diagnostic: Diagnostic,
    catalog: Catalog,
    *,
    language: Language,
    theme: ChartTheme | None = None,
    trials: int = 200,
) -> bytes:
    """Write the business case of a diagnostic as a live workbook: every calculated cell is a formula.

    Parameters
    ----------
    diagnostic : Diagnostic
        With a business case.
    catalog : Catalog
        Names of benefits and inputs.
    language : {"en", "fr"}
        Of labels and number formats; defined names stay English.
    theme : ChartTheme, optional
        The client's colours; by default those of its engagement.
    trials : int
        Rows of the Monte Carlo sheet: the first trials of the simulation.

    Returns
    -------
    bytes
        An .xlsx file; the same bytes for the same arguments.

    Raises
    ------
    InputError
        ``workbook.no_case`` without a business case; ``workbook.trials`` for fewer than 2.
    """
    plan = make_plan(diagnostic, catalog, language=language, trials=trials)
    look = palette_of(plan, theme)
    return render_book(build_book(plan, look), plan, look)


def build_book(plan: Plan, look: Palette) -> Book:
    """Build every sheet of a plan, in the order in which the tabs stand."""
    book = Book(plan.years)
    for write in (
        write_summary, write_inputs, write_timing, write_tenure, write_benefits, write_ledger, write_costs, write_cash,
        write_scenarios, write_tornado, write_break_even, write_trials, write_overlap, write_checks, write_ranges,
        write_shapley, write_rates, write_beyond, write_log, write_haircut, write_haircut_rates, write_information,
    ):  # fmt: skip
        write(book, plan)
    if plan.charts:
        add_charts(book, plan, look)
    write_cover(book, plan)
    book.sheets = {key: book.sheets[key] for key in ORDER if key in book.sheets}
    return book


def render_book(book: Book, plan: Plan, look: Palette) -> bytes:
    """Compute every value of a book and write it."""
    values = Values(book)
    client = plan.diagnostic.engagement.client.name.replace("&", "&&")[:80]
    printing = Printing(
        header=f"&L&9{client}&R&9&A",
        footer=f"&L&8{plan.t('print.footer', hash=inputs_hash(plan))}&R&8{plan.t('print.page')}",
        properties={
            "title": plan.t("cover.title"),
            "subject": plan.diagnostic.engagement.client.name,
            "author": "cxmaturity",
            "comments": plan.t("cover.purpose.text"),
        },
        created=plan.diagnostic.as_of,
        tab=look.primary,
    )
    return render(book, values, styles(look, plan.case.currency, plan.language), printing)


def palette_of(plan: Plan, theme: ChartTheme | None = None) -> Palette:
    """Return the colours of a theme; by default that of the engagement."""
    if theme is None:
        from cxmaturity.charts.theme import ChartTheme  # colours only, when none were given

        theme = ChartTheme.from_primary(plan.diagnostic.engagement.theme.primary)
    return Palette(
        primary=theme.primary,
        on_primary=theme.on_primary,
        soft=theme.primary_soft,
        ink=theme.ink,
        muted=theme.muted,
        rule=theme.rule,
        surface=theme.surface,
        series=theme.series,
        good=theme.good,
        bad=theme.bad,
        accent=theme.accent,
    )
