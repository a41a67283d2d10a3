"""The tables under every statistic: layout, means with holes, fills, each rater's own score."""

from __future__ import annotations

import math
import statistics

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxmaturity.assessment.noise import rater_scores
from cxmaturity.assessment.panel import STATES, Panel, build_panel, column_means
from cxmaturity.assessment.values import Answer, Response, Wave

NAN = float("nan")
tables = st.integers(1, 5).flatmap(
    lambda columns: st.lists(
        st.lists(st.one_of(st.integers(1, 5), st.just(NAN)), min_size=columns, max_size=columns),
        min_size=1,
        max_size=6,
    )
)


def plain_mean(values: list[float]) -> float:
    """Return the mean of what is there, NaN when nothing is."""
    known = [value for value in values if not math.isnan(value)]
    return statistics.fmean(known) if known else NAN


@given(tables)
def test_column_means_against_plain_python(rows):
    """Means skip holes, and an empty column gives NaN without a warning."""
    expected = [plain_mean(list(column)) for column in zip(*rows, strict=True)]

    assert expected == pytest.approx(column_means(np.array(rows, dtype=float)).tolist(), nan_ok=True)


def test_layout(catalog, wave_of, questions):
    """Rows follow the wave and columns the catalogue, whatever the order of a respondent's answers."""
    straight = wave_of([[1, 2, 3, 4, 5, 1, 2], [5, 4, 3, 2, 1, 5, 4]])
    turned = Wave(
        id="w",
        date=straight.date,
        version="1",
        responses=[
            Response(respondent=r.respondent, function=r.function, answers=r.answers[::-1])
            for r in straight.responses
        ],
    )
    panel, same = build_panel(straight, catalog), build_panel(turned, catalog)

    assert questions == panel.questions
    assert [[1, 2, 3, 4, 5, 1, 2], [5, 4, 3, 2, 1, 5, 4]] == panel.levels.tolist() == same.levels.tolist()
    assert (("r0", "r1"), ("marketing", "service"), 2) == (panel.respondents, panel.functions, panel.size)


def test_states_are_kept_apart(catalog, wave_of):
    """The four states stay four: only a level is a number in the table."""
    panel = build_panel(wave_of([[4, "dk", "na", "skip", 2, "dk", "na"]]), catalog)

    assert ["level", "dont_know", "not_applicable", "skipped", "level", "dont_know", "not_applicable"] == [
        STATES[code] for code in panel.states[0]
    ]
    assert [False, True, True, True, False, True, True] == np.isnan(panel.levels[0]).tolist()
    assert [2, 2, 2, 1] == [int(panel.count(state).sum()) for state in STATES]


def test_filled_fills_only_what_could_have_been_answered(catalog, wave_of):
    """Don't know and skipped take the fill, "not applicable" never does, and all of it gives NaN."""
    panel = build_panel(wave_of([[4, "dk", "na", "skip", "na", 3, 3], [2, 4, 4, "dk", "na", 3, 3]]), catalog)

    assert [3, 2.5, 4, 1, NAN, 3, 3] == pytest.approx(panel.filled(1).tolist(), nan_ok=True)
    assert [3, 4.5, 4, 5, NAN, 3, 3] == pytest.approx(panel.filled(5).tolist(), nan_ok=True)


@given(tables, st.floats(1, 5), st.floats(1, 5))
def test_filling_higher_is_never_lower(rows, one, other):
    """The mean after filling rises with the fill."""
    low, high = min(one, other), max(one, other)
    table = np.array(rows, dtype=float)
    panel = Panel(
        questions=tuple(map(str, range(table.shape[1]))),
        respondents=tuple(map(str, range(table.shape[0]))),
        functions=("x",) * table.shape[0],
        levels=table,
        states=np.where(np.isnan(table), 2, 0),
    )

    assert (panel.filled(low) <= panel.filled(high) + 1e-12).all()


def test_a_wave_of_one_answer(catalog):
    """One respondent with one answer makes a table of one level and six skips."""
    response = Response(respondent="a", function="sales", answers={"trust": Answer(state="level", level=5)})
    panel = build_panel(Wave(id="w", date=None, version="1", responses=[response]), catalog)

    assert (1, 6) == (int(panel.count("level").sum()), int(panel.count("skipped").sum()))


# --- each rater's own score ---


def test_rater_scores_by_hand():
    """Two raters, two questions, weights .75 and .25: scores are weighted distances to the panel's means."""
    scores, effective = rater_scores(np.array([[1.0, 2], [3, 4]]), np.array([0.75, 0.25]))

    assert ([-1, 1], 2) == (scores.tolist(), effective)


def test_rater_scores_with_holes():
    """A hole leaves the rater's own mean and the number behind its question; no answer, no score."""
    table = np.array([[1.0, 2], [3, NAN], [NAN, NAN]])
    scores, effective = rater_scores(table, np.array([0.5, 0.5]))

    assert [-0.5, 1] == scores.tolist()
    assert 1 / (0.5 / 2 + 0.5 / 1) == pytest.approx(effective)


@given(st.lists(st.lists(st.integers(1, 5), min_size=7, max_size=7), min_size=2, max_size=8))
def test_scores_of_a_complete_panel(rows):
    """In a complete panel scores add up to 0, vary like the raters' means, and everybody counts."""
    table = np.array(rows, dtype=float)
    scores, effective = rater_scores(table, np.full(7, 1 / 7))

    assert 0 == pytest.approx(scores.sum(), abs=1e-9)
    assert table.mean(axis=1).var() == pytest.approx(scores.var(), abs=1e-9)
    assert len(rows) == pytest.approx(effective)


def test_nothing_that_counts():
    """Weights on unanswered questions leave no score and nobody behind it."""
    scores, effective = rater_scores(np.array([[NAN, 3.0]]), np.array([1.0, 0.0]))

    assert ([], 0) == (scores.tolist(), effective)
