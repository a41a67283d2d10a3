"""The self-test scored: seven questions, one or many people, and how sure the result is.

Levels, evidence, agreement, gaps between functions, index, stage, targets and change over time. Functions
load when they are first asked for, so that `check`, which only needs the values, starts without numpy.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from cxmaturity.assessment.scoring import score_assessment
    from cxmaturity.assessment.values import (
        AgreementResult,
        AlignmentCheck,
        Answer,
        AssessmentResult,
        Change,
        Coverage,
        DimensionResult,
        Evidence,
        FunctionResult,
        FunctionsResult,
        GapTest,
        IndexResult,
        MirrorGap,
        MirrorResult,
        PriorityResult,
        Response,
        Settings,
        StageResult,
        Target,
        Wave,
    )
    from cxmaturity.assessment.waves import compare_waves, minimum_detectable_change

__all__ = [
    "AgreementResult",
    "AlignmentCheck",
    "Answer",
    "AssessmentResult",
    "Change",
    "Coverage",
    "DimensionResult",
    "Evidence",
    "FunctionResult",
    "FunctionsResult",
    "GapTest",
    "IndexResult",
    "MirrorGap",
    "MirrorResult",
    "PriorityResult",
    "Response",
    "Settings",
    "StageResult",
    "Target",
    "Wave",
    "compare_waves",
    "minimum_detectable_change",
    "score_assessment",
]

_MODULES: Final = {
    "score_assessment": "scoring",
    "compare_waves": "waves",
    "minimum_detectable_change": "waves",
}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_MODULES.get(name, 'values')}"), name)


def __dir__() -> list[str]:
    return __all__
