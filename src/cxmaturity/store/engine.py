"""Opens the database: a path is SQLite, a URL may be PostgreSQL. Every safety setting is decided here.

SQLite: WAL, so that readers never wait; ``synchronous=FULL``, so that an answer acknowledged survives a power
cut; foreign keys; what is erased is overwritten; writers take their lock at once, so that none finds out half-way
that it lost the race.
"""

from __future__ import annotations

import os
import random
import sqlite3
import time
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import exc
from sqlalchemy.engine import URL, make_url

from cxmaturity.core.problems import InputError
from cxmaturity.store.problems import StoreError

BUSY_SECONDS = 5.0
"""How long a writer waits for another one before it says that the database is busy."""
_LOOK_AGAIN: Final = 0.003
_STEP: Final = random.Random()  # noqa: S311  # its own: a waiting thread must not move the random numbers of others
WRITE: Final = "cxmaturity_write"


def to_url(given: str | Path) -> URL:
    """Return the address of a database; ``postgresql://`` means our driver, a path a SQLite file.

    Raises
    ------
    InputError
        ``store.url`` when it is neither; the text is not repeated, it may hold a password.
    """
    text = str(given)
    if "://" not in text:
        return URL.create("sqlite", database=str(Path(text).expanduser().resolve()))
    try:
        url = make_url(text)
    except (exc.ArgumentError, ValueError):
        raise _bad_url() from None
    if url.drivername in {"postgresql", "postgres"}:
        url = url.set(drivername="postgresql+pg8000")
    if url.drivername in {"sqlite", "sqlite+pysqlite"} and url.database and url.database != ":memory:":
        return URL.create("sqlite", database=str(Path(url.database).expanduser().resolve()))
    if url.drivername != "postgresql+pg8000" or not url.database:
        raise _bad_url()
    return url


def _bad_url() -> InputError:
    return InputError.of(
        "store.url",
        "this is not the address of a store.",
        hint="Give the path of a file, or postgresql://user:password@host/database.",
    )


def build_engine(url: URL) -> sa.Engine:
    """Return an engine with our settings; nothing is opened yet on PostgreSQL, the file exists on SQLite."""
    return _sqlite(url) if url.get_backend_name() == "sqlite" else _postgresql(url)


def _sqlite(url: URL) -> sa.Engine:
    path = Path(str(url.database))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))  # personal data: for this account only
    except OSError as error:
        raise StoreError.of(
            "store.cannot_open",
            "the store '{name}' cannot be opened: {reason}.",
            name=path.name,
            reason=error.strerror or type(error).__name__,
        ) from error
    engine = sa.create_engine(
        url, pool_size=8, max_overflow=24, pool_timeout=30, connect_args={"timeout": BUSY_SECONDS}
    )
    sa.event.listen(engine, "connect", _prepare_sqlite)
    sa.event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "secure_delete=ON",
        "temp_store=MEMORY",
        "trusted_schema=OFF",
        f"busy_timeout={int(BUSY_SECONDS * 1000)}",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: sa.Connection) -> None:
    if not connection.get_execution_options().get(WRITE):
        connection.exec_driver_sql("BEGIN")
        return
    raw: Any = connection.connection.driver_connection
    deadline = time.monotonic() + BUSY_SECONDS
    raw.execute("PRAGMA busy_timeout=0")
    try:
        while True:
            try:
                raw.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                    break
                # SQLite's own waiting looks ten times a second: beside a program that writes without a pause
                # it would wait for ever.
                time.sleep(_LOOK_AGAIN * (0.5 + _STEP.random()))  # only so that two do not march in step
            else:
                return
        connection.exec_driver_sql("BEGIN IMMEDIATE")  # once more, for SQLAlchemy to wrap what it says
    finally:
        raw.execute(f"PRAGMA busy_timeout={int(BUSY_SECONDS * 1000)}")


def _postgresql(url: URL) -> sa.Engine:
    try:
        engine = sa.create_engine(
            url,
            pool_size=8,
            max_overflow=24,
            pool_timeout=30,
            pool_pre_ping=True,
            connect_args={"timeout": 30},
        )
    except ModuleNotFoundError as error:
        raise StoreError.of(
            "store.driver_missing",
            "the driver for PostgreSQL is not installed.",
            hint="Install it with: pip install 'cxmaturity[postgresql]'.",
        ) from error
    sa.event.listen(engine, "connect", _prepare_postgresql)
    return engine


def _prepare_postgresql(connection: Any, _record: Any) -> None:
    connection.autocommit = True
    cursor = connection.cursor()
    cursor.execute(f"SET lock_timeout = '{int(BUSY_SECONDS * 1000)}ms'")
    cursor.execute("SET idle_in_transaction_session_timeout = '60s'")
    cursor.execute("SET timezone = 'UTC'")
    cursor.execute("SET synchronous_commit = 'on'")
    cursor.close()
    connection.autocommit = False
