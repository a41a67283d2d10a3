"""Answers as JSON and as a plain form: read strictly, because they come from outside; written as the pages expect."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from typing import Any, Final, NoReturn

from cxmaturity.app.security import EVENTS_PER_SAVE
from cxmaturity.app.security_fields import Check, is_whole, list_of, one_of, optional, record, text
from cxmaturity.app.server.refused import bad_body
from cxmaturity.assessment.values import Answer
from cxmaturity.catalog.catalog import Catalog
from cxmaturity.store.values import AnswerEvent, Progress, Saved

FORM_DEVICE: Final = "form"


def _count(value: Any, state: Mapping[str, Any]) -> bool:
    del state
    return is_whole(value) and value >= 0


_EVENT: Final[dict[str, Check]] = {
    "question": text(64),
    "state": one_of("level", "not_applicable", "dont_know", "skipped"),
    "device": text(64),
    "sequence": _count,
}
_MORE: Final[dict[str, Check]] = {
    "level": optional(one_of(1, 2, 3, 4, 5)),
    "reason": text(1000),
    "sentence": text(1000),
    "criteria": list_of(text(64), 40),
    "lead": text(1000),
    "base": _count,
    "made_at": optional(text(40)),
}


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)


def read_json(body: bytes) -> dict[str, Any]:
    """Return the object that a body holds.

    Raises
    ------
    Refused
        ``app.body`` when it is not one object in JSON.
    """
    try:
        value = json.loads(body.decode("utf-8"), parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise bad_body("JSON") from None
    if not isinstance(value, dict):
        raise bad_body("JSON")
    return value


def read_events(body: bytes) -> tuple[AnswerEvent, ...]:
    """Return the answers that a page sends; what the store knows better (questions, criteria) is left to it."""
    told = read_json(body)
    events = told.get("events")
    if told.keys() != {"events"} or not isinstance(events, list) or len(events) > EVENTS_PER_SAVE:
        raise bad_body("events")
    return tuple(_event(item) for item in events)


def _event(item: Any) -> AnswerEvent:
    if not record(_EVENT, _MORE)(item, {}):
        raise bad_body(f"events.{_wrong(item)}")
    return AnswerEvent(
        question=item["question"],
        answer=Answer(
            state=item["state"],
            level=item.get("level"),
            reason=item.get("reason", ""),
            sentence=item.get("sentence", ""),
            criteria=item.get("criteria", ()),
        ),
        device=item["device"],
        sequence=item["sequence"],
        base=item.get("base", 0),
        made_at=_moment(item.get("made_at")),
        lead=item.get("lead", ""),
    )


def _wrong(item: Any) -> str:
    """Return the name of the first field that is wrong, for the message."""
    if not isinstance(item, dict):
        return "event"
    known = {**_EVENT, **_MORE}
    for name, check in known.items():
        if (name in item and not check(item[name], {})) or (name in _EVENT and name not in item):
            return name
    return "field"


def _moment(written: str | None) -> dt.datetime | None:
    """Return a device's own time; a clock that is beyond reason is no reason to lose an answer."""
    try:
        return None if written is None else dt.datetime.fromisoformat(written)
    except ValueError:
        return None


def read_form(
    fields: Mapping[str, Sequence[str]], progress: Progress, catalog: Catalog, *, now: dt.datetime
) -> tuple[tuple[AnswerEvent, ...], str | None]:
    """Return the answers of a plain form that differ from what is saved, and the function if it is in the form.

    A page without script has no device: the time of the server numbers its events.
    """
    last = {name: values[-1] for name, values in fields.items() if values}
    if not all(text(1000)(value, {}) for values in fields.values() for value in values):
        raise bad_body("form")
    saved = {given.question: given for given in progress.answers}
    events: list[AnswerEvent] = []
    for place, question in enumerate(catalog.questions):
        told = {
            part: last.get(f"{question.id}.{part}", "") for part in ("choice", "reason", "sentence", "lead")
        }
        if not told["choice"]:
            continue
        criteria = tuple(fields.get(f"{question.id}.criteria", ()))
        answer = _form_answer(told, criteria)
        standing = saved.get(question.id)
        if standing and standing.answer == answer and standing.lead == told["lead"]:
            continue
        base = last.get(f"{question.id}.base", "0")
        events.append(
            AnswerEvent(
                question=question.id,
                answer=answer,
                device=FORM_DEVICE,
                sequence=int(now.timestamp() * 1000) * 10 + place,
                base=int(base) if base.isascii() and base.isdigit() and len(base) < 10 else 0,
                made_at=None,
                lead=told["lead"],
            )
        )
    return tuple(events), last.get("function") or None


def _form_answer(told: Mapping[str, str], criteria: tuple[str, ...]) -> Answer:
    choice = told["choice"]
    if choice in {"1", "2", "3", "4", "5"}:
        return Answer(state="level", level=int(choice), sentence=told["sentence"], criteria=criteria)  # type: ignore[arg-type]  # the attrs plugin does not follow a converter
    if choice == "not_applicable":
        return Answer(state="not_applicable", reason=told["reason"], sentence=told["sentence"])
    if choice == "dont_know":
        return Answer(state="dont_know", sentence=told["sentence"])
    raise bad_body("choice")


def write_saved(saved: Saved) -> dict[str, Any]:
    """Return one saved answer as the pages read it."""
    answer = saved.answer
    return {
        "question": saved.question,
        "revision": saved.revision,
        "accepted": saved.accepted,
        "state": answer.state,
        "level": answer.level,
        "reason": answer.reason,
        "sentence": answer.sentence,
        "criteria": list(answer.criteria),
        "lead": saved.lead,
        "saved_at": saved.saved_at.isoformat(),
    }


def write_progress(progress: Progress, saved: Sequence[Saved], catalog: Catalog) -> dict[str, Any]:
    """Return what the form needs after a save: the answers concerned, and how far the person is."""
    answered = sum(given.answer.state != "skipped" for given in progress.answers)
    return {
        "saved": [write_saved(item) for item in saved],
        "answered": answered,
        "of": len(catalog.questions),
        "finished": progress.finished_at is not None,
        "function": progress.function,
    }
