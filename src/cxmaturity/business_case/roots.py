"""Every internal rate of return above -1, for any timing; most tools return one of them and say nothing.

With s = log(1 + r) the NPV is a sum of exponentials, ``g(s) = sum_i a_i exp(-t_i s)``. Multiply it by
exp(tau s) with tau between two payments of opposite sign: the derivative is again such a sum, with one
change of sign less (Laguerre, 1883, on Descartes' rule). Between two zeros of the derivative the function
is monotone (Rolle), so at most one zero lies there and bisection finds it. Recursion stops at no change of
sign. No zero is missed, whatever the dates, and no polynomial is solved.
"""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np

from cxmaturity.business_case.finance import Dates, Flows, payment_times
from cxmaturity.business_case.parameters import FloatArray
from cxmaturity.business_case.values import Timing

_TOUCHES = 64 * np.finfo(float).eps
_FARTHEST = 2.0**20


def irr(flows: Flows, *, timing: Timing = "end", dates: Dates = None) -> tuple[float, ...]:
    """Return all internal rates of return above -1, rising; empty when there is none.

    Parameters
    ----------
    flows : sequence or array, shape (H + 1,)
        Start, then years; inflows positive.
    timing, dates
        As in `finance.discount_factors`; dated gives XIRR.

    Notes
    -----
    There are at most as many as changes of sign of the flows. With more than one, none of them ranks
    projects: use MIRR. Two roots closer than about 1e-7 are reported as one.

    Examples
    --------
    >>> [round(rate, 10) for rate in irr([-100, 230, -132])]
    [0.1, 0.2]
    """
    paid = np.asarray(flows, dtype=float)
    times = payment_times(len(paid) - 1, timing=timing, dates=dates)
    amounts = np.broadcast_to(paid[:, None] / times.shape[1], times.shape)
    when, which = np.unique(times, return_inverse=True)
    merged = np.bincount(which.ravel(), weights=amounts.ravel())
    there = merged != 0
    zeros = _zeros(merged[there], when[there])
    # Beyond these, 1 + r is 0 or infinite in double precision.
    rates = (math.expm1(zero) for zero in zeros if zero < math.log(np.finfo(float).max))
    return tuple(rate for rate in rates if rate > -1)


def _value(s: float, amounts: FloatArray, times: FloatArray) -> float:
    """Return g(s) up to a positive factor, and exactly 0 where the terms cancel to rounding."""
    powers = -times * s
    terms = amounts * np.exp(powers - powers.max())
    total = float(terms.sum())
    return 0.0 if abs(total) <= _TOUCHES * float(np.abs(terms).sum()) else total


def _zeros(amounts: FloatArray, times: FloatArray) -> list[float]:
    """Return all real zeros, rising, of the sum of exponentials."""
    changes = np.flatnonzero(np.sign(amounts[1:]) * np.sign(amounts[:-1]) < 0)
    if changes.size == 0:
        return []
    tau = (times[changes[0]] + times[changes[0] + 1]) / 2
    turns = _zeros(amounts * (tau - times), times)
    zeros = [turn for turn in turns if _value(turn, amounts, times) == 0]
    ends = [-math.inf, *turns, math.inf]
    for low, high in pairwise(ends):
        found = _zero_between(low, high, amounts, times)
        if found is not None:
            zeros.append(found)
    return sorted(zeros)


def _sign_at(s: float, amounts: FloatArray, times: FloatArray) -> float:
    if math.isinf(s):
        return math.copysign(1.0, amounts[0] if s > 0 else amounts[-1])
    return float(np.sign(_value(s, amounts, times)))


def _reach(
    start: float, direction: float, sign: float, amounts: FloatArray, times: FloatArray
) -> float | None:
    """Return a point beyond `start` where the function has taken the sign it has at infinity."""
    step = 0.5
    while step < _FARTHEST:
        point = start + direction * step
        if _sign_at(point, amounts, times) == sign:
            return point
        step *= 2
    return None


def _zero_between(low: float, high: float, amounts: FloatArray, times: FloatArray) -> float | None:
    """Return the zero in an open interval where the function is monotone, if it has one."""
    from scipy.optimize import brentq  # lazy: check and --help do not pay for scipy

    at_low, at_high = _sign_at(low, amounts, times), _sign_at(high, amounts, times)
    if at_low * at_high >= 0:
        return None
    start = 0.0 if math.isinf(low) and math.isinf(high) else high if math.isinf(low) else low
    first = _reach(start, -1.0, at_low, amounts, times) if math.isinf(low) else low
    last = _reach(start, 1.0, at_high, amounts, times) if math.isinf(high) else high
    if first is None or last is None:
        return None
    return float(brentq(_value, first, last, args=(amounts, times), xtol=1e-15, rtol=1e-15))
