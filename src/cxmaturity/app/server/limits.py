"""Counts what each address and each session asks for, in buckets that fill again with time."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Final

import attrs

from cxmaturity.app.security import LIMITS, Limit

_BUCKETS_AT_MOST: Final = 20_000


@attrs.define
class Bucket:
    """Some tokens now, more with time; taking one that is not there fails."""

    limit: Limit
    clock: Callable[[], float] = time.monotonic
    _tokens: float = attrs.field(init=False)
    _at: float = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        self._tokens, self._at = float(self.limit.burst), self.clock()

    def _fill(self) -> None:
        now = self.clock()
        self._tokens = min(self.limit.burst, self._tokens + (now - self._at) * self.limit.per_minute / 60)
        self._at = now

    def take(self) -> bool:
        """Take one token; False when there is none."""
        self._fill()
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True

    @property
    def wait(self) -> int:
        """Whole seconds until the next token, at least one."""
        return max(1, round((1 - self._tokens) * 60 / self.limit.per_minute))


@attrs.define
class Limiter:
    """All the buckets of a server; the ones longest unused are forgotten, so a flood cannot fill the memory."""

    limits: Mapping[str, Limit] = attrs.field(default=LIMITS)
    clock: Callable[[], float] = time.monotonic
    _buckets: OrderedDict[tuple[str, str], Bucket] = attrs.field(factory=OrderedDict)

    def bucket(self, name: str, who: str) -> Bucket:
        """Return the bucket of `who` for the limit `name`."""
        key = (name, who)
        if key not in self._buckets:
            self._buckets[key] = Bucket(self.limits[name], self.clock)
            if len(self._buckets) > _BUCKETS_AT_MOST:
                self._buckets.popitem(last=False)
        self._buckets.move_to_end(key)
        return self._buckets[key]
