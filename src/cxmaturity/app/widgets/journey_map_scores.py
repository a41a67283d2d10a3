"""Scores of a workshop on their way into the atlas: from a session of the room, or from a table typed after one on paper."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from typing import Final

import attrs

from cxmaturity.app.widgets.builder_numbers import read_figure
from cxmaturity.app.widgets.journey_map_edit import with_event
from cxmaturity.app.widgets.journey_map_session import Talk
from cxmaturity.core.problems import InputError, Place
from cxmaturity.core.text import Language
from cxmaturity.files.findings import Findings
from cxmaturity.files.tables import Row, Sheet, read_csv
from cxmaturity.journey.values import Atlas, Event, Score

HEADERS: Final[Mapping[str, tuple[str, ...]]] = {
    "event": ("event", "evenement", "touchpoint", "point de contact", "id"),
    "function": ("function", "fonction", "team", "equipe"),
    "participant": ("participant", "number", "numero", "person", "personne"),
    "expectation": ("expectation", "attente", "expected", "attendu"),
    "satisfaction": ("satisfaction", "lived", "vecu"),
}
"""Names that the columns of the table may bear, accents and capitals aside."""
_NEEDED: Final = ("event", "function", "participant")


@attrs.frozen(kw_only=True)
class Given:
    """One row: what one participant gave to one event."""

    event: str
    function: str
    participant: int
    expectation: float | None
    satisfaction: float | None


def of_talk(talk: Talk) -> tuple[Given, ...]:
    """Return what a session holds, in the order of participants and events."""
    return tuple(
        Given(
            event=event,
            function=talk.people[who].function,
            participant=who,
            expectation=marks.get("expectation"),
            satisfaction=marks.get("satisfaction"),
        )
        for (who, event), marks in sorted(talk.scores.items())
        if marks and who in talk.people
    )


def with_scores(atlas: Atlas, given: Iterable[Given]) -> Atlas:
    """Return the atlas with scores taken in: the same participant of the same function on the same event is said once.

    Taking the same scores in again changes nothing; an event that the atlas lacks is left out.
    """
    by_event: dict[str, dict[tuple[str, int], Score]] = {}
    for row in given:
        score = Score(
            function=row.function,
            participant=row.participant,
            expectation=row.expectation,
            satisfaction=row.satisfaction,
        )
        by_event.setdefault(row.event, {})[row.function, row.participant] = score
    for event, new in by_event.items():
        atlas = with_event(atlas, event, lambda one, new=new: _merged(one, new))  # type: ignore[misc]  # bound now
    return atlas


def _merged(event: Event, new: Mapping[tuple[str, int], Score]) -> Event:
    held = {(score.function, score.participant): score for score in event.scores} | dict(new)
    scores = tuple(held.values())
    return event if scores == event.scores else attrs.evolve(event, scores=scores)


def highest_participant(atlas: Atlas) -> int:
    """Return the highest number that a participant of any earlier workshop has, 0 without any."""
    return max(
        (
            score.participant
            for journey in atlas.journeys
            for event in journey.events
            for score in event.scores
        ),
        default=0,
    )


# --- the table typed after a workshop on paper -------------------------------------------------------------


def read_scores(
    content: bytes, name: str, atlas: Atlas, functions: Mapping[str, str], *, language: Language
) -> tuple[Given, ...]:
    """Read a table of scores: event, function, participant, expectation, satisfaction; the last two from 1 to 5, or empty.

    Parameters
    ----------
    content : bytes
        A CSV file, whatever its separator; columns in any order, named in English or in French.
    name : str
        What errors call the file.
    functions : mapping of str to str
        Names of functions, as people write them, to their ids; another name is kept as it is written.
    language : {"en", "fr"}
        How numbers are read.

    Raises
    ------
    InputError
        Everything that is wrong, by line; nothing is taken then.
    """
    found = Findings(name)
    sheet = read_csv(content, (), found)
    rows: list[Given] = []
    if sheet is not None and sheet.rows:
        columns = _columns(sheet, found)
        if columns:
            events = {event.id for journey in atlas.journeys for event in journey.events}
            reader = _Reader(sheet, columns, found, events, functions, language)
            rows = [row for each in sheet.rows[1:] if (row := reader.read(each))]
    if not rows and not found.problems:
        found.of(
            "widgets.scores_empty",
            "the table holds no score.",
            hint="One row per participant and touchpoint: event, function, participant, expectation, satisfaction.",
        )
    wrong = tuple(problem for problem in found.problems if problem.severity == "error")
    if wrong:
        raise InputError(wrong)
    return tuple(rows)


def _columns(sheet: Sheet, found: Findings) -> dict[str, int]:
    """Return the column of each field, by the names of the first row."""
    named = [_plain(cell) for cell in sheet.rows[0].cells]
    columns: dict[str, int] = {}
    for field, names in HEADERS.items():
        place = next((named.index(name) for name in names if name in named), None)
        if place is not None:
            columns[field] = place
    missing = [field for field in _NEEDED if field not in columns]
    if not {"expectation", "satisfaction"} & columns.keys():
        missing.append("satisfaction")
    for field in missing:
        found.of(
            "widgets.scores_column",
            "the table has no column '{column}'.",
            hint="The first row names the columns: event, function, participant, expectation, satisfaction.",
            at=sheet.place(sheet.rows[0]),
            column=field,
        )
    return {} if missing else columns


@attrs.frozen
class _Reader:
    """Reads rows of a table whose columns are known."""

    sheet: Sheet
    columns: Mapping[str, int]
    found: Findings
    events: set[str]
    functions: Mapping[str, str]
    language: Language

    def read(self, row: Row) -> Given | None:
        """Return what a row gives; None when something in it is wrong, or it gives nothing."""
        before = len(self.found.problems)
        event, said = self._cell(row, "event"), self._cell(row, "function")
        if event not in self.events:
            self.found.of(
                "widgets.scores_event",
                "the map has no event '{got}'.",
                at=self._place(row, "event"),
                got=event[:60],
            )
        if not said:
            self.found.of(
                "widgets.scores_function", "the function is missing.", at=self._place(row, "function")
            )
        who = self._number(row, "participant", 1, 1_000_000, whole=True)
        if who is None and len(self.found.problems) == before:
            self.found.of(
                "widgets.scores_participant",
                "the participant is missing.",
                at=self._place(row, "participant"),
            )
        expectation = self._number(row, "expectation", 1, 5)
        satisfaction = self._number(row, "satisfaction", 1, 5)
        if len(self.found.problems) > before or who is None or (expectation is None and satisfaction is None):
            return None
        return Given(
            event=event,
            function=self.functions.get(_plain(said), said[:60]),
            participant=int(who),
            expectation=expectation,
            satisfaction=satisfaction,
        )

    def _cell(self, row: Row, field: str) -> str:
        place = self.columns.get(field, len(row.cells))
        return row.cells[place] if place < len(row.cells) else ""

    def _number(self, row: Row, field: str, low: int, high: int, *, whole: bool = False) -> float | None:
        text = self._cell(row, field)
        if not text:
            return None
        figure = read_figure(text, "number", self.language)
        good = figure is not None and low <= figure.value <= high and not (whole and figure.value % 1)
        if figure is None or not good:
            self.found.of(
                "widgets.scores_number",
                "'{got}' is not a number from {low} to {high}.",
                at=self._place(row, field),
                got=text[:40],
                low=low,
                high=high,
            )
            return None
        return figure.value

    def _place(self, row: Row, field: str) -> Place:
        return self.sheet.place(row, self.columns.get(field))


def _plain(text: str) -> str:
    """Return a name without accents, capitals and spare spaces."""
    flat = unicodedata.normalize("NFKD", text.replace("_", " ").casefold())
    return " ".join("".join(char for char in flat if not unicodedata.combining(char)).split())


def function_names(names: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return what people may write for each function: pairs of (name, id), accents and capitals aside."""
    return {_plain(name): id_ for name, id_ in names}
