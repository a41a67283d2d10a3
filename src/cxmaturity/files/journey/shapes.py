"""The shape of a journey document, built from its declaration: the same for YAML and for the workbook."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from functools import cache, partial
from typing import Any, Final

import attrs

from cxmaturity.core.ids import slugify
from cxmaturity.core.text import LANGUAGES, Language
from cxmaturity.files.findings import Findings, Path
from cxmaturity.files.groups import Items, Key, Record, Table
from cxmaturity.files.journey.fields import ATLAS, ENTITIES, INSIDE, Entity, Field
from cxmaturity.files.shapes import FLAG, WRONG, Choice, Date, Number, Shape, Text, note_wrong_type, short
from cxmaturity.files.wording import language_of as language_of  # noqa: PLC0414  # asked for here first
from cxmaturity.files.yaml_tree import Mapping, Node, Scalar
from cxmaturity.journey import values as v

SCHEMA_ID: Final = "cxmaturity.journeys/1"
MAX_ITEMS: Final = 2_000
_ABSENT: Final = object()
_ID: Final = re.compile(r"[a-z0-9]+(?:[-_.][a-z0-9]+)*")
# What stands in for a required value that cannot be read, while the rest is checked.
_STAND_INS: Final[dict[str, Any]] = {
    "text": "?",
    "words": v.Words("?"),
    "id": "?",
    "ref": "?",
    "number": 0.0,
    "whole": 0,
}
_LETTERS: Final = {"satisfaction": "m", "pains": "p", "opportunities": "o"}


@attrs.frozen(kw_only=True)
class WordsShape:
    """A text in the language of the document, or one text for each language."""

    language: Language
    limit: int
    expected: str = attrs.field(default="a text", init=False)

    def read(self, node: Node, path: Path, found: Findings) -> Any:
        """Return the `Words`."""
        if not isinstance(node, Mapping):
            text = Text(limit=self.limit).read(node, path, found)
            return WRONG if text is WRONG else v.Words(**{self.language: text})
        texts = _texts(self.limit).read(node, path, found)
        if texts is not WRONG and not texts:
            return note_wrong_type(self.expected, node, path, found)
        return texts


@cache
def _texts(limit: int) -> Record:
    key = Key(Text(limit=limit), default="", stand_in="", harmless=True)
    return Record(keys={"en": key, "fr": key}, build=v.Words)


@attrs.frozen(kw_only=True)
class Id:
    """A name that never changes: small letters, digits and dashes."""

    expected: str = attrs.field(default="a text", init=False)

    def read(self, node: Node, path: Path, found: Findings) -> Any:
        """Return the id; one that is badly written is noted, and used as typed."""
        text = Text(limit=100).read(node, path, found)
        if text is WRONG:
            return WRONG
        text = text.strip()
        if not _ID.fullmatch(text):
            found.of(
                "files.journey_id",
                "'{got}' is not an id: small letters, digits and dashes only.",
                hint="Write '{fixed}'.",
                at=node,
                path=path,
                got=short(text),
                fixed=slugify(text),
            )
        return text


@attrs.frozen(kw_only=True)
class Reference:
    """The id of something else; whether it exists is asked later, of the whole document."""

    expected: str = attrs.field(default="a text", init=False)

    def read(self, node: Node, path: Path, found: Findings) -> Any:
        """Return the id."""
        text = Text(limit=200).read(node, path, found)
        return WRONG if text is WRONG else text.strip()


@cache
def atlas_shape(language: Language) -> Record:
    """Return the shape of a whole document whose plain texts are in `language`."""
    record = entity_shape(ATLAS, language)
    schema = Key(Choice(names=(SCHEMA_ID,)), default=_ABSENT, stand_in=_ABSENT, harmless=True)
    return attrs.evolve(record, keys={"schema": schema, **record.keys}, build=_build_atlas)


def _build_atlas(schema: object, **given: Any) -> v.Atlas:  # noqa: ARG001  # checked, and of no further use
    atlas: v.Atlas = _build(v.Atlas, **given)
    return atlas


@cache
def entity_shape(entity: Entity, language: Language) -> Record:
    """Return the shape of one kind of thing."""
    keys: dict[str, Key] = {}
    for field in entity.fields:
        first, dot, _ = field.key.partition(".")
        if first in keys:
            continue
        if dot:
            inside = [other for other in entity.fields if other.key.startswith(f"{first}.")]
            keys[first] = _optional(_inside(first, tuple(inside), language))
        else:
            keys[first] = _key(field, language)
    build = _build_event if entity.values is v.Event else partial(_build, entity.values)
    return Record(keys=keys, build=build)


@cache
def _inside(first: str, fields: tuple[Field, ...], language: Language) -> Shape:
    keys = {field.key.partition(".")[2]: _key(field, language) for field in fields}
    record = Record(keys=keys, build=partial(_build, INSIDE[first]))
    if first != "campaign":
        return record
    short_form = _Through(shape=WordsShape(language=language, limit=200), then=_campaign)
    return _TextOrRecord(text=short_form, record=record)


def _campaign(name: v.Words) -> v.Campaign:
    return v.Campaign(name=name)


def _key(field: Field, language: Language) -> Key:
    shape = _shape(field, language)
    if not field.required:
        return _optional(shape)
    stand_in = field.names[0] if field.names else _STAND_INS[field.kind]
    return Key(shape, required=True, stand_in=stand_in)


def _optional(shape: Shape) -> Key:
    return Key(shape, default=_ABSENT, stand_in=_ABSENT)


def _shape(field: Field, language: Language) -> Shape:
    low = -math.inf if field.low is None else field.low
    rows = partial(Items, limit=MAX_ITEMS)
    made: dict[str, Callable[[], Shape]] = {
        "text": lambda: Text(limit=field.limit),
        "words": lambda: WordsShape(language=language, limit=field.limit),
        "id": Id,
        "ref": Reference,
        "refs": lambda: rows(item=Reference()),
        "number": lambda: Number(low=low),
        "whole": lambda: Number(whole=True, low=low),
        "rate": lambda: Number(low=0, high=1, rate=True),
        "flag": lambda: FLAG,
        "date": Date,
        "choice": lambda: Choice(names=field.names),
        "counts": lambda: rows(item=Number(whole=True, low=0), limit=101),
        "texts": lambda: rows(item=Text(limit=field.limit)),
        "many_words": lambda: rows(item=WordsShape(language=language, limit=field.limit)),
        "weights": lambda: _Through(shape=Table(item=lambda _: Number(low=0), names=()), then=_pairs),
        "data": lambda: rows(item=_personal_data(language)),
        "parts": lambda: rows(item=_part(ENTITIES[field.to], language)),
    }
    return made[field.kind]()


@attrs.frozen(kw_only=True)
class _Through:
    """A shape whose value is turned into another one."""

    shape: Shape
    then: Callable[[Any], Any]

    @property
    def expected(self) -> str:
        """How an error calls it."""
        return self.shape.expected

    def read(self, node: Node, path: Path, found: Findings) -> Any:
        """Return what `then` makes of the value."""
        value = self.shape.read(node, path, found)
        return WRONG if value is WRONG else self.then(value)


def _pairs(table: dict[str, Any]) -> tuple[tuple[str, Any], ...]:
    return tuple(table.items())


@cache
def _personal_data(language: Language) -> Shape:
    words = WordsShape(language=language, limit=200)
    record = Record(
        keys={
            "name": Key(words, required=True, stand_in=_STAND_INS["words"]),
            "basis": _optional(Choice(names=v.LEGAL_BASES)),
            "retention_months": _optional(Number(whole=True, low=0)),
        },
        build=partial(_build, v.PersonalData),
    )
    short_form = _Through(shape=words, then=lambda name: v.PersonalData(name=name))
    return _TextOrRecord(text=short_form, record=record)


def _part(entity: Entity, language: Language) -> Shape:
    record = entity_shape(entity, language)
    if not entity.short:
        return record
    field = entity.field(entity.short)
    short_form = _Through(shape=_shape(field, language), then=lambda text: _build(entity.values, text=text))
    return _TextOrRecord(text=short_form, record=record)


@attrs.frozen(kw_only=True)
class _TextOrRecord:
    """A group of keys, or its text alone: in one language, or ``{en: ..., fr: ...}``."""

    text: Shape
    record: Shape
    expected: str = attrs.field(default="a text or a group of keys", init=False)

    def read(self, node: Node, path: Path, found: Findings) -> Any:
        """Return what the form used says."""
        keys = {entry.key for entry in node.entries} if isinstance(node, Mapping) else set()
        alone = isinstance(node, Scalar) or (keys and keys <= set(LANGUAGES))
        return (self.text if alone else self.record).read(node, path, found)


def _build(cls: type[Any], **given: Any) -> Any:
    """Build a value from the keys that were typed; an id that is left out is given by what it belongs to."""
    kept = {name: value for name, value in given.items() if value is not _ABSENT}
    if cls in _NAMED_LATER:
        kept.setdefault("id", "")
    return cls(**kept)


_NAMED_LATER: Final = (v.Measure, v.Pain, v.Opportunity)


def _build_event(**given: Any) -> v.Event:
    """Build an event; its measures, pains and opportunities without an id get one from its own: ``pay-m1``."""
    for name, letter in _LETTERS.items():
        if given[name] is not _ABSENT:
            given[name] = _named(given[name], f"{given['id']}-{letter}")
    event: v.Event = _build(v.Event, **given)
    return event


def _named(items: tuple[Any, ...], start: str) -> tuple[Any, ...]:
    taken = {item.id for item in items if item.id}
    named = []
    for position, item in enumerate(items, 1):
        number = position
        while not item.id and f"{start}{number}" in taken:
            number += 1
        name = item.id or f"{start}{number}"
        taken.add(name)
        named.append(item if item.id else attrs.evolve(item, id=name))
    return tuple(named)
