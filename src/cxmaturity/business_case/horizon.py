"""What the customers and contracts kept or won are worth after the last year; apart, never in the NPV."""

from __future__ import annotations

import numpy as np

from cxmaturity.business_case.cohorts import ChurnProfile, churn_profile, walk_customers
from cxmaturity.business_case.ledger import Ledger, annual_loss_share
from cxmaturity.business_case.parameters import Number, Parameters


def value_beyond(
    parameters: Parameters,
    without: Ledger,
    with_programme: Ledger,
    *,
    discount_rate: float,
    last_factor: float,
) -> Number | None:
    """Return today's value of the extra customers and contracts standing at the end of year H.

    The programme stops at H. Each extra customer (or contract) earns today's margin, cost to serve
    included, and leaves as customers leave without the programme; a year's margin is on its average stock.
    Per unit of annual margin, discounted to H: ``(1 + r) / 2 / (1 + d - r)`` when retention r is constant;
    ``(D_j / (1 + d) + D_j - 1) / 2`` with ``D_j = 2F1(1, b + j; a + b + j; 1 / (1 + d))`` for sBG customers
    of tenure j. Nothing is counted for what a higher share of wallet, option rate or service level would
    still bring.

    Parameters
    ----------
    parameters : Parameters
        The case.
    without, with_programme : Ledger
        The two runs.
    discount_rate : float
        d, per year.
    last_factor : float
        Discount factor of year H under the timing of the case; the years after follow at 1 / (1 + d).

    Returns
    -------
    float, array of shape (draws,) or None
        None when no population is known, or when the sum has no end (no discount and nobody leaves).

    Notes
    -----
    Source: project's own rule. For sBG, Fader and Hardie (2010). Doubt: the margin is held flat.
    """
    values: list[Number] = []
    if with_programme.stocks and {"spend", "option"} & parameters.blocks:
        profile = churn_profile(parameters)
        annuities = [
            _annuity_of_tenure(profile, tenure, discount_rate) for tenure in range(len(profile.churn))
        ]
        extra = [after - before for after, before in zip(with_programme.stocks, without.stocks, strict=True)]
        unit = _margin_per_customer(parameters, profile)
        values.extend(
            unit * stock * annuity
            for stock, annuity in zip(extra, annuities, strict=True)
            if np.any(stock != 0)
        )
        values.append(0.0)
    if "contracts" in parameters.blocks:
        extra_contracts = (
            with_programme.lines["closing_contracts"][-1] - without.lines["closing_contracts"][-1]
        )
        unit = parameters["baseline.contracts.annual_value"] * parameters["baseline.contracts.margin_rate"]
        if np.any(extra_contracts != 0):
            values.append(unit * extra_contracts * _annuity(1 - annual_loss_share(parameters), discount_rate))
        values.append(0.0)
    if not values:
        return None
    total: Number = last_factor * sum(values[1:], start=values[0])
    return total if np.all(np.isfinite(total)) else None


def _annuity(retention: Number, discount_rate: float) -> Number:
    """Return ``sum_k (r^(k-1) + r^k) / 2 / (1 + d)^k``, k = 1, 2...; infinite when nothing ends it."""
    left = np.asarray(1 + discount_rate - retention, dtype=float)
    value = np.divide((1 + np.asarray(retention)) / 2, left, out=np.full(left.shape, np.inf), where=left > 0)
    return float(value) if value.ndim == 0 else value


def _annuity_of_tenure(profile: ChurnProfile, tenure: int, discount_rate: float) -> Number:
    if profile.model is None:
        return _annuity(1 - profile.churn[tenure], discount_rate)
    model = profile.model
    # D = sum_k S(j + k) / S(j) / (1 + d)^k from k = 0, which is 1 + DERL / (1 + d).
    due = 1 + model.remaining_life(discount_rate, renewals=tenure) / (1 + discount_rate)
    return (due / (1 + discount_rate) + due - 1) / 2


def _margin_per_customer(parameters: Parameters, profile: ChurnProfile) -> Number:
    """Return today's annual margin of an average customer, option and cost of contacts included."""
    margin: Number = 0.0
    if "spend" in parameters.blocks:
        names = ("annual_category_spend", "share_of_wallet", "margin_rate")
        wallet, share, rate = (parameters[f"baseline.consumers.{name}"] for name in names)
        margin = margin + wallet * share * rate
    if "option" in parameters.blocks:
        names = ("eligible_share", "subscription_rate", "annual_margin")
        eligible, taken, earned = (parameters[f"baseline.option.{name}"] for name in names)
        margin = margin + eligible * taken * earned
    if "contacts" in parameters.blocks:
        average = walk_customers(parameters, profile, {}).average[0]
        contacts, cost = (
            parameters[f"baseline.service.{name}"] for name in ("annual_contacts", "cost_per_contact")
        )
        served = np.asarray(average, dtype=float)
        margin = margin - np.divide(contacts * cost, served, out=np.zeros(served.shape), where=served > 0)
    return margin
