"""`cxmaturity case PATH`: the business case, as tables or as JSON."""

from __future__ import annotations

from pathlib import Path

import click

from cxmaturity import i18n
from cxmaturity.business_case.values import CaseResult
from cxmaturity.catalog import Catalog
from cxmaturity.cli import _case_risk, _output
from cxmaturity.cli._app import LocalCommand
from cxmaturity.cli._diagnosis import diagnosed, dump
from cxmaturity.engagement.values import Diagnostic


@click.command("case", cls=LocalCommand)
@click.argument("path", metavar="PATH", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True)
def command(path: Path, as_json: bool) -> int:  # click passes it by name
    """Print the business case; 1 when the engagement has none."""
    diagnostic, catalog = diagnosed(path, parts=("case",))
    result = diagnostic.case
    if result is None:
        _output.say(_output.t("case.none", client=diagnostic.engagement.client.name))
        return 1
    if as_json:
        from cxmaturity.files.result_json import case_json

        dump(case_json(diagnostic))
    else:
        _print(diagnostic.in_language(_output.language()), catalog)
    return 0


def _print(diagnostic: Diagnostic, catalog: Catalog) -> None:
    """Print what decides first: the risk, the range, what to measure; then the most likely case and its parts."""
    case, result = diagnostic.engagement.wanted_case, diagnostic.case
    assert case is not None  # noqa: S101  # there is a result
    assert result is not None  # noqa: S101  # asked before
    _case_risk.print_risk(case, result, catalog)
    _print_likely(diagnostic.engagement.client.name, result)
    _print_benefits(result, catalog)
    _case_risk.print_sensitivity(case, result, catalog)
    _case_risk.print_overlaps(result, catalog)
    conflicts = {overlap.problem for overlap in result.overlaps}
    _output.show_problems(problem for problem in result.warnings if problem not in conflicts)


def _print_likely(client: str, result: CaseResult) -> None:
    language, t = _output.language(), _output.t

    def money(amount: float) -> str:
        return i18n.money(amount, result.currency, language)

    def years(value: float | None) -> str:
        return t("case.never") if value is None else i18n.years(value, language)

    columns = [(t("case.column.measure"), "left"), (t("case.column.value"), "right")]
    facts = [
        (t("case.npv"), money(result.npv)),
        (t("case.pv_benefits"), money(result.pv_benefits)),
        (t("case.pv_costs"), money(result.pv_costs)),
        (t("case.roi"), "–" if result.roi is None else i18n.percent(result.roi, language)),
        (t("case.irr"), " / ".join(i18n.percent(root, language, digits=1) for root in result.irr) or "–"),
        (t("case.payback"), years(result.payback_years)),
        (t("case.discounted_payback"), years(result.discounted_payback_years)),
    ]
    if result.break_even is not None:
        facts.append((t("case.break_even"), i18n.percent(result.break_even, language)))
    if result.haircut is not None:
        facts.append((t("case.haircut_npv"), money(result.haircut.npv)))
    _output.table(t("case.title", client=client), columns, facts)


def _print_benefits(result: CaseResult, catalog: Catalog) -> None:
    language, t = _output.language(), _output.t

    def money(amount: float) -> str:
        return i18n.money(amount, result.currency, language)

    titles = [
        (t(f"case.column.{name}"), side)
        for name, side in (("benefit", "left"), ("share", "right"), ("alone", "right"))
    ]
    rows = [
        (catalog.benefit(benefit.id).name.in_(language), money(benefit.pv), money(benefit.alone_pv))
        for benefit in result.benefits
    ]
    _output.table(t("case.benefits"), titles, rows)
    for absent in result.not_evaluated:
        click.echo(t("case.not_evaluated", name=catalog.benefit(absent.benefit).name.in_(language)))
        for missing in absent.missing:
            spec = catalog.input(missing)
            click.echo(t("case.missing", name=spec.name.in_(language), who=spec.who_knows.in_(language)))
        if absent.decisive_pv is None:
            click.echo(t("case.not_decisive"))
        else:
            click.echo(t("case.decisive", amount=money(absent.decisive_pv)))
