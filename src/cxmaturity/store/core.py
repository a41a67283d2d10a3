"""What every method of the store stands on: one engine, one writer, one clock, one trail."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self, TypeVar

import sqlalchemy as sa

from cxmaturity.assessment.values import Wave
from cxmaturity.store import access, audit
from cxmaturity.store.engine import build_engine, to_url
from cxmaturity.store.keys import secret_key
from cxmaturity.store.migrations import upgrade
from cxmaturity.store.problems import translated
from cxmaturity.store.writer import Writer, read, write

T = TypeVar("T")


def utc_now() -> dt.datetime:
    """Return the time, aware."""
    return dt.datetime.now(dt.UTC)


class Core:
    """Opens, closes, reads, writes and notes; `Doors` and `Store` say what."""

    def __init__(self, engine: sa.Engine, key: bytes, clock: Callable[[], dt.datetime]) -> None:
        self._engine = engine
        self._key = key
        self._clock = clock
        self._signer = access.Signer(key)
        self._trail = audit.Trail(key)
        self._writer = Writer(engine)
        self._telling = threading.Lock()
        self._told: dict[
            str, tuple[Any, Wave | None]
        ] = {}  # campaign -> (signature, release): see `Store.release`

    @classmethod
    def open(cls, url: str | Path, *, clock: Callable[[], dt.datetime] = utc_now) -> Self:
        """Open a store, and bring it to the schema of this version.

        Parameters
        ----------
        url : str or Path
            The path of a SQLite file, made when it does not exist, or ``postgresql://user:password@host/name``.
        clock : callable, optional
            Returns the time, aware.

        Raises
        ------
        InputError
            ``store.url``, ``store.secret_short``, ``store.secret_missing``.
        StoreError
            ``store.newer``, ``store.not_a_store``, ``store.cannot_open``, ``store.driver_missing``,
            ``store.unreachable``, ``store.busy``.
        """
        address = to_url(url)
        key = secret_key(address) if address.get_backend_name() != "sqlite" else b""
        engine = build_engine(address)
        try:
            with translated(), write(engine) as connection:
                upgrade(connection)
                key = key or secret_key(address)
                audit.Trail(key).begin(connection)
        except BaseException:
            engine.dispose()
            raise
        return cls(engine, key, clock)

    def close(self) -> None:
        """Finish what is being written and let the database go; closing twice does no harm."""
        self._writer.close()
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def secret_key(self) -> bytes:
        """The key that signs links; the server signs with it too, under its own salts."""
        return self._key

    @property
    def dialect(self) -> str:
        """``sqlite`` or ``postgresql``."""
        return self._engine.dialect.name

    def now(self) -> dt.datetime:
        """Return the time by which links expire and campaigns close, in UTC."""
        return self._clock().astimezone(dt.UTC)

    def _read(self, ask: Callable[[sa.Connection], T]) -> T:
        with read(self._engine) as connection:
            return ask(connection)

    def _write(self, work: Callable[[sa.Connection], T]) -> T:
        return self._writer.run(work)

    def _note(
        self,
        connection: sa.Connection,
        actor: str,
        action: str,
        subject: str = "",
        campaign: str | None = None,
        **details: Any,
    ) -> None:
        self._trail.append(
            connection,
            at=self.now(),
            actor=actor,
            action=action,
            subject=subject,
            campaign=campaign,
            details=details,
        )
