"""Whether adding and subtracting sums over sets of people ever gives something that rests on too few.

The proof behind `differencing`: linear algebra on sets, nothing of what is kept or told.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from typing import Final

import numpy as np
from numpy.typing import NDArray

PRIME: Final = 2_147_483_647
MOST_SUBSETS: Final = 3_000

Row = frozenset[str]
Integers = NDArray[np.int64]


def safe(rows: Iterable[Row], owners: Mapping[str, str], group: int) -> bool:
    """Tell whether everything that adding and subtracting rows can give rests on `group` people or more.

    Variables that stand in the same rows cannot be told apart: they form a cell. A vector that touches a cell of
    `group` people is safe, so only the part of the row space that vanishes on all such cells is searched; when
    that part is too large to search, the answer is no.

    Examples
    --------
    >>> people = {name: name for name in "abcdef"}
    >>> safe([frozenset("abcdef"), frozenset("abc")], people, 3)
    True
    >>> safe([frozenset("abcdef"), frozenset("abcde")], people, 3)
    False
    """
    cells = _cells(list(rows))
    people = [frozenset(owners[variable] for variable in members) for members in cells.values()]
    small = [len(who) < group for who in people]
    if not any(small):
        return True
    order = sorted(range(len(people)), key=lambda position: small[position])  # large cells first
    matrix = np.zeros((1 + max(max(rows_of) for rows_of in cells), len(cells)), dtype=np.int64)
    for column, rows_of in enumerate(cells):
        matrix[list(rows_of), column] = 1
    large = small.count(False)
    hidden = _vanishing(matrix[:, order], large)
    return hidden.shape[0] == 0 or _wide(hidden, [people[position] for position in order[large:]], group)


def _cells(rows: Sequence[Row]) -> dict[tuple[int, ...], list[str]]:
    """Group the variables by the rows in which they stand."""
    stands: dict[str, list[int]] = {}
    for number, row in enumerate(rows):
        for variable in row:
            stands.setdefault(variable, []).append(number)
    cells: dict[tuple[int, ...], list[str]] = {}
    for variable, numbers in stands.items():
        cells.setdefault(tuple(numbers), []).append(variable)
    return cells


def _vanishing(matrix: Integers, first: int) -> Integers:
    """Return a basis of the vectors of the row space that are zero on the `first` columns, without those.

    Over the integers modulo a prime: a rank can only be lower there than over the rationals by an accident of
    one in two thousand million.
    """
    reduced, pivots = _echelon(matrix)
    start = sum(pivot < first for pivot in pivots)
    return reduced[start : len(pivots), first:]


def _echelon(matrix: Integers) -> tuple[Integers, list[int]]:
    """Return the row echelon form modulo `PRIME` and its pivot columns."""
    work, pivots, top = matrix % PRIME, list[int](), 0
    for column in range(work.shape[1]):
        rows = np.flatnonzero(work[top:, column])
        if rows.size == 0:
            continue
        chosen = top + int(rows[0])
        work[[top, chosen]] = work[[chosen, top]]
        work[top] = work[top] * pow(int(work[top, column]), -1, PRIME) % PRIME
        below = top + 1 + np.flatnonzero(work[top + 1 :, column])
        work[below] = (work[below] - work[below, column][:, np.newaxis] * work[top] % PRIME) % PRIME
        pivots.append(column)
        top += 1
        if top == work.shape[0]:
            break
    return work, pivots


def _wide(basis: Integers, people: Sequence[frozenset[str]], group: int) -> bool:
    """Tell whether every non-zero vector of the space touches `group` people; no when too many to look at.

    A vector that touches fewer lives on the cells of some `group` - 1 people; it exists when striking those
    cells out lowers the rank.
    """
    used = [column for column in range(len(people)) if basis[:, column].any()]
    basis, people = basis[:, used], [people[column] for column in used]
    everybody = sorted(frozenset().union(*people))
    size = min(group - 1, len(everybody))
    rank = basis.shape[0]
    for tried, suspects in enumerate(combinations(everybody, size)):
        if tried >= MOST_SUBSETS:
            return False
        outside = [column for column, who in enumerate(people) if not who <= set(suspects)]
        if len(_echelon(basis[:, outside])[1]) < rank:
            return False
    return True
