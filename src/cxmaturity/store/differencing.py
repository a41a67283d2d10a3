"""What may be told of a group, given everything that was told before: nobody may be found by subtracting.

The domain hides what is small within one result (`assessment.privacy`). Here results follow each other: a sponsor
who keeps last week's page and reads today's can subtract them. So everything that was ever told is kept as sets
of opaque variables (one per person and per content: an edited answer is another variable), and a new result is
told only if no combination of all results, the new one included, rests on fewer than `group` people.

A result is a set of rows: the whole, and each function shown; the pooled rest is their difference. Any statistic of
a row (mean, counts per level, spread) is a function of the sum over its people of one-hot vectors, so what can be
derived by adding and subtracting is the row space of the 0/1 matrix rows x variables. `safe` decides whether that
space holds a non-zero vector that touches fewer than `group` people. One layer of rows stands for whole profiles,
and two per question: who gave a level, did not know or passed; and the levels given. A question to which 2 of 5
newcomers gave a level is held back for them.

Not covered, as in the domain: readers who know some answers already, people who all said the same, one person
answering under several links.
"""

from __future__ import annotations

import hashlib
import random
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

import attrs

from cxmaturity.assessment.privacy import publishable
from cxmaturity.store.row_space import Row, safe

PROFILES: Final = ""
STATES: Final = "?"


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
class Told:
    """One result as it was told: the rows of each layer, and whose each variable is."""

    owners: Mapping[str, str]
    layers: Mapping[str, frozenset[Row]]


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
    """
    now = {said.person: said for said in current}
    base = {said.person: said for said in history.last}
    teller = Teller(history, group, tuple(functions), tuple(questions))
    if not history.broken:
        tries = (teller.tell(members, base, now, edits) for members, edits in _growing(now, base))
        return next((choice for choice in tries if choice is not None), None)
    best: Choice | None = None
    for keep in _fewer(base, group, rng):
        rest = {person: said for person, said in now.items() if person not in base or person in keep}
        for members, edits in _growing(rest, keep):
            choice = teller.tell(members, keep, rest, edits)
            if choice is not None:
                best = max(best or choice, choice, key=lambda one: one.levels)
                break
    return best


# --- which people ---------------------------------------------------------------------------------------------

Members = Mapping[str, str]
"""Who is in a result, and the function of each."""


def _growing(now: Mapping[str, Said], base: Mapping[str, Said]) -> Iterator[tuple[Members, bool]]:
    """Yield whom to add to `base`, all first, then without the smallest groups, then each group alone.

    The second value says whether people already in may appear with what they answered since.
    """
    groups = sorted(_arrivals(now, base).values(), key=len, reverse=True)
    for edits in (True, False):
        yield _joined(base, groups), edits
    for count in range(len(groups) - 1, 0, -1):
        yield _joined(base, groups[:count]), False
    for one in groups[1:]:
        yield _joined(base, [one]), False
    if groups:
        yield _joined(base, []), True
        yield _joined(base, []), False


def _joined(base: Mapping[str, Said], groups: Iterable[Iterable[Said]]) -> Members:
    members = {person: said.function for person, said in base.items()}
    return members | {said.person: said.function for group in groups for said in group}


def _arrivals(now: Mapping[str, Said], base: Mapping[str, Said]) -> dict[str, list[Said]]:
    """Return newcomers by function, and together (no function) those who moved from one to another."""
    found: dict[str, list[Said]] = {}
    for person, said in now.items():
        if person not in base:
            found.setdefault(said.function, []).append(said)
        elif base[person].function != said.function:
            found.setdefault("", []).append(said)
    return found


def _fewer(base: Mapping[str, Said], group: int, rng: random.Random) -> Iterator[dict[str, Said]]:
    """Yield smaller and smaller parts of the latest result: others leave with whoever was erased."""
    people = sorted(base.values(), key=lambda said: said.person)
    functions = sorted({said.function for said in people})
    yield dict(base)
    for leaving in range(1, min(3 * group, len(people) - group)):
        pools = [people]
        if len(functions) > 1:
            pools += [[said for said in people if said.function == function] for function in functions]
        for pool in pools:
            gone = {said.person for said in rng.sample(pool, min(leaving, len(pool)))}
            yield {person: said for person, said in base.items() if person not in gone}
    for function in functions:
        yield {person: said for person, said in base.items() if said.function != function}
    yield {}


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

    def tell(
        self, members: Members, base: Mapping[str, Said], now: Mapping[str, Said], edits: bool
    ) -> Choice | None:
        """Return what may be told of `members`; None when nothing may, or nothing new."""
        if len(members) <= self.group:
            return None
        draft, shown = _Draft(members), publishable(self._sizes(members, members), self.group)
        owners: dict[str, str] = {}
        layers: dict[str, frozenset[Row]] = {}
        for question in self.questions:
            found = self._question(question, draft, base, now, edits=edits, shown=shown, owners=owners)
            if found is None:
                return None
            layers |= found
        people = tuple(draft.said(person) for person in members)
        profiles = {said.person: _profile(said) for said in people}
        owners |= {token: person for person, token in profiles.items()}
        layers[PROFILES] = frozenset(_rows(members, profiles, shown))
        told = Told(owners=owners, layers=layers)
        if self._nothing_new(told) or not self._safe(PROFILES, layers[PROFILES], owners):
            return None
        return Choice(people=people, told=told)

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
    ) -> dict[str, frozenset[Row]] | None:
        """Decide on one question: put the marks in the draft and return its layers.

        Changes enter by groups, as many as are safe. None when even without them the question could not be told
        as it was: better then not to tell this result at all. Only when the latest one is lost anyway are the
        levels of a question given up; who answered, did not know or passed cannot be held back.
        """
        steady, waiting = _sorted_out(question, draft.members, base, now, edits=edits)
        groups = sorted(waiting.values(), key=len, reverse=True)
        tries = [{**steady, **_merged(groups[:count])} for count in range(len(groups), -1, -1)]
        if self.history.broken:
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

    def _layers(
        self,
        question: str,
        members: Members,
        told: Mapping[str, Mark],
        marks: Mapping[str, Mark],
        shown: frozenset[str],
    ) -> dict[str, frozenset[Row]]:
        """Return the rows of a question: of the levels told, and of who answered, did not know or passed."""
        levels = {person: mark.token for person, mark in told.items() if mark.level}
        states = {person: _state(person, marks.get(person)) for person in members}
        return {
            question: frozenset(self._level_rows(members, levels, shown)),
            STATES + question: frozenset(_rows(members, states, shown)),
        }

    def _sizes(self, members: Members, among: Iterable[str]) -> dict[str, int]:
        """Count by function in the order of the catalogue, functions without anybody left out (as the domain)."""
        counted = Counter(members[person] for person in among)
        present = set(members.values())
        return {name: counted[name] for name in self.functions if name in present}

    def _level_rows(
        self, members: Members, tokens: Mapping[str, str], shown: frozenset[str]
    ) -> Iterator[Row]:
        """Yield the rows of one question that the domain will show."""
        if len(tokens) >= self.group:
            visible = publishable(self._sizes(members, tokens), self.group, among=shown)
            yield from _rows(members, tokens, visible)

    def _safe(self, layer: str, rows: frozenset[Row], owners: Mapping[str, str]) -> bool:
        if not rows:
            return True
        every, whose = set(rows), dict(owners)
        for told in self.history.told:
            every |= told.layers.get(layer, frozenset())
            whose |= told.owners
        return safe(every, whose, self.group)


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


def _rows(members: Members, tokens: Mapping[str, str], shown: Iterable[str]) -> Iterator[Row]:
    yield frozenset(tokens.values())
    for function in shown:
        yield frozenset(token for person, token in tokens.items() if members[person] == function)


def _profile(said: Said) -> str:
    """Return the token of all that is told of one person: another one when a level enters or leaves."""
    told = [
        f"{question}={mark.token}"
        for question, mark in sorted(said.marks.items())
        if question not in said.hidden
    ]
    return hashlib.sha256("/".join((said.person, *told)).encode()).hexdigest()[:32]
