"""One journey as a Mermaid `journey` diagram, for wikis and repositories that draw Mermaid.

Mermaid does not check scores, and draws 9 or -4 off the picture in silence: ours are clamped to 1..5. It has no place for "not
known": such an event is drawn neutral and marked, because a task without a score would be drawn outside the picture.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import Final

from cxmaturity.core.problems import UnknownIdError
from cxmaturity.core.text import Language
from cxmaturity.files.exchange.words import say
from cxmaturity.journey.evidence import evidence_of
from cxmaturity.journey.values import Atlas, Event, Journey

LOW: Final = 1.0
HIGH: Final = 5.0
NEUTRAL: Final = 3.0
_CODES: Final = {char: f"#{ord(char)};" for char in ':;#%<>&`{}"\\'} | {",": "#44;"}
_KEYWORD: Final = re.compile(r"(?:journey|title|section|acc(?:Title|Descr)|style|classDef)", re.IGNORECASE)
_SPACE: Final = re.compile(r"[\s\x00-\x1f\x7f\u2028\u2029]+")


def to_mermaid(
    atlas: Atlas,
    journey: str,
    language: Language,
    *,
    persona: str | None = None,
    as_of: dt.date | None = None,
) -> str:
    """Return one journey as the text of a Mermaid `journey` diagram.

    Parameters
    ----------
    atlas, journey, language : Atlas, str, {"en", "fr"}
        What to draw, by the journey's id.
    persona : str, optional
        Whose satisfaction; by default the journey's first persona.
    as_of : datetime.date, optional
        The date at which evidence is weighed; by default the latest date in the journey.

    Returns
    -------
    str
        Score = 3 + valence, clamped to 1..5 and rounded to a tenth. Events of which nothing is known score 3 and end in "(?)".
        A comment line says so.

    Raises
    ------
    UnknownIdError
        When there is no such journey.
    """
    try:
        found = atlas.journey(journey)
    except KeyError:
        raise UnknownIdError.from_name("journey", journey, (it.id for it in atlas.journeys)) from None
    who = persona if persona is not None else next(iter(found.personas), "")
    date = as_of or _latest(found)
    names = {it.id: it.name for it in atlas.personas} | {it.id: it.name.of(language) for it in atlas.actors}
    lines = [f"  title {escape(found.title.of(language)) or found.id}"]
    for stage in found.stages:
        lines.append(f"  section {escape(stage.name.of(language)) or stage.id}")
        for event in stage.events:
            score, known = _score(event, who, date)
            label = (escape(event.action.of(language)) or event.id) + ("" if known else " (?)")
            cast = ", ".join(
                escape(names.get(name, name)) for name in _cast(event, who) if names.get(name, name)
            )
            lines.append(f"    {label}: {score:g}{f': {cast}' if cast else ''}")
    return "\n".join(["journey", f"  %% {say('mermaid', 'scale', language)}", *lines]) + "\n"


def _cast(event: Event, who: str) -> Iterator[str]:
    yield who
    yield from event.actors


def _score(event: Event, persona: str, as_of: dt.date) -> tuple[float, bool]:
    """Return the score, and whether anything is known; what is off its own scale is not evidence."""
    known = evidence_of(event, persona, as_of=as_of)
    if known is None:
        return NEUTRAL, False
    return round(min(HIGH, max(LOW, NEUTRAL + known.valence)), 1), True


def _latest(journey: Journey) -> dt.date:
    dates = [measure.date for event in journey.events for measure in event.satisfaction if measure.date]
    return max([*dates, *([journey.date] if journey.date else [])], default=dt.date(2000, 1, 1))


def escape(text: str) -> str:
    """Return a text that Mermaid shows as it is: its marks as character codes, on one line, never read as a keyword.

    Examples
    --------
    >>> escape("Why: a #1; b")
    'Why#58; a #35;1#59; b'
    >>> escape("Journey planned")
    '#74;ourney planned'
    """
    line = _SPACE.sub(" ", text).strip()
    coded = "".join(_CODES.get(char, char) for char in line)
    return f"#{ord(coded[0])};{coded[1:]}" if _KEYWORD.match(coded) else coded
