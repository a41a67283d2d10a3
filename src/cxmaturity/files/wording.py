"""A text that somebody typed: in the language of the file, or in both, ``{fr: ..., en: ...}``."""

from __future__ import annotations

from functools import cache
from typing import Any, Final

import attrs

from cxmaturity.core.text import Language, Text
from cxmaturity.core.words import Wording, Words
from cxmaturity.files import shapes
from cxmaturity.files.findings import Findings, Path
from cxmaturity.files.groups import Key, Record
from cxmaturity.files.shapes import MAX_TEXT, WRONG, note_wrong_type
from cxmaturity.files.yaml_tree import Mapping, Node, Scalar

_NAMES: Final[dict[Language, Text]] = {
    "en": Text(en="English", fr="anglais"),
    "fr": Text(en="French", fr="français"),
}


@cache
def words_record(limit: int) -> Record:
    """Return the shape of ``{fr: ..., en: ...}``, either of them optional; the value is a `Words`."""
    key = Key(shapes.Text(limit=limit, may_be_empty=True), default="", stand_in="", harmless=True)
    return Record(keys={"en": key, "fr": key}, build=Words)


@attrs.frozen(kw_only=True)
class WordingShape:
    """A text, the same in every language, or one text for each: a `str` in both cases."""

    limit: int = MAX_TEXT
    may_be_empty: bool = False
    expected: str = attrs.field(default="a text", init=False)

    def read(self, node: Node, path: Path, found: Findings) -> Any:
        """Return the text, a `Wording` when it was typed by language."""
        if not isinstance(node, Mapping):
            return shapes.Text(limit=self.limit, may_be_empty=self.may_be_empty).read(node, path, found)
        before = len(found.problems)
        words = words_record(self.limit).read(node, path, found)
        if words is WRONG:
            return WRONG
        given = {name: text for name in _NAMES if (text := getattr(words, name)).strip()}
        if not given:
            if len(found.problems) > before:  # said already: an unknown language, a text too long
                return WRONG
            return (
                ""
                if self.may_be_empty and node.entries
                else note_wrong_type(self.expected, node, path, found)
            )
        if len(given) < len(_NAMES) and len(found.problems) == before:
            _note_missing(next(iter(given)), node, path, found)
        return Wording(**given, own=found.language)


def _note_missing(given: Language, node: Node, path: Path, found: Findings) -> None:
    """Say that one language is shown in place of the other."""
    lacking: Language = "fr" if given == "en" else "en"
    found.of(
        "files.one_language",
        "this text is given in {given} only: a report in {lacking} shows it as it is.",
        hint="Add '{key}: ...'.",
        at=node,
        path=path,
        severity="advice",
        given=_NAMES[given],
        lacking=_NAMES[lacking],
        key=lacking,
    )


def language_of(root: Node, default: Language = "en") -> Language:
    """Return the language that a document says it is in, before it is read."""
    entry = root.get("language") if isinstance(root, Mapping) else None
    said = entry.value.text.strip() if entry and isinstance(entry.value, Scalar) else ""
    return "fr" if said == "fr" else "en" if said == "en" else default
