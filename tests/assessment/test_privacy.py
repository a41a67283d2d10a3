"""Anonymity: thresholds that fail closed, and an attacker who combines everything published."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cxmaturity.assessment.privacy import disclosure, publishable, threshold
from cxmaturity.assessment.values import Answer, MirrorResult, Settings

FUNCTIONS = ("marketing", "service", "sales", "staff", "executive")
ANONYMOUS = Settings(mode="quick")


@pytest.mark.parametrize(
    "given_",
    [0, -1, -100, 1, 2, 3, None, "", "5", "abc", True, False, float("nan"), float("inf"), [], 2.5, 1e-9],
)
def test_absent_or_invalid_threshold_is_the_safe_one(given_):
    """Whatever cannot be read as more than 3 gives 3, never less."""
    assert 3 == threshold(Settings(minimum_group=given_))


@pytest.mark.parametrize(("given_", "used"), [(4, 4), (5, 5), (10, 10), (3.2, 4), (100, 100)])
def test_client_can_only_raise(given_, used):
    """A higher threshold is kept, rounded up."""
    assert used == threshold(Settings(minimum_group=given_))


@pytest.mark.parametrize("privacy", ["anonymous", "", None, "Named", "NAMED", "named ", "public", 0, True])
def test_only_named_is_named(privacy):
    """Any privacy that is not exactly "named" is anonymous."""
    rules = disclosure(Settings(privacy=privacy), 10)

    assert (True, 3, 5) == (rules.anonymous, rules.group, rules.text_panel)


def test_absent_settings_are_anonymous(score):
    """Settings that say nothing about privacy are anonymous with groups of 3."""
    result = score([[3] * 7] * 2, settings=Settings(mode="quick"))

    assert ("anonymous", 3, True) == (result.privacy, result.minimum_group, result.withheld)


# --- which groups may be shown

sizes_of = st.dictionaries(st.sampled_from(FUNCTIONS), st.integers(0, 6), min_size=1)


@given(sizes_of, st.integers(3, 5), st.sets(st.sampled_from(FUNCTIONS)))
def test_published_groups_are_safe(sizes, group, among):
    """Every shown group has at least k people, is a candidate, and the rest is nobody or at least k."""
    shown = publishable(sizes, group, among=among)
    rest = sum(sizes.values()) - sum(sizes[name] for name in shown)

    assert shown <= among
    assert all(sizes[name] >= group for name in shown)
    assert not shown or rest == 0 or rest >= group


@given(sizes_of, st.integers(3, 5))
def test_no_more_is_hidden_than_needed(sizes, group):
    """No other safe choice shows more groups."""
    names = list(sizes)
    safe = [
        len(chosen)
        for count in range(len(names) + 1)
        for chosen in itertools.combinations(names, count)
        if all(sizes[name] >= group for name in chosen)
        and not 0 < sum(sizes.values()) - sum(sizes[name] for name in chosen) < group
    ]

    assert max(safe, default=0) == len(publishable(sizes, group))


@pytest.mark.parametrize(
    ("sizes", "shown"),
    [
        ((4, 3, 0, 0), {"marketing", "service"}),
        ((4, 3, 2, 0), {"marketing"}),
        ((4, 3, 2, 1), {"marketing", "service"}),
        ((5, 5, 5, 1), {"marketing", "service"}),
        ((3, 1, 0, 0), set()),
        ((2, 2, 2, 2), set()),
        ((9, 0, 0, 0), {"marketing"}),
    ],
)
def test_complementary_suppression(sizes, shown):
    """When one small group is hidden a second goes with it; two that make three together are enough."""
    assert shown == publishable(dict(zip(FUNCTIONS, sizes, strict=False)), 3)


def test_named_shows_all():
    """With a threshold of 1 every group that has somebody is shown."""
    assert {"marketing", "sales"} == publishable({"marketing": 1, "service": 0, "sales": 2}, 1)


# --- the attacker

cells = st.one_of(st.integers(1, 5), st.sampled_from(["dk", "na", "skip"]))
panels = st.lists(
    st.tuples(st.sampled_from(FUNCTIONS), st.lists(cells, min_size=7, max_size=7)), min_size=2, max_size=10
)


def can_isolate(published: list[list[int]], people: int, group: int) -> tuple[int, ...] | None:
    """Return a group of fewer than `group` people whose sum is some linear combination of the published sums.

    Each published figure is a row of 0 and 1 over people. A group's sum can be computed exactly when its own
    row lies in the space spanned by the published rows: adding it does not raise the rank.
    """
    if not published:
        return None
    matrix = np.array(published, dtype=float)
    rank = np.linalg.matrix_rank(matrix)
    for size in range(1, group):
        for chosen in itertools.combinations(range(people), size):
            row = np.zeros(people)
            row[list(chosen)] = 1
            if np.linalg.matrix_rank(np.vstack([matrix, row])) == rank:
                return chosen
    return None


def test_the_attacker_works():
    """The attack finds the hidden pair when a total and the rest are published: it is a real test."""
    assert (3, 4) == can_isolate([[1, 1, 1, 1, 1], [1, 1, 1, 0, 0]], 5, 3)
    assert can_isolate([[1, 1, 1, 1, 1, 1], [1, 1, 1, 0, 0, 0]], 6, 3) is None


@settings(max_examples=150, deadline=None)
@given(panels, st.sampled_from([0, 3, 4]))
def test_differencing_attack(score, questions, rows, minimum):
    """No linear combination of published means, totals and shares gives a group under k (goal M12)."""
    result = score(
        [row for _, row in rows],
        functions=[function for function, _ in rows],
        settings=Settings(mode="quick", minimum_group=minimum),
    )
    k = max(3, minimum)
    people = len(rows)
    names = [function for function, _ in rows]
    shown = [function for function in result.functions.functions if function.shown]
    for number, question in enumerate(questions):
        gave = [int(isinstance(row[number], int)) for _, row in rows]
        levels = []
        if result.dimension(question).mean is not None:
            levels.append(gave)
        levels += [
            [int(name == function.id) * here for name, here in zip(names, gave, strict=True)]
            for function in shown
            if dict(function.means)[question] is not None
        ]
        unknown = [[1] * people] if not result.withheld else []
        unknown += [[int(name == function.id) for name in names] for function in shown]

        assert can_isolate(levels, people, k) is None
        assert can_isolate(unknown, people, k) is None


@settings(max_examples=100, deadline=None)
@given(panels)
def test_published_figures_are_right_or_absent(score, questions, rows):
    """What is shown is the plain mean of the people behind it; what is hidden is absent."""
    result = score([row for _, row in rows], functions=[f for f, _ in rows], settings=ANONYMOUS)
    for function in result.functions.functions:
        members = [row for name, row in rows if name == function.id]
        if not function.shown:
            assert (None, (), ()) == (function.n, function.means, function.dont_know)
            continue
        for number, question in enumerate(questions):
            given_levels = [row[number] for row in members if isinstance(row[number], int)]
            mean = dict(function.means)[question]

            assert mean is None or mean == pytest.approx(sum(given_levels) / len(given_levels))
            assert mean is None or len(given_levels) >= 3


@settings(max_examples=100, deadline=None)
@given(panels)
def test_small_questions_are_withheld_everywhere(score, rows):
    """A question with one or two levels shows no statistic, moves no index, and has the widest bounds."""
    result = score([row for _, row in rows], settings=ANONYMOUS)
    for number, dimension in enumerate(result.dimensions):
        gave = sum(isinstance(row[number], int) for _, row in rows)
        if len(rows) >= 3 and (gave == 0 or gave >= 3):
            assert not dimension.withheld
            continue
        assert dimension.withheld
        assert ((), (0, 0, 0, 0, 0), "too_few") == (dimension.levels, dimension.counts, dimension.verdict)
        assert {None} == {
            getattr(dimension, name)
            for name in ("median", "mean", "ad_md", "ad_m", "r_wg", "a_wg", "declared", "scored", "interval")
        }
        assert (1, 5) == dimension.bounds
        assert dimension.id not in {priority.question for priority in result.priorities}


def test_the_index_does_not_give_a_withheld_question_back(score):
    """Two panels that differ only in a withheld question have the same index, stage, bounds and agreement."""
    rows = [[3, 4, 2, 3, 4, 3, 5], [3, 3, 2, 4, 4, 3, 1], [2, 4, 3, 3, 4, 2, "dk"], [3, 4, 2, 3, 5, 3, "dk"]]
    other = [[*row[:6], 2 if isinstance(row[6], int) else row[6]] for row in rows]
    one, two = (score(panel, settings=ANONYMOUS) for panel in (rows, other))

    assert one.dimension("community").withheld
    assert one == two


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(cells, min_size=7, max_size=7), min_size=2, max_size=2), st.data())
def test_two_people_give_nothing_away(score, rows, data):
    """An anonymous panel of two gives the same result whatever they answer."""
    other = data.draw(st.lists(st.lists(cells, min_size=7, max_size=7), min_size=2, max_size=2))
    one, two = (score(panel, settings=ANONYMOUS) for panel in (rows, other))

    assert one.withheld
    assert one == two


def test_withheld_panel_says_so(score):
    """Two anonymous people: no level, index, stage or count, functions hidden, customers' mirror kept."""
    mirror = (MirrorResult(question="trust", agreeing=5, n=10),)
    result = score([[3] * 7, [4] * 7], settings=ANONYMOUS, mirror=mirror)

    assert (None, None, None, ()) == (
        result.index.geometric,
        result.stage.level,
        result.weak_link,
        result.priorities,
    )
    assert (14, 0, 0) == (result.coverage.asked, result.coverage.levels, result.coverage.assessed)
    assert {0} == {dimension.n for dimension in result.dimensions}
    assert not any(function.shown for function in result.functions.functions)
    assert (0.5, None) == (result.mirror[0].customer_share, result.mirror[0].self_position)


def test_two_named_people_see_everything(score):
    """The same two people, named, get their profile."""
    result = score([[3] * 7, [4] * 7])

    assert (False, 1, (3, 4), 3.5) == (
        result.withheld,
        result.minimum_group,
        result.dimension("trust").levels,
        result.dimension("trust").mean,
    )


def test_one_person_alone_sees_her_own_result(score):
    """A self-test by one person works without any setting: there is nobody to tell her apart from."""
    cell = Answer(state="level", level=3, sentence="We listen.", clarity=2)
    result = score([[cell] * 7], settings=Settings())

    assert (False, (3,), ("We listen.",), 2) == (
        result.withheld,
        result.dimension("trust").levels,
        result.dimension("trust").sentences,
        result.dimension("trust").clarity,
    )


def test_a_raised_threshold_hides_more(score):
    """With a threshold of 8, a panel of seven is withheld and one of eight is not."""
    strict = Settings(mode="quick", minimum_group=8)

    assert score([[3] * 7] * 7, settings=strict).withheld
    assert not score([[3] * 7] * 8, settings=strict).withheld


# --- free text


def sentences(people: int, texts: int, **given_: object) -> list[list[Answer]]:
    """Return rows in which the first `texts` people wrote a sentence on every question."""
    return [
        [Answer(state="level", level=3, sentence=f"sentence {9 - number}" if number < texts else "")] * 7
        for number in range(people)
    ]


@pytest.mark.parametrize(
    ("people", "texts", "shown"), [(3, 3, 0), (4, 4, 0), (5, 3, 3), (5, 2, 0), (8, 1, 0), (8, 8, 8)]
)
def test_sentences_need_five_people_and_three_texts(score, people, texts, shown):
    """Free text shows from a panel of five and three texts on the question, the lone sentence never."""
    result = score(sentences(people, texts), settings=ANONYMOUS)

    assert {shown} == {len(dimension.sentences) for dimension in result.dimensions}


@pytest.mark.parametrize("privacy", ["anonymous", "named"])
def test_what_people_wrote_can_be_left_out(score, privacy):
    """With ``left_out`` no sentence and no reason is in the result, however many people; the levels do not move."""
    rows = [*sentences(8, 8), [Answer(state="not_applicable", reason="Never met a customer")] * 7]
    shown, kept = (
        score(rows, settings=Settings(privacy=privacy, sentences=choice)) for choice in ("shown", "left_out")
    )

    assert any(dimension.sentences for dimension in shown.dimensions)
    assert not any(dimension.sentences or dimension.reasons for dimension in kept.dimensions)
    assert [dimension.declared for dimension in shown.dimensions] == [
        dimension.declared for dimension in kept.dimensions
    ]


def test_anonymous_sentences_lose_their_order(score):
    """Anonymous sentences are sorted, so that their place says nothing of who wrote them."""
    rows = sentences(6, 6)
    anonymous = score(rows, settings=ANONYMOUS).dimension("trust").sentences
    named = score(rows).dimension("trust").sentences

    assert tuple(sorted(named)) == anonymous != named


def test_reasons_follow_the_same_rule(score):
    """The reasons of "not applicable" are free text too: two of them are hidden, three are shown."""
    rows = [[3, 3, 3, 3, 3, "na", "na"]] * 2 + [[3, 3, 3, 3, 3, 3, "na"]] + [[3] * 7] * 3
    result = score(rows, settings=ANONYMOUS)

    assert ((), 3) == (result.dimension("alignment").reasons, len(result.dimension("community").reasons))
    assert (2, 3) == tuple(result.dimension(name).not_applicable for name in ("alignment", "community"))


def test_blank_texts_do_not_count(score):
    """Spaces are no sentence: they are neither shown nor counted towards the threshold."""
    rows = [[Answer(state="level", level=3, sentence=text)] * 7 for text in ("a", "b", " ", "", "  ")]

    assert () == score(rows, settings=ANONYMOUS).dimension("trust").sentences


def test_clarity_of_two_people_is_hidden(score):
    """Clarity given by fewer than k people is not averaged for all to see."""
    rows = [
        [Answer(state="level", level=3, clarity=2 if number < clear else None)] * 7
        for clear in (2, 3)
        for number in range(5)
    ]
    two, three = (score(part, settings=ANONYMOUS).dimension("trust").clarity for part in (rows[:5], rows[5:]))

    assert (None, 2) == (two, three)


def test_respondent_ids_never_appear(score):
    """No respondent id is anywhere in the result of an anonymous panel."""
    result = score([[3] * 7] * 6, settings=ANONYMOUS, respondents=[f"secret-{n}" for n in range(6)])

    assert "secret" not in repr(result)


def test_gap_tests_rest_on_shown_functions(score):
    """Tests between functions name only functions that are shown."""
    rows = [[4] * 7] * 5 + [[2] * 7] * 5 + [[1] * 7] * 2 + [[5] * 7]
    functions = ["marketing"] * 5 + ["sales"] * 5 + ["staff"] * 2 + ["executive"]
    found = score(rows, functions=functions, settings=ANONYMOUS).functions
    shown = {function.id for function in found.functions if function.shown}
    named = {name for test in (found.profile, *found.questions) for name in (test.highest, test.lowest)}

    assert {"marketing", "sales"} == shown
    assert 2 == found.withheld
    assert named <= shown
