"""The ways through a journey: branches followed one by one, loops taken at most twice, never more than a stated number."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

import attrs

from cxmaturity.journey.values import Event, Journey

MAX_PATHS: Final = 100
MAX_VISITS: Final = 2
END: Final = "end"


@attrs.frozen(kw_only=True)
class Path:
    """One way through: its events in order; not `complete` when it was cut where a loop would be taken again."""

    events: tuple[Event, ...]
    complete: bool = True


def paths_of(journey: Journey) -> tuple[tuple[Path, ...], bool]:
    """Return the ways through a journey, depth first in the order of `next`, and whether all of them are there.

    An event comes at most `MAX_VISITS` times in one path: a loop is shown once. An event that names only unknown ids ends its
    path; one that no way reaches starts a way of its own.
    """
    found: list[Path] = []
    for path in _walk(journey):
        if len(found) == MAX_PATHS:
            return tuple(found), False
        found.append(path)
    return tuple(found), True


def _walk(journey: Journey) -> Iterator[Path]:
    events = {event.id: event for event in journey.events}
    order = list(events)
    after = {
        event.id: _after(event, events, following)
        for event, following in zip(events.values(), [*order[1:], END], strict=False)
    }
    reached: set[str] = set()
    for start in order:
        if start not in reached:
            reached |= _reach(start, after)
            yield from _from(start, events, after)


def _after(event: Event, known: Mapping[str, Event], following: str) -> tuple[str, ...]:
    named = tuple(dict.fromkeys(it for it in event.next if it == END or it in known))
    return named or ((END,) if event.next else (following,))


def _reach(start: str, after: Mapping[str, tuple[str, ...]]) -> set[str]:
    seen, open_ = {start}, [start]
    while open_:
        for step in after[open_.pop()]:
            if step != END and step not in seen:
                seen.add(step)
                open_.append(step)
    return seen


def _from(start: str, events: Mapping[str, Event], after: Mapping[str, tuple[str, ...]]) -> Iterator[Path]:
    # A stack of choices still open, and not recursion: a journey may have more events than Python has frames.
    path, choices = [events[start]], [iter(after[start])]
    visits = dict.fromkeys(events, 0) | {start: 1}
    shown = [
        False
    ]  # whether each step has been given in some path, so that every dead end is one and ends the work
    while choices:
        step = next(choices[-1], None)
        if step is None:
            if not shown[-1]:
                yield Path(events=tuple(path), complete=False)
                shown = [True] * len(shown)
            visits[path.pop().id] -= 1
            choices.pop()
            shown.pop()
        elif step == END:
            yield Path(events=tuple(path))
            shown = [True] * len(shown)
        elif visits[step] < MAX_VISITS:
            path.append(events[step])
            choices.append(iter(after[step]))
            visits[step] += 1
            shown.append(False)
