"""What a report is made of: a closed set of frozen blocks that say what is shown, never how.

Sections build blocks; two renderers (`html`, `typst_markup`) set them. Numbers of tables and figures, the
contents, page numbers and running heads belong to the renderers. Every text is plain text with ``**strong**``
and ``*emphasis*`` only; data typed by somebody goes through `plain`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

import attrs

from cxmaturity.core.problems import InputError
from cxmaturity.reporting.inline import plain

if TYPE_CHECKING:  # a block only carries a chart; drawing it is the business of the charts room
    from cxmaturity.charts import Chart

__all__ = [
    "Block",
    "Bullets",
    "Callout",
    "Column",
    "Columns",
    "Cover",
    "Figure",
    "Heading",
    "KeyFigure",
    "KeyFigures",
    "Panel",
    "Paragraph",
    "Table",
    "plain",
]

Tone = Literal["info", "good", "warning", "bad"]
_ANCHOR: Final = r"[a-z0-9]+(-[a-z0-9]+)*"


# One function per field: the attrs plugin of mypy cannot see through a generic converter such as `tuple`.


def _texts(items: Iterable[str]) -> tuple[str, ...]:
    return tuple(items)


def _figures(items: Iterable[KeyFigure]) -> tuple[KeyFigure, ...]:
    return tuple(items)


def _columns(items: Iterable[Column]) -> tuple[Column, ...]:
    return tuple(items)


def _numbers(items: Iterable[int]) -> tuple[int, ...]:
    return tuple(items)


def _inside(items: Iterable[Block]) -> tuple[Block, ...]:
    return tuple(items)


def _rows(rows: Iterable[Iterable[str]]) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(row) for row in rows)


def _nested(columns: Iterable[Iterable[Block]]) -> tuple[tuple[Block, ...], ...]:
    return tuple(tuple(column) for column in columns)


def _anchor() -> str:
    found: str = attrs.field(validator=attrs.validators.matches_re(_ANCHOR))
    return found


@attrs.frozen(kw_only=True)
class Heading:
    """A heading. Level 1 opens a section (a new page in the PDF, unless the section before left half of its last one).

    `anchor` is unique in a report and safe in an address: lower-case letters, digits and dashes.
    """

    text: str
    level: Literal[1, 2, 3] = attrs.field(validator=attrs.validators.in_((1, 2, 3)))
    anchor: str = _anchor()


@attrs.frozen(kw_only=True)
class Paragraph:
    """A paragraph: body text, a larger lead that opens a section, or a small note."""

    text: str
    tone: Literal["body", "lead", "note"] = attrs.field(
        default="body", validator=attrs.validators.in_(("body", "lead", "note"))
    )


@attrs.frozen(kw_only=True)
class Bullets:
    """A list, numbered when `ordered`."""

    items: tuple[str, ...] = attrs.field(converter=_texts)
    ordered: bool = False


@attrs.frozen(kw_only=True)
class KeyFigure:
    """One big number: what it is, the value as it is printed, and a short note under it."""

    label: str
    value: str
    note: str = ""


@attrs.frozen(kw_only=True)
class KeyFigures:
    """Two to four big numbers in a row."""

    items: tuple[KeyFigure, ...] = attrs.field(converter=_figures)


@attrs.frozen(kw_only=True)
class Column:
    """A column of a table; `width` is relative to the other columns."""

    title: str
    align: Literal["left", "right", "center"] = attrs.field(
        default="left", validator=attrs.validators.in_(("left", "right", "center"))
    )
    width: float = 1.0


@attrs.frozen(kw_only=True)
class Table:
    """A numbered table; the first column heads its row.

    `emphasis_rows` are the indices of the rows set strong (totals).

    Raises
    ------
    InputError
        ``reporting.table_shape`` when a row has not one cell per column.
    """

    caption: str
    columns: tuple[Column, ...] = attrs.field(converter=_columns)
    rows: tuple[tuple[str, ...], ...] = attrs.field(converter=_rows)
    note: str = ""
    anchor: str = _anchor()
    emphasis_rows: tuple[int, ...] = attrs.field(default=(), converter=_numbers)

    def __attrs_post_init__(self) -> None:
        for index, row in enumerate(self.rows):
            if len(row) != len(self.columns):
                raise InputError.of(
                    "reporting.table_shape",
                    "row {row} of the table '{anchor}' has {got} cells; expected {expected}.",
                    row=index,
                    anchor=self.anchor,
                    got=len(row),
                    expected=len(self.columns),
                )


@attrs.frozen(kw_only=True)
class Figure:
    """A numbered figure: a chart with its alternative text and its table twin.

    One that is `detailed` has small letters: on a screen it is shown larger than the text, in a frame that scrolls.
    """

    chart: Chart
    caption: str
    note: str = ""
    anchor: str = _anchor()
    detailed: bool = False


@attrs.frozen(kw_only=True)
class Callout:
    """A short passage set apart; its tone has a mark as well as a colour: colour never speaks alone."""

    title: str
    text: str
    tone: Tone = attrs.field(
        default="info", validator=attrs.validators.in_(("info", "good", "warning", "bad"))
    )


@attrs.frozen(kw_only=True)
class Panel:
    """Blocks under a small title, often inside `Columns`."""

    title: str
    blocks: tuple[Block, ...] = attrs.field(converter=_inside)


@attrs.frozen(kw_only=True)
class Columns:
    """Two or three columns side by side, one under the other on a phone."""

    columns: tuple[tuple[Block, ...], ...] = attrs.field(converter=_nested)


@attrs.frozen(kw_only=True)
class Cover:
    """The first page of the PDF, the opening of the page on screen."""

    title: str
    subtitle: str
    client: str
    date: str
    note: str = ""


Block: TypeAlias = (
    Heading | Paragraph | Bullets | KeyFigures | Table | Figure | Callout | Panel | Columns | Cover
)
