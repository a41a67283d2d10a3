"""The walk through an atlas that every rule shares: things with their place, texts with their place, ages in months."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, Final

import attrs

from cxmaturity.catalog import Catalog
from cxmaturity.core.text import Text
from cxmaturity.journey.lint_rules import Path
from cxmaturity.journey.values import Atlas, Event, Journey, Measure, Stage, Words

END: Final = "end"
"""What an event leads to when the journey stops there."""


@attrs.frozen(kw_only=True)
class Step:
    """One event with where it stands; `path` leads to it from the atlas."""

    path: Path
    journey: Journey
    stage: Stage
    event: Event

    @property
    def measures(self) -> Iterator[tuple[Path, Measure]]:
        """Every measure of the event with its path."""
        return numbered((*self.path, "satisfaction"), self.event.satisfaction)


def numbered(path: Path, items: Iterable[Any]) -> Iterator[tuple[Path, Any]]:
    """Yield (path, item) of a list that stands at `path`."""
    return (((*path, index), item) for index, item in enumerate(items))


@attrs.define(slots=False, eq=False)
class Ground:
    """What the rules look at: the atlas, the catalogue, the date; walked through once."""

    atlas: Atlas
    catalog: Catalog
    as_of: dt.date

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """Every event of every journey, in order."""
        return tuple(
            Step(path=path, journey=journey, stage=stage, event=event)
            for _, journey, stages in self.stages
            for stage_path, stage in stages
            for path, event in numbered((*stage_path, "events"), stage.events)
        )

    @cached_property
    def stages(self) -> tuple[tuple[Path, Journey, tuple[tuple[Path, Stage], ...]], ...]:
        """Every journey with its stages: (path, journey, ((path, stage), ...))."""
        return tuple(
            (path, journey, tuple(numbered((*path, "stages"), journey.stages)))
            for path, journey in numbered(("journeys",), self.atlas.journeys)
        )

    @cached_property
    def by_journey(self) -> Mapping[int, tuple[Step, ...]]:
        """The events of each journey, by its place in the atlas."""
        gathered: dict[int, list[Step]] = {index: [] for index, _ in enumerate(self.atlas.journeys)}
        for step in self.steps:
            gathered[int(step.path[1])].append(step)
        return {index: tuple(steps) for index, steps in gathered.items()}

    @cached_property
    def lines(self) -> Mapping[str, str]:
        """The side of the line of visibility on which each actor stands."""
        return {actor.id: actor.line for actor in self.atlas.actors}

    def months(self, date: dt.date) -> int:
        """Return how many whole months have passed since `date`; negative for a later date."""
        months = (self.as_of.year - date.year) * 12 + self.as_of.month - date.month
        return months - (self.as_of.day < date.day)

    def older(self, date: dt.date, months: int) -> bool:
        """Tell whether `date` is more than so many months ago, to the day."""
        whole = self.months(date)
        return whole > months or (whole == months and self.as_of.day > date.day)


def decimal(number: float, pattern: str) -> Text:
    """Return a number that was computed, not typed, as each language writes it."""
    said = format(number, pattern).replace("-", "\N{MINUS SIGN}")
    if not any(figure in said for figure in "123456789"):
        said = said.lstrip("+\N{MINUS SIGN}")  # zero has no sign
    return Text(en=said, fr=said.replace(".", ","))


def both(words: Words) -> Text:
    """Return what somebody typed, for a sentence that is said in either language."""
    return Text(en=words.of("en"), fr=words.of("fr"))


def successors(steps: Sequence[Step]) -> dict[str, set[str]]:
    """Return what each event of a journey leads to; a name that nothing bears counts as leaving (E101 says it)."""
    known = {step.event.id for step in steps}
    leads: dict[str, set[str]] = {}
    for index, step in enumerate(steps):
        after = steps[index + 1].event.id if index + 1 < len(steps) else END
        named = step.event.next or (after,)
        leads.setdefault(step.event.id, set()).update(name if name in known else END for name in named)
    return leads


def reached(starts: Iterable[str], arrows: Mapping[str, set[str]]) -> set[str]:
    """Return everything that can be reached from `starts`, these included."""
    seen = set(starts)
    waiting = list(seen)
    while waiting:
        for name in arrows.get(waiting.pop(), ()):
            if name not in seen:
                seen.add(name)
                waiting.append(name)
    return seen


def texts_of(item: Any, path: Path, at: str) -> Iterator[tuple[Path, str, Words]]:
    """Yield (path, id of the thing it belongs to, text) of every text in two languages inside `item`, in order."""
    if isinstance(item, Words):
        if item:
            yield path, at, item
    elif isinstance(item, tuple):
        for index, child in enumerate(item):
            yield from texts_of(child, (*path, index), at)
    elif attrs.has(type(item)):
        own = getattr(item, "id", "") or at
        for field in attrs.fields(type(item)):
            yield from texts_of(getattr(item, field.name), (*path, field.name), own)
