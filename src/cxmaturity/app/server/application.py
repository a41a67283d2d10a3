"""The server: a `Voila` of our own, with our routes only, that starts, drains and stops in order.

Nothing of Voilà's or Jupyter's routing is kept: not the notebook tree, not contents, sessions, terminals, the list of
kernels, nor files. What is routed is in `security.ROUTES`.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any, Final

from jupyter_server.auth.authorizer import Authorizer
from tornado import httpserver, ioloop, routing, web
from traitlets import Instance, default
from traitlets.config import Config
from voila import __version__ as voila_version
from voila.app import Voila
from voila.configuration import VoilaConfiguration

from cxmaturity.app import refusal, security
from cxmaturity.app.server import routes
from cxmaturity.app.server.firewall import Filtered
from cxmaturity.app.server.kernel_manager import GenericKernels, OwnKernel
from cxmaturity.app.server.kernels import Ticket
from cxmaturity.app.server.logs import log_request
from cxmaturity.app.server.options import Options
from cxmaturity.app.server.refusals import ANONYMOUS
from cxmaturity.app.server.services import Services
from cxmaturity.app.server.statics import Shelf
from cxmaturity.app.server.voila_pages import KnownSession, page_facts
from cxmaturity.app.widgets.voila_page import EXTENSIONS, TEMPLATE, template_paths
from cxmaturity.core.problems import CxMaturityError, InputError
from cxmaturity.resources import resource

log: Final = logging.getLogger("cxmaturity.app")
NOTEBOOKS: Final = {
    "explore": "explore.ipynb",
    "builder": "business_case.ipynb",
    "map": "journey_map.ipynb",
    "seat": "workshop_seat.ipynb",
}
_TICK_MS: Final = 2000
_SESSIONS_EVERY: Final = 8  # ticks: a session that was taken back loses its kernels within 16 s
_PURGE_EVERY: Final = 1800  # ticks: the retention dates are looked at every hour
_DRAIN_SECONDS: Final = 10.0


class Admitted(Authorizer):
    """Lets through what the guard let through, and only that."""

    def is_authorized(self, handler: Any, user: Any, action: str, resource: str) -> bool:
        """Say whether the guard found the page of this kernel for this visitor."""
        del user, action, resource
        return getattr(handler, "ticket", None) is not None


def refuse_extension() -> None:
    """Refuse to share a process with a Jupyter Server: there a browser may run code.

    Raises
    ------
    InputError
        ``app.extension``.
    """
    from jupyter_server.serverapp import ServerApp

    if ServerApp.initialized():
        raise refusal()


class CxServer(Voila):  # type: ignore[misc]  # Voilà says nothing of its types
    """The process that serves the pages. `open` starts it inside a running loop, `close` ends it."""

    services = Instance(Services)
    http = Instance(httpserver.HTTPServer, allow_none=True)
    ticks = 0
    _endings: set[asyncio.Task[None]]

    @default("log")
    def _default_log(self) -> logging.Logger:
        return log

    def configure(self) -> None:
        """Decide everything here: no configuration file and no argument of Voilà is read."""
        refuse_extension()
        self._endings = set()
        self.root_dir = str(resource("notebooks"))
        # Jupyter signs notebooks; nothing of that is kept, so a read-only system is enough
        self.update_config(Config(NotebookNotary={"db_file": ":memory:", "secret": os.urandom(32)}))
        self.base_url = "/"
        self.open_browser = False
        self.identity_provider_class = KnownSession
        self.authorizer_class = Admitted
        self.kernel_websocket_connection_class = Filtered
        self.template_paths = template_paths()
        self.voila_configuration = VoilaConfiguration(
            parent=self,
            template=TEMPLATE,
            allow_template_override="NO",
            allow_theme_override="NO",
            file_allowlist=[],
            file_denylist=[".*"],
            extension_allowlist=list(EXTENSIONS),
            http_header_envs=[],
            show_tracebacks=False,
            strip_sources=True,
            preheat_kernel=False,
            progressive_rendering=False,
            multi_kernel_manager_class=GenericKernels,
            kernel_spec_manager_class=OwnKernel,
            page_config_hook=self.page_config,
        )

    def page_config(self, current_page_config: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Return what a Voilà page is told: addresses that carry the version, and the facts of the page."""
        version = f"v-{self.static_version}"
        return {
            **current_page_config,
            "fullStaticUrl": f"/voila/static/{version}",
            "fullLabextensionsUrl": f"/voila/labextensions/{version}",
            "disabledExtensions": ["@jupyterlab/mathjax2-extension:plugin"],  # no page of ours has formulas
            **page_facts.get(),
        }

    @property
    def static_version(self) -> str:
        """What the addresses of Voilà's files carry: it changes with Voilà and with the installation."""
        told = f"{voila_version}:{':'.join(str(path) for path in self.extension_roots)}"
        return hashlib.sha256(told.encode()).hexdigest()[:12]

    @property
    def extension_roots(self) -> list[Path]:
        """Where the JupyterLab extensions are, of the allowed ones only."""
        return [Path(path) for path in self.labextensions_path]

    def init_handlers(self) -> list[routing.URLSpec]:
        """Return our routes; none of Voilà's own list is kept."""
        voila = {
            "template_paths": self.template_paths,
            "config": self.config,
            "voila_configuration": self.voila_configuration,
        }
        return routes.build(voila, NOTEBOOKS)

    def build(self) -> web.Application:
        """Return the application, ready to listen."""
        settings = self.init_settings()
        engagement = self.services.options.engagement
        self.kernel_manager.engagement = str(engagement) if engagement else ""
        from voila.paths import collect_static_paths  # only where a page is served

        settings |= {
            "cxm": self.services,
            "cxm_server": self,
            "cxm_shelf": Shelf(),
            "cxm_sockets": set(),
            "cxm_roots": {
                "voila_static": [Path(path) for path in collect_static_paths(["voila"], "base")],
                "voila_themes": [Path(self.themes_dir)],
                "voila_extensions": self.extension_roots,
            },
            "log_function": log_request,
            "default_handler_class": routes.missing(),
            "compress_response": True,
            "websocket_max_message_size": security.MESSAGE_BYTES_CUT,
        }
        return web.Application(self.init_handlers(), **settings)

    # --- life -----------------------------------------------------------------------------------------------

    async def open(self) -> None:
        """Listen, and start looking after the kernels.

        Raises
        ------
        InputError
            ``app.port_taken`` when no port is free.
        """
        self.configure()
        # A short path: the sockets of the kernels live here, and a system limits the length of their names.
        self.connection_dir = tempfile.mkdtemp(prefix="cxm-", dir=_short_folder())
        self.app = self.build()
        self.http = httpserver.HTTPServer(
            self.app,
            max_header_size=security.HEADER_BYTES,
            max_body_size=security.BODY_BYTES,
            max_buffer_size=4 * 1024 * 1024,
            idle_connection_timeout=(
                security.HEADER_SECONDS_PROXY
                if self.services.options.trusted_proxies
                else security.HEADER_SECONDS
            ),
            body_timeout=security.BODY_SECONDS,
        )
        self._listen(self.services.options)
        self._malformed = _Malformed(self.services)
        logging.getLogger("tornado.general").addHandler(self._malformed)
        self._keeper = ioloop.PeriodicCallback(self.tend, _TICK_MS)
        self._keeper.start()

    def _listen(self, options: Options) -> None:
        tries = 1 if options.port == 0 else options.retry_ports
        for port in range(options.port, options.port + tries):
            try:
                sockets = _bind(port, options.host)
            except OSError:
                continue
            if self.http is not None:
                self.http.add_sockets(sockets)
            self.port = sockets[0].getsockname()[1]
            return
        raise InputError.of(
            "app.port_taken",
            "no port from {first} to {last} is free on '{host}'.",
            first=options.port,
            last=options.port + tries - 1,
            host=options.host,
        )

    @property
    def address(self) -> str:
        """Where people come: the public address, or this computer's."""
        options = self.services.options
        host = "127.0.0.1" if options.host in {"localhost", "127.0.0.1"} else options.host
        host = f"[{host}]" if ":" in host and not host.startswith("[") else host
        return options.base_url or f"http://{host}:{self.port}"

    async def tend(self) -> None:
        """End what must end, write what was refused, purge what is due."""
        self.ticks += 1
        for ticket in self.services.kernels.overdue():
            await self.end(ticket)
        for ticket in self.services.kernels.all():
            if ticket.kernel is not None and not await self._is_alive(ticket.kernel):
                await self.end(ticket)
        if self.ticks % _SESSIONS_EVERY == 0:
            await self._check_sessions()
        if self.ticks % _PURGE_EVERY == 1:
            await self._purge()
        self.services.refusals.flush()

    async def _is_alive(self, kernel: str) -> bool:
        return kernel in self.kernel_manager and bool(await self.kernel_manager.is_alive(kernel))

    async def _check_sessions(self) -> None:
        for ticket in self.services.kernels.all():
            visitor = ticket.visitor
            try:
                still = await self.services.run(
                    self.services.store.visitor, ticket.secret, visitor.campaign, (visitor.role,)
                )
            except (CxMaturityError, web.HTTPError):
                return  # the store is busy: next time
            if still is None:
                await self.end(ticket)

    async def _purge(self) -> None:
        try:
            await self.services.run(self.services.store.purge_due)
        except (CxMaturityError, web.HTTPError):
            log.exception("what is due could not be purged")

    async def end(self, ticket: Ticket) -> None:
        """End a page: tell it, stop its kernel, give its place back; twice does nothing."""
        if ticket.ended:
            return
        ticket.ended = True
        try:
            for socket in list(self.app.settings["cxm_sockets"]):
                if socket.ticket is ticket:
                    socket.end()
            if ticket.kernel is not None and ticket.kernel in self.kernel_manager:
                await self.kernel_manager.shutdown_kernel(ticket.kernel, now=True)
        except Exception:  # logged whole: one kernel that ends badly must not keep the others alive
            log.exception("a kernel did not end well")
        finally:
            self.services.kernels.close(ticket)
            if ticket.folder is not None:
                shutil.rmtree(ticket.folder, ignore_errors=True)

    def end_soon(self, ticket: Ticket) -> None:
        """End a page from where nothing can be awaited."""
        task = asyncio.ensure_future(self.end(ticket))
        self._endings.add(task)
        task.add_done_callback(self._endings.discard)

    def expect_kernels(self) -> None:
        """Get ready for a page with a kernel, which whoever reads this one may open next; nobody waits."""
        asyncio.get_running_loop().run_in_executor(None, self.kernel_manager.warm.begin)

    async def end_session(self, secret: str) -> None:
        """End all pages of a session."""
        for ticket in self.services.kernels.of_session(secret):
            await self.end(ticket)

    async def close(self) -> None:
        """Finish what was begun, then stop: nothing acknowledged is lost, nothing new is begun."""
        self.services.draining = True
        if self.http is not None:
            self.http.stop()
        self._keeper.stop()
        waited = 0.0
        while self.services.pending and waited < _DRAIN_SECONDS:
            await asyncio.sleep(0.05)
            waited += 0.05
        for ticket in self.services.kernels.all():
            await self.end(ticket)
        if self.http is not None:
            await self.http.close_all_connections()
        await self.kernel_manager.shutdown_all(now=True)
        logging.getLogger("tornado.general").removeHandler(self._malformed)
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(None, self.kernel_manager.warm.close)
        await loop.run_in_executor(None, self.services.close)
        shutil.rmtree(self.connection_dir, ignore_errors=True)


class _Malformed(logging.Handler):
    """Notes in the trail the requests that tornado cut off before any handler saw them."""

    def __init__(self, services: Services) -> None:
        super().__init__(logging.INFO)
        self.services = services

    def emit(self, record: logging.LogRecord) -> None:
        """Take a remark of tornado's; only those about what was sent count."""
        if str(record.msg).startswith(("Malformed HTTP", "Unsatisfiable read", "Invalid HTTP")):
            self.services.refusals.note(ANONYMOUS, "http.malformed", "connection")


def _short_folder() -> str | None:
    shared = "/tmp"  # noqa: S108  # mkdtemp makes a private folder in it
    return shared if os.name == "posix" and Path(shared).is_dir() else None


def _bind(port: int, host: str) -> list[Any]:
    from tornado.netutil import bind_sockets

    return list(bind_sockets(port, address="127.0.0.1" if host == "localhost" else host))
