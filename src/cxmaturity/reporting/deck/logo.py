"""The client's logo as a picture that every version of PowerPoint shows."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

from cxmaturity.engagement.values import Theme
from cxmaturity.reporting.fonts import typst_fonts
from cxmaturity.reporting.typst_markup import quoted

_PIXELS_PER_INCH: Final = 288


def logo_png(theme: Theme) -> bytes | None:
    """Return the logo as a PNG with a clear ground; an SVG is drawn by Typst, which runs and fetches nothing.

    None when there is no logo, or when its SVG cannot be drawn: a deck without a logo is better than no deck.
    """
    if theme.logo is None:
        return None
    if theme.logo_format != "svg":
        return theme.logo
    return _drawn(theme.logo)


@lru_cache(maxsize=8)
def _drawn(svg: bytes) -> bytes | None:
    import typst  # only an SVG needs it

    try:
        text = svg.decode("utf-8")
        source = (
            "#set page(width: auto, height: auto, margin: 0pt, fill: none)\n"
            '#set text(font: ("Inter", "DejaVu Sans"))\n'
            f'#image(bytes({quoted(text)}), format: "svg", height: 54pt)'
        )
        drawn: Any = typst.compile(
            source.encode(),
            format="png",
            ppi=_PIXELS_PER_INCH,
            font_paths=typst_fonts(),
            ignore_system_fonts=True,
        )
    except (RuntimeError, TypeError, UnicodeDecodeError):
        return None
    return drawn if isinstance(drawn, bytes) else None
