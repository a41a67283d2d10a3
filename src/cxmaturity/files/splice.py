"""One change in the text of a YAML document: the characters of a value are replaced, put in or taken out, no others.

The parser of libyaml says where each value begins and ends; what is put in follows the style of its neighbours: ``{...}`` in a
line, or keys on lines of their own at the same column.
"""

from __future__ import annotations

import datetime as dt
import json
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

import yaml

Step = str | int
Path = tuple[Step, ...]
Change = tuple[Path, Any]


class Removal:
    """The type of `REMOVE`."""

    def __repr__(self) -> str:
        return "REMOVE"


REMOVE: Final = Removal()
"""As the value of a change: the key, or the item, is taken out."""

APPEND: Final = "-"
"""As the last step of a path: one more item at the end of the list."""

_ORDERS: Final = (
    ("value", "low", "mode", "high", "p10", "p50", "p90", "shape", "unit", "source", "date", "evidence", "n"),
    ("goals", "baseline", "levers", "costs", "finance", "uncertainty", "actions", "sources"),
    ("name", "internal", "initial", "annual"),
)
_LEVER_END: Final = ("attribution", "ramp", "lag_years", "population", "pool", "step", "owner")
_BLOCK_SCALARS: Final = ("|", ">")


class LayoutError(ValueError):
    """The file is laid out so that the change cannot be written."""


# --- the same change on plain values ---------------------------------------------------------------------


def plain_value(root: Any, path: Path, value: Any) -> Any:
    """Return a document (scalars as texts) with one change made; `root` is changed too."""
    if not path:
        return texts(value)
    holder, steps = root, list(path)
    while steps:
        step = steps.pop(0)
        inner = _inner(holder, step)
        if steps and isinstance(inner, (dict, list)):
            holder = inner
            continue
        if value is REMOVE:
            if inner is not None and not steps:
                del holder[step]
            return root
        _put(holder, step, texts(_nested(steps, value)))
        return root
    return root


def _inner(holder: Any, step: Step) -> Any:
    if isinstance(holder, list):
        return holder[step] if isinstance(step, int) and step < len(holder) else None
    return holder.get(step) if isinstance(holder, dict) else None


def _put(holder: Any, step: Step, value: Any) -> None:
    if not isinstance(holder, list):
        holder[str(step)] = value
    elif isinstance(step, int) and step < len(holder):
        holder[step] = value
    else:
        holder.append(value)


def _nested(steps: Iterable[Step], value: Any) -> Any:
    """Return the value wrapped in what the steps to it need."""
    for step in reversed(list(steps)):
        value = [value] if isinstance(step, int) or step == APPEND else {step: value}
    return value


def texts(value: Any) -> Any:
    """Return a value as the parser reads back what `flow` writes: every scalar a text."""
    if isinstance(value, Mapping):
        return {str(key): texts(inner) for key, inner in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [texts(inner) for inner in value]
    return value if isinstance(value, str) else _scalar(value)


# --- how values are written ------------------------------------------------------------------------------

_SIMPLE: Final = re.compile(r"[^\W\d_](?:[\w .()/’+-]*[\w.)])?")


def _scalar(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, dt.date)):
        return str(value)
    if isinstance(value, float) and math.isfinite(value):
        whole = value == int(value) and abs(value) < 1e15
        return str(int(value)) if whole else format(Decimal(repr(value)), "f")
    if value is None:
        return "null"
    if isinstance(value, str):
        return _text(value)
    raise LayoutError


def _text(value: str) -> str:
    if _SIMPLE.fullmatch(value) and isinstance(yaml.safe_load(value), str):
        return value
    quoted = json.dumps(value, ensure_ascii=False)
    return "".join(char if char.isprintable() else _escaped(char) for char in quoted)


def _escaped(char: str) -> str:
    code = ord(char)
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def flow(value: Any) -> str:
    """Write a value on one line."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_text(str(key))}: {flow(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "[" + ", ".join(flow(inner) for inner in value) + "]"
    return _scalar(value)


def _is_deep(value: Any) -> bool:
    inner = list(value.values()) if isinstance(value, Mapping) else value if isinstance(value, list) else []
    return any(
        isinstance(part, Mapping) or (isinstance(part, Sequence) and not isinstance(part, str))
        for part in inner
    )


def block(value: Any, indent: int, newline: str) -> str:
    """Write a value after its ``key:`` or its ``-``, what is simple on the same line, the rest below."""
    if not _is_deep(value):
        return f" {flow(value)}"
    pad = " " * indent
    if isinstance(value, Mapping):
        lines = [f"{_text(str(key))}:{block(inner, indent + 2, newline)}" for key, inner in value.items()]
    else:
        lines = [f"-{_item(inner, indent, newline)}" for inner in value]
    return "".join(f"{newline}{pad}{line}" for line in lines)


def _item(value: Any, indent: int, newline: str) -> str:
    """Write an item after its dash: the first key of a deep mapping stands beside the dash."""
    written = block(value, indent + 2, newline)
    beside = newline + " " * (indent + 2)
    return f" {written[len(beside) :]}" if written.startswith(beside) else written


# --- where values stand ----------------------------------------------------------------------------------


def apply_change(text: str, path: Path, value: Any, newline: str = "\n") -> str:
    """Return the text with one change made.

    Raises
    ------
    LayoutError
        When the place cannot hold it.
    """
    node = yaml.compose(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    if not path or node is None:
        raise LayoutError
    steps = list(path)
    while True:
        step = steps.pop(0)
        inner = _entry(node, step)
        if inner is None:
            if value is REMOVE:
                return text
            return _insert(text, node, step, _nested(steps, value), newline)
        if not steps:
            return (
                _remove(text, node, step) if value is REMOVE else _replace(text, node, step, value, newline)
            )
        if isinstance(inner, yaml.ScalarNode):
            if value is REMOVE:
                return text
            if inner.value and inner.value not in ("null", "~"):
                raise LayoutError
            return _replace(text, node, step, _nested(steps, value), newline)
        node = inner


def _entry(node: Any, step: Step) -> Any:
    if isinstance(node, yaml.MappingNode):
        return next((inner for key, inner in node.value if key.value == step), None)
    if isinstance(step, int):
        return node.value[step] if step < len(node.value) else None
    if step == APPEND:
        return None
    raise LayoutError


def _place(node: Any, step: Step) -> int:
    return next(
        place
        for place, entry in enumerate(node.value)
        if (entry[0].value == step if isinstance(node, yaml.MappingNode) else place == step)
    )


def _end(text: str, node: Any) -> int:
    """Return where the last character of a node stands, plus one; what follows a block is not part of it."""
    if isinstance(node, yaml.ScalarNode):
        end: int = node.end_mark.index
        return len(text[:end].rstrip()) if node.style in _BLOCK_SCALARS else end
    if node.flow_style:
        return int(node.end_mark.index)
    last = node.value[-1]
    if isinstance(last, tuple):
        return max(int(last[0].end_mark.index) + 1, _end(text, last[1]))
    return _end(text, last)


def _replace(text: str, node: Any, step: Step, value: Any, newline: str) -> str:
    place = _place(node, step)
    entry = node.value[place]
    key, old = entry if isinstance(entry, tuple) else (None, entry)
    start, end = old.start_mark.index, _end(text, old)
    if not isinstance(old, yaml.ScalarNode) and not old.flow_style:
        if key is None:
            raise LayoutError
        start = text.index(":", key.end_mark.index) + 1
        return text[:start] + block(value, key.start_mark.column + 2, newline) + text[end:]
    if start == end:  # nothing stands there
        written = (
            flow(value)
            if node.flow_style or key is None
            else block(value, key.start_mark.column + 2, newline)
        )
        return (
            f"{text[:start]} {written.removeprefix(' ')}{text[end:]}"
            if "\n" not in written
            else (text[:start] + written + text[end:])
        )
    written = flow(value)
    if isinstance(value, str) and isinstance(old, yaml.ScalarNode) and old.style == '"' and written[0] != '"':
        written = f'"{written}"'
    if isinstance(old, yaml.ScalarNode) and old.style in _BLOCK_SCALARS and key is not None:
        start = text.index(":", key.end_mark.index) + 1
        written = f" {written}"
    return text[:start] + written + text[end:]


def _insert(text: str, node: Any, step: Step, value: Any, newline: str) -> str:
    if isinstance(node, yaml.SequenceNode):
        if not isinstance(step, int) and step != APPEND:
            raise LayoutError
        return _append(text, node, value, newline)
    if not isinstance(node, yaml.MappingNode) or not isinstance(step, str):
        raise LayoutError
    written = f"{_text(step)}:"
    before = _before(step, [str(key.value) for key, _ in node.value])
    if node.flow_style:
        written += f" {flow(value)}"
        if not node.value:
            return _inside(text, node, written)
        if before is None:
            start = node.value[0][0].start_mark.index
            return f"{text[:start]}{written}, {text[start:]}"
        key, last = node.value[before]
        end = max(key.end_mark.index + 1, _end(text, last))
        return f"{text[:end]}, {written}{text[end:]}"
    column = node.value[0][0].start_mark.column
    written += block(value, column + 2, newline)
    if before is None:
        start = node.value[0][0].start_mark.index
        return f"{text[:start]}{written}{newline}{' ' * column}{text[start:]}"
    key, last = node.value[before]
    return _line_after(text, max(key.end_mark.index + 1, _end(text, last)), " " * column + written, newline)


def _before(step: str, keys: Sequence[str]) -> int | None:
    """Return the place of the key after which a new one goes: the last, or the last that comes before it in order."""
    order = next((known for known in _ORDERS if step in known and set(keys) & set(known)), None)
    if order is None:
        if "attribution" not in keys or step in _LEVER_END:
            return len(keys) - 1
        return keys.index("attribution") - 1 if keys.index("attribution") else None
    rank = order.index(step)
    earlier = [place for place, key in enumerate(keys) if key in order and order.index(key) < rank]
    if earlier:
        return earlier[-1]
    return None if keys[0] in order else len(keys) - 1


def _append(text: str, node: Any, value: Any, newline: str) -> str:
    if node.flow_style:
        if not node.value:
            return _inside(text, node, flow(value))
        end = _end(text, node.value[-1])
        return f"{text[:end]}, {flow(value)}{text[end:]}"
    dash = _dash(text, node.value[-1])
    column = dash - (text.rfind("\n", 0, dash) + 1)
    written = f"{' ' * column}-{_item(value, column, newline)}"
    return _line_after(text, max(dash + 1, _end(text, node.value[-1])), written, newline)


def _inside(text: str, node: Any, written: str) -> str:
    start, end = node.start_mark.index + 1, node.end_mark.index - 1
    return text[:start] + written + text[end:]


def _line_after(text: str, end: int, written: str, newline: str) -> str:
    stop = text.find("\n", end)
    if stop < 0:
        return f"{text}{newline}{written}{newline}"
    return f"{text[: stop + 1]}{written}{newline}{text[stop + 1 :]}"


def _dash(text: str, item: Any) -> int:
    dash = text.rfind("-", 0, item.start_mark.index)
    if dash < 0:
        raise LayoutError
    return dash


def _remove(text: str, node: Any, step: Step) -> str:
    place = _place(node, step)
    entries = [entry if isinstance(entry, tuple) else (entry, entry) for entry in node.value]
    (first, last), ends = entries[place], _end
    start, end = first.start_mark.index, max(first.end_mark.index, ends(text, last))
    if isinstance(node, yaml.SequenceNode) and not node.flow_style:
        start = _dash(text, first)
        end = max(start + 1, ends(text, last))
    if node.flow_style:
        if place:
            start = max(entries[place - 1][0].end_mark.index, ends(text, entries[place - 1][1]))
        elif len(entries) > 1:
            end = entries[1][0].start_mark.index
        return text[:start] + text[end:]
    line = text.rfind("\n", 0, start) + 1
    if text[line:start].strip():  # the first key beside its dash: the next one takes its place
        if len(entries) == 1 or place:
            raise LayoutError
        return text[:start] + text[entries[1][0].start_mark.index :]
    stop = text.find("\n", end)
    if isinstance(node, yaml.MappingNode) and len(entries) == 1:
        raise LayoutError
    return text[:line] + (text[stop + 1 :] if stop >= 0 else "")
