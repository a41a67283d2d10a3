"""Blocks set as Typst: calls of the functions of ``templates/typst/report.typ``, every text a string literal.

A string literal is never markup, so nothing that a client typed can be read as Typst; only a quote and a
backslash need escaping inside it.
"""

from __future__ import annotations

import itertools
import json
import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

import attrs

from cxmaturity import i18n
from cxmaturity.charts.chart import PAGE_WIDTH_MM
from cxmaturity.core.text import Language
from cxmaturity.reporting import blocks
from cxmaturity.reporting.columns import UNBROKEN_MM, column_widths, table_height
from cxmaturity.reporting.document import Document, Logo
from cxmaturity.reporting.html import ICONS
from cxmaturity.reporting.inline import clean, spans, text_of
from cxmaturity.reporting.sections import CHAPTERS

_LONG_WORD: Final = re.compile(r"[^\s\u00a0\u202f\u200b]{28,}")
_BREAK: Final = "\u200b"
RUNNING_HEAD: Final = 96
"""How many characters the running head holds: the client's name and the title together."""
OWN_PAGE: Final = 2
"""The summary is handed out alone: it and the section after it open a page whatever is left of the one before."""
ONE_COLUMN: Final = 34.0
COLUMN_LINES: Final = 46.0
"""Lines of a column of the contents: beyond the first it is crowded, beyond the second it does not fit its page."""
SECTION_LINES: Final = 2.6
"""Room of a section in the contents, in lines of its parts."""
COLUMN_LETTERS: Final = 38
SHORT_PANEL: Final = 850
"""Letters of a panel that is not parted: its title is not repeated on the next page."""
LINE_LETTERS: Final = 80


@attrs.frozen(kw_only=True)
class Setting:
    """What the renderer must know beside the block: language of its own words, width it has in mm."""

    language: Language
    width_mm: float = PAGE_WIDTH_MM
    openings: Mapping[str, str] = attrs.field(factory=dict)
    """How each section begins, by anchor: on a ``page`` of its own, or it ``follows`` what is before it."""

    @property
    def narrow(self) -> str:
        """Whether the block stands in a column, as Typst writes it."""
        return "true" if self.width_mm < PAGE_WIDTH_MM else "false"

    def word(self, key: str, **params: Any) -> str:
        """Return one of the renderers' own words."""
        return i18n.message(f"document.{key}", self.language, **params)


def literal(text: str) -> str:
    """Return literal text as a Typst string; words too long for a column may break anywhere."""
    return quoted(_LONG_WORD.sub(_breakable, clean(text)))


def quoted(text: str) -> str:
    r"""Return any string as a Typst string literal, unchanged.

    Examples
    --------
    >>> print(quoted('#import "x" $y$ * _'))
    "#import \"x\" $y$ * _"
    """
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _breakable(match: re.Match[str]) -> str:
    word = match[0]
    return _BREAK.join(word[start : start + 12] for start in range(0, len(word), 12))


def content(text: str) -> str:
    """Return a text with its inline markup as a Typst expression."""
    pieces = []
    for span in spans(text):
        piece = literal(span.text)
        piece = f"emph({piece})" if span.emphasis else piece
        pieces.append(f"strong({piece})" if span.strong else piece)
    return f"({' + '.join(pieces)})" if len(pieces) > 1 else pieces[0] if pieces else '""'


def _optional(text: str) -> str:
    return content(text) if text else "none"


def _array(items: Iterable[str]) -> str:
    return "(" + "".join(f"{item}, " for item in items) + ")"


def blocks_typst(given: Iterable[blocks.Block], setting: Setting) -> str:
    """Return blocks as statements of a Typst code block, one per line."""
    return "\n".join(_WRITERS[type(block)](block, setting) for block in given)


def document_typst(document: Document) -> str:
    """Return the whole report as Typst source; it imports ``/report.typ``."""
    identity = document.identity
    width = PAGE_WIDTH_MM - 0.01 if document.leaflet else PAGE_WIDTH_MM  # a leaflet is set like a column
    anchors = () if document.leaflet else [heading.anchor for heading in document.sections]
    setting = Setting(language=identity.language, width_mm=width, openings=_openings(anchors))
    covers = [block for block in document.blocks if isinstance(block, blocks.Cover)]
    rest = [block for block in document.blocks if not isinstance(block, blocks.Cover)]
    return "\n".join(
        [
            '#import "/report.typ": *',
            f"#show: report.with({_arguments(document)})",
            "#{",
            *(
                _masthead(cover)
                if document.leaflet
                else _cover(cover, identity.logo, setting, identity.client)
                for cover in covers
            ),
            _contents(document) if anchors else "",
            blocks_typst(rest, setting),
            "}",
            "",
        ]
    )


def _openings(anchors: Sequence[str]) -> dict[str, str]:
    """Return how each section begins. Typst sets what stands between two page breaks beside the rest: chapters cost no time."""
    chapters = [CHAPTERS.get(anchor, "") for anchor in anchors]
    same = [index >= OWN_PAGE and chapters[index] == chapters[index - 1] for index in range(len(anchors))]
    return {anchor: "follows" if one else "page" for anchor, one in zip(anchors, same, strict=True)}


def _contents(document: Document) -> str:
    """Return the call that sets the contents: in two columns when one is crowded, sections only when two are."""
    heads: list[tuple[str, float]] = []
    for block in document.blocks:
        if isinstance(block, blocks.Heading) and block.level == 1:
            heads.append((block.anchor, SECTION_LINES))
        elif isinstance(block, blocks.Heading) and block.level == 2 and heads:
            lines = math.ceil(len(text_of(block.text)) / COLUMN_LETTERS)
            heads[-1] = (heads[-1][0], heads[-1][1] + lines)
    turn, height = _turn(heads)
    if height <= COLUMN_LINES:
        return f"contents(turn: {turn})"
    turn, _ = _turn([(anchor, SECTION_LINES) for anchor, _ in heads])
    return f"contents(turn: {turn}, depth: 1)"


def _turn(heads: Sequence[tuple[str, float]]) -> tuple[str, float]:
    """Return the section that opens the second column of the contents, if any, and the lines of the longer column."""
    above = list(itertools.accumulate((lines for _, lines in heads), initial=0.0))
    total = above[-1]
    if total <= ONE_COLUMN or len(heads) == 1:
        return "none", total
    height, half = min((max(above[index], total - above[index]), index) for index in range(1, len(heads)))
    return quoted(heads[half][0]), height


def inputs(document: Document) -> dict[str, str]:
    """Return what ``/report.typ`` finds in ``sys.inputs``: the tokens of the theme and its own words, as JSON."""
    identity = document.identity
    words = {"contents": i18n.message("document.contents", identity.language)}
    return {"look": json.dumps(dict(identity.look)), "words": json.dumps(words)}


def _arguments(document: Document) -> str:
    identity = document.identity
    day = identity.as_of
    client = _shortened(identity.client, RUNNING_HEAD // 2)
    arguments = {
        "lang": quoted(identity.language),
        "title": quoted(clean(identity.title)),
        "client": quoted(clean(identity.client)),
        "short-client": quoted(client),
        "short-title": quoted(_shortened(identity.title, RUNNING_HEAD - len(client))),
        "date": f"datetime(year: {day.year}, month: {day.month}, day: {day.day})",
        "date-text": quoted(i18n.date(day, identity.language)),
        "leaflet": "true" if document.leaflet else "false",
    }
    return ", ".join(f"{name}: {value}" for name, value in arguments.items())


def _shortened(text: str, length: int) -> str:
    text = clean(text)
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


# --- one writer per block ---


def _cover(block: blocks.Cover, logo: Logo | None, setting: Setting, client: str) -> str:
    image = _logo(logo, setting.word("logo", client=client)) if logo else "none"
    return (
        f"cover(logo: {image}, client: {content(block.client)}, title: {content(block.title)}, "
        f"subtitle: {content(block.subtitle)}, date: {content(block.date)}, note: {_optional(block.note)})"
    )


def _masthead(block: blocks.Cover) -> str:
    return (
        f"masthead(client: {content(block.client)}, title: {content(block.title)}, "
        f"subtitle: {content(block.subtitle)}, date: {content(block.date)}, note: {_optional(block.note)})"
    )


def _logo(logo: Logo, fallback_alt: str) -> str:
    alt = quoted(clean(logo.alt) or clean(fallback_alt))
    if logo.format == "svg":
        data = f"bytes({quoted(logo.data.decode('utf-8', 'replace'))})"
    else:
        data = f"bytes(({','.join(str(byte) for byte in logo.data)},))"
    return f'image({data}, format: "{logo.format}", alt: {alt}, height: 16mm, width: 60mm, fit: "contain")'


def _heading(block: blocks.Heading, setting: Setting) -> str:
    opening = setting.openings.get(block.anchor)
    opens = f", opens: {quoted(opening)}" if opening else ""
    return f"section({block.level}, {quoted(block.anchor)}{opens}, {content(block.text)})"


def _paragraph(block: blocks.Paragraph, setting: Setting) -> str:
    announces = ", announces: true" if text_of(block.text).rstrip().endswith(":") else ""
    return f"para(tone: {quoted(block.tone)}, narrow: {setting.narrow}{announces}, {content(block.text)})"


def _bullets(block: blocks.Bullets, setting: Setting) -> str:
    items = "".join(f", {content(item)}" for item in block.items)
    return f"bullets(ordered: {'true' if block.ordered else 'false'}, narrow: {setting.narrow}{items})"


def _key_figures(block: blocks.KeyFigures, setting: Setting) -> str:
    room = setting.width_mm / max(1, len(block.items))
    longest = max((len(text_of(item.value)) for item in block.items), default=1)
    size = min(23.0, max(11.0, room * 4.2 / max(1, longest)))
    items = (
        f"(label: {content(item.label)}, value: {content(item.value)}, "
        f"note: {_optional(item.note)}, size: {size:.1f})"
        for item in block.items
    )
    return f"keyfigures({', '.join(items)})"


def _table(block: blocks.Table, setting: Setting) -> str:
    widths, size = column_widths(block, setting.width_mm)
    breakable = "true" if table_height(block, widths, size) > UNBROKEN_MM else "false"
    return (
        f"tabular(caption: {content(block.caption)}, anchor: {quoted(block.anchor)}, "
        f"supplement: {quoted(setting.word('table'))}, size: {size:g}, long: {breakable}, "
        f"widths: {_array(f'{width:.2f}mm' for width in widths)}, "
        f"aligns: {_array(column.align for column in block.columns)}, "
        f"titles: {_array(content(column.title) for column in block.columns)}, "
        f"rows: {_array(_array(content(cell) for cell in row) for row in block.rows)}, "
        f"total: {_array(str(index) for index in block.emphasis_rows)}, note: {_optional(block.note)})"
    )


def _figure(block: blocks.Figure, setting: Setting) -> str:
    width = min(block.chart.width_mm, setting.width_mm)
    return (
        f"chart(caption: {content(block.caption)}, anchor: {quoted(block.anchor)}, "
        f"supplement: {quoted(setting.word('figure'))}, source: {quoted(block.chart.svg)}, "
        f"alt: {quoted(clean(block.chart.alt))}, width: {width:g}, narrow: {setting.narrow}, "
        f"note: {_optional(block.note)})"
    )


def _callout(block: blocks.Callout, _: Setting) -> str:
    icon = quoted(ICONS[block.tone].replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1))
    title, text = content(block.title), content(block.text)
    return f"callout(tone: {quoted(block.tone)}, icon: {icon}, title: {title}, {text})"


def _panel(block: blocks.Panel, setting: Setting) -> str:
    inside = attrs.evolve(setting, width_mm=min(setting.width_mm, PAGE_WIDTH_MM - 0.01))
    whole = ", whole: true" if _letters(block.blocks) <= SHORT_PANEL else ""
    return f"panel({content(block.title)}{whole}, {{\n{blocks_typst(block.blocks, inside)}\n}})"


def _letters(given: Iterable[blocks.Block]) -> float:
    """Return how much text a panel holds; infinite when it holds anything but text."""
    total = 0.0
    for block in given:
        if isinstance(block, blocks.Bullets):
            total += sum(max(LINE_LETTERS, len(item)) for item in block.items)
        else:
            total += len(block.text) if isinstance(block, blocks.Paragraph) else math.inf
    return total


def _columns(block: blocks.Columns, setting: Setting) -> str:
    count = len(block.columns)
    inside = attrs.evolve(setting, width_mm=(setting.width_mm - 8.0 * (count - 1)) / count)
    columns = ", ".join(f"{{\n{blocks_typst(column, inside)}\n}}" for column in block.columns)
    return f"side-by-side({columns})"


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
}
