"""Who owns which kernel, how many there may be, and when one must end.

A kernel belongs to the session whose page started it, and to nobody else. It ends when its page says goodbye,
when no page has listened to it for a while, when it is idle, when its session is gone or when its page was
never finished; so a closed tab never leaves one behind, whatever the browser managed to say.
"""

from __future__ import annotations

import hmac
import time
import uuid
from collections.abc import Callable
from contextvars import ContextVar
from pathlib import Path
from typing import Any, Final

import attrs

from cxmaturity.app.security import (
    KERNEL_GRACE_SECONDS,
    KERNEL_IDLE_SECONDS,
    KERNEL_START_SECONDS,
    KERNELS_PER_SESSION,
    STARTS_AT_ONCE,
)
from cxmaturity.app.security_messages import Widgets
from cxmaturity.store.values import Visitor

starting: Final[ContextVar[Ticket | None]] = ContextVar("starting", default=None)
"""The page that is being built in this task: the kernel manager gives it the kernel that it starts."""


@attrs.define(eq=False, kw_only=True)
class Ticket:
    """One Voilà page: its owner, its kernel once there is one, its widgets, and who listens.

    The secret is kept to ask the store again, now and then, whether the visitor may still be here. `folder` holds files that
    are this page's alone, and goes with it.
    """

    visitor: Visitor
    secret: str = attrs.field(repr=False)
    page: str
    widgets: Widgets
    born: float
    id: str = attrs.field(factory=lambda: uuid.uuid4().hex)
    kernel: str | None = None
    built: bool = False
    sockets: int = 0
    touched: float = 0.0
    ended: bool = False
    folder: Path | None = None

    @property
    def session(self) -> str:
        """Id of the session in the store."""
        return self.visitor.session

    def touch(self, now: float) -> None:
        """Note that the page is alive."""
        self.touched = now


@attrs.define
class Kernels:
    """The pages that have, or are getting, a kernel; times in seconds of `clock`."""

    most: int
    clock: Callable[[], float] = time.monotonic
    _tickets: dict[str, Ticket] = attrs.field(factory=dict)

    def __len__(self) -> int:
        return len(self._tickets)

    def open(self, *, visitor: Visitor, secret: str, page: str, widgets: Widgets) -> Ticket | None:
        """Take a place for a new page; None when the server or this session has too many, or too many start."""
        mine = [ticket for ticket in self._tickets.values() if ticket.session == visitor.session]
        being_built = sum(not ticket.built for ticket in self._tickets.values())
        if len(self) >= self.most or len(mine) >= KERNELS_PER_SESSION or being_built >= STARTS_AT_ONCE:
            return None
        now = self.clock()
        ticket = Ticket(visitor=visitor, secret=secret, page=page, widgets=widgets, born=now, touched=now)
        self._tickets[ticket.id] = ticket
        return ticket

    def abandoned(self, session: str) -> tuple[Ticket, ...]:
        """Return the finished pages of a session that nobody listens to: a reload left them."""
        return tuple(
            ticket
            for ticket in self._tickets.values()
            if ticket.session == session and ticket.built and not ticket.sockets
        )

    def close(self, ticket: Ticket) -> None:
        """Give a place back."""
        self._tickets.pop(ticket.id, None)

    def find(self, kernel: str, secret: str) -> Ticket | None:
        """Return the page of a kernel, if the session with this secret owns it."""
        for ticket in self._tickets.values():
            if ticket.kernel == kernel and hmac.compare_digest(ticket.secret.encode(), secret.encode()):
                return ticket
        return None

    def has_page(self, secret: str) -> bool:
        """Say whether the session with this secret has any page open: only then are Voilà's files for it."""
        return any(self.of_session(secret))

    def of_session(self, secret: str) -> tuple[Ticket, ...]:
        """Return the pages of a session."""
        told = secret.encode()
        return tuple(
            ticket for ticket in self._tickets.values() if hmac.compare_digest(ticket.secret.encode(), told)
        )

    def all(self) -> tuple[Ticket, ...]:
        """Return every page."""
        return tuple(self._tickets.values())

    def overdue(self) -> tuple[Ticket, ...]:
        """Return the pages whose kernel must end now."""
        return tuple(ticket for ticket in self._tickets.values() if self._must_end(ticket))

    def _must_end(self, ticket: Ticket) -> bool:
        now = self.clock()
        if not ticket.built:
            return now - ticket.born > KERNEL_START_SECONDS
        quiet = now - ticket.touched
        return quiet > (KERNEL_IDLE_SECONDS[ticket.page] if ticket.sockets else KERNEL_GRACE_SECONDS)


def describe(ticket: Ticket) -> dict[str, Any]:
    """Return what JupyterLab asks of a kernel before it connects; nothing about anybody else's."""
    return {
        "id": ticket.kernel,
        "name": "python3",
        "last_activity": "1970-01-01T00:00:00Z",
        "execution_state": "idle",
        "connections": ticket.sockets,
    }
