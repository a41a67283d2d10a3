"""One person's row in an answers CSV: found, read, replaced or added, without touching what others answered.

Titles, separator and byte-order mark of a file stay as they were; the file is replaced whole or not at all.
"""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from cxmaturity.assessment.values import Answer, Response
from cxmaturity.catalog import Catalog
from cxmaturity.core.problems import InputError, UnknownIdError
from cxmaturity.files.answer_words import FUNCTION, RESPONDENT, Part, column_words, plain, title_of
from cxmaturity.files.answers import AnswerReader
from cxmaturity.files.engagement_yaml import FILE_NAME
from cxmaturity.files.findings import Findings
from cxmaturity.files.folder import DATA_LIMIT, YAML_LIMIT, Folder, decode_table, decode_yaml, read_bytes
from cxmaturity.files.tables import SEPARATORS, Sheet, read_csv
from cxmaturity.files.writing import replace_whole
from cxmaturity.files.yaml_text import parse_yaml
from cxmaturity.files.yaml_tree import Mapping, Node, Scalar, Sequence

SUFFIXES: Final = (".csv", ".tsv", ".txt")
_PARTS: Final[tuple[Part, ...]] = ("level", "reason", "sentence", "clarity", "criteria")
_FORMULA: Final = ("=", "+", "-", "@")


def answers_file(path: str | os.PathLike[str]) -> Path:
    """Return the answers CSV that `path` means: itself, or the one that an engagement's last wave names.

    Raises
    ------
    InputError
        When the engagement cannot be read; ``files.answers_elsewhere`` when its answers are not in a CSV.
    """
    given = Path(path)
    if given.suffix.lower() in SUFFIXES:
        return given
    file = given / FILE_NAME if given.is_dir() else given
    found = Findings(str(file))
    content = read_bytes(file, found, limit=YAML_LIMIT)
    text = None if content is None else decode_yaml(content, found)
    root = None if text is None else parse_yaml(text, found)
    if found.problems or root is None:
        raise InputError(found.problems)
    waves = _under(_under(root, "assessment"), "waves")
    last = waves.items[-1] if isinstance(waves, Sequence) and waves.items else None
    name = _under(last, "answers")
    if not isinstance(name, Scalar) or Path(name.text).suffix.lower() not in SUFFIXES:
        raise InputError.of(
            "files.answers_elsewhere",
            "the last wave of '{name}' does not keep its answers in a CSV file.",
            hint="Give the path of a .csv file instead.",
            name=str(file),
        )
    Folder(file.parent).read(name.text, name, ("answers",), found)
    if found.problems:
        raise InputError(found.problems)
    return file.parent / name.text


def _under(node: Node | None, key: str) -> Node | None:
    if not isinstance(node, Mapping):
        return None
    return next((entry.value for entry in node.entries if entry.key == key), None)


def read_response(file: Path, respondent: str, catalog: Catalog) -> Response:
    """Return what one respondent answered in an answers CSV.

    Raises
    ------
    InputError
        Everything that is wrong in the file.
    UnknownIdError
        When nobody of that id is in it.
    """
    sheet, found, _ = _open(file)
    responses = AnswerReader.of(catalog, found).read_sheet(sheet, ())
    if found.problems:
        raise InputError(found.problems)
    for response in responses:
        if response.respondent == respondent:
            return response
    raise UnknownIdError.from_name("respondent", respondent, (response.respondent for response in responses))


def write_response(file: Path, response: Response, catalog: Catalog) -> None:
    """Put one respondent's answers in an answers CSV, in place of those that were there.

    Parameters
    ----------
    file : path
        The file; made with standard titles when there is none. A column that is missing is added.
    response : Response
        The answers; a text that a spreadsheet would take for a formula gets a space in front, which reading drops.
    catalog : Catalog
        The questions and the titles that are understood.

    Raises
    ------
    InputError
        When the file is there and cannot be read as answers; nothing is written.
    FileError
        ``files.cannot_write`` when the file cannot be written.
    """
    above, header, rows, separator = _table(file, catalog)
    known = column_words(catalog)
    columns = [known.get(plain(title)) for title in header]
    cells = _cells(response)
    missing = [column for column in cells if column not in columns]
    header += [title_of(*column) for column in missing]
    columns += missing
    line = [cells.get(column, "") if column else "" for column in columns]
    who = columns.index((RESPONDENT, "level"))
    others = [row for row in rows if row[who : who + 1] != [response.respondent]]
    place = next(
        (i for i, row in enumerate(rows) if row[who : who + 1] == [response.respondent]), len(others)
    )
    others.insert(place, line)
    replace_whole(file, _written([*above, header, *others], separator))


_Rows = list[list[str]]


def _table(file: Path, catalog: Catalog) -> tuple[_Rows, list[str], _Rows, str]:
    """Return the rows above the titles, the titles, the rows of the respondents and the separator."""
    standard = [RESPONDENT, FUNCTION, *(question.id for question in catalog.questions)]
    if not file.exists():
        return [], standard, [], ","
    sheet, found, text = _open(file)
    AnswerReader.of(catalog, found).read_sheet(sheet, ())
    wrong = [problem for problem in found.problems if problem.code != "files.answers_header_only"]
    if wrong:
        raise InputError(wrong)
    known = column_words(catalog)
    rows = [list(row.cells) for row in sheet.rows]
    start = next(i for i, row in enumerate(rows) if sum(plain(title) in known for title in row) >= 2)
    titles = next(line for line in text.splitlines() if all(title in line for title in rows[start] if title))
    return rows[:start], rows[start], rows[start + 1 :], max(SEPARATORS, key=titles.count)


def _open(file: Path) -> tuple[Sheet, Findings, str]:
    found = Findings(str(file))
    content = read_bytes(file, found, limit=DATA_LIMIT)
    sheet = None if content is None else read_csv(content, (), found)
    text = None if content is None else decode_table(content, found, ())
    if sheet is None or text is None or not sheet.complete:
        raise InputError(found.problems)
    return sheet, found, text


def _cells(response: Response) -> dict[tuple[str, Part], str]:
    """Return the cells of a response by column; parts that say nothing are not there."""
    cells: dict[tuple[str, Part], str] = {
        (RESPONDENT, "level"): response.respondent,
        (FUNCTION, "level"): response.function,
    }
    for question, answer in response.answers:
        for part in _PARTS:
            text = _cell(answer, part)
            if text or part == "level":
                cells[question, part] = text
    return cells


def _cell(answer: Answer, part: Part) -> str:
    if part == "level":
        if answer.state == "level":
            return str(answer.level)
        return "" if answer.state == "skipped" else answer.state
    if part == "criteria":
        return " ".join(name.rpartition(".")[2] for name in answer.criteria)
    if part == "clarity":
        return "" if answer.clarity is None else str(answer.clarity)
    return answer.reason if part == "reason" else answer.sentence


def _written(rows: Iterable[list[str]], separator: str) -> bytes:
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=separator, lineterminator="\r\n")
    for row in rows:
        writer.writerow([f" {cell}" if cell.startswith(_FORMULA) else cell for cell in row])
    return stream.getvalue().encode("utf-8-sig")  # the mark without which Excel reads no accent
