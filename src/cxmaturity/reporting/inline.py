"""The only markup inside a text: ``**strong**`` and ``*emphasis*``; a backslash keeps a star literal.

Both renderers and the metadata read texts through here, so a text means the same everywhere, and what a
client typed (`plain`) can never become markup of ours, of HTML or of Typst.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

import attrs

_MARK: Final = re.compile(r"\\[\\*]|\*\*|\*")
_BLANK: Final = re.compile(r"[\t\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+")
_BIDI_CONTROLS: Final = re.compile("[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]")
_NON_CHARACTERS: Final = "".join(chr(plane << 16 | last) for plane in range(17) for last in (0xFFFE, 0xFFFF))
_UNPRINTABLE: Final = re.compile(f"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef{_NON_CHARACTERS}]")
_CHANGED: Final = re.compile("|".join(rule.pattern for rule in (_BLANK, _BIDI_CONTROLS, _UNPRINTABLE)))


@attrs.frozen(kw_only=True)
class Span:
    """A run of literal characters, and how it is set."""

    text: str
    strong: bool = False
    emphasis: bool = False


def clean(text: str) -> str:
    """Return `text` as one line that every output format can hold.

    Line breaks and tabs become one space; control characters, lone surrogates and non-characters, which no
    XML or PDF may hold, become U+FFFD; invisible characters that reorder their neighbours (bidirectional
    controls) are dropped. Letters of right-to-left scripts stay.
    """
    if _CHANGED.search(text) is None:  # nearly always
        return text
    text = _BLANK.sub(" ", text)
    return _BIDI_CONTROLS.sub("", _UNPRINTABLE.sub("\ufffd", text))


def plain(text: str) -> str:
    r"""Escape data (a name, a sentence that somebody typed) so that every character of it is literal.

    Examples
    --------
    >>> print(plain("5 * 3 = *15*"))
    5 \* 3 = \*15\*
    """
    return text.replace("\\", "\\\\").replace("*", "\\*")


@lru_cache(maxsize=4096)
def spans(text: str) -> tuple[Span, ...]:
    r"""Parse the inline markup; a marker without its partner is literal.

    Examples
    --------
    >>> [span.text for span in spans("a **b** c") if span.strong]
    ['b']
    >>> spans(plain("**x**"))[0].text
    '**x**'
    """
    text = clean(text)
    markers = [match.group() for match in _MARK.finditer(text)]
    left = {marker: markers.count(marker) // 2 * 2 for marker in ("**", "*")}
    found: list[Span] = []
    strong = emphasis = False
    literal = ""
    end = 0

    def close() -> None:
        nonlocal literal
        if literal:
            found.append(Span(text=literal, strong=strong, emphasis=emphasis))
        literal = ""

    for match in _MARK.finditer(text):
        mark = match.group()
        literal += text[end : match.start()]
        end = match.end()
        if mark.startswith("\\"):
            literal += mark[1]
        elif left[mark] == 0:
            literal += mark
        else:
            close()
            left[mark] -= 1
            strong, emphasis = (not strong, emphasis) if mark == "**" else (strong, not emphasis)
    literal += text[end:]
    close()
    return tuple(found)


def text_of(text: str) -> str:
    """Return the characters of a text without its markup, for a title, an outline or an alternative text."""
    return "".join(span.text for span in spans(text))
