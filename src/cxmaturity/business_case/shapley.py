"""Splitting a joint result between levers that work together: Shapley shares over all coalitions at once.

What one lever adds depends on which others are there. The Shapley value (Shapley, 1953, A value for
n-person games) averages what it adds over every order of arrival: shares add up to the joint total, equal
levers get equal shares, a lever that adds nothing gets nothing.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence

import numpy as np

from cxmaturity.business_case.ledger import run_ledger
from cxmaturity.business_case.parameters import FloatArray, Parameters


@functools.cache
def coalitions(players: int) -> FloatArray:
    """Return every coalition as a row of 0 and 1, shape (2^players, players); row i holds the bits of i."""
    rows = np.arange(2**players)[:, None] >> np.arange(players)[None, :]
    bits: FloatArray = (rows & 1).astype(float)
    bits.setflags(write=False)
    return bits


@functools.cache
def arrival_weights(players: int) -> tuple[float, ...]:
    """Return the share of orders in which a player finds a given coalition of k others, k = 0..players - 1.

    ``k! (n - k - 1)! / n!``.
    """
    order = math.factorial(players)
    return tuple(math.factorial(k) * math.factorial(players - k - 1) / order for k in range(players))


def shapley_shares(values: FloatArray) -> FloatArray:
    """Return each player's Shapley share of the value of the full coalition.

    ``share_i = sum over S without i of |S|! (n - |S| - 1)! / n! x (v(S + i) - v(S))``. Differences are
    taken first, so that a player who changes nothing gets exactly nothing.

    Parameters
    ----------
    values : array, shape (2^n, ...)
        Value of every coalition, rows as in `coalitions`; the empty one first.

    Returns
    -------
    array, shape (n, ...)
        Adds up over players to ``values[-1] - values[0]``.

    Examples
    --------
    >>> shapley_shares(np.array([0.0, 10.0, 20.0, 40.0]))
    array([15., 25.])
    """
    players = int(values.shape[0]).bit_length() - 1
    rows = np.arange(values.shape[0])
    shares = np.zeros((players, *values.shape[1:]))
    for player in range(players):
        without = rows[(rows >> player) & 1 == 0]
        others = coalitions(players)[without].sum(axis=1).astype(int)
        weights = np.array(arrival_weights(players))[others]
        shares[player] = np.tensordot(weights, values[without | (1 << player)] - values[without], axes=1)
    return shares


def coalition_gains(parameters: Parameters, benefits: Sequence[str]) -> FloatArray:
    """Return what every coalition of levers gains per year, in one run of the ledger, shape (2^n, H, ...)."""
    draws = max((np.ndim(number) for number in parameters.numbers.values()), default=0)
    bits = coalitions(len(benefits))
    on = {benefit: bits[:, i].reshape(-1, *([1] * draws)) for i, benefit in enumerate(benefits)}
    total = run_ledger(parameters, on).total if benefits else run_ledger(parameters, {}).total[:, None]
    if total.ndim == 1:
        total = np.broadcast_to(total[:, None], (total.shape[0], bits.shape[0]))
    by_coalition = np.moveaxis(total, 1, 0)
    gains: FloatArray = by_coalition - by_coalition[:1]
    return gains
