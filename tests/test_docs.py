"""The documentation is true: links lead somewhere, commands exist, generated pages are fresh, examples run."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


@pytest.mark.parametrize("page", PAGES, ids=[str(page.relative_to(ROOT)) for page in PAGES])
def test_links_lead_to_files(page):
    """Every relative link and picture of a page exists."""
    targets = re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text(encoding="utf-8"))

    assert [] == [target for target in targets if "://" not in target and not (page.parent / target).exists()]


@pytest.mark.parametrize("page", PAGES, ids=[str(page.relative_to(ROOT)) for page in PAGES])
def test_commands_in_pages_exist(page):
    """Every `cxmaturity` and `run.py` command that a page shows exists."""
    from cxmaturity.cli._app import COMMANDS

    sys.path.insert(0, str(ROOT))
    try:
        from run import TASKS
    finally:
        sys.path.remove(str(ROOT))
    text = page.read_text(encoding="utf-8")
    blocks = "\n".join(re.findall(r"```console\n(.*?)```", text, flags=re.DOTALL))
    commands = re.findall(r"^\$ cxmaturity (?:--lang \w\w )?(\w+)", blocks, flags=re.MULTILINE)
    tasks = re.findall(r"run\.py (\w+)", blocks)

    assert set() == set(commands) - set(COMMANDS)
    assert set() == set(tasks) - set(TASKS)


@pytest.mark.slow
def test_generated_pages_are_fresh():
    """docs/reference, environment.yml and the README table are what their sources give."""
    done = subprocess.run(
        [sys.executable, "tools/generate_docs.py", "--check"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (0, "") == (done.returncode, done.stdout)


def test_the_readme_example_runs():
    """The Python example of the README runs as printed and scores a single view."""
    source = re.search(
        r"```python\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), flags=re.DOTALL
    )
    assert source
    scope: dict[str, object] = {}
    exec(compile(source[1], "README.md", "exec"), scope)  # noqa: S102  # our own README

    assert "single_view" == scope["result"].dimension("access").verdict


def test_every_tutorial_has_both_languages():
    """Tutorials and explanations point to their twin in the other language."""
    pages = [*(ROOT / "docs" / "tutorials").glob("*.md"), *(ROOT / "docs" / "explanation").glob("*.fr.md")]

    assert [] == [
        page.name
        for page in pages
        if not re.search(r"\*(English version|Version française)", page.read_text("utf-8"))
    ]
