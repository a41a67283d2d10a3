"""Blocks set as HTML: semantic elements, every character of data escaped, no style of its own.

How it looks is the business of ``templates/nbconvert/cxmaturity/report.css``; the shell of the page is the
template's.
"""

from __future__ import annotations

import base64
import html
import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any, Final

import attrs

from cxmaturity import i18n
from cxmaturity.charts.chart import PAGE_WIDTH_MM
from cxmaturity.core.text import Language
from cxmaturity.reporting import blocks
from cxmaturity.reporting.columns import column_widths
from cxmaturity.reporting.document import Document, Logo, Part, number
from cxmaturity.reporting.inline import clean, spans, text_of


@attrs.frozen(kw_only=True)
class Setting:
    """What a renderer must know beside the block: language of its own words, numbers, level of headings.

    Attributes
    ----------
    numbers : mapping of anchor to int
        From `document.number`; a block whose anchor is not in it is set without a number.
    top : int
        The HTML level of a section heading: 2 under the title of a page.
    """

    language: Language
    numbers: Mapping[str, int]
    top: int = 2

    def word(self, key: str, **params: Any) -> str:
        """Return one of the renderers' own words, escaped."""
        return escape(i18n.message(f"document.{key}", self.language, **params))


_SIGN: Final = re.compile(r"−(?=[€$£A-Z])")
"""A minus before a currency: a browser would break the line between them."""


@lru_cache(maxsize=8192)  # a cell and the page say the same texts
def escape(text: str) -> str:
    """Return literal text for HTML, in an element or an attribute."""
    return html.escape(clean(text), quote=True)


@lru_cache(maxsize=8192)
def text_html(text: str) -> str:
    """Return a text with its inline markup as HTML."""
    written = ""
    for span in spans(text):
        piece = _SIGN.sub("−&NoBreak;", html.escape(span.text, quote=True))
        piece = f"<em>{piece}</em>" if span.emphasis else piece
        written += f"<strong>{piece}</strong>" if span.strong else piece
    return written


def blocks_html(given: Iterable[blocks.Block], setting: Setting) -> str:
    """Return blocks as HTML, one after the other."""
    return "\n".join(_WRITERS[type(block)](block, setting) for block in given)


def part_html(part: Part, setting: Setting) -> str:
    """Return one part of a report: a labelled section for each heading of level 1."""
    written, opened = "", False
    for block in part.blocks:
        if isinstance(block, blocks.Heading) and block.level == 1:
            written += "</section>\n" if opened else ""
            written += f'<section class="cxm-section" aria-labelledby="{block.anchor}">\n'
            opened = True
        written += blocks_html((block,), setting) + "\n"
    return written + ("</section>\n" if opened else "")


def document_html(document: Document) -> dict[str, str]:
    """Return the pieces that the page template places: cover, contents, body and the words of the shell."""
    identity = document.identity
    setting = Setting(language=identity.language, numbers=number(document.blocks))
    covers = [block for block in document.blocks if isinstance(block, blocks.Cover)]
    parts = [
        Part(id=part.id, blocks=tuple(block for block in part.blocks if not isinstance(block, blocks.Cover)))
        for part in document.parts
    ]
    return {
        "language": identity.language,
        "title": escape(f"{identity.client} · {identity.title}"),
        "description": escape(f"{identity.title}, {identity.client}"),
        "logo": logo_html(identity.logo, setting.word("logo", client=identity.client)),
        "cover": blocks_html(covers, setting),
        "contents": contents_html(document, setting),
        "body": "".join(part_html(part, setting) for part in parts),
        "word_contents": setting.word("contents"),
        "word_skip": setting.word("skip"),
        "word_top": setting.word("top"),
        "footer": setting.word(
            "footer",
            client=identity.client,
            title=identity.title,
            date=i18n.date(identity.as_of, identity.language),
        ),
    }


def contents_html(document: Document, setting: Setting) -> str:
    """Return the list of sections."""
    items = (
        f'<li><a href="#{heading.anchor}"><span class="cxm-number">{setting.numbers[heading.anchor]}</span>'
        f"<span>{text_html(heading.text)}</span></a></li>"
        for heading in document.sections
    )
    return f"<ol>{''.join(items)}</ol>"


def logo_html(logo: Logo | None, fallback_alt: str) -> str:
    """Return the logo as an image with its bytes inside: nothing in it can run or call."""
    if logo is None:
        return ""
    kind = "image/svg+xml" if logo.format == "svg" else "image/png"
    data = base64.b64encode(logo.data).decode()
    return f'<img class="cxm-logo" src="data:{kind};base64,{data}" alt="{escape(logo.alt) or fallback_alt}">'


# --- one writer per block ---


def _heading(block: blocks.Heading, setting: Setting) -> str:
    tag = f"h{setting.top + block.level - 1}"
    counted = block.level == 1 and block.anchor in setting.numbers
    mark = f'<span class="cxm-number">{setting.numbers[block.anchor]}</span> ' if counted else ""
    return f'<{tag} id="{block.anchor}">{mark}{text_html(block.text)}</{tag}>'


def _paragraph(block: blocks.Paragraph, _: Setting) -> str:
    kind = "" if block.tone == "body" else f' class="cxm-{block.tone}"'
    return f"<p{kind}>{text_html(block.text)}</p>"


def _bullets(block: blocks.Bullets, _: Setting) -> str:
    tag = "ol" if block.ordered else "ul"
    return f"<{tag}>{''.join(f'<li>{text_html(item)}</li>' for item in block.items)}</{tag}>"


def _key_figures(block: blocks.KeyFigures, _: Setting) -> str:
    items = (
        f'<div class="cxm-key"><dt>{text_html(item.label)}</dt>'
        f'<dd class="cxm-value">{text_html(item.value)}</dd>'
        + (f'<dd class="cxm-note">{text_html(item.note)}</dd>' if item.note else "")
        + "</div>"
        for item in block.items
    )
    return f'<dl class="cxm-keys cxm-keys-{len(block.items)}">{"".join(items)}</dl>'


def _title(kind: str, anchor: str, caption: str, setting: Setting) -> str:
    counted = anchor in setting.numbers
    label = setting.word(f"{kind}.number", number=setting.numbers[anchor]) if counted else setting.word(kind)
    return f'<span class="cxm-label">{label}</span> {text_html(caption)}'


def _table(block: blocks.Table, setting: Setting) -> str:
    """Set a table; one that becomes cards on a phone names its roles, as it is no longer shown as one."""
    named, stacks = f"{block.anchor}-title", _stacks(block)
    head = "".join(
        f'<th scope="col"{_role("columnheader", said=stacks)}{_aligned(column)}>'
        f"{text_html(column.title)}</th>"
        for column in block.columns
    )
    row_role = _role("row", said=stacks)
    rows = "".join(
        f"<tr{row_role}{_TOTAL if index in block.emphasis_rows else ''}>"
        f"{_cells(block, row, stacks=stacks)}</tr>\n"
        for index, row in enumerate(block.rows)
    )
    shares, _ = column_widths(block, PAGE_WIDTH_MM)
    widths = "".join(f'<col style="width:{100 * share / sum(shares):.1f}%">' for share in shares)
    note = f'<p class="cxm-note">{text_html(block.note)}</p>' if block.note else ""
    label = setting.word("table.scroll", title=text_of(block.caption))
    group = _role("rowgroup", said=stacks)
    return (
        f'<div class="cxm-table{" cxm-stacks" if stacks else ""}" id="{block.anchor}">'
        f'<div class="cxm-scroll" role="region" aria-label="{label}" tabindex="0">'
        f'<table{_role("table", said=stacks)} aria-labelledby="{named}"><caption id="{named}">'
        f'<span class="cxm-title">{_title("table", block.anchor, block.caption, setting)}</span></caption>'
        f"<colgroup>{widths}</colgroup>"
        f"<thead{group}><tr{row_role}>{head}</tr></thead><tbody{group}>{rows}</tbody></table></div>{note}</div>"
    )


def _role(name: str, *, said: bool) -> str:
    return f' role="{name}"' if said else ""


def _aligned(column: blocks.Column) -> str:
    return "" if column.align == "left" else f' class="cxm-{column.align}"'


def _stacks(block: blocks.Table) -> bool:
    """Tell whether a row becomes a card on a phone: many columns with words, or three with a long text."""
    words = any(column.align == "left" for column in block.columns[1:])
    long = any(len(cell) > 60 for row in block.rows for cell in row[1:])
    return words and (len(block.columns) > 3 or (len(block.columns) == 3 and long))


def _cells(block: blocks.Table, row: tuple[str, ...], *, stacks: bool) -> str:
    written = ""
    for index, (column, cell) in enumerate(zip(block.columns, row, strict=True)):
        tag, role, scope = ("td", "cell", "") if index else ("th", "rowheader", ' scope="row"')
        name = f' data-column="{escape(text_of(column.title))}"' if stacks and index else ""
        written += (
            f"<{tag}{scope}{_role(role, said=stacks)}{_aligned(column)}{name}>{text_html(cell)}</{tag}>"
        )
    return written


def _figure(block: blocks.Figure, setting: Setting) -> str:
    drawing = block.chart.svg.replace(
        _NAMESPACE, "", 1
    )  # HTML knows svg by its name; a page names no address
    note = f'<p class="cxm-note">{text_html(block.note)}</p>' if block.note else ""
    label = setting.word("chart.scroll", title=text_of(block.caption))
    return (
        f'<figure class="cxm-figure{" cxm-sheet" if block.detailed else ""}" id="{block.anchor}">'
        f"<figcaption>{_title('figure', block.anchor, block.caption, setting)}</figcaption>"
        f'<div class="cxm-scroll cxm-chart" role="region" aria-label="{label}" tabindex="0">{drawing}</div>'
        f"{note}{_twin(block, setting)}</figure>"
    )


def _twin(block: blocks.Figure, setting: Setting) -> str:
    table = block.chart.table
    if not table.rows:
        return ""
    head = "".join(f'<th scope="col">{escape(title)}</th>' for title in table.columns)
    rows = "".join(
        "<tr>" + "".join(_twin_cell(index, cell) for index, cell in enumerate(row)) + "</tr>"
        for row in table.rows
    )
    said = setting.word("figure.data", number=setting.numbers.get(block.anchor, ""))
    return (
        f'<details class="cxm-twin"><summary>{said}</summary><div class="cxm-scroll" role="region" '
        f'aria-label="{said}" tabindex="0"><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'
        "</div></details>"
    )


def _twin_cell(index: int, cell: str) -> str:
    return f'<th scope="row">{escape(cell)}</th>' if index == 0 else f"<td>{escape(cell)}</td>"


def _callout(block: blocks.Callout, setting: Setting) -> str:
    return (
        f'<div class="cxm-callout cxm-{block.tone}" role="note">{ICONS[block.tone]}<div>'
        '<p class="cxm-callout-title">'
        f'<span class="cxm-hidden">{setting.word(f"callout.{block.tone}")}. </span>'
        f"{text_html(block.title)}</p><p>{text_html(block.text)}</p></div></div>"
    )


def _panel(block: blocks.Panel, setting: Setting) -> str:
    return (
        f'<div class="cxm-panel" role="group" aria-label="{escape(text_of(block.title))}">'
        f'<p class="cxm-panel-title">{text_html(block.title)}</p>\n{blocks_html(block.blocks, setting)}</div>'
    )


def _columns(block: blocks.Columns, setting: Setting) -> str:
    columns = "".join(f"<div>{blocks_html(column, setting)}</div>" for column in block.columns)
    return f'<div class="cxm-columns cxm-columns-{len(block.columns)}">{columns}</div>'


def _cover(block: blocks.Cover, setting: Setting) -> str:
    tag = f"h{setting.top - 1}"
    note = f'<p class="cxm-note">{text_html(block.note)}</p>' if block.note else ""
    return (
        f'<div class="cxm-cover"><p class="cxm-client">{text_html(block.client)}</p>'
        f'<{tag}>{text_html(block.title)}</{tag}><p class="cxm-subtitle">{text_html(block.subtitle)}</p>'
        f'<p class="cxm-date">{text_html(block.date)}</p>{note}</div>'
    )


def _icon(path: str) -> str:
    return (
        '<svg class="cxm-icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false" '
        'fill="none" stroke="currentColor" '
        f'stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round">{path}</svg>'
    )


_TOTAL: Final = ' class="cxm-total"'
_NAMESPACE: Final = ' xmlns="http://www.w3.org/2000/svg"'
ICON_PATHS: Final[Mapping[str, str]] = {
    "info": '<circle cx="10" cy="10" r="8"/><path d="M10 9.2v4.6M10 6.2v.1"/>',
    "good": '<circle cx="10" cy="10" r="8"/><path d="M6.4 10.3l2.5 2.5 4.8-5.2"/>',
    "warning": '<path d="M10 2.4 18.6 17.4H1.4ZM10 8v4.2M10 14.7v.1"/>',
    "bad": '<path d="M6.7 2h6.6L18 6.7v6.6L13.3 18H6.7L2 13.3V6.7ZM10 6v4.8M10 13.8v.1"/>',
}
ICONS: Final[Mapping[str, str]] = {tone: _icon(path) for tone, path in ICON_PATHS.items()}

_WRITERS: Final[Mapping[type[Any], Callable[[Any, Setting], str]]] = {
    blocks.Heading: _heading,
    blocks.Paragraph: _paragraph,
    blocks.Bullets: _bullets,
    blocks.KeyFigures: _key_figures,
    blocks.Table: _table,
    blocks.Figure: _figure,
    blocks.Callout: _callout,
    blocks.Panel: _panel,
    blocks.Columns: _columns,
    blocks.Cover: _cover,
}
