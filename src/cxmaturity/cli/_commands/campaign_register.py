"""`cxmaturity campaign register PATH`: the entry for the client's register of processing, in both languages."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cxmaturity import i18n
from cxmaturity.cli import _campaigns, _output
from cxmaturity.cli._app import LocalCommand
from cxmaturity.cli._campaigns import Desk
from cxmaturity.core.problems import FileError
from cxmaturity.core.text import LANGUAGES, Language

if TYPE_CHECKING:
    from cxmaturity.store.values import Campaign

ROWS = (
    ("name", "text"),
    ("dates", "text"),
    ("controller", "text"),
    ("officer", "what"),
    ("processor", "what"),
    ("purpose", "text"),
    ("legal_basis", "legitimate_interest"),
    ("people", "text"),
    ("data", "text"),
    ("recipients", "anonymous"),
    ("transfers", "text"),
    ("retention", "text"),
    ("security", "text"),
    ("rights", "text"),
    ("information", "text"),
    ("impact", "what"),
)


@click.command("register", cls=LocalCommand)
@_campaigns.on_campaign()
@click.option("--force", is_flag=True)
def register(*, path: Path, store: str | None, campaign: str | None, force: bool) -> None:
    """Write ``register.fr.md`` and ``register.en.md`` into the engagement folder."""
    desk = Desk.at(path, store)
    with desk.open() as opened:
        chosen = desk.choose(opened, campaign)
        people = opened.participation(chosen.id).invited
        people = people or (chosen.plan.most_open if chosen.plan.open_link else 0)
    files: dict[Path, str] = {
        desk.folder / f"register.{language}.md": entry(chosen, people, language) for language in LANGUAGES
    }
    taken = [file for file in files if file.exists() and not force]
    if taken:
        raise FileError(problem for file in taken for problem in _taken(file).problems)
    for file, text in files.items():
        try:
            file.write_text(text, encoding="utf-8", newline="\n")
        except OSError as error:
            raise _campaigns.cannot_write(file, error) from error
        click.echo(file)
    _output.say(_output.t("campaign.register.done"))


def _taken(file: Path) -> FileError:
    return FileError.of(
        "cli.register_exists",
        "'{file}' is already there and was left as it is: it may have been completed by hand.",
        hint="--force writes over it.",
        file=str(file),
    )


def entry(campaign: Campaign, people: int, language: Language) -> str:
    """Return the entry of the register as Markdown, in one language.

    Parameters
    ----------
    campaign : Campaign
        Its plan names the controller, the contact, the legal basis and the dates.
    people : int
        How many people are concerned, about; 0 when nobody knows yet.
    language : {"en", "fr"}
        Of the text.

    Returns
    -------
    str
        One table of two columns.
    """
    plan = campaign.plan
    fields: dict[str, Any] = {
        "client": plan.client,
        "controller": plan.controller,
        "contact": plan.contact,
        "campaign": campaign.id,
        "minimum": plan.minimum_group,
        "n": i18n.number(people, language),
        "basis": plan.legal_basis,
        "date": i18n.date(_campaigns.now().date(), language),
        "created": i18n.date(campaign.created_at.date(), language),
        "deadline": i18n.date(plan.deadline, language),
        "retention": i18n.date(plan.retention, language),
    }
    cells = {name: _one_line(value) for name, value in fields.items()}

    def say(key: str) -> str:
        return i18n.message(f"privacy.register.{key}", language, **cells)

    chosen = {
        "recipients": plan.privacy,
        "legal_basis": "other" if plan.legal_basis else "legitimate_interest",
    }
    lines = [
        f"# {say('title')}",
        "",
        say("about"),
        "",
        f"| {say('column.item')} | {say('column.content')} |",
        "|---|---|",
    ]
    for name, kind in ROWS:
        asked = kind == "what" or (name == "people" and not people)
        said = say(f"{name}.{'what' if asked else chosen.get(name, kind)}")
        if asked:
            said = i18n.message("privacy.register.to_complete", language, what=said)
        lines.append(f"| {say(f'{name}.title')} | {said} |")
    return "\n".join([*lines, ""])


def _one_line(value: object) -> object:
    """Return a text that cannot break out of its cell, nor be read as HTML."""
    if not isinstance(value, str):
        return value
    flat = " ".join(value.splitlines()).strip()
    return flat.replace("&", "&amp;").replace("<", "&lt;").replace("|", "\\|")
