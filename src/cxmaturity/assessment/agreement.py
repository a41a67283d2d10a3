"""How far several people agree on one question: spread in level units first, coefficients beside it.

All take the levels of one question, without missing ones. They describe; whether people "agree" is said by
`wording`, which knows how little three answers can prove.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from cxmaturity.assessment.panel import Floats

OPTIONS = 5


def _levels(levels: ArrayLike) -> Floats:
    return np.asarray(levels, dtype=np.float64).ravel()


def ad_median(levels: ArrayLike) -> float | None:
    """Return the average deviation around the median, AD_Md, in levels; None under two answers.

    ``AD_Md = mean |x - median|`` (Burke, Finkelstein and Dusig 1999; Burke and Dunlap 2002). Its usual
    cut-off for 5 options, 5/6, is a rule of thumb: random answers pass it half of the time when there are
    three of them.

    Examples
    --------
    >>> ad_median([4, 4, 3, 5])
    0.5
    """
    x = _levels(levels)
    return None if x.size < 2 else float(np.abs(x - np.median(x)).mean())


def ad_mean(levels: ArrayLike) -> float | None:
    """Return the average deviation around the mean, AD_M, in levels; None under two answers.

    ``AD_M = mean |x - mean|`` (Burke, Finkelstein and Dusig 1999).
    """
    x = _levels(levels)
    return None if x.size < 2 else float(np.abs(x - x.mean()).mean())


def r_wg_raw(levels: ArrayLike, *, options: int = OPTIONS) -> float | None:
    """Return r_wg before clipping; None under two answers.

    ``r_wg = 1 - s2 / s2_EU`` with `s2` unbiased and ``s2_EU = (A^2 - 1) / 12``, the variance of answers
    spread evenly over A options (James, Demaree and Wolf 1984). Negative when people disagree more than at
    random. The even null is generous: real answers are seldom spread evenly, so r_wg flatters.
    """
    x = _levels(levels)
    return None if x.size < 2 else float(1 - x.var(ddof=1) / ((options**2 - 1) / 12))


def r_wg(levels: ArrayLike, *, options: int = OPTIONS) -> float | None:
    """Return r_wg clipped to [0, 1] (see `r_wg_raw`); None under two answers."""
    raw = r_wg_raw(levels, options=options)
    return None if raw is None else min(1.0, max(0.0, raw))


def a_wg(levels: ArrayLike, *, options: int = OPTIONS) -> float | None:
    """Return a_wg, agreement against the largest variance that the mean allows; None under two answers.

    ``a_wg = 1 - 2 s2 / [((A + 1) M - M^2 - A) k / (k - 1)]`` (Brown and Hauenstein 2005), A options, k
    answers of mean M. From -1 to 1. Undefined when everybody is at one end of the scale; everybody then
    agrees, so 1 is returned.
    """
    x = _levels(levels)
    if x.size < 2:
        return None
    mean, k = float(x.mean()), x.size
    largest = ((options + 1) * mean - mean**2 - options) * k / (k - 1)
    return 1.0 if largest <= 0 else float(1 - 2 * x.var(ddof=1) / largest)


def r_wg_j(questions: Sequence[ArrayLike], *, options: int = OPTIONS) -> float | None:
    """Return r_wg(J) over J questions; None when no question has two answers. Not for a headline.

    ``J (1 - q) / (J (1 - q) + q)`` with ``q = mean s2 / s2_EU`` (James, Demaree and Wolf 1984). It grows with
    J whatever people think: with seven questions of r_wg .40 it is .82. Negative raw agreement gives 0.
    """
    variances = [x.var(ddof=1) for x in map(_levels, questions) if x.size >= 2]
    if not variances:
        return None
    q, j = float(np.mean(variances)) / ((options**2 - 1) / 12), len(variances)
    return 0.0 if q >= 1 else j * (1 - q) / (j * (1 - q) + q)
