"""Which input to measure next, on how many people, and whether it pays: from a survey's price to its best size.

A survey pays for itself when the decision that it improves is worth more than what it costs: ENBS = EVSI - cost.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np

from cxmaturity.business_case.information import partial_information, sample_information
from cxmaturity.business_case.inputs import CHURN, estimates
from cxmaturity.business_case.ranges import RISING, churn_ceiling
from cxmaturity.business_case.simulation import Simulation
from cxmaturity.business_case.uncertain import bounds_of, is_move
from cxmaturity.business_case.values import BusinessCase, Measurement

SIZES: Final = tuple(25 * 2**step for step in range(10))
"""Sample sizes shown: 25 to 12,800."""

_TRIED: Final = np.unique(np.round(np.geomspace(10, 100_000, 161)).astype(int))
_BASES: Final[dict[str, str]] = {move: base for base, move in RISING} | {
    "levers.recommendation.detractor_share_reduction": "baseline.consumers.detractor_share",
    "levers.engagement.renewal_intention_gain": "baseline.contracts.renewal_rate",
    "levers.retention.churn_rate_reduction": CHURN,
}
"""The rate that each move changes: a survey measures it with and without the programme."""


def noise_variance(case: BusinessCase, path: str) -> float:
    """Return the variance of one observation of an input.

    A share p observed: ``p (1 - p)``. A gain in a rate p, half of the sample with the programme and half without:
    ``4 p (1 - p)``; for a continuous share this is the largest variance that it can have (Bhatia and Davis, 2000). An amount:
    the square of its value (a standard deviation as large as the mean, as spending and contacts often have).
    """
    numbers = {name: found.value for name, found in estimates(case)}
    value = numbers[path]
    if path in _BASES:
        ceiling = churn_ceiling(case) if _BASES[path] == CHURN else None
        base = numbers.get(_BASES[path], value if ceiling is None else ceiling)
        return 4 * base * (1 - base)
    if is_move(path) and bounds_of(path)[1] > 1:
        return 4.0
    if bounds_of(path)[1] == 1:
        return value * (1 - value)
    return value * value


def plan_measurements(case: BusinessCase, simulation: Simulation) -> tuple[Measurement, ...]:
    """Return, for every input whose survey has a price, what samples are worth and cost, and the best size.

    Only inputs that vary are planned: what is known has nothing to tell. `best_n` is the size of the widest positive ENBS
    among 161 sizes from 10 to 100,000.
    """
    costs: Mapping[str, tuple[float, float]] = dict(case.uncertainty.measurement_costs)
    return tuple(
        _plan(case, simulation, path, *costs[path])
        for path in sorted(costs)
        if path in simulation.inputs and not path.startswith("costs.")
    )


def _plan(case: BusinessCase, simulation: Simulation, path: str, fixed: float, each: float) -> Measurement:
    expected = partial_information(simulation.npv, [simulation.scores[path]]).expected
    prior = float(simulation.inputs[path].var())
    prior_size = noise_variance(case, path) / prior if prior > 0 else float("inf")
    gains = [sample_information(expected, prior_size, int(n)) - fixed - each * int(n) for n in _TRIED]
    place = int(np.argmax(gains))
    best = int(_TRIED[place]) if gains[place] > 0 else None
    sizes = tuple(sorted({*SIZES, *(() if best is None else (best,))}))
    return Measurement(
        input=path,
        sizes=sizes,
        evsi=tuple(sample_information(expected, prior_size, n) for n in sizes),
        costs=tuple(fixed + each * n for n in sizes),
        best_n=best,
    )
