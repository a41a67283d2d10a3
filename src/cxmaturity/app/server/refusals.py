"""Puts every refusal in the store's trail, once: a flood of the same one becomes one line and a count.

The first refusal of a kind is written at once; the same kind from the same visitor is then only counted, and
the count written when the window ends. Beyond a budget of lines per minute everything is one count, so nobody can
fill a disk by being refused. No address, no token and no value is written: who (a session id), what, and where.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any, Final

import attrs

from cxmaturity.app.security import Limit
from cxmaturity.app.server.limits import Bucket

ANONYMOUS: Final = "anonymous"
_WINDOW_SECONDS: Final = 60.0
_KINDS_AT_MOST: Final = 2000
_BUDGET: Final = Limit(burst=240, per_minute=60, by="session")

Write = Callable[[str, str, Mapping[str, Any]], object]


@attrs.define
class Seen:
    """One kind of refusal during its window: when it began, how often it came again, and its details."""

    since: float
    details: dict[str, Any]
    again: int = 0


@attrs.define
class Refusals:
    """Remembers what was refused lately; `write` takes (actor, what, details) and must not block."""

    write: Write
    clock: Callable[[], float] = time.monotonic
    _seen: dict[tuple[str, str, str], Seen] = attrs.field(factory=dict)
    _budget: Bucket = attrs.field(init=False)
    _unsaid: int = 0

    def __attrs_post_init__(self) -> None:
        self._budget = Bucket(_BUDGET, self.clock)

    def note(self, actor: str, what: str, where: str, **details: Any) -> None:
        """Take one refusal: `what` is a code, `where` a route or a widget, never an address with a token."""
        key = (actor, what, where)
        seen = self._seen.get(key)
        if seen is not None and self.clock() - seen.since < _WINDOW_SECONDS:
            seen.again += 1
            return
        if seen is not None:
            self._say_again(key, self._seen.pop(key))
        if len(self._seen) >= _KINDS_AT_MOST or not self._budget.take():
            self._unsaid += 1
            return
        told = {"where": where, **details}
        self._seen[key] = Seen(self.clock(), told)
        self.write(actor, what, told)

    def flush(self, *, all_of_them: bool = False) -> None:
        """Write the counts of the windows that have ended, or all of them when the server stops."""
        for key, seen in list(self._seen.items()):
            if all_of_them or self.clock() - seen.since >= _WINDOW_SECONDS:
                self._say_again(key, self._seen.pop(key))
        if self._unsaid:
            self.write("server", "refusals.too_many", {"count": self._unsaid})
            self._unsaid = 0

    def _say_again(self, key: tuple[str, str, str], seen: Seen) -> None:
        if seen.again:
            self.write(key[0], key[1], {**seen.details, "again": seen.again})
