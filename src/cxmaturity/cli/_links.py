"""The file of links for a mail merge: private, never written over, and safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from cxmaturity.cli import _output
from cxmaturity.cli._campaigns import cannot_write
from cxmaturity.core.problems import FileError

COLUMNS: Final = ("label", "function", "role", "link", "expires", "invitation")
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


class LinkFile:
    """A CSV opened before the first link exists, so that no link is made that could not be kept.

    Each row is on disk before the next link is made: a link is told once. Semicolons in French, commas in
    English, as the spreadsheets of each country expect.
    """

    def __init__(self, path: Path, columns: Sequence[str]) -> None:
        self.path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError as error:
            raise FileError.of(
                "cli.exists",
                "'{file}' is already there and was left as it is.",
                hint="Choose another name with --out.",
                file=str(path),
            ) from error
        except OSError as error:
            raise cannot_write(path, error) from error
        self._stream = io.TextIOWrapper(
            io.FileIO(handle, "w"), encoding="utf-8-sig", newline="", write_through=True
        )
        self._writer = csv.writer(self._stream, delimiter=";" if _output.language() == "fr" else ",")
        self.write(columns)

    def write(self, cells: Sequence[str]) -> None:
        """Write one row, on disk when this returns."""
        try:
            self._writer.writerow([f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in cells])
            os.fsync(self._stream.fileno())
        except OSError as error:
            raise cannot_write(self.path, error) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stream.close()
