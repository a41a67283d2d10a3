"""The pages that have a kernel, and what they need from it: the websocket, the state, the goodbye.

A page is refused politely when there are too many. Its kernel belongs to the session that opened it; everybody
else who asks for that kernel gets the same answer as for one that does not exist.
"""

from __future__ import annotations

import asyncio
import logging
from contextvars import ContextVar
from html import escape
from typing import Any, ClassVar, Final

from jupyter_server.auth.identity import IdentityProvider, User
from tornado import iostream, web
from voila.tornado.handler import TornadoVoilaHandler
from voila.tornado.kernel_websocket_handler import VoilaKernelWebsocketHandler

from cxmaturity.app.security import SOCKETS_PER_KERNEL, voila_policy
from cxmaturity.app.security_messages import Refusal, Widgets
from cxmaturity.app.server.firewall import V1
from cxmaturity.app.server.guarded import Guarded
from cxmaturity.app.server.journeys import has_journey
from cxmaturity.app.server.kernels import Ticket, describe, starting
from cxmaturity.app.server.page import Page
from cxmaturity.app.server.policies import Policies
from cxmaturity.app.server.refusals import ANONYMOUS
from cxmaturity.app.server.refused import Refused, bad_body, busy, not_found
from cxmaturity.core.text import LANGUAGES
from cxmaturity.i18n import message
from cxmaturity.store.values import Campaign, Progress

log: Final = logging.getLogger("cxmaturity.app")
_PING_SECONDS: Final = 15.0
page_facts: Final[ContextVar[dict[str, Any]]] = ContextVar("page_facts")
"""What the template of the page being built may know; of a person, only what that person sees in it. No kernel reads it."""


class KnownSession(IdentityProvider):
    """Tells Jupyter what the guard found; there is no login page and no token."""

    def get_user(self, handler: web.RequestHandler) -> User | None:
        """Return the visitor that the guard let in."""
        visitor = getattr(handler, "visitor", None)
        ticket = getattr(handler, "ticket", None)
        session = visitor.session if visitor else ticket.session if ticket else None
        return None if session is None else User(username=session)

    def get_handlers(self) -> list[tuple[str, object]]:
        """Return no handler."""
        return []

    @property
    def login_available(self) -> bool:
        """There is nothing to log in to."""
        return False


def no_kernel() -> Refused:
    """Return the refusal of a kernel that is not this visitor's, or is not at all: the two look the same."""
    return Refused.of("app.kernel", "this page is not open in this browser.", status=403)


class VoilaPage(Guarded, TornadoVoilaHandler):  # type: ignore[misc]  # Voilà says nothing of its types
    """GET a page that has a kernel of its own."""

    page: ClassVar[str] = ""
    ticket: Ticket | None = None

    async def get(self, campaign: str | None = None) -> None:
        """Stream the page while its kernel runs the notebook."""
        server = self.application.settings["cxm_server"]
        told: dict[str, Any] = {}
        if campaign is not None:
            of = await self.ask(self.services.store.campaign, campaign)
            self.campaign_languages = of.plan.languages
            told = await self.told(of)
        visitor = self.visitor
        if visitor is None or self.services.draining:
            raise busy()
        for left in self.services.kernels.abandoned(visitor.session):
            await server.end(left)
        ticket = self.services.kernels.open(
            visitor=visitor, secret=self.secret, page=self.page, widgets=Widgets(policies=Policies())
        )
        if ticket is None:
            raise busy()
        self.ticket = ticket
        page_facts.set(self.facts(campaign) | told)
        starting.set(ticket)
        self.set_header("Content-Security-Policy", voila_policy())
        try:
            await self._stream(ticket)
        except BaseException:
            await server.end(ticket)
            raise
        ticket.built = True
        ticket.touch(self.services.kernels.clock())

    async def told(self, campaign: Campaign) -> dict[str, Any]:
        """Return what this visitor reads before the kernel is there; it goes into the page, never into the kernel."""
        del campaign
        return {}

    def facts(self, campaign: str | None) -> dict[str, Any]:
        """Return what the template may know: languages and addresses, the same for every visitor of the page."""
        from cxmaturity.app.pages.assets import bundle_hash

        return {
            "cxm_language": self.language,
            "cxm_languages": list(self.campaign_languages),
            "cxm_home": f"/c/{campaign}/result" if campaign else "/consultant/",
            "cxm_answers": f"/c/{campaign}/answers" if campaign else "",
            "cxm_assets": f"/assets/{bundle_hash()}/",
        }

    async def _stream(self, ticket: Ticket) -> None:
        """Send the page piece by piece, noting the widgets that it shows."""
        tail = ""
        try:
            async for html in self.get_generator():
                ticket.widgets.show(tail + html)
                tail = html[-120:]
                # Voilà keeps a connection awake with an inline script, which our policy would not run
                self.write(html if "window.voila_heartbeat" not in html else "<!-- -->\n")
                await self.flush()
        except iostream.StreamClosedError:
            raise asyncio.CancelledError from None

    def on_connection_close(self) -> None:
        """End the kernel of a page that was closed before it was complete."""
        super().on_connection_close()
        if self.ticket is not None and not self.ticket.built:
            self.application.settings["cxm_server"].end_soon(self.ticket)


class Explore(VoilaPage):
    """GET /c/<campaign>/explore."""

    page = "explore"

    async def told(self, campaign: Campaign) -> dict[str, Any]:
        """Return the result in a few sentences, in each language, and the client's colours."""
        from cxmaturity.app.pages.assets import asset, theme_name
        from cxmaturity.app.pages.result import result_summary
        from cxmaturity.app.server.results import own_result

        theme = theme_name(campaign.plan.primary)
        colours = {} if theme is None else {"cxm_theme": asset(theme)}
        progress: Progress = await self.ask(self.services.store.progress, self.visitor)
        if not any(given.answer.state != "skipped" for given in progress.answers):
            return colours
        today, catalog = self.services.clock().date(), self.services.catalog
        own = await self.services.draw(own_result, progress, campaign, catalog, as_of=today)
        before = {
            language: await self.services.draw(
                result_summary,
                campaign=campaign,
                progress=progress,
                own=own,
                catalog=catalog,
                language=language,
                as_of=today,
            )
            for language in campaign.plan.languages
        }
        return colours | {"cxm_before": before}


class _OwnFolder(VoilaPage):
    """A page of the consultant on an engagement folder: the server's own, else a copy of an example for this page alone."""

    def facts(self, campaign: str | None) -> dict[str, Any]:
        """Say on the page when what it shows is only an example."""
        told = super().facts(campaign)
        if self.services.options.engagement is not None:
            return told
        said = {language: f"<p>{escape(message('widgets.example', language))}</p>" for language in LANGUAGES}
        return told | {"cxm_before": said}


class Builder(_OwnFolder):
    """GET /builder/."""

    page = "builder"


class Map(_OwnFolder):
    """GET /map/."""

    page = "map"


class Seat(VoilaPage):
    """GET /c/<campaign>/workshop: a participant's place, of somebody whom a campaign invited."""

    page = "seat"

    async def told(self, campaign: Campaign) -> dict[str, Any]:
        """Return the client's colours; without a journey of this very client there is no such page."""
        from cxmaturity.app.pages.assets import asset, theme_name

        if not await has_journey(self.services, campaign):
            raise not_found()
        theme = theme_name(campaign.plan.primary)
        return {} if theme is None else {"cxm_theme": asset(theme)}


class _Owned(Guarded):
    """A handler about one kernel, for the session that owns it."""

    ticket: Ticket | None = None

    @property
    def recognised(self) -> bool:
        """Whether this is the owner."""
        return self.ticket is not None

    async def recognise(self) -> None:
        """Let in only the owner, whose session must still be valid."""
        kernel = str(self.path_kwargs.get("kernel"))
        found = self.services.kernels.find(kernel, self.secret) if self.secret else None
        if found is None:
            raise no_kernel()
        if not await self.ask(self.services.store.visitors, self.secret):
            raise no_kernel()
        self.ticket = found

    def note(self, what: str, **details: Any) -> None:
        """Put a refusal in the trail, under the session when it is known."""
        actor = self.ticket.session if self.ticket else ANONYMOUS
        self.services.refusals.note(actor, what, self.rule.name, **details)


class Kernel(_Owned, Page):
    """GET /api/kernels/<id>."""

    async def get(self, kernel: str) -> None:
        """Return the little that JupyterLab asks before it connects."""
        del kernel
        if self.ticket is None:
            raise no_kernel()
        self.send_json(describe(self.ticket))


class Shutdown(_Owned, Page):
    """POST /voila/api/shutdown/<id>: what a page sends when its tab closes."""

    async def post(self, kernel: str) -> None:
        """End the kernel."""
        del kernel
        if self.ticket is not None:
            await self.application.settings["cxm_server"].end(self.ticket)
        self.set_status(204)
        self.finish()


class Channels(_Owned, VoilaKernelWebsocketHandler):  # type: ignore[misc]  # Voilà says nothing of its types
    """GET /api/kernels/<id>/channels: the websocket."""

    counted = False

    async def get(self, kernel: str) -> None:
        """Open the websocket for the owner of the kernel."""
        session_id = self.get_query_argument("session_id", "")
        if not session_id.replace("-", "").isalnum() or len(session_id) > 64:
            raise bad_body("session_id")
        if V1 not in self.request.headers.get("Sec-WebSocket-Protocol", ""):
            raise bad_body("protocol")  # the older protocols are not read by the firewall
        if self.ticket is None or self.ticket.sockets >= SOCKETS_PER_KERNEL:
            raise busy()
        self.path_kwargs = {"kernel_id": kernel}
        answered: Any = super().get(kernel_id=kernel)
        await answered

    async def open(self, kernel_id: str) -> None:
        """Count the page as alive from now on."""
        if self.ticket is not None:
            self.ticket.sockets += 1
            self.counted = True
        self.touch()
        self.application.settings["cxm_sockets"].add(self)
        opened: Any = super().open(kernel_id)
        await opened
        if self.ping_callback is not None:
            self.ping_callback.stop()  # Jupyter's own; tornado's, below, is enough

    @property
    def ping_interval(self) -> float:
        """Seconds between two pings."""
        return _PING_SECONDS

    @property
    def ping_timeout(self) -> float:
        """Seconds without an answer after which the browser is gone."""
        return _PING_SECONDS

    def send_ping(self) -> None:
        """Leave it to tornado."""

    def on_pong(self, data: bytes) -> None:
        """Leave it to tornado."""

    def on_close(self) -> None:
        """Start the time that a page has to come back."""
        self.application.settings["cxm_sockets"].discard(self)
        if self.ticket is not None and self.counted:
            self.ticket.sockets -= 1
            self.counted = False
            self.touch()
        if self.connection is not None:
            super().on_close()

    def end(self) -> None:
        """Tell the page that its kernel has ended, and close."""
        if self.connection is not None and self.ws_connection is not None:
            self.connection.say_dead()
        self.close(1000, "ended")

    def touch(self) -> None:
        """Note that the page is alive."""
        if self.ticket is not None:
            self.ticket.touch(self.services.kernels.clock())

    def note_message(self, refusal: Refusal) -> None:
        """Put a refused message in the trail."""
        actor = self.ticket.session if self.ticket else ANONYMOUS
        self.services.refusals.note(
            actor, refusal.what, refusal.where, page=self.ticket.page if self.ticket else ""
        )

    def check_origin(self, origin: str | None = None) -> bool:
        """Say yes: the guard has already refused any other origin."""
        del origin
        return True
