"""Run a notebook warm: what is asked of the child that runs it, and what comes back."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, Final, Literal, Protocol

import attrs

from cxmaturity.core.problems import Problem
from cxmaturity.warm import failures
from cxmaturity.warm.secret import Secret, Secrets, is_reference
from cxmaturity.warm.values import Failure, JobContext, Limits, Outcome

FULL_KERNEL: Final = "full-kernel"
"""A tag of a cell, or ``metadata.cxmaturity.kernel = "full"`` of a notebook: it needs a kernel behind sockets."""
_JOB: Final = "cxmaturity.warm.notebook_child:execute"

OnCell = Callable[[Mapping[str, Any]], None]
"""Told ``{"cell": 3, "event": "start"}``, and at the end also ``seconds`` and ``failed``."""


class _Runs(Protocol):
    def run(
        self,
        target: str,
        payload: bytes,
        *,
        limits: Limits,
        context: JobContext,
        on_progress: Callable[[bytes], None] | None = None,
        on_cell: Callable[[bytes], None] | None = None,
    ) -> Outcome: ...


@attrs.frozen(kw_only=True)
class NotebookRun:
    """An executed notebook, or how far it came.

    `notebook` is the notebook as JSON has it (nbformat 4); None when the process ended without an answer.
    `failure` has kind ``cell`` (or ``memory``) for an error in a cell, with the index of the cell counted from 0 in
    the notebook with its injected parameters. `how` says whether a kernel behind sockets was used. `warnings` names
    the secrets that the notebook tried to show; their values are in none of its words.
    """

    notebook: Mapping[str, Any] | None
    failure: Failure | None
    how: Literal["plain", "kernel"]
    seconds: float
    cpu_seconds: float
    peak_bytes: int
    pid: int | None
    warnings: tuple[Problem, ...] = ()


def needs_kernel(notebook: Mapping[str, Any]) -> bool:
    """Say whether a notebook asks for a kernel behind sockets, by its metadata or the tag of a cell."""
    if notebook.get("metadata", {}).get("cxmaturity", {}).get("kernel") == "full":
        return True
    return any(FULL_KERNEL in cell.get("metadata", {}).get("tags", ()) for cell in notebook.get("cells", ()))


def run_notebook(
    server: _Runs,
    notebook: Mapping[str, Any] | bytes,
    parameters: Mapping[str, Any] | None = None,
    *,
    limits: Limits,
    context: JobContext,
    on_cell: OnCell | None = None,
    options: Mapping[str, Any] | None = None,
    secrets: Mapping[str, str | Secret] | None = None,
) -> NotebookRun:
    """Execute a notebook in a fresh process.

    Parameters
    ----------
    server : WarmServer
        Where.
    notebook : mapping or bytes
        As JSON has it, or its JSON.
    parameters : mapping, optional
        Injected as papermill does; None injects nothing. One that is a reference, ``secret:env:NAME`` or
        ``secret:file:PATH``, is injected as it stands, and the notebook's variable is a `Secret`.
    limits : Limits
        For the whole notebook.
    context : JobContext
        What surrounds it.
    on_cell : callable, optional
        Told when each cell begins and ends.
    options : mapping, optional
        nbclient's ``allow_errors``, ``allow_error_names``, ``coalesce_streams``, ``force_raise_errors``,
        ``record_timing``, ``skip_cells_with_tag``, ``store_widget_state``; ``search_cwd`` (imports see the working
        folder, as in JupyterLab); ``outputs`` (`on_cell` is told each cell's outputs); ``cell_seconds`` (the most that one
        cell may take; POSIX); ``injected`` (the notebook's own injected cell names the secrets: nothing is injected).
    secrets : mapping of str to str, optional
        Values, or references to them: variables of the notebook that are a `Secret` each. The injected cell says
        ``<secret name>``, or the reference.

    Returns
    -------
    NotebookRun
        Never an exception for what the notebook does.

    Raises
    ------
    InputError
        Before anything runs: a secret that cannot be read, or is too short to be hidden.
    """
    hidden = Secrets.asked(parameters, secrets)
    whole = json.loads(notebook) if isinstance(notebook, bytes) else notebook
    full = needs_kernel(whole)
    asked = {
        "notebook": whole,
        "parameters": _injected(parameters, secrets, options or {}),
        "secrets": hidden.values(),
        "options": dict(options or {}),
        "kernel": full,
        "limits": {"memory_bytes": limits.memory_bytes, "cpu_seconds": limits.cpu_seconds},
    }
    outcome = server.run(
        _JOB,
        json.dumps(asked).encode(),
        limits=limits,
        context=attrs.evolve(context, environment=hidden.environment(context.environment)),
        on_cell=None if on_cell is None else lambda said: on_cell(hidden.tree(json.loads(said))),
    )
    executed, failure = None, hidden.failure(outcome.failure)
    if outcome.result is not None:
        answer = hidden.tree(json.loads(outcome.result))
        executed = answer["notebook"]
        failure = None if answer["failure"] is None else _in_cell(answer["failure"], executed)
    return NotebookRun(
        notebook=executed,
        failure=failure,
        how="kernel" if full else "plain",
        seconds=outcome.seconds,
        cpu_seconds=outcome.cpu_seconds,
        peak_bytes=outcome.peak_bytes,
        pid=outcome.pid,
        warnings=hidden.shown(),
    )


def _injected(
    parameters: Mapping[str, Any] | None,
    secrets: Mapping[str, str | Secret] | None,
    options: Mapping[str, Any],
) -> dict[str, Any] | None:
    """Return what the injected cell is to say, None when there is to be none."""
    if options.get("injected") or (parameters is None and not secrets):
        return None if parameters is None else dict(parameters)
    given = {**(parameters or {}), **(secrets or {})}
    clear = given.keys() - (secrets or {}).keys()
    return {
        name: f"<secret {name}>"
        if isinstance(value, Secret) or not (name in clear or is_reference(value))
        else value
        for name, value in given.items()
    }


def _in_cell(said: Mapping[str, Any], notebook: Mapping[str, Any]) -> Failure:
    index = said["cell"]
    cell = notebook["cells"][index].get("id", str(index))
    if said["kind"] == "timeout":
        return failures.cell_too_long(index)
    if said["kind"] == "exit":
        problem = Problem(
            code="warm.left",
            template="the notebook ended its kernel before the cell '{cell}'.",
            params={"cell": cell},
        )
        return Failure(kind="exit", problem=problem, cell=index, name=said["name"], said=said["said"])
    problem = Problem(
        code="warm.cell_failed",
        template="the cell '{cell}' failed: {name}: {said}",
        params={"cell": cell, "name": said["name"], "said": said["said"].strip()[:500]},
    )
    return Failure(
        kind="memory" if said["name"] == "MemoryError" else "cell",
        problem=problem,
        cell=index,
        name=said["name"],
        said=said["said"],
        traceback=said["traceback"],
    )
