"""The options of the server are checked before anything starts."""

from __future__ import annotations

import ipaddress
import subprocess
import sys

import pytest

from cxmaturity.app.server.options import Options, read_arguments
from cxmaturity.core.problems import InputError

EVERYWHERE = "0.0.0.0"  # noqa: S104  # refused


def test_a_laptop_listens_to_itself_only():
    """Without options the server is on this computer alone and may show the consultant's link."""
    options = read_arguments(["serve", "--store", "s.sqlite"])

    assert ("127.0.0.1", True, False) == (options.host, options.laptop, options.secure)


def test_behind_a_proxy_nothing_is_shown_and_cookies_are_for_https():
    """A public address makes the cookie secure and keeps the consultant's link off the screen."""
    options = read_arguments(
        [
            "serve",
            "--store",
            "s",
            "--base-url",
            "https://cx.example.org/",
            "--trusted-proxy",
            "10.0.0.2,172.18.0.0/16",
        ]
    )

    assert ("https://cx.example.org", False, True) == (options.base_url, options.laptop, options.secure)
    assert (
        ipaddress.ip_network("10.0.0.2/32"),
        ipaddress.ip_network("172.18.0.0/16"),
    ) == options.trusted_proxies


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"base_url": "cx.example.org"}, "app.base_url"),
        ({"base_url": "https://cx.example.org/path"}, "app.base_url"),
        ({"base_url": "https://user@cx.example.org"}, "app.base_url"),
        ({"base_url": "ftp://cx.example.org"}, "app.base_url"),
        ({"host": EVERYWHERE}, "app.open_host"),
        ({"port": 70000}, "app.port"),
        ({"max_kernels": -1}, "app.max_kernels"),
        ({"trusted_proxies": ["proxy.example"]}, "app.trusted_proxy"),
    ],
    ids=str,
)
def test_a_wrong_option_is_said(wrong, code):
    """A wrong option gives its own problem instead of a server that is open by mistake."""
    with pytest.raises(InputError) as caught:
        Options(store="s.sqlite", **wrong)

    assert code == caught.value.code


def test_the_program_says_what_is_wrong(tmp_path):
    """A wrong option ends the program with one sentence on standard error and code 1; nothing is on standard output."""
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "cxmaturity.app",
            "serve",
            "--store",
            str(tmp_path / "s"),
            "--host",
            EVERYWHERE,
        ],
        capture_output=True,
        text=True,
        check=False,
    )

    assert (1, "") == (done.returncode, done.stdout)
    assert "--base-url" in done.stderr
    assert "Traceback" not in done.stderr


def test_not_an_extension_of_jupyter_server():
    """Whoever installs it as an extension of a Jupyter Server gets a refusal."""
    from cxmaturity import app

    assert [{"module": "cxmaturity.app"}] == app._jupyter_server_extension_points()
    with pytest.raises(InputError) as caught:
        app._load_jupyter_server_extension(object())
    assert "app.extension" == caught.value.code


def test_not_in_the_process_of_a_jupyter_server():
    """A process that already is a Jupyter Server cannot start it either."""
    program = (
        "from jupyter_server.serverapp import ServerApp\n"
        "ServerApp.instance()\n"
        "from cxmaturity.app.server.application import refuse_extension\n"
        "refuse_extension()\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)

    assert "does not run inside a Jupyter Server" in done.stderr
