"""One cell turned into a node of the same tree as YAML, so that the same shapes read both.

A cell that cannot mean anything (an error of Excel, a number typed as text, a day that Excel made of a number) is noted
here, and a node that no shape accepts takes its place; what the shape then says of that cell is left out.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from typing import Final

import attrs

from cxmaturity.core.problems import Place
from cxmaturity.files.findings import Findings, Placed, Spot
from cxmaturity.files.journey.book_layout import Column
from cxmaturity.files.journey.book_xml import RawCell, column_letters
from cxmaturity.files.journey.cells import split
from cxmaturity.files.journey.names import Names
from cxmaturity.files.journey.words import meanings, plain
from cxmaturity.files.shapes import short
from cxmaturity.files.yaml_tree import Entry, Mapping, Node, Scalar, Sequence
from cxmaturity.journey.values import LEGAL_BASES

_SHEET: Final = 1 << 20
_NUMBER: Final = re.compile(r"[-+]?\d+(?:[.,]\d+)?")
_COMMA: Final = re.compile(
    r"^(\s*\d*),(\d+\s*)$"
)  # of a number among several in a cell, where no spreadsheet helps
_YES_NO: Final = ("true", "false")


def spot(sheet: int, row: int, column: int) -> Spot:
    """Return a cell as a line and a column: lines of a sheet come after those of the sheet before."""
    return Spot(sheet * _SHEET + row, column)


@attrs.define
class Cells:
    """Makes nodes of cells; `titles` are those of the sheets, `bad` the cells of which all was said."""

    titles: tuple[str, ...]
    found: Findings
    names: Names
    bad: set[str] = attrs.field(factory=set)

    def place(self, file: str, at: Placed) -> Place:
        """Return the place of a node: its sheet and its cell."""
        sheet, row = divmod(at.line, _SHEET)
        name = self.titles[sheet] if sheet < len(self.titles) else ""
        return Place(file=file, cell=f"{name}!{column_letters(at.column)}{row}") if row else Place(file=file)

    def nothing(self, at: Spot) -> Scalar:
        """Return the node of an empty cell."""
        return Scalar("", plain=True, line=at.line, column=at.column)

    def refused(self, at: Spot) -> Node:
        """Return a node that no shape accepts, for a cell of which all was said."""
        self.bad.add(self.place(self.found.file, at).cell)
        return Mapping((), at.line, at.column)

    def node(self, cell: RawCell, column: Column, at: Spot) -> Node:
        """Return the node of a cell that holds something."""
        if cell.kind == "error":
            self.found.of(
                "files.cell_error",
                "the cell holds an error of the spreadsheet, {got}.",
                hint="Correct the formula, or type the value.",
                at=at,
                got=cell.text,
            )
            return self.refused(at)
        if cell.kind == "uncalculated":
            self.found.of(
                "files.cell_uncalculated",
                "the formula of this cell has no result yet.",
                hint="Open the workbook, save it again, or paste the values.",
                at=at,
            )
            return self.refused(at)
        made: dict[str, Callable[[RawCell, Column, Spot], Node]] = {
            "number": self._number,
            "whole": self._number,
            "rate": self._number,
            "flag": self._choice,
            "choice": self._choice,
            "date": self._date,
            "ref": self._reference,
            "refs": self._items,
            "counts": self._items,
            "texts": self._items,
            "weights": self._pairs,
        }
        return made.get(column.field.kind, self._text)(cell, column, at)

    def _text(self, cell: RawCell, column: Column, at: Spot) -> Node:
        text = cell.text.strip() if column.field.kind == "id" else cell.text
        return _scalar(text, at)

    def _number(self, cell: RawCell, column: Column, at: Spot) -> Node:  # noqa: ARG002  # one signature for all
        text = cell.text.replace("\u00a0", "").replace("\u202f", "").strip()
        if cell.kind == "date":
            self.found.of(
                "files.cell_became_date",
                "the day {got} stands where a number is expected.",
                hint="Spreadsheets make days of numbers such as 3.4: set the format of the cell to 'number', then type it again.",
                at=at,
                got=cell.text,
            )
            return self.refused(at)
        if cell.kind == "text" and _NUMBER.fullmatch(text):
            self.found.of(
                "files.cell_number",
                "the number '{got}' is stored as a text.",
                hint="Set the format of the cell to 'number', then type it again.",
                at=at,
                got=short(cell.text),
            )
            return self.refused(at)
        return _scalar(text, at)

    def _choice(self, cell: RawCell, column: Column, at: Spot) -> Node:
        names = column.field.names or _YES_NO
        text = {"1": "true", "0": "false"}.get(cell.text, cell.text) if names == _YES_NO else cell.text
        return _scalar(meanings(names).get(plain(text), text.strip()), at)

    def _date(self, cell: RawCell, column: Column, at: Spot) -> Node:  # noqa: ARG002  # one signature for all
        return _scalar(cell.text[:10] if cell.kind == "date" else cell.text.strip(), at)

    def _reference(self, cell: RawCell, column: Column, at: Spot) -> Node:
        return _scalar(self.names.resolve(column.field.to, cell.text), at)

    def _items(self, cell: RawCell, column: Column, at: Spot) -> Node:
        texts = [parts[0] for parts in split(cell.text)]
        if column.field.kind == "refs":
            texts = [self.names.resolve(column.field.to, text) for text in texts]
        return Sequence(tuple(_scalar(text, at) for text in texts), at.line, at.column)

    def _pairs(self, cell: RawCell, column: Column, at: Spot) -> Node:
        entries = []
        for parts in split(cell.text, "=", 2):
            name = self.names.resolve(column.field.to, parts[0]) if column.field.to else parts[0]
            value = _scalar(_COMMA.sub(r"\1.\2", parts[1]), at) if len(parts) > 1 else self.nothing(at)
            entries.append(Entry(name, value, at.line, at.column))
        return Mapping(tuple(entries), at.line, at.column)

    def data(self, cells: dict[str, tuple[RawCell, Spot]], main: str) -> Node:
        """Return the node of personal data named in two columns: their items go together by position."""
        ordered = sorted(cells, key=lambda language: language != main)
        lists = {language: split(cells[language][0].text, "|", 3) for language in ordered}
        items = [
            self._datum(
                {name: (*parts[rank], "", "")[:3] for name, parts in lists.items() if rank < len(parts)},
                {name: at for name, (_, at) in cells.items()},
                main,
            )
            for rank in range(max(map(len, lists.values())))
        ]
        first = cells[ordered[0]][1]
        return Sequence(tuple(items), first.line, first.column)

    def _datum(self, parts: dict[str, tuple[str, ...]], at: dict[str, Spot], main: str) -> Node:
        names: dict[str, Node] = {
            language: _scalar(texts[0], at[language]) for language, texts in parts.items() if texts[0]
        }
        first = next(iter(parts))
        entries = [Entry("name", both(names, main), at[first].line, at[first].column)] if names else []
        for position, key in ((1, "basis"), (2, "retention_months")):
            said = [(_meant(texts[position]), at[name]) for name, texts in parts.items() if texts[position]]
            entries += [Entry(key, _scalar(text, spot), spot.line, spot.column) for text, spot in said[:1]]
            for text, spot in said[1:]:
                if text != said[0][0]:
                    self._note_differs(text, said[0][0], spot)
        return Mapping(tuple(entries), at[first].line, at[first].column)

    def _note_differs(self, got: str, first: str, at: Spot) -> None:
        self.found.of(
            "files.cell_differs",
            "'{got}' stands here, and '{first}' in the column of the other language.",
            hint="Write the legal basis and the months in one of the two columns; the other needs the names only.",
            at=at,
            got=short(got),
            first=short(first),
        )


def _meant(text: str) -> str:
    return meanings(LEGAL_BASES).get(plain(text), text)


def _scalar(text: str, at: Spot) -> Scalar:
    return Scalar(text, plain=False, line=at.line, column=at.column)


def both(texts: dict[str, Node], main: str) -> Node:
    """Return the node of a text that stands in two columns, one for each language."""
    first = next(iter(texts.values()))
    if list(texts) == [main] or any(isinstance(node, Mapping) for node in texts.values()):
        return texts.get(main, first)
    entries = tuple(Entry(language, node, node.line, node.column) for language, node in texts.items())
    return Mapping(entries, first.line, first.column)


def many_both(cells: dict[str, tuple[RawCell, Spot]], main: str) -> Node:
    """Return the node of a list of texts that stands in two columns: their items go together by position."""
    lists = {language: [parts[0] for parts in split(cell.text)] for language, (cell, _) in cells.items()}
    first = next(iter(cells.values()))[1]
    items = []
    for texts in itertools.zip_longest(*lists.values(), fillvalue=""):
        given = {
            language: _scalar(text, cells[language][1])
            for language, text in zip(lists, texts, strict=True)
            if text
        }
        items.append(both(given, main) if given else _scalar("", first))  # type: ignore[arg-type]
    return Sequence(tuple(items), first.line, first.column)
