"""The file behind a map: opened with its digest, written without losing a comment, never over what somebody else wrote meanwhile.

In YAML only the characters of what changed are replaced; the text is read again and must give the very atlas on screen before the
file is touched. A workbook is written whole by the writer of the template, and the one before is kept beside it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import attrs
import yaml

from cxmaturity.core.problems import CxMaturityError, InputError, Place, Problem
from cxmaturity.files.engagement_yaml import FILE_NAME as ENGAGEMENT
from cxmaturity.files.journey.reading import find_document, read_alone
from cxmaturity.files.journey.yaml_out import atlas_to_yaml
from cxmaturity.files.splice import APPEND, REMOVE, Change, LayoutError, apply_change
from cxmaturity.files.writing import replace_whole
from cxmaturity.journey.values import Atlas

_TEXT: Final = (".yaml", ".yml")
_WORKBOOK: Final = ".xlsx"
_KEPT_AT_MOST: Final = 1000


@attrs.frozen
class Document:
    """An atlas as read, the file that it came from, where it stands in that file, and the digest of the file then."""

    atlas: Atlas
    file: Path
    start: tuple[str | int, ...]
    digest: str


def open_document(path: Path) -> Document:
    """Read a folder, a ``.yaml`` or an ``.xlsx`` file.

    Raises
    ------
    InputError
        Everything that is wrong with it.
    """
    reading = find_document(path)
    wrong = tuple(problem for problem in reading.problems if problem.severity == "error")
    if reading.atlas is None or wrong:
        raise InputError(reading.problems)
    inside = reading.file.name == ENGAGEMENT  # else the engagement only names the file
    content = reading.file.read_bytes()
    return Document(reading.atlas, reading.file, reading.start if inside else (), _digest(content))


def save_document(document: Document, atlas: Atlas) -> Document:
    """Write the atlas into the file of a document and return the document as it then is.

    Raises
    ------
    InputError
        ``files.map_changed`` when the file is no longer the one that was opened, ``files.map_layout`` when a change cannot be
        written where it belongs, or what the file would be wrong by; the file is then as it was.
    FileError
        ``files.cannot_write``.
    """
    file = document.file
    try:
        before = file.read_bytes()
    except OSError:
        raise _changed(file) from None
    if _digest(before) != document.digest:
        raise _changed(file)
    if file.suffix.lower() == _WORKBOOK:
        content = _workbook(atlas)
        _keep(file, before)
    else:
        content = edited_yaml(before, document, atlas)

    def unchanged(target: Path) -> None:
        if _digest(target.read_bytes()) != document.digest:
            raise _changed(file)

    replace_whole(file, content, check=unchanged)
    return attrs.evolve(document, atlas=atlas, digest=_digest(content))


def new_document(path: Path, atlas: Atlas, *, overwrite: bool = False) -> Document:
    """Write an atlas to a new file, ``.yaml`` or ``.xlsx``.

    Raises
    ------
    InputError
        ``files.map_exists`` when there is one already.
    """
    file = path / "journeys.yaml" if path.is_dir() else path
    if file.exists() and not overwrite:
        raise InputError.of(
            "files.map_exists",
            "'{name}' exists already; nothing was written.",
            hint="Choose another name, or open that file first.",
            name=file.name,
        )
    content = _workbook(atlas) if file.suffix.lower() == _WORKBOOK else _whole_yaml(atlas)
    replace_whole(file, content)
    return Document(atlas, file, (), _digest(content))


def _workbook(atlas: Atlas) -> bytes:
    from cxmaturity.files.journey import atlas_to_workbook  # openpyxl only for a workbook

    content: bytes = atlas_to_workbook(atlas, atlas.language)
    return content


def _whole_yaml(atlas: Atlas) -> bytes:
    return atlas_to_yaml(atlas).encode()


def _keep(file: Path, content: bytes) -> None:
    """Keep the workbook as the consultant left it: what the template does not know (a sheet, a colour) is still there."""
    for count in range(1, _KEPT_AT_MOST):
        aside = file.with_name(f"{file.stem}.before-{count}{file.suffix}")
        if aside.exists() and aside.read_bytes() == content:
            return
        if not aside.exists():
            replace_whole(aside, content)
            return


# --- YAML, character by character --------------------------------------------------------------------------------


def edited_yaml(before: bytes, document: Document, atlas: Atlas) -> bytes:
    """Return the text of a YAML file with what changed in the atlas replaced, all else as it was.

    Raises
    ------
    InputError
        ``files.map_layout`` when no such text can be found.
    """
    mark = b"\xef\xbb\xbf" if before.startswith(b"\xef\xbb\xbf") else b""
    text = before[len(mark) :].decode()
    old, new = _tree(document.atlas), _tree(atlas)
    newline = "\r\n" if "\r\n" in text else "\n"
    for changes in (_changes(old, new, ()), _coarse(old, new)):
        whole = text
        try:
            for path, value in changes:
                whole = apply_change(whole, (*document.start, *path), value, newline)
            content = mark + whole.encode()
            if _reads_as(document, content) == atlas:
                return content
        except (LayoutError, yaml.YAMLError, UnicodeEncodeError, CxMaturityError, LookupError, TypeError):
            continue
    refused = Problem(
        code="files.map_layout",
        template="this change cannot be written there: the file must be edited by hand, or the map saved under another name.",
        place=Place(file=document.file.name),
    )
    raise InputError([refused])


def _tree(atlas: Atlas) -> Any:
    return yaml.load(_whole_yaml(atlas), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506  # safe


def _changes(old: Any, new: Any, path: tuple[str | int, ...]) -> Iterator[Change]:
    """Yield the smallest changes that make one tree of the other."""
    if isinstance(old, dict) and isinstance(new, dict):
        for key in old | new:
            if key in old and key in new:
                yield from _changes(old[key], new[key], (*path, key))
            else:
                yield (*path, key), new.get(key, REMOVE)
    elif isinstance(old, list) and isinstance(new, list):
        yield from _changes_of_list(old, new, path)
    elif old != new:
        yield path, new


def _changes_of_list(old: list[Any], new: list[Any], path: tuple[str | int, ...]) -> Iterator[Change]:
    """Yield what changes in a list: in its items, at its end, or what was taken out; else the list as a whole."""
    if _is_same_start(old, new):
        for place, (before, after) in enumerate(zip(old, new, strict=False)):
            yield from _changes(before, after, (*path, place))
        for item in new[len(old) :]:
            yield (*path, APPEND), item
    elif gone := _gone(old, new):
        for place in gone:
            yield (*path, place), REMOVE
    elif old != new:
        yield path, new


def _is_same_start(old: list[Any], new: list[Any]) -> bool:
    """Say whether a list is another one whose items may have changed, or that has more at its end."""
    names = [item.get("id") if isinstance(item, dict) else None for item in (*old, *new)]
    if None in names:
        return len(old) <= len(new) and old == new[: len(old)] and bool(old)
    return 0 < len(old) <= len(new) and names[: len(old)] == names[len(old) : 2 * len(old)]


def _gone(old: list[Any], new: list[Any]) -> list[int]:
    """Return the places of what was taken out, last first; empty when it is not only that, or nothing is left."""
    places = [place for place, item in enumerate(old) if item not in new]
    kept = [item for place, item in enumerate(old) if place not in places]
    return places[::-1] if kept == new and kept else []


def _coarse(old: Any, new: Any) -> Iterator[Change]:
    """Yield the parts of events that differ, each as a whole: for a file whose items bear no id of their own."""
    for first, journey in enumerate(new.get("journeys", ())):
        for second, stage in enumerate(journey.get("stages", ())):
            for third, event in enumerate(stage.get("events", ())):
                was = old["journeys"][first]["stages"][second]["events"][third]
                path = ("journeys", first, "stages", second, "events", third)
                for key in sorted(was.keys() | event.keys()):
                    if was.get(key) != event.get(key):
                        yield (*path, key), event.get(key, REMOVE)


def _reads_as(document: Document, content: bytes) -> Atlas | None:
    """Return what the file would be read as."""
    if document.start:
        from cxmaturity.files.engagement_yaml import read_content  # only for a map inside an engagement

        engagement, problems = read_content(document.file, content)
        if engagement is None or any(problem.severity == "error" for problem in problems):
            raise InputError(problems)
        return engagement.atlas
    return read_alone(content, document.file.name)


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _changed(file: Path) -> InputError:
    problem = Problem(
        code="files.map_changed",
        template="the file was changed by somebody else since it was opened; nothing was written.",
        hint="Open it again, or save the map under another name.",
        place=Place(file=file.name),
    )
    return InputError([problem])
