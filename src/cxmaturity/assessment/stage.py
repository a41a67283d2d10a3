"""The stage: a gate, not a mean; and how probable each stage is, because labels flip easily.

A panel that truly stands at 4, 4, 4, 3, 4, 4, 4 is given stage 4 only 57 % of the time when one person
answers, hence the probabilities beside every label.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from cxmaturity.assessment.evidence import apply_caps
from cxmaturity.assessment.noise import ITEM_SD, PRIOR_DF, RATER_SD, RETEST_PROBABILITY
from cxmaturity.assessment.panel import Floats, Panel
from cxmaturity.assessment.values import StageResult

DRAWS: Final = 4000
_SHARE: Final = (5, 7)
_TINY: Final = 1e-9


def stages(levels: Floats) -> NDArray[np.int_]:
    """Return the stage of each profile: the highest L with 5 questions in 7 at L or more, none under L - 1.

    A relaxed form of the gates of ISO/IEC 33020, our own proposal (reference notes, maturity, section 3.7).
    NaN (not assessed) leaves the count and "5 in 7" is scaled, rounded up: 5 of 6, 4 of 5. Weights do not
    enter: a gate cannot be bought.

    Parameters
    ----------
    levels : ndarray, shape (..., questions)
        Levels from 1 to 5, NaN where not assessed.

    Returns
    -------
    ndarray of int, shape (...)
        1 to 5, 0 where nothing is assessed.

    Examples
    --------
    >>> import numpy as np
    >>> stages(np.array([[3.0] * 7, [4, 4, 4, 1, 4, 4, 4], [5, 1, 5, 1, 5, 1, 3]])).tolist()
    [3, 2, 1]
    """
    assessed = ~np.isnan(levels)
    needed = -(-_SHARE[0] * assessed.sum(axis=-1) // _SHARE[1])
    lowest = np.where(assessed, levels, np.inf).min(axis=-1)
    reached = np.zeros(levels.shape[:-1], dtype=int)
    for stage in range(1, 6):
        enough = (np.where(assessed, levels, 0.0) >= stage - _TINY).sum(axis=-1) >= needed
        reached = np.where(enough & (lowest >= stage - 1 - _TINY), stage, reached)
    return np.where(assessed.any(axis=-1), reached, 0)


def build_stage(panel: Panel, caps: Floats, *, rng: np.random.Generator) -> StageResult:
    """Return the stage of a (masked) panel and the probability of each of the five.

    Several respondents: 4000 draws of the profile around the means, with the noise of raters and of questions
    estimated from the panel and shrunk to the usual one (`noise`). One respondent: the noise of the same
    person answering again, each level one off, up or down, with probability .2 each way; what others would
    say is unknown and not claimed.
    """
    means = panel.means()
    level = int(stages(apply_caps(means, caps)))
    if level == 0:
        return StageResult(level=None, probabilities=())
    answering = int((~np.isnan(panel.levels)).any(axis=1).sum())
    noise = _retest_noise(means.size, rng) if answering == 1 else _panel_noise(panel.levels, rng)
    drawn = stages(apply_caps(np.clip(means + noise, 1.0, 5.0), caps))
    shares = np.bincount(drawn, minlength=6)[1:] / drawn.size
    return StageResult(level=level, probabilities=tuple(shares.tolist()))


def _retest_noise(questions: int, rng: np.random.Generator) -> Floats:
    p = RETEST_PROBABILITY
    return rng.choice([-1.0, 0.0, 1.0], size=(DRAWS, questions), p=[p, 1 - 2 * p, p])


def _panel_noise(levels: Floats, rng: np.random.Generator) -> Floats:
    """Draw errors of the question means: one part shared by all questions (raters), one part each."""
    given = ~np.isnan(levels)
    answering = given.any(axis=1)
    levels, given = levels[answering], given[answering]
    n, per_rater = given.sum(axis=0), given.sum(axis=1)
    raters = levels.shape[0]
    residuals = np.where(given, levels - np.nansum(levels, axis=0) / np.maximum(n, 1), 0.0)
    bias = residuals.sum(axis=1) / per_rater
    left = np.where(given, residuals - bias[:, np.newaxis], 0.0)
    df_left = max(0, int(given.sum()) - raters - int((n > 0).sum()) + 1)
    item = (PRIOR_DF * ITEM_SD**2 + float((left**2).sum())) / (PRIOR_DF + df_left)
    seen = max(
        0.0, float(((bias - bias.mean()) ** 2).sum()) / (raters - 1) - item * float((1 / per_rater).mean())
    )
    df = PRIOR_DF + raters - 1
    rater = (PRIOR_DF * RATER_SD**2 + (raters - 1) * seen) / df
    shared = rng.standard_t(df, size=(DRAWS, 1)) * (rater / raters) ** 0.5
    own: Floats = rng.normal(size=(DRAWS, n.size)) * np.sqrt(item / np.maximum(n, 1))
    noise: Floats = shared + own
    return noise
