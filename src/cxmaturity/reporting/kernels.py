"""A kernel of our own for report runs: this interpreter, nobody's start-up files, no open port if possible.

It needs no installed kernelspec, so it works from a wheel in a fresh environment, and a ``python3``
kernelspec of the user that points to another Python cannot take its place.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any, Final

from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from traitlets import Unicode, default

_DROPPED: Final = ("PYTHONSTARTUP", "PYTHONINSPECT", "PYTHONWARNINGS", "JPY_PARENT_PID")


def kernel_environment(workspace: Path, given: dict[str, str] | None = None) -> dict[str, str]:
    """Return the environment of a report kernel: ours, without the user's start-up files and profiles."""
    environment = dict(os.environ if given is None else given)
    for name in _DROPPED:
        environment.pop(name, None)
    return environment | {
        "IPYTHONDIR": str(workspace / "ipython"),
        "JUPYTER_CONFIG_DIR": str(workspace / "jupyter"),
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
        "PYTHONHASHSEED": "0",
        "PYTHONUTF8": "1",
    }


class ReportKernelManager(AsyncKernelManager):
    """Start the report kernel in a workspace folder that the caller makes and removes."""

    workspace = Unicode(help="Where the connection file and the kernel's own files go.").tag(config=True)

    @default("transport")
    def _default_transport(self) -> str:
        return "tcp" if os.name == "nt" else "ipc"

    @default("connection_file")
    def _default_connection_file(self) -> str:
        return str(Path(self.workspace) / "kernel.json")

    @property
    def kernel_spec(self) -> KernelSpec:
        """The kernel of this very interpreter, whatever is installed."""
        return KernelSpec(
            argv=[
                sys.executable,
                "-m",
                "ipykernel_launcher",
                "-f",
                "{connection_file}",
                "--InteractiveShellApp.ignore_cwd=True",
                "--HistoryManager.enabled=False",
            ],
            display_name="cxmaturity report",
            language="python",
        )

    async def _async_pre_start_kernel(self, **kw: Any) -> tuple[list[str], dict[str, Any]]:
        kw["env"] = kernel_environment(Path(self.workspace), kw.get("env"))
        kw["cwd"] = self.workspace
        return await super()._async_pre_start_kernel(**kw)
