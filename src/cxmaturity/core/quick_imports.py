"""Seconds saved at start-up, where nobody else can notice: what libraries import in case it should be needed.

`jsonschema` imports ``rfc3987_syntax`` when it is there (any environment with JupyterLab has it), and that
module builds an Earley grammar while it is imported. With an empty entry in its place, jsonschema leaves out
its two IRI checkers, which the notebook schema does not use.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Any, Final, cast

_GRAMMAR: Final = "rfc3987_syntax"
_SEABORN_MAY_LACK: Final = ("scipy.stats", "scipy.cluster", "scipy.spatial", "ipywidgets")
"""What seaborn's own guards let it do without: density estimates then use its own, trees of clusters are refused."""


@contextmanager
def without_address_grammar() -> Iterator[bool]:
    """Hold the grammar back while the modules of a report run are imported; yield whether it did.

    Nothing is done inside somebody's kernel, nor once jsonschema or the grammar has been imported: then
    others may count on it. Afterwards the grammar can be imported as ever.
    """
    modules = cast("dict[str, Any]", sys.modules)
    held = not {_GRAMMAR, "jsonschema", "ipykernel"} & set(modules)
    if held:
        modules[_GRAMMAR] = None
    try:
        yield held
    finally:
        if held:
            modules.pop(_GRAMMAR, None)


@contextmanager
def bare_seaborn() -> Iterator[bool]:
    """Hold back what seaborn imports in case it should be needed, half a second of it; yield whether it did.

    Only for a process of ours that makes one report and ends: afterwards everything can be imported as ever, but seaborn goes on
    without. Nothing is done once seaborn has been imported.
    """
    modules = cast("dict[str, Any]", sys.modules)
    held = [] if "seaborn" in modules else [n for n in _SEABORN_MAY_LACK if n not in modules]
    for name in held:
        modules[name] = None
    try:
        yield bool(held)
    finally:
        for name in held:
            modules.pop(name, None)


def import_late(*names: str) -> None:
    """Let modules that others import in case they should be needed load themselves at their first use.

    Those already imported, or not installed, are left alone. (`importlib.util.LazyLoader` loads at the second ``import``.)
    """
    for name in names:
        if name in sys.modules or find_spec(name) is None:
            continue
        sys.modules[name] = late = _Late(name)
        package, _, own = name.rpartition(".")
        if package:
            setattr(sys.modules[package], own, late)


class _Late(ModuleType):
    """Stands for a module until something of it is asked for."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name != "__path__":
            raise AttributeError(name)
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
        real = import_module(self.__name__)
        vars(self).update(vars(real))
        return getattr(real, name)


@contextmanager
def late_soup() -> Iterator[bool]:
    """Let nbconvert be imported without `bs4`, which it needs for pages of its own only; yield whether it did.

    What nbconvert then holds imports the parser when it is called. Nothing is done once either has been imported.
    """
    modules = cast("dict[str, Any]", sys.modules)
    held = not {"bs4", "nbconvert"} & set(modules)
    if held:
        modules["bs4"] = late = ModuleType("bs4")
        late.BeautifulSoup = _soup  # type: ignore[attr-defined]  # a module made here has no attribute yet
    try:
        yield held
    finally:
        if held:
            modules.pop("bs4", None)


def _soup(*arguments: Any, **options: Any) -> Any:
    return import_module("bs4").BeautifulSoup(*arguments, **options)
