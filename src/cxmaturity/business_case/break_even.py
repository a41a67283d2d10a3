"""How much of the promised moves is enough: the share of the levers at which NPV = 0 (switching value)."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

import numpy as np

from cxmaturity.business_case.ledger import run_ledger
from cxmaturity.business_case.parameters import FloatArray, Parameters

FARTHEST: Final = 10.0
"""Ten times the targets: beyond, there is no break-even worth the name."""


def break_even_share(
    parameters: Parameters, factors: FloatArray, pv_costs: float, *, benefits: Collection[str] | None = None
) -> float | None:
    """Return the share of the levers' moves at which benefits just pay the costs.

    Parameters
    ----------
    parameters : Parameters
        One number per input (no draws).
    factors : array, shape (H + 1,)
        Discount factors, the start first.
    pv_costs : float
        Present value of the costs.
    benefits : collection of str, optional
        The levers scaled, all by default; the others stay fully on.

    Returns
    -------
    float or None
        0.7: 70 % of the targets suffice; above 1: the targets do not pay. None when not even ten times the
        targets pays, when nothing moves, or when there is no cost, and when the other levers alone already
        pay.
    """
    from scipy.optimize import brentq  # lazy: check and --help do not pay for scipy

    scaled = set(parameters.effects if benefits is None else benefits)
    if not parameters.effects or pv_costs <= 0:
        return None
    before = run_ledger(parameters, {}).total

    def net(share: float) -> float:
        on = {benefit: share if benefit in scaled else 1.0 for benefit in parameters.effects}
        return float((run_ledger(parameters, on).total - before) @ factors[1:]) - pv_costs

    if net(0.0) >= 0 or net(FARTHEST) < 0:
        return None
    highest = 1.0 if net(1.0) >= 0 else FARTHEST
    return float(np.clip(brentq(net, 0.0, highest, xtol=1e-12), 0.0, FARTHEST))
