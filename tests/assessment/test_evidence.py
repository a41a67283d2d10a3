"""Caps and expiry: what a declared level is worth with the proof at hand, on the date of the report."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxmaturity.assessment.evidence import best_proof, grade_at, months_later
from cxmaturity.assessment.values import Evidence, Settings

AS_OF = dt.date(2026, 11, 1)
GRADES = ("E0", "E1", "E2", "E3", "E4")


def piece(grade: str, date: dt.date = dt.date(2026, 6, 1), **given_: object) -> Evidence:
    """Return a piece of evidence on trust."""
    return Evidence(
        **{"question": "trust", "grade": grade, "description": "x", "source": "y", "date": date} | given_
    )


@pytest.mark.parametrize(("grade", "cap"), [("E0", 2), ("E1", 2), ("E2", 3), ("E3", 4), ("E4", 5)])
def test_caps(grade, cap):
    """Opinion and verbatim prove level 2, an internal indicator 3, a customer measure 4, an outside one 5."""
    proof = best_proof([piece(grade)], AS_OF)

    assert (grade, cap) == (proof.grade, proof.cap)


@pytest.mark.parametrize(("grade", "cap"), [("E0", 2), ("E1", 2), ("E2", 3), ("E3", 5), ("E4", 5)])
def test_economic_link_lifts_only_customer_measures(grade, cap):
    """A recorded economic effect lifts E3 to 5 and changes no other cap."""
    assert cap == best_proof([piece(grade, economic_link=True)], AS_OF).cap


def test_no_evidence_caps_at_two():
    """Without any evidence the level counts up to 2 and there is no grade."""
    proof = best_proof([], AS_OF)

    assert (None, 2) == (proof.grade, proof.cap)


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        (dt.date(2026, 11, 1), "E4"),
        (dt.date(2025, 11, 1), "E4"),
        (dt.date(2025, 10, 31), "E3"),
        (dt.date(2024, 11, 1), "E3"),
        (dt.date(2024, 10, 31), "E2"),
        (dt.date(2010, 1, 1), "E2"),
        (dt.date(2026, 11, 2), None),
    ],
)
def test_expiry_by_the_day(date, expected):
    """One grade is lost after 12 months, two after 24, none on the anniversary; the future proves nothing."""
    assert expected == grade_at(piece("E4", date), AS_OF)


@pytest.mark.parametrize(
    ("grade", "expected"), [("E0", "E0"), ("E1", "E0"), ("E2", "E0"), ("E3", "E1"), ("E4", "E2")]
)
def test_no_grade_under_e0(grade, expected):
    """Two lost grades never go below E0."""
    assert expected == grade_at(piece(grade, dt.date(2020, 1, 1)), AS_OF)


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        (dt.date(2024, 2, 29), 12, dt.date(2025, 2, 28)),
        (dt.date(2024, 2, 29), 48, dt.date(2028, 2, 29)),
        (dt.date(2025, 12, 31), 2, dt.date(2026, 2, 28)),
        (dt.date(2025, 1, 15), 24, dt.date(2027, 1, 15)),
    ],
)
def test_months_later(start, months, end):
    """Months are calendar months, and a day that does not exist becomes the last of its month."""
    assert end == months_later(start, months)


def test_expired_economic_link_no_longer_lifts():
    """An E3 with an economic link, thirteen months old, is an E2: cap 3."""
    assert 3 == best_proof([piece("E3", dt.date(2025, 10, 1), economic_link=True)], AS_OF).cap


def test_best_of_several():
    """The piece with the highest cap counts, not the last nor the newest."""
    pieces = [piece("E1"), piece("E3", dt.date(2026, 1, 1)), piece("E2"), piece("E4", dt.date(2023, 1, 1))]
    proof = best_proof(pieces, AS_OF)

    assert ("E3", 4) == (proof.grade, proof.cap)


def test_economic_link_beats_a_plain_piece_of_the_same_grade():
    """Of two E3, the one with the economic link gives the cap, in either order."""
    pieces = [piece("E3"), piece("E3", economic_link=True)]

    assert 5 == best_proof(pieces, AS_OF).cap == best_proof(pieces[::-1], AS_OF).cap


@given(
    st.lists(
        st.tuples(
            st.sampled_from(GRADES), st.dates(dt.date(2022, 1, 1), dt.date(2026, 12, 1)), st.booleans()
        ),
        max_size=6,
    ),
    st.sampled_from(GRADES),
    st.dates(dt.date(2022, 1, 1), dt.date(2026, 12, 1)),
)
def test_more_evidence_never_lowers_the_cap(pieces, grade, date):
    """Adding a piece of evidence never takes anything away, and waiting never adds anything."""
    held = [piece(g, d, economic_link=link) for g, d, link in pieces]
    before, after = best_proof(held, AS_OF), best_proof([*held, piece(grade, date)], AS_OF)
    past = [p for p in held if p.date <= AS_OF]

    assert before.cap <= after.cap
    assert best_proof(past, dt.date(2030, 1, 1)).cap <= best_proof(past, AS_OF).cap


@pytest.mark.parametrize(("grade", "proven"), [(None, 2), ("E1", 2), ("E2", 3), ("E3", 4), ("E4", 5)])
def test_diagnostic_keeps_declared_and_evidenced(score, grade, proven):
    """Declared 5 with each grade of proof: both numbers and the difference are kept, the lower is scored."""
    held = (piece(grade),) if grade else ()
    result = score([[5] * 7], evidence=held, settings=Settings(privacy="named")).dimension("trust")

    assert (5, proven, proven, 5 - proven, proven, grade) == (
        result.declared,
        result.cap,
        result.evidenced,
        result.unproven,
        result.scored,
        result.evidence_grade,
    )


@pytest.mark.parametrize("level", [1, 2, 3, 4, 5])
def test_no_level_three_to_five_without_its_proof(score, level):
    """Whatever is declared, a diagnostic without evidence never scores over 2 (goal M11)."""
    result = score([[level] * 7] * 4, settings=Settings(privacy="named"))

    assert [min(level, 2)] * 7 == [dimension.scored for dimension in result.dimensions]
    assert result.index.geometric == pytest.approx(min(level, 2))


def test_cap_never_raises(score):
    """Excellent proof of a low level leaves it low: unproven is 0, not negative."""
    result = score([[1] * 7], evidence=(piece("E4"),), settings=Settings(privacy="named")).dimension("trust")

    assert (1, 5, 1, 0) == (result.declared, result.cap, result.evidenced, result.unproven)


def test_quick_test_is_declared_only(score):
    """In a quick test there is no cap, no evidenced and no unproven level: what is declared is scored."""
    result = score([[5] * 7], evidence=(piece("E2"),)).dimension("trust")

    assert (5, None, None, None, 5) == (
        result.declared,
        result.cap,
        result.evidenced,
        result.unproven,
        result.scored,
    )


def test_evidence_of_one_question_serves_no_other(score):
    """Proof of trust lifts trust only."""
    result = score([[4] * 7], evidence=(piece("E3"),), settings=Settings(privacy="named"))

    assert {"trust"} == {dimension.id for dimension in result.dimensions if dimension.scored == 4}


def test_as_of_decides(score):
    """The same wave reported two years later is worth two grades less."""
    scored = [
        score([[5] * 7], evidence=(piece("E4"),), settings=Settings(privacy="named"), as_of=day)
        .dimension("trust")
        .scored
        for day in (dt.date(2026, 11, 1), dt.date(2027, 7, 1), dt.date(2028, 7, 1))
    ]

    assert [5, 4, 3] == scored


def test_unknown_mode_is_the_strict_one(score):
    """A mode that is not exactly "quick" caps by evidence: it never flatters by accident."""
    result = score([[5] * 7], settings=Settings(mode="Quick", privacy="named"))

    assert ("diagnostic", 2) == (result.mode, result.dimension("trust").scored)
