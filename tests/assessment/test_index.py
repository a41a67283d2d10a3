"""The index: published profiles, an interval that covers, no paying for a weak question."""

from __future__ import annotations

import math
import statistics

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxmaturity.assessment.evidence import apply_caps
from cxmaturity.assessment.index import (
    arithmetic,
    geometric,
    index_bounds,
    index_interval,
    minimum,
    weak_link,
)
from cxmaturity.assessment.noise import mean_interval, shrunk_variance, t_quantile
from cxmaturity.assessment.stage import stages

EQUAL = np.full(7, 1 / 7)
NO_CAP = np.full(7, np.nan)
# profile, arithmetic, geometric, harmonic, minimum, stage (reference notes, maturity, section 3.7)
PROFILES = [
    ((3, 3, 3, 3, 3, 3, 3), 3.00, 3.00, 3.00, 3, 3),
    ((4, 4, 4, 1, 4, 4, 4), 3.57, 3.28, 2.80, 1, 2),
    ((5, 5, 5, 1, 1, 5, 5), 3.86, 3.16, 2.33, 1, 2),
    ((5, 1, 5, 1, 5, 1, 3), 3.00, 2.33, 1.78, 1, 1),
    ((4, 4, 4, 3, 4, 4, 4), 3.86, 3.84, 3.82, 3, 4),
]
TRUTHS = [(3,) * 7, (4, 4, 4, 3, 4, 4, 4), (2, 3, 4, 3, 3, 2, 2), (2.5, 3.2, 3.8, 2.6, 3.3, 2.4, 1.6)]
profiles = st.lists(st.floats(1, 5), min_size=7, max_size=7).map(np.array)
weightings = st.lists(st.floats(0.01, 1), min_size=7, max_size=7).map(lambda w: np.array(w) / sum(w))


@pytest.mark.parametrize("row", PROFILES, ids=lambda row: str(row[0]))
def test_published_profiles(row):
    """The five published profiles give the printed means to two digits, minimum and stage exactly."""
    profile, mean, headline, harmonic, lowest, stage = row
    levels = np.array(profile, dtype=float)

    assert mean == pytest.approx(arithmetic(levels, EQUAL), abs=5e-3)
    assert headline == pytest.approx(geometric(levels, EQUAL), abs=5e-3)
    assert harmonic == pytest.approx(statistics.harmonic_mean(profile), abs=5e-3)
    assert (lowest, stage) == (minimum(levels, EQUAL), int(stages(levels)))


@pytest.mark.parametrize("row", PROFILES, ids=lambda row: str(row[0]))
def test_published_profiles_through_the_front_door(score, row):
    """The same figures come out of `score_assessment` for one respondent of a quick test."""
    profile, mean, headline, _, lowest, stage = row
    result = score([profile])

    assert (mean, headline, lowest) == pytest.approx(
        (result.index.arithmetic, result.index.geometric, result.index.minimum), abs=5e-3
    )
    assert stage == result.stage.level


def test_reference_panel(score, reference_panel):
    """The 4 x 7 panel has means 2.75 3 3.75 2.5 3.25 2.5 1.25, arithmetic 2.714, geometric of means 2.592."""
    result = score(reference_panel.tolist())

    assert [2.75, 3, 3.75, 2.5, 3.25, 2.5, 1.25] == [dimension.mean for dimension in result.dimensions]
    assert (2.714, 2.592, 1.25) == pytest.approx(
        (result.index.arithmetic, result.index.geometric, result.index.minimum), abs=5e-4
    )


@given(profiles, weightings)
def test_geometric_against_the_standard_library(levels, weights):
    """The weighted geometric mean equals the product of powers, and arithmetic the weighted sum."""
    product = math.prod(float(x) ** float(w) for x, w in zip(levels, weights, strict=True))

    assert product == pytest.approx(geometric(levels, weights))
    assert statistics.fmean(levels.tolist(), weights.tolist()) == pytest.approx(arithmetic(levels, weights))


@given(profiles, weightings)
def test_order_of_the_three(levels, weights):
    """Minimum <= geometric <= arithmetic: the headline never pays more for strength than the mean does."""
    low, middle, high = (f(levels, weights) for f in (minimum, geometric, arithmetic))

    assert low <= middle + 1e-12 <= high + 1e-9
    assert 1 <= low <= high <= 5 + 1e-12


@given(profiles, weightings, st.integers(0, 6), st.floats(0, 4))
def test_monotone_in_every_level(levels, weights, position, step):
    """Raising one level lowers neither the index nor the stage (goal M10)."""
    better = levels.copy()
    better[position] = min(5.0, better[position] + step)

    assert geometric(levels, weights) <= geometric(better, weights) + 1e-12
    assert int(stages(levels)) <= int(stages(better))


@given(profiles, weightings, st.sets(st.integers(0, 6), max_size=6))
def test_missing_questions_renormalise(levels, weights, missing):
    """Leaving questions out equals computing over the others with their weights scaled up."""
    holed = levels.copy()
    holed[list(missing)] = np.nan
    kept = [j for j in range(7) if j not in missing]
    scaled = weights[kept] / weights[kept].sum()

    assert geometric(holed, weights) == pytest.approx(geometric(levels[kept], scaled))
    assert arithmetic(holed, weights) == pytest.approx(arithmetic(levels[kept], scaled))
    assert minimum(holed, weights) == levels[kept].min()


def test_nothing_assessed_is_none():
    """Without any level, or with weight only on missing questions, there is no index rather than 0."""
    nothing = np.full(7, np.nan)
    one = nothing.copy()
    one[0] = 3

    for statistic in (geometric, arithmetic, minimum):
        assert statistic(nothing, EQUAL) is None
        assert statistic(one, np.array([0, 1, 0, 0, 0, 0, 0.0])) is None
        assert statistic(one, EQUAL) == pytest.approx(3)


def test_zero_weight_leaves_the_index():
    """A question of weight 0 moves none of the three."""
    weights = np.array([0, 1, 1, 1, 1, 1, 1]) / 6
    low, high = np.array([1, 3, 3, 3, 3, 3, 3.0]), np.array([5, 3, 3, 3, 3, 3, 3.0])

    for statistic in (geometric, arithmetic, minimum):
        assert statistic(low, weights) == pytest.approx(statistic(high, weights))


@pytest.mark.slow
@pytest.mark.parametrize("raters", [3, 4, 5, 8, 12])
def test_coverage(raters, noisy_panels, panel_of):
    """The 90 % interval covers the true index 88 to 96 % of the time with 3 to 12 raters (goal M8)."""
    covered = panels = 0
    for number, truth in enumerate(TRUTHS):
        true_index = statistics.geometric_mean(truth)
        for table in noisy_panels(truth, raters, 400, seed=30 + number):
            low, high = index_interval(panel_of(table), EQUAL, NO_CAP)
            covered += low <= true_index <= high
            panels += 1

    assert 0.88 <= covered / panels <= 0.96


@pytest.mark.parametrize(("raters", "width"), [(3, 1.08), (5, 0.78), (8, 0.59), (12, 0.47)])
def test_width(raters, width, noisy_panels, panel_of):
    """The interval is as wide as the reference notes say: it covers by being honest, not by being huge."""
    panels = noisy_panels((4, 4, 4, 3, 4, 4, 4), raters, 150, seed=31)
    found = [index_interval(panel_of(table), EQUAL, NO_CAP) for table in panels]

    assert width == pytest.approx(np.mean([high - low for low, high in found]), abs=0.06)


@pytest.mark.slow
@pytest.mark.parametrize("raters", [3, 5, 8, 12])
def test_coverage_of_one_question(raters, noisy_panels):
    """The 90 % interval of a question covers its level, anywhere on the scale, 88 to 97 % of the time."""
    rng = np.random.default_rng(32)
    truths = rng.uniform(1.5, 4.5, (250, 7))
    covered = [
        low <= level <= high
        for number, truth in enumerate(truths)
        for level, column in zip(truth, noisy_panels(truth, raters, 1, seed=number)[0].T, strict=True)
        for low, high in [mean_interval(column)]
    ]

    assert 0.88 <= np.mean(covered) <= 0.97


def test_bootstrap_would_lie(noisy_panels):
    """A percentile bootstrap at 3 raters covers far under 80 %: why it is not used."""
    rng = np.random.default_rng(33)
    covered = []
    for table in noisy_panels((3,) * 7, 3, 300, seed=33):
        means = table.mean(axis=1)[rng.integers(0, 3, (200, 3))].mean(axis=1)
        low, high = np.quantile(means, [0.05, 0.95])
        covered.append(low <= 3 <= high)

    assert np.mean(covered) < 0.75


@pytest.mark.parametrize("people", [1, 2])
def test_no_interval_under_three(score, people):
    """One or two people have no interval, of the index or of a question: it would be invented."""
    result = score([[3, 4, 3, 2, 4, 3, 2]] * people)

    assert (None, None) == (result.index.low, result.index.high)
    assert {None} == {dimension.interval for dimension in result.dimensions}


@given(st.lists(st.lists(st.integers(1, 5), min_size=7, max_size=7), min_size=3, max_size=12))
def test_interval_holds_the_index(rows):
    """The interval holds the index it belongs to, inside the scale, whatever the panel; capped too."""
    from cxmaturity.assessment.panel import Panel

    table = np.array(rows, dtype=float)
    panel = Panel(
        questions=tuple("abcdefg"),
        respondents=tuple(map(str, range(len(rows)))),
        functions=("x",) * len(rows),
        levels=table,
        states=np.zeros(table.shape, dtype=int),
    )
    for caps in (NO_CAP, np.array([2, 3, 4, 5, 2, 3, 4.0])):
        index = geometric(apply_caps(table.mean(axis=0), caps), EQUAL)
        low, high = index_interval(panel, EQUAL, caps)

        assert 1 <= low <= index + 1e-9
        assert index - 1e-9 <= high <= geometric(apply_caps(np.full(7, 5.0), caps), EQUAL) + 1e-9


def test_interval_narrows_with_people(panel_of):
    """The same spread among more people gives a narrower interval."""
    rows = np.array([[2, 3, 4, 3, 3, 2, 1], [3, 4, 5, 4, 4, 3, 2], [2, 4, 4, 4, 3, 3, 1]])
    widths = [
        high - low
        for times in (1, 2, 4)
        for low, high in [index_interval(panel_of(np.tile(rows, (times, 1))), EQUAL, NO_CAP)]
    ]

    assert widths == sorted(widths, reverse=True)


def test_a_question_answered_by_few_widens_the_interval(panel_of):
    """Holes in the answers cost precision: the interval with them is wider."""
    rng = np.random.default_rng(34)
    table = np.clip(np.rint(rng.normal(3, 0.8, (8, 7))), 1, 5)
    holed = table.copy()
    holed[2:, :4] = np.nan
    full, less = (index_interval(panel_of(t), EQUAL, NO_CAP) for t in (table, holed))

    assert full[1] - full[0] < less[1] - less[0]


def test_shrunk_variance_by_hand():
    """Values 1, 2, 3 (squares 2) with prior .25: (4 x .25 + 2) / 6 = .5 on 6 degrees of freedom."""
    assert (0.5, 6) == pytest.approx(shrunk_variance(np.array([1.0, 2, 3]), 0.25))


@pytest.mark.parametrize(("df", "p", "quantile"), [(6, 0.95, 1.943), (8, 0.975, 2.306), (30, 0.95, 1.697)])
def test_t_quantiles(df, p, quantile):
    """Student quantiles are those of any printed table."""
    assert quantile == pytest.approx(t_quantile(df, p), abs=5e-4)


def test_mean_interval_by_hand():
    """Levels 2, 3, 4: variance (4 x .65 + 2) / 6, half-width t(6; .95) x root of a third of it."""
    half = 1.9431802805 * ((4 * 0.65 + 2) / 6 / 3) ** 0.5

    assert (3 - half, 3 + half) == pytest.approx(mean_interval(np.array([2.0, 3, 4])))


@pytest.mark.parametrize(
    ("profile", "expected"),
    [
        ((3, 3, 3, 3, 3, 3, 3), None),
        ((4, 4, 4, 1, 4, 4, 4), "response"),
        ((5, 5, 5, 1, 1, 5, 5), "response"),
        ((5, 1, 5, 1, 5, 1, 3), "distinct"),
        ((4, 4, 4, 3, 4, 4, 4), None),
        ((4, 2, 3, 2, 4, 1, 3), None),
        ((3, 3, 3, 3, 3, 3, 1), "community"),
    ],
)
def test_weak_link(questions, profile, expected):
    """A weak link is named when the mean hides it or when it alone holds the stage down, else none is."""
    assert expected == weak_link(questions, np.array(profile, dtype=float), EQUAL)


def test_weak_link_is_the_lowest(questions):
    """Over 500 random profiles the weak link is the lowest question, and is named when the mean hides it."""
    rng = np.random.default_rng(35)
    for levels in rng.integers(1, 6, (500, 7)).astype(float):
        found = weak_link(questions, levels, EQUAL)
        if arithmetic(levels, EQUAL) - geometric(levels, EQUAL) > 0.3:
            assert found is not None
        if found is not None:
            assert levels.min() == levels[questions.index(found)]


def test_no_weak_link_with_one_question(questions):
    """One assessed question cannot be the weak one of a chain."""
    levels = np.full(7, np.nan)
    levels[2] = 1

    assert weak_link(questions, levels, EQUAL) is None


def test_bounds_by_hand():
    """Means 3 with one unknown question: from (3^6 x 1)^(1/7) to (3^6 x 5)^(1/7)."""
    low, high = np.array([3] * 6 + [1.0]), np.array([3] * 6 + [5.0])

    assert (3 ** (6 / 7), (3**6 * 5) ** (1 / 7)) == pytest.approx(index_bounds(low, high, EQUAL, NO_CAP))
    assert index_bounds(NO_CAP, NO_CAP, EQUAL, NO_CAP) is None
