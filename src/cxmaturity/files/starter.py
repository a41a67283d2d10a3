"""The first folder of a new engagement: complete, fictional, commented line by line, to be replaced."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from cxmaturity.core.problems import FileError, Place, Problem, UnknownIdError
from cxmaturity.core.text import LANGUAGES, Language
from cxmaturity.resources import resource


def write_starter(folder: str | os.PathLike[str], language: Language) -> tuple[Path, ...]:
    """Write a starter engagement that passes `check`, into a new or an existing folder.

    Parameters
    ----------
    folder : path
        Where; made when it does not exist.
    language : {"en", "fr"}
        Language of the comments, of the fictional client and of its report.

    Returns
    -------
    tuple of pathlib.Path
        The files written.

    Raises
    ------
    FileError
        ``files.exists``, one problem per file that is already there: nothing is written then.
        ``files.cannot_write`` when the system refuses.
    UnknownIdError
        ``core.unknown_id`` for another language.
    """
    if language not in LANGUAGES:
        raise UnknownIdError.from_name("language", language, LANGUAGES)
    target = Path(folder)
    files = sorted(resource(f"templates/engagement/{language}").iterdir())
    pairs = [(file, target / file.name) for file in files if not file.name.startswith(".")]
    taken = [copy for _, copy in pairs if os.path.lexists(copy)]
    if taken:
        raise FileError(
            Problem(
                code="files.exists",
                template="'{name}' is already there and was left as it is; nothing was written.",
                hint="Choose another folder.",
                params={"name": path.name},
                place=Place(file=str(path)),
            )
            for path in taken
        )
    try:
        target.mkdir(parents=True, exist_ok=True)
        for file, copy in pairs:
            with file.open("rb") as source, copy.open("xb") as written:
                shutil.copyfileobj(source, written)
    except OSError as error:
        raise FileError.of(
            "files.cannot_write",
            "'{name}' cannot be written: {reason}.",
            hint="Choose another folder.",
            name=str(target),
            reason=error.strerror or type(error).__name__,
        ) from error
    return tuple(copy for _, copy in pairs)
