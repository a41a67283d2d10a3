"""The memory of a batch: one JSON line for each result, appended and synced before the next client counts as done.

Killed at any moment, it has lost at most the line being written, which the next run cuts off. Lines are never rewritten: the
last line of a client in a language is where it stands.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final, Literal, Self

import attrs

from cxmaturity.core.problems import FileError, InputError

SCHEMA: Final = "cxmaturity.batch/1"
NAME: Final = "manifest.jsonl"

State = Literal["done", "failed"]


@attrs.frozen(kw_only=True)
class Row:
    """What came of one client in one language.

    `source` is the client's folder as the user named it, `asked` the language asked for (empty: the engagement's own) and
    `language` the one it came out in; `inputs` the files it read with their digests; `artefacts` the
    documents, relative to the folder of the batch, with theirs; `seconds` wall time; `peak_mb` the largest memory of the
    process that made them, None when unknown; `error` the code, the parameters and the sentence of what failed; `figures`
    what the portfolio page shows.
    """

    key: str
    parts: Mapping[str, str]
    client: str
    name: str
    source: str
    asked: str
    language: str
    state: State
    attempts: int
    seconds: float
    finished: str
    inputs: Mapping[str, str] = attrs.field(factory=dict)
    artefacts: Mapping[str, str] = attrs.field(factory=dict)
    peak_mb: float | None = None
    error: Mapping[str, Any] | None = None
    figures: Mapping[str, Any] = attrs.field(factory=dict)

    @property
    def place(self) -> tuple[str, str]:
        """What a later row of the same client in the same language replaces: (source, language asked for)."""
        return self.source, self.asked

    def line(self) -> bytes:
        """Return the row as one line of JSON."""
        told = {"schema": SCHEMA, **attrs.asdict(self)}
        return json.dumps(told, sort_keys=True, separators=(",", ":"), allow_nan=False).encode() + b"\n"


_FIELDS: Final = frozenset(field.name for field in attrs.fields(Row))


@attrs.define
class Manifest:
    """The manifest of a folder of reports; `read` it, then `append` to it.

    `torn` is true when the last line had been cut, `strangers` counts the lines of another version: they stay in the file and
    are not believed.
    """

    path: Path
    rows: dict[tuple[str, str], Row] = attrs.field(factory=dict)
    torn: bool = False
    strangers: int = 0

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Read the manifest of a folder; none yet gives an empty one.

        Raises
        ------
        FileError
            ``batch.manifest_unreadable``.
        InputError
            ``batch.manifest_damaged`` when a line that is not the last is not JSON: somebody edited it, and guessing
            which clients are done is not ours to do.
        """
        manifest = cls(folder / NAME)
        try:
            content = manifest.path.read_bytes() if manifest.path.exists() else b""
        except OSError as error:
            raise FileError.of(
                "batch.manifest_unreadable",
                "cannot read {file}: {reason}",
                file=str(manifest.path),
                reason=str(error.strerror),
            ) from error
        *lines, tail = content.split(b"\n")
        manifest.torn = bool(tail)
        for number, line in enumerate(lines, 1):
            manifest._take(line, number)
        return manifest

    def _take(self, line: bytes, number: int) -> None:
        if not line.strip():
            return
        try:
            told = json.loads(line)
            schema = told.pop("schema", None)
            row = Row(**told) if schema == SCHEMA and set(told) <= _FIELDS else None
        except (ValueError, TypeError, AttributeError) as error:
            raise InputError.of(
                "batch.manifest_damaged",
                "line {line} of {file} is damaged.",
                hint="Move the file away to start afresh: every client then runs again.",
                line=number,
                file=str(self.path),
            ) from error
        if row is None:
            self.strangers += 1
        else:
            self.rows[row.place] = row

    def append(self, row: Row) -> None:
        """Add a row, durably: it is on the disk when this returns.

        Raises
        ------
        FileError
            ``batch.manifest_unwritable``: the disk is full, or the folder may not be written.
        """
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self.path.open("r+b" if self.path.exists() else "x+b") as stream:
                end = _end_of_last_line(stream.read()) if self.torn else stream.seek(0, os.SEEK_END)
                stream.truncate(end)
                stream.seek(end)
                stream.write(row.line())
                stream.flush()
                os.fsync(stream.fileno())
        except OSError as error:
            self.torn = True  # half a line may stand there
            raise FileError.of(
                "batch.manifest_unwritable",
                "cannot write in {file}: {reason}",
                hint="What is done is kept; free some space and run again.",
                file=str(self.path),
                reason=str(error.strerror),
            ) from error
        self.torn = False
        self.rows[row.place] = row

    def __iter__(self) -> Iterator[Row]:
        """Yield where each client stands."""
        return iter(self.rows.values())


def _end_of_last_line(content: bytes) -> int:
    return content.rfind(b"\n") + 1
