"""The poster on paper: the picture at its true size in a tagged PDF, its table behind it; or as pixels."""

from __future__ import annotations

import datetime as dt
from typing import Any

from cxmaturity.charts.journey.measure import text_width
from cxmaturity.core.problems import InputError
from cxmaturity.reporting.fonts import typst_fonts
from cxmaturity.reporting.inline import clean
from cxmaturity.reporting.journey.facts import JourneyFacts
from cxmaturity.reporting.journey.names import Names
from cxmaturity.reporting.journey.pictures import Picture
from cxmaturity.reporting.pdf import STANDARDS
from cxmaturity.reporting.typst_markup import literal, quoted

_TABLE_PAGE = (420.0, 297.0)
_MARGIN = 15.0
_INSET = 1.4
_SIZES = (8.5, 8.0, 7.5, 7.0, 6.5)
_PIXELS_WIDE = 3840


def poster_pdf(
    picture: Picture, facts: JourneyFacts, names: Names, *, client: str, note: str, as_of: dt.date
) -> bytes:
    """Return the picture as a PDF: first page at its true size, then the table that says the same, and the notes.

    Tagged (PDF/UA-1 and PDF/A-2a), fonts inside, the picture's alternative text, title and language set; the same
    arguments give the same bytes.

    Raises
    ------
    InputError
        ``reporting.pdf`` when the compiler refuses.
    """
    title = names.word("title", title=facts.title)
    source = "\n".join(
        (
            (
                f"#set document(title: {quoted(clean(f'{title} · {client}'))}, author: {quoted(clean(client))}, "
                f"date: datetime(year: {as_of.year}, month: {as_of.month}, day: {as_of.day}))"
            ),
            f'#set text(lang: "{names.language}", font: ("Inter", "DejaVu Sans"), size: 8.5pt, fill: rgb("#1B232D"))',
            (
                f"#page(width: {picture.width_mm:g}mm, height: {picture.height_mm:g}mm, margin: 0pt)"
                f"[#{_image(picture)}]"
            ),
            _table_pages(picture, facts, names, client=client, note=note),
        )
    )
    compiled: Any = _compile(
        source,
        pdf_standards=list(STANDARDS),
        timestamp=dt.datetime(as_of.year, as_of.month, as_of.day, tzinfo=dt.UTC),
    )
    return bytes(compiled)


def poster_png(picture: Picture, *, pixels: int = _PIXELS_WIDE) -> bytes:
    """Return the picture as a PNG, `pixels` wide (some letters of an A1 poster can only be read when printed).

    Raises
    ------
    InputError
        ``reporting.pdf`` when the compiler refuses.
    """
    source = "\n".join(
        (
            f"#set page(width: {picture.width_mm:g}mm, height: {picture.height_mm:g}mm, margin: 0pt)",
            '#set text(font: ("Inter", "DejaVu Sans"))',
            f"#{_image(picture)}",
        )
    )
    drawn: Any = _compile(source, format="png", ppi=pixels / picture.width_mm * 25.4)
    return bytes(drawn[0] if isinstance(drawn, list) else drawn)


def _compile(source: str, **options: Any) -> Any:
    import typst  # only paper needs the compiler

    try:
        return typst.compile(source.encode(), font_paths=typst_fonts(), ignore_system_fonts=True, **options)
    except typst.TypstError as error:
        raise InputError.of(
            "reporting.pdf",
            "the PDF could not be set: {reason}",
            reason="; ".join([error.message, *error.hints]),
        ) from error


def _image(picture: Picture) -> str:
    return (
        f'image(bytes({quoted(picture.svg)}), format: "svg", alt: {quoted(clean(picture.alt))}, '
        f"width: {picture.width_mm:g}mm, height: {picture.height_mm:g}mm)"
    )


def _table_pages(picture: Picture, facts: JourneyFacts, names: Names, *, client: str, note: str) -> str:
    """Return the pages behind the picture: a heading, the table with a head on each page, the notes."""
    wide, high = _TABLE_PAGE
    columns = picture.table.columns
    widths, size, kept = _widths(picture, wide - 2 * _MARGIN)
    head = ", ".join(
        f'text(weight: 600, fill: rgb("#56616E"), {literal(column)})'
        for column in (columns[index] for index in kept)
    )
    columns_mm = ", ".join(f"{width:.2f}mm" for width in widths)
    cells = ", ".join(literal(row[index]) for row in picture.table.rows for index in kept)
    notes = "".join(f"#enum.item({literal(item)})\n" for item in picture.footnotes)
    said = [literal(clean(note))] if note else []
    return "\n".join(
        (
            (
                f"#set page(width: {wide:g}mm, height: {high:g}mm, margin: {_MARGIN:g}mm, numbering: none, footer: context "
                f'[#set text(size: 8pt, fill: rgb("#56616E")); #{quoted(clean(f"{client} · {facts.title}"))} #h(1fr) '
                "#counter(page).display()])"
            ),
            "#set par(justify: false)",
            f"#show heading: set text(size: 16pt, weight: 600)\n#heading(level: 1, {literal(names.word('table'))})",
            f"#par({literal(facts.subtitle)})",
            "#v(3mm)",
            (
                f"#[#set text(size: {size:g}pt)\n#table(columns: ({columns_mm},), stroke: (x, y) => "
                '(bottom: if y == 0 { 0.8pt + rgb("#1B232D") } else { 0.4pt + rgb("#D3D9DF") }), '
                f"inset: (x: {_INSET}mm, y: 1.5mm), align: left + top, table.header({head}), {cells})]"
            ),
            *((f"#heading(level: 2, {literal(names.word('notes'))})", notes) if picture.footnotes else ()),
            *(f"#par({item})" for item in said),
        )
    )


def _widths(picture: Picture, room: float) -> tuple[list[float], float, list[int]]:
    """Return the width of each column in mm, the size of letters in points, and which columns say anything.

    A column first gets what its longest word needs, at a size at which all of them can; what is left goes after the square
    root of how much a column says, so that a long text takes few lines and a short one does not starve.
    """
    table = picture.table
    kept = [index for index in range(len(table.columns)) if any(row[index].strip() for row in table.rows)]
    size = _SIZES[-1]
    for size in _SIZES:
        least = [_least(picture, index, size) for index in kept]
        if sum(least) <= 0.8 * room:
            break
    said = [max([1, *(len(row[index]) for row in table.rows)]) ** 0.5 for index in kept]
    left = room - sum(least)
    if left < 0:
        return [width * room / sum(least) for width in least], size, kept
    return [width + left * share / sum(said) for width, share in zip(least, said, strict=True)], size, kept


def _least(picture: Picture, index: int, size: float) -> float:
    """Return the width in mm of the longest word of a column."""
    words = {word for row in picture.table.rows for word in row[index].split(" ")}
    head = max(text_width(word, size, "semibold") for word in picture.table.columns[index].split(" "))
    return 2 * _INSET + 0.6 + max([head, *(text_width(word, size) for word in words)])
