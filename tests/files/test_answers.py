"""Answers as people save them: CSV from any Excel, workbooks, lists; every mistake by its cell."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cxmaturity.assessment.values import Answer, Response
from cxmaturity.core.problems import Problem
from cxmaturity.files import check_path, read_engagement

Read = Callable[..., tuple[Response, ...]]
Check = Callable[..., list[Problem]]


def _use(folder: Path, name: str, content: bytes) -> None:
    (folder / name).write_bytes(content)
    file = folder / "engagement.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("answers: answers.csv", f"answers: {name}", 1), encoding="utf-8")


@pytest.fixture
def read(folder: Path) -> Read:
    """Return a function that puts a file of answers in a good engagement and reads it."""

    def use(content: bytes | str, name: str = "data.csv") -> tuple[Response, ...]:
        _use(folder, name, content.encode() if isinstance(content, str) else content)
        return read_engagement(folder).waves[0].responses

    return use


@pytest.fixture
def check(folder: Path) -> Check:
    """Return a function that puts a file of answers in a good engagement and returns the errors."""

    def use(content: bytes | str, name: str = "data.csv") -> list[Problem]:
        _use(folder, name, content.encode() if isinstance(content, str) else content)
        return [problem for problem in check_path(folder) if problem.severity == "error"]

    return use


def _workbook(
    rows: list[list[Any]], *, title: str = "Feuil1", edit: Callable[[Any], None] | None = None
) -> bytes:
    from openpyxl import Workbook

    book = Workbook()
    book.active.title = title
    for row in rows:
        book.active.append(row)
    if edit:
        edit(book)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


FRENCH = (
    "répondant;fonction;recommandation;confiance;confiance_motif\r\n"
    "Élodie;Service client;3,0;sans objet;pas concernée\r\n"
    "R2;direction;4;ne sait pas;\r\n"
)
EXPECTED = (
    Response(
        respondent="Élodie",
        function="service",
        answers={
            "advocacy": Answer(state="level", level=3),
            "trust": Answer(state="not_applicable", reason="pas concernée"),
        },
    ),
    Response(
        respondent="R2",
        function="executive",
        answers={"advocacy": Answer(state="level", level=4), "trust": Answer(state="dont_know")},
    ),
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("line_end", ["\r\n", "\n", "\r"])
def test_every_way_excel_saves_a_csv_reads_the_same(read, encoding, separator, line_end) -> None:
    """The encoding, the separator and the line ends change nothing in the answers."""
    text = FRENCH.replace("3,0", "3.0" if separator == "," else "3,0").replace(";", separator)

    assert EXPECTED == read(text.replace("\r\n", line_end).encode(encoding))


def test_the_line_that_announces_the_separator_is_understood(read) -> None:
    """Excel's ``sep=;`` line is obeyed and not taken for titles."""
    assert EXPECTED == read("sep=;\r\n" + FRENCH)


def test_a_caption_above_the_titles_does_no_harm(read) -> None:
    """The titles are found under a caption and blank lines."""
    assert EXPECTED == read("Réponses de l'atelier du 5 octobre;;;;\r\n;;;;\r\n" + FRENCH)


@pytest.mark.parametrize(
    ("typed", "state"),
    [
        ("dont_know", "dont_know"),
        ("don't know", "dont_know"),
        ("Don’t know", "dont_know"),
        ("DK", "dont_know"),
        ("nsp", "dont_know"),
        ("Ne sait pas", "dont_know"),
        ("not_applicable", "not_applicable"),
        ("NA", "not_applicable"),
        ("n/a", "not_applicable"),
        ("sans objet", "not_applicable"),
        ("Non concerné", "not_applicable"),
    ],
)
def test_states_are_understood_in_both_languages(read, typed, state) -> None:
    """Each usual word stands for its state."""
    responses = read(f"respondent;function;trust;trust_reason\nr1;sales;{typed};because\n")

    assert state == responses[0].answer("trust").state


@pytest.mark.parametrize("typed", ["", "-", "skipped", " "])
def test_nothing_said_is_skipped(read, typed) -> None:
    """An empty cell is a question that was skipped, never a level."""
    responses = read(f"respondent;function;trust;access\nr1;sales;{typed};3\n")

    assert "skipped" == responses[0].answer("trust").state


def test_every_part_of_an_answer_is_read(read) -> None:
    """Sentence, clarity and ticked boxes come with the level; criteria get their full ids."""
    responses = read(
        "respondent,function,trust,trust_sentence,trust_clarity,trust_criteria\n"
        'r1,sales,4,"We say ""no"",\nand why",2,"a, C"\n'
    )

    expected = Answer(
        state="level", level=4, sentence='We say "no",\nand why', clarity=2, criteria=("trust.a", "trust.c")
    )
    assert expected == responses[0].answer("trust")


# (the file, code, line, path after waves[0].answers, what is said)
BAD = [
    ("", "files.answers_empty", 1, "", "titles"),
    ("\r\n;;\r\n", "files.answers_empty", 1, "", "empty"),
    ("respondent;function;trust\n", "files.answers_header_only", 1, "", "no respondent"),
    ("respondent;function;trust\nr1;sales;3,5\n", "files.level_not_whole", 2, "[0].trust", "'3,5'"),
    ("respondent;function;trust\nr1;sales;6\n", "assessment.level_range", 2, "[0].trust", "1 to 5"),
    ("respondent;function;trust\nr1;sales;0\n", "assessment.level_range", 2, "[0].trust", "level 0"),
    (
        "respondent;function;trust\nr1;sales;ne sais pa\n",
        "files.unknown_answer",
        2,
        "[0].trust",
        "Did you mean 'dont_know'?",
    ),
    ("respondent;function;trust\nr1;sales;#N/A\n", "files.unknown_answer", 2, "[0].trust", "#N/A"),
    (
        "respondent;function;trust\nr1;sales;na\n",
        "assessment.reason_missing",
        2,
        "[0].trust",
        "needs a reason",
    ),
    (
        "respondent;function;trust;trust_clarity\nr1;sales;3;5\n",
        "assessment.clarity_range",
        2,
        "[0].trust_clarity",
        "0, 1 or 2",
    ),
    (
        "respondent;function;trust;trust_clarity\nr1;sales;3;high\n",
        "files.clarity",
        2,
        "[0].trust_clarity",
        "'high'",
    ),
    (
        "respondent;function;trust;trust_criteria\nr1;sales;3;a z\n",
        "files.unknown_criterion",
        2,
        "[0].trust_criteria",
        "'z'; known: a, b, c",
    ),
    (
        f"respondent;function;trust;trust_sentence\nr1;sales;3;{'x' * 201}\n",
        "assessment.sentence_long",
        2,
        "[0].trust_sentence",
        "201",
    ),
    (
        "respondent;function;trust\nr1;salles;3\n",
        "engagement.unknown_function",
        2,
        "[0].function",
        "Did you mean 'sales'?",
    ),
    ("respondent;function;trust\nr1;;3\n", "files.cell_empty", 2, "[0].function", "function"),
    (
        "respondent;function;trust\nr1;sales;3\nR1;sales;3\n",
        "engagement.duplicate_respondent",
        3,
        "[1].respondent",
        "twice",
    ),
    ("respondent;function;trusst\nr1;sales;3\n", "files.unknown_column", 1, "", "Did you mean 'trust'?"),
    ("respondent;function;trust;trust\nr1;sales;3;3\n", "files.duplicate_column", 1, "", "'trust'"),
    ("respondent;function;trust;confiance\nr1;sales;3;3\n", "files.duplicate_column", 1, "", "'confiance'"),
    ("respondent;trust\nr1;3\nr2;4\n", "files.missing_column", 1, "", "'function'"),
    ("respondent;function;trust\nr1;sales;3;4\n", "files.cell_without_title", 2, "[0]", "'4'"),
    (
        'respondent;function;trust;trust_sentence\nr1;sales;3;"never closed\n',
        "files.csv_broken",
        2,
        "",
        "quote",
    ),
    (
        'respondent;function;trust;trust_sentence\nr1;sales;3;"two\nlines"\nr2;sales;9;\n',
        "assessment.level_range",
        4,
        "[1].trust",
        "level 9",
    ),
    (b"PK\x03\x04rest", "files.is_excel", 1, "", ".xlsx"),
    (b"\x81\x8d respondent", "files.not_text", 1, "", "not a text"),
]


@pytest.mark.parametrize(("content", "code", "line", "path", "said"), BAD)
def test_one_mistake_in_the_answers_is_found_by_its_line_and_column(
    check, folder, *, content, code, line, path, said
) -> None:
    """A mistake in a file of answers is named with the file, the line and the column."""
    problems = [problem for problem in check(content) if problem.code != "engagement.no_response"]

    assert [code] == [problem.code for problem in problems]
    assert (str(folder / "data.csv"), line) == (problems[0].place.file, problems[0].place.line)
    assert f"assessment.waves[0].answers{path}" == problems[0].dotted
    assert said in problems[0].message


def test_a_workbook_reads_like_a_csv(read) -> None:
    """Numbers, numbers stored as text, accents and titles in French come out of Excel as from a CSV."""
    rows = [line.split(";") for line in FRENCH.splitlines()]
    rows[2][2] = 4

    assert EXPECTED == read(_workbook(rows), "data.xlsx")


def test_the_sheet_named_answers_is_read_before_the_first(read) -> None:
    """A workbook may hold other sheets: the one called "Réponses" is read."""

    def add_sheet(book: Any) -> None:
        sheet = book.create_sheet("Réponses")
        for line in FRENCH.splitlines():
            sheet.append(line.split(";"))

    assert EXPECTED == read(_workbook([["Notes"]], edit=add_sheet), "data.xlsx")


def test_cells_merged_downwards_share_their_text(read) -> None:
    """A function typed once for two people, in a merged cell, holds for both."""
    rows = [["respondent", "function", "trust"], ["r1", "sales", 3], ["r2", None, 4], ["r3", "staff", 2]]

    responses = read(_workbook(rows, edit=lambda book: book.active.merge_cells("B2:B3")), "data.xlsx")

    assert ["sales", "sales", "staff"] == [response.function for response in responses]


def test_blank_rows_keep_the_row_numbers_of_excel(check) -> None:
    """The place named is the one that Excel shows, letter and row."""
    rows = [[], ["respondent", "function", "trust"], ["r1", "sales", 3], [], ["r2", "sales", 3.5]]

    problems = check(_workbook(rows), "data.xlsx")

    assert [("files.level_not_whole", 5, 3, "C5")] == [
        (problem.code, problem.place.line, problem.place.column, problem.place.cell) for problem in problems
    ]
    assert str(problems[0].place).endswith("data.xlsx:5 (C5)")


def test_a_formula_gives_its_cached_result(read) -> None:
    """The result that Excel kept is read; the formula itself never is."""
    content = _workbook([["respondent", "function", "trust"], ["r1", "sales", "=1+2"]])

    assert 3 == read(_with_cached_result(content, "3"), "data.xlsx")[0].answer("trust").level


def test_a_formula_without_result_is_a_problem(check) -> None:
    """A formula that was never calculated is not taken for an empty cell."""
    problems = check(_workbook([["respondent", "function", "trust"], ["r1", "sales", "=1+2"]]), "data.xlsx")

    assert [("files.formula_without_value", 2)] == [
        (problem.code, problem.place.line) for problem in problems
    ]
    assert "C2" in problems[0].message


def _with_cached_result(content: bytes, result: str) -> bytes:
    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(changed, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            if name.endswith("sheet1.xml"):
                assert b"<v />" in part or b"<v></v>" in part or b"<v/>" in part
                for empty in (b"<v />", b"<v></v>", b"<v/>"):
                    part = part.replace(empty, f"<v>{result}</v>".encode())
            new.writestr(name, part)
    return changed.getvalue()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "files.excel_old"),
        (b"respondent;function\n", "files.excel_broken"),
        (b"PK\x03\x04" + b"\0" * 100, "files.excel_broken"),
    ],
)
def test_a_workbook_that_cannot_be_read_says_so(check, content, code) -> None:
    """An old, locked or damaged workbook is one problem with a way out."""
    problems = check(content, "data.xlsx")

    assert [code] == [problem.code for problem in problems]


def test_a_workbook_that_unfolds_too_far_is_refused(check) -> None:
    """A zip bomb is refused by the size that it announces."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b" " * 70_000_000)

    assert ["files.too_large"] == [problem.code for problem in check(stream.getvalue(), "data.xlsx")]


INLINE = """
- {respondent: Élodie, function: Service client, advocacy: 3, trust: {not_applicable: pas concernée}}
- respondent: R2
  fonction: direction
  recommandation: {level: 4}
  trust: dont_know
"""


def test_a_yaml_list_reads_like_a_csv(read) -> None:
    """The same answers as a list in a YAML file."""
    assert EXPECTED == read(INLINE, "data.yaml")


def test_answers_may_be_typed_in_the_engagement(folder) -> None:
    """The same answers as a list in the engagement itself, with every part of an answer."""
    file = folder / "engagement.yaml"
    trust = "trust: {level: 4, sentence: Yes, clarity: 2, criteria: [a, c]}"
    inline = f"\n        - {{respondent: r1, function: sales, {trust}}}"
    file.write_text(file.read_text(encoding="utf-8").replace(" answers.csv", inline, 1), encoding="utf-8")

    answer = read_engagement(folder).waves[0].responses[0].answer("trust")

    assert (
        Answer(state="level", level=4, sentence="Yes", clarity=2, criteria=("trust.a", "trust.c")) == answer
    )


def test_mistakes_in_a_yaml_list_have_their_own_lines(check) -> None:
    """Each mistake of a list is on its line of the answers file."""
    problems = check(
        "- {respondent: r1, function: sales, trust: {levl: 3, not_applicable: }}\n"
        "- just a text\n"
        "- {respondent: r3, function: sales, trust: [3], acess: 2, access: 3.5}\n"
        "- {respondent: r1, function: selas, trust: 7}\n",
        "data.yaml",
    )

    assert [
        (1, "files.misspelt_key"),
        (1, "assessment.reason_missing"),
        (2, "files.wrong_value"),
        (3, "files.wrong_type"),
        (3, "files.misspelt_key"),
        (3, "files.level_not_whole"),
        (4, "engagement.duplicate_respondent"),
        (4, "engagement.unknown_function"),
        (4, "assessment.level_range"),
    ] == [(problem.place.line, problem.code) for problem in problems]
