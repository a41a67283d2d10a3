"""One row of a sheet turned into the keys of what it is; the first measure and pain of an event are in its row."""

from __future__ import annotations

from functools import cache
from typing import Final

import attrs

from cxmaturity.core.text import Language
from cxmaturity.files.findings import Spot
from cxmaturity.files.journey.book_cells import Cells, both, many_both, spot
from cxmaturity.files.journey.book_in import Grid, Row
from cxmaturity.files.journey.book_layout import Column, Sheet, sheet
from cxmaturity.files.journey.fields import ENTITIES
from cxmaturity.files.shapes import short
from cxmaturity.files.yaml_tree import Entry, Mapping, Node, Sequence

FIRST: Final = "first."
_FIRST_LISTS: Final = {"pains": "pain", "opportunities": "opportunity"}


@attrs.frozen
class Slot:
    """One key of a row, with its columns: several for a text in two languages."""

    key: str
    columns: tuple[Column, ...]


@cache
def _slots(name: str, kind: str) -> tuple[tuple[Slot, ...], tuple[Column, ...]]:
    """Return the keys that a kind of row has on a sheet, and the columns that are not for it."""
    layout = sheet(name)
    known = {field.key for field in ENTITIES[kind].fields}
    own = [column for column in layout.columns if not _is_special(layout, column)]
    keys = dict.fromkeys(column.field.key for column in own)
    slots = (
        Slot(key, tuple(column for column in own if column.field.key == key)) for key in keys if key in known
    )
    return tuple(slots), tuple(column for column in own if column.field.key not in known)


def _is_special(layout: Sheet, column: Column) -> bool:
    return column.key in (*layout.parents, "what") or column.key.startswith(FIRST)


@attrs.frozen
class Rows:
    """Makes the keys of rows; `texts_in` is the language of texts given once."""

    cells: Cells
    texts_in: Language

    def at(self, grid: Grid, row: Row, key: str = "") -> Spot:
        """Return where a column of a row stands; without a key, the first column that the row fills."""
        number = grid.positions.get(key) or min(grid.positions[name] for name in row.cells)
        return spot(grid.index, row.line, number)

    def entries(self, grid: Grid, row: Row, kind: str) -> dict[str, Node]:
        """Return the keys of a row that is of one kind, and note the cells that are not for that kind."""
        slots, others = _slots(grid.layout.name, kind)
        for column in others:
            if column.key in row.cells:
                self._note_not_for(grid, row, column)
        flat: dict[str, Node] = {}
        for slot in slots:
            node = self.value(grid, row, slot.columns)
            if node is not None:
                flat[slot.key] = node
        for slot in slots:
            first, dot, _ = slot.key.partition(".")
            needed = slot.columns[0].field.required and slot.columns[0].field.kind != "id"
            started = not dot or any(key.startswith(f"{first}.") for key in flat)
            if needed and started and slot.key not in flat:
                flat[slot.key] = self.cells.nothing(self.at(grid, row, self._main(slot.columns).key))
        return nested(flat)

    def _main(self, columns: tuple[Column, ...]) -> Column:
        return next((column for column in columns if column.language == self.texts_in), columns[0])

    def value(self, grid: Grid, row: Row, columns: tuple[Column, ...]) -> Node | None:
        """Return the node of a key, or None where its cells are empty."""
        filled = [column for column in columns if column.key in row.cells]
        if not filled:
            return None
        at = {column.key: self.at(grid, row, column.key) for column in filled}
        typed = all(row.cells[column.key].kind in ("text", "number", "date", "flag") for column in filled)
        if filled[0].field.kind in ("many_words", "data") and typed:
            lists = {str(column.language): (row.cells[column.key], at[column.key]) for column in filled}
            make = self.cells.data if filled[0].field.kind == "data" else many_both
            return make(lists, self.texts_in)
        nodes = {
            str(column.language): self.cells.node(row.cells[column.key], column, at[column.key])
            for column in filled
        }
        return both(nodes, self.texts_in) if filled[0].language else nodes["None"]

    def first_parts(self, grid: Grid, row: Row) -> dict[str, Node]:
        """Return the lists that begin in the row of an event: its first measure, pain and opportunity."""
        lists: dict[str, Node] = {}
        measure = self._first_measure(grid, row)
        if measure is not None:
            lists["satisfaction"] = Sequence((measure,), measure.line, measure.column)
        for key in _FIRST_LISTS:
            columns = tuple(
                column
                for column in grid.layout.columns
                if column.key.startswith(FIRST) and column.field.key == key
            )
            text = self.value(grid, row, columns)
            if text is not None:
                entry = Entry("text", text, text.line, text.column)
                item = Mapping((entry,), text.line, text.column)
                lists[key] = Sequence((item,), text.line, text.column)
        return lists

    def _first_measure(self, grid: Grid, row: Row) -> Mapping | None:
        columns: dict[str, tuple[Column, ...]] = {}
        for column in grid.layout.columns:
            if column.key.startswith(FIRST) and column.owner == "measure":
                columns[column.field.key] = (*columns.get(column.field.key, ()), column)
        entries = {}
        for key, together in columns.items():
            node = self.value(grid, row, together)
            if node is not None:
                entries[key] = node
        if not entries:
            return None
        for key in ("value", "metric"):
            if key not in entries:
                entries[key] = self.cells.nothing(self.at(grid, row, f"{FIRST}{key}"))
        first = entries["value"]
        listed = tuple(Entry(key, node, node.line, node.column) for key, node in entries.items())
        return Mapping(listed, first.line, first.column)

    def _note_not_for(self, grid: Grid, row: Row, column: Column) -> None:
        self.cells.found.of(
            "files.cell_not_for",
            "'{got}' was not read: the column '{column}' is not for a row of this kind.",
            hint="Clear the cell, or change the kind in the column '{kind}'.",
            at=self.at(grid, row, column.key),
            severity="warning",
            got=short(row.cells[column.key].text),
            column=column.title(self.texts_in, self.texts_in),
            kind=grid.layout.column("what").title(self.texts_in, self.texts_in),
        )


def nested(flat: dict[str, Node]) -> dict[str, Node]:
    """Return the keys with what is inside a dotted one put together."""
    whole: dict[str, Node] = {}
    groups: dict[str, list[Entry]] = {}
    for key, node in flat.items():
        first, dot, rest = key.partition(".")
        if dot:
            groups.setdefault(first, []).append(Entry(rest, node, node.line, node.column))
        else:
            whole[key] = node
    for first, entries in groups.items():
        whole[first] = Mapping(tuple(entries), entries[0].line, entries[0].column)
    return whole
