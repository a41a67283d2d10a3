"""Everything that the server can refuse, as one kind of exception with a code, a sentence and a status."""

from __future__ import annotations

from typing import Any, Self

from tornado import web

from cxmaturity.core.problems import Problem


class Refused(web.HTTPError):
    """A request that is not granted; `problem` says why in both languages, `retry` after how many seconds."""

    def __init__(self, status: int, problem: Problem, *, retry: int | None = None) -> None:
        super().__init__(status)
        self.problem = problem
        self.retry = retry

    @classmethod
    def of(
        cls,
        code: str,
        template: str,
        *,
        status: int,
        hint: str = "",
        retry: int | None = None,
        **params: Any,
    ) -> Self:
        """Build the refusal for one reason; see `Problem`."""
        return cls(status, Problem(code=code, template=template, params=params, hint=hint), retry=retry)


def busy(retry: int = 5) -> Refused:
    """Return the refusal of a server that has too much to do at this moment."""
    return Refused.of(
        "app.busy",
        "too many people are being served at this moment.",
        hint="The page tries again by itself.",
        status=503,
        retry=retry,
    )


def too_fast(wait: int) -> Refused:
    """Return the refusal of a visitor who asks for too much."""
    return Refused.of(
        "app.rate",
        "too many requests in a short time.",
        hint="Wait {seconds} s and try again.",
        status=429,
        retry=wait,
        seconds=wait,
    )


def not_found() -> Refused:
    """Return the refusal of an address that does not exist."""
    return Refused.of("app.not_found", "there is nothing at this address.", status=404)


def signed_out() -> Refused:
    """Return the refusal of a visitor without a session."""
    return Refused.of(
        "app.signed_out",
        "this page needs an invitation.",
        hint="Open the link that you received.",
        status=401,
    )


def forbidden() -> Refused:
    """Return the refusal of a visitor whose invitation does not open this page."""
    return Refused.of("app.role", "your invitation does not open this page.", status=403)


def bad_body(reason: str) -> Refused:
    """Return the refusal of a body that is not what the address takes; `reason` names the part, never a value."""
    return Refused.of(
        "app.body",
        "what was sent cannot be read: {reason}.",
        hint="Reload the page.",
        status=400,
        reason=reason,
    )
