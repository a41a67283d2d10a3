"""What a case with ranges says beyond its most likely value: simulation, information, sensitivity, in one result."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import attrs

from cxmaturity.business_case.information import PartialInformation, evpi, partial_information
from cxmaturity.business_case.measurement import plan_measurements
from cxmaturity.business_case.sensitivity import lever_break_even, tornado
from cxmaturity.business_case.simulation import Simulation, simulate_case
from cxmaturity.business_case.values import BusinessCase, CaseResult, InformationValue
from cxmaturity.core.problems import Problem

DOUBTFUL: Final = 0.1
"""Two estimates of a value of information that differ by more than this share of the EVPI are said to."""


def add_uncertainty(case: BusinessCase, result: CaseResult) -> CaseResult:
    """Return the result of a case with everything that its ranges say."""
    simulation = simulate_case(case)
    everything = evpi(simulation.npv)
    found = tuple(_information(simulation))
    notes = tuple(
        note for value, partial in found if (note := _doubt(value, partial, everything)) is not None
    )
    mean = simulation.result.mean
    return attrs.evolve(
        result,
        simulation=attrs.evolve(simulation.result, notes=(*simulation.result.notes, *notes)),
        evpi=everything,
        information=tuple(
            sorted(
                (value for value, _ in found),
                key=lambda value: (-value.evppi, len(value.inputs), value.label),
            )
        ),
        measurements=plan_measurements(case, simulation),
        tornado=tornado(case),
        lever_break_even=lever_break_even(case),
        not_evaluated=tuple(
            attrs.evolve(absent, decisive_pv=-mean if mean < 0 else None) for absent in result.not_evaluated
        ),
    )


def _information(simulation: Simulation) -> Iterator[tuple[InformationValue, PartialInformation]]:
    """Yield the value of knowing each input, then each group; a group of correlation 1 is one input."""
    groups: dict[str, list[str]] = {}
    for found in simulation.plan:
        if found.group:
            groups.setdefault(found.group, []).append(found.path)
        if found.loading != 1:
            yield _value(found.path, (found.path,), simulation)
    shared = {found.group for found in simulation.plan if found.loading == 1}
    for name, paths in groups.items():
        if name in shared:
            yield _value(name if len(paths) > 1 else paths[0], tuple(paths), simulation, known=paths[:1])
        elif len(paths) > 1:
            yield _value(name, tuple(paths), simulation)


def _value(
    label: str, inputs: tuple[str, ...], simulation: Simulation, known: list[str] | None = None
) -> tuple[InformationValue, PartialInformation]:
    partial = partial_information(simulation.npv, [simulation.scores[path] for path in known or inputs])
    return InformationValue(label=label, inputs=inputs, evppi=partial.evppi), partial


def _doubt(value: InformationValue, partial: PartialInformation, everything: float) -> Problem | None:
    """Say when the trials are too few for a value of information."""
    if everything <= 0 or partial.evppi - partial.split <= DOUBTFUL * everything:
        return None
    return Problem(
        code="business_case.evppi_doubtful",
        template="the value of knowing '{label}' lies between {low} and {high}: too few trials to say more.",
        hint="Raise uncertainty.draws.",
        params={
            "label": value.label,
            "low": f"{max(0.0, partial.split):.0f}",
            "high": f"{partial.evppi:.0f}",
        },
        path=("uncertainty", "draws"),
        severity="warning",
    )
