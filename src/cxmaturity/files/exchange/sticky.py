"""Sticky notes of a workshop, exported as CSV, into a first atlas: rows by height, stages by the gaps between columns.

A machine cannot know what every note means, so nothing is thrown away: what could not be placed becomes an event of a last
stage, "To be placed", with its line in the file, and a warning says so.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Final

from cxmaturity.core.problems import InputError, Problem
from cxmaturity.core.text import Language
from cxmaturity.files.answer_words import plain
from cxmaturity.files.exchange.board import Note
from cxmaturity.files.exchange.notes import KINDS, arrange
from cxmaturity.files.exchange.xml_tree import LIMIT
from cxmaturity.files.findings import Findings, in_order
from cxmaturity.files.tables import Row, Sheet, read_csv
from cxmaturity.journey.values import INITIATORS, Atlas

MAX_NOTES: Final = 2_000
_TITLES: Final = {
    "text": "text|texte|note|content|contenu|title|titre|post-it|sticky",
    "colour": "colour|color|couleur",
    "x": "x|left|gauche|position x|pos x|x position",
    "y": "y|top|haut|position y|pos y|y position",
    "function": "function|fonction|author|auteur|role|team|equipe",
}
_KNOWN: Final = {plain(word): title for title, words in _TITLES.items() for word in words.split("|")}
_NEEDED: Final = ("text", "x", "y")


def from_sticky_notes(
    content: bytes,
    *,
    file: str = "notes.csv",
    client: str = "?",
    language: Language = "en",
    colours: Mapping[str, str] | None = None,
    warnings: list[Problem] | None = None,
) -> Atlas:
    """Return a first atlas from a CSV of sticky notes: columns text, x, y, and if there are colour and function (who wrote it).

    Parameters
    ----------
    content : bytes
        The file, with commas, semicolons or tabs; y grows downwards, as boards export it.
    file, client, language : str, str, {"en", "fr"}
        The name for messages; whose journey; the language of the notes.
    colours : mapping of str to str, optional
        What a colour means: a kind of note (`notes.KINDS`: stage, action, channel, expectation, emotion, pain, opportunity)
        whatever the row, or who acts (customer, brand, partner).
    warnings : list, optional
        Receives each note that could not be placed, and rows that are not notes.

    Raises
    ------
    InputError
        A file that is no such table, a meaning of a colour that does not exist: everything at once.

    Notes
    -----
    A row whose leftmost note says what it holds ("Pains", "Irritants"...) is that; without such notes rows are taken in the
    order of the workshop's grid, see `notes.ORDERS`.
    """
    found = Findings(file)
    _check_colours(colours or {}, found)
    if len(content) > LIMIT:
        found.of("exchange.too_large", "the file is larger than {limit} kB.", limit=LIMIT // 1000)
        raise InputError(found.problems)
    sheet = read_csv(content, (), found)
    notes, lost = ([], []) if sheet is None else _notes(sheet, found)
    problems = in_order(found.problems)
    if any(problem.severity == "error" for problem in problems):
        raise InputError(problems)
    meanings = {plain(colour): meaning for colour, meaning in (colours or {}).items()}
    atlas = arrange(notes, lost, found, client=client, language=language, colours=meanings)
    if warnings is not None:
        warnings += in_order(found.problems)
    return atlas


def _check_colours(colours: Mapping[str, str], found: Findings) -> None:
    for colour, meaning in colours.items():
        if meaning not in {*KINDS, *INITIATORS}:
            found.of(
                "exchange.sticky_colour",
                "'{got}' is not a meaning for the colour '{colour}'.",
                hint="Known: {known}.",
                got=meaning,
                colour=colour,
                known=", ".join((*KINDS, *INITIATORS)),
            )


def _notes(sheet: Sheet, found: Findings) -> tuple[list[Note], list[Note]]:
    """Return the notes with a place, and those that have a text but no place."""
    header = next((row for row in sheet.rows if sum(plain(cell) in _KNOWN for cell in row.cells) >= 2), None)
    titles = [] if header is None else [_KNOWN.get(plain(cell), "") for cell in header.cells]
    missing = [title for title in _NEEDED if title not in titles]
    if header is None or missing:
        found.of(
            "exchange.sticky_columns",
            "columns are missing: {missing}.",
            hint="The first row names them: text, colour, x, y.",
            at=header or (sheet.rows[0] if sheet.rows else None),
            missing=", ".join(missing),
        )
        return [], []
    rows = sheet.rows[sheet.rows.index(header) + 1 :]
    if len(rows) > MAX_NOTES:
        found.of("exchange.sticky_too_many", "there are more than {limit} notes.", limit=MAX_NOTES)
        return [], []
    if not rows:
        found.of("exchange.sticky_empty", "there is no note under the titles.", at=header)
    return _typed(rows, titles, found)


def _typed(rows: Sequence[Row], titles: list[str], found: Findings) -> tuple[list[Note], list[Note]]:
    placed: list[Note] = []
    lost: list[Note] = []
    for row in rows:
        cells = dict(zip(titles, row.cells, strict=False))
        text = " ".join(cells.get("text", "").split())
        x, y = _number(cells.get("x", "")), _number(cells.get("y", ""))
        note = Note(
            text=text,
            x=x or 0.0,
            y=y or 0.0,
            line=row.line,
            colour=plain(cells.get("colour", "")),
            function=cells.get("function", ""),
        )
        if not text:
            found.of("exchange.sticky_blank", "this note has no text.", at=row, severity="warning")
        elif x is None or y is None:
            lost.append(note)
        else:
            placed.append(note)
    return placed, lost


def _number(cell: str) -> float | None:
    try:
        value = float(cell.replace(" ", "").replace(",", "."))
    except ValueError:
        return None
    return value if math.isfinite(value) and abs(value) < 1e9 else None
