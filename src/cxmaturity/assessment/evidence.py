"""What the evidence allows: a declared level counts no further than somebody can prove it.

Declared and evidenced level are both kept; their difference, "unproven maturity", is a headline of the
report.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Final

import attrs
import numpy as np

from cxmaturity.assessment.panel import Floats
from cxmaturity.assessment.values import Evidence
from cxmaturity.core.estimate import EVIDENCE_GRADES, EvidenceGrade

CAPS: Final[dict[EvidenceGrade, float]] = {"E0": 2.0, "E1": 2.0, "E2": 3.0, "E3": 4.0, "E4": 5.0}
CAP_WITH_ECONOMIC_LINK: Final = 5.0
CAP_WITHOUT_EVIDENCE: Final = 2.0


@attrs.frozen(kw_only=True)
class Proof:
    """The best evidence on one question: its grade at the date of the report, and the cap it gives."""

    grade: EvidenceGrade | None
    cap: float


def months_later(date: dt.date, months: int) -> dt.date:
    """Return the same day `months` later, or the last day of that month.

    Examples
    --------
    >>> import datetime as dt
    >>> months_later(dt.date(2024, 2, 29), 12)
    datetime.date(2025, 2, 28)
    """
    year, month = divmod(date.year * 12 + date.month - 1 + months, 12)
    return dt.date(year, month + 1, min(date.day, calendar.monthrange(year, month + 1)[1]))


def grade_at(evidence: Evidence, as_of: dt.date) -> EvidenceGrade | None:
    """Return the grade that a piece of evidence still has; None when it is dated after `as_of`.

    Older than 12 months it loses one grade, older than 24 months two, never below E0. On the anniversary
    itself it is not yet older.
    """
    if evidence.date > as_of:
        return None
    lost = sum(as_of > months_later(evidence.date, months) for months in (12, 24))
    return EVIDENCE_GRADES[max(0, EVIDENCE_GRADES.index(evidence.grade) - lost)]


def best_proof(evidence: Iterable[Evidence], as_of: dt.date) -> Proof:
    """Return the best proof among the evidence of one question; cap 2 and no grade when there is none.

    Caps: 2 for E0 and E1, 3 for E2, 4 for E3 (5 when an economic link is recorded), 5 for E4 (our own ladder:
    reference notes, maturity, section 3.3).
    """
    best = Proof(grade=None, cap=CAP_WITHOUT_EVIDENCE)
    for piece in evidence:
        grade = grade_at(piece, as_of)
        if grade is None:
            continue
        cap = CAP_WITH_ECONOMIC_LINK if grade == "E3" and piece.economic_link else CAPS[grade]
        if best.grade is None or (cap, grade) > (best.cap, best.grade):
            best = Proof(grade=grade, cap=cap)
    return best


def collect_proofs(
    evidence: Sequence[Evidence], questions: Iterable[str], as_of: dt.date
) -> tuple[Proof, ...]:
    """Return the best proof per question, in their order."""
    return tuple(best_proof((e for e in evidence if e.question == question), as_of) for question in questions)


def apply_caps(levels: Floats, caps: Floats) -> Floats:
    """Return the lower of level and cap; a NaN cap is none, a NaN level stays NaN."""
    capped: Floats = np.minimum(levels, np.where(np.isnan(caps), np.inf, caps))
    return capped
