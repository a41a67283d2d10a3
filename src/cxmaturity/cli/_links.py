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
from cxmaturity.cli._campaigns import cannot_write, create_private

COLUMNS: Final = ("label", "function", "role", "link", "expires", "invitation")
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


class LinkFile:
    """A CSV opened before the first link exists, so that no link is made that could not be kept.

    Each row is on disk before the next link is made: a link is told once. Semicolons in French, commas in
    English, as the spreadsheets of each country expect.
    """

    def __init__(self, path: Path, columns: Sequence[str]) -> None:
        self.path = path
        handle = create_private(path)
        self._rows = -1  # the titles are not a row
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
            self._rows += 1
        except OSError as error:
            raise cannot_write(self.path, error) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stream.close()
        if error is not None and not self._rows:
            self.path.unlink(missing_ok=True)
