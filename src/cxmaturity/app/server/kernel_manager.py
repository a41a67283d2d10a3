"""Starts kernels that know nothing: not who asks, not from where, not where the answers are, not how links are signed.

The environment of the server is not handed down; a short list of names is. The kernel is this interpreter, whatever
is installed, and speaks by local sockets where there are any. It is a copy of a fork server that has seen no visitor
(`warm_kernels`), or a process started from nothing.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager, ServerKernelManager
from traitlets import Instance, Unicode, default

from cxmaturity.app.security import KERNEL_ENVIRONMENT
from cxmaturity.app.server.journeys import example_copy
from cxmaturity.app.server.kernels import Ticket, starting
from cxmaturity.app.server.warm_kernels import WarmKernels, register

NAME: Final = "python3"
_ENGAGEMENT: Final = "CXMATURITY_ENGAGEMENT"
_BEGIN: Final = "cxmaturity.app.server.in_kernel"
_WITH_FOLDER: Final = frozenset({"builder", "map", "seat"})


def _umask() -> int:
    """Return what files of this process are not: the only way to ask is to set it."""
    found = os.umask(0o077)
    os.umask(found)
    return found


_UMASK: Final = _umask()  # at import, while there is one thread


def kernel_environment(given: Mapping[str, str], workspace: str) -> dict[str, str]:
    """Return what of an environment a kernel may see; `workspace` is where it may keep its own files."""
    kept = {name: value for name, value in given.items() if name.upper() in KERNEL_ENVIRONMENT}
    return kept | {
        "IPYTHONDIR": str(Path(workspace) / "ipython"),
        "JUPYTER_CONFIG_DIR": str(Path(workspace) / "jupyter"),
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
        "PYTHONUTF8": "1",
    }


class LocalKernel(ServerKernelManager):
    """One kernel. When it dies it stays dead and its page is told, rather than an empty one taking its place."""

    @default("transport")
    def _default_transport(self) -> str:
        return "tcp" if os.name == "nt" else "ipc"

    @default("autorestart")
    def _default_autorestart(self) -> bool:
        return False


class OwnKernel(KernelSpecManager):
    """Knows one kernel: this interpreter."""

    def find_kernel_specs(self) -> dict[str, str]:
        """Return the one name; the folder only holds icons, and there is none."""
        return {NAME: ""}

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        """Return the kernel, whatever name a notebook asks for."""
        del kernel_name
        return KernelSpec(
            argv=[
                sys.executable,
                "-m",
                "ipykernel_launcher",
                "-f",
                "{connection_file}",
                "--InteractiveShellApp.ignore_cwd=True",
                "--HistoryManager.enabled=False",
                f"--InteractiveShellApp.exec_lines=import {_BEGIN} as cxm; cxm.begin({_UMASK}); del cxm",
            ],
            display_name="cxmaturity",
            language="python",
            metadata=register(),
        )

    def get_all_specs(self) -> dict[str, Any]:
        """Return the kernel as Voilà reads it."""
        return {NAME: {"resource_dir": "", "spec": self.get_kernel_spec(NAME).to_dict()}}


class GenericKernels(AsyncMappingKernelManager):
    """Starts a kernel for the page that is being built, and for nothing else."""

    engagement = Unicode(
        "", help="Folder that the builder and the journey map open; empty: a copy of an example."
    )
    warm = Instance(WarmKernels, args=(), help="Where kernels are copied from.")

    @default("kernel_manager_class")
    def _default_kernel_manager_class(self) -> str:
        return f"{__name__}.LocalKernel"

    async def _async_start_kernel(
        self, *, kernel_id: str | None = None, path: Any = None, **kwargs: Any
    ) -> str:
        ticket = starting.get()
        if ticket is None:
            raise PermissionError
        environment = kernel_environment(os.environ, self.connection_dir)
        if ticket.page in _WITH_FOLDER:
            environment[_ENGAGEMENT] = self.engagement or await asyncio.to_thread(self._example, ticket)
        kwargs["env"] = environment
        started = await super()._async_start_kernel(kernel_id=kernel_id, path=path, **kwargs)
        if ticket.ended:  # the visitor left while it was starting
            await self.shutdown_kernel(started, now=True)  # type: ignore[no-untyped-call]  # Jupyter's is not typed
            raise PermissionError
        ticket.kernel = str(started)
        return str(started)

    def _example(self, ticket: Ticket) -> str:
        """Return a copy of the example, for this page alone; it goes with the page."""
        ticket.folder = Path(self.connection_dir) / f"page-{ticket.id}"
        return str(example_copy(ticket.folder))

    start_kernel = _async_start_kernel  # type: ignore[assignment]  # as Jupyter does it
