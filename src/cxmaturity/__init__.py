"""cxmaturity: from a customer-experience self-test to a budget, in French and in English.

The names below are the whole public surface for a Python user; each is loaded when it is first asked for, so that
importing the package costs nothing.

>>> import cxmaturity as cx
>>> cx.estimate(0.15, unit="per year", source="CRM export", evidence="E2").value
0.15
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cxmaturity.app.widgets.builder import BusinessCaseBuilder
    from cxmaturity.app.widgets.journey_map import JourneyMap
    from cxmaturity.app.widgets.self_test import SelfTest
    from cxmaturity.assessment import compare_waves, score_assessment
    from cxmaturity.assessment.values import Answer, Evidence, Response, Settings, Target, Wave
    from cxmaturity.business_case import evaluate_case
    from cxmaturity.business_case.values import (
        Baseline,
        BusinessCase,
        Consumers,
        Contracts,
        Cost,
        Finance,
        Lever,
        Option,
        Service,
    )
    from cxmaturity.core.estimate import estimate
    from cxmaturity.core.problems import CxMaturityError
    from cxmaturity.engagement import diagnose
    from cxmaturity.files import load_catalog, read_engagement
    from cxmaturity.files.journey import read_atlas
    from cxmaturity.reporting.runs import make_report

    __version__: str

_HOMES = {
    "Answer": "assessment.values",
    "Baseline": "business_case.values",
    "BusinessCase": "business_case.values",
    "BusinessCaseBuilder": "app.widgets.builder",
    "Consumers": "business_case.values",
    "Contracts": "business_case.values",
    "Cost": "business_case.values",
    "CxMaturityError": "core.problems",
    "Evidence": "assessment.values",
    "Finance": "business_case.values",
    "JourneyMap": "app.widgets.journey_map",
    "Lever": "business_case.values",
    "Option": "business_case.values",
    "Response": "assessment.values",
    "SelfTest": "app.widgets.self_test",
    "Service": "business_case.values",
    "Settings": "assessment.values",
    "Target": "assessment.values",
    "Wave": "assessment.values",
    "compare_waves": "assessment",
    "diagnose": "engagement",
    "estimate": "core.estimate",
    "evaluate_case": "business_case",
    "load_catalog": "files",
    "make_report": "reporting.runs",
    "read_atlas": "files.journey",
    "read_engagement": "files",
    "score_assessment": "assessment",
}

__all__ = [
    "Answer",
    "Baseline",
    "BusinessCase",
    "BusinessCaseBuilder",
    "Consumers",
    "Contracts",
    "Cost",
    "CxMaturityError",
    "Evidence",
    "Finance",
    "JourneyMap",
    "Lever",
    "Option",
    "Response",
    "SelfTest",
    "Service",
    "Settings",
    "Target",
    "Wave",
    "__version__",
    "compare_waves",
    "diagnose",
    "estimate",
    "evaluate_case",
    "load_catalog",
    "make_report",
    "read_atlas",
    "read_engagement",
    "score_assessment",
]


def __getattr__(name: str) -> Any:
    """Load a public name from its room."""
    if name == "__version__":
        from importlib.metadata import version  # only when asked

        return version("cxmaturity")
    if name not in _HOMES:
        raise AttributeError(f"module 'cxmaturity' has no attribute '{name}'")
    value = getattr(importlib.import_module(f"cxmaturity.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """List the public names."""
    return __all__
