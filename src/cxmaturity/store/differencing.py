"""What may be told of a group, given everything that was told before: nobody may be found by subtracting.

The domain hides what is small within one result (`assessment.privacy`). Here results follow each other: a sponsor
who keeps last week's page and reads today's can subtract them. So everything that was ever told is kept as sets
of opaque variables (one per person and per content: an edited answer is another variable), and a new result is
told only if no combination of all results, the new one included, rests on fewer than `group` people.

A result is a set of rows: the whole, and each function shown; the pooled rest is their difference. Any statistic of
a row (mean, counts per level, spread) is a function of the sum over its people of one-hot vectors, so what can be
derived by adding and subtracting are the combinations of rows, which `cuts` bounds. One layer of rows stands for
the people, and two per question: who gave a level, did not know or passed; and the levels given. The few numbers
that mix questions (Kendall's W, the intraclass correlation) are protected by the first.

People wait, never less than needed: newcomers until enough of them came; the function of a person until it can be
added to those of her colleagues (she counts in the whole meanwhile); a level until enough other levels of the same
question came with it. An answer edited after it was told stays as it was told until enough others changed too, and
so does a function. Not covered, as in the domain: readers who know some answers already, people who all said the
same, one person answering under several links.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

import attrs

from cxmaturity.assessment.privacy import publishable
from cxmaturity.store.cuts import NOWHERE, Cells, Row, safe

PEOPLE: Final = ""
STATES: Final = "?"
UNTOLD: Final = ""
"""The function of somebody whose function is not told (yet)."""


@attrs.frozen(kw_only=True)
class Mark:
    """One person's answer to one question as an opaque token: equal tokens, equal content, and nothing else.

    `level` says whether a level was given; `event` is where the answer stands in the store.
    """

    token: str
    level: bool
    event: int = attrs.field(default=0, eq=False)


@attrs.frozen(kw_only=True)
class Said:
    """One person's answers; `hidden` are the questions whose level is held back for now."""

    person: str
    function: str
    marks: Mapping[str, Mark]
    hidden: frozenset[str] = frozenset()


@attrs.frozen(kw_only=True)
class Rows:
    """What one result tells in one layer: the sum over everybody, and over each group shown."""

    whole: Row = frozenset()
    groups: frozenset[Row] = frozenset()


@attrs.frozen(kw_only=True)
class Told:
    """One result as it was told: the rows of each layer, and whose each variable is."""

    owners: Mapping[str, str]
    layers: Mapping[str, Rows]


@attrs.frozen(kw_only=True)
class Choice:
    """A result that may be told: the people in it, each as told, and its rows."""

    people: tuple[Said, ...]
    told: Told

    @property
    def levels(self) -> int:
        """How many levels it tells: of two results that may be told, the one with more is better."""
        return sum(
            mark.level and question not in said.hidden
            for said in self.people
            for question, mark in said.marks.items()
        )


@attrs.frozen(kw_only=True)
class History:
    """Everything told so far; `last` is what the latest result said, of those who are still there.

    `broken` means that somebody in the latest result was erased: it can be shown no more.
    """

    told: tuple[Told, ...] = ()
    last: tuple[Said, ...] = ()
    broken: bool = False


def choose(
    current: Sequence[Said],
    history: History,
    *,
    group: int,
    functions: Sequence[str],
    questions: Sequence[str],
    rng: random.Random,
    patient: bool = False,
) -> Choice | None:
    """Return the fullest result that may be told now; None when none may (the latest one then stands, if whole).

    Parameters
    ----------
    current : sequence of Said
        Everybody who finished, as they stand.
    history : History
        What was told before.
    group : int
        The smallest number of people that anything told may rest on; the whole needs one more, so that each
        person in it reads at least `group` others.
    functions : sequence of str
        Function ids in the order of the catalogue: the domain breaks ties by it.
    questions : sequence of str
        Question ids.
    rng : random.Random
        Draws who leaves together with an erased person.
    patient : bool
        While answers still come in: wait until a quarter more people came, so that there are few results and
        each step has room for functions.
    """
    now = {said.person: said for said in current}
    base = {said.person: said for said in history.last}
    teller = Teller(history, group, tuple(functions), tuple(questions))
    if not history.broken:
        if patient and base and len(now) - len(base) < max(group, len(base) // 4):
            now = {person: said for person, said in now.items() if person in base}
        tries = (
            teller.tell(members, base, now, edits=edits) for members, edits in _growing(now, base, group)
        )
        return next((choice for choice in tries if choice is not None), None)
    best: Choice | None = None
    for keep in _fewer(base, history.told, group, rng):
        rest = {person: said for person, said in now.items() if person not in base or person in keep}
        for members in _members(rest, keep):
            choice = teller.tell(members, keep, rest, edits=False)
            if choice is not None:
                best = max(best or choice, choice, key=lambda one: one.levels)
                break
    return best


# --- which people ---------------------------------------------------------------------------------------------

Members = Mapping[str, str]
"""Who is in a result, and the function under which each is told."""


def _growing(now: Mapping[str, Said], base: Mapping[str, Said], group: int) -> Iterator[tuple[Members, bool]]:
    """Yield whom to tell, the most first: all newcomers or none, and of the functions that wait all, some, none.

    The second value says whether people already in may appear with what they answered since.
    """
    for members in _members(now, base):
        waiting = _waiting(members, now, group)
        for count in range(len(waiting), -1, -1):
            for edits in (True, False):
                yield _labelled(members, waiting[:count]), edits
        for one in waiting[1:]:
            yield _labelled(members, [one]), False


def _members(now: Mapping[str, Said], base: Mapping[str, Said]) -> Iterator[Members]:
    """Yield everybody, newcomers without their function, then those alone who were told before."""
    steady = {person: said.function for person, said in base.items()}
    grown = steady | {person: UNTOLD for person in now if person not in base}
    if len(grown) > len(steady):
        yield grown
    yield steady


def _waiting(members: Members, now: Mapping[str, Said], group: int) -> list[tuple[str, list[str]]]:
    """Return, by function, the people whose function is not told yet, where they are enough; most first."""
    found: dict[str, list[str]] = {}
    for person, told in members.items():
        if told == UNTOLD and person in now and now[person].function != UNTOLD:
            found.setdefault(now[person].function, []).append(person)
    enough = [(function, people) for function, people in found.items() if len(people) >= group]
    return sorted(enough, key=lambda item: -len(item[1]))


def _labelled(members: Members, waiting: Iterable[tuple[str, list[str]]]) -> Members:
    return {**members, **{person: function for function, people in waiting for person in people}}


def _fewer(
    base: Mapping[str, Said], told: Sequence[Told], group: int, rng: random.Random
) -> Iterator[dict[str, Said]]:
    """Yield smaller and smaller parts of the latest result: others leave with whoever was erased.

    They leave from among those who came with the erased person, and functions that lose somebody lose all who
    joined them at that time: a set that leaves whole, or with enough people, is not found by subtracting.
    """
    wholes, groups = Cells(), Cells()
    for one in told:
        wholes.add(one.layers[PEOPLE].whole)
        for row in one.layers[PEOPLE].groups:
            groups.add(row)
    gone = told[-1].layers[PEOPLE].whole - base.keys()
    companies: dict[int, list[str]] = {}
    for person in base:
        companies.setdefault(wholes.of(person), []).append(person)
    leaving = group - len(gone)
    for count in sorted({max(0, leaving + extra) for extra in (0, 2, group, 2 * group)} | {len(base)}):
        for together in (True, False):
            left = set(gone)
            for company in {wholes.of(person) for person in gone}:
                people = companies.get(company, [])
                order = _order(people, gone, groups, rng) if together else rng.sample(people, len(people))
                left |= set(order if len(order) - count < group else order[:count])
            touched = {groups.of(person) for person in left} - {NOWHERE}
            stay = {person: said for person, said in base.items() if person not in left}
            yield {person: _unlabelled(said, groups.of(person) in touched) for person, said in stay.items()}
            if touched:
                yield {person: _unlabelled(said, True) for person, said in stay.items()}
    yield {}


def _unlabelled(said: Said, yes: bool) -> Said:
    return attrs.evolve(said, function=UNTOLD) if yes else said


def _order(people: Sequence[str], gone: Iterable[str], groups: Cells, rng: random.Random) -> list[str]:
    """Return in which order people leave: those of the erased person's group first."""
    theirs = {groups.of(one) for one in gone} - {NOWHERE}
    order = rng.sample(people, len(people))
    return sorted(order, key=lambda person: groups.of(person) not in theirs)


# --- what is told of them -------------------------------------------------------------------------------------


@attrs.define
class _Draft:
    """What one result would say: per person, the mark of each question, and what is held back."""

    members: Members
    marks: dict[str, dict[str, Mark]] = attrs.field(factory=dict)
    hidden: dict[str, set[str]] = attrs.field(factory=dict)

    def note(self, question: str, told: Mapping[str, Mark], marks: Mapping[str, Mark]) -> None:
        for person, mark in marks.items():
            self.marks.setdefault(person, {})[question] = mark
            if person not in told:
                self.hidden.setdefault(person, set()).add(question)

    def said(self, person: str) -> Said:
        return Said(
            person=person,
            function=self.members[person],
            marks=self.marks.get(person, {}),
            hidden=frozenset(self.hidden.get(person, ())),
        )


@attrs.frozen
class Teller:
    """Tries what may be told of some people, against the history."""

    history: History
    group: int
    functions: tuple[str, ...]
    questions: tuple[str, ...]
    _kept: dict[str, tuple[Cells, Cells, Mapping[str, str]]] = attrs.field(factory=dict, init=False)

    def tell(
        self, members: Members, base: Mapping[str, Said], now: Mapping[str, Said], *, edits: bool
    ) -> Choice | None:
        """Return what may be told of `members`; None when nothing may, or nothing new."""
        if len(members) <= self.group:
            return None
        draft, shown = _Draft(members), self._shown(members)
        people = {person: person for person in members}
        owners, layers = dict(people), {PEOPLE: _rows(members, people, shown)}
        if not self._safe(PEOPLE, layers[PEOPLE], owners):
            return None
        for question in self.questions:
            found = self._question(question, draft, base, now, edits=edits, shown=shown, owners=owners)
            if found is None:
                return None
            layers |= found
        told = Told(owners=owners, layers=layers)
        if self._nothing_new(told):
            return None
        return Choice(people=tuple(draft.said(person) for person in members), told=told)

    def _nothing_new(self, told: Told) -> bool:
        latest = self.history.told[-1:]
        return not self.history.broken and any(told.layers == one.layers for one in latest)

    def _question(
        self,
        question: str,
        draft: _Draft,
        base: Mapping[str, Said],
        now: Mapping[str, Said],
        *,
        edits: bool,
        shown: frozenset[str],
        owners: dict[str, str],
    ) -> dict[str, Rows] | None:
        """Decide on one question: put the marks in the draft and return its layers.

        Changes enter by groups, as many as are safe. None when even without them the question could not be told
        as it was: better then not to tell this result at all. Only when the latest one is lost anyway are the
        levels of a question given up; who answered, did not know or passed cannot be held back.
        """
        steady, waiting = _sorted_out(question, draft.members, base, now, edits=edits)
        groups = sorted(waiting.values(), key=len, reverse=True)
        tries = [{**steady, **_merged(groups[:count])} for count in range(len(groups), -1, -1)]
        if self.history.broken:
            tries.append(self._without_the_bereft(question, steady))
            tries.append({person: mark for person, mark in steady.items() if not mark.level})
        for told in tries:
            marks = _with_hidden(question, draft.members, told, base, now)
            layers = self._layers(question, draft.members, told, marks, shown)
            tokens = {mark.token: person for person, mark in told.items()}
            tokens |= {_state(person, marks.get(person)): person for person in draft.members}
            if all(self._safe(layer, rows, tokens) for layer, rows in layers.items()):
                draft.note(question, told, marks)
                owners |= tokens
                return layers
        return None

    def _without_the_bereft(self, question: str, steady: Mapping[str, Mark]) -> dict[str, Mark]:
        """Give up the levels that came together with one that is gone, and keep the others."""
        wholes, groups, _ = self._before(question)
        tokens = {mark.token for mark in steady.values() if mark.level}
        lost = self.history.told[-1].layers.get(question, Rows()).whole - tokens
        cells = {wholes.of(token) for token in lost}
        parts = {groups.of(token) for token in lost} - {NOWHERE}
        return {
            person: mark
            for person, mark in steady.items()
            if not mark.level or (wholes.of(mark.token) not in cells and groups.of(mark.token) not in parts)
        }

    def _layers(
        self,
        question: str,
        members: Members,
        told: Mapping[str, Mark],
        marks: Mapping[str, Mark],
        shown: frozenset[str],
    ) -> dict[str, Rows]:
        """Return the rows of a question: of the levels told, and of who answered, did not know or passed."""
        levels = {person: mark.token for person, mark in told.items() if mark.level}
        states = {person: _state(person, marks.get(person)) for person in members}
        return {
            question: self._level_rows(members, levels, shown),
            STATES + question: _rows(members, states, shown),
        }

    def _sizes(self, members: Members, among: Iterable[str]) -> dict[str, int]:
        """Count by function in the order of the catalogue, then those whose function is not told (as the domain)."""
        counted = Counter(members[person] for person in among)
        present = set(members.values())
        return {name: counted[name] for name in (*self.functions, UNTOLD) if name in present}

    def _shown(self, members: Members) -> frozenset[str]:
        return publishable(self._sizes(members, members), self.group, among=self.functions)

    def _level_rows(self, members: Members, tokens: Mapping[str, str], shown: frozenset[str]) -> Rows:
        """Return the rows of one question that the domain will show."""
        if len(tokens) < self.group:
            return Rows()
        return _rows(members, tokens, publishable(self._sizes(members, tokens), self.group, among=shown))

    def _safe(self, layer: str, rows: Rows, owners: Mapping[str, str]) -> bool:
        if not rows.whole:
            return True
        wholes, groups, whose = self._before(layer)
        wholes, groups = wholes.copy(), groups.copy()
        wholes.add(rows.whole)
        for row in rows.groups:
            groups.add(row)
        return safe(wholes, groups, {**whose, **owners}, self.group)

    def _before(self, layer: str) -> tuple[Cells, Cells, Mapping[str, str]]:
        """Return the cells of all that was told before in a layer, and whose its variables are."""
        if layer not in self._kept:
            wholes, groups, whose = Cells(), Cells(), dict[str, str]()
            for told in self.history.told:
                rows = told.layers.get(layer, Rows())
                wholes.add(rows.whole)
                for row in rows.groups:
                    groups.add(row)
                whose |= {variable: told.owners[variable] for variable in rows.whole}
            self._kept[layer] = wholes, groups, whose
        return self._kept[layer]


def _sorted_out(
    question: str, members: Members, base: Mapping[str, Said], now: Mapping[str, Said], *, edits: bool
) -> tuple[dict[str, Mark], dict[tuple[str, str], dict[str, Mark]]]:
    """Return the marks that stay as they were told, and the changes that wait, in groups by kind and function."""
    steady: dict[str, Mark] = {}
    waiting: dict[tuple[str, str], dict[str, Mark]] = {}
    for person, function in members.items():
        before = base.get(person)
        old = before.marks.get(question) if before is not None else None
        fresh = now[person].marks.get(question) if person in now else None
        told_before = before is not None and question not in before.hidden
        if told_before and old is not None:
            steady[person] = old
        if fresh is None or (told_before and fresh == old):
            continue
        if before is None and not fresh.level:
            steady[person] = fresh
        elif not told_before and fresh.level:
            waiting.setdefault(("new", function), {})[person] = fresh
        elif edits:
            waiting.setdefault(("edited", function), {})[person] = fresh
    return steady, waiting


def _merged(groups: Iterable[Mapping[str, Mark]]) -> dict[str, Mark]:
    return {person: mark for group in groups for person, mark in group.items()}


def _with_hidden(
    question: str,
    members: Members,
    told: Mapping[str, Mark],
    base: Mapping[str, Said],
    now: Mapping[str, Said],
) -> dict[str, Mark]:
    """Return the marks of everybody: those told, and the levels that are held back."""
    marks = dict(told)
    for person in members:
        sources = (source.get(person) for source in (now, base))
        held = (said.marks.get(question) for said in sources if said is not None)
        level = next((mark for mark in held if mark is not None and mark.level), None)
        if person not in told and level is not None:
            marks[person] = level
    return marks


def _state(person: str, mark: Mark | None) -> str:
    """Return the token of how somebody answered, the level itself apart: counts of these are always shown."""
    if mark is None or mark.level:
        return f"{person}/{'none' if mark is None else 'level'}"
    return mark.token


def _rows(members: Members, tokens: Mapping[str, str], shown: Iterable[str]) -> Rows:
    groups = (
        frozenset(token for person, token in tokens.items() if members[person] == function)
        for function in shown
    )
    return Rows(whole=frozenset(tokens.values()), groups=frozenset(groups))
