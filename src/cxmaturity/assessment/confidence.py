"""How much weight a question's level can bear: evidence, agreement, number of people, completeness."""

from __future__ import annotations

from typing import Final, Literal

from cxmaturity.core.estimate import EVIDENCE_GRADES, EvidenceGrade

WEIGHTS: Final = {"evidence": 0.35, "agreement": 0.25, "respondents": 0.25, "completeness": 0.15}
ENOUGH_RESPONDENTS: Final = 8
AGREEMENT_FROM: Final = 5
AGREEMENT_ZERO: Final = 1.2
UNKNOWN_AGREEMENT: Final = 0.5
LETTERS: Final[tuple[tuple[float, Literal["A", "B", "C", "D"]], ...]] = (
    (75, "A"),
    (55, "B"),
    (35, "C"),
    (0, "D"),
)


def confidence(
    *, grade: EvidenceGrade | None, ad_md: float | None, respondents: int, missing_share: float
) -> float:
    """Return the confidence in one question, 0 to 100.

    ``100 (.35 e + .25 a + .25 n + .15 c)``: e = grade / 4; a = ``max(0, 1 - AD_Md / 1.2)`` from 5 answers, .5
    below (not known); n = ``min(1, answers / 8)``; c = 1 minus the share of don't-know and skipped. The
    weights are a convention (reference notes, maturity, section 3.3), kept as data above.

    Parameters
    ----------
    grade : {"E0", ..., "E4"}, optional
        Grade of the best evidence at the date of the report; None counts like E0.
    ad_md : float, optional
        Average deviation around the median, in levels.
    respondents : int
        People who gave a level.
    missing_share : float
        Share of don't-know and skipped among those concerned, in [0, 1].
    """
    e = EVIDENCE_GRADES.index(grade) / 4 if grade else 0.0
    known = ad_md is not None and respondents >= AGREEMENT_FROM
    a = max(0.0, 1 - ad_md / AGREEMENT_ZERO) if known and ad_md is not None else UNKNOWN_AGREEMENT
    n = min(1.0, respondents / ENOUGH_RESPONDENTS)
    return 100 * (
        WEIGHTS["evidence"] * e
        + WEIGHTS["agreement"] * a
        + WEIGHTS["respondents"] * n
        + WEIGHTS["completeness"] * (1 - missing_share)
    )


def letter(value: float) -> Literal["A", "B", "C", "D"]:
    """Return A from 75, B from 55, C from 35, D below.

    Examples
    --------
    >>> [letter(value) for value in (80, 75, 60, 10)]
    ['A', 'A', 'B', 'D']
    """
    return next((name for least, name in LETTERS if value >= least - 1e-9), "D")
