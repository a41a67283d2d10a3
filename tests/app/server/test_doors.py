"""Who is at the door: names, origins and addresses, as tables of requests."""

from __future__ import annotations

import pytest

from cxmaturity.app.security import ROUTES
from cxmaturity.app.server import doors
from cxmaturity.app.server.options import Options
from cxmaturity.app.server.refused import Refused

LAPTOP = Options(store="s")
PROXY = Options(store="s", base_url="https://cx.example.org", trusted_proxies=["10.0.0.0/8"])
RULES = {rule.name: rule for rule in ROUTES}


@pytest.mark.parametrize(
    ("host", "laptop", "proxy", "probe"),
    [
        ("localhost", True, False, True),
        ("localhost:8866", True, False, True),
        ("127.0.0.1:1", True, False, True),
        ("[::1]:8866", True, False, True),
        ("cx.example.org", False, True, True),
        ("CX.example.org:443", False, True, True),
        ("cx.example.org:80", False, False, False),
        ("cx.example.org.evil.example", False, False, False),
        ("127.0.0.1.evil.example", False, False, False),
        ("evil.example", False, False, False),
        ("", False, False, False),
    ],
)
def test_names(host, laptop, proxy, probe):
    """A laptop answers to its own names, a public server to its public name, health to both."""
    told = (
        doors.host_is_ours(host, LAPTOP),
        doors.host_is_ours(host, PROXY),
        doors.host_is_ours(host, PROXY, probe=True),
    )

    assert (laptop, proxy, probe) == told


@pytest.mark.parametrize(
    ("route", "method", "headers", "passes"),
    [
        ("answers", "POST", {"Origin": "https://cx.example.org", "X-CXM": "1"}, True),
        ("answers", "POST", {"Origin": "https://cx.example.org"}, False),
        ("answers", "POST", {"Sec-Fetch-Site": "same-origin", "X-CXM": "1"}, True),
        ("answers", "POST", {"Origin": "null", "Sec-Fetch-Site": "same-origin", "X-CXM": "1"}, True),
        ("answers", "POST", {"Origin": "null", "X-CXM": "1"}, False),
        ("answers", "POST", {"X-CXM": "1"}, False),
        ("answers", "POST", {"Origin": "http://cx.example.org", "X-CXM": "1"}, False),
        (
            "answers",
            "POST",
            {"Origin": "https://cx.example.org", "Sec-Fetch-Site": "same-site", "X-CXM": "1"},
            False,
        ),
        ("answers", "GET", {}, True),
        ("answers", "GET", {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "cors"}, False),
        ("self_test", "GET", {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}, True),
        ("invitation", "POST", {"Origin": "https://cx.example.org"}, True),
        ("invitation", "POST", {"Origin": "https://evil.example"}, False),
        ("channels", "GET", {"Origin": "https://cx.example.org"}, True),
        ("channels", "GET", {}, False),
        ("health", "GET", {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}, True),
    ],
)
def test_origins(route, method, headers, passes):
    """What changes something, and a websocket, needs a proof that a page of ours asked."""
    try:
        doors.check_origin(RULES[route], method, headers, "https://cx.example.org")
    except Refused:
        assert not passes
    else:
        assert passes


def test_a_form_token_helps_only_where_a_browser_tells_nothing():
    """The token of our own form replaces a missing origin; against a foreign one it is worth nothing."""
    rule = RULES["finish"]
    form = {"Content-Type": "application/x-www-form-urlencoded"}

    doors.check_origin(rule, "POST", {**form, "Origin": "null"}, "http://localhost", vouched=True)
    for told in ({"Origin": "https://evil.example"}, {"Origin": "null", "Sec-Fetch-Site": "cross-site"}):
        with pytest.raises(Refused):
            doors.check_origin(rule, "POST", {**form, **told}, "http://localhost", vouched=True)


@pytest.mark.parametrize(
    ("peer", "forwarded", "expected"),
    [
        ("10.0.0.2", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.2", "6.6.6.6, 198.51.100.1", "198.51.100.1"),
        ("10.0.0.2", "6.6.6.6, 198.51.100.1, 10.0.0.3", "198.51.100.1"),
        ("10.0.0.2", "not an address", "10.0.0.2"),
        ("10.0.0.2", "", "10.0.0.2"),
        ("198.51.100.7", "6.6.6.6", "198.51.100.7"),
    ],
)
def test_addresses(peer, forwarded, expected):
    """Only the trusted proxy is believed, and of what it forwards only the last address that is not a proxy's."""
    assert expected == doors.visitor_address(peer, {"X-Forwarded-For": forwarded}, PROXY)


def test_nobody_is_trusted_by_default():
    """Without a trusted proxy the forwarded header means nothing."""
    assert "127.0.0.1" == doors.visitor_address("127.0.0.1", {"X-Forwarded-For": "6.6.6.6"}, LAPTOP)
