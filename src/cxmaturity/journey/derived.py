"""What answers of the same people to several touchpoints say: how much each drives the whole, and whether it punishes or rewards.

Only where somebody has such answers; nothing here is guessed from means. People who left one touchpoint unanswered are left out.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import combinations
from typing import TYPE_CHECKING, Any, Final

import attrs

from cxmaturity.core.problems import InputError

if TYPE_CHECKING:
    import numpy as np

    Numbers = np.ndarray[Any, np.dtype[np.float64]]

LMG_ROWS: Final = 100
"""Answers from which shares of R2 are computed; below, ranks are correlated (Spearman)."""
EXACT: Final = 10
"""Touchpoints up to which every order of entry is averaged; above, Johnson's relative weights come close."""
FEWEST: Final = 10
"""People who answered everything, from whom anything is derived."""
CAMP: Final = 10
"""People needed among the dissatisfied, and among the delighted, before a contrast is read."""


def _rows(items: Sequence[Sequence[float | None]]) -> tuple[tuple[float | None, ...], ...]:
    return tuple(tuple(row) for row in items)


def _names(items: Iterable[str]) -> tuple[str, ...]:
    return tuple(items)


def _scores(items: Iterable[float | None]) -> tuple[float | None, ...]:
    return tuple(items)


@attrs.frozen(kw_only=True)
class Answers:
    """What the same people answered: satisfaction 1 to 5 at several events, and overall (any scale, for instance 0 to 10).

    Parameters
    ----------
    journey, persona : str
        Whose; an empty persona serves every persona of the journey.
    events : tuple of str
        One id per column.
    rows : tuple of tuple of float or None
        One row per person, None where there is no answer.
    overall : tuple of float or None
        One per person.
    """

    journey: str
    persona: str = ""
    events: tuple[str, ...] = attrs.field(converter=_names)
    rows: tuple[tuple[float | None, ...], ...] = attrs.field(converter=_rows)
    overall: tuple[float | None, ...] = attrs.field(converter=_scores)

    def __attrs_post_init__(self) -> None:
        widths = {len(row) for row in self.rows}
        if len(self.rows) != len(self.overall) or widths - {len(self.events)}:
            raise InputError.of(
                "journey.answers_ragged",
                "answers to {journey}: {rows} rows for {overall} overall scores, and each row needs {events} columns.",
                journey=self.journey,
                rows=len(self.rows),
                overall=len(self.overall),
                events=len(self.events),
            )


@attrs.frozen(kw_only=True)
class Driver:
    """What one event does to the overall score.

    Parameters
    ----------
    share : float
        Its part of what all of them explain, 0 to 1.
    penalty, reward : float, optional
        Points of the overall score lost by the dissatisfied (1 and 2) and won by the delighted (5), against the others; both 0 or
        more. None when there are too few of either.
    asymmetry : float, optional
        (reward - penalty) / (reward + penalty): a must-be towards -1, a delighter towards 1.
    clear : bool
        Whether reward and penalty differ by more than chance (95 %).
    """

    share: float
    penalty: float | None = None
    reward: float | None = None
    asymmetry: float | None = None
    clear: bool = False


def drivers_of(answers: Answers) -> dict[str, Driver]:
    """Return what drives the overall score, by event; empty when fewer than ten people answered everything.

    Shares are those of Lindeman, Merenda and Gold (the mean of the R2 added over every order of entry), Johnson's relative
    weights above ten events, squared Spearman correlations below 100 people; the contrasts are Brandt's.
    """
    import numpy as np

    full = [
        (*row, whole)
        for row, whole in zip(answers.rows, answers.overall, strict=True)
        if whole is not None and None not in row
    ]
    if len(full) < FEWEST or not answers.events:
        return {}
    table = np.asarray(full, dtype=float)
    moving = [k for k in range(len(answers.events)) if np.ptp(table[:, k]) > 0]
    if not moving or np.ptp(table[:, -1]) == 0:
        return {}
    x, y = table[:, moving], table[:, -1]
    shares = _shares(x, y)
    contrasts = _contrasts(x, y)
    return {
        answers.events[k]: attrs.evolve(contrasts[at], share=float(shares[at])) for at, k in enumerate(moving)
    }


def _shares(x: Numbers, y: Numbers) -> Numbers:
    import numpy as np

    if len(x) < LMG_ROWS:
        ranked = np.column_stack([_ranks(column) for column in np.column_stack([x, y]).T])
        parts = _correlations(ranked)[-1, :-1] ** 2
    else:
        table = _correlations(np.column_stack([x, y]))
        within, with_whole = table[:-1, :-1], table[-1, :-1]
        parts = _lmg(within, with_whole) if len(within) <= EXACT else _relative_weights(within, with_whole)
    total = parts.sum()
    shares: Numbers = parts / total if total > 0 else np.full(len(parts), 1 / len(parts))
    return shares


def _correlations(columns: Numbers) -> Numbers:
    import numpy as np

    return np.atleast_2d(np.corrcoef(columns, rowvar=False))


def _ranks(values: Numbers) -> Numbers:
    """Return the ranks with ties at their mean."""
    import numpy as np

    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    ranks: Numbers = (ends - (counts - 1) / 2)[inverse]
    return ranks


def _lmg(within: Numbers, with_whole: Numbers) -> Numbers:
    """Return the mean R2 that each adds over every order of entry (the Shapley value of R2)."""
    import numpy as np

    k = len(with_whole)
    explained = {0: 0.0}
    for size in range(1, k + 1):
        for chosen in combinations(range(k), size):
            index = np.array(chosen)
            solved = np.linalg.lstsq(within[np.ix_(index, index)], with_whole[index], rcond=None)[0]
            explained[sum(1 << it for it in chosen)] = float(with_whole[index] @ solved)
    parts = np.zeros(k)
    for mask, r2 in explained.items():
        size = mask.bit_count()
        for it in range(k):
            if not mask >> it & 1:
                parts[it] += (explained[mask | 1 << it] - r2) / (k * math.comb(k - 1, size))
    return np.maximum(parts, 0)


def _relative_weights(within: Numbers, with_whole: Numbers) -> Numbers:
    """Return Johnson's relative weights (2000): R2 shared out through the nearest orthogonal variables."""
    import numpy as np

    values, vectors = np.linalg.eigh(within)
    root = vectors @ np.diag(np.sqrt(np.maximum(values, 0))) @ vectors.T
    beta = np.linalg.lstsq(root, with_whole, rcond=None)[0]
    weights: Numbers = root**2 @ beta**2
    return weights


def _contrasts(x: Numbers, y: Numbers) -> list[Driver]:
    """Return Brandt's penalty and reward of each column: one regression on a dummy for 1 and 2 and one for 5."""
    import numpy as np

    low, high = x <= 2, x >= 5
    read = [k for k in range(x.shape[1]) if min(low[:, k].sum(), high[:, k].sum()) >= CAMP]
    bare = [Driver(share=0.0)] * x.shape[1]
    design = np.column_stack([np.ones(len(y)), *(c[:, k] for k in read for c in (low, high))]).astype(float)
    freedom = len(y) - design.shape[1]
    if not read or freedom < 1 or np.linalg.matrix_rank(design) < design.shape[1]:
        return bare
    inverse = np.linalg.inv(design.T @ design)
    beta = inverse @ design.T @ y
    variance = float(((y - design @ beta) ** 2).sum()) / freedom
    for at, k in enumerate(read):
        i, j = 1 + 2 * at, 2 + 2 * at
        error = math.sqrt(variance * (inverse[i, i] + inverse[j, j] + 2 * inverse[i, j]))
        bare[k] = _contrast(float(-beta[i]), float(beta[j]), error, freedom)
    return bare


def _contrast(penalty: float, reward: float, error: float, freedom: int) -> Driver:
    from cxmaturity.journey.scales import student

    clear = abs(reward - penalty) > student(freedom) * error
    penalty, reward = max(0.0, penalty), max(0.0, reward)
    both = reward + penalty
    return Driver(
        share=0.0,
        penalty=penalty,
        reward=reward,
        asymmetry=(reward - penalty) / both if both > 0 else None,
        clear=clear and both > 0,
    )
