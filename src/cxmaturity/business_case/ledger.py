"""One customer ledger, B2C and B2B together: the margin of each year with any subset of the seven levers on.

Seven benefits computed apart and added up count the same euro several times. Here every lever moves the
same customers, so that what one lever leaves is what the next one works on. All money is contribution
margin, never revenue.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import attrs
import numpy as np

from cxmaturity.business_case.cohorts import Customers, Switches, churn_profile, moved, walk_customers
from cxmaturity.business_case.parameters import FloatArray, Number, Parameters
from cxmaturity.business_case.service import service_saving

EARNED: Final = ("margin", "option_margin", "b2b_margin")
SPENT: Final = ("service_cost", "onboarding_cost")


@attrs.frozen(kw_only=True, eq=False)
class Ledger:
    """The ledger of H years; each line has shape (H, ...), ... being what switches and draws broadcast to.

    `lines`: customers (average of the year), closing_customers, new_customers, margin (of the main
    products), option_margin, onboarding_cost, service_cost (after savings that become cash), contracts
    (average), closing_contracts, b2b_margin, total. Costs are positive; ``total = margins - costs``. A part
    whose inputs are unknown has no line. `stocks` are the customers at the end of year H by tenure, empty
    without consumers.
    """

    lines: Mapping[str, FloatArray]
    stocks: tuple[Number, ...]

    @property
    def total(self) -> FloatArray:
        """Margin of each year, all populations together, shape (H, ...)."""
        return self.lines["total"]


def _stack(values: list[Number]) -> FloatArray:
    return np.stack(np.broadcast_arrays(*(np.asarray(value, dtype=float) for value in values)))


def run_ledger(parameters: Parameters, on: Switches) -> Ledger:
    """Return the ledger of a case with the levers that `on` switches on.

    B2C: ``margin_t = avg_t W (w + e1) m + avg_t elig (s + e7) m_o - service_t - new_t onboarding``,
    customers as in `cohorts.walk_customers`. Those won by recommendation may be worth ``1 + pi`` times the
    margin of others. B2B: ``lost_t = K_t / term (1 - q - kappa e4)``, ``K' = K - lost + new``, margin ``(K
    + K') / 2 ARR m_B``. Service: contacts follow the average number of customers, those of the baseline
    being the contacts of year 1 without the programme: customers kept also call. Without a known B2C
    population contacts stay constant.

    Parameters
    ----------
    parameters : Parameters
        Numbers may be floats or arrays of shape (draws,).
    on : mapping of str to float or array
        Benefit to share of its lever that is on; arrays (coalitions) must broadcast with the draws.

    Returns
    -------
    Ledger

    Notes
    -----
    Source: the model of this project (reference/business_case.md, section 3). Doubts: the premium of
    referred customers applies to their margin and not to their onboarding; rates are held in [0, 1]
    whatever the draws.
    """
    lines: dict[str, list[Number]] = {}
    stocks: tuple[Number, ...] = ()
    contact_scale: list[Number] = [1.0] * parameters.horizon_years
    if "population" in parameters.blocks:
        profile = churn_profile(parameters)
        base = walk_customers(parameters, profile, {})
        path = walk_customers(parameters, profile, on, base.churn) if on else base
        stocks = tuple(path.stocks)
        contact_scale = _relative(path, base)
        lines |= _consumer_lines(parameters, on, path)
    if "contacts" in parameters.blocks:
        lines["service_cost"] = [
            _service_cost(parameters, on, scale, year) for year, scale in enumerate(contact_scale)
        ]
    if "contracts" in parameters.blocks:
        lines |= _contract_lines(parameters, on)
    stacked = {name: _stack(values) for name, values in lines.items()}
    return Ledger(lines={**stacked, "total": _sum_lines(stacked, parameters.horizon_years)}, stocks=stocks)


def _sum_lines(lines: Mapping[str, FloatArray], years: int) -> FloatArray:
    total = np.zeros(years)
    for sign, names in ((1.0, EARNED), (-1.0, SPENT)):
        for line in (lines[name] for name in names if name in lines):
            dimensions = max(total.ndim, line.ndim)
            total = _deepen(total, dimensions) + sign * _deepen(line, dimensions)
    return total


def _deepen(line: FloatArray, dimensions: int) -> FloatArray:
    """Keep the years first: (H,) becomes (H, 1, 1) beside (H, coalitions, draws)."""
    return line.reshape(line.shape[0], *([1] * (dimensions - line.ndim)), *line.shape[1:])


def _relative(path: Customers, base: Customers) -> list[Number]:
    """Return average customers of each year over those of year 1 without the programme (1 if none)."""
    first = np.asarray(base.average[0], dtype=float)
    return [
        np.divide(average, first, out=np.ones(np.broadcast(average, first).shape), where=first > 0)
        for average in path.average
    ]


def _consumer_lines(parameters: Parameters, on: Switches, path: Customers) -> dict[str, list[Number]]:
    lines: dict[str, list[Number]] = {
        "customers": path.average,
        "closing_customers": path.closing,
        "new_customers": path.new,
    }
    years = range(parameters.horizon_years)
    if "spend" in parameters.blocks:
        lines["margin"] = [
            path.average[year] * _margin_per_customer(parameters, on, year)
            + path.premium_average[year] * _premium_per_customer(parameters, on, year)
            for year in years
        ]
    if "option" in parameters.blocks:
        lines["option_margin"] = [
            path.average[year] * _option_per_customer(parameters, on, year) for year in years
        ]
    if "baseline.consumers.onboarding_cost" in parameters.numbers:
        lines["onboarding_cost"] = [
            new * parameters["baseline.consumers.onboarding_cost"] for new in path.new
        ]
    return lines


def _margin_per_customer(parameters: Parameters, on: Switches, year: int) -> Number:
    gain = moved(parameters, on, "preference", "share_of_wallet_gain", year)
    share = np.clip(parameters["baseline.consumers.share_of_wallet"] + gain, 0, 1)
    wallet = parameters["baseline.consumers.annual_category_spend"]
    margin: Number = wallet * share * parameters["baseline.consumers.margin_rate"]
    return margin


def _premium_per_customer(parameters: Parameters, on: Switches, year: int) -> Number:
    premium = parameters.numbers.get("levers.recommendation.referred_value_premium", 0.0)
    return premium * _margin_per_customer(parameters, on, year)


def _option_per_customer(parameters: Parameters, on: Switches, year: int) -> Number:
    gain = moved(parameters, on, "advantage", "subscription_rate_gain", year)
    rate = np.clip(parameters["baseline.option.subscription_rate"] + gain, 0, 1)
    margin: Number = (
        parameters["baseline.option.eligible_share"] * rate * parameters["baseline.option.annual_margin"]
    )
    return margin


def _service_cost(parameters: Parameters, on: Switches, scale: Number, year: int) -> Number:
    contacts = parameters["baseline.service.annual_contacts"] * scale
    cost = parameters["baseline.service.cost_per_contact"]
    if "service_cost" not in on or "service_cost" not in parameters.effects:
        return contacts * cost
    saving = service_saving(
        contacts,
        fcr=parameters["baseline.service.first_contact_resolution_rate"],
        fcr_gain=moved(parameters, on, "service_cost", "first_contact_resolution_gain", year),
        extra_contacts=parameters["baseline.service.extra_contacts_per_unresolved_issue"],
        cost_per_contact=cost,
        self_service_cost=parameters["baseline.service.self_service_cost_per_contact"],
        deflected_share=moved(parameters, on, "service_cost", "deflected_contact_share", year),
        cash_share=parameters["baseline.service.cash_share"],
    )
    return contacts * cost - saving


def annual_loss_share(parameters: Parameters, gain: Number = 0.0) -> Number:
    """Return the share of contracts lost in a year, ``(1 - q - gain) / term``, held in [0, 1]."""
    not_renewed = np.maximum(1 - parameters["baseline.contracts.renewal_rate"] - gain, 0)
    lost: Number = np.minimum(not_renewed / parameters["baseline.contracts.term_years"], 1)
    return lost


def _contract_lines(parameters: Parameters, on: Switches) -> dict[str, list[Number]]:
    lines: dict[str, list[Number]] = {"contracts": [], "closing_contracts": [], "b2b_margin": []}
    stock = parameters["baseline.contracts.count"]
    unit = parameters["baseline.contracts.annual_value"] * parameters["baseline.contracts.margin_rate"]
    for year in range(parameters.horizon_years):
        gain: Number = 0.0
        if "engagement" in on and "engagement" in parameters.effects:
            intention = moved(parameters, on, "engagement", "renewal_intention_gain", year)
            gain = parameters["levers.engagement.intention_to_renewal"] * intention
        lost = stock * annual_loss_share(parameters, gain)
        closing = stock - lost + parameters["baseline.contracts.annual_new"]
        average = (stock + closing) / 2
        lines["contracts"].append(average)
        lines["closing_contracts"].append(closing)
        lines["b2b_margin"].append(average * unit)
        stock = closing
    return lines
