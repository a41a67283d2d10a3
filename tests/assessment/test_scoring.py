"""The whole result: answers that are not levels, bounds, one person alone, refusals, seeds, speed."""

from __future__ import annotations

import datetime as dt

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cxmaturity.assessment.scoring import score_assessment
from cxmaturity.assessment.values import Answer, Evidence, MirrorResult, Response, Settings, Wave
from cxmaturity.core.problems import InputError, UnknownIdError

cells = st.one_of(st.integers(1, 5), st.sampled_from(["dk", "na", "skip"]))
panels = st.lists(st.lists(cells, min_size=7, max_size=7), min_size=1, max_size=6)
modes = st.sampled_from(
    [Settings(mode="quick", privacy="named"), Settings(privacy="named"), Settings(mode="quick"), Settings()]
)
UNKNOWN, FOUR = Answer(state="dont_know"), Answer(state="level", level=4)
few = settings(max_examples=100, deadline=None)


def within(inner: tuple[float, float] | None, outer: tuple[float, float] | None) -> bool:
    """Say whether one pair of bounds lies inside another; nothing lies inside anything."""
    if inner is None or outer is None:
        return inner is None
    return outer[0] <= inner[0] + 1e-9 and inner[1] <= outer[1] + 1e-9


# --- answers that are not levels


@few
@given(panels)
def test_states_never_become_numbers(score, rows):
    """Only levels enter a mean: the mean is that of the whole numbers typed, absent when there are none."""
    result = score(rows)
    for number, dimension in enumerate(result.dimensions):
        column = [row[number] for row in rows]
        given_levels = sorted(cell for cell in column if isinstance(cell, int))

        assert tuple(given_levels) == dimension.levels
        assert (len(given_levels), column.count("dk"), column.count("na"), column.count("skip")) == (
            dimension.n,
            dimension.dont_know,
            dimension.not_applicable,
            dimension.skipped,
        )
        mean = sum(given_levels) / len(given_levels) if given_levels else None
        assert mean == (None if mean is None else pytest.approx(dimension.mean))
        assert (mean is None) == (dimension.mean is None)
        assert tuple(given_levels.count(level) for level in range(1, 6)) == dimension.counts


@few
@given(panels, modes, st.data())
def test_bounds_hold_the_full_data_score(score, rows, how, data):
    """Whatever the missing answers would have been, the score is inside the bounds (goal M9)."""
    full = [
        [data.draw(st.integers(1, 5)) if cell in {"dk", "skip"} else cell for cell in row] for row in rows
    ]
    now, known = score(rows, settings=how), score(full, settings=attrs.evolve(how, privacy="named"))
    for before, after in zip(now.dimensions, known.dimensions, strict=True):
        if after.declared is not None:
            assert before.bounds[0] - 1e-9 <= after.declared <= before.bounds[1] + 1e-9
    if known.index.geometric is not None:
        assert now.index.bounds[0] - 1e-9 <= known.index.geometric <= now.index.bounds[1] + 1e-9


@few
@given(panels, modes)
def test_bounds_hold_the_score_itself(score, rows, how):
    """The printed index and means lie inside their own bounds."""
    result = score(rows, settings=how)
    for dimension in result.dimensions:
        assert within((dimension.declared,) * 2 if dimension.declared is not None else None, dimension.bounds)
    index = result.index.geometric

    assert within((index, index) if index is not None else None, result.index.bounds)


@few
@given(panels, modes, st.tuples(st.integers(0, 5), st.integers(0, 6)), st.sampled_from(["dk", "skip"]))
def test_more_missing_never_narrows(score, rows, how, cell, state):
    """Turning an answer into don't know or skipped never narrows any bounds (goal M9)."""
    person, question = cell[0] % len(rows), cell[1]
    if rows[person][question] == "na":
        return
    fewer = [list(row) for row in rows]
    fewer[person][question] = state
    before, after = score(rows, settings=how), score(fewer, settings=how)

    assert within(before.index.bounds, after.index.bounds)
    for one, other in zip(before.dimensions, after.dimensions, strict=True):
        assert within(one.bounds, other.bounds)


@few
@given(panels, modes, st.integers(0, 6))
def test_not_applicable_changes_no_other_question(score, rows, how, question):
    """A question that becomes "not applicable" leaves every other question's result as it was (M9)."""
    without = [[*row[:question], "na", *row[question + 1 :]] for row in rows]
    before, after = score(rows, settings=how), score(without, settings=how)

    for number, (one, other) in enumerate(zip(before.dimensions, after.dimensions, strict=True)):
        assert number == question or one == other
    assert after.dimensions[question].scored is None
    assert after.dimensions[question].bounds is None or after.dimensions[question].withheld


def test_not_applicable_renormalises(score):
    """With six questions of seven the index is theirs: 3 everywhere stays 3, and "6 of 7" is told."""
    result = score([[3, 3, 3, 3, 3, 3, "na"]] * 3)

    assert (3, 6, 7) == (pytest.approx(result.index.geometric), result.coverage.assessed, result.coverage.of)
    assert (3, 3) == pytest.approx(result.index.bounds)


def test_dont_know_opens_the_bounds(score):
    """Levels 3 and 5 with one don't know: mean 4, bounds 3 and 13/3; "not applicable" opens nothing."""
    result = score([[3] * 7, [5] * 7, ["dk", "skip", "na", 5, 5, 5, 5]])

    assert [(4, 3, 13 / 3), (4, 3, 13 / 3), (4, 4, 4)] == [
        (d.mean, pytest.approx(d.bounds[0]), pytest.approx(d.bounds[1])) for d in result.dimensions[:3]
    ]


def test_coverage_adds_up(score):
    """Every answer asked for is counted once, under its state."""
    coverage = score([[3, "dk", "na", "skip", 3, 3, 3], ["dk"] * 7]).coverage

    assert (14, 4, 8, 1, 1) == (
        coverage.asked,
        coverage.levels,
        coverage.dont_know,
        coverage.not_applicable,
        coverage.skipped,
    )
    assert 4 == coverage.assessed


def test_nobody_knows_anything(score):
    """All don't know: no level, no index, no stage, the widest bounds, and nothing warns."""
    result = score([["dk"] * 7] * 5)

    assert (None, (1, 5), None) == (result.index.geometric, result.index.bounds, result.stage.level)
    assert {"no_answer"} == {dimension.verdict for dimension in result.dimensions}
    assert {0} == {dimension.confidence for dimension in result.dimensions}


def test_everything_not_applicable(score):
    """All not applicable: nothing is assessed and there are no bounds to speak of."""
    result = score([["na"] * 7] * 3)

    assert (None, None, 0) == (result.index.geometric, result.index.bounds, result.coverage.assessed)


# --- one person, and what a result carries


def test_useful_alone(score):
    """One person, no evidence: a profile, "single view", no interval, priorities and a stage (goal M19)."""
    result = score([[4, 2, 3, 2, 4, 1, 3]], settings=Settings(mode="quick"))

    assert {"single_view"} == {dimension.verdict for dimension in result.dimensions}
    assert [4, 2, 3, 2, 4, 1, 3] == [dimension.scored for dimension in result.dimensions]
    assert (None, None) == (result.index.low, result.index.high)
    assert {None} == set(attrs.astuple(result.agreement))
    assert "alignment" == result.priorities[0].question
    assert (2, "not_comparable", "not_enough") == (
        result.stage.level,
        result.functions.wording,
        result.alignment.verdict,
    )


def test_sentences_criteria_and_clarity(score):
    """Ticks count among those who gave a level, short and full ids alike; clarity is averaged."""
    ticks = ("a", "trust.c")
    ticked = Answer(state="level", level=3, criteria=ticks, clarity=2, sentence="We keep promises.")
    plain = Answer(state="level", level=3, criteria=("trust.a",), clarity=1)
    silent = Answer(state="dont_know")
    trust = score([[cell] * 7 for cell in (ticked, plain, silent)]).dimension("trust")

    assert {"trust.a": 1, "trust.b": 0, "trust.c": 0.5} == dict(trust.criteria)
    assert (1.5, ("We keep promises.",)) == (trust.clarity, trust.sentences)


def test_reasons_are_listed(score):
    """The reason of each "not applicable" is kept."""
    rows = [[Answer(state="not_applicable", reason="no online shop")] + [3] * 6]

    assert ("no online shop",) == score(rows).dimension("advocacy").reasons


def test_verdicts_and_statistics_reach_the_result(score):
    """The published split panel is told as such question by question, with its statistics."""
    trust = score([[level] * 7 for level in (1, 1, 1, 5, 5, 5)]).dimension("trust")

    assert ("split", 3, 3, 2, 2, 0, -1) == (
        trust.verdict, trust.median, trust.mean, trust.ad_md, trust.ad_m, trust.r_wg, trust.a_wg,
    )  # fmt: skip
    assert -1.4 == pytest.approx(trust.r_wg_raw)


def test_agreement_reaches_the_result(score, reference_panel):
    """The coefficients of the reference panel come out of the front door."""
    agreement = score(reference_panel.tolist()).agreement

    assert (0.36, 0.735, 0.473) == pytest.approx(
        (agreement.krippendorff_alpha, agreement.kendall_w, agreement.icc_a1), abs=5e-4
    )
    assert (0.098, 0.846) == pytest.approx(agreement.icc_a1_interval, abs=5e-4)


def test_result_names_its_inputs(score):
    """The result says which wave, date, mode, privacy, seed and weights it was made from."""
    result = score([[3] * 7] * 3, seed=42)

    assert ("2026", dt.date(2026, 10, 15), "quick", "named", 42, 3) == (
        result.wave, result.date, result.mode, result.privacy, result.seed, result.respondents,
    )  # fmt: skip
    assert 1 == pytest.approx(sum(weight for _, weight in result.weights))


def plain(value: object) -> bool:
    """Say whether a result holds only plain Python values, through and through."""
    if attrs.has(type(value)):
        return all(plain(getattr(value, field.name)) for field in attrs.fields(type(value)))
    if type(value) is tuple:
        return all(plain(item) for item in value)
    return type(value) in {int, float, str, bool, type(None), dt.date} and value == value  # noqa: PLR0124  # no NaN


@pytest.mark.parametrize("privacy", ["named", "anonymous"])
@pytest.mark.parametrize("people", [1, 2, 3, 12])
def test_only_plain_values(score, people, privacy):
    """No numpy number hides in a result: it can be written as JSON and compared."""
    rows = [[(n + j) % 5 + 1 for j in range(7)] for n in range(people)]

    assert plain(score(rows, settings=Settings(privacy=privacy)))


@few
@given(panels, modes)
def test_never_nan(score, rows, how):
    """Whatever the answers, what is not known is None and never NaN."""
    assert plain(score(rows, settings=how))


# --- the same inputs, the same result


@few
@given(panels, modes, st.integers(0, 2**40))
def test_deterministic(score, rows, how, seed):
    """The same answers and seed give the same result, to the last digit."""
    assert score(rows, settings=how, seed=seed) == score(rows, settings=how, seed=seed)


@few
@given(panels, st.integers(0, 1000))
def test_seed_moves_only_simulations(score, rows, seed):
    """Another seed changes no level, interval, bound or agreement."""
    one, other = score(rows, seed=0), score(rows, seed=seed)

    assert one.dimensions == other.dimensions
    assert (one.index, one.agreement, one.stage.level) == (other.index, other.agreement, other.stage.level)


@few
@given(panels, st.randoms(use_true_random=False))
def test_order_of_respondents_does_not_matter(score, rows, random):
    """Shuffling the file changes no question and no index."""
    order = list(range(len(rows)))
    random.shuffle(order)
    functions = [("sales", "staff")[n % 2] for n in range(len(rows))]
    shuffled = score([rows[n] for n in order], functions=[functions[n] for n in order])
    straight = score(rows, functions=functions)

    for one, other in zip(straight.dimensions, shuffled.dimensions, strict=True):
        assert (one.levels, one.verdict, one.bounds) == (other.levels, other.verdict, other.bounds)
    assert straight.index.geometric == (
        None if straight.index.geometric is None else pytest.approx(shuffled.index.geometric)
    )


def test_five_hundred_respondents(score):
    """A large panel works too, and finds the functions that differ."""
    rows = [[3 + n % 2, 3, 3, 3, 3, 3, 3] for n in range(500)]
    result = score(rows, functions=["sales", "staff"])

    assert "difference" == result.functions.wording


# --- what is refused


def run(wave: Wave, catalog: object) -> object:
    """Score a wave as of its own date."""
    return score_assessment(wave, catalog, settings=Settings(), as_of=wave.date, seed=0)


def test_no_response(catalog, wave_of):
    """A wave without respondents is refused."""
    with pytest.raises(InputError) as caught:
        run(wave_of([]), catalog)

    assert "assessment.no_response" == caught.value.code


def test_duplicate_respondent(catalog, wave_of):
    """A respondent who appears twice is refused: he would count double."""
    with pytest.raises(InputError) as caught:
        run(wave_of([[3] * 7] * 2, respondents=["ann", "ann"]), catalog)

    assert "assessment.duplicate_respondent" == caught.value.code


@pytest.mark.parametrize(
    "change",
    [
        {"responses": [Response(respondent="a", function="sales", answers={"trsut": UNKNOWN})]},
        {
            "evidence": (
                Evidence(question="trsut", grade="E1", description="", source="", date=dt.date(2026, 1, 1)),
            )
        },
        {"mirror": (MirrorResult(question="trsut", agreeing=1, n=2),)},
    ],
    ids=["answer", "evidence", "mirror"],
)
def test_unknown_question(catalog, wave_of, change):
    """A misspelt question, wherever it stands, is refused with the nearest name."""
    with pytest.raises(UnknownIdError, match="'trust'"):
        run(attrs.evolve(wave_of([[3] * 7]), **change), catalog)


def test_unknown_function(catalog, wave_of):
    """A misspelt function is refused with the nearest name."""
    with pytest.raises(UnknownIdError, match="'marketing'"):
        run(wave_of([[3] * 7], functions=["marketting"]), catalog)


def test_absent_question_is_skipped(catalog):
    """A question that a respondent does not have counts as skipped."""
    wave = Wave(
        id="w",
        date=dt.date(2026, 1, 1),
        version="1",
        responses=[Response(respondent="a", function="sales", answers={"trust": FOUR})],
    )
    result = run(wave, catalog)

    assert (1, 6) == (result.coverage.levels, result.coverage.skipped)
