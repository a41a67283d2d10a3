"""Which share of the variance each input brings: Sobol indices for independent inputs, rank-based ones from any sample.

A Sobol index supposes inputs that move independently. Inputs of a correlated group share what they explain: the rank-based
index is then the share that knowing this input alone would explain, its companions' included, and it is said.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import attrs
import numpy as np

from cxmaturity.business_case.distributions import FARTHEST_SCORE
from cxmaturity.business_case.hdr import uniforms
from cxmaturity.business_case.parameters import FloatArray
from cxmaturity.business_case.simulation import Simulation, npv_of, value_at
from cxmaturity.business_case.uncertain import UncertainInput, uncertain_inputs
from cxmaturity.business_case.values import BusinessCase
from cxmaturity.core.problems import Problem

_SECOND_SAMPLE = 4000
"""Variable ids of the second sample start here, away from those of a case."""


@attrs.frozen(kw_only=True)
class SobolIndices:
    """Shares of variance: `first` by an input alone, `total` with its interactions (None for rank-based ones)."""

    inputs: tuple[str, ...]
    first: tuple[float, ...]
    total: tuple[float, ...] | None
    notes: tuple[Problem, ...] = ()


def sobol_indices(
    model: Callable[[FloatArray], FloatArray],
    names: tuple[str, ...],
    *,
    draws: int,
    seed: int = 1,
    sample: Callable[[int, int], FloatArray] | None = None,
) -> SobolIndices:
    """Return first-order and total Sobol indices of a model of independent uniform inputs.

    ``N (d + 2)`` runs: two samples A and B, and A with one column of B for each input. First order as Saltelli et al. (2010),
    ``mean(f_B (f_AB - f_A)) / V``; total as Jansen (1999), ``mean((f_A - f_AB)^2) / (2 V)``; the model is centred first, which
    makes both steadier.

    Parameters
    ----------
    model : callable
        From uniforms of shape (draws, d) to values of shape (draws,).
    names : tuple of str
        The d inputs.
    draws : int
        N.
    seed : int
        Of the counter-based uniforms used without `sample`.
    sample : callable, optional
        ``sample(draws, columns)`` returns uniforms of that shape, 2 d columns: for low-discrepancy points.
    """
    d = len(names)
    both = (sample or _counted(seed))(draws, 2 * d)
    a, b = both[:, :d], both[:, d:]
    f_a, f_b = model(a), model(b)
    centre = float((f_a.mean() + f_b.mean()) / 2)
    f_a, f_b = f_a - centre, f_b - centre
    variance = float((f_a @ f_a + f_b @ f_b) / (2 * draws))
    first, total = [], []
    for column in range(d):
        mixed = a.copy()
        mixed[:, column] = b[:, column]
        f_ab = model(mixed) - centre
        first.append(float(f_b @ (f_ab - f_a)) / draws / variance if variance else 0.0)
        total.append(float(((f_a - f_ab) ** 2).mean()) / (2 * variance) if variance else 0.0)
    return SobolIndices(inputs=names, first=tuple(first), total=tuple(total))


def _counted(seed: int) -> Callable[[int, int], FloatArray]:
    def sample(draws: int, columns: int) -> FloatArray:
        return uniforms(
            np.arange(1, draws + 1)[:, None],
            variable=_SECOND_SAMPLE + np.arange(columns)[None, :],
            seed3=seed,
        )

    return sample


def case_sobol(case: BusinessCase, *, draws: int = 4096) -> SobolIndices:
    """Return the Sobol indices of a case's NPV, its inputs drawn independently (groups set apart).

    Inputs of a group of correlation 1 are one input, named by the group. A group of any other correlation is said to be
    ignored.
    """
    from scipy.special import ndtri

    columns: dict[str, list[UncertainInput]] = {}
    for found in uncertain_inputs(case):
        columns.setdefault(found.group if found.loading == 1 else found.path, []).append(found)

    def model(u: FloatArray) -> FloatArray:
        scores = np.clip(ndtri(u), -FARTHEST_SCORE, FARTHEST_SCORE)
        drawn = {
            found.path: value_at(found, scores[:, column])
            for column, members in enumerate(columns.values())
            for found in members
        }
        return npv_of(case, drawn)

    indices = sobol_indices(model, tuple(columns), draws=draws, seed=case.uncertainty.seed)
    tied = any(found.group and found.loading != 1 for found in uncertain_inputs(case))
    return attrs.evolve(indices, notes=(_said(),) if tied else ())


def rank_indices(npv: FloatArray, inputs: Mapping[str, FloatArray]) -> SobolIndices:
    """Return first-order indices from a sample as it is, correlated or not.

    ``mean(y_i y_next(i)) - mean(y)^2``, next(i) being the trial that follows i in the order of the input, over the variance.
    Gamboa, F. et al. (2022), Global sensitivity analysis: a novel generation of mighty estimators based on rank statistics,
    Bernoulli 28(4).
    """
    centred = npv - npv.mean()
    variance = float(centred @ centred) / len(npv)

    def first(values: FloatArray) -> float:
        ordered = centred[np.argsort(values, kind="stable")]
        return float(ordered @ np.roll(ordered, -1)) / len(npv) / variance if variance else 0.0

    return SobolIndices(
        inputs=tuple(inputs), first=tuple(first(values) for values in inputs.values()), total=None
    )


def simulated_indices(simulation: Simulation) -> SobolIndices:
    """Return the rank-based first-order indices of a simulated case, with a warning when its inputs move together."""
    indices = rank_indices(simulation.npv, simulation.inputs)
    tied = any(found.group for found in simulation.plan)
    return attrs.evolve(indices, notes=(_said(),) if tied else ())


def _said() -> Problem:
    return Problem(
        code="business_case.indices_correlated",
        template="some inputs move together: their shares of variance overlap, or were computed as if they did not.",
        hint="Read the value of knowing the whole group.",
        severity="warning",
    )
