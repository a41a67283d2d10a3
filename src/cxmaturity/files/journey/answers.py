"""The answers of the same people to several events, in a CSV file beside the journeys: importance is derived from them.

One row per person: a column ``overall`` (on any scale), one column for each event (its id or its name, satisfaction 1 to 5), and
if wished a column ``persona``. An empty cell is no answer.
"""

from __future__ import annotations

import math
from typing import Final

import attrs

from cxmaturity.core.ids import nearest
from cxmaturity.core.problems import Place
from cxmaturity.files.findings import Findings, Path
from cxmaturity.files.folder import Folder
from cxmaturity.files.journey.words import plain
from cxmaturity.files.shapes import short
from cxmaturity.files.tables import Row, Sheet, read_csv
from cxmaturity.files.yaml_tree import Scalar
from cxmaturity.journey.derived import FEWEST, Answers
from cxmaturity.journey.values import Atlas

_OVERALL: Final = ("overall", "note globale", "globale", "satisfaction globale")
_PERSONA: Final = ("persona",)
_SILENT: Final = ("respondent", "répondant", "repondant", "id", "date")
_SCALE: Final = (1.0, 5.0)


def with_answers(atlas: Atlas, folder: Folder, path: Path, found: Findings) -> Atlas:
    """Return the document with the answers of the file that it names; what is wrong with them is noted.

    Noted: what `Folder.read` and `read_csv` note, ``files.answers_columns``, ``files.answers_column``,
    ``files.answers_number``, ``files.answers_scale``, ``files.answers_persona``, ``files.answers_few``.
    """
    if not atlas.answers:
        return atlas
    where = (*path, "answers")
    at = found.place_of(where)
    node = Scalar(atlas.answers, plain=False, line=at.line or 1, column=at.column or 1)
    before = len(found.problems)
    content = folder.read(atlas.answers, node, where, found)
    found.problems[before:] = [attrs.evolve(it, place=at) for it in found.problems[before:]]
    inside = found.in_file(folder.shown(atlas.answers))
    sheet = None if content is None else read_csv(content, where, inside)
    if sheet is None or not sheet.rows:
        if sheet is not None:
            _note_columns(inside, sheet)
        return atlas
    return attrs.evolve(atlas, answered=_Reader(atlas, inside, sheet).all())


def _note_columns(found: Findings, sheet: Sheet) -> None:
    found.of(
        "files.answers_columns",
        "answers need a column 'overall' and one for at least two events.",
        hint="The first row names them: overall, then the id or the name of each event.",
        at=sheet.rows[0] if sheet.rows else Place(file=found.file, line=1),
    )


@attrs.define
class _Reader:
    atlas: Atlas
    found: Findings
    sheet: Sheet

    def all(self) -> tuple[Answers, ...]:
        """Return the answers of each journey that a column belongs to: of everybody, then of each persona."""
        head, *rows = self.sheet.rows
        columns = self._columns(head)
        events = {name: at for at, name in columns.items() if name not in ("overall", "persona", "")}
        overall = next((at for at, name in columns.items() if name == "overall"), None)
        whose = next((at for at, name in columns.items() if name == "persona"), None)
        if overall is None or len(events) < 2:
            _note_columns(self.found, self.sheet)
            return ()
        given = [
            (
                self._persona(row, whose),
                {name: self._number(row, at, _SCALE) for name, at in events.items()},
                self._number(row, overall, None),
            )
            for row in rows
        ]
        made = tuple(
            Answers(
                journey=journey.id,
                persona=persona,
                events=tuple(own),
                rows=tuple(
                    tuple(levels[name] for name in own) for who, levels, _ in given if persona in ("", who)
                ),
                overall=tuple(whole for who, _, whole in given if persona in ("", who)),
            )
            for journey in self.atlas.journeys
            if (own := [event.id for event in journey.events if event.id in events])
            for persona in dict.fromkeys(["", *(who for who, _, _ in given)])
        )
        self._note_few(made, head)
        return made

    def _columns(self, head: Row) -> dict[int, str]:
        """Return what each column holds: ``overall``, ``persona``, the id of an event, or nothing that is read."""
        called: dict[str, set[str]] = {}
        for journey in self.atlas.journeys:
            for event in journey.events:
                for text in (event.id, event.action.en, event.action.fr):
                    called.setdefault(plain(text), set()).add(event.id)
        columns: dict[int, str] = {}
        for at, title in enumerate(head.cells):
            name = plain(title)
            meant = called.get(name, set())
            known = "overall" if name in _OVERALL else "persona" if name in _PERSONA else ""
            known = known or (next(iter(meant)) if len(meant) == 1 else "")
            if known and known not in columns.values():
                columns[at] = known
            elif name and name not in _SILENT:
                close = nearest(name, called) or ""
                self.found.of(
                    "files.answers_column",
                    "the column '{got}' is no event, or stands twice; it was not read.",
                    hint="Did you mean '{close}'?" if close else "",
                    at=self.sheet.place(head, at),
                    severity="warning",
                    got=short(title),
                    close=close,
                )
        return columns

    def _persona(self, row: Row, at: int | None) -> str:
        text = row.cells[at] if at is not None and at < len(row.cells) else ""
        names = {plain(name): it.id for it in self.atlas.personas for name in (it.name, it.id)}
        known = names.get(plain(text), "") if text else ""
        if text and not known:
            self.found.of(
                "files.answers_persona",
                "'{got}' is no persona of the journeys; known: {known}.",
                at=self.sheet.place(row, at),
                got=short(text),
                known=", ".join(it.id for it in self.atlas.personas) or "–",
            )
        return known

    def _number(self, row: Row, at: int, scale: tuple[float, float] | None) -> float | None:
        text = row.cells[at] if at < len(row.cells) else ""
        if not text:
            return None
        try:
            value = float(text.replace(",", "."))
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            self.found.of(
                "files.answers_number",
                "'{got}' is not a number; expected a number, or nothing where there is no answer.",
                at=self.sheet.place(row, at),
                got=short(text),
            )
            return None
        if scale is not None and not scale[0] <= value <= scale[1]:
            self.found.of(
                "files.answers_scale",
                "{got} is out of scale; expected a satisfaction from 1 to 5.",
                hint="Convert the answers to 1 to 5 first; only the overall score may be on another scale.",
                at=self.sheet.place(row, at),
                got=short(text),
            )
            return None
        return value

    def _note_few(self, made: tuple[Answers, ...], head: Row) -> None:
        for given in made:
            if given.persona:
                continue
            pairs = zip(given.rows, given.overall, strict=True)
            complete = sum(whole is not None and None not in row for row, whole in pairs)
            if complete < FEWEST:
                self.found.of(
                    "files.answers_few",
                    "in '{journey}' {n} people answered everything; importance is derived from {least} on.",
                    hint="Leave out the columns that few people answered, or wait for more answers.",
                    at=head,
                    severity="warning",
                    journey=given.journey,
                    n=complete,
                    least=FEWEST,
                )
