"""Files to values and back: engagement folders, answers, the catalogue, starter folders; all lazy.

`read_engagement` and `check_path` report every problem of a folder in one run, each with its file and line.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cxmaturity.files.catalog_yaml import load_catalog
    from cxmaturity.files.engagement_yaml import check_path, read_engagement
    from cxmaturity.files.starter import write_starter

__all__ = ["check_path", "load_catalog", "read_engagement", "write_starter"]

_MODULES = {
    "check_path": "engagement_yaml",
    "load_catalog": "catalog_yaml",
    "read_engagement": "engagement_yaml",
    "write_starter": "starter",
}


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        said = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(said)
    from importlib import import_module  # lazy: start-up time

    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
