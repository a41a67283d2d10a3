"""What every test may use: the catalogue, and the rule that CI skips nothing."""

from __future__ import annotations

import os

import pytest
from hypothesis import settings

from cxmaturity.catalog import Catalog

# A shared machine makes any time limit lie, and CI must give the same answer twice; a desk still explores.
settings.register_profile("desk", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "desk")


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    """Return the shipped catalogue, read once."""
    from cxmaturity.files.catalog_yaml import load_catalog

    return load_catalog()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """In CI, name every skip: something that should have run did not."""
    skipped = terminalreporter.stats.get("skipped", [])
    if skipped and os.environ.get("CXMATURITY_FAIL_ON_SKIP"):
        terminalreporter.section("skipped, but CI must run everything", red=True)
        for report in skipped:
            terminalreporter.line(f"{report.nodeid}: {report.longrepr}")


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Fail the run in CI when anything was skipped."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    skipped = reporter.stats.get("skipped", []) if reporter else []
    if skipped and exitstatus == 0 and os.environ.get("CXMATURITY_FAIL_ON_SKIP"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
