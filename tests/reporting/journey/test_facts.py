"""What the pages say of an event: every number in the reader's language, every reason, the feedback behind each opportunity."""

from __future__ import annotations

from typing import get_args

import pytest

from cxmaturity.core.problems import UnknownIdError
from cxmaturity.core.text import LANGUAGES
from cxmaturity.journey.values import LEGAL_BASES, METRICS, SOURCE_KINDS, Grade
from cxmaturity.reporting.journey import map_words
from cxmaturity.reporting.journey.facts import journey_facts, native
from cxmaturity.reporting.journey.names import FACETS, Names


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
