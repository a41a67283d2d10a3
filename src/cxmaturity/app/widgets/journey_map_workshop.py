"""A workshop as one browser sees it: who sits here, what they gave, and, once the facilitator shows it, where functions disagree.

Nobody is shown anything of anybody else before that: what is sent to a browser is made here, and holds this participant's own
scores only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from cxmaturity import i18n
from cxmaturity.app.widgets.journey_map_scores import (
    function_names,
    highest_participant,
    of_talk,
    with_scores,
)
from cxmaturity.app.widgets.journey_map_session import Person, Session, session_file
from cxmaturity.app.widgets.journey_map_state import catalog
from cxmaturity.core.problems import CxMaturityError, Problem
from cxmaturity.core.text import LANGUAGES, Language
from cxmaturity.i18n import message
from cxmaturity.journey.spread import disagreement, function_views
from cxmaturity.journey.values import Atlas, Event, Journey

CUSTOMER: Final = "customer"
"""Somebody who speaks for themselves, as a customer, beside the functions of the catalogue."""

__all__ = ["CUSTOMER", "Workshop", "function_name", "functions", "session_file", "written_functions"]


def functions(language: Language) -> tuple[tuple[str, str], ...]:
    """Return the functions that a participant may speak for, as (id, name)."""
    named = tuple((one.id, one.name.in_(language)) for one in catalog().functions)
    return (*named, (CUSTOMER, message("journey_widget.function.customer", language)))


def function_name(function: str, language: Language) -> str:
    """Return the name of a function; one that we do not know is named as it was written."""
    return dict(functions(language)).get(function, function)


def written_functions() -> dict[str, str]:
    """Return what people may write for each function, in either language, and its id."""
    names = [(name, id_) for language in LANGUAGES for id_, name in functions(language)]
    return function_names([*names, *((id_, id_) for _, id_ in names)])


class Workshop:
    """One browser's part in a session.

    Parameters
    ----------
    session : Session
        The shared file, or one of this process only.
    """

    def __init__(self, session: Session) -> None:
        self.session = session
        self.refusals: tuple[Problem, ...] = ()
        self._person: int | None = None
        self._of = 0
        self._taken = 0

    @property
    def person(self) -> Person | None:
        """Who sits here, None when nobody joined the session that runs."""
        talk = self.session.talk
        return talk.people.get(self._person or 0) if self._of == talk.session else None

    def refresh(self) -> bool:
        """Read what others said; say whether anything changed."""
        return bool(self._try(self.session.refresh))

    def open(self, atlas: Atlas, journey: str) -> None:
        """Begin a session on a journey; its participants are numbered after those of earlier workshops."""
        self._try(lambda: self.session.open(journey, after=highest_participant(atlas)))

    def scored(self, atlas: Atlas, journey: str) -> str:
        """Return the journey that the session is about; `journey` without one."""
        known = {one.id for one in atlas.journeys}
        return self.session.talk.journey if self.session.talk.journey in known else journey

    def reveal(self) -> None:
        """Show everybody what was given."""
        self._try(self.session.reveal)

    def join(self, function: str, key: str) -> None:
        """Sit down, or sit down again after a reload."""
        if function in dict(functions("en")):
            person = self._try(lambda: self.session.join(function, key))
            if person is not None:
                self._person, self._of = person.number, self.session.talk.session

    def leave(self) -> None:
        """Give the place to the next person; what was given stays."""
        self._person = None

    def score(self, atlas: Atlas, event: str, aspect: str, level: int | None) -> None:
        """Give a score; an event that the map lacks is nobody's."""
        person = self.person
        if person is not None and any(
            event == one.id for journey in atlas.journeys for one in journey.events
        ):
            self._try(lambda: self.session.score(person.number, event, aspect, level))

    def _try(self, act: Callable[[], Any]) -> Any:
        try:
            done = act()
        except CxMaturityError as error:
            self.refusals = error.problems
            return None
        self.refusals = ()
        return done

    def harvest(self, atlas: Atlas) -> Atlas:
        """Return the atlas with the scores of a session that was shown, once per session."""
        talk = self.session.talk
        if not talk.revealed or self._taken == talk.session:
            return atlas
        self._taken = talk.session
        return with_scores(atlas, of_talk(talk))

    def forget(self) -> None:
        """Let a session that was shown be taken into the map once more: the map was read again."""
        self._taken = 0

    # --- what is shown -------------------------------------------------------------------------------------------

    def seat(self, atlas: Atlas, journey: str, language: Language) -> dict[str, Any]:
        """Return what a participant sees: their own scores, and everybody's means once they were shown."""
        talk, person = self.session.talk, self.person
        given = talk.given(person.number) if person else {}
        shown = atlas.journey(self.scored(atlas, journey))
        total = len(shown.events)
        done = sum(1 for event in shown.events if len(given.get(event.id, {})) == 2)
        return {
            "session": talk.session,
            "open": talk.is_open,
            "revealed": talk.revealed,
            "functions": [list(pair) for pair in functions(language)],
            "person": None if person is None else {"number": person.number, "function": person.function},
            "who": "" if person is None else self._who(person, language),
            "title": shown.title.of(language) or shown.id,
            "progress": message("journey_widget.seat.progress", language, n=done, total=total),
            "complete": bool(total) and done == total,
            "stages": [] if person is None else _stages(shown, given, language),
            "results": disagreements(with_scores(atlas, of_talk(talk)), shown.id, language)
            if talk.revealed
            else [],
            "refused": said(self.refusals, language),
        }

    def _who(self, person: Person, language: Language) -> str:
        return message(
            "journey_widget.seat.who",
            language,
            function=function_name(person.function, language),
            number=person.number,
        )

    def facilitator(self, atlas: Atlas, journey: str, language: Language) -> dict[str, Any]:
        """Return what the facilitator sees while people score: how many, of which functions, how far; no score."""
        talk = self.session.talk
        events = {event.id for event in atlas.journey(self.scored(atlas, journey)).events}
        counts: dict[str, int] = {}
        for person in talk.people.values():
            counts[person.function] = counts.get(person.function, 0) + 1
        given = sum(len(marks) for (_, event), marks in talk.scores.items() if event in events)
        wanted = len(talk.people) * len(events) * 2
        state = "open" if talk.is_open else "revealed" if talk.revealed else "none"
        people = message("journey_widget.workshop.people", language, n=len(talk.people))
        return {
            "state": state,
            "said": message(f"journey_widget.workshop.state.{state}", language, session=max(1, talk.session)),
            "people": people,
            "functions": [
                [function_name(function, language), i18n.number(count, language)]
                for function, count in sorted(counts.items())
            ],
            "share": given / wanted if wanted else 0.0,
            "progress": message(
                "journey_widget.workshop.progress",
                language,
                given=i18n.number(given, language),
                wanted=i18n.number(wanted, language),
            ),
            "shared": self.session.file is not None,
            "results": disagreements(atlas, journey, language),
            "refused": said(self.refusals, language),
        }


def _stages(
    journey: Journey, given: Mapping[str, Mapping[str, int]], language: Language
) -> list[dict[str, Any]]:
    return [
        {
            "name": stage.name.of(language) or stage.id,
            "events": [
                {
                    "id": event.id,
                    "title": event.action.of(language) or event.id,
                    "given": dict(given.get(event.id, {})),
                }
                for event in stage.events
            ],
        }
        for stage in journey.stages
    ]


def disagreements(atlas: Atlas, journey: str, language: Language) -> list[dict[str, Any]]:
    """Return the events that a workshop scored, those on which functions are furthest apart first."""
    rows = [_row(event, language) for event in atlas.journey(journey).events if event.scores]
    return sorted(rows, key=lambda row: (-(row["range"] if row["range"] is not None else -1), row["title"]))


def _row(event: Event, language: Language) -> dict[str, Any]:
    views = function_views(event.scores)
    apart = disagreement(views)
    return {
        "id": event.id,
        "title": event.action.of(language) or event.id,
        "range": apart,
        "apart": ""
        if apart is None
        else message("journey_widget.results.apart", language, points=i18n.number(apart, language, 1)),
        "functions": [
            {
                "name": function_name(view.function, language),
                "n": i18n.number(view.n, language),
                "satisfaction": view.satisfaction,
                "expectation": view.expectation,
                "satisfaction_said": i18n.number(view.satisfaction, language, 1),
                "expectation_said": i18n.number(view.expectation, language, 1),
            }
            for view in views
        ],
    }


def said(problems: Iterable[Problem], language: Language) -> list[str]:
    """Return problems in words, with their place."""
    from cxmaturity.i18n.messages import describe

    told = []
    for problem in problems:
        text = describe(problem, language)
        told.append(f"{problem.place}: {text}" if problem.place else text)
    return told
