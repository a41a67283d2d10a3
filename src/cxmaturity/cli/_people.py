"""The list of people to invite, from a CSV or a workbook: everything that is wrong with it comes out at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final, Literal, TypeVar

import attrs

from cxmaturity.catalog import Catalog
from cxmaturity.cli import _output
from cxmaturity.cli._campaigns import function_name
from cxmaturity.core.ids import nearest
from cxmaturity.core.problems import InputError, Place, Problem
from cxmaturity.files import answer_words
from cxmaturity.files.findings import Findings
from cxmaturity.files.folder import DATA_LIMIT, read_bytes
from cxmaturity.files.tables import Row, Sheet, read_csv


def _texts(given: Iterable[str]) -> tuple[str, ...]:
    return tuple(given)


_TITLES: Final = {
    "label": "label libelle nom name personne person",
    "function": "function fonction department departement direction equipe team",
    "role": "role",
    "email": "email e-mail mail courriel adresse address",
}
Role = Literal["respondent", "sponsor", "consultant"]
_ROLES: Final[dict[Role, str]] = {
    "respondent": "respondent repondant repondante participant participante",
    "sponsor": "sponsor commanditaire",
    "consultant": "consultant consultante",
}


@attrs.frozen(kw_only=True)
class Person:
    """One row: who, in what function and role; `more` are the other cells, carried to the file of links."""

    label: str
    function: str | None = None
    role: Role = "respondent"
    more: tuple[str, ...] = attrs.field(default=(), converter=_texts)


@attrs.frozen(kw_only=True)
class People:
    """Everybody to invite, and the titles of the other columns of the file."""

    people: tuple[Person, ...]
    titles: tuple[str, ...] = attrs.field(default=(), converter=_texts)


_Name = TypeVar("_Name", bound=str)


def _words(said: Mapping[_Name, str]) -> dict[str, _Name]:
    return {word: name for name, words in said.items() for word in words.split()}


def function_id(said: str, catalog: Catalog, allowed: Sequence[str]) -> str | None:
    """Return the function that a word stands for, None when the campaign does not offer it."""
    found = answer_words.function_words(catalog).get(answer_words.plain(said))
    return found if found in (allowed or [function.id for function in catalog.functions]) else None


def unknown_function(said: str, allowed: Sequence[str], place: Place | None = None) -> Problem:
    """Return the problem of a function that the campaign does not offer."""
    from cxmaturity.files import load_catalog

    offered = allowed or [function.id for function in load_catalog().functions]
    known = ", ".join(function_name(one, _output.language()) for one in offered)
    return Problem(
        code="cli.unknown_function",
        template="'{got}' is not a function of this campaign; known: {known}.",
        params={"got": said, "known": known},
        place=place,
    )


def read_people(path: Path, catalog: Catalog, allowed: Sequence[str]) -> People:
    """Read the people of a CSV or Excel file: label (or name, or e-mail), function, role; other columns are kept.

    Raises
    ------
    InputError
        Every problem of the file at once, each with its line: ``cli.people_*``, ``cli.unknown_*``, ``files.*``.
    """
    found = Findings(str(path))
    content = read_bytes(path, found, limit=DATA_LIMIT)
    sheet: Sheet | None = None
    if content is not None and content.startswith(b"PK\x03\x04"):
        from cxmaturity.files.excel import read_excel  # only when there is a workbook

        sheet = read_excel(content, (), found)
    elif content is not None:
        sheet = read_csv(content, (), found)
    people = People(people=()) if sheet is None else _Reader(found, sheet, catalog, tuple(allowed)).read()
    if found.problems:
        raise InputError(found.problems)
    return people


@attrs.frozen
class _Reader:
    found: Findings
    sheet: Sheet
    catalog: Catalog
    allowed: tuple[str, ...]

    def read(self) -> People:
        if not self.sheet.rows:
            self.found.of(
                "cli.people_empty",
                "the file is empty.",
                hint="The first row needs the titles label, function, role.",
            )
            return People(people=())
        header, *rows = self.sheet.rows
        columns = self._columns(header)
        if "label" not in columns:
            self.found.of(
                "cli.people_no_label",
                "no column says who is invited.",
                hint="Give one of them the title label, name or email.",
                at=header,
            )
            return People(people=())
        if not rows:
            self.found.of("cli.people_nobody", "the file has its titles but no person.", at=header)
        others = [
            index
            for index, title in enumerate(header.cells)
            if title and index not in (columns["label"], columns.get("function"), columns.get("role"))
        ]
        people = tuple(self._person(row, columns, others) for row in rows)
        self._note_twice(rows, people)
        return People(people=people, titles=tuple(header.cells[index] for index in others))

    def _columns(self, header: Row) -> dict[str, int]:
        known, columns = _words(_TITLES), dict[str, int]()
        for index, title in enumerate(header.cells):
            name = known.get(answer_words.plain(title))
            if name:
                columns.setdefault(name, index)
        if "label" not in columns and "email" in columns:
            columns["label"] = columns["email"]
        return columns

    def _person(self, row: Row, columns: Mapping[str, int], others: Sequence[int]) -> Person:
        def cell(name: str) -> str:
            index = columns.get(name, len(row.cells))
            return row.cells[index] if index < len(row.cells) else ""

        if not cell("label"):
            self.found.of(
                "cli.people_no_name", "this row does not say who is invited.", at=self.sheet.place(row)
            )
        return Person(
            label=cell("label"),
            function=self._function(row, cell("function"), columns.get("function")),
            role=self._role(row, cell("role"), columns.get("role")),
            more=tuple(row.cells[index] if index < len(row.cells) else "" for index in others),
        )

    def _function(self, row: Row, said: str, index: int | None) -> str | None:
        chosen = function_id(said, self.catalog, self.allowed) if said else None
        if said and chosen is None:
            self.found.add(unknown_function(said, self.allowed, self.sheet.place(row, index)))
        return chosen

    def _role(self, row: Row, said: str, index: int | None) -> Role:
        known = _words(_ROLES)
        word = answer_words.plain(said)
        if said and word not in known:
            close = nearest(word, known)
            self.found.of(
                "cli.unknown_role",
                "'{got}' is not a role; expected respondent, sponsor or consultant.",
                hint="Did you mean '{close}'?" if close else "",
                at=self.sheet.place(row, index),
                got=said,
                close=close or "",
            )
        return known.get(word, "respondent")

    def _note_twice(self, rows: Sequence[Row], people: Sequence[Person]) -> None:
        seen: dict[str, int] = {}
        for row, person in zip(rows, people, strict=True):
            name = person.label.casefold()
            if name and name in seen:
                self.found.of(
                    "cli.people_twice",
                    "'{label}' is already on line {line}.",
                    hint="One link per person; add something that tells them apart.",
                    at=self.sheet.place(row),
                    label=person.label,
                    line=seen[name],
                )
            seen.setdefault(name, row.line)
