"""A consultant's slip in the catalogue files is named with its file and line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import cxmaturity
from cxmaturity.core.problems import FileError, InputError
from cxmaturity.files.catalog_yaml import load_catalog, read_catalog

CONTENT = Path(cxmaturity.__file__).parent / "content"


@pytest.fixture
def folder(tmp_path):
    """Return a copy of the catalogue's files, to be spoilt."""
    for file in CONTENT.glob("*.yaml"):
        (tmp_path / file.name).write_text(file.read_text(encoding="utf-8"), encoding="utf-8")
    return tmp_path


def spoil(folder, file, old, new):
    """Replace the first occurrence of a text, and return the line where it stood."""
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def problems(folder):
    """Return what is wrong with the catalogue of a folder."""
    with pytest.raises(InputError) as caught:
        read_catalog(folder)
    return caught.value.problems


def test_a_copy_reads_as_the_original(folder):
    """The files alone make the catalogue: nothing of it stands in the code."""
    assert load_catalog() == read_catalog(folder)


def test_the_catalogue_is_read_once():
    """Asking twice gives the very same value."""
    assert load_catalog() is load_catalog()


@pytest.mark.parametrize(
    "slip",
    [
        (
            "questions.yaml",
            'short: {en: "Trust", fr: "Confiance"}',
            'short: {en: "Trust"}',
            "catalog.missing_language",
            "'fr'",
        ),
        (
            "questions.yaml",
            'short: {en: "Trust", fr: "Confiance"}',
            'short: {en: "", fr: "x"}',
            "core.empty_text",
            "en",
        ),
        (
            "questions.yaml",
            'short: {en: "Trust", fr: "Confiance"}',
            'short: "Trust"',
            "catalog.wrong_kind",
            "each language",
        ),
        (
            "questions.yaml",
            'short: {en: "Trust", fr: "Confiance"}',
            'short: {en: "Trust", fr: "C", de: "V"}',
            "catalog.unknown_key",
            "'de'",
        ),
        ("questions.yaml", "    mirror:", "    miror:", "catalog.unknown_key", "Did you mean 'mirror'?"),
        ("questions.yaml", "    number: 3", "    number: three", "catalog.not_allowed", "'three'"),
        ("questions.yaml", "      - number: 4", "      - number: 6", "catalog.not_allowed", "'6'"),
        ("links.yaml", "strength: 3", "strength: 4", "catalog.not_allowed", "0, 1, 2, 3"),
        ("links.yaml", "grade: B", "grade: D", "catalog.not_allowed", "A, B, C"),
        ("benefits.yaml", "known: true", "known: yes", "catalog.not_allowed", "true, false"),
        ("benefits.yaml", "    kind: count\n", "", "catalog.missing_key", "'kind'"),
        ("claims.yaml", "- id: nps_point_value", "- idd: nps_point_value", "catalog.unknown_key", "'id'"),
    ],
)
def test_a_slip_is_named_with_its_line(folder, slip):
    """Each kind of slip gives its own problem, in the right file, near the right line."""
    file, old, new, code, says = slip
    line = spoil(folder, file, old, new)
    found = [problem for problem in problems(folder) if problem.code == code]

    assert [file] * len(found) == [problem.place.file for problem in found]
    assert any(says in problem.message for problem in found)
    assert any(abs(problem.place.line - line) <= 14 for problem in found)


@pytest.mark.parametrize(
    "slip",
    [
        (
            "links.yaml",
            "benefit: acquisition",
            "benefit: preference",
            "catalog.duplicate",
            "'advocacy/preference'",
        ),
        (
            "links.yaml",
            "benefit: acquisition",
            "benefit: preference",
            "catalog.missing_link",
            "'acquisition'",
        ),
        (
            "links.yaml",
            "question: trust",
            "question: trusst",
            "catalog.unknown_reference",
            "Did you mean 'trust'?",
        ),
        (
            "benefits.yaml",
            "- baseline.option.annual_margin",
            "- baseline.option.margin",
            "catalog.unknown_reference",
            "margin",
        ),
        ("levels.yaml", "id: sales", "id: staff", "catalog.duplicate", "'staff'"),
        ("questions.yaml", "      - number: 2", "      - number: 3", "catalog.levels", "'advocacy'"),
    ],
)
def test_what_the_files_say_of_each_other_is_checked(folder, slip):
    """A double, a hole in the matrix or a name that leads nowhere is found."""
    file, old, new, code, says = slip
    spoil(folder, file, old, new)
    found = [problem for problem in problems(folder) if problem.code == code]

    assert any(says in problem.message and problem.place.file == file for problem in found)


def test_every_slip_is_said_at_once(folder):
    """Slips in several files come back together, in the order of the files."""
    spoil(folder, "links.yaml", "grade: B", "grade: D")
    spoil(folder, "questions.yaml", "    number: 3", "    number: three")
    spoil(folder, "claims.yaml", "source:", "sources:")
    files = [problem.place.file for problem in problems(folder)]

    assert ["questions.yaml", "links.yaml", "claims.yaml"] == list(dict.fromkeys(files))


def test_broken_yaml_is_a_problem_with_a_line(folder):
    """A quote that is never closed is said with its line, not with a traceback."""
    spoil(folder, "levels.yaml", 'en: "Unmanaged"', 'en: "Unmanaged')
    broken = [problem for problem in problems(folder) if problem.place.file == "levels.yaml"]

    assert any(problem.place.line for problem in broken)


def test_a_missing_file_is_said(folder):
    """A catalogue without one of its files is refused by name."""
    (folder / "claims.yaml").unlink()
    with pytest.raises(FileError, match=re.escape("'claims.yaml'")):
        read_catalog(folder)
