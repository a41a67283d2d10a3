"""Lists and groups of keys: read whole, whatever is wrong in one of their parts.

When a part cannot be read, a stand-in takes its place, so that the rest is still checked; `Findings`
remembers where, and nothing is said later that rests on a stand-in alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from collections.abc import Mapping as MappingABC
from typing import Any

import attrs

from cxmaturity.core.ids import nearest
from cxmaturity.core.problems import InputError
from cxmaturity.files.findings import Findings, Path
from cxmaturity.files.shapes import WRONG, Shape, note_wrong_type, short
from cxmaturity.files.yaml_tree import Entry, Mapping, Node, Scalar, Sequence


@attrs.frozen(kw_only=True)
class Items:
    """A list, every item of one shape; at most `limit` of them."""

    item: Shape
    limit: int = 500
    at_least: int = 0
    expected: str = attrs.field(default="a list", init=False)

    def read(self, node: Node, path: Path, found: Findings) -> Any:
        """Return the good items as a tuple; the positions that they had are kept in `found`."""
        if not isinstance(node, Sequence):
            return note_wrong_type(self.expected, node, path, found)
        if not self.at_least <= len(node.items) <= self.limit:
            found.of(
                "files.list_length",
                "the list has {got} items; expected {low} to {high}.",
                at=node,
                path=path,
                got=len(node.items),
                low=self.at_least,
                high=self.limit,
            )
        good: list[Any] = []
        kept: list[int] = []
        for index, item in enumerate(node.items[: self.limit]):
            where = (*path, index)
            found.locate(where, item)
            value = self.item.read(item, where, found)
            if value is WRONG:
                found.assume(where)
            else:
                good.append(value)
                kept.append(index)
        found.kept[path] = tuple(kept)
        return tuple(good)


@attrs.frozen(kw_only=True)
class Table:
    """A group whose keys are free names (ids that the catalogue checks later), every value of one shape."""

    item: Callable[[str], Shape]
    names: tuple[str, ...]
    expected: str = attrs.field(default="a group of keys", init=False)

    def read(self, node: Node, path: Path, found: Findings) -> Any:
        """Return the good values by key."""
        if not isinstance(node, Mapping):
            return note_wrong_type(self.expected, node, path, found)
        values: dict[str, Any] = {}
        for entry in node.entries:
            where = (*path, entry.key)
            found.locate(where, entry)
            value = self.item(entry.key).read(entry.value, where, found)
            if value is WRONG:
                found.assume(where)
            else:
                values[entry.key] = value
        return values


@attrs.frozen(kw_only=True)
class Either:
    """A value that has a short form (a text, or a list) and a long form."""

    scalar: Shape
    other: Shape
    expected: str

    def read(self, node: Node, path: Path, found: Findings) -> Any:
        """Return what the form used says."""
        return (self.scalar if isinstance(node, Scalar) else self.other).read(node, path, found)


@attrs.frozen
class Key:
    """One key of a record.

    `default` is its value when it is absent; `stand_in` what takes its place while the rest is checked, when
    it is missing or wrong. `harmless` says that no later check looks at it: nothing false can come of it.
    `reads_nothing` lets the shape see an empty value, which otherwise counts as absent.
    """

    shape: Shape
    required: bool = attrs.field(default=False, kw_only=True)
    default: Any = attrs.field(default=None, kw_only=True)
    stand_in: Any = attrs.field(default=None, kw_only=True)
    harmless: bool = attrs.field(default=False, kw_only=True)
    reads_nothing: bool = attrs.field(default=False, kw_only=True)


def _needs_nothing(node: Mapping) -> tuple[str, ...]:  # noqa: ARG001  # the default of `Record.needs`
    return ()


@attrs.frozen(kw_only=True)
class Record:
    """A group of known keys, built into one value; problems that the value finds in itself are noted too.

    `values` is the attrs class whose validators check the keys of the same name, one by one; `build` makes
    the value (the class itself, when it is not given). `needs` returns the keys that others make necessary.
    """

    keys: MappingABC[str, Key]
    values: type[attrs.AttrsInstance] | None = None
    build: Callable[..., Any] | None = None
    expected: str = "a group of keys"
    needs: Callable[[Mapping], tuple[str, ...]] = _needs_nothing

    def read(self, node: Node, path: Path, found: Findings) -> Any:
        """Return what `build` makes of the keys; a misspelt key is read as the one that was meant."""
        if not isinstance(node, Mapping):
            return note_wrong_type(self.expected, node, path, found)
        entries = {entry.key: entry for entry in node.entries if entry.key in self.keys}
        for entry in node.entries:
            if entry.key not in self.keys:
                comma = _cut_by_comma(entry, node)
                if comma and comma.key in self.keys:
                    entries[comma.key] = _note_comma(comma, entry, path, found)
                elif meant := self._note_unknown(entry, node, path, found):
                    entries.setdefault(meant, entry)
        needed = self.needs(node)
        values = {
            name: self._value(
                name, attrs.evolve(key, required=True) if name in needed else key, entries, path, found
            )
            for name, key in self.keys.items()
        }
        self._check_fields(values, entries, path, found)
        try:
            build = self.build or self.values or dict
            return build(**values)
        except InputError as error:
            if not found.is_assumed(path):  # else a stand-in may be what it complains about
                found.absorb(error, path=path)
            return WRONG

    def _check_fields(
        self, values: dict[str, Any], entries: MappingABC[str, Entry], path: Path, found: Findings
    ) -> None:
        """Ask the validators of the value type about each key, and put a stand-in where one refuses."""
        for field in attrs.fields(self.values) if self.values else ():
            if field.validator is None or field.name not in entries or values[field.name] is None:
                continue
            try:
                field.validator(None, field, values[field.name])
            except InputError as error:
                where = (*path, entries[field.name].key)
                found.absorb(error, path=where, at=entries[field.name])
                values[field.name] = self._stand_in(self.keys[field.name], (*path, field.name), found)

    def _value(
        self, name: str, key: Key, entries: MappingABC[str, Entry], path: Path, found: Findings
    ) -> Any:
        entry = entries.get(name)
        if entry is None:
            if not key.required:
                return key.default
            found.of("files.missing_key", "the key '{key}' is missing.", path=path, key=name)
            return self._stand_in(key, (*path, name), found)
        where = (*path, entry.key)
        found.locate(where, entry)
        empty = isinstance(entry.value, Scalar) and entry.value.is_null
        if empty and not key.required and not key.reads_nothing:
            return key.default
        value = key.shape.read(entry.value, where, found)
        return self._stand_in(key, (*path, name), found) if value is WRONG else value

    @staticmethod
    def _stand_in(key: Key, where: Path, found: Findings) -> Any:
        if not key.harmless:
            found.assume(where)
        return key.stand_in

    def _note_unknown(self, entry: Entry, node: Mapping, path: Path, found: Findings) -> str | None:
        """Note an unknown key and return the one that was meant, when that can be guessed."""
        missing = [name for name in self.keys if node.get(name) is None]
        meant = nearest(entry.key, missing)
        note_unknown_key(entry, self.keys, (*path, entry.key), found, close=meant)
        return meant


def note_unknown_key(
    entry: Entry, known: Iterable[str], path: Path, found: Findings, *, close: str | None = None
) -> None:
    """Note a key that does not exist: the nearest one if there is one, else all those that do."""
    close = close or nearest(entry.key, known)
    if close:
        found.of(
            "files.misspelt_key",
            "unknown key '{key}'.",
            hint="Did you mean '{close}'?",
            at=entry,
            path=path,
            key=short(entry.key),
            close=close,
        )
    else:
        found.of(
            "files.unknown_key",
            "unknown key '{key}'; known here: {known}.",
            at=entry,
            path=path,
            key=short(entry.key),
            known=", ".join(known),
        )


def _cut_by_comma(entry: Entry, node: Mapping) -> Entry | None:
    """Return the key whose decimals became the key `entry`: ``{value: 0,18}`` is ``value: 0`` and ``18``."""
    before = [other for other in node.entries if other.line == entry.line and other.column < entry.column]
    cut = before[-1] if before and entry.key.isdigit() else None
    return cut if cut and isinstance(cut.value, Scalar) else None


def _note_comma(cut: Entry, decimals: Entry, path: Path, found: Findings) -> Entry:
    """Note the decimal comma and return the entry that was meant."""
    whole = cut.value.text if isinstance(cut.value, Scalar) else ""
    found.of(
        "files.decimal_comma",
        "the comma in '{got}' ends the value: a decimal comma is not understood here.",
        hint="Write {fixed}.",
        at=decimals,
        path=(*path, cut.key),
        got=short(f"{cut.key}: {whole},{decimals.key}"),
        fixed=short(f"{cut.key}: {whole}.{decimals.key}"),
    )
    meant = Scalar(f"{whole}.{decimals.key}", plain=True, line=cut.value.line, column=cut.value.column)
    return attrs.evolve(cut, value=meant)
