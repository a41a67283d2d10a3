"""The kernel provisioner: forked kernels with the whole protocol, for whoever starts kernels by kernelspec."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import pytest
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.provisioning.factory import KernelProvisionerFactory

from cxmaturity.resources import resource
from cxmaturity.warm import kernel_run, starting
from cxmaturity.warm.provisioner import ForkedProcess, ForkProvisioner
from cxmaturity.warm.starting import can_fork

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.skipif(not can_fork(), reason="no fork server on this platform")


@pytest.fixture
def kernel(forked, monkeypatch, tmp_path):
    """Return a function that runs a coroutine with (manager, client) of a forked kernel."""
    monkeypatch.setitem(KernelProvisionerFactory.provisioners, "cxmaturity", kernel_run._ENTRY)
    monkeypatch.setattr(ForkProvisioner, "server_path", str(forked._own.path))

    def with_kernel(work, **start):
        async def whole():
            manager = kernel_run.WarmKernelManager()
            await manager.start_kernel(**start)
            client = manager.client()
            client.start_channels()
            try:
                await client.wait_for_ready(timeout=60)
                return await work(manager, client)
            finally:
                client.stop_channels()
                await manager.shutdown_kernel(now=True)

        return asyncio.run(whole())

    return with_kernel


async def said(client, source):
    """Execute a source and return what it printed."""
    texts = []

    def hear(message):
        if message["msg_type"] == "stream":
            texts.append(message["content"]["text"])

    await client.execute_interactive(source, output_hook=hear, timeout=30)
    return "".join(texts)


def gone(pid, seconds=10.0):
    """Say whether a process goes within a while."""
    end = time.monotonic() + seconds
    while Path(f"/proc/{pid}/exe").exists() and time.monotonic() < end:
        time.sleep(0.01)
    return not Path(f"/proc/{pid}/exe").exists()


def test_forked_and_without_ports(kernel, forked):
    """The kernel is a child of the warm server, has its libraries ready, and talks through files of ours alone."""

    async def work(manager, client):
        text = await said(client, "import os, sys; print(os.getppid(), 'seaborn' in sys.modules)")
        return text.split(), manager.transport, Path(manager.ip).parent, type(manager.provisioner.process)

    server = int(forked.run("warm_jobs:look", b"import os; said = os.getppid()").result)
    (parent, ready), transport, folder, kind = kernel(work)

    assert (str(server), "True", "ipc", ForkedProcess) == (parent, ready, transport, kind)
    assert 0o700 == folder.stat().st_mode & 0o777


def test_surroundings_are_the_managers(kernel, tmp_path):
    """Environment and folder are those that the manager gave, as for a spawned kernel."""

    async def work(_, client):
        return await said(
            client, "import os; print(os.getcwd(), os.environ['KEY'], 'JPY_PARENT_PID' in os.environ)"
        )

    assert f"{tmp_path} v False\n" == kernel(work, cwd=str(tmp_path), env={**os.environ, "KEY": "v"})


def test_interrupt_and_restart(kernel):
    """A loop can be interrupted; a restart gives a new process that knows nothing; the old one is gone."""

    async def work(manager, client):
        await said(client, "x = 1")
        first = manager.provisioner.pid
        client.execute("while True: pass")
        await asyncio.sleep(0.3)
        await manager.interrupt_kernel()
        reply = await client.get_shell_msg(timeout=20)
        await manager.restart_kernel(now=True)
        await client.wait_for_ready(timeout=60)
        return (
            reply["content"]["ename"],
            await said(client, "print('x' in dir())"),
            first,
            manager.provisioner.pid,
        )

    name, known, first, second = kernel(work)

    assert ("KeyboardInterrupt", "False\n") == (name, known)
    assert first != second
    assert gone(first)


def test_polite_end(kernel):
    """A polite shutdown ends the process with status 0."""

    async def work(manager, client):
        process = manager.provisioner.process
        client.shutdown()
        await asyncio.wait_for(manager.provisioner.wait(), 60)
        return process.returncode

    assert 0 == kernel(work)


def test_kill_takes_the_group(kernel):
    """Killing a kernel kills what it started."""

    async def work(_, client):
        return await said(client, "import subprocess as s; print(s.Popen(['sleep', '600']).pid)")

    assert gone(int(kernel(work)))


def test_input_completion_and_comms(kernel):
    """The whole protocol is there: input, completion, inspection, comms."""

    async def work(_, client):
        await said(client, "from comm import create_comm\ngot = []\nname_of_mine = 1")
        completed = (await client.complete("name_of_m", reply=True, timeout=20))["content"]["matches"]
        found = (await client.inspect("name_of_mine", reply=True, timeout=20))["content"]["found"]
        opened = []

        def hear(message):
            if message["msg_type"].startswith("comm"):
                opened.append(message["content"]["target_name"])

        await client.execute_interactive("c = create_comm(target_name='t')", output_hook=hear, timeout=20)
        answered = []
        await client.execute_interactive(
            "print(input('?'))",
            allow_stdin=True,
            stdin_hook=lambda _: client.input("an answer"),
            output_hook=lambda m: answered.append(m["content"].get("text")),
            timeout=20,
        )
        return completed, found, opened, "an answer\n" in answered

    assert (["name_of_mine"], True, ["t"], True) == kernel(work)


def test_kernel_ends_with_its_manager(forked):
    """When the program that started a kernel is killed, the kernel goes."""
    program = f"""
import asyncio
from jupyter_client.provisioning.factory import KernelProvisionerFactory
from cxmaturity.warm import kernel_run
from cxmaturity.warm.provisioner import ForkProvisioner
KernelProvisionerFactory.provisioners["cxmaturity"] = kernel_run._ENTRY
ForkProvisioner.server_path = {str(forked._own.path)!r}
async def main():
    manager = kernel_run.WarmKernelManager()
    await manager.start_kernel()
    print(manager.provisioner.pid, flush=True)
    await asyncio.sleep(600)
asyncio.run(main())
"""
    owner = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    pid = int(owner.stdout.readline())
    assert Path(f"/proc/{pid}/exe").exists()
    owner.kill()
    owner.wait()
    owner.stdout.close()

    assert gone(pid)


@pytest.mark.parametrize("why", ["no fork", "no server", "other interpreter"])
def test_spawned_where_nothing_can_be_forked(monkeypatch, why):
    """Without fork, without a server, or for another interpreter's command, the kernel is spawned as ever."""
    monkeypatch.setitem(KernelProvisionerFactory.provisioners, "cxmaturity", kernel_run._ENTRY)
    if why == "no fork":
        monkeypatch.setattr("cxmaturity.warm.provisioner.can_fork", lambda: False)
    if why == "no server":

        def nothing(*_, **__):
            raise starting.WarmStartError.of("warm.no_server", "{log}", log="")

        monkeypatch.setattr("cxmaturity.warm.provisioner.connect_or_start", nothing)

    class Manager(kernel_run.WarmKernelManager):
        kernel_spec = KernelSpec(
            argv=[
                *([] if why != "other interpreter" else ["/usr/bin/env"]),
                *(sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"),
            ],
            language="python",
            metadata={"kernel_provisioner": {"provisioner_name": "cxmaturity"}},
        )

    async def whole():
        manager = Manager(transport="ipc")
        await manager.start_kernel(env={**os.environ, "PYDEVD_DISABLE_FILE_VALIDATION": "1"})
        client = manager.client()
        client.start_channels()
        await client.wait_for_ready(timeout=60)
        parent = await said(client, "import os; print(os.getppid())")
        client.stop_channels()
        await manager.shutdown_kernel(now=True)
        return int(parent), type(manager.provisioner)

    assert os.getpid() == asyncio.run(whole())[0]


def test_entry_points_and_kernelspec_are_shipped():
    """The project declares both entry points, they load, and the kernelspec names the provisioner."""
    import importlib
    import json

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    points = project["project"]["entry-points"]
    loaded = {}
    for group in ("papermill.engine", "jupyter_client.kernel_provisioners"):
        module, _, name = points[group]["cxmaturity"].partition(":")
        loaded[group] = getattr(importlib.import_module(module), name)
    spec = json.loads(
        resource("templates/jupyter/kernels/cxmaturity/kernel.json").read_text(encoding="utf-8")
    )

    assert ForkProvisioner is loaded["jupyter_client.kernel_provisioners"]
    assert "cxmaturity" == spec["metadata"]["kernel_provisioner"]["provisioner_name"]
    assert (
        "share/jupyter/kernels"
        == project["tool"]["hatch"]["build"]["targets"]["wheel"]["shared-data"]["templates/jupyter/kernels"]
    )


def test_signals_of_the_dead_are_nothing():
    """Signals to a process that has ended are no error, as with `subprocess.Popen`."""
    import socket

    from cxmaturity.warm.conversation import Lines

    here, there = socket.socketpair()
    there.send(b'{"status": 3}\n')
    process = ForkedProcess(os.getpid(), here, Lines())

    assert 3 == process.wait(timeout=5) == process.poll()
    process.send_signal(signal.SIGKILL)
    process.terminate()
    process.kill()
    there.close()
