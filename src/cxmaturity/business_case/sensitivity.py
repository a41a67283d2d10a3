"""Which inputs move the NPV, and how far each may be wrong before the money is lost.

All of it is one-way or two-way, the other inputs at their most likely value; what varies together is the simulation's
business.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import attrs
import numpy as np

from cxmaturity.business_case.break_even import FARTHEST, break_even_share
from cxmaturity.business_case.costs import costs_by_year
from cxmaturity.business_case.finance import discount_factors
from cxmaturity.business_case.ledger import run_ledger
from cxmaturity.business_case.parameters import FloatArray, Parameters, read_parameters
from cxmaturity.business_case.simulation import npv_of, value_at
from cxmaturity.business_case.uncertain import UncertainInput, bounds_of, uncertain_inputs
from cxmaturity.business_case.values import BusinessCase, LeverBreakEven, TornadoBar

TEN_PERCENT_SCORE: Final = 1.2815515655446004
"""Normal score of P90; minus that for P10."""


def low_and_high(found: UncertainInput) -> tuple[float, float]:
    """Return the P10 and the P90 of an input."""
    low, high = value_at(found, np.array([-TEN_PERCENT_SCORE, TEN_PERCENT_SCORE]))
    return float(low), float(high)


def tornado(case: BusinessCase) -> tuple[TornadoBar, ...]:
    """Return one bar per uncertain input, widest first: the NPV at its P10 and at its P90, the others most likely.

    Every bar is computed in one run of the ledger. Inputs of one group are moved one by one all the same: a bar says what an
    input weighs, not what is plausible.
    """
    plan = uncertain_inputs(case)
    if not plan:
        return ()
    ends = [low_and_high(found) for found in plan]
    numbers = {found.path: np.full(2 * len(plan), found.estimate.value) for found in plan}
    for place, (found, (low, high)) in enumerate(zip(plan, ends, strict=True)):
        numbers[found.path][2 * place : 2 * place + 2] = low, high
    npv = npv_of(case, numbers)
    bars = [
        TornadoBar(input=found.path, low=low, high=high, npv_low=float(at_low), npv_high=float(at_high))
        for found, (low, high), at_low, at_high in zip(plan, ends, npv[::2], npv[1::2], strict=True)
    ]
    return tuple(sorted(bars, key=lambda bar: (-abs(bar.npv_high - bar.npv_low), bar.input)))


def lever_break_even(case: BusinessCase) -> tuple[LeverBreakEven, ...]:
    """Return, for each lever, the share of its target at which the NPV is zero, the others on target."""
    parameters = read_parameters(case)
    finance = case.finance
    factors = discount_factors(
        finance.discount_rate, finance.horizon_years, timing=finance.timing, dates=finance.dates
    )
    pv_costs = float(costs_by_year(case) @ factors)
    return tuple(
        LeverBreakEven(
            benefit=benefit,
            share=break_even_share(parameters, factors, pv_costs, benefits=[benefit]),
            reachable=_net(parameters, factors, benefit, FARTHEST) >= pv_costs,
        )
        for benefit in parameters.effects
    )


def _net(parameters: Parameters, factors: FloatArray, benefit: str, share: float) -> float:
    on = dict.fromkeys(parameters.effects, 1.0) | {benefit: share}
    return float((run_ledger(parameters, on).total - run_ledger(parameters, {}).total) @ factors[1:])


def input_break_even(case: BusinessCase, path: str) -> float | None:
    """Return the value of one input at which the NPV is zero, the others most likely: its switching value.

    Parameters
    ----------
    case : BusinessCase
        The case.
    path : str
        An input that the NPV depends on.

    Returns
    -------
    float or None
        The crossing nearest to its most likely value, between its bounds and ten times its value; None without any.
    """
    from scipy.optimize import brentq

    base = _value(case, path)
    low, high = bounds_of(path)
    low = max(low, 0.0)
    high = high if math.isfinite(high) else FARTHEST * max(base, 1.0)
    grid = np.unique(np.concatenate((np.linspace(low, high, 201), [base])))
    npv = npv_of(case, {path: grid})
    crossings = np.flatnonzero(np.sign(npv[:-1]) != np.sign(npv[1:]))
    if crossings.size == 0:
        return None
    nearest = min(crossings, key=lambda cell: min(abs(grid[cell] - base), abs(grid[cell + 1] - base)))

    def net(value: float) -> float:
        return float(npv_of(case, {path: value}))

    return float(brentq(net, grid[nearest], grid[nearest + 1], xtol=1e-14, rtol=1e-12))


def _value(case: BusinessCase, path: str) -> float:
    from cxmaturity.business_case.inputs import estimates
    from cxmaturity.business_case.uncertain import cost_estimates

    return (dict(estimates(case)) | dict(cost_estimates(case)))[path].value


@attrs.frozen(kw_only=True)
class Grid:
    """The NPV over two inputs: `npv[i][j]` at `first_values[i]` and `second_values[j]`, the others most likely."""

    first: str
    second: str
    first_values: tuple[float, ...]
    second_values: tuple[float, ...]
    npv: tuple[tuple[float, ...], ...]


def two_way_grid(
    case: BusinessCase,
    first: str,
    second: str,
    *,
    quantiles: Sequence[float] = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95),
) -> Grid:
    """Return the NPV when two uncertain inputs move together over some of their quantiles, in one run."""
    from scipy.special import ndtri

    plan = {found.path: found for found in uncertain_inputs(case)}
    scores = ndtri(np.asarray(quantiles, dtype=float))
    rows, columns = value_at(plan[first], scores), value_at(plan[second], scores)
    across, down = np.meshgrid(columns, rows)
    npv = npv_of(case, {first: down.ravel(), second: across.ravel()}).reshape(down.shape)
    return Grid(
        first=first,
        second=second,
        first_values=tuple(rows.tolist()),
        second_values=tuple(columns.tolist()),
        npv=tuple(tuple(row) for row in npv.tolist()),
    )
