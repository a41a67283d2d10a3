"""The bridge splits what the case earned: recomputed by hand, and never more than there is."""

from __future__ import annotations

import itertools
import math
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cxmaturity.catalog import Catalog
from cxmaturity.engagement import rank_opportunities

QUESTIONS = ("advocacy", "distinct", "access", "response", "trust", "alignment", "community")
ROWS = tuple(question for question in QUESTIONS if question != "alignment")
BENEFITS = (
    "preference",
    "acquisition",
    "retention",
    "engagement",
    "service_cost",
    "recommendation",
    "advantage",
)
# The matrix of reference/maturity.md, section 6: six questions (alignment apart) by seven benefits.
PUBLISHED = {
    "advocacy": (1, 3, 2, 1, 0, 3, 2),
    "distinct": (3, 2, 2, 2, 0, 2, 3),
    "access": (1, 3, 1, 1, 2, 1, 3),
    "response": (1, 1, 3, 2, 3, 2, 1),
    "trust": (1, 1, 2, 3, 1, 2, 1),
    "community": (2, 2, 1, 1, 1, 3, 1),
}

levels = st.floats(1, 5) | st.none()


def test_a_value_is_recomputed_by_hand(make: SimpleNamespace) -> None:
    """Two questions share 900 as 2:1, half a gap each, p = 0.7: worth 210 and 105, and 42 at grade C."""
    catalog = make.matrix(
        {("response", "retention"): 2, ("trust", "retention"): 1}, {("trust", "retention"): "C"}
    )
    scored = make.assessment(
        [
            make.dimension("response", declared=4, evidenced=2, target=4),
            make.dimension("trust", declared=2, target=4),
            make.dimension("alignment", declared=4, evidenced=3, target=4),
        ]
    )
    bridge = rank_opportunities(scored, make.case_result({"retention": 900.0}), catalog, seed=1)
    assert bridge.enabler == pytest.approx(0.7)
    assert [found.question for found in bridge.opportunities] == ["response", "trust"]
    assert [found.value for found in bridge.opportunities] == pytest.approx([210.0, 105.0])
    assert [found.low for found in bridge.opportunities] == pytest.approx([210.0, 42.0])
    assert bridge.unclaimed == pytest.approx(900 - 315)
    assert [found.rank for found in bridge.opportunities] == [1, 2]


def test_the_shipped_matrix_is_the_published_one(catalog: Catalog) -> None:
    """The 42 strengths that split value are those of the reference notes."""
    shipped = {
        question: tuple(catalog.link(question, benefit).strength for benefit in BENEFITS) for question in ROWS
    }
    assert shipped == PUBLISHED


def test_one_full_gap_claims_its_column_share(catalog: Catalog, make: SimpleNamespace) -> None:
    """With alignment at 5 (p = 0.9) and one gap of four levels, the claim is 0.9 x strength / column sum."""
    for question, benefit in itertools.product(ROWS, BENEFITS):
        column = [PUBLISHED[row][BENEFITS.index(benefit)] for row in ROWS]
        expected = 0.9 * 1000 * PUBLISHED[question][BENEFITS.index(benefit)] / sum(column)
        scored = make.assessment(
            [make.dimension(question, declared=1, target=5), make.dimension("alignment", declared=5)]
        )
        bridge = rank_opportunities(scored, make.case_result({benefit: 1000.0}), catalog, seed=1)
        assert bridge.opportunities[0].value == pytest.approx(expected)


@settings(max_examples=60, deadline=None)
@given(
    strengths=st.lists(st.integers(0, 3), min_size=49, max_size=49),
    values=st.dictionaries(st.sampled_from(BENEFITS), st.floats(-1e6, 1e7), min_size=1),
    profile=st.fixed_dictionaries({question: st.tuples(levels, levels) for question in QUESTIONS}),
)
def test_the_matrix_never_creates_value(
    make: SimpleNamespace,
    strengths: list[int],
    values: dict[str, float],
    profile: dict[str, tuple[float | None, float | None]],
) -> None:
    """Whatever the matrix, the levels and the losses, the opportunities add up to at most the joint value."""
    catalog = make.matrix(dict(zip(itertools.product(QUESTIONS, BENEFITS), strengths, strict=True)))
    scored = make.assessment(
        [make.dimension(name, declared=level, target=target) for name, (level, target) in profile.items()]
    )
    joint = math.fsum(values.values())
    bridge = rank_opportunities(scored, make.case_result(values), catalog, seed=2)
    claimed = math.fsum(found.value for found in bridge.opportunities)
    slack = 1e-9 * max(1.0, sum(abs(value) for value in values.values()))
    assert claimed <= max(joint, 0.0) + slack
    assert claimed + bridge.unclaimed == pytest.approx(joint, abs=slack)
    for found in bridge.opportunities:
        assert 0 <= found.low <= found.value + slack
        assert math.fsum(value for _, value in found.by_benefit) == pytest.approx(found.value, abs=slack)
        assert 0 <= found.top3_probability <= 1


@settings(max_examples=40, deadline=None)
@given(strengths=st.lists(st.integers(0, 3), min_size=49, max_size=49))
def test_shares_of_a_benefit_add_up_to_one(make: SimpleNamespace, strengths: list[int]) -> None:
    """With every gap full and p = 0.9, a linked benefit is claimed at 90 %, an unlinked one not at all."""
    cells = dict(zip(itertools.product(QUESTIONS, BENEFITS), strengths, strict=True))
    scored = make.assessment(
        [make.dimension(name, declared=1, target=5) for name in ROWS]
        + [make.dimension("alignment", declared=5)]
    )
    bridge = rank_opportunities(
        scored, make.case_result(dict.fromkeys(BENEFITS, 1.0)), make.matrix(cells), seed=3
    )
    for benefit in BENEFITS:
        claimed = math.fsum(dict(found.by_benefit)[benefit] for found in bridge.opportunities)
        linked = any(cells[question, benefit] for question in ROWS)
        assert claimed == pytest.approx(0.9 if linked else 0.0)


def test_a_losing_benefit_is_paid_by_the_others(make: SimpleNamespace) -> None:
    """One benefit gains 100, one loses 90: full gaps at p = 0.9 claim 9, nine tenths of the joint 10."""
    catalog = make.matrix({("trust", "retention"): 3, ("access", "advantage"): 3})
    scored = make.assessment(
        [make.dimension(name, declared=1, target=5) for name in ("trust", "access")]
        + [make.dimension("alignment", declared=5)]
    )
    values = {"retention": 100.0, "advantage": -90.0}
    bridge = rank_opportunities(scored, make.case_result(values), catalog, seed=1)
    assert {found.question: found.value for found in bridge.opportunities} == pytest.approx(
        {"trust": 9.0, "access": 0.0}
    )
    assert bridge.unclaimed == pytest.approx(1.0)


def test_an_unknown_level_is_not_ranked(catalog: Catalog, make: SimpleNamespace) -> None:
    """Without a level or a target a question has no gap, so it is neither ranked nor worth anything."""
    scored = make.assessment(
        [
            make.dimension("response", declared=None, target=4),
            make.dimension("trust", declared=2),
            make.dimension("access", declared=2, target=3),
        ]
    )
    bridge = rank_opportunities(scored, make.case_result({"retention": 100.0}), catalog, seed=1)
    assert [found.question for found in bridge.opportunities] == ["access"]
    assert bridge.enabler == 0.5
    assert not bridge.alignment_known


def test_alignment_is_no_row_of_its_own(catalog: Catalog, make: SimpleNamespace) -> None:
    """Alignment is never ranked; raising it from 1 to 5 raises every value by 0.9 / 0.5."""
    bridges = []
    for level in (1, 5):
        scored = make.assessment(
            [
                make.dimension("trust", declared=2, target=4),
                make.dimension("alignment", declared=level, target=5),
            ]
        )
        bridges.append(rank_opportunities(scored, make.case_result({"retention": 100.0}), catalog, seed=1))
    assert all([found.question for found in bridge.opportunities] == ["trust"] for bridge in bridges)
    ratio = bridges[1].opportunities[0].value / bridges[0].opportunities[0].value
    assert ratio == pytest.approx(0.9 / 0.5)


def test_the_top_three_probability_agrees_with_every_case(make: SimpleNamespace) -> None:
    """On a matrix of four cells the redraws agree, within 3 standard errors, with all 81 cases counted."""
    rows = ("advocacy", "distinct", "access", "response")
    base = {"advocacy": 3, "distinct": 2, "access": 2, "response": 1}
    gaps = {"advocacy": 1, "distinct": 1, "access": 2, "response": 3}
    # the other rows have no gap: their strengths only change the common divisor, not the order
    hits = dict.fromkeys(rows, 0)
    for steps in itertools.product((-1, 0, 1), repeat=4):
        worth = {
            row: gaps[row] * min(3, max(0, base[row] + step)) for row, step in zip(rows, steps, strict=True)
        }
        ranked = sorted(rows, key=lambda row: (-worth[row], rows.index(row)))
        for row in ranked[:3]:
            hits[row] += worth[row] > 0
    scored = make.assessment([make.dimension(row, declared=1, target=1 + gaps[row]) for row in rows])
    catalog = make.matrix({(row, "retention"): strength for row, strength in base.items()})
    bridge = rank_opportunities(scored, make.case_result({"retention": 100.0}), catalog, seed=5)
    for found in bridge.opportunities:
        exact = hits[found.question] / 81
        assert found.top3_probability == pytest.approx(exact, abs=3 * math.sqrt(0.25 / 2000))


def test_the_same_seed_gives_the_same_bridge(catalog: Catalog, make: SimpleNamespace) -> None:
    """Two runs with one seed are equal, value for value."""
    scored = make.assessment([make.dimension(name, declared=2, target=4) for name in QUESTIONS])
    case = make.case_result(dict.fromkeys(BENEFITS, 10.0))
    assert rank_opportunities(scored, case, catalog, seed=9) == rank_opportunities(
        scored, case, catalog, seed=9
    )
