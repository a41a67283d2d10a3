"""The hand-made campaign as a fixture, and the reader of PDFs of the reporting tests."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

HERE = Path(__file__).resolve().parent


def _module(name: str, path: Path) -> ModuleType:
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, path)
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        spec.loader.exec_module(module)
    return sys.modules[name]


@pytest.fixture(scope="session")
def hand() -> ModuleType:
    """Return the helpers beside this file."""
    return _module("cxm_result_hand", HERE / "hand.py")


@pytest.fixture(scope="session")
def read_pdf() -> Callable[[bytes], Any]:
    """Return a reader of PDFs that shares no code with what writes them."""
    return _module("cxm_reporting_reader", HERE.parents[1] / "reporting" / "conftest.py")._read


@pytest.fixture(params=["en", "fr"])
def language(request) -> str:
    """Return each language in turn."""
    return request.param
