"""A file with everything wrong at once: the promise that one run says it all, on the right lines."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

from cxmaturity import i18n
from cxmaturity.files import check_path

FOLDER = Path(__file__).parent / "everything_wrong"

ANSWERS = Counter(
    {
        (1, "files.unknown_column"): 1,
        (2, "files.level_not_whole"): 1,
        (3, "assessment.level_range"): 1,
        (3, "engagement.duplicate_respondent"): 1,
        (4, "engagement.unknown_function"): 1,
        (4, "assessment.reason_missing"): 1,
        (4, "files.unknown_answer"): 1,
        (5, "files.cell_empty"): 1,
        (5, "files.cell_without_title"): 1,
    }
)


def _promised(file: Path) -> Counter[tuple[int, str]]:
    """Return the problems that the comments of a file announce."""
    lines = file.read_text(encoding="utf-8").splitlines()
    return Counter(
        (number, code)
        for number, line in enumerate(lines, 1)
        if not line.startswith("#")
        for code in re.findall(r"!([a-z_]+\.[a-z_]+)", line)
    )


def test_every_mistake_is_found_in_one_run_on_its_line() -> None:
    """The errors found are exactly those announced by the comments of the file, line by line."""
    promised = {"engagement.yaml": _promised(FOLDER / "engagement.yaml"), "answers.csv": ANSWERS}

    errors = [problem for problem in check_path(FOLDER) if problem.severity == "error"]
    found: dict[str, Counter[tuple[int, str]]] = {name: Counter() for name in promised}
    for problem in errors:
        found[Path(problem.place.file).name][problem.place.line, problem.code] += 1

    assert promised == found
    assert len(errors) >= 25


def test_problems_come_in_the_order_of_the_files() -> None:
    """The engagement first, then its answers, each from top to bottom."""
    places = [problem.place for problem in check_path(FOLDER)]
    files = list(dict.fromkeys(place.file for place in places))

    assert ["engagement.yaml", "answers.csv"] == [Path(file).name for file in files]
    for file in files:
        lines = [place.line for place in places if place.file == file]
        assert sorted(lines) == lines


def test_every_problem_is_said_in_french_too() -> None:
    """No English sentence is left in what a French consultant reads."""
    for problem in check_path(FOLDER):
        said = i18n.describe(problem, "fr")
        assert problem.message != said
        assert not re.search(r"\b(the|expected|got|unknown|missing|write|did you)\b", said, re.IGNORECASE), (
            said
        )
