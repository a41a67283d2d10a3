"""What every test may use: the catalogue, Chromium and axe-core, processes to wait for, and the rule that CI skips nothing."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from cxmaturity.catalog import Catalog

CHROMIUM = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))),
    None,
)
WAIT_MS = 60_000  # what a page may take on the slowest machine; nothing waits longer than its event
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

# A shared machine makes any time limit lie, and CI must give the same answer twice; a desk still explores.
settings.register_profile("desk", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", settings.get_profile("desk"), derandomize=True)
settings.load_profile("ci" if {"CI", "CXMATURITY_FAIL_ON_SKIP"} & os.environ.keys() else "desk")


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    """Return the shipped catalogue, read once."""
    from cxmaturity.files.catalog_yaml import load_catalog

    return load_catalog()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark each test that asks for the browser, and skip it where there is none."""
    for item in items:
        if "chromium" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.slow)
            if CHROMIUM is None:
                item.add_marker(pytest.mark.skip(reason="Chromium is not installed"))


@pytest.fixture(scope="module")  # playwright holds this thread's event loop as long as it runs
def chromium() -> Iterator[Any]:
    """Return the browser, started once; whatever is waited for in its pages may take a minute."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"], timeout=WAIT_MS
        )
        bare = browser.new_context

        def new_context(**options: Any) -> Any:
            context = bare(**options)
            context.set_default_timeout(WAIT_MS)
            return context

        browser.new_context = new_context  # type: ignore[method-assign]
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def free_port() -> Callable[[], int]:
    """Return a function that finds a port nobody listens on, below those that a system hands out by itself."""

    def find() -> int:
        while True:
            port = 20_000 + secrets.randbelow(12_000)
            with contextlib.suppress(OSError), socket.socket() as one:
                one.bind(("127.0.0.1", port))
                return port

    return find


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, Path, list[Path]], None]:
    """Return a function by which LibreOffice converts files into a folder; the profile is made once, which takes seconds."""
    program = shutil.which("soffice")
    if program is None:
        pytest.skip("LibreOffice (soffice) is not installed")
    home = tmp_path_factory.mktemp("office")
    command = [program, f"-env:UserInstallation={(home / 'profile').as_uri()}", "--headless"]

    def convert(to: str, folder: Path, files: list[Path]) -> None:
        subprocess.run(
            [*command, "--convert-to", to, "--outdir", folder, *files],
            check=True,
            capture_output=True,
            timeout=300,
            env={**os.environ, "HOME": str(home)},
        )

    return convert


@pytest.fixture(scope="session")
def axe() -> Callable[[Any], list[tuple[str, list[tuple[Any, str]]]]]:
    """Return a function that lists what axe-core finds wrong with a page in a browser."""
    import axe_playwright_python

    source = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")

    def run(page: Any) -> list[tuple[str, list[tuple[Any, str]]]]:
        if not page.evaluate("'axe' in window"):
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


@pytest.fixture(scope="session")
def calls() -> Callable[[Callable[[], object]], int]:
    """Return a function that counts the calls some work takes: how work grows, whatever the machine."""

    def count(work: Callable[[], object]) -> int:
        made = 0

        def one(_: object, event: str, __: object) -> None:
            nonlocal made
            made += event in {"call", "c_call"}

        before = sys.getprofile()
        sys.setprofile(one)
        try:
            work()
        finally:
            sys.setprofile(before)
        return made

    return count


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
