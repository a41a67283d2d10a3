"""What the rows of a workbook are called: their ids, made from the names where they are left out, and their names."""

from __future__ import annotations

import re
from typing import Final

import attrs

from cxmaturity.core.ids import slugify
from cxmaturity.core.text import LANGUAGES, Language
from cxmaturity.files.journey.book_in import Grid, Opened, Row
from cxmaturity.files.journey.book_layout import ENTRIES, PAIN_AND_OPPORTUNITY
from cxmaturity.files.journey.names import END, Names, stages_of
from cxmaturity.files.journey.words import meanings, plain
from cxmaturity.journey.values import Words

_NAMED_BY: Final = {
    "promises": ("promise", "text"),
    "personas": ("persona", "name"),
    "journeys": ("journey", "title"),
    "stages": ("stage", "name"),
    "touchpoints": ("event", "action"),
}
_LABELS: Final = {
    **dict(_NAMED_BY.values()),
    **dict.fromkeys(("actor", "system", "product", "channel"), "name"),
}
_LONGEST: Final = 40


@attrs.define
class Registry:
    """Knows every row that has a name.

    `names_of` gives the id of a row by its sheet and number; `texts_in` is the language that the document says.
    """

    opened: Opened
    names: Names
    names_of: dict[tuple[str, int], str] = attrs.field(factory=dict)
    journeys: list[str] = attrs.field(factory=list)

    @property
    def texts_in(self) -> Language:
        """The language of the texts: what the sheet Mission says, else that of its titles."""
        line = self.opened.mission.get("language")
        said = meanings(LANGUAGES).get(plain(line[2].text), "") if line else ""
        return "fr" if said == "fr" else "en" if said == "en" else self.opened.language

    def register(self) -> None:
        """Give every row its id, and say what it is called."""
        for sheet, (kind, _) in _NAMED_BY.items():
            grid = self.opened.grids.get(sheet)
            if grid is not None:
                self._register(grid, [(row, kind) for row in grid.rows])
        grid = self.opened.grids.get("catalogues")
        for kind in ("actor", "system", "product", "channel"):
            if grid is not None:
                self._register(grid, [(row, kind) for row in grid.rows if self.what(grid, row) == kind])

    def _register(self, grid: Grid, rows: list[tuple[Row, str]]) -> None:
        taken = {_id(row) for row, _ in rows} - {""} | {END}
        for row, kind in rows:
            words = self._words(row, kind)
            name = _id(row) or _new_id(words.of(self.texts_in), kind, row.line, taken)
            taken.add(name)
            self.names_of[grid.layout.name, row.line] = name
            if kind == "journey":
                self.journeys.append(name)
            self.names.add(stages_of(self.journey_of(row)) if kind == "stage" else kind, name, words)

    def _words(self, row: Row, kind: str) -> Words:
        label = _LABELS[kind]
        if label in row.cells:
            return Words(row.cells[label].text, row.cells[label].text)
        said = {
            language: row.cells[f"{label}.{language}"].text
            for language in LANGUAGES
            if f"{label}.{language}" in row.cells and row.cells[f"{label}.{language}"].kind != "error"
        }
        return Words(**said)

    def label_key(self, row: Row, kind: str) -> str:
        """Return the column that a row is pointed at by: its name, or its first filled one ("")."""
        label = _LABELS.get(kind, "text")
        keys = (label, f"{label}.{self.texts_in}", *(f"{label}.{language}" for language in LANGUAGES))
        return next((key for key in keys if key in row.cells), "")

    def what(self, grid: Grid, row: Row) -> str:
        """Return the kind that a row of a mixed sheet says it is, or "" when it does not."""
        names = ENTRIES if grid.layout.name == "catalogues" else PAIN_AND_OPPORTUNITY
        return meanings(names).get(plain(row.cells["what"].text), "") if "what" in row.cells else ""

    def journey_of(self, row: Row) -> str:
        """Return the id of the journey that a row names; of the only one when it names none."""
        cell = row.cells.get("journey")
        if cell is not None:
            return self.names.resolve("journey", cell.text)
        return self.journeys[0] if len(self.journeys) == 1 else ""

    def stages_meant(self, row: Row) -> list[tuple[str, str]]:
        """Return the stages that the row of an event may belong to, each with its journey."""
        text = row.cells["stage"].text if "stage" in row.cells else ""
        given = self.names.resolve("journey", row.cells["journey"].text) if "journey" in row.cells else ""
        journeys = [given] if given else list(dict.fromkeys(self.journeys))
        if not text:
            every = [
                (stages_of(name), stage) for name in journeys for stage in self.names.ids[stages_of(name)]
            ]
            return every if len(every) == 1 else []
        meant = [(stages_of(name), self.names.resolve(stages_of(name), text)) for name in journeys]
        return [(kind, stage) for kind, stage in meant if stage in self.names.ids[kind]]

    def called(self, kind: str, language: Language) -> list[str]:
        """Return what the things of a kind are called, to find the one that was meant."""
        kinds = [stages_of(name) for name in self.journeys] if kind == "stage" else [kind]
        return [label for one in kinds for label in self.names.labels(one, language)]


def _id(row: Row) -> str:
    cell = row.cells.get("id")
    return cell.text.strip() if cell is not None and cell.kind in ("text", "number", "date") else ""


def _new_id(text: str, kind: str, line: int, taken: set[str]) -> str:
    """Return an id made from a name: short, and unlike those that exist."""
    start = f"{kind}-{line}"
    if re.search(r"[A-Za-z0-9]", text):
        start = slugify(text)
        if len(start) > _LONGEST:
            start = start[: _LONGEST + 1].rpartition("-")[0] or start[:_LONGEST]
    name, number = start, 2
    while name in taken:
        name, number = f"{start}-{number}", number + 1
    return name
