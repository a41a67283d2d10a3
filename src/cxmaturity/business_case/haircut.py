"""Prudence the way TEI studies take it: each benefit cut, each cost raised, by a stated share.

Use a haircut or a distribution, never both: together they are prudent twice. Forrester's Total Economic
Impact method is described in its commissioned studies; the conventions here are those read in the Intellum
study of 2024.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from cxmaturity.business_case.finance import discount_factors, npv, roi
from cxmaturity.business_case.parameters import FloatArray
from cxmaturity.business_case.roots import irr
from cxmaturity.business_case.values import CaseResult, Finance, HaircutResult


def risk_adjust(amounts: Sequence[float] | FloatArray, share: float) -> FloatArray:
    """Return amounts after a risk adjustment, ``amount (1 + share)``.

    The share is negative for benefits, positive for costs.

    Examples
    --------
    >>> risk_adjust([5_280_000, 10_899_360], -0.20)
    array([4224000., 8719488.])
    """
    adjusted: FloatArray = np.asarray(amounts, dtype=float) * (1 + share)
    return adjusted


def tei_risk_factor(moderately_confident_share: float, factor: float) -> float:
    """Return a haircut from a survey: share of moderately confident respondents x factor.

    Source: Intellum TEI (Forrester, 2024): 66 % x 30 %, displayed as 20 %.

    Examples
    --------
    >>> round(tei_risk_factor(0.66, 0.30), 3)
    0.198
    """
    return moderately_confident_share * factor


def tei_retention_benefit(
    revenue: float, gains: Sequence[float], *, margin_rate: float, displayed_decimals: int | None = None
) -> FloatArray:
    """Return a retention benefit as a TEI study computes it: nothing in year 1, then cumulative.

    ``A6_t = (revenue + A6_t-1) x gain_t-1``, times the operating margin; the lag of one year is the study's.

    Parameters
    ----------
    revenue : float
        Annual revenue of the base.
    gains : sequence of float, shape (H,)
        Retention gain of each year, a fraction; the one of the last year pays after the horizon.
    margin_rate : float
        Operating margin: benefits are counted on margin, not on revenue.
    displayed_decimals : int, optional
        Round the gains as the study displays them (3 for 4.4 %), since its chain uses what it prints; None
        keeps them.

    Returns
    -------
    array, shape (H,)

    Examples
    --------
    >>> tei_retention_benefit(1e9, [0.0436, 0.0870, 0.0870], margin_rate=0.12, displayed_decimals=3).round()
    array([       0.,  5280000., 10899360.])
    """
    shown = [gain if displayed_decimals is None else round(gain, displayed_decimals) for gain in gains]
    extra = [0.0]
    for gain in shown[:-1]:
        extra.append((revenue + extra[-1]) * gain)
    benefit: FloatArray = np.array(extra) * margin_rate
    return benefit


def haircut_case(
    result: CaseResult, finance: Finance, *, cuts: Mapping[str, float], cost_uplift: float
) -> HaircutResult:
    """Return a case with each benefit's Shapley share cut and all costs raised.

    Parameters
    ----------
    result : CaseResult
        The case without any haircut.
    finance : Finance
        How it was discounted.
    cuts : mapping of str to float
        Benefit id to share taken off, in [0, 1]; every benefit of the result must be there.
    cost_uplift : float
        Share added to every cost.
    """
    years = result.horizon_years
    benefits = np.zeros(years + 1)
    for benefit in result.benefits:
        benefits[1:] += risk_adjust(benefit.annual, -cuts[benefit.id])
    costs = risk_adjust(result.costs_by_year, cost_uplift)
    factors = discount_factors(finance.discount_rate, years, timing=finance.timing, dates=finance.dates)
    pv_benefits, pv_costs = float(benefits @ factors), float(costs @ factors)
    flows = benefits - costs
    return HaircutResult(
        pv_benefits=pv_benefits,
        pv_costs=pv_costs,
        npv=float(npv(finance.discount_rate, flows, timing=finance.timing, dates=finance.dates)),
        roi=roi(pv_benefits, pv_costs),
        irr=irr(flows, timing=finance.timing, dates=finance.dates),
    )
