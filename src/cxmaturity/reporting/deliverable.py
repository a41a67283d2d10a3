"""Is what was made what was meant? A run that ends well can still have lost a figure; this looks first."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from typing import Any, Final

import attrs

from cxmaturity import i18n
from cxmaturity.core.problems import Problem
from cxmaturity.core.text import Language
from cxmaturity.reporting import blocks
from cxmaturity.reporting.document import Document, walk

_CALLS: Final = re.compile(r"""(?:url\(\s*["']?|@import\s+["']?)(?!data:|["']?#)([^)"'\s]+)""", re.IGNORECASE)
_ELEMENT: Final = re.compile(rb"/Type/StructElem(.*?)endobj", re.DOTALL)
_ALT: Final = re.compile(rb"/Alt(?:\([^)]|<FEFF[0-9A-F]{4}|<(?!FEFF)[0-9A-F]{2})")
_ADDRESSES: Final = frozenset(
    {"src", "href", "srcset", "data", "action", "poster", "formaction", "background"}
)


@attrs.define
class _Page:
    """Count what a page holds, and gather what it would call."""

    figures: int = 0
    tables: int = 0
    scripts: int = 0
    calls: list[str] = attrs.field(factory=list)

    @classmethod
    def read(cls, page: str) -> _Page:
        """Look at every element of a page."""
        from lxml import etree  # only who checks a page needs it

        found = cls()
        tree = etree.HTML(page or "<p>", etree.HTMLParser(huge_tree=True))
        for element in tree.iter(etree.Element):
            found.scripts += element.tag == "script"
            if element.tag == "style":
                found.calls += _CALLS.findall(element.text or "")
            for name, value in element.items():
                found.look(name, value)
        return found

    def look(self, name: str, value: str) -> None:
        """Look at one attribute."""
        if name == "class":
            kinds = value.split()
            self.figures += "cxm-figure" in kinds
            self.tables += "cxm-table" in kinds
        elif name == "style":
            self.calls += _CALLS.findall(value)
        elif name.startswith("on"):
            self.scripts += 1
        elif name.rpartition(":")[2] in _ADDRESSES and not value.startswith(("#", "data:")):
            self.calls.append(value)


def check_page(document: Document, page: str) -> list[Problem]:
    """Return what is wrong with a page: figures or tables lost, something called from outside, a script."""
    found = _Page.read(page)
    problems = []
    inside = list(walk(document.blocks))
    for kind, name, shown in (
        (blocks.Figure, "figure", found.figures),
        (blocks.Table, "table", found.tables),
    ):
        expected = sum(isinstance(block, kind) for block in inside)
        if shown != expected:
            problems.append(
                Problem(
                    code="reporting.lost",
                    template="the page shows {got} of {expected} items of the kind '{kind}'.",
                    params={"got": shown, "expected": expected, "kind": name},
                )
            )
    if found.calls or found.scripts:
        problems.append(
            Problem(
                code="reporting.calls_outside",
                template="the page would call something outside itself or run a script: {what}.",
                params={"what": ", ".join(found.calls[:3]) or "script"},
            )
        )
    return problems


def check_figures(figures: Mapping[str, Any], page: str, language: Language) -> list[Problem]:
    """Return what the summary of a page says otherwise than the diagnosis: the worth and the stage."""
    start = page.find('id="summary"')
    if start < 0 or not figures:
        return []
    text = _words(page[start:])
    expected: dict[str, str] = {}
    if figures.get("npv") is not None:
        worth, nothing = (
            i18n.money(amount, figures["currency"], language, compact=True, digits=0)
            for amount in (abs(figures["npv"]), 0.0)
        )
        expected |= {"npv": worth} if worth != nothing else {}
    if figures.get("stage") is not None:
        expected["stage"] = i18n.number(figures["stage"], language)
    return [
        Problem(
            code="reporting.figure_differs",
            template="the summary does not show the '{name}' of the diagnosis, {value}.",
            params={"name": name, "value": value},
        )
        for name, value in expected.items()
        if _words(value) not in text
    ]


def _words(markup: str) -> str:
    """Return the text of a piece of page, without tags and without the spaces that typography adds."""
    text = html.unescape(re.sub(r"<[^>]+>", "", markup))
    return re.sub(r"[\s\u00a0\u202f\u2060]+", "", text)


def check_pdf(data: bytes) -> list[Problem]:
    """Return what is wrong with a PDF: not whole, or its table of contents of objects not where it says."""
    start = re.search(rb"startxref\s+(\d+)\s+%%EOF\s*$", data[-64:])
    whole = data.startswith(b"%PDF-") and start is not None
    if whole and start is not None:
        place = int(start[1])
        whole = re.match(rb"xref|\d+ \d+ obj", data[place : place + 24]) is not None
    return [] if whole else [Problem(code="reporting.pdf_broken", template="the PDF is not whole.")]


def check_tags(document: Document, data: bytes) -> list[Problem]:
    """Return what a reader of the PDF's structure would miss: its language, figures with a text, tables, headings."""
    elements = [
        (kind[1], element)
        for element in _ELEMENT.findall(data)
        if (kind := re.search(rb"/S/(\w+)", element)) is not None
    ]
    if not elements and b"/ObjStm" in data:  # packed by another compiler: not ours to unpack
        return []
    inside = list(walk(document.blocks))
    got = {
        "figure": sum(kind == b"Figure" and _ALT.search(element) is not None for kind, element in elements),
        "table": sum(kind == b"Table" for kind, _ in elements),
        "heading": sum(kind == b"H1" for kind, _ in elements),
        "language": int(re.search(rb"/Lang\([a-z]{2}", data) is not None),
    }
    expected = {
        "figure": sum(isinstance(block, blocks.Figure) for block in inside),
        "table": sum(isinstance(block, blocks.Table) for block in inside),
        "heading": 1,
        "language": 1,
    }
    return [
        Problem(
            code="reporting.pdf_tags",
            template="the PDF's structure has {got} of {expected} items of the kind '{kind}'.",
            params={"got": got[kind], "expected": expected[kind], "kind": kind},
        )
        for kind in expected
        if got[kind] < expected[kind]
    ]


def check_cells(notebook: Any, sections: Mapping[str, str]) -> list[Problem]:
    """Return a warning for each cell that said something on its error output, as libraries do."""
    problems = []
    for cell in notebook.cells:
        said = "".join(
            output.text
            for output in cell.get("outputs", ())
            if output.output_type == "stream" and output.name == "stderr"
        )
        if said.strip():
            problems.append(
                Problem(
                    code="reporting.cell_said",
                    template="the cell '{cell}' of the report notebook said: {said}",
                    params={
                        "cell": sections.get(cell.id, cell.id),
                        "said": said.strip().splitlines()[-1][:300],
                    },
                    severity="warning",
                )
            )
    return problems
