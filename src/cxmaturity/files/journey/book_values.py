"""A document flattened into the rows of the workbook: what each cell holds, and which value each row is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

import attrs

from cxmaturity.core.text import LANGUAGES, Language
from cxmaturity.files.findings import Path
from cxmaturity.files.journey.book_layout import FIRST_MEASURE, Column, Sheet, mission_columns, sheet
from cxmaturity.files.journey.book_rows import FIRST
from cxmaturity.files.journey.cells import join
from cxmaturity.files.journey.fields import ENTITIES, Field
from cxmaturity.files.journey.names import Names, stages_of
from cxmaturity.files.journey.words import word
from cxmaturity.files.journey.yaml_out import given
from cxmaturity.journey.values import LEGAL_BASES, Atlas, Event, Opportunity, Pain

CellValue = str | float | int | dt.date
_YES_NO: Final = ("true", "false")
_OF_THE_CATALOGUE: Final = ("channel", "family", "kpi")


@attrs.frozen
class OutRow:
    """One row to be written: its cells by the key of their column, and the path of the value in the document."""

    path: Path
    cells: dict[str, CellValue]


@attrs.frozen
class Values:
    """Turns values into cells, for a workbook in `language` that holds texts in `texts_in`."""

    names: Names
    language: Language
    texts_in: Language

    def label(self, kind: str, name: str) -> str:
        """Return what a cell shows for an id."""
        return self.names.label(kind, name, self.language if kind in _OF_THE_CATALOGUE else self.texts_in)

    def cells(self, kind: str, value: Any) -> dict[str, CellValue]:
        """Return the cells of one value, by the key of their column; nothing where the default is meant."""
        cells: dict[str, CellValue] = {}
        for field in ENTITIES[kind].fields:
            got = None if field.kind == "parts" else given(value, field.key)
            if got is None and field.quick:  # what is shown at first says its default, so that nobody wonders
                got = _default(value, field)
            if got is not None:
                cells |= self.field_cells(field, got)
        return cells

    def field_cells(self, field: Field, got: Any) -> dict[str, CellValue]:
        """Return the cells of one field: two for a text in both languages."""
        if field.kind == "words":
            return {f"{field.key}.{name}": text for name in LANGUAGES if (text := getattr(got, name))}
        if field.kind == "data":
            return self._data(field, got)
        if field.kind == "many_words":
            texts = {name: [getattr(item, name) for item in got] for name in LANGUAGES}
            return {
                f"{field.key}.{name}": join([item] for item in items)
                for name, items in texts.items()
                if any(items)
            }
        return {field.key: self._cell(field, got)}

    def _cell(self, field: Field, got: Any) -> CellValue:
        made: dict[str, Callable[[Field, Any], CellValue]] = {
            "choice": lambda field, got: word(field.names, got, self.language),
            "flag": lambda _, got: word(_YES_NO, str(got).lower(), self.language),
            "ref": lambda field, got: self.label(field.to, got),
            "refs": self._refs,
            "texts": lambda _, got: join([text] for text in got),
            "counts": lambda _, got: join([str(number)] for number in got),
            "weights": lambda field, got: join(
                ([self.label(field.to, name), repr(weight)] for name, weight in got), "="
            ),
        }
        if field.kind in made:
            return made[field.kind](field, got)
        whole: CellValue = int(got) if isinstance(got, float) and got.is_integer() else got
        return whole

    def _refs(self, field: Field, got: Any) -> str:
        kind = "feedback" if field.to == "event" else field.to  # what may follow is told by its id
        return join([self.label(kind, name)] for name in got)

    def _data(self, field: Field, got: Any) -> dict[str, CellValue]:
        """Return the cell that says everything, and one of the names in the other language where there are any."""
        other = next(name for name in LANGUAGES if name != self.texts_in)
        cells: dict[str, CellValue] = {
            f"{field.key}.{self.texts_in}": join((self._datum(item) for item in got), "|")
        }
        names = [getattr(item.name, other) for item in got]
        return cells | ({f"{field.key}.{other}": join([name] for name in names)} if any(names) else {})

    def _datum(self, item: Any) -> list[str]:
        basis = word(LEGAL_BASES, item.basis, self.language) if item.basis else ""
        months = "" if item.retention_months is None else str(item.retention_months)
        parts = [getattr(item.name, self.texts_in), basis, months]
        while len(parts) > 1 and not parts[-1]:
            parts.pop()
        return parts

    def mission(self, atlas: Atlas) -> dict[str, CellValue]:
        """Return the cells of the sheet Mission."""
        cells: dict[str, CellValue] = {"currency": atlas.currency}
        for field in dict.fromkeys(column.field for column in mission_columns()):
            got = given(atlas, field.key)
            if got is not None:
                cells |= self.field_cells(field, got)
        return cells


def _default(value: Any, field: Field) -> Any:
    """Return the default of a number or a choice, or None where there is none or nothing that it belongs to."""
    for name in field.key.split("."):
        value = None if value is None else getattr(value, name)
    return value if field.kind in ("choice", "flag", "number") else None


def out_rows(atlas: Atlas, values: Values) -> dict[str, list[OutRow]]:
    """Return the rows of every sheet, in the order of the document."""
    rows: dict[str, list[OutRow]] = {
        "promises": _simple(values, "promise", "promises", atlas.promises),
        "personas": _simple(values, "persona", "personas", atlas.personas),
        "claims": [],
        "journeys": _simple(values, "journey", "journeys", atlas.journeys),
        "stages": [],
        "touchpoints": [],
        "evidence": [],
        "voices": [],
        "scores": [],
        "catalogues": _catalogues(atlas, values),
        "waivers": _simple(values, "waiver", "waivers", atlas.waivers),
    }
    for index, persona in enumerate(atlas.personas):
        link = {"persona": values.label("persona", persona.id)}
        for position, claim in enumerate(persona.claims):
            path = ("personas", index, "claims", position)
            rows["claims"].append(OutRow(path, link | values.cells("claim", claim)))
    for index, journey in enumerate(atlas.journeys):
        of_journey = {"journey": values.label("journey", journey.id)}
        for place, stage in enumerate(journey.stages):
            path = ("journeys", index, "stages", place)
            rows["stages"].append(OutRow(path, of_journey | values.cells("stage", stage)))
            of_stage = of_journey | {"stage": values.label(stages_of(journey.id), stage.id)}
            for position, event in enumerate(stage.events):
                _add_event(rows, values, (*path, "events", position), event, of_stage)
    return rows


def _simple(values: Values, kind: str, name: str, items: Iterable[Any]) -> list[OutRow]:
    return [OutRow((name, index), values.cells(kind, item)) for index, item in enumerate(items)]


def _catalogues(atlas: Atlas, values: Values) -> list[OutRow]:
    column = sheet("catalogues").column("what")
    rows = []
    for kind, name in (
        ("actor", "actors"),
        ("system", "systems"),
        ("product", "products"),
        ("channel", "channels"),
    ):
        what = {"what": word(column.field.names, kind, values.language)}
        listed = _simple(values, kind, name, getattr(atlas, name))
        rows += [OutRow(row.path, {**what, **row.cells}) for row in listed]
    said = {
        "sources": [{name: getattr(words, name) for name in LANGUAGES} for words in atlas.sources],
        "jargon": [{values.texts_in: text} for text in atlas.jargon],
    }
    for kind, name in (("source", "sources"), ("jargon", "jargon")):
        what = {"what": word(column.field.names, kind, values.language)}
        for index, texts in enumerate(said[name]):
            cells: dict[str, CellValue] = {f"name.{spoken}": text for spoken, text in texts.items() if text}
            rows.append(OutRow((name, index), {**what, **cells}))
    return rows


def _add_event(
    rows: dict[str, list[OutRow]], values: Values, path: Path, event: Event, of_stage: Mapping[str, CellValue]
) -> None:
    cells = {**of_stage, **values.cells("event", event)}
    measures, pains, ideas = event.satisfaction, event.pains, event.opportunities
    if measures:
        first = values.cells("measure", measures[0])
        if first["id"] == f"{event.id}-m1":  # the reader gives it the same
            del first["id"]
        cells |= {f"{FIRST}{key}": cell for key, cell in first.items()}
    for key, items in (("pains", pains), ("opportunities", ideas)):
        if items and _is_bare(event.id, items[0]):
            texts = values.cells(items[0].__class__.__name__.lower(), items[0])
            cells |= {
                f"{FIRST}{key}.{name.rpartition('.')[2]}": cell
                for name, cell in texts.items()
                if name != "id"
            }
    rows["touchpoints"].append(OutRow(path, cells))
    link: dict[str, CellValue] = {"event": values.label("event", event.id)}
    for index, measure in enumerate(measures[1:], 1):
        rows["evidence"].append(
            OutRow((*path, "satisfaction", index), link | values.cells("measure", measure))
        )
    column = sheet("voices").column("what")
    for kind, key, items in (("pain", "pains", pains), ("opportunity", "opportunities", ideas)):
        what = {"what": word(column.field.names, kind, values.language)}
        for index, item in enumerate(items):
            if index or not _is_bare(event.id, item):
                rows["voices"].append(
                    OutRow((*path, key, index), {**link, **what, **values.cells(kind, item)})
                )
    for index, score in enumerate(event.scores):
        rows["scores"].append(OutRow((*path, "scores", index), link | values.cells("score", score)))


_LETTERS: Final[dict[type, str]] = {Pain: "p", Opportunity: "o"}


def _is_bare(event: str, item: Any) -> bool:
    """Tell whether the first pain or opportunity of an event is nothing but a text, which fits in its row."""
    if item.id != f"{event}-{_LETTERS[type(item)]}1":
        return False
    others = [field.name for field in attrs.fields(type(item)) if field.name not in ("id", "text")]
    return all(given(item, name) is None for name in others)


def cell_path(layout: Sheet, row: OutRow, path: Path, texts_in: Language) -> str:
    """Return the key of the column of `row` that shows what stands at `path`, or "" for the row as a whole."""
    rest = [step for step in path[len(row.path) :] if isinstance(step, str)]
    dotted = ".".join(rest)
    keys: list[Column] = sorted(
        (column for column in layout.columns if column.field.key in (dotted, rest[0] if rest else "")),
        key=lambda column: column.language not in (None, texts_in),
    )
    if rest[:1] == ["satisfaction"]:
        return f"{FIRST}{rest[1]}" if len(rest) > 1 and rest[1] in FIRST_MEASURE else f"{FIRST}value"
    return keys[0].key if keys else ""
