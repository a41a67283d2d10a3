"""The first page: its figures are those of the Diagnostic, its words follow them, gain or loss."""

from __future__ import annotations

import re

import pytest

from cxmaturity import i18n
from cxmaturity.core.text import LANGUAGES
from cxmaturity.reporting.blocks import Callout, Columns, KeyFigures, Paragraph
from cxmaturity.reporting.inline import text_of
from cxmaturity.reporting.sections import summary

NUMBER = re.compile(r"\d[\d\s.,]*")
GAIN = {
    "en": r"\b(worth|gains?|creates?|earns?|returns?)\b",
    "fr": r"\b(crée|gagne|rapporte \d|gain|bénéficiaire)\b",
}
LOSS = {"en": "loses", "fr": "perd"}


def digits(text):
    """Return the numbers of a text, without their separators of thousands, true decimals kept."""
    return {re.sub(r"[\s\u202f\u00a0]", "", found).strip(".,") for found in NUMBER.findall(text)}


def page(found, language, make_context, texts_of):
    """Return the summary as one text."""
    return " | ".join(texts_of(summary.build(make_context(found, language))))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_number_of_the_summary_is_a_value_of_the_diagnostic(
    situations, language, make_context, texts_of
):
    """Each number printed is one that the formats give for the Diagnostic's own values, the advice apart."""
    found = situations["full"]
    test, case = found.assessment, found.case
    allowed = [
        i18n.money(value, "EUR", language, compact=True)
        for value in (
            case.npv,
            case.pv_costs,
            case.costs_by_year[0],
            case.costs_by_year[1],
            min(case.cumulative),
        )
    ]
    allowed += [i18n.percent(case.discount_rate, language), i18n.percent(case.break_even, language)]
    allowed += [i18n.percent(test.stage.probabilities[test.stage.level - 1], language)]
    allowed += [i18n.years(case.payback_years, language), i18n.years(case.discounted_payback_years, language)]
    allowed += [i18n.level(x, language) for x in (test.index.geometric, test.index.low, test.index.high)]
    for name in (*found.strengths, *found.priorities):
        one = test.dimension(name)
        allowed += [i18n.level(x, language) for x in (one.declared, one.evidenced, one.target)]
    allowed += [str(test.stage.level), "5", "3", "90", str(len(case.not_evaluated))]  # scale, horizon, 90 %
    context = make_context(found, language)
    text = page(found, language, make_context, texts_of)
    for question in context.catalog.questions:
        for advice in question.advice:
            text = text.replace(advice.in_(language), "")

    assert digits(text) <= set().union(*(digits(value) for value in allowed))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_headline_carries_the_stage_its_probability_and_the_npv(situations, language, make_context):
    """The lead paragraph names the stage, its probability and the compact NPV."""
    lead = next(
        block
        for block in summary.build(make_context(situations["full"], language))
        if isinstance(block, Paragraph) and block.tone == "lead"
    )

    assert "Maison Lavande" in lead.text
    assert {"en": "Emerging", "fr": "Émergent"}[language] in lead.text
    assert i18n.percent(0.81, language) in lead.text
    assert i18n.money(386_796.5, "EUR", language, compact=True) in lead.text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["loss", "no_benefit"])
def test_a_loss_is_never_called_a_gain(situations, name, language, make_context, texts_of):
    """With a negative NPV the lead says that money is lost or that nothing could be valued, never a gain."""
    blocks = summary.build(make_context(situations[name], language))
    lead = next(block.text for block in blocks if isinstance(block, Paragraph))

    assert re.search(GAIN[language], lead) is None
    if name == "loss":
        assert LOSS[language] in lead
        assert i18n.money(214_300.0, "EUR", language, compact=True) in lead
        assert i18n.money(-214_300.0, "EUR", language, compact=True) in "\n".join(texts_of(blocks))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_decision_asked_for_follows_the_figures(situations, language, make_context):
    """A loss asks not to commit, opinion for one year only, good evidence for the programme."""

    def asked(name):
        blocks = summary.build(make_context(situations[name], language))
        return next(block for block in blocks if isinstance(block, Callout))

    said = {
        name: asked(name).text for name in ("loss", "full", "well_evidenced", "even", "no_benefit", "no_case")
    }
    assert len(set(said.values())) == len(said)
    assert {"en": "do not commit", "fr": "ne pas engager"}[language] in said["loss"]
    assert {"en": "first year only", "fr": "que la première année"}[language] in said["full"]
    assert {"en": "approve the programme", "fr": "approuver le programme"}[language] in said["well_evidenced"]
    assert {"en": "no budget yet", "fr": "aucun budget"}[language] in said["no_benefit"]
    assert "warning" == asked("loss").tone
    assert "info" == asked("well_evidenced").tone


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_payback_is_said_and_not_left_blank(situations, language, make_context):
    """When the money does not come back the key figure says so, with the horizon."""
    blocks = summary.build(make_context(situations["no_payback"], language))
    figures = next(block for block in blocks if isinstance(block, KeyFigures)).items

    assert {"en": "Not reached", "fr": "Non atteint"}[language] == figures[3].value
    assert "3" in figures[3].note


def test_the_summary_fits_a_page(situation, make_context, texts_of):
    """The summary never exceeds what a page holds: 370 words in French, the longer language."""
    words = " ".join(text_of(text) for text in texts_of(summary.build(make_context(situation, "fr")))).split()

    assert len(words) <= 370


def test_at_most_four_key_figures_and_three_items_a_side(situation, make_context):
    """Two to four big numbers, and no more than three strengths and three gaps."""
    for block in summary.build(make_context(situation, "en")):
        if isinstance(block, KeyFigures):
            assert 2 <= len(block.items) <= 4
        if isinstance(block, Columns):
            assert all(len(getattr(panel.blocks[0], "items", ())) <= 3 for (panel,) in block.columns)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_stage_that_is_not_the_likeliest_is_called_uncertain(situations, language, make_context, texts_of):
    """One person, stage 2 at 44 %: the page says "uncertain", and warns that it is one view."""
    text = page(situations["single"], language, make_context, texts_of)

    assert {"en": "uncertain (44%)", "fr": "incertain (44\u202f%)"}[language] in text
    assert {"en": "one person", "fr": "une seule personne"}[language] in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_probability_never_claims_certainty(situations, language, make_context):
    """A probability of 1 or 0 prints as "more than 99 %" or "less than 1 %"."""
    from cxmaturity.reporting.sections import words

    context = make_context(situations["full"], language)

    assert i18n.percent(0.99, language) in words.probability(context, 1.0)
    assert i18n.percent(0.01, language) in words.probability(context, 0.0)
    assert i18n.percent(1.0, language) not in words.chance(context, 1.0)
