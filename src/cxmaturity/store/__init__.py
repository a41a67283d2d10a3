"""Answers that are never lost and never seen by the wrong person: campaigns in SQLite or PostgreSQL.

The pages and the command line talk to `Store`; the tables stay inside this room. Importing this room costs
nothing: the database library is loaded with the first name that needs it.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cxmaturity.store.export import export_campaign
    from cxmaturity.store.problems import AccessError, StoreBusyError, StoreError
    from cxmaturity.store.store import Store
    from cxmaturity.store.values import (
        AnswerEvent,
        AuditEntry,
        Campaign,
        CampaignPlan,
        Invitation,
        Lead,
        Participation,
        Progress,
        Role,
        Saved,
        Visitor,
    )

_HOMES = {
    "AccessError": "problems",
    "AnswerEvent": "values",
    "AuditEntry": "values",
    "Campaign": "values",
    "CampaignPlan": "values",
    "Invitation": "values",
    "Lead": "values",
    "Participation": "values",
    "Progress": "values",
    "Role": "values",
    "Saved": "values",
    "Store": "store",
    "StoreBusyError": "problems",
    "StoreError": "problems",
    "Visitor": "values",
    "export_campaign": "export",
}

__all__ = [
    "AccessError",
    "AnswerEvent",
    "AuditEntry",
    "Campaign",
    "CampaignPlan",
    "Invitation",
    "Lead",
    "Participation",
    "Progress",
    "Role",
    "Saved",
    "Store",
    "StoreBusyError",
    "StoreError",
    "Visitor",
    "export_campaign",
]


def __getattr__(name: str) -> Any:
    """Load a public name from its module."""
    if name not in _HOMES:
        raise AttributeError(f"module 'cxmaturity.store' has no attribute '{name}'")
    value = getattr(importlib.import_module(f"cxmaturity.store.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """List the public names."""
    return __all__
