"""Benefits, case, limits, next steps and method: every amount has its source, every refusal its reason."""

from __future__ import annotations

import datetime as dt
import re

import attrs
import pytest

from cxmaturity import i18n
from cxmaturity.core.text import LANGUAGES
from cxmaturity.reporting.blocks import Bullets, Callout, Figure, Table
from cxmaturity.reporting.document import walk
from cxmaturity.reporting.sections import assumptions, benefits, case, limits, method, next_steps


def table(blocks, anchor):
    """Return the table with an anchor."""
    return next(block for block in walk(blocks) if isinstance(block, Table) and block.anchor == anchor)


def has(blocks, anchor):
    """Return whether a block bears an anchor."""
    return any(getattr(block, "anchor", "") == anchor for block in walk(blocks))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_cash_table_prints_every_year_of_the_diagnostic(situations, language, make_context):
    """One row for the start and one per year, each cell the formatted value; the last one is the NPV."""
    found = situations["full"].case
    rows = table(case.build(make_context(situations["full"], language)), "table-cash").rows

    assert found.horizon_years + 1 == len(rows)
    for year, row in enumerate(rows):
        expected = (found.costs_by_year[year], found.cash_flows[year], found.cumulative[year])
        assert tuple(i18n.number(value, language) for value in expected) == row[2:5]
    assert i18n.number(found.npv, language) == rows[-1][-1]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_root_of_the_irr_is_printed_with_a_sentence(situations, language, make_context):
    """Two roots: both are printed, and the reader is sent to the MIRR; none: it is said not to exist."""

    def row(name):
        return table(case.build(make_context(situations[name], language)), "table-indicators").rows

    several = next(
        row for row in row("several_irr") if i18n.percent(0.1, language, 1) == row[1].split(" ")[0]
    )
    assert i18n.percent(0.2, language, 1) in several[1]
    assert {"en": "MIRR", "fr": "TRIM"}[language] in several[2]
    none = {"en": "does not exist", "fr": "n’existe pas"}[language]
    assert [none] == [row[1] for row in row("no_irr") if row[1] == none]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_loss_reads_as_a_loss_on_the_case_page(situations, language, make_context, texts_of):
    """The lead and the readings of NPV and ROI speak of a loss; nothing says that value is created."""
    blocks = case.build(make_context(situations["loss"], language))
    lead, rows = blocks[1].text, table(blocks, "table-indicators").rows

    assert {"en": "loses", "fr": "perd"}[language] in lead
    assert {"en": "does not pay for itself", "fr": "n’est pas rentable"}[language] in lead
    assert {"en": "takes away", "fr": "fait perdre"}[language] in rows[0][2]
    assert any({"en": "Net loss", "fr": "Perte nette"}[language] in row[2] for row in rows)
    assert not re.search(r"\bcreates?\b|\bcrée\b", lead)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_parts_are_set_against_the_joint_total(situations, language, make_context, texts_of):
    """The total row prints both sums, and a sentence says which way they differ."""
    found = situations["full"].case
    blocks = case.build(make_context(situations["full"], language))
    total = table(blocks, "table-benefits").rows[-1]

    assert i18n.number(found.pv_benefits, language) == total[2]
    assert i18n.number(found.sum_of_alone_pv, language) == total[3]
    less = " ".join(texts_of(case.benefits(make_context(situations["full"], language), found)))
    more = " ".join(
        texts_of(
            case.benefits(make_context(situations["reinforcing"], language), situations["reinforcing"].case)
        )
    )
    assert {"en": "overstate", "fr": "surestimerait"}[language] in less
    assert {"en": "reinforce", "fr": "renforcent"}[language] in more


@pytest.mark.parametrize("language", LANGUAGES)
def test_value_after_the_horizon_stays_apart(situations, language, make_context):
    """It is a callout of its own, says that it is in no figure above, and vanishes when there is none."""
    blocks = case.build(make_context(situations["full"], language))
    amount = i18n.money(1_510_000, "EUR", language, compact=True)
    (apart,) = [block for block in blocks if isinstance(block, Callout) and amount in block.text]

    assert {"en": "in none of the figures above", "fr": "n’entre dans aucun"}[language] in apart.text
    assert [] == case.beyond(make_context(situations["no_benefit"], language), situations["no_benefit"].case)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_case_without_benefit_draws_no_waterfall_and_claims_no_return(situations, language, make_context):
    """Costs only: no waterfall, no benefit table, and a sentence that says so."""
    blocks = case.build(make_context(situations["no_benefit"], language))

    assert not has(blocks, "figure-waterfall")
    assert has(blocks, "figure-cash")
    assert not has(blocks, "table-benefits")
    assert {"en": "no return can be claimed", "fr": "aucun retour"}[language] in blocks[1].text


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_missing_is_named_with_who_has_it(situations, language, make_context, catalog):
    """Each missing input of a benefit not valued has its catalogue name and the person who knows it."""
    rows = table(case.build(make_context(situations["full"], language)), "table-missing").rows
    paths = situations["full"].case.not_evaluated[0].missing

    assert [
        (catalog.input(path).name.in_(language), catalog.input(path).who_knows.in_(language))
        for path in paths
    ] == [row[1:] for row in rows]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_estimate_of_the_case_is_in_the_assumptions(situations, language, make_context):
    """Each input has a row with value, range, unit, source, date and grade; a rate prints as a percentage."""
    found = situations["full"]
    given = found.engagement.case
    blocks = assumptions.build(make_context(found, language))
    rows = [*table(blocks, "table-baseline").rows, *table(blocks, "table-levers").rows]
    inputs = [*assumptions.baseline_inputs(given), *assumptions.lever_inputs(given)]

    assert len(inputs) + 1 == len(rows)  # and the survival curve
    assert all(all(row) for row in rows)
    assert 1 == sum("Cohort of 2021" in row[4] for row in rows)
    assert all("CRM, mars" in row[4] or "Cohort of 2021" in row[4] for row in rows)
    churn = next(row for row in rows if i18n.percent(0.15, language, 1) == row[1])
    assert i18n.percent(0.165, language, 1) in churn[2]
    move = next(row for row in rows if i18n.points(-0.0125, language, 2) == row[1])
    assert "E1" == move[-1]
    assert any("n\u00a0=\u00a0812" in row[4] for row in rows)
    assert any(i18n.money(6.26, "EUR", language, digits=2) == row[1] for row in rows)


@pytest.mark.parametrize("language", LANGUAGES)
def test_costs_print_each_year_and_the_uplift(situations, language, make_context):
    """Unequal years are told apart, equal ones said once, and the optimism uplift is announced."""
    blocks = assumptions.build(make_context(situations["full"], language))
    costs = table(blocks, "table-costs")

    assert all(i18n.number(value, language) in costs.rows[0][3] for value in (200_000, 210_000, 220_000))
    assert {"en": "50,000 each year", "fr": "50 000 chaque année"}[language].replace(" ", "") in costs.rows[
        1
    ][3].replace(" ", "").replace("\u202f", "")
    assert i18n.percent(0.1, language) in costs.note


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_lever_owner_is_literal_and_an_absent_one_is_to_be_determined(situations, language, make_context):
    """Stars typed in an owner's name stay stars; without owner the cell says so."""
    rows = table(assumptions.build(make_context(situations["full"], language)), "table-ramp").rows

    assert r"N. \*Petit\*" == rows[0][-1]
    assert {"en": "to be determined", "fr": "à déterminer"}[language] == rows[1][-1]


@pytest.mark.parametrize("language", LANGUAGES)
def test_opportunities_follow_the_rank_of_the_bridge(situations, language, make_context):
    """Rows are in the order of rank, with value, low case and probability as the Bridge has them."""
    found = situations["full"]
    rows = table(benefits.build(make_context(found, language)), "table-opportunities").rows

    for row, expected in zip(rows, sorted(found.bridge.opportunities, key=lambda one: one.rank), strict=True):
        assert i18n.money(expected.value, "EUR", language, compact=True) == row[3]
        assert i18n.money(expected.low, "EUR", language, compact=True) == row[4]
        assert i18n.percent(expected.top3_probability, language) == row[6]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_matrix_is_said_never_to_create_value(situation, language, make_context, texts_of):
    """The link figure is in every report, with the sentence that it shares value out and creates none."""
    blocks = benefits.build(make_context(situation, language))
    figure = next(block for block in blocks if isinstance(block, Figure))

    assert {"en": "never creates any", "fr": "n’en crée jamais"}[language] in figure.note


@pytest.mark.parametrize("language", LANGUAGES)
def test_alignment_is_an_enabler_and_not_an_eighth_benefit(situations, language, make_context):
    """The callout gives the realisation share; an unknown alignment has its own sentence."""
    known = benefits.enabler(make_context(situations["full"], language))[0]
    unknown = benefits.enabler(make_context(situations["no_target"], language))[0]

    assert i18n.percent(0.77, language) in known.text
    assert {"en": "not an eighth benefit", "fr": "pas un huitième bénéfice"}[language] in known.text
    assert known.text != unknown.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_goals_carry_their_denominator(situations, language, make_context, catalog):
    """Each goal of the client is listed with the definition and the denominator of its KPI."""
    rows = table(benefits.build(make_context(situations["full"], language)), "table-goals").rows

    assert [
        catalog.benefit(goal).kpi.denominator.in_(language) for goal in situations["full"].engagement.goals
    ] == [row[3] for row in rows]


@pytest.mark.parametrize("language", LANGUAGES)
def test_limits_list_every_claim_avoided_and_every_benefit_left_out(
    situations, language, make_context, texts_of, catalog
):
    """The whole list of refused claims is printed, and the benefits that were not valued are named."""
    context = make_context(situations["full"], language)
    blocks = limits.build(context)

    assert len(catalog.claims) == len(table(blocks, "table-claims").rows)
    left_out = context.benefit_name("recommendation")
    assert any(
        left_out in text for text in texts_of([block for block in blocks if isinstance(block, Bullets)])
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_limits_depend_on_what_is_weak(situations, language, make_context):
    """One view, opinion-based benefits and a missing mirror each add their caveat, and only where true."""

    def said(name):
        context = make_context(situations[name], language)
        return " ".join((*limits.maturity(context), *limits.case(context)))

    one_view = {"en": "One person answered", "fr": "Une seule personne a répondu"}[language]
    opinion = {"en": "on opinion or on examples", "fr": "des opinions ou des exemples"}[language]
    assert one_view in said("single")
    assert one_view not in said("full")
    assert opinion in said("full")
    assert opinion not in said("well_evidenced")


@pytest.mark.parametrize("language", LANGUAGES)
def test_agreed_actions_replace_the_catalogue_advice(situations, language, make_context, catalog):
    """Given actions are printed as typed; without any, the advice of each priority is, with no owner."""
    agreed = table(next_steps.build(make_context(situations["with_actions"], language)), "table-actions").rows
    advised = table(next_steps.build(make_context(situations["full"], language)), "table-actions").rows

    assert [r"Publier \*les délais\*", "Tester avec dix clients"] == [row[1] for row in agreed]
    assert i18n.date(dt.date(2027, 1, 31), language) == agreed[0][4]
    assert catalog.question("trust").advice[1].in_(language) == advised[0][1]
    assert {"en": "to be set", "fr": "à fixer"}[language] == advised[0][3] == advised[0][4]


@pytest.mark.parametrize("language", LANGUAGES)
def test_measures_name_what_is_missing_and_what_is_opinion(situations, language, make_context, catalog):
    """Missing inputs and opinion-grade levers of counted benefits are to be measured, each once."""
    context = make_context(situations["full"], language)
    items = next(block for block in next_steps.measures(context) if isinstance(block, Bullets)).items

    assert 3 == len(items) == len(set(items))
    wanted = catalog.input("baseline.consumers.promoter_share").name.in_(language)
    assert wanted.lower() in items[0].lower()
    assert context.benefit_name("retention") in items[2]


@pytest.mark.parametrize("language", LANGUAGES)
def test_method_gives_seed_date_versions_and_the_privacy_rule(situations, language, make_context, texts_of):
    """What is needed to do it again is in a table, and the threshold of anonymity is stated."""
    context = make_context(situations["full"], language)
    blocks = method.build(context)
    cells = [row[1] for row in table(blocks, "table-trace").rows]

    assert "20261101" in cells
    assert i18n.date(dt.date(2026, 11, 1), language) in cells
    assert any(
        {"en": "fewer than 3 people", "fr": "moins de 3 personnes"}[language] in text
        for text in texts_of(blocks)
    )


def test_thirty_years_and_one_year_both_fit(situations, make_context):
    """The cash table follows the horizon: 31 rows for thirty years, 2 for one."""
    base = situations["full"]
    for years in (1, 30):
        result = attrs.evolve(
            base.case,
            horizon_years=years,
            gross_benefits=(1.0,) * years,
            costs_by_year=(1.0,) * (years + 1),
            cash_flows=(0.0,) * (years + 1),
            cumulative=(0.0,) * (years + 1),
            cumulative_discounted=(0.0,) * (years + 1),
            ledger=(),
        )
        context = make_context(attrs.evolve(base, case=result), "fr")

        assert years + 1 == len(case.cash_flows(context, result).rows)
