"""The first folder of a new engagement: complete, fictional, commented line by line, to be replaced."""

from __future__ import annotations

import os
from pathlib import Path

from cxmaturity.core.problems import FileError, Place, Problem, UnknownIdError
from cxmaturity.core.text import LANGUAGES, Language
from cxmaturity.resources import resource


def write_starter(
    folder: str | os.PathLike[str], language: Language, *, journey: bool = False
) -> tuple[Path, ...]:
    """Write a starter engagement that passes `check`, into a new or an existing folder.

    Parameters
    ----------
    folder : path
        Where; made when it does not exist.
    language : {"en", "fr"}
        Language of the comments, of the fictional client and of its report.
    journey : bool, optional
        Also ``gabarit.xlsx``, the Excel template of a journey map that the engagement then names, and ``journeys.yaml``, which
        says the same.

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
    files = {target / name: content for name, content in _starter(language, journey=journey).items()}
    taken = [copy for copy in files if os.path.lexists(copy)]
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
        for copy, content in files.items():
            with copy.open("xb") as written:
                written.write(content)
    except OSError as error:
        raise FileError.of(
            "files.cannot_write",
            "'{name}' cannot be written: {reason}.",
            hint="Choose another folder.",
            name=str(target),
            reason=error.strerror or type(error).__name__,
        ) from error
    return tuple(files)


def _starter(language: Language, *, journey: bool) -> dict[str, bytes]:
    """Return the files of a starter by name."""
    folder = resource(f"templates/engagement/{language}")
    files = {file.name: file.read_bytes() for file in sorted(folder.iterdir()) if file.name[0] != "."}
    if not journey:
        return files
    from cxmaturity.files.journey import atlas_to_workbook, atlas_to_yaml, starter_atlas  # openpyxl is slow

    atlas = starter_atlas(language)
    named, told = (
        resource(f"templates/journey/{language}/{name}").read_bytes()
        for name in ("engagement.part.yaml", "readme.part.md")
    )
    readme = "LISEZMOI.md" if language == "fr" else "README.md"
    return {
        **files,
        readme: files[readme] + told,
        "engagement.yaml": files["engagement.yaml"].rstrip(b"\n") + b"\n\n" + named,
        "gabarit.xlsx": atlas_to_workbook(atlas, language),
        "journeys.yaml": atlas_to_yaml(atlas).encode(),
    }
