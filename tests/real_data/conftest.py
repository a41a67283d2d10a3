"""Where the published data are; without them these tests skip and say so."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def data() -> Path:
    """Return the folder of published data named by CXMATURITY_REAL_DATA."""
    folder = os.environ.get("CXMATURITY_REAL_DATA")
    if not folder:
        pytest.skip("CXMATURITY_REAL_DATA is unset: the published data are not on this machine")
    return Path(folder)
