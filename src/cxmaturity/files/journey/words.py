"""What keys, sheets and choices are called in each language, from ``content/messages/journey_file.yaml``.

Read here rather than through i18n, which stands beside this room: the names of sheets and columns are part of a
file format, needed to read as much as to write.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Final

import attrs
import yaml

from cxmaturity.core.problems import Problem
from cxmaturity.core.text import LANGUAGES, Language, french_typography
from cxmaturity.journey import values as v

_VOCABULARIES: Final[dict[tuple[str, ...], str]] = {
    ("true", "false"): "flag",
    LANGUAGES: "language",
    v.METRICS: "metric",
    v.SOURCE_KINDS: "source_kind",
    v.LIFECYCLES: "lifecycle",
    v.INITIATORS: "initiator",
    v.VIEWS: "view",
    v.STATES: "state",
    v.KINDS: "kind",
    v.LINES: "line",
    v.PERIODS: "period",
    v.LEGAL_BASES: "basis",
    ("pain", "opportunity"): "voice",
    ("actor", "system", "product", "channel", "source", "jargon"): "entry",
}


@cache
def _messages() -> Mapping[str, Mapping[str, str]]:
    file = files("cxmaturity").joinpath("content", "messages", "journey_file.yaml")
    loader: type = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    content: dict[str, Any] = yaml.load(file.read_text(encoding="utf-8"), Loader=loader)  # noqa: S506  # safe
    return {key: {"en": texts["en"], "fr": french_typography(texts["fr"])} for key, texts in content.items()}


def say(key: str, language: Language) -> str:
    """Return a text of the file; `KeyError` when there is none."""
    return _messages()[key][language]


def vocabulary(names: tuple[str, ...]) -> str:
    """Return what the words of a choice are listed under: ``metric`` for the five metrics."""
    return _VOCABULARIES[names]


def vocabularies() -> tuple[tuple[str, ...], ...]:
    """Return the names of every choice."""
    return tuple(_VOCABULARIES)


def word(names: tuple[str, ...], name: str, language: Language) -> str:
    """Return the word that a cell shows for one of the names of a choice."""
    return say(f"word.{vocabulary(names)}.{name}", language)


@cache
def meanings(names: tuple[str, ...]) -> Mapping[str, str]:
    """Return every word that may stand for one of the names of a choice, in either language: word to name."""
    known = {plain(word(names, name, language)): name for name in names for language in LANGUAGES}
    return known | {plain(name): name for name in names}


def label(entity: str, key: str, language: Language) -> str:
    """Return the title of a field's column."""
    return _of(entity, key, "label", language)


def described(entity: str, key: str, language: Language) -> str:
    """Return what a field is for."""
    return _of(entity, key, "help", language)


def _of(entity: str, key: str, what: str, language: Language) -> str:
    messages = _messages()
    for name in (f"{entity}.{key}.{what}", f"any.{key}.{what}"):
        if name in messages:
            return messages[name][language]
    return ""


def plain(text: str) -> str:
    """Return a text as it is compared: one kind of space, no capitals, one kind of apostrophe."""
    return " ".join(text.replace("’", "'").split()).casefold()


def in_words(problem: Problem, language: Language) -> Problem:
    """Return a problem about a choice with the words that the lists of a workbook show."""
    params = dict(problem.params)
    names = tuple(str(params.get("known", "")).split(", "))
    if problem.code != "files.unknown_choice" or names not in _VOCABULARIES:
        return problem
    params["known"] = ", ".join(word(names, name, language) for name in names)
    if params["close"]:
        params["close"] = word(names, params["close"], language)
    return attrs.evolve(problem, params=params)
