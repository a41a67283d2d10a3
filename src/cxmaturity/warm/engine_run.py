"""What the papermill engine does once there is a notebook: papermill's bookkeeping around one warm run."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import attrs
from papermill.engines import Engine, NBClientEngine
from papermill.log import logger

from cxmaturity.core.problems import InputError
from cxmaturity.warm import secret
from cxmaturity.warm.client import WarmServer
from cxmaturity.warm.notebook import NotebookRun
from cxmaturity.warm.values import KERNELS, JobContext, Limits, Preload


class _Engine(Engine):  # type: ignore[misc]  # papermill has no types
    @classmethod
    def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, **options: Any) -> None:
        """Run the notebook of the manager; its cells are updated as they end."""
        if not _is_python(nb_man.nb):
            NBClientEngine.execute_managed_notebook(nb_man, kernel_name, **options)
            return
        limits = Limits(
            wall_seconds=options.get("wall_seconds"),
            memory_bytes=options.get("memory_bytes"),
            cpu_seconds=options.get("cpu_seconds"),
        )
        folder = options.get("cwd") or Path.cwd()
        context = JobContext(cwd=Path(folder), own_home=False, umask=_umask(), seed=options.get("seed"))
        more: tuple[str, ...] = tuple(options.get("preload", ()))
        preload = Preload(modules=(*KERNELS.modules, *more), warm_up=KERNELS.warm_up)
        watcher = _Watcher(nb_man, options)
        with WarmServer.start_or_connect(preload) as server:
            run = server.run_notebook(
                json.loads(json.dumps(nb_man.nb)),
                limits=limits,
                context=context,
                on_cell=watcher.heard,
                options={
                    "search_cwd": True,
                    "outputs": True,
                    "cell_seconds": options.get("execution_timeout") or options.get("timeout"),
                    "injected": True,
                },
                secrets=options.get("secrets"),
            )
        for problem in run.warnings:
            logger.warning(problem.message)
        watcher.end(run)


@attrs.define
class _Watcher:
    """Brings what is heard of the child into papermill's manager: progress, saved file, logged output."""

    manager: Any
    options: Mapping[str, Any]

    def heard(self, said: Mapping[str, Any]) -> None:
        """Take one cell's begin or end."""
        cell = self.manager.nb.cells[said["cell"]]
        if said["event"] == "start":
            self.manager.cell_start(cell, said["cell"])
            return
        if "outputs" in said:
            import nbformat

            cell.outputs = nbformat.from_dict(said["outputs"])  # type: ignore[no-untyped-call]
            cell.execution_count = said["execution_count"]
            self._log(cell.outputs)
        if said["failed"]:
            self.manager.cell_exception(cell, cell_index=said["cell"])
        self.manager.cell_complete(cell, cell_index=said["cell"])

    def _log(self, outputs: Any) -> None:
        files: dict[str, Any] = {
            "stdout": self.options.get("stdout_file"),
            "stderr": self.options.get("stderr_file"),
        }
        logged = self.options.get("log_output")
        for output in outputs:
            if output.output_type == "stream":
                if logged:
                    (logger.info if output.name == "stdout" else logger.warning)(output.text)
                if files[output.name] is not None:
                    files[output.name].write(output.text)
                    files[output.name].flush()
            elif logged and "text/plain" in output.get("data", {}):
                logger.info(output.data["text/plain"])

    def end(self, run: NotebookRun) -> None:
        """Take over the executed notebook; raise what nbclient would have raised for a dead kernel."""
        import nbformat
        from nbclient.exceptions import CellTimeoutError, DeadKernelError

        if run.notebook is not None:
            whole = nbformat.from_dict(dict(run.notebook))  # type: ignore[no-untyped-call]
            for mine, executed in zip(self.manager.nb.cells, whole.cells, strict=True):
                kept = mine.metadata.get("papermill")
                mine.update(executed)
                mine.metadata["papermill"] = kept
            kept = self.manager.nb.metadata.get("papermill")
            self.manager.nb.metadata.update(whole.metadata)
            self.manager.nb.metadata["papermill"] = kept
        failure = run.failure
        if (
            failure is None
            or failure.kind == "cell"
            or (failure.kind == "memory" and run.notebook is not None)
        ):
            return  # papermill finds the error in the outputs
        if failure.cell is not None:
            cell = self.manager.nb.cells[failure.cell]
            self.manager.cell_exception(cell, cell_index=failure.cell)
        if failure.kind == "timeout":
            raise CellTimeoutError(failure.problem.message)
        raise DeadKernelError(failure.problem.message)


def _is_python(notebook: Any) -> bool:
    metadata = notebook.metadata
    language = metadata.get("kernelspec", {}).get("language") or metadata.get("language_info", {}).get("name")
    return language in {None, "python"}


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def execute(notebook: Any, kernel_name: str, **options: Any) -> Any:
    """Execute a notebook with papermill's bookkeeping; see `papermill.engines.Engine.execute_notebook`.

    Secrets are read before anything is written: papermill would call a notebook that never began completed.
    """
    secrets = secret.read(notebook.metadata.get("papermill", {}).get("parameters", {}))
    if not secrets:
        return _Engine.execute_notebook(notebook, kernel_name, **options)
    if not _is_python(notebook):
        raise InputError.of(
            "warm.secret_python",
            "the parameter '{name}' is a secret, and this notebook is not in Python.",
            hint="Only a Python notebook can be given a secret in this way.",
            name=next(iter(secrets)),
        )
    return _Engine.execute_notebook(notebook, kernel_name, **options, secrets=secrets)
