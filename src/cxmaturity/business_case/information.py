"""What knowing an input before deciding is worth, and how large a survey pays for itself.

The decision is go or stay: the programme's NPV against nothing. Information is worth something only when it could change that
decision, which a tornado does not say. Source: Raiffa and Schlaifer (1961), Applied statistical decision theory.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import attrs
import numpy as np

from cxmaturity.business_case.parameters import FloatArray

KNOTS: Final = (-1.2, -0.4, 0.4, 1.2)
"""Knots of the cubic splines, in normal scores."""

MOST_PAIRED: Final = 9
"""Inputs of a group that get products two by two; the others enter alone."""

BINS: Final = 50


@attrs.frozen(kw_only=True, eq=False)
class PartialInformation:
    """What knowing some inputs is worth.

    `evppi` is the regression estimate, `binned` the mean over 50 bins (one input only, else None), `split` the value of
    deciding on one half of the trials with the regression fitted on the other: it leans low where `evppi` leans high, so
    that their distance bounds the bias. `expected` is the fitted mean NPV given the inputs, shape (draws,).
    """

    evppi: float
    binned: float | None
    split: float
    expected: FloatArray


def evpi(npv: FloatArray) -> float:
    """Return the value of knowing everything before deciding, ``E[max(0, NPV)] - max(0, E[NPV])``.

    Examples
    --------
    >>> evpi(np.array([-100.0, 300.0]))
    50.0
    """
    return float(np.maximum(npv, 0).mean() - max(0.0, float(npv.mean())))


def normal_scores(values: FloatArray) -> FloatArray:
    """Return the normal scores of the ranks, ``Phi^-1((rank - 1/2) / n)``."""
    from scipy.special import ndtri

    ranks = np.empty(len(values))
    ranks[np.argsort(values, kind="stable")] = np.arange(len(values))
    scores: FloatArray = ndtri((ranks + 0.5) / len(values))
    return scores


def partial_information(npv: FloatArray, scores: Sequence[FloatArray]) -> PartialInformation:
    """Return what knowing one input, or several together, is worth (EVPPI), from the trials alone.

    ``E[max(0, E[NPV | x])] - max(0, E[NPV])``; the inner mean is a regression of the NPV on the inputs: cubic spline for
    each, products for pairs of a group. Strong, Oakley and Brennan (2014), Estimating multiparameter partial expected value
    of perfect information from a probabilistic sensitivity analysis sample, Medical Decision Making 34(3).

    Parameters
    ----------
    npv : array, shape (draws,)
        NPV of each trial.
    scores : sequence of array, shape (draws,) each
        The inputs, as normal scores (`normal_scores` makes them of any values). When inputs are correlated, what one says of
        the others counts too.
    """
    basis = _basis(scores, npv)
    mean = float(npv.mean())
    now = max(0.0, mean)
    half = len(npv) // 2
    first, second = _normal_equations(basis[:half], npv[:half]), _normal_equations(basis[half:], npv[half:])
    expected = basis @ _solve(first[0] + second[0], first[1] + second[1])
    decided = float(npv[:half][basis[:half] @ _solve(*second) > 0].sum())
    decided += float(npv[half:][basis[half:] @ _solve(*first) > 0].sum())
    return PartialInformation(
        evppi=max(0.0, float(np.maximum(expected, 0).mean()) - now),
        binned=_binned(npv, scores[0]) - now if len(scores) == 1 else None,
        split=decided / len(npv) - now,
        expected=expected,
    )


def _basis(scores: Sequence[FloatArray], npv: FloatArray) -> FloatArray:
    draws = len(npv)
    spline = len(scores) == 1
    alone = 3 + (len(KNOTS) if spline else 0)
    paired = _strongest(scores, npv) if len(scores) > MOST_PAIRED else range(len(scores))
    pairs = [(i, j) for i in paired for j in paired if i < j]
    basis = np.empty((1 + alone * len(scores) + len(pairs), draws))
    basis[0] = 1.0
    row = 1
    for score in scores:
        square = score * score
        basis[row], basis[row + 1] = score, square
        np.multiply(square, score, out=basis[row + 2])
        for place, knot in enumerate(KNOTS if spline else ()):
            above = np.maximum(score - knot, 0)
            np.multiply(above * above, above, out=basis[row + 3 + place])
        row += alone
    for i, j in pairs:
        np.multiply(scores[i], scores[j], out=basis[row])
        row += 1
    return basis.T


def _strongest(scores: Sequence[FloatArray], npv: FloatArray) -> list[int]:
    centred = npv - npv.mean()
    pull = [abs(float(score @ centred)) for score in scores]
    return sorted(sorted(range(len(scores)), key=lambda place: -pull[place])[:MOST_PAIRED])


def _normal_equations(basis: FloatArray, npv: FloatArray) -> tuple[FloatArray, FloatArray]:
    return basis.T @ basis, basis.T @ npv


def _solve(gram: FloatArray, moments: FloatArray) -> FloatArray:
    scale = 1 / np.sqrt(np.maximum(np.diag(gram), np.finfo(float).tiny))
    solved = np.linalg.lstsq(gram * scale[:, None] * scale, moments * scale, rcond=1e-12)[0]
    weights: FloatArray = solved * scale
    return weights


def _binned(npv: FloatArray, score: FloatArray) -> float:
    """Return ``E[max(0, mean NPV of the bin)]`` over bins of equal counts."""
    ordered = npv[np.argsort(score)]
    starts = np.arange(BINS) * len(npv) // BINS
    counts = np.diff(np.append(starts, len(npv)))
    means = np.add.reduceat(ordered, starts) / counts
    return float((np.maximum(means, 0) * counts).sum() / len(npv))


# --- a sample instead of certainty ------------------------------------------------------------------------------------


def unit_normal_loss(distance: float) -> float:
    """Return ``phi(d) - d (1 - Phi(d))``, what a standard normal exceeds d by, on average (Raiffa and Schlaifer)."""
    density = math.exp(-0.5 * distance * distance) / math.sqrt(2 * math.pi)
    return density - distance * 0.5 * math.erfc(distance / math.sqrt(2))


def normal_evsi(mean: float, prior_sd: float, noise_sd: float, n: float) -> float:
    """Return the value of n observations of a normal NPV before deciding go or stay, in closed form.

    The mean after the sample has, seen from now, the variance ``s0^4 / (s0^2 + s^2 / n)``; EVSI is its standard deviation
    times the unit normal loss at ``|mean| / sd``. With n infinite it is the value of perfect information.

    Parameters
    ----------
    mean, prior_sd : float
        Of the NPV as believed now.
    noise_sd : float
        Standard deviation of one observation.
    n : float
        Observations; 0 is worth nothing.

    Examples
    --------
    >>> round(normal_evsi(1.0, math.sqrt(5), 0.0, 1), 6)
    0.479811
    """
    if n <= 0 or prior_sd <= 0:
        return 0.0
    sd = prior_sd**2 / math.sqrt(prior_sd**2 + noise_sd**2 / n)
    return sd * unit_normal_loss(abs(mean) / sd)


def share_evsi(intercept: float, slope: float, alpha: float, beta: float, n: int) -> float:
    """Return the value of observing a share on n cases, when the NPV is ``intercept + slope p``; exact.

    p is believed to be Beta(alpha, beta), what was measured so far; after x successes its mean is ``(alpha + x) / (alpha +
    beta + n)``, and x is Beta-binomial: ``sum_x P(x) max(0, intercept + slope E[p | x]) - max(0, intercept + slope E[p])``.

    Parameters
    ----------
    intercept, slope : float
        NPV at p = 0, and what it gains from 0 to 1.
    alpha, beta : float
        The belief, both above 0; their sum is how many observations it is worth.
    n : int
        Cases observed.

    Examples
    --------
    >>> round(share_evsi(-0.5, 1.0, 1.0, 1.0, 1), 4)
    0.0833
    """
    from scipy.special import betaln, gammaln  # lazy

    x = np.arange(n + 1)
    log_ways = gammaln(n + 1) - gammaln(x + 1) - gammaln(n - x + 1)
    chances = np.exp(log_ways + betaln(alpha + x, beta + n - x) - betaln(alpha, beta))
    after = intercept + slope * (alpha + x) / (alpha + beta + n)
    now = max(0.0, intercept + slope * alpha / (alpha + beta))
    return max(0.0, float(chances @ np.maximum(after, 0)) - now)


def sample_information(expected: FloatArray, prior_size: float, n: float) -> float:
    """Return the value of n observations of an input, from the fitted mean NPV given that input (EVSI).

    After the sample the fitted mean moves a share ``sqrt(n / (n + n0))`` of the way from its mean, n0 being how many
    observations today's belief is worth. Jalal and Alarid-Escudero (2018), A Gaussian approximation approach for value of
    information analysis, Medical Decision Making 38(2).

    Parameters
    ----------
    expected : array, shape (draws,)
        ``E[NPV | x]`` on each trial.
    prior_size : float
        n0: variance of one observation over the variance of the belief.
    n : float
        Observations.
    """
    if n <= 0:
        return 0.0
    mean = float(expected.mean())
    known = mean + math.sqrt(n / (n + prior_size)) * (expected - mean)
    return max(0.0, float(np.maximum(known, 0).mean()) - max(0.0, mean))
