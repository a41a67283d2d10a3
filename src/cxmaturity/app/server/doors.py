"""Who is at the door: the checks of a request before any handler runs, on values only.

The name in ``Host``, the origin of what changes something, the address of the visitor. A forwarded header is
believed only when it comes from the proxy that the administrator named, and then only the visitor's address: the
scheme and the name come from the options.
"""

from __future__ import annotations

import hashlib
import ipaddress
from collections.abc import Mapping
from urllib.parse import urlsplit

from cxmaturity.app.security import Route
from cxmaturity.app.server.options import LOOPBACK, Options
from cxmaturity.app.server.refused import Refused

_PORTS = {"http": ":80", "https": ":443"}


def _name(host: str) -> str:
    return host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() else host


def host_is_ours(host: str, options: Options, *, probe: bool = False) -> bool:
    """Say whether ``Host`` names this server: the public name, or this computer when there is none.

    A probe (health) may come by a loopback name in any case, as a container's own check does.
    """
    told = host.strip().lower()
    if options.base_url is not None:
        parts = urlsplit(options.base_url.lower())
        usual = _PORTS[parts.scheme]
        if told.removesuffix(usual) == parts.netloc.removesuffix(usual):
            return True
        if not probe:
            return False
    return _name(told) in LOOPBACK


def own_origin(host: str, options: Options) -> str:
    """Return the origin that our own pages have; `host` has already been checked."""
    if options.base_url is not None:
        parts = urlsplit(options.base_url.lower())
        return f"{parts.scheme}://{parts.netloc.removesuffix(_PORTS[parts.scheme])}"
    return f"http://{host.strip().lower().removesuffix(':80')}"


def check_origin(
    rule: Route, method: str, headers: Mapping[str, str], origin: str, *, vouched: bool = False
) -> None:
    """Refuse what another site makes a browser send.

    What changes something, and a websocket, must prove that a page of ours asked: by ``Origin``, by
    ``Sec-Fetch-Site`` where a browser leaves ``Origin`` out or empty, or, where it sends neither, by the token of
    our own form (`vouched`). Without a proof it is refused.
    """
    site = headers.get("Sec-Fetch-Site", "").lower()
    told = headers.get("Origin", "").lower()
    changing = method not in {"GET", "HEAD"} or rule.kind == "socket"
    if not changing:
        mode = headers.get("Sec-Fetch-Mode", "").lower()
        foreign = site == "cross-site" and mode != "navigate" and rule.kind != "probe"
    elif told and told != "null":
        foreign = told != origin or site in {"cross-site", "same-site"}
    else:
        foreign = site != "same-origin" and not (vouched and not site)
    if foreign:
        raise Refused.of("app.origin", "this request does not come from a page of this site.", status=403)
    if rule.kind == "json" and method == "POST" and headers.get("X-CXM") != "1" and not is_form(headers):
        raise Refused.of("app.header", "this request lacks the header that our pages send.", status=403)


def is_form(headers: Mapping[str, str]) -> bool:
    """Say whether a page without JavaScript posts a form; a browser sends ``Origin`` with it."""
    return (
        headers.get("Content-Type", "").partition(";")[0].strip().lower()
        == "application/x-www-form-urlencoded"
    )


def visitor_address(peer: str, headers: Mapping[str, str], options: Options) -> str:
    """Return the visitor's network address: the peer's, or what the trusted proxy says of it."""
    if not _is_trusted(peer, options):
        return peer
    for hop in reversed(headers.get("X-Forwarded-For", "").split(",")):
        told = hop.strip()
        try:
            ipaddress.ip_address(told)
        except ValueError:
            return peer
        if not _is_trusted(told, options):
            return told
    return peer


def _is_trusted(address: str, options: Options) -> bool:
    try:
        told = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(told in network for network in options.trusted_proxies)


def fingerprint(secret: str) -> str:
    """Return what is remembered of a session secret in memory: enough to recognise it, not to use it."""
    return hashlib.blake2b(secret.encode("utf-8", "replace"), digest_size=16).hexdigest()
