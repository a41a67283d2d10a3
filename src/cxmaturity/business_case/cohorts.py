"""The B2C customers year by year: who is there, who leaves, who is won, with any subset of levers on.

One class of customers when churn is constant, one class per year of tenure when it follows sBG. The stocks
may be floats or arrays of coalitions and draws: the only loops are over years and tenures.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence

import attrs
import numpy as np

from cxmaturity.business_case.parameters import Number, Parameters
from cxmaturity.business_case.retention import SBG, fit_sbg

Switches = Mapping[str, Number]
"""Benefit to how much of its lever is on: 0 or absent none, 1 all; a float or an array that broadcasts."""


@attrs.frozen(kw_only=True, eq=False)
class ChurnProfile:
    """Churn by year of tenure (one entry when constant), and how today's base is spread over the tenures.

    `mix` adds up to 1. `model` is the fitted sBG, None when churn is constant.
    """

    churn: tuple[Number, ...]
    mix: tuple[float, ...]
    model: SBG | None

    def age(self, stayed: Sequence[Number], new: Number) -> list[Number]:
        """Return the stocks a year later: the new ones come in at the first tenure."""
        return [stayed[0] + new] if self.model is None else [new, *stayed[:-1]]


@attrs.frozen(kw_only=True, eq=False)
class Customers:
    """The path of the customers; every list has one entry per year.

    `average` is the mean of opening and closing stock, `churn` the average churn without any cut, `stocks`
    the closing stock of the last year by tenure, `premium_average` the average number of those won by
    recommendation.
    """

    average: list[Number]
    closing: list[Number]
    new: list[Number]
    churn: list[Number]
    premium_average: list[Number]
    stocks: list[Number]


@functools.lru_cache(maxsize=256)
def _fitted(survival: tuple[float, ...]) -> SBG:
    return fit_sbg(survival)


def churn_profile(parameters: Parameters) -> ChurnProfile:
    """Return the churn by tenure: constant, or sBG when survival is given.

    With survival over n years, today's base is taken as n yearly cohorts of the same size, thinned by what
    was observed: tenure j has weight S(j), j = 0..n-1. Customers older than that churn less and are not
    singled out (prudent).
    """
    if parameters.survival is None:
        churn = parameters["baseline.consumers.annual_churn_rate"]
        return ChurnProfile(churn=(churn,), mix=(1.0,), model=None)
    model = _fitted(parameters.survival)
    observed = len(parameters.survival)
    weights = np.array([1.0, *parameters.survival[:-1]])
    tenures = observed + parameters.horizon_years
    mix = np.zeros(tenures)
    mix[:observed] = weights / weights.sum()
    return ChurnProfile(
        churn=tuple(1 - model.retention(tenure + 1) for tenure in range(tenures)),
        mix=tuple(float(share) for share in mix),
        model=model,
    )


def moved(parameters: Parameters, on: Switches, benefit: str, name: str, year: int) -> Number:
    """Return a lever's move in a year (0 = first): switch x ramp x attribution x move at full effect."""
    if benefit not in on or benefit not in parameters.effects:
        return 0.0
    share = on[benefit] * parameters.effects[benefit][year]
    return share * parameters[f"levers.{benefit}.attribution"] * parameters[f"levers.{benefit}.{name}"]


def _won(parameters: Parameters, on: Switches, opening: Number, year: int) -> tuple[Number, Number]:
    """Return those won by the funnel, ``V (v + e2)``, and by recommendation, ``S (g_p e6p + g_d e6d)``."""
    from_funnel: Number = 0.0
    if "funnel" in parameters.blocks:
        gain = moved(parameters, on, "acquisition", "conversion_rate_gain", year)
        rate = np.clip(parameters["baseline.consumers.conversion_rate"] + gain, 0, 1)
        from_funnel = parameters["baseline.consumers.annual_qualified_visits"] * rate
    if "recommendation" not in on or "recommendation" not in parameters.effects:
        return from_funnel, 0.0
    section = "baseline.consumers."
    promoters = moved(parameters, on, "recommendation", "promoter_share_gain", year)
    detractors = moved(parameters, on, "recommendation", "detractor_share_reduction", year)
    per_customer = parameters[f"{section}annual_customers_won_per_promoter"] * np.minimum(
        promoters, 1 - parameters[f"{section}promoter_share"]
    ) + parameters[f"{section}annual_prospects_lost_per_detractor"] * np.minimum(
        detractors, parameters[f"{section}detractor_share"]
    )
    return from_funnel, opening * per_customer


def _total(stocks: Sequence[Number]) -> Number:
    total = stocks[0]
    for stock in stocks[1:]:
        total = total + stock
    return total


def _share_of_churn_avoided(cut: Number, churn: Number) -> Number:
    """Return ``cut / churn`` in [0, 1], 0 where there is no churn."""
    cut_, churn_ = np.asarray(cut, dtype=float), np.asarray(churn, dtype=float)
    share = np.divide(cut_, churn_, out=np.zeros(np.broadcast(cut_, churn_).shape), where=churn_ > 0)
    clipped: Number = np.clip(share, 0, 1)
    return clipped


def walk_customers(
    parameters: Parameters, profile: ChurnProfile, on: Switches, base_churn: Sequence[Number] | None = None
) -> Customers:
    """Return the customers over the horizon with the levers of `on`.

    Each year: ``S' = S r + new``, average ``(S + S r + new) / 2``, ``r = 1 - c (1 - e3 / c)``. The
    retention lever takes the same share off the churn of every tenure, so that the average churn of the
    base falls by the points stated.

    Parameters
    ----------
    parameters, profile, on
        The case, its churn by tenure, the switches.
    base_churn : sequence of float or array, shape (H,), optional
        Average churn per year without the programme; None when no retention lever is on.
    """
    path = Customers(average=[], closing=[], new=[], churn=[], premium_average=[], stocks=[])
    count = parameters["baseline.consumers.count"]
    stocks: list[Number] = [count * share for share in profile.mix]
    referred: list[Number] = [0.0 for _ in profile.mix]
    for year in range(parameters.horizon_years):
        opening, opening_referred = _total(stocks), _total(referred)
        avoided: Number = 0.0
        if base_churn is not None:
            cut = moved(parameters, on, "retention", "churn_rate_reduction", year)
            avoided = _share_of_churn_avoided(cut, base_churn[year])
        kept = [1 - churn * (1 - avoided) for churn in profile.churn]
        by_funnel, by_referral = _won(parameters, on, opening, year)
        stayed = [stock * share for stock, share in zip(stocks, kept, strict=True)]
        stayed_referred = [stock * share for stock, share in zip(referred, kept, strict=True)]
        new = by_funnel + by_referral
        closing, closing_referred = _total(stayed) + new, _total(stayed_referred) + by_referral
        path.churn.append(_share_of_churn_avoided(opening - _total(stayed), opening))
        path.average.append((opening + closing) / 2)
        path.premium_average.append((opening_referred + closing_referred) / 2)
        path.closing.append(closing)
        path.new.append(new)
        stocks = profile.age(stayed, new)
        referred = profile.age(stayed_referred, by_referral)
    path.stocks.extend(stocks)
    return path
