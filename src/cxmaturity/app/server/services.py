"""What every handler of one server shares: the store behind a pool of threads, the limits, the kernels."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, Any, Final, TypeVar

import attrs

from cxmaturity.app.security import QUEUED_SAVES
from cxmaturity.app.server.kernels import Kernels
from cxmaturity.app.server.limits import Limiter
from cxmaturity.app.server.options import Options
from cxmaturity.app.server.refusals import Refusals
from cxmaturity.app.server.refused import busy
from cxmaturity.catalog.catalog import Catalog
from cxmaturity.core.text import Language

if TYPE_CHECKING:
    from cxmaturity.store import Store

Result = TypeVar("Result")
_STORE_THREADS: Final = 4  # more only fight for the interpreter
_QUEUED_PICTURES: Final = 40


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


@attrs.define(kw_only=True)
class Services:
    """One per server; `close` gives everything back."""

    options: Options
    store: Store
    catalog: Catalog
    clock: Callable[[], dt.datetime] = _now
    limiter: Limiter = attrs.field(factory=Limiter)
    draining: bool = False
    languages: dict[str, tuple[Language, ...]] = attrs.field(
        factory=dict
    )  # by campaign; a plan keeps its own
    _waiting: int = 0
    _drawing: int = 0
    _pool: ThreadPoolExecutor = attrs.field(init=False)
    _painter: ThreadPoolExecutor = attrs.field(init=False)
    refusals: Refusals = attrs.field(init=False)
    kernels: Kernels = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        self._pool = ThreadPoolExecutor(_STORE_THREADS, thread_name_prefix="store")
        # matplotlib is not made for several threads: pictures and PDFs are drawn one after the other
        self._painter = ThreadPoolExecutor(1, thread_name_prefix="paint")
        self.refusals = Refusals(self._record)
        self.kernels = Kernels(most=self.options.max_kernels)

    @property
    def pending(self) -> int:
        """How many store calls are under way."""
        return self._waiting

    async def run(self, call: Callable[..., Result], /, *args: Any, **kwargs: Any) -> Result:
        """Call the store in a thread; the loop stays free.

        Raises
        ------
        Refused
            ``app.busy`` when so many calls wait that this one would be answered too late.
        """
        if self._waiting >= QUEUED_SAVES:
            raise busy()
        self._waiting += 1
        try:
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self._pool, partial(call, *args, **kwargs))
        finally:
            self._waiting -= 1

    async def wait_for(self, future: Future[Result]) -> Result:
        """Wait for what the store does in its own thread; counted like the other calls."""
        if self._waiting >= QUEUED_SAVES:
            future.cancel()
            raise busy()
        self._waiting += 1
        try:
            return await asyncio.wrap_future(future)
        finally:
            self._waiting -= 1

    async def draw(self, call: Callable[..., Result], /, *args: Any, **kwargs: Any) -> Result:
        """Call something heavy (a page with charts, a PDF) in the one thread that draws."""
        if self._drawing >= _QUEUED_PICTURES:
            raise busy()
        self._drawing += 1
        try:
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self._painter, partial(call, *args, **kwargs))
        finally:
            self._drawing -= 1

    def _record(self, actor: str, what: str, details: Any) -> None:
        self._pool.submit(self.store.record_refusal, actor, what, details)

    def close(self) -> None:
        """Write what is left of the refusals, end the threads, close the store."""
        self.refusals.flush(all_of_them=True)
        self._painter.shutdown(wait=False, cancel_futures=True)
        self._pool.shutdown(wait=True)
        self.store.close()
