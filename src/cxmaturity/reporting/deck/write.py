"""From the plan of a deck to a .pptx: each slide set on its layout, with notes, number and footer."""

from __future__ import annotations

import io
from typing import Final

from pptx.util import Pt

from cxmaturity import i18n
from cxmaturity.reporting.deck import frame, metrics, native, paint
from cxmaturity.reporting.deck.base import Base, Box, own_base, template_base
from cxmaturity.reporting.deck.logo import logo_png
from cxmaturity.reporting.deck.package import name_package, to_bytes
from cxmaturity.reporting.deck.paint import Canvas
from cxmaturity.reporting.deck.values import Bullets, Callout, Cards, Deck, Grid, Item, Slide, Statement
from cxmaturity.reporting.inline import clean, text_of

_GAP: Final = 14.0
_SIDE: Final = 0.27
_COLUMN: Final = (15.0, 14.0, 13.0, 12.0, 11.0, 10.0)
"""Sizes of letters beside a chart: one for all that stands there."""


def write_deck(deck: Deck, *, template: bytes | None = None) -> bytes:
    """Return planned slides as a PowerPoint file.

    Parameters
    ----------
    deck : Deck
        The plan, see `plan_deck`.
    template : bytes, optional
        A ``.pptx`` of the consultant: its master, its layouts, its colours and fonts are used, its slides are not.

    Returns
    -------
    bytes
        A ``.pptx``; the same arguments give the same bytes.

    Raises
    ------
    InputError
        ``deck.template*`` when the template cannot be used.
    """
    base = own_base(deck.look) if template is None else template_base(template)
    size = _title_size(base, deck)
    for number, slide in enumerate(deck.slides, start=1):
        canvas = Canvas(
            slide=base.presentation.slides.add_slide(base.layout),
            base=base,
            theme=deck.look,
            language=deck.language,
        )
        _set_slide(canvas, slide, deck, number=number, title_size=size)
    name_package(
        base.presentation,
        title=deck.title,
        subject=text_of(deck.slides[0].title),
        as_of=deck.as_of,
        language=deck.language,
    )
    return to_bytes(base.presentation)


def _title_size(base: Base, deck: Deck) -> float:
    """Return the one size at which every title fits; the first slide's stands apart."""
    room = frame.title_room(base, base.title)
    titles = [slide.title.upper() if base.capitals else slide.title for slide in deck.slides[1:]]
    sizes = [float(size) for size in frame.TITLE_SIZES if size <= base.largest_title]
    return min([metrics.fit((title,), room, sizes, bold=True)[0] for title in titles] or [sizes[0]])


def _set_slide(canvas: Canvas, slide: Slide, deck: Deck, *, number: int, title_size: float) -> None:
    first = slide.id == "case"
    title, body = canvas.base.title, canvas.base.body
    if first and canvas.base.ours:
        title = Box(left=title.left, top=150, width=title.width, height=118)
        body = Box(left=body.left, top=284, width=body.width, height=208)
    _set_title(canvas, slide, title, title_size, first=first)
    frame.clear_placeholders(canvas)
    if canvas.base.ours:
        top, high, letters = (112, 24, 18.0) if first else (22, 16, 12.0)
        _kicker(canvas, slide, Box(left=title.left, top=top, width=title.width, height=high), letters)
        if first:
            _logo(canvas, deck)
            paint.rule(canvas, Box(left=0, top=0, width=28, height=canvas.base.height), "primary")
    elif first:  # a template has no place for what stands above a title
        box = Box(left=body.left, top=body.top, width=body.width, height=24)
        _kicker(canvas, slide, box, 18.0)
        body = Box(left=body.left, top=box.bottom + 6, width=body.width, height=body.height - 30)
    _set_body(canvas, slide, body)
    _furniture(canvas, deck, number)
    _notes(canvas, slide)


def _set_title(canvas: Canvas, slide: Slide, box: Box, size: float, *, first: bool) -> None:
    if first:
        text = slide.title.upper() if canvas.base.capitals else slide.title
        larger = [36.0, 34.0, 32.0, 30.0] if canvas.base.ours else []
        sizes = [*larger, *(float(s) for s in frame.TITLE_SIZES if s <= canvas.base.largest_title)]
        size, _ = metrics.fit((text,), frame.title_room(canvas.base, box), sizes, bold=True)
    frame.set_title(canvas, slide.title, box, size)


def _kicker(canvas: Canvas, slide: Slide, box: Box, size: float) -> None:
    text = metrics.one_line(slide.kicker, box.width, size, bold=True)
    tone = "primary_ink" if canvas.base.ours else "ink"
    paint.text_box(canvas, box, (text,), (size,), name="Kicker", bold=True, tone=tone)


def _logo(canvas: Canvas, deck: Deck) -> None:
    picture = logo_png(deck.brand)
    if picture is None:
        return
    shape = canvas.slide.shapes.add_picture(
        io.BytesIO(picture), Pt(canvas.base.title.left), Pt(36), height=Pt(54)
    )
    if shape.width > Pt(260):
        shape.height = int(shape.height * Pt(260) / shape.width)
        shape.width = Pt(260)
    shape.name = "Logo"
    alt = deck.brand.logo_alt or deck.client
    shape._element.nvPicPr.cNvPr.set("descr", clean(alt))  # noqa: SLF001  # no public setter


# --- body -----------------------------------------------------------------------------------------------------------


def _set_body(canvas: Canvas, slide: Slide, body: Box) -> None:
    """Share the body: what stands below at the bottom, the chart at the left, what comments on it at the right."""
    bottom = body.bottom
    for item in reversed(slide.below):
        high = _below_height(item, body.width)
        _item(canvas, Box(left=body.left, top=bottom - high, width=body.width, height=high), item, below=True)
        bottom -= high + _GAP
    main = Box(left=body.left, top=body.top, width=body.width, height=bottom - body.top)
    if slide.picture is None:
        _items(canvas, main, slide.side)
        return
    room = main.width
    if slide.side:
        side = main.width * _SIDE
        room = main.width - side - 26
        _column(canvas, Box(left=main.right - side, top=main.top, width=side, height=main.height), slide.side)
    caption = slide.picture.caption
    size, _ = metrics.fit((caption,), (room, 2 * 12 * metrics.LINE + 1), (12, 11, 10))
    high = metrics.lines(caption, room, size) * size * metrics.LINE + 1
    paint.text_box(
        canvas,
        Box(left=main.left, top=main.top, width=room, height=high),
        (caption,),
        (size,),
        name="Caption",
        tone="muted",
    )
    place = Box(left=main.left, top=main.top + high + 6, width=room, height=main.height - high - 6)
    native.draw(canvas, place, slide.picture.chart, slide.picture.alt, f"Chart {slide.id}")


def _below_height(item: Item, width: float) -> float:
    if isinstance(item, Callout):
        return (
            18
            + 14 * metrics.LINE
            + 3
            + min(3, metrics.lines(item.text, width - 32, 16)) * 16 * metrics.LINE
            + 6
        )
    if isinstance(item, Statement):
        return min(3, metrics.lines(item.text, width, 13)) * 13 * metrics.LINE + 2
    return 80.0


def _item(canvas: Canvas, box: Box, item: Item, *, below: bool = False) -> None:
    if isinstance(item, Callout):
        paint.callout(canvas, box, item)
    elif isinstance(item, Statement):
        paint.statement(canvas, box, item, (13, 12, 11, 10) if below else (20, 19, 18, 17, 16, 15, 14, 13))
    elif isinstance(item, Cards):
        paint.cards(canvas, box, item, across=True)
    elif isinstance(item, Grid):
        paint.grid(canvas, box, item)
    else:
        paint.bullets(canvas, box, item)


def _column(canvas: Canvas, box: Box, items: tuple[Item, ...]) -> None:
    """Set items under one another beside a chart."""
    if len(items) == 1 and isinstance(items[0], Cards):
        paint.cards(canvas, box, items[0], across=False)
        return
    texts = [item for item in items if isinstance(item, Bullets)]
    room = box.height - _GAP * (len(items) - 1) - 60.0 * (len(items) - len(texts))

    def heights(size: float) -> list[float]:
        return [paint.bullets_height(item, box.width, size) + 2 for item in texts]

    size = next((size for size in _COLUMN if sum(heights(size)) <= room), _COLUMN[-1])
    scale = min(1.0, room / max(1.0, sum(heights(size))))
    top = box.top
    for item in items:
        high = 60.0
        if isinstance(item, Bullets):
            high = scale * (paint.bullets_height(item, box.width, size) + 2)
        place = Box(left=box.left, top=top, width=box.width, height=high)
        if isinstance(item, Bullets):
            paint.bullets(canvas, place, item, largest=size)
        else:
            _item(canvas, place, item)
        top += high + _GAP


def _items(canvas: Canvas, box: Box, items: tuple[Item, ...]) -> None:
    """Set items without a chart: a table above columns of text, or text beside a table, or one item alone."""
    if not items:
        return
    if len(items) == 1:
        _item(canvas, box, items[0])
        return
    if isinstance(items[0], Grid):
        high = min(paint.grid_height(items[0], box.width, 14), box.height * 0.5)
        end = paint.grid(canvas, Box(left=box.left, top=box.top, width=box.width, height=high), items[0])
        rest = Box(left=box.left, top=end + 18, width=box.width, height=box.bottom - end - 18)
        _side_by_side(canvas, rest, items[1:], [1.0] * (len(items) - 1))
        return
    _side_by_side(canvas, box, items, [1.8 if isinstance(item, Grid) else 1.0 for item in items])


def _side_by_side(canvas: Canvas, box: Box, items: tuple[Item, ...], shares: list[float]) -> None:
    gap = 32.0
    room, left = box.width - gap * (len(items) - 1), box.left
    widths = [room * share / sum(shares) for share in shares]
    texts = [
        paint.bullets_size(item, width, box.height)
        for item, width in zip(items, widths, strict=True)
        if isinstance(item, Bullets)
    ]
    for item, width in zip(items, widths, strict=True):
        place = Box(left=left, top=box.top, width=width, height=box.height)
        if isinstance(item, Bullets):
            paint.bullets(canvas, place, item, largest=min(texts))
        else:
            _item(canvas, place, item)
        left += width + gap


# --- furniture ------------------------------------------------------------------------------------------------------


def _furniture(canvas: Canvas, deck: Deck, number: int) -> None:
    """Say for whom, of when, and where the sources are: whoever reads a figure can ask where it comes from."""
    limits = next((place for place, slide in enumerate(deck.slides, start=1) if slide.id == "limits"), 0)
    known = bool(deck.figures) and limits not in {0, number}
    date = i18n.date(deck.as_of, deck.language)
    said = [
        i18n.message(f"deck.footer.{kind}", deck.language, client=deck.client, date=date, slide=limits)
        for kind in (("sources", "plain") if known else ("plain",))
    ]
    frame.furniture(canvas, said=[clean(text) for text in (*said, deck.client)], number=number)


def _notes(canvas: Canvas, slide: Slide) -> None:
    frame = canvas.slide.notes_slide.notes_text_frame
    frame.text = "\n".join(clean(text_of(note)) for note in slide.notes)
