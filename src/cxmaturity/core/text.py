"""Text in two languages, and French typography.

Every text that a client reads exists as a `Text`; no identifier is ever translated.
"""

from __future__ import annotations

import re
from typing import Final, Literal, get_args

import attrs

from cxmaturity.core.problems import InputError, UnknownIdError

Language = Literal["en", "fr"]
LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)

NARROW_NO_BREAK: Final = "\u202f"
NO_BREAK: Final = "\u00a0"


def _not_empty(instance: object, attribute: attrs.Attribute[str], value: str) -> None:  # noqa: ARG001  # attrs calls
    if not value.strip():
        raise InputError.of("core.empty_text", "the {language} text is empty.", language=attribute.name)


@attrs.frozen
class Text:
    """One text, in English and in French; French is stored with its typography already right.

    Examples
    --------
    >>> Text(en="Why?", fr="Pourquoi ?").fr == "Pourquoi\\u202f?"
    True
    """

    en: str = attrs.field(validator=_not_empty)
    fr: str = attrs.field(validator=_not_empty, converter=lambda text: french_typography(text))

    def in_(self, language: Language) -> str:
        """Return the text in `language`."""
        if language not in LANGUAGES:
            raise UnknownIdError.from_name("language", language, LANGUAGES)
        return self.fr if language == "fr" else self.en


def french_typography(text: str) -> str:
    """Put the spaces that French printing asks for, and the curly apostrophe.

    A narrow no-break space goes before ``; ! ?`` and inside guillemets, a no-break space before ``:`` and between
    a number and ``%`` or ``€`` (Lexique des règles typographiques en usage à l'Imprimerie nationale). Addresses, times and
    ratios such as ``12:30`` are left alone. Doing it twice changes nothing.

    Examples
    --------
    >>> french_typography('Qu\\'est-ce ? 5 %')
    'Qu’est-ce\\u202f? 5\\u202f%'
    """
    text = text.replace("'", "’")
    text = re.sub(r"[ \u00a0\u202f]*([;!?]+)(?=[\s»)\]\u00a0\u202f]|$)", rf"{NARROW_NO_BREAK}\1", text)
    text = re.sub(r"(?<=\S)[ \u00a0\u202f]*:(?=\s|$)", f"{NO_BREAK}:", text)
    text = re.sub(r"«[ \u00a0\u202f]*", f"«{NARROW_NO_BREAK}", text)
    text = re.sub(r"[ \u00a0\u202f]*»", f"{NARROW_NO_BREAK}»", text)
    text = re.sub(r"(?<=[\d}])[ \u00a0\u202f]?%", f"{NARROW_NO_BREAK}%", text)
    return re.sub(r"(?<=[\d}])[ \u00a0\u202f]?(?=[€$£])", NO_BREAK, text)
