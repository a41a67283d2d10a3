"""Maison Lavande's atlas, and our CJML schema."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from cxmaturity.files.journey import read_atlas
from cxmaturity.journey.values import Atlas

EXAMPLES = Path(__file__).resolve().parents[3] / "examples"


@pytest.fixture(scope="session")
def lavande() -> Atlas:
    """Return the atlas of the bundled example, which has branches, personas, measures and a planned journey or not."""
    return read_atlas(EXAMPLES / "maison-lavande")


@pytest.fixture(scope="session")
def schema() -> Any:
    """Return our schema of CJML 2.0, as libxml2 understands it."""
    file = files("cxmaturity").joinpath("content", "schemas", "cjml-2.0.xsd")
    return etree.XMLSchema(etree.fromstring(file.read_bytes()))
