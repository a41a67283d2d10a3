"""The worked example, for every test of the room."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def worked():
    """Return the module that builds the worked example."""
    spec = importlib.util.spec_from_file_location("worked_example", Path(__file__).with_name("worked.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def result(worked, catalog):
    """Return the worked example, evaluated before tax."""
    from cxmaturity.business_case import evaluate_case

    return evaluate_case(worked.case(), catalog)
