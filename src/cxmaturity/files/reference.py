"""The reference of ``engagement.yaml``, made from what the reader accepts: a page, a schema for editors.

Nothing is described twice: the inputs of the business case are described by the catalogue, all other keys in
``content/messages/engagement_file.yaml``.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import attrs

from cxmaturity.catalog import Catalog
from cxmaturity.core.problems import UnknownIdError
from cxmaturity.core.text import Language
from cxmaturity.files.answer_files import INLINE_KEYS, AnswersShape
from cxmaturity.files.estimates import ESTIMATE, EstimateShape
from cxmaturity.files.folder import Folder
from cxmaturity.files.groups import Either, Items, Record, Table
from cxmaturity.files.journey.key import JourneysShape
from cxmaturity.files.journey.reference import journey_definitions
from cxmaturity.files.look import COLOUR, Colour, LogoShape
from cxmaturity.files.schema import engagement_shape
from cxmaturity.files.shapes import FLAG, Choice, Date, Number, Shape, Text
from cxmaturity.files.wording import WordingShape

Say = Callable[[str], str]
"""Gives the text of a message key, in one language."""

_ROOM: Final = "engagement_file"


@attrs.frozen(kw_only=True)
class KeyRow:
    """One key of the file.

    `type` is the last part of the message key ``engagement_file.type.<type>``; `values` the words allowed, if
    they are few; `description` a message key, or ``catalog:<path>`` when the catalogue describes the input.
    """

    path: str
    type: str
    required: bool
    description: str
    values: tuple[str, ...] = ()


def engagement_reference(catalog: Catalog) -> tuple[KeyRow, ...]:
    """Return every key of ``engagement.yaml``, in the order of the file; ``[]`` marks the items of a list."""
    return tuple(_rows(_shape(catalog), "", catalog)) + tuple(_rows(ESTIMATE, "estimate", catalog))


def _shape(catalog: Catalog) -> Record:
    return engagement_shape(catalog, Folder(Path()))


def _rows(record: Record, prefix: str, catalog: Catalog) -> Iterator[KeyRow]:
    for name, key in record.keys.items():
        path = f"{prefix}.{name}" if prefix else name
        shape = key.shape
        yield KeyRow(
            path=path,
            type=_type(shape),
            required=key.required,
            description=_description(path, catalog),
            values=shape.names if isinstance(shape, Choice) else (),
        )
        yield from _inside(shape, path, catalog)


def _inside(shape: Shape, path: str, catalog: Catalog) -> Iterator[KeyRow]:
    if isinstance(shape, Record):
        yield from _rows(shape, path, catalog)
    elif isinstance(shape, Items) and isinstance(shape.item, Record):
        yield from _rows(shape.item, f"{path}[]", catalog)
    elif isinstance(shape, Table) and path == "levers":
        yield from _lever_rows(shape, path, catalog)
    elif isinstance(shape, Table) and isinstance(each := shape.item(""), Record):
        yield from _inside(each, f"{path}.<input>", catalog)
    elif isinstance(shape, Table) and isinstance(long := shape.item(""), Either):
        yield from _inside(long.other, f"{path}.<question>", catalog)
    elif isinstance(shape, AnswersShape):
        kinds = {"level": "level", "criteria": "list", "clarity": "whole_number"}
        for name in ("respondent", "function", *(f"<question>.{part}" for part in INLINE_KEYS)):
            kind = kinds.get(name.rpartition(".")[2], "text")
            where = f"{path}[].{name}"
            needed = name in ("respondent", "function")
            yield KeyRow(path=where, type=kind, required=needed, description=_description(where, catalog))


def _lever_rows(levers: Table, path: str, catalog: Catalog) -> Iterator[KeyRow]:
    """Yield the inputs of each benefit, then the keys that every lever has."""
    common: dict[str, KeyRow] = {}
    for benefit in levers.names:
        lever = levers.item(benefit)
        assert isinstance(lever, Record)  # noqa: S101  # so says `schema`
        for row in _rows(lever, f"{path}.{benefit}", catalog):
            name = row.path.rpartition(".")[2]
            if row.description.startswith("catalog:") and name != "attribution":
                yield row
            else:
                where = f"{path}.<benefit>.{name}"
                common[name] = attrs.evolve(row, path=where, description=_description(where, catalog))
    yield from common.values()


def _description(path: str, catalog: Catalog) -> str:
    try:
        catalog.input(path)
    except UnknownIdError:
        return f"{_ROOM}.{path.replace('[]', '').replace('<', '').replace('>', '')}"
    return f"catalog:{path}"


def _type(shape: Shape) -> str:
    if isinstance(shape, Number):
        return "whole_number" if shape.whole else "number"
    if shape is FLAG:
        return "flag"
    kinds: tuple[tuple[type, str], ...] = (
        (Text, "text"),
        (WordingShape, "wording"),
        (Date, "date"),
        (Choice, "choice"),
        (Items, "list"),
        (EstimateShape, "estimate"),
        (AnswersShape, "answers"),
        (Colour, "colour"),
        (LogoShape, "file"),
        (JourneysShape, "journeys"),
    )
    return next((name for kind, name in kinds if isinstance(shape, kind)), "group")


def described(row: KeyRow, catalog: Catalog, language: Language, say: Say) -> str:
    """Return what a key is for: the message, or what the catalogue says of the input, with its unit."""
    if not row.description.startswith("catalog:"):
        return say(row.description)
    spec = catalog.input(row.description.removeprefix("catalog:"))
    return f"{spec.definition.in_(language)} ({spec.unit.in_(language)})"


def engagement_markdown(catalog: Catalog, language: Language, say: Say) -> str:
    """Return the reference page of ``engagement.yaml``.

    Parameters
    ----------
    catalog : Catalog
        Describes the inputs of the business case.
    language : {"en", "fr"}
        Language of the page.
    say : callable
        Gives the text of a message key in that language: ``lambda key: i18n.message(key, "fr")``.
    """
    parts = [f"# {say(f'{_ROOM}.page.title')}\n\n{say(f'{_ROOM}.page.intro')}\n"]
    section = ""
    for row in engagement_reference(catalog):
        top = row.path.partition(".")[0]
        if top != section:
            section = top
            titles = " | ".join(say(f"{_ROOM}.page.{name}") for name in ("key", "kind", "needed", "meaning"))
            parts.append(f"\n## `{top}`\n\n| {titles} |\n|---|---|---|---|\n")
        values = f": {', '.join(f'`{value}`' for value in row.values)}" if row.values else ""
        needed = say(f"{_ROOM}.page.{'yes' if row.required else 'no'}")
        kind = say(f"{_ROOM}.type.{row.type}") + values
        meaning = described(row, catalog, language, say)
        parts.append(f"| `{row.path}` | {kind} | {needed} | {meaning} |\n")
    return "".join(parts)


# --- the schema for editors ---------------------------------------------------------------------------------


def engagement_schema(catalog: Catalog, say: Say) -> str:
    """Return the JSON Schema of ``engagement.yaml``, for editors that complete and check while one types.

    Parameters
    ----------
    catalog : Catalog
        Gives the ids of questions, benefits and lever inputs.
    say : callable
        Gives the text of a message key, in the language of the schema's descriptions.
    """
    rows = engagement_reference(catalog)
    texts = {row.path.replace("[]", ""): described(row, catalog, "en", say) for row in rows}
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "engagement.yaml",
        **_json(_shape(catalog), "", texts),
        "$defs": {
            "estimate": _json(ESTIMATE, "estimate", texts),
            "answers": _json_answers(catalog, texts),
            **journey_definitions(),
        },
    }
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def _json(shape: Shape, path: str, texts: dict[str, str]) -> dict[str, Any]:
    if isinstance(shape, Record):
        properties = {}
        for name, key in shape.keys.items():
            where = f"{path}.{name}" if path else name
            common = where.split(".")
            generic = f"levers.<benefit>.{name}" if common[0] == "levers" and len(common) == 3 else where
            survey = (
                f"uncertainty.measurement_costs.<input>.{name}" if "measurement_costs." in where else where
            )
            said = texts.get(where) or texts.get(generic) or texts.get(survey, "")
            properties[name] = {"description": said, **_json(key.shape, where, texts)}
        needed = [name for name, key in shape.keys.items() if key.required]
        return {"type": "object", "properties": properties, "required": needed, "additionalProperties": False}
    if isinstance(shape, Items):
        return {"type": "array", "minItems": shape.at_least, "items": _json(shape.item, path, texts)}
    if isinstance(shape, Table):
        items = {name: _json(shape.item(name), f"{path}.{name}", texts) for name in shape.names}
        return {"type": "object", "properties": items, "additionalProperties": False}
    if isinstance(shape, Either):
        return {"oneOf": [_json(shape.scalar, path, texts), _json(shape.other, path, texts)]}
    return _json_value(shape)


def _json_value(shape: Shape) -> dict[str, Any]:
    if isinstance(shape, Number):
        bounds = {"minimum": shape.low, "maximum": shape.high}
        kept = {name: bound for name, bound in bounds.items() if abs(bound) < 1e6}
        return {"type": "integer" if shape.whole else "number", **kept}
    if isinstance(shape, Choice):
        return {"type": "boolean"} if shape is FLAG else {"enum": list(shape.names)}
    fixed: tuple[tuple[type, dict[str, Any]], ...] = (
        (EstimateShape, {"$ref": "#/$defs/estimate"}),
        (AnswersShape, {"$ref": "#/$defs/answers"}),
        (Date, {"type": "string", "format": "date"}),
        (Colour, {"type": "string", "pattern": f"^{COLOUR.pattern}$"}),
        (Text, {"type": ["string", "number", "boolean"]}),
        (WordingShape, {"$ref": "#/$defs/words"}),
        (JourneysShape, {"oneOf": [{"type": "string"}, {"$ref": "#/$defs/journeys"}]}),
    )
    return next((schema for kind, schema in fixed if isinstance(shape, kind)), {"type": "string"})


def _json_answers(catalog: Catalog, texts: dict[str, str]) -> dict[str, Any]:
    """Return the schema of ``answers``: the name of a file, or a list of respondents."""
    start = "assessment.waves.answers"
    kinds: dict[str, Any] = {
        "level": {"enum": [1, 2, 3, 4, 5, "dont_know", "skipped"]},
        "clarity": {"enum": [0, 1, 2]},
        "criteria": {"type": "array", "items": {"type": "string"}},
    }
    parts = {
        name: {"description": texts[f"{start}.<question>.{name}"], **kinds.get(name, {"type": "string"})}
        for name in INLINE_KEYS
    }
    group = {"type": "object", "properties": parts, "additionalProperties": False}
    answer = {"oneOf": [kinds["level"], group]}
    person = {
        "respondent": {"description": texts[f"{start}.respondent"], "type": ["string", "number"]},
        "function": {"description": texts[f"{start}.function"], "type": "string"},
        **{question.id: answer for question in catalog.questions},
    }
    needed = ["respondent", "function"]
    listed = {"type": "object", "properties": person, "required": needed, "additionalProperties": False}
    return {"oneOf": [{"type": "string"}, {"type": "array", "items": listed}]}
