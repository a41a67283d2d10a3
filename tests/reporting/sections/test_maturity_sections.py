"""Profile, agreement and evidence: the words stay within what the answers allow."""

from __future__ import annotations

import datetime as dt
import re

import attrs
import pytest

from cxmaturity import i18n
from cxmaturity.core.text import LANGUAGES
from cxmaturity.reporting.blocks import Bullets, Callout, Table
from cxmaturity.reporting.document import walk
from cxmaturity.reporting.sections import SECTIONS, agreement, build, evidence, profile

AGREE = {
    "en": re.compile(r"\b(agree(s|d|ment)?|consensus|share[sd]? view)\b", re.IGNORECASE),
    "fr": re.compile(r"\b(d’accord|accord|consensus|unanim\w+)\b", re.IGNORECASE),
}


def table(blocks, anchor):
    """Return the table with an anchor."""
    return next(block for block in walk(blocks) if isinstance(block, Table) and block.anchor == anchor)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["single", "quick_single"])
def test_a_single_view_is_never_called_agreement(situations, name, language, make_context, texts_of):
    """With one respondent no text of profile, agreement, evidence or summary says agreement or consensus."""
    context = make_context(situations[name], language)
    for section in ("summary", "profile", "agreement", "evidence"):
        for text in texts_of(build(section, context)):
            assert AGREE[language].search(text) is None, text
    title = build("agreement", context)[0].text
    assert {"en": "A single view", "fr": "Un seul point de vue"}[language] == title


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_withheld_function_is_never_named_with_figures(situations, language, make_context, texts_of):
    """The hidden function appears nowhere in the report, only the number of functions hidden does."""
    context = make_context(situations["withheld_functions"], language)
    name = context.function_name("executive")
    texts = [text for section in SECTIONS for text in texts_of(build(section, context))]

    assert not [text for text in texts if re.search(rf"\b{name}\b", text)]
    assert any(
        {"en": "2 functions are not shown", "fr": "2 fonctions ne sont pas montrées"}[language] in text
        for text in texts
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_panel_too_small_shows_no_level(situations, language, make_context, texts_of):
    """Two anonymous respondents: profile and agreement say so and show no table and no figure."""
    context = make_context(situations["withheld_panel"], language)
    for section in ("profile", "agreement"):
        blocks = build(section, context)
        assert not [block for block in walk(blocks) if isinstance(block, Table)]
        assert any("3" in text for text in texts_of(blocks))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_change_within_noise_is_never_called_a_rise(situations, language, make_context):
    """The index moved by less than the noise: its row says "within noise"; the others do not."""
    context = make_context(situations["full"], language)
    blocks = profile.build(context)
    rows = table(blocks, "table-change").rows
    noise, rise, fall = (context.t(f"report.profile.change.{kind}") for kind in ("noise", "rise", "fall"))

    assert noise == rows[-1][-1]
    assert {rise, fall} == {row[-1] for row in rows[:-1]}
    assert "+0" in rows[-1][3]
    assert rows[1][3].startswith("−")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_index_never_stands_alone(situations, language, make_context, texts_of):
    """Interval, arithmetic mean and minimum are in the same paragraph as the index."""
    found = situations["full"].assessment.index
    text = next(
        text for text in texts_of(profile.build(make_context(situations["full"], language))) if "**2" in text
    )

    for value in (found.geometric, found.low, found.high, found.arithmetic, found.minimum):
        assert i18n.level(value, language) in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_bounds_are_shown_exactly_when_answers_are_missing(situations, language, make_context):
    """A complete panel has no sentence on bounds, an incomplete one gives both ends."""
    whole, missing = situations["full"], situations["missing_answers"]

    assert "" == profile.bounds(make_context(whole, language), whole.assessment)
    said = profile.bounds(make_context(missing, language), missing.assessment)
    assert i18n.level(2.1, language) in said
    assert i18n.level(3.0, language) in said


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_question_without_level_shows_dashes_and_its_reason(situations, language, make_context, texts_of):
    """Nobody gave a level on access: dashes in its row, and the reason why it does not apply."""
    context = make_context(situations["missing_answers"], language)
    blocks = profile.build(context)
    row = next(row for row in table(blocks, "table-profile").rows if row[0] == context.name("access"))

    assert "–" == row[1] == row[2]
    assert any("Pas de souscription" in text for text in texts_of(blocks))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_quick_test_has_no_proven_column(situations, language, make_context):
    """In a quick test nothing is proven, so the profile table has one column less."""
    quick = table(profile.build(make_context(situations["quick"], language)), "table-profile")
    whole = table(profile.build(make_context(situations["full"], language)), "table-profile")

    assert len(whole.columns) - 1 == len(quick.columns)


@pytest.mark.parametrize("language", LANGUAGES)
def test_functions_are_named_as_different_only_when_the_test_says_so(
    situations, language, make_context, texts_of
):
    """Highest and lowest functions are named with a difference, and the others' wording names none."""
    sure = make_context(situations["full"], language)
    unsure = make_context(situations["withheld_functions"], language)
    named = context_names = [sure.function_name("marketing"), sure.function_name("service")]

    def sentences(context):
        blocks = agreement.functions(context, context.diagnostic.assessment)
        return [text for block in blocks if not isinstance(block, Table) for text in texts_of([block])]

    assert any(all(name in text for name in named) for text in sentences(sure))
    assert not any(name in text for text in sentences(unsure) for name in context_names)
    assert any("p = " in text and "0" in text for text in sentences(unsure))


@pytest.mark.parametrize("language", LANGUAGES)
def test_heads_of_function_never_speak_for_their_function(situations, language, make_context, texts_of):
    """With one person per function the text says individuals, and gives no p-value."""
    text = " ".join(
        texts_of(
            agreement.functions(
                make_context(situations["heads_only"], language), situations["heads_only"].assessment
            )
        )
    )

    assert {"en": "individuals", "fr": "individuels"}[language] in text
    assert "p = " not in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_contradicted_alignment_is_the_loudest_callout(situations, language, make_context):
    """Declared 3.7 with split answers: a "bad" callout with the level and the questions in two camps."""
    context = make_context(situations["full"], language)
    callout = next(block for block in agreement.build(context) if isinstance(block, Callout))

    assert "bad" == callout.tone
    assert i18n.level(3.7, language) in callout.text
    assert context.name("trust") in callout.text


def test_each_alignment_verdict_has_its_own_words(situations, make_context):
    """Contradicted, consistent and not enough are three different texts, and only the first one is "bad"."""
    base = situations["full"]
    seen = {}
    for verdict in ("contradicted", "consistent", "not_enough"):
        check = attrs.evolve(base.assessment.alignment, verdict=verdict)
        context = make_context(
            attrs.evolve(base, assessment=attrs.evolve(base.assessment, alignment=check)), "fr"
        )
        (_, callout) = agreement.alignment(context, context.diagnostic.assessment)
        seen[verdict] = callout
    assert 3 == len({callout.title for callout in seen.values()})
    assert ["bad", "info", "info"] == [callout.tone for callout in seen.values()]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_four_statistics_come_with_a_limit_and_no_word_of_reliability(
    situations, language, make_context, texts_of
):
    """Alpha, W and both ICC each have a question and a limit, and none is called reliability."""
    context = make_context(situations["full"], language)
    blocks = agreement.build(context)

    assert 4 == len(table(blocks, "table-statistics").rows)
    assert all(all(row) for row in table(blocks, "table-statistics").rows)
    assert not [text for text in texts_of(blocks) if re.search("reliab|fiabilit", text, re.IGNORECASE)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_sentences_are_quoted_literally_and_only_where_allowed(situations, language, make_context, texts_of):
    """A one-sentence answer keeps its stars; without publishable sentences there is no such part."""
    said = [
        text
        for text in texts_of(agreement.build(make_context(situations["missing_answers"], language)))
        if "Oui" in text
    ]

    assert [r"*Oui \*et\* non*"] == said
    anchors = [
        getattr(block, "anchor", "") for block in agreement.build(make_context(situations["full"], language))
    ]
    assert "agreement-sentences" not in anchors


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_register_says_what_age_has_done_to_evidence(situations, language, make_context):
    """Evidence of 2026 holds until 2027; E2 of 2025 counts as E1, E2 of early 2024 as E0."""
    context = make_context(situations["full"], language)
    last = [row[-1] for row in table(evidence.build(context), "table-register").rows]

    assert ["E0", i18n.date(dt.date(2027, 6, 1), language), "E1"] == [
        cell if not cell.startswith(("too old", "trop ancienne")) else re.search(r"E\d", cell)[0]
        for cell in last
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_proofs_to_collect_start_with_the_priorities(situations, language, make_context):
    """The first three proofs are those of the three priorities, for the level after the proven one."""
    found = situations["full"]
    context = make_context(found, language)
    rows = table(evidence.build(context), "table-proofs").rows

    assert [context.name(name) for name in found.priorities] == [row[1] for row in rows[:3]]
    assert ["3", "2", "3"] == [row[2] for row in rows[:3]]


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_evidence_the_section_lists_the_seven_proofs(situations, language, make_context):
    """No evidence: a warning, and a proof to collect for every question declared above what is proven."""
    blocks = evidence.build(make_context(situations["no_evidence"], language))

    assert "warning" == next(block for block in blocks if isinstance(block, Callout)).tone
    assert 6 <= len(table(blocks, "table-proofs").rows) <= 7
    assert not [block for block in blocks if isinstance(block, Table) and block.anchor == "table-register"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_mirror_gives_share_interval_n_and_source(situations, language, make_context):
    """A customer share never stands without its interval, its n, its source and its date."""
    (row,) = table(evidence.build(make_context(situations["full"], language)), "table-mirror").rows

    assert i18n.percent(0.328, language) in row[1]
    assert i18n.percent(0.293, language) in row[1]
    assert "640" == row[2]
    assert "Enquête" in row[5]
    assert i18n.date(dt.date(2026, 5, 1), language) in row[5]


def test_don_t_know_is_shown_by_function_where_it_may_be(situations, make_context):
    """Two people do not know about trust: their number, and a quarter of marketing."""
    base = situations["missing_answers"]
    rows = table(agreement.build(make_context(base, "en")), "table-knowledge").rows

    assert [("Transparency and trust", "2", "25%", "0%")] == [
        row for row in rows if row[0].startswith("Trans")
    ]
    assert not [
        block
        for block in agreement.knowledge_gaps(
            make_context(situations["full"], "en"), situations["full"].assessment
        )
        if isinstance(block, Table | Bullets)
    ]
