"""The memory of a batch: one JSON line for each result, appended and synced before the next client counts as done.

Killed at any moment, it has lost at most the line being written, which the next run cuts off. Lines are never rewritten: the
last line of a client in a language is where it stands. A slice of a batch writes a file of its own beside the others, and
everybody reads them all.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any, Final, Literal, Self

import attrs

from cxmaturity.core.problems import FileError, InputError

SCHEMA: Final = "cxmaturity.batch/1"
NAME: Final = "manifest.jsonl"

State = Literal["done", "failed"]
Part = tuple[int, int]
"""A slice of a batch: (number from 1, how many slices)."""

_OURS: Final = re.compile(r"manifest(-\d+-of-\d+)?\.jsonl")


def name_of(part: Part | None) -> str:
    """Return the file name of the manifest of a slice, or of a whole batch."""
    return NAME if part is None else f"manifest-{part[0]}-of-{part[1]}.jsonl"


def manifests(folder: Path) -> list[Path]:
    """Return the manifests of a folder of reports, in the order of their names."""
    try:
        return sorted(path for path in folder.iterdir() if _OURS.fullmatch(path.name))
    except FileNotFoundError:
        return []


def _texts(_: object, attribute: Any, value: object) -> None:
    told = value.items() if isinstance(value, Mapping) else [(0, 0)]
    if not all(isinstance(word, str) for pair in told for word in pair):
        raise TypeError(f"{attribute.name} is no mapping of texts")


def _inside(_: object, attribute: Any, value: Mapping[str, str]) -> None:
    for name in value:
        if PurePosixPath(name).is_absolute() or ".." in PurePosixPath(name).parts:
            raise ValueError(f"{attribute.name} leaves the folder of the batch")


def _is(*kinds: type) -> Any:
    return attrs.validators.instance_of(kinds)


@attrs.frozen(kw_only=True)
class Row:
    """What came of one client in one language.

    `source` is the client's folder seen from the folder of the batch, `asked` the language asked for (empty: the engagement's
    own) and `language` the one it came out in; `inputs` the files it read with their digests; `artefacts` the documents,
    relative to the folder of the batch, with theirs; `seconds` wall time; `peak_mb` the largest memory of the process that
    made them, None when unknown; `error` the problems of a client that failed; `figures` what the portfolio page shows.
    """

    key: str = attrs.field(validator=_is(str))
    parts: Mapping[str, str] = attrs.field(validator=_texts)
    client: str = attrs.field(validator=_is(str))
    name: str = attrs.field(validator=_is(str))
    source: str = attrs.field(validator=_is(str))
    asked: str = attrs.field(validator=_is(str))
    language: str = attrs.field(validator=_is(str))
    state: State = attrs.field(validator=attrs.validators.in_(("done", "failed")))
    attempts: int = attrs.field(validator=_is(int))
    seconds: float = attrs.field(validator=_is(int, float))
    finished: str = attrs.field(validator=_is(str))
    inputs: Mapping[str, str] = attrs.field(factory=dict, validator=_texts)
    artefacts: Mapping[str, str] = attrs.field(factory=dict, validator=[_texts, _inside])
    peak_mb: float | None = attrs.field(default=None, validator=_is(int, float, type(None)))
    error: Mapping[str, Any] | None = attrs.field(default=None, validator=_is(dict, type(None)))
    figures: Mapping[str, Any] = attrs.field(factory=dict, validator=_is(dict))

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

    `torn` is true when its last line had been cut, `strangers` counts the lines of another version: they stay in the file and
    are not believed.
    """

    path: Path
    rows: dict[tuple[str, str], Row] = attrs.field(factory=dict)
    torn: bool = False
    strangers: int = 0
    elsewhere: set[tuple[str, str]] = attrs.field(factory=set)
    """Whose row stands in another file: there, time alone tells which is the later."""

    @classmethod
    def read(cls, folder: Path, part: Part | None = None) -> Self:
        """Read the manifests of a folder, to append to that of `part`; none yet gives an empty one.

        Raises
        ------
        FileError
            ``batch.manifest_unreadable``.
        InputError
            ``batch.manifest_damaged`` when a line that is not the last is not one of ours: somebody edited it, and guessing
            which clients are done is not ours to do.
        """
        manifest = cls(folder / name_of(part))
        file = manifest.path
        try:
            for file in manifests(folder):
                manifest._take_all(file, file.read_bytes())
        except OSError as error:
            raise FileError.of(
                "batch.manifest_unreadable",
                "cannot read {file}: {reason}",
                file=str(file),
                reason=str(error.strerror),
            ) from error
        return manifest

    def _take_all(self, file: Path, content: bytes) -> None:
        """Take the lines of one file: the last of a client holds; between files, the one that ended last."""
        *lines, tail = content.split(b"\n")
        if file == self.path:
            self.torn = bool(tail)
        found: dict[tuple[str, str], Row] = {}
        for number, line in enumerate(lines, 1):
            row = self._row(line, number, file)
            if row is not None:
                found.pop(row.place, None)
                found[row.place] = row
        for place, row in found.items():
            other = self.rows.get(place)
            if other is None or other.finished <= row.finished:
                self.rows[place] = row
                (self.elsewhere.discard if file == self.path else self.elsewhere.add)(place)

    def _row(self, line: bytes, number: int, file: Path) -> Row | None:
        """Return the row of a line; None for an empty one and for one of another version, which is counted."""
        if not line.strip():
            return None
        try:
            told = json.loads(line)
            schema = told.pop("schema", None)
            if schema == SCHEMA and set(told) <= _FIELDS:
                return Row(**told)
        except (ValueError, TypeError, AttributeError, RecursionError) as error:
            raise InputError.of(
                "batch.manifest_damaged",
                "line {line} of {file} is damaged.",
                hint="Move the file away to start afresh: every client then runs again.",
                line=number,
                file=str(file),
            ) from error
        self.strangers += 1
        return None

    def append(self, row: Row) -> None:
        """Add a row, durably: it is on the disk when this returns.

        Raises
        ------
        FileError
            ``batch.manifest_unwritable``: the disk is full, or the folder may not be written.
        """
        if row.place in self.elsewhere:
            row = _later(row, self.rows[row.place])
        end = None
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            new = not self.path.exists()
            with self.path.open("x+b" if new else "r+b") as stream:
                end = _end_of_last_line(stream.read()) if self.torn else stream.seek(0, os.SEEK_END)
                stream.truncate(end)
                stream.seek(end)
                stream.write(row.line())
                stream.flush()
                os.fsync(stream.fileno())
            if new:
                _sync_folder(self.path.parent)
        except OSError as error:
            self.torn = True  # half a line may stand there, unless it can be taken back
            with contextlib.suppress(OSError):
                if end is not None:
                    os.truncate(self.path, end)
            raise FileError.of(
                "batch.manifest_unwritable",
                "cannot write in {file}: {reason}.",
                hint="What is done is kept; free some space and run again.",
                file=str(self.path),
                reason=str(error.strerror),
            ) from error
        self.torn = False
        self.rows.pop(row.place, None)
        self.rows[row.place] = row
        self.elsewhere.discard(row.place)

    def __iter__(self) -> Iterator[Row]:
        """Yield where each client stands, the one that ended last at the end."""
        return iter(self.rows.values())


def _later(row: Row, before: Row) -> Row:
    """Return a row that ended after another, also when the clock has been set back between the two."""
    if row.finished > before.finished:
        return row
    with contextlib.suppress(ValueError, OverflowError):
        after = dt.datetime.fromisoformat(before.finished) + dt.timedelta(milliseconds=1)
        return attrs.evolve(row, finished=after.isoformat(timespec="milliseconds"))
    return row


def _end_of_last_line(content: bytes) -> int:
    return content.rfind(b"\n") + 1


def _sync_folder(folder: Path) -> None:
    """Make the name of a new file as durable as its bytes, where the system can."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
