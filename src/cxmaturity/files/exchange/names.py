"""Ids for things that come from elsewhere: kebab-case, unique in their kind, and left alone when they already are."""

from __future__ import annotations

import re
from typing import Final

import attrs

from cxmaturity.core.ids import slugify

_ID: Final = re.compile(r"[a-z0-9]+(?:[-_.][a-z0-9]+)*")
MAX: Final = 100


@attrs.define
class Names:
    """Ids of one kind given so far; `numbers` are the next ones to try, so that ten thousand notes "?" take no time."""

    taken: set[str] = attrs.field(factory=set)
    numbers: dict[str, int] = attrs.field(factory=dict)

    def fresh(self, text: str, *, prefix: str = "") -> str:
        """Return an id made from `text`: itself when it is one and is free, else with `prefix`, else with a number.

        Examples
        --------
        >>> names = Names()
        >>> [names.fresh("TP 1"), names.fresh("tp-1", prefix="aj1"), names.fresh("tp-1", prefix="aj1")]
        ['tp-1', 'aj1-tp-1', 'aj1-tp-1-2']
        """
        base = text if _ID.fullmatch(text) and len(text) <= MAX else slugify(text)
        found = base
        if found in self.taken and prefix:
            found = base = f"{prefix}-{base}"
        while found in self.taken:
            number = self.numbers.get(base, 2)
            found, self.numbers[base] = f"{base}-{number}", number + 1
        self.taken.add(found)
        return found
