"""What a value of a file may look like, and how it is read: one small class per shape, each collecting every problem.

A shape turns a node of the YAML tree into a value. When it cannot, it notes why and returns `WRONG`; the record
around it then goes on with a stand-in, so that the rest of the file is still checked. A stand-in never leaves the
reader: an engagement with an error is not returned. The same shapes generate the JSON Schema and the reference pages.
"""

from __future__ import annotations

import datetime as dt
import enum
import math
import re
from collections.abc import Callable, Iterable, Mapping as MappingABC
from typing import Any, Final, Literal, Protocol

import attrs

from cxmaturity.core.ids import nearest
from cxmaturity.core.problems import InputError
from cxmaturity.files.findings import Findings, Path
from cxmaturity.files.yaml_tree import Entry, Mapping, Node, Scalar, Sequence


class Wrong(enum.Enum):
    """The type of `WRONG`, which says that a value could not be read and that the reason was noted."""

    WRONG = enum.auto()


WRONG: Final = Wrong.WRONG
MAX_TEXT: Final = 5_000


class Shape(Protocol):
    """How one kind of value is read. `expected` is how an error calls it."""

    @property
    def expected(self) -> str: ...  # noqa: D102  # said in the class

    def read(self, node: Node, path: Path, found: Findings) -> Any:
        """Return the value, or `WRONG` after noting why."""


def note_wrong_type(expected: str, node: Node, path: Path, found: Findings) -> Literal[Wrong.WRONG]:
    """Note that something else stands where `expected` should, and return `WRONG`."""
    found.of(
        "files.wrong_type",
        "got {got}; expected {expected}.",
        at=node,
        path=path,
        got=_described(node),
        expected=expected,
    )
    return WRONG


def _described(node: Node) -> str:
    if isinstance(node, Mapping):
        return "a group of keys"
    if isinstance(node, Sequence):
        return "a list"
    return "nothing" if node.is_null or not node.text.strip() else f"'{short(node.text)}'"


def short(text: str, limit: int = 60) -> str:
    """Return `text` on one line, cut so that it fits a message."""
    line = " ".join(text.split())
    return line if len(line) <= limit else f"{line[: limit - 1]}…"


@attrs.frozen(kw_only=True)
class Text:
    """Words, kept as typed; a number or a date without quotes is words too."""

    limit: int = MAX_TEXT
    may_be_empty: bool = False
    expected: str = attrs.field(default="a text", init=False)

    def read(self, node: Node, path: Path, found: Findings) -> Any:
        """Return the text as typed."""
        if not isinstance(node, Scalar):
            return note_wrong_type(self.expected, node, path, found)
        if not node.text.strip() and not self.may_be_empty:
            return note_wrong_type(self.expected, node, path, found)
        if len(node.text) > self.limit:
            found.of(
                "files.text_long",
                "the text has {got} characters; at most {limit}.",
                at=node,
                path=path,
                got=len(node.text),
                limit=self.limit,
            )
            return WRONG
        return node.text


_NUMBER: Final = re.compile(r"[-+]?(\d[\d_]*(\.[\d_]*)?|\.\d+)([eE][-+]?\d{1,4})?")
_GROUPED: Final = re.compile(r"[-+]?\d{1,3}([ '’\u00a0\u202f]\d{3})+([.,]\d+)?")
_COMMA: Final = re.compile(r"[-+]?\d+,\d+")
_PERCENT: Final = re.compile(r"([-+]?\d+(?:[.,]\d+)?)\s*%")


@attrs.frozen(kw_only=True)
class Number:
    """A number between `low` and `high`; `whole` without decimals; `rate` when it is a fraction of one."""

    low: float = -math.inf
    high: float = math.inf
    whole: bool = False
    rate: bool = False

    @property
    def expected(self) -> str:
        """How an error calls it."""
        return "a whole number" if self.whole else "a number"

    def read(self, node: Node, path: Path, found: Findings) -> Any:
        """Return the number, int when `whole`, else float."""
        if not isinstance(node, Scalar):
            return note_wrong_type(self.expected, node, path, found)
        text = node.text.strip()
        if not _NUMBER.fullmatch(text):
            return self._note_not_a_number(node, text, path, found)
        number = float(text.replace("_", ""))
        if not math.isfinite(number):
            return note_wrong_type(self.expected, node, path, found)
        if self.whole and (number != int(number) or abs(number) > 1e15):
            return note_wrong_type(self.expected, node, path, found)
        if not self.low <= number <= self.high:
            return self._note_out_of_range(node, number, path, found)
        return int(number) if self.whole else number

    def _note_not_a_number(self, node: Scalar, text: str, path: Path, found: Findings) -> Any:
        fixed = ""
        if percent := _PERCENT.fullmatch(text):
            fixed = f"{float(percent[1].replace(',', '.')) / 100:.12g}"
        elif _COMMA.fullmatch(text) or _GROUPED.fullmatch(text):
            fixed = re.sub(r"[ '’\u00a0\u202f]", "", text).replace(",", ".")
        if not fixed:
            return note_wrong_type(self.expected, node, path, found)
        found.of(
            "files.number_format",
            "'{got}' is not how a number is written here.",
            hint="Write {fixed}: a point for decimals, no space, no sign of percentage.",
            at=node,
            path=path,
            got=short(text),
            fixed=fixed,
        )
        return WRONG

    def _note_out_of_range(self, node: Scalar, number: float, path: Path, found: Findings) -> Any:
        if self.rate and 1 < number <= 100:
            found.of(
                "files.rate_looks_like_percent",
                "got {got}; a rate is a fraction between 0 and 1.",
                hint="For {got} %, write {fraction}.",
                at=node,
                path=path,
                got=f"{number:g}",
                fraction=f"{number / 100:.12g}",
            )
        else:
            found.of(
                "files.out_of_range",
                "got {got}; expected {low} to {high}.",
                at=node,
                path=path,
                got=f"{number:g}",
                low=f"{self.low:g}" if math.isfinite(self.low) else "−∞",
                high=f"{self.high:g}" if math.isfinite(self.high) else "∞",
            )
        return WRONG


_OTHER_DATE: Final = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_YEARS: Final = range(1950, 2151)


@attrs.frozen(kw_only=True)
class Date:
    """A day, written 2026-11-30."""

    expected: str = attrs.field(default="a date (YYYY-MM-DD)", init=False)

    def read(self, node: Node, path: Path, found: Findings) -> Any:
        """Return the date."""
        if not isinstance(node, Scalar) or not node.text.strip():
            return note_wrong_type(self.expected, node, path, found)
        text = node.text.strip()
        day = _day(text)
        if day is not None and day.year in _YEARS:
            return day
        other = _OTHER_DATE.fullmatch(text)
        meant = _day(f"{other[3]}-{int(other[2]):02}-{int(other[1]):02}") if other else None
        found.of(
            "files.date",
            "'{got}' is not a date of the calendar written YYYY-MM-DD.",
            hint="Write {meant}." if meant else "",
            at=node,
            path=path,
            got=short(text),
            meant=str(meant or ""),
        )
        return WRONG


def _day(text: str) -> dt.date | None:
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


@attrs.frozen(kw_only=True)
class Choice:
    """One of a few names, turned into a value (the name itself, when `values` is not given)."""

    names: tuple[str, ...]
    values: MappingABC[str, Any] | None = None

    @property
    def expected(self) -> str:
        """How an error calls it."""
        return "true or false" if self.names == ("true", "false") else "a text"

    def read(self, node: Node, path: Path, found: Findings) -> Any:
        """Return the value that the name stands for."""
        if not isinstance(node, Scalar) or node.is_null:
            return note_wrong_type(self.expected, node, path, found)
        text = node.text.strip()
        if text in self.names:
            return self.values[text] if self.values else text
        known = {name.casefold(): name for name in self.names}
        close = known.get(text.casefold()) or _SAME.get(text.casefold()) or nearest(text, self.names)
        found.of(
            "files.unknown_choice",
            "'{got}' is not one of: {known}.",
            hint="Did you mean '{close}'?" if close in self.names else "",
            at=node,
            path=path,
            got=short(text),
            known=", ".join(self.names),
            close=close or "",
        )
        return WRONG


_SAME: Final = {
    **dict.fromkeys(("yes", "oui", "vrai", "on", "y", "o"), "true"),
    **dict.fromkeys(("no", "non", "faux", "off", "n"), "false"),
    **dict.fromkeys(("french", "français", "francais", "fra", "fr-fr", "fr_fr"), "fr"),
    **dict.fromkeys(("english", "anglais", "eng", "en-gb", "en-us", "en_gb", "en_us"), "en"),
    **dict.fromkeys(("anonyme",), "anonymous"),
    **dict.fromkeys(("nominatif", "nommé"), "named"),
}
FLAG: Final = Choice(names=("true", "false"), values={"true": True, "false": False})


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

    `default` is its value when it is absent; `stand_in` what takes its place while the rest is checked, when it
    is missing or wrong. `harmless` says that no later check looks at it, so that nothing false can come of it.
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

    `values` is the attrs class whose validators check the keys of the same name, one by one; `build` makes the value
    (the class itself, when it is not given). `needs` returns the keys that others, being there, make necessary.
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
            name: self._value(name, attrs.evolve(key, required=key.required or name in needed), entries, path, found)
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
