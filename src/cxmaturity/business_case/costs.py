"""What the programme costs in each year, one number or one array of draws per estimate."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import numpy as np

from cxmaturity.business_case.parameters import FloatArray, Number
from cxmaturity.business_case.values import BusinessCase, Cost

_NOTHING: Final[Mapping[str, Number]] = MappingProxyType({})


def costs_by_year(case: BusinessCase, numbers: Mapping[str, Number] = _NOTHING) -> FloatArray:
    """Return what the programme costs, optimism bias included: initial, then each year.

    The last annual amount of a line holds to the end. ``C' = C (1 + bias)`` (HM Treasury Green Book,
    optimism bias).

    Parameters
    ----------
    case : BusinessCase
        Its costs, horizon and optimism bias.
    numbers : mapping of str to float or array of shape (draws,)
        Other amounts than the most likely ones, by path: ``costs.0.initial``, ``costs.0.annual.2``.

    Returns
    -------
    array, shape (H + 1,) or (H + 1, draws)
    """
    years = case.finance.horizon_years
    lines = [_cost_line(cost, number, years, numbers) for number, cost in enumerate(case.costs)]
    shape = np.broadcast_shapes((), *(np.shape(amount) for line in lines for amount in line))
    total = np.zeros((years + 1, *shape))
    for line in lines:
        for year, amount in enumerate(line):
            total[year] += amount
    raised: FloatArray = total * (1 + case.finance.optimism_bias)
    return raised


def _cost_line(cost: Cost, number: int, years: int, numbers: Mapping[str, Number]) -> list[Number]:
    initial: Number = 0.0
    if cost.initial is not None:
        initial = numbers.get(f"costs.{number}.initial", cost.initial.value)
    line: list[Number] = [initial]
    for year in range(1, years + 1):
        last = min(year, len(cost.annual)) - 1
        line.append(
            numbers.get(f"costs.{number}.annual.{last}", cost.annual[last].value) if cost.annual else 0.0
        )
    return line
