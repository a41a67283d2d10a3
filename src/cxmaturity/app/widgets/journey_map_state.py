"""The one state of a journey map on screen: the atlas as edited, what follows from it, what was not understood, what is undone.

Every change comes through a method here, from a browser, a notebook or a test alike. A change that cannot be is kept beside its
field as it was typed, and changes nothing else.
"""

from __future__ import annotations

import datetime as dt
from functools import cache
from pathlib import Path
from typing import Any, Final

import attrs

from cxmaturity.app.widgets.journey_map_edit import Box, Where, Wrong, added, edited, find, removed
from cxmaturity.catalog import Catalog
from cxmaturity.core.problems import CxMaturityError, InputError, Problem, UnknownIdError
from cxmaturity.core.text import Language
from cxmaturity.files import load_catalog
from cxmaturity.files.journey.editing import Document, new_document, open_document, save_document
from cxmaturity.journey.results import AtlasResult
from cxmaturity.journey.values import Atlas

UNDO_STEPS: Final = 200
SEED: Final = 1
NEW: Final = "new"
"""The field of a box where something is added."""


@cache
def catalog() -> Catalog:
    """Return our catalogue, read once."""
    return load_catalog()


@attrs.frozen
class Slip:
    """What was typed in one box and not taken, and why."""

    text: str
    wrong: Wrong


class MapState:
    """What a journey map knows.

    Parameters
    ----------
    source : Atlas or path
        An atlas, or a folder, a ``.yaml`` or an ``.xlsx`` file to read it from.
    journey, persona : str, optional
        Which map is shown; the first of each by default.
    as_of : datetime.date, optional
        The day that ages are counted to; today by default.
    language : {"en", "fr"}, optional
        The atlas's own by default.

    Raises
    ------
    InputError
        Everything wrong with the file, or an atlas without a journey.
    UnknownIdError
        For a journey or a persona that is not there.
    """

    def __init__(
        self,
        source: Atlas | str | Path,
        *,
        journey: str | None = None,
        persona: str | None = None,
        as_of: dt.date | None = None,
        language: Language | None = None,
    ) -> None:
        self.as_of = as_of or dt.datetime.now(dt.UTC).date()
        self.document: Document | None = None
        if isinstance(source, Atlas):
            self.atlas = source
        else:
            self.document = open_document(Path(source))
            self.atlas = self.document.atlas
        self.saved = self.atlas
        self.language: Language = language or self.atlas.language
        self.slips: dict[Box, Slip] = {}
        self.refusals: tuple[Problem, ...] = ()
        self.selected = ""
        self._undo: list[Atlas] = []
        self._analysed: tuple[Atlas, AtlasResult] | None = None
        if not self.atlas.journeys:
            raise InputError.of(
                "widgets.map_no_journey",
                "there is no journey to show.",
                hint="'cxmaturity new --with journey' writes a first one.",
            )
        self.journey, self.persona = "", ""
        self.show(self.atlas.journeys[0].id if journey is None else journey, persona)

    # --- what is shown -----------------------------------------------------------------------------------------

    def show(self, journey: str, persona: str | None = None) -> None:
        """Show another journey, or the same for another persona; what is not of it is no longer selected."""
        names = [one.id for one in self.atlas.journeys]
        if journey not in names:
            raise UnknownIdError.from_name("journey", journey, names)
        personas = self.personas(journey)
        if persona and persona not in personas:
            raise UnknownIdError.from_name("persona", persona, personas)
        self.journey, self.persona = journey, persona or (personas[0] if personas else "")
        if self.selected and self.selected not in self.events:
            self.selected = ""

    def personas(self, journey: str) -> tuple[str, ...]:
        """Return the personas of a journey."""
        return tuple(dict.fromkeys(self.atlas.journey(journey).personas))

    @property
    def events(self) -> tuple[str, ...]:
        """Ids of the events of the journey shown, in order."""
        return tuple(event.id for event in self.atlas.journey(self.journey).events)

    @property
    def where(self) -> Where | None:
        """The event selected, with its journey and its stage."""
        return find(self.atlas, self.selected) if self.selected else None

    @property
    def result(self) -> AtlasResult:
        """What follows from the atlas as it stands; nothing is computed twice."""
        from cxmaturity.journey.analyse import analyse  # numpy only where something is drawn

        if self._analysed is None or self._analysed[0] is not self.atlas:
            found = analyse(self.atlas, catalog(), as_of=self.as_of, seed=SEED)
            self._analysed = (self.atlas, found)
        return self._analysed[1]

    # --- one change at a time ------------------------------------------------------------------------------------

    def edit(self, box: Box, text: str) -> bool:
        """Take what was typed in one box; say whether it was understood and can be."""
        return self._settle(
            edited(self.atlas, box, text, language=self.language, today=self.as_of), box, text
        )

    def add(self, event: str, part: str, text: str, *, choice: str = "") -> bool:
        """Add a measure (`choice` is its metric), a pain or an opportunity; say whether it was."""
        new = added(self.atlas, event, part, text, choice=choice, language=self.language, today=self.as_of)
        return self._settle(new, Box(event, part, "", NEW), text)

    def remove(self, event: str, part: str, item: str) -> bool:
        """Take one item out; say whether it was there."""
        new = removed(self.atlas, event, part, item)
        if isinstance(new, Wrong):
            return False
        here = (event, part, item)
        self.slips = {
            box: slip for box, slip in self.slips.items() if (box.event, box.part, box.item) != here
        }
        self.take(new)
        return True

    def _settle(self, new: Atlas | Wrong, key: Box, text: str) -> bool:
        self.slips.pop(key, None)
        if isinstance(new, Wrong):
            if new.reason != "gone":
                self.slips[key] = Slip(text, new)
            return False
        self.take(new)
        return True

    def take(self, atlas: Atlas) -> None:
        """Make an atlas the current one, as one step of undo; the same atlas is no step."""
        if atlas == self.atlas:
            return
        self._undo.append(self.atlas)
        del self._undo[:-UNDO_STEPS]
        self.atlas = atlas
        self.refusals = ()

    def undo(self) -> bool:
        """Take back the last change, or else what was not understood; say whether there was one."""
        had = self.can_undo
        if self.slips:
            self.slips = {}
        elif self._undo:
            self.atlas = self._undo.pop()
        self.refusals = ()
        return had

    @property
    def can_undo(self) -> bool:
        """Whether there is something to take back."""
        return bool(self._undo or self.slips)

    # --- the file ------------------------------------------------------------------------------------------------

    @property
    def file(self) -> Path | None:
        """The file behind the map."""
        return None if self.document is None else self.document.file

    @property
    def unsaved(self) -> bool:
        """Whether the file lacks something."""
        return self.atlas != self.saved

    def save(self, path: str | Path | None = None, *, overwrite: bool = False) -> None:
        """Write the map into its file, or into a new one that is its file from then on.

        Raises
        ------
        InputError
            ``widgets.map_slips`` when a box holds what was not understood, ``widgets.map_no_file`` without a file, and what
            `cxmaturity.files.journey.editing` refuses; the file is then as it was.
        """
        if self.slips:
            raise InputError.of(
                "widgets.map_slips",
                "some boxes hold what was not understood; nothing was written.",
                hint="Put them right, or undo.",
            )
        if path is not None and (self.file is None or Path(path).resolve() != self.file.resolve()):
            self.document = new_document(Path(path), self.atlas, overwrite=overwrite)
        elif self.document is None:
            raise InputError.of(
                "widgets.map_no_file",
                "this map has no file.",
                hint='Name one: save("journeys.yaml").',
            )
        elif self.unsaved:
            self.document = save_document(self.document, self.atlas)
        self.saved = self.atlas

    def try_to_save(self) -> bool:
        """Save, and keep what is refused for the page instead of raising it."""
        try:
            self.save()
        except CxMaturityError as error:
            self.refusals = error.problems
            return False
        self.refusals = ()
        return True

    def reload(self) -> bool:
        """Read the file again and forget what was not saved; when it is wrong, keep all and say why."""
        if self.file is None:
            return False
        try:
            document = open_document(self.file)
        except CxMaturityError as error:
            self.refusals = error.problems
            return False
        if not document.atlas.journeys:
            return False
        self.document = document
        self.atlas = self.saved = document.atlas
        self._undo.clear()
        self.slips, self.refusals = {}, ()
        names = [one.id for one in self.atlas.journeys]
        journey = self.journey if self.journey in names else names[0]
        kept = self.persona if self.persona in self.personas(journey) else None
        self.show(journey, kept)
        return True


def problems_at(result: AtlasResult, event: str) -> tuple[Problem, ...]:
    """Return what the rules found at one event and at what it holds."""
    where = find(result.atlas, event)
    if where is None:
        return ()
    held: tuple[Any, ...] = (*where.event.satisfaction, *where.event.pains, *where.event.opportunities)
    names = {event, *(one.id for one in held)}
    return tuple(problem for problem in result.findings if dict(problem.params).get("at") in names)
