"""The catalogue read from its YAML, every mistake of an edit named with its file and line.

Consultants edit these files as much as developers do: a missing language, an unknown key, a link cell given
twice or an input that nothing defines must be found on the line where it was typed, all at once.
"""

from __future__ import annotations

import re
import types
from collections import Counter
from collections.abc import Callable
from collections.abc import Mapping as MappingType
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from itertools import product
from typing import Any, Final, Union, get_args, get_origin, get_type_hints

import attrs

from cxmaturity.catalog import Benefit, Catalog, ChannelFamily, Claim, InputSpec, Link, Named, Question
from cxmaturity.core.ids import nearest
from cxmaturity.core.problems import FileError, InputError
from cxmaturity.core.text import LANGUAGES, Text
from cxmaturity.files.findings import Findings, Path, in_order
from cxmaturity.files.yaml_text import parse_yaml
from cxmaturity.files.yaml_tree import Mapping, Node, Scalar, Sequence

_MISSING: Final = object()
"""What stands for a value that could not be read; the reason is already noted."""

CATALOG_FILES: Final[MappingType[str, MappingType[str, type]]] = {
    "questions.yaml": {"questions": Question},
    "levels.yaml": {"levels": Named, "answer_states": Named, "evidence_grades": Named, "functions": Named},
    "benefits.yaml": {"inputs": InputSpec, "benefits": Benefit},
    "links.yaml": {"links": Link},
    "claims.yaml": {"claims": Claim},
    "channels.yaml": {"families": ChannelFamily},
}
"""The files of the catalogue, in the order they are read: the lists in each and what they hold."""
_NEEDS: Final = "needs"
"""The key under which a benefit names its inputs by their path."""


@cache
def load_catalog() -> Catalog:
    """Return the catalogue that ships with the package; read once.

    Examples
    --------
    >>> load_catalog().question("trust").short.fr
    'Confiance'
    """
    return _read(files("cxmaturity").joinpath("content"), parse_yaml)


def read_catalog(folder: Traversable) -> Catalog:
    """Read a catalogue from the six files of a folder (``questions.yaml``, ``levels.yaml``, ...).

    Parameters
    ----------
    folder : pathlib.Path or importlib.resources.abc.Traversable
        Where the files are; for a copy that a consultant edits, any folder.

    Raises
    ------
    FileError
        ``catalog.no_file`` when one of the six is missing.
    InputError
        Every problem of every file, with ``file:line``: ``catalog.missing_key``, ``catalog.unknown_key``,
        ``catalog.wrong_kind``, ``catalog.missing_language``, ``catalog.not_allowed``,
        ``catalog.duplicate``, ``catalog.unknown_reference``, ``catalog.missing_link``, ``catalog.levels``,
        and those of the YAML itself.
    """
    return _read(folder, parse_yaml)


def _read(folder: Traversable, parse: Callable[[str, Findings], Node | None]) -> Catalog:
    reader = _Reader(Findings(file=str(folder)), parse)
    for name, lists in CATALOG_FILES.items():
        reader.read(folder, name, lists)
    reader.check()
    if reader.found.problems:
        raise InputError(in_order(reader.found.problems, CATALOG_FILES))
    return reader.catalog()


@attrs.define
class _Reader:
    """Gathers the values of all files, then checks what they say of each other."""

    found: Findings
    parse: Callable[[str, Findings], Node | None]
    values: dict[str, list[Any]] = attrs.field(factory=dict)
    needs: dict[str, list[Scalar]] = attrs.field(factory=dict)
    version: str = ""

    def read(self, folder: Traversable, name: str, lists: MappingType[str, type]) -> None:
        try:
            text = folder.joinpath(name).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise FileError.of(
                "catalog.no_file", "the catalogue file '{name}' cannot be read.", name=name
            ) from error
        found = self.found = self.found.in_file(name)
        tree = self.parse(text, found)
        if tree is None:
            return
        if not isinstance(tree, Mapping):
            _wrong_kind(found, tree, (), "keys and values")
            return
        keys = [*lists, "version"] if "questions" in lists else list(lists)
        _check_keys(found, tree, (), keys, keys)
        if version := tree.get("version"):
            self.version = str(_bind(str, version.value, found, ("version",)))
        for key, cls in lists.items():
            self.values[key] = self._items(tree, key, cls)

    def _items(self, tree: Mapping, key: str, cls: type) -> list[Any]:
        entry = tree.get(key)
        if entry is None:
            return []
        if not isinstance(entry.value, Sequence):
            _wrong_kind(self.found, entry.value, (key,), "a list")
            return []
        items = []
        for index, node in enumerate(entry.value.items):
            self.found.locate((key, index), node)
            value = self._item(cls, node, (key, index))
            if value is not _MISSING:
                items.append(value)
        return items

    def _item(self, cls: type, node: Node, path: Path) -> Any:
        if cls is not Benefit or not isinstance(node, Mapping):
            return _bind(cls, node, self.found, path)
        entry = node.get(_NEEDS)
        needs = entry.value.items if entry and isinstance(entry.value, Sequence) else ()
        if not needs:
            _missing_key(self.found, node, path, _NEEDS)
        others = attrs.evolve(node, entries=tuple(e for e in node.entries if e.key != _NEEDS))
        benefit = _bind(Benefit, others, self.found, path, given={"inputs": ()})
        if benefit is not _MISSING:
            self.needs[benefit.id] = [need for need in needs if isinstance(need, Scalar)]
        return benefit

    def check(self) -> None:
        """Check what no single entry can know: doubles, references, the 49 cells, the five levels."""
        for (file, key), path_of in _IDENTITIES.items():
            found = self.found.in_file(file)
            counts = Counter(path_of(value) for value in self.values.get(key, ()))
            for identity in (name for name, count in counts.items() if count > 1):
                found.of("catalog.duplicate", "'{name}' is given more than once.", path=(key,), name=identity)
        self._check_needs()
        self._check_links()
        found = self.found.in_file("questions.yaml")
        for index, question in enumerate(self.values.get("questions", ())):
            self._check_question(found, question, ("questions", index))

    def _check_needs(self) -> None:
        known = {spec.path for spec in self.values.get("inputs", ())}
        for benefit, needs in self.needs.items():
            for need in needs:
                if need.text not in known:
                    self._unknown(
                        self.found.in_file("benefits.yaml"), need, (benefit, _NEEDS), need.text, known
                    )

    def _check_links(self) -> None:
        found = self.found.in_file("links.yaml")
        questions = [question.id for question in self.values.get("questions", ())]
        benefits = [benefit.id for benefit in self.values.get("benefits", ())]
        given = {(link.question, link.benefit) for link in self.values.get("links", ())}
        for index, link in enumerate(self.values.get("links", ())):
            for name, known in ((link.question, questions), (link.benefit, benefits)):
                if name not in known:
                    self._unknown(found, None, ("links", index), name, known)
        for question, benefit in product(questions, benefits):
            if (question, benefit) not in given:
                found.of(
                    "catalog.missing_link",
                    "no cell links the question '{question}' to the benefit '{benefit}'.",
                    hint="Write one, with strength 0 and a reason if there is no link.",
                    path=("links",),
                    question=question,
                    benefit=benefit,
                )

    def _check_question(self, found: Findings, question: Question, path: Path) -> None:
        numbers = [level.number for level in question.levels]
        proofs = [level.number for level in question.levels if level.proof]
        if (numbers, proofs, len(question.advice)) != ([1, 2, 3, 4, 5], [2, 3, 4, 5], 4):
            found.of(
                "catalog.levels",
                "'{name}' needs levels 1 to 5 in order, a proof from level 2 on, and 4 pieces of advice.",
                path=path,
                name=question.id,
            )

    def _unknown(self, found: Findings, at: Scalar | None, path: Path, name: str, known: Any) -> None:
        close = nearest(name, known)
        found.of(
            "catalog.unknown_reference",
            "'{name}' is defined nowhere.",
            hint="Did you mean '{close}'?" if close else "",
            at=at,
            path=path,
            name=name,
            close=close or "",
        )

    def catalog(self) -> Catalog:
        """Put the values together; only once nothing is wrong."""
        inputs = {spec.path: spec for spec in self.values["inputs"]}
        return Catalog(
            version=self.version,
            questions=self.values["questions"],
            level_names=self.values["levels"],
            answer_states=self.values["answer_states"],
            evidence_grades=self.values["evidence_grades"],
            functions=self.values["functions"],
            benefits=[
                attrs.evolve(benefit, inputs=tuple(inputs[need.text] for need in self.needs[benefit.id]))
                for benefit in self.values["benefits"]
            ],
            links=self.values["links"],
            claims=self.values["claims"],
            channel_families=self.values["families"],
        )


_IDENTITIES: Final[MappingType[tuple[str, str], Callable[[Any], str]]] = {
    ("questions.yaml", "questions"): lambda question: str(question.id),
    ("levels.yaml", "levels"): lambda named: str(named.id),
    ("levels.yaml", "answer_states"): lambda named: str(named.id),
    ("levels.yaml", "evidence_grades"): lambda named: str(named.id),
    ("levels.yaml", "functions"): lambda named: str(named.id),
    ("benefits.yaml", "inputs"): lambda spec: str(spec.path),
    ("benefits.yaml", "benefits"): lambda benefit: str(benefit.id),
    ("links.yaml", "links"): lambda link: f"{link.question}/{link.benefit}",
    ("claims.yaml", "claims"): lambda claim: str(claim.id),
    ("channels.yaml", "families"): lambda family: str(family.id),
}


# --- from nodes to values, by the types of the attrs fields ---------------------------------------


@cache
def _hints(cls: type) -> MappingType[str, Any]:
    return get_type_hints(cls)


def _bind(
    cls: Any, node: Node, found: Findings, path: Path, *, given: MappingType[str, Any] | None = None
) -> Any:
    """Return the value of type `cls` that `node` says, or `_MISSING` with the reason noted in `found`."""
    origin = get_origin(cls)
    if origin in (Union, types.UnionType):
        cls = next(option for option in get_args(cls) if option is not type(None))
        return _bind(cls, node, found, path)
    if cls is Text:
        return _text(node, found, path)
    if attrs.has(cls):
        return _attrs(cls, node, found, path, given or {})
    if origin is tuple:
        return _tuple(get_args(cls)[0], node, found, path)
    return _scalar(cls, node, found, path)


def _attrs(cls: type, node: Node, found: Findings, path: Path, given: MappingType[str, Any]) -> Any:
    if not isinstance(node, Mapping):
        return _wrong_kind(found, node, path, "keys and values")
    fields = {field.name: field for field in attrs.fields(cls) if field.name not in given}
    required = [name for name, field in fields.items() if field.default is attrs.NOTHING]
    complete = _check_keys(found, node, path, list(fields), required)
    hints = _hints(cls)
    values = {
        entry.key: _bind(hints[entry.key], entry.value, found, (*path, entry.key))
        for entry in node.entries
        if entry.key in fields
    }
    if not complete or any(value is _MISSING for value in values.values()):
        return _MISSING
    try:
        return cls(**values, **given)
    except InputError as error:
        found.absorb(error, path=path, at=node)
    except ValueError:
        _not_allowed(found, node, path, str(values.get("number", "?")), "1 to 5")
    return _MISSING


def _text(node: Node, found: Findings, path: Path) -> Any:
    if not isinstance(node, Mapping):
        return _wrong_kind(found, node, path, "a text in each language: {en: ..., fr: ...}")
    given = {entry.key: entry.value for entry in node.entries}
    for language in LANGUAGES:
        if language not in given:
            found.of(
                "catalog.missing_language",
                "the text has no '{language}'.",
                hint="Each text is written in both languages.",
                at=node,
                path=path,
                language=language,
            )
    known = _check_keys(found, node, path, LANGUAGES, ())
    texts = {key: _bind(str, value, found, (*path, key)) for key, value in given.items() if key in LANGUAGES}
    if not known or len(texts) < len(LANGUAGES) or any(text is _MISSING for text in texts.values()):
        return _MISSING
    try:
        return Text(**texts)
    except InputError as error:
        found.absorb(error, path=path, at=node)
        return _MISSING


def _tuple(cls: Any, node: Node, found: Findings, path: Path) -> Any:
    if not isinstance(node, Sequence):
        return _wrong_kind(found, node, path, "a list")
    items = tuple(_bind(cls, item, found, (*path, index)) for index, item in enumerate(node.items))
    return _MISSING if any(item is _MISSING for item in items) else items


def _scalar(cls: Any, node: Node, found: Findings, path: Path) -> Any:
    if not isinstance(node, Scalar) or node.is_null:
        return _wrong_kind(found, node, path, "a text")
    if cls is str:
        return node.text
    if cls is int:
        whole = re.fullmatch(r"-?\d{1,9}", node.text, re.ASCII)
        return int(node.text) if whole else _not_allowed(found, node, path, node.text, "1, 2, 3...")
    allowed = {"true": True, "false": False} if cls is bool else {str(one): one for one in get_args(cls)}
    if node.text in allowed:
        return allowed[node.text]
    return _not_allowed(found, node, path, node.text, ", ".join(allowed))


# --- what can be wrong ----------------------------------------------------------------------------


def _check_keys(found: Findings, node: Mapping, path: Path, known: Any, required: Any) -> bool:
    """Note unknown and missing keys; return whether there is none of either."""
    names = {entry.key for entry in node.entries}
    for entry in node.entries:
        if entry.key not in known:
            close = nearest(entry.key, known)
            found.of(
                "catalog.unknown_key",
                "unknown key '{key}'; known: {known}.",
                hint="Did you mean '{close}'?" if close else "",
                at=entry,
                path=path,
                key=entry.key,
                known=", ".join(known),
                close=close or "",
            )
    missing = [name for name in required if name not in names]
    for name in missing:
        _missing_key(found, node, path, name)
    return not missing and names <= set(known)


def _missing_key(found: Findings, node: Mapping, path: Path, name: str) -> None:
    found.of("catalog.missing_key", "the key '{key}' is missing.", at=node, path=path, key=name)


def _wrong_kind(found: Findings, node: Node, path: Path, expected: str) -> Any:
    found.of("catalog.wrong_kind", "{expected} expected here.", at=node, path=path, expected=expected)
    return _MISSING


def _not_allowed(found: Findings, node: Node, path: Path, got: str, allowed: str) -> Any:
    found.of(
        "catalog.not_allowed",
        "'{got}' is not allowed here; expected: {allowed}.",
        at=node,
        path=path,
        got=got,
        allowed=allowed,
    )
    return _MISSING
