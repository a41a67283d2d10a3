"""The reference of the journey document, made from its declaration: a page in each language, a schema for editors."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

from cxmaturity.core.text import Language
from cxmaturity.files.journey.book_layout import Column, mission_columns, sheets
from cxmaturity.files.journey.fields import ATLAS, ENTITIES, Entity, Field
from cxmaturity.files.journey.shapes import MAX_ITEMS, SCHEMA_ID
from cxmaturity.files.journey.words import described, say, vocabularies, word
from cxmaturity.journey.values import LEGAL_BASES

_DRAFT: Final = "https://json-schema.org/draft/2020-12/schema"
_SHEET_OF: Final = {
    "atlas": "mission",
    **{entity: one.name for one in sheets() for entity in one.entities if entity in ENTITIES},
}


def journey_markdown(language: Language) -> str:
    """Return the reference page of ``journeys.yaml`` and of the workbook: every key, every column, every word."""
    parts = [f"# {say('page.title', language)}\n\n{say('page.intro', language)}\n"]
    for path, entity in _entities():
        sheet = say(f"sheet.{_SHEET_OF[entity.name]}", language)
        parts.append(f"\n## `{path or 'journeys.yaml'}`\n\n")
        parts.append(say("page.sheet", language).format(sheet=sheet) + "\n\n")
        heads = (say(f"page.{name}", language) for name in ("key", "column", "kind", "needed", "meaning"))
        parts.append(f"| {' | '.join(heads)} |\n|---|---|---|---|---|\n")
        parts += (_line(row) for row in _rows(entity, language))
    return "".join((*parts, *_word_lists(language)))


def _entities() -> Iterator[tuple[str, Entity]]:
    """Yield every entity with its path in the YAML document, in the order of the document."""
    yield "", ATLAS
    yield from _inside("", ATLAS)


def _inside(path: str, entity: Entity) -> Iterator[tuple[str, Entity]]:
    for field in entity.fields:
        if field.kind == "parts":
            where = f"{path}.{field.key}[]" if path else f"{field.key}[]"
            yield where, ENTITIES[field.to]
            yield from _inside(where, ENTITIES[field.to])


def _rows(entity: Entity, language: Language) -> Iterator[tuple[str, str, str, str, str]]:
    if entity is ATLAS:
        yield "schema", "", f"`{SCHEMA_ID}`", say("page.no", language), described("atlas", "schema", language)
    for field in entity.fields:
        needed = say(f"page.{'yes' if field.required else 'no'}", language)
        meaning = described(entity.name, field.key, language)
        yield field.key, _column(entity, field, language), _kind(field, language), needed, meaning


def _line(row: tuple[str, str, str, str, str]) -> str:
    key, column, kind, needed, meaning = (text.replace("|", "\\|") for text in row)
    return f"| `{key}` | {column} | {kind} | {needed} | {meaning} |\n"


def _column(entity: Entity, field: Field, language: Language) -> str:
    columns = _columns_of(entity, field)
    if not columns:
        return "–"
    column = columns[0]
    title = column.title(language, column.language or language)
    return f"**{title}**" if column.is_shown(column.language or language) else title


def _columns_of(entity: Entity, field: Field) -> list[Column]:
    if entity is ATLAS:
        return [column for column in mission_columns() if column.field.key == field.key]
    return [
        column
        for one in sheets()
        if entity.name in one.entities
        for column in one.columns
        if column.field.key == field.key and column.key not in (*one.parents, "what")
    ]


def _kind(field: Field, language: Language) -> str:
    said = say(f"type.{field.kind}", language)
    if field.kind == "choice":
        return f"{said} ({', '.join(f'`{name}`' for name in field.names)})"
    return f"{said} (`{field.key}[]`)" if field.kind == "parts" else said


def _word_lists(language: Language) -> Iterator[str]:
    heads = (say(f"page.{name}", language) for name in ("word", "english", "french"))
    yield f"\n## {say('page.words', language)}\n\n{say('page.words_intro', language)}\n\n"
    yield f"| {' | '.join(heads)} |\n|---|---|---|\n"
    for names in vocabularies():
        for name in names:
            yield f"| `{name}` | {word(names, name, 'en')} | {word(names, name, 'fr')} |\n"


# --- the schema for editors ---------------------------------------------------------------------------------


def journey_schema() -> str:
    """Return the JSON Schema of ``journeys.yaml``, for editors that complete and check while one types."""
    definitions = journey_definitions()
    whole = definitions.pop("journeys")
    needed = [field.key for field in ATLAS.fields if field.required]
    schema = {
        "$schema": _DRAFT,
        "title": "journeys.yaml",
        **whole,
        "required": needed,
        "$defs": definitions,
    }
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def journey_definitions() -> dict[str, Any]:
    """Return the definitions that make up a document, ``journeys`` being the whole, with nothing required of it."""
    whole = _object(ATLAS)
    version = {"description": described("atlas", "schema", "en"), "enum": [SCHEMA_ID]}
    return {
        "journeys": {**whole, "properties": {"schema": version, **whole["properties"]}, "required": []},
        "words": {
            "oneOf": [
                {"type": ["string", "number", "boolean"]},
                _group({"en": {"type": "string"}, "fr": {"type": "string"}}, []),
            ]
        },
        **{name: _item(entity) for name, entity in ENTITIES.items() if entity is not ATLAS},
    }


def _group(properties: dict[str, Any], required: list[str]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": False,
    }


def _item(entity: Entity) -> dict[str, Any]:
    whole = _object(entity)
    return {"oneOf": [{"$ref": "#/$defs/words"}, whole]} if entity.short else whole


def _object(entity: Entity) -> dict[str, Any]:
    properties: dict[str, Any] = {}
    required = [field.key for field in entity.fields if field.required and "." not in field.key]
    for field in entity.fields:
        first, dot, rest = field.key.partition(".")
        schema = {"description": described(entity.name, field.key, "en"), **_schema(field)}
        if not dot:
            properties[first] = schema
            continue
        group = properties.setdefault(
            first, {"description": described(entity.name, first, "en"), **_group({}, [])}
        )
        group["properties"][rest] = schema
        if field.required:
            group["required"].append(rest)
    if "campaign" in properties:  # its name alone will do
        group = properties["campaign"]
        about = {"description": group.pop("description")}
        properties["campaign"] = {**about, "oneOf": [{"$ref": "#/$defs/words"}, group]}
    return _group(properties, required)


def _schema(field: Field) -> dict[str, Any]:
    text = {"type": ["string", "number", "boolean"]}
    words = {"$ref": "#/$defs/words"}
    number: dict[str, Any] = {} if field.low is None else {"minimum": field.low}
    listed = {"type": "array", "maxItems": MAX_ITEMS}
    personal = _group(
        {
            "name": words,
            "basis": {"enum": list(LEGAL_BASES)},
            "retention_months": {"type": "integer", "minimum": 0},
        },
        ["name"],
    )
    made: dict[str, dict[str, Any]] = {
        "words": words,
        "id": {"type": ["string", "number"]},
        "refs": {**listed, "items": text},
        "number": {"type": "number", **number},
        "whole": {"type": "integer", **number},
        "rate": {"type": "number", "minimum": 0, "maximum": 1},
        "flag": {"type": "boolean"},
        "date": {"type": "string", "format": "date"},
        "choice": {"enum": list(field.names)},
        "counts": {**listed, "items": {"type": "integer", "minimum": 0}},
        "texts": {**listed, "items": text},
        "many_words": {**listed, "items": words},
        "weights": {"type": "object", "additionalProperties": {"type": "number", "minimum": 0}},
        "data": {**listed, "items": {"oneOf": [words, personal]}},
        "parts": {**listed, "items": {"$ref": f"#/$defs/{field.to}"}},
    }
    return made.get(field.kind, text)
