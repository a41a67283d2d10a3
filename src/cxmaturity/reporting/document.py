"""A whole report as one value: who, what, when, its look, its parts; and how it is found in a notebook.

Numbering lives here because both renderers must agree on it.
"""

from __future__ import annotations

import base64
import datetime as dt
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, Literal

import attrs

from cxmaturity.core.problems import InputError
from cxmaturity.core.text import Language
from cxmaturity.reporting.blocks import Block, Columns, Figure, Heading, Panel, Table
from cxmaturity.reporting.encoding import decode, encode

MIME: Final = "application/vnd.cxmaturity.report+json"
SCHEMA: Final = "cxmaturity.report/1"


def _parts(parts: Iterable[Part]) -> tuple[Part, ...]:
    return tuple(parts)


def _blocks(given: Iterable[Block]) -> tuple[Block, ...]:
    return tuple(given)


@attrs.frozen(kw_only=True)
class Logo:
    """The client's logo as bytes; shown as an image, never as markup, so nothing inside it can run."""

    data: bytes = attrs.field(repr=False)
    format: Literal["svg", "png"]
    alt: str = ""


@attrs.frozen(kw_only=True)
class Identity:
    """What identifies a report, and how it looks.

    `title` and `client` are plain text, no markup; `look` holds the tokens of `charts.theme.ChartTheme`, the
    same for charts, page and PDF.
    """

    title: str
    client: str
    language: Language
    as_of: dt.date
    look: Mapping[str, str]
    logo: Logo | None = None


@attrs.frozen(kw_only=True)
class Part:
    """One section of a report: its id and its blocks."""

    id: str
    blocks: tuple[Block, ...] = attrs.field(converter=_blocks)


@attrs.frozen(kw_only=True)
class Document:
    """A report, ready to be set by either renderer.

    `leaflet` is for one or two pages: no contents, no page of its own for the cover nor for a section.

    Raises
    ------
    InputError
        ``reporting.anchor_twice`` when two blocks share an anchor; ``reporting.no_blocks`` when there is
        nothing.
    """

    identity: Identity
    parts: tuple[Part, ...] = attrs.field(converter=_parts)
    leaflet: bool = False

    def __attrs_post_init__(self) -> None:
        seen: set[str | None] = set()
        for block in walk(self.blocks):
            anchor = getattr(block, "anchor", None)
            if anchor in seen:
                raise InputError.of(
                    "reporting.anchor_twice",
                    "two blocks of the report bear the anchor '{anchor}'.",
                    anchor=anchor,
                )
            seen |= {anchor} - {None}
        if not self.blocks:
            raise _no_blocks()

    @property
    def blocks(self) -> tuple[Block, ...]:
        """Every block, in order."""
        return tuple(block for part in self.parts for block in part.blocks)

    @property
    def sections(self) -> tuple[Heading, ...]:
        """The headings that open the sections, for the contents."""
        return tuple(block for block in self.blocks if isinstance(block, Heading) and block.level == 1)


def walk(given: Iterable[Block]) -> Iterator[Block]:
    """Yield the blocks and those inside them, in reading order."""
    for block in given:
        yield block
        if isinstance(block, Panel):
            yield from walk(block.blocks)
        elif isinstance(block, Columns):
            for column in block.columns:
                yield from walk(column)


def number(given: Iterable[Block]) -> dict[str, int]:
    """Give a number to tables, figures and sections, each from 1 in reading order: anchor to number."""
    numbers: dict[str, int] = {}
    counts = {"Table": 0, "Figure": 0, "Heading": 0}
    for block in walk(given):
        if isinstance(block, Heading) and block.level > 1:
            continue
        if isinstance(block, Table | Figure | Heading):
            counts[type(block).__name__] += 1
            numbers[block.anchor] = counts[type(block).__name__]
    return numbers


# --- in a notebook ---


def to_payload(identity: Identity, part: Part, *, figures: Mapping[str, Any] | None = None) -> str:
    """Return what a cell shows as JSON, under our own mime type; the cover also carries the headline `figures`.

    One text, not a tree: Jupyter's tools copy and check every branch of a notebook several times, which took longer than
    setting the page.
    """
    logo = identity.logo
    payload = {
        "schema": SCHEMA,
        "identity": {
            "title": identity.title,
            "client": identity.client,
            "language": identity.language,
            "as_of": identity.as_of.isoformat(),
            "look": dict(identity.look),
            "logo": logo
            and {"data": base64.b64encode(logo.data).decode(), "format": logo.format, "alt": logo.alt},
        },
        "section": part.id,
        "blocks": encode(part.blocks),
    }
    payload |= {} if figures is None else {"figures": dict(figures)}
    return json.dumps(payload, ensure_ascii=False)


def _read(payload: Any) -> Any:
    """Return a payload as a tree; a notebook of an older version holds the tree itself."""
    return json.loads(payload) if isinstance(payload, str) else payload


def _identity(data: Mapping[str, Any]) -> Identity:
    logo = data["logo"]
    return Identity(
        title=data["title"],
        client=data["client"],
        language=data["language"],
        as_of=dt.date.fromisoformat(data["as_of"]),
        look=dict(data["look"]),
        logo=logo and Logo(data=base64.b64decode(logo["data"]), format=logo["format"], alt=logo["alt"]),
    )


def from_notebook(notebook: Any) -> Document:
    """Return the report that an executed notebook shows.

    Parameters
    ----------
    notebook : nbformat.NotebookNode
        Executed; cells that show something else (a consultant's own) are left out.

    Raises
    ------
    InputError
        ``reporting.no_blocks`` when no cell shows a part; ``reporting.two_reports`` when cells show parts of
        different reports; ``reporting.cell_failed`` when a cell holds an error.
    """
    payloads = []
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            if output.output_type == "error":
                raise InputError.of(
                    "reporting.cell_failed",
                    "the cell '{cell}' of the notebook failed: {error}",
                    cell=cell.get("id", "?"),
                    error=f"{output.ename}: {output.evalue}",
                )
            payload = output.get("data", {}).get(MIME)
            if payload:
                payloads.append(_read(payload))
    if not payloads:
        raise _no_blocks()
    identity = payloads[0]["identity"]
    if any(payload["identity"] != identity for payload in payloads):
        raise InputError.of(
            "reporting.two_reports",
            "the cells of the notebook belong to different reports.",
            hint="Run all of them again, in order.",
        )
    return Document(
        identity=_identity(identity),
        parts=(Part(id=payload["section"], blocks=decode(payload["blocks"])) for payload in payloads),
    )


def figures_of(notebook: Any) -> dict[str, Any]:
    """Return the headline figures that the cover of an executed report carries; none when it has none."""
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            payload = output.get("data", {}).get(MIME)
            if payload and (found := _read(payload).get("figures")):
                return dict(found)
    return {}


def _no_blocks() -> InputError:
    return InputError.of(
        "reporting.no_blocks", "the notebook shows no block of a report.", hint="Run all of its cells first."
    )
