"""XML from strangers, read into small nodes that know their line: no document type, no entity, no depth, no size to fear.

The standard parser is told to refuse a DOCTYPE before anything in it is read, so that no entity can be declared, hence none can
grow, and no address can be asked.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from xml.parsers import expat  # DOCTYPE, the door of every known attack, is refused below

import attrs

from cxmaturity.files.findings import Findings, Spot

LIMIT: Final = 10_000_000
MAX_DEPTH: Final = 30
MAX_NODES: Final = 200_000


@attrs.define(eq=False)
class Node:
    """One element: its name without prefix, its attributes, its text, and where it starts."""

    tag: str
    attributes: dict[str, str]
    line: int
    column: int
    children: list[Node] = attrs.field(factory=list)
    parts: list[str] = attrs.field(factory=list, repr=False)

    @property
    def text(self) -> str:
        """Its own text, without the spaces around it."""
        return "".join(self.parts).strip()

    def first(self, tag: str) -> Node | None:
        """Return the first child `tag`, or None."""
        return next((child for child in self.children if child.tag == tag), None)

    def all(self, *tags: str) -> list[Node]:
        """Return the children of these names, in order."""
        return [child for child in self.children if child.tag in tags]

    def said(self, tag: str) -> str:
        """Return the text of the first child `tag`, or nothing."""
        child = self.first(tag)
        return "" if child is None else child.text

    def leaves(self) -> Iterator[Node]:
        """Yield the elements without children, itself included."""
        if not self.children:
            yield self
        for child in self.children:
            yield from child.leaves()


class _RefusedError(Exception):
    """Stops the parser; what is wrong has been noted."""


@attrs.define
class _Builder:
    found: Findings
    parser: expat.XMLParserType
    root: Node | None = None
    open: list[Node] = attrs.field(factory=list)
    count: int = 0

    def here(self) -> Spot:
        return Spot(self.parser.CurrentLineNumber, self.parser.CurrentColumnNumber + 1)

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        spot = self.here()
        self.count += 1
        if len(self.open) >= MAX_DEPTH or self.count > MAX_NODES:
            self.found.of(
                "exchange.xml_too_deep",
                "there are more than {depth} levels or {nodes} elements.",
                at=spot,
                depth=MAX_DEPTH,
                nodes=MAX_NODES,
            )
            raise _RefusedError
        node = Node(tag.rpartition(":")[2], attributes, spot.line, spot.column)
        if self.open:
            self.open[-1].children.append(node)
        else:
            self.root = node
        self.open.append(node)

    def end(self, _tag: str) -> None:
        self.open.pop()

    def text(self, text: str) -> None:
        self.open[-1].parts.append(text)

    def doctype(self, *_: object) -> None:
        self.found.of(
            "exchange.xml_doctype",
            "a DOCTYPE is not accepted.",
            hint="Take out the lines from '<!DOCTYPE' to '>': a journey needs none.",
            at=self.here(),
        )
        raise _RefusedError


def read_xml(content: bytes, found: Findings) -> Node | None:
    """Return the root of a document, or None after noting why it cannot be read.

    Noted: ``exchange.too_large``, ``exchange.xml_doctype``, ``exchange.xml_too_deep``, ``exchange.xml_broken``.
    """
    if len(content) > LIMIT:
        found.of("exchange.too_large", "the file is larger than {limit} kB.", limit=LIMIT // 1000)
        return None
    parser = expat.ParserCreate()
    parser.buffer_text = True
    builder = _Builder(found, parser)
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.text
    parser.StartDoctypeDeclHandler = builder.doctype
    try:
        parser.Parse(content, True)
    except _RefusedError:
        return None
    except (expat.ExpatError, LookupError, ValueError) as error:
        line = getattr(error, "lineno", 1)
        found.of(
            "exchange.xml_broken",
            "this is not well-formed XML ({reason}).",
            hint="Nothing could be checked beyond this place.",
            at=Spot(line, getattr(error, "offset", 0) + 1),
            reason=expat.ErrorString(error.code) if isinstance(error, expat.ExpatError) else "encoding",
        )
        return None
    return builder.root
