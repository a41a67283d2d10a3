"""A copy of the whole store in one SQLite file, checked before it bears its name; from either database.

From PostgreSQL the copy is a store too: it can be opened, read and verified anywhere without a server.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import sqlalchemy as sa
from sqlalchemy.engine import URL

from cxmaturity.core.problems import FileError
from cxmaturity.store import tables as t
from cxmaturity.store.engine import build_engine
from cxmaturity.store.migrations import upgrade
from cxmaturity.store.writer import read, write

_AT_ONCE: Final = 1000


def backup(engine: sa.Engine, path: Path) -> Path:
    """Copy the store to a new file; `FileError` when the file exists or the copy fails its check."""
    target = path.expanduser().resolve()
    if target.exists():
        raise FileError.of(
            "store.backup_exists", "'{name}' exists already and was not touched.", name=target.name
        )
    part = target.with_name(f".{target.name}.part")
    try:
        with _own_file(part):
            if engine.dialect.name == "sqlite":
                _copy_pages(engine, part)
            else:
                _copy_rows(engine, part)
            _check(part)
            part.replace(target)
    except (OSError, sqlite3.Error, sa.exc.DBAPIError) as error:
        raise FileError.of(
            "store.backup_failed",
            "the backup '{name}' could not be written or did not pass its check; there is none.",
            hint="Is there room on the disk?",
            name=target.name,
        ) from error
    return target


@contextlib.contextmanager
def _own_file(part: Path) -> Iterator[None]:
    """Make an empty file for this account only, and leave nothing behind."""
    part.unlink(missing_ok=True)
    os.close(os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        yield
    finally:
        for end in ("", "-wal", "-shm", "-journal"):
            part.with_name(part.name + end).unlink(missing_ok=True)


def _copy_pages(engine: sa.Engine, part: Path) -> None:
    raw = engine.raw_connection()
    try:
        source = raw.driver_connection
        assert isinstance(source, sqlite3.Connection)  # noqa: S101  # what this branch is for
        with contextlib.closing(sqlite3.connect(part)) as copy:
            source.backup(copy)
    finally:
        raw.close()


def _copy_rows(engine: sa.Engine, part: Path) -> None:
    copy = build_engine(URL.create("sqlite", database=str(part)))
    try:
        with read(engine) as source, write(copy) as connection:
            upgrade(connection)
            for table in t.metadata.sorted_tables:
                rows = source.execute(sa.select(table)).mappings()
                while some := rows.fetchmany(_AT_ONCE):
                    connection.execute(sa.insert(table), [dict(row) for row in some])
    finally:
        copy.dispose()


def _check(part: Path) -> None:
    """Check every page and every reference, then leave one plain file that is on the disk."""
    with contextlib.closing(sqlite3.connect(part)) as copy:
        copy.execute("PRAGMA journal_mode=DELETE")
        sound = copy.execute("PRAGMA integrity_check").fetchall()
        loose = copy.execute("PRAGMA foreign_key_check").fetchall()
    if sound != [("ok",)] or loose:
        raise sqlite3.DatabaseError("integrity")
    with part.open("rb+") as file:
        os.fsync(file.fileno())
