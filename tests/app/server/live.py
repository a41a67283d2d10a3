"""A real server in a process of its own, and visitors who speak HTTP to it byte by byte if they must."""

from __future__ import annotations

import contextlib
import datetime as dt
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
import uuid
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import attrs
from websockets.sync.client import ClientConnection, connect

from cxmaturity.store import CampaignPlan, Store

FORM = "application/x-www-form-urlencoded"
_METADATA = {"version": "1.0.0"}  # of the protocol of the widgets' control channel
V1 = "v1.kernel.websocket.jupyter.org"


def plan(**changes: Any) -> CampaignPlan:
    """Return a campaign plan that ends next month."""
    today = dt.datetime.now(dt.UTC).date()
    told = {
        "client": "Maison Lavande",
        "controller": "Maison Lavande SAS",
        "contact": "dpo@lavande.example",
        "deadline": today + dt.timedelta(days=30),
        "retention": today + dt.timedelta(days=200),
    }
    return CampaignPlan(**{**told, **changes})


@attrs.define
class Reply:
    """What came back."""

    status: int
    headers: dict[str, list[str]]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")

    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def code(self) -> str:
        """The code of the first problem of a JSON answer."""
        return self.json()["problems"][0]["code"]

    def header(self, name: str) -> str:
        return ", ".join(self.headers.get(name.lower(), []))


@attrs.define
class Server:
    """One running server: its process, what it announced, the store behind it."""

    process: subprocess.Popen[str]
    ready: dict[str, Any]
    store: Store
    log: Path
    port: int
    public: str | None = None
    campaign: str = ""
    other_campaign: str = ""

    @property
    def host(self) -> str:
        return self.public or f"127.0.0.1:{self.port}"

    @property
    def origin(self) -> str:
        return f"https://{self.public}" if self.public else f"http://{self.host}"

    def visitor(self, role: str | None = None, campaign: str | None = None, **extra: Any) -> Visitor:
        """Return somebody with a browser; with a role, somebody who has opened their invitation."""
        visitor = Visitor(self)
        if role is not None:
            of = None if role == "consultant" and campaign is None else campaign or self.campaign
            _, token = self.store.invite(of, role, actor="test", **extra)
            reply = visitor.post(f"/i/{token}", {})
            assert reply.status == 303, reply.text
        return visitor

    def refusals(self, what: str | None = None) -> list[dict[str, Any]]:
        """Return the refusals in the trail, of one kind or all, waiting a moment for the last one to be written."""
        until = time.monotonic() + 60
        while time.monotonic() < until:
            found = [
                dict(entry.details)
                for entry in self.store.audit_entries()
                if entry.action == "refused" and what in (None, entry.details.get("what"))
            ]
            if found or what is None:
                return found
            time.sleep(0.05)
        return []

    def logged(self) -> str:
        """Return all that the server wrote on standard error."""
        return self.log.read_text(encoding="utf-8")

    def kernels(self) -> int:
        """Count the kernel processes of this server."""
        return len(children(self.process.pid))

    def stop(self) -> int:
        """Ask the server to stop, and return its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(60)
        if self.process.stdout:
            self.process.stdout.close()
        self.store.close()
        return int(self.process.returncode)


def offspring(pid: int) -> dict[int, str]:
    """Return the processes that a process started, with their command lines."""
    found = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            parent, state = (status.read_text().rpartition(")")[2].split()[n] for n in (1, 0))
            if int(parent) == pid and state != "Z":
                line = (status.parent / "cmdline").read_bytes()
                found[int(status.parent.name)] = line.replace(b"\0", b" ").decode()
    return found


def fork_servers(pid: int) -> list[int]:
    """Return the ids of the fork servers that a process started."""
    return [child for child, line in offspring(pid).items() if "cxmaturity.warm.server" in line]


def children(pid: int) -> list[int]:
    """Return the ids of the kernel processes of a server: those that it spawned, and the copies of its fork server."""
    spawned = [child for child, line in offspring(pid).items() if "ipykernel_launcher" in line]
    return spawned + [copy for server in fork_servers(pid) for copy in offspring(server)]


def start(folder: Path, *arguments: str, script: Path | None = None, public: str | None = None) -> Server:
    """Start a server with two campaigns, and wait until it says that it is ready."""
    path = folder / "store.sqlite"
    store = Store.open(path)
    one = store.create_campaign(plan(open_link=True), questionnaire="1", actor="test")
    two = store.create_campaign(plan(client="Hôtel Bleu"), questionnaire="1", actor="test")
    command = [sys.executable, *([str(script)] if script else ["-m", "cxmaturity.app"]), "serve"]
    if public:
        arguments = (*arguments, "--base-url", f"https://{public}", "--trusted-proxy", "127.0.0.1")
    log = folder / "server.log"
    with log.open("w", encoding="utf-8") as errors:
        process = subprocess.Popen(
            [*command, "--store", str(path), "--port", "0", *arguments],
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            env={**os.environ, "PYTHONWARNINGS": "default", "CXM_CANARY": "a-secret-of-the-server"},
        )
    line = process.stdout.readline() if process.stdout else ""
    assert line, log.read_text(encoding="utf-8")
    ready = json.loads(line)
    return Server(process, ready, store, log, ready["port"], public, one.id, two.id)


@attrs.define
class Visitor:
    """A browser of sorts: it keeps cookies and sends what browsers send, unless told otherwise."""

    server: Server
    cookies: dict[str, str] = attrs.field(factory=dict)
    address: str = "203.0.113.7"

    @property
    def secret(self) -> str:
        return self.cookies.get("__Host-cxm") or self.cookies.get("cxm") or ""

    def usual_headers(self) -> dict[str, str]:
        """Return what a page of the site makes a browser send."""
        headers = {"Host": self.server.host, "Origin": self.server.origin}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if self.server.public:
            headers |= {"X-Forwarded-For": self.address, "X-Forwarded-Proto": "https"}
        return headers

    def send(
        self, method: str, path: str, body: bytes | None = None, headers: dict[str, str | None] | None = None
    ) -> Reply:
        """Send a request; a header given as None is left out."""
        told = {**self.usual_headers(), **(headers or {})}
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=60)
        try:
            connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
            for name, value in told.items():
                if value is not None:
                    connection.putheader(name, value)
            if body is not None and "Content-Length" not in told:
                connection.putheader("Content-Length", str(len(body)))
            connection.endheaders(body)
            answer = connection.getresponse()
            found: dict[str, list[str]] = {}
            for name, value in answer.getheaders():
                found.setdefault(name.lower(), []).append(value)
            reply = Reply(answer.status, found, answer.read())
        finally:
            connection.close()
        for cookie in found.get("set-cookie", []):
            name, _, value = cookie.partition(";")[0].partition("=")
            if value.strip('"'):
                self.cookies[name] = value
            else:
                self.cookies.pop(name, None)
        return reply

    def get(self, path: str, **headers: str | None) -> Reply:
        """Ask for a page."""
        return self.send("GET", path, headers={"Origin": None, **_named(headers)})

    def post(self, path: str, fields: dict[str, str], **headers: str | None) -> Reply:
        """Post a form."""
        return self.send("POST", path, urlencode(fields).encode(), {"Content-Type": FORM, **_named(headers)})

    def json(self, path: str, value: Any, **headers: str | None) -> Reply:
        """Post JSON as our script does."""
        body = value if isinstance(value, bytes) else json.dumps(value).encode()
        return self.send(
            "POST", path, body, {"Content-Type": "application/json", "X-CXM": "1", **_named(headers)}
        )

    def answer(
        self, question: str, level: int, sequence: int, campaign: str | None = None, **more: Any
    ) -> Reply:
        """Send one answer."""
        event = {"question": question, "state": "level", "level": level, "device": "d1", "sequence": sequence}
        return self.json(f"/c/{campaign or self.server.campaign}/answers", {"events": [{**event, **more}]})

    def open_page(self, path: str) -> tuple[str, Reply]:
        """Open a Voilà page; return the id of its kernel and the page."""
        return self.send_page(path, {})

    def send_page(self, path: str, headers: dict[str, str | None]) -> tuple[str, Reply]:
        """Do the same with more headers."""
        reply = self.send("GET", path, headers={"Origin": None, **headers})
        kernel = reply.text.partition('"kernelId": "')[2].partition('"')[0] if reply.status == 200 else ""
        return kernel, reply

    def socket(self, kernel: str, **headers: str | None) -> ClientConnection:
        """Open the websocket of a kernel."""
        told = {**self.usual_headers(), **_named(headers)}
        told.pop("Host")
        origin = told.pop("Origin", None)
        return connect(
            f"ws://{self.server.host}/api/kernels/{kernel}/channels?session_id={uuid.uuid4()}",
            sock=socket.create_connection(("127.0.0.1", self.server.port), timeout=60),
            origin=origin,  # type: ignore[arg-type]  # a text is what it takes
            subprotocols=[V1],  # type: ignore[list-item]
            additional_headers={name: value for name, value in told.items() if value is not None},
            max_size=None,
            open_timeout=60,
            ping_interval=None,  # its thread would draw from the random numbers that every test shares
            proxy=None,
        ).__enter__()


def _named(headers: dict[str, str | None]) -> dict[str, str | None]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


def pack(
    kind: str, content: dict[str, Any], channel: str = "shell", buffers: tuple[bytes, ...] = ()
) -> bytes:
    """Return a message of the Jupyter protocol, as JupyterLab puts it on the wire."""
    header = {
        "msg_id": uuid.uuid4().hex,
        "msg_type": kind,
        "session": "s",
        "username": "u",
        "version": "5.3",
        "date": "2026-01-01T00:00:00Z",
    }
    parts = [
        channel.encode(),
        *(json.dumps(part).encode() for part in (header, {}, _METADATA, content)),
        *buffers,
    ]
    offsets = [8 * (len(parts) + 2)]
    for part in parts:
        offsets.append(offsets[-1] + len(part))
    return b"".join([len(offsets).to_bytes(8, "little"), *(o.to_bytes(8, "little") for o in offsets), *parts])


def unpack(frame: bytes) -> tuple[str, list[Any]]:
    """Return channel and [header, parent, metadata, content] of a message from the server."""
    count = int.from_bytes(frame[:8], "little")
    at = [int.from_bytes(frame[8 * i + 8 : 8 * i + 16], "little") for i in range(count)]
    channel = frame[at[0] : at[1]].decode()
    return channel, [json.loads(frame[at[i] : at[i + 1]]) for i in range(1, 5)]


@attrs.define
class Page:
    """An open Voilà page and its websocket, driven by hand."""

    visitor: Visitor
    kernel: str
    html: str
    socket: ClientConnection
    control: str = attrs.field(factory=lambda: uuid.uuid4().hex)

    @classmethod
    def open(cls, visitor: Visitor, path: str) -> Page:
        """Open the page and its websocket."""
        kernel, reply = visitor.open_page(path)
        assert reply.status == 200, (reply.status, reply.text[:500])
        page = cls(visitor, kernel, reply.text, visitor.socket(kernel))
        page.say("kernel_info_request", {})
        page.wait("kernel_info_reply")
        return page

    def say(
        self, kind: str, content: dict[str, Any], channel: str = "shell", buffers: tuple[bytes, ...] = ()
    ) -> None:
        """Send a message."""
        self.socket.send(pack(kind, content, channel, buffers))

    def comm(self, comm: str, data: dict[str, Any], buffers: tuple[bytes, ...] = ()) -> None:
        """Send a message to a widget."""
        self.say("comm_msg", {"comm_id": comm, "data": data}, buffers=buffers)

    def update(self, comm: str, **state: Any) -> None:
        """Set fields of a widget."""
        self.comm(comm, {"method": "update", "state": state, "buffer_paths": []})

    def wait(self, kind: str, seconds: float = 60) -> dict[str, Any]:
        """Return the content of the next message of a kind."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            try:
                frame = self.socket.recv(timeout=until - time.monotonic())
            except TimeoutError:
                break
            if isinstance(frame, bytes):
                header, _, _, content = unpack(frame)[1]
                if header["msg_type"] == kind:
                    return content
        raise TimeoutError(kind)

    def everything(self) -> list[tuple[str, dict[str, Any]]]:
        """Ask something harmless, and return all that the server says until its answer: kind and content."""
        self.say("kernel_info_request", {})
        said = []
        while True:
            frame = self.socket.recv(timeout=60)
            if isinstance(frame, bytes):
                header, _, _, content = unpack(frame)[1]
                said.append((header["msg_type"], content))
                if header["msg_type"] == "kernel_info_reply":
                    return said

    def states(self) -> dict[str, dict[str, Any]]:
        """Return the widgets that the server tells this page about: id to state."""
        self.say("comm_open", {"comm_id": self.control, "target_name": "jupyter.widget.control", "data": {}})
        self.comm(self.control, {"method": "request_states"})
        while True:
            content = self.wait("comm_msg")
            if content["data"].get("method") == "update_states":
                return {key: value["state"] for key, value in content["data"]["states"].items()}

    def close(self) -> None:
        """Close the websocket."""
        self.socket.close()
