"""The key ``answers``: a list typed in place, or the name of a CSV, Excel or YAML file of the same folder."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any, Final

import attrs

from cxmaturity.assessment.values import Response
from cxmaturity.catalog import Catalog
from cxmaturity.files import answer_words
from cxmaturity.files.answer_words import FUNCTION, RESPONDENT, Part
from cxmaturity.files.answers import AnswerReader, Cell
from cxmaturity.files.findings import Findings, Path
from cxmaturity.files.folder import YAML_LIMIT, Folder, decode_yaml
from cxmaturity.files.groups import note_unknown_key
from cxmaturity.files.shapes import WRONG, note_wrong_type, short
from cxmaturity.files.tables import read_csv
from cxmaturity.files.yaml_text import parse_yaml
from cxmaturity.files.yaml_tree import Entry, Mapping, Node, Scalar, Sequence

SUFFIXES: Final = (".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".yaml", ".yml")
INLINE_KEYS: Final = ("level", "not_applicable", "sentence", "clarity", "criteria")


@attrs.frozen(kw_only=True)
class AnswersShape:
    """The answers of one wave, read with the words of `catalog`, from `folder` when they are in a file."""

    catalog: Catalog
    folder: Folder
    expected: str = attrs.field(default="a file name or a list of respondents", init=False)

    def read(self, node: Node, path: Path, found: Findings) -> Any:
        """Return the responses as a tuple."""
        if isinstance(node, Scalar) and node.text.strip() and not node.is_null:
            return self._from_file(node, path, found)
        if isinstance(node, Sequence):
            return self._from_list(node, path, found)
        return note_wrong_type(self.expected, node, path, found)

    def _from_file(self, node: Scalar, path: Path, found: Findings) -> Any:
        name = node.text.strip()
        suffix = PurePath(name).suffix.lower()
        if suffix not in SUFFIXES:
            found.of(
                "files.answers_kind",
                "'{name}' is not a kind of file that holds answers; expected one of: {known}.",
                hint="In Excel: File, Save as, Excel workbook (.xlsx) or CSV UTF-8.",
                at=node,
                path=path,
                name=short(name),
                known=", ".join(SUFFIXES),
            )
            return WRONG
        limit = YAML_LIMIT if suffix in (".yaml", ".yml") else None
        content = self.folder.read(name, node, path, found, **({"limit": limit} if limit else {}))
        if content is None:
            return WRONG
        inside = found.in_file(self.folder.shown(name))
        inside.locate(path, Scalar(name, plain=True, line=1, column=1))
        if limit:
            return self._from_yaml(content, path, inside)
        if suffix.startswith(".xls"):
            from cxmaturity.files.excel import read_excel  # only when there is a workbook

            sheet = read_excel(content, path, inside)
        else:
            sheet = read_csv(content, path, inside)
        return WRONG if sheet is None else AnswerReader.of(self.catalog, inside).read_sheet(sheet, path)

    def _from_yaml(self, content: bytes, path: Path, found: Findings) -> Any:
        text = decode_yaml(content, found)
        root = None if text is None else parse_yaml(text, found, path)
        if root is None:
            return WRONG
        if not isinstance(root, Sequence):
            return note_wrong_type("a list", root, path, found)
        return self._from_list(root, path, found)

    def _from_list(self, node: Sequence, path: Path, found: Findings) -> tuple[Response, ...]:
        reader = AnswerReader.of(self.catalog, found)
        responses, kept = [], []
        for index, item in enumerate(node.items):
            where = (*path, index)
            found.locate(where, item)
            if not isinstance(item, Mapping):
                found.assume(where)
                note_wrong_type("a group of keys", item, where, found)
                continue
            kept.append(index)
            responses.append(reader.read_cells(_cells(item, reader, where, found), where))
        found.kept[path] = tuple(kept)
        return tuple(responses)


def _cells(item: Mapping, reader: AnswerReader, path: Path, found: Findings) -> dict[tuple[str, Part], Cell]:
    """Return the cells of a respondent typed as keys; an answer is a level, a state or a group of keys."""
    cells: dict[tuple[str, Part], Cell] = {}
    for entry in item.entries:
        where = (*path, entry.key)
        found.locate(where, entry)
        column = reader.columns.get(answer_words.plain(entry.key))
        if column is None or column in cells:
            note_unknown_key(entry, [RESPONDENT, FUNCTION, *reader.questions], where, found)
        elif isinstance(entry.value, Scalar):
            text = "" if entry.value.is_null else entry.value.text.strip()
            cells[column] = Cell(text, found.place_of(where), where)
        elif isinstance(entry.value, Mapping) and column[0] in reader.questions and column[1] == "level":
            cells |= _long_form(column[0], entry.value, where, found)
        else:
            found.assume(where)
            note_wrong_type("a level, a state or a group of keys", entry.value, where, found)
    return cells


def _long_form(question: str, group: Mapping, path: Path, found: Findings) -> dict[tuple[str, Part], Cell]:
    """Return the cells of ``{level: 3, sentence: ..., criteria: [a, c]}`` or ``{not_applicable: why}``."""
    cells: dict[tuple[str, Part], Cell] = {}
    parts: dict[str, Part] = {
        "level": "level",
        "sentence": "sentence",
        "clarity": "clarity",
        "criteria": "criteria",
    }
    for entry in group.entries:
        where = (*path, entry.key)
        found.locate(where, entry)
        text = _text(entry, where, found)
        if entry.key == "not_applicable":
            cells[question, "level"] = Cell("not_applicable", found.place_of(where), where)
            cells[question, "reason"] = Cell(text, found.place_of(where), where)
        elif entry.key in parts:
            cells[question, parts[entry.key]] = Cell(text, found.place_of(where), where)
        else:
            note_unknown_key(entry, INLINE_KEYS, where, found)
    return cells


def _text(entry: Entry, path: Path, found: Findings) -> str:
    value = entry.value
    if isinstance(value, Scalar):
        return "" if value.is_null else value.text.strip()
    if isinstance(value, Sequence) and entry.key == "criteria":
        return " ".join(item.text for item in value.items if isinstance(item, Scalar))
    note_wrong_type("a text", value, path, found)
    return ""
