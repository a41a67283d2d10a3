"""Results as plain JSON values: the stable keys that other programs read. What does not exist is absent, never 0."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from cxmaturity.assessment.values import AssessmentResult, DimensionResult, FunctionsResult
from cxmaturity.business_case.values import CaseResult, Overlap
from cxmaturity.core.problems import Problem
from cxmaturity.engagement.values import Diagnostic

SCORE_SCHEMA = "cxmaturity.score/1"
CASE_SCHEMA = "cxmaturity.case/1"


def _present(values: Mapping[str, Any]) -> dict[str, Any]:
    """Drop what is None, at every depth: absent means absent."""
    return {
        key: _present(value) if isinstance(value, Mapping) else value
        for key, value in values.items()
        if value is not None
    }


def _listed(values: Mapping[str, Any]) -> dict[str, Any]:
    return _present(
        {key: list(value) if isinstance(value, tuple) else value for key, value in values.items()}
    )


def _dimension(result: DimensionResult) -> dict[str, Any]:
    return _present(
        {
            "id": result.id,
            "n": result.n,
            "levels": list(result.levels),
            "median": result.median,
            "mean": result.mean,
            "ad_md": result.ad_md,
            "r_wg": result.r_wg,
            "verdict": result.verdict,
            "declared": result.declared,
            "evidenced": result.evidenced,
            "dont_know": result.dont_know,
            "not_applicable": result.not_applicable,
            "target": result.target,
            "gap": result.gap,
            "interval": list(result.interval) if result.interval else None,
            "bounds": list(result.bounds) if result.bounds else None,
            "confidence": result.confidence,
            "withheld": result.withheld or None,
        }
    )


def _functions(result: FunctionsResult) -> dict[str, Any]:
    shown = {
        function.id: {
            "n": function.n,
            "means": _present(dict(function.means)),
            "dont_know": dict(function.dont_know),
        }
        for function in result.functions
        if function.shown
    }
    tests = [attrs.asdict(test) for test in result.questions]
    return _present(
        {
            "wording": result.wording,
            "withheld": result.withheld,
            "shown": shown,
            "between_share": result.between_share,
            "profile": attrs.asdict(result.profile) if result.profile else None,
            "questions": [_present(test) for test in tests],
        }
    )


def score_json(diagnostic: Diagnostic) -> dict[str, Any]:
    """Return the self-test result under its stable keys (ARCHITECTURE, "Stable surface").

    Raises
    ------
    ValueError
        When the diagnostic has no assessment.
    """
    result: AssessmentResult | None = diagnostic.assessment
    if result is None:
        raise ValueError("no assessment")
    index = attrs.asdict(result.index)
    index["bounds"] = list(result.index.bounds) if result.index.bounds else None
    agreement = attrs.asdict(result.agreement)
    interval = result.agreement.icc_a1_interval
    agreement["icc_a1_interval"] = list(interval) if interval else None
    return _present(
        {
            "schema": SCORE_SCHEMA,
            "client": diagnostic.engagement.client.name,
            "as_of": diagnostic.as_of.isoformat(),
            "respondents": result.respondents,
            "dimensions": [_dimension(dimension) for dimension in result.dimensions],
            "index": _present(index),
            "stage": _present(
                {"level": result.stage.level, "probabilities": list(result.stage.probabilities)}
            ),
            "weak_link": result.weak_link,
            "agreement": _present(agreement),
            "functions": _functions(result.functions),
            "coverage": attrs.asdict(result.coverage),
            "alignment": _listed(attrs.asdict(result.alignment)),
            "priorities": [attrs.asdict(priority) for priority in result.priorities],
            "withheld": result.withheld or None,
            "changes": [_present(attrs.asdict(change)) for change in diagnostic.changes],
            "seed": result.seed,
        }
    )


def _problem(problem: Problem) -> dict[str, str]:
    return {"code": problem.code, "message": problem.message}


def _overlap(overlap: Overlap) -> dict[str, str]:
    return {
        "first": overlap.first,
        "second": overlap.second,
        "kind": overlap.kind,
        "severity": overlap.problem.severity,
        **_problem(overlap.problem),
    }


def _simulation(result: CaseResult) -> dict[str, Any] | None:
    """Return the simulation under its stable keys; None when nothing varies."""
    simulation = result.simulation
    if simulation is None:
        return None
    kept = ("draws", "seed", "mean", "sd", "p10", "p50", "p90", "probability_of_loss", "cvar5")
    return {
        **{key: getattr(simulation, key) for key in kept},
        "evpi": result.evpi,
        "evppi": {known.label: known.evppi for known in result.information},
    }


def _haircut(result: CaseResult) -> dict[str, Any] | None:
    return (
        None if result.haircut is None else attrs.asdict(result.haircut) | {"irr": list(result.haircut.irr)}
    )


def _sensitivity(result: CaseResult) -> dict[str, Any]:
    """Return what stands beside the simulation; empty when nothing varies."""
    if result.simulation is None:
        return {}
    return {
        "tornado": [attrs.asdict(bar) for bar in result.tornado],
        "lever_break_even": [_present(attrs.asdict(lever)) for lever in result.lever_break_even],
        "measurements": [
            _present(
                {
                    key: list(value) if isinstance(value, tuple) else value
                    for key, value in attrs.asdict(plan).items()
                }
            )
            for plan in result.measurements
        ],
        "notes": [_problem(note) for note in result.simulation.notes],
    }


def case_json(diagnostic: Diagnostic) -> dict[str, Any]:
    """Return the business case under its stable keys (ARCHITECTURE, "Stable surface").

    Raises
    ------
    ValueError
        When the diagnostic has no case.
    """
    result = diagnostic.case
    if result is None:
        raise ValueError("no business case")
    plain = attrs.asdict(result, recurse=False)
    kept = (
        "currency", "timing", "discount_rate", "horizon_years", "cash_flows", "gross_benefits", "costs_by_year", "pv_benefits",
        "pv_costs", "npv", "npv_after_tax", "roi", "profitability_index", "irr", "mirr", "payback_years",
        "discounted_payback_years", "beyond_horizon", "break_even", "sum_of_alone_pv", "interaction_pv",
    )  # fmt: skip
    numbers = {key: list(plain[key]) if isinstance(plain[key], tuple) else plain[key] for key in kept}
    return _present(
        {
            "schema": CASE_SCHEMA,
            "client": diagnostic.engagement.client.name,
            **numbers,
            "benefits": [
                attrs.asdict(benefit) | {"annual": list(benefit.annual)} for benefit in result.benefits
            ],
            "not_evaluated": [
                _present(
                    {
                        "benefit": absent.benefit,
                        "missing": list(absent.missing),
                        "decisive_pv": absent.decisive_pv,
                    }
                )
                for absent in result.not_evaluated
            ],
            "overlaps": [_overlap(overlap) for overlap in result.overlaps],
            "warnings": [_problem(problem) for problem in result.warnings if ".overlap_" not in problem.code],
            "simulation": _simulation(result),
            **_sensitivity(result),
            "haircut": _haircut(result),
        }
    )
