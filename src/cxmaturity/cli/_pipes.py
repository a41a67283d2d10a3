"""Output that nobody reads any more: ``cxmaturity ... | head`` ends as it would have ended alone.

A command that wrote half of its documents must not die because `head` has seen enough, and the exit code of an audit
must be the verdict on the trail, not on the reader.
"""

from __future__ import annotations

import io
import os
import stat
import sys


class _Patient(io.FileIO):
    """A pipe that, once its reader is gone, leads to nowhere in place of an error."""

    def write(self, data: object, /) -> int:
        """Write, or drop what nobody reads."""
        try:
            return super().write(data)  # type: ignore[arg-type]  # whatever a buffer hands down
        except BrokenPipeError:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self.fileno())  # children write here too
            os.close(nowhere)
            return super().write(data)  # type: ignore[arg-type]  # the same


def outlive_readers() -> None:
    """Make standard output and standard error patient when they lead to a pipe; any other stream stays as it is."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is not getattr(sys, f"__{name}__") or not isinstance(stream, io.TextIOWrapper):
            continue  # somebody, a test for instance, put their own in its place
        handle = stream.fileno()
        if not stat.S_ISFIFO(os.fstat(handle).st_mode):
            continue
        stream.flush()
        patient = io.BufferedWriter(_Patient(handle, "w", closefd=False))
        setattr(
            sys,
            name,
            io.TextIOWrapper(
                patient,
                encoding=stream.encoding,
                errors=stream.errors,
                line_buffering=stream.line_buffering,
                write_through=stream.write_through,
            ),
        )
