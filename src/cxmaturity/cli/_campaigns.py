"""What every campaign command shares: whose store, which campaign, which person, who acts."""

from __future__ import annotations

import datetime as dt
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import attrs
import click

from cxmaturity.cli import _output
from cxmaturity.core.problems import FileError, InputError
from cxmaturity.core.text import Language

if TYPE_CHECKING:
    from cxmaturity.store import Store
    from cxmaturity.store.values import Campaign, Invitation

STORE_VARIABLE: Final = "CXMATURITY_STORE"
ACTOR_VARIABLE: Final = "CXMATURITY_ACTOR"
BASE_URL_VARIABLE: Final = "CXMATURITY_BASE_URL"
LOCAL_URL: Final = "http://127.0.0.1:8866"
PRIVATE: Final = ".cxmaturity"

_Command = TypeVar("_Command", bound=Callable[..., Any])


class Day(click.ParamType[dt.date]):
    """A date, year-month-day, as in engagement.yaml."""

    name = "date"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> dt.date:
        """Read the date or refuse it (exit 2)."""
        try:
            return value if isinstance(value, dt.date) else dt.date.fromisoformat(str(value).strip())
        except ValueError:
            return self.fail(_output.t("usage.not_a_date", got=value), param, ctx)


def on_campaign(*, one: bool = True) -> Callable[[_Command], _Command]:
    """Add PATH, ``--store`` and, when the command is about `one` campaign, ``--campaign``."""

    def decorate(command: _Command) -> _Command:
        if one:
            command = click.option("--campaign", metavar="ID", default=None)(command)
        command = click.option("--store", metavar="URL", default=None)(command)
        return click.argument("path", metavar="PATH", type=click.Path(path_type=Path))(command)

    return decorate


def actor() -> str:
    """Return who acts, for the trail: ``CXMATURITY_ACTOR``, else ``cli``."""
    return os.environ.get(ACTOR_VARIABLE, "").strip() or "cli"


def now() -> dt.datetime:
    """Return the current time, in UTC."""
    return dt.datetime.now(dt.UTC)


def day(moment: dt.date | dt.datetime | None) -> str:
    """Return a date in the language of messages, a dash when there is none."""
    from cxmaturity import i18n

    if moment is None:
        return "–"
    return i18n.date(moment.date() if isinstance(moment, dt.datetime) else moment, _output.language())


def moment(at: dt.datetime | None) -> str:
    """Return a date and a time on this machine's clock, a dash when there is none."""
    if at is None:
        return "–"
    local = at.astimezone()
    return f"{day(local)}, {local:%H:%M}"


def base_url(given: str | None) -> str:
    """Return what links start with: the option, else ``CXMATURITY_BASE_URL``, else this machine, said so."""
    told = (given or os.environ.get(BASE_URL_VARIABLE, "")).strip().rstrip("/")
    if told:
        if not re.fullmatch(r"https?://[^\s/?#@]+", told):
            raise InputError.of(
                "cli.base_url",
                "'{given}' is not the address of a site.",
                hint="Give the scheme and the host only, such as https://cx.example.org.",
                given=told,
            )
        return told
    _output.say(_output.t("campaign.local_links", url=LOCAL_URL))
    return LOCAL_URL


def link(base: str, token: str) -> str:
    """Return the address to send for an invitation."""
    return f"{base}/i/{token}"


def last_day(invitation: Invitation) -> str:
    """Return the last day on which a link works, as a spreadsheet sorts it: an expiry at midnight is of the day before."""
    return (invitation.expires_at - dt.timedelta(microseconds=1)).date().isoformat()


def function_name(function: str, language: Language) -> str:
    """Return what people call a function; one that the catalogue forgot keeps its id."""
    from cxmaturity.files import load_catalog

    known = {one.id: one.name.in_(language) for one in load_catalog().functions}
    return known.get(function, function)


def open_link(base: str, campaign: Campaign) -> str:
    """Return the address that anybody may use to answer an open campaign."""
    return f"{base}/o/{campaign.id}"


@attrs.frozen
class Desk:
    """One engagement folder and the store that holds its campaigns."""

    folder: Path
    address: str | Path

    @classmethod
    def at(cls, path: Path, store: str | None) -> Desk:
        """Return the desk of an engagement: its own store unless another is named.

        Raises
        ------
        FileError
            ``cli.no_folder`` when there is no such folder.
        """
        folder = path.parent if path.is_file() else path
        if not folder.is_dir():
            raise FileError.of(
                "cli.no_folder",
                "there is no folder '{folder}'.",
                hint="'cxmaturity new {folder}' writes a first engagement.",
                folder=str(folder),
            )
        told = (store or os.environ.get(STORE_VARIABLE, "")).strip()
        return cls(folder, told or folder / PRIVATE / "store.sqlite")

    @property
    def shared(self) -> bool:
        """Whether other clients' campaigns may be in the same store."""
        return isinstance(self.address, str)

    def private(self) -> Path:
        """Return the folder for what nobody else should read, made on first use and unknown to git."""
        place = self.folder / PRIVATE
        try:
            place.mkdir(mode=0o700, exist_ok=True)
            ignore = place / ".gitignore"
            if not ignore.exists():
                ignore.write_text("*\n", encoding="utf-8")
        except OSError as error:
            raise cannot_write(place, error) from error
        return place

    def open(self, *, make: bool = False) -> Store:
        """Open the store; `make` one in the folder when there is none yet.

        Raises
        ------
        FileError
            ``cli.no_store`` when the folder has none and none is to be made.
        """
        from cxmaturity.store import Store

        if isinstance(self.address, Path):
            if make:
                self.private()
            elif not self.address.is_file():
                raise FileError.of(
                    "cli.no_store",
                    "no campaign has been made in '{folder}'.",
                    hint="'cxmaturity campaign new {folder}' makes one; --store names another store.",
                    folder=str(self.folder),
                )
        return Store.open(self.address)

    def client(self) -> str:
        """Return the client's name, as the engagement says it."""
        from cxmaturity.files import read_engagement

        return read_engagement(self.folder).client.name

    def campaigns(self, store: Store) -> tuple[Campaign, ...]:
        """Return this client's campaigns, oldest first."""
        known = store.campaigns()
        if self.shared and known:
            client = self.client()
            known = tuple(campaign for campaign in known if campaign.plan.client == client)
        return tuple(known)

    def choose(self, store: Store, wanted: str | None) -> Campaign:
        """Return the campaign `wanted`, or the only one there is.

        Raises
        ------
        UnknownIdError
            For a campaign that does not exist.
        InputError
            ``cli.no_campaign``, ``cli.several_campaigns``.
        """
        if wanted:
            return store.campaign(wanted)
        known = self.campaigns(store)
        live = [campaign for campaign in known if campaign.status(now()) != "purged"] or list(known)
        if not live:
            raise InputError.of(
                "cli.no_campaign",
                "this store has no campaign for the client of '{folder}'.",
                hint="'cxmaturity campaign new {folder}' makes one.",
                folder=str(self.folder),
            )
        if len(live) > 1:
            raise InputError.of(
                "cli.several_campaigns",
                "there are several campaigns: {known}.",
                hint="Say which with --campaign.",
                known=", ".join(campaign.id for campaign in live),
            )
        return live[0]


def cannot_write(path: Path, error: OSError) -> FileError:
    """Return the error for a file that the system refuses to write."""
    return FileError.of(
        "cli.cannot_write",
        "'{file}' cannot be written: {reason}.",
        hint="Choose another place with --out or --store, or check who may write there.",
        file=str(path),
        reason=error.strerror or type(error).__name__,
    )


def create_private(path: Path) -> int:
    """Create a file for this account only and return its handle.

    Raises
    ------
    FileError
        ``cli.exists`` when it is there already, ``cli.cannot_write``.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    except FileExistsError as error:
        raise FileError.of(
            "cli.exists",
            "'{file}' is already there and was left as it is.",
            hint="Choose another name with --out.",
            file=str(path),
        ) from error
    except OSError as error:
        raise cannot_write(path, error) from error


def find_invitations(store: Store, campaign: Campaign, wanted: str) -> tuple[Invitation, ...]:
    """Return the invitations of one person: by invitation id, by respondent id, or by label, whatever its case.

    Raises
    ------
    InputError
        ``cli.person_ambiguous`` when a label is that of several people.
    """
    known = store.invitations(campaign.id)
    exact = tuple(one for one in known if wanted in (one.id, one.respondent))
    if exact:
        return exact
    found = tuple(one for one in known if one.label.casefold().strip() == wanted.casefold().strip())
    if len({one.respondent or one.id for one in found}) > 1:
        raise InputError.of(
            "cli.person_ambiguous",
            "'{wanted}' is the label of several invitations: {known}.",
            hint="Give the id of one of them.",
            wanted=wanted,
            known=", ".join(one.id for one in found),
        )
    return found


def no_such_person(wanted: str) -> InputError:
    """Return the error for a person whom nothing in the campaign bears."""
    return InputError.of(
        "cli.no_such_person",
        "nobody in this campaign is called '{wanted}'.",
        hint="Give a label, the id of an invitation, or the code in the copy of a person's data; "
        "'cxmaturity campaign status PATH --people' lists the invitations.",
        wanted=wanted,
    )
