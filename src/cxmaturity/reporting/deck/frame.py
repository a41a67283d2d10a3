"""What every slide has around its body: its title, its footer, its number, nothing left of the layout's empty places."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any, Final

from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.oxml.ns import qn

from cxmaturity.core.text import Language
from cxmaturity.reporting.deck import metrics, paint
from cxmaturity.reporting.deck.base import Base, Box
from cxmaturity.reporting.deck.paint import Canvas
from cxmaturity.reporting.inline import text_of

TITLE_SIZES: Final = (28, 26, 24, 23, 22, 21, 20, 19, 18, 17, 16, 15, 14)


def title_room(base: Base, box: Box) -> tuple[float, float]:
    """Return the room for letters in a title; a template's title has inner margins, and programs differ by some letters."""
    inset = 0.0 if base.ours else 15.0
    return 0.975 * (box.width - inset), box.height - inset / 2


def set_title(canvas: Canvas, title: str, box: Box, size: float) -> None:
    """Write the title in the layout's place for it, cut when it does not fit; a template keeps its own colour."""
    shape = canvas.slide.shapes.title
    shape.left, shape.top, shape.width, shape.height = box.emu
    _, kept = metrics.fit((title,), title_room(canvas.base, box), (size,), bold=True)
    paint.write(canvas, shape.text_frame, kept, size)
    for paragraph in shape.text_frame.paragraphs:
        paragraph.alignment = None
        for run in paragraph.runs if not canvas.base.ours else ():
            colour = run._r.get_or_add_rPr().find(qn("a:solidFill"))  # noqa: SLF001  # the template's own colour
            if colour is not None:
                colour.getparent().remove(colour)


def clear_placeholders(canvas: Canvas) -> None:
    """Remove the places of the layout that stay empty: PowerPoint would show its invitation to fill them."""
    for shape in list(canvas.slide.placeholders):
        if shape.placeholder_format.type not in (PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.CENTER_TITLE):
            shape._element.getparent().remove(shape._element)  # noqa: SLF001  # python-pptx has no remove


def furniture(canvas: Canvas, *, said: Sequence[str], number: int) -> None:
    """Put the slide number and the footer where the layout has them, else at the bottom; `said` is tried longest first."""
    found = {shape.placeholder_format.type: shape for shape in canvas.base.layout.placeholders}
    footer = found.get(PP_PLACEHOLDER.FOOTER)
    if footer is None:
        _small(canvas, canvas.base.footer, _fitting(said, canvas.base.footer.width, 10), "Footer")
    else:
        shape = _copied(canvas, footer)
        room = (footer.width.pt if footer.width is not None else canvas.base.footer.width) - 15
        text = metrics.one_line(_escaped(_fitting(said, room, 12)), room, 12)
        _replace_text(shape, text_of(text), canvas.language)
    place = found.get(PP_PLACEHOLDER.SLIDE_NUMBER)
    if place is None:
        shape = _small(canvas, canvas.base.number, str(number), "Slide number", side="right")
        _number_field(shape._element, number, canvas.language)  # noqa: SLF001
    else:
        shape = _copied(canvas, place)
        _number_field(shape, number, canvas.language)


def _fitting(said: Sequence[str], room: float, size: float) -> str:
    """Return the first text that stands on one line, else the last."""
    return next((text for text in said if metrics.lines(_escaped(text), room, size) == 1), said[-1])


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("*", "\\*")


def _small(canvas: Canvas, box: Box, text: str, name: str, side: Any = "left") -> Any:
    kept = metrics.one_line(_escaped(text), box.width, 10)
    return paint.text_box(canvas, box, (kept,), (10,), name=name, tone="muted", side=side)


def _copied(canvas: Canvas, placeholder: Any) -> Any:
    """Copy a layout's placeholder onto the slide: python-pptx leaves footers and numbers out."""
    element = copy.deepcopy(placeholder._element)  # noqa: SLF001
    tree = canvas.slide.shapes._spTree  # noqa: SLF001
    taken = max((int(found.get("id")) for found in tree.iter(qn("p:cNvPr"))), default=1)
    element.find(f".//{qn('p:cNvPr')}").set("id", str(taken + 1))
    tree.append(element)
    copied = next(shape for shape in canvas.slide.placeholders if shape._element is element)  # noqa: SLF001
    if placeholder.left is not None and placeholder.width is not None:
        copied.left, copied.top = placeholder.left, placeholder.top
        copied.width, copied.height = placeholder.width, placeholder.height
    return element


def _paragraph(element: Any) -> Any:
    body = element.find(qn("p:txBody"))
    for old in body.findall(qn("a:p")):
        body.remove(old)
    paragraph = body.makeelement(qn("a:p"), {})
    body.append(paragraph)
    return paragraph


def _run(parent: Any, tag: str, text: str, language: Language, **attributes: str) -> None:
    run = parent.makeelement(qn(tag), attributes)
    run.append(run.makeelement(qn("a:rPr"), {"lang": {"en": "en-GB", "fr": "fr-FR"}[language]}))
    said = run.makeelement(qn("a:t"), {})
    said.text = text
    run.append(said)
    parent.append(run)


def _replace_text(element: Any, text: str, language: Language) -> None:
    _run(_paragraph(element), "a:r", text, language)


def _number_field(element: Any, number: int, language: Language) -> None:
    """Write the slide number as a field: it stays right when slides are moved."""
    old = element.find(f".//{qn('a:rPr')}")
    paragraph = _paragraph(element)
    _run(
        paragraph,
        "a:fld",
        str(number),
        language,
        id="{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}",
        type="slidenum",
    )
    if old is not None and old.get("sz"):
        paragraph.find(f".//{qn('a:rPr')}").set("sz", old.get("sz"))
