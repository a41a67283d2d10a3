"""The file of links for a mail merge: private, never written over, and safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Final, Self

from cxmaturity.cli._campaigns import cannot_write, create_private, function_name, last_day
from cxmaturity.core.text import Language

if TYPE_CHECKING:
    from cxmaturity.store.values import Campaign, Invitation

_COLUMNS: Final = ("label", "function", "role", "link", "expires", "invitation")
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def language_of(campaign: Campaign) -> Language:
    """Return the language of a campaign's file of links: its own, whatever the consultant's machine speaks."""
    return campaign.plan.languages[0]


def cells(invitation: Invitation, link: str, language: Language) -> tuple[str, ...]:
    """Return what the file says of one person."""
    from cxmaturity import i18n

    return (
        invitation.label,
        function_name(invitation.function, language) if invitation.function else "",
        i18n.message(f"cli.campaign.role.{invitation.role}", language),
        link,
        last_day(invitation),
        invitation.id,
    )


class LinkFile:
    """A CSV opened before the first link exists, so that no link is made that could not be kept.

    Each row is on disk before the next link is made: a link is told once. Semicolons in French, commas in
    English, as the spreadsheets of each country expect. `more` are the titles of the other columns.
    """

    def __init__(self, path: Path, language: Language, more: Sequence[str] = ()) -> None:
        from cxmaturity import i18n

        self.path = path
        handle = create_private(path)
        self._rows = -1  # the titles are not a row
        self._stream = io.TextIOWrapper(
            io.FileIO(handle, "w"), encoding="utf-8-sig", newline="", write_through=True
        )
        self._writer = csv.writer(self._stream, delimiter=";" if language == "fr" else ",")
        self.write((*(i18n.message(f"cli.campaign.links.{name}", language) for name in _COLUMNS), *more))

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
