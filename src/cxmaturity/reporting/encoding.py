"""Blocks as JSON and back, so that an executed notebook holds what it says and not only how it looks.

The exporters read the blocks of a notebook again and set the whole document; nothing is parsed out of HTML.
"""

from __future__ import annotations

from typing import Any, Final

import attrs

from cxmaturity.core.problems import InputError
from cxmaturity.reporting import blocks

_KINDS: Final[dict[str, type[Any]]] = {
    kind.__name__: kind
    for kind in (
        blocks.Bullets,
        blocks.Callout,
        blocks.Column,
        blocks.Columns,
        blocks.Cover,
        blocks.Figure,
        blocks.Heading,
        blocks.KeyFigure,
        blocks.KeyFigures,
        blocks.Panel,
        blocks.Paragraph,
        blocks.Table,
    )
}
_CHARTS: Final = ("Chart", "ChartTable")


def encode(value: Any) -> Any:
    """Return a block, or anything inside one, as JSON; a value of ours becomes an object with its kind."""
    if attrs.has(type(value)):
        fields = {field.name: encode(getattr(value, field.name)) for field in attrs.fields(type(value))}
        return {"kind": type(value).__name__, **fields}
    if isinstance(value, tuple | list):
        return [encode(item) for item in value]
    return value


def decode(data: Any) -> Any:
    """Return what `encode` was given.

    Raises
    ------
    InputError
        ``reporting.unknown_block`` for an object that is not one of our blocks.
    """
    if isinstance(data, list):
        return tuple(decode(item) for item in data)
    if not isinstance(data, dict):
        return data
    fields = {name: decode(item) for name, item in data.items() if name != "kind"}
    try:
        return _kind(data.get("kind"))(**fields)
    except TypeError as error:
        raise _unknown(data.get("kind")) from error


def _kind(name: Any) -> type[Any]:
    if name in _CHARTS:
        from cxmaturity import charts  # only documents with figures need the charts room

        kind: type[Any] = getattr(charts, name)
        return kind
    if name not in _KINDS:
        raise _unknown(name)
    return _KINDS[name]


def _unknown(name: Any) -> InputError:
    return InputError.of(
        "reporting.unknown_block",
        "the notebook holds a block '{kind}' that this version cannot read.",
        kind=str(name),
    )
