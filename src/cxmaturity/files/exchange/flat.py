"""One flat table of an atlas for a spreadsheet: a row for each measure, and one for each event that nobody measured.

Text that a spreadsheet would run as a formula gets a space in front. French files have semicolons and decimal commas, as
French Excel expects.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Final

from cxmaturity.core.text import Language
from cxmaturity.files.catalog_yaml import load_catalog
from cxmaturity.files.exchange.channels import channel_name
from cxmaturity.files.exchange.words import keys, say
from cxmaturity.journey.scales import to_valence
from cxmaturity.journey.values import Atlas, Event, Journey, Measure, Stage, touchpoint_of

_FORMULA: Final = tuple("=+-@\t\r|%＝＋－＠")
Cell = str | float | bool | None


def to_csv(atlas: Atlas, language: Language) -> bytes:
    """Return every event of an atlas as a CSV table with titles in `language`.

    Returns
    -------
    bytes
        UTF-8 with the mark that Excel wants; comma and decimal point in English, semicolon and decimal comma in French. Numbers
        are exact, dates ISO. An event with three measures takes three rows: count events by the column of their ids.
    """
    titles = keys("columns")
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=";" if language == "fr" else ",", lineterminator="\r\n")
    writer.writerow([say("columns", title, language) for title in titles])
    for row in _rows(atlas, language):
        writer.writerow([_typed(row.get(title), language) for title in titles])
    return stream.getvalue().encode("utf-8-sig")


def safe(text: str) -> str:
    """Return a text that no spreadsheet runs.

    Examples
    --------
    >>> safe('=HYPERLINK("x")'), safe("plain")
    (' =HYPERLINK("x")', 'plain')
    """
    return f" {text}" if text.lstrip(" \n\u00a0\u202f\ufeff").startswith(_FORMULA) else text


def _typed(cell: Cell, language: Language) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return say("answer", "yes" if cell else "no", language)
    if isinstance(cell, str):
        return safe(cell.replace("\0", "\ufffd"))
    number = repr(float(cell)).removesuffix(".0")
    return number.replace(".", ",") if language == "fr" else number


def _rows(atlas: Atlas, language: Language) -> Iterator[dict[str, Cell]]:
    for journey in atlas.journeys:
        rank = 0
        for stage in journey.stages:
            for event in stage.events:
                rank += 1
                shared = (
                    _where(journey, stage, language) | {"rank": rank} | _event(atlas, stage, event, language)
                )
                for measure in event.satisfaction or (None,):
                    yield shared | ({} if measure is None else _measure(measure, language))


def _where(journey: Journey, stage: Stage, language: Language) -> dict[str, Cell]:
    return {
        "journey": journey.id,
        "title": journey.title.of(language),
        "personas": _list(journey.personas),
        "state": journey.state,
        "kind": journey.kind,
        "stage": stage.id,
        "stage_name": stage.name.of(language),
        "lifecycle": stage.lifecycle,
    }


def _event(atlas: Atlas, stage: Stage, event: Event, language: Language) -> dict[str, Cell]:
    campaign = event.campaign
    return {
        "event": event.id,
        "action": event.action.of(language),
        "by": event.by,
        "visible": event.visible,
        "channel": channel_name(event.channel, atlas.channels, load_catalog(), language),
        "touchpoint": touchpoint_of(stage, event),
        "expectation": event.expectation.level,
        "importance": event.expectation.importance,
        "emotion": event.emotion.valence,
        "intensity": event.emotion.intensity,
        "word": event.emotion.word.of(language),
        "pains": _list(pain.text.of(language) for pain in event.pains),
        "opportunities": _list(it.text.of(language) for it in event.opportunities),
        "promises": _list(event.promises),
        "kpis": _list(event.kpis),
        "owner": event.owner.of(language),
        "actors": _list(event.actors),
        "systems": _list(event.systems),
        "data": _list(it.name.of(language) for it in event.data),
        "campaign": campaign.name.of(language) if campaign else "",
        "products": _list(event.products),
        "reach": event.reach,
        "drop_off": event.drop_off,
        "complaints": event.complaints,
        "charge": event.charge,
        "next": _list(event.next),
        "note": event.note.of(language),
    }


def _measure(measure: Measure, language: Language) -> dict[str, Cell]:
    return {
        "measure": measure.id,
        "metric": measure.metric,
        "value": measure.value,
        "valence": round(to_valence(measure.metric, measure.value), 6),
        "n": measure.n,
        "sd": measure.sd,
        "date": measure.date.isoformat() if measure.date else "",
        "evidence": measure.kind,
        "source": measure.source.of(language),
        "measured_persona": measure.persona,
    }


def _list(items: Iterable[str]) -> str:
    return "; ".join(items)
