"""Changes to ``engagement.yaml`` that leave every other character where it was: comments, order, spaces, quotes.

A file that a consultant wrote by hand is theirs. Only the text of what changes is replaced, at the place that the YAML parser
gives; the result is read again and checked before the file is touched, and the file is then replaced whole.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import yaml

from cxmaturity.core.problems import InputError, Place, Problem
from cxmaturity.engagement.values import Engagement
from cxmaturity.files.engagement_yaml import FILE_NAME, read_content
from cxmaturity.files.findings import Findings
from cxmaturity.files.folder import YAML_LIMIT, decode_yaml, read_bytes
from cxmaturity.files.splice import APPEND, REMOVE, Change, LayoutError, apply_change, plain_value
from cxmaturity.files.writing import replace_whole
from cxmaturity.files.yaml_text import parse_yaml

__all__ = ["APPEND", "REMOVE", "Change", "edit_engagement", "edited_content", "fingerprint"]

_BOM: Final = "\ufeff"


def fingerprint(path: str | os.PathLike[str]) -> str:
    """Return a digest of ``engagement.yaml`` as it stands, to notice later that somebody else changed it.

    Raises
    ------
    InputError
        When it cannot be read.
    """
    return _digest(_read(_file(path)))


def edit_engagement(
    path: str | os.PathLike[str], changes: Sequence[Change], *, expected: str | None = None
) -> tuple[Problem, ...]:
    """Change some values of an engagement file and leave the rest of its text as it is.

    Parameters
    ----------
    path : path
        The folder, or its ``engagement.yaml``.
    changes : sequence of (path, value)
        Where, as a tuple of keys and positions such as ``("levers", "retention", "attribution", "mode")``, and what: a
        number, a text, a date, a bool, or lists and mappings of those; `REMOVE` takes the key out. What lies on the way
        and is missing is made; `APPEND` as the last step adds to a list.
    expected : str, optional
        The `fingerprint` that the file must still have.

    Returns
    -------
    tuple of Problem
        The warnings of the file as written.

    Raises
    ------
    InputError
        Everything that would be wrong; the file is then byte for byte as before. ``files.edit_changed`` when it no longer
        has the fingerprint expected, ``files.edit_layout`` when the change cannot be written at that place,
        ``files.edit_shared`` when an alias shares the value with another place.
    FileError
        ``files.cannot_write``.
    """
    file = _file(path)
    before = _read(file)
    if expected is not None and _digest(before) != expected:
        raise _changed(file)
    content, _, problems = edited_content(file, changes, before=before)
    if content != before:
        _write(file, content, before)
    return problems


def edited_content(
    path: str | os.PathLike[str], changes: Sequence[Change], *, before: bytes | None = None
) -> tuple[bytes, Engagement, tuple[Problem, ...]]:
    """Return the file as it would be, the engagement that it holds and its warnings; nothing is written.

    Raises
    ------
    InputError
        As `edit_engagement`.
    """
    file = _file(path)
    content = _read(file) if before is None else before
    found = Findings(str(file))
    text = decode_yaml(content, found)
    if text is None or parse_yaml(text, found) is None or found.problems:
        raise InputError(found.problems)
    edited = _edited(file, text, changes)
    mark = _BOM.encode() if content.startswith(_BOM.encode()) else b""
    new = mark + edited.encode()
    engagement, problems = read_content(file, new)
    if engagement is None or any(problem.severity == "error" for problem in problems):
        raise InputError(problems)
    return new, engagement, problems


def _edited(file: Path, text: str, changes: Sequence[Change]) -> str:
    whole, wanted = text, json.loads(json.dumps(_plain(text)))  # a copy of every alias
    newline = "\r\n" if "\r\n" in text else "\n"
    path: tuple[str | int, ...] = ()
    try:
        for path, value in changes:
            whole = apply_change(whole, path, value, newline)
            wanted = plain_value(wanted, path, value)
            whole.encode()
        read = _plain(whole)
    except (LayoutError, yaml.YAMLError, UnicodeEncodeError) as error:
        refused = Problem(
            code="files.edit_layout",
            template="this change cannot be written there: the file must be edited by hand.",
            path=path,
            place=Place(file=str(file)),
        )
        raise InputError([refused]) from error
    if read != wanted:
        shared = Problem(
            code="files.edit_shared",
            template="the value is written once and used in several places (an alias): the file must be edited by hand.",
            path=changes[0][0] if changes else (),
            place=Place(file=str(file)),
        )
        raise InputError([shared])
    return whole


def _plain(text: str) -> Any:
    """Return the document with every scalar as text."""
    return yaml.load(text, Loader=getattr(yaml, "CBaseLoader", yaml.BaseLoader))  # noqa: S506  # texts only


def _changed(file: Path) -> InputError:
    return InputError(
        [
            Problem(
                code="files.edit_changed",
                template="the file was changed by somebody else since it was opened; nothing was written.",
                hint="Open it again, then make the change.",
                place=Place(file=str(file)),
            )
        ]
    )


def _file(path: str | os.PathLike[str]) -> Path:
    given = Path(path)
    return given / FILE_NAME if given.is_dir() else given


def _read(file: Path) -> bytes:
    found = Findings(str(file))
    if not os.path.lexists(file):
        found.of(
            "files.no_engagement",
            "there is no file '{name}' here.",
            hint="'cxmaturity new {folder}' writes a first one.",
            name=file.name,
            folder=str(file.parent),
        )
        raise InputError(found.problems)
    content = read_bytes(file, found, limit=YAML_LIMIT)
    if content is None:
        raise InputError(found.problems)
    return content


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _write(file: Path, content: bytes, before: bytes) -> None:
    """Replace the file, unless somebody else has changed it meanwhile."""

    def unchanged(target: Path) -> None:
        if target.read_bytes() != before:
            raise _changed(file)

    replace_whole(file, content, check=unchanged)
