"""How the server is told to run: the options of `python -m cxmaturity.app serve`, checked before anything starts."""

from __future__ import annotations

import argparse
import ipaddress
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import attrs

from cxmaturity.core.problems import InputError

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1", "[::1]"})


def _networks(given: Sequence[str | Network]) -> tuple[Network, ...]:
    found: list[Network] = []
    for item in given:
        if not isinstance(item, str):
            found.append(item)
            continue
        try:
            found.extend(ipaddress.ip_network(part.strip(), strict=False) for part in item.split(","))
        except ValueError:
            raise InputError.of(
                "app.trusted_proxy",
                "'{given}' is not a network address.",
                hint="Give the address of the proxy, such as 10.0.0.2 or 172.18.0.0/16.",
                given=item,
            ) from None
    return tuple(found)


def _no_end_slash(url: str | None) -> str | None:
    return url.rstrip("/") if url else None


@attrs.frozen(kw_only=True)
class Options:
    """What one server runs with.

    `store` is a path or a URL; `engagement` the folder that the consultant's builder opens; `base_url` the public
    address behind a proxy, scheme and host only; `trusted_proxies` the networks whose ``X-Forwarded-For`` is
    believed; `max_kernels` how many Voilà pages may live at once.
    """

    store: str
    engagement: Path | None = None
    host: str = "127.0.0.1"
    port: int = 8866
    base_url: str | None = attrs.field(default=None, converter=_no_end_slash)
    trusted_proxies: tuple[Network, ...] = attrs.field(default=(), converter=_networks)
    max_kernels: int = 20
    retry_ports: int = 20

    def __attrs_post_init__(self) -> None:
        if self.base_url is not None:
            parts = urlsplit(self.base_url)
            plain = not (parts.path or parts.query or parts.fragment or "@" in parts.netloc)
            if parts.scheme not in {"http", "https"} or not parts.hostname or not plain:
                raise InputError.of(
                    "app.base_url",
                    "'{given}' is not the address of a site.",
                    hint="Give the scheme and the host only, such as https://cx.example.org.",
                    given=self.base_url,
                )
        if not 0 <= self.port <= 65535:
            raise InputError.of(
                "app.port", "port {given} does not exist; expected 0 to 65535.", given=self.port
            )
        if not 0 <= self.max_kernels <= 500:
            raise InputError.of(
                "app.max_kernels",
                "{given} kernels cannot be served; expected 0 to 500.",
                given=self.max_kernels,
            )
        if self.host not in LOOPBACK and self.base_url is None:
            raise InputError.of(
                "app.open_host",
                "the server would listen on '{given}' without knowing its own public address.",
                hint="Give --base-url, or leave --host out to listen on this computer only.",
                given=self.host,
            )

    @property
    def laptop(self) -> bool:
        """Whether only this computer can reach the server: the consultant's link may be shown on the screen."""
        return self.host in LOOPBACK and self.base_url is None

    @property
    def secure(self) -> bool:
        """Whether browsers come by https, so that the cookie must too."""
        return self.base_url is not None and self.base_url.startswith("https:")


def read_arguments(arguments: Sequence[str]) -> Options:
    """Read the command line; a wrong one ends the program with a usage message, as argparse does."""
    parser = argparse.ArgumentParser(prog="python -m cxmaturity.app", allow_abbrev=False)
    serve = parser.add_subparsers(dest="command", required=True).add_parser("serve", allow_abbrev=False)
    named = os.environ.get("CXMATURITY_STORE") or None  # a password on a command line is read by every user
    serve.add_argument(
        "--store", default=named, required=named is None, help="path of a SQLite file, or URL of a database"
    )
    serve.add_argument(
        "--engagement", type=Path, help="folder that the business case builder and the journey map open"
    )
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=int, default=8866, help="0 takes any free port")
    serve.add_argument("--base-url", help="public address, such as https://cx.example.org")
    serve.add_argument("--trusted-proxy", action="append", default=[], help="address or network of the proxy")
    serve.add_argument("--max-kernels", type=int, default=20)
    told = parser.parse_args(list(arguments))
    return Options(
        store=told.store,
        engagement=told.engagement.resolve() if told.engagement else None,
        host=told.host,
        port=told.port,
        base_url=told.base_url,
        trusted_proxies=told.trusted_proxy,
        max_kernels=told.max_kernels,
    )
