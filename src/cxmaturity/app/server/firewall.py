"""The websocket between a page and its kernel, with the firewall of `security_messages` inside.

Every message is unpacked, judged and counted before it reaches the kernel, and unpacked again on its way out. What
is refused is dropped and noted; a connection that is refused too often is closed.
"""

from __future__ import annotations

import itertools
import json
import logging
from typing import Any, Final

from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection
from tornado.websocket import WebSocketClosedError
from traitlets import Instance, default

from cxmaturity.app.security import LIMITS, REFUSALS_PER_SOCKET
from cxmaturity.app.security_messages import Firewall, Message, Refusal, too_large
from cxmaturity.app.server.limits import Bucket

log: Final = logging.getLogger("cxmaturity.app")
V1: Final = "v1.kernel.websocket.jupyter.org"
_PARTS: Final = ("header", "parent_header", "metadata", "content")
_LEAST_OFFSETS: Final = 6  # channel, four parts, and the end
_MOST_OFFSETS: Final = 40
_POLICY_CLOSE: Final = 1008


class Filtered(ZMQChannelsWebsocketConnection):
    """Jupyter's connection between a websocket and a kernel, which passes what the tables allow.

    `websocket_handler` gives the `ticket` of the page and takes notes of refusals.
    """

    firewall = Instance(Firewall)
    rate = Instance(Bucket)
    refused_messages = 0
    websocket_handler: Any

    @default("firewall")
    def _default_firewall(self) -> Firewall:
        return Firewall(self.websocket_handler.ticket.widgets)

    @default("rate")
    def _default_rate(self) -> Bucket:
        return Bucket(LIMITS["messages"])

    # --- from the browser -----------------------------------------------------------------------------------

    def handle_incoming_message(self, incoming_msg: str | bytes) -> None:
        """Pass a message to the kernel, or refuse it."""
        if not self.channels:
            return
        self.websocket_handler.touch()
        refusal, channel, message = self._judge(incoming_msg)
        if refusal is not None:
            self._refuse(refusal)
            return
        # Sent anew from what was judged: nothing that was not read can travel along.
        self.session.send(
            self.channels[channel],
            {
                "header": message["header"],
                "parent_header": message.get("parent_header") or {},
                "metadata": message.get("metadata") or {},
                "content": message["content"],
                "msg_type": message["header"]["msg_type"],
                "msg_id": message["header"].get("msg_id"),
            },
        )

    def _judge(self, incoming: str | bytes) -> tuple[Refusal | None, str, Message]:
        if too_large([incoming]):
            return Refusal("message.large", "channels"), "", {}
        if not self.rate.take():
            return Refusal("message.rate", "channels"), "", {}
        try:
            channel, message = unpacked(incoming)
        except (ValueError, RecursionError):  # whatever hostile bytes are, they are not a message
            return Refusal("message.malformed", "frame"), "", {}
        refusal = self.firewall.incoming(channel, message)
        if refusal is None and (channel not in self.channels or not _is_header(message["header"])):
            refusal = Refusal("message.malformed", "header")
        return refusal, channel, message

    def _refuse(self, refusal: Refusal) -> None:
        self.refused_messages += 1
        self.websocket_handler.note_message(refusal)
        if self.refused_messages > REFUSALS_PER_SOCKET:
            self.websocket_handler.close(_POLICY_CLOSE, "refused")

    # --- to the browser ---------------------------------------------------------------------------------------

    def handle_outgoing_message(self, stream: Any, outgoing_msg: list[Any]) -> None:
        """Send to the browser what it may see of a message of the kernel."""
        try:
            _, parts = self.session.feed_identities(outgoing_msg)
            message = self.session.deserialize(parts)
        except ValueError:
            log.warning("a message of a kernel was not signed, or came twice")
            return
        stream = self.channels[stream] if isinstance(stream, str) else stream
        if stream.closed():
            return
        if message["header"]["msg_type"] == "error":
            log.warning("a kernel reported %s", str(message["content"].get("ename"))[:80])
        for allowed in self.firewall.outgoing(message):
            self._send(stream, allowed)

    def _send(self, stream: Any, message: Message) -> None:
        packed = [self.session.pack(message[part]) for part in _PARTS] + list(message.get("buffers") or [])
        if self._limit_rate(getattr(stream, "channel", None), dict(message), packed):  # type: ignore[no-untyped-call]  # Jupyter's is not typed
            return
        try:
            self._on_zmq_reply(stream, packed if self.subprotocol == V1 else dict(message))  # type: ignore[no-untyped-call]  # Jupyter's is not typed
        except WebSocketClosedError:
            log.debug("a page closed while its kernel was speaking")

    def say_dead(self) -> None:
        """Tell the page that its kernel is no more, so that it does not look alive."""
        try:
            self._send_status_message("dead")  # type: ignore[no-untyped-call]  # Jupyter's is not typed
        except Exception:  # noqa: BLE001  # the browser or the channel may be gone already
            log.debug("a page could not be told that its kernel ended")

    def write_stderr(self, error_message: str, parent_header: Any) -> None:
        """Keep the server's own remarks on the server."""
        del parent_header
        log.warning("kernel messages: %s", error_message.splitlines()[0] if error_message else "")


def unpacked(frame: str | bytes) -> tuple[str, Message]:
    """Return the channel and the message of a frame of the protocol ``v1``.

    Jupyter's own function believes the number of parts that the frame claims, and would count to a billion.

    Raises
    ------
    ValueError
        When the frame is not one.
    """
    if not isinstance(frame, bytes) or len(frame) < 8 * (_LEAST_OFFSETS + 1):
        raise ValueError
    count = int.from_bytes(frame[:8], "little")
    if not _LEAST_OFFSETS <= count <= _MOST_OFFSETS or len(frame) < 8 * (count + 1):
        raise ValueError
    at = [int.from_bytes(frame[8 * i : 8 * (i + 1)], "little") for i in range(1, count + 1)]
    if at[0] < 8 * (count + 1) or at != sorted(at) or at[-1] > len(frame):
        raise ValueError
    parts = [frame[start:end] for start, end in itertools.pairwise(at)]
    message: Message = {name: json.loads(part) for name, part in zip(_PARTS, parts[1:5], strict=True)}
    message["buffers"] = parts[5:]
    return parts[0].decode("utf-8"), message


def _is_header(header: Any) -> bool:
    """Say whether a header is one that Jupyter sends: short texts only."""
    return (
        isinstance(header, dict)
        and len(header) <= 12
        and all(isinstance(value, str | None) and len(value or "") <= 200 for value in header.values())
    )
