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


# What is never touched: code between back-quotes, fields to be filled, addresses, and our own placeholder.
_KEPT: Final = re.compile(
    r"`[^`\n]*`|\{[^{}\n]*\}|(?:https?://|www\.|mailto:)[^\s«»]+?(?=[.,;:!?)]*(?:\s|$))|&#?\w+;|\ue000"
)
_GAP: Final = f"[ {NO_BREAK}{NARROW_NO_BREAK}]"
_AFTER: Final = r"(?=[\s»”)\].,…*:;!?]|$)"
_RULES: Final = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        ("'", "’"),
        (r"\.\.\.", "…"),
        # A space already there becomes the right one; one is added only where a sentence or a group ends.
        (rf"(?<=\S){_GAP}+([;!?]+)", rf"{NARROW_NO_BREAK}\1"),
        (rf"(?<=[^\s;!?(\[«])([;!?]++){_AFTER}", rf"{NARROW_NO_BREAK}\1"),
        (rf"(?<=\S){_GAP}+(:+)", rf"{NO_BREAK}\1"),
        (rf"(?<=[^\s:(\[«])(:++){_AFTER}", rf"{NO_BREAK}\1"),
        (rf"«{_GAP}*(?=\S)", f"«{NARROW_NO_BREAK}"),
        (rf"(?<=\S){_GAP}*»", f"{NARROW_NO_BREAK}»"),
        (rf"(?<=[\d\ue000]){_GAP}*%", f"{NARROW_NO_BREAK}%"),
        (rf"(?<=[\d\ue000]){_GAP}*(?=(?:k|Md?)?[€$£])", NO_BREAK),
    )
)
_THOUSANDS: Final = re.compile(rf"(?<![\d,.])\d{{1,3}}(?:{_GAP}\d{{3}})+(?!\d)")


def french_typography(text: str) -> str:
    r"""Put the spaces that French printing asks for, the curly apostrophe and the true ellipsis.

    A narrow no-break space goes before ``; ! ?`` and ``%``, inside guillemets and between thousands; a
    no-break space before ``:`` and before a currency sign (after the Lexique des règles typographiques en
    usage à l'Imprimerie nationale). Times and ratios such as ``12:30``, addresses, code between back-quotes
    and fields such as ``{n}`` are left alone. Doing it twice changes nothing.

    Examples
    --------
    >>> ascii(french_typography("Qu'est-ce ? 5 % à 12:30"))
    "'Qu\\u2019est-ce\\u202f? 5\\u202f% \\xe0 12:30'"
    """
    kept = iter(_KEPT.findall(text))
    text = _KEPT.sub("\ue000", text)
    for pattern, replacement in _RULES:
        text = pattern.sub(replacement, text)
    text = _THOUSANDS.sub(lambda found: re.sub(_GAP, NARROW_NO_BREAK, found[0]), text)
    return re.sub("\ue000", lambda _: next(kept), text)


def _not_empty(instance: object, attribute: attrs.Attribute[str], value: str) -> None:  # noqa: ARG001  # attrs calls
    if not value.strip():
        raise InputError.of("core.empty_text", "the {language} text is empty.", language=attribute.name)


@attrs.frozen
class Text:
    r"""One text, in English and in French; French is stored with its typography already right.

    Examples
    --------
    >>> ascii(Text(en="Why?", fr="Pourquoi ?").fr)
    "'Pourquoi\\u202f?'"
    """

    en: str = attrs.field(validator=_not_empty)
    fr: str = attrs.field(validator=_not_empty, converter=french_typography)

    def __str__(self) -> str:
        return self.en  # a problem's message is English; the faces pick the other language

    def in_(self, language: Language) -> str:
        """Return the text in `language`."""
        if language not in LANGUAGES:
            raise UnknownIdError.from_name("language", language, LANGUAGES)
        return self.fr if language == "fr" else self.en
