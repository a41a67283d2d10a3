"""How long customers stay, constant or tenure-dependent (sBG), and what a customer is worth over time.

Retention rises with tenure because those who leave early are gone (sorting); a constant rate under-values
those who remain (Fader and Hardie, 2010). The shifted-beta-geometric model (sBG) says so with two numbers.
"""

from __future__ import annotations

from collections.abc import Sequence

import attrs
import numpy as np

from cxmaturity.business_case.parameters import FloatArray, Number
from cxmaturity.core.problems import InputError

_LOG_BOUNDS = (-7.0, 12.0)


@attrs.frozen(kw_only=True)
class SBG:
    """Shifted-beta-geometric retention: each customer has a churn probability drawn from Beta(alpha, beta).

    With n years survived, the retention of year n + 1 is ``(beta + n) / (alpha + beta + n)``. Large alpha
    and beta mean that all customers are alike: the churn rate is then constant.

    References
    ----------
    Fader, P. and Hardie, B. (2007), How to project customer retention, Journal of Interactive Marketing
    21(1). Fader, P. and Hardie, B. (2010), Customer-base valuation in a contractual setting, Marketing
    Science 29(1).
    """

    alpha: float
    beta: float
    log_likelihood: float = float("nan")

    def survival(self, years: int) -> FloatArray:
        """Return S(0..years), shape (years + 1,): ``S(t) = B(alpha, beta + t) / B(alpha, beta)``."""
        from scipy.special import betaln  # lazy: check and --help do not pay for scipy

        t = np.arange(years + 1)
        shares: FloatArray = np.exp(betaln(self.alpha, self.beta + t) - betaln(self.alpha, self.beta))
        return shares

    def retention(self, year: int) -> float:
        """Return r_t, the share of those there at the start of their year t = 1, 2... who stay.

        ``r_t = (beta + t - 1) / (alpha + beta + t - 1)``.
        """
        return (self.beta + year - 1) / (self.alpha + self.beta + year - 1)

    def remaining_life(self, discount_rate: float, *, renewals: int) -> float:
        """Return the discounted expected residual lifetime, in renewals to come (DERL).

        Formula (Fader and Hardie, 2010): with n - 1 renewals made, just before the n-th, ``(b + n - 1) / (a
        + b + n - 1) * 2F1(1, b + n; a + b + n; 1 / (1 + d))``. The next renewal is not discounted.

        Parameters
        ----------
        discount_rate : float
            Per year, above 0 (at 0 the sum exists only when alpha is above 1).
        renewals : int
            n - 1, the renewals already made.
        """
        from scipy.special import hyp2f1  # lazy

        n = renewals + 1
        a, b = self.alpha, self.beta
        series = float(hyp2f1(1.0, b + n, a + b + n, 1 / (1 + discount_rate)))
        return (b + n - 1) / (a + b + n - 1) * series


def fit_sbg(survival: Sequence[float], *, cohort: int = 1000) -> SBG:
    """Fit sBG retention to the survival of one cohort by maximum likelihood.

    ``LL = sum_t lost_t log P(T = t) + left log S(n)``, with ``P(T = t) = B(a + 1, b + t - 1) / B(a, b)`` and
    ``lost_t = cohort (S(t - 1) - S(t))``. Analytic gradient, on log(alpha) and log(beta).

    Parameters
    ----------
    survival : sequence of float, shape (n,)
        Shares of the cohort still customers after 1, 2, ... n years; in (0, 1], falling; n >= 2.
    cohort : int
        Size of the cohort; it scales the log-likelihood and leaves the fit as it is.

    Returns
    -------
    SBG
        With its log-likelihood. When tenure does not matter the two parameters are large and their ratio is
        the odds of churn.

    Raises
    ------
    InputError
        ``business_case.no_fit`` when nobody left, or when the optimiser does not converge.

    References
    ----------
    Fader, P. and Hardie, B. (2007). Their "Regular" cohort gives alpha 0.704, beta 1.182.

    Examples
    --------
    >>> fit = fit_sbg([0.631, 0.468, 0.382, 0.326, 0.289, 0.262, 0.241])
    >>> round(fit.alpha, 3), round(fit.beta, 3)
    (0.704, 1.182)
    """
    from scipy.optimize import minimize  # lazy
    from scipy.special import betaln, digamma  # lazy

    shares = np.concatenate(([1.0], np.asarray(survival, dtype=float)))
    lost, left = -np.diff(shares), shares[-1]
    t = np.arange(1, len(shares))
    years = len(survival)
    if left >= 1:
        raise InputError.of(
            "business_case.no_fit", "nobody left in {years} years; no churn to fit.", years=years
        )

    def minus_log_likelihood(logs: FloatArray) -> tuple[float, FloatArray]:
        a, b = np.exp(logs)
        whole, psi_whole = betaln(a, b), digamma(a + b)
        value = lost @ (betaln(a + 1, b + t - 1) - whole) + left * (betaln(a, b + years) - whole)
        psi_lost, psi_left = digamma(a + b + t), digamma(a + b + years)
        by_a = lost @ (digamma(a + 1) - psi_lost) + left * (digamma(a) - psi_left) - (digamma(a) - psi_whole)
        by_b = lost @ (digamma(b + t - 1) - psi_lost) + left * (digamma(b + years) - psi_left)
        by_b -= digamma(b) - psi_whole
        return -float(value), -np.array([by_a * a, by_b * b])

    churn = float(lost.sum() / shares[:-1].sum())
    start = np.log([2 * churn, 2 * (1 - churn)])
    found = minimize(
        minus_log_likelihood,
        start,
        jac=True,
        method="L-BFGS-B",
        bounds=(_LOG_BOUNDS, _LOG_BOUNDS),
        options={"ftol": 1e-15, "gtol": 1e-10, "maxiter": 1000},
    )
    if not np.isfinite(found.fun):
        raise InputError.of(
            "business_case.no_fit", "nobody left in {years} years; no churn to fit.", years=years
        )
    alpha, beta = (float(value) for value in np.exp(found.x))
    return SBG(alpha=alpha, beta=beta, log_likelihood=-float(found.fun) * cohort)


def clv_first_margin_now(margin: Number, retention: Number, discount_rate: Number) -> Number:
    """Return a customer's lifetime value, first margin received now: ``m (1 + d) / (1 + d - r)``.

    All three on the same period; money of `margin`. It exceeds `clv_first_margin_after_renewal` by exactly m.
    A constant retention is wrong for a whole cohort (Fader and Hardie, 2010): use `SBG.remaining_life` there.

    Examples
    --------
    >>> round(clv_first_margin_now(17.95, 0.995, 0.01), 2)
    1208.63
    """
    return margin * (1 + discount_rate) / (1 + discount_rate - retention)


def clv_first_margin_after_renewal(margin: Number, retention: Number, discount_rate: Number) -> Number:
    """Return a customer's lifetime value, first margin after one renewal: ``m r / (1 + d - r)``.

    Source: Gupta and Lehmann (2003), Customers as assets, Journal of Interactive Marketing 17(1).
    """
    return margin * margin_multiple(retention, discount_rate)


def margin_multiple(retention: Number, discount_rate: Number) -> Number:
    """Return the margin multiple (Gupta and Lehmann, 2003), ``r / (1 + d - r)``: value per unit of margin.

    Examples
    --------
    >>> round(margin_multiple(0.8, 0.10), 2)
    2.67
    """
    return retention / (1 + discount_rate - retention)


def annual_rate(monthly_rate: Number) -> Number:
    """Return the annual rate of a monthly one, ``1 - (1 - x)^12``: 1 % a month is 11.4 % a year."""
    return 1 - (1 - monthly_rate) ** 12
