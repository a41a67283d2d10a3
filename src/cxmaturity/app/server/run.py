"""Runs one server until it is told to stop, and says on standard output where it can be reached.

The one line of standard output is JSON, for the program that started this one: ``ready`` (true), ``consultant`` (a link
or null), ``campaigns`` (id to open link), ``address`` and ``port``. On a laptop the consultant's link is in it, because
only this computer can use it; behind a proxy it is not, because output ends up in logs.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import signal
import sys
from typing import Any

from cxmaturity.app.server import logs
from cxmaturity.app.server.options import Options
from cxmaturity.core.problems import CxMaturityError

_REHEARSAL_AFTER = 2.0  # seconds: the first form comes first


def announce(server: Any) -> dict[str, Any]:
    """Return what the caller is told when the server listens."""
    services = server.services
    consultant = None
    if services.options.laptop:
        _, token = services.store.invite(None, "consultant", actor="laptop", label="")
        consultant = f"{server.address}/i/{token}"
    now = services.clock()
    campaigns = {
        of.id: f"{server.address}/o/{of.id}"
        for of in services.store.campaigns()
        if of.plan.open_link and of.status(now) == "open"
    }
    return {
        "ready": True,
        "consultant": consultant,
        "campaigns": campaigns,
        "address": server.address,
        "port": server.port,
    }


async def serve(options: Options) -> None:
    """Serve until SIGTERM or SIGINT, then drain."""
    from cxmaturity.core.quick_imports import without_address_grammar

    with without_address_grammar():  # two seconds of a start-up of five
        from cxmaturity.app.server.application import CxServer
    from cxmaturity.app.server.services import Services
    from cxmaturity.files import load_catalog
    from cxmaturity.store import Store

    server = CxServer(
        services=Services(options=options, store=Store.open(options.store), catalog=load_catalog())
    )
    told_to_stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        with contextlib.suppress(NotImplementedError):  # Windows stops by Ctrl+C, which ends `asyncio.run`
            loop.add_signal_handler(number, told_to_stop.set)
    await server.open()
    sys.stdout.write(json.dumps(announce(server)) + "\n")
    sys.stdout.flush()
    rehearsal = asyncio.ensure_future(_rehearse(server))
    try:
        await told_to_stop.wait()
    finally:
        rehearsal.cancel()
        await server.close()


async def _rehearse(server: Any) -> None:
    """Draw a result of nobody once people can reach the first page; what goes wrong there is told by the first real one.

    A server that was given an engagement will be asked for its business case or its map.
    """
    from cxmaturity.app.server.results import rehearse

    services = server.services
    await asyncio.sleep(_REHEARSAL_AFTER)
    if services.options.engagement is not None:
        server.expect_kernels()
    with contextlib.suppress(CxMaturityError):
        await services.draw(rehearse, services.catalog, services.clock().date())


def main(options: Options) -> int:
    """Run a server in this process; returns when it has stopped."""
    logs.set_up()
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve(options))
    return 0
