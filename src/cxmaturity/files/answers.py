"""Answers, whether typed in the engagement, in a CSV or in a workbook: one kind of row, one way to read it.

Position `i` of the responses that come out is row `i` of the file (the header and blank rows not counted),
even when some of its cells are wrong: later checks can then point at the cell.
"""

from __future__ import annotations

import re
from collections.abc import Mapping as MappingABC
from typing import Any, Final

import attrs

from cxmaturity.assessment.values import Answer, Response
from cxmaturity.catalog import Catalog
from cxmaturity.core.ids import nearest
from cxmaturity.core.problems import InputError, Place
from cxmaturity.files import answer_words
from cxmaturity.files.answer_words import FUNCTION, RESPONDENT, Part
from cxmaturity.files.findings import Findings, Path
from cxmaturity.files.shapes import short
from cxmaturity.files.tables import Row, Sheet

_WHOLE: Final = re.compile(r"[-+]?\d{1,6}([.,]0*)?")
_DECIMAL: Final = re.compile(r"[-+]?\d{1,6}[.,]\d{1,17}")


@attrs.frozen
class Cell:
    """One answer as typed, where it stands, and the path that later checks will use for it."""

    text: str
    place: Place
    path: Path


Cells = MappingABC[tuple[str, Part], Cell]
"""The cells of one respondent, by column and part."""


@attrs.frozen
class AnswerReader:
    """Reads rows with the ids and the words of one catalogue; problems go to `found`.

    `questions` maps the ids to the ids of their criteria; `columns`, `functions` and `states` map what people
    type to what it stands for.
    """

    found: Findings
    questions: MappingABC[str, tuple[str, ...]]
    columns: MappingABC[str, tuple[str, Part]]
    functions: MappingABC[str, str]
    states: MappingABC[str, str]

    @classmethod
    def of(cls, catalog: Catalog, found: Findings) -> AnswerReader:
        """Return the reader for a catalogue."""
        return cls(
            found,
            {question.id: tuple(item.id for item in question.criteria) for question in catalog.questions},
            answer_words.column_words(catalog),
            answer_words.function_words(catalog),
            answer_words.state_words(),
        )

    def read_sheet(self, sheet: Sheet, path: Path) -> tuple[Response, ...]:
        """Return the responses of a table whose first row holds the titles."""
        if not sheet.rows and sheet.complete:
            self.found.of(
                "files.answers_empty",
                "the file is empty.",
                hint="The first row needs the titles respondent, function and the question names.",
                path=path,
            )
        if not sheet.rows:
            return ()
        start, header = self._header(sheet)
        columns = self._columns(sheet, header, path)
        rows = sheet.rows[start + 1 :]
        if not rows and sheet.complete:
            self.found.of(
                "files.answers_header_only",
                "the file has its titles but no respondent.",
                hint="Add one row per respondent.",
                at=header,
                path=path,
            )
        return tuple(
            self._read_row(sheet, row, header, columns, (*path, position))
            for position, row in enumerate(rows)
        )

    def _header(self, sheet: Sheet) -> tuple[int, Row]:
        """Return the first of the top rows with two known titles: a caption above the table does no harm."""
        for start, row in enumerate(sheet.rows[:8]):
            if sum(answer_words.plain(title) in self.columns for title in row.cells) >= 2:
                return start, row
        return 0, sheet.rows[0]

    def _columns(self, sheet: Sheet, header: Row, path: Path) -> dict[int, tuple[str, Part]]:
        columns: dict[int, tuple[str, Part]] = {}
        for index, title in enumerate(header.cells):
            known = self.columns.get(answer_words.plain(title))
            where = sheet.place(header, index)
            if known in columns.values():
                self.found.of(
                    "files.duplicate_column",
                    "the column '{column}' is there twice.",
                    path=path,
                    at=where,
                    column=short(title),
                )
            elif known:
                columns[index] = known
            elif title:
                titles = answer_words.standard_titles(self.questions)
                close = nearest(answer_words.plain(title), self.columns)
                meant = answer_words.title_of(*self.columns[close]) if close else nearest(title, titles)
                self.found.of(
                    "files.unknown_column",
                    "unknown column '{column}'.",
                    hint="Did you mean '{close}'?" if meant else "",
                    path=path,
                    at=where,
                    column=short(title),
                    close=meant or "",
                )
        for needed in (RESPONDENT, FUNCTION):
            if (needed, "level") not in columns.values():
                self.found.of(
                    "files.missing_column",
                    "the column '{column}' is missing.",
                    hint="The first row needs the titles respondent, function and the question names.",
                    at=header,
                    path=path,
                    column=needed,
                )
                self.found.assume((*path, needed))
        return columns

    def _read_row(
        self, sheet: Sheet, row: Row, header: Row, columns: MappingABC[int, tuple[str, Part]], path: Path
    ) -> Response:
        cells: dict[tuple[str, Part], Cell] = {}
        for index, text in enumerate(row.cells):
            where = sheet.place(row, index)
            if index in columns:
                cells[columns[index]] = Cell(text, where, (*path, answer_words.title_of(*columns[index])))
            elif text and (index >= len(header.cells) or not header.cells[index]):
                self.found.of(
                    "files.cell_without_title",
                    "'{got}' stands in a column without a title.",
                    hint="Is there a separator too many in this row?",
                    path=path,
                    at=where,
                    got=short(text),
                )
        self.found.places[path] = sheet.place(row)
        return self.read_cells(cells, path)

    def read_cells(self, cells: Cells, path: Path) -> Response:
        """Return what one respondent said; what cannot be read is noted and counts as skipped."""
        for cell in cells.values():
            self.found.places[cell.path] = cell.place
        answers = {question: self._answer(question, cells) for question in self.questions}
        return Response(
            respondent=self._needed(RESPONDENT, cells, path),
            function=self._function(cells, path),
            answers={question: answer for question, answer in answers.items() if answer is not None},
        )

    def _needed(self, column: str, cells: Cells, path: Path) -> str:
        cell = cells.get((column, "level"))
        if cell is not None and cell.text:
            return cell.text
        where = (*path, column)
        if not self.found.is_assumed((*path[:-1], column)):
            self.found.of(
                "files.cell_empty",
                "the {column} is empty.",
                path=where,
                at=cell.place if cell else self.found.place_of(path),
                column=column,
            )
        self.found.assume(where)
        return f"#{path[-1]}"

    def _function(self, cells: Cells, path: Path) -> str:
        typed = self._needed(FUNCTION, cells, path)
        return self.functions.get(answer_words.plain(typed), typed)

    def _answer(self, question: str, cells: Cells) -> Answer | None:
        """Return the answer to one question, or None when nothing was said."""
        parts: dict[str, Any] = {}
        for part in ("reason", "sentence", "clarity", "criteria"):
            cell = cells.get((question, part))
            if cell is not None and cell.text:
                value = self._part(question, part, cell)
                if value is not None:
                    parts[part] = value
        level = cells.get((question, "level"))
        state, number = self._level(level) if level else ("skipped", None)
        if state == "skipped" and not parts:
            return None
        try:
            return Answer(state=state, level=number, **parts)  # type: ignore[arg-type]  # attrs checks the state
        except InputError as error:
            cell = level or next(cell for (name, _), cell in cells.items() if name == question)
            self.found.absorb(error, path=cell.path, at=cell.place)
            return None

    def _level(self, cell: Cell) -> tuple[str, int | None]:
        """Return the state and the level that a cell says."""
        state = self.states.get(answer_words.plain(cell.text))
        if state:
            return state, None
        if _WHOLE.fullmatch(cell.text):
            number = int(re.split(r"[.,]", cell.text)[0])
            return ("level", number) if self._fits(cell, state="level", level=number) else ("skipped", None)
        if _DECIMAL.fullmatch(cell.text):
            self.found.of(
                "files.level_not_whole",
                "level '{got}' is between two levels; expected a whole number from 1 to 5.",
                hint="Choose the level that is fully reached.",
                path=cell.path,
                at=cell.place,
                got=cell.text,
            )
            return "skipped", None
        close = nearest(answer_words.plain(cell.text), self.states)
        self.found.of(
            "files.unknown_answer",
            "'{got}' is not an answer; expected 1 to 5, dont_know, not_applicable or nothing.",
            hint="Did you mean '{close}'?" if close else "",
            path=cell.path,
            at=cell.place,
            got=short(cell.text),
            close=self.states[close] if close else "",
        )
        return "skipped", None

    def _part(self, question: str, part: str, cell: Cell) -> Any:
        if part == "criteria":
            return self._criteria(question, cell)
        value: Any = cell.text
        if part == "clarity":
            if not _WHOLE.fullmatch(cell.text):
                self.found.of(
                    "files.clarity",
                    "clarity is '{got}'; expected 0, 1 or 2.",
                    path=cell.path,
                    at=cell.place,
                    got=short(cell.text),
                )
                return None
            value = int(re.split(r"[.,]", cell.text)[0])
        return value if self._fits(cell, state="skipped", **{part: value}) else None

    def _criteria(self, question: str, cell: Cell) -> tuple[str, ...]:
        """Return the full ids of the ticked boxes: ``a c`` becomes ``advocacy.a`` and ``advocacy.c``."""
        known = {name: name for name in self.questions[question]}
        known |= {name.rpartition(".")[2]: name for name in self.questions[question]}
        ticked = dict.fromkeys(word.lower() for word in re.split(r"[\s,;+/]+", cell.text) if word)
        for word in ticked:
            if word not in known:
                self.found.of(
                    "files.unknown_criterion",
                    "unknown criterion '{got}'; known: {known}.",
                    path=cell.path,
                    at=cell.place,
                    got=short(word),
                    known=", ".join(sorted(name for name in known if "." not in name)),
                )
        return tuple(known[word] for word in ticked if word in known)

    def _fits(self, cell: Cell, **given: Any) -> bool:
        """Ask the value itself whether one part of an answer is right."""
        try:
            Answer(**given)
        except InputError as error:
            self.found.absorb(error, path=cell.path, at=cell.place)
            return False
        return True
