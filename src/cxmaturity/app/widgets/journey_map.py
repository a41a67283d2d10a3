"""The journey map as people work on it: `JourneyMap`, in a notebook cell or on the page of a workshop.

The browser writes a few plain fields of this widget: the language, the event selected, the filters, which map is shown. Each is
checked again here. All else it asks for by the messages of `journey_map_messages.KINDS`. Everything shown is computed here.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar, Final

import traitlets

from cxmaturity.app.pages.look import worn
from cxmaturity.app.widgets import journey_map_view as view
from cxmaturity.app.widgets.bundle import bundle_script, bundle_styles
from cxmaturity.app.widgets.guard import Guarded
from cxmaturity.app.widgets.guest import Guest
from cxmaturity.app.widgets.journey_map_edit import Box
from cxmaturity.app.widgets.journey_map_filters import NO_FILTERS, read_filters
from cxmaturity.app.widgets.journey_map_messages import EVENTS
from cxmaturity.app.widgets.journey_map_scores import read_scores, with_scores
from cxmaturity.app.widgets.journey_map_session import Session
from cxmaturity.app.widgets.journey_map_state import MapState
from cxmaturity.app.widgets.journey_map_workshop import Workshop, said, session_file, written_functions
from cxmaturity.app.widgets.messages import Events
from cxmaturity.core.problems import CxMaturityError, Problem
from cxmaturity.core.text import Language
from cxmaturity.journey.results import AtlasResult, EventResult
from cxmaturity.journey.values import Atlas, Event, touchpoint_of

__all__ = ["SETTING", "JourneyMap", "open_map"]

SETTING: Final = "CXMATURITY_ENGAGEMENT"
"""Environment variable of the server's process that names the folder of the page; never the address."""
POLL_SECONDS: Final = 1.0
_ID: Final = 130
_SHEET: Final = "scores.csv"


class JourneyMap(Guest, Guarded):
    """A journey map on screen: choose an event and have it in Python, edit it, score it in a workshop.

    Parameters
    ----------
    atlas : Atlas or path
        An atlas, or a folder, a ``.yaml`` or an ``.xlsx`` file.
    language : {"en", "fr"}, optional
        The atlas's own by default; the person may change it at any time.
    journey, persona : str, optional
        Which map; the first of each by default.
    as_of : datetime.date, optional
        The day that ages are counted to; today by default.
    workshop : path, optional
        The file that several browsers of one room share; beside the journeys file by default, none for an atlas without a file.
    primary : str, optional
        The client's colour, ``#RRGGBB``.

    Raises
    ------
    InputError
        Everything wrong with the file.
    UnknownIdError
        For a journey or a persona that is not there.

    Notes
    -----
    `selected` is the id of the event chosen on the picture ("" for none), `event` that event, `touchpoint` its touchpoint;
    `filters` what the picture is filtered on; `atlas` everything as edited, `result` what follows from it. Observe `selected` or
    `filters` as any trait: ``shown.observe(print, "selected")``.

    ``shown = JourneyMap("examples/maison-lavande", language="en")``, shown by a cell, is the picture.
    """

    _esm: ClassVar[str] = bundle_script("journey_map.js")
    _css: ClassVar[str] = bundle_styles(
        "tokens.css", "widget.css", "journey_map.css", "map.css", scope=".cxm-journey"
    )
    writable: ClassVar[Mapping[str, int]] = {
        "language": 4,
        "selected": _ID,
        "filters": 8000,
        "journey": _ID,
        "persona": _ID,
    }
    events: ClassVar[Events] = EVENTS

    selected: Any = traitlets.Unicode("").tag(sync=True)
    filters: Any = traitlets.Dict().tag(sync=True)
    journey: Any = traitlets.Unicode("").tag(sync=True)
    persona: Any = traitlets.Unicode("").tag(sync=True)
    words: Any = traitlets.Dict().tag(sync=True)
    choices: Any = traitlets.Dict().tag(sync=True)
    picture: Any = traitlets.Dict().tag(sync=True)
    panel: Any = traitlets.Dict().tag(sync=True)
    status: Any = traitlets.Dict().tag(sync=True)
    workshop: Any = traitlets.Dict().tag(sync=True)
    seat: Any = traitlets.Dict().tag(sync=True)
    theme: Any = traitlets.Dict().tag(sync=True)
    handled: Any = traitlets.Int(0).tag(sync=True)
    _timer: asyncio.TimerHandle | None = None

    def __init__(
        self,
        atlas: Atlas | str | Path,
        *,
        language: Language | None = None,
        journey: str | None = None,
        persona: str | None = None,
        as_of: dt.date | None = None,
        workshop: str | Path | None = None,
        primary: str | None = None,
    ) -> None:
        self.state = MapState(atlas, journey=journey, persona=persona, as_of=as_of, language=language)
        file = self.state.file
        shared = workshop if workshop is not None else None if file is None else session_file(file)
        self.room = Workshop(Session(shared))
        self.room.refresh()
        self._harvest()
        self._primary = primary
        self._told_scores: tuple[Problem, ...] = ()
        self._drawn: tuple[Any, ...] = ()
        self._publishing = False
        super().__init__(
            theme=worn(primary),
            filters=dict(NO_FILTERS),
            **self._shown(),
        )
        self.observe(self._speak, names="language")
        self.observe(self._moved, names=["selected", "journey", "persona"])
        self._watch()

    # --- for notebooks -------------------------------------------------------------------------------------------

    @property
    def atlas(self) -> Atlas:
        """Everything as it stands on screen."""
        return self.state.atlas

    @property
    def result(self) -> AtlasResult:
        """What follows from it."""
        return self.state.result

    @property
    def event(self) -> Event | None:
        """The event selected."""
        where = self.state.where
        return None if where is None else where.event

    @property
    def touchpoint(self) -> str | None:
        """The id of the touchpoint of the event selected: stage x channel."""
        where = self.state.where
        return None if where is None else touchpoint_of(where.stage, where.event)

    @property
    def event_result(self) -> EventResult | None:
        """What follows for the event selected: valence with its interval, grade, reasons, functions."""
        found = self.result.of(self.state.journey, self.state.persona or None).events
        return next((one for one in found if one.event == self.state.selected), None)

    def save(self, path: str | Path | None = None, *, overwrite: bool = False) -> None:
        """Write the map into its file, comments kept, or into a new file.

        Raises
        ------
        InputError
            Everything that would be wrong, or ``files.map_changed`` when somebody else changed the file; it is then as it was.
        """
        try:
            self.state.save(path, overwrite=overwrite)
        finally:
            self._publish()

    def undo(self) -> bool:
        """Take back the last change."""
        done = self.state.undo()
        self._publish()
        return done

    def import_scores(self, path: str | Path) -> int:
        """Take in the scores of a workshop on paper, typed as a table; return how many rows were taken.

        Parameters
        ----------
        path : path
            A CSV file: event, function, participant, expectation, satisfaction.

        Raises
        ------
        InputError
            Everything wrong with it, by line; nothing is taken then.
        """
        file = Path(path)
        taken = self._take_scores(file.read_bytes(), file.name)
        self._publish()
        return taken

    def _take_scores(self, content: bytes, name: str) -> int:
        state = self.state
        rows = read_scores(content, name, state.atlas, written_functions(), language=state.language)
        state.take(with_scores(state.atlas, rows))
        return len(rows)

    # --- from the browser ----------------------------------------------------------------------------------------

    @traitlets.validate("selected")
    def _known_event(self, proposal: Any) -> str:
        value = str(proposal["value"])
        if value and value not in self.state.events:
            raise traitlets.TraitError
        return value

    @traitlets.validate("filters")
    def _known_filters(self, proposal: Any) -> dict[str, Any]:
        found = read_filters(proposal["value"])
        if found is None:
            raise traitlets.TraitError
        return found

    @traitlets.validate("journey")
    def _known_journey(self, proposal: Any) -> str:
        if proposal["value"] not in {one.id for one in self.state.atlas.journeys}:
            raise traitlets.TraitError
        return str(proposal["value"])

    @traitlets.validate("persona")
    def _known_persona(self, proposal: Any) -> str:
        known = {persona for one in self.state.atlas.journeys for persona in one.personas} | {""}
        if proposal["value"] not in known:
            raise traitlets.TraitError
        return str(proposal["value"])

    def set_state(self, sync_data: Any) -> None:
        """Take from the browser what is known; count what is not as refused, and show what holds."""
        try:
            super().set_state(sync_data)
        except traitlets.TraitError:
            self.refused += 1
            self.send_state()

    def _moved(self, change: Mapping[str, Any]) -> None:
        """Follow what was chosen: an event, another journey or persona."""
        if self._publishing:
            return
        state = self.state
        if change["name"] == "selected":
            state.selected = change["new"]
        else:
            journey = self.journey
            kept = self.persona if self.persona in state.personas(journey) else None
            state.show(journey, kept)
        self._publish()

    def _speak(self, change: Mapping[str, Any]) -> None:
        if change["new"] != self.state.language and not self._publishing:
            self.state.language = change["new"]
            self._publish()

    def receive(self, content: Mapping[str, Any]) -> None:
        """Do what an acceptable message asks, then show the result."""
        kind, state = content["kind"], self.state
        if kind == "edit":
            state.edit(Box(*(content[name] for name in ("at", "part", "item", "field"))), content["text"])
        elif kind == "add":
            state.add(content["at"], content["part"], content["text"], choice=content["choice"])
        elif kind == "remove":
            state.remove(*(content[name] for name in ("at", "part", "item")))
        elif kind == "undo":
            state.undo()
        elif kind == "save":
            state.try_to_save()
        elif kind == "reload":
            state.reload()
            self.room.forget()
            self._harvest()
        else:
            self._receive_in_the_room(kind, content)
        self._publish(seq=content["seq"])

    def _receive_in_the_room(self, kind: str, content: Mapping[str, Any]) -> None:
        room, atlas = self.room, self.state.atlas
        if kind == "open":
            room.open(atlas, self.state.journey)
        elif kind == "reveal":
            room.reveal()
        elif kind == "join":
            room.join(content["function"], content["key"])
        elif kind == "leave":
            room.leave()
        elif kind == "score":
            room.score(atlas, content["at"], content["aspect"], content["level"])
        elif kind == "import":
            self._told_scores = ()
            try:
                self._take_scores(content["text"].encode(), _SHEET)
            except CxMaturityError as error:
                self._told_scores = error.problems
        self._harvest()

    def _harvest(self) -> None:
        """Take the scores of a session that was shown into the map, as one step of undo."""
        self.state.take(self.room.harvest(self.state.atlas))

    # --- to the browser ------------------------------------------------------------------------------------------

    def refresh(self) -> bool:
        """Read what others said in the room, and show it; done every second while an event loop runs."""
        if not self.room.refresh():
            return False
        self._harvest()
        self._publish()
        return True

    def _watch(self) -> None:
        with contextlib.suppress(RuntimeError):  # plain Python: `refresh` is called by hand
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(POLL_SECONDS, self._look)

    def _look(self) -> None:
        self.refresh()
        self._watch()

    def _publish(self, *, seq: int | None = None) -> None:
        self._publishing = True
        try:
            with self.hold_sync():
                shown = self._shown()
                for name, value in shown.items():
                    setattr(self, name, value)
                if seq is not None:
                    self.handled = seq
        finally:
            self._publishing = False

    def _shown(self) -> dict[str, Any]:
        state, language = self.state, self.state.language
        shown: dict[str, Any] = {
            "language": language,
            "journey": state.journey,
            "persona": state.persona,
            "selected": state.selected,
            "status": view.status(state),
            "panel": view.panel(state),
            "workshop": self.room.facilitator(state.atlas, state.journey, language)
            | {"import_wrong": said(self._told_scores, language)},
            "seat": self.room.seat(state.atlas, state.journey, language),
        }
        drawn = (state.atlas, state.journey, state.persona, language)
        if not self._drawn or any(new is not old for new, old in zip(drawn, self._drawn, strict=True)):
            self._drawn = drawn
            shown |= {
                "words": view.words(language),
                "choices": view.choices(state),
                "picture": view.picture(state, self._primary),
            }
        return shown

    def close(self) -> None:
        """Stop looking at the room and close the widget."""
        if self._timer is not None:
            self._timer.cancel()
        super().close()


def open_map(source: str | Path | None = None, language: Language | None = None, **asked: Any) -> JourneyMap:
    """Return the map of the notebook: of the folder that the server was started with, else of the one named.

    Parameters
    ----------
    source : path, optional
        Used when the process has no setting of its own (`SETTING`), as in JupyterLab.
    language : {"en", "fr"}, optional
        The atlas's own by default.
    **asked
        As for `JourneyMap`.
    """
    path = Path(os.environ.get(SETTING) or source or ".")
    return JourneyMap(path, language=language, **({"primary": _colour_of(path)} | asked))


def _colour_of(path: Path) -> str | None:
    """Return the client's colour when the path is an engagement folder that can be read."""
    from cxmaturity.files import read_engagement  # only where a folder is opened

    try:
        return read_engagement(path).theme.primary if path.is_dir() else None
    except CxMaturityError:
        return None
