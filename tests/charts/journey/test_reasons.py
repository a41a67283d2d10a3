"""Why an event is a moment of truth, in words: every criterion in both languages, in full and briefly, with its numbers."""

from __future__ import annotations

import pytest

from cxmaturity.charts.journey.reasons import reasons_said
from cxmaturity.core.text import LANGUAGES
from cxmaturity.journey.results import CRITERIA, Reason
from cxmaturity.journey.values import Words

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
    (Reason(criterion="gap", numbers=(("gap", -1.25),)), "1.3"),
    (
        Reason(criterion="asymmetric", numbers=(("asymmetry", -0.5), ("penalty", -0.9), ("reward", 0.3))),
        "−0.9",
    ),
]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("reason", "number"), REASONS, ids=lambda value: getattr(value, "criterion", None))
def test_every_reason_is_said_with_its_numbers(reason, number, language):
    """Each of the eight criteria has words that hold the number it fired on; without numbers, plain ones; brief ones too."""
    wanted = number if language == "en" else number.replace(".", ",").replace("%", "\u202f%")
    bare = Reason(criterion=reason.criterion)

    (said,) = reasons_said([reason], language)
    assert wanted in said
    assert "{" not in said
    assert reasons_said([bare], language) != (said,)
    for one in (reason, bare):
        (brief,) = reasons_said([one], language, brief=True)
        assert brief
        assert "{" not in brief


def test_all_criteria_are_tried():
    """No criterion is left without words."""
    assert {reason.criterion for reason, _ in REASONS} == set(CRITERIA)


def test_two_rates_of_one_reason_are_two_reasons_each_with_its_own_median():
    """The numbers come as rate, median, rate, median."""
    numbers = (("drop_off", 0.4), ("median", 0.1), ("complaints", 0.3), ("complaints_median", 0.2))

    left, angry = reasons_said([Reason(criterion="drop_off", numbers=numbers)], "en")

    assert "40%" in left
    assert "10%" in left
    assert "30%" in angry
    assert "20%" in angry


def test_a_typed_text_is_written_as_it_is_asked():
    """A flag goes through the writer of whoever prints it, in the language of the reader."""
    flag = Reason(criterion="expert", numbers=(("flag", Words("half\nleave", "la moitié part !")),))

    assert "half leave" in reasons_said([flag], "en")[0]
    assert "part\u202f!" in reasons_said([flag], "fr")[0]
    assert "<half" in reasons_said([flag], "en", typed=lambda words: f"<{words.en}>")[0]


def test_the_reasons_of_the_analysis_are_those_that_we_know_how_to_say(small):
    """No reason that `analyse` gives falls back on the plain words."""
    found = [reason for one in small.journeys for event in one.events for reason in event.reasons]

    assert found
    for reason in found:
        plain = reasons_said([Reason(criterion=reason.criterion)], "en")
        assert reasons_said([reason], "en") != plain
