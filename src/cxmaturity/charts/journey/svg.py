"""From a scene to one SVG: the same bytes every time, text as text, presentation attributes only.

Every text goes through XML escaping; what XML cannot hold was dropped when it was measured.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from xml.sax.saxutils import escape, quoteattr

from cxmaturity.charts.journey.measure import LINE, PT, printable, text_width
from cxmaturity.charts.journey.scene import Group, Path, Rect, Text, fmt
from cxmaturity.charts.theme import ChartTheme
from cxmaturity.core.text import Language

_WEIGHTS = {"normal": "", "semibold": ' font-weight="600"', "italic": ' font-style="italic"'}

_SHORT = 4
"""Letters up to which a line says no width: another font moves its edge by less than the white around it."""


def to_svg(
    scene: Group,
    *,
    width: float,
    height: float,
    title: str,
    alt: str,
    language: Language,
    theme: ChartTheme,
) -> str:
    """Return one ``<svg>`` element of a scene, in millimetres, with title, description and ids of its own."""
    body = "".join(_written(scene))
    digest = hashlib.sha256(f"{body}\0{title}\0{alt}\0{language}".encode()).hexdigest()[:8]
    prefix = f"map-{digest}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {fmt(width)} {fmt(height)}" width="{fmt(width)}mm"'
        f' height="{fmt(height)}mm" role="img" class="journey-map" aria-labelledby="{prefix}-title {prefix}-desc"'
        f" lang={quoteattr(language)} font-family={quoteattr(theme.font_stack)} fill={quoteattr(theme.ink)}>"
        f'<title id="{prefix}-title">{escape(printable(title))}</title>'
        f'<desc id="{prefix}-desc">{escape(printable(alt))}</desc>'
        f'<rect width="{fmt(width)}" height="{fmt(height)}" fill="{theme.paper}"/>'
        f"{body}</svg>"
    )


def _written(item: Group | Rect | Path | Text) -> Iterator[str]:
    if isinstance(item, Group):
        if not item.items:
            return
        named = f" class={quoteattr(item.classes)}" if item.classes else ""
        named += "".join(f" {name}={quoteattr(printable(value))}" for name, value in item.data)
        if item.label:
            named += f" aria-label={quoteattr(printable(item.label))}"
        if named:
            yield f"<g{named}>"
        for child in item.items:
            yield from _written(child)
        if named:
            yield "</g>"
    elif isinstance(item, Rect):
        yield _rect(item)
    elif isinstance(item, Path):
        yield _path(item)
    else:
        yield _text(item)


def _paint(fill: str, stroke: str, width: float, opacity: float) -> str:
    said = f' fill="{fill}"'
    said += f' stroke="{stroke}" stroke-width="{fmt(width)}"' if stroke else ""
    return said + (f' opacity="{fmt(opacity)}"' if opacity < 1 else "")


def _rect(rect: Rect) -> str:
    box = rect.box
    radius = f' rx="{fmt(rect.radius)}"' if rect.radius else ""
    paint = _paint(rect.fill, rect.stroke, rect.stroke_width, rect.opacity)
    return f'<rect x="{fmt(box.x)}" y="{fmt(box.y)}" width="{fmt(box.width)}" height="{fmt(box.height)}"{radius}{paint}/>'


def _path(path: Path) -> str:
    moved = ""
    if path.x or path.y or path.scale != 1:
        moved = f' transform="translate({fmt(path.x)} {fmt(path.y)})'
        moved += f' scale({path.scale:.4g})"' if path.scale != 1 else '"'
    dash = f' stroke-dasharray="{path.dash}"' if path.dash else ""
    cap = ' stroke-linecap="round" stroke-linejoin="round"' if path.cap == "round" else ""
    return f'<path d="{path.d}"{moved}{_paint(path.fill, path.stroke, path.stroke_width, path.opacity)}{dash}{cap}/>'


def _text(text: Text) -> str:
    size = f"{text.size * PT:.3f}".rstrip("0").rstrip(".")
    anchor = f' text-anchor="{text.anchor}"' if text.anchor != "start" else ""
    head = f'<text x="{fmt(text.x)}" y="{fmt(text.y)}" font-size="{size}" fill="{text.fill}"{anchor}{_WEIGHTS[text.weight]}'
    if text.halo:
        head += f' stroke="{text.ground}" stroke-width="{fmt(0.25 * text.size * PT)}" paint-order="stroke"'
    if len(text.lines) == 1:
        return f"{head}{_length(text, text.lines[0])}>{escape(text.lines[0])}</text>"
    step = fmt(text.size * PT * LINE)
    lines = "".join(
        f'<tspan x="{fmt(text.x)}"{f" dy={quoteattr(step)}" if rank else ""}{_length(text, one)}>{escape(one)}</tspan>'
        for rank, one in enumerate(text.lines)
    )
    return f"{head}>{lines}</text>"


def _length(text: Text, line: str) -> str:
    """Return the width that a line was given, so that it keeps it where the file is opened without the font of the report."""
    if len(line) <= _SHORT:
        return ""
    wide = fmt(text_width(line, text.size, text.weight))
    return f' textLength="{wide}" lengthAdjust="spacingAndGlyphs"'
