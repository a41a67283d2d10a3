"""The style sheet of the blocks, shared by the page and by notebook cells: theme tokens, fonts, rules."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from cxmaturity.reporting.fonts import font_faces
from cxmaturity.resources import resource


@cache
def _rules(name: str) -> str:
    written = (resource("templates/nbconvert/cxmaturity") / name).read_text(encoding="utf-8")
    return re.sub(r"\s+", " ", re.sub(r"/\*.*?\*/", "", written, flags=re.DOTALL)).strip()


def style(look: Mapping[str, str], *, fonts: bool = True, page: bool = False) -> str:
    """Return the style sheet for a look (the tokens of `charts.theme.ChartTheme`).

    Parameters
    ----------
    look : mapping of str to str
        Token to colour, and ``font_family``.
    fonts : bool, default True
        With the fonts inside; once in a document is enough.
    page : bool, default False
        With the rules of the whole page, or of a notebook cell.
    """
    tokens = ";".join(
        f"--{name.replace('_', '-')}:{value}" for name, value in sorted(look.items()) if name != "font_family"
    )
    family = look["font_family"]
    return "\n".join(
        (
            font_faces(family) if fonts else "",
            f'.cxm{{{tokens};--font-family:"{family}"}}',
            _rules("report.css"),
            _rules("page.css" if page else "cell.css"),
        )
    )
