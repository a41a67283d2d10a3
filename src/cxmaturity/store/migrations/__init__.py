"""Brings a database to the schema of this version, when it is opened; a newer one is refused, never guessed at.

Alembic runs inside one transaction that we hold, under a lock: two programs that open the same new store at once
give one schema. No `env.py` and no `alembic.ini`: a user has neither.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import sqlalchemy as sa

from cxmaturity.store.problems import StoreError, not_a_store

HEAD: Final = "v0001"
_LOCK: Final = 0x63786D61747572  # any number, the same for everybody: "cxmatur"


def upgrade(connection: sa.Connection) -> None:
    """Bring the database to `HEAD` inside the caller's transaction.

    Raises
    ------
    StoreError
        ``store.newer`` when a later version of cxmaturity wrote it; ``store.not_a_store`` when its tables are
        not ours.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
    found = current(connection)
    if found == HEAD:
        return
    if found is None and sa.inspect(connection).get_table_names():
        raise not_a_store()
    _run(connection, found)


def current(connection: sa.Connection) -> str | None:
    """Return the revision that the database is at, None for an empty one."""
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    found = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    return None if found is None else str(found)


def _run(connection: sa.Connection, found: str | None) -> None:
    from alembic.operations import Operations  # a tenth of a second, and only when there is something to do
    from alembic.runtime.migration import MigrationContext
    from alembic.script import ScriptDirectory

    script = ScriptDirectory(str(Path(__file__).parent))
    if found is not None and found not in {revision.revision for revision in script.walk_revisions()}:
        raise StoreError.of(
            "store.newer",
            "a newer version of cxmaturity wrote this store (schema {found}; this one knows {known}).",
            hint="Install that version or a later one.",
            found=found,
            known=HEAD,
        )
    context = MigrationContext.configure(
        connection,
        opts={"fn": lambda revision, _context: script._upgrade_revs(HEAD, revision)},  # noqa: SLF001  # as alembic.command does
    )
    with Operations.context(context):
        context.run_migrations()
