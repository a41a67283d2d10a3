"""Texts, cards, tables and boxes on a slide: every text is measured first, set at a size that fits, in theme colours."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

import attrs
from pptx.dml.color import RGBColor
from pptx.enum.dml import MSO_THEME_COLOR
from pptx.enum.shapes import MSO_SHAPE
from pptx.enum.text import MSO_ANCHOR, MSO_AUTO_SIZE, PP_ALIGN
from pptx.oxml.ns import qn
from pptx.util import Pt

from cxmaturity.charts.theme import ChartTheme
from cxmaturity.core.text import Language
from cxmaturity.reporting.deck import metrics
from cxmaturity.reporting.deck.base import Base, Box
from cxmaturity.reporting.deck.values import Bullets, Callout, Card, Cards, Grid, Side, Statement, Tone
from cxmaturity.reporting.inline import clean, spans

_ALIGN: Final[dict[Side, Any]] = {"left": PP_ALIGN.LEFT, "right": PP_ALIGN.RIGHT, "center": PP_ALIGN.CENTER}
_LOCALE: Final = {"en": "en-GB", "fr": "fr-FR"}
_PAD: Final = 12.0
_MINUS_JOINED: Final = re.compile("\u2212(?=[^\\d\\s])")
"""A minus before a currency sign: some programs would break the line between them, so a word joiner follows it."""


@attrs.frozen(kw_only=True)
class Canvas:
    """One slide to paint on."""

    slide: Any
    base: Base
    theme: ChartTheme
    language: Language


def tint(colour: Any, tone: Tone | str, theme: ChartTheme, *, ours: bool) -> None:
    """Set a python-pptx colour to a tone: theme colours where a template should decide, fixed where the meaning does."""
    if tone == "soft" and ours:
        colour.theme_color = MSO_THEME_COLOR.ACCENT_6  # a tint of the client's colour, made with the theme
    elif tone in ("primary", "soft"):
        colour.theme_color = MSO_THEME_COLOR.ACCENT_1
        colour.brightness = 0.6 if tone == "soft" else 0
    elif tone == "ink":
        colour.theme_color = MSO_THEME_COLOR.TEXT_1
    elif tone == "muted":
        colour.theme_color = MSO_THEME_COLOR.TEXT_2 if ours else MSO_THEME_COLOR.TEXT_1
        colour.brightness = 0 if ours else 0.35
    elif tone == "faint":
        colour.theme_color = MSO_THEME_COLOR.BACKGROUND_1
        colour.brightness = -0.15
    elif tone == "surface":
        colour.theme_color = MSO_THEME_COLOR.BACKGROUND_2 if ours else MSO_THEME_COLOR.BACKGROUND_1
        colour.brightness = 0 if ours else -0.05
    elif tone == "paper":
        colour.theme_color = MSO_THEME_COLOR.BACKGROUND_1
    else:
        fixed = {
            "good": theme.good,
            "bad": theme.bad,
            "accent": theme.accent,
            "primary_ink": theme.primary_ink,
        }
        red, green, blue = bytes.fromhex(fixed[tone].removeprefix("#"))
        colour.rgb = RGBColor(red, green, blue)  # type: ignore[no-untyped-call]  # python-pptx has no types here


def write(
    canvas: Canvas,
    frame: Any,
    texts: Sequence[str],
    size: float,
    *,
    tone: str = "ink",
    bold: bool | None = None,
    side: Side = "left",
    gap: float = 0.0,
    bullets: bool = False,
) -> None:
    """Fill a text frame with paragraphs, their markup set; nothing that was typed becomes anything but letters."""
    frame.word_wrap = True
    frame.auto_size = MSO_AUTO_SIZE.NONE
    for index, text in enumerate(texts):
        paragraph = frame.paragraphs[0] if index == 0 else frame.add_paragraph()
        paragraph.alignment = _ALIGN[side]
        paragraph.line_spacing = Pt(round(size * metrics.LINE, 1))
        paragraph.space_before = Pt(gap if index else 0)
        paragraph.space_after = Pt(0)
        if bullets:
            _bullet(paragraph, size)
        for span in spans(text):
            run = paragraph.add_run()
            run.text = _MINUS_JOINED.sub("\\g<0>\u2060", clean(span.text))
            run.font.size = Pt(size)
            if bold or span.strong:
                run.font.bold = True
            elif bold is False:
                run.font.bold = False
            if span.emphasis:
                run.font.italic = True
            tint(run.font.color, tone, canvas.theme, ours=canvas.base.ours)
            run._r.get_or_add_rPr().set("lang", _LOCALE[canvas.language])  # noqa: SLF001  # no public setter


def _bullet(paragraph: Any, size: float) -> None:
    properties = paragraph._p.get_or_add_pPr()  # noqa: SLF001  # python-pptx has no bullets
    indent = round(Pt(size * 0.9))
    properties.set("marL", str(indent))
    properties.set("indent", str(-indent))
    mark = properties.makeelement(qn("a:buChar"), {"char": "•"})
    properties.append(mark)


def text_box(
    canvas: Canvas,
    box: Box,
    texts: Sequence[str],
    sizes: Sequence[float],
    *,
    name: str,
    tone: str = "ink",
    bold: bool | None = None,
    side: Side = "left",
    gap: float = 0.0,
    anchor: Any = MSO_ANCHOR.TOP,
    bullets: bool = False,
) -> Any:
    """Put paragraphs in a box without any inner margin, at the largest size that fits, cut when none does."""
    size, texts = metrics.fit(
        texts, (box.width - (sizes[0] if bullets else 0.0), box.height), sizes, bold=bool(bold), gap=gap
    )
    shape = canvas.slide.shapes.add_textbox(*box.emu)
    shape.name = name
    frame = shape.text_frame
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
    frame.vertical_anchor = anchor
    write(canvas, frame, texts, size, tone=tone, bold=bold, side=side, gap=gap * size, bullets=bullets)
    return shape


def rule(canvas: Canvas, box: Box, tone: str) -> None:
    """Draw a thin filled bar: a decoration, said to be one."""
    shape = canvas.slide.shapes.add_shape(MSO_SHAPE.RECTANGLE, *box.emu)
    shape.name = "Rule"
    style = shape._element.find(qn("p:style"))  # noqa: SLF001  # the theme's shadow comes with the style
    shape._element.remove(style)  # noqa: SLF001
    shape.fill.solid()
    tint(shape.fill.fore_color, tone, canvas.theme, ours=canvas.base.ours)
    shape.line.fill.background()
    shape._element.nvSpPr.cNvPr.set("descr", "")  # noqa: SLF001  # decoration


def panel(canvas: Canvas, box: Box, tone: str) -> None:
    """Draw the surface behind a box, with a bar at its left in `tone`."""
    rule(canvas, box, "surface")
    rule(canvas, Box(left=box.left, top=box.top, width=4, height=box.height), tone)


# --- items ----------------------------------------------------------------------------------------------------------


def cards(canvas: Canvas, box: Box, items: Cards, *, across: bool) -> None:
    """Set big numbers side by side, or under one another in a column."""
    count, gap = len(items.items), 28.0 if across else 14.0
    width = (box.width - gap * (count - 1)) / count if across else box.width
    height = box.height if across else (box.height - gap * (count - 1)) / count
    top_sizes = (64, 60, 54, 48, 44, 40, 36, 32, 28, 24, 20) if across else (30, 28, 26, 24, 22, 20, 18, 16)
    value_size = min(
        next(
            (size for size in top_sizes if metrics.width(card.value, size, bold=True) <= width), top_sizes[-1]
        )
        for card in items.items
    )
    label_size = 16.0 if across else 12.0
    label_height = (
        max(metrics.lines(card.label, width, label_size) for card in items.items) * label_size * metrics.LINE
    )
    for index, card in enumerate(items.items):
        left = box.left + (width + gap) * index if across else box.left
        top = box.top if across else box.top + (height + gap) * index
        place = Box(left=left, top=top, width=width, height=height)
        _card(canvas, place, card, (label_size, label_height, float(value_size)), large=across)


def _card(canvas: Canvas, box: Box, card: Card, sizes: tuple[float, float, float], *, large: bool) -> None:
    """Set one number: `sizes` are that of the label, its height, and that of the value, the same for all cards."""
    label_size, label_height, value_size = sizes
    rule(canvas, Box(left=box.left, top=box.top, width=box.width, height=3 if large else 2), card.tone)
    top = box.top + (16 if large else 7)
    text_box(
        canvas,
        Box(left=box.left, top=top, width=box.width, height=label_height + 1),
        (card.label,),
        (label_size,),
        name="Label",
        tone="muted",
    )
    top += label_height + (14 if large else 3)
    value_height = value_size * metrics.LINE
    text_box(
        canvas,
        Box(left=box.left, top=top, width=box.width, height=value_height + 1),
        (card.value,),
        (value_size,),
        name="Value",
        bold=True,
        tone="bad" if card.tone == "bad" else "ink",
    )
    top += value_height + (16 if large else 4)
    if card.note:
        text_box(
            canvas,
            Box(left=box.left, top=top, width=box.width, height=max(box.bottom - top, 14)),
            (card.note,),
            (18, 17, 16, 15, 14, 13, 12) if large else (12, 11, 10),
            name="Note",
        )


_TEXT_SIZES: Final = (16.0, 15.0, 14.0, 13.0, 12.0, 11.0, 10.0)


def bullets_size(items: Bullets, width: float, height: float) -> float:
    """Return the largest size at which sentences fit under their heading."""
    room = height - (bullets_height(items, width) - bullets_height(attrs.evolve(items, title=""), width))
    return metrics.fit(items.items, (width - _TEXT_SIZES[0], room), _TEXT_SIZES, gap=0.4)[0]


def bullets(canvas: Canvas, box: Box, items: Bullets, largest: float = _TEXT_SIZES[0]) -> None:
    """Set a heading and sentences under it, no larger than `largest`."""
    top = box.top
    if items.title:
        room = metrics.lines(items.title, box.width, 14, bold=True) * 14 * metrics.LINE
        text_box(
            canvas,
            Box(left=box.left, top=top, width=box.width, height=room + 1),
            (items.title,),
            (14,),
            name="Heading",
            bold=True,
            tone="primary_ink" if canvas.base.ours else "ink",
        )
        top += room + 6
    single = len(items.items) == 1
    text_box(
        canvas,
        Box(left=box.left, top=top, width=box.width, height=max(box.bottom - top, 12)),
        items.items,
        [size for size in _TEXT_SIZES if size <= largest],
        name="Text",
        gap=0.4,
        bullets=not single,
    )


def bullets_height(items: Bullets, width: float, size: float = 14.0) -> float:
    """Return the height that a heading and its sentences take at a size."""
    head = metrics.lines(items.title, width, 14, bold=True) * 14 * metrics.LINE + 6 if items.title else 0.0
    return head + metrics.height(items.items, width - size, size, gap=0.4 * size)


def callout(canvas: Canvas, box: Box, item: Callout) -> None:
    """Set the ask on a panel: its title, then its text."""
    panel(canvas, box, item.tone)
    inner = Box(left=box.left + 18, top=box.top + 10, width=box.width - 32, height=box.height - 18)
    title_height = 13 * metrics.LINE
    text_box(
        canvas,
        Box(left=inner.left, top=inner.top, width=inner.width, height=title_height + 1),
        (item.title,),
        (13,),
        name="Heading",
        bold=True,
        tone="primary_ink" if canvas.base.ours else "ink",
    )
    text_box(
        canvas,
        Box(
            left=inner.left,
            top=inner.top + title_height + 3,
            width=inner.width,
            height=inner.height - title_height - 3,
        ),
        (item.text,),
        (18, 17, 16, 15, 14, 13, 12),
        name="Text",
    )


def statement(canvas: Canvas, box: Box, item: Statement, sizes: Sequence[float]) -> None:
    """Set running text, its note small at the bottom of the box."""
    note = 0.0
    if item.note:
        note = min(metrics.lines(item.note, box.width, 12), 3) * 12 * metrics.LINE + 2
        text_box(
            canvas,
            Box(left=box.left, top=box.bottom - note, width=box.width, height=note),
            (item.note,),
            (12, 11, 10),
            name="Note",
            tone="muted",
            anchor=MSO_ANCHOR.BOTTOM,
        )
    place = Box(left=box.left, top=box.top, width=box.width, height=box.height - note - (8 if note else 0))
    text_box(canvas, place, (item.text,), sizes, name="Text")


# --- tables ---------------------------------------------------------------------------------------------------------


def grid_height(item: Grid, width: float, size: float) -> float:
    """Return the height of a table at a size of letters."""
    caption = 14 * metrics.LINE + 6 if item.caption else 0.0
    return caption + sum(_row_heights(item, width, size))


def _columns(item: Grid, width: float) -> list[float]:
    return [width * share / sum(item.widths) for share in item.widths]


def _row_heights(item: Grid, width: float, size: float) -> list[float]:
    columns = _columns(item, width)
    heights = []
    for index, row in enumerate((item.columns, *item.rows)):
        bold = index == 0 or index - 1 in item.strong_rows
        deepest = max(
            metrics.lines(cell, column - _PAD, size, bold=bold) if cell else 1
            for cell, column in zip(row, columns, strict=True)
        )
        heights.append(deepest * size * metrics.LINE + 9)
    return heights


def _words_whole(item: Grid, width: float, size: float) -> bool:
    """Return whether no word of the head or of a number is broken."""
    columns = _columns(item, width)
    cells = [(cell, column, True) for cell, column in zip(item.columns, columns, strict=True)]
    for row in item.rows:
        cells += [
            (cell, column, False)
            for cell, column, side in zip(row, columns, item.sides, strict=True)
            if side != "left"
        ]
    return all(
        metrics.width(word, size, bold=bold) <= column - _PAD
        for cell, column, bold in cells
        for word in cell.split(" ")
    )


def grid(canvas: Canvas, box: Box, item: Grid, sizes: Sequence[float] = (14, 13, 12, 11, 10)) -> float:
    """Set a real table at the largest size that fits, cells cut when none does; return where it ends."""
    size = next(
        (
            size
            for size in sizes
            if grid_height(item, box.width, size) <= box.height and _words_whole(item, box.width, size)
        ),
        sizes[-1],
    )
    item = _cut_cells(item, box, size)
    top = box.top
    if item.caption:
        text_box(
            canvas,
            Box(left=box.left, top=top, width=box.width, height=14 * metrics.LINE + 1),
            (metrics.one_line(item.caption, box.width, 14, bold=True),),
            (14,),
            name="Heading",
            bold=True,
            tone="primary_ink" if canvas.base.ours else "ink",
        )
        top += 14 * metrics.LINE + 6
    heights = _row_heights(item, box.width, size)
    place = Box(left=box.left, top=top, width=box.width, height=sum(heights))
    frame = canvas.slide.shapes.add_table(len(item.rows) + 1, len(item.columns), *place.emu)
    frame.name = "Table"
    frame._element.nvGraphicFramePr.cNvPr.set("descr", clean(item.caption))  # noqa: SLF001  # no public setter
    table = frame.table
    _plain_style(table)
    for column, width in zip(table.columns, _columns(item, box.width), strict=True):
        column.width = Pt(width)
    for index, (row, height) in enumerate(zip((item.columns, *item.rows), heights, strict=True)):
        table.rows[index].height = Pt(height)
        for place_in_row, text in enumerate(row):
            cell = table.cell(index, place_in_row)
            _cell(canvas, cell, text, size, item, (index, place_in_row))
    return top + sum(heights)


def _cut_cells(item: Grid, box: Box, size: float) -> Grid:
    """Return the table with its longest cells cut until it fits."""
    rows = [list(row) for row in item.rows]
    columns = _columns(item, box.width)
    while (
        grid_height(attrs.evolve(item, rows=tuple(tuple(row) for row in rows)), box.width, size) > box.height
    ):
        deepest = max(
            ((r, c) for r, row in enumerate(rows) for c in range(len(row))),
            key=lambda at: (
                metrics.lines(rows[at[0]][at[1]], columns[at[1]] - _PAD, size),
                len(rows[at[0]][at[1]]),
            ),
        )
        text = rows[deepest[0]][deepest[1]]
        if len(text) < 12:
            break
        rows[deepest[0]][deepest[1]] = metrics.shorten(text, len(text) * 9 // 10)
    return attrs.evolve(item, rows=tuple(tuple(row) for row in rows))


def _plain_style(table: Any) -> None:
    """Leave PowerPoint's table style out: no fill, no grid; the rules are ours."""
    properties = table._tbl.tblPr  # noqa: SLF001  # no public way to change the style
    properties.set("firstRow", "1")
    properties.set("bandRow", "0")
    style = properties.find(qn("a:tableStyleId"))
    if style is not None:
        style.text = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"


def _cell(  # noqa: PLR0917  # the place is one value
    canvas: Canvas, cell: Any, text: str, size: float, item: Grid, place: tuple[int, int]
) -> None:
    row, column = place
    head, strong = row == 0, row - 1 in item.strong_rows
    cell.margin_left, cell.margin_right = Pt(0 if column == 0 else _PAD / 2), Pt(_PAD / 2)
    cell.margin_top = cell.margin_bottom = Pt(4)
    cell.vertical_anchor = MSO_ANCHOR.BOTTOM if head else MSO_ANCHOR.TOP
    write(
        canvas,
        cell.text_frame,
        (text,),
        size,
        tone="muted" if head else "ink",
        bold=head or strong,
        side=item.sides[column],
    )
    last = row == len(item.rows)
    _line_under(cell, "ink" if head or last else "faint", 1.0 if head or last else 0.75)


def _line_under(cell: Any, tone: str, width: float) -> None:
    """Draw the rule under a cell: python-pptx has no borders, so the XML is written."""
    properties = cell._tc.get_or_add_tcPr()  # noqa: SLF001
    for side in ("a:lnL", "a:lnR", "a:lnT"):
        line = properties.makeelement(qn(side), {"w": "0"})
        line.append(line.makeelement(qn("a:noFill"), {}))
        properties.append(line)
    line = properties.makeelement(qn("a:lnB"), {"w": str(Pt(width))})
    fill = line.makeelement(qn("a:solidFill"), {})
    colour = fill.makeelement(qn("a:schemeClr"), {"val": "tx1" if tone == "ink" else "bg1"})
    if tone == "faint":
        colour.append(colour.makeelement(qn("a:lumMod"), {"val": "85000"}))
    fill.append(colour)
    line.append(fill)
    properties.append(line)
    properties.append(properties.makeelement(qn("a:noFill"), {}))
