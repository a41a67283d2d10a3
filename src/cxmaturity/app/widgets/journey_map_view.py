"""What a journey map shows, as plain values: words, choices, the picture, the panel of the event selected, where things stand."""

from __future__ import annotations

from typing import Any, Final

from cxmaturity import i18n
from cxmaturity.app.widgets.builder_numbers import in_a_box
from cxmaturity.app.widgets.journey_map_edit import Box, Wrong
from cxmaturity.app.widgets.journey_map_messages import FIELDS, LISTS
from cxmaturity.app.widgets.journey_map_state import NEW, MapState, catalog, problems_at
from cxmaturity.app.widgets.journey_map_workshop import said
from cxmaturity.core.text import Language
from cxmaturity.i18n import message
from cxmaturity.i18n.messages import load_messages
from cxmaturity.journey.values import METRICS, SCALES, SOURCE_KINDS, Words

_UI: Final = "journey_widget.ui."
_BOXES: Final = {
    "metric": "choice",
    "kind": "choice",
    "kpi": "choice",
    "date": "date",
    "text": "words",
    "word": "words",
    "quote": "words",
    "source": "text",
    "owner": "text",
}


def words(language: Language) -> dict[str, str]:
    """Return what stands alone on the page, by key without its room."""
    return {
        key.removeprefix(_UI): forms[language]["other"]
        for key, forms in load_messages("journey_widget").items()
        if key.startswith(_UI)
    }


def choices(state: MapState) -> dict[str, Any]:
    """Return the journeys and personas that may be shown."""
    language = state.language
    personas = state.personas(state.journey)
    known = {one.id: one.name for one in state.atlas.personas}
    return {
        "client": state.atlas.client,
        "journeys": [[one.id, one.title.of(language) or one.id] for one in state.atlas.journeys],
        "personas": [[one, known.get(one, one)] for one in personas],
    }


def picture(state: MapState, primary: str | None) -> dict[str, Any]:
    """Return the map as drawn, and the words of the script that makes it answer."""
    if not state.events:
        return {"svg": "", "words": {}, "table": {"columns": [], "rows": []}, "notes": []}
    from cxmaturity.charts.journey import draw_map  # numpy and fonts only where something is drawn
    from cxmaturity.charts.theme import ChartTheme
    from cxmaturity.reporting.journey.words import map_words

    result, persona = state.result, state.persona or None
    drawn = draw_map(
        result,
        state.journey,
        persona=persona,
        catalog=catalog(),
        language=state.language,
        theme=ChartTheme.from_primary(primary),
        size="a3",
        beside=None,
    )
    told = map_words(
        result,
        state.journey,
        catalog=catalog(),
        language=state.language,
        width_mm=drawn.width_mm,
    )
    told["events"] = told["labels"].get(state.persona, told["events"])
    told["facets"] = [facet for facet in told["facets"] if facet["id"] != "persona"]  # chosen above the map
    table = drawn.table
    return {
        "svg": drawn.svg,
        "words": told,
        "table": {"columns": list(table.columns), "rows": [list(row) for row in table.rows]},
        "notes": [str(note) for note in drawn.footnotes],
    }


def status(state: MapState) -> dict[str, Any]:
    """Return where things stand: saved or not, what was refused, what can be undone."""
    language = state.language
    kind = "no_file" if state.file is None else "unsaved" if state.unsaved else "saved"
    return {
        "saved": message(f"journey_widget.status.{kind}", language),
        "unsaved": state.unsaved,
        "file": "" if state.file is None else state.file.name,
        "can_undo": state.can_undo,
        "can_save": state.file is not None and state.unsaved,
        "refused": said(state.refusals, language),
    }


# --- the panel ---------------------------------------------------------------------------------------------------


def panel(state: MapState) -> dict[str, Any]:
    """Return everything about the event selected; empty when none is."""
    from cxmaturity.reporting.journey.facts import journey_facts
    from cxmaturity.reporting.journey.names import Names

    where = state.where
    if where is None or where.journey.id != state.journey:
        return {}
    language, result = state.language, state.result
    names = Names(atlas=state.atlas, catalog=catalog(), language=language)
    found = result.of(state.journey, state.persona or None)
    facts = next(
        (one for one in journey_facts(result, found, names).events if one.id == state.selected), None
    )
    known = next(one for one in found.events if one.event == state.selected)
    lines = [] if facts is None else [facts.level, *([facts.grade_name] if facts.grade_name else [])]
    return {
        "id": state.selected,
        "title": where.event.action.of(language) or where.event.id,
        "where": f"{where.stage.name.of(language) or where.stage.id} · {names.channel(where.event.channel)}",
        "lines": lines,
        "moment": message("journey_page.event.moment", language) if known.moment else "",
        "reasons": [] if facts is None else list(facts.reasons),
        "functions": [] if facts is None else list(facts.functions),
        "found": [said((problem,), language)[0] for problem in problems_at(result, state.selected)],
        "parts": [_part(state, part) for part in FIELDS],
    }


def _part(state: MapState, part: str) -> dict[str, Any]:
    where = state.where
    event = None if where is None else where.event
    held = getattr(event, part)
    items = [
        {"id": item.id, "boxes": [_box(state, part, item.id, name, item) for name in FIELDS[part]]}
        for item in (held if isinstance(held, tuple) else ())
    ]
    if not isinstance(held, tuple):
        items = [{"id": "", "boxes": [_box(state, part, "", name, held) for name in FIELDS[part]]}]
    slip = state.slips.get(Box(state.selected, part, "", NEW))
    return {
        "id": part,
        "title": message(f"journey_widget.part.{part}", state.language),
        "many": part in LISTS,
        "items": items,
        "adding": {
            "label": message(f"journey_widget.add.{part}", state.language),
            "choices": _metrics(state.language) if part == "satisfaction" else [],
            "text": "" if slip is None else slip.text,
            "wrong": "" if slip is None else wrong_said(slip.wrong, state.language),
        }
        if part in LISTS
        else None,
    }


def _box(state: MapState, part: str, item: str, name: str, held: Any) -> dict[str, Any]:
    language = state.language
    slip = state.slips.get(Box(state.selected, part, item, name))
    value = getattr(held, name)
    form = _BOXES.get(name, "figure")
    low, high = SCALES[held.metric] if name == "value" else (0, 0)
    bounds = {"low": _figure(low, language), "high": _figure(high, language)}
    label = message(f"journey_widget.field.{name}", language, **bounds)
    return {
        "field": name,
        "form": form,
        "label": label,
        "text": _text(value, language) if slip is None else slip.text,
        "wrong": "" if slip is None else wrong_said(slip.wrong, language),
        "hint": _other(value, language),
        "choices": _options(name, value, language),
    }


def _text(value: Any, language: Language) -> str:
    if value is None:
        return ""
    if isinstance(value, Words):
        return getattr(value, language) or ""
    if isinstance(value, int | float):
        return in_a_box(value, "number", language)
    return str(value)


def _other(value: Any, language: Language) -> str:
    """Return what the other language says, where this one says nothing yet."""
    if not isinstance(value, Words) or getattr(value, language):
        return ""
    return value.of(language)


def _metrics(language: Language) -> list[list[str]]:
    return [[one, message(f"journey_page.metric.{one}", language)] for one in METRICS]


def _options(name: str, value: Any, language: Language) -> list[list[str]]:
    if name == "metric":
        return _metrics(language)
    if name == "kind":
        return [[one, message(f"journey_page.kind.{one}", language)] for one in SOURCE_KINDS]
    if name != "kpi":
        return []
    known = [[one.id, one.name.in_(language)] for one in catalog().benefits]
    own = [[value, value]] if value and value not in dict(known) else []
    return [["", message("journey_widget.field.kpi.none", language)], *known, *own]


def _figure(value: float, language: Language) -> str:
    return i18n.number(value, language)


def wrong_said(wrong: Wrong, language: Language) -> str:
    """Return why something typed was not taken."""
    bounds = {
        "low": "" if wrong.low is None else _figure(wrong.low, language),
        "high": "" if wrong.high is None else _figure(wrong.high, language),
    }
    return message(f"journey_widget.wrong.{wrong.reason}", language, **bounds)
