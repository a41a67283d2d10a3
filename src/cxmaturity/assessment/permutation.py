"""Permutation tests between groups of people: no assumption on the scale, right at any group size."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from cxmaturity.assessment.panel import Floats, column_means

PERMUTATIONS: Final = 4999
_CHUNK: Final = 2_000_000
_TINY: Final = 1e-9


def permutation_p(
    values: Floats, labels: NDArray[np.int_], *, rng: np.random.Generator, permutations: int = PERMUTATIONS
) -> tuple[float, Floats]:
    """Return the p-value of a difference between groups, over all columns together and in each column.

    Statistic of a column: ``sum_g n_g (m_g - m)^2``, the squares between groups; over all columns, their sum
    (Anderson 2001). People, with their whole row, are dealt to the groups again: every way when there are
    few, else `permutations` times at random, and then ``p = (b + 1) / (B + 1)``, b of B being at least as
    large (Phipson and Smyth 2010).

    Parameters
    ----------
    values : ndarray, shape (people, columns)
        NaN where missing; a column adds nothing for a group without answers.
    labels : ndarray of int, shape (people,)
        Group numbers from 0, each used.
    rng : numpy.random.Generator
        Source of the permutations.
    permutations : int
        B.

    Returns
    -------
    together : float
        Over all columns.
    each : ndarray, shape (columns,)
        Column by column, not adjusted.

    Notes
    -----
    Small groups cannot reach 5 %: two groups of three people have twenty divisions, ten of them distinct, so
    p is never under .1. Looking at all columns also sees profiles that cross, which a test on each person's
    mean does not.
    """
    given = (~np.isnan(values)).astype(np.float64)
    centred = np.where(given > 0, values - column_means(values), 0.0)
    groups = int(labels.max()) + 1
    observed = _with_sum(_between(labels[np.newaxis], centred, given, groups))
    dealt = every_division(tuple(np.bincount(labels).tolist()), permutations)
    exact = dealt is not None
    if dealt is None:
        dealt = rng.permuted(np.tile(labels.astype(np.int8), (permutations, 1)), axis=1)
    larger = np.zeros(values.shape[1] + 1)
    chunk = max(1, _CHUNK // labels.size)
    for start in range(0, len(dealt), chunk):
        squares = _with_sum(_between(dealt[start : start + chunk], centred, given, groups))
        larger += (squares >= observed - _TINY).sum(axis=0)
    p_values = larger / len(dealt) if exact else (larger + 1) / (len(dealt) + 1)
    return float(p_values[-1]), p_values[:-1]


@lru_cache(maxsize=32)
def every_division(sizes: tuple[int, ...], limit: int) -> NDArray[np.int8] | None:
    """Return every way to deal people to groups of these sizes, one per row; None when over `limit`."""
    if math.factorial(sum(sizes)) // math.prod(map(math.factorial, sizes)) > limit:
        return None
    rows = [[-1] * sum(sizes)]
    for group, size in enumerate(sizes):
        rows = [
            [group if place in chosen else label for place, label in enumerate(row)]
            for row in rows
            for chosen in map(
                frozenset,
                itertools.combinations([place for place, label in enumerate(row) if label < 0], size),
            )
        ]
    return np.array(rows, dtype=np.int8)


def _with_sum(squares: Floats) -> Floats:
    return np.column_stack([squares, squares.sum(axis=1)])


def _between(labels: NDArray[np.integer[Any]], centred: Floats, given: Floats, groups: int) -> Floats:
    """Return the squares between groups per column for each row of labels; shape (rows, columns)."""
    total = np.zeros((labels.shape[0], centred.shape[1]))
    whole = bool(given.all())
    for group in range(groups):
        member = (labels == group).astype(np.float64)
        n = member.sum(axis=1, keepdims=True) if whole else member @ given
        sums = (member @ centred) ** 2
        total += np.divide(sums, n, out=np.zeros_like(sums), where=n > 0)
    return total


def holm(p_values: Sequence[float], *, guarded: bool = False) -> tuple[float, ...]:
    """Return p-values adjusted so that any false alarm among them stays under the level (Holm 1979).

    With `guarded`, the p-values are only looked at once a test of all of them together has been significant.
    Then at most all but one can be without a difference, and the first step may divide by one less (Shaffer
    1986).

    Examples
    --------
    >>> [round(p, 3) for p in holm([0.01, 0.04, 0.03])]
    [0.03, 0.06, 0.06]
    >>> [round(p, 3) for p in holm([0.01, 0.04, 0.03], guarded=True)]
    [0.02, 0.06, 0.06]
    """
    m = len(p_values)
    order = sorted(range(m), key=lambda i: p_values[i])
    adjusted = [0.0] * m
    highest = 0.0
    for place, i in enumerate(order):
        steps = m - place if place or not guarded else max(1, m - 1)
        highest = max(highest, min(1.0, steps * p_values[i]))
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
    between = float(_between(labels[np.newaxis], centred, given, groups).sum())
    total = float((centred**2).sum())
    occupied = np.array([(given[labels == group].sum(axis=0) > 0) for group in range(groups)]).sum(axis=0)
    df_between = float((occupied - 1).sum())
    df_within = float((given.sum(axis=0) - occupied).sum())
    if df_within <= 0 or total <= 0:
        return None
    within = (total - between) / df_within
    return min(1.0, max(0.0, (between - df_between * within) / (total + within)))
