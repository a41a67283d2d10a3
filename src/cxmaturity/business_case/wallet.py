"""From a brand's rank among those a customer uses to its share of wallet (wallet allocation rule).

Keiningham, Aksoy, Buoye and Cooil (2011), Customer loyalty isn't enough, Harvard Business Review 89(10).
Use it where at least 40 % of customers use several brands. The vendor's claim of ten times the impact of
retention is not ours.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import attrs
import numpy as np

from cxmaturity.core.problems import InputError

JUDGED_SLOPE: Final = 0.5
"""A prudent calibration slope (judgement, not a measure) when the client's own data cannot give one."""


def wallet_share(rank: float, brands: int) -> float:
    """Return the share of wallet of the brand at `rank` among n used: ``(1 - rank / (n + 1)) * 2 / n``.

    Shares add up to 1 over the ranks 1..n. Tied brands share their ranks: two firsts are both at 1.5.

    Raises
    ------
    InputError
        ``business_case.rank`` when the rank is not between 1 and `brands`.

    Examples
    --------
    >>> [round(wallet_share(rank, 3), 3) for rank in (1, 2, 3)]
    [0.5, 0.333, 0.167]
    >>> round(wallet_share(1.5, 3), 4)
    0.4167
    """
    if not 1 <= rank <= brands:
        raise InputError.of(
            "business_case.rank",
            "the rank is {rank} among {brands} brands; expected between 1 and {brands}.",
            rank=f"{rank:g}",
            brands=brands,
        )
    return (1 - rank / (brands + 1)) * 2 / brands


def ranks_from_ratings(ratings: Sequence[float]) -> tuple[float, ...]:
    """Return each brand's rank, 1 the best rated; ties share the mean of their ranks.

    Examples
    --------
    >>> ranks_from_ratings([9, 7, 9])
    (1.5, 3.0, 1.5)
    """
    given = np.asarray(ratings, dtype=float)
    better = (given[None, :] > given[:, None]).sum(axis=1)
    equal = (given[None, :] == given[:, None]).sum(axis=1)
    return tuple(float(rank) for rank in better + (equal + 1) / 2)


@attrs.frozen(kw_only=True)
class RankMove:
    """A share of customers (in [0, 1]) for whom the brand goes from one rank to another among `brands`."""

    customer_share: float
    before: float
    after: float
    brands: int


def delta_share_of_wallet(moves: Iterable[RankMove], *, slope: float) -> float:
    """Return the gain in share of wallet: ``slope * sum_i p_i (share(after) - share(before))``.

    Parameters
    ----------
    moves : iterable of RankMove
        Groups of customers; those who do not move need not appear.
    slope : float
        How much of the rule's move the client's own spending data shows (`JUDGED_SLOPE` when unknown; say
        so).

    Examples
    --------
    >>> move = RankMove(customer_share=0.12, before=2, after=1, brands=3)
    >>> round(delta_share_of_wallet([move], slope=0.5), 4)
    0.01
    """
    return slope * sum(
        move.customer_share * (wallet_share(move.after, move.brands) - wallet_share(move.before, move.brands))
        for move in moves
    )
