"""A journey document as YAML: what is known and nothing else, in the order of the declaration."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import attrs
import yaml

from cxmaturity.core.text import LANGUAGES, Language
from cxmaturity.files.journey.fields import ATLAS, ENTITIES, INSIDE, Entity, Field
from cxmaturity.files.journey.shapes import SCHEMA_ID
from cxmaturity.journey.values import Atlas, PersonalData, Words

_WIDTH = 110


def atlas_to_yaml(atlas: Atlas) -> str:
    """Return a document as YAML that `read_atlas` turns back into the same value.

    Examples
    --------
    >>> print(atlas_to_yaml(Atlas(client="Acme", language="en")))
    schema: cxmaturity.journeys/1
    client: Acme
    language: en
    currency: EUR
    <BLANKLINE>
    """
    tree = _Document({"schema": SCHEMA_ID, **_plain(ATLAS, atlas, atlas.language)})
    text: str = yaml.dump(
        tree,
        Dumper=_dumper(),
        allow_unicode=True,
        sort_keys=False,
        default_flow_style=None,
        width=_WIDTH,
    )
    return text


def given(value: attrs.AttrsInstance, key: str) -> Any:
    """Return what stands at a dotted key, or None where it says no more than its default; a currency is always said."""
    if key == "currency":
        return getattr(value, key)
    first, dot, rest = key.partition(".")
    part = getattr(value, first)
    if dot:
        inside = INSIDE[first]
        return None if part is None else _unless_default(inside, part, rest)
    return _unless_default(type(value), value, first)


def _unless_default(cls: Any, value: Any, name: str) -> Any:
    got, default = getattr(value, name), getattr(attrs.fields(cls), name).default
    if isinstance(default, attrs.Factory):  # type: ignore[arg-type]  # a class, for attrs' plugin a function
        default = default.factory()
    same = got == default and type(got) is type(default)
    return None if default is not attrs.NOTHING and (same or got == () or got is None) else got


def _plain(entity: Entity, value: Any, language: Language) -> dict[str, Any]:
    tree: dict[str, Any] = {}
    for field in entity.fields:
        got = given(value, field.key)
        if got is None:
            continue
        first, dot, rest = field.key.partition(".")
        node = _node(field, got, language)
        if dot:
            tree.setdefault(first, {})[rest] = node
        else:
            tree[first] = node
    return tree


def _node(field: Field, got: Any, language: Language) -> Any:
    made: dict[str, Callable[[], Any]] = {
        "parts": lambda: [_plain(ENTITIES[field.to], item, language) for item in got],
        "words": lambda: _words(got, language),
        "many_words": lambda: [_words(item, language) for item in got],
        "data": lambda: [_data(item, language) for item in got],
        "weights": lambda: {name: _number(weight) for name, weight in got},
    }
    if field.kind in made:
        return made[field.kind]()
    return [_number(item) for item in got] if isinstance(got, tuple) else _number(got)


def _number(got: Any) -> Any:
    """Return 3 for 3.0: nobody types the decimals of a whole number."""
    return int(got) if isinstance(got, float) and got.is_integer() else got


def _words(words: Words, language: Language) -> Any:
    texts = {name: text for name in LANGUAGES if (text := getattr(words, name))}
    return texts[language] if list(texts) == [language] else texts


def _data(item: PersonalData, language: Language) -> Any:
    more = {"basis": item.basis, "retention_months": item.retention_months}
    known = {name: got for name, got in more.items() if got is not None}
    name = _words(item.name, language)
    return {"name": name, **known} if known else name


class _Document(dict[str, Any]):
    """The whole document: one key per line, however few it has."""


def _dumper() -> Any:
    class Dumper(getattr(yaml, "CSafeDumper", yaml.SafeDumper)):  # type: ignore[misc]  # libyaml where it is
        def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002  # nothing is written as an alias
            return True

    Dumper.add_representer(str, _text)
    Dumper.add_representer(
        _Document, lambda dumper, whole: dumper.represent_mapping(_MAP, whole.items(), flow_style=False)
    )
    Dumper.add_representer(dt.date, lambda dumper, day: dumper.represent_scalar(_DATE, day.isoformat()))
    return Dumper


_DATE = "tag:yaml.org,2002:timestamp"
_MAP = "tag:yaml.org,2002:map"
_STR = "tag:yaml.org,2002:str"


def _text(dumper: Any, text: str) -> Any:
    """Represent a text; one of several lines between quotes, so that no line of it is taken for layout."""
    return dumper.represent_scalar(_STR, text, style='"' if "\n" in text or text != text.strip() else None)
