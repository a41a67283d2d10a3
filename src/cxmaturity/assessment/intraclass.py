"""Intraclass correlations of a panel: whether several people place the seven questions alike.

Two-way random effects, every person rating every question (McGraw and Wong 1996, case 2). With seven
questions the interval is very wide ([.10, .85] on the reference panel): print it or print nothing.
"""

from __future__ import annotations

import math

import attrs
import numpy as np
from numpy.typing import ArrayLike

from cxmaturity.assessment.reliability import complete_raters


@attrs.frozen(kw_only=True)
class Intraclass:
    """ICC(A,1) with its interval, ICC(A,k) and ICC(C,k); None where the formula divides by zero."""

    a1: float | None
    a1_interval: tuple[float, float] | None
    ak: float | None
    ck: float | None


def intraclass(ratings: ArrayLike, *, confidence: float = 0.95) -> Intraclass | None:
    """Return the intraclass correlations of a panel.

    With n targets (questions), k raters and mean squares of rows (targets), columns (raters) and error:
    ``ICC(A,1) = (MSR - MSE) / (MSR + (k - 1) MSE + k (MSC - MSE) / n)``,
    ``ICC(A,k) = (MSR - MSE) / (MSR + (MSC - MSE) / n)``, ``ICC(C,k) = (MSR - MSE) / MSR``; F interval of
    ICC(A,1) with Satterthwaite's degrees of freedom (McGraw and Wong 1996, tables 4 and 7).

    Parameters
    ----------
    ratings : array_like, shape (raters, targets)
        NaN where missing; incomplete raters are left out.
    confidence : float
        Of the interval, in (0, 1).

    Returns
    -------
    Intraclass or None
        None with fewer than two complete raters or two targets.
    """
    table = complete_raters(ratings)
    k, n = table.shape
    if k < 2 or n < 2:
        return None
    deviations = table - table.mean()
    by_target, by_rater = deviations.mean(axis=0), deviations.mean(axis=1)
    msr = k * float((by_target**2).sum()) / (n - 1)
    msc = n * float((by_rater**2).sum()) / (k - 1)
    residuals = deviations - by_target - by_rater[:, np.newaxis]
    mse = float((residuals**2).sum()) / ((n - 1) * (k - 1))
    a1 = _ratio(msr - mse, msr + (k - 1) * mse + k * (msc - mse) / n)
    return Intraclass(
        a1=a1,
        a1_interval=None if a1 is None else _interval(a1, msr, msc, mse, n=n, k=k, confidence=confidence),
        ak=_ratio(msr - mse, msr + (msc - mse) / n),
        ck=_ratio(msr - mse, msr),
    )


def _ratio(top: float, bottom: float) -> float | None:
    return None if abs(bottom) < 1e-12 else top / bottom


def _interval(
    a1: float, msr: float, msc: float, mse: float, *, n: int, k: int, confidence: float
) -> tuple[float, float] | None:
    if a1 >= 1 or mse < 1e-12:
        return None
    from scipy.special import fdtri  # loaded only when asked for

    a = k * a1 / (n * (1 - a1))
    b = 1 + k * a1 * (n - 1) / (n * (1 - a1))
    bottom = (a * msc) ** 2 / (k - 1) + (b * mse) ** 2 / ((n - 1) * (k - 1))
    if bottom < 1e-12:
        return None
    v = (a * msc + b * mse) ** 2 / bottom
    p = 1 - (1 - confidence) / 2
    f_low, f_high = float(fdtri(n - 1, v, p)), float(fdtri(v, n - 1, p))
    if not (math.isfinite(f_low) and math.isfinite(f_high)):
        return None  # next to no degrees of freedom left: any interval would be noise
    spread = k * msc + (k * n - k - n) * mse
    below, above = f_low * spread + n * msr, spread + n * f_high * msr
    if below < 1e-12 or above < 1e-12:
        return None
    return n * (msr - f_low * mse) / below, n * (f_high * msr - mse) / above
