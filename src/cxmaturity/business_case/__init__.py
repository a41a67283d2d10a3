"""What a customer-experience programme earns: one customer ledger, run with and without the programme.

`evaluate_case` says everything a report needs. The parts are usable alone: finance, retention, share of
wallet, customer service, Shapley split, simulation, sensitivity, value of information, overlaps. Names load
when they are first asked for, so that `check` starts without numpy.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from cxmaturity.business_case.break_even import break_even_share
    from cxmaturity.business_case.correlation import copula_scores, iman_conover, nearest_correlation
    from cxmaturity.business_case.evaluate import evaluate_case
    from cxmaturity.business_case.finance import (
        after_tax,
        discount_factors,
        mirr,
        npv,
        payback_years,
        profitability_index,
        roi,
        to_nominal,
        to_real,
    )
    from cxmaturity.business_case.haircut import risk_adjust, tei_retention_benefit, tei_risk_factor
    from cxmaturity.business_case.hdr import uniforms
    from cxmaturity.business_case.information import (
        evpi,
        normal_evsi,
        partial_information,
        sample_information,
        share_evsi,
    )
    from cxmaturity.business_case.inputs import missing_inputs, required_inputs
    from cxmaturity.business_case.ledger import Ledger, run_ledger
    from cxmaturity.business_case.measurement import plan_measurements
    from cxmaturity.business_case.overlap import find_overlaps
    from cxmaturity.business_case.parameters import Parameters, read_parameters
    from cxmaturity.business_case.ranges import range_problems
    from cxmaturity.business_case.retention import (
        SBG,
        clv_first_margin_after_renewal,
        clv_first_margin_now,
        fit_sbg,
        margin_multiple,
    )
    from cxmaturity.business_case.roots import irr
    from cxmaturity.business_case.sensitivity import input_break_even, lever_break_even, tornado, two_way_grid
    from cxmaturity.business_case.service import (
        fcr_saving_by_contacts,
        fcr_saving_by_issues,
        fcr_saving_geometric,
    )
    from cxmaturity.business_case.shapley import shapley_shares
    from cxmaturity.business_case.simulation import draw_inputs, simulate_case, simulate_npv
    from cxmaturity.business_case.sobol import case_sobol, rank_indices, sobol_indices
    from cxmaturity.business_case.uncertain import uncertain_inputs
    from cxmaturity.business_case.values import (
        Baseline,
        BenefitResult,
        BusinessCase,
        CaseResult,
        Consumers,
        Contracts,
        Cost,
        Finance,
        Group,
        HaircutResult,
        InformationValue,
        LedgerLine,
        Lever,
        LeverBreakEven,
        Measurement,
        NotEvaluated,
        Option,
        Overlap,
        Service,
        SimulationResult,
        TornadoBar,
        Uncertainty,
    )
    from cxmaturity.business_case.wallet import (
        RankMove,
        delta_share_of_wallet,
        ranks_from_ratings,
        wallet_share,
    )

_NAMES: Final[dict[str, tuple[str, ...]]] = {
    "break_even": ("break_even_share",),
    "evaluate": ("evaluate_case",),
    "correlation": ("copula_scores", "iman_conover", "nearest_correlation"),
    "hdr": ("uniforms",),
    "information": ("evpi", "normal_evsi", "partial_information", "sample_information", "share_evsi"),
    "measurement": ("plan_measurements",),
    "overlap": ("find_overlaps",),
    "sensitivity": ("input_break_even", "lever_break_even", "tornado", "two_way_grid"),
    "simulation": ("draw_inputs", "simulate_case", "simulate_npv"),
    "sobol": ("case_sobol", "rank_indices", "sobol_indices"),
    "uncertain": ("uncertain_inputs",),
    "finance": (
        "after_tax",
        "discount_factors",
        "mirr",
        "npv",
        "payback_years",
        "profitability_index",
        "roi",
        "to_nominal",
        "to_real",
    ),
    "haircut": ("risk_adjust", "tei_retention_benefit", "tei_risk_factor"),
    "inputs": ("missing_inputs", "required_inputs"),
    "ledger": ("Ledger", "run_ledger"),
    "parameters": ("Parameters", "read_parameters"),
    "ranges": ("range_problems",),
    "retention": (
        "SBG",
        "clv_first_margin_after_renewal",
        "clv_first_margin_now",
        "fit_sbg",
        "margin_multiple",
    ),
    "roots": ("irr",),
    "service": ("fcr_saving_by_contacts", "fcr_saving_by_issues", "fcr_saving_geometric"),
    "shapley": ("shapley_shares",),
    "values": (
        "Group",
        "HaircutResult",
        "InformationValue",
        "LeverBreakEven",
        "Measurement",
        "Overlap",
        "SimulationResult",
        "TornadoBar",
        "Uncertainty",
        "Baseline",
        "BenefitResult",
        "BusinessCase",
        "CaseResult",
        "Consumers",
        "Contracts",
        "Cost",
        "Finance",
        "LedgerLine",
        "Lever",
        "NotEvaluated",
        "Option",
        "Service",
    ),
    "wallet": ("RankMove", "delta_share_of_wallet", "ranks_from_ratings", "wallet_share"),
}
_MODULES: Final = {name: module for module, names in _NAMES.items() for name in names}

__all__ = [
    "SBG",
    "Baseline",
    "BenefitResult",
    "BusinessCase",
    "CaseResult",
    "Consumers",
    "Contracts",
    "Cost",
    "Finance",
    "Group",
    "HaircutResult",
    "InformationValue",
    "Ledger",
    "LedgerLine",
    "Lever",
    "LeverBreakEven",
    "Measurement",
    "NotEvaluated",
    "Option",
    "Overlap",
    "Parameters",
    "RankMove",
    "Service",
    "SimulationResult",
    "TornadoBar",
    "Uncertainty",
    "after_tax",
    "break_even_share",
    "case_sobol",
    "clv_first_margin_after_renewal",
    "clv_first_margin_now",
    "copula_scores",
    "delta_share_of_wallet",
    "discount_factors",
    "draw_inputs",
    "evaluate_case",
    "evpi",
    "fcr_saving_by_contacts",
    "fcr_saving_by_issues",
    "fcr_saving_geometric",
    "find_overlaps",
    "fit_sbg",
    "iman_conover",
    "input_break_even",
    "irr",
    "lever_break_even",
    "margin_multiple",
    "mirr",
    "missing_inputs",
    "nearest_correlation",
    "normal_evsi",
    "npv",
    "partial_information",
    "payback_years",
    "plan_measurements",
    "profitability_index",
    "range_problems",
    "rank_indices",
    "ranks_from_ratings",
    "read_parameters",
    "required_inputs",
    "risk_adjust",
    "roi",
    "run_ledger",
    "sample_information",
    "shapley_shares",
    "share_evsi",
    "simulate_case",
    "simulate_npv",
    "sobol_indices",
    "tei_retention_benefit",
    "tei_risk_factor",
    "to_nominal",
    "to_real",
    "tornado",
    "two_way_grid",
    "uncertain_inputs",
    "uniforms",
    "wallet_share",
]


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_MODULES[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
