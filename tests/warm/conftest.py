"""One private server for the whole room: starting it is what costs."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path

import pytest

from cxmaturity.warm import KERNELS, JobContext, Limits, Preload, WarmServer
from cxmaturity.warm.starting import can_fork

JOBS = Path(__file__).parent / "jobs"
QUICK = Limits(wall_seconds=60)
SMALL = Preload(modules=("numpy",))


@pytest.fixture(scope="session", autouse=True)
def surroundings():
    """Give the room a runtime folder of its own, and let children find the jobs."""
    patch = pytest.MonkeyPatch()
    short = tempfile.TemporaryDirectory(prefix="cxm-")  # pytest's own are too long for a socket
    patch.setenv("CXMATURITY_RUNTIME_DIR", short.name)
    patch.setenv(
        "PYTHONPATH", os.pathsep.join([str(JOBS), *os.environ.get("PYTHONPATH", "").split(os.pathsep)])
    )
    patch.delenv("CXMATURITY_WARM", raising=False)
    yield
    patch.undo()
    short.cleanup()


@pytest.fixture(scope="session")
def forked(surroundings):
    """Return a fork server that ends with the tests."""
    if not can_fork():
        pytest.skip("no fork server on this platform")
    with WarmServer.start_or_connect(KERNELS, how="fork", shared=False) as server:
        yield server


@pytest.fixture(scope="session")
def spawned(surroundings):
    """Return a pool of spawned processes that have imported little."""
    with WarmServer.start_or_connect(SMALL, how="spawn") as server:
        yield server


@pytest.fixture(params=["fork", "spawn"])
def server(request):
    """Return each kind of server in turn."""
    return request.getfixturevalue("forked" if request.param == "fork" else "spawned")


@pytest.fixture(scope="session")
def looked():
    """Return a function that runs a source as a job and returns its `said`."""

    def look(server, source, **context):
        outcome = server.run("warm_jobs:look", source.encode(), limits=QUICK, context=JobContext(**context))
        assert outcome.failure is None, outcome.failure
        return json.loads(outcome.result)

    return look


@pytest.fixture(scope="session")
def texts():
    """Return a function that lists the plain text of every output of a run; of an error, its name."""

    def read(run):
        return [
            output.get("text") or output.get("data", {}).get("text/plain") or output.get("ename")
            for cell in run.notebook["cells"]
            for output in cell.get("outputs", [])
        ]

    return read
