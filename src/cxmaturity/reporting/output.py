"""Where reports go: one folder per client, that says whose it is, and files that are whole or not there."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from cxmaturity.core.problems import FileError, InputError
from cxmaturity.engagement.values import Client

OWNER: Final = "client.json"
_ASIDE: Final = ".cxm-"
"""How the names of files begin that are being written."""


def claim_folder(out: Path, client: Client, engagement: Path, *, force: bool) -> Path:
    """Return the folder of a client's reports, made when it is not there yet.

    It bears a small file that names the client and a digest of where the engagement stands, so that two
    clients whose names give the same folder never replace each other's reports.

    Raises
    ------
    InputError
        ``reporting.other_client`` when the folder is another engagement's; ``reporting.not_ours`` when it
        holds reports that nothing says are this client's. Neither with `force`.
    FileError
        ``reporting.unwritable`` when the folder cannot be made.
    """
    folder = out / client.id
    digest = hashlib.sha256(os.fsencode(engagement.resolve())).hexdigest()[:16]
    claim = json.dumps({"client": client.name, "engagement": digest}, ensure_ascii=False, indent=2) + "\n"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if force:
            write_whole(folder / OWNER, claim.encode())
        elif not (folder / OWNER).exists() and any(folder.rglob("report.*")):
            raise InputError.of(
                "reporting.not_ours",
                "{folder} holds reports that nothing says are {client}'s.",
                hint="Choose another folder, or replace them with --force.",
                folder=str(folder),
                client=client.name,
            )
        else:
            _claim(folder, claim, engagement)
    except OSError as error:
        if isinstance(error, FileError):
            raise
        raise FileError.of(
            "reporting.unwritable",
            "cannot write in {folder}: {reason}",
            folder=str(folder),
            reason=error.strerror,
        ) from error
    return folder


def _claim(folder: Path, claim: str, engagement: Path) -> None:
    try:
        _write_new(folder / OWNER, claim.encode())
    except FileExistsError:
        standing = (folder / OWNER).read_text(encoding="utf-8", errors="replace")
        if standing == claim:
            return
        raise InputError.of(
            "reporting.other_client",
            "{folder} already holds reports of '{owner}' that were made from another folder than {engagement}.",
            hint="Choose another folder with --out, or replace them with --force.",
            folder=str(folder),
            owner=_owner(standing),
            engagement=str(engagement),
        ) from None


def _write_new(path: Path, data: bytes) -> None:
    """Write a file that nobody has yet: whole from its first moment, also if we are killed meanwhile."""
    if path.exists():
        raise FileExistsError(path)
    with _aside(path, data) as temporary:
        try:
            os.link(temporary, path)
        except FileExistsError:
            raise
        except OSError:  # a disk without links
            temporary.replace(path)


def _owner(standing: str) -> str:
    with contextlib.suppress(ValueError, TypeError, KeyError):
        return str(json.loads(standing)["client"])
    return "?"


def write_whole(path: Path, data: bytes) -> None:
    """Write a file so that it is either as before or whole: a temporary file beside it, then one rename.

    Raises
    ------
    FileError
        ``reporting.unwritable``.
    """
    write_all_whole({path: data})


def write_all_whole(files: Mapping[Path, bytes]) -> None:
    """Write several files so: all are whole beside their places before the first is renamed.

    What a full disk, or anything else, stops before that leaves every file as it was.

    Raises
    ------
    FileError
        ``reporting.unwritable``.
    """
    path = Path()
    try:
        with contextlib.ExitStack() as stack:
            written = {}
            for path, data in files.items():
                path.parent.mkdir(parents=True, exist_ok=True)
                written[path] = stack.enter_context(_aside(path, data))
            for path, temporary in written.items():
                temporary.replace(path)
    except OSError as error:
        raise FileError.of(
            "reporting.unwritable",
            "cannot write in {folder}: {reason}",
            folder=str(path),
            reason=str(error.strerror),
        ) from error


@contextlib.contextmanager
def _aside(path: Path, data: bytes) -> Iterator[Path]:
    """Write a temporary file beside a path; what is still there at the end is removed."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f"{_ASIDE}{path.name}-")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        temporary.chmod(0o644)
        yield temporary
    finally:
        temporary.unlink(missing_ok=True)


def sweep(folder: Path) -> None:
    """Remove the temporary files that a killed run left in a folder that is ours alone now."""
    with contextlib.suppress(OSError):
        for path in folder.glob(f"{_ASIDE}*"):
            path.unlink(missing_ok=True)
