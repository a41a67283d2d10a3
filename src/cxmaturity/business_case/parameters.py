"""A case as plain numbers: what the ledger computes with, one number or one array of draws per input.

The values of a case carry sources and grades; the ledger needs numbers only. Each number may be a float or
an array of shape (draws,), so that a simulation is one call and no loop.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

import attrs
import numpy as np
import numpy.typing as npt

from cxmaturity.business_case.inputs import BLOCKS, estimates, known_paths, missing_inputs, wanted_benefits
from cxmaturity.business_case.values import BusinessCase, Lever

FloatArray: TypeAlias = npt.NDArray[np.float64]
Number: TypeAlias = float | FloatArray


@attrs.frozen(kw_only=True, eq=False)
class Parameters:
    """The numbers of a case, ready for the ledger.

    Parameters
    ----------
    numbers : mapping of str to float or array of shape (draws,)
        Catalogue path to number; arrays broadcast against each other.
    survival : tuple of float, optional
        Observed survival when retention depends on tenure; it then replaces the annual churn rate.
    effects : mapping of str to tuple of float
        Benefit to the share of its full effect in year 1..H, ramp and lag applied. Only benefits whose
        inputs are all known, in the order wanted.
    blocks : frozenset of str
        Parts of the ledger whose inputs are known: population, spend, funnel, option, contracts, contacts.
    horizon_years : int
        H.
    """

    numbers: Mapping[str, Number]
    survival: tuple[float, ...] | None
    effects: Mapping[str, tuple[float, ...]]
    blocks: frozenset[str]
    horizon_years: int

    def __getitem__(self, path: str) -> Number:
        return self.numbers[path]

    def replace(self, numbers: Mapping[str, Number]) -> Parameters:
        """Return the same case with other numbers, for instance draws, for some catalogue paths."""
        return attrs.evolve(self, numbers={**self.numbers, **numbers})


def effect_by_year(lever: Lever, years: int) -> tuple[float, ...]:
    """Return the share of full effect in year 1..`years`: nothing during the lag, the ramp, its last value.

    Examples
    --------
    >>> from cxmaturity.core.estimate import estimate
    >>> from cxmaturity.business_case.values import Lever
    >>> lever = Lever(benefit="retention", moves={}, attribution=estimate(0.7), ramp=(0.25, 1), lag_years=1)
    >>> effect_by_year(lever, 4)
    (0.0, 0.25, 1, 1)
    """
    shares = (*(0.0 for _ in range(lever.lag_years)), *lever.ramp)
    return tuple(shares[min(year, len(shares) - 1)] for year in range(years))


def read_parameters(case: BusinessCase) -> Parameters:
    """Return the numbers of a case: the most likely values, and the levers that can be evaluated."""
    known = known_paths(case)
    evaluated = [benefit for benefit in wanted_benefits(case) if not missing_inputs(case, benefit)]
    levers = {lever.benefit: lever for lever in case.levers}
    years = case.finance.horizon_years
    consumers = case.baseline.consumers
    return Parameters(
        numbers={path: given.value for path, given in estimates(case)},
        survival=None if consumers is None else consumers.survival,
        effects={benefit: effect_by_year(levers[benefit], years) for benefit in evaluated},
        blocks=frozenset(block for block, paths in BLOCKS.items() if known.issuperset(paths)),
        horizon_years=years,
    )
