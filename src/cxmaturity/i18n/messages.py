"""Sentences by key and problems by code, read once from `content/`, French typography put right at loading.

``content/messages/<room>.yaml`` holds both languages side by side, so that one person reviews both at once;
``content/errors/<room>.yaml`` holds only French, the English of an error standing where it is raised.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

import yaml

from cxmaturity.core.problems import InputError, Place, Problem, UnknownIdError
from cxmaturity.core.text import LANGUAGES, Language, Text, french_typography
from cxmaturity.core.words import in_language

Forms = Mapping[str, str]
"""One message in one language: plural category to template; a message without a plural has only ``other``."""

_PLURALS = {"zero", "one", "two", "few", "many", "other"}


def _folder(kind: str) -> Traversable:
    return files("cxmaturity").joinpath("content", kind)


@cache
def rooms(kind: str = "messages") -> tuple[str, ...]:
    """Return the names of the files of messages (or of ``errors``), sorted."""
    return tuple(
        sorted(
            item.name.removesuffix(".yaml") for item in _folder(kind).iterdir() if item.name.endswith(".yaml")
        )
    )


def _read(kind: str, room: str) -> Mapping[str, Any]:
    if room not in rooms(kind):
        raise UnknownIdError.from_name("messages file", room, rooms(kind))
    return _load(_folder(kind).joinpath(f"{room}.yaml"))


_LOADER: type = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""libyaml where it is built in, which every wheel of PyYAML has; the same loader in Python elsewhere."""


def _load(file: Traversable) -> Mapping[str, Any]:
    return yaml.load(file.read_text(encoding="utf-8"), Loader=_LOADER) or {}  # noqa: S506  # a safe loader


def _forms(given: Any, language: Language, place: tuple[str, str]) -> Forms:
    forms = given if isinstance(given, Mapping) else {"other": given}
    good = set(forms) <= _PLURALS and "other" in forms
    if not good or not all(isinstance(form, str) and form.strip() for form in forms.values()):
        raise _bad_message(place)
    return {name: french_typography(form) if language == "fr" else form for name, form in forms.items()}


def _bad_message(place: tuple[str, str]) -> InputError:
    file, key = place
    problem = Problem(
        code="i18n.bad_message",
        template="the message '{key}' needs a text in both languages, 'en' and 'fr', and nothing else.",
        params={"key": key},
        place=Place(file=file),
    )
    return InputError([problem])


def _gather(node: Mapping[str, Any], prefix: str, file: str) -> dict[str, dict[Language, Forms]]:
    """Flatten nested keys: a mapping with a language in it is a message, any other a group of messages."""
    gathered: dict[str, dict[Language, Forms]] = {}
    for name, child in node.items():
        key = f"{prefix}.{name}" if prefix else str(name)
        if not isinstance(child, Mapping):
            raise _bad_message((file, key))
        if set(child) & set(LANGUAGES):
            if set(child) != set(LANGUAGES):
                raise _bad_message((file, key))
            gathered[key] = {
                language: _forms(child[language], language, (file, key)) for language in LANGUAGES
            }
        else:
            gathered |= _gather(child, key, file)
    return gathered


@cache
def load_messages(room: str) -> Mapping[str, Mapping[Language, Forms]]:
    """Read ``content/messages/<room>.yaml``: message key, with the room in front, to its texts.

    Raises
    ------
    UnknownIdError
        ``core.unknown_id`` when there is no such file.
    InputError
        ``i18n.bad_message`` when a message lacks a language or holds something else.
    """
    gathered = _gather(_read("messages", room), "", f"messages/{room}.yaml")
    return {key if key.startswith(f"{room}.") else f"{room}.{key}": texts for key, texts in gathered.items()}


@cache
def load_errors(room: str) -> Mapping[str, tuple[str, str]]:
    """Read ``content/errors/<room>.yaml``: error code to French sentence and French hint ("" without one)."""
    return {
        code: (french_typography(said["fr"]), french_typography(said.get("fr_hint", "")))
        for code, said in _read("errors", room).items()
    }


@cache
def load_words() -> Mapping[str, Mapping[str, str]]:
    """Read the French of the English words that problems carry: parameter name to word to French."""
    return {
        name: {str(word): french_typography(french) for word, french in words.items()}
        for name, words in _load(_folder("words.yaml")).items()
    }


def message_keys() -> tuple[str, ...]:
    """Return every message key of every room, sorted."""
    return tuple(sorted(key for room in rooms() for key in load_messages(room)))


def message(key: str, language: Language, /, **params: Any) -> str:
    """Return the message `key` in `language`, its fields filled.

    Parameters
    ----------
    key : str
        ``room.what``; the first part names the file.
    language : {"en", "fr"}
        Which of the two texts.
    **params
        What fills the fields, already formatted for that language. A message with plural forms is chosen by
        the number `n`, which is then also written in the language's way.

    Raises
    ------
    UnknownIdError
        ``core.unknown_id`` for an unknown key or language, with the nearest one.
    InputError
        ``i18n.missing_field`` when a field of the message is not given.
    """
    if language not in LANGUAGES:
        raise UnknownIdError.from_name("language", language, LANGUAGES)
    known = load_messages(key.partition(".")[0])
    if key not in known:
        raise UnknownIdError.from_name("message", key, known)
    forms = known[key][language]
    form = forms["other"]
    try:
        if len(forms) > 1:
            form = forms.get(_plural(params["n"], language), form)
            params = {**params, "n": _figure(params["n"], language)}
        return form.format(**params)
    except KeyError as missing:
        raise InputError.of(
            "i18n.missing_field",
            "the message '{key}' needs the field '{field}'.",
            key=key,
            field=str(missing.args[0]),
        ) from missing


def _plural(n: float, language: Language) -> str:
    from babel import Locale  # only for messages that count

    return str(Locale(language).plural_form(n))


def _figure(n: float, language: Language) -> str:
    from cxmaturity.i18n.formats import number  # only for messages that count

    return number(n, language) if isinstance(n, int) else number(n, language, 1)


def describe(problem: Problem, language: Language) -> str:
    """Say a problem in `language`: the sentence and its hint, without the place.

    A code that has no French yet is said in English rather than not at all; numbers and names stay as they
    were typed, since they are looked for in a file.
    """
    if language not in LANGUAGES:
        raise UnknownIdError.from_name("language", language, LANGUAGES)
    problem = in_language(problem, language)  # what somebody typed in both languages
    room = problem.code.partition(".")[0]
    if language == "en" or room not in rooms("errors") or problem.code not in load_errors(room):
        return problem.message
    said, hint = load_errors(room)[problem.code]
    words = load_words()
    fields = {name: _said_in(language, value, words.get(name, {})) for name, value in problem.params}
    sentence = said.format(**fields)
    return f"{sentence} {hint.format(**fields)}" if problem.hint and hint else sentence


def _said_in(language: Language, value: Any, words: Mapping[str, str]) -> Any:
    if isinstance(value, Text):
        return value.in_(language)
    return words.get(value, value) if isinstance(value, str) else value
