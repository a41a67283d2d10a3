"""Journey documents: one declaration, read from YAML or from the workbook, written to both; all lazy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cxmaturity.files.journey.book_out import atlas_to_workbook
    from cxmaturity.files.journey.reading import check_atlas_file, find_document, read_atlas
    from cxmaturity.files.journey.starter import starter_atlas
    from cxmaturity.files.journey.yaml_out import atlas_to_yaml

__all__ = [
    "atlas_to_workbook",
    "atlas_to_yaml",
    "check_atlas_file",
    "find_document",
    "read_atlas",
    "starter_atlas",
]

_MODULES = {
    "atlas_to_workbook": "book_out",
    "atlas_to_yaml": "yaml_out",
    "check_atlas_file": "reading",
    "find_document": "reading",
    "read_atlas": "reading",
    "starter_atlas": "starter",
}


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        said = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(said)
    from importlib import import_module  # lazy: start-up time

    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
