"""Pages that say what happened and what to do: a lost link, a busy server, a wrong address. Never a code alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from cxmaturity.app.pages.base import page
from cxmaturity.core.text import Language

__all__ = ["KINDS", "problem_page", "waiting_page"]

KINDS: Final[Mapping[str, str]] = {
    "access.unknown": "unknown",
    "access.erased": "erased",
    "access.expired": "expired",
    "access.revoked": "revoked",
    "access.used": "used",
    "access.closed": "closed",
    "access.full": "full",
    "access.role": "forbidden",
    "app.signed_out": "session",
    "app.busy": "busy",
    "app.rate": "rate",
    "app.not_found": "not_found",
    "app.role": "forbidden",
    "app.origin": "forbidden",
    "app.host": "not_found",
    "app.method": "bad",
    "app.body": "bad",
    "app.header": "bad",
    "app.large": "bad",
    "app.no_answers": "no_answers",
    "app.no_open_link": "no_open_link",
    "app.fault": "server",
    "store.busy": "busy",
    "store.full": "full_disk",
    "store.closed": "closed",
    "store.nothing_answered": "no_answers",
}
"""Code to the sentences that explain it; any other code is told by its own sentence, or as a fault of ours."""

_NEW_LINK: Final = {"unknown", "expired", "revoked", "used", "session", "full", "no_open_link"}
_AGAIN: Final = {"busy", "rate", "server", "bad"}
_HOME: Final = {"used", "not_found", "forbidden", "no_answers", "closed"}


def problem_page(code: str, *, language: Language, params: Mapping[str, Any] | None = None) -> str:
    """Return the page for a problem.

    Parameters
    ----------
    code : str
        A key of `KINDS`; anything else is told as `said`, or as a fault of ours.
    language : {"en", "fr"}
        Language of the page.
    params : mapping, optional
        ``contact`` says whom to write to, ``primary`` and ``client`` whose look the page has, ``known`` whether
        this device has a session: without one there is no self-test to go back to; ``said`` is the sentence of a
        problem that lies in what was asked.
    """
    told = dict(params or {})
    said = str(told.get("said", ""))
    kind = KINDS.get(code, "refused" if said else "server")
    return page(
        "problem.html.j2",
        language=language,
        primary=told.get("primary"),
        client=told.get("client", ""),
        kind=kind,
        code=code,
        said=said[:1].upper() + said[1:],
        contact=told.get("contact", ""),
        new_link=kind in _NEW_LINK,
        again=kind in _AGAIN,
        home=kind in _HOME and bool(told.get("known")),
    )


def waiting_page(*, language: Language, primary: str | None = None, client: str = "") -> str:
    """Return the page shown while every kernel is taken; it looks again by itself every few seconds."""
    return page("waiting.html.j2", language=language, primary=primary, client=client)
