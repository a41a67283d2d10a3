"""Files that never change: ours by the hash of the bundle, Voilà's by its version; compressed once, kept in memory.

Ours are for everybody. Voilà's are only for a session that has a page open: nobody else has a reason to know what
runs here.
"""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from collections import OrderedDict
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Final

import attrs

from cxmaturity.app.server.page import Page
from cxmaturity.app.server.refused import Refused, not_found

_FOREVER: Final = "max-age=31536000, immutable"
_KEPT_BYTES: Final = 48 * 1024 * 1024
_WORTH_BYTES: Final = 600
_LARGEST: Final = 12 * 1024 * 1024
_PACKED: Final = (".woff", ".woff2", ".png", ".jpg", ".gif")
_TYPES: Final = {
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".woff": "font/woff",
    ".woff2": "font/woff2",
    ".ttf": "font/ttf",
    ".eot": "application/vnd.ms-fontobject",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".gif": "image/gif",
    ".txt": "text/plain; charset=utf-8",
}


@attrs.frozen
class Stored:
    """A file as it is sent: plain, compressed where that helps, its type and its seal."""

    plain: bytes
    packed: bytes | None
    kind: str
    seal: str


def pack(content: bytes, kind: str, name: str) -> Stored:
    """Compress a file once, if it is worth it."""
    packed = None
    if len(content) >= _WORTH_BYTES and not name.endswith(_PACKED):
        packed = gzip.compress(content, 9, mtime=0)
    return Stored(content, packed, kind, f'"{hashlib.sha256(content).hexdigest()[:24]}"')


@attrs.define
class Shelf:
    """Files in memory, the longest unused forgotten beyond a size."""

    _files: OrderedDict[str, Stored] = attrs.field(factory=OrderedDict)
    _bytes: int = 0

    def get(self, name: str, make: Callable[[], Stored | None]) -> Stored | None:
        """Return a file, made the first time it is asked for."""
        found = self._files.get(name)
        if found is None:
            found = make()
            if found is None:
                return None
            self._files[name] = found
            self._bytes += _size(found)
            while self._bytes > _KEPT_BYTES and len(self._files) > 1:
                self._bytes -= _size(self._files.popitem(last=False)[1])
        else:
            self._files.move_to_end(name)
        return found


def _size(stored: Stored) -> int:
    return len(stored.plain) + len(stored.packed or b"")


def find_file(roots: Sequence[Path], name: str) -> Path | None:
    """Return the file `name` under one of `roots`, never one outside, whatever the name says."""
    if "\0" in name or "\\" in name or name.startswith("/"):
        return None
    for root in roots:
        inside = root.resolve()
        path = (inside / name).resolve()
        if path.is_relative_to(inside) and path.is_file():
            return path
    return None


def load_file(roots: Sequence[Path], name: str) -> Stored | None:
    """Read a file that may be sent: of a known type, of a reasonable size."""
    path = find_file(roots, name)
    if path is None or path.stat().st_size > _LARGEST:
        return None
    kind = _TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0]
    return pack(path.read_bytes(), kind, path.name) if kind and path.suffix in _TYPES else None


class _Static(Page):
    """Sends one file of a shelf."""

    private = False

    async def head(self, **where: str) -> None:
        """Send the headers only."""
        await self.get(**where)

    async def get(self, **where: str) -> None:
        """Send the file, or say that the browser has it already."""
        stored = await self.ask(self.load, where)
        if stored is None:
            raise not_found()
        self.set_header("Content-Type", stored.kind)
        self.set_header("Etag", stored.seal)
        self.set_header("Cache-Control", ("private, " if self.private else "public, ") + _FOREVER)
        self.set_header("Vary", "Accept-Encoding")
        self.clear_header("Content-Security-Policy")
        if self.check_etag_header():
            self.set_status(304)
            self.finish()
            return
        content = stored.plain
        if stored.packed is not None and "gzip" in self.request.headers.get("Accept-Encoding", ""):
            self.set_header("Content-Encoding", "gzip")
            content = stored.packed
        self.set_header("Content-Length", str(len(content)))
        self.finish(b"" if self.request.method == "HEAD" else content)

    def compute_etag(self) -> None:
        """Keep the seal already set."""

    def load(self, where: dict[str, str]) -> Stored | None:
        """Return the file that the address names."""
        raise NotImplementedError


class Asset(_Static):
    """GET /assets/<hash>/<name>: our own files, a closed list."""

    def load(self, where: dict[str, str]) -> Stored | None:
        """Return one of our files; a hash of another version gives this version's, as pages may be older."""
        from cxmaturity.app.pages.assets import asset_bytes

        name = where["path"]
        found = asset_bytes(name)
        if found is None:
            return None
        shelf: Shelf = self.application.settings["cxm_shelf"]
        return shelf.get(f"asset:{name}", partial(pack, *found, name))


class VoilaFile(_Static):
    """GET /voila/...: scripts, styles and fonts of Voilà and of the widgets."""

    private = True

    async def admit(self) -> None:
        """Let in only who has a page open."""
        await super().admit()
        if not self.services.kernels.has_page(self.secret):
            raise Refused.of("app.kernel", "this page is not open in this browser.", status=403)

    def load(self, where: dict[str, str]) -> Stored | None:
        """Return a file under the roots of this kind of address."""
        roots: Sequence[Path] = self.application.settings["cxm_roots"][self.rule.name]
        name = where["path"]
        if name.startswith("v-"):  # the version, which makes an address that never changes
            name = name.partition("/")[2]
        shelf: Shelf = self.application.settings["cxm_shelf"]
        return shelf.get(f"{self.rule.name}:{name}", partial(load_file, roots, name))
