"""Who is there when an attack happens: two respondents, one of another campaign, a sponsor, a consultant, a stranger."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs
from websockets.exceptions import InvalidStatus


@attrs.define
class Scene:
    """A server under attack. The victims have their pages open; the attacker is Mallory, or one of them gone bad.

    The slow connections are opened before everything else: the server must cut them while the other attacks run.
    """

    server: Any
    live: Any
    folder: Path
    alice: Any
    bob: Any
    carol: Any
    sponsor: Any
    consultant: Any
    alice_page: Any
    widgets: dict[str, str]
    slow_headers: list[Any]
    slow_body: Any

    @property
    def campaign(self) -> str:
        """The campaign of Alice and Bob."""
        return self.server.campaign

    @property
    def mallory(self) -> Any:
        """Return a stranger with a fresh browser."""
        return self.server.visitor()

    @property
    def canary(self) -> Path:
        """A file that exists only if code of an attacker ran."""
        return self.folder / "canary"

    def state(self, name: str) -> dict[str, Any]:
        """Return what the kernel says now of a widget on Alice's screen."""
        page = self.alice_page
        page.comm(self.widgets[name], {"method": "request_state"})
        while True:
            content = page.wait("comm_msg")
            if content["comm_id"] == self.widgets[name] and content["data"]["method"] == "update":
                return content["data"]["state"]

    def restart_page(self) -> None:
        """Give Alice a new connection, when an attack has closed hers."""
        self.alice_page.close()
        until = time.monotonic() + 60
        while True:
            try:
                self.alice_page.socket = self.alice.socket(self.alice_page.kernel)
            except InvalidStatus:  # sockets just closed count until the server has heard of it
                if time.monotonic() > until:
                    raise
                time.sleep(0.05)
            else:
                break
        self.alice_page.everything()


@attrs.frozen
class Attack:
    """One line of the table.

    `tried` says what the attacker does, `must` what must be true afterwards; `refused` is the code of the refusal that
    must stand in the trail (None where nothing is refused because nothing can be gained); `run` does it and checks.
    """

    name: str
    tried: str
    must: str
    refused: str | None
    run: Callable[[Scene], None]


class Table(list[Attack]):
    """The attacks of one module, in order."""

    def attack(self, tried: str, must: str, refused: str | None = None) -> Callable[..., Callable[..., None]]:
        """Add the function below to the table; its name is the attack's."""

        def add(run: Callable[[Scene], None]) -> Callable[[Scene], None]:
            self.append(Attack(run.__name__, tried, must, refused, run))
            return run

        return add
