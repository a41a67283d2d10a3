"""What the pages say of an event: every number in the reader's language, every reason, the feedback behind each opportunity."""

from __future__ import annotations

from typing import get_args

import pytest

from cxmaturity.core.problems import UnknownIdError
from cxmaturity.core.text import LANGUAGES
from cxmaturity.journey.results import CRITERIA, Reason
from cxmaturity.journey.values import LEGAL_BASES, METRICS, SOURCE_KINDS, Grade
from cxmaturity.reporting.journey import map_words
from cxmaturity.reporting.journey.facts import journey_facts, native
from cxmaturity.reporting.journey.names import FACETS, Names
from cxmaturity.reporting.journey.reasons import reason_said


@pytest.fixture
def names(result, catalog):
    """Return a function that names things in a language."""
    return lambda language: Names(atlas=result.atlas, catalog=catalog, language=language)


@pytest.fixture
def facts(result, names):
    """Return a function that says the journey in a language."""
    return lambda language: journey_facts(result, result.of("buy", "julie"), names(language))


def test_an_event_says_its_measures_as_they_were_measured(facts):
    """Native value, standard deviation, answers, date and source are those of the atlas, in each language's way."""
    english, french = (
        {event.id: event for event in facts(language).events}["compare"] for language in LANGUAGES
    )

    assert [it.value for it in english.measures] == ["2.1\u00a0/\u00a05 (sd 1.0)", "40%"]
    assert [it.value for it in french.measures] == ["2,1\u00a0/\u00a05 (écart type 1,0)", "40\u202f%"]
    assert english.measures[0].n == "212 answers"
    assert english.measures[0].date.replace("\u00a0", " ") == "30 June 2026"
    assert french.measures[0].source == "enquête\u00a0: web-q2"
    assert [it.shown for it in english.measures].count(True) == 1


def test_an_opportunity_points_at_the_feedback_behind_it(facts):
    """Its feedback is said in the customer's words and by the measure, each with its source."""
    event = {event.id: event for event in facts("en").events}["compare"]

    assert event.opportunities[0].feedback == (
        "“I no longer believe them” (forums: forum, 2 May 2026, Marketing)".replace("2 May", "2\u00a0May"),
        "Satisfaction (1 to 5), 2.1\u00a0/\u00a05 (survey: web-q2)",
    )
    assert "effort 2 of 5" in event.opportunities[0].details


def test_what_nobody_measured_is_said_to_be_unknown(facts):
    """An event without a measure has no number: the sentence says that nothing is known."""
    event = {event.id: event for event in facts("en").events}["pack"]

    assert event.valence is None
    assert event.level == "Nothing is known of satisfaction here."
    assert event.measured == "not known"
    assert "unseen by the customer" in event.who


def test_every_row_has_a_label_and_a_value(facts):
    """Rows without a value are left out, in both languages alike."""
    for one, other in zip(facts("en").events, facts("fr").events, strict=True):
        assert all(label and value for label, value in one.rows)
        assert len(one.rows) == len(other.rows)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_of_thing_has_a_name(names, language):
    """Metrics, kinds of source, grades and legal bases are named in both languages."""
    said = names(language)
    keys = [f"metric.{it}" for it in METRICS] + [f"short.{it}" for it in METRICS]
    keys += [f"kind.{it}" for it in SOURCE_KINDS] + [f"basis.{it}" for it in LEGAL_BASES]
    keys += [f"grade.{it}" for it in (*get_args(Grade), "none")]

    assert all(said.word(key, value="x") for key in keys)
    assert native("nps", -12.4, said) == "−12"


REASONS = [
    (Reason(criterion="expert", numbers=(("flag", "they leave"),)), "they leave"),
    (Reason(criterion="extremum", numbers=(("prominence", 1.24), ("side", "trough"))), "1.2"),
    (Reason(criterion="last", numbers=(("of", "journey"), ("valence", -1.0), ("before", 0.5))), "−1.0"),
    (Reason(criterion="last", numbers=(("of", "stage"), ("valence", 1.0), ("before", 0.5))), "+1.0"),
    (Reason(criterion="importance", numbers=(("importance", 4.3), ("threshold", 4.0))), "4.3"),
    (Reason(criterion="importance", numbers=(("share", 0.31), ("threshold", 0.2))), "31%"),
    (Reason(criterion="polarised", numbers=(("sd", 1.4),)), "1.4"),
    (Reason(criterion="polarised", numbers=(("sd", 1.4), ("low_share", 0.4), ("high_share", 0.25))), "40%"),
    (Reason(criterion="drop_off", numbers=(("drop_off", 0.4), ("median", 0.1))), "40%"),
    (Reason(criterion="drop_off", numbers=(("complaints", 0.05), ("median", 0.01))), "5.0%"),
    (Reason(criterion="gap", numbers=(("gap", -1.25),)), "−1.3"),
    (
        Reason(criterion="asymmetric", numbers=(("asymmetry", -0.5), ("penalty", -0.9), ("reward", 0.3))),
        "−0.9",
    ),
]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("reason", "number"), REASONS, ids=lambda value: getattr(value, "criterion", None))
def test_every_reason_is_said_with_its_numbers(names, reason, number, language):
    """Each of the eight criteria has a sentence that holds the number it fired on; without numbers, a plain one."""
    wanted = number if language == "en" else number.replace(".", ",").replace("%", "\u202f%")

    assert wanted in reason_said(reason, names(language))
    assert reason_said(Reason(criterion=reason.criterion), names(language))


def test_all_criteria_are_tried():
    """No criterion is left without a sentence."""
    assert {reason.criterion for reason, _ in REASONS} == set(CRITERIA)


def test_the_reasons_of_the_analysis_are_those_that_we_know_how_to_say(result, names):
    """No reason that `analyse` gives falls back on the plain sentence."""
    said = names("en")
    found = [reason for one in result.journeys for event in one.events for reason in event.reasons]

    assert found
    for reason in found:
        assert reason_said(reason, said) != said.word(f"reason.{reason.criterion}")


def test_words_of_the_script_hold_every_value_that_occurs(result, catalog):
    """Each filter offers exactly the ids of the journey, in order, under their names."""
    words = map_words(result, "buy", catalog=catalog, language="en")
    facets = {facet["id"]: [value for value, _ in facet["values"]] for facet in words["facets"]}

    assert tuple(facets) == FACETS
    assert facets["persona"] == ["julie", "marc"]
    assert facets["family"] == ["remote", "automated", "face_to_face"]
    assert facets["system"] == ["pim", "pay", "wms"]
    assert facets["actor"] == ["marketing", "stock", "shop"]
    assert facets["data"] == ["email", "birth-date", "card"]
    assert facets["stage"] == ["choose", "buy-it"]
    assert set(words["events"]) == {"see-post", "compare", "pay", "pack", "collect"}


def test_an_unknown_journey_is_told(result, catalog):
    """The nearest id is named."""
    with pytest.raises(UnknownIdError):
        map_words(result, "bye", catalog=catalog, language="en")
