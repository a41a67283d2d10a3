"""Weights of the questions: checked, never silently changed; and how much the priorities depend on them."""

from __future__ import annotations

from typing import Final

import numpy as np

from cxmaturity.assessment.panel import Floats, require_questions
from cxmaturity.assessment.values import PriorityResult, Settings
from cxmaturity.core.problems import InputError

SUM_TOLERANCE: Final = 1e-6
CONCENTRATION: Final = 5.0
DRAWS: Final = 4000
TOP: Final = 3


def read_weights(settings: Settings, questions: tuple[str, ...]) -> Floats:
    """Return the weights in the order of the questions; equal when none are given.

    Raises
    ------
    InputError
        ``assessment.weight_missing``, ``assessment.weight_range``, ``assessment.weight_sum``.
    UnknownIdError
        ``core.unknown_id``.
    """
    if settings.weights is None:
        return np.full(len(questions), 1 / len(questions))
    weights = dict(settings.weights)
    require_questions(weights, questions)
    missing = [question for question in questions if question not in weights]
    if missing:
        raise InputError.of(
            "assessment.weight_missing",
            "no weight for: {missing}.",
            hint="Give all of them; 0 leaves a question out of the index.",
            missing=", ".join(missing),
        )
    for question, weight in weights.items():
        if not 0 <= weight <= 1:
            raise InputError.of(
                "assessment.weight_range",
                "the weight of '{question}' is {got}; expected between 0 and 1.",
                question=question,
                got=f"{weight:g}",
            )
    total = sum(weights.values())
    if abs(total - 1) > SUM_TOLERANCE:
        raise InputError.of(
            "assessment.weight_sum", "the weights add up to {got}; expected 1.", got=f"{total:.4g}"
        )
    return np.array([weights[question] for question in questions], dtype=np.float64)


def draw_weights(
    weights: Floats, *, rng: np.random.Generator, concentration: float = CONCENTRATION, draws: int = DRAWS
) -> Floats:
    """Draw plausible other weights around the given ones.

    Dirichlet with parameters ``concentration x J x weights`` (J questions). With equal weights, 5 gives a
    standard deviation of .058 per weight, 1 gives .123 (every set of weights equally likely). A zero weight
    stays zero.

    Returns
    -------
    ndarray, shape (draws, questions)
        Each row adds up to 1.
    """
    positive = weights > 0
    drawn = np.zeros((draws, weights.size))
    drawn[:, positive] = rng.dirichlet(concentration * weights.size * weights[positive], size=draws)
    return drawn


def rank_priorities(
    questions: tuple[str, ...], scored: Floats, gaps: Floats, weights: Floats, *, rng: np.random.Generator
) -> tuple[PriorityResult, ...]:
    """Rank the assessed questions by weight times gap to target, and say how firm the first three places are.

    Parameters
    ----------
    questions : tuple of str
        Ids.
    scored, gaps, weights : ndarray, shape (questions,)
        Level used (NaN: not assessed), gap to target (NaN: no target), weight. When no question has a target,
        the distance to level 5 stands in for the gap; when some have one, a question without target has no
        gap.
    rng : numpy.random.Generator
        For the 4000 redraws of the weights (OECD/JRC 2008 advises to vary weights before ranking).

    Returns
    -------
    tuple of PriorityResult
        Widest first (ties: lower level, then catalogue order); `top3_probability` is how often the question
        is among the first three with a gap.
    """
    wanted = (5.0 - scored) if np.isnan(gaps).all() else np.where(np.isnan(gaps), 0.0, gaps)
    assessed = np.flatnonzero(~np.isnan(scored))
    order = sorted(assessed, key=lambda j: (-round(float(weights[j] * wanted[j]), 12), scored[j], j))
    if not order:
        return ()
    pulls = np.round(draw_weights(weights, rng=rng)[:, order] * wanted[order], 12)
    places = np.argsort(np.argsort(-pulls, axis=1, kind="stable"), axis=1, kind="stable")
    top = ((places < TOP) & (pulls > 0)).mean(axis=0)
    return tuple(
        PriorityResult(question=questions[j], rank=rank, top3_probability=float(top[rank - 1]))
        for rank, j in enumerate(order, start=1)
    )
