"""What one value of a file may look like, and how it is read: words, numbers, dates, choices.

A shape turns a node of the YAML tree into a value. When it cannot, it notes why and returns `WRONG`. The same
shapes generate the JSON Schema and the reference page. Lists and groups of keys are in `groups`.
"""

from __future__ import annotations

import datetime as dt
import enum
import math
import re
from collections.abc import Mapping as MappingABC
from typing import Any, Final, Literal, Protocol

import attrs

from cxmaturity.core.ids import nearest
from cxmaturity.files.findings import Findings, Path
from cxmaturity.files.yaml_tree import Mapping, Node, Scalar, Sequence


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
    if isinstance(node, Scalar) and not node.is_null and node.text.strip():
        found.of(
            "files.wrong_value",
            "got '{got}'; expected {expected}.",
            at=node,
            path=path,
            got=short(node.text),
            expected=expected,
        )
        return WRONG
    kinds = {Mapping: "a group of keys", Sequence: "a list"}
    found.of(
        "files.wrong_type",
        "got {typed}; expected {expected}.",
        at=node,
        path=path,
        typed=kinds.get(type(node), "nothing"),
        expected=expected,
    )
    return WRONG


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
