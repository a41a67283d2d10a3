"""The one way to open a file that an engagement names: inside its folder, not too large, or not at all."""

from __future__ import annotations

import codecs
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Final

import attrs

from cxmaturity.core.ids import nearest
from cxmaturity.files.findings import Findings, Placed, Spot
from cxmaturity.files.findings import Path as KeyPath

YAML_LIMIT: Final = 1_000_000
DATA_LIMIT: Final = 10_000_000


@attrs.frozen
class Folder:
    """The folder of one engagement, as the user wrote its path; `named` gathers the files it was asked for."""

    path: Path
    named: set[str] = attrs.field(factory=set, eq=False, repr=False)

    def shown(self, name: str) -> str:
        """Return how a file of the folder is called in messages."""
        return str(self.path / name)

    def read(
        self, name: str, at: Placed, path: KeyPath, found: Findings, *, limit: int = DATA_LIMIT
    ) -> bytes | None:
        """Return the bytes of the file `name`, or None after noting why it is refused.

        Noted: ``files.path_outside`` (absolute or with ``..``), ``files.link_outside``,
        ``files.missing`` (with the nearest name in the folder) and what `read_bytes` notes.
        """
        if not _is_inside(name):
            found.of(
                "files.path_outside",
                "'{name}' leads out of the engagement folder.",
                hint="Put the file in the folder and give its name only.",
                at=at,
                path=path,
                name=name,
            )
            return None
        self.named.add(PureWindowsPath(name).as_posix())
        target = self.path / PureWindowsPath(name).as_posix()
        try:
            inside = target.resolve().is_relative_to(self.path.resolve())
        except (OSError, RuntimeError, ValueError):  # a loop of links, a NUL in the name
            inside = False
        if not inside:
            found.of(
                "files.link_outside",
                "'{name}' is a link that leads out of the engagement folder.",
                hint="Copy the file itself into the folder.",
                at=at,
                path=path,
                name=name,
            )
            return None
        if not _exists(target):
            close = nearest(name, _names(target.parent))
            found.of(
                "files.missing",
                "the file '{name}' does not exist in the engagement folder.",
                hint="Did you mean '{close}'?" if close else "",
                at=at,
                path=path,
                name=name,
                close=close or "",
            )
            return None
        return read_bytes(target, found, at=at, key=path, limit=limit)


def _is_inside(name: str) -> bool:
    windows, posix = PureWindowsPath(name), PurePosixPath(name)
    if (
        not name.strip()
        or "\0" in name
        or windows.drive
        or windows.root
        or posix.is_absolute()
        or name[0] == "~"
    ):
        return False
    return ".." not in windows.parts and ".." not in posix.parts


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # a name longer than the system allows
        return False


def _names(folder: Path) -> list[str]:
    try:
        return sorted(item.name for item in folder.iterdir())
    except OSError:
        return []


def read_bytes(
    path: Path, found: Findings, *, limit: int, at: Placed | None = None, key: KeyPath = ()
) -> bytes | None:
    """Return the bytes of a regular file of at most `limit` bytes, or None.

    Noted: ``files.not_a_file``, ``files.too_large``, ``files.unreadable``.
    """
    try:
        if not path.is_file():
            found.of("files.not_a_file", "'{name}' is not a file.", at=at, path=key, name=path.name)
            return None
        with path.open("rb") as stream:
            content = stream.read(limit + 1)
    except OSError as error:
        found.of(
            "files.unreadable",
            "'{name}' cannot be read: {reason}.",
            hint="Close it in other programs and check who may read it.",
            at=at,
            path=key,
            name=path.name,
            reason=error.strerror or type(error).__name__,
        )
        return None
    if len(content) > limit:
        found.of(
            "files.too_large",
            "'{name}' is larger than {limit} kB.",
            at=at,
            path=key,
            name=path.name,
            limit=limit // 1000,
        )
        return None
    return content


_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def guess_encoding(content: bytes) -> str:
    """Return the encoding of a text: by its mark, else UTF-16 by its zeros, else UTF-8, else cp1252."""
    for mark, name in _BOMS:
        if content.startswith(mark):
            return name
    sample = content[:2000]
    if sample and sample.count(0) > len(sample) // 4:
        return "utf-16-le" if sample[1::2].count(0) >= sample[0::2].count(0) else "utf-16-be"
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def decode_table(content: bytes, found: Findings, path: KeyPath) -> str | None:
    """Return the text of an answers file in any encoding that Excel writes, or None (``files.not_text``)."""
    encoding = guess_encoding(content)
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        found.of(
            "files.not_text",
            "this is not a text file.",
            hint="In Excel: File, Save as, CSV UTF-8.",
            path=path,
        )
        return None
    return text


def decode_yaml(content: bytes, found: Findings) -> str | None:
    """Return the text of a YAML file, UTF-8 with or without a mark, or None (``files.encoding``)."""
    encoding = guess_encoding(content)
    if encoding in ("utf-8", "utf-8-sig"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:  # the mark of UTF-8 in front of something else
            encoding = "cp1252"
    line = 1
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
    found.of(
        "files.encoding",
        "the file is not UTF-8 text (it looks like {got}).",
        hint="In your editor, save it as UTF-8.",
        at=Spot(line, 1),
        got="Windows-1252" if encoding == "cp1252" else encoding.upper(),
    )
    return None
