"""YAML read as a tree of texts that know their line, and nothing else.

The tree is made from the nodes of ruamel.yaml, never from its constructors: no tag is obeyed, no date or number is
guessed. What a text means is decided by the key that it stands under (see `shapes`), so ``id: 2026`` stays a name,
``language: no`` is no boolean, and a version ``1.10`` does not become 1.1.
"""

from __future__ import annotations

import unicodedata
import warnings
from typing import Any, Final

import attrs
from ruamel.yaml import YAML
from ruamel.yaml.composer import MaxDepthExceededError
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from cxmaturity.files.findings import Findings, Path, Spot

MAX_NODES: Final = 50_000  # about 2,000 respondents typed inline
MAX_DEPTH: Final = 40
_CORE: Final = "tag:yaml.org,2002:"
_KNOWN_TAGS: Final = {
    _CORE + name
    for name in ("null", "bool", "int", "float", "str", "timestamp", "map", "seq", "merge", "value")
}


_BAD: Final = {"Cc", "Cs"}  # control characters and lone halves of a surrogate pair


@attrs.frozen
class Scalar:
    """A text; `plain` when it was typed without quotes, so that it may be read as a number or as nothing."""

    text: str
    plain: bool
    line: int
    column: int

    @property
    def is_null(self) -> bool:
        """Whether nothing stands here: empty, ``~`` or ``null`` without quotes."""
        return self.plain and self.text in ("", "~", "null", "Null", "NULL")


@attrs.frozen
class Entry:
    """One ``key: value`` line of a mapping."""

    key: str
    value: Node
    line: int
    column: int


@attrs.frozen
class Mapping:
    """A group of keys, in their order, each once."""

    entries: tuple[Entry, ...]
    line: int
    column: int

    def get(self, key: str) -> Entry | None:
        """Return the entry `key`, or None."""
        return next((entry for entry in self.entries if entry.key == key), None)


@attrs.frozen
class Sequence:
    """A list."""

    items: tuple[Node, ...]
    line: int
    column: int


Node = Scalar | Mapping | Sequence


def parse_shipped(text: str, found: Findings) -> Node | None:
    """Return the tree of a file that ships with the package, read by libyaml, some twenty times faster.

    Not for files from elsewhere: libyaml's composer follows any depth of nesting until the stack ends. A document that
    libyaml refuses is read again by `parse_yaml`, which says why.
    """
    import yaml  # noqa: PLC0415  # only the catalogue is read this way

    try:
        root = yaml.compose(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        return None if root is None else _Builder(found).build(root, ())
    except (yaml.YAMLError, _Refused):
        return parse_yaml(text, found)


def parse_yaml(text: str, found: Findings, path: Path = ()) -> Node | None:
    """Return the tree of one YAML document, or None when it cannot be read or is not acceptable.

    Noted in `found`: ``files.yaml_broken`` (with line and column), ``files.yaml_unreadable``, ``files.yaml_too_deep``, ``files.yaml_too_big`` (aliases
    that multiply), ``files.yaml_loop``, ``files.yaml_tag``, ``files.yaml_key``, ``files.yaml_control`` and
    ``files.duplicate_key``. The last three leave a tree, so that the rest is still checked.
    """
    yaml = YAML(typ="safe", pure=True)
    yaml.max_depth = MAX_DEPTH
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a reused anchor is legal YAML
            root = yaml.compose(text)
    except MarkedYAMLError as error:
        _note_broken(error, found, path)
        return None
    except (YAMLError, RecursionError, ValueError, AttributeError, AssertionError) as error:
        # ruamel.yaml lets some of its own slips through on hostile bytes; none is worth a traceback.
        spot = Spot(_line_at(text, getattr(error, "position", None)), 1)
        found.of(
            "files.yaml_unreadable", "this is not YAML: a character in it is not allowed.", at=spot, path=path
        )
        return None
    if root is None:
        return Scalar("", plain=True, line=1, column=1)
    try:
        return _Builder(found).build(root, path)
    except _Refused:
        return None


def _line_at(text: str, position: Any) -> int:
    return text.count("\n", 0, position) + 1 if isinstance(position, int) else 1


_REASONS: Final = (
    # what ruamel.yaml says, and what it means to the person who typed the file
    ("\\t", "a tab stands where spaces are expected"),
    ("found unexpected end of stream", "a quote is opened and never closed"),
    ("cannot start any token", "a text cannot start with this character without quotes"),
    ("mapping values are not allowed", "a ':' nobody expects here; a text that holds ': ' needs quotes"),
    ("could not find expected ':'", "a key without its ':'"),
    ("undefined alias", "an alias (*) that no anchor (&) defines"),
    ("single document", "'---' starts a second document; one is expected"),
    ("while parsing a flow", "a bracket is not closed, or a comma is missing"),
    ("expected <block end>", "the indentation does not follow the lines above"),
    ("escape", "an unknown escape after a backslash; use single quotes"),
)
_UNCLEAR: Final = "the punctuation or the indentation is not that of YAML"


def _note_broken(error: MarkedYAMLError, found: Findings, path: Path) -> None:
    mark = error.problem_mark or error.context_mark
    spot = Spot(mark.line + 1, mark.column + 1) if mark else Spot(1, 1)
    said = f"{error.problem or ''} {error.context or ''}"
    if isinstance(error, MaxDepthExceededError):
        _note_too_deep(found, spot, path)
        return
    found.of(
        "files.yaml_broken",
        "unreadable at line {line}, column {column}: {reason}.",
        hint="Nothing after this point could be checked.",
        at=spot,
        path=path,
        line=spot.line,
        column=spot.column,
        reason=next((meaning for sign, meaning in _REASONS if sign in said), _UNCLEAR),
    )


def _note_too_deep(found: Findings, spot: Spot, path: Path) -> None:
    found.of(
        "files.yaml_too_deep",
        "lists or keys are nested more than {limit} deep.",
        at=spot,
        path=path,
        limit=MAX_DEPTH,
    )


def _is_control(char: str) -> bool:
    return char not in "\n\t" and unicodedata.category(char) in _BAD


class _Refused(Exception):  # noqa: N818  # never leaves this module
    """The tree must not be built at all."""


@attrs.define
class _Builder:
    """Turns nodes (of ruamel.yaml or PyYAML, which look alike) into our tree, counting what aliases multiply."""

    found: Findings
    count: int = 0
    open_nodes: set[int] = attrs.field(factory=set)

    def build(self, node: Any, path: Path) -> Node:
        """Return the tree under `node`, which stands at `path`."""
        spot = Spot(node.start_mark.line + 1, node.start_mark.column + 1)
        self._refuse_bombs(node, spot, path)
        if node.tag is not None and node.tag not in _KNOWN_TAGS:
            self.found.of(
                "files.yaml_tag",
                "the tag '{tag}' is not allowed.",
                hint="Remove it: plain values are enough.",
                at=spot,
                path=path,
                tag=str(node.tag)[:80],
            )
        if node.id == "scalar":
            return self._scalar(node, spot, path)
        self.open_nodes.add(id(node))
        try:
            if node.id == "mapping":
                return self._mapping(node, spot, path)
            items = (self.build(item, (*path, index)) for index, item in enumerate(node.value))
            return Sequence(tuple(items), spot.line, spot.column)
        finally:
            self.open_nodes.discard(id(node))

    def _refuse_bombs(self, node: Any, spot: Spot, path: Path) -> None:
        self.count += 1
        if id(node) in self.open_nodes:
            self.found.of("files.yaml_loop", "an alias (*) contains itself.", at=spot, path=path[:-1])
            raise _Refused
        if self.count > MAX_NODES:
            self.found.of(
                "files.yaml_too_big",
                "the file unfolds to more than {limit} values.",
                hint="Aliases (*) that repeat aliases are refused.",
                at=spot,
                limit=MAX_NODES,
            )
            raise _Refused
        if len(self.open_nodes) > MAX_DEPTH:
            _note_too_deep(self.found, spot, path[:3])
            raise _Refused

    def _scalar(self, node: Any, spot: Spot, path: Path) -> Scalar:
        text = str(node.value)
        if not text.isprintable() and any(_is_control(char) for char in text):
            self.found.of(
                "files.yaml_control",
                "the text holds a control character that nobody can read.",
                hint="Type it again.",
                at=spot,
                path=path,
            )
            text = "".join(char for char in text if not _is_control(char))
        return Scalar(text, not node.style, spot.line, spot.column)

    def _mapping(self, node: Any, spot: Spot, path: Path) -> Mapping:
        entries: dict[str, Entry] = {}
        merged: dict[str, Entry] = {}
        for key, value in node.value:
            at = Spot(key.start_mark.line + 1, key.start_mark.column + 1)
            if key.id != "scalar":
                self.found.of("files.yaml_key", "a key must be a text.", at=at, path=path)
                continue
            name = str(key.value)
            built = self.build(value, (*path, name))
            if isinstance(built, Scalar) and built.is_null:
                built = attrs.evolve(
                    built, line=at.line, column=at.column
                )  # YAML puts nothing at the next key
            if name == "<<" and not key.style:
                merged |= _merged(built)
            elif name in entries:
                self.found.of(
                    "files.duplicate_key",
                    "the key '{key}' is given twice; the first is at line {first}.",
                    hint="Keep one of the two.",
                    at=at,
                    path=(*path, name),
                    key=name,
                    first=entries[name].line,
                )
            else:
                entries[name] = Entry(name, built, at.line, at.column)
        return Mapping(tuple({**merged, **entries}.values()), spot.line, spot.column)


def _merged(node: Node) -> dict[str, Entry]:
    """Return what ``<<: *anchor`` brings in; of several anchors the first wins."""
    sources = node.items if isinstance(node, Sequence) else (node,)
    return {
        entry.key: entry
        for source in reversed(sources)
        if isinstance(source, Mapping)
        for entry in source.entries
    }
