"""Small engagements in any number, and jobs that cost nothing."""

from __future__ import annotations

import importlib.util
import json
import os
import sys
import tempfile
from pathlib import Path

import pytest

JOBS = Path(__file__).parent / "jobs"
ANSWERS = """privacy: {mode: named}
assessment:
  mode: diagnostic
  waves:
    - id: autumn
      date: 2026-10-08
      questionnaire: "1"
      answers:
        - {respondent: chief, function: executive, advocacy: 4, distinct: 3, response: 4, trust: 4, alignment: 3, community: 1}
        - {respondent: sales, function: sales, advocacy: 3, distinct: 2, response: 3, trust: 4, alignment: 2, community: 2}
"""


@pytest.fixture(scope="session", autouse=True)
def surroundings():
    """Give these tests a runtime folder of their own, and let children find the jobs."""
    patch = pytest.MonkeyPatch()
    short = tempfile.TemporaryDirectory(prefix="cxm-")  # pytest's own are too long for a socket
    patch.setenv("CXMATURITY_RUNTIME_DIR", short.name)
    path = [str(JOBS), *os.environ.get("PYTHONPATH", "").split(os.pathsep)]
    patch.setenv("PYTHONPATH", os.pathsep.join(part for part in path if part))
    patch.delenv("CXMATURITY_WARM", raising=False)
    yield
    patch.undo()
    short.cleanup()


@pytest.fixture(scope="session")
def jobs():
    """Return the module of the cheap jobs."""
    spec = importlib.util.spec_from_file_location("batch_jobs", JOBS / "batch_jobs.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def write_client():
    """Return a function that writes the smallest engagement there is."""

    def write(folder, name, *, language="en", day="2026-11-01"):
        folder.mkdir(parents=True, exist_ok=True)
        said = json.dumps(name, ensure_ascii=False)
        text = f"schema: cxmaturity.engagement/1\nclient:\n  name: {said}\n"
        text += f"language: {language}\ncurrency: EUR\nas_of: {day}\n{ANSWERS}"
        (folder / "engagement.yaml").write_text(text, encoding="utf-8")
        return folder

    return write


@pytest.fixture
def batch(jobs):
    """Return a function that runs a batch of cheap jobs in this process."""
    from cxmaturity.reporting.batch.clients import from_folders
    from cxmaturity.reporting.batch.plan import Options
    from cxmaturity.reporting.batch.run import run_batch

    def run(
        folders,
        out,
        *,
        languages=None,
        door=jobs.HereDoor,
        jobs=2,
        strict=False,
        watch=None,
        part=None,
        **options,
    ):
        return run_batch(
            from_folders(folders, languages),
            out=out,
            options=Options(**({"seed": 1} | options)),
            open_door=door,
            jobs=jobs,
            strict=strict,
            watch=watch,
            part=part,
        )

    return run


@pytest.fixture
def row():
    """Return a function that makes a row of a manifest."""
    from cxmaturity.reporting.batch.manifest import Row

    def make(source="../clients/acme", **changes):
        usual = {
            "key": "k", "parts": {"seed": "1"}, "client": "acme", "name": "Acme", "source": source, "asked": "",
            "language": "en", "state": "done", "attempts": 1, "seconds": 1.25, "finished": "2026-11-01T08:00:00.000+00:00",
            "inputs": {"engagement.yaml": "0" * 64}, "artefacts": {"acme/en/report.html": "1" * 64}, "peak_mb": 50.5,
            "figures": {"stage": 2, "npv": -1200.5, "currency": "EUR"},
        }  # fmt: skip
        return Row(**(usual | changes))

    return make
