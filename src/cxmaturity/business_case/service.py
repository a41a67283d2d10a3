"""What better service saves: issues behind the contacts, first-contact resolution, the part that is cash.

Three formulas for first-contact resolution (FCR) are in print and differ by half on the same figures. The
ledger uses the one by issues; the others are here so that a figure somebody brings can be recognised.
"""

from __future__ import annotations

import numpy as np

from cxmaturity.business_case.parameters import Number


def issues_from_contacts(contacts: Number, fcr: Number, extra_contacts: Number) -> Number:
    """Return the issues behind the contacts: ``I = C / (1 + (1 - FCR) q)``.

    Parameters
    ----------
    contacts : float or array
        C, contacts per year.
    fcr : float or array
        Share of issues solved at the first contact, in [0, 1]; per issue, not per contact.
    extra_contacts : float or array
        q, further contacts of an issue that is not (1.5 in BenchmarkPortal's worksheet).
    """
    return contacts / (1 + (1 - fcr) * extra_contacts)


def fcr_saving_by_issues(
    contacts: Number, fcr: Number, gain: Number, *, extra_contacts: Number, cost_per_contact: Number
) -> Number:
    """Return the annual saving of a higher FCR, counted on issues: ``I x gain x q x c``.

    I comes from `issues_from_contacts`. The default of the ledger: a contact avoided exists only for an
    issue that was not solved. Money of the cost, before the share that becomes cash. The cost should be the
    marginal one, not the average.

    Examples
    --------
    >>> round(fcr_saving_by_issues(600_000, 0.68, 0.05, extra_contacts=1.5, cost_per_contact=6))
    182432
    """
    return issues_from_contacts(contacts, fcr, extra_contacts) * gain * extra_contacts * cost_per_contact


def fcr_saving_by_contacts(
    contacts: Number, gain: Number, *, extra_contacts: Number, cost_per_contact: Number
) -> Number:
    """Return the annual saving of a higher FCR, counted on contacts: ``C x gain x q x c`` (BenchmarkPortal).

    It counts repeat contacts as if each were a new issue, hence too much.

    Examples
    --------
    >>> round(fcr_saving_by_contacts(1_000_000, 0.10, extra_contacts=1.5, cost_per_contact=8))
    1200000
    """
    return contacts * gain * extra_contacts * cost_per_contact


def fcr_saving_geometric(contacts: Number, fcr: Number, gain: Number, *, cost_per_contact: Number) -> Number:
    """Return the annual saving of a higher FCR, geometric: ``C (1 - FCR / (FCR + gain)) c``.

    Every contact has the same chance. An issue then takes 1 / FCR contacts on average; nobody gives up.

    Examples
    --------
    >>> round(fcr_saving_geometric(600_000, 0.68, 0.05, cost_per_contact=6))
    246575
    """
    return contacts * (1 - fcr / (fcr + gain)) * cost_per_contact


def service_saving(
    contacts: Number,
    *,
    fcr: Number,
    fcr_gain: Number,
    extra_contacts: Number,
    cost_per_contact: Number,
    self_service_cost: Number,
    deflected_share: Number,
    cash_share: Number,
) -> Number:
    """Return what becomes cash of fewer repeated contacts and of contacts moved to self-service, per year.

    ``phi (I gain q c (1 - delta) + C delta (c - c_self))``: the contacts that moved (delta) no longer gain
    from a better first answer. Gains stop at what is left to gain. `cash_share` (phi) is the part that
    leaves the budget (hiring avoided, overtime, outsourcing); the rest is freed capacity and counts for
    nothing here.
    """
    deflected = np.clip(deflected_share, 0, 1)
    by_fcr = fcr_saving_by_issues(
        contacts,
        fcr,
        np.minimum(fcr_gain, 1 - fcr),
        extra_contacts=extra_contacts,
        cost_per_contact=cost_per_contact,
    )
    by_deflection = contacts * deflected * (cost_per_contact - self_service_cost)
    saving: Number = cash_share * (by_fcr * (1 - deflected) + by_deflection)
    return saving
