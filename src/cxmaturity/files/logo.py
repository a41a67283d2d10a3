"""A client's logo, accepted only when it is a plain picture: it ends up inside a page that others open."""

from __future__ import annotations

import re
import struct
from typing import Final, Literal
from xml.etree import ElementTree as ET

from cxmaturity.core.problems import InputError

LOGO_LIMIT: Final = 500_000
MAX_PIXELS: Final = 4_000
_PNG: Final = b"\x89PNG\r\n\x1a\n"
_ACTIVE: Final = {
    *("script", "handler", "set", "animate", "animatemotion", "animatetransform", "animatecolor", "a"),
    *("foreignobject", "iframe", "embed", "object", "audio", "video"),
}
_ADDRESS: Final = re.compile(r"url\(\s*['\"]?\s*(?![\s'\"#])", re.IGNORECASE)
_PICTURE: Final = re.compile(r"data:image/(png|jpe?g|gif|webp);base64,", re.IGNORECASE)


def read_logo(content: bytes) -> tuple[bytes, Literal["svg", "png"]]:
    """Return a logo and its format; an SVG keeps its bytes, without a document type.

    Raises
    ------
    InputError
        ``files.logo_format``, ``files.logo_broken``, ``files.logo_pixels``, ``files.logo_active`` (scripts,
        events, animation, links, references to other files).
    """
    if content.startswith(_PNG):
        _check_png(content)
        return content, "png"
    start = content[:5000].lower()
    if b"<svg" in start or b":svg" in start:
        return _plain_svg(content), "svg"
    raise InputError.of("files.logo_format", "the logo is neither SVG nor PNG.", hint="Export it as PNG.")


def _check_png(content: bytes) -> None:
    if len(content) < 33 or content[12:16] != b"IHDR" or b"IEND" not in content[-64:]:
        raise _broken()
    width, height = struct.unpack(">II", content[16:24])
    if not (0 < width <= MAX_PIXELS and 0 < height <= MAX_PIXELS):
        raise InputError.of(
            "files.logo_pixels",
            "the logo is {width} by {height} pixels; expected 1 to {limit} each way.",
            width=width,
            height=height,
            limit=MAX_PIXELS,
        )


def _broken() -> InputError:
    return InputError.of(
        "files.logo_broken", "the logo cannot be read as a picture.", hint="Export it again as PNG."
    )


def _plain_svg(content: bytes) -> bytes:
    try:
        text = re.sub(r"<!DOCTYPE[^>\[]*>", "", content.decode("utf-8-sig"))
        declared = next((mark for mark in ("<!ENTITY", "<!DOCTYPE", "<?xml-stylesheet") if mark in text), "")
        root = ET.Element("svg") if declared else ET.fromstring(text)  # noqa: S314  # no entity is left in it
    except (ET.ParseError, ValueError) as error:
        raise _broken() from error
    if _local(root.tag) != "svg":
        raise _broken()
    active = declared or next(filter(None, map(_active_part, root.iter())), "")
    if active:
        raise InputError.of(
            "files.logo_active",
            "the SVG logo holds '{what}', which a plain picture does not need.",
            hint="Export it as PNG.",
            what=active,
        )
    return text.encode()


def _local(name: object) -> str:
    return str(name).rpartition("}")[2].lower()


def _active_part(element: ET.Element) -> str:
    """Return what makes an element more than a drawing, or nothing."""
    name = _local(element.tag)
    if name in _ACTIVE:
        return f"<{name}>"
    style = element.text or ""
    if name == "style" and ("@import" in style.lower() or "\\" in style or _ADDRESS.search(style)):
        return "<style>"
    return next((_local(key) for key, value in element.attrib.items() if _is_active(_local(key), value)), "")


def _is_active(name: str, value: str) -> bool:
    bare = value.strip()
    if name in ("href", "src"):
        return not bare.startswith("#") and not _PICTURE.match(bare)
    scripted = "javascript:" in re.sub(r"\s", "", value.lower())
    return name.startswith("on") or name == "base" or scripted or bool(_ADDRESS.search(value))
