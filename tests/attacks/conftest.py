"""The scene of the attacks, once directly and once as behind a proxy."""

from __future__ import annotations

import importlib.util
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

HERE = Path(__file__).parent


def load(name: str, path: Path) -> ModuleType:
    """Load a helper under a name of its own, once."""
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, path)
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        spec.loader.exec_module(module)
    return sys.modules[name]


sys.modules["cxm_attacks_loader"] = sys.modules[__name__]
LIVE = load("cxm_live", HERE.parent / "app" / "server" / "live.py")
SCENE = load("cxm_scene", HERE / "scene.py")


@pytest.fixture(scope="session")
def live() -> ModuleType:
    """Return the helpers that start servers."""
    return LIVE


@pytest.fixture(scope="session", params=["direct", "proxy"])
def scene(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[object]:
    """Return a server with its visitors; behind a proxy, names and addresses come by forwarded headers."""
    folder = tmp_path_factory.mktemp(f"attacks-{request.param}")
    public = "cx.example.test" if request.param == "proxy" else None
    server = LIVE.start(folder, script=HERE / "serve.py", public=public)
    try:
        built = _scene(folder, server)
        yield built
        built.alice_page.close()
        for stream in (*built.slow_headers, built.slow_body):
            stream.close()
    finally:
        stopped = server.stop()
    assert stopped == 0


def _scene(folder: Path, server: object) -> object:
    """Bring everybody on."""
    slow = _slow(server)
    alice, bob = server.visitor("respondent"), server.visitor("respondent")
    carol = server.visitor("respondent", server.other_campaign)
    sponsor, consultant = server.visitor("sponsor"), server.visitor("consultant")
    for level, one in enumerate((alice, bob), start=2):
        assert one.answer("advocacy", level, 1).status == 200
    page = LIVE.Page.open(alice, f"/c/{server.campaign}/explore")
    states = page.states()
    widgets = {state["description"]: key for key, state in states.items() if state.get("description")}
    widgets["pressed"] = next(k for k, s in states.items() if str(s.get("value", "")).startswith("pressed:"))
    widgets["box"] = next(k for k, s in states.items() if s.get("_model_name") == "VBoxModel")
    return SCENE.Scene(
        server=server,
        live=LIVE,
        folder=folder,
        alice=alice,
        bob=bob,
        carol=carol,
        sponsor=sponsor,
        consultant=consultant,
        alice_page=page,
        widgets=widgets,
        slow_headers=slow[:-1],
        slow_body=slow[-1],
    )


def _slow(server: object) -> list[socket.socket]:
    """Begin fifty requests whose headers never end, and one whose body never comes; the server still answers."""
    begun = f"POST /leave HTTP/1.1\r\nHost: {server.host}\r\n"
    streams = []
    for said in [begun] * 50 + [f"{begun}Content-Length: 100\r\n\r\nab"]:
        streams.append(socket.create_connection(("127.0.0.1", server.port), timeout=60))
        streams[-1].sendall(said.encode())
    assert server.visitor().get("/health", Host="localhost").status == 200
    return streams
