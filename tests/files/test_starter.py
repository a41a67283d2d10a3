"""The starter folder: complete, commented, never on top of somebody's work."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cxmaturity.core.problems import FileError, UnknownIdError
from cxmaturity.files import read_engagement, write_starter
from cxmaturity.resources import resource


@pytest.mark.parametrize(("language", "readme"), [("en", "README.md"), ("fr", "LISEZMOI.md")])
def test_the_starter_holds_an_engagement_its_answers_and_a_readme(tmp_path: Path, language, readme) -> None:
    """Three files are written, and their paths returned."""
    written = write_starter(tmp_path / "deep" / "acme", language)

    assert {readme, "engagement.yaml", {"en": "answers.csv", "fr": "reponses.csv"}[language]} == {
        path.name for path in written
    }
    assert all(path.is_file() for path in written)
    assert language == read_engagement(tmp_path / "deep" / "acme").language


@pytest.mark.parametrize("name", ["engagement.yaml", "README.md"])
def test_a_file_already_there_stops_everything(tmp_path: Path, name) -> None:
    """Nothing is overwritten and nothing is written beside it."""
    (tmp_path / name).write_text("mine", encoding="utf-8")

    with pytest.raises(FileError) as caught:
        write_starter(tmp_path, "en")

    assert [("files.exists", str(tmp_path / name))] == [
        (problem.code, problem.place.file) for problem in caught.value.problems
    ]
    assert [name] == [path.name for path in tmp_path.iterdir()]
    assert "mine" == (tmp_path / name).read_text(encoding="utf-8")


def test_other_files_of_the_folder_are_left_alone(tmp_path: Path) -> None:
    """A folder that already holds other files can become an engagement."""
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")

    write_starter(tmp_path, "en")

    assert "mine" == (tmp_path / "notes.txt").read_text(encoding="utf-8")


def test_a_place_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    """A file where the folder should be is a typed error."""
    (tmp_path / "acme").write_text("a file", encoding="utf-8")

    with pytest.raises(FileError) as caught:
        write_starter(tmp_path / "acme" / "below", "en")

    assert "files.cannot_write" == caught.value.code


def test_another_language_is_refused(tmp_path: Path) -> None:
    """Only the two languages of the house exist."""
    with pytest.raises(UnknownIdError, match="language"):
        write_starter(tmp_path, "de")


def test_the_french_answers_are_as_french_excel_writes_them() -> None:
    """Semicolons, the mark of UTF-8, and Windows line ends."""
    content = resource("templates/engagement/fr/reponses.csv").read_bytes()

    assert content.startswith(b"\xef\xbb\xbf")
    assert content.count(b"\n") == content.count(b"\r\n")
    assert b";" in content.splitlines()[0]


def test_both_starters_say_the_same_in_their_language() -> None:
    """The two files have the same keys and the same numbers, in the same order."""

    def bare(language: str) -> list[str]:
        text = resource(f"templates/engagement/{language}/engagement.yaml").read_text(encoding="utf-8")
        lines = [
            re.sub(r"\s+#.*", "", line) for line in text.splitlines() if not line.lstrip().startswith("#")
        ]
        return [word for line in lines for word in re.findall(r"\w+(?=:)|(?<=[ {\[])-?\d[\d.-]*", line)]

    assert bare("en") == bare("fr")


@pytest.mark.parametrize(("language", "word"), [("en", "fictional"), ("fr", "fictif")])
def test_the_starter_says_that_it_is_fictional(language, word) -> None:
    """Nobody can take the figures of the starter for a reference."""
    for file in resource(f"templates/engagement/{language}").iterdir():
        if file.suffix != ".csv":
            assert word in file.read_text(encoding="utf-8").lower()
