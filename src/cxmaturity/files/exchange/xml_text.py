"""Text into XML: escaped, and without the characters that XML 1.0 cannot hold at all."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

_FORBIDDEN: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
REPLACEMENT: Final = "\ufffd"


def escaped(text: str) -> str:
    r"""Return a text as the content of an element or of an attribute.

    Examples
    --------
    >>> escaped('<script> & "x"')
    '&lt;script&gt; &amp; &quot;x&quot;'
    >>> escaped("a\x00b") == "a\ufffdb"
    True
    """
    text = _FORBIDDEN.sub(REPLACEMENT, text)
    for plain, code in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;"), ("\r", "&#13;")):
        text = text.replace(plain, code)
    return text


def attribute(text: str) -> str:
    """Return a text as the value of an attribute, line breaks and tabs kept."""
    return escaped(text).replace("\n", "&#10;").replace("\t", "&#9;")


def element(tag: str, text: str = "", attributes: Mapping[str, str] | None = None) -> str:
    """Return one element with text only, or an empty one.

    Examples
    --------
    >>> element("channelName", "Web & app")
    '<channelName>Web &amp; app</channelName>'
    """
    inside = "".join(f' {name}="{attribute(value)}"' for name, value in (attributes or {}).items())
    return f"<{tag}{inside}>{escaped(text)}</{tag}>" if text else f"<{tag}{inside}/>"


def around(tag: str, lines: Iterable[str], attributes: Mapping[str, str] | None = None) -> list[str]:
    """Return the lines of an element that holds others, indented by two spaces."""
    inside = "".join(f' {name}="{attribute(value)}"' for name, value in (attributes or {}).items())
    held = [f"  {line}" for line in lines]
    return [f"<{tag}{inside}>", *held, f"</{tag}>"] if held else [f"<{tag}{inside}/>"]


def document(lines: Iterable[str]) -> bytes:
    """Return a whole document in UTF-8."""
    return ('<?xml version="1.0" encoding="UTF-8"?>\n' + "\n".join(lines) + "\n").encode()
