"""Diagnostics for the slides: those of the report's tests, and one with a simulation made by hand."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import attrs
import pytest

from cxmaturity.business_case.values import (
    InformationValue,
    LeverBreakEven,
    Measurement,
    SimulationResult,
    TornadoBar,
)
from cxmaturity.engagement.values import Client, Diagnostic, Theme

CHURN = "levers.retention.churn_rate_reduction"
WALLET = "baseline.consumers.share_of_wallet"
DUE = "levers.retention.attribution"
HOSTILE = "=cmd|' /C calc'!A0 <script>alert(1)</script> **Gras** {npv} \u202e@SUM(1) \"&<> \\n 🚀 " + "x" * 60

SIMULATION = SimulationResult(
    draws=10_000,
    seed=1,
    correlation=0.3,
    inputs=(CHURN, WALLET, DUE),
    mean=198_400.0,
    sd=417_000.0,
    standard_error=4_170.0,
    p10=-320_400.0,
    p50=170_300.0,
    p90=755_200.0,
    probability_of_loss=0.341,
    probability_of_loss_error=0.005,
    cvar5=-553_100.0,
    npv=(-100_000.0, 170_000.0, 400_000.0),
    edges=tuple(-800_000.0 + 100_000.0 * i for i in range(25)),
    counts=(
        10,
        20,
        60,
        120,
        250,
        450,
        800,
        1100,
        1300,
        1400,
        1250,
        1000,
        800,
        600,
        400,
        200,
        100,
        60,
        40,
        20,
        10,
        6,
        3,
        1,
    ),
)
TORNADO = (
    TornadoBar(input=CHURN, low=0.004, high=0.018, npv_low=-140_200.0, npv_high=790_600.0),
    TornadoBar(input=DUE, low=0.5, high=0.9, npv_low=20_100.0, npv_high=610_300.0),
    TornadoBar(input="costs.0.initial", low=380_000.0, high=520_000.0, npv_low=410_700.0, npv_high=270_800.0),
)
INFORMATION = (
    InformationValue(label=CHURN, inputs=(CHURN,), evppi=53_500.0),
    InformationValue(label=DUE, inputs=(DUE,), evppi=11_600.0),
    InformationValue(label="levers", inputs=(CHURN, DUE), evppi=63_700.0),
    InformationValue(label=WALLET, inputs=(WALLET,), evppi=0.0),
)
MEASUREMENTS = (
    Measurement(
        input=CHURN,
        sizes=(100, 400, 1600),
        evsi=(12_000.0, 31_000.0, 44_000.0),
        costs=(4_000.0, 9_000.0, 40_500.0),
        best_n=400,
    ),
    Measurement(input=DUE, sizes=(100, 400), evsi=(900.0, 2_000.0), costs=(4_000.0, 9_000.0), best_n=None),
)


def _module() -> ModuleType:
    place = Path(__file__).parents[1] / "sections" / "conftest.py"
    spec = importlib.util.spec_from_file_location("sections_conftest", place)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


SECTIONS = _module()


def simulated(found: Diagnostic, **over: Any) -> Diagnostic:
    """Return a diagnostic whose case has a simulation, a tornado and values of information."""
    values: dict[str, Any] = {
        "simulation": SIMULATION,
        "evpi": 81_400.0,
        "information": INFORMATION,
        "measurements": MEASUREMENTS,
        "tornado": TORNADO,
        "lever_break_even": (LeverBreakEven(benefit="retention", share=0.52),),
    }
    return attrs.evolve(found, case=attrs.evolve(found.case, **(values | over)))


def _hostile() -> Diagnostic:
    found = simulated(SECTIONS.diagnostic())
    case = found.engagement.case
    case = attrs.evolve(
        case,
        levers=tuple(attrs.evolve(lever, owner=HOSTILE) for lever in case.levers),
        costs=tuple(attrs.evolve(cost, name=HOSTILE) for cost in case.costs),
    )
    return attrs.evolve(
        found,
        engagement=attrs.evolve(
            found.engagement, client=Client(name=HOSTILE, id="x", sector=HOSTILE, note=HOSTILE), case=case
        ),
    )


def _all() -> dict[str, Diagnostic]:
    found = {name: value for name, value in SECTIONS.SITUATIONS.items() if name != "hostile"}
    full, loss = found["full"], found["loss"]
    purple = attrs.evolve(full.engagement, theme=Theme(primary="#FFD200"))
    return found | {
        "simulated": simulated(full),
        "simulated_loss": simulated(
            loss,
            benefits=tuple(
                attrs.evolve(benefit, pv=pv)
                for benefit, pv in zip(loss.case.benefits, (600_000.0, 106_361.5), strict=True)
            ),
            pv_costs=706_361.5 + 214_300.0,
            simulation=attrs.evolve(SIMULATION, p50=-90_000.0, mean=-80_000.0, probability_of_loss=0.66),
        ),
        "no_survey": simulated(full, measurements=()),
        "nothing_to_measure": simulated(
            full, information=(InformationValue(label=CHURN, inputs=(CHURN,), evppi=0.0),), measurements=()
        ),
        "never_loses": simulated(
            full,
            simulation=attrs.evolve(SIMULATION, p10=20_000.0, cvar5=4_000.0, probability_of_loss=0.0),
            tornado=TORNADO[1:],
        ),
        "pale_colour": attrs.evolve(simulated(full), engagement=purple),
        "hostile": _hostile(),
    }


DIAGNOSTICS = _all()


@pytest.fixture(scope="session")
def diagnostics() -> dict[str, Diagnostic]:
    """Return every Diagnostic by name."""
    return DIAGNOSTICS


@pytest.fixture(params=list(DIAGNOSTICS))
def any_diagnostic(request: pytest.FixtureRequest) -> Diagnostic:
    """Return each Diagnostic in turn."""
    return DIAGNOSTICS[request.param]


@pytest.fixture(scope="session")
def simulate() -> Callable[..., Diagnostic]:
    """Return the function that adds a simulation."""
    return simulated
