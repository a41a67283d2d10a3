"""Declared alignment against observed agreement."""

from __future__ import annotations

import numpy as np
import pytest

from cxmaturity.assessment.values import Settings

CAMPS = ([1, 1, 1, 1, 1], [5, 5, 5, 5, 5])


def rows(alignment: int, others: list[list[int]]) -> list[list[int]]:
    """Return rows whose sixth answer, alignment, is fixed."""
    return [[*row[:5], alignment, row[5]] for row in others]


def test_declared_aligned_but_split(score):
    """Six people declare 4 on alignment and form two camps everywhere else: contradicted."""
    people = [[1] * 6] * 3 + [[5] * 6] * 3
    check = score(rows(4, people)).alignment

    assert ("contradicted", 4, 6) == (check.verdict, check.declared, len(check.split))
    assert "alignment" not in check.split + check.spread + check.consensus


def test_declared_aligned_and_agreeing(score):
    """The same declaration with consensus everywhere is consistent."""
    check = score(rows(4, [[3] * 6] * 6)).alignment

    assert ("consistent", 6) == (check.verdict, len(check.consensus))


def test_admitted_misalignment_is_no_contradiction(score):
    """Two camps and a declared 2: what people say of alignment fits what they answer."""
    check = score(rows(2, [[1] * 6] * 3 + [[5] * 6] * 3)).alignment

    assert ("consistent", 6) == (check.verdict, len(check.split))


@pytest.mark.parametrize("people", [1, 2, 3, 4])
def test_too_few_people(score, people):
    """Under five people nothing is concluded."""
    check = score(rows(5, [[1] * 6, [5] * 6, [1] * 6, [5] * 6][:people])).alignment

    assert ("not_enough", (), (), ()) == (check.verdict, check.split, check.spread, check.consensus)


def test_alignment_not_answered(score):
    """When nobody gives a level on alignment there is nothing to hold the agreement against."""
    check = score([[3, 3, 3, 3, 3, "dk", 3]] * 8).alignment

    assert ("not_enough", None) == (check.verdict, check.declared)


def test_one_split_question_is_not_enough(score):
    """One split question among six happens by chance with few people: listed, not called a contradiction."""
    people = [[1, 3, 3, 3, 3, 3]] * 3 + [[5, 3, 3, 3, 3, 3]] * 3
    check = score(rows(5, people)).alignment

    assert ("consistent", ("advocacy",), 5) == (check.verdict, check.split, len(check.consensus))


def test_spread_everywhere_counts_from_eight_people(score):
    """No consensus on any question contradicts a declared alignment with eight people, not with five."""
    ladder = [[(level + question) % 5 + 1 for question in (0, 1, 2, 3, 4, 0)] for level in range(5)]
    eight = [*ladder, [3, 3, 3, 3, 3, 3], [2, 4, 2, 4, 2, 2], [4, 2, 4, 2, 4, 4]]
    five_people, eight_people = (score(rows(5, panel)).alignment for panel in (ladder, eight))

    assert () == five_people.consensus == eight_people.consensus
    assert ("consistent", "contradicted") == (five_people.verdict, eight_people.verdict)


@pytest.mark.slow
@pytest.mark.parametrize("people", [5, 8, 12])
def test_false_contradictions_are_rare(score, people):
    """People who differ by noise only (sd .8) and declare 4 are contradicted at most 5 % of the time."""
    rng = np.random.default_rng(people)
    said = 0
    for _ in range(200):
        levels = rng.choice([2, 2.5, 3, 3.5, 4], 6) + rng.normal(0, 0.8, (people, 6))
        panel = np.clip(np.rint(levels), 1, 5).astype(int).tolist()
        said += score(rows(4, panel), functions=["sales"]).alignment.verdict == "contradicted"

    assert said / 200 <= 0.05 + 2 * (0.05 * 0.95 / 200) ** 0.5


@pytest.mark.parametrize("people", [6, 8, 12])
def test_real_camps_are_found(score, people):
    """Two camps three levels apart that declare alignment are contradicted nine times in ten."""
    rng = np.random.default_rng(70 + people)
    found = 0
    for _ in range(40):
        camp = np.repeat([1.5, 4.5], people // 2)[:, np.newaxis]
        panel = np.clip(np.rint(camp + rng.normal(0, 0.5, (people, 6))), 1, 5).astype(int).tolist()
        found += score(rows(4, panel), functions=["sales"]).alignment.verdict == "contradicted"

    assert found >= 36


def test_declared_alignment_ignores_caps(score):
    """Alignment is what people declare, evidence or not."""
    check = score(rows(5, [[1] * 6] * 3 + [[5] * 6] * 3), settings=Settings(privacy="named")).alignment

    assert ("contradicted", 5) == (check.verdict, check.declared)
