"""An engagement folder, read and checked in one go: bytes, YAML, shapes, values, contradictions between them.

Everything that is wrong comes out of one run, with its file and line. Nothing here needs numpy.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

import attrs

from cxmaturity.core.problems import InputError, Place, Problem
from cxmaturity.engagement.values import Engagement
from cxmaturity.files.findings import Findings, in_order
from cxmaturity.files.findings import Path as KeyPath
from cxmaturity.files.folder import YAML_LIMIT, Folder, decode_yaml, read_bytes
from cxmaturity.files.shapes import WRONG
from cxmaturity.files.yaml_text import parse_yaml

FILE_NAME: Final = "engagement.yaml"
# Contradictions with one of these parameters compare with a value that stands elsewhere.
_COMPARED: Final[dict[str, KeyPath]] = {
    "as_of": ("as_of",),
    "months": ("as_of",),
    "horizon": ("finance", "horizon_years"),
    "expected": ("finance", "horizon_years"),
}
# What is said of the uncertainty of inputs supposes that all inputs could be read.
_INPUTS: Final[tuple[KeyPath, ...]] = (("baseline",), ("levers",), ("costs",))


def read_engagement(path: str | os.PathLike[str]) -> Engagement:
    """Read an engagement folder, or its ``engagement.yaml``.

    Parameters
    ----------
    path : path
        The folder or the file.

    Returns
    -------
    Engagement
        Free of errors; warnings may remain, `check_path` tells them.

    Raises
    ------
    InputError
        Holds every problem, in the order of the files, each with its file and line. Codes ``files.*`` for
        what cannot be read, ``core.*``, ``assessment.*`` and ``business_case.*`` for values,
        ``engagement.*`` for contradictions.
    """
    return read_with_files(path)[0]


def read_with_files(path: str | os.PathLike[str]) -> tuple[Engagement, tuple[str, ...]]:
    """Read an engagement as `read_engagement`, and name the files of its folder that it is made of, sorted."""
    engagement, problems, names = _read(Path(path))
    if engagement is None or any(problem.severity == "error" for problem in problems):
        raise InputError(problems)
    return engagement, names


def check_path(path: str | os.PathLike[str]) -> tuple[Problem, ...]:
    """Find everything that is wrong with an engagement; never raises for what a file holds.

    Parameters
    ----------
    path : path
        The folder or its ``engagement.yaml``.

    Returns
    -------
    tuple of Problem
        Errors and warnings in the order of the files, each with `place`; empty when all is well.
    """
    return _read(Path(path))[1]


def read_content(
    path: str | os.PathLike[str], content: bytes
) -> tuple[Engagement | None, tuple[Problem, ...]]:
    """Read what ``engagement.yaml`` would hold, without writing it: the value, and all that is wrong with it.

    Parameters
    ----------
    path : path
        The folder or its ``engagement.yaml``: the files that the content names are looked for there.
    content : bytes
        The whole file.
    """
    return _read(Path(path), content)[:2]


def _read(
    path: Path, content: bytes | None = None
) -> tuple[Engagement | None, tuple[Problem, ...], tuple[str, ...]]:
    gone = not (path.suffix or os.path.lexists(path))  # a folder, as it is named
    file = path / FILE_NAME if gone or path.is_dir() else path
    found, folder = Findings(str(file)), Folder(file.parent)
    engagement = _read_file(file, folder, found, content)
    return engagement, in_order(found.problems, [str(file)]), (file.name, *sorted(folder.named - {file.name}))


def _read_file(
    file: Path, folder: Folder, found: Findings, content: bytes | None = None
) -> Engagement | None:
    if content is None and not os.path.lexists(file):
        found.of(
            "files.no_engagement",
            "there is no file '{name}' here.",
            hint="'cxmaturity new {folder}' writes a first one.",
            name=file.name,
            folder=str(file.parent),
        )
        return None
    if content is None:
        content = read_bytes(file, found, limit=YAML_LIMIT)
    text = None if content is None else decode_yaml(content, found)
    root = None if text is None else parse_yaml(text, found)
    if root is None:
        return None
    from cxmaturity.files.catalog_yaml import load_catalog  # after the file is known to be YAML
    from cxmaturity.files.schema import engagement_shape
    from cxmaturity.files.wording import language_of

    catalog = load_catalog()
    found.locate((), root)
    found.language = language_of(root)
    engagement = engagement_shape(catalog, folder, root).read(root, (), found)
    if engagement is WRONG or not isinstance(engagement, Engagement):
        return None
    from cxmaturity.engagement.checks import check_engagement

    for problem in check_engagement(engagement, catalog):
        if not _rests_on_a_stand_in(problem, found):
            _note_contradiction(problem, found)
    return engagement


def _rests_on_a_stand_in(problem: Problem, found: Findings) -> bool:
    path = _typed_path(problem.path, found)
    compared = [_COMPARED[name] for name, _ in problem.params if name in _COMPARED]
    if path[:1] == ("uncertainty",) and {"input", "group"} & dict(problem.params).keys():
        compared += _INPUTS
    return found.is_assumed(path) or any(found.is_assumed(other) for other in compared)


def _note_contradiction(problem: Problem, found: Findings) -> None:
    path = _typed_path(problem.path, found)
    place: Place = found.place_of(path)
    found.add(attrs.evolve(problem, path=path, place=place))


def _typed_path(path: KeyPath, found: Findings) -> KeyPath:
    """Return the path as typed: ``responses`` are ``answers``, and unreadable items keep their place."""
    typed: KeyPath = ()
    for step in path:
        name = "answers" if step == "responses" and len(typed) == 3 else step
        if isinstance(name, int) and typed in found.kept and name < len(found.kept[typed]):
            name = found.kept[typed][name]
        typed = (*typed, name)
    return typed
