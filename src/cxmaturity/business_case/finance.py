"""Money over time: discounting with a named timing, NPV, MIRR, payback, ROI, PI, tax, real and nominal rates.

Flows are a start (index 0, never discounted) and years 1..H. Spreadsheet NPV() discounts its first argument
and assumes year ends; here the timing is always said:

- ``end``: the flow of year t at its end, ``(1 + r)^-t`` (TEI studies, spreadsheets);
- ``mid``: in its middle, ``(1 + r)^-(t - 0.5)``;
- ``monthly``: in twelve equal parts at the month ends, ``sum_k (1 + r)^-(t - 1 + k / 12) / 12``, k = 1..12;
- ``dated``: on its date, ``(1 + r)^-(days since the start / 365)`` (XNPV).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TypeAlias

import numpy as np

from cxmaturity.business_case.parameters import FloatArray, Number
from cxmaturity.business_case.values import Timing
from cxmaturity.core.problems import InputError

Flows: TypeAlias = Sequence[float] | FloatArray
Dates: TypeAlias = Sequence[dt.date] | None

MONTHS = 12
DAYS = 365


def year_fractions(dates: Sequence[dt.date]) -> FloatArray:
    """Return the years since the first date, days / 365 as XNPV counts them."""
    return np.array([(date - dates[0]).days / DAYS for date in dates])


def payment_times(years: int, *, timing: Timing, dates: Dates = None) -> FloatArray:
    """Return when the flow of the start and of each year is paid, in years, shape (years + 1, parts).

    One part per year, twelve equal ones when monthly.

    Raises
    ------
    InputError
        ``business_case.dates`` when the timing is dated and there is not one date per flow.
    """
    t = np.arange(years + 1, dtype=float)
    if timing == "dated":
        if dates is None or len(dates) != years + 1:
            raise InputError.of(
                "business_case.dates",
                "dated timing has {got} dates; expected {expected} that rise: the start, then one per year.",
                got=0 if dates is None else len(dates),
                expected=years + 1,
            )
        return year_fractions(dates)[:, None]
    if timing == "monthly":
        months = t[:, None] - 1 + np.arange(1, MONTHS + 1) / MONTHS
        months[0] = 0.0
        return months
    if timing == "mid":
        t[1:] -= 0.5
    return t[:, None]


def discount_factors(rate: Number, years: int, *, timing: Timing = "end", dates: Dates = None) -> FloatArray:
    """Return what one unit paid at the start and in each year is worth today.

    Parameters
    ----------
    rate : float or array of shape (draws,)
        Per year, above -1; real with real flows, nominal with nominal ones.
    years : int
        H.
    timing : {"end", "mid", "monthly", "dated"}
        See the module.
    dates : sequence of date, optional
        H + 1 of them when dated.

    Returns
    -------
    array, shape (H + 1,) or (H + 1, draws)

    Examples
    --------
    >>> discount_factors(0.10, 2).round(4)
    array([1.    , 0.9091, 0.8264])
    """
    times = payment_times(years, timing=timing, dates=dates)
    growth = 1 + np.asarray(rate, dtype=float)
    factors: FloatArray = (growth ** -times.reshape(*times.shape, *([1] * growth.ndim))).mean(axis=1)
    return factors


def npv(rate: Number, flows: Flows, *, timing: Timing = "end", dates: Dates = None) -> Number:
    """Return the net present value: ``sum_t flow_t x factor_t``, the first flow undiscounted.

    Parameters
    ----------
    rate : float or array of shape (draws,)
        Discount rate per year.
    flows : sequence or array, shape (H + 1,) or (H + 1, draws)
        Start, then years; inflows positive.
    timing, dates
        As in `discount_factors`.

    Examples
    --------
    >>> round(npv(0.05, [-15000, 1500, 2500, 3500, 4500, 6000]), 2)
    122.89
    """
    paid = np.asarray(flows, dtype=float)
    factors = discount_factors(rate, paid.shape[0] - 1, timing=timing, dates=dates)
    dimensions = max(paid.ndim, factors.ndim)
    paid = paid.reshape(*paid.shape, *([1] * (dimensions - paid.ndim)))
    factors = factors.reshape(*factors.shape, *([1] * (dimensions - factors.ndim)))
    value = (paid * factors).sum(axis=0)
    return float(value) if value.ndim == 0 else value


def mirr(
    flows: Flows,
    *,
    finance_rate: float,
    reinvestment_rate: float,
    timing: Timing = "end",
    dates: Dates = None,
) -> float | None:
    """Return the modified internal rate of return; None unless there are inflows and outflows.

    ``(sum of inflows compounded to T at the reinvestment rate / sum of outflows discounted at the finance
    rate)^(1/T) - 1`` where T is the time of the last payment (H, or H - 0.5 at mid-year). Source: Lin
    (1976), The modified internal rate of return; spreadsheet MIRR. One answer always, which an IRR with
    several roots does not give.

    Examples
    --------
    >>> flows = [-120000, 39000, 30000, 21000, 37000, 46000]
    >>> round(mirr(flows, finance_rate=0.10, reinvestment_rate=0.12), 6)
    0.126094
    """
    paid = np.asarray(flows, dtype=float)
    times = payment_times(len(paid) - 1, timing=timing, dates=dates)
    last = float(times.max())
    inflows = np.maximum(paid, 0) @ ((1 + reinvestment_rate) ** (last - times)).mean(axis=1)
    outflows = -np.minimum(paid, 0) @ ((1 + finance_rate) ** -times).mean(axis=1)
    if inflows <= 0 or outflows <= 0 or last <= 0:
        return None
    return float((inflows / outflows) ** (1 / last) - 1)


def payback_years(flows: Flows, *, dates: Dates = None) -> float | None:
    """Return when the cumulated flow turns positive for good; None when it never does.

    Linear inside the year: ``t* + |cum_t*| / flow_t*+1``, t* the last year whose cumulated flow is
    negative, so that a later dip moves the payback on. Give discounted flows for the discounted payback.
    Years are counted 0, 1... H, or by `dates` (days / 365).

    Examples
    --------
    >>> round(payback_years([-100, 60, 60, 60]), 2)
    1.67
    >>> payback_years([-100, 150, -80, 60])
    2.5
    """
    cumulated = np.cumsum(np.asarray(flows, dtype=float))
    times = np.arange(len(cumulated), dtype=float) if dates is None else year_fractions(dates)
    below = np.flatnonzero(cumulated < 0)
    if below.size == 0:
        return 0.0
    last = int(below[-1])
    if last == len(cumulated) - 1:
        return None
    part = -cumulated[last] / (cumulated[last + 1] - cumulated[last])
    return float(times[last] + part * (times[last + 1] - times[last]))


def roi(pv_benefits: float, pv_costs: float) -> float | None:
    """Return the return on investment as TEI studies define it, ``(PVB - PVC) / PVC``; None without costs.

    A ratio alone misleads: 200 % on a lemonade stand is not a truck (Forrester's own warning).
    """
    return (pv_benefits - pv_costs) / pv_costs if pv_costs > 0 else None


def profitability_index(net_present_value: float, initial: float) -> float | None:
    """Return the profitability index (PI), ``1 + NPV / I0``; None without an initial cost."""
    return 1 + net_present_value / initial if initial > 0 else None


def after_tax(flows: Flows, tax_rate: float, *, depreciation: Flows | None = None) -> FloatArray:
    """Return flows after tax: ``(flow - D)(1 - tau) + D``; everything is expensed when D is not given.

    Losses are taken to save tax in the year they arise, which asks for other profits to set them against.
    """
    paid = np.asarray(flows, dtype=float)
    charged = np.zeros_like(paid) if depreciation is None else np.asarray(depreciation, dtype=float)
    result: FloatArray = (paid - charged) * (1 - tax_rate) + charged
    return result


def to_nominal(real_rate: float, inflation: float) -> float:
    """Return the nominal rate of a real one: ``(1 + rn) = (1 + rr)(1 + inflation)`` (Fisher, 1930)."""
    return (1 + real_rate) * (1 + inflation) - 1


def to_real(nominal_rate: float, inflation: float) -> float:
    """Return the real rate of a nominal one: ``(1 + rr) = (1 + rn) / (1 + inflation)`` (Fisher, 1930)."""
    return (1 + nominal_rate) / (1 + inflation) - 1
