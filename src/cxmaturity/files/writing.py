"""The one way to replace a consultant's file: whole or untouched, its permissions kept, a link followed."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from cxmaturity.core.problems import FileError


def replace_whole(file: Path, content: bytes, *, check: Callable[[Path], None] | None = None) -> None:
    """Write a file aside, on the disk, then put it in place by one rename.

    Parameters
    ----------
    file : Path
        New or not; a link keeps pointing at the file it names.
    content : bytes
        All of it.
    check : callable, optional
        Told the file to be replaced just before; what it raises leaves everything as it was.

    Raises
    ------
    FileError
        ``files.cannot_write``.
    """
    target, temporary = file.resolve(), ""
    try:
        mode = target.stat().st_mode & 0o7777 if target.exists() else 0o644
        handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}-")
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        Path(temporary).chmod(mode)
        if check is not None:
            check(target)
        Path(temporary).replace(target)
    except OSError as error:
        if isinstance(error, FileError):
            raise
        raise FileError.of(
            "files.cannot_write",
            "'{name}' cannot be written: {reason}.",
            hint="Choose another folder.",
            name=str(file),
            reason=error.strerror or type(error).__name__,
        ) from error
    finally:
        if temporary:
            Path(temporary).unlink(missing_ok=True)
