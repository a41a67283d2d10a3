"""What the pages load beside their HTML: style sheets, scripts and fonts, all ours, under one address that never lies.

Every file stands under ``/assets/<hash>/<name>``, the hash being that of the whole bundle: a module may import
its neighbour and a style sheet its font by a relative address, and a browser may keep them for ever.
"""

from __future__ import annotations

import hashlib
import re
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

from cxmaturity.app.pages.look import theme_css
from cxmaturity.core.problems import UnknownIdError
from cxmaturity.resources import resource

STATIC: Final = Path(__file__).resolve().parents[1] / "static"
_NAME: Final = re.compile(r"[a-zA-Z0-9][\w.-]{0,80}")
_THEME: Final = re.compile(r"theme-([0-9a-f]{6})\.css")
TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
}


@cache
def _files() -> dict[str, Path]:
    """Return the files that may be asked for, by name: a closed list, so no path is ever built from a name."""
    folders = (STATIC, resource("templates/fonts/web"))
    return {
        path.name: path
        for folder in folders
        for path in sorted(folder.iterdir())
        if path.is_file() and path.suffix in TYPES
    }


def asset_names() -> tuple[str, ...]:
    """Return the names of the files, sorted; themes, made on demand, are not among them."""
    return tuple(sorted(_files()))


@cache
def bundle_hash() -> str:
    """Return the hash in every address: sixteen hexadecimal digits of all the files together."""
    digest = hashlib.sha256()
    for name in asset_names():
        digest.update(name.encode() + b"\0" + _files()[name].read_bytes() + b"\0")
    digest.update(theme_css("#000000").encode())
    return digest.hexdigest()[:16]


def asset(name: str) -> str:
    """Return the address of the file `name`.

    Raises
    ------
    UnknownIdError
        ``core.unknown_id`` when there is no such file: a page would ask for something that is not there.
    """
    if name not in _files() and not _THEME.fullmatch(name):
        raise UnknownIdError.from_name("asset", name, asset_names())
    return f"/assets/{bundle_hash()}/{name}"


@lru_cache(maxsize=256)
def asset_bytes(name: str) -> tuple[bytes, str] | None:
    """Return a file and its media type, or None when there is none; what the server sends."""
    if not _NAME.fullmatch(name):
        return None
    if theme := _THEME.fullmatch(name):
        return theme_css(f"#{theme[1]}").encode(), TYPES[".css"]
    path = _files().get(name)
    return None if path is None else (path.read_bytes(), TYPES[path.suffix])


def theme_name(primary: str | None) -> str | None:
    """Return the name of the style sheet of a client's colour; None for the house's own, in `tokens.css`.

    Raises
    ------
    InputError
        ``charts.colour`` when it is not a colour.
    """
    from cxmaturity.charts.colour import parse_colour  # only for a campaign that has a colour

    return None if primary is None else f"theme-{parse_colour(primary)[1:].lower()}.css"
