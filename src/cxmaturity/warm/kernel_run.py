"""Execute a notebook through a kernel behind sockets, forked warm, from inside a job of its own.

The job's process is the asker of the kernel: its wall limit ends both, its folders and environment are the kernel's.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Mapping
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any, Final

from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning.factory import KernelProvisionerFactory
from nbclient.util import ensure_async

from cxmaturity.warm import child

_NAME: Final = "cxmaturity"
_ENTRY: Final = EntryPoint(
    name=_NAME, value="cxmaturity.warm.provisioner:ForkProvisioner", group=KernelProvisionerFactory.GROUP_NAME
)


class WarmKernelManager(AsyncKernelManager):
    """Start this interpreter's kernel through the warm provisioner, whatever kernelspecs are installed."""

    limits: Mapping[str, Any] = {}

    @property
    def kernel_spec(self) -> KernelSpec:
        """The kernel of this interpreter."""
        return KernelSpec(
            argv=[sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"],
            display_name="cxmaturity",
            language="python",
            metadata={
                "kernel_provisioner": {"provisioner_name": _NAME, "config": {"limits": dict(self.limits)}}
            },
        )


def execute_in_kernel(
    notebook: Any,
    tell: child.Teller,
    options: Mapping[str, Any],
    client_options: Mapping[str, Any],
    limits: Mapping[str, Any],
    *,
    secrets: Mapping[str, str],
) -> dict[str, Any] | None:
    """Execute the notebook with nbclient and a real kernel; return what failed."""
    KernelProvisionerFactory.provisioners.setdefault(_NAME, _ENTRY)
    return asyncio.run(_execute(notebook, tell, options, client_options, limits, secrets=secrets))


async def _execute(
    notebook: Any,
    tell: child.Teller,
    options: Mapping[str, Any],
    client_options: Mapping[str, Any],
    limits: Mapping[str, Any],
    *,
    secrets: Mapping[str, str],
) -> dict[str, Any] | None:
    from nbclient import NotebookClient

    from cxmaturity.warm.notebook_child import run_cells
    from cxmaturity.warm.provisioner import ForkProvisioner

    ForkProvisioner.server_path = child.server_path()
    manager = WarmKernelManager(connection_file=str(Path(os.environ["TMPDIR"]) / "kernel.json"))
    manager.limits = limits
    client: Any = NotebookClient(notebook, km=manager, **client_options)
    client.timeout = options.get("cell_seconds")
    client.reset_execution_trackers()
    await client.async_start_new_kernel(cwd=str(Path.cwd()), env=dict(os.environ))
    await client.async_start_new_kernel_client()
    try:
        known = await client.async_wait_for_reply(client.kc.kernel_info())
        notebook.metadata["language_info"] = known["content"]["language_info"]

        async def place() -> None:
            await _place(client, secrets)

        failure = await run_cells(
            client, notebook, tell, outputs=bool(options.get("outputs")), place=place if secrets else None
        )
        client.set_widgets_metadata()
    finally:
        await manager.shutdown_kernel(now=True)
        client.kc.stop_channels()
    return failure


async def _place(client: Any, secrets: Mapping[str, str]) -> None:
    """Set the secrets in a kernel, however it was started: by a request that enters no history and shows nothing."""
    code = f"__import__('cxmaturity.warm.secret').warm.secret.place(get_ipython(), {dict(secrets)!r})"
    asked = client.kc.execute(code, silent=True, store_history=False, allow_stdin=False)
    reply = await client.async_wait_for_reply(await ensure_async(asked))
    if reply["content"]["status"] != "ok":  # its words might hold a value
        raise RuntimeError(f"the kernel did not take the secrets: {reply['content'].get('ename')}")
