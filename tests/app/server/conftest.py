"""Servers and stores for the tests of the server."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest


def _live() -> ModuleType:
    """Load the helpers beside this file, under one name for all who use them."""
    if "cxm_live" not in sys.modules:
        spec = importlib.util.spec_from_file_location("cxm_live", Path(__file__).with_name("live.py"))
        module = importlib.util.module_from_spec(spec)
        sys.modules["cxm_live"] = module
        spec.loader.exec_module(module)
    return sys.modules["cxm_live"]


@pytest.fixture(scope="session")
def live() -> ModuleType:
    """Return the helpers."""
    return _live()


@pytest.fixture(scope="module")
def server(live: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Iterator[object]:
    """Return a server of this computer, as `cxmaturity app` starts it."""
    running = live.start(tmp_path_factory.mktemp("server"))
    yield running
    running.stop()
