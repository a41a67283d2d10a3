"""The first journey document of a new engagement: small, complete, invented and saying so, to be replaced."""

from __future__ import annotations

from cxmaturity.core.problems import UnknownIdError
from cxmaturity.core.text import LANGUAGES, Language
from cxmaturity.files.journey.reading import read_atlas
from cxmaturity.journey.values import Atlas
from cxmaturity.resources import resource


def starter_atlas(language: Language) -> Atlas:
    """Return the journey of the starter: nine events that a consultant replaces one by one.

    Parameters
    ----------
    language : {"en", "fr"}
        Language of the document; its texts are in both.

    Raises
    ------
    UnknownIdError
        ``core.unknown_id`` for another language.
    """
    if language not in LANGUAGES:
        raise UnknownIdError.from_name("language", language, LANGUAGES)
    return read_atlas(resource(f"templates/journey/{language}/starter.yaml"))
