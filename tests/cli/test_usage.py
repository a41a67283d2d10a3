"""What the command line says of a command as typed, and of a reader who leaves: in the person's language, with the right code."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from cxmaturity.cli import main

ENGLISH = {
    "the",
    "is",
    "not",
    "does",
    "option",
    "argument",
    "value",
    "range",
    "valid",
    "try",
    "error",
    "usage:",
    "takes",
}
WRONG = {
    "no such option": ["check", "--jsno"],
    "a near option": ["report", "--ou", "x"],
    "no such command": ["chek"],
    "no such subcommand": ["campaign", "zz"],
    "a flag with a value": ["score", "--json=3", "x"],
    "an option without its value": ["report", "--out"],
    "too many": ["score", "a", "b"],
    "not whole": ["app", "--port", "abc", "."],
    "not a number": ["report", "--timeout", "zz", "x"],
    "out of range": ["report", "x", "--jobs", "0"],
    "not a choice": ["campaign", "invite", "x", "--role", "zz"],
    "no such language": ["--lang", "de", "check"],
    "missing": ["check"],
    "a folder for a file": ["campaign", "backup", "x", "--out", "."],
}  # fmt: skip


@pytest.mark.parametrize("arguments", WRONG.values(), ids=WRONG.keys())
def test_wrong_usage_is_told_in_french_to_the_last_word(arguments, monkeypatch, capsys):
    """Click's own sentences are said again in French: exit code 2 and not an English word."""
    monkeypatch.setenv("CXMATURITY_LANGUAGE", "fr")

    assert 2 == main(arguments)

    said = capsys.readouterr().err
    assert set() == ENGLISH & set(said.casefold().split())
    assert "Essayez --help" in said


def test_a_near_option_is_suggested(monkeypatch, capsys):
    """A misspelt option names the nearest one that the command has."""
    monkeypatch.setenv("CXMATURITY_LANGUAGE", "en")
    main(["report", "--ou", "x"])

    assert "Did you mean '--out'?" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("word", "close"), [("serve", None), ("ers", "erase"), ("statu", "status"), ("purg", "purge")]
)
def test_a_command_is_suggested_only_for_a_slip(word, close, monkeypatch, capsys):
    """A slip of the finger finds its command; a word that means another thing is never answered with 'erase'."""
    monkeypatch.setenv("CXMATURITY_LANGUAGE", "en")
    main(["campaign", word])

    said = capsys.readouterr().err
    assert (f"Did you mean '{close}'?" in said) if close else ("Did you mean" not in said)


@pytest.mark.skipif(os.name != "posix", reason="a pipe without a reader is told otherwise elsewhere")
@pytest.mark.parametrize(("folder", "code"), [("maison-lavande", 0), ("nowhere", 1)])
def test_a_reader_who_leaves_changes_no_exit_code(folder, code):
    """Both streams into a closed pipe: no word, no trace, and the code of the same command alone."""
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [sys.executable, "-m", "cxmaturity", "check", str(Path("examples") / folder)],
        stdout=writer,
        stderr=writer,
        check=False,
        cwd=Path(__file__).resolve().parents[2],
    )
    os.close(writer)

    assert code == done.returncode


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full")
def test_a_full_disk_under_the_output_is_said(monkeypatch):
    """A result that cannot be written is exit code 1 and a sentence, not a trace."""
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        done = subprocess.run(
            [sys.executable, "-m", "cxmaturity", "--lang", "en", "--help"],
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
            text=True,
        )

    assert (1, True) == (done.returncode, done.stderr.startswith("The result cannot be written"))
    assert "Traceback" not in done.stderr
