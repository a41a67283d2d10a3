"""The scores of a workshop while it runs: one append-only file beside the journeys, that several kernels share in one room.

Each browser has a kernel of its own, so what people score meets in a file: one line of JSON for each thing said, added under a
lock and never changed. Reading it again gives the same state, whatever was said twice: the last word of a participant on an event
counts. A participant is a number; the device is recognised after a reload by a digest of a key that the browser drew.

This is for one room and one server. It is no store: no account, no audit, no erasure; for answers to a campaign there is `store`.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import IO, Any, Final

import attrs

from cxmaturity.app.widgets.journey_map_messages import ASPECTS, FUNCTION, ID
from cxmaturity.core.problems import FileError, InputError

SUFFIX: Final = ".workshop.jsonl"
LARGEST: Final = 4 * 1024 * 1024
PEOPLE_AT_MOST: Final = 200
_VERSION: Final = 1

if sys.platform != "win32":
    import fcntl


@attrs.frozen
class Person:
    """A participant: a number that names nobody, and the function they speak for."""

    number: int
    function: str


@attrs.define
class Talk:
    """What a session file says: whether people are scoring, who they are, what they gave, whether all may see it.

    `journey` is the one that is scored; `scores` maps (participant, event) to {"expectation": 1 to 5, "satisfaction": 1 to 5};
    `session` counts the sessions of the file from 1, 0 before the first.
    """

    session: int = 0
    journey: str = ""
    revealed: bool = False
    people: dict[int, Person] = attrs.field(factory=dict)
    scores: dict[tuple[int, str], dict[str, int]] = attrs.field(factory=dict)
    keys: dict[str, int] = attrs.field(factory=dict, repr=False)
    highest: int = 0

    @property
    def is_open(self) -> bool:
        """Whether people may score."""
        return self.session > 0 and not self.revealed

    def given(self, participant: int) -> dict[str, dict[str, int]]:
        """Return what one participant gave, by event."""
        return {event: dict(marks) for (who, event), marks in self.scores.items() if who == participant}

    def take(self, line: Mapping[str, Any]) -> None:
        """Apply one line; what is not a line of ours, or comes too late, changes nothing."""
        kind = line.get("kind")
        if kind == "open":
            self.session += 1
            self.revealed = False
            self.journey = str(line.get("journey") or "")
            self.people, self.scores, self.keys = {}, {}, {}
            self.highest = max(self.highest, _whole(line.get("after")))
        elif self.session and line.get("session") == self.session:
            if kind == "join":
                self._join(line)
            elif kind == "score" and not self.revealed:
                self._score(line)
            elif kind == "reveal":
                self.revealed = True

    def _join(self, line: Mapping[str, Any]) -> None:
        number, function, key = line.get("participant"), line.get("function"), line.get("key")
        if (
            type(number) is int
            and isinstance(function, str)
            and FUNCTION.fullmatch(function)
            and isinstance(key, str)
        ):
            self.people[number] = Person(number, function)
            self.keys[key] = number
            self.highest = max(self.highest, number)

    def _score(self, line: Mapping[str, Any]) -> None:
        who, event, aspect, level = (line.get(name) for name in ("participant", "event", "aspect", "level"))
        if (
            type(who) is not int
            or who not in self.people
            or not isinstance(event, str)
            or not ID.fullmatch(event)
        ):
            return
        if aspect not in ASPECTS or not (level is None or (type(level) is int and 1 <= level <= 5)):
            return
        marks = self.scores.setdefault((who, event), {})
        marks.pop(aspect, None)
        if level is not None:
            marks[aspect] = level


def _whole(value: Any) -> int:
    return value if type(value) is int and value > 0 else 0


class Session:
    """The way to a session file. Every call reads what others added since; `talk` is what is known then.

    Parameters
    ----------
    file : path, optional
        The file; without one the session lives in this process only, for one device passed around.
    clock : callable, optional
        Gives the moment that a line is stamped with.
    """

    def __init__(
        self, file: str | os.PathLike[str] | None, *, clock: Callable[[], dt.datetime] | None = None
    ) -> None:
        self.file = None if file is None else Path(file)
        self.talk = Talk()
        self._clock = clock or (lambda: dt.datetime.now(dt.UTC))
        self._read = 0
        self._identity: tuple[int, int] | None = None

    def refresh(self) -> bool:
        """Read what was added; say whether there was anything.

        Raises
        ------
        FileError
            ``widgets.session_file`` when the file cannot be read.
        """
        if self.file is None:
            return False
        try:
            told = self.file.stat()
        except FileNotFoundError:
            return self._forget()
        except OSError as error:
            raise _unreadable(self.file, error) from error
        if (told.st_dev, told.st_ino) == self._identity and told.st_size == self._read:
            return False
        try:
            with self.file.open("rb") as stream:
                self._catch_up(stream)
        except OSError as error:
            raise _unreadable(self.file, error) from error
        return True

    def _forget(self) -> bool:
        known = self._identity is not None
        self.talk, self._read, self._identity = Talk(), 0, None
        return known

    def _catch_up(self, stream: IO[bytes]) -> None:
        """Apply the whole lines that are new; a file that was replaced or cut is read from its start."""
        told = os.fstat(stream.fileno())
        if (told.st_dev, told.st_ino) != self._identity or told.st_size < self._read:
            self._forget()
            self._identity = (told.st_dev, told.st_ino)
        stream.seek(self._read)
        content = stream.read(LARGEST)
        whole = content[
            : content.rfind(b"\n") + 1
        ]  # a line without its end is still being written, or was cut
        self._read += len(whole)
        for line in whole.splitlines():
            with contextlib.suppress(ValueError, RecursionError):
                read = json.loads(line)
                if isinstance(read, dict):
                    self.talk.take(read)

    def _say(self, line: Callable[[Talk], Mapping[str, Any] | None]) -> None:
        """Add a line, decided on what is known once the file is ours alone; None adds nothing."""
        if self.file is None:
            made = line(self.talk)
            if made is not None:
                self.talk.take(json.loads(json.dumps(made)))
            return
        try:
            with self.file.open("a+b") as stream, _alone(stream):
                self._catch_up(stream)
                made = line(self.talk)
                if made is None:
                    return
                end = stream.seek(0, os.SEEK_END)
                if end > LARGEST:
                    raise _full(self.file)
                cut = b"\n" if end > self._read else b""
                told = {"v": _VERSION, "at": self._clock().isoformat(timespec="seconds"), **made}
                stream.write(cut + json.dumps(told, ensure_ascii=False).encode() + b"\n")
                stream.flush()
                os.fsync(stream.fileno())
                self._catch_up(stream)
        except OSError as error:
            if isinstance(error, FileError):
                raise
            raise _unreadable(self.file, error) from error

    # --- what is said --------------------------------------------------------------------------------------

    def open(self, journey: str = "", *, after: int = 0) -> None:
        """Begin a session on a journey, unless one runs; participants are numbered after `after` and all those before."""

        def line(talk: Talk) -> Mapping[str, Any] | None:
            first = max(after, talk.highest)
            return None if talk.is_open else {"kind": "open", "journey": journey, "after": first}

        self._say(line)

    def reveal(self) -> None:
        """Let everybody see; nothing can be scored any more."""
        self._say(lambda talk: {"kind": "reveal", "session": talk.session} if talk.is_open else None)

    def join(self, function: str, key: str) -> Person | None:
        """Return the participant of a device: the one that it was, else a new one; None when nobody may join."""
        digest = hashlib.sha256(key.encode()).hexdigest()[:32]

        def line(talk: Talk) -> Mapping[str, Any] | None:
            known = talk.keys.get(digest)
            if known is None and (not talk.is_open or len(talk.people) >= PEOPLE_AT_MOST):
                return None
            if known is not None and (not talk.is_open or talk.people[known].function == function):
                return None
            number = talk.highest + 1 if known is None else known
            return {
                "kind": "join",
                "session": talk.session,
                "participant": number,
                "function": function,
                "key": digest,
            }

        self._say(line)
        number = self.talk.keys.get(digest)
        return None if number is None else self.talk.people[number]

    def score(self, participant: int, event: str, aspect: str, level: int | None) -> bool:
        """Note what a participant gives; say whether it counts (not after the reveal)."""

        def line(talk: Talk) -> Mapping[str, Any] | None:
            if not talk.is_open or participant not in talk.people:
                return None
            if talk.scores.get((participant, event), {}).get(aspect) == level:
                return None  # said already
            return {
                "kind": "score",
                "session": talk.session,
                "participant": participant,
                "event": event,
                "aspect": aspect,
                "level": level,
            }

        self._say(line)
        return self.talk.scores.get((participant, event), {}).get(aspect) == level


def session_file(journeys: Path) -> Path:
    """Return the session file beside a journeys file.

    Examples
    --------
    >>> session_file(Path("acme/journeys.yaml")).name
    'journeys.workshop.jsonl'
    """
    return journeys.with_name(journeys.stem + SUFFIX)


@contextlib.contextmanager
def _alone(stream: IO[bytes]) -> Iterator[None]:
    """Wait until no other process writes the file."""
    _lock(stream)
    try:
        yield
    finally:
        _unlock(stream)


if sys.platform == "win32":
    import msvcrt

    _PLACE: Final = LARGEST * 4  # far beyond the last line: reading is not hindered

    def _lock(stream: IO[bytes]) -> None:
        stream.seek(_PLACE)
        msvcrt.locking(stream.fileno(), msvcrt.LK_LOCK, 1)

    def _unlock(stream: IO[bytes]) -> None:
        stream.seek(_PLACE)
        msvcrt.locking(stream.fileno(), msvcrt.LK_UNLCK, 1)

else:

    def _lock(stream: IO[bytes]) -> None:
        fcntl.flock(stream.fileno(), fcntl.LOCK_EX)

    def _unlock(stream: IO[bytes]) -> None:
        fcntl.flock(stream.fileno(), fcntl.LOCK_UN)


def _unreadable(file: Path, error: OSError) -> FileError:
    return FileError.of(
        "widgets.session_file",
        "the workshop's file '{name}' cannot be used: {reason}.",
        hint="It stands beside the journeys file; check the rights of the folder.",
        name=file.name,
        reason=error.strerror or type(error).__name__,
    )


def _full(file: Path) -> InputError:
    return InputError.of(
        "widgets.session_full",
        "the workshop's file '{name}' is full.",
        hint="Move it elsewhere and open a new session.",
        name=file.name,
    )
