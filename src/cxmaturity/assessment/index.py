"""From a profile to one number, without letting a strong question pay for a weak one.

The profile is the result; the index only sums it up. Headline: the weighted geometric mean of the levels on
the 1 to 5 scale, with the arithmetic mean (full compensation) and the minimum (none) beside it. The geometric
mean depends on where the scale starts: the origin stays frozen at 1 to 5.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from cxmaturity.assessment.evidence import apply_caps
from cxmaturity.assessment.noise import INDEX_SD, INTERVAL_FROM, rater_scores, shrunk_variance, t_quantile
from cxmaturity.assessment.panel import Bools, Floats, Panel
from cxmaturity.assessment.stage import stages
from cxmaturity.assessment.values import IndexResult

WEAK_LINK_GAP: Final = 0.3


def geometric(levels: Floats, weights: Floats) -> float | None:
    """Return the weighted geometric mean; NaN levels leave it and the other weights are scaled up.

    ``exp(sum w ln x / sum w)`` over the assessed questions (OECD/JRC 2008, handbook on composite indicators).
    None when nothing with a weight is assessed.
    """
    used = _used(levels, weights)
    if not used.any():
        return None
    mean = np.exp((weights[used] * np.log(levels[used])).sum() / weights[used].sum())
    return float(np.clip(mean, levels[used].min(), levels[used].max()))  # rounding never leaves the scale


def arithmetic(levels: Floats, weights: Floats) -> float | None:
    """Return the weighted arithmetic mean; missing questions as in `geometric`."""
    used = _used(levels, weights)
    return float((weights[used] * levels[used]).sum() / weights[used].sum()) if used.any() else None


def minimum(levels: Floats, weights: Floats) -> float | None:
    """Return the lowest assessed level among the questions that have a weight."""
    used = _used(levels, weights)
    return float(levels[used].min()) if used.any() else None


def _used(levels: Floats, weights: Floats) -> Bools:
    used: Bools = ~np.isnan(levels) & (weights > 0)
    return used


def index_interval(panel: Panel, weights: Floats, caps: Floats) -> tuple[float, float] | None:
    """Return the 90 % interval of the geometric index; None under three respondents.

    Student's t on the shrunk variance of the raters' own scores (prior sd .5 with 4 degrees of freedom). Each
    rater's score weighs the questions by ``w_j / m_j``, the derivative of the geometric mean; the half-width
    found is then added to, and taken from, every question's declared mean before the caps apply. Without caps
    this equals the delta method to first order; with caps it never leaves what the evidence allows.

    Notes
    -----
    Simulated coverage 90 to 96 % for 3 to 12 raters (rater sd .4, item sd .7); a percentile bootstrap covers
    62 to 86 %. A profile with questions at the very bottom of the scale is covered a little less. It is the
    noise of the people asked that is covered, not who was not asked.
    """
    means = panel.means()
    used = _used(means, weights)
    if not used.any():
        return None
    pull = np.where(used, weights / np.where(used, means, 1.0), 0.0)
    scores, effective = rater_scores(panel.levels, pull)
    if scores.size < INTERVAL_FROM:
        return None
    variance, df = shrunk_variance(scores, INDEX_SD**2)
    half = t_quantile(df, 0.95) * (variance / effective) ** 0.5
    low, high = (
        geometric(apply_caps(np.clip(means + shift, 1.0, 5.0), caps), weights) for shift in (-half, half)
    )
    return None if low is None or high is None else (low, high)


def index_bounds(low: Floats, high: Floats, weights: Floats, caps: Floats) -> tuple[float, float] | None:
    """Return the index if every missing answer were level 1, and if it were 5.

    `low` and `high` are the means per question filled that way, NaN for a question that is not applicable.
    """
    ends = (geometric(apply_caps(filled, caps), weights) for filled in (low, high))
    bottom, top = ends
    return None if bottom is None or top is None else (bottom, top)


def build_index(
    panel: Panel,
    *,
    weights: Floats,
    caps: Floats,
    bounds: tuple[Floats, Floats],
    percent_to_target: float | None,
) -> IndexResult:
    """Sum up a (masked) panel; every field None when nothing is assessed."""
    scored = apply_caps(panel.means(), caps)
    interval = index_interval(panel, weights, caps)
    return IndexResult(
        geometric=geometric(scored, weights),
        arithmetic=arithmetic(scored, weights),
        minimum=minimum(scored, weights),
        low=interval[0] if interval else None,
        high=interval[1] if interval else None,
        bounds=index_bounds(*bounds, weights, caps),
        percent_to_target=percent_to_target,
    )


def weak_link(questions: tuple[str, ...], scored: Floats, weights: Floats) -> str | None:
    """Return the question that holds the others back, None when there is none.

    The lowest question (first in the catalogue when tied) is named when the arithmetic mean hides it, that is
    exceeds the geometric one by more than .3, or when it alone holds the stage down: raised to the next
    lowest, it would let the stage rise.

    Examples
    --------
    >>> import numpy as np
    >>> weak_link(tuple("abcdefg"), np.array([4.0, 4, 4, 1, 4, 4, 4]), np.full(7, 1 / 7))
    'd'
    """
    used = _used(scored, weights)
    if used.sum() < 2:
        return None
    lowest = int(np.where(used, scored, np.inf).argmin())
    mean, headline = arithmetic(scored, weights), geometric(scored, weights)
    hidden = mean is not None and headline is not None and mean - headline > WEAK_LINK_GAP
    raised = scored.copy()
    raised[lowest] = np.delete(scored, lowest)[np.delete(used, lowest)].min()
    holds = int(stages(raised)) > int(stages(scored))
    return questions[lowest] if hidden or holds else None
