"""Who a batch is about: folders as typed, or a table (CSV, Excel) of clients and their parameters, wrong cells all named."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from cxmaturity.core.ids import nearest
from cxmaturity.core.problems import CxMaturityError, InputError
from cxmaturity.files.answer_words import plain
from cxmaturity.files.excel import read_excel
from cxmaturity.files.findings import Findings, in_order
from cxmaturity.files.folder import DATA_LIMIT, read_bytes
from cxmaturity.files.tables import Row, Sheet, read_csv
from cxmaturity.reporting.batch.manifest import NAME
from cxmaturity.reporting.batch.plan import OWN, Wanted
from cxmaturity.reporting.names import check_day, check_language, check_sections

_WORDS: Final = {
    "client": "client",
    "clients": "client",
    "folder": "client",
    "dossier": "client",
    "language": "languages",
    "languages": "languages",
    "langue": "languages",
    "langues": "languages",
    "as of": "as_of",
    "date": "as_of",
    "sections": "sections",
    "rubriques": "sections",
}
_TITLES: Final = ("client", "languages", "as_of", "sections", "dossier", "langues", "date", "rubriques")
"""What a wrong title may have meant: the words that the message itself offers."""
_SEPARATORS: Final = str.maketrans(";|/+", ",,,,")


def from_folders(paths: Iterable[str | Path], languages: Sequence[str] | None) -> tuple[Wanted, ...]:
    """Return one client for each folder, once each however often it is typed.

    Among several, plain files that are no YAML are left out, and a folder of reports: ``clients/*`` names what lies there too.
    """
    given = list(dict.fromkeys(Path(path) for path in paths))
    kept = [
        path for path in given if path.suffix in {".yaml", ".yml"} or not (path.is_file() or _reports(path))
    ]
    sources = [str(path) for path in (kept or given)]
    return tuple(Wanted(source=source, languages=tuple(languages or (OWN,))) for source in sources)


def _reports(folder: Path) -> bool:
    """Whether a folder is one that a batch has written, and no client's."""
    return (folder / NAME).is_file() and not (folder / "engagement.yaml").exists()


def from_table(file: Path, languages: Sequence[str] | None) -> tuple[Wanted, ...]:
    """Read a table of clients: one row each, folders relative to the table's own folder.

    Parameters
    ----------
    file : Path
        CSV in any dialect that Excel writes, or ``.xlsx``. Columns client, languages, as_of, sections, in either language, titles
        in the first row; only the first is needed.
    languages : sequence of str, optional
        For the rows that name none.

    Raises
    ------
    InputError
        Every wrong cell, with its row and column: ``batch.unknown_column``, ``batch.column_twice``, ``batch.no_client_column``,
        ``batch.no_client``, ``batch.client_twice``, and what the values themselves raise.
    """
    found = Findings(str(file))
    content = read_bytes(file, found, limit=DATA_LIMIT)
    sheet = None
    if content is not None:
        excel = file.suffix.lower() in {".xlsx", ".xlsm"}
        sheet = read_excel(content, (), found) if excel else read_csv(content, (), found)
    clients = () if sheet is None else tuple(_clients(sheet, file.parent, languages, found))
    if sheet is not None and not clients and not found.problems:
        found.of("batch.table_empty", "the table names no client.", hint="One row for each client's folder.")
    if any(problem.severity == "error" for problem in found.problems):
        raise InputError(in_order(found.problems, [str(file)]))
    return clients


def _clients(
    sheet: Sheet, folder: Path, languages: Sequence[str] | None, found: Findings
) -> Iterator[Wanted]:
    if not sheet.rows:
        return
    columns = _columns(sheet, found)
    if "client" not in columns.values():
        if sheet.complete:
            found.of(
                "batch.no_client_column",
                "there is no column 'client'.",
                hint="The first row needs the titles client, languages, as_of, sections; only the first is needed.",
                at=sheet.rows[0],
            )
        return
    seen: dict[str, int] = {}
    for row in sheet.rows[1:]:
        cells = {columns[index]: (index, text) for index, text in enumerate(row.cells) if index in columns}
        at, name = cells.get("client", (0, ""))
        if not name:
            found.of(
                "batch.no_client",
                "this row names no client.",
                at=sheet.place(row, at),
                path=_title(sheet, at),
            )
            continue
        source = str(folder / name)
        if source in seen:
            found.of(
                "batch.client_twice",
                "the client '{client}' is already in row {row}.",
                at=sheet.place(row, at),
                path=_title(sheet, at),
                client=name,
                row=seen[source],
            )
            continue
        seen[source] = row.line
        given = {
            column: _value(found, sheet, row, cells.get(column), read)
            for column, read in (("languages", _languages), ("as_of", _day), ("sections", _sections))
        }
        yield Wanted(
            source=source,
            languages=given["languages"] or tuple(languages or (OWN,)),
            as_of=given["as_of"],
            sections=given["sections"],
        )


def _columns(sheet: Sheet, found: Findings) -> dict[int, str]:
    header = sheet.rows[0]
    columns: dict[int, str] = {}
    for index, title in enumerate(header.cells):
        known = _WORDS.get(plain(title))
        if known and known not in columns.values():
            columns[index] = known
        elif known:
            first = next(at for at, column in columns.items() if column == known)
            found.of(
                "batch.column_twice",
                "the column '{column}' says the same as '{first}'; keep one of the two.",
                at=sheet.place(header, index),
                column=title[:60],
                first=header.cells[first][:60],
            )
        elif title:
            close = nearest(title.casefold(), _TITLES)
            found.of(
                "batch.unknown_column",
                "unknown column '{column}'; the columns are client, languages, as_of, sections.",
                hint="Did you mean '{close}'?" if close else "",
                at=sheet.place(header, index),
                column=title[:60],
                close=close or "",
            )
    return columns


def _value(
    found: Findings,
    sheet: Sheet,
    row: Row,
    cell: tuple[int, str] | None,
    read: Callable[[str], Any],
) -> Any:
    """Return what a cell says, None when it is empty or wrong, which is noted with its place."""
    if cell is None or not cell[1]:
        return None
    try:
        return read(cell[1])
    except CxMaturityError as error:
        found.absorb(InputError(error.problems), path=_title(sheet, cell[0]), at=sheet.place(row, cell[0]))
        return None


def _title(sheet: Sheet, index: int) -> tuple[str, ...]:
    """Return the column as its title says it, for a reader of a CSV file knows no other name of it."""
    return (sheet.rows[0].cells[index],)


def _languages(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(check_language(word.lower()) for word in _words(text)))


def _sections(text: str) -> tuple[str, ...]:
    return check_sections([plain(word).replace(" ", "_") for word in _words(text)])


def _day(text: str) -> str:
    day = check_day(text[:10] if text[10:] in {" 00:00:00", "T00:00:00"} else text)
    return "" if day is None else day.isoformat()


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.translate(_SEPARATORS).split(",") if word.strip()]
