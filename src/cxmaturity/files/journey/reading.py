"""A journey document read and checked in one go, whatever it is kept in: a YAML file, a workbook, an engagement.

Everything that is wrong comes out of one run: by file and line, or by sheet and cell. Nothing here needs numpy.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable
from pathlib import Path
from typing import Final

import attrs

from cxmaturity.core.problems import InputError, Problem
from cxmaturity.core.text import Language
from cxmaturity.files.findings import Findings, in_order
from cxmaturity.files.findings import Path as KeyPath
from cxmaturity.files.folder import DATA_LIMIT, YAML_LIMIT, Folder, decode_yaml, read_bytes
from cxmaturity.files.journey.fields import ENTITIES
from cxmaturity.files.journey.shapes import atlas_shape, entity_shape, language_of
from cxmaturity.files.yaml_text import parse_yaml
from cxmaturity.files.yaml_tree import Mapping, Node, Scalar
from cxmaturity.journey.values import Atlas

YAML_NAME: Final = "journeys.yaml"
BOOK_NAME: Final = "gabarit.xlsx"
_ENGAGEMENT: Final = "engagement.yaml"
_YAML_ENDINGS: Final = (".yaml", ".yml")

_Rank = Callable[[Problem], tuple[int, int, int, str]]
_Read = tuple[Atlas | None, _Rank | None]


@attrs.define
class Reading:
    """What came out of a file: the document, if there is one, and everything noted on the way.

    `start` is where the document stands in the file: nowhere, or under the key of an engagement; `rank` puts the
    problems of a workbook in the order of its sheets.
    """

    found: Findings
    file: Path
    start: KeyPath = ()
    atlas: Atlas | None = None
    rank: _Rank | None = None

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Return the problems in the order of the file."""
        problems = self.found.problems
        return in_order(sorted(problems, key=self.rank) if self.rank else problems, [str(self.file)])


def read_atlas(path: str | os.PathLike[str]) -> Atlas:
    """Read a journey document: a folder, a ``.yaml`` or an ``.xlsx`` file.

    Parameters
    ----------
    path : path
        Of a folder, the document is what the key ``journeys`` of its ``engagement.yaml`` says, else
        ``gabarit.xlsx``, else ``journeys.yaml``.

    Returns
    -------
    Atlas
        Free of reading errors; what the rules of `check_atlas_file` find may remain.

    Raises
    ------
    InputError
        Holds every problem, each with its file and line, or its sheet and cell. Codes ``files.*``.
    """
    reading = _read(Path(path))
    if reading.atlas is None or any(problem.severity == "error" for problem in reading.problems):
        raise InputError(reading.problems)
    return reading.atlas


def find_document(path: str | os.PathLike[str]) -> Reading:
    """Return what a path holds, with its file and where the document stands in it: for whoever writes it back."""
    return _read(Path(path))


def check_atlas_file(path: str | os.PathLike[str], *, as_of: dt.date) -> tuple[Problem, ...]:
    """Find everything that is wrong with a journey document; never raises for what a file holds.

    Parameters
    ----------
    path : path
        As for `read_atlas`.
    as_of : datetime.date
        The day that ages are counted to.

    Returns
    -------
    tuple of Problem
        What could not be read and what the rules found (``journey.*``), each with `place`; without what is waived.
    """
    reading = _read(Path(path))
    if reading.atlas is None:
        return reading.problems
    from cxmaturity.files.catalog_yaml import load_catalog  # after the file is known to be readable
    from cxmaturity.journey.lint import check_atlas

    findings, _ = check_atlas(reading.atlas, load_catalog(), as_of=as_of)
    for problem in findings:
        note_rule(problem, reading.start, reading.found)
    return reading.problems


def note_rule(problem: Problem, start: KeyPath, found: Findings) -> None:
    """Note what a rule found, at its place in the file; nothing that rests on a stand-in alone.

    Parameters
    ----------
    problem : Problem
        Its path leads into the `Atlas`.
    start : path
        Where the document stands in what `found` read.
    found : Findings
        Of the reading.
    """
    path = start
    for step in problem.path:
        kept = found.kept.get(path)
        path = (*path, kept[step] if isinstance(step, int) and kept and step < len(kept) else step)
    metric = (*path[:-1], "metric")  # a number is held against the scale of its metric
    if not (found.is_assumed(path) or found.is_assumed(metric)):
        found.add(attrs.evolve(problem, path=path, place=found.place_of(path)))


# --- which file ---------------------------------------------------------------------------------------------


def _read(path: Path) -> Reading:
    if not path.is_dir():
        return _read_file(path)
    named = _named_by_engagement(path)
    if named is not None:
        for name in {BOOK_NAME, YAML_NAME} - {named.file.name}:
            if named.file.name in (BOOK_NAME, YAML_NAME) and os.path.lexists(path / name):
                _compare(named, path / name)
        return named
    files = [path / name for name in (BOOK_NAME, YAML_NAME) if os.path.lexists(path / name)]
    if not files:
        found = Findings(str(path))
        found.of(
            "files.no_journeys",
            "there is no '{yaml}' and no '{book}' here.",
            hint="'cxmaturity new {folder} --with journey' writes both.",
            yaml=YAML_NAME,
            book=BOOK_NAME,
            folder=str(path),
        )
        return Reading(found, path)
    reading = _read_file(files[0])
    if len(files) > 1:
        _compare(reading, files[1])
    return reading


def _compare(reading: Reading, other: Path) -> None:
    """Say that the folder holds two documents that differ, and which one was read."""
    from cxmaturity.files.journey.starter import starter_atlas  # it reads its file with this module

    second = _read_file(other)
    if second.atlas is not None and second.atlas == starter_atlas(second.atlas.language):
        return  # the example that `new` wrote, and nobody has touched
    if reading.atlas is not None and second.atlas != reading.atlas:
        reading.found.of(
            "files.journeys_differ",
            "'{other}' stands beside it and says something else; only '{name}' was read.",
            hint="'cxmaturity map convert' makes one from the other; engagement.yaml says which is read (journeys: {name}).",
            severity="warning",
            other=other.name,
            name=reading.file.name,
        )


def _named_by_engagement(folder: Path) -> Reading | None:
    """Return the document that the key ``journeys`` of an engagement names or holds, or None without one."""
    file = folder / _ENGAGEMENT
    if not file.is_file():
        return None
    found = Findings(str(file))
    content = read_bytes(file, found, limit=YAML_LIMIT)
    text = None if content is None else decode_yaml(content, found)
    root = None if text is None else parse_yaml(text, found)
    entry = root.get("journeys") if isinstance(root, Mapping) else None
    if entry is None or (isinstance(entry.value, Scalar) and entry.value.is_null):
        return None
    found = Findings(str(file))  # what else is wrong with the engagement is not the question here
    found.locate(("journeys",), entry)
    reading = Reading(found, file, start=("journeys",))
    if isinstance(entry.value, Scalar):
        reading.file = folder / entry.value.text
    reading.atlas, reading.rank = _read_key(entry.value, ("journeys",), found, Folder(folder), root)
    return reading


def _read_file(file: Path) -> Reading:
    found = Findings(str(file))
    reading = Reading(found, file)
    if not os.path.lexists(file):
        found.of(
            "files.no_such_document",
            "there is no file '{name}' here.",
            hint="'cxmaturity new {folder} --with journey' writes a first one.",
            name=file.name,
            folder=str(file.parent),
        )
        return reading
    content = read_bytes(file, found, limit=DATA_LIMIT)
    if content is not None:
        reading.atlas, reading.rank = _read_content(content, file.name, (), found)
        reading.atlas = _with_answers(reading.atlas, Folder(file.parent), (), found)
    return reading


def read_alone(content: bytes, name: str) -> Atlas:
    """Return what the content of a file would be read as, without the files that it names.

    Raises
    ------
    InputError
        Everything that is wrong with it.
    """
    found = Findings(name)
    atlas, _ = _read_content(content, name, (), found)
    if atlas is None or any(problem.severity == "error" for problem in found.problems):
        raise InputError(in_order(found.problems))
    return atlas


def _with_answers(atlas: Atlas | None, folder: Folder, path: KeyPath, found: Findings) -> Atlas | None:
    if atlas is None or not atlas.answers:
        return atlas
    from cxmaturity.files.journey.answers import with_answers  # only where there are answers

    return with_answers(atlas, folder, path, found)


# --- what is in it ------------------------------------------------------------------------------------------


def read_journeys_key(
    node: Node,
    path: KeyPath,
    found: Findings,
    folder: Folder,
    *,
    engagement: Node | None = None,
) -> Atlas | None:
    """Read the key ``journeys`` of an engagement: the name of a file of its folder, or the document itself.

    Parameters
    ----------
    node, path, found
        What stands under the key, and where.
    folder : Folder
        Where the file is.
    engagement : Node, optional
        Its client, language and currency are those of a document that stands in it and does not say.
    """
    return _read_key(node, path, found, folder, engagement)[0]


def _read_key(node: Node, path: KeyPath, found: Findings, folder: Folder, engagement: Node | None) -> _Read:
    atlas, rank = _read_document(node, path, found, folder, engagement)
    return _with_answers(atlas, folder, path, found), rank


def _read_document(
    node: Node, path: KeyPath, found: Findings, folder: Folder, engagement: Node | None
) -> _Read:
    if isinstance(node, Scalar):
        content = folder.read(node.text, node, path, found)
        if content is None:
            return None, None
        return _read_content(content, node.text, path, found.in_file(folder.shown(node.text)))
    return _read_tree(_with_defaults(node, engagement), path, found, "en"), None


def _with_defaults(node: Node, engagement: Node | None) -> Node:
    """Return the document with what the engagement around it already says."""
    if not isinstance(node, Mapping) or not isinstance(engagement, Mapping):
        return node
    added = []
    for name in ("client", "language", "currency"):
        entry = engagement.get(name)
        if entry is not None and isinstance(entry.value, Mapping):
            entry = entry.value.get("name")
        if node.get(name) is None and entry is not None:
            added.append(attrs.evolve(entry, key=name))
    return attrs.evolve(node, entries=(*node.entries, *added))


def _read_content(content: bytes, name: str, path: KeyPath, found: Findings) -> _Read:
    if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")) or not name.lower().endswith(_YAML_ENDINGS):
        return _read_book(content, name, path, found)
    if len(content) > YAML_LIMIT:
        found.of(
            "files.too_large",
            "'{name}' is larger than {limit} kB.",
            path=path,
            name=name,
            limit=YAML_LIMIT // 1000,
        )
        return None, None
    text = decode_yaml(content, found)
    root = None if text is None else parse_yaml(text, found, path)
    return None if root is None else _read_tree(root, path, found, "en"), None


def _read_book(content: bytes, name: str, path: KeyPath, found: Findings) -> _Read:
    from cxmaturity.files.journey.book_tree import read_book  # only when there is a workbook

    before = len(found.problems)
    book = read_book(content, name, path, found)
    if book is None:
        return None, None
    atlas = _read_tree(book.root, path, book.found, book.language)
    book.locate_empty()
    for index, thing in enumerate(book.orphans):
        where = (*path, "rows", index)
        entity_shape(ENTITIES[thing.kind], book.language).read(thing.node(), where, book.found)
    book.tidy(before)
    return atlas, book.rank


def _read_tree(root: Node, path: KeyPath, found: Findings, language: Language) -> Atlas | None:
    if not path:
        found.locate((), root)
    atlas = atlas_shape(language_of(root, language)).read(root, path, found)
    if not isinstance(atlas, Atlas):
        return None
    _note_currency(atlas, root, path, found)
    return atlas


def _note_currency(atlas: Atlas, root: Node, path: KeyPath, found: Findings) -> None:
    """Say in which currency amounts are read when the document does not."""
    if not isinstance(root, Mapping) or root.get("currency") is not None:
        return
    paid = any(event.charge is not None for journey in atlas.journeys for event in journey.events)
    spent = any(stage.investment is not None for journey in atlas.journeys for stage in journey.stages)
    if paid or spent:
        found.of(
            "files.currency_assumed",
            "there are amounts and no 'currency': they are read as {currency}.",
            hint="Write it, three capital letters: in the sheet Mission, or under 'currency'.",
            path=path,
            severity="warning",
            currency=atlas.currency,
        )
