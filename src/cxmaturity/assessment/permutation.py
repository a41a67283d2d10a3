"""Permutation tests between groups of people: no assumption on the scale, right at any group size."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cxmaturity.assessment.panel import Floats, column_means

PERMUTATIONS: Final = 4999
_CHUNK: Final = 2_000_000
_TINY: Final = 1e-9


def permutation_p(
    values: Floats, labels: NDArray[np.int_], *, rng: np.random.Generator, permutations: int = PERMUTATIONS
) -> float:
    """Return the p-value of a difference between groups over all columns together.

    Statistic: the sum over the columns of ``sum_g n_g (m_g - m)^2``, the squares between groups (Anderson
    2001, for several columns); people, with their whole row, are dealt to the groups again at random. ``p =
    (b + 1) / (B + 1)``, b permutations at least as large out of B (Phipson and Smyth 2010).

    Parameters
    ----------
    values : ndarray, shape (people, columns)
        NaN where missing; a column adds nothing for a group without answers.
    labels : ndarray of int, shape (people,)
        Group numbers from 0.
    rng : numpy.random.Generator
        Source of the permutations.
    permutations : int
        B.

    Notes
    -----
    Small groups cannot reach 5 %: two groups of three people have ten different divisions, so p is never
    under .1. A test that looks at all columns also sees profiles that cross, which a test on each person's
    mean does not.
    """
    given = (~np.isnan(values)).astype(np.float64)
    centred = np.where(given > 0, values - column_means(values), 0.0)
    groups = int(labels.max()) + 1
    observed = float(_between(labels[np.newaxis], centred, given, groups)[0])
    chunk = max(1, _CHUNK // labels.size)
    larger = 0
    for start in range(0, permutations, chunk):
        dealt = rng.permuted(np.tile(labels, (min(chunk, permutations - start), 1)), axis=1)
        larger += int((_between(dealt, centred, given, groups) >= observed - _TINY).sum())
    return (larger + 1) / (permutations + 1)


def _between(labels: NDArray[np.int_], centred: Floats, given: Floats, groups: int) -> Floats:
    """Return the squares between groups for each row of labels; shape (rows,)."""
    total = np.zeros(labels.shape[0])
    for group in range(groups):
        member = (labels == group).astype(np.float64)
        n = member @ given
        total += np.divide((member @ centred) ** 2, n, out=np.zeros_like(n), where=n > 0).sum(axis=1)
    return total


def holm(p_values: Sequence[float]) -> tuple[float, ...]:
    """Return p-values adjusted so that any false alarm among them stays under the level (Holm 1979).

    Examples
    --------
    >>> [round(p, 3) for p in holm([0.01, 0.04, 0.03])]
    [0.03, 0.06, 0.06]
    """
    order = sorted(range(len(p_values)), key=lambda i: p_values[i])
    adjusted = [0.0] * len(p_values)
    highest = 0.0
    for place, i in enumerate(order):
        highest = max(highest, min(1.0, (len(p_values) - place) * p_values[i]))
        adjusted[i] = highest
    return tuple(adjusted)


def between_share(values: Floats, labels: NDArray[np.int_]) -> float | None:
    """Return the share of the variance that lies between groups, over all columns; None if undefined.

    Omega squared, ``(SS_b - df_b MS_w) / (SS_t + MS_w)``, sums taken over the columns (Hays 1963); clipped to
    [0, 1]. It does not grow with the number of groups as eta squared does.
    """
    given = (~np.isnan(values)).astype(np.float64)
    centred = np.where(given > 0, values - column_means(values), 0.0)
    groups = int(labels.max()) + 1
    between = float(_between(labels[np.newaxis], centred, given, groups)[0])
    total = float((centred**2).sum())
    occupied = np.array([(given[labels == group].sum(axis=0) > 0) for group in range(groups)]).sum(axis=0)
    df_between = float((occupied - 1).sum())
    df_within = float((given.sum(axis=0) - occupied).sum())
    if df_within <= 0 or total <= 0:
        return None
    within = (total - between) / df_within
    return min(1.0, max(0.0, (between - df_between * within) / (total + within)))
