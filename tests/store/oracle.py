"""An attacker with linear algebra, and campaigns that live; shares nothing with what decides. See the tests of releases.

The oracle reads only what a sponsor reads (who is in each row is given to it for free, which no sponsor knows),
computes modulo a large prime, and tries every set of fewer than `group` people. Imported as `store_oracle`.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations

import attrs

from cxmaturity.store import differencing as d

FUNCTIONS = ("marketing", "service", "sales")
QUESTIONS = ("q1", "q2")
PRIME = 2**61 - 1
Vector = dict[tuple[str, str], int]


# --- the oracle -----------------------------------------------------------------------------------------------


def shown_groups(sizes: Mapping[str, int], group: int, among: Iterable[str]) -> set[str]:
    """Say which functions stand beside the total, after the rules in `assessment/privacy.py`, points 4 and 5."""
    names = [name for name in FUNCTIONS if name in sizes]  # people whose function is not told are in the rest
    shown = [name for name in names if name in set(among) and sizes[name] >= group]
    while True:
        rest = sum(sizes.values()) - sum(sizes[name] for name in shown)
        if rest == 0 or rest >= group or not shown:
            return set(shown)
        smallest = min(sizes[name] for name in shown)
        shown.remove([name for name in shown if sizes[name] == smallest][-1])


def state_of(said: d.Said, question: str) -> str:
    """Return how somebody answered; a level held back is a level here: the attacker is told more than a page says."""
    if question not in said.marks:
        return "skipped"
    return "level" if said.marks[question].level else "dont_know"


def published(
    people: Sequence[d.Said], group: int, questions: Sequence[str] = QUESTIONS
) -> Iterator[tuple[str, Vector]]:
    """Yield (layer, sum over people of their own unknown) for all that a result of these people shows."""
    sizes: dict[str, int] = {}
    for said in people:
        sizes[said.function] = sizes.get(said.function, 0) + 1
    shown = shown_groups(sizes, group, FUNCTIONS)

    def row(members: Iterable[d.Said], unknown) -> Vector:
        return {(said.person, unknown(said)): 1 for said in members}

    for function in [None, *shown]:
        yield "people", row((s for s in people if function in {None, s.function}), lambda _: "")
    for question in questions:
        for state in ("dont_know", "level"):
            for function in [None, *shown]:
                told = [(s, state_of(s, question) == state) for s in people if function in {None, s.function}]
                yield f"{question} {state}", {(s.person, str(is_so)): 1 for s, is_so in told}
    for question in questions:
        given = [
            s for s in people if question in s.marks and s.marks[question].level and question not in s.hidden
        ]
        if len(given) < group:
            continue
        cells = {name: sum(s.function == name for s in given) for name in sizes}
        for function in [None, *shown_groups(cells, group, shown)]:
            members = [s for s in given if function in {None, s.function}]
            yield question, {(s.person, s.marks[question].token): 1 for s in members}


def rank(vectors: Sequence[Sequence[int]]) -> int:
    """Return the rank, modulo a prime so large that a smaller rank by accident will not happen."""
    rows, found = [list(vector) for vector in vectors], 0
    for column in range(len(rows[0]) if rows else 0):
        pivot = next((i for i in range(found, len(rows)) if rows[i][column]), None)
        if pivot is None:
            continue
        rows[found], rows[pivot] = rows[pivot], rows[found]
        inverse = pow(rows[found][column], -1, PRIME)
        for i in range(found + 1, len(rows)):
            if rows[i][column]:
                factor = rows[i][column] * inverse % PRIME
                rows[i] = [(a - factor * b) % PRIME for a, b in zip(rows[i], rows[found], strict=True)]
        found += 1
    return found


def exposed(rows: Sequence[Vector], group: int) -> set[str] | None:
    """Return fewer than `group` people about whom alone something can be derived, if there are any.

    Something about a set S alone is a combination of rows that is zero outside S and not zero: it exists exactly
    when dropping the unknowns of S lowers the rank.
    """
    rows = [dict(row) for row in {frozenset(row.items()) for row in rows}]
    unknowns = sorted({unknown for row in rows for unknown in row})
    people = sorted({person for person, _ in unknowns})
    full = rank([[row.get(u, 0) for u in unknowns] for row in rows])
    for suspects in combinations(people, min(group - 1, len(people))):
        outside = [u for u in unknowns if u[0] not in suspects]
        if rank([[row.get(u, 0) for u in outside] for row in rows]) < full:
            return set(suspects)
    return None


# --- a campaign that lives ------------------------------------------------------------------------------------


@attrs.define
class Life:
    """People arrive, change an answer, move, are erased; after each, the group is told what may be told."""

    rng: random.Random
    group: int
    functions: Sequence[str]
    people: dict[str, d.Said] = attrs.field(factory=dict)
    told: list[d.Choice] = attrs.field(factory=list)
    count: int = 0

    def mark(self, person: str, question: str) -> d.Mark:
        level = self.rng.random() < 0.8
        value = self.rng.choice("12345") if level else "dont_know"
        return d.Mark(token=f"{person}-{question}-{value}", level=level)

    def arrive(self) -> None:
        self.count += 1
        person = f"p{self.count}"
        marks = {question: self.mark(person, question) for question in QUESTIONS}
        self.people[person] = d.Said(person=person, function=self.rng.choice(self.functions), marks=marks)

    def edit(self) -> None:
        person = self.rng.choice(sorted(self.people))
        question = self.rng.choice(QUESTIONS)
        said = self.people[person]
        marks = {**said.marks, question: self.mark(person, question)}
        self.people[person] = attrs.evolve(said, marks=marks)

    def move(self) -> None:
        person = self.rng.choice(sorted(self.people))
        self.people[person] = attrs.evolve(self.people[person], function=self.rng.choice(self.functions))

    def erase(self) -> None:
        del self.people[self.rng.choice(sorted(self.people))]

    def live(self, most: int) -> None:
        chances = [self.arrive] * 6 + [self.edit, self.move, self.erase]
        for _ in range(self.rng.randint(1, 5)):
            act = self.arrive if not self.people else self.rng.choice(chances)
            if act is self.arrive and self.count >= most:
                act = self.edit
            act()

    def tell(self) -> None:
        latest = self.told[-1].people if self.told else ()
        there = tuple(said for said in latest if said.person in self.people)
        choice = d.choose(
            list(self.people.values()),
            d.History(told=tuple(one.told for one in self.told), last=there, broken=len(there) < len(latest)),
            group=self.group,
            functions=FUNCTIONS,
            questions=QUESTIONS,
            rng=self.rng,
            patient=self.rng.random() < 0.5,
        )
        if choice is not None:
            self.told.append(choice)


def lives(seed: int, *, steps: int = 5, most: int = 12) -> Life:
    """Return one random campaign, lived to its end."""
    rng = random.Random(seed)  # noqa: S311  # test data
    functions = FUNCTIONS[: rng.choice((1, 2, 3))]
    life = Life(rng=rng, group=rng.choice((3, 3, 4)), functions=functions)
    for _ in range(steps):
        life.live(most)
        life.tell()
    return life
