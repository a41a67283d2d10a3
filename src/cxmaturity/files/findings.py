"""Where problems gather while files are read, each with its file and line.

A reader never stops at the first thing that is wrong: it notes it here and goes on. It also notes where every
value stands, so that a contradiction found later between two values still points at a line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Protocol

import attrs

from cxmaturity.core.problems import InputError, Place, Problem, Severity
from cxmaturity.core.text import Language

Path = tuple[str | int, ...]


class Placed(Protocol):
    """Anything that knows its line and column, both counted from 1."""

    @property
    def line(self) -> int: ...  # noqa: D102  # named in the class

    @property
    def column(self) -> int: ...  # noqa: D102  # named in the class


@attrs.frozen
class Spot:
    """A line and a column, counted from 1."""

    line: int
    column: int


def by_line(file: str, at: Placed) -> Place:
    """Return a place by its line and column."""
    return Place(file=file, line=at.line, column=at.column)


@attrs.define
class Findings:
    """The problems found so far, and the place of every value read so far.

    Parameters
    ----------
    file : str
        The file being read, as the user wrote its path.
    problems : list of Problem
        Shared by the findings of every file of one engagement.
    places : dict of path to Place
        Where each value of the engagement stands, whichever file holds it; shared too, as are the next two.
    assumed : set of path
        Where a value could not be read, so that a stand-in takes its place while the rest is checked.
    kept : dict of path to tuple of int
        For each list, the positions in the file of the items that could be read.
    spot : callable, optional
        Turns a line and a column of this file into a place; a workbook has sheets and cells instead.
    language : {"en", "fr"}
        The one that an engagement is in: what a text typed in both is for whoever asks for neither.
    """

    file: str
    problems: list[Problem] = attrs.field(factory=list)
    places: dict[Path, Place] = attrs.field(factory=dict)
    assumed: set[Path] = attrs.field(factory=set)
    kept: dict[Path, tuple[int, ...]] = attrs.field(factory=dict)
    spot: Callable[[str, Placed], Place] = by_line
    language: Language = "en"

    def in_file(self, file: str, spot: Callable[[str, Placed], Place] = by_line) -> Findings:
        """Return findings that add to the same lists, for another file."""
        return attrs.evolve(self, file=file, spot=spot)

    def assume(self, path: Path) -> None:
        """Remember that a stand-in, not what was typed, is used at `path`."""
        self.assumed.add(path)

    def is_assumed(self, path: Path) -> bool:
        """Tell whether what stands at `path`, above it or below it is a stand-in."""
        return any(path[: len(other)] == other[: len(path)] for other in self.assumed)

    def of(
        self,
        code: str,
        template: str,
        *,
        at: Placed | Place | None = None,
        path: Path = (),
        hint: str = "",
        severity: Severity = "error",
        **params: Any,
    ) -> None:
        """Note one problem; `at` is what is wrong (its line is used), without it the place of `path`."""
        place = self._place(at, path)
        self.add(
            Problem(
                code=code,
                template=template,
                params=params,
                hint=hint,
                path=path,
                place=place,
                severity=severity,
            )
        )

    def add(self, problem: Problem) -> None:
        """Note a problem that already knows its place."""
        self.problems.append(problem)

    def absorb(self, error: InputError, *, path: Path, at: Placed | Place | None = None) -> None:
        """Note what a value said of itself when it was built, putting `path` in front of its own."""
        for problem in error.problems:
            whole = (*path, *problem.path)
            self.add(attrs.evolve(problem, path=whole, place=self._place(at, whole)))

    def _place(self, at: Placed | Place | None, path: Path) -> Place:
        if at is None:
            return self.place_of(path)
        return at if isinstance(at, Place) else self.spot(self.file, at)

    def locate(self, path: Path, at: Placed) -> None:
        """Remember that the value at `path` stands at `at`."""
        self.places[path] = self.spot(self.file, at)

    def place_of(self, path: Path) -> Place:
        """Return the place of `path`, or of its nearest parent that has one, or the file."""
        for end in range(len(path), -1, -1):
            if path[:end] in self.places:
                return self.places[path[:end]]
        return Place(file=self.file)


def in_order(problems: Iterable[Problem], files: Iterable[str] = ()) -> tuple[Problem, ...]:
    """Return problems by file (in the order first met), then line, then column; doubles once."""
    listed = list(dict.fromkeys(problems))
    order = {file: rank for rank, file in reversed(list(enumerate(files)))}
    for problem in listed:
        order.setdefault(problem.place.file if problem.place else "", len(order))

    def key(problem: Problem) -> tuple[int, int, int]:
        place = problem.place or Place(file="")
        return order[place.file], place.line or 0, place.column or 0

    return tuple(sorted(listed, key=key))
