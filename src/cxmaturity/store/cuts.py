"""Whether adding and subtracting sums over sets of people can ever give something that rests on too few of them.

Two families of sets are known: wholes, and groups inside wholes. Variables that stand in the same wholes form a
cell, those that stand in the same groups another kind of cell. A combination of all the sums gives each variable a
coefficient a(cell of wholes) + b(cell of groups), where "in none" counts 0. So draw a graph: cells are points, each
variable is a line between its two cells, and both "in none" are one point. Give the wholes' cells the values a and
the groups' cells the values -b: a variable has a coefficient other than 0 exactly when the two ends of its line have
different values. The fewest people that any combination can rest on is therefore the smallest cut of this graph.

The cells may allow more combinations than the sums do, never fewer: when this says safe, it is.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

Row = frozenset[str]
Line = tuple[Hashable, Hashable, str]
NOWHERE: Final = 0
_SLACK: Final = 1e-9

Matrix = NDArray[np.float64]


class Cells:
    """Which variables stand in the same rows; rows are added one by one."""

    def __init__(self) -> None:
        self._cell: dict[str, int] = {}
        self._known: dict[tuple[int, int], int] = {}
        self._rows = 0

    def add(self, row: Row) -> None:
        """Split the cells by one more row."""
        self._rows += 1
        for variable in row:
            key = (self._cell.get(variable, NOWHERE), self._rows)
            self._cell[variable] = self._known.setdefault(key, len(self._known) + 1)

    def of(self, variable: str) -> int:
        """Return the cell of a variable, `NOWHERE` when it stands in no row."""
        return self._cell.get(variable, NOWHERE)

    def copy(self) -> Cells:
        """Return the same cells, to be split further."""
        other = Cells()
        other._cell, other._known, other._rows = dict(self._cell), dict(self._known), self._rows
        return other

    def __iter__(self) -> Iterator[str]:
        return iter(self._cell)


def safe(wholes: Cells, groups: Cells, owners: Mapping[str, str], least: int) -> bool:
    """Tell whether every combination rests on `least` people or more.

    Examples
    --------
    >>> people = {name: name for name in "abcdef"}
    >>> first, both = Cells(), Cells()
    >>> first.add(frozenset("abcdef")); both.add(frozenset("abc"))
    >>> safe(first, both, people, 3)
    True
    >>> first.add(frozenset("abcde"))
    >>> safe(first, both, people, 3)
    False
    """
    lines: list[Line] = []
    for variable in {*wholes, *groups}:
        whole, group = wholes.of(variable), groups.of(variable)
        ends = (("w", whole) if whole else NOWHERE, ("g", group) if group else NOWHERE)
        lines.append((*ends, owners[variable]))
    return not separable(lines, least)


def separable(lines: Iterable[Line], least: int) -> bool:
    """Tell whether some cut that is not empty counts fewer than `least` people, or cannot be excluded.

    Points joined by `least` people are one: a cut between them is large enough. What is left is searched by
    orders of maximum adjacency (Stoer and Wagner 1997; Nagamochi and Ibaraki 1992), where somebody with several
    lines counts by a share on each, so that nobody ever counts for more than one.
    """
    bundles = _contracted(lines, least)
    shares = Counter(person for people in bundles.values() for person in people)
    points = sorted({point for pair in bundles for point in pair})
    position = {point: number for number, point in enumerate(points)}
    matrix = np.zeros((len(points), len(points)))
    for (one, other), people in bundles.items():
        weight = sum(1 / shares[person] for person in people)
        matrix[position[one], position[other]] = matrix[position[other], position[one]] = weight
    return any(_cuttable(matrix[np.ix_(part, part)], least - _SLACK) for part in _parts(matrix))


def _contracted(lines: Iterable[Line], least: int) -> dict[tuple[int, int], frozenset[str]]:
    """Merge points that enough people join, until there are none; return who joins the others."""
    number: dict[Hashable, int] = {}
    bundles: dict[tuple[int, int], set[str]] = defaultdict(set)
    for one, other, person in lines:
        ends = sorted(number.setdefault(point, len(number)) for point in (one, other))
        bundles[ends[0], ends[1]].add(person)
    while True:
        heavy = {pair for pair, people in bundles.items() if len(people) >= least and pair[0] != pair[1]}
        if not heavy:
            return {pair: frozenset(who) for pair, who in bundles.items() if pair[0] != pair[1]}
        leader = _leaders(len(number), heavy)
        merged: dict[tuple[int, int], set[str]] = defaultdict(set)
        for (one, other), people in bundles.items():
            ends = sorted((leader[one], leader[other]))
            merged[ends[0], ends[1]] |= people
        bundles = merged


def _leaders(count: int, pairs: Iterable[tuple[int, int]]) -> list[int]:
    """Return, per point, the one that stands for all those that pairs connect it to."""
    leader = list(range(count))

    def find(point: int) -> int:
        while leader[point] != point:
            leader[point] = leader[leader[point]]
            point = leader[point]
        return point

    for one, other in pairs:
        leader[find(one)] = find(other)
    return [find(point) for point in range(count)]


def _parts(matrix: Matrix) -> list[list[int]]:
    """Return the connected parts: between two of them nothing is cut."""
    pairs = ((int(one), int(other)) for one, other in np.argwhere(matrix > 0))
    found: dict[int, list[int]] = defaultdict(list)
    for point, leader in enumerate(_leaders(len(matrix), pairs)):
        found[leader].append(point)
    return list(found.values())


def _cuttable(matrix: Matrix, least: float) -> bool:
    """Tell whether a connected graph has a cut under `least`."""
    while len(matrix) > 1:
        order, joins = _adjacency_order(matrix)
        if joins[-1] < least:
            return True
        pairs = [
            (before, after)
            for before, after, join in zip(order, order[1:], joins[1:], strict=False)
            if join >= least
        ]
        leader = _leaders(len(matrix), pairs)
        kept = sorted(set(leader))
        membership = np.equal.outer(np.array(kept), np.array(leader)).astype(float)
        matrix = membership @ matrix @ membership.T
        np.fill_diagonal(matrix, 0.0)
    return False


def _adjacency_order(matrix: Matrix) -> tuple[Sequence[int], Sequence[float]]:
    """Return the points so that each next one is the most joined to those before it, and how much."""
    join = np.zeros(len(matrix))
    waiting = np.ones(len(matrix), dtype=bool)
    order: list[int] = []
    joins: list[float] = []
    for _ in range(len(matrix)):
        point = int(np.argmax(np.where(waiting, join, -1.0)))
        order.append(point)
        joins.append(float(join[point]))
        waiting[point] = False
        join = join + matrix[point]
    return order, joins
