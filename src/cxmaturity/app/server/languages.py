"""Which language a visitor reads, among those of the campaign."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from cxmaturity.core.text import LANGUAGES, Language

_RANGE: Final = re.compile(r"\s*([a-zA-Z]{1,8})(?:-[\w-]*)?\s*(?:;\s*q=([01](?:\.\d{0,3})?))?\s*")


def choose(offered: Sequence[Language], asked: str, remembered: str, accepted: str) -> Language:
    """Return the language to show: what was asked for, else what was remembered, else what the browser reads.

    Examples
    --------
    >>> choose(("fr", "en"), "", "", "en-GB,en;q=0.9,fr;q=0.8")
    'en'
    >>> choose(("fr",), "en", "en", "en")
    'fr'
    """
    known = tuple(offered) or LANGUAGES
    for wanted in (asked, remembered, *_preferred(accepted)):
        for language in known:
            if wanted == language:
                return language
    return known[0]


def _preferred(header: str) -> list[str]:
    ranges = [_RANGE.fullmatch(part) for part in header[:500].split(",")[:20]]
    found = [(float(item[2] or 1), item[1].lower()) for item in ranges if item]
    return [name for weight, name in sorted(found, key=lambda pair: -pair[0]) if weight > 0]
