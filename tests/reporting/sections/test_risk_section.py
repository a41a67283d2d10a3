"""The section on risk: its numbers are the Diagnostic's, it says a loss is a loss, and caution enters once."""

from __future__ import annotations

import re

import attrs
import pytest

from cxmaturity import i18n
from cxmaturity.business_case.values import InformationValue, Measurement
from cxmaturity.core.text import LANGUAGES
from cxmaturity.reporting.blocks import Bullets, Callout, Figure, KeyFigures, Paragraph, Table
from cxmaturity.reporting.document import walk
from cxmaturity.reporting.sections import case as case_section
from cxmaturity.reporting.sections import limits, measuring, reviewer, risk, summary

SIMULATED = (
    "simulated",
    "simulated_sure",
    "simulated_losing",
    "simulated_little",
    "simulated_too_dear",
    "simulated_gate",
)


def table(blocks, anchor):
    """Return the table that bears an anchor."""
    return next(block for block in walk(blocks) if isinstance(block, Table) and block.anchor == anchor)


def figures(blocks):
    """Return the key figures of a page."""
    return next(block for block in blocks if isinstance(block, KeyFigures)).items


def money(value, language):
    """Return an amount as a headline prints it."""
    return i18n.money(value, "EUR", language, compact=True)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", SIMULATED)
def test_the_three_numbers_come_first_and_are_the_engine_s(situations, make_context, name, language):
    """Probability of a loss with the worst 5 %, P10 to P90 with the median, then what to measure."""
    found = situations[name].case.simulation
    blocks = risk.build(make_context(situations[name], language))
    loss, spread, measure = figures(blocks[:3])

    assert money(found.cvar5, language) in loss.note
    assert money(found.p10, language) in spread.value
    assert money(found.p90, language) in spread.value
    assert money(found.p50, language) in spread.note
    assert measure.value
    assert "{" not in measure.note


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_chance_of_one_third_is_printed_as_such(situations, make_context, language):
    """34.1 % is printed 34 %; no loss in 10,000 trials is printed as less than 1 %, never 0 %."""
    shown = [
        figures(risk.build(make_context(situations[name], language)))[0].value
        for name in ("simulated", "simulated_sure")
    ]

    assert i18n.percent(0.34, language) == shown[0]
    assert i18n.percent(0.01, language) in shown[1]


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_expected_loss_is_called_a_loss(situations, make_context, language):
    """When the mean is negative, the lead says that money is lost, with the amount without its sign."""
    blocks = risk.build(make_context(situations["simulated_losing"], language))
    lead = next(block.text for block in blocks if isinstance(block, Paragraph))

    assert {"en": "loses", "fr": "perd"}[language] in lead
    assert money(190_100.0, language) in lead
    assert not re.search(r"\b(earns|crée)\b", lead)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_measurement_named_is_the_survey_that_gains_most(situations, make_context, language):
    """The survey of churn, 31.7 k for 9.4 k, is named everywhere with its size, worth and cost."""
    context = make_context(situations["simulated"], language)
    name = measuring.label_name(context, "levers.retention.churn_rate_reduction")
    asked = next(block for block in summary.build(context) if isinstance(block, Callout)).text
    answered = table(risk.build(context), "table-reviewer").rows[-1][1]
    surveys = table(risk.build(context), "table-surveys")

    assert name == figures(risk.build(context))[2].value
    for said in (asked, answered):
        assert name in said
        assert "420" in said
        assert money(9_400.0, language) in said
        assert money(31_700.0, language) in said
    assert (name, "420") == (surveys.rows[0][0], surveys.rows[0][2])
    assert i18n.money(31_700.0, "EUR", language) == surveys.rows[0][3]


def test_the_choice_follows_the_gain_of_the_survey_not_the_value_of_certainty(situations):
    """A less valuable input whose survey gains more is chosen; with no survey that pays, the most valuable one."""
    found = situations["simulated"].case
    both = (
        Measurement(input="a", sizes=(10,), evsi=(5_000.0,), costs=(4_900.0,), best_n=10),
        Measurement(input="b", sizes=(10,), evsi=(4_000.0,), costs=(1_000.0,), best_n=10),
    )
    known = tuple(
        InformationValue(label=x, inputs=(x,), evppi=v) for x, v in (("a", 30_000.0), ("b", 20_000.0))
    )
    case = attrs.evolve(found, information=known, measurements=both)

    assert ("survey", "b") == (measuring.choose(case).kind, measuring.choose(case).found.label)
    alone = measuring.choose(attrs.evolve(case, measurements=()))
    assert ("first", "a") == (alone.kind, alone.found.label)
    assert "nothing" == measuring.choose(attrs.evolve(case, information=())).kind
    dear = attrs.evolve(case, measurements=(attrs.evolve(both[0], best_n=None),))
    assert "too_dear" == measuring.choose(dear).kind
    cheap = attrs.evolve(case, pv_costs=1e9, measurements=())
    assert "little" == measuring.choose(cheap).kind


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_lever_has_its_break_even(situations, make_context, language):
    """The share needed is the engine's; a lever that cannot sink the case, or cannot save it, is said to."""
    rows = table(risk.build(make_context(situations["simulated"], language)), "table-lever-break-even").rows
    losing = table(
        risk.build(make_context(situations["simulated_losing"], language)), "table-lever-break-even"
    ).rows

    assert [i18n.percent(0.62, language), "–"] == [row[1] for row in rows]
    assert [i18n.percent(1.4, language), "–"] == [row[1] for row in losing]
    assert {"en": "Even without it", "fr": "Même sans lui"}[language] in rows[1][2]
    assert {"en": "Even ten times", "fr": "Même dix fois"}[language] in losing[1][2]


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_can_turn_the_result_alone_is_named(situations, make_context, texts_of, language):
    """One bar crosses zero: it is named; when none does, it is said that it takes several."""
    one = " ".join(texts_of(risk.build(make_context(situations["simulated"], language))))
    none = " ".join(texts_of(risk.build(make_context(situations["simulated_sure"], language))))

    assert {"en": "One figure is enough", "fr": "Une seule donnée suffit"}[language] in one
    assert {"en": "several disappointments", "fr": "plusieurs déceptions"}[language] in none


def test_the_three_figures_are_there(situations, make_context):
    """Distribution, tornado and value of information, in that order; nothing to learn draws no third."""

    def anchors(name):
        return [
            block.anchor
            for block in risk.build(make_context(situations[name], "en"))
            if isinstance(block, Figure)
        ]

    assert ["figure-spread", "figure-tornado", "figure-information"] == anchors("simulated")
    assert ["figure-spread", "figure-tornado"] == anchors("simulated_sure")


@pytest.mark.parametrize("language", LANGUAGES)
def test_caution_enters_once(situations, make_context, texts_of, language):
    """A distribution says that no haircut is taken; a haircut says that nothing is simulated, with the NPV after."""
    word = {"en": "haircut", "fr": "abattement"}[language]
    ranges = " ".join(texts_of(risk.build(make_context(situations["simulated"], language))))
    cut = make_context(situations["haircut"], language)
    rows = table(case_section.build(cut), "table-haircut").rows

    assert {"en": "no haircut is taken", "fr": "aucun abattement"}[language] in ranges
    assert i18n.money(53_360.0, "EUR", language) == rows[0][2]
    assert i18n.percent(0.2, language) in " ".join(texts_of(case_section.build(cut)))
    assert word in " ".join(texts_of(limits.build(cut))).lower()
    assert word in " ".join(texts_of(risk.build(cut))).lower()
    assert money(53_360.0, language) in " ".join(item.note for item in figures(summary.build(cut)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_varies_together_is_said_in_one_paragraph(situations, make_context, texts_of, language):
    """The levers' correlation is given; a zero is said to flatter; a named group is quoted as typed."""
    tied = " ".join(texts_of(risk.build(make_context(situations["simulated"], language))))
    free = make_context(situations["simulated_gate"], language)
    said = risk.correlated(free, free.diagnostic.engagement.case.uncertainty, free.diagnostic.case.simulation)

    assert i18n.number(0.3, language, 1) in tied
    assert {"en": "flatters", "fr": "flatte"}[language] in said
    assert r"\*Atelier\*" in said
    assert i18n.number(0.5, language, 1) in said


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_stage_gate_and_what_was_adjusted_are_told(situations, make_context, texts_of, language):
    """15 % of stopping, the initial costs then lost, and the tail that was cut."""
    texts = texts_of(risk.build(make_context(situations["simulated_gate"], language)))

    assert any(i18n.percent(0.15, language) in text and money(400_000.0, language) in text for text in texts)
    assert any("1.2" in text for text in texts)


@pytest.mark.parametrize("language", LANGUAGES)
def test_parts_are_set_against_the_joint_total_and_overlaps_have_their_rule(
    situations, make_context, texts_of, language
):
    """The sum of the parts and the joint total stand in one sentence; each pair has its treatment and its rule."""
    blocks = risk.build(make_context(situations["simulated"], language))
    rows = table(blocks, "table-overlaps").rows

    assert any(
        money(1_360_000.0, language) in text and money(1_307_458.0, language) in text
        for text in texts_of(blocks)
    )
    assert len(rows) == len(situations["simulated"].case.overlaps)
    assert all(all(cell for cell in row) for row in rows)


@pytest.mark.parametrize("language", LANGUAGES)
def test_twelve_questions_have_twelve_answers_wherever_there_is_a_case(situation, make_context, language):
    """Exactly once per report: at the end of risk when it is simulated, among the limits otherwise."""
    context = make_context(situation, language)
    found = [
        block
        for section in (risk, limits)
        for block in walk(section.build(context))
        if isinstance(block, Table) and block.anchor == "table-reviewer"
    ]

    assert len(found) == (situation.case is not None)
    for block in found:
        assert 12 == len(block.rows) == len(reviewer.ANSWERS)
        assert all(question.rstrip("?\u202f ") and answer for question, answer in block.rows)


@pytest.mark.parametrize("language", LANGUAGES)
def test_half_of_the_effects_is_answered_from_the_break_even(situations, make_context, language):
    """A break-even of 70.5 % loses with half of the effects, one of 40 % pays."""
    context = make_context(situations["simulated"], language)
    given = context.diagnostic.engagement.case
    case = situations["simulated"].case
    loses = reviewer.half(context, case, given)
    pays = reviewer.half(context, attrs.evolve(case, break_even=0.4), given)

    assert {"en": "loses", "fr": "perd"}[language] in loses
    assert i18n.percent(0.705, language) in loses
    assert {"en": "still pays", "fr": "reste rentable"}[language] in pays


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_page_shows_risk_range_payback_and_stage(situations, make_context, language):
    """With a simulation the four big numbers are those, in that order; without, they are as before."""
    found = situations["simulated"]
    loss, spread, payback, stage = figures(summary.build(make_context(found, language)))
    before = figures(summary.build(make_context(situations["full"], language)))

    assert i18n.percent(0.34, language) == loss.value
    assert money(found.case.simulation.p10, language) in spread.value
    assert i18n.years(found.case.payback_years, language) == payback.value
    assert stage.value.startswith("2")
    assert money(found.case.npv, language) in [item.value for item in before]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_mean_that_contradicts_the_headline_is_said_on_the_first_page(situations, make_context, language):
    """A positive NPV at the most likely values and a negative mean: the request says what is lost on average."""
    blocks = summary.build(make_context(situations["simulated_mean_loss"], language))
    asked = next(block for block in blocks if isinstance(block, Callout)).text

    assert money(12_300.0, language) in asked
    assert {"en": "it loses", "fr": "il perd"}[language] in asked


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_limits_speak_of_what_was_done(situations, make_context, texts_of, language):
    """That the chance of a loss was not computed is said only when there is no simulation."""
    claim = {"en": "has not been computed", "fr": "n'en a pas été tirée"}[language].replace("'", "’")

    def said(name):
        return " ".join(texts_of(limits.build(make_context(situations[name], language)))).replace("'", "’")

    assert claim in said("full")
    assert claim not in said("simulated")
    assert claim not in said("haircut")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_benefit_not_valued_says_whether_finding_out_matters(situations, make_context, language):
    """With a loss, the value that would change the decision; with a gain, that finding out only adds to it."""
    decisive, added = (
        next(
            block.items
            for block in reversed(case_section.build(make_context(situations[name], language)))
            if isinstance(block, Bullets)
        )
        for name in ("simulated_losing", "simulated")
    )

    assert money(190_100.0, language) in decisive[0]
    assert {"en": "pays without it", "fr": "rentable sans lui"}[language] in added[0]


@pytest.mark.parametrize("language", LANGUAGES)
def test_ends_of_a_range_keep_the_digits_that_tell_them_apart(situations, make_context, language):
    """0.385 to 1.294 points print as two decimals, 599.46 to 680.54 euros without cents, costs as money."""
    context = make_context(situations["simulated"], language)
    churn = measuring.ends(context, "levers.retention.churn_rate_reduction", 0.003847, 0.012941)
    spend = measuring.ends(context, "baseline.consumers.annual_category_spend", 599.46, 680.54)
    cost = measuring.ends(context, "costs.0.initial", 380_123.4, 519_876.5)

    assert (i18n.points(-0.0038, language, 2), i18n.points(-0.0129, language, 2)) == churn
    assert (i18n.money(599, "EUR", language), i18n.money(681, "EUR", language)) == spend
    assert (i18n.money(380_000, "EUR", language), i18n.money(520_000, "EUR", language)) == cost
