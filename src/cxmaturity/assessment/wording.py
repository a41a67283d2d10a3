"""What may be said about agreement, knowing how many people answered.

Published cut-offs (AD <= .8, r_wg >= .70) were made for groups larger than a workshop: three people who
answer at random pass the first one time in two. Here the word "consensus" is used only when random answers
would earn it at most one time in twenty.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cxmaturity.assessment.agreement import OPTIONS, ad_median
from cxmaturity.assessment.panel import Floats
from cxmaturity.assessment.values import Verdict

FALSE_CONSENSUS: Final = 0.05
LARGEST_ENUMERATED: Final = 30
_TINY: Final = 1e-9


def verdict(levels: ArrayLike) -> Verdict:
    """Say what the levels of one question show.

    ``no_answer`` and ``single_view`` for 0 and 1 answers; ``too_few`` for 2, and for 3 or 4 unless unanimous
    (then ``consensus``). From 5 answers: ``consensus`` when AD_Md is at most `critical_ad` and the range at
    most 2 levels; ``split`` when the answers form two camps (two neighbours in order at least 2 levels apart,
    at least 2 people on each side); else ``spread``.

    Notes
    -----
    Our own rule (reference notes, maturity, section 3.4). Random answers are called consensus at most 5 % of
    the time at every n. Real consensus is often missed with fewer than 8 people. In a large panel one person
    between two camps hides the split: ``spread`` does not mean that there are no camps.

    Examples
    --------
    >>> verdict([1, 1, 1, 5, 5, 5])
    'split'
    >>> verdict([3, 3, 3, 4, 3])
    'consensus'
    """
    x = np.sort(np.asarray(levels, dtype=np.float64).ravel())
    n = x.size
    if n < 2:
        return "single_view" if n else "no_answer"
    critical = critical_ad(n)
    deviation = ad_median(x)
    agreed = critical is not None and deviation is not None and deviation <= critical + _TINY
    if agreed and x[-1] - x[0] <= 2:
        return "consensus"
    if n < 5:
        return "too_few"
    return "split" if _two_camps(x) else "spread"


def _two_camps(ordered: Floats) -> bool:
    below = np.arange(1, ordered.size)
    camps = (np.diff(ordered) >= 2) & (below >= 2) & (ordered.size - below >= 2)
    return bool(camps.any())


@lru_cache(maxsize=64)
def critical_ad(n: int) -> float | None:
    """Return the largest AD_Md that `n` random answers reach at most 5 % of the time; None if there is none.

    Random means independent and even over the five levels. Exact: every way of spreading n answers over the
    levels is enumerated with its multinomial probability. Above 30 answers the value for 30 is used: the
    exact one is larger, so this is on the safe side.

    Examples
    --------
    >>> critical_ad(2) is None, critical_ad(3), critical_ad(8)
    (True, 0.0, 0.5)
    """
    if n < 2:
        return None
    deviations, probabilities = ad_distribution(min(n, LARGEST_ENUMERATED))
    passing = deviations[np.cumsum(probabilities) <= FALSE_CONSENSUS]
    return float(passing[-1]) if passing.size else None


def ad_distribution(n: int) -> tuple[Floats, Floats]:
    """Return the values that AD_Md can take for `n` random answers, rising, and their probabilities."""
    counts = _compositions(n, OPTIONS)
    cumulated = counts.cumsum(axis=1)
    low, high = ((cumulated > rank).argmax(axis=1) + 1 for rank in ((n - 1) // 2, n // 2))
    median = (low + high) / 2
    total = (counts * np.abs(np.arange(1, OPTIONS + 1) - median[:, np.newaxis])).sum(axis=1)
    log_factorial = np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, n + 1)))])
    weight = np.exp(log_factorial[n] - log_factorial[counts].sum(axis=1) - n * np.log(OPTIONS))
    doubled = np.rint(2 * total).astype(int)  # sums of deviations are multiples of one half
    values, place = np.unique(doubled, return_inverse=True)
    return values / (2 * n), np.bincount(place, weights=weight).astype(np.float64)


def _compositions(total: int, parts: int) -> NDArray[np.int_]:
    """List every way to write `total` as `parts` counts, one per row."""
    rows = np.zeros((1, 0), dtype=int)
    left = np.array([total])
    for _ in range(parts - 1):
        repeats = left + 1
        rows = np.repeat(rows, repeats, axis=0)
        starts = np.repeat(np.cumsum(repeats) - repeats, repeats)
        taken = np.arange(repeats.sum()) - starts
        left = np.repeat(left, repeats) - taken
        rows = np.column_stack([rows, taken])
    return np.column_stack([rows, left])
