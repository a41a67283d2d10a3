"""From maturity gaps to money: which question is worth closing first, and how sure that order is.

The link matrix splits the value that the business case found, benefit by benefit; it never creates any.
Alignment is no row of the matrix: it is the probability that the other six are realised, so that it is never
counted twice.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from cxmaturity.assessment.values import AssessmentResult, DimensionResult
from cxmaturity.business_case.values import CaseResult
from cxmaturity.catalog import Catalog
from cxmaturity.engagement.values import Bridge, Opportunity

ENABLER: Final = "alignment"
GRADE_FACTORS: Final = {"A": 1.0, "B": 0.7, "C": 0.4}
REDRAWS: Final = 2000
TOP: Final = 3

_Floats = NDArray[np.float64]


def rank_opportunities(
    assessment: AssessmentResult, case_result: CaseResult, catalog: Catalog, *, seed: int
) -> Bridge:
    """Rank the questions by what closing their gap to target is worth.

    For question q (alignment apart) and benefit b, with link strength s in 0..3:

    - ``share_qb = s_qb / sum of s over the questions`` (adds up to 1 for every benefit that has a link);
    - ``gap_q = max(0, target_q - level_q) / 4``, the level being the evidenced one, the scored one when
      nothing is evidenced (quick test);
    - ``p = 0.5 + 0.1 (alignment level - 1)``, the enabler;
    - ``value_q = p * gap_q * sum over b of value_b * share_qb``; ``low`` multiplies each term by the factor
      of the link's grade (A 1, B 0.7, C 0.4).

    `value_b` is the benefit's Shapley share of the joint present value. Where a benefit loses money, the loss
    is taken from the others in proportion, so that the values never add up to more than the joint present
    value.

    Parameters
    ----------
    assessment : AssessmentResult
        The self-test, scored.
    case_result : CaseResult
        The business case, evaluated.
    catalog : Catalog
        Holds the link matrix and the order of the questions.
    seed : int
        Seed of the 2000 redraws of the strengths: each moves by -1, 0 or +1, clipped to 0..3.

    Returns
    -------
    Bridge
        Questions with a known level and a target, widest value first (ties: wider gap, then catalogue order).
        Without a known alignment level the enabler is at its lowest, 0.5, and `alignment_known` is false.

    Notes
    -----
    Our own proposal (reference notes, maturity, section 6). The order of two questions whose
    `top3_probability` is close is not a finding.
    """
    benefits = tuple(benefit.id for benefit in case_result.benefits)
    values = _split_losses(np.array([benefit.pv for benefit in case_result.benefits], dtype=float))
    rows = tuple(question.id for question in catalog.questions if question.id != ENABLER)
    strengths, factors = _matrix(catalog, rows, benefits)
    dimensions = {dimension.id: dimension for dimension in assessment.dimensions}
    gaps = np.array([_gap(dimensions.get(question)) or 0.0 for question in rows])
    enabler, known = _enabler(dimensions.get(ENABLER))

    terms = enabler * gaps[:, np.newaxis] * _shares(strengths) * values
    worth, low = terms.sum(axis=1), (terms * factors).sum(axis=1)
    probabilities = _top_probabilities(strengths, gaps, values, seed=seed)
    ranked = sorted(
        (row for row, question in enumerate(rows) if _gap(dimensions.get(question)) is not None),
        key=lambda row: (-worth[row], -gaps[row], row),
    )
    opportunities = tuple(
        Opportunity(
            question=rows[row],
            gap=float(gaps[row]),
            value=float(worth[row]),
            low=float(low[row]),
            by_benefit=tuple(zip(benefits, terms[row].tolist(), strict=True)),
            rank=rank,
            top3_probability=float(probabilities[row]),
        )
        for rank, row in enumerate(ranked, start=1)
    )
    joint = float(sum(benefit.pv for benefit in case_result.benefits))
    return Bridge(
        enabler=enabler,
        opportunities=opportunities,
        unclaimed=joint - float(worth.sum()),
        alignment_known=known,
    )


def _level(dimension: DimensionResult | None) -> float | None:
    if dimension is None:
        return None
    return dimension.evidenced if dimension.evidenced is not None else dimension.scored


def _gap(dimension: DimensionResult | None) -> float | None:
    level = _level(dimension)
    if dimension is None or level is None or dimension.target is None:
        return None
    return max(0.0, dimension.target - level) / 4


def _enabler(dimension: DimensionResult | None) -> tuple[float, bool]:
    level = _level(dimension)
    return 0.5 + 0.1 * ((level if level is not None else 1.0) - 1), level is not None


def _split_losses(values: _Floats) -> _Floats:
    """Return non-negative values that add up to the total of `values`, all zero when it is not positive."""
    gains = np.maximum(values, 0.0)
    if not (values < 0).any():
        return gains
    total = float(values.sum())
    return gains * (total / float(gains.sum())) if total > 0 else np.zeros_like(values)


def _matrix(catalog: Catalog, rows: tuple[str, ...], benefits: tuple[str, ...]) -> tuple[_Floats, _Floats]:
    links = {(link.question, link.benefit): link for link in catalog.links}
    strengths, factors = np.zeros((2, len(rows), len(benefits)))
    for row, question in enumerate(rows):
        for column, benefit in enumerate(benefits):
            link = links.get((question, benefit))
            if link is not None:
                strengths[row, column] = link.strength
                factors[row, column] = GRADE_FACTORS[link.grade]
    return strengths, factors


def _shares(strengths: _Floats) -> _Floats:
    """Split each benefit over the questions; shape (..., questions, benefits). No link at all gives zeros."""
    totals = strengths.sum(axis=-2, keepdims=True)
    return np.asarray(np.divide(strengths, totals, out=np.zeros_like(strengths), where=totals > 0))


def _top_probabilities(strengths: _Floats, gaps: _Floats, values: _Floats, *, seed: int) -> _Floats:
    """Count how often each question is among the three widest (and worth something), over the redraws."""
    rng = np.random.default_rng(seed)
    moved = np.clip(strengths + rng.integers(-1, 2, size=(REDRAWS, *strengths.shape)), 0, 3)
    worth = gaps * (_shares(moved) @ values)
    ranks = np.argsort(np.argsort(-worth, axis=1, kind="stable"), axis=1, kind="stable")
    return np.asarray(((ranks < TOP) & (worth > 0)).mean(axis=0), dtype=float)
