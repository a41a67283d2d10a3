"""What the builder's page may say to Python: the only messages, field by field. Standard library only, for the firewall.

The page writes no trait but the language. It sends custom messages, ``{"kind": ..., ...}``; each kind has its fields, each
field its check (`messages`). Anything else is refused by the widget, and by the server's firewall, which reads the same table.
"""

from __future__ import annotations

import re
from typing import Any, Final

from cxmaturity.app.widgets.messages import HEAD, Check, Events, Kinds, events, flag, one_of, text, whole

PATH: Final = re.compile(
    r"baseline\.annual_revenue|baseline\.(?:consumers|option|contracts|service)\.[a-z_]{1,60}"
    r"|levers\.[a-z_]{1,30}\.[a-z_]{1,60}"
    r"|costs\.\d{1,3}\.(?:name|internal|initial|annual\.\d{1,2})"
    r"|finance\.[a-z_]{1,30}",
    re.ASCII,
)
NUMBERS: Final = ("value", "low", "mode", "high", "p10", "p50", "p90")
WORDS: Final = ("unit", "source", "date", "evidence", "n", "plain")
LONGEST: Final = 1000
FORMATS: Final = ("html", "pdf", "xlsx", "pptx")
LANGUAGES: Final = ("en", "fr")
BENEFITS: Final = (
    "preference", "acquisition", "retention", "engagement", "service_cost", "recommendation", "advantage",
)  # fmt: skip


def _some_of(*known: str) -> Check:
    return lambda value: (
        type(value) is list
        and 0 < len(value) <= len(known)
        and all(type(item) is str and item in known for item in value)
        and len(set(value)) == len(value)
    )


def _path(value: Any) -> bool:
    return type(value) is str and len(value) <= 120 and PATH.fullmatch(value) is not None


KINDS: Final[Kinds] = {
    "figure": {**HEAD, "path": _path, "part": one_of(*NUMBERS, *WORDS), "text": text(LONGEST)},
    "step": {**HEAD, "path": _path, "part": one_of(*NUMBERS), "up": flag},
    "range": {**HEAD, "path": _path, "on": flag},
    "goal": {**HEAD, "id": one_of(*BENEFITS), "on": flag},
    "cost": {**HEAD, "action": one_of("add", "remove", "add_year", "remove_year"), "line": whole(0, 200)},
    "undo": HEAD,
    "save": HEAD,
    "reload": HEAD,
    "produce": {**HEAD, "formats": _some_of(*FORMATS), "languages": _some_of(*LANGUAGES)},
    "stop": HEAD,
    "file": {**HEAD, "index": whole(0, 50)},
}
"""Kind of message to its fields, all required, each with its check."""


EVENTS: Final[Events] = events(KINDS)
"""The same table as the server's firewall asks: kind to (content, state of the model) -> bool."""
