"""The names a report knows, sections and languages, and how a wrong one is told. Imports nothing heavy."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Final

from cxmaturity.core.problems import InputError, UnknownIdError
from cxmaturity.core.text import LANGUAGES, Language

SECTIONS: Final = (
    "summary",
    "profile",
    "agreement",
    "evidence",
    "journeys",
    "benefits",
    "case",
    "risk",
    "limits",
    "next_steps",
    "method",
)
"""Ids of the sections, in the order of the report."""


def check_language(language: str) -> Language:
    """Return the language, or say which exist."""
    for known in LANGUAGES:
        if language == known:
            return known
    raise UnknownIdError.from_name("language", str(language), LANGUAGES)


def check_day(as_of: str | dt.date | None) -> dt.date | None:
    """Return the date that `as_of` means, None when there is none."""
    if as_of is None or isinstance(as_of, dt.date):
        return as_of
    try:
        return dt.date.fromisoformat(as_of)
    except (TypeError, ValueError) as error:
        raise InputError.of(
            "reporting.as_of", "as_of is '{got}'; expected a date such as 2026-11-01.", got=str(as_of)[:40]
        ) from error


def check_sections(sections: Sequence[str] | None) -> tuple[str, ...]:
    """Return the sections chosen, in the order of the report."""
    if sections is None:
        return SECTIONS
    if isinstance(sections, str):
        sections = (sections,)
    for section in sections:
        if section not in SECTIONS:
            raise UnknownIdError.from_name("section", str(section), SECTIONS)
    return tuple(section for section in SECTIONS if section in sections)
