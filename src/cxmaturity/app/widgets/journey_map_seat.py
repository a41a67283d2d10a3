"""A participant's place in a workshop, on a device of the room: `WorkshopSeat` joins and scores, and does nothing else."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

import traitlets

from cxmaturity.app.widgets.bundle import bundle_script, bundle_styles
from cxmaturity.app.widgets.guard import Guarded
from cxmaturity.app.widgets.guest import Guest
from cxmaturity.app.widgets.journey_map_messages import SEAT_EVENTS
from cxmaturity.app.widgets.journey_map_session import Session
from cxmaturity.app.widgets.journey_map_state import MapState
from cxmaturity.app.widgets.journey_map_view import words
from cxmaturity.app.widgets.journey_map_workshop import Workshop, session_file
from cxmaturity.app.widgets.messages import Events
from cxmaturity.core.text import Language
from cxmaturity.journey.values import Atlas

POLL_SECONDS = 1.0
SETTING = "CXMATURITY_ENGAGEMENT"


class WorkshopSeat(Guest, Guarded):
    """A participant's screen: say for which function, then score expectation and satisfaction at each event.

    Parameters
    ----------
    atlas : Atlas or path
        As for `JourneyMap`; nothing of it is changed.
    language : {"en", "fr"}, optional
        The atlas's own by default.
    journey : str, optional
        The first by default.
    workshop : path, optional
        The shared file; beside the journeys file by default.
    """

    _esm: ClassVar[str] = bundle_script("journey_map_seat.js")
    _css: ClassVar[str] = bundle_styles("tokens.css", "widget.css", "journey_map.css", scope=".cxm-journey")
    writable: ClassVar[Mapping[str, int]] = {"language": 4}
    events: ClassVar[Events] = SEAT_EVENTS

    words: Any = traitlets.Dict().tag(sync=True)
    seat: Any = traitlets.Dict().tag(sync=True)
    handled: Any = traitlets.Int(0).tag(sync=True)
    _timer: asyncio.TimerHandle | None = None

    def __init__(
        self,
        atlas: Atlas | str | Path,
        *,
        language: Language | None = None,
        journey: str | None = None,
        workshop: str | Path | None = None,
    ) -> None:
        self.state = MapState(atlas, journey=journey, language=language)
        file = self.state.file
        shared = workshop if workshop is not None else None if file is None else session_file(file)
        self.room = Workshop(Session(shared))
        self.room.refresh()
        super().__init__(**self._shown())
        self.observe(self._speak, names="language")
        self._watch()

    def _speak(self, change: Mapping[str, Any]) -> None:
        if change["new"] != self.state.language:
            self.state.language = change["new"]
            self._publish(self.handled)

    def receive(self, content: Mapping[str, Any]) -> None:
        """Do what an acceptable message asks, then show the result."""
        kind, room = content["kind"], self.room
        if kind == "join":
            room.join(content["function"], content["key"])
        elif kind == "leave":
            room.leave()
        else:
            room.score(self.state.atlas, content["at"], content["aspect"], content["level"])
        self._publish(content["seq"])

    def refresh(self) -> bool:
        """Read what was said in the room; done every second while an event loop runs."""
        changed = self.room.refresh()
        if changed:
            self._publish(self.handled)
        return changed

    def _watch(self) -> None:
        with contextlib.suppress(RuntimeError):  # plain Python: `refresh` is called by hand
            self._timer = asyncio.get_running_loop().call_later(POLL_SECONDS, self._look)

    def _look(self) -> None:
        self.refresh()
        self._watch()

    def _publish(self, seq: int) -> None:
        with self.hold_sync():
            for name, value in self._shown().items():
                setattr(self, name, value)
            self.handled = seq

    def _shown(self) -> dict[str, Any]:
        state = self.state
        return {
            "language": state.language,
            "words": words(state.language),
            "seat": self.room.seat(state.atlas, state.journey, state.language),
        }

    def close(self) -> None:
        """Stop looking at the room and close the widget."""
        if self._timer is not None:
            self._timer.cancel()
        super().close()


def open_seat(source: str | Path | None = None, language: Language | None = None) -> WorkshopSeat:
    """Return the seat of the notebook: of the folder that the server was started with, else of the one named."""
    own = os.environ.get(SETTING)
    return WorkshopSeat(Path(own or source or "."), language=language)
