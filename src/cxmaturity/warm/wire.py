"""The bytes between the one who asks, the server, and the child: small, and read without evaluating anything.

On a connection the asker sends one request (a JSON head, the payload as it is, file descriptors beside it) and
the server answers in lines of JSON: which process, then how it ended. The child speaks on a channel of its own, in
frames: one byte for the kind, eight for the length, the data.
"""

from __future__ import annotations

import json
import os
import socket
import struct
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

HEAD: Final = struct.Struct("!QQ")
FRAME: Final = struct.Struct("!cQ")
LONGEST: Final = 1 << 34
MOST_DESCRIPTORS: Final = 8

PROGRESS: Final = b"P"
CELL: Final = b"C"
RESULT: Final = b"R"
ERROR: Final = b"E"


class WireError(OSError):
    """The other side went away, or does not speak as agreed."""


def send_request(
    connection: socket.socket, head: Mapping[str, Any], payload: bytes, descriptors: Sequence[int] = ()
) -> None:
    """Send one request; the descriptors travel with its first byte."""
    said = json.dumps(head).encode()
    sizes = HEAD.pack(len(said), len(payload))
    sent = socket.send_fds(connection, [sizes], list(descriptors)) if descriptors else connection.send(sizes)
    connection.sendall(sizes[sent:] + said)
    connection.sendall(payload)


def receive_request(connection: socket.socket) -> tuple[dict[str, Any], bytes, list[int]]:
    """Receive one request; raise `WireError` when the asker went away before its end."""
    first, descriptors, _, _ = socket.recv_fds(connection, HEAD.size, MOST_DESCRIPTORS)
    if not first:
        raise WireError("nothing was asked")
    read = _reader(connection.recv)
    said, size = HEAD.unpack(first + read(HEAD.size - len(first)))
    head = json.loads(read(said))
    return head, read(size), descriptors


def read_request(read: Callable[[int], bytes]) -> tuple[dict[str, Any], bytes]:
    """Read one request from a pipe; the counterpart of `request_bytes`."""
    whole = _reader(read)
    said, size = HEAD.unpack(whole(HEAD.size))
    return json.loads(whole(said)), whole(size)


def request_bytes(head: Mapping[str, Any], payload: bytes) -> bytes:
    """Return a request as bytes for a pipe."""
    said = json.dumps(head).encode()
    return HEAD.pack(len(said), len(payload)) + said + payload


def _reader(receive: Callable[[int], bytes]) -> Callable[[int], bytes]:
    """Return a function that reads exactly so many bytes."""

    def read(size: int) -> bytes:
        if size > LONGEST:
            raise WireError(f"{size} bytes announced")
        parts: list[bytes] = []
        while size:
            part = receive(min(size, 1 << 20))
            if not part:
                raise WireError("the other side went away")
            parts.append(part)
            size -= len(part)
        return b"".join(parts)

    return read


def frame(kind: bytes, data: bytes) -> bytes:
    """Return one frame."""
    return FRAME.pack(kind, len(data)) + data


def write_all(descriptor: int, data: bytes) -> None:
    """Write all of it to a file descriptor."""
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


class Frames:
    """What has arrived of a channel; whole frames are taken out, a half one waits for its rest."""

    def __init__(self) -> None:
        self._held = bytearray()

    def feed(self, data: bytes) -> Iterator[tuple[bytes, bytes]]:
        """Add bytes, and yield each frame that is now whole as (kind, data)."""
        self._held += data
        while len(self._held) >= FRAME.size:
            kind, size = FRAME.unpack_from(self._held)
            end = FRAME.size + size
            if len(self._held) < end:
                return
            taken = bytes(memoryview(self._held)[FRAME.size : end])
            del self._held[:end]
            yield kind, taken
