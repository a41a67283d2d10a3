"""Several values in one cell, written so that each of them comes back as it was.

Values are separated by semicolons (or line breaks), their parts by ``=`` or ``|``. A part that holds one of these, or
begins or ends with a space, stands between double quotes, a double quote in it doubled, as in a CSV file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

_QUOTED: Final = re.compile(r'\s*"((?:[^"]|"")*)"[^\S\n]*(?=$|[;\n=|])')
_NEEDS_QUOTES: Final = re.compile(r'[;\n=|]|^["\s]|\s$|^$')
_NOT_XML: Final = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")
_LIKE_ESCAPE: Final = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_ESCAPED: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")


def join(items: Iterable[Iterable[str]], mark: str = "") -> str:
    """Return a cell that holds `items`, each of one or more parts between which `mark` stands.

    Examples
    --------
    >>> join([["shop"], ["a; b"]])
    'shop; "a; b"'
    >>> join([["age", "34"]], "=")
    'age = 34'
    """
    return "; ".join(f" {mark} ".join(_part(part) for part in parts) for parts in items)


def _part(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if _NEEDS_QUOTES.search(text) else text


def split(text: str, mark: str = "", parts: int = 1) -> list[list[str]]:
    """Return the items of a cell, each cut into at most `parts` parts; what is empty at the end does not count.

    Examples
    --------
    >>> split('shop; "a; b";')
    [['shop'], ['a; b']]
    >>> split("age = 34; url = a=b", "=", 2)
    [['age', '34'], ['url', 'a=b']]
    """
    items: list[list[str]] = [[]]
    position = 0
    while position <= len(text):
        inside = mark if len(items[-1]) < parts - 1 else ""
        part, position = _take(text, position, inside)
        items[-1].append(part)
        stop = text[position : position + 1]
        position += 1
        if not stop:
            break
        if stop != inside or not inside:
            items.append([])
    while items and not any(items[-1]):
        items.pop()
    return items


def _take(text: str, start: int, inside: str) -> tuple[str, int]:
    stops = f";\n{inside}"
    quoted = _QUOTED.match(text, start)
    if quoted and (quoted.end() == len(text) or text[quoted.end()] in stops):
        return quoted[1].replace('""', '"'), quoted.end()
    end = start
    while end < len(text) and text[end] not in stops:
        end += 1
    return text[start:end].strip(), end


def to_cell(text: str) -> str:
    """Return a text as a workbook stores it: what XML cannot hold is escaped, and what looks like an escape too."""
    text = _LIKE_ESCAPE.sub("_x005F_", text)
    return _NOT_XML.sub(lambda found: f"_x{ord(found[0]):04X}_", text)


def from_cell(text: str) -> str:
    """Return a text as typed, from what a workbook stores; line breaks become plain ones.

    Examples
    --------
    >>> from_cell(to_cell("_x000D_"))
    '_x000D_'
    """
    if "_x" in text:
        text = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text
