"""The few words that exchanged files carry (column titles, what an import assumed), in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

import yaml

from cxmaturity.core.text import Language, french_typography


@cache
def _texts() -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    file = files("cxmaturity").joinpath("content", "messages", "exchange.yaml")
    loaded: Mapping[str, Mapping[str, Mapping[str, str]]] = yaml.safe_load(file.read_text(encoding="utf-8"))
    return loaded


def say(group: str, key: str, language: Language, **fields: str) -> str:
    """Return the text `group.key` of ``content/messages/exchange.yaml`` with its fields filled."""
    text = _texts()[group][key][language]
    return (french_typography(text) if language == "fr" else text).format(**fields)


def keys(group: str) -> tuple[str, ...]:
    """Return the keys of a group, in the order of the file."""
    return tuple(_texts()[group])
