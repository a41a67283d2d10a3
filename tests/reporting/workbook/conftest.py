"""Helpers that the tests of the workbook share: random cases, expected figures, interpreters."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

from cxmaturity.reporting.workbook import build_book, make_plan, palette_of, render_book


def _module(name: str) -> ModuleType:
    full = f"workbook_{name}"
    if full not in sys.modules:
        spec = importlib.util.spec_from_file_location(full, Path(__file__).with_name(f"{name}.py"))
        module = importlib.util.module_from_spec(spec)
        sys.modules[full] = module
        spec.loader.exec_module(module)
    return sys.modules[full]


@pytest.fixture(scope="session")
def cases() -> ModuleType:
    """Return the maker of random cases."""
    return _module("cases")


@pytest.fixture(scope="session")
def expected() -> ModuleType:
    """Return the figures that the engine expects."""
    return _module("expected")


@pytest.fixture(scope="session")
def interpreter() -> ModuleType:
    """Return the interpreters that we did not write."""
    return _module("interpreter")


@pytest.fixture(scope="session")
def build(catalog):
    """Return a function from a diagnostic to its plan, its book and its bytes."""

    def make(diagnostic, *, trials=3, language="en", charts=False, detail=None):
        plan = make_plan(diagnostic, catalog, language=language, trials=trials, charts=charts, detail=detail)
        look = palette_of(plan)
        book = build_book(plan, look)
        return plan, book, render_book(book, plan, look)

    return make


@pytest.fixture(scope="session")
def example(catalog):
    """Return the diagnostic of an example by its folder's name."""
    from cxmaturity.engagement import diagnose
    from cxmaturity.files import read_engagement
    from cxmaturity.resources import resource

    known = {}

    def read(name):
        if name not in known:
            engagement = read_engagement(resource("examples") / name)
            known[name] = diagnose(engagement, catalog, as_of=engagement.as_of, seed=1)
        return known[name]

    return read
