"""`cxmaturity app`: what is checked and made before the server starts, what is told, and how it ends."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from cxmaturity.cli import _server, main
from cxmaturity.store import Store

FAKE = """
import json, os, pathlib, sys, threading
words, address = sys.argv[1:], os.environ["CXMATURITY_STORE"]
pathlib.Path(r"{told}").write_text(json.dumps([*words, "store", address]), encoding="utf-8")
if "--fail" in r"{mode}":
    sys.exit(3)
at = "http://127.0.0.1:" + words[words.index("--port") + 1]
if "--base-url" in words:
    at = words[words.index("--base-url") + 1]
from cxmaturity.store import Store
with Store.open(address) as store:
    links = {{of.id: f"{{at}}/o/{{of.id}}" for of in store.campaigns() if of.plan.open_link}}
print("a library says something")
way_in = None if "--base-url" in words else f"{{at}}/i/token"
print(json.dumps({{"ready": True, "address": at, "campaigns": links, "consultant": way_in}}), flush=True)
if "--once" not in r"{mode}":
    threading.Event().wait()
"""


@pytest.fixture(autouse=True)
def _alone(monkeypatch):
    """Speak English, and hear nothing of the machine's own settings."""
    monkeypatch.setenv("CXMATURITY_LANGUAGE", "en")
    for name in ("CXMATURITY_STORE", "CXMATURITY_BASE_URL", "CXMATURITY_ACTOR", "CXMATURITY_SECRET_KEY"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def folder(tmp_path, capsys):
    """Return a starter engagement without a campaign."""
    made = tmp_path / "acme"
    assert 0 == main(["new", str(made), "--language", "fr"])
    capsys.readouterr()
    return made


@pytest.fixture
def told(tmp_path):
    """Return the file in which the stand-in for the server writes what it was told."""
    return tmp_path / "told.json"


def stand_in(tmp_path, told, mode):
    """Write a server that only answers /health, and return how to start it instead of ours."""
    script = tmp_path / "server.py"
    script.write_text(FAKE.format(told=told, mode=mode), encoding="utf-8")
    return (str(script),)


def run(capsys, *words):
    """Run the command line; return its exit code, standard output and standard error."""
    code = main([str(word) for word in words])
    said = capsys.readouterr()
    return code, said.out, said.err


def test_a_laptop_gets_a_campaign_and_the_addresses(
    *, folder, tmp_path, told, capsys, monkeypatch, free_port
):
    """Without a campaign one is made with an open link; the printed links are those of the store."""
    import json

    monkeypatch.setattr(_server, "MODULE", stand_in(tmp_path, told, "--once"))
    port = free_port()

    code, out, err = run(capsys, "app", folder, "--no-open", "--port", port)

    words = json.loads(told.read_text(encoding="utf-8"))
    assert 0 == code, err
    assert str(folder) == words[words.index("--engagement") + 1]
    with Store.open(words[words.index("store") + 1]) as store:
        (campaign,) = store.campaigns()
    assert ("Société Exemple", True) == (campaign.plan.client, campaign.plan.open_link)
    assert f"http://127.0.0.1:{port}/o/{campaign.id}" in out
    assert re.search(rf"Consultant: http://127\.0\.0\.1:{port}/i/[\w.-]+$", out, flags=re.MULTILINE)


def test_an_existing_campaign_is_reused(*, folder, tmp_path, told, capsys, monkeypatch, free_port):
    """A second start makes no second campaign."""
    monkeypatch.setattr(_server, "MODULE", stand_in(tmp_path, told, "--once"))

    for _ in range(2):
        assert 0 == run(capsys, "app", folder, "--no-open", "--port", free_port())[0]

    with Store.open(folder / ".cxmaturity" / "store.sqlite") as store:
        assert 1 == len(store.campaigns())


def test_behind_a_proxy_nothing_is_made_and_no_secret_is_printed(
    *, folder, tmp_path, told, capsys, monkeypatch, free_port
):
    """With a base URL, the server is told it and the proxy; no campaign is invented, no consultant's link logged."""
    import json

    monkeypatch.setattr(_server, "MODULE", stand_in(tmp_path, told, "--once"))

    code, out, err = run(
        capsys, "app", folder, "--no-open", "--port", free_port(), "--base-url", "https://cx.example.org/",
        "--trusted-proxy", "10.0.0.2",
    )  # fmt: skip

    words = json.loads(told.read_text(encoding="utf-8"))
    assert (0, "") == (code, out)
    assert "--role consultant" in err
    assert "https://cx.example.org" in err
    assert ["https://cx.example.org", "10.0.0.2"] == [
        words[words.index(name) + 1] for name in ("--base-url", "--trusted-proxy")
    ]
    with Store.open(folder / ".cxmaturity" / "store.sqlite") as store:
        assert () == store.campaigns()


def test_a_server_that_does_not_start_is_exit_1(*, folder, tmp_path, told, capsys, monkeypatch, free_port):
    """When the server ends before it answers, the command says so and prints no address."""
    monkeypatch.setattr(_server, "MODULE", stand_in(tmp_path, told, "--fail"))

    code, out, err = run(capsys, "app", folder, "--no-open", "--port", free_port())

    assert (1, "") == (code, out)
    assert "did not start" in err


def test_a_taken_port_is_said_plainly(folder, capsys):
    """A port in use gives its number, exit 1, before any store is made."""
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = busy.getsockname()[1]

        code, _, err = run(capsys, "app", folder, "--no-open", "--port", port)

    assert 1 == code
    assert f"port {port} is taken" in err
    assert not (folder / ".cxmaturity").exists()


def test_without_a_port_the_next_free_one_is_found(monkeypatch):
    """The first port being taken, the next is used."""
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        taken = busy.getsockname()[1]
        monkeypatch.setattr(_server, "FIRST_PORT", taken)

        assert taken < _server.free_port("127.0.0.1", None) < taken + _server.PORTS_TRIED


@pytest.mark.parametrize(
    "words",
    [
        ["nowhere"],
        [],
        ["{folder}", "--host", "203.0.113.7"],
        ["{folder}", "--store", "postgresql://u:s3cret@127.0.0.1:1/x"],
    ],
)
@pytest.mark.parametrize("lang", ["en", "fr"])
def test_what_stands_in_the_way_is_said_without_a_traceback(words, lang, folder, tmp_path):
    """A missing folder, no engagement, a foreign address, an unreachable PostgreSQL: one sentence, exit 1."""
    told = [word.format(folder=folder) for word in words]
    done = subprocess.run(
        [sys.executable, "-m", "cxmaturity", "--lang", lang, "app", "--no-open", *told],
        capture_output=True, text=True, check=False, encoding="utf-8", cwd=tmp_path,
        env={**os.environ, "PYTHONUTF8": "1", "CXMATURITY_SECRET_KEY": "k" * 64},
    )  # fmt: skip

    assert 1 == done.returncode, done.stderr
    assert 1 == len(done.stderr.strip().splitlines()), done.stderr
    assert "Traceback" not in done.stderr
    assert "s3cret" not in done.stderr + done.stdout


def test_an_engagement_with_an_error_does_not_start(folder, capsys):
    """A wrong engagement gives file and line, exit 1."""
    target = folder / "engagement.yaml"
    target.write_text(
        target.read_text(encoding="utf-8").replace("currency: EUR", "currency: EURO"), encoding="utf-8"
    )

    code, _, err = run(capsys, "app", folder, "--no-open")

    assert 1 == code
    assert re.search(r"engagement\.yaml:\d+", err)


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
@pytest.mark.parametrize("how", ["SIGINT", "SIGTERM"])
def test_ctrl_c_and_a_request_to_end_stop_both_processes(how, folder, tmp_path, told, free_port):
    """Ctrl-C reaches both, SIGTERM only the parent: either way both end, exit 0, the port is free again."""
    module, port = stand_in(tmp_path, told, "--forever"), free_port()
    program = (
        "import sys\nfrom cxmaturity.cli import _server, main\n"
        f"_server.MODULE = {module!r}\nsys.exit(main(sys.argv[1:]))"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, "app", str(folder), "--no-open", "--port", str(port)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True, encoding="utf-8",
    ) as started:  # fmt: skip
        assert started.stdout
        assert "/i/token" in started.stdout.readline()
        if how == "SIGINT":
            os.killpg(started.pid, signal.SIGINT)
        else:
            started.terminate()
        _, err = started.communicate(timeout=60)

    assert 0 == started.returncode, err
    assert port == _server.free_port("127.0.0.1", port)


def test_the_real_server_is_started_with_options_that_it_knows(folder, monkeypatch):
    """The words given to the child are those that `python -m cxmaturity.app serve` reads; the store comes apart."""
    from cxmaturity.app.server.options import read_arguments

    monkeypatch.setenv("CXMATURITY_STORE", "postgresql://u:s3cret@db/x")
    words = ["--host", "127.0.0.1", "--port", "8866", "--engagement", str(folder)]
    words += ["--base-url", "https://cx.example.org", "--trusted-proxy", "10.0.0.2"]

    read = read_arguments([*_server.MODULE[2:], *words])
    assert ("https://cx.example.org", "postgresql://u:s3cret@db/x") == (read.base_url, read.store)


def test_the_language_of_messages_goes_to_the_server(tmp_path, told, capfd, monkeypatch, free_port):
    """What the server prints is in the language of the command."""
    folder = tmp_path / "acme"
    main(["new", str(folder)])
    capfd.readouterr()
    script = Path(stand_in(tmp_path, told, "--once")[0])
    script.write_text(
        'import os, sys; print(os.environ["CXMATURITY_LANGUAGE"], file=sys.stderr, flush=True)\n'
        + script.read_text(encoding="utf-8"),
        encoding="utf-8",
    )
    monkeypatch.setattr(_server, "MODULE", (str(script),))

    assert 0 == main(["--lang", "fr", "app", str(folder), "--no-open", "--port", str(free_port())])
    assert "fr" in capfd.readouterr().err.splitlines()


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_the_real_screens_open_by_the_addresses_printed_and_stop_with_ctrl_c(folder, free_port):
    """New folder, `app`, both links answer with a page, a stranger's Host does not, Ctrl-C ends it with exit 0."""
    import http.client

    port = free_port()
    with subprocess.Popen(
        [sys.executable, "-m", "cxmaturity", "app", str(folder), "--no-open", "--port", str(port)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True, encoding="utf-8",
    ) as started:  # fmt: skip
        try:
            assert started.stdout
            links = [started.stdout.readline().rstrip("\n").rpartition(": ")[2] for _ in range(2)]
            statuses = []
            for link in links:
                door = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
                door.request("GET", link.removeprefix(f"http://127.0.0.1:{port}"))
                statuses.append((door.getresponse().status, "/i/" in link))
                door.close()
            door = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            door.request("GET", "/", headers={"Host": "elsewhere.example"})
            stranger = door.getresponse().status
            door.close()
        finally:
            os.killpg(started.pid, signal.SIGINT)
            _, err = started.communicate(timeout=60)

    assert [(200, True), (200, False)] == statuses, err
    assert 200 != stranger
    assert 0 == started.returncode
    assert "Traceback" not in err
