"""What a client's colour becomes in the documents, said before they are made; light, for `cxmaturity check`."""

from __future__ import annotations

import attrs

from cxmaturity.charts.theme import ChartTheme
from cxmaturity.core.problems import Place, Problem


def darkened(primary: str, place: Place | None = None) -> tuple[Problem, ...]:
    """Return, as advice, where the colour had to be darkened to be read; nothing when it serves as it is.

    Examples
    --------
    >>> [note.code for note in darkened("#FFD200")], darkened("#14506B")
    (['charts.text_contrast', 'charts.mark_contrast'], ())
    """
    notes = ChartTheme.from_primary(primary).notes
    return tuple(attrs.evolve(note, severity="advice", place=place) for note in notes)
