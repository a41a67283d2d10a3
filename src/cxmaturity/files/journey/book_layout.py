"""The sheets of the workbook and their columns, derived from the declaration of the keys.

A column is named by its sheet and its key (``touchpoints.action.fr``): the hidden second row of every sheet holds
these names, so that titles, order and even the names of sheets may change.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Final

import attrs

from cxmaturity.core.text import LANGUAGES, Language
from cxmaturity.files.journey.fields import BOTH, ENTITIES, Field
from cxmaturity.files.journey.words import described, label, say

PAIN_AND_OPPORTUNITY: Final = ("pain", "opportunity")
ENTRIES: Final = ("actor", "system", "product", "channel", "source", "jargon")
MISSION_KEYS: Final = (
    "client",
    "language",
    "currency",
    "note",
    "strategy.text",
    "strategy.weights",
    "answers",
)
FIRST_MEASURE: Final = (
    *("value", "metric", "n", "date", "kind", "source"),
    *("sd", "promoters", "detractors", "counts", "persona", "id"),
)
"""The keys of the first measure of an event, which stand in the row of the event."""
_FIRST_SHOWN: Final = FIRST_MEASURE[:6]


@attrs.frozen(kw_only=True)
class Column:
    """One column.

    `key` is its name without the sheet; `field` what it holds, None for what a row belongs to or is; `owner` the
    entity whose field it is; `language` that of a text; `to` the kind of thing that it names.
    """

    key: str
    owner: str
    field: Field
    language: Language | None = None
    title_key: str = ""

    @property
    def group(self) -> str:
        """The colour group."""
        return self.field.group

    def title(self, language: Language, texts_in: Language) -> str:
        """Return the title; a text in the other language than the document's says so."""
        said = label(self.owner, self.title_key or self.field.key, language)
        if self.language is None or self.language == texts_in:
            return said
        return f"{said} ({say(f'in_language.{self.language}', language)})"

    def help(self, language: Language) -> str:
        """Return what the column is for."""
        return described(self.owner, self.title_key or self.field.key, language)

    def is_shown(self, texts_in: Language) -> bool:
        """Tell whether the column is among those shown at first."""
        return self.field.quick and self.language in (None, texts_in)


@attrs.frozen(kw_only=True)
class Sheet:
    """One sheet of rows: what a row is, and what it belongs to."""

    name: str
    entities: tuple[str, ...]
    columns: tuple[Column, ...]
    parents: tuple[str, ...] = ()

    def title(self, language: Language) -> str:
        """Return the title of the sheet."""
        return say(f"sheet.{self.name}", language)

    def column(self, key: str) -> Column:
        """Return the column `key`; `KeyError` when there is none."""
        for column in self.columns:
            if column.key == key:
                return column
        raise KeyError(key)


def _columns(owner: str, fields: tuple[Field, ...], prefix: str = "") -> Iterator[Column]:
    for field in fields:
        if field.kind == "parts":
            continue
        if field.kind in BOTH:
            for language in LANGUAGES:
                yield Column(
                    key=f"{prefix}{field.key}.{language}", owner=owner, field=field, language=language
                )
        else:
            yield Column(key=f"{prefix}{field.key}", owner=owner, field=field)


def _link(to: str, *, owner: str = "any", required: bool = True, **look: object) -> Column:
    field = Field(key=to, kind="ref", to=to, required=required, **{"quick": True, "width": 24, **look})  # type: ignore[arg-type]
    return Column(key=to, owner=owner, field=field)


def _what(owner: str, names: tuple[str, ...]) -> Column:
    field = Field(key="what", kind="choice", names=names, required=True, quick=True, width=14)
    return Column(key="what", owner=owner, field=field)


def _plain_sheet(name: str, entity: str, *links: Column) -> Sheet:
    columns = (*links, *_columns(entity, ENTITIES[entity].fields))
    parents = tuple(link.key for link in links)
    return Sheet(name=name, entities=(entity,), columns=columns, parents=parents)


def _mixed_sheet(name: str, owner: str, entities: tuple[str, ...], *links: Column) -> Sheet:
    """Return a sheet of rows of several kinds, told apart by their first column; like fields share a column."""
    columns: dict[str, Column] = {}
    for entity in entities:
        fields = ENTITIES[entity].fields if entity in ENTITIES else ()
        for column in _columns(entity, fields):
            shared = columns.setdefault(column.key, column)
            if shared is not column and column.field.required < shared.field.required:
                columns[column.key] = attrs.evolve(shared, field=column.field)
    listed = (*links, _what(owner, entities), *columns.values())
    return Sheet(name=name, entities=entities, columns=listed, parents=tuple(link.key for link in links))


def _touchpoints() -> Sheet:
    columns: list[Column] = [
        _link("journey", required=False, quick=False, width=24, group="what"),
        _link("stage", width=20),
    ]
    columns += [
        attrs.evolve(column, field=attrs.evolve(column.field, group=_what_group(column)))
        for column in _columns("event", ENTITIES["event"].fields)
    ]
    measure = ENTITIES["measure"]
    for key in FIRST_MEASURE:
        field = attrs.evolve(measure.field(key), required=False, quick=key in _FIRST_SHOWN, group="proof")
        for column in _columns("measure", (field,), prefix="first."):
            columns.append(attrs.evolve(column, title_key="first_id" if key == "id" else key))
    for name, quick in (("pains", True), ("opportunities", False)):
        field = Field(key=name, kind="words", group="act", quick=quick, width=32)
        columns += [
            Column(key=f"first.{name}.{language}", owner="event", field=field, language=language)
            for language in LANGUAGES
        ]
    return Sheet(
        name="touchpoints", entities=("event",), columns=tuple(columns), parents=("stage", "journey")
    )


def _what_group(column: Column) -> str:
    return "what" if column.group == "id" else column.group


GROUPS: Final = ("id", "what", "lived", "proof", "act", "behind", "money", "flow", "story")


@cache
def sheets() -> tuple[Sheet, ...]:
    """Return the sheets of rows, in the order of the workbook."""
    return (
        _plain_sheet("promises", "promise"),
        _plain_sheet("personas", "persona"),
        _plain_sheet("claims", "claim", _link("persona", owner="claim")),
        _plain_sheet("journeys", "journey"),
        _plain_sheet("stages", "stage", _link("journey", required=False, width=30)),
        _touchpoints(),
        _plain_sheet("evidence", "measure", _link("event", width=30)),
        _mixed_sheet("voices", "voice", PAIN_AND_OPPORTUNITY, _link("event", width=30)),
        _plain_sheet("scores", "score", _link("event", width=30)),
        _mixed_sheet("catalogues", "entry", ENTRIES),
        _plain_sheet("waivers", "waiver"),
    )


def sheet(name: str) -> Sheet:
    """Return the sheet `name`; `KeyError` when there is none."""
    for one in sheets():
        if one.name == name:
            return one
    raise KeyError(name)


def mission_columns() -> tuple[Column, ...]:
    """Return the lines of the sheet Mission, one per key."""
    atlas = ENTITIES["atlas"]
    return tuple(_columns("atlas", tuple(atlas.field(key) for key in MISSION_KEYS)))


def once_named(columns: Iterable[Column], texts_in: Language) -> dict[str, str]:
    """Return the names of columns from when a text of theirs had one column for both languages: old name to new."""
    old = {column.key.rpartition(".")[0]: column for column in columns if column.language == texts_in}
    return {name: column.key for name, column in old.items()}


def in_view_order(one: Sheet, texts_in: Language) -> tuple[Column, ...]:
    """Return the columns by group, in each group those shown at first before the others."""
    if one.name != "touchpoints":
        return tuple(sorted(one.columns, key=lambda column: not column.is_shown(texts_in)))
    order = {name: rank for rank, name in enumerate(GROUPS)}

    def rank(column: Column) -> tuple[bool, int, bool]:
        return column.key != "journey", order[column.group], not column.is_shown(texts_in)

    return tuple(sorted(one.columns, key=rank))
