"""From a uniform or normal number to a value of an input: the quantile function of every shape of range.

The Beta quantile (PERT, measured shares) has no closed form and costs microseconds a number. Its logit is a smooth
function of the normal score, so that a short table with exact first and second derivatives gives it to twelve digits.
"""

from __future__ import annotations

import functools
import math
from typing import Final

import attrs
import numpy as np

from cxmaturity.business_case.parameters import FloatArray
from cxmaturity.core.estimate import Estimate

FARTHEST_SCORE: Final = 6.5
"""Normal scores are tabulated up to here; the generator's numbers stay within 6.34."""

_NODES: Final = 261
_STEP: Final = 2 * FARTHEST_SCORE / (_NODES - 1)
_LAMBDA: Final = 4.0
_TAIL: Final = 0.1
_TEN_PERCENT_SCORE: Final = 1.2815515655446004


def pert_parameters(low: float, mode: float, high: float) -> tuple[float, float]:
    """Return alpha and beta of a Beta-PERT range: ``1 + 4 (m - a) / (b - a)`` and ``1 + 4 (b - m) / (b - a)``.

    Its mean is ``(a + 4 m + b) / 6`` and its variance ``(mean - a) (b - mean) / 7``: not the ``((b - a) / 6)^2`` of PERT
    textbooks. Source: Vose (2008), Risk analysis.
    """
    width = high - low
    return 1 + _LAMBDA * (mode - low) / width, 1 + _LAMBDA * (high - mode) / width


def measured_parameters(share: float, n: int) -> tuple[float, float]:
    """Return the Beta posterior of a share observed on n cases, from Jeffreys' prior: ``x + 1/2``, ``n - x + 1/2``."""
    return share * n + 0.5, n - share * n + 0.5


def beta_quantile(scores: FloatArray, alpha: float, beta: float) -> FloatArray:
    """Return the Beta quantile of ``Phi(score)``, within 1e-11 relative of an exact inversion.

    Parameters
    ----------
    scores : array
        Normal scores; beyond +-6.5 the value at 6.5 is returned.
    alpha, beta : float
        Both above 0.
    """
    from scipy.special import expit

    table = _beta_table(alpha, beta)
    place = (np.clip(scores, -FARTHEST_SCORE, FARTHEST_SCORE) + FARTHEST_SCORE) * (1 / _STEP)
    cell = np.minimum(place.astype(np.int64), _NODES - 2)
    part = place - cell
    logit = table[5][cell]
    for row in (4, 3, 2, 1, 0):
        logit *= part
        logit += table[row][cell]
    value: FloatArray = expit(logit)
    return value


@functools.lru_cache(maxsize=256)
def _beta_table(alpha: float, beta: float) -> FloatArray:
    """Return the six coefficients of each cell, shape (6, nodes - 1): quintic Hermite on the logit.

    With ``t = logit(x)``: ``t' = phi(z) B(a, b) / (x^a (1 - x)^b)`` and ``t'' = t' (-z - t' (a - (a + b) x))``.
    """
    from scipy.special import betaincinv, betaln, ndtr

    z = np.linspace(-FARTHEST_SCORE, FARTHEST_SCORE, _NODES)
    lower = z <= 0
    tail = ndtr(-np.abs(z))
    small = np.empty(_NODES)  # x below the median, 1 - x above: the one that is exact
    small[lower] = betaincinv(alpha, beta, tail[lower])
    small[~lower] = betaincinv(beta, alpha, tail[~lower])
    x, log_small, log_large = np.where(lower, small, 1 - small), np.log(small), np.log1p(-small)
    log_x, log_y = np.where(lower, log_small, log_large), np.where(lower, log_large, log_small)
    t = log_x - log_y
    log_slope = (
        -0.5 * z * z - 0.5 * math.log(2 * math.pi) + betaln(alpha, beta) - alpha * log_x - beta * log_y
    )
    slope = np.exp(log_slope)
    bend = slope * (-z - slope * (alpha - (alpha + beta) * x))
    return _quintic(t, slope * _STEP, bend * _STEP**2)


def _quintic(value: FloatArray, slope: FloatArray, bend: FloatArray) -> FloatArray:
    """Return the coefficients on [0, 1] of each cell from value, slope and second derivative at both ends."""
    v0, v1, s0, s1, b0, b1 = value[:-1], value[1:], slope[:-1], slope[1:], bend[:-1], bend[1:]
    rise = v1 - v0
    return np.stack(
        [
            v0,
            s0,
            b0 / 2,
            10 * rise - 6 * s0 - 4 * s1 - 1.5 * b0 + 0.5 * b1,
            -15 * rise + 8 * s0 + 7 * s1 + 1.5 * b0 - b1,
            6 * rise - 3 * (s0 + s1) - 0.5 * (b0 - b1),
        ]
    )


def triangular_quantile(u: FloatArray, low: float, mode: float, high: float) -> FloatArray:
    """Return the quantile of a triangular range, in closed form."""
    width = high - low
    peak = (mode - low) / width
    value: FloatArray = np.where(
        u < peak, low + np.sqrt(u * width * (mode - low)), high - np.sqrt((1 - u) * width * (high - mode))
    )
    return value


def lognormal_parameters(p10: float, p90: float) -> tuple[float, float]:
    """Return mu and sigma of the logarithm, from P10 and P90."""
    low, high = math.log(p10), math.log(p90)
    return (low + high) / 2, (high - low) / (2 * _TEN_PERCENT_SCORE)


@attrs.frozen(kw_only=True)
class Metalog:
    """A three-term metalog: ``a1 + a2 L + a3 (u - 1/2) L`` with ``L = ln(u / (1 - u))``.

    Keelin, T. (2016), The metalog distributions, Decision Analysis 13(4).
    """

    a1: float
    a2: float
    a3: float

    def quantile(self, u: FloatArray, log_odds: FloatArray) -> FloatArray:
        """Return the value at u."""
        return self.a1 + (self.a2 + self.a3 * (u - 0.5)) * log_odds


def fit_metalog(p10: float, p50: float, p90: float) -> Metalog:
    """Return the metalog through three symmetric percentiles, in closed form (Keelin, 2016, section 4).

    Examples
    --------
    >>> fit_metalog(0.0, 1.0, 2.0).a3
    0.0
    """
    log_odds = math.log((1 - _TAIL) / _TAIL)
    width = p90 - p10
    skew = (p50 - p10) / width
    return Metalog(
        a1=p50, a2=width / (2 * log_odds), a3=(1 - 2 * skew) * width / ((1 - 2 * _TAIL) * log_odds)
    )


def quantile(given: Estimate, scores: FloatArray) -> FloatArray:
    """Return the values of an estimate at some normal scores, before any cut at its bounds.

    Parameters
    ----------
    given : Estimate
        Any; without a range its value is returned.
    scores : array
        Normal scores z: the value is the quantile at ``Phi(z)``.
    """
    from scipy.special import ndtr

    if given.shape == "measured" and given.n is not None:
        return beta_quantile(scores, *measured_parameters(given.value, given.n))
    low, high = given.low, given.high
    if low is None or high is None or low == high:
        return np.full(np.shape(scores), given.value)
    if given.shape == "triangular":
        return triangular_quantile(ndtr(scores), low, given.value, high)
    if given.shape == "lognormal":
        mu, sigma = lognormal_parameters(low, high)
        value: FloatArray = np.exp(mu + sigma * scores)
        return value
    if given.shape == "percentiles":
        below, above = ndtr(scores), ndtr(-np.asarray(scores))
        return fit_metalog(low, given.value, high).quantile(below, np.log(below / above))
    return low + (high - low) * beta_quantile(scores, *pert_parameters(low, given.value, high))
