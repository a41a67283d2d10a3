"""From a matplotlib figure to an SVG that can stand inside a page beside others, the same bytes every time.

matplotlib's own file carries a style sheet that would restyle the whole page, and ids that meet those of the
next chart; this module rewrites styles as attributes, makes ids unique and adds what a screen reader says.
"""

from __future__ import annotations

import hashlib
import io
import re
from typing import Final
from xml.etree import ElementTree as ET  # only ever reads what matplotlib has just written

from matplotlib.figure import Figure

from cxmaturity.charts.canvas import drawing, printable, stood_for
from cxmaturity.charts.chart import Chart, ChartTable
from cxmaturity.charts.theme import ChartTheme
from cxmaturity.core.text import Language

_SVG: Final = "http://www.w3.org/2000/svg"
_REFERENCE: Final = re.compile(r"url\(#([^)]+)\)")
_LONG_NUMBER: Final = re.compile(r"-?\d+\.\d{3,}")
_MEASURES: Final = {"d", "x", "y", "width", "height", "transform", "stroke-dasharray", "stroke-width"}
_DROPPED: Final = {"metadata", "style"}
# Presentation attributes that only repeat SVG's own default, or ours on the root.
_DEFAULTS: Final = {
    ("stroke-linejoin", "round"),
    ("stroke-linecap", "butt"),
    ("stroke-miterlimit", "10"),
    ("font-style", "normal"),
    ("font-weight", "400"),
    ("text-anchor", "start"),
}


def finish(
    figure: Figure,
    *,
    kind: str,
    title: str,
    alt: str,
    table: ChartTable,
    language: Language,
    theme: ChartTheme,
) -> Chart:
    """Return the finished chart of a figure.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        What was drawn.
    kind : str
        A word for its ids: letters only.
    title, alt : str
        What it is, and what it shows.
    table : ChartTable
        The same data as text.
    language : {"en", "fr"}
        Of its words.
    theme : ChartTheme
        For the font family.
    """
    buffer = io.StringIO()
    with drawing():
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    drawn = buffer.getvalue()
    digest = hashlib.sha256(f"{drawn}\0{title}\0{alt}\0{language}".encode()).hexdigest()[:8]
    width, height = figure.get_size_inches()
    return Chart(
        title=title,
        svg=_rewrite(drawn, f"{kind}-{digest}", title=title, alt=alt, language=language, theme=theme),
        alt=alt,
        table=table,
        width_mm=round(width * 25.4, 2),
        height_mm=round(height * 25.4, 2),
    )


def _rewrite(drawn: str, prefix: str, *, title: str, alt: str, language: Language, theme: ChartTheme) -> str:
    old = ET.fromstring(drawn)  # noqa: S314  # our own output, a second ago
    used = {found for element in old.iter() for found in _references(element)}
    root = ET.Element(
        "svg",
        {
            "xmlns": _SVG,
            "viewBox": old.attrib["viewBox"],
            "width": "100%",
            "role": "img",
            "aria-labelledby": f"{prefix}-title {prefix}-desc",
            "lang": language,
            "font-family": theme.font_stack,
            "stroke-linejoin": "round",
        },
    )
    ET.SubElement(root, "title", {"id": f"{prefix}-title"}).text = printable(title)
    ET.SubElement(root, "desc", {"id": f"{prefix}-desc"}).text = printable(alt)
    for child in old:
        root.extend(_clean(child, prefix, used))
    return ET.tostring(root, encoding="unicode")


def _references(element: ET.Element) -> list[str]:
    found = [
        value[1:]
        for name, value in element.attrib.items()
        if name.rpartition("}")[2] == "href" and value[:1] == "#"
    ]
    return found + [name for value in element.attrib.values() for name in _REFERENCE.findall(value)]


def _clean(old: ET.Element, prefix: str, used: set[str]) -> list[ET.Element]:
    """Return what an element becomes: nothing, itself with plain attributes, or a bare group's children."""
    tag = old.tag.rpartition("}")[2]
    if tag in _DROPPED:
        return []
    attributes = _attributes(old, prefix, used)
    children = [kept for child in old for kept in _clean(child, prefix, used)]
    if tag in {"g", "defs"} and (not children or (tag == "g" and not attributes)):
        return children
    new = ET.Element(tag, attributes)
    if tag == "text":
        new.text = stood_for(old.text or "")
    new.extend(children)
    return [new]


def _attributes(old: ET.Element, prefix: str, used: set[str]) -> dict[str, str]:
    plain: dict[str, str] = {}
    for qualified, value in old.attrib.items():
        name = qualified.rpartition("}")[2]
        if name == "id":
            plain |= {"id": f"{prefix}-{value}"} if value in used else {}
        elif name == "href":
            plain["href"] = f"#{prefix}-{value[1:]}"
        elif name == "style":
            plain |= _declarations(value)
        else:
            plain[name] = value
    for name in _MEASURES & plain.keys():
        plain[name] = _LONG_NUMBER.sub(_short, " ".join(plain[name].split()))
    return {
        name: _REFERENCE.sub(rf"url(#{prefix}-\1)", value)
        for name, value in plain.items()
        if (name, value) not in _DEFAULTS and not value.startswith("rotate(-0 ")
    }


def _declarations(style: str) -> dict[str, str]:
    """Return the declarations of a style attribute as attributes; the root says the font family once."""
    pairs = (declaration.partition(":") for declaration in style.split(";"))
    plain = {key.strip(): said.strip() for key, _, said in pairs if key.strip()}
    plain.pop("font-family", None)
    if "font-size" in plain:
        plain["font-size"] = plain["font-size"].removesuffix("px")
    return plain


def _short(found: re.Match[str]) -> str:
    """Return a length in points to the hundredth, far below what print or screen can show."""
    return f"{float(found[0]):.2f}".rstrip("0").rstrip(".")
