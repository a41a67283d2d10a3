"""What every test may use: the catalogue, axe-core for pages in a browser, and the rule that CI skips nothing."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from cxmaturity.catalog import Catalog

AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

# A shared machine makes any time limit lie, and CI must give the same answer twice; a desk still explores.
settings.register_profile("desk", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "desk")


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    """Return the shipped catalogue, read once."""
    from cxmaturity.files.catalog_yaml import load_catalog

    return load_catalog()


@pytest.fixture(scope="session")
def axe() -> Callable[[Any], list[tuple[str, list[tuple[Any, str]]]]]:
    """Return a function that lists what axe-core finds wrong with a page in a browser."""
    import axe_playwright_python

    source = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")

    def run(page: Any) -> list[tuple[str, list[tuple[Any, str]]]]:
        page.evaluate(source)
        found = page.evaluate(
            "tags => axe.run(document, {runOnly: {type: 'tag', values: tags}, resultTypes: ['violations']})",
            AXE_TAGS,
        )
        return [
            (rule["id"], [(node["target"], node["failureSummary"]) for node in rule["nodes"]])
            for rule in found["violations"]
        ]

    return run


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
