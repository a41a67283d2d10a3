"""The rows of a workbook put together as the nested document that YAML holds: each row under what it belongs to."""

from __future__ import annotations

from collections import defaultdict
from typing import Final

import attrs

from cxmaturity.core.ids import nearest
from cxmaturity.core.problems import Place, Problem
from cxmaturity.core.text import Language
from cxmaturity.files.findings import Findings, Path, Spot
from cxmaturity.files.journey.book_cells import Cells, both, spot
from cxmaturity.files.journey.book_in import Grid, Opened, Row, open_book
from cxmaturity.files.journey.book_layout import Column, mission_columns
from cxmaturity.files.journey.book_names import Registry
from cxmaturity.files.journey.book_rows import Rows, nested
from cxmaturity.files.journey.names import catalog_names, stages_of
from cxmaturity.files.journey.words import in_words, say
from cxmaturity.files.shapes import Choice, short
from cxmaturity.files.yaml_tree import Entry, Mapping, Node, Scalar, Sequence

_LISTS: Final = {"actor": "actors", "system": "systems", "product": "products", "channel": "channels"}
_TEXTS: Final = {"source": "sources", "jargon": "jargon"}
_SAID_OF_CELLS: Final = (
    "files.cell_error",
    "files.cell_uncalculated",
    "files.cell_became_date",
    "files.cell_number",
)


@attrs.define
class Thing:
    """One row as a node still being put together: what it is, its keys, and the lists of what belongs to it."""

    kind: str
    at: Spot
    entries: dict[str, Node]
    parts: dict[str, list[Thing]] = attrs.field(factory=lambda: defaultdict(list))

    def node(self) -> Mapping:
        """Return the node, complete."""
        entries = dict(self.entries)
        for key, things in self.parts.items():
            before = entries.get(key)
            first = before.items if isinstance(before, Sequence) else ()
            nodes = (*first, *(thing.node() for thing in things))
            entries[key] = Sequence(nodes, self.at.line, self.at.column)
        listed = tuple(Entry(key, node, node.line, node.column) for key, node in entries.items())
        return Mapping(listed, self.at.line, self.at.column)


@attrs.frozen(kw_only=True)
class Book:
    """A workbook as a document: its tree, the findings that know its cells, the language of its texts.

    `orphans` are rows whose parent does not exist: they are checked alone, so that all that is wrong is said.
    """

    root: Mapping
    found: Findings
    language: Language
    shown_in: Language
    cells: Cells
    orphans: tuple[Thing, ...]
    rows: tuple[tuple[Spot, Grid, Row], ...]

    def locate_empty(self) -> None:
        """Remember where the empty cells of each row stand too: a rule may say that one of them should be filled."""
        whole: dict[str, Path] = {}
        for path, place in self.found.places.items():
            if len(path) < len(whole.setdefault(place.cell, path)):
                whole[place.cell] = path
        for at, grid, row in self.rows:
            start = whole.get(self.cells.place(self.found.file, at).cell)
            if start is None:
                continue
            for column in grid.layout.columns:
                number = grid.positions.get(column.key)
                key = "satisfaction" if column.key == "first.value" else column.field.key
                if number is None or (column.key.startswith("first.") and key == column.field.key):
                    continue
                where = (*start, *key.split("."))
                if where not in self.found.places:
                    self.found.locate(where, spot(grid.index, row.line, number))

    def tidy(self, before: int) -> None:
        """Put right what was noted since `before`: nothing twice, in order, with the words of the workbook."""
        new = self.found.problems[before:]
        kept = (in_words(problem, self.shown_in) for problem in new if not self._is_said(problem))
        self.found.problems[before:] = sorted(kept, key=self.rank)

    def _is_said(self, problem: Problem) -> bool:
        cell = problem.place.cell if problem.place else ""
        return problem.code not in _SAID_OF_CELLS and cell in self.cells.bad

    def rank(self, problem: Problem) -> tuple[int, int, int, str]:
        """Return where a problem stands among those of the workbook: by sheet, row, column."""
        title, _, cell = (problem.place or Place(file="")).cell.rpartition("!")
        letters = cell.rstrip("0123456789")
        index = self.cells.titles.index(title) if title in self.cells.titles else -1
        return index, int(cell[len(letters) :] or 0), len(letters), letters


def read_book(content: bytes, name: str, path: Path, found: Findings) -> Book | None:
    """Turn a workbook into the tree of a document, or None after noting why it cannot be read at all."""
    opened = open_book(content, name, path, found)
    if opened is None:
        return None
    cells = Cells(opened.titles, found, catalog_names())
    cells.found = found.in_file(found.file, cells.place)
    registry = Registry(opened, cells.names)
    registry.register()
    return _Assembler(opened, registry, Rows(cells, registry.texts_in)).book()


@attrs.define
class _Assembler:
    opened: Opened
    registry: Registry
    rows: Rows
    orphans: list[Thing] = attrs.field(factory=list)
    known: dict[tuple[str, str], Thing] = attrs.field(factory=dict)
    located: list[tuple[Spot, Grid, Row]] = attrs.field(factory=list)

    @property
    def cells(self) -> Cells:
        return self.rows.cells

    def book(self) -> Book:
        """Put everything together."""
        root = Thing("atlas", spot(0, 0, 1), self._mission())
        for sheet, kind in (("promises", "promise"), ("personas", "persona"), ("journeys", "journey")):
            root.parts[sheet] = [thing for _, _, thing in self._things(sheet, kind)]
        self._catalogues(root)
        self._stages()
        self._events()
        self._attach("claims", "claim", "persona", "claims")
        self._attach("evidence", "measure", "event", "satisfaction")
        self._attach("scores", "score", "event", "scores")
        self._voices()
        root.parts["waivers"] = [thing for _, _, thing in self._things("waivers", "waiver")]
        for name in [name for name, things in root.parts.items() if not things]:
            del root.parts[name]
        return Book(
            root=root.node(),
            found=self.cells.found,
            language=self.registry.texts_in,
            shown_in=self.opened.language,
            cells=self.cells,
            orphans=tuple(self.orphans),
            rows=tuple(self.located),
        )

    def _mission(self) -> dict[str, Node]:
        flat: dict[str, Node] = {}
        columns: dict[str, dict[str, Node]] = defaultdict(dict)
        for column in mission_columns():
            line, number, cell = self.opened.mission.get(column.key, (0, 0, None))
            if not line:
                continue
            at = spot(self.opened.mission_index, line, number)
            if cell is not None and (cell.text.strip() or cell.kind != "text"):
                columns[column.field.key][str(column.language)] = self.cells.node(cell, column, at)
            elif column.field.required:
                flat[column.field.key] = self.cells.nothing(at)
        for key, nodes in columns.items():
            flat[key] = nodes["None"] if "None" in nodes else both(nodes, self.registry.texts_in)
        return nested(flat)

    def _things(self, sheet: str, kind: str) -> list[tuple[Grid, Row, Thing]]:
        grid = self.opened.grids.get(sheet)
        if grid is None:
            return []
        return [(grid, row, self._thing(grid, row, kind)) for row in grid.rows]

    def _thing(self, grid: Grid, row: Row, kind: str) -> Thing:
        entries = self.rows.entries(grid, row, kind)
        at = self.rows.at(grid, row, self.registry.label_key(row, kind))
        name = self.registry.names_of.get((grid.layout.name, row.line))
        if name is not None:
            before = entries.get("id")
            where = before if isinstance(before, Scalar) else at
            entries["id"] = Scalar(name, plain=False, line=where.line, column=where.column)
        thing = Thing(kind, at, entries)
        self.located.append((at, grid, row))
        if name is not None and kind not in ("stage", "event"):
            self.known.setdefault((kind, name), thing)
        return thing

    def _catalogues(self, root: Thing) -> None:
        grid = self.opened.grids.get("catalogues")
        texts: dict[str, list[Node]] = defaultdict(list)
        for row in grid.rows if grid else ():
            assert grid is not None  # noqa: S101  # else there are no rows
            kind = self.registry.what(grid, row)
            if kind in _LISTS:
                root.parts[_LISTS[kind]].append(self._thing(grid, row, kind))
            elif kind in _TEXTS:
                texts[_TEXTS[kind]].append(self._only_text(grid, row))
            else:
                self._note_what(grid, row)
        for name, nodes in texts.items():
            root.entries[name] = Sequence(tuple(nodes), nodes[0].line, nodes[0].column)

    def _only_text(self, grid: Grid, row: Row) -> Node:
        columns = tuple(column for column in grid.layout.columns if column.field.key == "name")
        if self.registry.what(grid, row) == "source":
            both_ways = self.rows.value(grid, row, columns)
            if both_ways is not None:
                return both_ways
        ordered = sorted(columns, key=lambda column: column.language != self.registry.texts_in)
        for column in ordered:
            node = self.rows.value(grid, row, (column,))
            if node is not None:
                return node
        return self.cells.nothing(self.rows.at(grid, row, ordered[0].key))

    def _note_what(self, grid: Grid, row: Row) -> None:
        """Note that a row does not say of which kind it is."""
        column = grid.layout.column("what")
        at = self.rows.at(grid, row, "what")
        if "what" in row.cells:
            node = self.cells.node(row.cells["what"], column, at)
            Choice(names=column.field.names).read(node, (), self.cells.found)
        else:
            self._note_empty(column, at)

    def _note_empty(self, column: Column, at: Spot) -> None:
        language = self.opened.language
        self.cells.found.of(
            "files.cell_empty",
            "the cell '{column}' is empty.",
            at=at,
            column=column.title(language, language),
        )

    # --- what belongs to what ---

    def _stages(self) -> None:
        for grid, row, thing in self._things("stages", "stage"):
            journey = self.registry.journey_of(row)
            parent = self.known.get(("journey", journey))
            if parent is None:
                self._note_alone(grid, row, "journey", thing)
            else:
                parent.parts["stages"].append(thing)
                name = self.registry.names_of["stages", row.line]
                self.known.setdefault((stages_of(journey), name), thing)

    def _events(self) -> None:
        for grid, row, thing in self._things("touchpoints", "event"):
            thing.entries |= self.rows.first_parts(grid, row)
            name = self.registry.names_of["touchpoints", row.line]
            self.known.setdefault(("event", name), thing)
            found = self.registry.stages_meant(row)
            if len(found) == 1:
                self.known[found[0]].parts["events"].append(thing)
            elif found:
                self._note_several(grid, row, thing)
            else:
                self._note_alone(grid, row, "stage", thing)

    def _attach(self, sheet: str, kind: str, to: str, key: str) -> None:
        for grid, row, thing in self._things(sheet, kind):
            self._give(grid, row, to, key, thing)

    def _voices(self) -> None:
        grid = self.opened.grids.get("voices")
        for row in grid.rows if grid else ():
            assert grid is not None  # noqa: S101  # else there are no rows
            kind = self.registry.what(grid, row)
            if kind in ("pain", "opportunity"):
                key = "pains" if kind == "pain" else "opportunities"
                self._give(grid, row, "event", key, self._thing(grid, row, kind))
            else:
                self._note_what(grid, row)

    def _give(self, grid: Grid, row: Row, to: str, key: str, thing: Thing) -> None:
        cell = row.cells.get(to)
        parent = self.known.get((to, self.cells.names.resolve(to, cell.text))) if cell else None
        if parent is None:
            self._note_alone(grid, row, to, thing)
        else:
            parent.parts[key].append(thing)

    def _note_alone(self, grid: Grid, row: Row, to: str, thing: Thing) -> None:
        """Note that what a row belongs to does not exist, and keep the row to be checked alone."""
        self.orphans.append(thing)
        column = grid.layout.column(to)
        at = self.rows.at(grid, row, to)
        language = self.opened.language
        cell = row.cells.get(to)
        if cell is None:
            self._note_empty(column, at)
            return
        if cell.kind in ("error", "uncalculated"):
            self.cells.node(cell, column, at)
            return
        sheet = {"persona": "personas", "journey": "journeys", "stage": "stages", "event": "touchpoints"}[to]
        close = nearest(cell.text, self.registry.called(to, language))
        self.cells.found.of(
            "files.row_alone",
            "there is no '{got}' in the sheet '{sheet}': the row belongs to nothing.",
            hint="Did you mean '{close}'?" if close else "",
            at=at,
            got=short(cell.text),
            sheet=say(f"sheet.{sheet}", language),
            close=close or "",
        )

    def _note_several(self, grid: Grid, row: Row, thing: Thing) -> None:
        self.orphans.append(thing)
        self.cells.found.of(
            "files.row_of_several",
            "several journeys have a stage '{got}'.",
            hint="Say which one in the column '{column}'.",
            at=self.rows.at(grid, row, "stage"),
            got=short(row.cells["stage"].text),
            column=grid.layout.column("journey").title(self.opened.language, self.opened.language),
        )
