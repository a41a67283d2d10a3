"""One client: what was typed is checked, scored, costed and bridged into one `Diagnostic`.

The room composes the self-test and the business case; it is the only one that knows both. Its functions load
when they are first asked for, so that `check` starts without numpy.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from cxmaturity.engagement.bridge import rank_opportunities
    from cxmaturity.engagement.checks import check_engagement
    from cxmaturity.engagement.diagnosis import diagnose
    from cxmaturity.engagement.values import (
        Action,
        Bridge,
        Client,
        Diagnostic,
        Engagement,
        Opportunity,
        Theme,
    )

__all__ = [
    "Action",
    "Bridge",
    "Client",
    "Diagnostic",
    "Engagement",
    "Opportunity",
    "Theme",
    "check_engagement",
    "diagnose",
    "rank_opportunities",
]

_MODULES: Final = {"check_engagement": "checks", "diagnose": "diagnosis", "rank_opportunities": "bridge"}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_MODULES.get(name, 'values')}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
