"""A job and what it made as bytes, to cross from one process to another: JSON for what is small, the documents as they are.

No pickle: a process that reads a parcel runs nothing that the parcel says.
"""

from __future__ import annotations

import datetime as dt
import json
import math
import re
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import attrs

from cxmaturity.core.problems import InputError, Place, Problem
from cxmaturity.reporting.job import Job, Made

_LENGTH: Final = struct.Struct(">Q")
_FILE_NAME: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")


def pack(head: Mapping[str, Any], blobs: Mapping[str, bytes]) -> bytes:
    """Return a parcel: the length of its head, the head as JSON, the blobs one after the other."""
    told = json.dumps(
        {"head": head, "blobs": [[name, len(data)] for name, data in blobs.items()]}, allow_nan=False
    ).encode()
    return b"".join((_LENGTH.pack(len(told)), told, *blobs.values()))


def unpack(parcel: bytes) -> tuple[dict[str, Any], dict[str, bytes]]:
    """Return the head and the blobs of a parcel.

    Raises
    ------
    InputError
        ``batch.parcel`` when it is not whole.
    """
    view = memoryview(parcel)
    try:
        (length,) = _LENGTH.unpack(view[:8])
        told = json.loads(bytes(view[8 : 8 + length]))
        at, blobs = 8 + length, {}
        for name, size in told["blobs"]:
            blobs[name] = bytes(view[at : at + size])
            at += size
        whole = at == len(parcel)
    except (ValueError, KeyError, TypeError, struct.error):
        whole = False
    if not whole:
        raise _not_whole()
    return dict(told["head"]), blobs


def pack_job(job: Job) -> bytes:
    """Return a job as bytes."""
    head = {
        "source": str(job.source),
        "language": job.language,
        "formats": list(job.formats),
        "as_of": None if job.as_of is None else job.as_of.isoformat(),
        "sections": None if job.sections is None else list(job.sections),
        "keep_notebook": job.keep_notebook,
        "seed": job.seed,
    }
    return pack(head, {} if job.slides is None else {"slides": job.slides})


def unpack_job(parcel: bytes) -> Job:
    """Return the job of a parcel."""
    head, blobs = unpack(parcel)
    day, sections = head.pop("as_of"), head.pop("sections")
    return Job(
        **(head | {"source": Path(head["source"]), "formats": tuple(head["formats"])}),
        as_of=None if day is None else dt.date.fromisoformat(day),
        sections=None if sections is None else tuple(sections),
        slides=blobs.get("slides"),
    )


def pack_made(made: Made) -> bytes:
    """Return what a job made as bytes."""
    head = {
        "problems": [told(problem) for problem in made.problems],
        "seconds": dict(made.seconds),
        "figures": {name: _figure(value) for name, value in made.figures.items()},
    }
    return pack(head, made.documents)


def unpack_made(parcel: bytes) -> Made:
    """Return what a job made from a parcel.

    Raises
    ------
    InputError
        ``batch.parcel`` when it is not whole, or names a document that is no plain file name.
    """
    head, documents = unpack(parcel)
    try:
        made = Made(
            documents=documents,
            problems=tuple(read(problem) for problem in head["problems"]),
            seconds=dict(head["seconds"]),
            figures=dict(head["figures"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise _not_whole() from error
    if not all(_FILE_NAME.fullmatch(name) for name in documents):
        raise _not_whole()
    return made


def _not_whole() -> InputError:
    return InputError.of("batch.parcel", "what a worker sent back is not whole.")


def told(problem: Problem) -> dict[str, Any]:
    """Return a problem as JSON; a parameter that JSON cannot hold is told as text."""
    return {
        "code": problem.code,
        "template": problem.template,
        "hint": problem.hint,
        "params": {name: _plain(value) for name, value in problem.params},
        "path": list(problem.path),
        "place": None if problem.place is None else attrs.asdict(problem.place),
        "severity": problem.severity,
    }


def read(told: Mapping[str, Any]) -> Problem:
    """Return the problem that `told` wrote."""
    place = told["place"]
    return Problem(**(dict(told) | {"place": None if place is None else Place(**place)}))


def _plain(value: Any) -> Any:
    return value if isinstance(value, str | int | bool | None) or _number(value) else str(value)


def _figure(value: Any) -> Any:
    """Return a headline figure as JSON can hold it: what is no number is not known."""
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _number(value: Any) -> bool:
    return isinstance(value, float) and math.isfinite(value)
