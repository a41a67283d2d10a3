"""The secret key that signs links and seals the trail: from the environment, else a private file beside SQLite."""

from __future__ import annotations

import os
import secrets
import tempfile
from pathlib import Path
from typing import Final

from sqlalchemy.engine import URL

from cxmaturity.core.problems import InputError
from cxmaturity.store.problems import StoreError

VARIABLE: Final = "CXMATURITY_SECRET_KEY"
_SHORTEST: Final = 32


def secret_key(url: URL) -> bytes:
    """Return the key of a store.

    Raises
    ------
    InputError
        ``store.secret_short``; ``store.secret_missing`` on PostgreSQL, where no private file is at hand.
    StoreError
        ``store.secret_unreadable`` when the file beside the database cannot be read or made.
    """
    given = os.environ.get(VARIABLE, "")
    if given:
        return _checked(given.strip())
    if url.get_backend_name() != "sqlite":
        raise InputError.of(
            "store.secret_missing",
            "the store on PostgreSQL needs a secret key, in the environment variable {variable}.",
            hint='Make one with: python -c "import secrets; print(secrets.token_hex(32))", and keep it safe.',
            variable=VARIABLE,
        )
    path = Path(f"{url.database}.key")
    try:
        if not path.exists():
            _make(path)
        return _checked(path.read_text(encoding="ascii").strip())
    except (OSError, UnicodeDecodeError) as error:
        raise StoreError.of(
            "store.secret_unreadable",
            "the secret key '{name}' cannot be read or made.",
            hint="Check the rights on its folder.",
            name=path.name,
        ) from error


def _checked(text: str) -> bytes:
    if len(text) < _SHORTEST:
        raise InputError.of(
            "store.secret_short",
            "the secret key has {got} characters; at least {least}.",
            got=len(text),
            least=_SHORTEST,
        )
    return text.encode()


def _make(path: Path) -> None:
    """Write a key whole or not at all, readable by this account only; who comes second keeps the first one's."""
    handle, name = tempfile.mkstemp(prefix=path.name, dir=path.parent)  # mkstemp gives rights 0600
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(32))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(name, path)
        except FileExistsError:
            return
        except OSError:  # a file system without hard links
            Path(name).replace(path)
    finally:
        Path(name).unlink(missing_ok=True)
