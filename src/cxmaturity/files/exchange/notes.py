"""What each sticky note means: the row tells its kind, the column its event, the colour overrides both when it is said to."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal, get_args

import attrs

from cxmaturity.core.text import Language
from cxmaturity.files.answer_words import plain
from cxmaturity.files.catalog_yaml import load_catalog
from cxmaturity.files.exchange.board import LANE_GAP, Note, in_columns, lanes, pitch, stages
from cxmaturity.files.exchange.channels import UNKNOWN, ChannelReader
from cxmaturity.files.exchange.names import Names
from cxmaturity.files.exchange.words import say
from cxmaturity.files.findings import Findings, Spot
from cxmaturity.journey.values import (
    INITIATORS,
    LIFECYCLES,
    Atlas,
    Emotion,
    Event,
    Expectation,
    Initiator,
    Journey,
    Lifecycle,
    Opportunity,
    Pain,
    Stage,
    Words,
)

NoteKind = Literal["stage", "action", "channel", "expectation", "emotion", "pain", "opportunity"]
KINDS: Final[tuple[NoteKind, ...]] = get_args(NoteKind)
ORDERS: Final[Mapping[int, tuple[NoteKind, ...]]] = {
    1: ("action",),
    2: ("action", "pain"),
    3: ("stage", "action", "pain"),
    4: ("stage", "action", "pain", "opportunity"),
    5: ("stage", "action", "expectation", "pain", "opportunity"),
    6: ("stage", "action", "channel", "expectation", "pain", "opportunity"),
    7: KINDS,
}
"""What rows without a name hold, from the top, by their number: the grid of the workshop guide."""
_LABELS: Final = {
    "stage": "stage|stages|phase|phases|etape|etapes|steps",
    "action": "action|actions|event|events|evenement|evenements|what the customer does|what happens|ce que fait le client|"
    "ce qui se passe",
    "channel": "channel|channels|canal|canaux",
    "expectation": "expectation|expectations|attente|attentes",
    "emotion": "emotion|emotions|feeling|feelings|ressenti|ressentis",
    "pain": "pain|pains|pain points|irritant|irritants|what hurts|ce qui coince|problemes",
    "opportunity": "opportunity|opportunities|idea|ideas|idee|idees|opportunite|opportunites|piste|pistes",
}
_LABELLED: Final = {word: kind for kind, words in _LABELS.items() for word in words.split("|")}
_PHASES: Final[dict[str, Lifecycle]] = {
    **{name: name for name in LIFECYCLES},
    "conquete": "acquisition",
    "achat": "purchase",
    "utilisation": "use",
    "usage": "use",
    "assistance": "support",
    "fidelite": "loyalty",
    "fidelisation": "loyalty",
    "depart": "exit",
}


@attrs.define
class _Column:
    """One stage being filled."""

    left: float
    right: float
    title: str
    events: list[Event] = attrs.field(factory=list)
    places: list[float] = attrs.field(factory=list)


def arrange(
    notes: Sequence[Note],
    lost: Sequence[Note],
    found: Findings,
    *,
    client: str,
    language: Language,
    colours: Mapping[str, str],
) -> Atlas:
    """Return an atlas of one journey from notes with a place; `lost` and what fits nowhere get a stage of their own."""
    work = _Work(found=found, language=language, colours=colours)
    kinds = work.kinds(notes)
    columns = work.columns([note for note in notes if kinds.get(note.line) == "stage"], notes, kinds)
    read = in_columns(notes)
    for kind in KINDS[1:]:
        for note in read:
            if kinds.get(note.line) == kind:
                work.place(note, kind, columns)
    unplaced = [*lost, *work.left, *(note for note in notes if note.line not in kinds)]
    return work.atlas(columns, sorted(unplaced, key=lambda note: note.line), client)


@attrs.define(kw_only=True)
class _Work:
    found: Findings
    language: Language
    colours: Mapping[str, str]
    left: list[Note] = attrs.field(factory=list)
    names: Names = attrs.field(factory=Names)
    channels: ChannelReader = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        self.channels = ChannelReader(catalog=load_catalog(), language=self.language)

    def kinds(self, notes: Sequence[Note]) -> dict[int, str]:
        """Return the kind of each note by its line; names of rows and notes of rows too many are not in it, see `left`."""
        labels = self._labels(notes)
        plain_notes = [note for note in notes if note not in labels]
        found: dict[int, str] = dict.fromkeys((note.line for note in labels), "label")
        if labels:
            slack = LANE_GAP * pitch(notes)
            rows = sorted(labels, key=lambda note: note.y)
            for note in plain_notes:
                above = [row for row in rows if row.y <= note.y + slack]
                if above:
                    found[note.line] = _LABELLED[_label(above[-1])]
        else:
            rows_ = lanes(plain_notes) if plain_notes else []
            order = ORDERS.get(len(rows_), KINDS)
            for kind, row in zip(order, rows_, strict=False):
                found |= dict.fromkeys((note.line for note in row), kind)
        for note in plain_notes:
            meaning = self.colours.get(note.colour, "")
            if meaning in KINDS:
                found[note.line] = meaning
        return found

    def _labels(self, notes: Sequence[Note]) -> list[Note]:
        """Return the notes that name rows: known words, left of all others, at least two of them."""
        named = [note for note in notes if _label(note) in _LABELLED]
        others = [note.x for note in notes if note not in named]
        named = [note for note in named if not others or note.x < min(others)]
        return named if len(named) >= 2 else []

    def columns(
        self, titles: Sequence[Note], notes: Sequence[Note], kinds: Mapping[int, str]
    ) -> list[_Column]:
        """Return the stages: one for each title where there are titles, else one for each group of columns."""
        body = [note for note in notes if kinds.get(note.line) in KINDS[1:]]
        groups = stages(body) if body else []
        ranked = sorted(titles, key=lambda note: (note.x, note.y))
        if not ranked:
            names = [say("sticky", "stage", self.language, name=str(i)) for i in range(1, len(groups) + 1)]
            return [_Column(*group, name) for group, name in zip(groups, names, strict=True)]
        if len(ranked) == len(groups):
            return [_Column(*group, note.text) for group, note in zip(groups, ranked, strict=True)]
        edges = [(one.x + two.x) / 2 for one, two in itertools.pairwise(ranked)]
        sides = zip([float("-inf"), *edges], [*edges, float("inf")], ranked, strict=True)
        return [_Column(left, right, note.text) for left, right, note in sides]

    def place(self, note: Note, kind: str, columns: Sequence[_Column]) -> None:
        """Put a note where it belongs, or among those that are left."""
        column = min(columns, key=lambda it: max(it.left - note.x, note.x - it.right, 0.0), default=None)
        if column is None or (kind != "action" and not column.events):
            self.left.append(note)
        elif kind == "action":
            column.events.append(self._event(note))
            column.places.append(note.x)
        else:
            near = min(range(len(column.events)), key=lambda i: abs(column.places[i] - note.x))
            changed = self._with(column.events[near], note, kind)
            if changed is None:
                self.left.append(note)
            else:
                column.events[near] = changed

    def _event(self, note: Note) -> Event:
        meaning = self.colours.get(note.colour, "")
        by: Initiator = next((it for it in INITIATORS if it == meaning), "customer")
        return Event(id=self.names.fresh(note.text), by=by, action=self._words(note.text), channel="")

    def _with(self, event: Event, note: Note, kind: str) -> Event | None:
        """Return the event with what the note adds, or None when the event has it already."""
        words = self._words(note.text)
        change: dict[str, Any]
        if kind == "pain":
            pain = Pain(
                id=f"{event.id}-p{len(event.pains) + 1}",
                text=words,
                source=self.found.file,
                function=note.function,
            )
            change = {"pains": (*event.pains, pain)}
        elif kind == "opportunity":
            idea = Opportunity(id=f"{event.id}-o{len(event.opportunities) + 1}", text=words)
            change = {"opportunities": (*event.opportunities, idea)}
        elif kind == "expectation":
            said = event.expectation.text.of(self.language)
            change = {
                "expectation": Expectation(text=self._words(f"{said}; {note.text}" if said else note.text))
            }
        elif kind == "emotion":
            change = {"emotion": self._emotion(event.emotion, note.text)}
        elif event.channel or plain(note.text) in UNKNOWN:
            return None
        else:
            change = {"channel": self.channels.read(note.text)}
        return attrs.evolve(event, **change)

    def _emotion(self, emotion: Emotion, text: str) -> Emotion:
        try:
            valence = float(text.replace(",", ".").replace("−", "-"))
        except ValueError:
            valence = math.nan
        if emotion.valence is None and -2 <= valence <= 2:
            return attrs.evolve(emotion, valence=valence)
        said = emotion.word.of(self.language)
        return attrs.evolve(emotion, word=self._words(f"{said}; {text}" if said else text))

    def _words(self, text: str) -> Words:
        return Words(**{self.language: text})

    def atlas(self, columns: Sequence[_Column], unplaced: Sequence[Note], client: str) -> Atlas:
        names = Names()
        made = [
            Stage(
                id=names.fresh(column.title),
                name=self._words(column.title),
                lifecycle=_PHASES.get(plain(column.title), "use"),
                events=column.events,
            )
            for column in columns
        ]
        assumed = [say("assumed", "by", self.language)] + [
            say("assumed", "lifecycle", self.language, name=column.title)
            for column in columns
            if plain(column.title) not in _PHASES
        ]
        assumed += [say("assumed", "family", self.language, name=it) for it in self.channels.assumed]
        if unplaced:
            title = say("sticky", "unplaced", self.language)
            events = [self._unplaced(note) for note in unplaced]
            made.append(Stage(id=names.fresh(title), name=self._words(title), lifecycle="use", events=events))
        journey = Journey(
            id="workshop", title=self._words(say("sticky", "title", self.language)), stages=made
        )
        return Atlas(
            client=client,
            language=self.language,
            note=self._words("\n".join(assumed)),
            journeys=(journey,),
            channels=tuple(self.channels.own.values()),
        )

    def _unplaced(self, note: Note) -> Event:
        self.found.of(
            "exchange.sticky_unplaced",
            "the note '{text}' could not be placed; it is in the last stage.",
            at=Spot(note.line, 1),
            severity="warning",
            text=note.text[:60],
        )
        where = [say("sticky", "where", self.language, file=self.found.file, line=str(note.line))]
        if note.colour:
            where.append(say("sticky", "colour", self.language, name=note.colour))
        return attrs.evolve(self._event(note), note=self._words(", ".join(where)))


def _label(note: Note) -> str:
    return plain(note.text).rstrip(" :")
