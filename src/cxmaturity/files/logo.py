"""A client's logo, accepted only when it is a plain picture: it ends up inside a page that others open."""

from __future__ import annotations

import re
import struct
from typing import Final, Literal
from xml.etree import ElementTree as ET

from cxmaturity.files.findings import Findings, Path, Placed

LOGO_LIMIT: Final = 500_000
MAX_PIXELS: Final = 4_000
_PNG: Final = b"\x89PNG\r\n\x1a\n"
_ACTIVE: Final = {
    "script", "foreignobject", "iframe", "embed", "object", "audio", "video", "handler", "set", "animate", "animatemotion",
    "animatetransform", "a",
}  # fmt: skip
_ADDRESS: Final = re.compile(r"url\(\s*['\"]?(?!#|['\"]?#)", re.IGNORECASE)
_PICTURE: Final = re.compile(r"data:image/(png|jpe?g|gif|webp);base64,", re.IGNORECASE)


def check_logo(
    content: bytes, at: Placed, path: Path, found: Findings
) -> tuple[bytes, Literal["svg", "png"]] | None:
    """Return the logo and its format, or None after noting why it is refused.

    An SVG keeps its bytes, without a document type. Noted: ``files.logo_format``, ``files.logo_broken``,
    ``files.logo_pixels``, ``files.logo_active`` (scripts, events, animation, links, references to other files).
    """
    if content.startswith(_PNG):
        return _check_png(content, at, path, found)
    if b"<svg" in content[:5000].lower() or b":svg" in content[:5000].lower():
        return _check_svg(content, at, path, found)
    found.of("files.logo_format", "the logo is neither SVG nor PNG.", hint="Export it as PNG.", at=at, path=path)
    return None


def _check_png(
    content: bytes, at: Placed, path: Path, found: Findings
) -> tuple[bytes, Literal["svg", "png"]] | None:
    if len(content) < 33 or content[12:16] != b"IHDR" or b"IEND" not in content[-64:]:
        return _note_broken(at, path, found)
    width, height = struct.unpack(">II", content[16:24])
    if not (0 < width <= MAX_PIXELS and 0 < height <= MAX_PIXELS):
        found.of(
            "files.logo_pixels",
            "the logo is {width} by {height} pixels; at most {limit} each way.",
            at=at,
            path=path,
            width=width,
            height=height,
            limit=MAX_PIXELS,
        )
        return None
    return content, "png"


def _note_broken(at: Placed, path: Path, found: Findings) -> None:
    found.of("files.logo_broken", "the logo cannot be read as a picture.", hint="Export it again.", at=at, path=path)


def _check_svg(
    content: bytes, at: Placed, path: Path, found: Findings
) -> tuple[bytes, Literal["svg", "png"]] | None:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return _note_broken(at, path, found)
    if "<!ENTITY" in text:
        return _note_active("<!ENTITY", at, path, found)
    text = re.sub(r"<!DOCTYPE[^>\[]*>", "", text)
    try:
        root = ET.fromstring(text)  # noqa: S314  # entities were refused above, expat caps the rest
    except (ET.ParseError, ValueError):
        return _note_broken(at, path, found)
    if _local(root.tag) != "svg":
        return _note_broken(at, path, found)
    for element in root.iter():
        if reason := _active_part(element):
            return _note_active(reason, at, path, found)
    return text.encode(), "svg"


def _note_active(what: str, at: Placed, path: Path, found: Findings) -> None:
    found.of(
        "files.logo_active",
        "the SVG logo holds '{what}', which a plain picture does not need.",
        hint="Export it as PNG.",
        at=at,
        path=path,
        what=what,
    )


def _local(name: object) -> str:
    return str(name).rpartition("}")[2].lower()


def _active_part(element: ET.Element) -> str:
    """Return what makes an element more than a drawing, or nothing."""
    name = _local(element.tag)
    if name in _ACTIVE:
        return f"<{name}>"
    if name == "style" and ("@import" in (element.text or "") or _ADDRESS.search(element.text or "")):
        return "<style>"
    for attribute, value in element.attrib.items():
        local = _local(attribute)
        wanted = value.strip()
        if local.startswith("on") or "javascript:" in re.sub(r"\s", "", value.lower()):
            return local
        if local in ("href", "src") and not wanted.startswith("#") and not _PICTURE.match(wanted):
            return local
        if _ADDRESS.search(value):
            return local
    return ""
