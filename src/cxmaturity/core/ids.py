"""Names of things: safe folder names from client names, and the nearest known name to a misspelt one."""

from __future__ import annotations

import difflib
import hashlib
import re
import unicodedata
from collections.abc import Iterable

_RESERVED = {
    "con",
    "prn",
    "aux",
    "nul",
    *(f"com{i}" for i in range(1, 10)),
    *(f"lpt{i}" for i in range(1, 10)),
}


def slugify(name: str) -> str:
    """Return a folder name for a client name: lower case, ASCII letters, digits and dashes, on every system.

    A name with nothing usable in it (emoji only) becomes ``client-`` and eight digits of its hash, so that
    two such names stay two folders.

    Examples
    --------
    >>> slugify("Crédit Müller & Fils / ../etc")
    'credit-muller-fils-etc'
    """
    ascii_name = unicodedata.normalize("NFKD", name.replace("œ", "oe").replace("Œ", "OE").replace("ß", "ss"))
    slug = (
        re.sub(r"[^a-z0-9]+", "-", ascii_name.encode("ascii", "ignore").decode().lower())
        .strip("-")[:60]
        .strip("-")
    )
    if not slug or slug in _RESERVED:
        slug = "-".join(
            part for part in ("client", slug, hashlib.sha256(name.encode()).hexdigest()[:8]) if part
        )
    return slug


def nearest(name: str, known: Iterable[str], *, alike: float = 0.6) -> str | None:
    """Return the known name most like `name`, or None when nothing is close; `alike` goes from 0 to 1, the same name.

    Examples
    --------
    >>> nearest("churn_rat", ["churn_rate", "margin_rate"])
    'churn_rate'
    """
    matches = difflib.get_close_matches(name, list(known), n=1, cutoff=alike)
    return matches[0] if matches else None
