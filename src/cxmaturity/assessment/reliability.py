"""Agreement over the whole panel: Krippendorff's alpha and Kendall's W, with missing answers and ties.

One panel gives very different coefficients (.36 to .92 on the reference panel), so none of them is "the"
reliability: the per-question spread is shown first. All fall on a flat profile, where there is nothing to
tell apart, even when people agree. Written here because the usual Python packages are under the GPL.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike

from cxmaturity.assessment.panel import Floats

LEVELS: Final = (1.0, 2.0, 3.0, 4.0, 5.0)


def krippendorff_alpha(
    ratings: ArrayLike,
    *,
    metric: Literal["ordinal", "interval"] = "ordinal",
    domain: Sequence[float] = LEVELS,
) -> float | None:
    """Return Krippendorff's alpha.

    ``alpha = 1 - D_o / D_e``, from the coincidence matrix o with margins n_c (Krippendorff 2011, *Computing
    Krippendorff's alpha-reliability*). Ordinal differences: ``(sum_{g=c..k} n_g - (n_c + n_k) / 2)^2``;
    interval: ``(c - k)^2``.

    Parameters
    ----------
    ratings : array_like, shape (raters, units)
        Values of `domain`, NaN where missing. A unit rated less than twice is left out.
    metric : {"ordinal", "interval"}
        How differences count.
    domain : sequence of float
        Every value that can occur, rising.

    Returns
    -------
    float or None
        At most 1; None when fewer than two values can be paired, or when all are equal (D_e = 0: nothing to
        tell apart).
    """
    table = np.atleast_2d(np.asarray(ratings, dtype=np.float64))
    values = np.asarray(domain, dtype=np.float64)
    counts = (table[:, :, np.newaxis] == values).sum(axis=0).astype(np.float64)  # units x values
    counts = counts[counts.sum(axis=1) >= 2]
    if counts.size == 0:
        return None
    per_unit = counts.sum(axis=1)
    coincidences = np.einsum("uc,uk,u->ck", counts, counts, 1 / (per_unit - 1))
    coincidences -= np.diag((counts / (per_unit - 1)[:, np.newaxis]).sum(axis=0))
    margins = coincidences.sum(axis=1)
    differences = _differences(values, margins, metric)
    observed = float((coincidences * differences).sum())
    expected = float((np.outer(margins, margins) * differences).sum()) / float(margins.sum() - 1)
    return None if expected <= 0 else 1 - observed / expected


def _differences(values: Floats, margins: Floats, metric: Literal["ordinal", "interval"]) -> Floats:
    if metric == "interval":
        return (values[:, np.newaxis] - values) ** 2
    middle = (
        np.cumsum(margins) - margins / 2
    )  # mean rank of each value: the ordinal formula is a difference of these
    return (middle[:, np.newaxis] - middle) ** 2


def kendall_w(ratings: ArrayLike) -> float | None:
    """Return Kendall's coefficient of concordance W, corrected for ties.

    ``W = 12 S / (m^2 (n^3 - n) - m sum T)``, S the sum of squared deviations of the rank sums, ``T = sum(t^3
    - t)`` over the ties of each rater (Kendall and Gibbons 1990). It compares orders: it is blind to one
    person being harsher than another, and it is about priorities, not about levels.

    Parameters
    ----------
    ratings : array_like, shape (raters m, items n)
        Any numbers; raters with a missing value are left out.

    Returns
    -------
    float or None
        In [0, 1]; None with fewer than two complete raters or two items, or when nobody ranks anything.
    """
    table = complete_raters(ratings)
    m, n = table.shape
    if m < 2 or n < 2:
        return None
    smaller = (table[:, np.newaxis, :] < table[:, :, np.newaxis]).sum(axis=2)
    equal = (table[:, np.newaxis, :] == table[:, :, np.newaxis]).sum(axis=2)
    ranks = smaller + (equal + 1) / 2
    ties = float((equal**2 - 1).sum())  # each of the t members of a tie counts t^2 - 1: together t^3 - t
    sums = ranks.sum(axis=0)
    scale = m**2 * (n**3 - n) - m * ties
    return None if scale <= 0 else float(12 * ((sums - sums.mean()) ** 2).sum() / scale)


def complete_raters(ratings: ArrayLike) -> Floats:
    """Drop the items that nobody rated, then the raters who left an item out."""
    table = np.atleast_2d(np.asarray(ratings, dtype=np.float64))
    table = table[:, ~np.isnan(table).all(axis=0)]
    kept: Floats = table[~np.isnan(table).any(axis=1)]
    return kept


def cronbach_alpha(ratings: ArrayLike) -> tuple[float, tuple[float, float]] | None:
    """Return Cronbach's alpha over the questions and its 95 % interval. Never shown for one panel.

    ``alpha = J / (J - 1) (1 - sum s2_j / s2_total)`` (Cronbach 1951), interval by F (Feldt 1965). It is about
    answers of many organisations; the seven dimensions form the maturity, they do not reflect it, so a low
    alpha is no defect.
    """
    from scipy.special import fdtri  # loaded only when asked for

    table = complete_raters(ratings)
    n, j = table.shape
    if n < 2 or j < 2 or table.sum(axis=1).var() == 0:
        return None
    alpha = j / (j - 1) * (1 - table.var(axis=0, ddof=1).sum() / table.sum(axis=1).var(ddof=1))
    low, high = (1 - (1 - alpha) * fdtri(n - 1, (n - 1) * (j - 1), p) for p in (0.975, 0.025))
    return float(alpha), (float(low), float(high))
