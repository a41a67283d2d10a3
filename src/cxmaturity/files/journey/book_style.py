"""How the workbook looks: one quiet colour for each group of columns, titles that wrap, lines that guide the eye.

openpyxl is imported only where a workbook is written.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from copy import copy
from functools import cache
from typing import Any, Final
from weakref import WeakKeyDictionary

INK: Final = "1F2933"
QUIET: Final = "5B6770"
LINE: Final = "D5DADF"
ACCENT: Final = "1F4E5F"
FILLS: Final = {
    # group: (title, tint of the tab and of the legend); dark ink on each is well above 7:1
    "id": "E4E7EB",
    "what": "D6E6F2",
    "lived": "F6E3CF",
    "proof": "DCEBD8",
    "act": "F3D9DC",
    "behind": "E3DDF0",
    "money": "F4EBC6",
    "flow": "E0E0E0",
    "story": "F6E3CF",
    "pale": "F4F6F8",
}
DATE_FORMAT: Final = "yyyy-mm-dd"
NUMBER_FORMATS: Final = {"date": DATE_FORMAT, "rate": "0.0%", "number": "General", "whole": "0"}
NAME: Final = "Calibri"


@cache
def styles() -> dict[str, Any]:
    """Return the fonts, fills and borders; made once."""
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

    side = Side(style="thin", color=LINE)
    return {
        "title": Font(name=NAME, size=20, bold=True, color=ACCENT),
        "lead": Font(name=NAME, size=12, color=INK),
        "heading": Font(name=NAME, size=13, bold=True, color=ACCENT),
        "head": Font(name=NAME, size=10, bold=True, color=INK),
        "body": Font(name=NAME, size=10, color=INK),
        "strong": Font(name=NAME, size=10, bold=True, color=INK),
        "quiet": Font(name=NAME, size=10, color=QUIET),
        "link": Font(name=NAME, size=10, color=ACCENT, underline="single"),
        "wrap": Alignment(wrap_text=True, vertical="center"),
        "head_align": Alignment(wrap_text=True, vertical="center"),
        "head_number": Alignment(wrap_text=True, vertical="center", horizontal="center"),
        "number": Alignment(vertical="center", horizontal="center"),
        "under": Border(bottom=side),
        "box": Border(bottom=side, right=side),
        "fills": {
            group: PatternFill("solid", start_color=colour, end_color=colour)
            for group, colour in FILLS.items()
        },
    }


_MADE: Final[WeakKeyDictionary[Any, dict[tuple[str, ...], Any]]] = WeakKeyDictionary()


def dress(
    item: Any,
    font: str,
    alignment: str = "",
    border: str = "",
    *,
    fill: str = "",
    number_format: str = "General",
) -> None:
    """Give a cell or a column its look: names of `styles`, or of the fills.

    openpyxl compares whole styles each time that one is set, which took most of the time of a workbook: each look is made once.
    """
    made = _MADE.setdefault(item.parent.parent, {})
    key = (font, alignment, border, fill, number_format)
    quoted = item._style.quotePrefix if item._style else 0  # noqa: SLF001  # openpyxl copies it so too
    if key not in made:
        look = styles()
        item.font, item.number_format = look[font], number_format
        if alignment:
            item.alignment = look[alignment]
        if border:
            item.border = look[border]
        if fill:
            item.fill = look["fills"][fill]
        made[key] = copy(item._style)  # noqa: SLF001  # the whole look at once; its parts have public names, it has none
        made[key].quotePrefix = 0
    style = copy(made[key])
    style.quotePrefix = quoted
    item._style = style  # noqa: SLF001  # the same


def height(texts: Sequence[tuple[str, float]], size: float = 10) -> float:
    """Return the height of a row, in points, in which each text wraps in a column so many characters wide."""
    lines = 1
    for text, width in texts:
        room = max(width, 4)
        lines = max(lines, sum(max(1, math.ceil(len(line) / room)) for line in text.split("\n")))
    return min(lines, _MOST_LINES) * size * 1.35 + 5


_MOST_LINES: Final = 29  # a row is at most 409 points high


def put(cell: Any, value: Any) -> None:
    """Put a value into a cell; a text stays a text whatever it begins with: no formula, no error, no link."""
    from cxmaturity.files.journey.cells import to_cell

    if not isinstance(value, str):
        cell.value = value
        if isinstance(value, float) and float(f"{value:.16g}") != value:
            cell._value = repr(value)  # noqa: SLF001  # openpyxl writes 16 digits, and some numbers need 17
        return
    cell.value = to_cell(value)
    cell.data_type = "s"
    if value[:1] in "=+-@#'\t":
        cell.quotePrefix = True
