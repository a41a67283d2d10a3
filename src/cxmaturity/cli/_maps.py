"""What the commands of a map share: the document behind a path, everything that is wrong with it, files never lost."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import attrs

from cxmaturity.cli import _output
from cxmaturity.core.problems import FileError, InputError, Place, Problem

if TYPE_CHECKING:
    from cxmaturity.journey.values import Atlas

ENGAGEMENT: Final = "engagement.yaml"
NAMES: Final = {"yaml": "journeys.yaml", "xlsx": "gabarit.xlsx"}


@attrs.frozen(kw_only=True)
class Looked:
    """A journey document with what was found in it; `waived` counts the findings that the team accepts."""

    file: Path
    atlas: Atlas | None
    problems: tuple[Problem, ...]
    waived: int = 0

    @property
    def errors(self) -> tuple[Problem, ...]:
        """What stops a map from being drawn or converted."""
        return tuple(problem for problem in self.problems if problem.severity == "error")


@attrs.frozen(kw_only=True)
class Sound:
    """A document without errors, with what was found all the same."""

    atlas: Atlas
    problems: tuple[Problem, ...]


def document_of(path: Path) -> Path:
    """Return the folder of an engagement for its ``engagement.yaml``, any other path as it is."""
    return path.parent if path.name == ENGAGEMENT else path


def is_map(path: Path) -> bool:
    """Tell whether a path is a journey document, or a folder that holds one and no engagement."""
    if path.is_dir():
        return not (path / ENGAGEMENT).exists() and any((path / name).exists() for name in NAMES.values())
    return path.name == NAMES["yaml"] or path.suffix.lower() == ".xlsx"


def day_of(path: Path, asked: dt.date | None) -> dt.date:
    """Return the date that ages are counted to: as asked, else the engagement's, else today."""
    if asked is not None:
        return asked
    folder = document_of(path)
    file = (folder if folder.is_dir() else folder.parent) / ENGAGEMENT
    if file.is_file():
        from cxmaturity.files.findings import Findings
        from cxmaturity.files.folder import YAML_LIMIT, decode_yaml, read_bytes
        from cxmaturity.files.yaml_text import parse_yaml
        from cxmaturity.files.yaml_tree import Mapping as Tree
        from cxmaturity.files.yaml_tree import Scalar

        found = Findings(str(file))  # what is wrong there is `cxmaturity check`'s to say
        content = read_bytes(file, found, limit=YAML_LIMIT)
        text = None if content is None else decode_yaml(content, found)
        root = None if text is None else parse_yaml(text, found)
        entry = root.get("as_of") if isinstance(root, Tree) else None
        if entry is not None and isinstance(entry.value, Scalar):
            try:
                return dt.date.fromisoformat(entry.value.text.strip())
            except ValueError:
                pass
    return dt.date.today()  # noqa: DTZ011  # the day of the person at the keyboard


def look(path: Path, *, as_of: dt.date) -> Looked:
    """Read a document and apply every rule to it; never raises for what the file holds."""
    from cxmaturity.files.journey.reading import find_document, note_rule

    reading = find_document(document_of(path))
    if reading.atlas is None:
        return Looked(file=reading.file, atlas=None, problems=reading.problems)
    from cxmaturity.files import load_catalog
    from cxmaturity.journey.lint import check_atlas

    findings, waived = check_atlas(reading.atlas, load_catalog(), as_of=as_of)
    for problem in findings:
        note_rule(problem, reading.start, reading.found)
    return Looked(file=reading.file, atlas=reading.atlas, problems=reading.problems, waived=len(waived))


def sound(path: Path, *, as_of: dt.date) -> Sound:
    """Return a document without errors, or raise `InputError` with all of them."""
    seen = look(path, as_of=as_of)
    if seen.atlas is None or seen.errors:
        raise InputError(seen.errors or seen.problems)
    return Sound(atlas=seen.atlas, problems=seen.problems)


def answers_for(atlas: Atlas, source: Path, target: Path) -> dict[Path, bytes]:
    """Return the file of answers that a document names, for another folder; nothing when it stays where it is.

    Raises
    ------
    InputError
        Where the file that stands in `source` cannot be read.
    """
    if not atlas.answers or source.resolve() == target.resolve():
        return {}
    from cxmaturity.files.findings import Findings
    from cxmaturity.files.folder import Folder
    from cxmaturity.files.yaml_tree import Scalar

    found = Findings(str(source))
    node = Scalar(atlas.answers, plain=False, line=1, column=1)
    content = Folder(source).read(atlas.answers, node, ("answers",), found)
    if content is None:
        raise InputError(found.problems)
    return {target / atlas.answers: content}


def tally(problems: Sequence[Problem]) -> dict[str, int]:
    """Return how many problems there are of each severity."""
    return {
        name: sum(problem.severity == severity for problem in problems)
        for name, severity in (("errors", "error"), ("warnings", "warning"), ("advice", "advice"))
    }


def write_new(files: Mapping[Path, bytes], *, force: bool) -> None:
    """Write files and print their paths; when one says something else and `force` does not replace it, none is written.

    Raises
    ------
    FileError
        ``cli.map_taken``, one problem per file that would be lost; ``files.cannot_write``.
    """
    taken = [path for path, data in files.items() if path.exists() and not _same(path, data)]
    if taken and not force:
        raise FileError(
            Problem(
                code="cli.map_taken",
                template="'{name}' is already there and says something else; nothing was written.",
                hint="Choose another folder, or replace it with --force.",
                params={"name": path.name},
                place=Place(file=str(path)),
            )
            for path in taken
        )
    from cxmaturity.files.writing import replace_whole

    for path, data in files.items():
        if path.parent != Path():
            _make(path.parent)
        if not (path.exists() and _same(path, data)):
            replace_whole(path, data)
        print(path)


def _same(path: Path, data: bytes) -> bool:
    try:
        return path.read_bytes() == data
    except OSError:
        return False


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FileError.of(
            "files.cannot_write",
            "'{name}' cannot be written: {reason}.",
            hint="Choose another folder.",
            name=str(folder),
            reason=error.strerror or type(error).__name__,
        ) from error


def tell(warnings: Sequence[Problem]) -> None:
    """Say on standard error what a conversion assumed or left out."""
    _output.show_problems(warnings, to_stderr=True)
