"""What an atlas says and CJML has no place for: found by writing, reading again and comparing, so that nothing is forgotten."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import attrs

from cxmaturity.core.text import Language
from cxmaturity.files.exchange.cjml_read import from_cjml
from cxmaturity.files.exchange.cjml_write import to_cjml
from cxmaturity.journey.values import Atlas, Words


def left_out(atlas: Atlas, *, language: Language | None = None) -> tuple[str, ...]:
    """Return the keys that say what `to_cjml` does not carry, in alphabetical order; ``translations`` for the other language.

    Parameters
    ----------
    atlas, language
        As for `to_cjml`.
    """
    said = language or atlas.language
    back = from_cjml(to_cjml(atlas, language=said), language=said)
    lost = _lost(attrs.evolve(atlas, language=said), back, "", said)
    return tuple(sorted({key.removeprefix("journeys.").removeprefix("stages.events.") for key in lost}))


def _lost(one: Any, other: Any, key: str, language: Language) -> Iterator[str]:
    """Yield the keys below which the second value says less than the first; lists of things are compared by their ids."""
    if one == other:
        return
    if isinstance(one, Words) and isinstance(other, Words):
        yield key if one.of(language) != other.of(language) else "translations"
    elif attrs.has(type(one)) and type(one) is type(other):
        for field in attrs.fields(type(one)):
            inside = f"{key}.{field.name}" if key else field.name
            yield from _lost(getattr(one, field.name), getattr(other, field.name), inside, language)
    elif isinstance(one, tuple) and one and hasattr(one[0], "id"):
        found = {item.id: item for item in other}
        for item in one:
            if item.id in found:
                yield from _lost(item, found[item.id], key, language)
            else:
                yield key
    else:
        yield key
