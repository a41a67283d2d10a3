"""How far answers move when nothing has changed: the noise of people and of questions.

With three to twelve people the observed spread alone is a poor estimate of the noise. It is therefore shrunk:
pooled with what panels usually show, counted as four more observations. The usual values are a judgement
(reference notes, maturity, section 3.6); they are to be estimated again as soon as ten real panels exist.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from cxmaturity.assessment.panel import Floats, column_means

RATER_SD: Final = 0.4
ITEM_SD: Final = 0.7
LEVEL_VARIANCE: Final = RATER_SD**2 + ITEM_SD**2
INDEX_SD: Final = 0.5
PRIOR_DF: Final = 4
RETEST_PROBABILITY: Final = 0.2
RETEST_SD: Final = (2 * RETEST_PROBABILITY) ** 0.5
INTERVAL_FROM: Final = 3


def shrunk_variance(values: Floats, prior: float) -> tuple[float, float]:
    """Return the variance of `values` pooled with a prior one, and its degrees of freedom.

    ``s2* = (4 prior + (k - 1) s2) / (4 + k - 1)``: a scaled inverse chi-squared prior
    (Gelman et al. 2013) with 4 degrees of freedom.
    """
    k = values.size
    squares = float(((values - values.mean()) ** 2).sum()) if k else 0.0
    df = PRIOR_DF + max(0, k - 1)
    return (PRIOR_DF * prior + squares) / df, float(df)


def t_quantile(df: float, p: float) -> float:
    """Return the quantile `p` of Student's t."""
    from scipy.special import stdtrit  # loaded only when asked for

    return float(stdtrit(df, p))


def mean_interval(levels: Floats) -> tuple[float, float] | None:
    """Return the 90 % interval of the mean level of one question, in [1, 5]; None under three answers.

    Student's t on the shrunk variance (prior: one person's noise on one question, .4^2 + .7^2). Under three
    answers the interval would say the prior and nothing else.
    """
    if levels.size < INTERVAL_FROM:
        return None
    variance, df = shrunk_variance(levels, LEVEL_VARIANCE)
    half = t_quantile(df, 0.95) * (variance / levels.size) ** 0.5
    mean = float(levels.mean())
    return max(1.0, mean - half), min(5.0, mean + half)


def rater_scores(levels: Floats, weights: Floats) -> tuple[Floats, float]:
    """Return each rater's distance to the panel over the weighted questions, and how many count.

    Parameters
    ----------
    levels : ndarray, shape (raters, questions)
        NaN where missing.
    weights : ndarray, shape (questions,)
        0 for a question that does not count.

    Returns
    -------
    scores : ndarray
        One per rater who answered something; weighted mean of ``level - panel mean`` over what he answered.
    effective : float
        Weighted harmonic mean of the number of answers per question: a question answered by few people costs
        precision.
    """
    given = ~np.isnan(levels)
    used = np.where(given, weights, 0.0)
    total = used.sum(axis=1)
    residuals = np.where(given, levels - column_means(levels), 0.0)
    answered = total > 0
    scores: Floats = (used * residuals).sum(axis=1)[answered] / total[answered]
    n = given.sum(axis=0)
    counted = (weights > 0) & (n > 0)
    if not counted.any():
        return scores, 0.0
    return scores, float(weights[counted].sum() / (weights[counted] / n[counted]).sum())
