"""What a browser proposes as an answer becomes an `Answer`, or a problem said in words: nothing is taken on trust."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from cxmaturity.assessment.values import Answer, Response
from cxmaturity.catalog import Catalog, Question
from cxmaturity.core.problems import CxMaturityError, InputError, UnknownIdError
from cxmaturity.core.text import LANGUAGES
from cxmaturity.i18n.messages import describe

MOST: Final = 200
_FIELDS: Final = {"state", "level", "reason", "sentence", "criteria", "lead"}
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")

Given = Answer | int | Mapping[str, Any]
"""How Python code gives an answer: the value, a level from 1 to 5, or the fields of an answer."""


def find_question(catalog: Catalog, name: Any) -> Question:
    """Return a question by its id.

    Raises
    ------
    UnknownIdError
        ``core.unknown_id`` when there is none, or when it is no text.
    """
    if not isinstance(name, str) or len(name) > MOST:
        raise UnknownIdError.from_name("question", str(name)[:40], (item.id for item in catalog.questions))
    return catalog.question(name)


def read_answer(raw: Any, question: Question) -> tuple[Answer, str]:
    """Return the answer that `raw` says, and the lead to evidence ("" without one).

    Parameters
    ----------
    raw : Any
        What a browser sent: ``{state, level, reason, sentence, criteria, lead}``, all but `state` optional.
    question : Question
        Which question it answers: its criteria are the only ones that may be ticked.

    Raises
    ------
    InputError
        ``widgets.answer_shape`` for anything but that; ``widgets.text_long``, ``widgets.text_control`` for a text;
        ``widgets.criterion`` for a box of another question; those of `Answer` for the rest.
    """
    if not isinstance(raw, Mapping) or not raw.keys() <= _FIELDS:
        raise _shape()
    state, level = raw.get("state"), raw.get("level")
    if not isinstance(state, str) or (level is not None and type(level) is not int):
        raise _shape()
    texts = {name: _text(raw.get(name, ""), name) for name in ("reason", "sentence", "lead")}
    try:
        answer = Answer(
            state=state,  # type: ignore[arg-type]  # attrs checks it
            level=level,
            reason=texts["reason"],
            sentence=texts["sentence"],
            criteria=_criteria(raw.get("criteria", []), question),  # type: ignore[arg-type]  # a generic converter is beyond mypy's attrs plugin
        )
    except ValueError as error:
        if isinstance(error, CxMaturityError):
            raise
        raise _shape() from error
    return answer, texts["lead"]


def _shape() -> InputError:
    return InputError.of("widgets.answer_shape", "this is not an answer to a question.")


def _text(value: Any, name: str) -> str:
    if not isinstance(value, str):
        raise _shape()
    if len(value) > MOST:
        raise InputError.of(
            "widgets.text_long",
            "the text has {got} characters; at most {most}.",
            got=len(value),
            most=MOST,
            path=(name,),
        )
    if _CONTROL.search(value):
        raise InputError.of("widgets.text_control", "the text holds a character that cannot be shown.")
    return value.strip()


def _criteria(value: Any, question: Question) -> tuple[str, ...]:
    if not isinstance(value, list | tuple) or len(value) > len(question.criteria):
        raise _shape()
    known = [item.id for item in question.criteria]
    if any(ticked not in known for ticked in value):
        raise InputError.of("widgets.criterion", "a ticked box does not belong to this question.")
    return tuple(name for name in known if name in value)


def take_answers(given: Any, catalog: Catalog) -> dict[str, tuple[Answer, str]]:
    """Return the answers and leads that Python code gives, by question id.

    Parameters
    ----------
    given : Response, mapping or None
        A response, or question id to an `Answer`, a level or the fields of an answer.
    catalog : Catalog
        The questions.

    Raises
    ------
    InputError, UnknownIdError
        As `read_answer` and `find_question`.
    """
    pairs = given.answers if isinstance(given, Response) else (given or {}).items()
    return {name: take_answer(value, find_question(catalog, name)) for name, value in pairs}


def take_answer(value: Any, question: Question) -> tuple[Answer, str]:
    """Return one answer that Python code gives, and its lead; errors as `read_answer`."""
    if isinstance(value, Answer):
        _criteria(value.criteria, question)
        return value, ""
    if isinstance(value, int) and not isinstance(value, bool):
        return Answer(state="level", level=value), ""
    return read_answer(value, question)


def as_fields(answer: Answer, lead: str = "") -> dict[str, Any]:
    """Return an answer as the cards read it."""
    return {
        "state": answer.state,
        "level": answer.level,
        "reason": answer.reason,
        "sentence": answer.sentence,
        "criteria": list(answer.criteria),
        "lead": lead,
    }


def said(error: CxMaturityError) -> dict[str, str]:
    """Return what an error says, by language, for the person who typed."""
    return {
        language: " ".join(describe(problem, language) for problem in error.problems)
        for language in LANGUAGES
    }
