"""JSON Schemas of the catalogue files, for editors that complete and check YAML while it is typed.

They are made from the same attrs types that the reader builds, and stored in ``content/schemas/``; a test
holds the stored files equal to what this module makes.
"""

from __future__ import annotations

import json
import types
from functools import cache
from typing import Any, Final, Literal, Union, get_args, get_origin, get_type_hints

import attrs

from cxmaturity.catalog import Benefit
from cxmaturity.core.text import LANGUAGES, Text
from cxmaturity.files.catalog_yaml import CATALOG_FILES

_DRAFT: Final = "https://json-schema.org/draft/2020-12/schema"
_TEXT: Final = {"$ref": "#/$defs/Text"}
_BILINGUAL: Final = {
    "type": "object",
    "properties": {language: {"type": "string", "pattern": r"\S"} for language in LANGUAGES},
    "required": list(LANGUAGES),
    "additionalProperties": False,
}
_PLAIN: Final = {str: "string", int: "integer", bool: "boolean"}


def catalog_schemas() -> dict[str, str]:
    """Return the JSON Schema of each catalogue file: file name to JSON text.

    Examples
    --------
    >>> sorted(catalog_schemas())[0]
    'benefits.schema.json'
    """
    return {
        name.replace(".yaml", ".schema.json"): json.dumps(_file(lists), indent=2, ensure_ascii=False) + "\n"
        for name, lists in CATALOG_FILES.items()
    }


def _file(lists: Any) -> dict[str, Any]:
    properties = {key: {"type": "array", "items": _schema(cls), "minItems": 1} for key, cls in lists.items()}
    if "questions" in lists:
        properties = {"version": {"type": "string"}, **properties}
    return {"$schema": _DRAFT, **_object(properties, list(properties)), "$defs": {"Text": _BILINGUAL}}


def _object(properties: dict[str, Any], required: list[str]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": False,
    }


@cache
def _schema(cls: Any) -> dict[str, Any]:
    origin, arguments = get_origin(cls), get_args(cls)
    if origin in (Union, types.UnionType):
        return _schema(next(option for option in arguments if option is not type(None)))
    if cls is Text:
        return _TEXT
    if origin is tuple:
        return {"type": "array", "items": _schema(arguments[0]), "minItems": 1}
    if origin is Literal:
        return {"enum": list(arguments)}
    return _value(cls) if attrs.has(cls) else {"type": _PLAIN[cls]}


def _value(cls: type) -> dict[str, Any]:
    hints = get_type_hints(cls)
    properties = {field.name: _schema(hints[field.name]) for field in attrs.fields(cls)}
    required = [field.name for field in attrs.fields(cls) if field.default is attrs.NOTHING]
    if cls is Benefit:  # a benefit names its inputs by their path
        swap = {"inputs": "needs"}
        properties["inputs"] = {"type": "array", "items": {"type": "string"}, "minItems": 1}
        properties = {swap.get(name, name): schema for name, schema in properties.items()}
        required = [swap.get(name, name) for name in required]
    return _object(properties, required)
