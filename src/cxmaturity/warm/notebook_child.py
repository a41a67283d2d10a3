"""Execute one notebook in this process: nbclient decides, ipykernel computes, no socket between them."""

from __future__ import annotations

import asyncio
import json
import signal
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from cxmaturity.warm import isolation, secret
from cxmaturity.warm.child import Teller

_CLIENT_OPTIONS: Final = (
    "allow_errors",
    "allow_error_names",
    "coalesce_streams",
    "force_raise_errors",
    "record_timing",
    "skip_cells_with_tag",
    "store_widget_state",
)


def execute(payload: bytes, tell: Teller) -> bytes:
    """Execute a notebook; the job behind `notebook.run_notebook`. An error in a cell is part of the answer."""
    import nbformat

    asked = json.loads(payload)
    options: Mapping[str, Any] = asked["options"]
    notebook: Any = nbformat.reads(json.dumps(asked["notebook"]), as_version=4)  # type: ignore[no-untyped-call]
    if asked["parameters"] is not None:
        notebook = _parameterized(notebook, asked["parameters"])
    isolation.user_code()
    isolation.figures_in_cells()
    values = asked.get("secrets") or {}
    if asked["kernel"]:
        from cxmaturity.warm.kernel_run import execute_in_kernel

        failure = execute_in_kernel(
            notebook, tell, options, client_options(options), asked["limits"], secrets=values
        )
    else:
        failure = asyncio.run(_execute(notebook, tell, options, values))
    return json.dumps({"notebook": notebook, "failure": failure}).encode()


def client_options(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options that are nbclient's own."""
    return {name: options[name] for name in _CLIENT_OPTIONS if name in options}


def _parameterized(notebook: Any, parameters: Mapping[str, Any]) -> Any:
    from papermill.parameterize import parameterize_notebook

    for cell in notebook.cells:
        cell.metadata.setdefault("tags", [])  # as papermill reads a notebook
    kept = notebook.metadata.get("papermill")
    notebook.metadata["papermill"] = dict(kept or {})
    made = parameterize_notebook(notebook, parameters, kernel_name="python3", language="python")
    if kept is None:
        del made.metadata["papermill"]  # it would hold the parameters a second time
    return made


async def _execute(
    notebook: Any, tell: Teller, options: Mapping[str, Any], values: Mapping[str, str]
) -> dict[str, Any] | None:
    from nbclient import NotebookClient

    from cxmaturity.warm.recording import Loopback

    never: Any = object()  # nbclient wants a manager; it is never asked
    client: Any = NotebookClient(notebook, km=never, **client_options(options))
    if options.get("cell_seconds"):
        client.on_cell_execute, client.on_cell_executed = alarm(options["cell_seconds"]), calm
    client.kc = loopback = Loopback(search_cwd=bool(options.get("search_cwd")))
    notebook.metadata["language_info"] = loopback.kernel.language_info
    client.reset_execution_trackers()

    async def place() -> None:
        secret.place(loopback.kernel.shell, values)

    failure = await run_cells(
        client, notebook, tell, outputs=bool(options.get("outputs")), place=place if values else None
    )
    client.set_widgets_metadata()
    return failure


async def run_cells(
    client: Any,
    notebook: Any,
    tell: Teller,
    *,
    outputs: bool,
    place: Callable[[], Awaitable[None]] | None = None,
) -> dict[str, Any] | None:
    """Run cell after cell until one fails; tell when each begins and ends. Return what failed.

    `place` sets the secrets: before the first cell, and again after a cell that has set parameters.
    """
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

    for index, cell in enumerate(notebook.cells):
        tell.cell({"cell": index, "event": "start"})
        begun = time.monotonic()
        failure: dict[str, Any] | None = None
        try:
            await _check_alive(client.kc)
            if place is not None and (index == 0 or _sets_parameters(notebook.cells[index - 1])):
                await place()
            await client.async_execute_cell(cell, index, execution_count=client.code_cells_executed + 1)
        except CellExecutionError as error:
            failure = {"kind": "cell", "name": error.ename, "said": error.evalue, "traceback": str(error)}
        except DeadKernelError as error:
            failure = {"kind": "exit", "name": type(error).__name__, "said": str(error), "traceback": ""}
        except CellTimeoutError as error:
            failure = {"kind": "timeout", "name": type(error).__name__, "said": str(error), "traceback": ""}
        ended = {
            "cell": index,
            "event": "end",
            "seconds": time.monotonic() - begun,
            "failed": failure is not None,
        }
        if outputs and cell.cell_type == "code":
            ended |= {"outputs": cell.outputs, "execution_count": cell.execution_count}
        tell.cell(ended)
        if failure is not None:
            return failure | {"cell": index}
    return None


def _sets_parameters(cell: Any) -> bool:
    return not {"parameters", "injected-parameters"}.isdisjoint(cell.metadata.get("tags", ()))


async def _check_alive(client: Any) -> None:
    from nbclient.exceptions import DeadKernelError
    from nbclient.util import ensure_async

    if not await ensure_async(client.is_alive()):
        raise DeadKernelError("the notebook has ended its kernel")


def alarm(seconds: float | None) -> Callable[..., None]:
    """Return what nbclient calls around each cell so that one that lasts too long ends the process.

    The signal keeps its own reaction, which no library can hold up; the asker reads it as a timeout.
    """

    def ring(**_: Any) -> None:
        if seconds is not None and hasattr(signal, "setitimer"):
            signal.signal(signal.SIGALRM, signal.SIG_DFL)
            signal.setitimer(signal.ITIMER_REAL, seconds)

    return ring


def calm(**_: Any) -> None:
    """Put the alarm off."""
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, 0)
