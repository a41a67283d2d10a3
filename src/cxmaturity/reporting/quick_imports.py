"""The guard of `core.quick_imports`, where report runs have always found it."""

from __future__ import annotations

from cxmaturity.core.quick_imports import without_address_grammar

__all__ = ["without_address_grammar"]
