"""YAML as a tree of texts that know their line, and nothing else.

The tree is built from the events of a parser, never by its constructors: no tag is obeyed, no date or number
is guessed. What a text means is decided by the key that it stands under (see `shapes`), so ``id: 2026`` stays
a name, ``language: no`` is no boolean, and a version ``1.10`` does not become 1.1. No step is recursive, and
what aliases multiply is counted: no file can exhaust the stack or the memory.
"""

from __future__ import annotations

import unicodedata
from typing import Any, Final

import attrs

from cxmaturity.files.findings import Findings, Path, Spot

MAX_NODES: Final = 50_000  # about 2,000 respondents typed inline
MAX_DEPTH: Final = 40
_CORE: Final = "tag:yaml.org,2002:"
_TAGS: Final = ("null", "bool", "int", "float", "str", "timestamp", "map", "seq", "merge", "value")
_KNOWN_TAGS: Final = {"!", *(_CORE + name for name in _TAGS)}
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


class RefusedError(Exception):
    """The tree must not be built any further; why is already noted. Never leaves the reader of YAML."""


@attrs.frozen
class _Known:
    """What an anchor names: the node, how many values it unfolds to, how deep it is."""

    node: Node
    size: int
    height: int


@attrs.define
class _Frame:
    """A list or group that is still open; in a group, `key` is None when a key comes next."""

    path: Path
    spot: Spot
    is_mapping: bool
    anchor: str | None
    start: int
    items: list[Node] = attrs.field(factory=list)
    entries: dict[str, Entry] = attrs.field(factory=dict)
    merged: dict[str, Entry] = attrs.field(factory=dict)
    key: Node | None = None
    height: int = 1

    def next_path(self) -> Path:
        """Return the path of the value that comes next."""
        if not self.is_mapping:
            return (*self.path, len(self.items))
        return (*self.path, self.key.text) if isinstance(self.key, Scalar) else self.path

    def close(self) -> Node:
        """Return the node, complete."""
        if self.is_mapping:
            whole = {**self.merged, **self.entries}
            return Mapping(tuple(whole.values()), self.spot.line, self.spot.column)
        return Sequence(tuple(self.items), self.spot.line, self.spot.column)


@attrs.define
class TreeBuilder:
    """Builds the tree of one document from events, which PyYAML and ruamel.yaml name alike.

    Noted in `found`: ``files.yaml_second``, ``files.yaml_alias``, ``files.yaml_loop``,
    ``files.yaml_too_deep``, ``files.yaml_too_big``, after which `RefusedError` is raised; ``files.yaml_tag``,
    ``files.yaml_key``, ``files.yaml_control`` and ``files.duplicate_key``, after which it goes on.
    """

    found: Findings
    path: Path
    root: Node | None = None
    frames: list[_Frame] = attrs.field(factory=list)
    anchors: dict[str, _Known] = attrs.field(factory=dict)
    count: int = 0

    def take(self, event: Any) -> None:
        """Add what one event says."""
        kind = type(event).__name__
        spot = Spot(event.start_mark.line + 1, event.start_mark.column + 1)
        if kind == "DocumentStartEvent" and self.root is not None:
            self.found.of(
                "files.yaml_second",
                "'---' starts a second document; one is expected.",
                at=spot,
                path=self.path,
            )
            raise RefusedError
        if kind == "AliasEvent":
            self._alias(event.anchor, spot)
        elif kind == "ScalarEvent":
            self._check_tag(event.tag, spot)
            scalar = self._scalar(event, spot)
            self._count(1, spot)
            self._place(scalar, _Known(scalar, 1, 0), event.anchor)
        elif kind in ("MappingStartEvent", "SequenceStartEvent"):
            self._check_tag(event.tag, spot)
            self._check_depth(1, spot)
            frame = _Frame(self._next_path(), spot, kind == "MappingStartEvent", event.anchor, self.count)
            self._count(1, spot)
            self.frames.append(frame)
        elif kind in ("MappingEndEvent", "SequenceEndEvent"):
            frame = self.frames.pop()
            node = frame.close()
            self._place(node, _Known(node, self.count - frame.start, frame.height), frame.anchor)

    def _next_path(self) -> Path:
        return self.frames[-1].next_path() if self.frames else self.path

    def _count(self, more: int, spot: Spot) -> None:
        self.count += more
        if self.count > MAX_NODES:
            self.found.of(
                "files.yaml_too_big",
                "the file unfolds to more than {limit} values.",
                hint="Aliases (*) that repeat aliases are refused.",
                at=spot,
                limit=MAX_NODES,
            )
            raise RefusedError

    def _check_depth(self, more: int, spot: Spot) -> None:
        if len(self.frames) + more > MAX_DEPTH:
            self.found.of(
                "files.yaml_too_deep",
                "lists or keys are nested more than {limit} deep.",
                at=spot,
                path=self._next_path()[:3],
                limit=MAX_DEPTH,
            )
            raise RefusedError

    def _check_tag(self, tag: Any, spot: Spot) -> None:
        if tag is not None and str(tag) not in _KNOWN_TAGS:
            self.found.of(
                "files.yaml_tag",
                "the tag '{tag}' is not allowed.",
                hint="Remove it: plain values are enough.",
                at=spot,
                path=self._next_path(),
                tag=str(tag)[:80],
            )

    def _alias(self, name: str, spot: Spot) -> None:
        path = self._next_path()
        if any(frame.anchor == name for frame in self.frames):
            self.found.of("files.yaml_loop", "an alias (*) contains itself.", at=spot, path=path)
            raise RefusedError
        if name not in self.anchors:
            self.found.of(
                "files.yaml_alias",
                "the alias '*{name}' names nothing: no anchor '&{name}' stands before it.",
                hint="A text that starts with '*' needs quotes.",
                at=spot,
                path=path,
                name=name,
            )
            raise RefusedError
        known = self.anchors[name]
        self._check_depth(known.height, spot)
        self._count(known.size, spot)
        self._place(known.node, known, None)

    def _scalar(self, event: Any, spot: Spot) -> Scalar:
        text = str(event.value)
        if not text.isprintable() and any(_is_control(char) for char in text):
            self.found.of(
                "files.yaml_control",
                "the text holds a control character that nobody can read.",
                hint="Type it again.",
                at=spot,
                path=self._next_path(),
            )
            text = "".join(char for char in text if not _is_control(char))
        return Scalar(text, not event.style, spot.line, spot.column)

    def _place(self, node: Node, known: _Known, anchor: str | None) -> None:
        """Put a node that is complete where it belongs."""
        if anchor is not None:
            self.anchors[str(anchor)] = known
        if not self.frames:
            self.root = node
            return
        frame = self.frames[-1]
        frame.height = max(frame.height, known.height + 1)
        if not frame.is_mapping:
            frame.items.append(node)
        elif frame.key is None:
            frame.key = node
            if not isinstance(node, Scalar):
                self.found.of("files.yaml_key", "a key must be a text.", at=node, path=frame.path)
        else:
            key, frame.key = frame.key, None
            if isinstance(key, Scalar):
                self._enter(frame, key, node)

    def _enter(self, frame: _Frame, key: Scalar, value: Node) -> None:
        if isinstance(value, Scalar) and value.is_null:
            value = attrs.evolve(value, line=key.line, column=key.column)  # YAML puts nothing at the next key
        if key.text == "<<" and key.plain:
            frame.merged |= _merged(value)
        elif key.text in frame.entries:
            self.found.of(
                "files.duplicate_key",
                "the key '{key}' is given twice; the first is at line {first}.",
                hint="Keep one of the two.",
                at=key,
                path=(*frame.path, key.text),
                key=key.text[:80],
                first=frame.entries[key.text].line,
            )
        else:
            frame.entries[key.text] = Entry(key.text, value, key.line, key.column)


def _is_control(char: str) -> bool:
    return char not in "\n\t" and unicodedata.category(char) in _BAD


def _merged(node: Node) -> dict[str, Entry]:
    """Return what ``<<: *anchor`` brings in; of several anchors the first wins."""
    sources = node.items if isinstance(node, Sequence) else (node,)
    return {
        entry.key: entry
        for source in reversed(sources)
        if isinstance(source, Mapping)
        for entry in source.entries
    }
