"""What can go wrong in the store, and how a database's own complaint becomes one of our sentences.

A caller must be able to tell "nothing was written, try again" from "nothing was written, and trying again will
not help": hence two classes. Neither ever says that an answer was kept when it was not.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from sqlalchemy import exc

from cxmaturity.core.problems import CxMaturityError

_SQLITE_BUSY: Final = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_SQLITE_BROKEN: Final = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
_SQLITE_CLOSED: Final = {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM}
# lock not available, serialization failure, deadlock, statement timeout, too many connections, starting up
_POSTGRESQL_BUSY: Final = {"55P03", "40001", "40P01", "57014", "53300", "57P03"}
_POSTGRESQL_AGAIN: Final = {"40001", "40P01"}


class StoreError(CxMaturityError, RuntimeError):
    """The database refused; nothing was written. See `code`: ``store.full``, ``store.newer``..."""


class StoreBusyError(StoreError):
    """The database is busy or unreachable for the moment; nothing was acknowledged, try again later."""


class AccessError(CxMaturityError, PermissionError):
    """A link or a session that does not open this door.

    `code`: ``access.unknown``, ``access.erased``, ``access.expired``, ``access.revoked``, ``access.used``, ``access.closed``,
    ``access.full`` or ``access.role``.
    """


def sqlstate(error: BaseException) -> str:
    """Return the five characters of a PostgreSQL error, or nothing."""
    fields: Any = error.args[0] if error.args else None
    return str(fields.get("C", "")) if isinstance(fields, dict) else ""


def worth_retrying(error: BaseException) -> bool:
    """Tell whether PostgreSQL asks to run the same transaction again: a deadlock, a lost race."""
    return isinstance(error, exc.DBAPIError) and sqlstate(error.orig or error) in _POSTGRESQL_AGAIN


def busy() -> StoreBusyError:
    """Return the error of a database that somebody else holds."""
    return StoreBusyError.of(
        "store.busy", "the database is busy; nothing was written.", hint="Try again in a moment."
    )


def translate(error: BaseException) -> BaseException:
    """Return our error for a database's; any other comes back as it is."""
    if isinstance(error, exc.TimeoutError):  # no connection left in the pool
        return busy()
    if not isinstance(error, exc.DBAPIError):
        return error
    original = error.orig if error.orig is not None else error
    if isinstance(original, sqlite3.Error):
        return _from_sqlite(original)
    return _from_postgresql(error, original)


def _from_sqlite(original: sqlite3.Error) -> StoreError:
    code = getattr(original, "sqlite_errorcode", 0) & 0xFF
    if code in _SQLITE_BUSY:
        return busy()
    if code == sqlite3.SQLITE_FULL:
        return _full()
    if code in _SQLITE_BROKEN:
        return not_a_store()
    if code in _SQLITE_CLOSED:
        return StoreError.of(
            "store.closed_off",
            "the database cannot be opened for writing; nothing was written.",
            hint="Check the rights on its folder.",
        )
    return _failed(original)


def _from_postgresql(error: exc.DBAPIError, original: BaseException) -> StoreError:
    state = sqlstate(original)
    if state == "53100":
        return _full()
    if state.startswith("28") or state == "3D000":
        return StoreError.of(
            "store.login",
            "the database refused the user, the password or the name of the database.",
            hint="Check its address.",
        )
    if state in _POSTGRESQL_BUSY:
        return busy()
    if (
        error.connection_invalidated
        or state.startswith(("08", "57P"))
        or (not state and _is_network(original))
    ):
        return StoreBusyError.of(
            "store.unreachable",
            "the database cannot be reached; nothing was acknowledged.",
            hint="Check that it runs and that its address is right.",
        )
    return _failed(original)


def _is_network(original: BaseException) -> bool:
    return isinstance(original, OSError) or type(original).__name__ == "InterfaceError"


def _full() -> StoreError:
    return StoreError.of(
        "store.full",
        "the disk of the database is full; nothing was written.",
        hint="Make room, then try again.",
    )


def _failed(original: BaseException) -> StoreError:
    return StoreError.of(
        "store.failed",
        "the database refused ({reason}); nothing was written.",
        reason=sqlstate(original) or type(original).__name__,
    )


def not_a_store() -> StoreError:
    """Return the error of a file that is something else, or damaged."""
    return StoreError.of(
        "store.not_a_store",
        "this file is not a store of cxmaturity, or it is damaged.",
        hint="Go back to a backup.",
    )


@contextmanager
def translated() -> Iterator[None]:
    """Turn the database's errors into ours; the cause stays attached for whoever reads a log."""
    try:
        yield
    except (exc.DBAPIError, exc.TimeoutError) as error:
        raise translate(error) from error
