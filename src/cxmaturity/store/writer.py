"""One thread writes for everybody: several waiting requests share one transaction, hence one wait for the disk.

A request is answered only after the commit that holds its work. What fails alone is undone alone (a savepoint);
what breaks the transaction is tried again one by one, so that one bad request never costs the others theirs.
"""

from __future__ import annotations

import contextlib
import queue
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from typing import Any, Final, TypeVar

import attrs
import sqlalchemy as sa
from sqlalchemy import exc

from cxmaturity.store.answers import Request, record_all
from cxmaturity.store.engine import WRITE
from cxmaturity.store.problems import StoreError, translate, translated, worth_retrying

_MOST: Final = 256
_TRIES: Final = 4

T = TypeVar("T")
Work = Callable[[sa.Connection], Any]


@attrs.frozen(eq=False)
class _Job:
    work: Work | Request
    future: Future[Any] = attrs.field(factory=Future)


class Writer:
    """The queue and its thread, which starts with the first write."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._queue: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._closed = False

    def submit(self, work: Work | Request) -> Future[Any]:
        """Queue some work; the future holds its result once it is durable, or the error."""
        job = _Job(work)
        with self._lock:
            if self._closed:
                raise StoreError.of("store.closed", "this store was closed.")
            if self._thread is None:
                self._thread = threading.Thread(target=self._loop, name="cxmaturity-store", daemon=True)
                self._thread.start()
            self._queue.put(job)
        return job.future

    def run(self, work: Callable[[sa.Connection], T]) -> T:
        """Do some work in a write transaction and return its result once it is durable."""
        result: T = self.submit(work).result()
        return result

    def close(self) -> None:
        """Finish what is queued, then stop."""
        with self._lock:
            self._closed = True
            thread, self._thread = self._thread, None
            self._queue.put(None)
        if thread is not None:
            thread.join()

    def _loop(self) -> None:
        while (first := self._queue.get()) is not None:
            jobs, stop = [first], False
            with contextlib.suppress(queue.Empty):
                while len(jobs) < _MOST:
                    job = self._queue.get_nowait()
                    if job is None:
                        stop = True
                        break
                    jobs.append(job)
            self._commit([job for job in jobs if job.future.set_running_or_notify_cancel()])
            if stop:
                return

    def _commit(self, jobs: Sequence[_Job], tries: int = _TRIES) -> None:
        if not jobs:
            return
        try:
            with write(self._engine) as connection:
                outcomes = [outcome for group in _groups(jobs) for outcome in _do(connection, group)]
        except Exception as error:  # noqa: BLE001  # whatever happened, somebody is waiting for an answer
            self._failed(jobs, error, tries)
            return
        for job, outcome in zip(jobs, outcomes, strict=True):
            if isinstance(outcome, BaseException):
                job.future.set_exception(outcome)
            else:
                job.future.set_result(outcome)

    def _failed(self, jobs: Sequence[_Job], error: Exception, tries: int) -> None:
        ours = translate(error)
        if worth_retrying(error) and tries > 1:
            for job in jobs:
                self._commit([job], tries - 1)
        elif len(jobs) > 1 and not (isinstance(ours, StoreError) and ours.code == "store.busy"):
            for job in jobs:
                self._commit([job], 1)
        else:
            for job in jobs:
                ours.__cause__ = error if ours is not error else None
                job.future.set_exception(ours)


@contextlib.contextmanager
def write(engine: sa.Engine) -> Iterator[sa.Connection]:
    """Open a transaction that may write; it is durable when this ends without an error."""
    with engine.connect().execution_options(**{WRITE: True}) as connection, connection.begin():
        yield connection


@contextlib.contextmanager
def read(engine: sa.Engine) -> Iterator[sa.Connection]:
    """Open a transaction that only reads: one consistent view."""
    with translated(), engine.connect() as connection, connection.begin():
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield connection


def _groups(jobs: Sequence[_Job]) -> Iterator[list[_Job]]:
    """Keep the order; answers that follow each other go together, anything else alone."""
    group: list[_Job] = []
    for job in jobs:
        if group and not (isinstance(job.work, Request) and isinstance(group[-1].work, Request)):
            yield group
            group = []
        group.append(job)
    yield group


def _do(connection: sa.Connection, group: Sequence[_Job]) -> Sequence[Any]:
    requests = [job.work for job in group if isinstance(job.work, Request)]
    if requests:
        return record_all(connection, requests)
    outcomes: list[Any] = []
    for job in group:
        assert callable(job.work)  # noqa: S101  # for the type checker: the other kind is above
        try:
            with connection.begin_nested():
                outcomes.append(job.work(connection))
        except exc.DBAPIError:
            raise
        except Exception as error:  # noqa: BLE001  # it belongs to whoever asked
            outcomes.append(error)
    return outcomes
