"""Warm start, fresh process: run a job in a process of its own that begins with everything already imported.

How the batch uses it::

    from cxmaturity.warm import Limits, WarmServer

    with WarmServer.start_or_connect(preload=REPORTS) as server:
        outcome = server.run(
            "cxmaturity.reporting.batch.job:render",   # def render(payload: bytes, tell: Tell) -> bytes
            payload,                                   # bytes; only the child reads them
            limits=Limits(wall_seconds=300, memory_bytes=2 << 30, cpu_seconds=200),
            context=JobContext(seed="run-7/client-12"),
            on_progress=print,                         # what the job says with tell(b"...")
        )
        outcome.result                                 # bytes, or None
        outcome.failure                                # Failure(kind=..., problem=...), or None

        run = server.run_notebook(notebook, {"language": "fr"}, limits=..., on_cell=...)
        run.notebook                                   # executed; also after an error in a cell
        run.failure                                    # Failure(kind="cell", cell=4, name="ValueError", ...)
        server.run_notebook(notebook, secrets={"crm_token": "secret:env:CRM_TOKEN"})  # see `secret`

`run` may be called from several threads at once; each call is one fresh process. A job never sees anything of
another: it is forked from a server that has only ever seen synthetic data (`server`, Linux), or it is a spawned
process that serves one job and ends (`one_shot`, elsewhere). What a child may see and use is in `isolation`.

The other doors to the same server are standard entry points: the kernelspec and provisioner ``cxmaturity``
(`provisioner`) for papermill, nbconvert, JupyterLab and Voilà, and the papermill engine ``cxmaturity`` (`engine`).
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cxmaturity.warm.client import WarmServer
    from cxmaturity.warm.notebook import NotebookRun, run_notebook
    from cxmaturity.warm.secret import Secret
    from cxmaturity.warm.values import KERNELS, REPORTS, Failure, JobContext, Limits, Outcome, Preload, Tell

_HOMES = {
    "KERNELS": "values",
    "REPORTS": "values",
    "Failure": "values",
    "JobContext": "values",
    "Limits": "values",
    "NotebookRun": "notebook",
    "Outcome": "values",
    "Preload": "values",
    "Secret": "secret",
    "Tell": "values",
    "WarmServer": "client",
    "run_notebook": "notebook",
}

__all__ = [
    "KERNELS",
    "REPORTS",
    "Failure",
    "JobContext",
    "Limits",
    "NotebookRun",
    "Outcome",
    "Preload",
    "Secret",
    "Tell",
    "WarmServer",
    "run_notebook",
]


def __getattr__(name: str) -> Any:
    """Load a public name when it is first asked for: papermill imports this package at every start."""
    if name not in _HOMES:
        raise AttributeError(f"module 'cxmaturity.warm' has no attribute '{name}'")
    value = getattr(importlib.import_module(f"cxmaturity.warm.{_HOMES[name]}"), name)
    globals()[name] = value
    return value
