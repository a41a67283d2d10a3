"""How the command line speaks: its language, its two streams, its way of showing a problem."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterable, Sequence
from typing import Any

from cxmaturity.cli._pipes import outlive_readers
from cxmaturity.core.problems import Problem
from cxmaturity.core.text import Language

_language: Language = "en"


def prepare(arguments: Sequence[str]) -> None:
    """Choose the language of messages: ``--lang``, then ``CXMATURITY_LANGUAGE``, then the locale, then English."""
    global _language  # noqa: PLW0603  # set once per process, at the door
    told = [*arguments, ""]
    asked = next((told[i + 1] for i, word in enumerate(arguments) if word == "--lang"), "")
    asked = asked or next(
        (word.removeprefix("--lang=") for word in arguments if word.startswith("--lang=")), ""
    )
    asked = asked if asked in ("en", "fr") else ""  # a wrong one is refused in the language of the person
    spoken = [os.environ.get(name, "") for name in ("CXMATURITY_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")]
    _language = (
        "fr" if next((word for word in [asked, *spoken] if word), "en").lower().startswith("fr") else "en"
    )
    outlive_readers()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def language() -> Language:
    """Return the language of messages."""
    return _language


def speak(chosen: Language) -> None:
    """Change the language of messages, for a command that asks for one of its own."""
    global _language  # noqa: PLW0603  # as in `prepare`
    _language = chosen


def t(key: str, /, **params: Any) -> str:
    """Return a message of the command line, ``content/messages/cli.yaml``."""
    from cxmaturity import i18n

    return i18n.message(f"cli.{key}", _language, **params)


def reason(error: OSError) -> str:
    """Return what the operating system says, which Python always tells in English, in the language of messages."""
    from cxmaturity.i18n.messages import load_words

    said = error.strerror or type(error).__name__
    return load_words()["reason"].get(said, said) if _language == "fr" else said


def knows(key: str) -> bool:
    """Tell whether ``content/messages/cli.yaml`` has the message `key`."""
    from cxmaturity.i18n.messages import load_messages

    return f"cli.{key}" in load_messages("cli")


def confirm(question: str, *, yes: bool) -> bool:
    """Ask before something that cannot be undone; without an answer, or with any but yes, it is not done."""
    if yes:
        return True
    print(f"{question} {t('confirm.choices')} ", end="", file=sys.stderr, flush=True)
    answer = sys.stdin.readline().strip().casefold() if sys.stdin else ""
    if answer in ("y", "yes", "o", "oui"):
        return True
    say(t("confirm.refused"))
    return False


def line_of(problem: Problem) -> str:
    """Return ``file:line: path: message`` in the language of messages.

    A finding of a rule shows the rule and the id that a waiver would name in place of the path; so does a cell of a workbook.
    """
    from cxmaturity import i18n

    params, place = dict(problem.params), problem.place
    said = i18n.describe(problem, _language)
    if problem.severity != "error":
        said = f"{t(problem.severity)}{said}"
    if "rule" in params and "at" in params:
        path = f"[{params['rule']} {params['at']}]"
    else:
        path = "" if place is not None and "!" in place.cell else problem.dotted
    return ": ".join(part for part in (str(place or ""), path, said) if part)


def show_problems(problems: Iterable[Problem], *, to_stderr: bool = False) -> None:
    """Print every problem on a line of its own."""
    for problem in problems:
        print(line_of(problem), file=sys.stderr if to_stderr else sys.stdout)


def say(text: str) -> None:
    """Print a message for the person, on standard error."""
    print(text, file=sys.stderr, flush=True)


def table(title: str, columns: Sequence[tuple[str, str]], rows: Iterable[Sequence[str]]) -> None:
    """Print a table on standard output; `columns` are (title, "left" or "right")."""
    from rich.box import SIMPLE
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    drawn = Table(title=Text(title, style="bold"), box=SIMPLE, title_justify="left", pad_edge=False)
    for name, justify in columns:
        drawn.add_column(name, justify="right" if justify == "right" else "left", overflow="fold")
    for row in rows:
        drawn.add_row(*(Text(cell) for cell in row))
    width = None if sys.stdout.isatty() else 120
    Console(file=sys.stdout, width=width, highlight=False).print(drawn)
