"""What the NPV may turn out to be: the ledger on thousands of trials of its uncertain inputs, at once.

A trial is reproducible alone: its numbers depend on the seed, the trial and the input only (`hdr`), so that the workbook shows
the same ones. Inputs of one group share a common normal factor; nothing else ties them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Final

import attrs
import numpy as np

from cxmaturity.business_case.costs import costs_by_year
from cxmaturity.business_case.distributions import quantile
from cxmaturity.business_case.finance import discount_factors
from cxmaturity.business_case.hdr import uniforms
from cxmaturity.business_case.ledger import run_ledger
from cxmaturity.business_case.parameters import FloatArray, Number, Parameters, read_parameters
from cxmaturity.business_case.uncertain import GATE_VARIABLE, UncertainInput, uncertain_inputs
from cxmaturity.business_case.values import BusinessCase, SimulationResult
from cxmaturity.core.problems import Problem

SHOWN: Final = 1_000
"""Trials kept in the result, the first ones."""

CHUNK: Final = 8_192
"""Trials that the ledger computes at once: their arrays stay in the processor's cache."""

WORST_PERCENT: Final = 5
_BINS: Final = 40
_UNBOUNDED_SHAPES: Final = ("lognormal", "percentiles")


@attrs.frozen(kw_only=True, eq=False)
class Simulation:
    """A case simulated: `scores` are the normal scores of the inputs, `inputs` their values, shape (draws,) each."""

    plan: tuple[UncertainInput, ...]
    scores: Mapping[str, FloatArray]
    inputs: Mapping[str, FloatArray]
    npv: FloatArray
    result: SimulationResult


def draw_scores(case: BusinessCase, *, draws: int | None = None) -> dict[str, FloatArray]:
    """Return the normal scores of every uncertain input, trials 1..draws: ``sqrt(r) z_factor + sqrt(1 - r) z_own``.

    A share of r tied to the common factor of the group gives normals that correlate at r, hence ranks that correlate as the
    group says.
    """
    from scipy.special import ndtri

    plan = uncertain_inputs(case)
    trials = np.arange(1, (case.uncertainty.draws if draws is None else draws) + 1)
    seed = case.uncertainty.seed

    def normal(variable: int) -> FloatArray:
        scores: FloatArray = ndtri(uniforms(trials, variable=variable, seed3=seed))
        return scores

    factors = {factor: normal(factor) for factor in {found.factor for found in plan} if factor is not None}
    scores: dict[str, FloatArray] = {}
    for found in plan:
        if found.factor is None:
            scores[found.path] = normal(found.variable)
        elif found.loading == 1:
            scores[found.path] = factors[found.factor]
        else:
            common = math.sqrt(found.loading) * factors[found.factor]
            scores[found.path] = common + math.sqrt(1 - found.loading) * normal(found.variable)
    return scores


def value_at(found: UncertainInput, scores: FloatArray) -> FloatArray:
    """Return the values of an input at some normal scores, cut at its bounds."""
    values = quantile(found.estimate, scores)
    return np.clip(values, *found.bounds) if found.estimate.shape in _UNBOUNDED_SHAPES else values


def draw_inputs(case: BusinessCase, *, draws: int | None = None) -> dict[str, FloatArray]:
    """Return the values of every uncertain input by path, shape (draws,) each.

    Parameters
    ----------
    case : BusinessCase
        With at least one range; `case.uncertainty` says draws, seed and groups.
    draws : int, optional
        Another number of trials; the first ones are the same.
    """
    return _values(uncertain_inputs(case), draw_scores(case, draws=draws))


def _values(plan: Sequence[UncertainInput], scores: Mapping[str, FloatArray]) -> dict[str, FloatArray]:
    """Return the values of every input; those of one draw and one range are computed once."""
    known: dict[tuple[object, ...], FloatArray] = {}
    values: dict[str, FloatArray] = {}
    for found in plan:
        given = found.estimate
        same = (
            id(scores[found.path]),
            found.bounds,
            given.shape,
            given.low,
            given.value,
            given.high,
            given.n,
        )
        if same not in known:
            known[same] = value_at(found, scores[found.path])
        values[found.path] = known[same]
    return values


def gate_passed(case: BusinessCase, draws: int) -> FloatArray | None:
    """Return, by trial, 1 when the programme passes its stage gate and 0 when it is stopped; None without a gate."""
    success = case.uncertainty.success_probability
    if success is None:
        return None
    u = uniforms(np.arange(1, draws + 1), variable=GATE_VARIABLE, seed3=case.uncertainty.seed)
    return (u <= success).astype(float)


def npv_of(case: BusinessCase, numbers: Mapping[str, Number]) -> FloatArray:
    """Return the NPV on other numbers than the most likely ones, no stage gate, shape (draws,) or ().

    Parameters
    ----------
    case : BusinessCase
        The case.
    numbers : mapping of str to float or array of shape (draws,)
        By path, as `uncertain_inputs` names them.
    """
    factors = _factors(case)
    benefits, costs = _flows(case, read_parameters(case), numbers)
    value = np.tensordot(factors[1:], benefits, axes=1) - np.tensordot(factors, costs, axes=1)
    shape = np.broadcast_shapes(np.shape(value), *(np.shape(number) for number in numbers.values()))
    whole: FloatArray = np.broadcast_to(value, shape)
    return whole


def simulate_npv(case: BusinessCase, drawn: Mapping[str, FloatArray]) -> FloatArray:
    """Return the NPV of every trial, shape (draws,): the ledger on that trial's inputs, costs and stage gate included.

    A programme stopped at its gate has spent its initial costs and earns nothing.

    Parameters
    ----------
    case : BusinessCase
        The case.
    drawn : mapping of str to array of shape (draws,)
        As `draw_inputs` gives them, trials 1..draws.
    """
    draws = max((len(values) for values in drawn.values()), default=1)
    parameters, factors = read_parameters(case), _factors(case)
    npv = np.empty(draws)
    gate = gate_passed(case, draws)
    for start in range(0, draws, CHUNK):
        part = slice(start, min(start + CHUNK, draws))
        benefits, costs = _flows(case, parameters, {path: values[part] for path, values in drawn.items()})
        value = np.tensordot(factors[1:], benefits, axes=1) - np.tensordot(factors, costs, axes=1)
        npv[part] = value if gate is None else np.where(gate[part] > 0, value, -costs[0])
    return npv


def _factors(case: BusinessCase) -> FloatArray:
    finance = case.finance
    return discount_factors(
        finance.discount_rate, finance.horizon_years, timing=finance.timing, dates=finance.dates
    )


def _flows(
    case: BusinessCase, parameters: Parameters, numbers: Mapping[str, Number]
) -> tuple[FloatArray, FloatArray]:
    """Return the benefits of years 1..H and the costs of years 0..H."""
    drawn = parameters.replace(
        {path: values for path, values in numbers.items() if path in parameters.numbers}
    )
    before = run_ledger(drawn, {}).total
    after = run_ledger(drawn, dict.fromkeys(parameters.effects, 1.0)).total
    if before.ndim < after.ndim:
        before = before.reshape(-1, *([1] * (after.ndim - before.ndim)))
    return after - before, costs_by_year(case, numbers)


def simulate_case(case: BusinessCase, *, draws: int | None = None) -> Simulation:
    """Simulate a case that has ranges.

    Parameters
    ----------
    case : BusinessCase
        At least one of its inputs varies.
    draws : int, optional
        Another number of trials than the case's, for instance 2,000 for a screen.
    """
    plan = uncertain_inputs(case)
    scores = draw_scores(case, draws=draws)
    inputs = _values(plan, scores)
    npv = simulate_npv(case, inputs)
    notes = tuple(note for found in plan if (note := _note_cut(found, scores[found.path])) is not None)
    return Simulation(
        plan=plan, scores=scores, inputs=inputs, npv=npv, result=_summary(case, plan, npv, notes)
    )


def _note_cut(found: UncertainInput, scores: FloatArray) -> Problem | None:
    """Say how often the tail of a range passed what the input can be, and was cut there."""
    if found.estimate.shape not in _UNBOUNDED_SHAPES:
        return None
    values = quantile(found.estimate, scores)
    low, high = found.bounds
    cut = float(np.mean((values < low) | (values > high)))
    if cut == 0:
        return None
    return Problem(
        code="business_case.tail_cut",
        template="{percent} % of the trials of {input} passed what it can be ({low} to {high}) and were cut there.",
        hint="Give low, mode and high if that is too often.",
        params={
            "input": found.path,
            "percent": f"{cut * 100:.2g}",
            "low": f"{low:g}",
            "high": f"{high:g}" if math.isfinite(high) else "∞",
        },
        path=tuple(found.path.split(".")),
        severity="warning",
    )


def _summary(
    case: BusinessCase, plan: Sequence[UncertainInput], npv: FloatArray, notes: tuple[Problem, ...]
) -> SimulationResult:
    draws = len(npv)
    sd = float(npv.std(ddof=1)) if draws > 1 else 0.0
    loss, loss_error = probability_of_loss(npv)
    p10, p50, p90 = (float(value) for value in np.percentile(npv, (10, 50, 90)))
    edges, counts = histogram(npv)
    return SimulationResult(
        draws=draws,
        seed=case.uncertainty.seed,
        correlation=case.uncertainty.correlation,
        inputs=tuple(found.path for found in plan),
        mean=float(npv.mean()),
        sd=sd,
        standard_error=sd / math.sqrt(draws),
        p10=p10,
        p50=p50,
        p90=p90,
        probability_of_loss=loss,
        probability_of_loss_error=loss_error,
        cvar5=tail_mean(npv),
        npv=tuple(npv[:SHOWN].tolist()),
        edges=edges,
        counts=counts,
        notes=notes,
    )


def probability_of_loss(npv: FloatArray) -> tuple[float, float]:
    """Return the share of trials with a negative NPV and its standard error, ``sqrt(p (1 - p) / draws)``."""
    loss = float(np.mean(npv < 0))
    return loss, math.sqrt(loss * (1 - loss) / len(npv))


def tail_mean(npv: FloatArray, percent: int = WORST_PERCENT) -> float:
    """Return the mean of the worst trials (conditional value at risk, CVaR): the `percent` % lowest, at least one.

    Rockafellar and Uryasev (2000), Optimization of conditional value-at-risk.

    Examples
    --------
    >>> tail_mean(np.arange(100.0))
    2.0
    """
    kept = max(1, len(npv) * percent // 100)
    return float(np.partition(npv, kept - 1)[:kept].mean())


def histogram(npv: FloatArray) -> tuple[tuple[float, ...], tuple[int, ...]]:
    """Return edges and counts of about 40 bins of a round width; zero is an edge, so that losses stand apart."""
    low, high = float(npv.min()), float(npv.max())
    if low == high:
        low, high = low - 0.5, high + 0.5
    rough = (high - low) / _BINS
    power = 10.0 ** math.floor(math.log10(rough))
    width = next(step * power for step in (1, 2, 2.5, 5, 10) if step * power >= rough)
    first, last = math.floor(low / width), math.floor(high / width) + 1
    edges = np.arange(first, last + 1) * width
    counts, _ = np.histogram(npv, edges)
    return tuple(edges.tolist()), tuple(int(count) for count in counts)
